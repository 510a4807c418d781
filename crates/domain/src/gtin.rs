//! The number in a product's barcode.

use std::fmt;
use std::str::FromStr;

/// A Global Trade Item Number, of 8, 12, 13 or 14 digits, with a right check digit.
///
/// The four lengths are one number with zeros before it (GS1 General Specifications, 7.9), so they are
/// kept as that number: the UPC-A `036000291452` and the EAN-13 `0036000291452` are equal.
/// [`Display`](fmt::Display) writes the 14 digits in which GS1 stores them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(u64);

/// Why a text is not a GTIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtinError {
    /// It holds something besides the digits 0 to 9.
    NotDigits,
    /// It has not 8, 12, 13 or 14 digits, but this many.
    WrongLength(usize),
    /// Its last digit should be this one.
    WrongCheckDigit {
        /// The digit that would be right.
        expected: u8,
    },
    /// It is all zeros: a placeholder of a stock record, not a number.
    AllZeros,
}

/// One more than the largest number of 14 digits.
const LIMIT: u64 = 100_000_000_000_000;

impl Gtin {
    /// The GTIN whose digits before the check digit are this number: for numbers that were stored without it.
    ///
    /// `None` for zero and for more than 13 digits.
    #[must_use]
    pub fn from_body(body: u64) -> Option<Self> {
        (1..LIMIT / 10).contains(&body).then(|| Self(body * 10 + u64::from(check_digit(body))))
    }

    /// The digits before the check digit, as a number below 10^13.
    #[must_use]
    pub fn body(self) -> u64 {
        self.0 / 10
    }
}

/// The check digit that belongs behind `body`: digits weighted 3, 1, 3… from the right (GS1 7.9.1).
fn check_digit(mut body: u64) -> u8 {
    let (mut sum, mut weight) = (0, 3);
    while body > 0 {
        sum += (body % 10) * weight;
        weight = 4 - weight;
        body /= 10;
    }
    ((10 - sum % 10) % 10) as u8
}

impl FromStr for Gtin {
    type Err = GtinError;

    fn from_str(text: &str) -> Result<Self, GtinError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(GtinError::NotDigits);
        }
        if !matches!(text.len(), 8 | 12 | 13 | 14) {
            return Err(GtinError::WrongLength(text.len()));
        }
        let number = text.bytes().fold(0, |number, byte| number * 10 + u64::from(byte - b'0'));
        if number == 0 {
            return Err(GtinError::AllZeros);
        }
        let expected = check_digit(number / 10);
        if u64::from(expected) != number % 10 {
            return Err(GtinError::WrongCheckDigit { expected });
        }
        Ok(Self(number))
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({self})")
    }
}

impl fmt::Display for GtinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDigits => write!(f, "has something besides digits"),
            Self::WrongLength(length) => write!(f, "has {length} digits, not 8, 12, 13 or 14"),
            Self::WrongCheckDigit { expected } => {
                write!(f, "has a wrong check digit: the last digit would be {expected}")
            }
            Self::AllZeros => write!(f, "is all zeros"),
        }
    }
}

impl std::error::Error for GtinError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_four_lengths_are_one_number() {
        let upc: Gtin = "036000291452".parse().expect("a UPC-A");
        assert_eq!(Ok(upc), "0036000291452".parse());
        assert_eq!(Ok(upc), "00036000291452".parse());
        assert_eq!("96385074".parse::<Gtin>().map(|gtin| gtin.to_string()), Ok("00000096385074".into()));
    }

    #[test]
    fn each_wrong_number_says_what_is_wrong() {
        let wrong = |text: &str| text.parse::<Gtin>().expect_err("it is wrong");
        assert_eq!(wrong("4006381333932"), GtinError::WrongCheckDigit { expected: 1 });
        assert_eq!(wrong("400638133393"), GtinError::WrongCheckDigit { expected: 0 });
        assert_eq!(wrong("400638133"), GtinError::WrongLength(9));
        assert_eq!(wrong(""), GtinError::NotDigits);
        assert_eq!(wrong("40063813339З1"), GtinError::NotDigits);
        assert_eq!(wrong("+006381333931"), GtinError::NotDigits);
        assert_eq!(wrong("٤٠٠٦٣٨١٣٣٣٩٣١"), GtinError::NotDigits);
        assert_eq!(wrong("0000000000000"), GtinError::AllZeros);
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_always_noticed(body in 1u64..LIMIT / 10, place in 0usize..14, by in 1u8..10) {
            let text = format!("{:014}", body * 10 + u64::from(check_digit(body)));
            prop_assert!(text.parse::<Gtin>().is_ok());
            let mut digits = text.into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let changed = String::from_utf8(digits).expect("digits");
            prop_assert!(changed.parse::<Gtin>().is_err());
        }

        #[test]
        fn a_number_that_was_written_is_read_again(body in 1u64..LIMIT / 10) {
            let gtin = Gtin::from_body(body).expect("valid");
            prop_assert_eq!(gtin.to_string().parse(), Ok(gtin));
            prop_assert_eq!(gtin.body(), body);
        }

        #[test]
        fn any_text_is_a_number_or_an_error(text in ".{0,20}") {
            let _ = text.parse::<Gtin>();
        }
    }
}
