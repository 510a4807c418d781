//! How far somebody is with complaints: pure.

use polka_contract::{
    CaseCategory, CaseChannel, CaseDetailResponse, CaseDoneResponse, CaseRequest, CaseResponse, CaseState,
};
use polka_domain::PhoneCountries;

use crate::api::members::Refusal;
use crate::features::staff_desk::asked::Asked;
use crate::ui::digits::Key;
use crate::ui::mailbox::TypedMailbox;
use crate::ui::phone::TypedPhone;

/// As long as what happened may be in words, in characters.
pub(crate) const LONGEST_WORDS: usize = 1000;
/// As long as what the customer is told may be.
pub(crate) const LONGEST_OUTCOME: usize = 200;
/// The number of somebody of the staff has no more.
const MOST_NUMBER_DIGITS: usize = 6;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// What a complaint may be about; `None` until the store has said so.
    pub(crate) categories: Option<Vec<CaseCategory>>,
    /// What is not closed; `None` until that is known.
    pub(crate) cases: Option<Vec<CaseResponse>>,
    pub(crate) step: Step,
    /// The store is being asked.
    pub(crate) is_asking: bool,
    pub(crate) problem: Option<Problem>,
    /// What the store was asked to open.
    asked: Asked<CaseRequest>,
}

/// Which question is asked.
#[derive(Clone, Default, PartialEq)]
pub(crate) enum Step {
    /// Which one?
    #[default]
    List,
    /// What is the complaint about? With what is written of it already.
    Category(String),
    /// What happened?
    Words(CaseCategory, String),
    /// How is the customer told?
    Channel(CaseCategory, String),
    /// By SMS, to which number?
    Number(CaseCategory, String, TypedPhone),
    /// By mail, to which mailbox?
    Mailbox(CaseCategory, String, TypedMailbox),
    /// It is open.
    Opened(CaseDoneResponse),
    /// What is known of one.
    One(Box<CaseDetailResponse>),
    /// What was done, for the customer to read?
    Outcome(Box<CaseDetailResponse>, String),
    /// What should colleagues know?
    Note(Box<CaseDetailResponse>, String),
    /// Who answers for it from now on, by their number?
    Handover(Box<CaseDetailResponse>, String),
}

/// Nobody's words or number stand in a log.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::List => "List",
            Self::Category(_) => "Category",
            Self::Words(..) => "Words",
            Self::Channel(..) => "Channel",
            Self::Number(..) => "Number",
            Self::Mailbox(..) => "Mailbox",
            Self::Opened(_) => "Opened",
            Self::One(_) => "One",
            Self::Outcome(..) => "Outcome",
            Self::Note(..) => "Note",
            Self::Handover(..) => "Handover",
        })
    }
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Asking,
    NoAnswer,
    List,
    Category,
    Words,
    Channel,
    Number,
    Mailbox,
    Opened,
    /// How it stands, and the number of whoever answers for it.
    One(CaseState, i64),
    Outcome,
    Note,
    Handover,
}

/// Why they are not further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Nothing is written.
    Empty,
    /// The store does not take the text.
    Text,
    /// The number is none.
    Number,
    /// The mailbox is none.
    Mailbox,
    /// The store takes the mailbox or the text not.
    MailboxOrText,
    /// No number of a colleague is typed.
    NoNumber,
    /// Nobody who works here has this number.
    Nobody,
    /// It sends no messages for now: paper is left.
    Paused,
    /// It is closed already, or another's.
    Refused,
    /// It is done, and how it stands now is not known.
    Unread,
    NoAnswer,
}

/// What happens.
#[derive(Clone, PartialEq)]
pub(crate) enum Event {
    Categories(Result<Vec<CaseCategory>, Refusal>),
    Cases(Result<Vec<CaseResponse>, Refusal>),
    /// Nothing is known: ask once more.
    Again,
    /// Somebody complains.
    New,
    Category(CaseCategory),
    /// What stands in the field.
    Text(String),
    /// The text is whole.
    Next,
    Paper,
    Sms,
    Mail,
    Key(Key),
    /// The number or the mailbox is whole.
    Send,
    Opened(Result<CaseDoneResponse, Refusal>),
    /// They look at one.
    Look(i64),
    Looked(Result<CaseDetailResponse, Refusal>),
    Take,
    Close,
    Note,
    HandOver,
    /// It is taken, noted, handed over or closed.
    Done(Result<CaseDoneResponse, Refusal>),
    Back,
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    TellProblem,
    /// Ask for what is not closed.
    List,
    /// Open one; its language and time are added.
    Open {
        category: String,
        words: String,
        channel: CaseChannel,
    },
    Look(i64),
    Take(i64),
    Close(i64, String),
    Note(i64, String),
    HandOver(i64, i64),
}

