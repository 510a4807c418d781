//! Named states of the screen.

use leptos::prelude::*;
use polka_contract::{
    DeviceKind, DeviceStatus, ListedDevice, MessageChannel, MessageChannelState, MessagesResponse, ShownMessage,
};
use polka_domain::Date;

use super::state::State;
use super::view::{Now, show};
use crate::gallery::Example;
use crate::i18n::Locale;

/// 24 November 2026, 12:00 in Moscow.
const NOW_MS: i64 = 1_795_510_800_000;

pub(crate) fn examples() -> [Example; 4] {
    [
        ("devices", |locale| example(&State::Devices(vec![well(locale), troubled(locale)]), locale)),
        ("messages", |locale| messages_example(locale)),
        ("forbidden", |locale| example(&State::Forbidden, locale)),
        ("no-answer", |locale| example(&State::NoAnswer, locale)),
    ]
}

fn example(state: &State, locale: Locale) -> AnyView {
    let today = Date::constant(2026, 11, 24);
    show(state, None, locale, &Now { ms: NOW_MS, today, time_zone: "Europe/Moscow".into() })
}

fn messages_example(locale: Locale) -> AnyView {
    let today = Date::constant(2026, 11, 24);
    let now = Now { ms: NOW_MS, today, time_zone: "Europe/Moscow".into() };
    show(&State::Devices(vec![well(locale)]), Some(&messages(locale)), locale, &now)
}

fn messages(locale: Locale) -> MessagesResponse {
    let text = in_words(locale, "Код 482 901. Никому его не называйте.", "Code 482 901. Tell it to nobody.");
    let shown = ShownMessage {
        kind: "member_code".into(),
        channel: MessageChannel::Sms,
        to: "•••67".into(),
        subject: String::new(),
        text,
        shown_ms: NOW_MS - 30_000,
    };
    let channel = MessageChannelState {
        channel: MessageChannel::Sms,
        carrier: Some("log".into()),
        waiting: 2,
        waiting_since_ms: Some(NOW_MS - 400_000),
        last_error: None,
        last_error_ms: None,
    };
    MessagesResponse { channels: vec![channel], sms_today: 480, sms_daily_limit: 500, shown: vec![shown] }
}

fn in_words(locale: Locale, russian: &str, english: &str) -> String {
    match locale {
        Locale::Russian => russian.into(),
        Locale::English => english.into(),
    }
}

fn well(locale: Locale) -> ListedDevice {
    ListedDevice {
        name: in_words(locale, "Вход", "Entrance"),
        kind: DeviceKind::Kiosk,
        place: Some(in_words(locale, "у входа, слева", "at the entrance, left")),
        is_enrolled: true,
        is_revoked: false,
        last_seen_ms: Some(NOW_MS - 40_000),
        status: Some(DeviceStatus::default()),
    }
}

fn troubled(locale: Locale) -> ListedDevice {
    ListedDevice {
        name: in_words(locale, "Пекарня", "Bakery"),
        last_seen_ms: Some(NOW_MS - 7_200_000),
        status: Some(DeviceStatus {
            outbox_entries: 3,
            outbox_refused: 1,
            outbox_oldest_ms: Some(NOW_MS - 90_000_000),
            storage_is_persistent: Some(false),
            ..DeviceStatus::default()
        }),
        ..well(locale)
    }
}
