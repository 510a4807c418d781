//! How far somebody is with goods that do not come back: pure.

use polka_contract::{ApologyResponse, ApologyState, Buyer, KnownLine, KnownReceiptResponse, WithoutGoodsRequest};
use polka_domain::{CardNumber, PhoneCountries};

use crate::api::members::Refusal;
use crate::features::staff_desk::asked::Asked;
use crate::scanner::photo::Photo;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// As long as a receipt's number may be.
const LONGEST_NUMBER: usize = 64;
/// So many of one line are offered at most.
const MOST_AT_ONCE: u32 = 9;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// The receipt's number, as far as it is typed.
    pub(crate) number: String,
    /// The receipt, once it is found.
    pub(crate) receipt: Option<KnownReceiptResponse>,
    pub(crate) step: Step,
    /// What the goods of the line look like, where somebody has photographed them.
    pub(crate) photo: Option<Photo>,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    pub(crate) problem: Option<Problem>,
    /// What the store was asked to put right, of which receipt.
    asked: Asked<(String, WithoutGoodsRequest)>,
}

/// Which question is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Step {
    /// Which receipt?
    #[default]
    Number,
    /// Which line?
    Line,
    /// How many of it?
    Quantity(KnownLine),
    /// What was wrong?
    Reason(KnownLine, u32),
    /// To which number, or onto which card?
    Buyer(KnownLine, u32, String, TypedPhone),
    /// What came of it.
    Told(Box<ApologyResponse>),
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Number,
    Line,
    Quantity,
    Reason,
    Buyer,
    Told(ApologyState),
}

/// Why the store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// No receipt has such a number.
    NoNumber,
    /// The store knows no such receipt.
    NoReceipt,
    /// Nobody has the card.
    NoMember,
    /// It is no phone number.
    Phone,
    /// It is the number of somebody who works here.
    StaffPhone,
    /// The receipt is that of somebody who works here.
    StaffReceipt,
    /// By now a manager alone may do it.
    Manager,
    /// The points are spent.
    Spent,
    /// The line is taken meanwhile, or it may not be.
    Refused,
    /// It is taken back no longer: it is used, or was decided, or too long ago.
    Settled,
    NoAnswer,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// A key, for the receipt's number or the buyer's.
    Key(Key),
    /// Numbers of receipts have it between their parts.
    Hyphen,
    /// A code was scanned that is no product, card or badge.
    Scanned(String),
    /// The number is whole.
    Find,
    Found(Result<KnownReceiptResponse, Refusal>),
    Line(u32),
    Quantity(u32),
    /// The goods are photographed, or the photograph is left out.
    Photo(Option<Photo>),
    /// By its code.
    Reason(String),
    Card(CardNumber),
    /// The buyer's number is whole.
    Give,
    /// What the store says.
    Answered(Result<ApologyResponse, Refusal>),
    /// How what waits stands, asked for meanwhile.
    Stands(ApologyResponse),
    Back,
    /// Take it back.
    Undo,
    /// The next customer.
    Next,
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    TellProblem,
    Find(String),
    /// Ask the store for this, of the receipt with this number; the time is added.
    Give(String, WithoutGoodsRequest),
    Undo(i64),
}

impl State {
    pub(crate) fn page(&self) -> Page {
        match &self.step {
            Step::Number => Page::Number,
            Step::Line => Page::Line,
            Step::Quantity(_) => Page::Quantity,
            Step::Reason(..) => Page::Reason,
            Step::Buyer(..) => Page::Buyer,
            Step::Told(told) => Page::Told(told.state),
        }
    }

    /// What waits for a colleague while it is looked at.
    pub(crate) fn waits(&self) -> Option<i64> {
        match &self.step {
            Step::Told(told) if told.state == ApologyState::Waits && !self.is_asking => Some(told.apology_id),
            _ => None,
        }
    }

