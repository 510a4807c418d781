//! How far somebody is on the way to a card, and what comes next: pure.
//!
//! A card collects points from the moment that the device has kept it. Whether it may spend them is another matter:
//! for that the store must be reached, and a code go there and back. So nobody ever waits for the store to get a card.

use polka_domain::{CardNumber, Phone, PhoneCountries};

use crate::api::members::Refusal;
use crate::offline::Fate;
use crate::ui::code::{CodeStep, TypedCode};
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// After so many seconds a number that was kept and not sent waits for the network, whatever the browser thinks of it.
const SOON_S: u32 = 5;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// They type their number.
    Number(TypedPhone),
    /// They are asked whether it may be kept.
    Consent(Entered),
    /// They read all that they are asked to agree to.
    Text(Entered),
    /// They did not agree, and nothing was kept.
    Declined,
    /// The device keeps the number and the card, and sends them.
    Keeping {
        entered: Entered,
        card: CardNumber,
        /// The device has kept them.
        is_kept: bool,
        /// That the store has them was waited for long enough.
        is_late: bool,
    },
    /// A code is asked for.
    Asking(Joined),
    /// It was sent, and they type it.
    Code(Joined, TypedCode),
    /// None was sent.
    NoCode(Joined, NoCode),
    /// They are asked whether they want to hear of offers.
    Messages(Card),
    /// Here is the card.
    Done(Card),
    /// The device could not keep it.
    Unable,
    /// The store does not take the number.
    Refused(TypedPhone),
}

/// A number, and how it was typed: for whoever comes back to correct it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entered {
    pub(crate) typed: TypedPhone,
    pub(crate) phone: Phone,
}

/// Somebody who has a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) entered: Entered,
    pub(crate) card: CardNumber,
}

/// Why no code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCode {
    /// The store is not reached, and the number waits on the device.
    Away,
    /// There were too many already.
    TooManyTries,
    /// The store sends none for now.
    Paused,
    /// The store did not answer.
    NoAnswer,
}

