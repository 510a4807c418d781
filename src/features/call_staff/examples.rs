//! Named states of the screen.

use leptos::prelude::*;

use super::state::State;
use super::view::CallStaffView;
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::Fate;

pub(crate) fn examples() -> [Example; 9] {
    [
        ("nobody", |locale| show(State::None, locale)),
        ("saved", |locale| show(State::Saved, locale)),
        ("unable", |locale| show(State::Unable, locale)),
        ("waiting", |locale| show(State::Waiting, locale)),
        ("long", |locale| show(State::Long { minutes: 1, is_called_again: false }, locale)),
        ("again", |locale| show(State::Long { minutes: 3, is_called_again: true }, locale)),
        ("coming", |locale| {
            let name = match locale {
                Locale::Russian => "Анна",
                Locale::English => "Anna",
            };
            show_with(State::Coming, Some((name.to_owned(), 2)), None, locale)
        }),
        ("over", |locale| show(State::Over, locale)),
        ("till", |locale| show_with(State::None, None, Some(Fate::Kept), locale)),
    ]
}

fn show(state: State, locale: Locale) -> AnyView {
    show_with(state, None, None, locale)
}

fn show_with(state: State, coming: Option<(String, u32)>, till: Option<Fate>, locale: Locale) -> AnyView {
    let (name, minutes) = coming.unzip();
    view! { <CallStaffView state locale name minutes till on_till=|| {} on_call=|| {} on_call_off=|| {}/> }.into_any()
}
