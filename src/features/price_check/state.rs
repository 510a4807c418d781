//! What the screen knows, and how it changes: pure.

use polka_domain::{Gtin, Product};
use polka_scan::{Meaning, Refusal, ScannedProduct};

/// What is known of what was scanned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// It is a product's code, and the catalogue is on its way.
    Waiting,
    /// It is more than a number, or a number that no product here has: what reads codes is on its way.
    Reading,
    /// What reads codes did not come.
    NotRead,
    /// It is this product, and says this of the piece in hand.
    Found { product: Box<Product>, scanned: Option<Box<ScannedProduct>> },
    /// It is a product's code, and no product here has it.
    NotFound { gtin: Gtin },
    /// It is the code of something else.
    Other(Meaning),
    /// It is no code that means anything here.
    Refused(Refusal),
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
    /// The code was read.
    Read(Result<Meaning, Refusal>),
    /// What reads codes did not come.
    NotRead,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Ask the catalogue.
    LookUp(Gtin, Option<Box<ScannedProduct>>),
    /// Read the code.
    Read,
}

impl State {
    /// The screen for a code that was just scanned. `is_own` tells whether the chain's table of its own numbers may
    /// mean a number.
    ///
    /// A number that the catalogue has is that product, so the commonest scans wait for nothing else.
    fn of_code(code: &str, is_own: impl Fn(Gtin) -> bool) -> (Self, Effect) {
        match code.parse() {
            Ok(gtin) if !is_own(gtin) => (Self::Waiting, Effect::LookUp(gtin, None)),
            _ => (Self::Reading, Effect::Read),
        }
    }

    /// The screen for a code, as far as what is asked answers now: `None` ends it where it stands.
    pub(crate) fn settled(
        code: &str,
        is_own: impl Fn(Gtin) -> bool,
        answer: impl Fn(&Effect) -> Option<Event>,
    ) -> Self {
        let (mut state, first) = Self::of_code(code, is_own);
        let mut next = Some(first);
        while let Some(effect) = next
            && let Some(event) = answer(&effect)
        {
            next = state.update(effect, event);
        }
        state
    }

    /// Takes what came of an effect, and gives the next one.
    fn update(&mut self, effect: Effect, event: Event) -> Option<Effect> {
        let (state, effect) = match (effect, event) {
            (Effect::LookUp(_, scanned), Event::Found(product)) => (Self::Found { product, scanned }, None),
            (Effect::LookUp(_, None), Event::NotFound) => (Self::Reading, Some(Effect::Read)),
            (Effect::LookUp(gtin, Some(_)), Event::NotFound) => (Self::NotFound { gtin }, None),
            (Effect::Read, Event::Read(Ok(Meaning::Product(scanned)))) => {
                (Self::Waiting, Some(Effect::LookUp(scanned.gtin, Some(scanned))))
            }
            (Effect::Read, Event::Read(Ok(other))) => (Self::Other(other), None),
            (Effect::Read, Event::Read(Err(refusal))) => (Self::Refused(refusal), None),
            (Effect::Read, Event::NotRead) => (Self::NotRead, None),
            (_, Event::NotReady) => (Self::Waiting, None),
            // An answer to what was not asked.
            (Effect::LookUp(..), Event::Read(_) | Event::NotRead) | (Effect::Read, _) => return None,
        };
        *self = state;
        effect
    }
}

#[cfg(test)]
mod tests {
    use polka_scan::ScanSettings;

    use super::*;
    use crate::features::price_check::examples;

    /// The screen for a code, with what reads codes, and a catalogue of these products.
    fn state(code: &str, products: &[Product]) -> State {
        let find = |gtin: Gtin| products.iter().find(|it| it.gtin == gtin).cloned();
        let today = "2026-11-28".parse().expect("a day");
        State::settled(
            code,
            |_| false,
            |effect| {
                Some(match effect {
                    Effect::LookUp(gtin, _) => find(*gtin).map_or(Event::NotFound, |it| Event::Found(Box::new(it))),
                    Effect::Read => {
                        let known = |gtin| find(gtin).is_some();
                        Event::Read(polka_scan::read(code, &ScanSettings::default(), today, &known))
                    }
                })
            },
        )
    }

    #[test]
    fn a_number_that_the_catalogue_has_is_that_product_and_nothing_else_is_asked() {
        let milk = examples::milk();
        let (mut state, effect) = State::of_code(&milk.gtin.to_string(), |_| false);
        assert_eq!((&state, &effect), (&State::Waiting, &Effect::LookUp(milk.gtin, None)));
        assert_eq!(state.update(effect, Event::Found(Box::new(milk.clone()))), None);
        assert_eq!(state, State::Found { product: Box::new(milk), scanned: None });
    }

    #[test]
    fn a_product_may_come_later() {
        let gtin = examples::milk().gtin;
        let (mut state, effect) = State::of_code(&gtin.to_string(), |_| false);
        assert_eq!(state.update(effect, Event::NotReady), None);
        assert_eq!(state, State::Waiting);
    }

    #[test]
    fn a_number_that_the_catalogue_has_not_is_a_product_that_was_not_found() {
        let gtin = "4006381333931".parse().expect("a GTIN");
        assert_eq!(state("4006381333931", &[]), State::NotFound { gtin });
    }

    #[test]
    fn a_number_that_the_chain_has_given_meaning_is_read_by_its_table() {
        let (state, effect) = State::of_code("2212345006787", |_| true);
        assert_eq!((state, effect), (State::Reading, Effect::Read));
    }

    #[test]
    fn a_code_with_a_date_is_the_product_with_its_date() {
        let milk = examples::milk();
        let code = format!("01{}17261130", milk.gtin);
        let State::Found { product, scanned: Some(scanned) } = state(&code, std::slice::from_ref(&milk)) else {
            panic!("it is found with what its code says");
        };
        assert_eq!((*product, scanned.use_by), (milk, "2026-11-30".parse().ok()));
    }

    #[test]
    fn what_is_no_product_is_told() {
        for code in ["4006381333932", "400638133", "400638133393100", "https://example.com", "0000000000000"] {
            assert!(matches!(state(code, &[]), State::Refused(_)), "{code}");
        }
        assert!(matches!(state("96000000000000000005", &[]), State::Other(Meaning::MemberCard { .. })));
    }

    #[test]
    fn without_what_reads_codes_nothing_is_claimed() {
        let (mut state, effect) = State::of_code("(01)", |_| false);
        assert_eq!(state.update(effect, Event::NotRead), None);
        assert_eq!(state, State::NotRead);
    }
}
