//! A question that must be answered before anything else: the browser's own modal dialog.

use leptos::html;
use leptos::prelude::*;

/// A modal dialog, open as long as it is on the page. The focus is kept in it and given back by the browser.
#[component]
pub(crate) fn Dialog(
    /// What is asked.
    #[prop(into)]
    heading: Signal<String>,
    /// What to do when it is left without an answer, as by Escape.
    on_leave: impl Fn() + 'static,
    /// What it says, and the answers.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog class="dialog" role="alertdialog" aria-labelledby="dialog-heading" node_ref=dialog on:cancel=move |_: leptos::ev::Event| on_leave()>
            <h2 id="dialog-heading">{heading}</h2>
            {children()}
        </dialog>
    }
}
