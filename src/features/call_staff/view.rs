use std::time::Duration;

use leptos::prelude::*;
use polka_contract::{KeyFunction, OwnCallResponse};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::State;
use crate::accessibility::use_actions;
use crate::api::events::Events;
use crate::api::use_server;
use crate::i18n::{Locale, use_locale};
use crate::offline::{Fate, is_enrolled, use_device};
use crate::session::use_session;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_on_each;
use crate::ui::page::button;
use crate::words::call_staff as words;

/// What the store has said within so many seconds after a call may be older than the call.
const SOON_S: f64 = 5.0;
/// A way that was refused is opened again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(5);

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
    let speech = use_speech();
    let (device, server) = (use_device(), use_server());
    // What the store says of the call of this device, and whether it has said that the call is over.
    let (answer, is_over) = (RwSignal::new(OwnCallResponse::default()), RwSignal::new(false));
    let hear = move |_: &str, text: &str| {
        let Ok(now) = serde_json::from_str::<OwnCallResponse>(text) else { return };
        let Some(before) = answer.try_get_untracked() else { return };
        // One that the store has just taken may not stand in what it has told before.
        let is_taken = |(seconds, fate): (f64, Fate)| fate == Fate::Taken && (before.is_open || seconds > SOON_S);
        if !now.is_open && untrack(|| session.call()).is_some_and(is_taken) {
            session.call_is_over();
            is_over.set(true);
        }
        answer.set(now);
    };
    let events = StoredValue::new_local(None::<Events>);
    let way = StoredValue::new(None::<Callback<()>>);
    let open = move || {
        let broken = move |is_over: bool| {
            if is_over && let Some(Some(again)) = way.try_get_value() {
                set_timeout(move || again.run(()), TRY_AGAIN);
            }
        };
        if way.try_get_value().is_some() {
            events.set_value(Events::hear(&["call"], hear, broken));
        }
    };
    if is_enrolled() {
        way.set_value(Some(Callback::new(move |()| open())));
        open();
    }
    on_cleanup(move || events.set_value(None));
    let state = Memo::new(move |_| {
        let call = session.call();
        match answer.with(|answer| State::of_call(call, device.can_keep(), server.is_away(), answer)) {
            State::None if is_over.get() => State::Over,
            state => state,
        }
    });
    let till = Memo::new(move |_| Some(session.till.get()?.get().as_told(server.is_away())));
    Effect::new(move |_| {
        if let Some(text) = till.get().and_then(|fate| till_in_words(fate, locale.get_untracked())) {
            speech.tell(text.to_owned(), Class::Value);
        }
    });
    // What changes while somebody waits is told.
    focus_on_each(move || state.get());
    (move || {
        view! {
            <CallStaffView
                state=state.get()
                locale=locale.get()
                name=answer.with(|answer| answer.name.clone())
                minutes=answer.with(|answer| answer.minutes)
                till=till.get()
                on_till=move || session.asks_for_till(device)
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
    /// Who is coming, where they want that to be known.
    #[prop(optional_no_strip)]
    name: Option<String>,
    /// In about so many minutes they are there, where the store says.
    #[prop(optional_no_strip)]
    minutes: Option<u32>,
    /// What has become of the wish for another till, where there was one.
    #[prop(optional_no_strip)]
    till: Option<Fate>,
    on_till: impl Fn() + 'static,
    on_call: impl Fn() + 'static,
    on_call_off: impl Fn() + 'static,
) -> impl IntoView {
    let (heading, instruction) = match state {
        State::None => (words::heading_none(locale), words::instruction_none(locale)),
        State::Over => (words::heading_over(locale), words::instruction_over(locale)),
        State::Calling => (words::heading_calling(locale), words::instruction_calling(locale)),
        State::Saved => (words::heading_saved(locale), words::instruction_saved(locale)),
        State::Unable => (words::heading_unable(locale), words::instruction_unable(locale)),
        State::Waiting => (words::heading_waiting(locale), words::instruction_waiting(locale)),
        State::Coming => (words::heading_coming(locale), words::instruction_coming(locale)),
        State::Long { is_called_again: true, .. } => (words::heading_long(locale), words::instruction_again(locale)),
        State::Long { .. } => (words::heading_long(locale), words::instruction_long(locale)),
    };
    let call = match state {
        State::None | State::Over | State::Unable => view! {
            <button class="button button-main" type="button" on:click=move |_| on_call()>
                {words::button_call(locale)}
            </button>
        }
        .into_any(),
        State::Calling | State::Saved | State::Waiting | State::Coming | State::Long { .. } => view! {
            <button class="button" type="button" data-action="call-off" on:click=move |_| on_call_off()>
                {words::button_off(locale)}
            </button>
        }
        .into_any(),
    };
    let heading = match name.filter(|_| state == State::Coming) {
        Some(name) => words::heading_coming_named(locale, &name),
        None => heading.to_owned(),
    };
    let till = match till {
        None if state == State::Unable => None,
        None => Some(button("till", "button", words::button_till(locale), on_till)),
        Some(fate) => till_in_words(fate, locale).map(|text| {
            let is_error = matches!(fate, Fate::NotKept | Fate::Refused).then_some("");
            view! { <p class="notice" data-error=is_error>{text}</p> }.into_any()
        }),
    };
    let time = match (state, minutes) {
        (State::Long { minutes: minutes @ 1.., .. }, _) => Some(words::called_for(locale, &minutes.to_string())),
        (State::Coming, Some(minutes)) => Some(words::coming_in(locale, &minutes.to_string())),
        _ => None,
    };
    let is_error = (state == State::Unable).then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {time.map(|text| view! { <p>{text}</p> })}
        <div class="choices">{call} {till}</div>
    }
}

/// What has become of the wish for another till.
fn till_in_words(fate: Fate, locale: Locale) -> Option<&'static str> {
    match fate {
        Fate::Keeping => None,
        Fate::Kept => Some(words::till_saved(locale)),
        Fate::Taken => Some(words::till_asked(locale)),
        Fate::NotKept | Fate::Refused => Some(words::till_unable(locale)),
    }
}
