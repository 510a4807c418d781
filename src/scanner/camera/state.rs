//! What is said of a camera while it is on.

use polka_camera::{Seen, number_in};

/// How far a camera is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is being opened: the browser may ask for leave.
    Opening,
    /// It looks for a code.
    Looking(Advice),
    /// It does not look.
    Failed(Failure),
}

/// What helps it to see a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Show it one.
    Aim,
    /// The picture is not sharp.
    HoldStill,
    /// There is too little light.
    TooDark,
}

/// Why it does not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Whoever was asked did not allow it.
    Refused,
    /// Another program has it, or it was pulled out.
    Away,
    /// What looks at its pictures could not be fetched.
    NotLoaded,
}

impl State {
    /// Whether the camera is on, or about to be.
    pub(crate) fn is_on(self) -> bool {
        !matches!(self, Self::Failed(_))
    }

    /// Whether it is worth saying after what was before: that all is well again is not, and would be said over what was
    /// just read.
    pub(crate) fn is_worth_saying(self, before: Option<Self>) -> bool {
        !matches!((before, self), (Some(Self::Looking(_)), Self::Looking(Advice::Aim)))
    }
}

impl Failure {
    /// By the name of the error with which a browser refuses a camera.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" => Self::Refused,
            _ => Self::Away,
        }
    }
}

/// An advice is worth saying when it has held for so long: pictures come many times a second.
const HOLDS_MS: f64 = 1200.0;

/// Which advice is given, while pictures come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Advising {
    given: Advice,
    /// Another one, and since when pictures ask for it.
    next: Option<(Advice, f64)>,
}

impl Advising {
    pub(crate) const START: Self = Self { given: Advice::Aim, next: None };

    /// Takes what was seen on a picture at a time in milliseconds, and gives the advice that holds.
    pub(crate) fn sees(&mut self, seen: &Seen, now_ms: f64) -> Advice {
        let advice = match seen {
            Seen::TooDark => Advice::TooDark,
            Seen::Blurred => Advice::HoldStill,
            Seen::Nothing | Seen::Code(_) => Advice::Aim,
        };
        self.next = match self.next {
            _ if advice == self.given => None,
            Some((next, since_ms)) if next == advice => Some((next, since_ms)),
            _ => Some((advice, now_ms)),
        };
        if let Some((next, since_ms)) = self.next
            && now_ms - since_ms >= HOLDS_MS
        {
            *self = Self { given: next, next: None };
        }
        self.given
    }
}

/// A code is told again when it was out of sight for so long: it stays before the camera a while.
const AWAY_MS: f64 = 1500.0;

/// Which codes are new. The lines and the square of one pack are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// What was in sight lately, and when last.
    seen: Vec<(String, f64)>,
}

impl Told {
    /// Takes a code that was seen at a time in milliseconds, and tells whether it is to be told.
    pub(crate) fn is_new(&mut self, code: &str, now_ms: f64) -> bool {
        let code = number_in(code).unwrap_or_else(|| code.to_owned());
        self.seen.retain(|(_, at_ms)| now_ms - at_ms < AWAY_MS);
        let before = self.seen.len();
        self.seen.retain(|(seen, _)| *seen != code);
        let is_new = self.seen.len() == before;
        self.seen.push((code, now_ms));
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advice_is_given_when_it_has_held_a_while() {
        let mut advising = Advising::START;
        assert_eq!(advising.sees(&Seen::Blurred, 0.0), Advice::Aim);
        assert_eq!(advising.sees(&Seen::Blurred, 1100.0), Advice::Aim);
        assert_eq!(advising.sees(&Seen::Blurred, 1200.0), Advice::HoldStill);
        assert_eq!(advising.sees(&Seen::TooDark, 1300.0), Advice::HoldStill);
        assert_eq!(advising.sees(&Seen::Nothing, 1400.0), Advice::HoldStill);
        assert_eq!(advising.sees(&Seen::TooDark, 1500.0), Advice::HoldStill, "it began anew");
        assert_eq!(advising.sees(&Seen::TooDark, 2700.0), Advice::TooDark);
    }

    #[test]
    fn that_all_is_well_again_is_not_said() {
        let (aim, hold) = (State::Looking(Advice::Aim), State::Looking(Advice::HoldStill));
        assert!(aim.is_worth_saying(Some(State::Opening)));
        assert!(hold.is_worth_saying(Some(aim)));
        assert!(!aim.is_worth_saying(Some(hold)));
    }

    #[test]
    fn one_picture_of_another_kind_begins_the_wait_anew() {
        let mut advising = Advising::START;
        let _ = advising.sees(&Seen::Blurred, 0.0);
        let _ = advising.sees(&Seen::Nothing, 1100.0);
        assert_eq!(advising.sees(&Seen::Blurred, 1300.0), Advice::Aim);
    }

    #[test]
    fn a_code_that_stays_before_the_camera_is_told_once() {
        let mut told = Told::default();
        assert!(told.is_new("]E04006381333931", 0.0));
        assert!(!told.is_new("]E04006381333931", 1400.0));
        assert!(!told.is_new("]E04006381333931", 2800.0), "it was never away");
        assert!(told.is_new("]E496385074", 2900.0));
        assert!(!told.is_new("]E04006381333931", 3000.0), "beside another it is in sight too");
        assert!(told.is_new("]E04006381333931", 4500.0));
        assert!(!told.is_new("]d2010400638133393121abc", 4600.0), "the square of the same pack");
    }
}
