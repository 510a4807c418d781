//! Who works at the tablet, and what is to be done: pure.

use polka_contract::{OpenTask, SignInRequest, StaffResponse, StaffRole, TaskChanges, TaskOutcome, TasksResponse};
use polka_domain::BadgeNumber;

use crate::api::members::Refusal;
use crate::ui::digits::Key;

/// So many digits a PIN has.
const PIN_DIGITS: usize = 6;
/// The number of somebody of the staff has no more.
const MOST_NUMBER_DIGITS: usize = 6;

/// What the desk shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// The server is being asked who works here.
    Asking,
    /// The store does not know the tablet, or it is none of the staff.
    Forbidden,
    /// It did not answer.
    NoAnswer,
    /// Somebody is to show who they are.
    SignIn(SignIn),
    /// Somebody works here.
    Working(Working),
}

/// Which page that is: another one is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Asking,
    Forbidden,
    NoAnswer,
    Number,
    Pin,
    Tasks,
    Devices,
    Store,
}

/// What somebody who works here looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LooksAt {
    /// What is to be done.
    Tasks,
    /// How the devices do.
    Devices,
    /// How the store does; for managers.
    Store,
}

/// How far somebody is who shows who they are.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct SignIn {
    pub(crate) number: String,
    pub(crate) pin: String,
    /// They type their PIN, and not their number.
    pub(crate) has_number: bool,
    pub(crate) is_checking: bool,
    pub(crate) problem: Option<Problem>,
}

/// Why nobody is let in, or a task is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The number or the PIN is not whole.
    Short,
    /// No number is typed.
    NoNumber,
    /// It is nobody's badge, or not the PIN.
    Refused,
    TooManyTries,
    /// Somebody else does the task, or has done it.
    Taken,
    NoAnswer,
}

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Taken,
    Returned,
    Closed,
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Working {
    pub(crate) staff: StaffResponse,
    /// What is to be done; `None` until that is known.
    pub(crate) tasks: Option<TasksResponse>,
    /// Whether it is told as it happens.
    pub(crate) is_live: bool,
    /// New tasks make no sound.
    pub(crate) is_silent: bool,
    pub(crate) looks_at: LooksAt,
    /// Of which task they say that there was nothing, and are asked whether that is so.
    pub(crate) asked: Option<i64>,
    pub(crate) problem: Option<Problem>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The server says who works here.
    Known(Result<StaffResponse, Refusal>),
    Key(Key),
    Next,
    Back,
    Badge(BadgeNumber),
    /// All that is to be done.
    Tasks(TasksResponse),
    /// What has changed of it.
    Changes(TaskChanges),
    /// Nothing is told for now.
    Broken,
    Take(i64),
    Return(i64),
    End(i64, TaskOutcome),
    /// There was nothing of it: is that so?
    Ask(i64),
    /// It is not.
    DoNotAsk,
    /// What the server says to that.
    Answered(Result<Done, Refusal>),
    Silence,
    Look(LooksAt),
    SignOut,
    /// Whoever has this number has stopped, or the server was not reached.
    SignedOut(i64, Result<(), Refusal>),
}

/// What is to be done.
#[derive(Clone, PartialEq)]
pub(crate) enum Effect {
    SignIn(SignInRequest),
    TellProblem,
    /// Hear what is to be done, from now on.
    Listen,
    /// Ask in a while who works here.
    AskLater,
    Take(i64),
    Return(i64),
    End(i64, TaskOutcome),
    /// Sound and shake: there is something new.
    Ring,
    /// Say that it is done.
    Tell(Done),
    /// Whoever has this number stops.
    SignOut(i64),
}

/// No PIN stands in a log.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn({:?})", self.problem)
    }
}

impl SignIn {
    fn press(&mut self, key: Key) {
        if self.is_checking {
            return;
        }
        self.problem = None;
        let (typed, most) = match self.has_number {
            true => (&mut self.pin, PIN_DIGITS),
            false => (&mut self.number, MOST_NUMBER_DIGITS),
        };
        match key {
            Key::Digit(digit) if typed.len() < most => typed.push(char::from(b'0' + digit)),
            Key::Digit(_) => {}
            Key::Erase => drop(typed.pop()),
        }
    }

    fn next(&mut self) -> Option<Effect> {
        if self.is_checking {
            return None;
        }
        let number = self.number.parse().ok();
        let is_whole = if self.has_number { self.pin.len() == PIN_DIGITS } else { number.is_some() };
        if !is_whole {
            self.problem = Some(if self.has_number { Problem::Short } else { Problem::NoNumber });
            return Some(Effect::TellProblem);
        }
        if !self.has_number {
            self.has_number = true;
            return None;
        }
        self.is_checking = true;
        Some(Effect::SignIn(SignInRequest { badge_number: None, staff_number: number, pin: Some(self.pin.clone()) }))
    }

