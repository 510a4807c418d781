//! How far somebody is with an apology: pure.

use polka_contract::{
    ApologiesResponse, ApologyMessageState, ApologyPercent, ApologyReason, ApologyReasonsResponse, ApologyRequest,
    ApologyResponse, ApologyState, ApologyWay, Buyer, CouponBlank, CouponTerms, CouponWorth,
};
use polka_domain::{CardNumber, Gtin, PhoneCountries};

use crate::api::members::Refusal;
use crate::printer::Status;
use crate::ui::digits::Key;
use crate::ui::mailbox::TypedMailbox;
use crate::ui::phone::TypedPhone;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// What may be given; `None` until the store has said so.
    pub(crate) chain: Option<ApologyReasonsResponse>,
    /// What waits for a second person.
    pub(crate) waiting: ApologiesResponse,
    pub(crate) step: Step,
    /// The customer stands opposite: their half is turned to them.
    pub(crate) is_turned: bool,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    /// How the printer that an installer has allowed stands, as far as it says.
    pub(crate) printer: Status,
    /// The apology that waits whose photograph they look at.
    pub(crate) seen_photo: Option<i64>,
    pub(crate) problem: Option<Problem>,
}

/// What somebody gets, and for what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gift {
    pub(crate) reason: ApologyReason,
    pub(crate) worth: Worth,
    /// It is given already, and its coupon goes by another way.
    pub(crate) given: Option<Box<ApologyResponse>>,
}

impl Gift {
    /// Points are so much money, and what is a coupon already becomes none.
    pub(crate) fn may_be_points(&self) -> bool {
        self.worth.terms().is_none() && self.given.is_none()
    }
}

/// What it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// So much, in minor units.
    Money(i64),
    /// A part of the next purchase.
    Percent(ApologyPercent),
    /// One item of this product, at this price in minor units.
    Item(Gtin, i64),
}

impl Worth {
    /// What it may cost at most, in minor units.
    pub(crate) fn minor_units(self) -> i64 {
        match self {
            Self::Money(minor_units) | Self::Item(_, minor_units) => minor_units,
            Self::Percent(percent) => percent.most_minor_units,
        }
    }

    /// What stands on its coupon, where that is more than a sum.
    fn terms(self) -> Option<CouponTerms> {
        let (worth, gtin) = match self {
            Self::Money(_) => return None,
            Self::Percent(ApologyPercent { percent, most_minor_units }) => {
                (CouponWorth::Percent { percent, most_minor_units }, None)
            }
            Self::Item(gtin, most_minor_units) => (CouponWorth::FreeItem { most_minor_units }, Some(gtin.to_string())),
        };
        Some(CouponTerms { worth, gtin, category: None, least_minor_units: 0, is_for_chain: true, uses: 1 })
    }
}

/// Which question is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Step {
    /// What went wrong?
    #[default]
    Reason,
    /// How much?
    Amount(ApologyReason),
    /// Which other sum, in whole units?
    Sum(ApologyReason, String),
    /// Which product for nothing?
    Item(ApologyReason),
    /// By which way?
    Way(Gift),
    /// To which number, or onto which card?
    Number(Gift, ByNumber, TypedPhone),
    /// To which mailbox?
    Mailbox(Gift, TypedMailbox),
    /// What came of it.
    Told(Box<Told>),
    /// The tablet keeps it until the store's server is there; a coupon is on paper already.
    Kept(Gift, Option<CouponBlank>),
}

