//! How far a report of an expired item is, and what comes next: pure.

use polka_contract::{ExpiredReportOutcome, ExpiredReportResponse};
use polka_domain::{CardNumber, Date, DateKind, Gtin, Phone, PhoneCountries};
use polka_freshness::{Finding, LabelError, LabelForm, Programme, Refusal};

use crate::offline::Fate;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// So many of one thing somebody may report at once.
const MOST_ITEMS: u32 = 99;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum State {
    /// They are asked to scan it.
    #[default]
    Start,
    /// They say which day stands on its label.
    Label(Label),
    /// They say what that day means, where it matters.
    Kind { label: Label, last_day: Date },
    /// It is not expired, or may be sold all the same.
    NotExpired { item: Item, refusal: Refusal },
    /// They look at what they are about to report.
    Item(Item),
    /// They say whose points it is.
    Finder(Item),
    /// They type their number.
    Number(Item, TypedPhone),
    /// They have said it, and this became of it.
    Said(Said),
}

/// What somebody types of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) gtin: Gtin,
    pub(crate) form: LabelForm,
    pub(crate) digits: String,
    /// Why it was no day when they wanted to go on; the next key takes that back.
    pub(crate) problem: Option<LabelError>,
}

/// Items of a product with one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) gtin: Gtin,
    pub(crate) last_day: Date,
    pub(crate) kind: DateKind,
    /// How many there are.
    pub(crate) quantity: u32,
    /// Whether they stood elsewhere than on the product's shelf.
    pub(crate) is_elsewhere: bool,
}

/// Whose the points are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finder {
    Card(CardNumber),
    Phone(Phone),
    /// Whoever joins by this number, which is printed.
    Slip(CardNumber),
    Nobody,
}

/// A report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) item: Item,
    pub(crate) finder: Finder,
    pub(crate) fate: Fate,
    /// What the store said of it, where it has.
    pub(crate) answer: Option<ExpiredReportResponse>,
    /// That was waited for long enough.
    pub(crate) is_late: bool,
}

/// After so many seconds somebody is told what the device knows, whatever the store will say.
const SOON_S: u32 = 4;

/// What happens.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Event {
    /// An item was scanned, or brought along from its price; its code may tell the day.
    Found(Gtin, Option<(Date, DateKind)>),
    Form(LabelForm),
    Key(Key),
    /// The day or the number is finished.
    Next,
    Kind(DateKind),
    /// Back to where the day or the number can be changed.
    Back,
    More,
    Less,
    /// They stood elsewhere, or did not.
    Elsewhere,
    /// It is to be reported.
    Report,
    Card(CardNumber),
    ByPhone,
    /// A slip with a number of these random bytes; `None` where the browser has no chance.
    Slip(Option<[u8; 16]>),
    WithoutCard,
    /// What was said is read; another one was found.
    Another,
    Fate(Fate),
    Answer(ExpiredReportResponse),
    /// The store was waited for, or is not reached.
    Late,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Show what is wrong.
    TellProblem,
    /// Keep the report, and say [`Event::Late`] after so many seconds.
    Keep { item: Item, finder: Finder, seconds: u32 },
    /// Print the slip.
    Print,
}

/// What the rules go by.
pub(crate) struct Rules<'a> {
    pub(crate) today: Date,
    pub(crate) programme: Programme,
    pub(crate) countries: &'a PhoneCountries,
    /// What the date on the pack of a product means, where the store knows.
    pub(crate) kind_of: &'a dyn Fn(Gtin) -> Option<DateKind>,
}

impl Label {
    fn of(gtin: Gtin) -> Self {
        Self { gtin, form: LabelForm::default(), digits: String::new(), problem: None }
    }

    fn press(&mut self, key: Key) {
        self.problem = None;
        match key {
            Key::Digit(digit) if self.digits.len() < self.form.digits() => self.digits.push(char::from(b'0' + digit)),
            Key::Digit(_) => {}
            Key::Erase => drop(self.digits.pop()),
        }
    }
}

impl Item {
    fn of(gtin: Gtin, last_day: Date, kind: DateKind) -> Self {
        Self { gtin, last_day, kind, quantity: 1, is_elsewhere: false }
    }
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Card(_) => "Card",
            Self::Phone(_) => "Phone",
            Self::Slip(_) => "Slip",
            Self::Nobody => "Nobody",
        })
    }
}

