//! Sums of money.

use std::fmt;
use std::str::FromStr;

/// The currencies a store can price in. All have two decimals (ISO 4217), so that `89.9` means the same in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// Armenian dram.
    Amd,
    /// Belarusian rouble.
    Byn,
    /// Euro.
    Eur,
    /// Kyrgyz som.
    Kgs,
    /// Kazakh tenge.
    Kzt,
    /// Russian rouble.
    #[default]
    Rub,
    /// US dollar.
    Usd,
    /// Uzbek sum.
    Uzs,
}

impl Currency {
    const ALL: [Self; 8] = [Self::Amd, Self::Byn, Self::Eur, Self::Kgs, Self::Kzt, Self::Rub, Self::Usd, Self::Uzs];

    /// The three letters of ISO 4217.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Amd => "AMD",
            Self::Byn => "BYN",
            Self::Eur => "EUR",
            Self::Kgs => "KGS",
            Self::Kzt => "KZT",
            Self::Rub => "RUB",
            Self::Usd => "USD",
            Self::Uzs => "UZS",
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::ALL.into_iter().find(|currency| currency.code() == text).ok_or(MoneyError::UnknownCurrency)
    }
}

/// A sum of money: a whole number of minor units (kopecks, cents) and their currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// Kopecks, cents and the like: a hundredth of the currency's unit.
    pub minor_units: i64,
    /// What they are units of.
    pub currency: Currency,
}

/// Why a text is not a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// It is no decimal number.
    NotANumber,
    /// It is below zero.
    Negative,
    /// It is zero, and nothing on a shelf is free.
    Zero,
    /// It has parts smaller than a minor unit.
    TooManyDecimals,
    /// It is above [`Money::LARGEST_PRICE_MINOR_UNITS`].
    TooLarge,
    /// The currency is not one of those a store can price in.
    UnknownCurrency,
}

impl Money {
    /// 100 million less one kopeck: above it a price is a slip of the keyboard.
    pub const LARGEST_PRICE_MINOR_UNITS: i64 = 9_999_999_999;

    /// Reads a price above zero as feeds write it: `89.90`, `89,9`, `1 299,00`, `89`.
    ///
    /// # Errors
    /// Where it is no number, not above zero, too large, or finer than a minor unit.
    pub fn parse_price(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let whole = without_group_spaces(whole).ok_or(MoneyError::NotANumber)?;
        let has_point = whole.len() < digits.len() && digits.contains(['.', ',']);
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !are_digits(&whole) || !are_digits(decimals) || (has_point && decimals.is_empty()) {
            return Err(MoneyError::NotANumber);
        }
        if is_negative {
            return Err(MoneyError::Negative);
        }
        if decimals.len() > 2 {
            return Err(MoneyError::TooManyDecimals);
        }
        // Padded to kopecks, the digits of `89.9` are the number 8990.
        let minor_units: i64 = format!("{whole}{decimals:0<2}").parse().map_err(|_| MoneyError::TooLarge)?;
        match minor_units {
            0 => Err(MoneyError::Zero),
            1..=Self::LARGEST_PRICE_MINOR_UNITS => Ok(Self { minor_units, currency }),
            _ => Err(MoneyError::TooLarge),
        }
    }
}

/// Takes the spaces out of `1 299` and `1 299 000`, and refuses `1 2 99`.
fn without_group_spaces(whole: &str) -> Option<String> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}');
    let mut groups = whole.split(is_space);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor_units < 0 { "-" } else { "" };
        let (units, rest) = (self.minor_units.unsigned_abs() / 100, self.minor_units.unsigned_abs() % 100);
        write!(f, "{sign}{units}.{rest:02} {}", self.currency.code())
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "is not a number",
            Self::Negative => "is below zero",
            Self::Zero => "is zero",
            Self::TooManyDecimals => "has more than two decimals",
            Self::TooLarge => "is above 99999999.99",
            Self::UnknownCurrency => "is not one of AMD, BYN, EUR, KGS, KZT, RUB, USD, UZS",
        })
    }
}

impl std::error::Error for MoneyError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> Result<i64, MoneyError> {
        Money::parse_price(text, Currency::Rub).map(|money| money.minor_units)
    }

    #[test]
    fn prices_are_read_as_feeds_write_them() {
        for (text, kopecks) in [
            ("89.90", 8990),
            ("89,9", 8990),
            ("89", 8900),
            (" 0.01 ", 1),
            ("1 299,00", 129_900),
            ("1\u{a0}299\u{a0}000", 129_900_000),
            ("007.50", 750),
            ("99999999.99", Money::LARGEST_PRICE_MINOR_UNITS),
        ] {
            assert_eq!(price(text), Ok(kopecks), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_price_says_why() {
        for (text, why) in [
            ("", MoneyError::NotANumber),
            ("free", MoneyError::NotANumber),
            ("12.", MoneyError::NotANumber),
            (".5", MoneyError::NotANumber),
            ("1e3", MoneyError::NotANumber),
            ("1 2 99", MoneyError::NotANumber),
            ("1.299,00", MoneyError::NotANumber),
            ("NaN", MoneyError::NotANumber),
            ("+5", MoneyError::NotANumber),
            ("-5.00", MoneyError::Negative),
            ("0", MoneyError::Zero),
            ("0.00", MoneyError::Zero),
            ("1.999", MoneyError::TooManyDecimals),
            ("100000000", MoneyError::TooLarge),
            ("99999999999999999999999999", MoneyError::TooLarge),
        ] {
            assert_eq!(price(text), Err(why), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_price_that_was_written_is_read_again(kopecks in 1..=Money::LARGEST_PRICE_MINOR_UNITS) {
            let money = Money { minor_units: kopecks, currency: Currency::Rub };
            let written = money.to_string();
            prop_assert_eq!(price(written.trim_end_matches(" RUB")), Ok(kopecks));
        }

        #[test]
        fn any_text_is_a_price_or_an_error(text in ".{0,30}") {
            let _ = price(&text);
        }
    }
}