/// Somebody's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) number: CardNumber,
    /// Their number was proved.
    pub(crate) can_spend: bool,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Key(Key),
    /// The number or the code is finished, or what was told is read.
    Next,
    /// To the question from its text, or to the number from wherever it shows to be wrong.
    Back,
    ReadText,
    /// The number may be kept, with this card; `None` where the browser has no chance to make one.
    Agree(Option<CardNumber>),
    Disagree,
    /// What has become of the number and the card.
    Fate(Fate),
    /// The store was waited for.
    Late,
    /// A code was sent, and another can be asked for after so many seconds; or not.
    Asked(Result<u32, Refusal>),
    /// The time is over after which another can be asked for.
    AgainAllowed,
    AskAgain,
    Checked(Result<(), Refusal>),
    WithoutCode,
    /// Whether they want to hear of offers.
    Messages(bool),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Show what is wrong.
    TellProblem,
    /// Keep the number, the card, and that they agreed.
    Keep { phone: Phone, card: CardNumber },
    /// Say [`Event::Late`] after so many seconds.
    Wait { seconds: u32 },
    /// Ask for a code.
    Ask { phone: Phone },
    /// Say [`Event::AgainAllowed`] after so many seconds.
    WaitToAskAgain { seconds: u32 },
    /// Ask whether the code is right that was typed.
    Check,
    /// Keep what they said of messages.
    KeepMessages { card: CardNumber, is_given: bool },
    /// Make a link to the card for their own phone, where one reaches the store.
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
            (Self::Number(mut typed), Event::Next) => match typed.finish(countries) {
                Some(phone) => (Self::Consent(Entered { typed, phone }), vec![]),
                None => (Self::Number(typed), vec![Effect::TellProblem]),
            },
            (Self::Consent(entered), Event::ReadText) => (Self::Text(entered), vec![]),
            (Self::Text(entered), Event::Back) => (Self::Consent(entered), vec![]),
            (Self::Consent(Entered { typed, .. }) | Self::Refused(typed), Event::Back) => (Self::Number(typed), vec![]),
            (Self::Consent(_), Event::Disagree) => (Self::Declined, vec![]),
            (Self::Declined | Self::Unable, Event::Back) => (Self::default(), vec![]),
            (Self::Consent(_), Event::Agree(None)) => (Self::Unable, vec![]),
            (Self::Consent(entered), Event::Agree(Some(card))) => {
                let phone = entered.phone;
                let keeping = Self::Keeping { entered, card, is_kept: false, is_late: false };
                (keeping, vec![Effect::Keep { phone, card }, Effect::Wait { seconds: SOON_S }])
            }
            (state, Event::Fate(fate)) => state.with_fate(fate),
            (Self::Keeping { entered, card, is_kept, .. }, Event::Late) => match is_kept {
                true => (Self::NoCode(Joined { entered, card }, NoCode::Away), vec![]),
                false => (Self::Keeping { entered, card, is_kept, is_late: true }, vec![]),
            },
            (Self::Asking(joined), Event::Asked(asked)) => joined.asked(asked),
            (Self::Code(joined, code), event) => joined.with_code(code, event),
            (Self::NoCode(joined, NoCode::TooManyTries | NoCode::NoAnswer), Event::AskAgain) => joined.ask(),
            (Self::NoCode(joined, _), Event::WithoutCode) => (joined.card(false), vec![]),
            (Self::Messages(card), Event::Messages(is_given)) => {
                let card_number = card.number;
                let effects = vec![Effect::KeepMessages { card: card_number, is_given }, Effect::Link(card_number)];
                (Self::Done(card), effects)
            }
            (other, _) => (other, vec![]),
        };
        *self = next;
        effects
    }

    /// Takes what has become of the number and the card. That the store does not take them ends everything; that it
    /// has them counts where it is waited for.
    fn with_fate(self, fate: Fate) -> (Self, Vec<Effect>) {
        match (self, fate) {
            (Self::Keeping { entered, .. }, Fate::Refused) => (Self::Refused(entered.typed), vec![]),
            (Self::Asking(joined) | Self::Code(joined, _) | Self::NoCode(joined, _), Fate::Refused) => {
                (Self::Refused(joined.entered.typed), vec![])
            }
            (Self::Messages(_) | Self::Done(_), Fate::Refused) => (Self::Refused(TypedPhone::default()), vec![]),
            (Self::Keeping { .. }, Fate::NotKept) => (Self::Unable, vec![]),
            (Self::Keeping { entered, card, .. }, Fate::Taken) => Joined { entered, card }.ask(),
            (Self::Keeping { entered, card, is_late: true, .. }, Fate::Kept) => {
                (Self::NoCode(Joined { entered, card }, NoCode::Away), vec![])
            }
            (Self::Keeping { entered, card, is_late, .. }, Fate::Kept) => {
                (Self::Keeping { entered, card, is_kept: true, is_late }, vec![])
            }
            (other, _) => (other, vec![]),
        }
    }

    /// The same without what changes key by key: another one is another page.
    pub(crate) fn page(&self) -> Self {
        match self {
            Self::Number(_) => Self::default(),
            Self::Code(joined, _) => Self::Code(joined.clone(), TypedCode::default()),
            other => other.clone(),
        }
    }
}

impl Joined {
    fn ask(self) -> (State, Vec<Effect>) {
        let phone = self.entered.phone;
        (State::Asking(self), vec![Effect::Ask { phone }])
    }

    fn card(self, can_spend: bool) -> State {
        State::Messages(Card { number: self.card, can_spend })
    }

    fn asked(self, asked: Result<u32, Refusal>) -> (State, Vec<Effect>) {
        match asked {
            Ok(seconds) => {
                let seconds = seconds.max(1);
                (State::Code(self, TypedCode::sent(seconds)), vec![Effect::WaitToAskAgain { seconds }])
            }
            Err(Refusal::Phone) => (State::Refused(self.entered.typed), vec![]),
            Err(Refusal::TooManyTries) => (State::NoCode(self, NoCode::TooManyTries), vec![]),
            Err(Refusal::Paused) => (State::NoCode(self, NoCode::Paused), vec![]),
            Err(_) => (State::NoCode(self, NoCode::NoAnswer), vec![]),
        }
    }

