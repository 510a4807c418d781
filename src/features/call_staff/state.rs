//! How a call stands: pure.

use polka_contract::OwnCallResponse;

use crate::offline::Fate;

/// After so long without an answer another way is shown.
const LONG_S: f64 = 60.0;
/// A call that is on its way for longer than this waits for the network, whatever the browser thinks of it.
const SOON_S: f64 = 4.0;

/// How the call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody is called.
    None,
    /// Somebody was here, or the staff have said that the call is over.
    Over,
    /// It is on its way to the server.
    Calling,
    /// It is kept, and waits for the network.
    Saved,
    /// Nobody has answered yet.
    Waiting,
    /// Somebody of the staff is coming.
    Coming,
    /// Nobody has answered for long, so many whole minutes.
    Long {
        minutes: u32,
        /// The staff were called once more.
        is_called_again: bool,
    },
    /// Nobody can be called from here.
    Unable,
}

impl State {
    /// How a call stands: after so many seconds, with what became of it so far. `can_call`: whether another would be
    /// kept; `is_away`: whether the server was not there when it was asked last; `answer`: what the store says of it.
    pub(crate) fn of_call(call: Option<(f64, Fate)>, can_call: bool, is_away: bool, answer: &OwnCallResponse) -> Self {
        match call {
            Some((_, Fate::Kept | Fate::Taken)) if answer.is_answered => Self::Coming,
            None if can_call => Self::None,
            None | Some((_, Fate::NotKept | Fate::Refused)) => Self::Unable,
            // A device that the store does not know, or no longer: it would wait for long.
            Some((_, Fate::Kept)) if !can_call => Self::Unable,
            Some((seconds, Fate::Kept)) if is_away || seconds > SOON_S => Self::Saved,
            Some((_, Fate::Keeping | Fate::Kept)) => Self::Calling,
            Some((seconds, Fate::Taken)) if seconds < LONG_S && !answer.is_escalated => Self::Waiting,
            Some((seconds, Fate::Taken)) => {
                Self::Long { minutes: (seconds / 60.0) as u32, is_called_again: answer.is_escalated }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody is wanted, and this has become of it.
    fn answer(is_answered: bool, is_escalated: bool) -> OwnCallResponse {
        OwnCallResponse { is_open: true, is_answered, is_escalated, ..OwnCallResponse::default() }
    }

    #[test]
    fn a_call_that_nobody_answers_shows_another_way_after_a_minute() {
        let state = |seconds| State::of_call(Some((seconds, Fate::Taken)), true, false, &answer(false, false));
        assert_eq!(State::of_call(None, true, false, &OwnCallResponse::default()), State::None);
        assert_eq!(state(59.9), State::Waiting);
        assert_eq!(state(60.0), State::Long { minutes: 1, is_called_again: false });
        assert_eq!(state(200.0), State::Long { minutes: 3, is_called_again: false });
    }

    #[test]
    fn who_waits_too_long_is_told_that_the_staff_were_called_again() {
        let state = |seconds| State::of_call(Some((seconds, Fate::Taken)), true, false, &answer(false, true));
        assert_eq!(state(30.0), State::Long { minutes: 0, is_called_again: true });
        assert_eq!(state(130.0), State::Long { minutes: 2, is_called_again: true });
    }

    #[test]
    fn a_call_that_the_server_does_not_have_says_so() {
        let state =
            |seconds, fate, is_away| State::of_call(Some((seconds, fate)), true, is_away, &answer(false, false));
        assert_eq!(state(0.1, Fate::Keeping, true), State::Calling);
        assert_eq!(state(0.1, Fate::Kept, false), State::Calling);
        assert_eq!(state(0.1, Fate::Kept, true), State::Saved);
        assert_eq!(state(5.0, Fate::Kept, false), State::Saved);
        assert_eq!(state(900.0, Fate::Kept, false), State::Saved);
    }

    #[test]
    fn whoever_waits_is_told_that_somebody_comes() {
        let state = |call| State::of_call(call, true, false, &answer(true, false));
        assert_eq!(state(Some((200.0, Fate::Taken))), State::Coming);
        assert_eq!(state(Some((1.0, Fate::NotKept))), State::Unable);
        assert_eq!(state(None), State::None);
    }

    #[test]
    fn who_cannot_call_from_here_is_told_before_and_after() {
        let state = |call, can_call| State::of_call(call, can_call, false, &OwnCallResponse::default());
        assert_eq!(state(None, false), State::Unable);
        assert_eq!(state(Some((1.0, Fate::Kept)), false), State::Unable);
        for fate in [Fate::NotKept, Fate::Refused] {
            assert_eq!(state(Some((1.0, fate)), true), State::Unable);
        }
    }
}
