//! Tells a screen reader that somebody brought along which screen is new.

use leptos::prelude::*;

/// The name of the screen in a polite live region, which nobody sees.
#[component]
pub(crate) fn AnnouncerView(
    /// The name of the screen.
    #[prop(into)]
    screen: Signal<&'static str>,
) -> impl IntoView {
    view! { <p class="unseen" aria-live="polite">{screen}</p> }
}
