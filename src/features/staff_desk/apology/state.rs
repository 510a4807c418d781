//! How far somebody is with an apology: pure.

use polka_contract::{
    ApologyReason, ApologyReasonsResponse, ApologyRequest, ApologyResponse, ApologyState, ApologyWay, Buyer,
};
use polka_domain::{CardNumber, PhoneCountries};

use crate::api::members::Refusal;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// What may be given; `None` until the store has said so.
    pub(crate) chain: Option<ApologyReasonsResponse>,
    /// What waits for a second person.
    pub(crate) waiting: Vec<ApologyResponse>,
    pub(crate) step: Step,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    pub(crate) problem: Option<Problem>,
}

/// Which question is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Step {
    /// What went wrong?
    #[default]
    Reason,
    /// How much?
    Amount(ApologyReason),
    /// By which way?
    Way(ApologyReason, i64),
    /// To which number, or onto which card?
    Number(ApologyReason, i64, ByNumber, TypedPhone),
    /// What came of it.
    Told(Box<ApologyResponse>),
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Asking,
    NoAnswer,
    Reason,
    Amount,
    Way,
    Number(ByNumber),
    Told(ApologyState),
}

/// What a number is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByNumber {
    Points,
    Sms,
}

/// Why the store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The number is none.
    Number,
    /// It sends no messages for now: another way is left.
    Paused,
    /// It is settled already, or may not be settled so.
    Refused,
    NoAnswer,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// What may be given.
    Chain(Result<ApologyReasonsResponse, Refusal>),
    /// What waits for a second person.
    Waiting(Vec<ApologyResponse>),
    Reason(ApologyReason),
    Amount(i64),
    Paper,
    By(ByNumber),
    Key(Key),
    Card(CardNumber),
    /// The number is whole.
    Give,
    Back,
    /// What the store says.
    Answered(Result<ApologyResponse, Refusal>),
    /// Yes or no to what another has given.
    Decide(i64, bool),
    /// It was decided.
    Decided(Result<ApologyResponse, Refusal>),
    /// Take it back.
    Undo,
    /// The next customer.
    Next,
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    TellProblem,
    /// Ask the store for this; its language and time are added.
    Give {
        reason: String,
        minor_units: i64,
        way: ApologyWay,
    },
    Decide(i64, bool),
    Undo(i64),
    /// Print the coupon.
    Print,
    /// Say that it is decided.
    TellDecided(ApologyState),
}

impl Effect {
    /// What the store is asked for.
    pub(crate) fn request(
        (reason, minor_units, way): (String, i64, ApologyWay),
        language: &str,
        made_ms: i64,
    ) -> ApologyRequest {
        ApologyRequest { reason, minor_units, way, terms: None, language: language.into(), made_ms }
    }
}

/// The sums that are offered for a reason: what is usual first, then half and double.
pub(crate) fn amounts(usual: i64) -> Vec<i64> {
    let mut amounts = vec![usual];
    // Nobody gives parts of a unit.
    let half = usual / 2 / 100 * 100;
    amounts.extend((half > 0).then_some(half));
    amounts.push(usual.saturating_mul(2));
    amounts
}

impl State {
    pub(crate) fn page(&self) -> Page {
        match (&self.chain, &self.step) {
            (None, _) if self.problem.is_some() => Page::NoAnswer,
            (None, _) => Page::Asking,
            (_, Step::Reason) => Page::Reason,
            (_, Step::Amount(_)) => Page::Amount,
            (_, Step::Way(..)) => Page::Way,
            (_, Step::Number(_, _, by, _)) => Page::Number(*by),
            (_, Step::Told(told)) => Page::Told(told.state),
        }
    }

