//! Named states of the screen.

use std::sync::Arc;

use leptos::prelude::*;
use polka_domain::{Allergens, Currency, Money, Product, SaleUnit, ShelfAddress, Text};
use polka_wayfinding::{Profile, StoreMap};

use super::state::Way;
use super::view::{State, show};
use crate::gallery::Example;

pub(crate) fn examples() -> [Example; 3] {
    [
        ("loading", |_| example(State::Loading)),
        ("no-way", |_| example(State::NoWay(Some(Box::new(product(None)))))),
        ("found", |_| {
            let map = StoreMap::parse(include_bytes!("../../../crates/server/demo/map.geojson")).expect("a map");
            let address = ShelfAddress::parse("3", "2", "2").expect("an address").expect("an address");
            let way = Way::find(&Arc::new(map), Some("Demo"), &address, Profile::on_foot()).expect("a way");
            example(State::Found(Box::new(product(Some(address))), way))
        }),
    ]
}

fn example(state: State) -> AnyView {
    show(RwSignal::new(state).into(), RwSignal::new(false))
}

fn product(shelf_address: Option<ShelfAddress>) -> Product {
    Product {
        gtin: "9520000000004".parse().expect("a GTIN"),
        name: Text::parse("Молоко пастеризованное 3,2 %").expect("a name"),
        name_en: Text::parse("Pasteurised milk 3.2 %").ok(),
        brand: None,
        category: None,
        sale_unit: SaleUnit::Piece,
        content: None,
        price: Money { minor_units: 8990, currency: Currency::Rub },
        card_price: None,
        offer: None,
        offer_until: None,
        shelf_address,
        allergens: Allergens::default(),
        age_limit: None,
        date_kind: None,
    }
}
