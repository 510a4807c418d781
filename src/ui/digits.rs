//! Keys for digits on the screen, in the order of a telephone's: no keyboard of the browser, which a stand has not.

use leptos::prelude::*;

use crate::i18n::Locale;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::words::frame as words;

/// What somebody does to what they type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Digit(u8),
    /// Take the last digit back.
    Erase,
}

/// The keys for what is nobody else's business: the voice says digits through headphones alone.
pub(crate) fn secret_keys(locale: Locale, press: impl Fn(Key) + Copy + 'static) -> impl IntoView {
    let speech = use_speech();
    let digit = move |digit: u8| {
        press(Key::Digit(digit));
        speech.tell(digit.to_string(), Class::Masked);
    };
    let erase = move || {
        press(Key::Erase);
        speech.tell(words::erased(locale).to_owned(), Class::Prompt);
    };
    digit_keys(locale, digit, erase)
}

/// What is typed, in one row where a screen lies and has no height for more, and the keys for it.
pub(crate) fn entry(typed: AnyView, keys: impl IntoView) -> AnyView {
    view! { <div class="entry"><div class="entry-typed">{typed}</div> {keys}</div> }.into_any()
}

/// The keys. `erase` takes the last digit back.
pub(crate) fn digit_keys(
    locale: Locale,
    press: impl Fn(u8) + Copy + 'static,
    erase: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let key = move |digit: u8| {
        view! {
            <button class="button" type="button" data-digit=digit.to_string() on:click=move |_| press(digit)>
                {digit.to_string()}
            </button>
        }
    };
    view! {
        <div class="digits">
            {(1..=9).map(key).collect_view()}
            {key(0)}
            <button class="button digits-erase" type="button" data-action="erase" on:click=move |_| erase()>
                {words::button_erase(locale)}
            </button>
        </div>
    }
}
