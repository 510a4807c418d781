//! What is said of a camera while it is on.

use polka_camera::{Seen, is_of_lines, number_in};

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

/// A code is told again when it was out of sight for so long, and on so many pictures: it stays before the camera a while,
/// and is not read on each.
const AWAY: (f64, u32) = (1500.0, 6);

/// A code that was told and is in sight still.
#[derive(Clone, Debug)]
struct InSight {
    code: String,
    at_ms: f64,
    /// Pictures without it since.
    missed: u32,
}

/// Which codes are new.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Vec<InSight>);

impl Told {
    /// Takes the code on the next picture, if any, and the time in milliseconds, and tells whether it is to be told.
    pub(crate) fn is_new(&mut self, code: Option<&str>, now_ms: f64) -> bool {
        let is_seen = |told: &InSight| code.is_some_and(|code| is_one_pack(&told.code, code));
        let before = self.0.iter().position(is_seen);
        self.0.iter_mut().for_each(|told| told.missed += 1);
        if let Some(at) = before {
            (self.0[at].at_ms, self.0[at].missed) = (now_ms, 0);
        }
        self.0.retain(|told| now_ms - told.at_ms < AWAY.0 || told.missed < AWAY.1);
        if let (None, Some(code)) = (before, code) {
            self.0.push(InSight { code: code.to_owned(), at_ms: now_ms, missed: 0 });
        }
        before.is_none() && code.is_some()
    }
}

/// Whether two codes are one, or the lines and the square of one pack. Two squares with one number are two packs.
fn is_one_pack(one: &str, other: &str) -> bool {
    let has_lines = is_of_lines(one) || is_of_lines(other);
    one == other || (has_lines && number_in(one).is_some_and(|number| number_in(other) == Some(number)))
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
        const LINES: Option<&str> = Some("]E04006381333931");
        let mut told = Told::default();
        assert!(told.is_new(LINES, 0.0));
        assert!(!told.is_new(LINES, 1400.0));
        assert!(!told.is_new(LINES, 2800.0), "it was never away");
        assert!(told.is_new(Some("]E496385074"), 2900.0));
        assert!(!told.is_new(LINES, 3000.0), "beside another it is in sight too");
        assert!(!told.is_new(Some("]d2010400638133393121abc"), 3100.0), "the square of the same pack");
        assert!(!told.is_new(LINES, 8000.0), "a slow device has missed no picture");
        for at in 1..=6 {
            assert!(!told.is_new(None, 8000.0 + f64::from(at) * 300.0));
        }
        assert!(told.is_new(LINES, 9900.0));
    }

    #[test]
    fn two_packs_of_one_product_are_two() {
        let mut told = Told::default();
        assert!(told.is_new(Some("]d2010400638133393121abc"), 0.0));
        assert!(told.is_new(Some("]d2010400638133393121def"), 100.0));
    }
}