/// What came of an apology.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// What was given.
    pub(crate) gift: Gift,
    pub(crate) apology: ApologyResponse,
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Asking,
    NoAnswer,
    Reason,
    Amount,
    Sum,
    Item,
    Way,
    Number(ByNumber),
    Mailbox,
    Told(ApologyState),
    Kept,
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
    /// The mailbox is none.
    Mailbox,
    /// No sum is typed.
    Sum,
    /// The price of the product is not known.
    Item,
    /// A card is shown, and what they get cannot be points.
    NoPoints,
    /// It sends no messages for now: another way is left.
    Paused,
    /// Nobody has the card.
    NoMember,
    /// It is the number of somebody who works here.
    StaffPhone,
    /// By now a manager alone may do it.
    Manager,
    /// The coupon is used, set aside at a till, or over.
    Coupon,
    /// The points are spent.
    Spent,
    /// It is settled already, or may not be settled so.
    Refused,
    /// The tablet has no place for it.
    NotKept,
    /// Nothing comes out of the printer now: it has no paper, or is open.
    Printer(Status),
    /// The coupon is not on paper, and may go by another way.
    NotPrinted,
    /// It is not on paper, and only paper is left.
    NotPrintedHere,
    NoAnswer,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// What may be given.
    Chain(Result<ApologyReasonsResponse, Refusal>),
    /// What waits for a second person.
    Waiting(ApologiesResponse),
    Reason(ApologyReason),
    Amount(i64),
    /// They type another sum.
    OtherSum,
    Percent(ApologyPercent),
    /// They scan a product that the customer gets.
    OtherItem,
    /// It was scanned, with its price in minor units where that is known.
    Item(Gtin, Option<i64>),
    Paper,
    /// How the printer stands.
    Printer(Status),
    /// The printer has not printed it.
    NotPrinted,
    /// The same once more on paper.
    PrintAgain,
    By(ByNumber),
    ByMail,
    Key(Key),
    /// The mailbox as it stands in the field.
    Text(String),
    Card(CardNumber),
    /// The number, the mailbox or the sum is whole.
    Give,
    Back,
    /// The customer stands opposite, or no longer.
    Turn,
    /// How what is looked at stands by now.
    Watched(ApologyResponse),
    /// What the store says.
    Answered(Result<ApologyResponse, Refusal>),
    /// It did not answer: the tablet keeps it, with the coupon that it has printed.
    Kept(Option<CouponBlank>),
    /// The tablet cannot keep it.
    NotKept,
    /// They want to see the photograph of the goods of this one, or no longer.
    Photo(i64),
    /// Yes or no to what another has given.
    Decide(i64, bool),
    /// It was decided.
    Decided(Result<ApologyResponse, Refusal>),
    /// Take it back.
    Undo,
    /// The same coupon by another way.
    OtherWay,
    /// The next customer.
    Next,
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    TellProblem,
    /// Ask the store for this; its language, its time and a blank coupon are added.
    Give(Box<ApologyRequest>),
    /// The coupon of this apology goes by this way.
    Send(i64, ApologyWay),
    Decide(i64, bool),
    Undo(i64),
    /// Print the coupon.
    Print,
    /// Say that it is decided.
    TellDecided(ApologyState),
    /// Go to the photograph.
    GoToPhoto,
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

/// As many digits as a sum of one's own may have, in whole units.
const MOST_SUM_DIGITS: usize = 6;

impl State {
    /// The next customer comes to the same tablet.
    pub(crate) fn begun_anew(&self) -> Self {
        Self { chain: self.chain.clone(), is_turned: self.is_turned, ..Self::default() }
    }

    pub(crate) fn page(&self) -> Page {
        match (&self.chain, &self.step) {
            (None, _) if self.problem.is_some() => Page::NoAnswer,
            (None, _) => Page::Asking,
            (_, Step::Reason) => Page::Reason,
            (_, Step::Amount(_)) => Page::Amount,
            (_, Step::Sum(..)) => Page::Sum,
            (_, Step::Item(_)) => Page::Item,
            (_, Step::Way(_)) => Page::Way,
            (_, Step::Number(_, by, _)) => Page::Number(*by),
            (_, Step::Mailbox(..)) => Page::Mailbox,
            (_, Step::Told(told)) => Page::Told(told.apology.state),
            (_, Step::Kept(..)) => Page::Kept,
        }
    }

    /// What somebody is to get, as far as that is chosen.
    pub(crate) fn gift(&self) -> Option<&Gift> {
        match &self.step {
            Step::Way(gift) | Step::Number(gift, ..) | Step::Mailbox(gift, _) | Step::Kept(gift, _) => Some(gift),
            Step::Told(told) => Some(&told.gift),
            Step::Reason | Step::Amount(_) | Step::Sum(..) | Step::Item(_) => None,
        }
    }

