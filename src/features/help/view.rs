use leptos::prelude::*;
use polka_contract::KeyFunction;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::accessibility::{ActionButton, use_accessibility};
use crate::i18n::{Locale, use_locale};
use crate::ui::fetched::fetched_screen;
use crate::ui::icon::Icon;
use crate::words::accessibility;
use crate::words::help as words;

/// The screen, fetched when somebody asks for help.
#[component]
pub(crate) fn HelpScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(help, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(help_view)
}

fn help_view() -> AnyView {
    let (locale, modes) = (use_locale(), use_accessibility().modes);
    let has_speech = Memo::new(move |_| modes.with(|modes| modes.audio));
    (move || view! { <HelpView locale=locale.get() has_speech=has_speech.get()/> }).into_any()
}

#[component]
pub(crate) fn HelpView(locale: Locale, has_speech: bool) -> impl IntoView {
    view! {
        <h1 tabindex="-1">{words::heading(locale)}</h1>
        <ol class="steps">
            <li>{words::step_find(locale)}</li>
            <li>{words::step_hold(locale)}</li>
            <li>{words::step_read(locale)}</li>
            <li>{words::step_next(locale)}</li>
        </ol>
        <p class="instruction">{words::instruction_staff(locale)}</p>
        <a class="button" href="/report-expired">{words::button_expired(locale)}</a>
        <a class="button" href="/case-status">{words::button_case(locale)}</a>
        {has_speech.then(|| view! {
            <h2>{accessibility::heading_speech(locale)}</h2>
            <div class="choices">
                <ActionButton function=KeyFunction::Slower label=accessibility::button_slower/>
                <ActionButton function=KeyFunction::Faster label=accessibility::button_faster/>
                <ActionButton function=KeyFunction::Quieter label=accessibility::button_quieter/>
                <ActionButton function=KeyFunction::Louder label=accessibility::button_louder/>
                <ActionButton function=KeyFunction::Repeat label=accessibility::button_repeat/>
                <ActionButton function=KeyFunction::Pause label=accessibility::button_pause/>
                <ActionButton function=KeyFunction::Curtain label=accessibility::button_curtain/>
                <ActionButton function=KeyFunction::ExplainKeys label=accessibility::button_explain/>
            </div>
        })}
        <h2>{accessibility::heading_modes(locale)}</h2>
        <div class="choices">
            <ActionButton function=KeyFunction::Reach label=accessibility::button_reach icon=Icon::ArrowDown/>
            <ActionButton function=KeyFunction::Motor label=accessibility::button_motor icon=Icon::Expand/>
            <ActionButton function=KeyFunction::Motion label=accessibility::button_motion icon=Icon::Pause/>
            <ActionButton function=KeyFunction::DefaultSettings label=accessibility::button_default/>
        </div>
    }
}
