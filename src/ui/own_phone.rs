//! The way from a device of the store to somebody's own phone: a link to their card, as a picture.

use leptos::prelude::*;

use crate::i18n::Locale;
use crate::ui::qr::qr_view;
use crate::words::own_phone as words;

/// What the picture is for, and the picture itself.
pub(crate) fn own_phone_view(link: String, locale: Locale) -> AnyView {
    view! {
        <p class="instruction">{words::instruction(locale)}</p>
        <p>{words::instruction_code(locale)}</p>
        {qr_view(link, words::picture(locale))}
    }
    .into_any()
}

/// The same beneath a card, once there is a link.
pub(crate) fn own_phone_part(link: Signal<Option<String>>, locale: Locale) -> AnyView {
    (move || link.get().map(|link| view! { <h2>{words::heading(locale)}</h2> {own_phone_view(link, locale)} }))
        .into_any()
}
