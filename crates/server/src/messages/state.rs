//! What becomes of a message after a try, and after what a gateway reports of it. No clock, no database.

use polka_contract::MessageChannel;

use super::carrier::Outcome;

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Between two tries are at most ten minutes: so long waits the last message when a carrier is back.
const LONGEST_PAUSE_MS: i64 = 10 * MINUTE_MS;
/// A message that nobody took within a day would come out of the blue.
const GIVEN_UP_AFTER_MS: i64 = 24 * 60 * MINUTE_MS;
/// After a try of which nobody knows what came: so long a gateway may still report.
const PAUSE_IN_DOUBT_MS: i64 = MINUTE_MS;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It waits for its next try.
    Waiting,
    /// It is being sent, or was when the server ended.
    Sending,
    /// The carrier has it.
    Sent,
    /// The carrier says that the person has it.
    Delivered,
    /// The carrier says that the person will not have it.
    Undelivered,
    /// The carrier refused it.
    Refused,
    /// It came too late to hold.
    Expired,
    /// It was tried for a day.
    GivenUp,
    /// It may be that the carrier has it, and it is not sent again.
    InDoubt,
}

impl State {
    const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Undelivered,
        Self::Refused,
        Self::Expired,
        Self::GivenUp,
        Self::InDoubt,
    ];

    /// As it is written in the database.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::GivenUp => "given_up",
            Self::InDoubt => "in_doubt",
        }
    }

    /// The state with this code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What is known of a message when a try has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried {
    pub(super) channel: MessageChannel,
    pub(super) queued_ms: i64,
    pub(super) expires_ms: Option<i64>,
    /// With this one.
    pub(super) tries: i64,
    /// Without this one.
    pub(super) doubts: i64,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) state: State,
    pub(super) reason: Option<String>,
    /// When it is tried again, while it waits.
    pub(super) due_ms: i64,
    pub(super) doubts: i64,
}

impl Tried {
    /// What becomes of the message after this try.
    pub(super) fn next(&self, outcome: Outcome, now_ms: i64) -> Next {
        let next = |state, reason| Next { state, reason, due_ms: now_ms, doubts: self.doubts };
        match outcome {
            Outcome::Taken => next(State::Sent, None),
            Outcome::Refused(reason) => next(State::Refused, Some(reason)),
            Outcome::NotTaken(reason) => self.again(reason, pause_ms(self.tries), self.doubts, now_ms),
            Outcome::InDoubt(reason) if self.doubts + 1 < self.most_doubts() => {
                self.again(reason, pause_ms(self.tries).max(PAUSE_IN_DOUBT_MS), self.doubts + 1, now_ms)
            }
            Outcome::InDoubt(reason) => Next { doubts: self.doubts + 1, ..next(State::InDoubt, Some(reason)) },
        }
    }

    fn again(&self, reason: String, pause_ms: i64, doubts: i64, now_ms: i64) -> Next {
        let due_ms = now_ms.saturating_add(pause_ms);
        let state = if self.expires_ms.is_some_and(|expires_ms| expires_ms <= due_ms) {
            State::Expired
        } else if self.queued_ms.saturating_add(GIVEN_UP_AFTER_MS) <= due_ms {
            State::GivenUp
        } else {
            State::Waiting
        };
        Next { state, reason: Some(reason), due_ms, doubts }
    }

    /// The doubt that ends it. A mail that comes twice has one Message-ID. An SMS that comes twice costs twice; one
    /// that expires is a code, for which somebody waits who can ask for another. A page that comes twice is in the
    /// hands of whoever stands at the printer, a third would be a printer gone mad.
    fn most_doubts(&self) -> i64 {
        match (self.channel, self.expires_ms) {
            (MessageChannel::Email, _) => 10,
            (MessageChannel::Sms, None) => 3,
            (MessageChannel::Print, None) => 2,
            (MessageChannel::Sms | MessageChannel::Print, Some(_)) => 1,
        }
    }
}

/// The pause after so many tries: a second, two, four… ten minutes.
fn pause_ms(tries: i64) -> i64 {
    // 2^10 s is more than ten minutes.
    (SECOND_MS << (tries - 1).clamp(0, 10)).min(LONGEST_PAUSE_MS)
}

/// What a gateway reports of a message that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// It is on its way.
    Taken,
    /// The phone has it.
    Delivered,
    /// The phone will not have it.
    Undelivered,
}

impl Report {
    /// Kannel's words for it (`%d` in its user's guide, "Delivery Reports").
    pub(super) fn from_status(status: &str) -> Option<Self> {
        match status {
            "1" => Some(Self::Delivered),
            "2" | "16" => Some(Self::Undelivered),
            "4" | "8" => Some(Self::Taken),
            _ => None,
        }
    }