/// Nobody's words or number stand in a log.
impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TellProblem => "TellProblem",
            Self::List => "List",
            Self::Open { .. } => "Open",
            Self::Look(_) => "Look",
            Self::Take(_) => "Take",
            Self::Close(..) => "Close",
            Self::Note(..) => "Note",
            Self::HandOver(..) => "HandOver",
        })
    }
}

impl State {
    /// As whoever comes next finds it: what is known of the store stays.
    pub(crate) fn begun_anew(&self) -> Self {
        Self { categories: self.categories.clone(), cases: self.cases.clone(), ..Self::default() }
    }

    /// What the store is asked to open now: where this was asked and had no answer, the same as then.
    pub(crate) fn request(
        &mut self,
        (category, words, channel): (String, String, CaseChannel),
        language: &str,
        now_ms: i64,
    ) -> CaseRequest {
        let language = language.into();
        let asked = CaseRequest { category, words, channel, language, apology_id: None, made_ms: now_ms };
        self.asked.again(asked, |now, before| CaseRequest {
            language: before.language.clone(),
            made_ms: before.made_ms,
            ..now
        })
    }

    pub(crate) fn page(&self) -> Page {
        let is_known = self.categories.is_some() && self.cases.is_some();
        match &self.step {
            _ if !is_known && self.problem.is_some() => Page::NoAnswer,
            _ if !is_known => Page::Asking,
            Step::List => Page::List,
            Step::Category(_) => Page::Category,
            Step::Words(..) => Page::Words,
            Step::Channel(..) => Page::Channel,
            Step::Number(..) => Page::Number,
            Step::Mailbox(..) => Page::Mailbox,
            Step::Opened(_) => Page::Opened,
            Step::One(one) => Page::One(one.case.state, one.case.owner_number),
            Step::Outcome(..) => Page::Outcome,
            Step::Note(..) => Page::Note,
            Step::Handover(..) => Page::Handover,
        }
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event, countries: &PhoneCountries) -> Option<Effect> {
        let is_answer = matches!(
            event,
            Event::Opened(_) | Event::Looked(_) | Event::Done(_) | Event::Categories(_) | Event::Cases(_)
        );
        // What stands in a field stands there also while the store is asked.
        if self.is_asking && !is_answer && !matches!(event, Event::Text(_)) {
            return None;
        }
        if !matches!(event, Event::Categories(_) | Event::Cases(_)) {
            self.problem = None;
        }
        match (&mut self.step, event) {
            (_, Event::Categories(Ok(categories))) => {
                (self.categories, self.problem) = (Some(categories), None);
                None
            }
            (step, Event::Cases(Ok(cases))) => {
                let is_first = self.cases.replace(cases).is_none();
                // It answers again; on another page that is said of what was pressed there.
                if is_first || (matches!(step, Step::List) && self.problem == Some(Problem::NoAnswer)) {
                    self.problem = None;
                }
                None
            }
            (_, Event::Again) => Some(Effect::List),
            // What is known stays while the store does not answer.
            (_, Event::Categories(Err(_)) | Event::Cases(Err(_))) => {
                let is_known = self.categories.is_some() && self.cases.is_some();
                self.problem = if is_known { self.problem } else { Some(Problem::NoAnswer) };
                None
            }
            (Step::List, Event::New) => {
                self.asked.forget();
                self.go(Step::Category(String::new()))
            }
            (Step::Category(words), Event::Category(category)) => {
                let step = Step::Words(category, std::mem::take(words));
                self.go(step)
            }
            (Step::Words(_, words) | Step::Note(_, words), Event::Text(text)) => {
                *words = shortened(text, LONGEST_WORDS);
                None
            }
            (Step::Outcome(_, outcome), Event::Text(text)) => {
                *outcome = shortened(text, LONGEST_OUTCOME);
                None
            }
            (Step::Words(_, text) | Step::Outcome(_, text) | Step::Note(_, text), Event::Next)
                if text.trim().is_empty() =>
            {
                self.fail(Problem::Empty)
            }
            (Step::Words(category, words), Event::Next) => {
                let step = Step::Channel(category.clone(), words.clone());
                self.go(step)
            }
            (Step::Channel(category, words), Event::Paper) => {
                let (category, words) = (category.code.clone(), words.clone());
                self.ask(Effect::Open { category, words, channel: CaseChannel::Paper })
            }
            (Step::Channel(category, words), Event::Sms) => {
                let step = Step::Number(category.clone(), words.clone(), TypedPhone::default());
                self.go(step)
            }
            (Step::Channel(category, words), Event::Mail) => {
                let step = Step::Mailbox(category.clone(), words.clone(), TypedMailbox::default());
                self.go(step)
            }
            (Step::Mailbox(.., typed), Event::Text(text)) => {
                *typed = TypedMailbox::of(&text);
                None
            }
            (Step::Mailbox(category, words, typed), Event::Send) => match typed.finish() {
                None => self.fail(Problem::Mailbox),
                Some(mailbox) => {
                    let (category, words) = (category.code.clone(), words.clone());
                    self.ask(Effect::Open { category, words, channel: CaseChannel::Email(mailbox) })
                }
            },
            (Step::Number(.., typed), Event::Key(key)) => {
                typed.press(key);
                None
            }
            (Step::Number(category, words, typed), Event::Send) => match typed.finish(countries) {
                None => Some(Effect::TellProblem),
                Some(phone) => {
                    let (category, words) = (category.code.clone(), words.clone());
                    self.ask(Effect::Open { category, words, channel: CaseChannel::Sms(phone.e164()) })
                }
            },
            (_, Event::Opened(Ok(opened))) => {
                self.is_asking = false;
                self.asked.forget();
                self.step = Step::Opened(opened);
                Some(Effect::List)
            }
            (Step::List, Event::Look(id)) => self.ask(Effect::Look(id)),
            (_, Event::Looked(Ok(one))) => {
                self.is_asking = false;
                self.go(Step::One(Box::new(one)))
            }
            (Step::One(one), Event::Take) => {
                let id = one.case.case_id;
                self.ask(Effect::Take(id))
            }
            (Step::One(one), Event::Close) => {
                let step = Step::Outcome(one.clone(), String::new());
                self.go(step)
            }
            (Step::One(one), Event::Note) => {
                let step = Step::Note(one.clone(), String::new());
                self.go(step)
            }
            (Step::Note(one, text), Event::Next) => {
                let (id, text) = (one.case.case_id, text.trim().to_owned());
                self.ask(Effect::Note(id, text))
            }
            (Step::One(one), Event::HandOver) => {
                let step = Step::Handover(one.clone(), String::new());
                self.go(step)
            }
            (Step::Handover(_, number), Event::Key(key)) => {
                match key {
                    Key::Digit(digit) if number.len() < MOST_NUMBER_DIGITS => number.push(char::from(b'0' + digit)),
                    Key::Digit(_) => {}
                    Key::Erase => drop(number.pop()),
                }
                None
            }
            (Step::Handover(one, number), Event::Send) => match number.parse() {
                Ok(number) => {
                    let id = one.case.case_id;
                    self.ask(Effect::HandOver(id, number))
                }
                Err(_) => self.fail(Problem::NoNumber),
            },
            (Step::Outcome(one, outcome), Event::Next) => {
                let (id, outcome) = (one.case.case_id, outcome.trim().to_owned());
                self.ask(Effect::Close(id, outcome))
            }
            // What they took they look at; what they closed is no longer in the list.
            (_, Event::Done(Ok(done))) => match done.state {
                CaseState::Closed => {
                    self.is_asking = false;
                    self.step = Step::List;
                    if let Some(cases) = &mut self.cases {
                        cases.retain(|case| case.case_id != done.case_id);
                    }
                    Some(Effect::List)
                }
                CaseState::Open | CaseState::InWork => Some(Effect::Look(done.case_id)),
            },
            // Only what is done is looked at from elsewhere than the list: nobody is to do it once more.
            (step, Event::Looked(Err(_))) if !matches!(step, Step::List) => {
                self.is_asking = false;
                self.step = Step::List;
                self.fail(Problem::Unread)
            }
            (step, Event::Opened(Err(refusal)) | Event::Looked(Err(refusal)) | Event::Done(Err(refusal))) => {
                let invalid = match step {
                    Step::Handover(..) => Problem::Nobody,
                    Step::Mailbox(..) => Problem::MailboxOrText,
                    _ => Problem::Text,
                };
                self.is_asking = false;
                self.fail(match refusal {
                    Refusal::Phone => Problem::Number,
                    Refusal::Paused => Problem::Paused,
                    Refusal::Invalid => invalid,
                    Refusal::Settled | Refusal::Code => Problem::Refused,
                    _ => Problem::NoAnswer,
                })
            }
            (step, Event::Back) => {
                *step = match std::mem::take(step) {
                    Step::Words(_, words) => Step::Category(words),
                    Step::Channel(category, words) => Step::Words(category, words),
                    Step::Number(category, words, _) | Step::Mailbox(category, words, _) => {
                        Step::Channel(category, words)
                    }
                    Step::Outcome(one, _) | Step::Note(one, _) | Step::Handover(one, _) => Step::One(one),
                    Step::List | Step::Category(_) | Step::Opened(_) | Step::One(_) => Step::List,
                };
                matches!(self.step, Step::List).then_some(Effect::List)
            }
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
}

fn shortened(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality() -> CaseCategory {
        CaseCategory {
            code: "quality".into(),
            name: "Качество".into(),
            name_en: "Quality".into(),
            department: "quality".into(),
            due_hours: 24,
            managers_only: false,
        }
    }

    fn case(state: CaseState) -> CaseResponse {
        CaseResponse {
            case_id: 4,
            category: "quality".into(),
            department: "quality".into(),
            owner_number: 7,
            state,
            opened_ms: 0,
            due_ms: 1,
            is_overdue: false,
            is_reopened: false,
            apology_id: None,
        }
    }

    fn one(state: CaseState) -> CaseDetailResponse {
        CaseDetailResponse {
            case: case(state),
            may_take: true,
            is_for_managers: false,
            words: None,
            outcome: None,
            code: None,
            steps: vec![],
        }
    }

    fn done(state: CaseState) -> CaseDoneResponse {
        CaseDoneResponse { case_id: 4, state, code: None }
    }

    fn update(state: &mut State, event: Event) -> Option<Effect> {
        state.update(event, &PhoneCountries::default())
    }

    fn at_list() -> State {
        let mut state = State::default();
        assert_eq!(state.page(), Page::Asking);
        update(&mut state, Event::Categories(Ok(vec![quality()])));
        update(&mut state, Event::Cases(Ok(vec![case(CaseState::Open)])));
        assert_eq!(state.page(), Page::List);
        state
    }

    #[test]
    fn a_complaint_is_written_down_and_told_by_the_way_that_the_customer_picks() {
        let mut state = at_list();
        for event in [Event::New, Event::Category(quality()), Event::Text(" ".into())] {
            assert_eq!(update(&mut state, event), None);
        }
        assert_eq!(update(&mut state, Event::Next), Some(Effect::TellProblem), "nothing is written");
        update(&mut state, Event::Text("ж".repeat(LONGEST_WORDS + 1)));
        update(&mut state, Event::Next);
        update(&mut state, Event::Sms);
        assert_eq!(update(&mut state, Event::Send), Some(Effect::TellProblem), "no number yet");
        for event in [Event::Back, Event::Mail] {
            update(&mut state, event);
        }
        assert_eq!(update(&mut state, Event::Send), Some(Effect::TellProblem), "no mailbox yet");
        update(&mut state, Event::Text("irina@example.org".into()));
        let channel = CaseChannel::Email("irina@example.org".into());
        let Some(Effect::Open { channel: by, .. }) = update(&mut state, Event::Send) else { panic!("it is opened") };
        assert!(by == channel);
        update(&mut state, Event::Opened(Err(Refusal::Invalid)));
        assert_eq!(state.problem, Some(Problem::MailboxOrText), "the store knows more of mailboxes");
        // It is about something else: what is written stays.
        for event in [Event::Back, Event::Back, Event::Back, Event::Category(quality()), Event::Next] {
            update(&mut state, event);
        }
        let Some(Effect::Open { category, words, channel }) = update(&mut state, Event::Paper) else {
            panic!("it is opened")
        };
        assert!(category == "quality" && words == "ж".repeat(LONGEST_WORDS) && channel == CaseChannel::Paper);
        assert_eq!(update(&mut state, Event::Paper), None, "it is asked once");
        assert_eq!(update(&mut state, Event::Opened(Ok(done(CaseState::Open)))), Some(Effect::List));
        assert_eq!(state.page(), Page::Opened);
        update(&mut state, Event::Back);
        assert_eq!(state.page(), Page::List);
    }

    #[test]
    fn a_case_is_looked_at_taken_and_closed_with_words_for_the_customer() {
        let mut state = at_list();
        assert_eq!(update(&mut state, Event::Look(4)), Some(Effect::Look(4)));
        update(&mut state, Event::Looked(Ok(one(CaseState::Open))));
        assert_eq!(update(&mut state, Event::Take), Some(Effect::Take(4)));
        assert_eq!(update(&mut state, Event::Done(Ok(done(CaseState::InWork)))), Some(Effect::Look(4)));
        update(&mut state, Event::Looked(Ok(one(CaseState::InWork))));
        update(&mut state, Event::Close);
        assert_eq!(update(&mut state, Event::Next), Some(Effect::TellProblem), "the customer is told something");
        update(&mut state, Event::Text(" Убрали ".into()));
        assert_eq!(update(&mut state, Event::Next), Some(Effect::Close(4, "Убрали".into())));
        assert_eq!(update(&mut state, Event::Done(Err(Refusal::Settled))), Some(Effect::TellProblem));
        assert_eq!((state.page(), state.problem), (Page::Outcome, Some(Problem::Refused)));
        update(&mut state, Event::Next);
        assert_eq!(update(&mut state, Event::Done(Ok(done(CaseState::Closed)))), Some(Effect::List));
        assert_eq!((state.page(), state.cases.as_deref()), (Page::List, Some(&[][..])));
    }

    #[test]
    fn a_case_is_handed_to_whoever_has_the_number_that_is_typed_and_noted_on() {
        let mut state = at_list();
        update(&mut state, Event::Look(4));
        update(&mut state, Event::Looked(Ok(one(CaseState::InWork))));
        update(&mut state, Event::HandOver);
        assert_eq!(update(&mut state, Event::Send), Some(Effect::TellProblem));
        assert_eq!(state.problem, Some(Problem::NoNumber));
        for key in [Key::Digit(1), Key::Digit(2), Key::Erase, Key::Digit(9)] {
            update(&mut state, Event::Key(key));
        }
        assert_eq!(update(&mut state, Event::Send), Some(Effect::HandOver(4, 19)));
        update(&mut state, Event::Done(Err(Refusal::Invalid)));
        assert_eq!(state.problem, Some(Problem::Nobody), "nobody has it");
        update(&mut state, Event::Back);
        update(&mut state, Event::Note);
        assert_eq!(update(&mut state, Event::Next), Some(Effect::TellProblem));
        update(&mut state, Event::Text("Звонили".into()));
        assert_eq!(update(&mut state, Event::Next), Some(Effect::Note(4, "Звонили".into())));
        assert_eq!(update(&mut state, Event::Done(Ok(done(CaseState::InWork)))), Some(Effect::Look(4)));
        // Whoever pressed again would note it twice.
        assert_eq!(update(&mut state, Event::Looked(Err(Refusal::NoAnswer))), Some(Effect::TellProblem));
        assert_eq!((state.page(), state.problem, state.is_asking), (Page::List, Some(Problem::Unread), false));
    }

    #[test]
    fn whoever_presses_again_after_a_lost_answer_asks_for_the_very_same() {
        let mut state = at_list();
        let write = |state: &mut State| {
            for event in [Event::New, Event::Category(quality()), Event::Text("Скисло".into()), Event::Next] {
                update(state, event);
            }
        };
        let open = |state: &mut State, language, now_ms| {
            let Some(Effect::Open { category, words, channel }) = update(state, Event::Paper) else {
                panic!("it is opened")
            };
            state.request((category, words, channel), language, now_ms)
        };
        write(&mut state);
        let first = open(&mut state, "ru", 10);
        assert_eq!((first.made_ms, first.language.as_str()), (10, "ru"));
        update(&mut state, Event::Opened(Err(Refusal::NoAnswer)));
        assert!(open(&mut state, "en", 20) == first, "also in another language");
        update(&mut state, Event::Opened(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Back);
        update(&mut state, Event::Text("Скисло снова".into()));
        update(&mut state, Event::Next);
        assert_eq!(open(&mut state, "ru", 30).made_ms, 30, "other words");
        update(&mut state, Event::Opened(Err(Refusal::NoAnswer)));
        for _ in 0..3 {
            update(&mut state, Event::Back);
        }
        write(&mut state);
        update(&mut state, Event::Back);
        update(&mut state, Event::Text("Скисло снова".into()));
        update(&mut state, Event::Next);
        assert_eq!(open(&mut state, "ru", 40).made_ms, 40, "another customer says the same");
    }

    #[test]
    fn what_is_typed_while_the_store_is_asked_stays() {
        let mut state = at_list();
        update(&mut state, Event::Look(4));
        update(&mut state, Event::Looked(Ok(one(CaseState::InWork))));
        for event in [Event::Note, Event::Text("Звонили".into()), Event::Next] {
            update(&mut state, event);
        }
        update(&mut state, Event::Text("Звонили утром".into()));
        update(&mut state, Event::Done(Err(Refusal::NoAnswer)));
        assert_eq!(update(&mut state, Event::Next), Some(Effect::Note(4, "Звонили утром".into())));
    }

    #[test]
    fn who_comes_next_finds_the_list_and_nothing_that_was_written() {
        let mut state = at_list();
        for event in [Event::New, Event::Category(quality()), Event::Text("Скисло".into())] {
            update(&mut state, event);
        }
        let state = state.begun_anew();
        assert_eq!((state.page(), state.is_asking), (Page::List, false));
    }

    #[test]
    fn that_the_store_did_not_answer_is_said_until_it_does() {
        let mut state = at_list();
        update(&mut state, Event::Look(4));
        update(&mut state, Event::Looked(Err(Refusal::NoAnswer)));
        assert_eq!(state.problem, Some(Problem::NoAnswer));
        update(&mut state, Event::Cases(Ok(vec![])));
        assert_eq!(state.problem, None);
        for event in [Event::New, Event::Category(quality()), Event::Text("Скисло".into()), Event::Next] {
            update(&mut state, event);
        }
        update(&mut state, Event::Paper);
        update(&mut state, Event::Opened(Err(Refusal::NoAnswer)));
        update(&mut state, Event::Cases(Ok(vec![])));
        assert_eq!(state.problem, Some(Problem::NoAnswer), "that is said of what was pressed");
    }

    #[test]
    fn without_the_store_what_is_known_stays() {
        let mut state = State::default();
        update(&mut state, Event::Categories(Err(Refusal::NoAnswer)));
        assert_eq!(state.page(), Page::NoAnswer);
        assert_eq!(update(&mut state, Event::Again), Some(Effect::List));
        assert_eq!(state.page(), Page::Asking);
        update(&mut state, Event::Categories(Ok(vec![quality()])));
        update(&mut state, Event::Cases(Err(Refusal::NoAnswer)));
        assert_eq!(state.page(), Page::NoAnswer);
        update(&mut state, Event::Cases(Ok(vec![])));
        assert_eq!((state.page(), state.problem), (Page::List, None));
        let mut state = at_list();
        update(&mut state, Event::Cases(Err(Refusal::NoAnswer)));
        assert_eq!((state.page(), state.problem), (Page::List, None));
    }
}
