//! Who works at the tablet, and what is to be done: pure.

use polka_contract::{
    ApologyResponse, Claimer, OpenTask, SignInRequest, StaffResponse, StaffRole, TaskChanges, TaskStep, TasksResponse,
};
use polka_domain::BadgeNumber;

use crate::api::members::Refusal;
use crate::offline::outbox::{KeptStep, RefusedApology, StepNote};
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
    Given,
    Apology,
    WithoutGoods,
    Cases,
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
    /// What was given lately; for managers.
    Given,
    /// Something that is put right.
    Apology,
    /// Goods that are put right, and do not come back.
    WithoutGoods,
    /// What customers complain of.
    Cases,
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
    /// The badge that was shown.
    badge: Option<BadgeNumber>,
}

/// Why nobody is let in or out, or nothing is done with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The number or the PIN is not whole.
    Short,
    /// No number is typed.
    NoNumber,
    /// It is nobody's badge, or not the PIN.
    Refused,
    TooManyTries,
    /// The tablet could not keep what they did.
    NotKept,
    NoAnswer,
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Working {
    pub(crate) staff: StaffResponse,
    /// The badge by which they came: who shows it again works here still, also without the store's server.
    badge: Option<BadgeNumber>,
    /// What is to be done; `None` until that is known.
    pub(crate) tasks: Option<Box<TasksResponse>>,
    /// Whether it is told as it happens.
    pub(crate) is_live: bool,
    /// New tasks make no sound.
    pub(crate) is_silent: bool,
    pub(crate) looks_at: LooksAt,
    /// Of which task they say that there was nothing, and are asked whether that is so.
    pub(crate) asked: Option<i64>,
    /// The photograph of which task they look at: one at a time.
    pub(crate) seen_photo: Option<i64>,
    pub(crate) problem: Option<Problem>,
    /// With which tasks they have just done something that the tablet does not keep yet.
    pressed: Vec<i64>,
    /// What they have done that the store has not taken, in the order in which they did it.
    steps: Vec<KeptStep>,
    /// What was given at this tablet and the store has refused.
    pub(crate) refused_apologies: Vec<RefusedApology>,
    /// Some of it has been on its way for longer than an answer takes.
    is_late: bool,
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
    /// They do something with a task.
    Step(i64, TaskStep),
    /// The tablet keeps what they did with it until the store has it, or could not.
    Kept(i64, bool),
    /// All that anybody did at this tablet and the store has not taken.
    Steps(Vec<KeptStep>),
    /// What was given at this tablet and the store has refused.
    RefusedApologies(Vec<RefusedApology>),
    /// An answer should have come by now.
    Late,
    /// They have read what was refused.
    Read,
    /// There was nothing of it: is that so?
    Ask(i64),
    /// It is not.
    DoNotAsk,
    Silence,
    /// They want to see the photograph of this task, or no longer.
    Photo(i64),
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
    /// Keep what they did, under their mark, and send it when the store is there.
    Keep(StepNote, String),
    /// Let go of these, which were refused and told.
    Forget(Vec<String>),
    /// Sound and shake: there is something new.
    Ring,
    /// Say that it is done.
    Tell(TaskStep),
    /// Say that it is kept, and waits.
    TellSaved,
    /// Go to the photograph.
    GoToPhoto,
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
        Self {
            staff,
            badge: None,
            tasks: None,
            is_live: false,
            is_silent: false,
            looks_at: LooksAt::Tasks,
            asked: None,
            seen_photo: None,
            problem: None,
            pressed: vec![],
            steps: vec![],
            refused_apologies: vec![],
            is_late: false,
        }
    }

    /// Takes all that is to be done; tells whether something of it is new.
    fn told(&mut self, tasks: TasksResponse) -> bool {
        let is_known = |task: &OpenTask| {
            let before = self.task(task.task_id);
            before.is_some_and(|before| before.times >= task.times && before.is_escalated >= task.is_escalated)
        };
        let is_asked = |apology: &ApologyResponse| {
            let is_known = self.waiting().iter().any(|before| before.apology_id == apology.apology_id);
            !is_known && self.may_decide(apology)
        };
        let is_new =
            self.tasks.is_some() && (!tasks.tasks.iter().all(is_known) || tasks.waiting.apologies.iter().any(is_asked));
        (self.tasks, self.is_live) = (Some(Box::new(tasks)), true);
        is_new
    }

    /// What is to be done, as far as that is known.
    pub(crate) fn open_tasks(&self) -> &[OpenTask] {
        self.tasks.as_ref().map_or(&[], |all| &all.tasks)
    }

    /// The apologies that wait for a second person.
    pub(crate) fn waiting(&self) -> &[ApologyResponse] {
        self.tasks.as_ref().map_or(&[], |all| &all.waiting.apologies)
    }

    /// How many of them whoever works here may decide, as far as the desk knows.
    pub(crate) fn to_decide(&self) -> usize {
        self.waiting().iter().filter(|apology| self.may_decide(apology)).count()
    }

    fn may_decide(&self, apology: &ApologyResponse) -> bool {
        apology.staff_number != self.staff.staff_number && (self.is_manager() || !needs_manager(apology))
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
        match self.unsent(task.task_id) {
            Some(step) => step == TaskStep::Return,
            None => {
                let is_free = task.claimed_by.as_ref().is_none_or(|claimer| !claimer.is_here);
                !self.does(task) && (self.is_manager() || (is_free && !task.waits_for_manager))
            }
        }
    }

    /// Whether they do this task.
    pub(crate) fn does(&self, task: &OpenTask) -> bool {
        match self.unsent(task.task_id) {
            Some(step) => step == TaskStep::Claim,
            None => task.claimed_by.as_ref().is_some_and(|it| it.staff_number == self.staff.staff_number),
        }
    }

    /// How many tasks are still to be done, as far as that is known.
    pub(crate) fn count(&self) -> usize {
        let is_ended = |task: &&OpenTask| self.unsent(task.task_id).is_some_and(ends);
        self.open_tasks().iter().filter(|task| !is_ended(task)).count()
    }

    /// What they have done last with a task, where that waits for the store.
    pub(crate) fn unsent(&self, task_id: i64) -> Option<TaskStep> {
        let last = self.on_their_way().filter(|note| note.task_id == task_id).last();
        last.filter(|_| self.waits()).map(|note| note.step)
    }

    /// How much of what they have done waits for the store.
    pub(crate) fn unsent_count(&self) -> usize {
        if self.waits() { self.on_their_way().count() } else { 0 }
    }

    /// What the store has refused, the last step of each task.
    pub(crate) fn refused(&self) -> Vec<KeptStep> {
        let mut refused: Vec<KeptStep> = Vec::new();
        for step in self.steps.iter().filter(|step| step.refusal.is_some()) {
            refused.retain(|other| other.note.task_id != step.note.task_id);
            refused.push(step.clone());
        }
        refused
    }

    fn on_their_way(&self) -> impl Iterator<Item = &StepNote> {
        self.steps.iter().filter(|step| step.refusal.is_none()).map(|step| &step.note)
    }

    fn has_unsent(&self) -> bool {
        self.steps.iter().any(|step| step.refusal.is_none())
    }

    /// Whether what is on its way waits: nobody is to hear of the moment that an answer takes.
    fn waits(&self) -> bool {
        !self.is_live || self.is_late
    }
}

