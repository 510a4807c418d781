//! What the desk knows of the store's devices, and how it changes: pure.

use polka_contract::{ListedDevice, MessageChannelState, MessagesResponse};

/// A device tells how it does once a minute; after so many milliseconds without it something is wrong.
const SILENT_MS: i64 = 300_000;
/// What waits for longer than this is told before what waits for the network's next breath.
const LONG_MS: i64 = 3_600_000;

/// What is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// The server is being asked for the first time.
    Asking,
    /// The devices, as it last said.
    Devices(Vec<ListedDevice>),
    /// The server tells this to tablets of the staff alone.
    Forbidden,
    /// It has not answered yet.
    NoAnswer,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// How the devices do.
    Told(Vec<ListedDevice>),
    /// This is no tablet of the staff.
    Forbidden,
    /// The server did not answer.
    NoAnswer,
}

impl State {
    /// Takes what came. What is known stays while the server does not answer.
    pub(crate) fn update(&mut self, event: Event) {
        *self = match (event, &self) {
            (Event::Told(devices), _) => Self::Devices(devices),
            (Event::Forbidden, _) => Self::Forbidden,
            (Event::NoAnswer, Self::Devices(_)) => return,
            (Event::NoAnswer, _) => Self::NoAnswer,
        };
    }
}

/// What somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The device was not heard from for minutes.
    Silent,
    /// Something has waited on it for over an hour.
    WaitsLong,
    /// The server refused something that somebody was thanked for.
    Refused,
    /// Its browser may erase what is stored.
    MayBeErased,
}

/// What is the matter with a device.
pub(crate) fn troubles(device: &ListedDevice, now_ms: i64) -> Vec<Trouble> {
    let is_silent = device.last_seen_ms.is_none_or(|seen_ms| now_ms.saturating_sub(seen_ms) > SILENT_MS);
    let status = device.status.as_ref();
    let oldest_ms = status.and_then(|status| status.outbox_oldest_ms);
    let waits_long = oldest_ms.is_some_and(|oldest_ms| now_ms.saturating_sub(oldest_ms) > LONG_MS);
    let has_refused = status.is_some_and(|status| status.outbox_refused > 0);
    let may_be_erased = status.is_some_and(|status| status.storage_is_persistent == Some(false));
    [
        (is_silent, Trouble::Silent),
        (waits_long, Trouble::WaitsLong),
        (has_refused, Trouble::Refused),
        (may_be_erased, Trouble::MayBeErased),
    ]
    .into_iter()
    .filter_map(|(is_so, trouble)| is_so.then_some(trouble))
    .collect()
}

/// What somebody should look at, of messages to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageTrouble {
    /// Some have waited for minutes.
    Wait,
    /// As many SMS as may be in a day were sent, or nearly.
    Limit,
}

/// What is the matter with messages.
pub(crate) fn message_troubles(messages: &MessagesResponse, now_ms: i64) -> Vec<MessageTrouble> {
    let waits = |channel: &MessageChannelState| {
        channel.waiting_since_ms.is_some_and(|since_ms| now_ms.saturating_sub(since_ms) > SILENT_MS)
    };
    let is_near_limit = messages.sms_today.saturating_mul(10) >= messages.sms_daily_limit.saturating_mul(9);
    let is_sent = messages.channels.iter().any(|channel| channel.carrier.is_some());
    [(messages.channels.iter().any(waits), MessageTrouble::Wait), (is_sent && is_near_limit, MessageTrouble::Limit)]
        .into_iter()
        .filter_map(|(is_so, trouble)| is_so.then_some(trouble))
        .collect()
}

/// The devices that are in use, those with the most troubles first; else as they came.
pub(crate) fn in_order(devices: &[ListedDevice], now_ms: i64) -> Vec<(ListedDevice, Vec<Trouble>)> {
    let in_use = devices.iter().filter(|device| device.is_enrolled && !device.is_revoked);
    let mut devices: Vec<_> = in_use.map(|device| (device.clone(), troubles(device, now_ms))).collect();
    devices.sort_by_key(|(_, troubles)| std::cmp::Reverse(troubles.len()));
    devices
}

