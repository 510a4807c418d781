//! Named states of the screen, for tests and pictures.

use polka_domain::{Allergens, Currency, Money, Product, SaleUnit, ShelfAddress, Text};

fn text(text: &str) -> Option<Text> {
    Text::parse(text).ok()
}

/// A product that has everything: card price, content, offer, shelf, allergens.
pub(crate) fn milk() -> Product {
    let rub = |minor_units| Money { minor_units, currency: Currency::Rub };
    Product {
        gtin: "9520000000004".parse().expect("a GTIN"),
        name: text("Молоко пастеризованное 3,2 %").expect("a name"),
        name_en: text("Pasteurised milk 3.2 %"),
        brand: text("Заречье"),
        category: text("Молочные продукты/Молоко"),
        sale_unit: SaleUnit::Piece,
        content: "930 ml".parse().ok(),
        price: rub(9490),
        card_price: Some(rub(7990)),
        offer: text("2 по цене 1"),
        offer_until: "2027-12-31".parse().ok(),
        shelf_address: ShelfAddress::parse("4", "2", "3").ok().flatten(),
        allergens: Allergens::parse("milk").unwrap_or_default(),
        age_limit: None,
        date_kind: None,
    }
}
