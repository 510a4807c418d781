//! Named states of the screen.

use leptos::prelude::*;
use polka_contract::{CaseState, CaseStatusResponse};
use polka_domain::Date;

use super::state::{Event, State};
use super::view::show;
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::ui::digits::Key;

pub(crate) fn examples() -> [Example; 3] {
    [
        ("code", |locale| example(&[Event::Key(Key::Digit(4)), Event::Ask], locale)),
        ("in-work", |locale| example(&[told(CaseState::InWork, false, locale)], locale)),
        ("asked", |locale| example(&[told(CaseState::Closed, true, locale)], locale)),
    ]
}

fn told(state: CaseState, asks: bool, locale: Locale) -> Event {
    let outcome = asks.then(|| match locale {
        Locale::Russian => "Мы сняли товар с продажи.".into(),
        Locale::English => "We took the goods off the shelf.".into(),
    });
    Event::Told(Ok(CaseStatusResponse { state, due_day: "2026-11-26".into(), outcome, asks, is_put_right: None }))
}

fn example(events: &[Event], locale: Locale) -> AnyView {
    let mut state = State::default();
    events.iter().for_each(|event| drop(state.update(event.clone())));
    let state = RwSignal::new(state);
    let on = move |event| state.update(|state| drop(state.update(event)));
    show(state.into(), Signal::stored(locale), Signal::stored(Date::constant(2026, 11, 24)), on)
}
