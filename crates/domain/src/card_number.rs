//! The number of a loyalty card.

use std::fmt;
use std::str::FromStr;

use crate::own_number::{self, OwnNumberError};

/// The number of a card: twenty digits, of which the first two are [`PREFIX`](Self::PREFIX) and the last checks the
/// others.
///
/// A device gives cards without asking anybody, so the seventeen digits between are random. No article number
/// (8, 12, 13 or 14 digits) and no pallet's (18) is as long, so none is taken for a card.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardNumber(u64);

/// So many numbers there are between the prefix and the check digit.
const RANDOM: u64 = 100_000_000_000_000_000;

impl CardNumber {
    /// With which all begin: in card numbers (ISO/IEC 7812) a 9 stands for what a country, and not the world, gives
    /// out.
    pub const PREFIX: &'static str = "96";

    /// A card of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        // Sixteen bytes for seventeen digits: no digit is more likely than another by more than 10⁻²¹.
        Self((u128::from_be_bytes(bytes) % u128::from(RANDOM)) as u64)
    }

    /// The number without its check digit.
    fn digits(self) -> String {
        format!("{}{:017}", Self::PREFIX, self.0)
    }

    /// The number in fives, as it is read aloud and printed under its barcode.
    #[must_use]
    pub fn groups(self) -> [String; 4] {
        let digits = self.to_string();
        [0, 5, 10, 15].map(|start| digits[start..start + 5].to_owned())
    }
}

impl FromStr for CardNumber {
    type Err = OwnNumberError;

    /// Reads the digits, without anything between them.
    fn from_str(text: &str) -> Result<Self, OwnNumberError> {
        let between = own_number::between(text, Self::PREFIX, 20)?;
        Ok(Self(between.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))))
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(f, "{digits}{}", char::from(own_number::check_digit(digits.as_bytes())))
    }
}

/// Whoever has the number can collect on the card: a log gets its end alone.
impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(…{})", &self.to_string()[16..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_article_number_is_a_card() {
        for text in
            ["", "96385074", "4006381333931", "00012345678901234567", "９６０００００００００００００００００００"]
        {
            assert!(matches!(text.parse::<CardNumber>(), Err(OwnNumberError::Form { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_card_is_read_as_it_is_written(bytes: [u8; 16]) {
            let card = CardNumber::from_random(bytes);
            prop_assert_eq!(card.to_string().parse(), Ok(card));
            prop_assert_eq!(card.groups().concat(), card.to_string());
            let logged = format!("{card:?}");
            prop_assert!(!logged.contains(&card.to_string()[..16]), "{}", logged);
        }

        #[test]
        fn a_wrong_digit_is_noticed(bytes: [u8; 16], place in 2..20_usize, other in b'0'..=b'9') {
            let card = CardNumber::from_random(bytes).to_string();
            let mut wrong = card.clone().into_bytes();
            wrong[place] = other;
            let wrong = String::from_utf8(wrong).expect("digits");
            prop_assert_eq!(wrong.parse::<CardNumber>().is_ok(), wrong == card);
        }

        #[test]
        fn any_text_is_a_card_or_an_error(text: String) {
            let _ = text.parse::<CardNumber>();
        }
    }
}
