//! Points of the loyalty programme.

use std::fmt;
use std::str::FromStr;

/// A whole number of points, from [`Points::SMALLEST`] to [`Points::LARGEST`].
///
/// A balance is never below zero, but a change of one may be: so the sign is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

/// Why a number or a text is no number of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointsError {
    /// It is no whole number.
    NotANumber,
    /// It is beyond [`Points::SMALLEST`] or [`Points::LARGEST`].
    OutOfRange,
}

impl Points {
    /// A million million: more than all members of a chain have together.
    pub const LARGEST: Self = Self(1_000_000_000_000);
    /// As many below zero.
    pub const SMALLEST: Self = Self(-1_000_000_000_000);
    /// None.
    pub const ZERO: Self = Self(0);

    /// So many points.
    ///
    /// # Errors
    /// Where it is beyond the range.
    pub fn new(points: i64) -> Result<Self, PointsError> {
        (Self::SMALLEST.0..=Self::LARGEST.0).contains(&points).then_some(Self(points)).ok_or(PointsError::OutOfRange)
    }

    /// How many they are.
    #[must_use]
    pub fn value(self) -> i64 {
        self.0
    }

    /// Both together, or `None` where that is beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?).ok()
    }

    /// These without the others, or `None` where that is beyond the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_sub(other.0)?).ok()
    }
}

impl FromStr for Points {
    type Err = PointsError;

    /// Reads digits, with a minus before them where they are below zero: `120`, `-5`.
    fn from_str(text: &str) -> Result<Self, PointsError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PointsError::NotANumber);
        }
        Self::new(text.parse().map_err(|_| PointsError::OutOfRange)?)
    }
}

impl TryFrom<i64> for Points {
    type Error = PointsError;

    fn try_from(points: i64) -> Result<Self, PointsError> {
        Self::new(points)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PointsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("is not a whole number"),
            Self::OutOfRange => write!(f, "is not from {} to {}", Points::SMALLEST, Points::LARGEST),
        }
    }
}

impl std::error::Error for PointsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_are_whole_numbers_of_either_sign() {
        for (text, points) in [("0", 0), ("120", 120), ("-5", -5), ("007", 7), ("1000000000000", 1_000_000_000_000)] {
            assert_eq!(text.parse::<Points>().map(Points::value), Ok(points), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_number_of_points_says_why() {
        for (text, why) in [
            ("", PointsError::NotANumber),
            ("-", PointsError::NotANumber),
            ("+5", PointsError::NotANumber),
            ("1.5", PointsError::NotANumber),
            ("1 000", PointsError::NotANumber),
            ("--5", PointsError::NotANumber),
            ("1000000000001", PointsError::OutOfRange),
            ("-1000000000001", PointsError::OutOfRange),
            ("99999999999999999999999999", PointsError::OutOfRange),
        ] {
            assert_eq!(text.parse::<Points>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_sum_beyond_the_range_is_none() {
        let one = Points(1);
        assert_eq!(Points::LARGEST.checked_add(one), None);
        assert_eq!(Points::SMALLEST.checked_sub(one), None);
        assert_eq!(Points::LARGEST.checked_sub(one).and_then(|points| points.checked_add(one)), Some(Points::LARGEST));
        assert_eq!(Points::new(i64::MIN), Err(PointsError::OutOfRange));
    }

    proptest! {
        #[test]
        fn points_that_were_written_are_read_again(points in Points::SMALLEST.0..=Points::LARGEST.0) {
            prop_assert_eq!(Points(points).to_string().parse(), Ok(Points(points)));
        }

        #[test]
        fn any_text_is_points_or_an_error(text in ".{0,30}") {
            let _ = text.parse::<Points>();
        }
    }
}
