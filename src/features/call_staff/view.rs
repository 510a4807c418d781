use leptos::prelude::*;
use polka_contract::KeyFunction;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::State;
use crate::accessibility::use_actions;
use crate::api::use_server;
use crate::i18n::{Locale, use_locale};
use crate::offline::use_device;
use crate::session::use_session;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_heading;
use crate::words::call_staff as words;

/// The screen; who calls waits for somebody, so it is fetched when it is called for.
#[component]
pub(crate) fn CallStaffScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(call_staff, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(call_staff_view)
}

fn call_staff_view() -> AnyView {
    let (session, actions, locale) = (use_session(), use_actions(), use_locale());
    let (device, server) = (use_device(), use_server());
    let state = Memo::new(move |_| State::of_call(session.call(), device.can_keep(), server.is_away()));
    // What changes while somebody waits is told.
    Effect::new(move |is_later: Option<bool>| {
        let _ = state.get();
        if is_later.is_some() {
            focus_heading();
        }
        true
    });
    (move || {
        view! {
            <CallStaffView
                state=state.get()
                locale=locale.get()
                on_call=move || actions.perform(KeyFunction::Call)
                on_call_off=move || session.calls_off(device)
            />
        }
    })
    .into_any()
}

#[component]
pub(crate) fn CallStaffView(
    state: State,
    locale: Locale,
    on_call: impl Fn() + 'static,
    on_call_off: impl Fn() + 'static,
) -> impl IntoView {
    let (heading, instruction) = match state {
        State::None => (words::heading_none(locale), words::instruction_none(locale)),
        State::Calling => (words::heading_calling(locale), words::instruction_calling(locale)),
        State::Saved => (words::heading_saved(locale), words::instruction_saved(locale)),
        State::Unable => (words::heading_unable(locale), words::instruction_unable(locale)),
        State::Waiting => (words::heading_waiting(locale), words::instruction_waiting(locale)),
        State::Long { .. } => (words::heading_long(locale), words::instruction_long(locale)),
    };
    let button = match state {
        State::None | State::Unable => view! {
            <button class="button button-main" type="button" on:click=move |_| on_call()>
                {words::button_call(locale)}
            </button>
        }
        .into_any(),
        State::Calling | State::Saved | State::Waiting | State::Long { .. } => view! {
            <button class="button" type="button" data-action="call-off" on:click=move |_| on_call_off()>
                {words::button_off(locale)}
            </button>
        }
        .into_any(),
    };
    let called_for = match state {
        State::Long { minutes } => Some(words::called_for(locale, &minutes.to_string())),
        _ => None,
    };
    let is_error = (state == State::Unable).then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {called_for.map(|text| view! { <p>{text}</p> })}
        {button}
    }
}
