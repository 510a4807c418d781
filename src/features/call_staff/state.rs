//! How a call stands: pure.

/// After so long without an answer another way is shown.
const LONG_S: f64 = 60.0;

/// How the call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody is called.
    None,
    /// Nobody has answered yet.
    Waiting,
    /// Nobody has answered for long, so many whole minutes.
    Long { minutes: u32 },
}

impl State {
    /// How a call stands after so many seconds.
    pub(crate) fn of_call(called_for_s: Option<f64>) -> Self {
        match called_for_s {
            None => Self::None,
            Some(seconds) if seconds < LONG_S => Self::Waiting,
            Some(seconds) => Self::Long { minutes: (seconds / 60.0) as u32 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_nobody_answers_shows_another_way_after_a_minute() {
        assert_eq!(State::of_call(None), State::None);
        assert_eq!(State::of_call(Some(59.9)), State::Waiting);
        assert_eq!(State::of_call(Some(60.0)), State::Long { minutes: 1 });
        assert_eq!(State::of_call(Some(200.0)), State::Long { minutes: 3 });
    }
}
