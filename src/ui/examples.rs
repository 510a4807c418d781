//! Products that the examples of several screens show.

use polka_domain::{Allergens, Currency, Money, Product, SaleUnit, ShelfAddress, Text};

/// A product with a price for everybody and one for members.
pub(crate) fn milk() -> Product {
    let names = ("Молоко пастеризованное 3,2 %", "Pasteurised milk 3.2 %");
    Product {
        card_price: Some(Money { minor_units: 7990, currency: Currency::Rub }),
        ..product("9520000000004", names, 9490, ["3", "2", "2"])
    }
}

/// A product with names, a price in kopecks and a place; an empty aisle is none.
pub(crate) fn product(gtin: &str, names: (&str, &str), price: i64, place: [&str; 3]) -> Product {
    Product {
        gtin: gtin.parse().expect("a GTIN"),
        name: Text::parse(names.0).expect("a name"),
        name_en: Text::parse(names.1).ok(),
        brand: None,
        category: None,
        sale_unit: SaleUnit::Piece,
        content: None,
        price: Money { minor_units: price, currency: Currency::Rub },
        card_price: None,
        offer: None,
        offer_until: None,
        shelf_address: ShelfAddress::parse(place[0], place[1], place[2]).expect("an address"),
        allergens: Allergens::default(),
        age_limit: None,
        date_kind: None,
    }
}
