//! What is said of a camera while it is on.

use polka_camera::Seen;

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

/// Which codes are new.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    last: Option<(String, f64)>,
}

impl Told {
    /// Takes a code that was seen at a time in milliseconds, and tells whether it is to be told.
    pub(crate) fn is_new(&mut self, code: &str, now_ms: f64) -> bool {
        let is_same = self.last.as_ref().is_some_and(|(last, at_ms)| last == code && now_ms - at_ms < AWAY_MS);
        self.last = Some((code.to_owned(), now_ms));
        !is_same
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
        assert!(told.is_new("]E04006381333931", 3000.0));
        assert!(told.is_new("]E04006381333931", 4500.0));
    }
}
