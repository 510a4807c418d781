//! How much is in a pack, and what a kilogram or litre of it costs.

use std::fmt;
use std::str::FromStr;

use crate::Money;

/// The unit in which a pack states its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentUnit {
    /// Gram.
    Gram,
    /// Kilogram.
    Kilogram,
    /// Millilitre.
    Millilitre,
    /// Litre.
    Litre,
    /// Pieces: eggs, tea bags, napkins.
    Piece,
    /// Metre: foil, paper.
    Metre,
}

impl ContentUnit {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Gram, Self::Kilogram, Self::Millilitre, Self::Litre, Self::Piece, Self::Metre];

    /// The word by which feeds and the API name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Gram => "g",
            Self::Kilogram => "kg",
            Self::Millilitre => "ml",
            Self::Litre => "l",
            Self::Piece => "pcs",
            Self::Metre => "m",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text.trim_end_matches('.').to_lowercase().as_str() {
            "g" | "gr" | "г" | "гр" => Self::Gram,
            "kg" | "кг" => Self::Kilogram,
            "ml" | "мл" => Self::Millilitre,
            "l" | "л" => Self::Litre,
            "pcs" | "pc" | "шт" => Self::Piece,
            "m" | "м" => Self::Metre,
            _ => return None,
        })
    }

    /// What its price is compared by, and how many of it make one of that.
    fn basis(self) -> (UnitPriceBasis, i128) {
        match self {
            Self::Gram => (UnitPriceBasis::Kilogram, 1000),
            Self::Kilogram => (UnitPriceBasis::Kilogram, 1),
            Self::Millilitre => (UnitPriceBasis::Litre, 1000),
            Self::Litre => (UnitPriceBasis::Litre, 1),
            Self::Piece => (UnitPriceBasis::Piece, 1),
            Self::Metre => (UnitPriceBasis::Metre, 1),
        }
    }
}

/// What is in a pack, as it is printed there: `930 ml`, `6 x 330 ml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content {
    count: u16,
    amount_thousandths: u32,
    unit: ContentUnit,
}

/// Why a text is no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentError {
    /// It is not an amount and a unit.
    NotAnAmount,
    /// Its unit is not one that is known.
    UnknownUnit,
    /// The amount or the count is zero, too large, or finer than a thousandth.
    OutOfRange,
}

impl Content {
    /// A content of `count` times `amount_thousandths`, or `None` where either is zero.
    #[must_use]
    pub fn new(count: u16, amount_thousandths: u32, unit: ContentUnit) -> Option<Self> {
        (count > 0 && amount_thousandths > 0).then_some(Self { count, amount_thousandths, unit })
    }

    /// How many packs are in the pack: 6 of `6 x 330 ml`, else 1.
    #[must_use]
    pub fn count(self) -> u16 {
        self.count
    }

    /// The amount of one of them in thousandths of the unit: 330,000 of `330 ml`.
    #[must_use]
    pub fn amount_thousandths(self) -> u32 {
        self.amount_thousandths
    }

    /// The unit of the amount.
    #[must_use]
    pub fn unit(self) -> ContentUnit {
        self.unit
    }

    /// What a kilogram, litre, piece or metre costs when the pack costs `price`, rounded half up.
    ///
    /// `None` for a single piece or metre, whose unit price is the price, and where the sum is beyond
    /// [`Money::LARGEST_PRICE_MINOR_UNITS`]: saffron by the kilogram tells nobody anything.
    #[must_use]
    pub fn unit_price(self, price: Money) -> Option<UnitPrice> {
        let (basis, units_in_basis) = self.unit.basis();
        let total_thousandths = i128::from(self.count) * i128::from(self.amount_thousandths);
        let is_one_piece = matches!(basis, UnitPriceBasis::Piece | UnitPriceBasis::Metre) && total_thousandths == 1000;
        let dividend = i128::from(price.minor_units) * 1000 * units_in_basis;
        let minor_units = i64::try_from((2 * dividend + total_thousandths) / (2 * total_thousandths)).ok()?;
        let can_be_shown = (1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(&minor_units) && !is_one_piece;
        can_be_shown.then_some(UnitPrice { price: Money { minor_units, ..price }, basis })
    }
}

/// A price by which packs of different size are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// What one of the basis costs.
    pub price: Money,
    /// One of what.
    pub basis: UnitPriceBasis,
}

/// What a unit price is the price of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPriceBasis {
    /// One kilogram.
    Kilogram,
    /// One litre.
    Litre,
    /// One piece.
    Piece,
    /// One metre.
    Metre,
}

impl UnitPriceBasis {
    /// The word by which the API names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Litre => "l",
            Self::Piece => "piece",
            Self::Metre => "m",
        }
    }
}

impl FromStr for Content {
    type Err = ContentError;

