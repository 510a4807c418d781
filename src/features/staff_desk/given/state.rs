//! How far a manager is with what was given lately: pure.

use polka_contract::{
    ApologyReason, ApologyState, CouponRedemption, RecentApologiesResponse, RecentApology, RecentCouponState,
};

use crate::api::members::Refusal;
use crate::features::staff_desk::asked::Asked;

/// As long as a why may be, in characters.
pub(crate) const LONGEST_WHY: usize = 200;
/// So many coupons are shown at once.
const COUPONS: usize = 20;

/// How far it is.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct State {
    /// What the store has said; `None` until it has.
    pub(crate) known: Option<Known>,
    pub(crate) step: Step,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    pub(crate) problem: Option<Problem>,
    /// The one of which the photograph is looked at.
    pub(crate) seen_photo: Option<i64>,
    /// What the store was asked to take back, and in which words.
    asked: Asked<(i64, Why, String)>,
}

/// What the store has said.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Known {
    /// What the chain calls its reasons.
    pub(crate) reasons: Vec<ApologyReason>,
    /// What was given, the newest first, as far as it was asked for.
    pub(crate) given: RecentApologiesResponse,
    /// What tills have taken without network and was not right, the newest first.
    pub(crate) wrong: Vec<CouponRedemption>,
}

/// Which question is asked, and about which apology.
#[derive(Clone, Default, PartialEq)]
pub(crate) enum Step {
    /// Which one?
    #[default]
    List,
    /// Why is it taken back?
    Why(i64),
    /// Why, in their own words?
    Words(i64, String),
    /// Is that so?
    Sure(i64, Why),
    /// What came of it.
    Told(i64, Outcome),
    /// What was not right with coupons; so many are shown.
    Coupons(usize),
}

/// Why something is taken back.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// It was given by mistake.
    Mistake,
    /// The customer and the store agreed otherwise.
    Agreed,
    /// Somebody seems to have given it to themselves or to friends.
    Abuse,
    /// Something else, in these words.
    Other(String),
}

/// Nobody's words stand in a log.
impl std::fmt::Debug for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mistake => "Mistake",
            Self::Agreed => "Agreed",
            Self::Abuse => "Abuse",
            Self::Other(_) => "Other",
        })
    }
}

/// What came of taking something back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Cancelled,
    /// Its coupon has paid.
    Used,
    /// A till has its coupon just now.
    SetAside,
    /// Its points are not there.
    Spent,
    /// Somebody has taken it back before.
    Before,
    /// The store did not do it, and does not say why.
    Refused,
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Asking,
    NoAnswer,
    List,
    Why,
    Words,
    Sure,
    Told(Outcome),
    Coupons,
}

/// Why they are not further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Nothing is written.
    Empty,
    /// The store does not take the text.
    Text,
    NoAnswer,
}

/// What happens.
#[derive(Clone, PartialEq)]
pub(crate) enum Event {
    /// Where nothing is known, ask.
    Ask,
    Known(Result<Known, Refusal>),
    /// They want to see earlier ones.
    More,
    Earlier(Result<RecentApologiesResponse, Refusal>),
    /// This one is to be taken back.
    TakeBack(i64),
    Why(Why),
    /// For another reason.
    Other,
    /// What stands in the field.
    Text(String),
    /// The text is whole.
    Next,
    /// It is surely taken back.
    Sure,
    /// What the store says to that.
    TakenBack(Result<(), Refusal>),
    /// How this one stands by now, where the store has it among the last ones.
    Looked(i64, Result<Option<RecentApology>, Refusal>),
    /// They look at the photograph of this one, or no longer.
    Photo(i64),
    /// They look at coupons.
    Coupons,
    Back,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    TellProblem,
    /// Ask for all that is shown.
    Ask,
    /// Ask for what was given before this one.
    Earlier(i64),
    TakeBack(i64, Why),
    /// Ask how this one stands.
    Look(i64),
    /// Go to the line with this number.
    GoTo(i64),
    GoToPhoto,
}

impl State {
    /// What the store is asked to take back now, and in which words: where this was asked and had no answer, the same as
    /// then, whichever language is spoken by now.
    pub(crate) fn request(&mut self, id: i64, why: Why, words: String) -> (i64, String) {
        let (id, _, words) = self.asked.again((id, why, words), |(id, why, _), (.., before)| (id, why, before.clone()));
        (id, words)
    }