    fn refused(&mut self, refusal: Refusal) {
        let problem = match refusal {
            Refusal::Code | Refusal::Invalid => Problem::Refused,
            Refusal::TooManyTries => Problem::TooManyTries,
            _ => Problem::NoAnswer,
        };
        self.pin.clear();
        (self.is_checking, self.problem) = (false, Some(problem));
    }
}

impl Working {
    fn of(staff: StaffResponse) -> Self {
        let looks_at = LooksAt::Tasks;
        Self { staff, tasks: None, is_live: false, is_silent: false, looks_at, asked: None, problem: None }
    }

    /// Takes all that is to be done; tells whether something of it is new.
    fn told(&mut self, tasks: TasksResponse) -> bool {
        let is_known = |task: &OpenTask| {
            let before = self.task(task.task_id);
            before.is_some_and(|before| before.times >= task.times && before.is_escalated >= task.is_escalated)
        };
        let is_new = self.tasks.is_some() && !tasks.tasks.iter().all(is_known);
        (self.tasks, self.is_live) = (Some(tasks), true);
        is_new
    }

    /// What is to be done, as far as that is known.
    pub(crate) fn open_tasks(&self) -> &[OpenTask] {
        self.tasks.as_ref().map_or(&[], |all| &all.tasks)
    }

    /// The task with this number, where it is open.
    pub(crate) fn task(&self, task_id: i64) -> Option<&OpenTask> {
        self.open_tasks().iter().find(|task| task.task_id == task_id)
    }

    pub(crate) fn is_manager(&self) -> bool {
        self.staff.role == StaffRole::Manager
    }

    /// Whether they may take this task: nobody else does it, or whoever does is not here, or they answer for it.
    pub(crate) fn may_take(&self, task: &OpenTask) -> bool {
        let is_free = task.claimed_by.as_ref().is_none_or(|claimer| !claimer.is_here);
        !self.does(task) && (self.is_manager() || (is_free && !task.waits_for_manager))
    }

    /// Whether they do this task.
    pub(crate) fn does(&self, task: &OpenTask) -> bool {
        task.claimed_by.as_ref().is_some_and(|claimer| claimer.staff_number == self.staff.staff_number)
    }
}

impl State {
    pub(crate) fn page(&self) -> Page {
        match self {
            Self::Asking => Page::Asking,
            Self::Forbidden => Page::Forbidden,
            Self::NoAnswer => Page::NoAnswer,
            Self::SignIn(SignIn { has_number: false, .. }) => Page::Number,
            Self::SignIn(_) => Page::Pin,
            Self::Working(Working { looks_at: LooksAt::Tasks, .. }) => Page::Tasks,
            Self::Working(Working { looks_at: LooksAt::Devices, .. }) => Page::Devices,
            Self::Working(Working { looks_at: LooksAt::Store, .. }) => Page::Store,
        }
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event) -> Option<Effect> {
        match (&mut *self, event) {
            (Self::Working(_), Event::Answered(Err(Refusal::NoStaff)) | Event::Known(Err(Refusal::NoStaff))) => {
                *self = Self::SignIn(SignIn::default());
                None
            }
            // Somebody else may work here by now.
            (Self::Working(working), Event::SignedOut(number, said)) if working.staff.staff_number == number => {
                match said {
                    Ok(()) | Err(Refusal::NoStaff) => {
                        *self = Self::SignIn(SignIn::default());
                        None
                    }
                    Err(_) => {
                        working.problem = Some(Problem::NoAnswer);
                        Some(Effect::TellProblem)
                    }
                }
            }
            // The same as before: what is known of their tasks stays.
            (Self::Working(working), Event::Known(Ok(staff))) if working.staff.staff_number == staff.staff_number => {
                working.staff = staff;
                Some(Effect::Listen)
            }
            (Self::Working(working), Event::Known(Err(_))) => {
                working.is_live = false;
                Some(Effect::AskLater)
            }
            (_, Event::Known(Ok(staff))) => {
                *self = Self::Working(Working::of(staff));
                Some(Effect::Listen)
            }
            (Self::SignIn(sign_in), Event::Known(Err(refusal))) if sign_in.is_checking => {
                sign_in.refused(refusal);
                Some(Effect::TellProblem)
            }
            // An answer of before: what they have typed stays.
            (Self::SignIn(_), Event::Known(Err(refusal))) if refusal != Refusal::NoDevice => None,
            (_, Event::Known(Err(refusal))) => {
                *self = match refusal {
                    Refusal::NoStaff => Self::SignIn(SignIn::default()),
                    Refusal::NoDevice => Self::Forbidden,
                    _ => Self::NoAnswer,
                };
                None
            }
            (Self::SignIn(sign_in), Event::Key(key)) => {
                sign_in.press(key);
                None
            }
            (Self::SignIn(sign_in), Event::Next) => sign_in.next(),
            (Self::SignIn(sign_in), Event::Back) => {
                *sign_in = SignIn::default();
                None
            }
            // Whoever shows a badge at somebody's tablet works there from now on.
            (Self::SignIn(_) | Self::Working(_), Event::Badge(badge)) => {
                *self = Self::SignIn(SignIn { is_checking: true, ..SignIn::default() });
                let badge_number = Some(badge.to_string());
                Some(Effect::SignIn(SignInRequest { badge_number, staff_number: None, pin: None }))
            }
            (Self::Working(working), event) => working.update(event),
            _ => None,
        }
    }
}

