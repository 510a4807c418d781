//! Named states of the screen, for tests and pictures.

use leptos::prelude::*;

use super::state::State;
use super::view::{About, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::Fate;
use crate::ui::examples::milk;

/// One of each kind; the others differ in their words alone.
pub(crate) fn examples() -> [Example; 5] {
    [
        ("nothing-typed", |locale| example(State::START, locale)),
        ("typed", |locale| example(State::Typing { minor_units: 12_990 }, locale)),
        ("card-price", |locale| example(State::CardPrice, locale)),
        ("saved", |locale| example(State::Said(Fate::Kept), locale)),
        ("full", |locale| example_with(State::START, About { can_keep: false, ..about(locale) })),
    ]
}

fn about(locale: Locale) -> About {
    About { product: Some(milk()), can_keep: true, locale }
}

fn example(state: State, locale: Locale) -> AnyView {
    example_with(state, about(locale))
}

fn example_with(state: State, about: About) -> AnyView {
    let state = RwSignal::new(state);
    let type_digit = move |digit| state.update(|state| *state = state.with_digit(digit));
    show(state.into(), Signal::stored(about), type_digit, move |step| state.set(step(state.get_untracked(), &milk()).0))
}
