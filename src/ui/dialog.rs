//! A question that must be answered before anything else: the browser's own modal dialog.

use leptos::prelude::*;
use leptos::{ev, html};

/// A modal dialog. The browser keeps the focus in it while it is open, and gives it back when it closes.
#[component]
pub(crate) fn Dialog(
    /// What it is called on the page.
    name: &'static str,
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
    on_leave: Callback<()>,
    /// The answers; the first gets the focus.
    children: Children,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The dialog's content fills it, so a touch on the dialog itself is one on the shade around it.
    let touched = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            on_leave.run(());
        }
    };
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby=format!("{name}-heading")
            aria-describedby=format!("{name}-description")
            node_ref=dialog
            on:cancel=move |_: ev::Event| on_leave.run(())
            on:click=touched
        >
            <div class="dialog-content">
                <h2 id=format!("{name}-heading")>{heading}</h2>
                <p id=format!("{name}-description")>{description}</p>
                <div class="dialog-answers">{children()}</div>
            </div>
        </dialog>
    }
    .into_any()
}