    /// Up to so much whoever works here gives without another's consent, in minor units.
    pub(crate) fn limit(&self) -> i64 {
        self.chain.as_ref().map_or(0, |chain| chain.limit_minor_units)
    }

    /// What is looked at while it waits for a colleague, or its message is on its way.
    pub(crate) fn watched(&self) -> Option<i64> {
        let Step::Told(told) = &self.step else { return None };
        let is_over =
            matches!(told.apology.message, Some(ApologyMessageState::Delivered | ApologyMessageState::Failed));
        let is_moving = match told.apology.state {
            ApologyState::Waits => true,
            ApologyState::Given => told.apology.points.is_none() && told.apology.coupon_code.is_none() && !is_over,
            ApologyState::Refused | ApologyState::Cancelled => false,
        };
        (is_moving && !self.is_asking).then_some(told.apology.apology_id)
    }

    /// Whether that is anything new of what is looked at.
    pub(crate) fn is_news(&self, apology: &ApologyResponse) -> bool {
        matches!(&self.step, Step::Told(told) if told.apology.apology_id == apology.apology_id && told.apology != *apology)
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Option<Effect> {
        let is_answer = matches!(
            event,
            Event::Answered(_)
                | Event::Decided(_)
                | Event::Kept(_)
                | Event::NotKept
                | Event::Waiting(_)
                | Event::Printer(_)
                | Event::NotPrinted
        );
        let is_told = matches!(event, Event::Waiting(_) | Event::Chain(_) | Event::Watched(_) | Event::Printer(_));
        if self.is_asking && !is_answer {
            return None;
        }
        // What nobody did takes no word back that they may be reading.
        if !is_told {
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
            (_, Event::Turn) => {
                self.is_turned = !self.is_turned;
                None
            }
            (Step::Reason, Event::Reason(reason)) => self.go(Step::Amount(reason)),
            (Step::Amount(reason), Event::OtherSum) => {
                let step = Step::Sum(reason.clone(), String::new());
                self.go(step)
            }
            (Step::Amount(reason), Event::OtherItem) => {
                let step = Step::Item(reason.clone());
                self.go(step)
            }
            (Step::Amount(reason), Event::Amount(minor_units)) => {
                let gift = Gift { reason: reason.clone(), worth: Worth::Money(minor_units), given: None };
                self.go(Step::Way(gift))
            }
            (Step::Amount(reason), Event::Percent(percent)) => {
                let gift = Gift { reason: reason.clone(), worth: Worth::Percent(percent), given: None };
                self.go(Step::Way(gift))
            }
            (Step::Item(reason), Event::Item(gtin, Some(price))) if price > 0 => {
                let gift = Gift { reason: reason.clone(), worth: Worth::Item(gtin, price), given: None };
                self.go(Step::Way(gift))
            }
            (Step::Item(_), Event::Item(..)) => self.fail(Problem::Item),
            (Step::Sum(_, digits), Event::Key(key)) => {
                match key {
                    Key::Digit(0) if digits.is_empty() => {}
                    Key::Digit(digit) if digits.len() < MOST_SUM_DIGITS => digits.push(char::from(b'0' + digit)),
                    Key::Digit(_) => {}
                    Key::Erase => drop(digits.pop()),
                }
                None
            }
            (Step::Sum(reason, digits), Event::Give) => match digits.parse::<i64>() {
                Err(_) => self.fail(Problem::Sum),
                Ok(units) => {
                    let gift = Gift { reason: reason.clone(), worth: Worth::Money(units * 100), given: None };
                    self.go(Step::Way(gift))
                }
            },
            (_, Event::Printer(status)) => {
                self.printer = status;
                None
            }
            // No paper is promised that cannot come.
            (Step::Way(_), Event::Paper) if self.printer.is_out() => self.fail(Problem::Printer(self.printer)),
            (Step::Way(gift), Event::Paper) => {
                let gift = gift.clone();
                self.give(&gift, ApologyWay::Paper)
            }
            (Step::Way(gift), Event::By(by)) if by == ByNumber::Sms || gift.may_be_points() => {
                let step = Step::Number(gift.clone(), by, TypedPhone::default());
                self.go(step)
            }
            (Step::Way(gift), Event::ByMail) => {
                let step = Step::Mailbox(gift.clone(), TypedMailbox::default());
                self.go(step)
            }
            // Whoever shows a card wants points on it.
            (Step::Way(gift) | Step::Number(gift, ByNumber::Points, _), Event::Card(card)) if gift.may_be_points() => {
                let gift = gift.clone();
                self.give(&gift, ApologyWay::Points(Buyer { card_number: Some(card.to_string()), phone: None }))
            }
            (Step::Way(_), Event::Card(_)) => self.fail(Problem::NoPoints),
            (Step::Number(.., typed), Event::Key(key)) => {
                typed.press(key);
                None
            }
            (Step::Number(gift, by, typed), Event::Give) => match typed.finish(countries) {
                None => Some(Effect::TellProblem),
                Some(phone) => {
                    let (gift, phone) = (gift.clone(), phone.e164());
                    let way = match by {
                        ByNumber::Points => ApologyWay::Points(Buyer { card_number: None, phone: Some(phone) }),
                        ByNumber::Sms => ApologyWay::Sms(phone),
                    };
                    self.give(&gift, way)
                }
            },
            (Step::Mailbox(_, typed), Event::Text(text)) => {
                *typed = TypedMailbox::of(&text);
                None
            }
            (Step::Mailbox(gift, typed), Event::Give) => match typed.finish() {
                None => self.fail(Problem::Mailbox),
                Some(mailbox) => {
                    let gift = gift.clone();
                    self.give(&gift, ApologyWay::Email(mailbox))
                }
            },
            (step, Event::Back) => {
                *step = match std::mem::take(step) {
                    Step::Sum(reason, _) | Step::Item(reason) => Step::Amount(reason),
                    Step::Way(Gift { reason, given: None, .. }) => Step::Amount(reason),
                    Step::Way(Gift { given: Some(apology), reason, worth }) => {
                        let gift = Gift { reason, worth, given: None };
                        Step::Told(Box::new(Told { gift, apology: *apology }))
                    }
                    Step::Number(gift, ..) | Step::Mailbox(gift, _) => Step::Way(gift),
                    Step::Reason | Step::Amount(_) | Step::Told(_) | Step::Kept(..) => Step::Reason,
                };
                None
            }
            (_, Event::Answered(Ok(apology))) => {
                self.is_asking = false;
                let printed = match &self.step {
                    Step::Told(before) => before.apology.coupon_code.clone(),
                    _ => None,
                };
                let prints = apology.coupon_code.is_some() && apology.coupon_code != printed;
                let gift = Gift { given: None, ..self.gift().cloned()? };
                self.step = Step::Told(Box::new(Told { gift, apology }));
                prints.then_some(Effect::Print)
            }
            (Step::Told(told), Event::Watched(apology)) if told.apology.apology_id == apology.apology_id => {
                let prints = told.apology.coupon_code.is_none() && apology.coupon_code.is_some();
                told.apology = apology;
                prints.then_some(Effect::Print)
            }
            (_, Event::Kept(blank)) => {
                self.is_asking = false;
                let prints = blank.is_some();
                let gift = self.gift().cloned()?;
                self.step = Step::Kept(gift, blank);
                prints.then_some(Effect::Print)
            }
            (_, Event::NotKept) => {
                self.is_asking = false;
                self.fail(Problem::NotKept)
            }
            (step, Event::Answered(Err(refusal)) | Event::Decided(Err(refusal))) => {
                let problem = match refusal {
                    Refusal::Phone => Problem::Number,
                    Refusal::Paused => Problem::Paused,
                    Refusal::Invalid if matches!(step, Step::Mailbox(..)) => Problem::Mailbox,
                    Refusal::NoMember => Problem::NoMember,
                    Refusal::StaffPhone => Problem::StaffPhone,
                    Refusal::Manager => Problem::Manager,
                    Refusal::Coupon => Problem::Coupon,
                    Refusal::Points if matches!(step, Step::Told(_)) => Problem::Spent,
                    Refusal::Invalid | Refusal::Settled | Refusal::Points => Problem::Refused,
                    _ => Problem::NoAnswer,
                };
                self.is_asking = false;
                self.fail(problem)
            }
            (_, Event::Photo(id)) => {
                self.seen_photo = (self.seen_photo != Some(id)).then_some(id);
                self.seen_photo.map(|_| Effect::GoToPhoto)
            }
            (_, Event::Decide(id, is_yes)) => self.ask(Effect::Decide(id, is_yes)),
            (_, Event::Decided(Ok(told))) => {
                self.is_asking = false;
                self.waiting.apologies.retain(|it| it.apology_id != told.apology_id);
                Some(Effect::TellDecided(told.state))
            }
            (Step::Told(told), Event::Undo)
                if matches!(told.apology.state, ApologyState::Given | ApologyState::Waits) =>
            {
                let id = told.apology.apology_id;
                self.ask(Effect::Undo(id))
            }
            (Step::Told(told), Event::OtherWay) if told.has_other_ways() => {
                let given = Some(Box::new(told.apology.clone()));
                let step = Step::Way(Gift { given, ..told.gift.clone() });
                self.go(step)
            }
            (Step::Told(told), Event::NotPrinted) if told.has_other_ways() => self.fail(Problem::NotPrinted),
            (Step::Told(_) | Step::Kept(..), Event::NotPrinted) => self.fail(Problem::NotPrintedHere),
            (Step::Told(_) | Step::Kept(..), Event::PrintAgain) => Some(Effect::Print),
            (Step::Told(_) | Step::Kept(..), Event::Next) => self.go(Step::Reason),
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

    fn fail(&mut self, problem: Problem) -> Option<Effect> {
        self.problem = Some(problem);
        Some(Effect::TellProblem)
    }

    fn give(&mut self, gift: &Gift, way: ApologyWay) -> Option<Effect> {
        self.ask(match &gift.given {
            Some(apology) => Effect::Send(apology.apology_id, way),
            None => Effect::Give(Box::new(ApologyRequest {
                reason: gift.reason.code.clone(),
                minor_units: gift.worth.minor_units(),
                way,
                terms: gift.worth.terms(),
                blank: None,
                language: String::new(),
                made_ms: 0,
            })),
        })
    }
}

impl Told {
    /// Whether it is a coupon that may still go by another way.
    pub(crate) fn has_other_ways(&self) -> bool {
        self.apology.state == ApologyState::Given && self.apology.points.is_none()
    }
}

/// No number or card stands in a log.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TellProblem => "TellProblem",
            Self::Give(_) => "Give",
            Self::Send(..) => "Send",
            Self::Decide(..) => "Decide",
            Self::Undo(_) => "Undo",
            Self::Print => "Print",
            Self::TellDecided(_) => "TellDecided",
            Self::GoToPhoto => "GoToPhoto",
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
            message: None,
        }
    }

