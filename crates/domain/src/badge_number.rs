//! The number of a staff member's badge.

use std::fmt;
use std::str::FromStr;

use crate::own_number::{self, OwnNumberError};

/// The number of a badge: sixteen digits, of which the first two are [`PREFIX`](Self::PREFIX) and the last checks the
/// others.
///
/// The thirteen digits between are random. No article number (8, 12, 13 or 14 digits), card (20) or coupon (28) is as
/// long. To GS1 the prefix is an identifier for a company's own use, so no element string that begins with it is a
/// product's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BadgeNumber(u64);

/// So many numbers there are between the prefix and the check digit.
const RANDOM: u64 = 10_000_000_000_000;

impl BadgeNumber {
    /// With which all begin.
    pub const PREFIX: &'static str = "97";
    /// How many digits it has.
    pub const LENGTH: usize = 16;

    /// A badge of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self((u128::from_be_bytes(bytes) % u128::from(RANDOM)) as u64)
    }
}

impl FromStr for BadgeNumber {
    type Err = OwnNumberError;

    /// Reads the digits, without anything between them.
    fn from_str(text: &str) -> Result<Self, OwnNumberError> {
        let between = own_number::between(text, Self::PREFIX, Self::LENGTH)?;
        Ok(Self(between.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))))
    }
}

impl fmt::Display for BadgeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{}{:013}", Self::PREFIX, self.0);
        write!(f, "{digits}{}", char::from(own_number::check_digit(digits.as_bytes())))
    }
}

/// Whoever has the number has half of what opens the staff's desk: a log gets its end alone.
impl fmt::Debug for BadgeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadgeNumber(…{})", &self.to_string()[12..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_else_is_a_badge() {
        for text in ["", "97", "9700000000000", "0104600439931256", "96000000000000000004", "97０00000000001"] {
            assert!(matches!(text.parse::<BadgeNumber>(), Err(OwnNumberError::Form { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_badge_is_read_as_it_is_written(bytes: [u8; 16]) {
            let badge = BadgeNumber::from_random(bytes);
            let text = badge.to_string();
            prop_assert_eq!(text.len(), BadgeNumber::LENGTH);
            prop_assert_eq!(text.parse(), Ok(badge));
            let logged = format!("{badge:?}");
            prop_assert!(!logged.contains(&text[..12]), "{}", logged);
        }

        #[test]
        fn a_wrong_digit_is_noticed(bytes: [u8; 16], place in 2..16_usize, other in b'0'..=b'9') {
            let badge = BadgeNumber::from_random(bytes).to_string();
            let mut wrong = badge.clone().into_bytes();
            wrong[place] = other;
            let wrong = String::from_utf8(wrong).expect("digits");
            prop_assert_eq!(wrong.parse::<BadgeNumber>().is_ok(), wrong == badge);
        }

        #[test]
        fn any_text_is_a_badge_or_an_error(text: String) {
            let _ = text.parse::<BadgeNumber>();
        }
    }
}