    /// Reads `930 ml`, `0,93 л`, `6 x 330 ml`, `10 шт.`
    fn from_str(text: &str) -> Result<Self, ContentError> {
        let (count, single) = match text.split_once(['x', 'х', '×', '*', 'X', 'Х']) {
            Some((count, single)) => (count.trim(), single.trim()),
            None => ("1", text.trim()),
        };
        let unit_at = single.find(|c: char| c.is_alphabetic()).ok_or(ContentError::NotAnAmount)?;
        let (amount, unit) = single.split_at(unit_at);
        let unit = ContentUnit::parse(unit).ok_or(ContentError::UnknownUnit)?;

        let amount = amount.trim();
        let (whole, decimals) = amount.split_once(['.', ',']).unwrap_or((amount, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !are_digits(whole) || !are_digits(decimals) || count.is_empty() || !are_digits(count) {
            return Err(ContentError::NotAnAmount);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 3 {
            return Err(ContentError::OutOfRange);
        }
        let amount_thousandths = format!("{whole}{decimals:0<3}").parse().map_err(|_| ContentError::OutOfRange)?;
        let count = count.parse().map_err(|_| ContentError::OutOfRange)?;
        Self::new(count, amount_thousandths, unit).ok_or(ContentError::OutOfRange)
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count > 1 {
            write!(f, "{} x ", self.count)?;
        }
        let (whole, rest) = (self.amount_thousandths / 1000, self.amount_thousandths % 1000);
        write!(f, "{whole}")?;
        if rest > 0 {
            write!(f, ".{}", format!("{rest:03}").trim_end_matches('0'))?;
        }
        write!(f, " {}", self.unit.code())
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnAmount => "is not an amount with its unit, as in \"930 ml\" or \"6 x 330 ml\"",
            Self::UnknownUnit => "has a unit that is not g, kg, ml, l, pcs or m",
            Self::OutOfRange => "is zero, too large, or finer than a thousandth",
        })
    }
}

impl std::error::Error for ContentError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;

    fn unit_price(content: &str, kopecks: i64) -> Option<(i64, UnitPriceBasis)> {
        let content: Content = content.parse().expect("a content");
        let price = Money { minor_units: kopecks, currency: Currency::Rub };
        content.unit_price(price).map(|unit| (unit.price.minor_units, unit.basis))
    }

    #[test]
    fn contents_are_read_as_packs_print_them() {
        for (text, read) in [
            ("930 ml", "930 ml"),
            ("930мл", "930 ml"),
            ("0,93 л", "0.93 l"),
            ("1.500 kg", "1.5 kg"),
            ("6 x 330 ml", "6 x 330 ml"),
            ("6х0,33л", "6 x 0.33 l"),
            ("10 шт.", "10 pcs"),
            ("250 г", "250 g"),
        ] {
            assert_eq!(text.parse::<Content>().map(|content| content.to_string()), Ok(read.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_content_says_why() {
        for (text, why) in [
            ("", ContentError::NotAnAmount),
            ("930", ContentError::NotAnAmount),
            ("ml", ContentError::NotAnAmount),
            ("x 330 ml", ContentError::NotAnAmount),
            ("-1 l", ContentError::NotAnAmount),
            ("1 oz", ContentError::UnknownUnit),
            ("0 g", ContentError::OutOfRange),
            ("0 x 5 g", ContentError::OutOfRange),
            ("0.0001 kg", ContentError::OutOfRange),
            ("99999999 kg", ContentError::OutOfRange),
        ] {
            assert_eq!(text.parse::<Content>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn the_unit_price_is_rounded_half_up() {
        assert_eq!(unit_price("930 ml", 8990), Some((9667, UnitPriceBasis::Litre)));
        assert_eq!(unit_price("0.5 l", 8990), Some((17980, UnitPriceBasis::Litre)));
        assert_eq!(unit_price("200 g", 10001), Some((50005, UnitPriceBasis::Kilogram)));
        assert_eq!(unit_price("3 kg", 100), Some((33, UnitPriceBasis::Kilogram)));
        assert_eq!(unit_price("8 kg", 100), Some((13, UnitPriceBasis::Kilogram)));
        assert_eq!(unit_price("6 x 330 ml", 39900), Some((20152, UnitPriceBasis::Litre)));
        assert_eq!(unit_price("10 pcs", 9990), Some((999, UnitPriceBasis::Piece)));
        assert_eq!(unit_price("1 pcs", 9990), None);
        assert_eq!(unit_price("0.001 g", Money::LARGEST_PRICE_MINOR_UNITS), None);
    }

    proptest! {
        #[test]
        fn a_content_that_was_written_is_read_again(count in 1u16.., amount in 1u32.., unit in 0usize..6) {
            let content = Content::new(count, amount, ContentUnit::ALL[unit]).expect("not zero");
            prop_assert_eq!(content.to_string().parse(), Ok(content));
        }

        #[test]
        fn the_unit_price_of_the_basis_is_within_half_a_kopeck(
            count in 1u16..100, grams in 1u32..100_000, kopecks in 1i64..10_000_000,
        ) {
            let content = Content::new(count, grams * 1000, ContentUnit::Gram).expect("not zero");
            let price = Money { minor_units: kopecks, currency: Currency::Rub };
            if let Some(unit) = content.unit_price(price) {
                let total_grams = i128::from(count) * i128::from(grams);
                let back = i128::from(unit.price.minor_units) * total_grams - i128::from(kopecks) * 1000;
                prop_assert!(back.abs() * 2 <= total_grams);
            }
        }

        #[test]
        fn any_text_is_a_content_or_an_error(text in ".{0,30}") {
            let _ = text.parse::<Content>();
        }
    }
}
