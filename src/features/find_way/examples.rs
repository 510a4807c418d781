//! Named states of the screen.

use std::sync::Arc;

use leptos::prelude::*;
use polka_wayfinding::{Profile, StoreMap, Ways};

use super::state::{Goal, Here, Trip, Walked};
use super::take_along::phone_link;
use super::view::{About, Missing, State, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::Fate;
use crate::ui::examples::{milk, product};

pub(crate) fn examples() -> [Example; 8] {
    [
        ("loading", |locale| example(State::Loading, false, locale)),
        ("empty", |locale| example(State::Empty, true, locale)),
        ("no-way", |locale| example(State::NoWay(vec![goal(milk())]), false, locale)),
        ("found", |locale| example(found(vec![goal(milk())]), false, locale)),
        ("list", |locale| example(found(list()), true, locale)),
        ("list-without-map", |locale| example(State::NoWay(list()), true, locale)),
        ("tills", |locale| show_with(found(list()), About { here: Here::Tills, ..about(true, locale) }, None)),
        ("missing", |locale| show_with(found(list()), about(true, locale), Some(Fate::Kept))),
    ]
}

fn about(is_list: bool, locale: Locale) -> About {
    About {
        locale,
        is_list,
        here: Here::Next,
        can_report: true,
        has_speech: true,
        has_printer: true,
        link: phone_link("https://shop.example", "9520000000004.9521040000276-2", Some("Demo"), locale)
            .filter(|_| is_list),
    }
}

fn example(state: State, is_list: bool, locale: Locale) -> AnyView {
    show_with(state, about(is_list, locale), None)
}

fn show_with(state: State, about: About, fate: Option<Fate>) -> AnyView {
    let instead = vec![product("9521040000788", ("Кефир 2,5 %", "Kefir 2.5 %"), 9900, ["3", "5", "2"])];
    let missing = Missing { fate: Signal::stored(fate), instead: Signal::stored(Some(instead)) };
    let (state, prints) = (RwSignal::new(state).into(), Signal::stored(false));
    show(state, Signal::stored(about), missing, prints, RwSignal::new(false), |_| {})
}

fn goal(product: polka_domain::Product) -> Goal {
    Goal { product, quantity: 1 }
}

fn list() -> Vec<Goal> {
    let frozen = product("9521040000276", ("Мороженое", "Ice cream"), 9900, ["6", "8", "1"]);
    let tea = product("9521040000443", ("Чай чёрный", "Black tea"), 9900, ["9", "2", "3"]);
    let salt = product("9521040000955", ("Соль", "Salt"), 9900, [""; 3]);
    [milk(), frozen, tea, salt].map(goal).to_vec()
}

fn found(goals: Vec<Goal>) -> State {
    let map = StoreMap::parse(include_bytes!("../../../crates/server/demo/map.geojson")).expect("a map");
    let ways = Arc::new(Ways::new(Arc::new(map), Profile::on_foot()));
    State::Found(Trip::plan(&ways, Some("Demo"), &Walked::default(), goals).expect("a way"))
}
