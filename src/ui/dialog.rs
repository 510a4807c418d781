//! A question that must be answered before anything else: the browser's own modal dialog.

use leptos::prelude::*;
use leptos::{ev, html};

/// A modal dialog. The browser keeps the focus in it while it is open, and gives it back when it closes.
#[component]
pub(crate) fn Dialog(
    /// Whether it is asked now.
    #[prop(into)]
    is_open: Signal<bool>,
    /// What is asked.
    #[prop(into)]
    heading: Signal<String>,
    /// What follows if nobody answers.
    #[prop(into)]
    description: Signal<String>,
    /// What to do when it is left without an answer, by Escape or a touch beside it.
    on_leave: impl Fn() + Clone + 'static,
    /// The answers; the first gets the focus.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
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
            aria-describedby="dialog-description"
            node_ref=dialog
            on:cancel=move |_: ev::Event| on_leave()
            on:click=touched
        >
            <div class="dialog-content">
                <h2 id="dialog-heading">{heading}</h2>
                <p id="dialog-description">{description}</p>
                <div class="dialog-answers">{children()}</div>
            </div>
        </dialog>
    }
}
