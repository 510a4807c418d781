//! Named states of the camera on a screen.

use leptos::prelude::*;

use super::state::{Advice, Failure, State};
use super::view::{Shared, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::words::welcome;

pub(crate) fn examples() -> [Example; 6] {
    [
        ("off", |locale| on_a_screen(None, None, locale)),
        ("opening", |locale| on_a_screen(Some(State::Opening), None, locale)),
        ("aim", |locale| on_a_screen(Some(State::Looking(Advice::Aim)), Some(false), locale)),
        ("hold-still", |locale| on_a_screen(Some(State::Looking(Advice::HoldStill)), None, locale)),
        ("too-dark", |locale| on_a_screen(Some(State::Looking(Advice::TooDark)), Some(true), locale)),
        ("refused", |locale| on_a_screen(Some(State::Failed(Failure::Refused)), None, locale)),
    ]
}

fn on_a_screen(state: Option<State>, light: Option<bool>, locale: Locale) -> AnyView {
    view! { <h1 tabindex="-1">{welcome::heading(locale)}</h1> {show(Shared::new(state, light))} }.into_any()
}
