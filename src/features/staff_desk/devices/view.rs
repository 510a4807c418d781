use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{ListedDevice, MessagesResponse};
use polka_domain::Date;

use super::state::{MessageTrouble, State, Trouble, in_order, message_troubles};
use crate::api::use_server;
use crate::clock::use_clock;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::ui::focus::focus_on_each;
use crate::ui::icon::{Icon, IconView};
use crate::words::staff_desk as words;

/// As often as the devices themselves tell how they do.
const ASK: Duration = Duration::from_secs(60);
/// Somebody may stand beside the tablet and wait for a code.
const ASK_MESSAGES: Duration = Duration::from_secs(5);

/// How they do, asked for as long as it is shown.
pub(in crate::features::staff_desk) fn devices_view() -> AnyView {
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let (state, messages) = (RwSignal::new(State::Asking), RwSignal::new(None));
    let ask = move || {
        spawn_local(async move {
            let event = requests::devices(server).await;
            // Whoever went on meanwhile is not told.
            let _ = state.try_update(|state| state.update(event));
        });
    };
    let ask_messages = move || {
        spawn_local(async move {
            // What is known stays while the server does not answer.
            if let told @ Some(_) = requests::messages(server).await
                && messages.try_get_untracked().is_some_and(|known| known != told)
            {
                drop(messages.try_set(told));
            }
        });
    };
    for (ask, pause) in [(Callback::new(move |()| ask()), ASK), (Callback::new(move |()| ask_messages()), ASK_MESSAGES)]
    {
        ask.run(());
        if let Ok(asking) = set_interval_with_handle(move || ask.run(()), pause) {
            on_cleanup(move || asking.clear());
        }
    }
    // Another heading is told; other numbers under it are not.
    focus_on_each(move || state.with(std::mem::discriminant));
    (move || {
        let time_zone = catalogue.time_zone();
        let now = Now { ms: clock.now_to_the_minute_ms() as i64, today: catalogue.today(), time_zone };
        show(&state.get(), messages.get().as_ref(), locale.get(), &now)
    })
    .into_any()
}

/// The moment that the screen is shown for.
pub(in crate::features::staff_desk) struct Now {
    /// In milliseconds since 1970.
    pub(in crate::features::staff_desk) ms: i64,
    /// In the store.
    pub(in crate::features::staff_desk) today: Date,
    pub(in crate::features::staff_desk) time_zone: String,
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    state: &State,
    messages: Option<&MessagesResponse>,
    locale: Locale,
    now: &Now,
) -> AnyView {
    let (heading, instruction, is_error) = match state {
        State::Asking => (words::heading_asking(locale), words::instruction_devices(locale), false),
        State::Devices(_) => (words::heading_devices(locale), words::instruction_devices(locale), false),
        State::Forbidden => (words::heading_forbidden(locale), words::instruction_forbidden(locale), true),
        State::NoAnswer => (words::heading_no_answer(locale), words::instruction_no_answer(locale), true),
    };
    let devices = match state {
        State::Devices(devices) => in_order(devices, now.ms),
        State::Asking | State::Forbidden | State::NoAnswer => Vec::new(),
    };
    let is_error = is_error.then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {devices.into_iter().map(|(device, troubles)| device_view(device, &troubles, locale, now)).collect_view()}
        {messages.map(|messages| messages_view(messages, locale, now))}
    }
    .into_any()
}

/// How messages to people go; and what they say, where they are shown here and not sent.
fn messages_view(messages: &MessagesResponse, locale: Locale, now: &Now) -> AnyView {
    let moment = |at_ms: i64| i18n::moment(locale, at_ms as f64, now.today, &now.time_zone);
    let waiting = messages.channels.iter().map(|channel| channel.waiting).sum::<u64>().to_string();
    let today = words::sms_of(locale, &messages.sms_today.to_string(), &messages.sms_daily_limit.to_string());
    let troubles = message_troubles(messages, now.ms);
    let troubles = troubles.into_iter().map(|trouble| match trouble {
        MessageTrouble::Wait => words::trouble_messages_wait(locale),
        MessageTrouble::Limit => words::trouble_messages_limit(locale),
    });
    let shown = messages.shown.iter().map(|message| {
        view! {
            <div class="list-line">
                <p class="list-name">{message.text.clone()}</p>
                <p>{words::shown_to(locale, &moment(message.shown_ms), &message.to)}</p>
            </div>
        }
    });
    let shown = (!messages.shown.is_empty()).then(|| {
        view! {
            <p>{words::instruction_shown(locale)}</p>
            <div class="list-lines">{shown.collect_view()}</div>
        }
    });
    view! {
        <h2>{words::heading_messages(locale)}</h2>
        <dl class="facts">
            {fact(words::label_messages_waiting(locale), waiting)}
            {fact(words::label_sms_today(locale), today)}
        </dl>
        {troubles.map(|trouble| view! {
            <p class="notice"><IconView icon=Icon::Warning/>{trouble}</p>
        }).collect_view()}
        {shown}
    }
    .into_any()
}

fn device_view(device: ListedDevice, troubles: &[Trouble], locale: Locale, now: &Now) -> AnyView {
    let moment = |at_ms: i64| i18n::moment(locale, at_ms as f64, now.today, &now.time_zone);
    let heard = device.last_seen_ms.map_or(words::never(locale).to_owned(), moment);
    let status = device.status.unwrap_or_default();
    let waiting = match status.outbox_oldest_ms {
        Some(oldest_ms) => words::waiting_since(locale, &status.outbox_entries.to_string(), &moment(oldest_ms)),
        None => words::nothing(locale).to_owned(),
    };
    let refused =
        (status.outbox_refused > 0).then(|| fact(words::label_refused(locale), status.outbox_refused.to_string()));
    let troubles = troubles.iter().map(|trouble| match trouble {
        Trouble::Silent => words::trouble_silent(locale),
        Trouble::WaitsLong => words::trouble_waits(locale),
        Trouble::Refused => words::trouble_refused(locale),
        Trouble::MayBeErased => words::trouble_erased(locale),
    });
    view! {
        <h2>{device.name}</h2>
        {device.place.map(|place| view! { <p>{place}</p> })}
        <dl class="facts">
            {fact(words::label_heard(locale), heard)}
            {fact(words::label_waiting(locale), waiting)}
            {refused}
        </dl>
        {troubles.map(|trouble| view! {
            <p class="notice"><IconView icon=Icon::Warning/>{trouble}</p>
        }).collect_view()}
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}