    /// What waits for a colleague while it is looked at.
    pub(crate) fn waits(&self) -> Option<i64> {
        match &self.step {
            Step::Told(told) if told.state == ApologyState::Waits && !self.is_asking => Some(told.apology_id),
            _ => None,
        }
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Option<Effect> {
        if self.is_asking && !matches!(event, Event::Answered(_) | Event::Decided(_) | Event::Waiting(_)) {
            return None;
        }
        if !matches!(event, Event::Waiting(_) | Event::Chain(_)) {
            self.problem = None;
        }
        match (&mut self.step, event) {
            (_, Event::Chain(Ok(chain))) => {
                (self.chain, self.problem) = (Some(chain), None);
                None
            }
            (_, Event::Chain(Err(_))) => {
                self.problem = self.chain.is_none().then_some(Problem::NoAnswer);
                None
            }
            (_, Event::Waiting(waiting)) => {
                self.waiting = waiting;
                None
            }
            (Step::Reason, Event::Reason(reason)) => self.go(Step::Amount(reason)),
            (Step::Amount(reason), Event::Amount(minor_units)) => {
                let step = Step::Way(reason.clone(), minor_units);
                self.go(step)
            }
            (Step::Way(reason, minor_units), Event::Paper) => {
                let (reason, minor_units) = (reason.code.clone(), *minor_units);
                self.ask(Effect::Give { reason, minor_units, way: ApologyWay::Paper })
            }
            (Step::Way(reason, minor_units), Event::By(by)) => {
                let step = Step::Number(reason.clone(), *minor_units, by, TypedPhone::default());
                self.go(step)
            }
            // Whoever shows a card wants points on it.
            (
                Step::Way(reason, minor_units) | Step::Number(reason, minor_units, ByNumber::Points, _),
                Event::Card(card),
            ) => {
                let (reason, minor_units) = (reason.code.clone(), *minor_units);
                let buyer = Buyer { card_number: Some(card.to_string()), phone: None };
                self.ask(Effect::Give { reason, minor_units, way: ApologyWay::Points(buyer) })
            }
            (Step::Number(.., typed), Event::Key(key)) => {
                typed.press(key);
                None
            }
            (Step::Number(reason, minor_units, by, typed), Event::Give) => match typed.finish(countries) {
                None => Some(Effect::TellProblem),
                Some(phone) => {
                    let (reason, minor_units, phone) = (reason.code.clone(), *minor_units, phone.e164());
                    let way = match by {
                        ByNumber::Points => ApologyWay::Points(Buyer { card_number: None, phone: Some(phone) }),
                        ByNumber::Sms => ApologyWay::Sms(phone),
                    };
                    self.ask(Effect::Give { reason, minor_units, way })
                }
            },
            (step, Event::Back) => {
                *step = match std::mem::take(step) {
                    Step::Way(reason, _) => Step::Amount(reason),
                    Step::Number(reason, minor_units, ..) => Step::Way(reason, minor_units),
                    Step::Reason | Step::Amount(_) | Step::Told(_) => Step::Reason,
                };
                None
            }
            (_, Event::Answered(Ok(told))) => {
                self.is_asking = false;
                let was_given = matches!(&self.step, Step::Told(before) if before.state == ApologyState::Given);
                let prints = !was_given && told.coupon_code.is_some();
                self.step = Step::Told(Box::new(told));
                prints.then_some(Effect::Print)
            }
            (_, Event::Answered(Err(refusal)) | Event::Decided(Err(refusal))) => {
                self.is_asking = false;
                self.problem = Some(match refusal {
                    Refusal::Phone => Problem::Number,
                    Refusal::Paused => Problem::Paused,
                    Refusal::Invalid | Refusal::NoMember | Refusal::Settled => Problem::Refused,
                    _ => Problem::NoAnswer,
                });
                Some(Effect::TellProblem)
            }
            (_, Event::Decide(id, is_yes)) => self.ask(Effect::Decide(id, is_yes)),
            (_, Event::Decided(Ok(told))) => {
                self.is_asking = false;
                self.waiting.retain(|it| it.apology_id != told.apology_id);
                Some(Effect::TellDecided(told.state))
            }
            (Step::Told(told), Event::Undo) if matches!(told.state, ApologyState::Given | ApologyState::Waits) => {
                let id = told.apology_id;
                self.ask(Effect::Undo(id))
            }
            (Step::Told(_), Event::Next) => self.go(Step::Reason),
            _ => None,
        }
    }

    fn go(&mut self, step: Step) -> Option<Effect> {
        self.step = step;
        None
    }

    fn ask(&mut self, effect: Effect) -> Option<Effect> {
        self.is_asking = true;
        Some(effect)
    }
}

/// No number or card stands in a log.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TellProblem => "TellProblem",
            Self::Give { .. } => "Give",
            Self::Decide(..) => "Decide",
            Self::Undo(_) => "Undo",
            Self::Print => "Print",
            Self::TellDecided(_) => "TellDecided",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason() -> ApologyReason {
        ApologyReason {
            code: "queue".into(),
            name: "Долгая очередь".into(),
            name_en: "Long queue".into(),
            minor_units: 10_000,
            department: "tills".into(),
        }
    }

    fn told(state: ApologyState, coupon_code: Option<&str>) -> ApologyResponse {
        ApologyResponse {
            apology_id: 4,
            state,
            reason: "queue".into(),
            minor_units: 10_000,
            points: None,
            staff_number: 7,
            limit: None,
            coupon_code: coupon_code.map(str::to_owned),
            coupon_qr: None,
            last_day: None,
        }
    }