    /// How many of a line are offered.
    pub(crate) fn quantities(line: &KnownLine) -> impl Iterator<Item = u32> {
        1..=line.left.min(MOST_AT_ONCE)
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Option<Effect> {
        if self.is_asking && !matches!(event, Event::Answered(_) | Event::Found(_)) {
            return None;
        }
        // Nobody has done anything: what was wrong stays said while the page stays.
        if let Event::Stands(stands) = event {
            self.stands(stands);
            return None;
        }
        self.problem = None;
        match (&mut self.step, event) {
            (Step::Number, Event::Key(Key::Digit(digit))) => self.type_one(char::from(b'0' + digit)),
            (Step::Number, Event::Hyphen) => self.type_one('-'),
            (Step::Number, Event::Key(Key::Erase)) => {
                self.number.pop();
                None
            }
            (Step::Number, Event::Scanned(code)) => {
                self.number = number_of(&code).to_owned();
                self.find()
            }
            (Step::Number, Event::Find) => self.find(),
            (Step::Number, Event::Found(Ok(receipt))) => {
                (self.is_asking, self.receipt) = (false, Some(receipt));
                self.go(Step::Line)
            }
            (_, Event::Found(Err(refusal)) | Event::Answered(Err(refusal))) => {
                self.is_asking = false;
                self.tell(match refusal {
                    Refusal::NoReceipt => Problem::NoReceipt,
                    Refusal::NoMember => Problem::NoMember,
                    Refusal::Phone => Problem::Phone,
                    Refusal::Invalid if matches!(self.step, Step::Number) => Problem::NoNumber,
                    Refusal::StaffPhone if matches!(self.step, Step::Buyer(..)) => Problem::StaffPhone,
                    Refusal::StaffPhone => Problem::StaffReceipt,
                    Refusal::Manager => Problem::Manager,
                    Refusal::Points if matches!(self.step, Step::Told(_)) => Problem::Spent,
                    Refusal::Settled if matches!(self.step, Step::Told(_)) => Problem::Settled,
                    Refusal::Invalid | Refusal::Settled | Refusal::Points => Problem::Refused,
                    _ => Problem::NoAnswer,
                })
            }
            (Step::Line, Event::Line(number)) => {
                let lines = self.receipt.iter().flat_map(|receipt| &receipt.lines);
                let line = lines.into_iter().find(|line| line.line == number && line.refusal.is_none())?.clone();
                // What was photographed may be other goods.
                self.photo = None;
                self.go(if line.left > 1 { Step::Quantity(line) } else { Step::Reason(line, 1) })
            }
            (Step::Quantity(line), Event::Quantity(quantity)) => {
                let step = Step::Reason(line.clone(), quantity);
                self.go(step)
            }
            (Step::Reason(..), Event::Photo(photo)) => {
                self.photo = photo;
                None
            }
            (Step::Reason(line, quantity), Event::Reason(reason)) => {
                let (line, quantity) = (line.clone(), *quantity);
                match &self.receipt {
                    Some(receipt) if receipt.has_member => self.give(line.line, quantity, reason, None),
                    _ => self.go(Step::Buyer(line, quantity, reason, TypedPhone::default())),
                }
            }
            (Step::Buyer(.., typed), Event::Key(key)) => {
                typed.press(key);
                None
            }
            (Step::Buyer(line, quantity, reason, _), Event::Card(card)) => {
                let (line, quantity, reason) = (line.line, *quantity, reason.clone());
                let buyer = Buyer { card_number: Some(card.to_string()), phone: None };
                self.give(line, quantity, reason, Some(buyer))
            }
            (Step::Buyer(line, quantity, reason, typed), Event::Give) => match typed.finish(countries) {
                None => Some(Effect::TellProblem),
                Some(phone) => {
                    let (line, quantity, reason) = (line.line, *quantity, reason.clone());
                    let buyer = Buyer { card_number: None, phone: Some(phone.e164()) };
                    self.give(line, quantity, reason, Some(buyer))
                }
            },
            (_, Event::Answered(Ok(told))) => {
                (self.is_asking, self.photo) = (false, None);
                self.asked.forget();
                self.go(Step::Told(Box::new(told)))
            }
            (Step::Told(told), Event::Undo) if matches!(told.state, ApologyState::Given | ApologyState::Waits) => {
                let id = told.apology_id;
                self.is_asking = true;
                Some(Effect::Undo(id))
            }
            (step, Event::Back) => {
                *step = match std::mem::take(step) {
                    Step::Quantity(_) => Step::Line,
                    Step::Reason(line, _) if line.left > 1 => Step::Quantity(line),
                    Step::Reason(..) => Step::Line,
                    Step::Buyer(line, quantity, ..) => Step::Reason(line, quantity),
                    Step::Number | Step::Line | Step::Told(_) => Step::Number,
                };
                None
            }
            (Step::Told(_), Event::Next) => {
                *self = Self::default();
                None
            }
            _ => None,
        }
    }

    /// What the store is asked for now: where this was asked and had no answer, the same as then, also with the photograph
    /// that it had. Whoever leaves that out after a lost answer means the same goods, and is not to get points twice.
    pub(crate) fn request(
        &mut self,
        number: String,
        asked: WithoutGoodsRequest,
        now_ms: i64,
    ) -> (String, WithoutGoodsRequest) {
        let asked = (number, WithoutGoodsRequest { made_ms: now_ms, ..asked });
        self.asked.again(asked, |(number, asked), (_, before)| {
            (number, WithoutGoodsRequest { made_ms: before.made_ms, jpeg: before.jpeg.clone(), ..asked })
        })
    }

    fn stands(&mut self, stands: ApologyResponse) {
        if let Step::Told(told) = &mut self.step
            && told.apology_id == stands.apology_id
        {
            if told.state != stands.state {
                self.problem = None;
            }
            **told = stands;
        }
    }

    fn type_one(&mut self, letter: char) -> Option<Effect> {
        if self.number.len() < LONGEST_NUMBER {
            self.number.push(letter);
        }
        None
    }

    /// Asks for the receipt, where its number is one: it stands in an address.
    fn find(&mut self) -> Option<Effect> {
        let is_number = (1..=LONGEST_NUMBER).contains(&self.number.len())
            && self.number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
            // A browser takes these for places in a path.
            && !matches!(self.number.as_str(), "." | "..");
        if !is_number {
            self.number.clear();
            return self.tell(Problem::NoNumber);
        }
        self.is_asking = true;
        Some(Effect::Find(self.number.clone()))
    }

    fn give(&mut self, line: u32, quantity: u32, reason: String, buyer: Option<Buyer>) -> Option<Effect> {
        let number = self.receipt.as_ref()?.receipt_number.clone();
        let jpeg = self.photo.as_ref().map(|Photo(jpeg)| jpeg.clone());
        self.is_asking = true;
        Some(Effect::Give(number, WithoutGoodsRequest { line, quantity, reason, buyer, jpeg, made_ms: 0 }))
    }

    fn go(&mut self, step: Step) -> Option<Effect> {
        self.step = step;
        None
    }

    fn tell(&mut self, problem: Problem) -> Option<Effect> {
        self.problem = Some(problem);
        Some(Effect::TellProblem)
    }
}

/// The number in a code, without what a scanner says of its kind: `]C1`.
fn number_of(code: &str) -> &str {
    let code = code.trim();
    code.strip_prefix(']').and_then(|rest| rest.get(2..)).unwrap_or(code)
}

/// No number or card stands in a log.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TellProblem => "TellProblem",
            Self::Find(_) => "Find",
            Self::Give(..) => "Give",
            Self::Undo(_) => "Undo",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: u32, left: u32, refusal: Option<&str>) -> KnownLine {
        KnownLine {
            line,
            gtin: "09520000000004".into(),
            name: Some("Молоко".into()),
            name_en: None,
            quantity: left,
            minor_units: 8_990,
            left,
            is_fresh: true,
            refusal: refusal.map(str::to_owned),
        }
    }

    fn receipt(has_member: bool) -> KnownReceiptResponse {
        KnownReceiptResponse {
            receipt_number: "3-41".into(),
            day: "2026-11-24".into(),
            has_member,
            lines: vec![line(1, 1, None), line(2, 3, None), line(3, 0, Some("came_back"))],
            reasons: vec![],
        }
    }

    fn told(state: ApologyState) -> ApologyResponse {
        ApologyResponse {
            apology_id: 4,
            state,
            reason: "spoilt".into(),
            minor_units: 8_990,
            points: Some(89),
            staff_number: 7,
            limit: None,
            coupon_code: None,
            coupon_qr: None,
            last_day: None,
            message: None,
        }
    }

    fn update(state: &mut State, event: Event) -> Option<Effect> {
        state.update(event, &PhoneCountries::default())
    }

    /// Somebody who has found a receipt.
    fn found(has_member: bool) -> State {
        let mut state = State::default();
        for event in [Event::Key(Key::Digit(3)), Event::Hyphen, Event::Key(Key::Digit(4)), Event::Key(Key::Digit(1))] {
            assert!(update(&mut state, event).is_none());
        }
        assert!(update(&mut state, Event::Find) == Some(Effect::Find("3-41".into())));
        assert!(update(&mut state, Event::Find).is_none(), "it is asked once");
        update(&mut state, Event::Found(Ok(receipt(has_member))));
        assert_eq!(state.page(), Page::Line);
        state
    }

    #[test]
    fn a_receipts_own_member_is_not_asked_for() {
        let mut state = found(true);
        update(&mut state, Event::Line(1));
        assert_eq!(state.page(), Page::Reason, "of one nobody asks how many");
        let Some(Effect::Give(number, asked)) = update(&mut state, Event::Reason("spoilt".into())) else {
            panic!("asked")
        };
        assert_eq!((number.as_str(), asked.line, asked.quantity, asked.buyer.is_none()), ("3-41", 1, 1, true));
        update(&mut state, Event::Answered(Ok(told(ApologyState::Given))));
        assert!(update(&mut state, Event::Undo) == Some(Effect::Undo(4)));
        update(&mut state, Event::Answered(Err(Refusal::Settled)));
        assert_eq!(state.problem, Some(Problem::Settled));
        assert!(update(&mut state, Event::Undo) == Some(Effect::Undo(4)));
        update(&mut state, Event::Answered(Ok(told(ApologyState::Cancelled))));
        assert!(update(&mut state, Event::Undo).is_none());
        update(&mut state, Event::Next);
        assert_eq!(state, State::default());
    }

    #[test]
    fn without_a_member_a_card_or_a_number_is_asked_for() {
        let mut state = found(false);
        update(&mut state, Event::Line(2));
        update(&mut state, Event::Quantity(2));
        update(&mut state, Event::Reason("spoilt".into()));
        assert_eq!(state.page(), Page::Buyer);
        assert!(update(&mut state, Event::Give) == Some(Effect::TellProblem), "no number yet");
        let mut by_card = state.clone();
        let card = CardNumber::from_random([7; 16]);
        let Some(Effect::Give(_, asked)) = update(&mut by_card, Event::Card(card)) else { panic!("asked") };
        assert_eq!(asked.buyer.and_then(|buyer| buyer.card_number), Some(card.to_string()));
        for digit in [9, 1, 6, 1, 2, 3, 4, 5, 6, 7] {
            update(&mut state, Event::Key(Key::Digit(digit)));
        }
        let Some(Effect::Give(_, asked)) = update(&mut state, Event::Give) else { panic!("asked") };
        assert_eq!((asked.quantity, asked.buyer.and_then(|buyer| buyer.phone).as_deref()), (2, Some("+79161234567")));
        update(&mut state, Event::Answered(Err(Refusal::Settled)));
        assert_eq!((state.page(), state.problem), (Page::Buyer, Some(Problem::Refused)));
        for page in [Page::Reason, Page::Quantity, Page::Line, Page::Number] {
            update(&mut state, Event::Back);
            assert_eq!(state.page(), page);
        }
    }

    #[test]
    fn whoever_presses_again_after_a_lost_answer_asks_for_the_very_same() {
        let mut state = found(true);
        update(&mut state, Event::Line(2));
        update(&mut state, Event::Quantity(2));
        let asked_at = |state: &mut State, now_ms| {
            let Some(Effect::Give(number, asked)) = update(state, Event::Reason("spoilt".into())) else {
                panic!("asked")
            };
            state.request(number, asked, now_ms)
        };
        let first = asked_at(&mut state, 10);
        assert_eq!(first.1.made_ms, 10);
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        assert!(asked_at(&mut state, 20) == first);
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Back);
        update(&mut state, Event::Quantity(1));
        assert_eq!(asked_at(&mut state, 30).1.made_ms, 30, "of another quantity");
        update(&mut state, Event::Answered(Ok(told(ApologyState::Cancelled))));
        for event in [Event::Back, Event::Find, Event::Found(Ok(receipt(true))), Event::Line(2), Event::Quantity(1)] {
            update(&mut state, event);
        }
        assert_eq!(asked_at(&mut state, 40).1.made_ms, 40, "that was answered");
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Photo(Some(Photo("goods".into()))));
        assert_eq!(asked_at(&mut state, 50).1.jpeg, None, "the same goods, with a photograph by now");
    }

    #[test]
    fn a_photograph_goes_with_the_line_that_it_is_of_and_can_be_left_out() {
        let photo = || Event::Photo(Some(Photo("goods".into())));
        let given = |state: &mut State| match update(state, Event::Reason("spoilt".into())) {
            Some(Effect::Give(_, asked)) => asked.jpeg,
            _ => panic!("asked"),
        };
        let mut state = found(true);
        update(&mut state, photo());
        assert_eq!(state.photo, None, "of no line yet");
        update(&mut state, Event::Line(2));
        update(&mut state, Event::Quantity(2));
        update(&mut state, photo());
        assert_eq!((state.page(), given(&mut state)), (Page::Reason, Some("goods".into())));
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Back);
        update(&mut state, Event::Quantity(1));
        assert_eq!(given(&mut state), Some("goods".into()), "another quantity of the same");
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Photo(None));
        assert_eq!(given(&mut state), None);
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        for event in [photo(), Event::Back, Event::Back, Event::Line(1)] {
            update(&mut state, event);
        }
        assert_eq!(given(&mut state), None, "of other goods");
        update(&mut state, Event::Answered(Ok(told(ApologyState::Given))));
        assert!(!format!("{:?}", photo()).contains("goods"), "no picture stands in a log");
    }

    #[test]
    fn with_a_photograph_a_buyer_is_asked_for_as_without() {
        let mut state = found(false);
        let photo = Event::Photo(Some(Photo("goods".into())));
        for event in [Event::Line(1), photo, Event::Reason("spoilt".into())] {
            assert!(update(&mut state, event).is_none());
        }
        let Some(Effect::Give(_, asked)) = update(&mut state, Event::Card(CardNumber::from_random([7; 16]))) else {
            panic!("asked")
        };
        assert_eq!(asked.jpeg.as_deref(), Some("goods"));
        update(&mut state, Event::Answered(Ok(told(ApologyState::Waits))));
        assert_eq!(state.photo, None, "it is the store's");
    }

    #[test]
    fn what_is_heard_meanwhile_leaves_said_what_was_wrong() {
        let mut state = found(true);
        for event in [Event::Line(1), Event::Reason("spoilt".into())] {
            update(&mut state, event);
        }
        update(&mut state, Event::Answered(Ok(told(ApologyState::Waits))));
        update(&mut state, Event::Undo);
        update(&mut state, Event::Answered(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Stands(told(ApologyState::Waits)));
        assert_eq!(state.problem, Some(Problem::NoAnswer));
        let other = ApologyResponse { apology_id: 5, ..told(ApologyState::Given) };
        update(&mut state, Event::Stands(other));
        assert_eq!(state.page(), Page::Told(ApologyState::Waits), "that is another one");
        update(&mut state, Event::Stands(told(ApologyState::Given)));
        assert_eq!((state.page(), state.problem), (Page::Told(ApologyState::Given), None));
    }

    #[test]
    fn a_line_that_may_not_be_is_not_chosen() {
        let mut state = found(false);
        for line in [0, 3, 4] {
            update(&mut state, Event::Line(line));
            assert_eq!(state.page(), Page::Line);
        }
        assert_eq!(State::quantities(&line(2, 3, None)).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_scanned_receipt_is_looked_for_at_once_and_what_is_no_number_is_told() {
        let mut state = State::default();
        assert!(update(&mut state, Event::Scanned("]C13-0041\r".into())) == Some(Effect::Find("3-0041".into())));
        update(&mut state, Event::Found(Err(Refusal::NoReceipt)));
        assert_eq!(state.problem, Some(Problem::NoReceipt));
        for code in ["", "t=20261124T1200&s=89.90", "3/41", "..", "чек", &"9".repeat(65)] {
            assert!(update(&mut state, Event::Scanned(code.into())) == Some(Effect::TellProblem), "{code}");
            assert_eq!(state.problem, Some(Problem::NoNumber), "{code}");
        }
    }
}
