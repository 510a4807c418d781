//! A question that must be answered before anything else: the browser's own modal dialog.

use leptos::prelude::*;
use leptos::{ev, html};

use crate::i18n::{Locale, use_locale};

/// An answer to a dialog's question.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    /// What it is called on the page.
    pub(crate) action: &'static str,
    /// What stands on its button.
    pub(crate) label: fn(Locale) -> &'static str,
    /// What it does.
    pub(crate) run: Callback<()>,
}

/// A modal dialog. The browser keeps the focus in it while it is open, and gives it back when it closes.
#[component]
pub(crate) fn Dialog(
    /// What it is called on the page.
    name: &'static str,
    /// Whether it is asked now.
    #[prop(into)]
    is_open: Signal<bool>,
    /// What is asked.
    heading: fn(Locale) -> &'static str,
    /// What follows if nobody answers.
    #[prop(into)]
    description: Signal<String>,
    /// The answer that gets the focus, and that is given by Escape or a touch beside the dialog.
    answer: Answer,
    /// The other one.
    other: Answer,
) -> AnyView {
    let (dialog, locale) = (NodeRef::<html::Dialog>::new(), use_locale());
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
            answer.run.run(());
        }
    };
    let button = move |class: &'static str, answer: Answer| {
        view! {
            <button class=class type="button" data-action=answer.action on:click=move |_| answer.run.run(())>
                {move || (answer.label)(locale.get())}
            </button>
        }
    };
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby=format!("{name}-heading")
            aria-describedby=format!("{name}-description")
            node_ref=dialog
            on:cancel=move |_: ev::Event| answer.run.run(())
            on:click=touched
        >
            <div class="dialog-content">
                <h2 id=format!("{name}-heading")>{move || heading(locale.get())}</h2>
                <p id=format!("{name}-description")>{description}</p>
                <div class="dialog-answers">{button("button button-main", answer)} {button("button", other)}</div>
            </div>
        </dialog>
    }
    .into_any()
}