    fn at_amount() -> State {
        let mut state = State::default();
        let chain = ApologyReasonsResponse {
            reasons: vec![reason()],
            limit_minor_units: 0,
            point_value_minor_units: 100,
            percent: None,
        };
        assert_eq!(state.page(), Page::Asking);
        for event in [Event::Chain(Ok(chain)), Event::Reason(reason())] {
            assert!(update(&mut state, event).is_none());
        }
        state
    }

    /// Somebody who has chosen a reason and a sum.
    fn at_way() -> State {
        let mut state = at_amount();
        assert!(update(&mut state, Event::Amount(5_000)).is_none());
        state
    }

    fn update(state: &mut State, event: Event) -> Option<Effect> {
        state.update(event, &PhoneCountries::default())
    }

    fn type_digits(state: &mut State, digits: &[u8]) {
        digits.iter().for_each(|digit| drop(update(state, Event::Key(Key::Digit(*digit)))));
    }

    /// What the store is asked for.
    fn asked(effect: Option<Effect>) -> ApologyRequest {
        match effect {
            Some(Effect::Give(apology)) => *apology,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn three_touches_give_a_coupon_on_paper_once() {
        let mut state = at_way();
        let apology = asked(update(&mut state, Event::Paper));
        assert!((apology.reason.as_str(), apology.minor_units) == ("queue", 5_000) && apology.way == ApologyWay::Paper);
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
        let by_card = asked(update(&mut at_way(), Event::Card(card)));
        assert!(matches!(by_card.way, ApologyWay::Points(Buyer { card_number: Some(_), .. })));
        let mut state = at_way();
        update(&mut state, Event::By(ByNumber::Sms));
        assert!(update(&mut state, Event::Card(card)).is_none(), "a card has no SMS");
        assert!(matches!(update(&mut state, Event::Give), Some(Effect::TellProblem)), "no number yet");
        type_digits(&mut state, &[9, 1, 6, 1, 2, 3, 4, 5, 6, 7]);
        let given = asked(update(&mut state, Event::Give));
        assert!(given.way == ApologyWay::Sms("+79161234567".into()));
        assert!(matches!(update(&mut state, Event::Answered(Err(Refusal::Paused))), Some(Effect::TellProblem)));
        // The same sum goes by another way.
        update(&mut state, Event::Back);
        assert_eq!((state.page(), state.problem), (Page::Way, None));
        update(&mut state, Event::ByMail);
        update(&mut state, Event::Text("anna".into()));
        assert!(matches!(update(&mut state, Event::Give), Some(Effect::TellProblem)));
        assert_eq!(state.problem, Some(Problem::Mailbox));
        update(&mut state, Event::Text(" anna@example.org ".into()));
        assert!(asked(update(&mut state, Event::Give)).way == ApologyWay::Email("anna@example.org".into()));
    }

    #[test]
    fn another_sum_is_typed_in_whole_units() {
        let mut state = at_amount();
        update(&mut state, Event::OtherSum);
        assert!(matches!(update(&mut state, Event::Give), Some(Effect::TellProblem)), "no sum yet");
        type_digits(&mut state, &[0, 3, 5, 0]);
        update(&mut state, Event::Give);
        assert_eq!(state.gift().map(|gift| gift.worth), Some(Worth::Money(35_000)));
        update(&mut state, Event::Back);
        assert_eq!(state.page(), Page::Amount);
    }

    #[test]
    fn each_refusal_of_the_store_is_said_with_its_why() {
        let whys = [
            (Refusal::NoMember, Problem::NoMember, Problem::NoMember),
            (Refusal::StaffPhone, Problem::StaffPhone, Problem::StaffPhone),
            (Refusal::Manager, Problem::Manager, Problem::Manager),
            (Refusal::Coupon, Problem::Coupon, Problem::Coupon),
            // Of what is given they are spent; of what is not yet, there would be too many.
            (Refusal::Points, Problem::Refused, Problem::Spent),
            (Refusal::Settled, Problem::Refused, Problem::Refused),
        ];
        for (refusal, given, undone) in whys {
            let mut state = at_way();
            update(&mut state, Event::Paper);
            update(&mut state, Event::Answered(Err(refusal)));
            assert_eq!(state.problem, Some(given));
            update(&mut state, Event::Paper);
            update(&mut state, Event::Answered(Ok(told(ApologyState::Given, Some("98")))));
            update(&mut state, Event::Undo);
            update(&mut state, Event::Answered(Err(refusal)));
            assert_eq!(state.problem, Some(undone));
        }
    }

    #[test]
    fn what_is_no_sum_is_a_coupon_by_each_way_and_never_points() {
        let milk = Gtin::from_body(952_000_000_000).expect("a GTIN");
        let mut state = at_amount();
        update(&mut state, Event::OtherItem);
        assert!(matches!(update(&mut state, Event::Item(milk, None)), Some(Effect::TellProblem)));
        update(&mut state, Event::Item(milk, Some(8_990)));
        assert!(update(&mut state, Event::By(ByNumber::Points)).is_none() && state.page() == Page::Way);
        let card = CardNumber::from_random([7; 16]);
        assert!(matches!(update(&mut state, Event::Card(card)), Some(Effect::TellProblem)));
        assert_eq!(state.problem, Some(Problem::NoPoints));
        for (way, page) in [(Event::By(ByNumber::Sms), Page::Number(ByNumber::Sms)), (Event::ByMail, Page::Mailbox)] {
            update(&mut state, way);
            assert_eq!(state.page(), page);
            update(&mut state, Event::Back);
        }
        let apology = asked(update(&mut state, Event::Paper));
        let worth = CouponWorth::FreeItem { most_minor_units: 8_990 };
        let terms = apology.terms.map(|terms| (terms.worth, terms.gtin));
        assert_eq!(terms, Some((worth, Some(milk.to_string()))));
        let mut state = at_amount();
        update(&mut state, Event::Percent(ApologyPercent { percent: 10, most_minor_units: 30_000 }));
        assert_eq!(asked(update(&mut state, Event::Paper)).minor_units, 30_000);
    }

    #[test]
    fn what_did_not_arrive_goes_by_another_way_as_the_same_coupon() {
        let mut state = at_way();
        update(&mut state, Event::By(ByNumber::Sms));
        type_digits(&mut state, &[9, 1, 6, 1, 2, 3, 4, 5, 6, 7]);
        update(&mut state, Event::Give);
        let message = |message| ApologyResponse { message: Some(message), ..told(ApologyState::Given, None) };
        update(&mut state, Event::Answered(Ok(message(ApologyMessageState::Waiting))));
        assert_eq!(state.watched(), Some(4), "it is looked at until it has arrived or cannot");
        update(&mut state, Event::Watched(message(ApologyMessageState::Failed)));
        assert_eq!(state.watched(), None);
        update(&mut state, Event::OtherWay);
        update(&mut state, Event::Back);
        assert_eq!(state.page(), Page::Told(ApologyState::Given), "what is given is not lost");
        update(&mut state, Event::OtherWay);
        assert!(update(&mut state, Event::By(ByNumber::Points)).is_none(), "a coupon becomes no points");
        let sent = update(&mut state, Event::Paper);
        assert!(matches!(sent, Some(Effect::Send(4, ApologyWay::Paper))));
        let given = told(ApologyState::Given, Some("98"));
        assert!(matches!(update(&mut state, Event::Answered(Ok(given))), Some(Effect::Print)));
    }

    #[test]
    fn no_paper_is_promised_where_the_printer_has_none() {
        let mut state = at_way();
        for status in [Status::NoPaper, Status::Stopped] {
            assert!(update(&mut state, Event::Printer(status)).is_none());
            assert!(matches!(update(&mut state, Event::Paper), Some(Effect::TellProblem)), "{status:?}");
            assert_eq!((state.page(), state.problem), (Page::Way, Some(Problem::Printer(status))));
        }
        // Where nothing is known of the paper, the browser may have some.
        for status in [Status::Unknown, Status::PaperNearEnd, Status::Ready] {
            let mut state = state.clone();
            update(&mut state, Event::Printer(status));
            assert!(asked(update(&mut state, Event::Paper)).way == ApologyWay::Paper, "{status:?}");
        }
        // Another way is open.
        update(&mut state, Event::By(ByNumber::Sms));
        assert_eq!((state.page(), state.problem), (Page::Number(ByNumber::Sms), None));
    }

    #[test]
    fn what_is_not_printed_is_said_and_goes_by_another_way_as_the_same_coupon() {
        let mut state = at_way();
        update(&mut state, Event::Paper);
        assert!(update(&mut state, Event::NotPrinted).is_none(), "nothing is to be printed yet");
        let given = told(ApologyState::Given, Some("98"));
        assert!(matches!(update(&mut state, Event::Answered(Ok(given))), Some(Effect::Print)));
        assert!(matches!(update(&mut state, Event::NotPrinted), Some(Effect::TellProblem)));
        assert_eq!(state.problem, Some(Problem::NotPrinted));
        update(&mut state, Event::Printer(Status::NoPaper));
        assert_eq!(state.problem, Some(Problem::NotPrinted), "it stands until somebody goes on");
        assert!(matches!(update(&mut state, Event::PrintAgain), Some(Effect::Print)));
        update(&mut state, Event::OtherWay);
        update(&mut state, Event::By(ByNumber::Sms));
        type_digits(&mut state, &[9, 1, 6, 1, 2, 3, 4, 5, 6, 7]);
        assert!(matches!(update(&mut state, Event::Give), Some(Effect::Send(4, ApologyWay::Sms(_)))));
    }

    #[test]
    fn where_only_paper_is_left_it_is_not_said_that_there_is_another_way() {
        let mut state = at_way();
        update(&mut state, Event::Paper);
        update(&mut state, Event::Kept(Some(CouponBlank { number: 1, code: "98".into() })));
        assert!(matches!(update(&mut state, Event::NotPrinted), Some(Effect::TellProblem)));
        assert_eq!(state.problem, Some(Problem::NotPrintedHere));
    }

    #[test]
    fn without_an_answer_the_tablet_keeps_it_and_prints_its_own_coupon() {
        let mut state = at_way();
        update(&mut state, Event::Paper);
        let blank = CouponBlank { number: 1, code: "98".into() };
        assert!(matches!(update(&mut state, Event::Kept(Some(blank))), Some(Effect::Print)));
        assert_eq!(state.page(), Page::Kept);
        assert!(update(&mut state, Event::Undo).is_none(), "the store does not know of it yet");
        update(&mut state, Event::Next);
        assert_eq!(state.page(), Page::Reason);
        let mut state = at_way();
        update(&mut state, Event::Paper);
        assert!(matches!(update(&mut state, Event::NotKept), Some(Effect::TellProblem)));
        assert_eq!((state.page(), state.problem), (Page::Way, Some(Problem::NotKept)));
    }

    #[test]
    fn the_next_customer_finds_nothing_of_the_one_before() {
        let mut state = at_way();
        update(&mut state, Event::Turn);
        let next = state.begun_anew();
        assert!(next.is_turned && next.chain.is_some() && next.gift().is_none());
    }

    #[test]
    fn a_coupon_that_a_colleague_has_agreed_to_is_printed_when_that_is_known() {
        let mut state = at_way();
        update(&mut state, Event::Paper);
        assert!(update(&mut state, Event::Answered(Ok(told(ApologyState::Waits, None)))).is_none());
        assert_eq!(state.watched(), Some(4));
        // What they are reading stays.
        state.problem = Some(Problem::Refused);
        let given = told(ApologyState::Given, Some("98"));
        assert!(matches!(update(&mut state, Event::Watched(given.clone())), Some(Effect::Print)));
        assert_eq!((state.watched(), state.problem), (None, Some(Problem::Refused)));
        assert!(update(&mut state, Event::Watched(given)).is_none(), "once");
    }

    #[test]
    fn what_is_decided_waits_no_longer() {
        let mut state = at_way();
        update(
            &mut state,
            Event::Waiting(ApologiesResponse {
                apologies: vec![told(ApologyState::Waits, None)],
                ..ApologiesResponse::default()
            }),
        );
        assert!(matches!(update(&mut state, Event::Decide(4, true)), Some(Effect::Decide(4, true))));
        let decided = update(&mut state, Event::Decided(Ok(told(ApologyState::Given, None))));
        assert!(
            matches!(decided, Some(Effect::TellDecided(ApologyState::Given))) && state.waiting.apologies.is_empty()
        );
        assert_eq!(state.page(), Page::Way, "they go on where they were");
    }

    #[test]
    fn what_is_usual_is_offered_first_and_never_parts_of_a_unit() {
        assert_eq!(amounts(10_000), [10_000, 5_000, 20_000]);
        assert_eq!(amounts(10_100), [10_100, 5_000, 20_200]);
        assert_eq!(amounts(100), [100, 200]);
    }

    #[test]
    fn one_photograph_is_looked_at_at_a_time_until_it_is_put_away_or_the_next_customer_comes() {
        let mut state = State::default();
        for (pressed, seen) in [(1, Some(1)), (2, Some(2)), (2, None), (1, Some(1))] {
            assert_eq!(update(&mut state, Event::Photo(pressed)) == Some(Effect::GoToPhoto), seen.is_some());
            assert_eq!(state.seen_photo, seen);
        }
        assert_eq!(state.begun_anew().seen_photo, None);
    }
}
