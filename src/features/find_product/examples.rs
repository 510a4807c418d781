//! Named states of the screen.

use leptos::prelude::*;
use polka_catalogue::search::{Department, Found, Hit};
use polka_domain::{Currency, Money, Product, ShelfAddress, Text};

use super::state::State;
use super::view::{Results, show};
use crate::gallery::Example;
use crate::i18n::Locale;

pub(crate) fn examples() -> [Example; 5] {
    [
        ("loading", |locale| example("", locale, Results::Loading)),
        ("missing", |locale| example("", locale, Results::Missing)),
        ("departments", |locale| example("", locale, Results::Departments(departments()))),
        ("found", |locale| example("молоко", locale, Results::Found(found(), Vec::new()))),
        ("nothing", |locale| example("qwzx", locale, Results::Found(Found::default(), departments()))),
    ]
}

fn example(query: &str, locale: Locale, results: Results) -> AnyView {
    let (state, results) = (RwSignal::new(State::new(query, locale)), RwSignal::new(results));
    show(state.into(), results.into(), move |event| state.update(|state| state.update(event)))
}

fn departments() -> Vec<Department> {
    let department = |path: &str, count| Department { path: path.into(), count };
    vec![department("Молочные продукты", 120), department("Бакалея/Крупы и макаронные изделия", 48)]
}

fn found() -> Found {
    Found {
        hits: vec![
            hit("9520000000004", "Молоко пастеризованное 3,2%", true),
            hit("9520000000011", "Молоко сгущённое", false),
        ],
        total: 1,
        departments: departments(),
        did_you_mean: Some("молоко".into()),
        words: Vec::new(),
    }
}

fn hit(gtin: &str, name: &str, has_place: bool) -> Hit {
    let product = Product {
        gtin: gtin.parse().expect("a GTIN"),
        name: Text::parse(name).expect("a name"),
        name_en: None,
        brand: None,
        category: None,
        sale_unit: polka_domain::SaleUnit::Piece,
        content: None,
        price: Money { minor_units: 8990, currency: Currency::Rub },
        card_price: None,
        offer: None,
        offer_until: None,
        shelf_address: if has_place { ShelfAddress::parse("12", "3", "2").expect("an address") } else { None },
        allergens: polka_domain::Allergens::default(),
        age_limit: None,
        date_kind: None,
    };
    Hit { product, matched: 1 }
}