impl State {
    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, rules: &Rules) -> Option<Effect> {
        let (next, effect) = match (std::mem::take(self), event) {
            // Who scans another item reports that one; what was said stays said.
            (_, Event::Found(gtin, None)) => (Self::Label(Label::of(gtin)), None),
            (_, Event::Found(gtin, Some((last_day, kind)))) => {
                (Self::judged(Item::of(gtin, last_day, kind), rules), None)
            }
            (Self::Label(label), Event::Form(form)) => {
                let label = if form == label.form { label } else { Label { form, ..Label::of(label.gtin) } };
                (Self::Label(label), None)
            }
            (Self::Label(mut label), Event::Key(key)) => {
                label.press(key);
                (Self::Label(label), None)
            }
            (Self::Label(label), Event::Next) => match label.form.last_day(&label.digits, rules.today) {
                Ok(last_day) => (Self::dated(label, last_day, rules), None),
                Err(problem) => (Self::Label(Label { problem: Some(problem), ..label }), Some(Effect::TellProblem)),
            },
            (Self::Kind { label, last_day }, Event::Kind(kind)) => {
                (Self::judged(Item::of(label.gtin, last_day, kind), rules), None)
            }
            (Self::Kind { label, .. }, Event::Back) => (Self::Label(label), None),
            (Self::NotExpired { item, .. } | Self::Item(item), Event::Back) => {
                (Self::Label(Label::of(item.gtin)), None)
            }
            (Self::Item(item), Event::More) => {
                (Self::Item(Item { quantity: (item.quantity + 1).min(MOST_ITEMS), ..item }), None)
            }
            (Self::Item(item), Event::Less) => {
                (Self::Item(Item { quantity: item.quantity.saturating_sub(1).max(1), ..item }), None)
            }
            (Self::Item(item), Event::Elsewhere) => {
                (Self::Item(Item { is_elsewhere: !item.is_elsewhere, ..item }), None)
            }
            // Where nothing is paid, nobody is asked whose it is.
            (Self::Item(item), Event::Report) if rules.programme.largest_points == 0 => {
                Self::said(item, Finder::Nobody)
            }
            (Self::Item(item), Event::Report) => (Self::Finder(item), None),
            (Self::Item(item) | Self::Finder(item) | Self::Number(item, _), Event::Card(card)) => {
                Self::said(item, Finder::Card(card))
            }
            (Self::Finder(item), Event::ByPhone) => (Self::Number(item, TypedPhone::default()), None),
            (Self::Finder(item), Event::Slip(Some(bytes))) => {
                Self::said(item, Finder::Slip(CardNumber::from_random(bytes)))
            }
            (Self::Finder(item), Event::Slip(None)) => {
                let (finder, fate) = (Finder::Nobody, Fate::NotKept);
                (Self::Said(Said { item, finder, fate, answer: None, is_late: false }), None)
            }
            (Self::Finder(item), Event::Back) => (Self::Item(item), None),
            (Self::Finder(item), Event::WithoutCard) => Self::said(item, Finder::Nobody),
            (Self::Number(item, _), Event::Back) => (Self::Finder(item), None),
            (Self::Number(item, mut typed), Event::Key(key)) => {
                typed.press(key);
                (Self::Number(item, typed), None)
            }
            (Self::Number(item, mut typed), Event::Next) => match typed.finish(rules.countries) {
                Some(phone) => Self::said(item, Finder::Phone(phone)),
                None => (Self::Number(item, typed), Some(Effect::TellProblem)),
            },
            (Self::Said(said), Event::Another) if said.is_settled() => (Self::Start, None),
            (Self::Said(said), Event::Fate(fate)) => said.becomes(Said { fate, ..said }),
            (Self::Said(said), Event::Answer(answer)) => said.becomes(Said { answer: Some(answer), ..said }),
            (Self::Said(said), Event::Late) => said.becomes(Said { is_late: true, ..said }),
            (other, _) => (other, None),
        };
        *self = next;
        effect
    }

    /// A day was typed. What it means is asked where the store does not know it and it matters.
    fn dated(label: Label, last_day: Date, rules: &Rules) -> Self {
        let matters = rules.programme.counts_best_before != rules.programme.counts_use_by;
        match (rules.kind_of)(label.gtin) {
            None if matches!(polka_freshness::age(last_day, rules.today), polka_freshness::Age::Past { .. })
                && matters =>
            {
                Self::Kind { label, last_day }
            }
            kind => Self::judged(Item::of(label.gtin, last_day, kind.unwrap_or(DateKind::BestBefore)), rules),
        }
    }

    fn judged(item: Item, rules: &Rules) -> Self {
        let Item { last_day, kind, .. } = item;
        let finding = Finding { last_day, kind, today: rules.today, price_minor_units: None };
        match finding.check(&rules.programme) {
            Ok(()) => Self::Item(item),
            Err(refusal) => Self::NotExpired { item, refusal },
        }
    }

    fn said(item: Item, finder: Finder) -> (Self, Option<Effect>) {
        let said = Said { item, finder, fate: Fate::Keeping, answer: None, is_late: false };
        (Self::Said(said), Some(Effect::Keep { item, finder, seconds: SOON_S }))
    }

    /// The same without what is typed and counted, which changes no page.
    pub(crate) fn page(&self) -> Self {
        match self {
            Self::Label(label) => Self::Label(Label::of(label.gtin)),
            Self::Item(item) => Self::Item(Item { quantity: 1, is_elsewhere: false, ..*item }),
            Self::Number(item, _) => Self::Number(*item, TypedPhone::default()),
            // What is told is one page, by whatever way it came.
            Self::Said(said) => Self::Said(match said.is_settled() {
                true => Said { is_late: true, ..*said },
                false => Said { fate: Fate::Keeping, ..*said },
            }),
            other => other.clone(),
        }
    }
}

