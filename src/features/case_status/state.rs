//! How far somebody is who looks up their case: pure.

use polka_contract::{CaseState, CaseStatusResponse};
use polka_domain::CaseCode;

use crate::api::members::Refusal;
use crate::ui::digits::Key;

/// How far it is.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) digits: String,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    pub(crate) problem: Option<Problem>,
    /// How the case stands.
    pub(crate) told: Option<CaseStatusResponse>,
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Code,
    /// How it stands, and whether the customer is asked.
    Told(CaseState, bool),
    /// They have said that it was not put right.
    OpenAgain,
}

/// Why they are not further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The code has fewer digits.
    Short,
    /// No case has it.
    None,
    TooManyTries,
    /// It was answered already.
    Answered,
    NoAnswer,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Key(Key),
    /// The code is whole.
    Ask,
    /// It was put right, or was not.
    Answer(bool),
    /// What the store says.
    Told(Result<CaseStatusResponse, Refusal>),
    /// Another code.
    Another,
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    Ask(String),
    Answer(String, bool),
    TellProblem,
}

impl State {
    pub(crate) fn page(&self) -> Page {
        match &self.told {
            None => Page::Code,
            Some(told) if told.is_put_right == Some(false) && told.state != CaseState::Closed => Page::OpenAgain,
            Some(told) => Page::Told(told.state, told.asks),
        }
    }

    /// How many digits are missing.
    pub(crate) fn missing(&self) -> usize {
        CaseCode::LENGTH.saturating_sub(self.digits.len())
    }

    /// The digits in fours, as they stand on paper.
    pub(crate) fn groups(&self) -> Vec<&str> {
        (0..self.digits.len()).step_by(4).map(|at| &self.digits[at..(at + 4).min(self.digits.len())]).collect()
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event) -> Option<Effect> {
        if self.is_asking && !matches!(event, Event::Told(_)) {
            return None;
        }
        self.problem = None;
        match event {
            Event::Key(key) if self.told.is_none() => {
                match key {
                    Key::Digit(digit) if self.missing() > 0 => self.digits.push(char::from(b'0' + digit)),
                    Key::Digit(_) => {}
                    Key::Erase => drop(self.digits.pop()),
                }
                None
            }
            Event::Ask if self.told.is_none() && self.missing() > 0 => self.fail(Problem::Short),
            Event::Ask if self.told.is_none() => {
                self.is_asking = true;
                Some(Effect::Ask(self.digits.clone()))
            }
            Event::Answer(is_put_right) if self.told.as_ref().is_some_and(|told| told.asks) => {
                self.is_asking = true;
                Some(Effect::Answer(self.digits.clone(), is_put_right))
            }
            Event::Told(Ok(told)) => {
                (self.is_asking, self.told) = (false, Some(told));
                None
            }
            Event::Told(Err(refusal)) => {
                self.is_asking = false;
                self.fail(match refusal {
                    Refusal::Code | Refusal::Invalid => Problem::None,
                    Refusal::TooManyTries => Problem::TooManyTries,
                    Refusal::Settled => Problem::Answered,
                    _ => Problem::NoAnswer,
                })
            }
            Event::Another => {
                *self = Self::default();
                None
            }
            Event::Key(_) | Event::Ask | Event::Answer(_) => None,
        }
    }

    fn fail(&mut self, problem: Problem) -> Option<Effect> {
        self.problem = Some(problem);
        Some(Effect::TellProblem)
    }
}

/// No code stands in a log.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ask(_) => "Ask",
            Self::Answer(..) => "Answer",
            Self::TellProblem => "TellProblem",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> State {
        let mut state = State::default();
        for digit in digits.bytes() {
            assert_eq!(state.update(Event::Key(Key::Digit(digit - b'0'))), None);
        }
        state
    }

    fn told(state: CaseState, asks: bool, is_put_right: Option<bool>) -> CaseStatusResponse {
        CaseStatusResponse { state, due_day: "2026-12-31".into(), outcome: None, asks, is_put_right }
    }

    #[test]
    fn a_code_is_asked_for_when_it_is_whole_and_no_longer_than_it_is() {
        let mut state = typed("12345678901");
        assert_eq!(state.update(Event::Ask), Some(Effect::TellProblem));
        assert_eq!((state.problem, state.groups()), (Some(Problem::Short), vec!["1234", "5678", "901"]));
        state.update(Event::Key(Key::Digit(2)));
        state.update(Event::Key(Key::Digit(9)));
        assert_eq!(state.update(Event::Ask), Some(Effect::Ask("123456789012".into())));
        assert_eq!(state.update(Event::Ask), None, "it is asked once");
        assert_eq!(state.update(Event::Told(Err(Refusal::Code))), Some(Effect::TellProblem));
        assert_eq!((state.problem, state.page()), (Some(Problem::None), Page::Code));
        state.update(Event::Key(Key::Erase));
        assert_eq!((state.missing(), state.problem), (1, None));
    }

    #[test]
    fn whoever_is_asked_answers_once_and_a_no_opens_it_again() {
        let mut state = typed("123456789012");
        state.update(Event::Ask);
        state.update(Event::Told(Ok(told(CaseState::Closed, true, None))));
        assert_eq!(state.page(), Page::Told(CaseState::Closed, true));
        assert_eq!(state.update(Event::Answer(false)), Some(Effect::Answer("123456789012".into(), false)));
        state.update(Event::Told(Ok(told(CaseState::Open, false, Some(false)))));
        assert_eq!((state.page(), state.update(Event::Answer(true))), (Page::OpenAgain, None));
        state.update(Event::Another);
        assert!(state == State::default());
    }

    #[test]
    fn what_was_not_answered_may_be_tried_again() {
        let mut state = typed("123456789012");
        state.update(Event::Ask);
        state.update(Event::Told(Ok(told(CaseState::Closed, true, None))));
        state.update(Event::Answer(true));
        state.update(Event::Told(Err(Refusal::NoAnswer)));
        assert_eq!(state.problem, Some(Problem::NoAnswer));
        assert!(state.update(Event::Answer(true)).is_some());
    }
}
