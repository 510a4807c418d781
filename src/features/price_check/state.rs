//! What the screen knows, and how it changes: pure.

use polka_domain::{Gtin, GtinError, Product};

/// What is known of the code that was scanned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// It is a product's code, and the catalogue is on its way.
    Waiting { gtin: Gtin },
    /// It is this product.
    Found { product: Box<Product> },
    /// It is a product's code, and no product here has it.
    NotFound { gtin: Gtin },
    /// A digit is wrong: it was misread.
    Misread,
    /// It is the code of something else.
    NotAProduct,
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The catalogue gave this product.
    Found(Box<Product>),
    /// The catalogue has no such product.
    NotFound,
    /// The catalogue is on its way.
    NotReady,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Ask the catalogue, now and whenever it changes.
    LookUp(Gtin),
}

impl State {
    /// The screen for a code that was just scanned.
    pub(crate) fn of_code(code: &str) -> (Self, Option<Effect>) {
        match code.parse() {
            Ok(gtin) => (Self::Waiting { gtin }, Some(Effect::LookUp(gtin))),
            Err(GtinError::WrongCheckDigit { .. }) => (Self::Misread, None),
            // A scanner that was drawn away reads some of the digits.
            Err(GtinError::WrongLength(digits)) if digits < 14 => (Self::Misread, None),
            Err(GtinError::WrongLength(_) | GtinError::NotDigits | GtinError::AllZeros) => (Self::NotAProduct, None),
        }
    }

    /// Takes what the catalogue says. A product may come, change its price and go while it is looked at.
    pub(crate) fn update(&mut self, event: Event) {
        let gtin = match self {
            Self::Waiting { gtin } | Self::NotFound { gtin } => *gtin,
            Self::Found { product } => product.gtin,
            Self::Misread | Self::NotAProduct => return,
        };
        *self = match event {
            Event::Found(product) => Self::Found { product },
            Event::NotFound => Self::NotFound { gtin },
            Event::NotReady => Self::Waiting { gtin },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::price_check::examples;

    #[test]
    fn a_code_that_is_a_number_of_a_product_is_looked_up() {
        let gtin: Gtin = "4006381333931".parse().expect("a GTIN");
        assert_eq!(State::of_code("4006381333931"), (State::Waiting { gtin }, Some(Effect::LookUp(gtin))));
    }

    #[test]
    fn a_code_that_is_none_says_which_kind_of_none() {
        for (code, state) in [
            ("4006381333932", State::Misread),
            ("400638133", State::Misread),
            ("400638133393100", State::NotAProduct),
            ("https://example.com", State::NotAProduct),
            ("0000000000000", State::NotAProduct),
        ] {
            assert_eq!(State::of_code(code), (state, None), "{code}");
        }
    }

    #[test]
    fn a_product_may_come_change_and_go_while_it_is_looked_at() {
        let product = examples::milk();
        let (mut state, _) = State::of_code(&product.gtin.to_string());
        state.update(Event::Found(Box::new(product.clone())));
        assert_eq!(state, State::Found { product: Box::new(product.clone()) });
        state.update(Event::NotFound);
        assert_eq!(state, State::NotFound { gtin: product.gtin });
    }

    #[test]
    fn a_misread_code_stays_misread() {
        let mut state = State::Misread;
        state.update(Event::NotFound);
        assert_eq!(state, State::Misread);
    }
}