impl Said {
    /// Whether somebody is told what came of it: by the store, or by the device where that takes too long.
    pub(crate) fn is_settled(&self) -> bool {
        match self.fate {
            Fate::Keeping => false,
            Fate::NotKept | Fate::Refused => true,
            Fate::Kept | Fate::Taken => self.is_late || self.answer.is_some(),
        }
    }

    /// Whether the staff look for it: what is not past its date stays where it is, what may be somebody's own they are
    /// shown, and what one of them has found is in their hands. A photograph helps them.
    pub(crate) fn is_looked_for(&self) -> bool {
        use ExpiredReportOutcome::{ByStaff, KindNotCounted, NotExpired, SoldJustNow};
        let is_other = |outcome| matches!(outcome, NotExpired | KindNotCounted | SoldJustNow | ByStaff);
        let stays = self.answer.is_some_and(|answer| is_other(answer.outcome));
        self.is_settled() && matches!(self.fate, Fate::Kept | Fate::Taken) && !stays
    }

    /// What it becomes; a slip is printed when it is told of first, where there is something on it.
    fn becomes(self, next: Self) -> (State, Option<Effect>) {
        let is_slip = matches!(next.finder, Finder::Slip(_)) && matches!(next.fate, Fate::Kept | Fate::Taken);
        let has_points = next.answer.is_none_or(|answer| answer.points > 0);
        let prints = is_slip && has_points && next.is_settled() && !self.is_settled();
        (State::Said(next), prints.then_some(Effect::Print))
    }
}

/// An item as an address has it: its number, and behind it the day where that is known.
pub(crate) fn found_in(text: &str) -> Option<(Gtin, Option<(Date, DateKind)>)> {
    let mut parts = text.splitn(3, '.');
    let gtin = parts.next()?.parse().ok()?;
    let (Some(kind), Some(day)) = (parts.next(), parts.next()) else { return Some((gtin, None)) };
    Some((gtin, day.parse().ok().zip(DateKind::from_code(kind))))
}

#[cfg(test)]
mod tests {
    use polka_freshness::Settings;

    use super::*;
    use crate::ui::examples::milk;

    fn after(state: &mut State, programme: Programme, kind: Option<DateKind>, events: &[Event]) -> Vec<Effect> {
        let today = "2026-11-29".parse().expect("a day");
        let rules = Rules { today, programme, countries: &PhoneCountries::default(), kind_of: &|_| kind };
        events.iter().filter_map(|event| state.update(*event, &rules)).collect()
    }

    fn events(events: &[Event]) -> (State, Vec<Effect>) {
        let mut state = State::default();
        let effects = after(&mut state, Settings::default().programme(100), None, events);
        (state, effects)
    }

    fn digits(digits: &str) -> Vec<Event> {
        digits.bytes().map(|digit| Event::Key(Key::Digit(digit - b'0'))).collect()
    }

    fn yesterday() -> Item {
        Item::of(milk().gtin, "2026-11-28".parse().expect("a day"), DateKind::UseBy)
    }

