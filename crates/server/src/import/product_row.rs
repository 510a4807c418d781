//! One row of a list: a product, or the reason why it is none.

use std::fmt::Display;

use csv::StringRecord;
use polka_domain::{Allergens, Currency, Date, DateKind, Gtin, Money, Product, SaleUnit, ShelfAddress, Text};

use super::columns::Columns;

/// Why a row is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// In words, with the field that is wrong.
    pub(super) reason: String,
    /// Whose row it is, where that much is right: the product stays as it was.
    pub(super) gtin: Option<Gtin>,
}

static NAMES: [&str; 17] = [
    "gtin",
    "name",
    "name_en",
    "brand",
    "category",
    "unit",
    "content",
    "price",
    "card_price",
    "offer",
    "offer_until",
    "aisle",
    "bay",
    "shelf",
    "allergens",
    "age_limit",
    "date_kind",
];
const NEEDED: [&str; 3] = ["gtin", "name", "price"];

/// Where each field of a product stands in a row.
pub(super) struct ProductColumns(Columns);

impl ProductColumns {
    pub(super) fn find(header: &StringRecord) -> Result<Self, String> {
        Columns::find(header, &NAMES, &NEEDED).map(Self)
    }

    /// The header's names that mean nothing here.
    pub(super) fn unknown<'a>(&self, header: &'a StringRecord) -> impl Iterator<Item = &'a str> {
        self.0.unknown(header)
    }

    /// The product of a row that has as many fields as the header.
    pub(super) fn product(&self, row: &StringRecord, width: usize, currency: Currency) -> Result<Product, Refusal> {
        let field = |name: &str| self.0.field(row, name);
        let gtin = field("gtin");
        let parsed: Result<Gtin, _> = gtin.parse();
        let own = parsed.ok();
        let refuse = |name: &str, problem: &dyn Display| {
            let value: String = field(name).chars().take(60).collect();
            Refusal { reason: format!("{name} {value:?} {problem}"), gtin: own }
        };
        if row.len() != width {
            return Err(Refusal { reason: format!("the row has {} fields, the header {width}", row.len()), gtin: own });
        }
        let text = |name: &str| match field(name) {
            "" => Ok(None),
            value => Text::parse(value).map(Some).map_err(|problem| refuse(name, &problem)),
        };
        let money = |name: &str| Money::parse_price(field(name), currency).map_err(|problem| refuse(name, &problem));

        let price = money("price")?;
        let card_price = if field("card_price").is_empty() { None } else { Some(money("card_price")?) };
        if card_price.is_some_and(|card_price| card_price > price) {
            return Err(refuse("card_price", &"is above the price"));
        }
        let shelf_address = ShelfAddress::parse(field("aisle"), field("bay"), field("shelf"))
            .map_err(|problem| Refusal { reason: format!("the shelf address {problem}"), gtin: own })?;
        Ok(Product {
            gtin: parsed.map_err(|problem| refuse("gtin", &problem))?,
            name: Text::parse(field("name")).map_err(|problem| refuse("name", &problem))?,
            name_en: text("name_en")?,
            brand: text("brand")?,
            category: text("category")?,
            sale_unit: match field("unit") {
                "" => SaleUnit::Piece,
                unit => {
                    SaleUnit::from_code(&unit.to_lowercase()).ok_or_else(|| refuse("unit", &"is not piece, kg or l"))?
                }
            },
            content: match field("content") {
                "" => None,
                content => Some(content.parse().map_err(|problem| refuse("content", &problem))?),
            },
            price,
            card_price,
            offer: text("offer")?,
            offer_until: match field("offer_until") {
                "" => None,
                day => Some(parse_day(day).ok_or_else(|| refuse("offer_until", &"is not a day like 2026-12-31"))?),
            },
            shelf_address,
            allergens: Allergens::parse(field("allergens")).map_err(|problem| refuse("allergens", &problem))?,
            age_limit: match field("age_limit").trim_end_matches('+') {
                "" => None,
                // Nobody sells by an age above this; a larger number is a slip.
                years => match years.parse() {
                    Ok(years @ 1..=99) => Some(years),
                    _ => return Err(refuse("age_limit", &"is not a number of years from 1 to 99")),
                },
            },
            date_kind: match field("date_kind") {
                "" => None,
                kind => Some(
                    DateKind::from_code(&kind.to_lowercase())
                        .ok_or_else(|| refuse("date_kind", &"is not best_before or use_by"))?,
                ),
            },
        })
    }
}

