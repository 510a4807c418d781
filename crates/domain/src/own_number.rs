//! The numbers that a chain gives out itself, cards, badges and coupons: a prefix, digits, and one that checks them.

use std::fmt;

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnNumberError {
    /// It is not so many digits that begin with the prefix.
    Form {
        /// How many there should be.
        length: usize,
        /// With what they should begin.
        prefix: &'static str,
    },
    /// A digit is wrong, or two have changed places.
    CheckDigit,
}

impl fmt::Display for OwnNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { length, prefix } => write!(f, "is not {length} digits beginning with {prefix}"),
            Self::CheckDigit => write!(f, "has a wrong digit"),
        }
    }
}

impl std::error::Error for OwnNumberError {}

/// The check digit that belongs behind ASCII digits (ISO/IEC 7812-1, annex B).
pub(crate) fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit * 2 / 10 + digit * 2 % 10,
                _ => digit,
            }
        })
        .sum();
    b'0' + (10 - sum % 10) as u8 % 10
}

/// The digits between the prefix and the check digit of a number that is `length` digits long.
pub(crate) fn between<'a>(text: &'a str, prefix: &'static str, length: usize) -> Result<&'a str, OwnNumberError> {
    if text.len() != length || !text.starts_with(prefix) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OwnNumberError::Form { length, prefix });
    }
    let (digits, check) = text.split_at(length - 1);
    if check.as_bytes() != [check_digit(digits.as_bytes())] {
        return Err(OwnNumberError::CheckDigit);
    }
    Ok(&digits[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // 7992739871 with its check digit 3: the example that implementations of Luhn's algorithm share.
        assert_eq!(check_digit(b"7992739871"), b'3');
    }
}