#[cfg(test)]
mod tests {
    use polka_contract::{DeviceKind, DeviceStatus};

    use super::*;

    const NOW_MS: i64 = 100_000_000;

    fn device(name: &str, status: DeviceStatus) -> ListedDevice {
        ListedDevice {
            name: name.into(),
            kind: DeviceKind::Kiosk,
            place: None,
            is_enrolled: true,
            is_revoked: false,
            last_seen_ms: Some(NOW_MS - 60_000),
            status: Some(status),
        }
    }

    #[test]
    fn what_is_known_stays_while_the_server_does_not_answer() {
        let mut state = State::Asking;
        state.update(Event::NoAnswer);
        assert_eq!(state, State::NoAnswer);
        state.update(Event::Told(vec![]));
        state.update(Event::NoAnswer);
        assert_eq!(state, State::Devices(vec![]));
        state.update(Event::Forbidden);
        assert_eq!(state, State::Forbidden);
    }

    #[test]
    fn a_device_that_does_well_has_no_trouble() {
        let oldest_ms = Some(NOW_MS - 60_000);
        let status = DeviceStatus { outbox_entries: 1, outbox_oldest_ms: oldest_ms, ..DeviceStatus::default() };
        assert_eq!(troubles(&device("a", status), NOW_MS), []);
    }

    #[test]
    fn each_trouble_is_seen() {
        let status = DeviceStatus {
            outbox_oldest_ms: Some(NOW_MS - 3_600_001),
            outbox_refused: 1,
            storage_is_persistent: Some(false),
            ..DeviceStatus::default()
        };
        let all = [Trouble::Silent, Trouble::WaitsLong, Trouble::Refused, Trouble::MayBeErased];
        let troubled = ListedDevice { last_seen_ms: None, ..device("a", status) };
        assert_eq!(troubles(&troubled, NOW_MS), all);
    }

    #[test]
    fn messages_that_wait_and_a_limit_that_is_near_are_seen() {
        let channel = |waiting_since_ms| MessageChannelState {
            channel: polka_contract::MessageChannel::Sms,
            carrier: Some("sms-url".into()),
            waiting: 1,
            waiting_since_ms,
            last_error: None,
            last_error_ms: None,
        };
        let messages = |since_ms, sms_today| MessagesResponse {
            channels: vec![channel(since_ms)],
            sms_today,
            sms_daily_limit: 500,
            shown: vec![],
        };
        assert_eq!(message_troubles(&messages(Some(NOW_MS - 300_000), 449), NOW_MS), []);
        let all = [MessageTrouble::Wait, MessageTrouble::Limit];
        assert_eq!(message_troubles(&messages(Some(NOW_MS - 300_001), 450), NOW_MS), all);
        let unsent = MessageChannelState { carrier: None, ..channel(None) };
        let unsent = MessagesResponse { channels: vec![unsent], sms_today: 0, sms_daily_limit: 0, shown: vec![] };
        assert_eq!(message_troubles(&unsent, NOW_MS), []);
    }

    #[test]
    fn what_needs_somebody_is_first_and_what_is_out_of_use_is_left_out() {
        let troubled = DeviceStatus { outbox_refused: 1, ..DeviceStatus::default() };
        let devices = [
            device("a", DeviceStatus::default()),
            device("b", troubled),
            ListedDevice { is_revoked: true, ..device("c", DeviceStatus::default()) },
            ListedDevice { is_enrolled: false, ..device("d", DeviceStatus::default()) },
        ];
        let names: Vec<_> = in_order(&devices, NOW_MS).into_iter().map(|(device, _)| device.name).collect();
        assert_eq!(names, ["b", "a"]);
    }
}
