use leptos::prelude::*;

use crate::i18n::{Locale, use_locale};
use crate::words::not_found as words;

#[component]
pub(crate) fn NotFoundScreen() -> impl IntoView {
    let locale = use_locale();
    move || view! { <NotFoundView locale=locale.get()/> }
}

#[component]
fn NotFoundView(locale: Locale) -> impl IntoView {
    view! {
        <h1 tabindex="-1">{words::heading(locale)}</h1>
        <p class="instruction">{words::instruction(locale)}</p>
        <a class="button button-main" href="/">{words::button_start(locale)}</a>
    }
}
