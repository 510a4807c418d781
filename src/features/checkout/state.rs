//! How far a cashier is with a card: pure.

use polka_domain::{CardNumber, Phone, PhoneCountries};

use crate::offline::Fate;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The number is being typed.
    Number(TypedPhone),
    /// A card was given to whoever has it.
    Given(Given),
}

/// A card that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// For whoever has to correct it.
    pub(crate) typed: TypedPhone,
    pub(crate) phone: Phone,
    pub(crate) card: CardNumber,
    /// What has become of it.
    pub(crate) fate: Fate,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Key(Key),
    /// The number is whole: a card of these random bytes; `None` where the browser has no chance.
    Give(Option<[u8; 16]>),
    /// What has become of it.
    Fate(Fate),
    /// The number is to be corrected.
    Correct,
    /// The next customer.
    Next,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Show what is wrong with the number.
    TellProblem,
    /// Keep the number and the card.
    Keep { phone: Phone, card: CardNumber },
    /// The card is there: print it, where there is a printer.
    Print,
    /// The store has the card: make a link to it for the customer's own phone, where one reaches the store.
    Link(CardNumber),
}

impl Default for State {
    fn default() -> Self {
        Self::Number(TypedPhone::default())
    }
}

impl State {
    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Vec<Effect> {
        let (next, effects) = match (std::mem::take(self), event) {
            (Self::Number(mut typed), Event::Key(key)) => {
                typed.press(key);
                (Self::Number(typed), vec![])
            }
            (Self::Number(mut typed), Event::Give(bytes)) => match (typed.finish(countries), bytes) {
                (None, _) => (Self::Number(typed), vec![Effect::TellProblem]),
                (Some(phone), bytes) => {
                    let card = CardNumber::from_random(bytes.unwrap_or_default());
                    let fate = if bytes.is_some() { Fate::Keeping } else { Fate::NotKept };
                    let keep = bytes.is_some().then_some(Effect::Keep { phone, card });
                    (Self::Given(Given { typed, phone, card, fate }), keep.into_iter().collect())
                }
            },
            (Self::Given(mut given), Event::Fate(fate)) => {
                let is_new = given.fate == Fate::Keeping && matches!(fate, Fate::Kept | Fate::Taken);
                let is_taken = given.fate != Fate::Taken && fate == Fate::Taken;
                given.fate = fate;
                let link = is_taken.then_some(Effect::Link(given.card));
                (Self::Given(given), is_new.then_some(Effect::Print).into_iter().chain(link).collect())
            }
            (Self::Given(given), Event::Correct) if given.has_failed() => (Self::Number(given.typed), vec![]),
            (Self::Given(_), Event::Next) => (Self::default(), vec![]),
            (other, _) => (other, vec![]),
        };
        *self = next;
        effects
    }

    /// The same without what changes key by key: another one is another page.
    pub(crate) fn page(&self) -> Self {
        match self {
            Self::Number(_) => Self::default(),
            given @ Self::Given(_) => given.clone(),
        }
    }
}

impl Given {
    /// Whether there is no card.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.fate, Fate::NotKept | Fate::Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(state: &mut State, events: &[Event]) -> Vec<Effect> {
        let countries = PhoneCountries::default();
        events.iter().flat_map(|event| state.update(*event, &countries)).collect()
    }

    fn typed() -> State {
        let mut state = State::default();
        after(&mut state, &b"9161234567".map(|digit| Event::Key(Key::Digit(digit - b'0'))));
        state
    }

    fn kept() -> Effect {
        let phone = Phone::parse("9161234567", &PhoneCountries::default()).expect("a number");
        Effect::Keep { phone, card: CardNumber::from_random([7; 16]) }
    }

    #[test]
    fn ten_digits_and_a_touch_give_a_card_that_is_printed_once() {
        let mut state = typed();
        assert_eq!(after(&mut state, &[Event::Give(Some([7; 16]))]), [kept()]);
        assert_eq!(after(&mut state, &[Event::Fate(Fate::Kept)]), [Effect::Print]);
        let link = Effect::Link(CardNumber::from_random([7; 16]));
        assert_eq!(after(&mut state, &[Event::Fate(Fate::Taken), Event::Fate(Fate::Taken)]), [link]);
        after(&mut state, &[Event::Next]);
        assert_eq!(state, State::default());
    }

    #[test]
    fn a_second_touch_gives_no_second_card() {
        let mut state = typed();
        assert_eq!(after(&mut state, &[Event::Give(Some([7; 16])), Event::Give(Some([8; 16]))]), [kept()]);
    }

    #[test]
    fn a_number_that_is_not_whole_gives_no_card() {
        let mut state = typed();
        assert_eq!(after(&mut state, &[Event::Key(Key::Erase), Event::Give(Some([7; 16]))]), [Effect::TellProblem]);
        assert!(matches!(state, State::Number(_)));
    }

    #[test]
    fn what_was_not_kept_or_taken_can_be_corrected() {
        for fate in [Fate::NotKept, Fate::Refused] {
            let mut state = typed();
            after(&mut state, &[Event::Give(Some([7; 16])), Event::Correct]);
            assert!(matches!(state, State::Given(_)));
            after(&mut state, &[Event::Fate(fate), Event::Correct]);
            assert_eq!(state, typed());
        }
        let mut state = typed();
        assert_eq!(after(&mut state, &[Event::Give(None)]), []);
        assert!(matches!(state, State::Given(given) if given.has_failed()));
    }
}
