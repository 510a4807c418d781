use leptos::prelude::*;

use crate::i18n::{Locale, use_locale};
use crate::words::help as words;

#[component]
pub(crate) fn HelpScreen() -> impl IntoView {
    let locale = use_locale();
    move || view! { <HelpView locale=locale.get()/> }
}

#[component]
fn HelpView(locale: Locale) -> impl IntoView {
    view! {
        <h1 tabindex="-1">{words::heading(locale)}</h1>
        <ol class="steps">
            <li>{words::step_find(locale)}</li>
            <li>{words::step_hold(locale)}</li>
            <li>{words::step_read(locale)}</li>
            <li>{words::step_next(locale)}</li>
        </ol>
        <p class="instruction">{words::instruction_staff(locale)}</p>
    }
}