/// Whether only a manager says yes to it: it is above the limit of a day, a customer or the store.
pub(crate) fn needs_manager(apology: &ApologyResponse) -> bool {
    matches!(apology.limit.as_deref(), Some("person_day" | "customer_month" | "store_day"))
}

/// Whether nothing more is to be done with a task after this.
fn ends(step: TaskStep) -> bool {
    matches!(step, TaskStep::Done | TaskStep::NotFound)
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
            Self::Working(Working { looks_at: LooksAt::Given, .. }) => Page::Given,
            Self::Working(Working { looks_at: LooksAt::Apology, .. }) => Page::Apology,
            Self::Working(Working { looks_at: LooksAt::WithoutGoods, .. }) => Page::WithoutGoods,
            Self::Working(Working { looks_at: LooksAt::Cases, .. }) => Page::Cases,
        }
    }

    /// As whoever comes back to the desk finds it: without the store nobody could say again who works here.
    pub(crate) fn reopened(self) -> Self {
        match self {
            Self::Working(working) => {
                let (looks_at, pressed) = (LooksAt::Tasks, vec![]);
                Self::Working(Working { looks_at, pressed, asked: None, problem: None, ..working })
            }
            _ => Self::Asking,
        }
    }

    /// Takes what happens; what does not belong to where they are changes nothing.
    pub(crate) fn update(&mut self, event: Event) -> Option<Effect> {
        match (&mut *self, event) {
            (Self::Working(_), Event::Known(Err(Refusal::NoStaff))) => {
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
            (state, Event::Known(Ok(staff))) => {
                let badge = if let Self::SignIn(sign_in) = state { sign_in.badge } else { None };
                *self = Self::Working(Working { badge, ..Working::of(staff) });
                Some(Effect::Listen)
            }
            (Self::SignIn(sign_in), Event::Known(Err(refusal))) if sign_in.is_checking => {
                sign_in.badge = None;
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
            (Self::Working(working), Event::Badge(badge)) if working.badge == Some(badge) => {
                working.looks_at = LooksAt::Tasks;
                None
            }
            // Whoever shows a badge at somebody's tablet works there from now on.
            (Self::Asking | Self::SignIn(_) | Self::Working(_), Event::Badge(badge)) => {
                *self = Self::SignIn(SignIn { is_checking: true, badge: Some(badge), ..SignIn::default() });
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
                self.update(Event::Tasks(*tasks))
            }
            Event::Broken => {
                self.is_live = false;
                None
            }
            Event::Step(task, step) => self.step(task, step),
            Event::Kept(task, is_kept) => {
                self.pressed.retain(|pressed| *pressed != task);
                if !is_kept {
                    self.problem = Some(Problem::NotKept);
                    return Some(Effect::TellProblem);
                }
                self.waits().then_some(Effect::TellSaved)
            }
            Event::Steps(steps) => self.kept(steps),
            Event::RefusedApologies(refused) => {
                self.refused_apologies = refused;
                None
            }
            Event::Late => {
                let was_told = self.waits();
                self.is_late = self.has_unsent();
                (self.is_late && !was_told).then_some(Effect::TellSaved)
            }
            Event::Read => {
                let steps = self.steps.iter().filter(|step| step.refusal.is_some()).map(|step| &step.key);
                let apologies = self.refused_apologies.iter().map(|apology| &apology.key);
                Some(Effect::Forget(steps.chain(apologies).cloned().collect()))
            }
            Event::Ask(task) => {
                self.asked = Some(task);
                None
            }
            Event::DoNotAsk => {
                self.asked = None;
                None
            }
            Event::Photo(task) => {
                self.seen_photo = (self.seen_photo != Some(task)).then_some(task);
                self.seen_photo.map(|_| Effect::GoToPhoto)
            }
            Event::Silence => {
                self.is_silent = !self.is_silent;
                None
            }
            Event::Look(LooksAt::Store | LooksAt::Given) if !self.is_manager() => None,
            Event::Look(at) => {
                self.looks_at = at;
                None
            }
            Event::SignOut => Some(Effect::SignOut(self.staff.staff_number)),
            _ => None,
        }
    }

    fn step(&mut self, task_id: i64, step: TaskStep) -> Option<Effect> {
        // A finger may come down twice while the first is on its way.
        let is_on_its_way = !self.waits() && self.on_their_way().any(|note| note.task_id == task_id);
        if is_on_its_way || self.pressed.contains(&task_id) {
            return None;
        }
        let task = self.task(task_id)?;
        let (kind, gtin) = (task.kind, task.gtin.clone());
        let note = StepNote { staff_number: self.staff.staff_number, task_id, kind, gtin, step };
        self.pressed.push(task_id);
        (self.asked, self.problem) = (None, None);
        Some(Effect::Keep(note, self.staff.mark.clone()))
    }

    /// Takes what the tablet keeps, and tells what has become of what it kept before.
    fn kept(&mut self, mut steps: Vec<KeptStep>) -> Option<Effect> {
        steps.retain(|step| step.note.staff_number == self.staff.staff_number);
        let before = std::mem::replace(&mut self.steps, steps);
        self.is_late = self.is_late && self.has_unsent();
        let is_booked = |step: &KeptStep| step.refusal.is_none() && !self.steps.iter().any(|it| it.key == step.key);
        let booked: Vec<_> = before.iter().filter(|step| is_booked(step)).map(|step| step.note.clone()).collect();
        // Whoever hears of the store is told how the tasks stand now.
        if !self.is_live {
            booked.iter().for_each(|note| self.apply(note));
        }
        let is_refused = |step: &KeptStep| step.refusal.is_some() && !before.contains(step);
        match self.steps.iter().any(is_refused) {
            true => Some(Effect::TellProblem),
            false => booked.last().map(|note| Effect::Tell(note.step)),
        }
    }

    fn apply(&mut self, note: &StepNote) {
        let (staff_number, name) = (self.staff.staff_number, self.staff.name.clone());
        let Some(TasksResponse { tasks, .. }) = self.tasks.as_deref_mut() else { return };
        if ends(note.step) {
            tasks.retain(|task| task.task_id != note.task_id);
        } else if let Some(task) = tasks.iter_mut().find(|task| task.task_id == note.task_id) {
            let claimer = Claimer { staff_number, name, since_ms: task.opened_ms, is_here: true };
            task.claimed_by = Some(claimer).filter(|_| note.step == TaskStep::Claim);
        }
    }
}

#[cfg(test)]
mod tests {
    use polka_contract::TaskKind;

    use super::*;
    use crate::offline::outbox::Refusal as Refused;

    fn staff() -> StaffResponse {
        StaffResponse {
            staff_number: 7, name: "Анна".into(), role: StaffRole::Staff, until_ms: 0, mark: "7.x".into()
        }
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
    fn who_shows_their_badge_again_works_here_still_and_another_signs_in() {
        let badge = |byte| BadgeNumber::from_random([byte; 16]);
        let mut state = signing_in();
        assert!(matches!(state.update(Event::Badge(badge(1))), Some(Effect::SignIn(_))));
        state.update(Event::Known(Ok(staff())));
        assert!(state.update(Event::Badge(badge(1))).is_none(), "also without the store's server");
        assert!(matches!(state, State::Working(_)));
        assert!(matches!(state.update(Event::Badge(badge(2))), Some(Effect::SignIn(_))));
        assert!(matches!(state, State::SignIn(_)));
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
            state.update(Event::Tasks(TasksResponse { tasks: tasks.to_vec(), ..TasksResponse::default() }))
                == Some(Effect::Ring)
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
        assert!(
            state.update(Event::Tasks(TasksResponse { tasks: vec![task(3, 1)], ..TasksResponse::default() })).is_none()
        );
    }

    #[test]
    fn one_photograph_is_looked_at_at_a_time_until_it_is_put_away() {
        let mut state = State::Working(Working::of(staff()));
        for (pressed, seen) in [(1, Some(1)), (2, Some(2)), (2, None)] {
            assert_eq!(state.update(Event::Photo(pressed)) == Some(Effect::GoToPhoto), seen.is_some());
            assert!(matches!(&state, State::Working(working) if working.seen_photo == seen));
        }
    }

    #[test]
    fn whoever_was_sent_away_shows_again_who_they_are() {
        let mut state = State::Working(Working::of(staff()));
        state.update(Event::Known(Err(Refusal::NoStaff)));
        assert_eq!(state, State::SignIn(SignIn::default()));
    }

    #[test]
    fn what_is_known_stays_while_the_server_does_not_answer() {
        let mut state = State::Working(Working::of(staff()));
        state.update(Event::Tasks(TasksResponse { tasks: vec![task(1, 1)], ..TasksResponse::default() }));
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
        let looks = |staff: StaffResponse, at: LooksAt| {
            let mut state = State::Working(Working::of(staff));
            state.update(Event::Look(at));
            state.page() != Page::Tasks
        };
        for at in [LooksAt::Store, LooksAt::Given] {
            assert!(looks(StaffResponse { role: StaffRole::Manager, ..staff() }, at));
            assert!(!looks(staff(), at));
        }
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

    fn at_work(tasks: &[OpenTask]) -> State {
        let mut state = State::Working(Working::of(staff()));
        state.update(Event::Tasks(TasksResponse { tasks: tasks.to_vec(), ..TasksResponse::default() }));
        state
    }

    fn working(state: &State) -> &Working {
        let State::Working(working) = state else { panic!("somebody works here") };
        working
    }

    fn kept(key: &str, task_id: i64, step: TaskStep, refused: Option<&str>) -> KeptStep {
        let note = StepNote { staff_number: 7, task_id, kind: TaskKind::OpenTill, gtin: None, step };
        KeptStep { key: key.into(), note, refusal: refused.map(|code| Refused { status: 409, code: code.into() }) }
    }

    #[test]
    fn what_is_pressed_is_kept_once_under_the_mark_of_whoever_works_here() {
        let mut state = at_work(&[task(1, 1), task(2, 1)]);
        let Some(Effect::Keep(note, mark)) = state.update(Event::Step(1, TaskStep::Claim)) else { panic!("kept") };
        assert_eq!((note, mark.as_str()), (kept("a", 1, TaskStep::Claim, None).note, "7.x"));
        assert!(state.update(Event::Step(1, TaskStep::Claim)).is_none(), "a finger came down twice");
        assert!(matches!(state.update(Event::Step(2, TaskStep::Claim)), Some(Effect::Keep(..))), "another task");
        assert!(state.update(Event::Kept(1, true)).is_none());
        state.update(Event::Steps(vec![kept("a", 1, TaskStep::Claim, None)]));
        assert!(state.update(Event::Step(1, TaskStep::Claim)).is_none(), "it is on its way");
        assert_eq!((working(&state).unsent(1), working(&state).unsent_count()), (None, 0), "for a moment");
        assert!(state.update(Event::Steps(vec![])) == Some(Effect::Tell(TaskStep::Claim)));
        assert!(matches!(state.update(Event::Kept(2, false)), Some(Effect::TellProblem)));
        assert_eq!(working(&state).problem, Some(Problem::NotKept));
    }

    #[test]
    fn without_the_store_a_task_is_taken_and_ended_and_told_to_wait() {
        let mut state = at_work(&[task(1, 1)]);
        state.update(Event::Broken);
        assert!(working(&state).may_take(&task(1, 1)));
        state.update(Event::Step(1, TaskStep::Claim));
        assert!(state.update(Event::Kept(1, true)) == Some(Effect::TellSaved));
        let claimed = kept("a", 1, TaskStep::Claim, None);
        state.update(Event::Steps(vec![claimed.clone()]));
        assert!(working(&state).does(&task(1, 1)) && !working(&state).may_take(&task(1, 1)));
        assert_eq!((working(&state).unsent(1), working(&state).count()), (Some(TaskStep::Claim), 1));
        assert!(matches!(state.update(Event::Step(1, TaskStep::Done)), Some(Effect::Keep(..))));
        state.update(Event::Kept(1, true));
        state.update(Event::Steps(vec![claimed, kept("b", 1, TaskStep::Done, None)]));
        assert!(!working(&state).does(&task(1, 1)) && !working(&state).may_take(&task(1, 1)));
        assert_eq!((working(&state).unsent_count(), working(&state).count()), (2, 0));
        // Booked before the store has told how the tasks stand: they stand so here.
        assert!(state.update(Event::Steps(vec![])) == Some(Effect::Tell(TaskStep::Done)));
        assert_eq!(working(&state).open_tasks(), []);
    }

    #[test]
    fn what_gets_no_answer_in_time_is_told_to_wait() {
        let mut state = at_work(&[task(1, 1)]);
        state.update(Event::Steps(vec![kept("a", 1, TaskStep::Claim, None)]));
        assert!(state.update(Event::Late) == Some(Effect::TellSaved));
        assert_eq!(working(&state).unsent(1), Some(TaskStep::Claim));
        state.update(Event::Steps(vec![]));
        assert!(state.update(Event::Late).is_none(), "it had its answer");
        assert!(!working(&state).does(&task(1, 1)), "the store tells whose it is");
    }

    #[test]
    fn what_the_store_refuses_is_told_of_each_task_once_until_it_is_read_by_whose_it_was() {
        let mut state = at_work(&[task(1, 1)]);
        let refused = |step, key| kept(key, 1, step, Some("task_taken"));
        let both = vec![refused(TaskStep::Claim, "a"), refused(TaskStep::Done, "b")];
        assert!(state.update(Event::Steps(both.clone())) == Some(Effect::TellProblem));
        assert!(state.update(Event::Steps(both.clone())).is_none());
        assert_eq!(working(&state).refused(), both[1..]);
        assert_eq!(working(&state).unsent(1), None);
        assert!(state.update(Event::Read) == Some(Effect::Forget(vec!["a".into(), "b".into()])));
        let boris = StaffResponse { staff_number: 8, ..staff() };
        state.update(Event::Known(Ok(boris)));
        assert!(state.update(Event::Steps(both)).is_none());
        assert_eq!(working(&state).refused(), []);
    }

    #[test]
    fn whoever_comes_back_to_the_desk_finds_their_tasks() {
        let mut state = at_work(&[task(1, 1)]);
        state.update(Event::Step(1, TaskStep::Claim));
        state.update(Event::Look(LooksAt::Devices));
        let mut state = state.reopened();
        assert!(state.page() == Page::Tasks);
        assert!(state.update(Event::Known(Err(Refusal::NoAnswer))).is_some());
        assert_eq!(working(&state).open_tasks(), [task(1, 1)]);
        assert_eq!(signing_in().reopened(), State::Asking);
    }
}