    /// Somebody who has chosen a reason and a sum.
    fn at_way() -> State {
        let mut state = State::default();
        let chain =
            ApologyReasonsResponse { reasons: vec![reason()], limit_minor_units: 0, point_value_minor_units: 100 };
        assert_eq!(state.page(), Page::Asking);
        for event in [Event::Chain(Ok(chain)), Event::Reason(reason()), Event::Amount(5_000)] {
            assert!(state.update(event, &PhoneCountries::default()).is_none());
        }
        state
    }

    fn update(state: &mut State, event: Event) -> Option<Effect> {
        state.update(event, &PhoneCountries::default())
    }

    #[test]
    fn three_touches_give_a_coupon_on_paper_once() {
        let mut state = at_way();
        let Some(Effect::Give { reason, minor_units, way }) = update(&mut state, Event::Paper) else { panic!("asked") };
        assert!((reason.as_str(), minor_units) == ("queue", 5_000) && way == ApologyWay::Paper);
        assert!(update(&mut state, Event::Paper).is_none(), "it is asked once");
        let given = told(ApologyState::Given, Some("98"));
        assert!(matches!(update(&mut state, Event::Answered(Ok(given))), Some(Effect::Print)));
        assert!(matches!(update(&mut state, Event::Undo), Some(Effect::Undo(4))));
        let back = told(ApologyState::Cancelled, None);
        assert!(update(&mut state, Event::Answered(Ok(back))).is_none(), "nothing more is printed");
        assert!(update(&mut state, Event::Undo).is_none());
        update(&mut state, Event::Next);
        assert_eq!(state.page(), Page::Reason);
    }

    #[test]
    fn points_go_onto_the_card_that_is_shown_or_to_a_number() {
        let card: CardNumber = "96438201745519283745".parse().expect("a card");
        let by_card = update(&mut at_way(), Event::Card(card));
        assert!(matches!(
            by_card,
            Some(Effect::Give { way: ApologyWay::Points(Buyer { card_number: Some(_), .. }), .. })
        ));
        let mut state = at_way();
        update(&mut state, Event::By(ByNumber::Sms));
        assert!(update(&mut state, Event::Card(card)).is_none(), "a card has no SMS");
        assert!(matches!(update(&mut state, Event::Give), Some(Effect::TellProblem)), "no number yet");
        for digit in [9, 1, 6, 1, 2, 3, 4, 5, 6, 7] {
            update(&mut state, Event::Key(Key::Digit(digit)));
        }
        let given = update(&mut state, Event::Give);
        assert!(matches!(given, Some(Effect::Give { way: ApologyWay::Sms(phone), .. }) if phone == "+79161234567"));
        assert!(matches!(update(&mut state, Event::Answered(Err(Refusal::Paused))), Some(Effect::TellProblem)));
        // The same sum goes by another way.
        update(&mut state, Event::Back);
        assert_eq!((state.page(), state.problem), (Page::Way, None));
    }

    #[test]
    fn a_coupon_that_a_colleague_has_agreed_to_is_printed_when_that_is_known() {
        let mut state = at_way();
        update(&mut state, Event::Paper);
        assert!(update(&mut state, Event::Answered(Ok(told(ApologyState::Waits, None)))).is_none());
        assert_eq!(state.waits(), Some(4));
        let given = told(ApologyState::Given, Some("98"));
        assert!(matches!(update(&mut state, Event::Answered(Ok(given.clone()))), Some(Effect::Print)));
        assert_eq!(state.waits(), None);
        assert!(update(&mut state, Event::Answered(Ok(given))).is_none(), "once");
    }

    #[test]
    fn what_is_decided_waits_no_longer() {
        let mut state = at_way();
        update(&mut state, Event::Waiting(vec![told(ApologyState::Waits, None)]));
        assert!(matches!(update(&mut state, Event::Decide(4, true)), Some(Effect::Decide(4, true))));
        let decided = update(&mut state, Event::Decided(Ok(told(ApologyState::Given, None))));
        assert!(matches!(decided, Some(Effect::TellDecided(ApologyState::Given))) && state.waiting.is_empty());
        assert_eq!(state.page(), Page::Way, "they go on where they were");
    }

    #[test]
    fn what_is_usual_is_offered_first_and_never_parts_of_a_unit() {
        assert_eq!(amounts(10_000), [10_000, 5_000, 20_000]);
        assert_eq!(amounts(10_100), [10_100, 5_000, 20_200]);
        assert_eq!(amounts(100), [100, 200]);
    }
}
