//! A question that must be answered before anything else: the browser's own modal dialog.

use leptos::prelude::*;
use leptos::{ev, html};

/// A modal dialog, open as long as it is on the page. The focus is kept in it and given back by the browser.
#[component]
pub(crate) fn Dialog(
    /// What is asked.
    #[prop(into)]
    heading: Signal<String>,
    /// What to do when it is left without an answer, by Escape or a touch beside it.
    on_leave: impl Fn() + Clone + 'static,
    /// What it says, and the answers.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let leave = on_leave.clone();
    // The dialog's content fills it, so a touch on the dialog itself is one on the shade around it.
    let touched = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            leave();
        }
    };
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby="dialog-heading"
            node_ref=dialog
            on:cancel=move |_: ev::Event| on_leave()
            on:click=touched
        >
            <div class="dialog-content">
                <h2 id="dialog-heading">{heading}</h2>
                {children()}
            </div>
        </dialog>
    }
}