    fn with_code(self, mut code: TypedCode, event: Event) -> (State, Vec<Effect>) {
        let mut effects = vec![];
        match event {
            Event::WithoutCode => return (self.card(false), effects),
            Event::Checked(Ok(())) => return (self.card(true), effects),
            Event::Checked(Err(Refusal::Phone)) => return (State::Refused(self.entered.typed), effects),
            Event::Checked(Err(refusal)) => {
                code.failed(refusal.of_code());
                effects.push(Effect::TellProblem);
            }
            Event::AgainAllowed => code.allow_again(),
            Event::AskAgain if code.can_ask_again() => return self.ask(),
            Event::Key(key) => code.press(key),
            Event::Next => match code.finish() {
                CodeStep::Check => effects.push(Effect::Check),
                CodeStep::TellProblem => effects.push(Effect::TellProblem),
                CodeStep::Nothing => {}
            },
            _ => {}
        }
        (State::Code(self, code), effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::code::CodeProblem;

    fn after(state: &mut State, events: &[Event]) -> Vec<Effect> {
        let countries = PhoneCountries::default();
        events.iter().flat_map(|event| state.update(*event, &countries)).collect()
    }

    fn digits(text: &str) -> Vec<Event> {
        text.bytes().map(|digit| Event::Key(Key::Digit(digit - b'0'))).collect()
    }

    fn phone() -> Phone {
        Phone::parse("9161234567", &PhoneCountries::default()).expect("a number")
    }

    fn card() -> CardNumber {
        CardNumber::from_random([7; 16])
    }

    /// They have typed a number.
    fn consent() -> State {
        let mut state = State::default();
        after(&mut state, &digits("9161234567"));
        assert_eq!(after(&mut state, &[Event::Next]), []);
        state
    }

    /// And it may be kept.
    fn keeping() -> State {
        let mut state = consent();
        let kept = [Effect::Keep { phone: phone(), card: card() }, Effect::Wait { seconds: 5 }];
        assert_eq!(after(&mut state, &[Event::Agree(Some(CardNumber::from_random([7; 16])))]), kept);
        state
    }

    /// And the store has sent a code.
    fn code() -> State {
        let mut state = keeping();
        let asked = after(&mut state, &[Event::Fate(Fate::Kept), Event::Fate(Fate::Taken)]);
        assert_eq!(asked, [Effect::Ask { phone: phone() }]);
        assert_eq!(after(&mut state, &[Event::Asked(Ok(30))]), [Effect::WaitToAskAgain { seconds: 30 }]);
        state
    }

    fn problem(state: &State) -> Option<CodeProblem> {
        match state {
            State::Code(_, code) => code.problem(),
            _ => None,
        }
    }

    #[test]
    fn who_proves_the_number_has_a_card_that_spends() {
        let mut state = code();
        after(&mut state, &digits("123456"));
        assert_eq!(after(&mut state, &[Event::Next]), [Effect::Check]);
        after(&mut state, &[Event::Checked(Ok(()))]);
        let kept = after(&mut state, &[Event::Messages(true)]);
        assert_eq!(kept, [Effect::KeepMessages { card: card(), is_given: true }, Effect::Link(card())]);
        assert_eq!(state, State::Done(Card { number: card(), can_spend: true }));
    }

    #[test]
    fn who_goes_on_without_a_code_has_a_card_that_collects() {
        let mut state = code();
        let kept = after(&mut state, &[Event::WithoutCode, Event::Messages(false)]);
        assert_eq!(kept, [Effect::KeepMessages { card: card(), is_given: false }, Effect::Link(card())]);
        assert_eq!(state, State::Done(Card { number: card(), can_spend: false }));
    }

    #[test]
    fn without_the_network_there_is_a_card_all_the_same() {
        for events in [[Event::Fate(Fate::Kept), Event::Late], [Event::Late, Event::Fate(Fate::Kept)]] {
            let mut state = keeping();
            assert_eq!(after(&mut state, &events), []);
            assert!(matches!(state, State::NoCode(_, NoCode::Away)), "{state:?}");
            after(&mut state, &[Event::WithoutCode, Event::Messages(false)]);
            assert_eq!(state, State::Done(Card { number: card(), can_spend: false }));
        }
    }

    #[test]
    fn nobody_has_a_card_that_the_device_has_not_kept() {
        let mut state = keeping();
        after(&mut state, &[Event::Late]);
        assert!(matches!(state, State::Keeping { .. }));
        after(&mut state, &[Event::Fate(Fate::NotKept)]);
        assert_eq!(state, State::Unable);
        let mut state = consent();
        assert_eq!(after(&mut state, &[Event::Agree(None)]), []);
        assert_eq!(state, State::Unable);
    }

    #[test]
    fn a_number_that_is_not_whole_is_told_and_goes_nowhere() {
        let number = |text| {
            let mut state = State::default();
            after(&mut state, &digits(text));
            state
        };
        let mut state = number("91612345");
        assert_eq!(after(&mut state, &[Event::Next]), [Effect::TellProblem]);
        assert_ne!(state, number("91612345"));
        after(&mut state, &digits("6"));
        assert_eq!(state, number("916123456"));
    }

    #[test]
    fn nothing_is_kept_before_somebody_agrees() {
        let mut state = consent();
        assert_eq!(after(&mut state, &[Event::ReadText, Event::Back, Event::Disagree]), []);
        assert_eq!(state, State::Declined);
        assert_eq!(after(&mut state, &[Event::Agree(Some(CardNumber::from_random([7; 16]))), Event::Back]), []);
        assert_eq!(state, State::default());
    }

    #[test]
    fn a_number_can_be_corrected_where_it_was_typed() {
        let mut state = consent();
        after(&mut state, &[Event::Back, Event::Key(Key::Erase), Event::Key(Key::Digit(8)), Event::Next]);
        assert!(matches!(&state, State::Consent(entered) if entered.phone.e164() == "+79161234568"));
        let mut state = keeping();
        after(&mut state, &[Event::Fate(Fate::Refused), Event::Back]);
        assert!(matches!(&state, State::Number(typed) if !typed.is_empty()));
    }

    #[test]
    fn a_number_that_the_store_refuses_ends_wherever_they_are() {
        let mut done = code();
        after(&mut done, &[Event::WithoutCode, Event::Messages(true)]);
        for mut state in [keeping(), code(), done] {
            after(&mut state, &[Event::Fate(Fate::Refused)]);
            assert!(matches!(state, State::Refused(_)), "{state:?}");
        }
        let mut state = keeping();
        after(&mut state, &[Event::Fate(Fate::Taken), Event::Asked(Err(Refusal::Phone))]);
        assert!(matches!(state, State::Refused(_)), "{state:?}");
    }

    #[test]
    fn a_code_has_six_digits() {
        let mut state = code();
        after(&mut state, &digits("12345"));
        assert_eq!(after(&mut state, &[Event::Next]), [Effect::TellProblem]);
        assert_eq!(problem(&state), Some(CodeProblem::Short));
        after(&mut state, &digits("6789"));
        assert!(matches!(&state, State::Code(_, code) if code.digits() == "123456"));
    }

    #[test]
    fn each_way_in_which_a_code_fails_is_told_until_the_next_key() {
        for (refusal, expected) in [
            (Refusal::Code, CodeProblem::Refused),
            (Refusal::TooManyTries, CodeProblem::TooManyTries),
            (Refusal::NoAnswer, CodeProblem::NoAnswer),
        ] {
            let mut state = code();
            after(&mut state, &digits("123456"));
            let told = after(&mut state, &[Event::Next, Event::Checked(Err(refusal))]);
            assert_eq!(told, [Effect::Check, Effect::TellProblem]);
            assert_eq!(problem(&state), Some(expected));
            after(&mut state, &[Event::Key(Key::Erase)]);
            assert_eq!(problem(&state), None);
        }
    }

    #[test]
    fn a_code_is_not_changed_while_it_is_looked_at() {
        let mut state = code();
        after(&mut state, &digits("123456"));
        after(&mut state, &[Event::Next]);
        assert_eq!(after(&mut state, &[Event::Next, Event::Key(Key::Erase), Event::Key(Key::Digit(9))]), []);
        assert!(matches!(&state, State::Code(_, code) if code.digits() == "123456"));
    }

    #[test]
    fn another_code_can_be_asked_for_when_its_time_has_come() {
        let mut state = code();
        assert_eq!(after(&mut state, &[Event::AskAgain]), []);
        let asked = after(&mut state, &[Event::AgainAllowed, Event::AskAgain]);
        assert_eq!(asked, [Effect::Ask { phone: phone() }]);
    }

    #[test]
    fn where_no_code_was_sent_it_can_be_asked_for_again() {
        for (refusal, expected) in
            [(Refusal::TooManyTries, NoCode::TooManyTries), (Refusal::NoAnswer, NoCode::NoAnswer)]
        {
            let mut state = keeping();
            after(&mut state, &[Event::Fate(Fate::Taken), Event::Asked(Err(refusal))]);
            assert!(matches!(&state, State::NoCode(_, no_code) if *no_code == expected));
            assert_eq!(after(&mut state, &[Event::AskAgain]), [Effect::Ask { phone: phone() }]);
        }
    }

    #[test]
    fn where_no_codes_are_sent_the_card_is_there_without_one() {
        let mut state = keeping();
        after(&mut state, &[Event::Fate(Fate::Taken), Event::Asked(Err(Refusal::Paused))]);
        assert_eq!(after(&mut state, &[Event::AskAgain]), []);
        after(&mut state, &[Event::WithoutCode]);
        assert_eq!(state, State::Messages(Card { number: card(), can_spend: false }));
    }

    #[test]
    fn a_code_that_was_asked_for_in_vain_comes_too_late() {
        let mut state = code();
        after(&mut state, &[Event::WithoutCode, Event::Asked(Ok(30)), Event::Checked(Ok(()))]);
        assert_eq!(state, State::Messages(Card { number: card(), can_spend: false }));
    }
}
