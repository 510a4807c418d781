//! The code by which a customer looks up their case.

use std::fmt;
use std::str::FromStr;

/// The code of a case: twelve digits that nobody guesses, 10¹² of them (40 bits).
///
/// Digits alone, as a coupon has them: they are typed on every keypad, in every language. Three groups of four are read
/// aloud, written down and sent in one SMS. What it opens is how a case stands, and no person; whoever tries codes is
/// slowed down besides.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaseCode([u8; CaseCode::LENGTH]);

/// The text is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseCodeError;

impl CaseCode {
    /// How many digits it has.
    pub const LENGTH: usize = 12;

    /// The code of sixteen bytes that nobody can guess.
    #[must_use]
    pub fn from_secret(bytes: [u8; 16]) -> Self {
        // 2^128 is 3 × 10^26 times 10^12: no digit is more likely than another by more than that part.
        let mut rest = u128::from_be_bytes(bytes);
        let mut digits = [b'0'; Self::LENGTH];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self(digits)
    }

    /// The code in fours, as it is read aloud and written.
    #[must_use]
    pub fn groups(&self) -> [&str; 3] {
        let digits = self.as_str();
        [0, 4, 8].map(|start| &digits[start..start + 4])
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for CaseCode {
    type Err = CaseCodeError;

    /// Reads the digits, without anything between them.
    fn from_str(text: &str) -> Result<Self, CaseCodeError> {
        let digits: [u8; Self::LENGTH] = text.as_bytes().try_into().map_err(|_| CaseCodeError)?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits)).ok_or(CaseCodeError)
    }
}

impl fmt::Display for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CaseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is not {} digits", CaseCode::LENGTH)
    }
}

impl std::error::Error for CaseCodeError {}

/// Whoever has the code may answer for the customer: a log gets none of it.
impl fmt::Debug for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_case_code_is_read_as_it_is_written(bytes: [u8; 16]) {
            let code = CaseCode::from_secret(bytes);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(code.groups().concat(), code.to_string());
        }

        #[test]
        fn any_text_is_a_case_code_or_an_error(text: String) {
            let is_code = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(text.parse::<CaseCode>().is_ok(), is_code);
        }
    }
}