    fn kept(finder: Finder) -> Effect {
        Effect::Keep { item: yesterday(), finder, seconds: SOON_S }
    }

    fn found() -> Event {
        Event::Found(yesterday().gtin, Some((yesterday().last_day, DateKind::UseBy)))
    }

    #[test]
    fn an_item_whose_code_has_its_date_is_reported_with_a_touch_and_a_card() {
        let card = CardNumber::from_random([7; 16]);
        let (state, effects) = events(&[found(), Event::Report, Event::Card(card)]);
        assert_eq!(effects, [kept(Finder::Card(card))]);
        assert!(matches!(state, State::Said(Said { fate: Fate::Keeping, .. })));
        // The card may also come before the touch, and takes its place.
        assert_eq!(events(&[found(), Event::Card(card)]).1, effects);
        assert_eq!(events(&[found(), Event::Report, Event::WithoutCard]).1, [kept(Finder::Nobody)]);
    }

    #[test]
    fn a_date_that_no_code_has_is_typed_as_it_stands_on_the_label() {
        let gtin = milk().gtin;
        for (form, typed, day) in [
            (LabelForm::DayMonthYear, "281126", "2026-11-28"),
            (LabelForm::DayMonth, "2811", "2026-11-28"),
            (LabelForm::MonthYear, "1026", "2026-10-31"),
        ] {
            let before = [vec![Event::Found(gtin, None), Event::Form(form)], digits(typed), vec![Event::Next]].concat();
            let (state, _) = events(&before);
            assert_eq!(
                state,
                State::Item(Item::of(gtin, day.parse().expect("a day"), DateKind::BestBefore)),
                "{typed}"
            );
        }
        for (typed, problem) in [("28", LabelError::Missing { digits: 4 }), ("311126", LabelError::NoSuchDay)] {
            let (state, effects) = events(&[vec![Event::Found(gtin, None)], digits(typed), vec![Event::Next]].concat());
            assert_eq!(effects, [Effect::TellProblem]);
            assert!(matches!(state, State::Label(label) if label.problem == Some(problem)), "{typed}");
        }
    }

    #[test]
    fn what_is_good_until_midnight_is_not_reported() {
        let gtin = milk().gtin;
        for day in ["2026-11-29", "2026-12-01"] {
            let last_day = day.parse().expect("a day");
            let (state, effects) = events(&[Event::Found(gtin, Some((last_day, DateKind::UseBy))), Event::Report]);
            let item = Item::of(gtin, last_day, DateKind::UseBy);
            assert_eq!(state, State::NotExpired { item, refusal: Refusal::NotExpired });
            assert_eq!(effects, []);
        }
    }

    #[test]
    fn what_a_date_means_is_asked_only_where_it_matters() {
        let typed = [vec![Event::Found(milk().gtin, None)], digits("281126"), vec![Event::Next]].concat();
        let programme = Settings { counts_best_before: false, ..Settings::default() }.programme(100);
        let mut state = State::default();
        after(&mut state, programme, None, &typed);
        assert!(matches!(state, State::Kind { .. }));
        after(&mut state, programme, None, &[Event::Kind(DateKind::BestBefore)]);
        assert!(matches!(state, State::NotExpired { refusal: Refusal::KindNotCounted, .. }));
        after(&mut state, programme, Some(DateKind::UseBy), &typed);
        assert_eq!(state, State::Item(yesterday()));
    }

    #[test]
    fn several_items_that_stood_elsewhere_are_one_report() {
        let (state, _) = events(&[found(), Event::More, Event::More, Event::Less, Event::Elsewhere]);
        assert_eq!(state, State::Item(Item { quantity: 2, is_elsewhere: true, ..yesterday() }));
        assert_eq!(events(&[found(), Event::Less]).0, State::Item(yesterday()));
        let many = [vec![found()], vec![Event::More; 200]].concat();
        assert_eq!(events(&many).0, State::Item(Item { quantity: MOST_ITEMS, ..yesterday() }));
    }