    /// What becomes of a message, where the report changes anything. Reports may overtake each other, and the
    /// answer of which we never heard: a message that was to be sent again has arrived then.
    pub(super) fn next(self, state: State) -> Option<State> {
        let is_open = matches!(state, State::Waiting | State::Sending | State::InDoubt);
        match self {
            Self::Taken if is_open => Some(State::Sent),
            Self::Delivered if state != State::Delivered => Some(State::Delivered),
            Self::Undelivered if is_open || state == State::Sent => Some(State::Undelivered),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMS: Tried = Tried { channel: MessageChannel::Sms, queued_ms: 0, expires_ms: None, tries: 1, doubts: 0 };
    const CODE: Tried = Tried { expires_ms: Some(300_000), ..SMS };
    const PAGE: Tried = Tried { channel: MessageChannel::Print, ..SMS };
    const MAIL: Tried = Tried { channel: MessageChannel::Email, ..SMS };

    fn not_taken() -> Outcome {
        Outcome::NotTaken("the gateway cannot be reached".into())
    }

    fn in_doubt() -> Outcome {
        Outcome::InDoubt("the gateway broke off".into())
    }

    /// All tries of a message that never succeeds: when each was, and where it ends.
    fn story(mut tried: Tried, outcome: impl Fn() -> Outcome) -> (Vec<i64>, State) {
        let (mut times_s, mut now_ms) = (Vec::new(), 0);
        loop {
            times_s.push(now_ms / SECOND_MS);
            let next = tried.next(outcome(), now_ms);
            if next.state != State::Waiting {
                return (times_s, next.state);
            }
            now_ms = next.due_ms;
            tried = Tried { tries: tried.tries + 1, doubts: next.doubts, ..tried };
        }
    }

    #[test]
    fn a_message_is_tried_with_growing_pauses_for_a_day() {
        let (times_s, state) = story(SMS, not_taken);
        assert_eq!(times_s[..12], [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1623]);
        assert_eq!(state, State::GivenUp);
        let last = times_s.last().copied().unwrap_or_default();
        assert!((23 * 3600..24 * 3600).contains(&last), "{last}");
    }

    #[test]
    fn a_code_is_tried_until_it_no_longer_holds() {
        assert_eq!(story(CODE, not_taken), (vec![0, 1, 3, 7, 15, 31, 63, 127, 255], State::Expired));
    }

    #[test]
    fn of_a_code_that_may_have_arrived_no_second_is_sent() {
        assert_eq!(story(CODE, in_doubt), (vec![0], State::InDoubt));
        assert_eq!(story(Tried { channel: MessageChannel::Print, ..CODE }, in_doubt), (vec![0], State::InDoubt));
    }

    #[test]
    fn what_may_have_arrived_is_sent_again_where_nobody_can_ask_for_it_but_not_for_ever() {
        assert_eq!(story(SMS, in_doubt), (vec![0, 60, 120], State::InDoubt));
        assert_eq!(story(PAGE, in_doubt), (vec![0, 60], State::InDoubt));
        let (times_s, state) = story(MAIL, in_doubt);
        assert_eq!((times_s.len(), state), (10, State::InDoubt));
    }

    #[test]
    fn what_is_taken_or_refused_is_not_tried_again() {
        let refused = || Outcome::Refused("the gateway refused the message (400)".into());
        assert_eq!(story(SMS, || Outcome::Taken), (vec![0], State::Sent));
        assert_eq!(story(SMS, refused), (vec![0], State::Refused));
    }

    #[test]
    fn a_report_that_comes_late_or_before_the_answer_changes_nothing_back() {
        use State::{Delivered, InDoubt, Refused, Sending, Sent, Undelivered, Waiting};
        for (status, before, after) in [
            ("8", Sending, Some(Sent)),
            ("4", Waiting, Some(Sent)),
            ("8", InDoubt, Some(Sent)),
            ("8", Delivered, None),
            ("8", Refused, None),
            ("1", Sending, Some(Delivered)),
            ("1", Sent, Some(Delivered)),
            ("1", Delivered, None),
            ("1", Undelivered, Some(Delivered)),
            ("16", Sending, Some(Undelivered)),
            ("2", Sent, Some(Undelivered)),
            ("2", Delivered, None),
        ] {
            let report = Report::from_status(status).expect("a report");
            assert_eq!(report.next(before), after, "{status} {before:?}");
        }
        assert_eq!(Report::from_status("3"), None);
    }

    #[test]
    fn every_state_is_found_by_its_code() {
        assert!(State::ALL.into_iter().all(|state| State::from_code(state.code()) == Some(state)));
    }
}
