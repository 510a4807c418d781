//! Named states of the screen.

use leptos::prelude::*;

use super::state::State;
use super::view::CallStaffView;
use crate::gallery::Example;
use crate::i18n::Locale;

pub(crate) fn examples() -> [Example; 5] {
    [
        ("nobody", |locale| show(State::None, locale)),
        ("saved", |locale| show(State::Saved, locale)),
        ("unable", |locale| show(State::Unable, locale)),
        ("waiting", |locale| show(State::Waiting, locale)),
        ("long", |locale| show(State::Long { minutes: 3 }, locale)),
    ]
}

fn show(state: State, locale: Locale) -> AnyView {
    view! { <CallStaffView state locale on_call=|| {} on_call_off=|| {}/> }.into_any()
}