    pub(crate) fn page(&self) -> Page {
        match &self.step {
            _ if self.known.is_none() && self.problem.is_some() => Page::NoAnswer,
            _ if self.known.is_none() => Page::Asking,
            Step::List => Page::List,
            Step::Why(_) => Page::Why,
            Step::Words(..) => Page::Words,
            Step::Sure(..) => Page::Sure,
            Step::Told(_, outcome) => Page::Told(*outcome),
            Step::Coupons(_) => Page::Coupons,
        }
    }

    /// What was given, as far as it is known.
    pub(crate) fn given(&self) -> &[RecentApology] {
        self.known.as_ref().map_or(&[], |known| &known.given.apologies)
    }

    /// The one with this number.
    pub(crate) fn one(&self, id: i64) -> Option<&RecentApology> {
        self.given().iter().find(|apology| apology.apology_id == id)
    }

    /// The one that they are at.
    pub(crate) fn current(&self) -> Option<&RecentApology> {
        match &self.step {
            Step::Why(id) | Step::Words(id, _) | Step::Sure(id, _) | Step::Told(id, _) => self.one(*id),
            Step::List | Step::Coupons(_) => None,
        }
    }

    /// Whether there are earlier ones that were not asked for yet.
    pub(crate) fn has_earlier(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.given.has_older)
    }

    /// The coupons that were not right.
    pub(crate) fn wrong(&self) -> &[CouponRedemption] {
        self.known.as_ref().map_or(&[], |known| &known.wrong)
    }

    /// Those of them that are shown.
    pub(crate) fn shown(&self) -> &[CouponRedemption] {
        let count = if let Step::Coupons(count) = self.step { count } else { 0 };
        &self.wrong()[..count.min(self.wrong().len())]
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event) -> Option<Effect> {
        let is_answer = matches!(event, Event::Known(_) | Event::Earlier(_) | Event::TakenBack(_) | Event::Looked(..));
        // What stands in a field stands there also while the store is asked.
        if self.is_asking && !is_answer && !matches!(event, Event::Text(_)) {
            return None;
        }
        if !is_answer {
            self.problem = None;
        }
        match (&mut self.step, event) {
            (_, Event::Ask) if self.known.is_none() => self.ask(Effect::Ask),
            (_, Event::Known(Ok(known))) => {
                (self.known, self.is_asking) = (Some(known), false);
                None
            }
            (_, Event::Known(Err(_))) => {
                self.is_asking = false;
                // What is known stays.
                match self.known {
                    Some(_) => self.fail(Problem::NoAnswer),
                    None => {
                        self.problem = Some(Problem::NoAnswer);
                        None
                    }
                }
            }
            (Step::List, Event::More) => {
                let last = self.given().last().filter(|_| self.has_earlier())?.apology_id;
                self.ask(Effect::Earlier(last))
            }
            (_, Event::Earlier(Ok(earlier))) => {
                self.is_asking = false;
                let given = &mut self.known.as_mut()?.given;
                given.has_older = earlier.has_older;
                let first = earlier.apologies.first().map(|apology| apology.apology_id);
                given.apologies.extend(earlier.apologies);
                first.map(Effect::GoTo)
            }
            (_, Event::Earlier(Err(_))) => {
                self.is_asking = false;
                self.fail(Problem::NoAnswer)
            }
            (Step::List, Event::TakeBack(id)) => {
                self.one(id).filter(|apology| may_be_taken_back(apology))?;
                self.go(Step::Why(id))
            }
            (Step::Why(id), Event::Why(why)) => {
                let step = Step::Sure(*id, why);
                self.go(step)
            }
            (Step::Why(id), Event::Other) => {
                let step = Step::Words(*id, String::new());
                self.go(step)
            }
            (Step::Words(_, words), Event::Text(text)) => {
                *words = text.chars().take(LONGEST_WHY).collect();
                None
            }
            (Step::Words(_, words), Event::Next) if words.trim().is_empty() => self.fail(Problem::Empty),
            (Step::Words(id, words), Event::Next) => {
                let step = Step::Sure(*id, Why::Other(words.trim().to_owned()));
                self.go(step)
            }
            (Step::Sure(id, why), Event::Sure) => {
                let effect = Effect::TakeBack(*id, why.clone());
                self.ask(effect)
            }
            (Step::Sure(id, _), Event::TakenBack(Ok(()))) => {
                let id = *id;
                self.is_asking = false;
                self.asked.forget();
                // Who and why the store says.
                if let Some(one) = self.one_mut(id) {
                    (one.state, one.coupon) = (ApologyState::Cancelled, None);
                }
                self.step = Step::Told(id, Outcome::Cancelled);
                Some(Effect::Look(id))
            }
            // Why it was not done is seen by how it stands.
            (
                Step::Sure(id, _),
                Event::TakenBack(Err(Refusal::Settled | Refusal::Coupon | Refusal::Points | Refusal::Manager)),
            ) => {
                let id = *id;
                self.asked.forget();
                Some(Effect::Look(id))
            }
            (Step::Sure(..), Event::TakenBack(Err(refusal))) => {
                self.is_asking = false;
                self.fail(if refusal == Refusal::Invalid { Problem::Text } else { Problem::NoAnswer })
            }
            (_, Event::Looked(id, looked)) => {
                let looked = looked.ok().flatten();
                if let Step::Sure(at, _) = &self.step
                    && *at == id
                    && self.is_asking
                {
                    self.is_asking = false;
                    self.step = Step::Told(id, looked.as_ref().map_or(Outcome::Refused, why_not));
                }
                if let (Some(one), Some(looked)) = (self.one_mut(id), looked) {
                    *one = looked;
                }
                None
            }
            (Step::List, Event::Photo(id)) => {
                self.seen_photo = (self.seen_photo != Some(id)).then_some(id);
                self.seen_photo.map(|_| Effect::GoToPhoto)
            }
            (Step::List, Event::Coupons) => self.go(Step::Coupons(COUPONS)),
            (Step::Coupons(count), Event::More) => {
                let before = *count;
                *count += COUPONS;
                self.wrong().get(before).map(|coupon| Effect::GoTo(coupon.redemption_id))
            }
            // What stood in the way may be gone by now.
            (Step::Told(_, outcome), Event::Back) if *outcome != Outcome::Cancelled => {
                self.step = Step::List;
                self.ask(Effect::Ask)
            }
            (step, Event::Back) => {
                *step = match std::mem::take(step) {
                    Step::Words(id, _) => Step::Why(id),
                    Step::Sure(id, Why::Other(words)) => Step::Words(id, words),
                    Step::Sure(id, _) => Step::Why(id),
                    Step::List | Step::Why(_) | Step::Told(..) | Step::Coupons(_) => Step::List,
                };
                None
            }
            _ => None,
        }
    }

    fn one_mut(&mut self, id: i64) -> Option<&mut RecentApology> {
        self.known.as_mut()?.given.apologies.iter_mut().find(|apology| apology.apology_id == id)
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
}

