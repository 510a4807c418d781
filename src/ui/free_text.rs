//! Words that somebody writes by the tablet's own keyboard, for any screen that asks for some.

use leptos::prelude::*;

/// A field of one line and so many characters: what is scanned meanwhile is kept out of it, and it is read aloud, as every
/// other.
pub(crate) fn free_text_field(
    label: &'static str,
    longest: usize,
    text: Memo<String>,
    on: impl Fn(String) + 'static,
) -> AnyView {
    view! {
        <label class="field">
            {label}
            <input
                type="text"
                autocomplete="off"
                data-free-text=""
                maxlength=longest.to_string()
                prop:value=move || text.get()
                on:input=move |event| on(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}
