//! A button that does what a key does.

use leptos::prelude::*;
use polka_contract::KeyFunction;

use super::modes::{Contrast, Modes, Size};
use super::{use_accessibility, use_actions};
use crate::i18n::{Locale, use_locale};
use crate::ui::icon::{Icon, IconView};

/// A button for a function, with its word, and a picture where there is one.
#[component]
pub(crate) fn ActionButton(
    function: KeyFunction,
    /// Its word.
    label: fn(Locale) -> &'static str,
    #[prop(optional, into)] icon: Option<Icon>,
) -> AnyView {
    let (actions, accessibility, locale) = (use_actions(), use_accessibility(), use_locale());
    let is_on = move || mode(function, accessibility.modes.get()).map(|is_on| is_on.to_string());
    // The other language's name stands in that language, for whoever reads only that.
    let language = move || (function == KeyFunction::Language).then(|| locale.get().other().code());
    view! {
        <button
            class="button"
            type="button"
            data-action=function.name()
            aria-pressed=is_on
            lang=language
            on:click=move |_| actions.perform(function)
        >
            {icon.map(|icon| view! { <IconView icon/> })}
            <span>{move || label(locale.get())}</span>
        </button>
    }
    .into_any()
}

/// Whether the mode that a function switches is on; `None` where it switches none.
fn mode(function: KeyFunction, modes: Modes) -> Option<bool> {
    match function {
        KeyFunction::Size => Some(modes.size != Size::Normal),
        KeyFunction::Contrast => Some(modes.contrast != Contrast::Normal),
        KeyFunction::Audio => Some(modes.audio),
        KeyFunction::Reach => Some(modes.low_reach),
        KeyFunction::Motor => Some(modes.motor),
        KeyFunction::Motion => Some(modes.plain_motion),
        _ => None,
    }
}
