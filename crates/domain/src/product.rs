//! What stands on a shelf.

use crate::{Allergens, Content, Date, Gtin, Money, ShelfAddress, Text, UnitPrice};

/// What the price is the price of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaleUnit {
    /// One pack.
    #[default]
    Piece,
    /// One kilogram, weighed.
    Kilogram,
    /// One litre, on tap.
    Litre,
}

impl SaleUnit {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Piece, Self::Kilogram, Self::Litre];

    /// The word by which feeds and the API name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Piece => "piece",
            Self::Kilogram => "kg",
            Self::Litre => "l",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

/// What the date on a pack means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateKind {
    /// It may be eaten afterwards.
    BestBefore,
    /// It must not be eaten afterwards.
    UseBy,
}

impl DateKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::BestBefore, Self::UseBy];

    /// The word by which feeds and the API name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BestBefore => "best_before",
            Self::UseBy => "use_by",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A product of one store, with its price there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The number in its barcode.
    pub gtin: Gtin,
    /// Its name in the store's language.
    pub name: Text,
    /// Its name in English.
    pub name_en: Option<Text>,
    /// Whose it is.
    pub brand: Option<Text>,
    /// The path of its department, with `/` between the levels.
    pub category: Option<Text>,
    /// What the price is the price of.
    pub sale_unit: SaleUnit,
    /// How much is in a pack.
    pub content: Option<Content>,
    /// The shelf price.
    pub price: Money,
    /// The price for members, not above the shelf price.
    pub card_price: Option<Money>,
    /// What is offered, in the store's words.
    pub offer: Option<Text>,
    /// The offer's last day.
    pub offer_until: Option<Date>,
    /// Where it stands.
    pub shelf_address: Option<ShelfAddress>,
    /// What a person may be allergic to.
    pub allergens: Allergens,
    /// The age in years from which it is sold.
    pub age_limit: Option<u8>,
    /// What the date on its pack means.
    pub date_kind: Option<DateKind>,
}

impl Product {
    /// What a kilogram, litre or piece costs, where the price itself does not say it.
    #[must_use]
    pub fn unit_price(&self) -> Option<UnitPrice> {
        match self.sale_unit {
            SaleUnit::Piece => self.content?.unit_price(self.price),
            SaleUnit::Kilogram | SaleUnit::Litre => None,
        }
    }

    /// The offer, while it lasts: one whose last day is before `today` is over.
    #[must_use]
    pub fn offer_on(&self, today: Date) -> Option<&Text> {
        let is_over = self.offer_until.is_some_and(|last_day| last_day < today);
        self.offer.as_ref().filter(|_| !is_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use jiff::civil::date;

    fn milk() -> Product {
        Product {
            gtin: "9520000000004".parse().expect("a GTIN"),
            name: Text::parse("Молоко").expect("a name"),
            name_en: None,
            brand: None,
            category: None,
            sale_unit: SaleUnit::Piece,
            content: "930 ml".parse().ok(),
            price: Money { minor_units: 8990, currency: Currency::Rub },
            card_price: None,
            offer: Text::parse("2 = 1").ok(),
            offer_until: Some(date(2026, 11, 22)),
            shelf_address: None,
            allergens: Allergens::default(),
            age_limit: None,
            date_kind: None,
        }
    }

    #[test]
    fn an_offer_lasts_to_the_end_of_its_last_day() {
        assert!(milk().offer_on(date(2026, 11, 22)).is_some());
        assert!(milk().offer_on(date(2026, 11, 23)).is_none());
        assert!(Product { offer_until: None, ..milk() }.offer_on(date(2030, 1, 1)).is_some());
    }

    #[test]
    fn a_price_per_kilogram_is_not_worked_out_twice() {
        assert!(milk().unit_price().is_some());
        assert!(Product { sale_unit: SaleUnit::Kilogram, ..milk() }.unit_price().is_none());
        assert!(Product { content: None, ..milk() }.unit_price().is_none());
    }
}
