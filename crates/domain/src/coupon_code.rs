//! The code of a coupon.

use std::fmt;
use std::str::FromStr;

use crate::own_number::{self, OwnNumberError};

/// The code of a coupon: twenty-eight digits, of which the first two are [`PREFIX`](Self::PREFIX), the last checks the
/// others, and the twenty-five between cannot be guessed: 83 bits.
///
/// Digits alone, because no letter of one alphabet looks like one of another then, every keyboard layout types them,
/// and a keypad of digits is enough. In a Code 128 they stand two in a symbol: 14 symbols are 189 modules, which at two
/// dots a module are 378 of the 384 dots that a printer has on paper of 58 mm (203 dpi, 48 mm of print). Seventeen
/// characters of base 32 with a prefix and a check would be 244.
///
/// No article number (8, 12, 13 or 14 digits), badge (16), pallet (18) or card (20, 26) is as long. To GS1 the prefix
/// is an identifier for a company's own use, so no element string that begins with it is a product's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CouponCode([u8; CouponCode::LENGTH]);

impl CouponCode {
    /// With which all begin.
    pub const PREFIX: &'static str = "98";
    /// How many digits it has.
    pub const LENGTH: usize = 28;
    /// The text of a coupon's QR code begins with its code, and has at least so many digits.
    pub const SHORTEST_QR: usize = 252;

    /// The code of sixteen bytes that nobody can guess.
    #[must_use]
    pub fn from_secret(bytes: [u8; 16]) -> Self {
        // 2^128 is 3 × 10^13 times 10^25: no digit is more likely than another by more than that part.
        let mut rest = u128::from_be_bytes(bytes);
        let mut digits = [b'0'; Self::LENGTH];
        digits[..2].copy_from_slice(Self::PREFIX.as_bytes());
        for digit in digits[2..Self::LENGTH - 1].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        digits[Self::LENGTH - 1] = own_number::check_digit(&digits[..Self::LENGTH - 1]);
        Self(digits)
    }

    /// The code in fours, as it is read aloud, sent and printed under its barcode.
    #[must_use]
    pub fn groups(&self) -> [&str; 7] {
        let digits = self.as_str();
        [0, 4, 8, 12, 16, 20, 24].map(|start| &digits[start..start + 4])
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for CouponCode {
    type Err = OwnNumberError;

    /// Reads the digits, without anything between them.
    fn from_str(text: &str) -> Result<Self, OwnNumberError> {
        own_number::between(text, Self::PREFIX, Self::LENGTH)?;
        text.as_bytes()
            .try_into()
            .map(Self)
            .map_err(|_| OwnNumberError::Form { length: Self::LENGTH, prefix: Self::PREFIX })
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whoever has the code has the money: a log gets its end alone.
impl fmt::Debug for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CouponCode(…{})", &self.as_str()[24..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_else_is_a_coupon() {
        for text in ["", "98", "9800000000000", "96000000000000000004", "9700000000000000", "04006381333931"] {
            assert!(matches!(text.parse::<CouponCode>(), Err(OwnNumberError::Form { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_coupon_is_read_as_it_is_written(bytes: [u8; 16]) {
            let coupon = CouponCode::from_secret(bytes);
            prop_assert_eq!(coupon.to_string().parse(), Ok(coupon));
            prop_assert_eq!(coupon.groups().concat(), coupon.to_string());
            let logged = format!("{coupon:?}");
            prop_assert!(!logged.contains(&coupon.as_str()[..24]), "{}", logged);
        }

        #[test]
        fn a_wrong_digit_is_noticed(bytes: [u8; 16], place in 2..28_usize, other in b'0'..=b'9') {
            let coupon = CouponCode::from_secret(bytes).to_string();
            let mut wrong = coupon.clone().into_bytes();
            wrong[place] = other;
            let wrong = String::from_utf8(wrong).expect("digits");
            prop_assert_eq!(wrong.parse::<CouponCode>().is_ok(), wrong == coupon);
        }

        #[test]
        fn any_text_is_a_coupon_or_an_error(text: String) {
            let _ = text.parse::<CouponCode>();
        }
    }
}