    #[test]
    fn a_slip_is_printed_once_and_only_when_it_is_worth_something() {
        let slip = [found(), Event::Report, Event::Slip(Some([7; 16]))];
        let programme = Settings::default().programme(100);
        let answer = |points| {
            let outcome = ExpiredReportOutcome::RewardWaits;
            Event::Answer(ExpiredReportResponse { report_id: 1, outcome, points, released_ms: 0 })
        };
        let (kept, taken) = (Event::Fate(Fate::Kept), Event::Fate(Fate::Taken));
        for (events, prints) in [
            (vec![kept, answer(90), taken, Event::Late], 1),
            (vec![kept, Event::Late, answer(90), taken], 1),
            (vec![Event::Late, kept, taken], 1),
            (vec![kept], 0),
            (vec![kept, answer(0), taken, Event::Late], 0),
            (vec![Event::Fate(Fate::NotKept), Event::Late], 0),
        ] {
            let (mut state, _) = super::tests::events(&slip);
            assert_eq!(after(&mut state, programme, None, &events).len(), prints);
        }
        let (state, _) = events(&[found(), Event::Report, Event::Slip(None)]);
        assert!(matches!(state, State::Said(said) if said.fate == Fate::NotKept));
    }

    #[test]
    fn whoever_has_found_another_begins_anew_once_they_know_what_became_of_the_first() {
        let (mut state, _) = events(&[found(), Event::Report, Event::WithoutCard, Event::Another]);
        assert!(matches!(state, State::Said(_)), "it is on its way");
        let programme = Settings::default().programme(100);
        after(&mut state, programme, None, &[Event::Fate(Fate::Kept), Event::Late, Event::Another]);
        assert_eq!(state, State::Start);
        after(&mut state, programme, None, &[Event::Fate(Fate::Taken)]);
        assert_eq!(state, State::Start, "what comes later is of the first");
    }

    #[test]
    fn what_the_store_says_is_told_as_one_page() {
        let said = |fate, answer, is_late| {
            State::Said(Said { item: yesterday(), finder: Finder::Nobody, fate, answer, is_late }).page()
        };
        assert_eq!(said(Fate::Keeping, None, false), said(Fate::Taken, None, false));
        assert_eq!(said(Fate::Kept, None, true).page(), said(Fate::Kept, None, true));
        assert_ne!(said(Fate::Keeping, None, false), said(Fate::Kept, None, true));
    }

    #[test]
    fn where_nothing_is_paid_nobody_is_asked_for_a_card() {
        let programme = Settings { largest_points: 0, ..Settings::default() }.programme(100);
        let mut state = State::default();
        let effects = after(&mut state, programme, None, &[found(), Event::Report]);
        assert_eq!(effects, [kept(Finder::Nobody)]);
    }

    #[test]
    fn what_was_said_is_said_once() {
        let card = Event::Card(CardNumber::from_random([7; 16]));
        let (_, effects) = events(&[found(), card, card, Event::Report, Event::WithoutCard]);
        assert_eq!(effects.len(), 1);
    }

    #[test]
    fn a_photograph_is_asked_for_once_the_report_is_kept_and_of_what_the_staff_look_for() {
        let answer = |outcome| Some(ExpiredReportResponse { report_id: 1, outcome, points: 0, released_ms: 0 });
        let said = |fate, answer, is_late| {
            Said { item: yesterday(), finder: Finder::Nobody, fate, answer, is_late }.is_looked_for()
        };
        assert!(said(Fate::Kept, None, true), "also without the network");
        assert!(said(Fate::Taken, answer(ExpiredReportOutcome::Noted), false));
        assert!(said(Fate::Taken, answer(ExpiredReportOutcome::DeviceDayLimit), false));
        assert!(!said(Fate::Taken, answer(ExpiredReportOutcome::NotExpired), false));
        assert!(!said(Fate::Taken, answer(ExpiredReportOutcome::KindNotCounted), false));
        assert!(!said(Fate::Taken, answer(ExpiredReportOutcome::SoldJustNow), false));
        assert!(!said(Fate::Kept, None, false), "it is not told yet");
        for fate in [Fate::Keeping, Fate::NotKept, Fate::Refused] {
            assert!(!said(fate, None, true), "{fate:?}");
        }
    }

    #[test]
    fn an_address_may_name_the_item_and_its_day() {
        let item = yesterday();
        let text = format!("{}.use_by.2026-11-28", item.gtin);
        assert_eq!(found_in(&text), Some((item.gtin, Some((item.last_day, DateKind::UseBy)))));
        assert_eq!(found_in(&item.gtin.to_string()), Some((item.gtin, None)));
        assert_eq!(found_in(&format!("{}.use_by.2026-13-28", item.gtin)), Some((item.gtin, None)));
        assert_eq!(found_in("milk"), None);
    }
}
