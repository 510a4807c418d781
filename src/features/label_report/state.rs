//! What a shopper says of a label, and how it stands: pure.

use polka_domain::{Money, Product};

use crate::offline::Fate;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// They type the label's price; in minor units, 0 while nothing is typed.
    Typing { minor_units: i64 },
    /// They typed the price that the till takes.
    Same,
    /// They typed the price that members pay.
    CardPrice,
    /// They have said it, and this became of it.
    Said(Fate),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Keep what was said; `None` where the price is not remembered.
    Report { label_price_minor_units: Option<i64> },
}

impl State {
    /// Nothing is typed.
    pub(crate) const START: Self = Self::Typing { minor_units: 0 };

    /// After a digit: as on a till, the last two are the hundredths.
    pub(crate) fn with_digit(self, digit: u8) -> Self {
        match self {
            Self::Typing { minor_units } => {
                let longer = minor_units * 10 + i64::from(digit);
                let is_price = longer <= Money::LARGEST_PRICE_MINOR_UNITS;
                Self::Typing { minor_units: if is_price { longer } else { minor_units } }
            }
            other => other,
        }
    }

    /// Without the last digit.
    pub(crate) fn erased(self) -> Self {
        match self {
            Self::Typing { minor_units } => Self::Typing { minor_units: minor_units / 10 },
            other => other,
        }
    }

    /// What was typed is what the label shows.
    pub(crate) fn sent(self, product: &Product) -> (Self, Option<Effect>) {
        match self {
            Self::Typing { minor_units: 0 } => (self, None),
            Self::Typing { minor_units } if minor_units == product.price.minor_units => (Self::Same, None),
            Self::Typing { minor_units } if product.card_price.is_some_and(|it| it.minor_units == minor_units) => {
                (Self::CardPrice, None)
            }
            Self::Typing { minor_units } => {
                (Self::Said(Fate::Keeping), Some(Effect::Report { label_price_minor_units: Some(minor_units) }))
            }
            other => (other, None),
        }
    }

    /// The label's price is not remembered.
    pub(crate) fn sent_without(self) -> (Self, Option<Effect>) {
        match self {
            Self::Typing { .. } => (Self::Said(Fate::Keeping), Some(Effect::Report { label_price_minor_units: None })),
            other => (other, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::examples::milk;

    fn typed(digits: &[u8]) -> State {
        digits.iter().fold(State::START, |state, digit| state.with_digit(*digit))
    }

    #[test]
    fn a_price_is_typed_as_on_a_till() {
        assert_eq!(typed(&[8, 9, 9, 0]), State::Typing { minor_units: 8990 });
        assert_eq!(typed(&[8, 9]).erased(), State::Typing { minor_units: 8 });
        assert_eq!(typed(&[8]).erased().erased(), State::START);
        // No price of this world has more digits.
        assert_eq!(typed(&[9; 30]), typed(&[9; 10]));
    }

    #[test]
    fn another_price_is_reported() {
        let report = |price| Some(Effect::Report { label_price_minor_units: price });
        assert_eq!(typed(&[8, 9, 9, 0]).sent(&milk()), (State::Said(Fate::Keeping), report(Some(8990))));
        assert_eq!(typed(&[8]).sent_without(), (State::Said(Fate::Keeping), report(None)));
        assert_eq!(State::START.sent(&milk()), (State::START, None));
    }

    #[test]
    fn the_price_that_is_right_is_no_report() {
        assert_eq!(typed(&[9, 4, 9, 0]).sent(&milk()), (State::Same, None));
        assert_eq!(typed(&[7, 9, 9, 0]).sent(&milk()), (State::CardPrice, None));
    }

    #[test]
    fn what_was_said_is_said_once() {
        let said = State::Said(Fate::Kept);
        assert_eq!(said.sent(&milk()), (said, None));
        assert_eq!(said.sent_without(), (said, None));
        assert_eq!(said.with_digit(1).erased(), said);
    }
}
