//! Named states of the screen.

use leptos::prelude::*;
use polka_catalogue::search::{Department, Found, Hit};

use super::state::State;
use super::view::{Results, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::ui::examples::product;

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
    let completions =
        if query == "молоко" { vec!["молоко".into(), "молочный".into()] } else { Vec::new() };
    show(state.into(), results.into(), Signal::stored(completions), move |event| {
        state.update(|state| state.update(event))
    })
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
    let product = product(gtin, (name, ""), 8990, if has_place { ["12", "3", "2"] } else { [""; 3] });
    Hit { product, matched: 1 }
}