/// Whether there is something to take back: what a till has set aside may be free again by then.
pub(crate) fn may_be_taken_back(apology: &RecentApology) -> bool {
    let coupon = apology.coupon.as_ref().map(|coupon| coupon.state);
    apology.state == ApologyState::Given && !matches!(coupon, Some(RecentCouponState::Used | RecentCouponState::Over))
}

/// Why the store has not taken it back.
fn why_not(apology: &RecentApology) -> Outcome {
    match (apology.state, apology.coupon.as_ref().map(|coupon| coupon.state)) {
        (ApologyState::Cancelled, _) => Outcome::Before,
        (ApologyState::Given, Some(RecentCouponState::Used)) => Outcome::Used,
        (ApologyState::Given, Some(RecentCouponState::SetAside)) => Outcome::SetAside,
        (ApologyState::Given, None) => Outcome::Spent,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
mod tests {
    use polka_contract::{RecentApologyWay, RecentCoupon, RedemptionOutcome};

    use super::*;

    fn apology(apology_id: i64, coupon: Option<RecentCouponState>) -> RecentApology {
        RecentApology {
            apology_id,
            state: ApologyState::Given,
            reason: "queue".into(),
            minor_units: 10_000,
            way: if coupon.is_some() { RecentApologyWay::Paper } else { RecentApologyWay::Points },
            points: coupon.is_none().then_some(100),
            staff_number: 9,
            taken_ms: 0,
            decided_by: None,
            coupon: coupon.map(|state| RecentCoupon { state, last_day: "2026-12-24".into() }),
            cancellation: None,
            has_photo: false,
        }
    }

    fn coupon(redemption_id: i64) -> CouponRedemption {
        CouponRedemption {
            redemption_id,
            outcome: RedemptionOutcome::TakenTwice,
            last_four: "1234".into(),
            till: "Касса 1".into(),
            receipt_number: "r1".into(),
            discount_minor_units: 10_000,
            made_ms: 0,
            taken_ms: 0,
        }
    }

    /// A list of a coupon that nobody has used, points, and a coupon that has paid.
    fn at_list(taken: Vec<CouponRedemption>) -> State {
        let mut state = State::default();
        assert!(state.page() == Page::Asking && state.update(Event::Ask) == Some(Effect::Ask));
        assert_eq!(state.update(Event::Ask), None, "it is asked once");
        let coupons = [Some(RecentCouponState::Open), None, Some(RecentCouponState::Used)];
        let apologies = (7..10).rev().zip(coupons).map(|(id, coupon)| apology(id, coupon)).collect();
        let given = RecentApologiesResponse { apologies, has_older: true };
        state.update(Event::Known(Ok(Known { reasons: vec![], given, wrong: taken })));
        assert_eq!(state.page(), Page::List);
        state
    }

    fn at_sure(id: i64) -> State {
        let mut state = at_list(vec![]);
        state.update(Event::TakeBack(id));
        state.update(Event::Why(Why::Mistake));
        state
    }

    #[test]
    fn what_nobody_has_used_is_taken_back_with_a_why_once_they_are_sure() {
        let mut state = at_list(vec![]);
        assert!(state.update(Event::TakeBack(7)).is_none() && state.page() == Page::List, "it has paid");
        state.update(Event::TakeBack(9));
        assert_eq!(state.page(), Page::Why);
        state.update(Event::Why(Why::Abuse));
        assert_eq!(state.page(), Page::Sure);
        assert_eq!(state.update(Event::Sure), Some(Effect::TakeBack(9, Why::Abuse)));
        assert_eq!(state.update(Event::Sure), None, "it is asked once");
        assert_eq!(state.update(Event::TakenBack(Ok(()))), Some(Effect::Look(9)));
        assert_eq!(state.page(), Page::Told(Outcome::Cancelled));
        assert_eq!(state.one(9).map(|one| one.state), Some(ApologyState::Cancelled));
        state.update(Event::Back);
        assert_eq!(state.page(), Page::List);
        assert!(state.update(Event::TakeBack(9)).is_none() && state.page() == Page::List, "and not once more");
        // How it stands is told later, whatever they look at by then.
        state.update(Event::TakeBack(8));
        state.update(Event::Looked(9, Ok(Some(RecentApology { state: ApologyState::Cancelled, ..apology(9, None) }))));
        assert_eq!((state.page(), state.one(9).and_then(|one| one.points)), (Page::Why, Some(100)));
    }

    #[test]
    fn another_reason_is_written_in_few_words() {
        let mut state = at_list(vec![]);
        for event in [Event::TakeBack(9), Event::Other, Event::Text("  ".into())] {
            state.update(event);
        }
        assert_eq!(state.update(Event::Next), Some(Effect::TellProblem));
        assert_eq!((state.page(), state.problem), (Page::Words, Some(Problem::Empty)));
        state.update(Event::Text("ж".repeat(LONGEST_WHY + 1)));
        state.update(Event::Next);
        let written = Why::Other("ж".repeat(LONGEST_WHY));
        assert_eq!(state.update(Event::Sure), Some(Effect::TakeBack(9, written)));
        assert_eq!(state.update(Event::TakenBack(Err(Refusal::Invalid))), Some(Effect::TellProblem));
        assert_eq!(state.problem, Some(Problem::Text));
        state.update(Event::Back);
        assert!(matches!(&state.step, Step::Words(9, words) if !words.is_empty()), "what is written stays");
    }

    #[test]
    fn why_something_was_not_taken_back_is_told_by_how_it_stands() {
        let used = apology(9, Some(RecentCouponState::Used));
        let held = apology(9, Some(RecentCouponState::SetAside));
        let cancelled = RecentApology { state: ApologyState::Cancelled, ..apology(9, None) };
        for (looked, outcome) in [
            (Ok(Some(used)), Outcome::Used),
            (Ok(Some(held)), Outcome::SetAside),
            (Ok(Some(apology(9, None))), Outcome::Spent),
            (Ok(Some(cancelled)), Outcome::Before),
            (Ok(None), Outcome::Refused),
            (Err(Refusal::NoAnswer), Outcome::Refused),
        ] {
            let mut state = at_sure(9);
            state.update(Event::Sure);
            assert_eq!(state.update(Event::TakenBack(Err(Refusal::Settled))), Some(Effect::Look(9)));
            assert_eq!((state.page(), state.is_asking), (Page::Sure, true));
            state.update(Event::Looked(9, looked.clone()));
            assert_eq!((state.page(), state.is_asking), (Page::Told(outcome), false));
            if let Ok(Some(looked)) = looked {
                assert_eq!(state.one(9), Some(&looked));
            }
            assert_eq!(state.update(Event::Back), Some(Effect::Ask), "what stood in the way may be gone");
            assert_eq!(state.update(Event::Known(Err(Refusal::NoAnswer))), Some(Effect::TellProblem));
            assert_eq!((state.page(), state.given().len()), (Page::List, 3));
        }
    }

    #[test]
    fn whoever_presses_again_after_a_lost_answer_asks_for_the_very_same() {
        let mut state = at_sure(9);
        let ask = |state: &mut State, words: &str| {
            let Some(Effect::TakeBack(id, why)) = state.update(Event::Sure) else { panic!("it is asked") };
            state.request(id, why, words.into())
        };
        assert_eq!(ask(&mut state, "Дали по ошибке"), (9, "Дали по ошибке".into()));
        state.update(Event::TakenBack(Err(Refusal::NoAnswer)));
        assert_eq!(ask(&mut state, "Given by mistake").1, "Дали по ошибке", "also in another language");
        state.update(Event::TakenBack(Err(Refusal::NoAnswer)));
        state.update(Event::Back);
        state.update(Event::Why(Why::Agreed));
        assert_eq!(ask(&mut state, "The customer agreed").1, "The customer agreed", "for another reason");
    }

    #[test]
    fn earlier_ones_follow_and_they_go_on_at_the_first_of_them() {
        let mut state = at_list(vec![]);
        assert_eq!(state.update(Event::More), Some(Effect::Earlier(7)));
        assert_eq!(state.update(Event::Earlier(Err(Refusal::NoAnswer))), Some(Effect::TellProblem));
        assert_eq!((state.page(), state.problem), (Page::List, Some(Problem::NoAnswer)));
        state.update(Event::More);
        let apologies = vec![apology(6, None), apology(5, None)];
        let earlier = RecentApologiesResponse { apologies, has_older: false };
        assert_eq!(state.update(Event::Earlier(Ok(earlier))), Some(Effect::GoTo(6)));
        assert_eq!((state.given().len(), state.update(Event::More)), (5, None));
    }

    #[test]
    fn of_what_tills_took_without_network_what_was_wrong_is_shown_a_part_at_a_time() {
        let mut state = at_list((0..25).map(coupon).collect());
        state.update(Event::Coupons);
        assert_eq!((state.page(), state.wrong().len(), state.shown().len()), (Page::Coupons, 25, 20));
        assert_eq!(state.update(Event::More), Some(Effect::GoTo(20)));
        assert_eq!((state.shown().len(), state.update(Event::More)), (25, None));
        state.update(Event::Back);
        assert_eq!(state.page(), Page::List);
    }

    #[test]
    fn that_the_store_did_not_answer_is_said_until_it_does() {
        let mut state = State::default();
        state.update(Event::Ask);
        state.update(Event::Known(Err(Refusal::NoAnswer)));
        assert_eq!(state.page(), Page::NoAnswer);
        assert_eq!(state.update(Event::Ask), Some(Effect::Ask));
        assert_eq!(state.page(), Page::Asking);
        state.update(Event::Known(Ok(Known::default())));
        assert_eq!((state.page(), state.problem), (Page::List, None));
    }
}