impl Working {
    fn update(&mut self, event: Event) -> Option<Effect> {
        match event {
            Event::Tasks(tasks) => {
                let is_new = self.told(tasks);
                (is_new && !self.is_silent).then_some(Effect::Ring)
            }
            Event::Changes(changes) => {
                let mut tasks = self.tasks.clone()?;
                tasks.apply(&changes);
                self.update(Event::Tasks(tasks))
            }
            Event::Broken => {
                self.is_live = false;
                None
            }
            Event::Take(task) => Some(Effect::Take(task)),
            Event::Return(task) => Some(Effect::Return(task)),
            Event::End(task, outcome) => {
                self.asked = None;
                Some(Effect::End(task, outcome))
            }
            Event::Ask(task) => {
                self.asked = Some(task);
                None
            }
            Event::DoNotAsk => {
                self.asked = None;
                None
            }
            Event::Answered(Ok(done)) => {
                self.problem = None;
                Some(Effect::Tell(done))
            }
            Event::Answered(Err(refusal)) => {
                self.problem = Some(match refusal {
                    Refusal::Taken => Problem::Taken,
                    _ => Problem::NoAnswer,
                });
                Some(Effect::TellProblem)
            }
            Event::Silence => {
                self.is_silent = !self.is_silent;
                None
            }
            Event::Look(LooksAt::Store) if !self.is_manager() => None,
            Event::Look(at) => {
                self.looks_at = at;
                None
            }
            Event::SignOut => Some(Effect::SignOut(self.staff.staff_number)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use polka_contract::{Claimer, TaskKind};

    use super::*;

    fn staff() -> StaffResponse {
        StaffResponse { staff_number: 7, name: "Анна".into(), role: StaffRole::Staff, until_ms: 0 }
    }

    fn task(task_id: i64, times: i64) -> OpenTask {
        OpenTask { times, ..OpenTask::new(task_id, TaskKind::OpenTill, 0) }
    }

    fn signing_in() -> State {
        let mut state = State::Asking;
        assert!(state.update(Event::Known(Err(Refusal::NoStaff))).is_none());
        state
    }

    fn digits(state: &mut State, digits: &str) {
        digits.bytes().for_each(|digit| drop(state.update(Event::Key(Key::Digit(digit - b'0')))));
    }

    #[test]
    fn a_number_and_a_pin_are_asked_one_after_the_other() {
        let mut state = signing_in();
        assert!(matches!(state.update(Event::Next), Some(Effect::TellProblem)));
        digits(&mut state, "12");
        assert!(state.update(Event::Next).is_none());
        digits(&mut state, "34567");
        assert!(matches!(state.update(Event::Next), Some(Effect::TellProblem)));
        digits(&mut state, "890");
        let Some(Effect::SignIn(asked)) = state.update(Event::Next) else { panic!("the server is asked") };
        assert_eq!((asked.staff_number, asked.pin.as_deref(), asked.badge_number), (Some(12), Some("345678"), None));
        assert!(state.update(Event::Next).is_none(), "it is asked once");
        assert!(matches!(state.update(Event::Known(Err(Refusal::Code))), Some(Effect::TellProblem)));
        let before = state.clone();
        for late in [Refusal::NoStaff, Refusal::NoAnswer] {
            assert!(state.update(Event::Known(Err(late))).is_none());
            assert_eq!(state, before, "an answer of before takes nothing of what is typed");
        }
        let State::SignIn(sign_in) = &state else { panic!("they may try again") };
        assert_eq!((sign_in.pin.as_str(), sign_in.problem), ("", Some(Problem::Refused)));
        assert!(matches!(state.update(Event::Known(Ok(staff()))), Some(Effect::Listen)));
    }

    #[test]
    fn a_badge_takes_the_tablet_over() {
        let mut state = State::Working(Working::of(staff()));
        let badge = BadgeNumber::from_random([1; 16]);
        let Some(Effect::SignIn(asked)) = state.update(Event::Badge(badge)) else { panic!("the server is asked") };
        assert_eq!(asked.badge_number, Some(badge.to_string()));
        assert!(matches!(state, State::SignIn(_)), "the other one's tasks are gone");
    }

    #[test]
    fn what_is_new_rings_and_what_changes_otherwise_does_not() {
        let mut state = State::Working(Working::of(staff()));
        let mut told = |tasks: &[OpenTask]| {
            state.update(Event::Tasks(TasksResponse { tasks: tasks.to_vec() })) == Some(Effect::Ring)
        };
        assert!(!told(&[task(1, 1)]), "whoever comes reads what is there");
        assert!(told(&[task(1, 1), task(2, 1)]));
        let claimed_by = Some(Claimer { staff_number: 8, name: "Борис".into(), since_ms: 0, is_here: true });
        assert!(!told(&[OpenTask { claimed_by, ..task(1, 1) }, task(2, 1)]));
        assert!(told(&[task(1, 2), task(2, 1)]), "asked for again");
        assert!(!told(&[task(2, 1)]));
        let late = OpenTask { is_escalated: true, ..task(2, 1) };
        assert!(told(std::slice::from_ref(&late)), "it waits too long");
        assert!(!told(&[late]));
        state.update(Event::Silence);
        assert!(state.update(Event::Tasks(TasksResponse { tasks: vec![task(3, 1)] })).is_none());
    }

    #[test]
    fn whoever_was_sent_away_shows_again_who_they_are() {
        let mut state = State::Working(Working::of(staff()));
        assert!(matches!(state.update(Event::Answered(Err(Refusal::Taken))), Some(Effect::TellProblem)));
        assert!(matches!(&state, State::Working(working) if working.problem == Some(Problem::Taken)));
        state.update(Event::Answered(Ok(Done::Taken)));
        assert!(matches!(&state, State::Working(working) if working.problem.is_none()));
        state.update(Event::Answered(Err(Refusal::NoStaff)));
        assert_eq!(state, State::SignIn(SignIn::default()));
    }

    #[test]
    fn what_is_known_stays_while_the_server_does_not_answer() {
        let mut state = State::Working(Working::of(staff()));
        state.update(Event::Tasks(TasksResponse { tasks: vec![task(1, 1)] }));
        state.update(Event::Silence);
        assert!(matches!(state.update(Event::Known(Err(Refusal::NoAnswer))), Some(Effect::AskLater)));
        let State::Working(working) = &state else { panic!("they work on") };
        assert!(!working.is_live && working.tasks.is_some());
        assert!(matches!(state.update(Event::Known(Ok(staff()))), Some(Effect::Listen)));
        let State::Working(working) = &state else { panic!("they work on") };
        assert!(working.is_silent && working.tasks.is_some());
    }

    #[test]
    fn a_late_end_ends_nobody_elses_work() {
        let mut state = State::Working(Working::of(staff()));
        state.update(Event::SignedOut(8, Ok(())));
        assert!(matches!(state, State::Working(_)));
        assert!(matches!(state.update(Event::SignedOut(7, Err(Refusal::NoAnswer))), Some(Effect::TellProblem)));
        assert!(matches!(state, State::Working(_)), "the tablet would still be theirs");
        state.update(Event::SignedOut(7, Ok(())));
        assert_eq!(state, State::SignIn(SignIn::default()));
    }

    #[test]
    fn a_manager_looks_at_the_store_and_nobody_else_does() {
        let looks = |staff: StaffResponse| {
            let mut state = State::Working(Working::of(staff));
            state.update(Event::Look(LooksAt::Store));
            state.page() == Page::Store
        };
        assert!(looks(StaffResponse { role: StaffRole::Manager, ..staff() }));
        assert!(!looks(staff()));
    }

    #[test]
    fn who_may_take_a_task_that_somebody_has() {
        let has = |is_here| {
            let claimed_by = Some(Claimer { staff_number: 8, name: "Борис".into(), since_ms: 0, is_here });
            OpenTask { claimed_by, ..task(1, 1) }
        };
        let (anna, manager) = (Working::of(staff()), StaffResponse { role: StaffRole::Manager, ..staff() });
        let left = OpenTask { waits_for_manager: true, ..task(1, 1) };
        let may = |working: &Working| [task(1, 1), has(true), has(false), left.clone()].map(|it| working.may_take(&it));
        assert_eq!(may(&anna), [true, false, true, false]);
        assert_eq!(may(&Working::of(manager)), [true; 4]);
    }
}