/// Reads `2026-12-31` and nothing else: a looser reader would take `2026-W01-1` and times of day.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILK: [(&str, &str); 3] = [("gtin", "9520000000004"), ("name", "Молоко"), ("price", "89.90")];

    /// The product of a row with these fields beside, or in place of, those of a good one.
    fn row(fields: &[(&str, &str)]) -> Result<Product, String> {
        let mut all: Vec<(&str, &str)> =
            MILK.into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name)).collect();
        all.extend(fields);
        let header = StringRecord::from_iter(all.iter().map(|(name, _)| name));
        let row = StringRecord::from_iter(all.iter().map(|(_, value)| value));
        let columns = ProductColumns::find(&header)?;
        columns.product(&row, header.len(), Currency::Rub).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn a_row_of_three_fields_is_a_product() {
        let product = row(&[]).expect("a product");
        assert_eq!((product.price.minor_units, product.sale_unit), (8990, SaleUnit::Piece));
        assert_eq!((product.content, product.card_price, product.shelf_address), (None, None, None));
    }

    #[test]
    fn a_full_row_keeps_every_field() {
        let product = row(&[
            ("Name_EN ", "Milk"),
            ("unit", "piece"),
            ("content", "930 мл"),
            ("card_price", "79,90"),
            ("offer", "2 = 1"),
            ("offer_until", "2026-12-31"),
            ("aisle", "3"),
            ("bay", "2"),
            ("shelf", "1"),
            ("allergens", "milk"),
            ("age_limit", "18+"),
            ("date_kind", "use_by"),
        ])
        .expect("a product");
        assert_eq!(product.name_en.map(|name| name.to_string()), Some("Milk".into()));
        assert_eq!(product.card_price.map(|price| price.minor_units), Some(7990));
        assert_eq!(product.offer_until.map(|day| day.to_string()), Some("2026-12-31".into()));
        assert_eq!((product.age_limit, product.date_kind), (Some(18), Some(DateKind::UseBy)));
    }

    #[test]
    fn each_wrong_field_is_named_with_its_reason() {
        for (name, value, reason) in [
            ("gtin", "9520000000005", "gtin \"9520000000005\" has a wrong check digit: the last digit would be 4"),
            ("gtin", "", "gtin \"\" has something besides digits"),
            ("name", " ", "name \"\" is empty"),
            ("price", "-1", "price \"-1\" is below zero"),
            ("price", "0.00", "price \"0.00\" is zero"),
            ("price", "", "price \"\" is not a number"),
            ("price", "1.999", "price \"1.999\" has more than two decimals"),
            ("card_price", "89.91", "card_price \"89.91\" is above the price"),
            ("card_price", "x", "card_price \"x\" is not a number"),
            ("unit", "dozen", "unit \"dozen\" is not piece, kg or l"),
            ("content", "1 oz", "content \"1 oz\" has a unit that is not g, kg, ml, l, pcs or m"),
            ("offer_until", "31.12.2026", "offer_until \"31.12.2026\" is not a day like 2026-12-31"),
            ("offer_until", "2026-02-30", "offer_until \"2026-02-30\" is not a day like 2026-12-31"),
            ("bay", "2", "the shelf address names a bay without its aisle, or a shelf without its bay"),
            ("age_limit", "200", "age_limit \"200\" is not a number of years from 1 to 99"),
            ("date_kind", "fresh", "date_kind \"fresh\" is not best_before or use_by"),
        ] {
            assert_eq!(row(&[(name, value)]), Err(reason.into()));
        }
        assert!(row(&[("name", &"я".repeat(200))]).is_ok());
        let refused = row(&[("name", &"я".repeat(201))]);
        assert!(refused.is_err_and(|reason| reason.ends_with("is longer than 200 characters")));
    }

    #[test]
    fn a_header_must_have_the_three_columns_each_once() {
        let find = |names: &[&str]| ProductColumns::find(&StringRecord::from(names.to_vec())).map(drop);
        assert_eq!(find(&["price", "GTIN", "Name", "colour"]), Ok(()));
        assert!(find(&["gtin", "name"]).is_err_and(|problem| problem.starts_with("has no column price")));
        assert_eq!(find(&["gtin", "name", "price", "Price"]), Err("has the column \"price\" twice".into()));
    }
}
