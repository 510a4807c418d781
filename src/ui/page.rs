//! What most pages are made of: a heading with a sentence under it, and buttons.

use leptos::prelude::*;

/// What the page says first; both are told as an error where it is one.
pub(crate) fn told(heading: &'static str, instruction: &'static str, is_error: bool) -> AnyView {
    let is_error = is_error.then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
    }
    .into_any()
}

/// A button, by the name under which tests and styles know it.
pub(crate) fn button(
    name: &'static str,
    class: &'static str,
    label: impl Into<String>,
    press: impl Fn() + 'static,
) -> AnyView {
    view! { <button class=class type="button" data-action=name on:click=move |_| press()>{label.into()}</button> }
        .into_any()
}
