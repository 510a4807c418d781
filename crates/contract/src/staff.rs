//! Who works in a store, and what is to be done there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ApologiesResponse;

/// What somebody of the staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Sits at a till.
    Cashier,
    /// Works in the store.
    Staff,
    /// Answers for it.
    Manager,
}

impl StaffRole {
    const ALL: [Self; 3] = [Self::Cashier, Self::Staff, Self::Manager];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Staff => "staff",
            Self::Manager => "manager",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// The body of [`STAFF_SESSIONS`](crate::paths::STAFF_SESSIONS): a badge, or a number with its PIN.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The sixteen digits of a badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge_number: Option<String>,
    /// The number that `polka staff add` printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_number: Option<i64>,
    /// The PIN that belongs to it: six digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
}

/// Who works at a tablet; what shows it is in a cookie that no script can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffResponse {
    /// Their number.
    pub staff_number: i64,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: StaffRole,
    /// When they must show again who they are, in milliseconds since 1970.
    pub until_ms: i64,
    /// What shows in a [`TaskStepRequest`] that it was them; until they are given another badge.
    #[serde(default)]
    pub mark: String,
}

/// The body of [`STAFF_SESSION_END`](crate::paths::STAFF_SESSION_END) and [`TASK_CLAIM`](crate::paths::TASK_CLAIM).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NothingRequest {}

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Somebody is wanted at a device.
    Call,
    /// Another till is to be opened.
    OpenTill,
    /// Items of a product with one date are past it.
    ExpiredItem,
    /// A product is not on its shelf.
    MissingProduct,
    /// The label of a product shows another price than the till.
    ShelfLabel,
}

impl TaskKind {
    const ALL: [Self; 5] = [Self::Call, Self::OpenTill, Self::ExpiredItem, Self::MissingProduct, Self::ShelfLabel];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::OpenTill => "open_till",
            Self::ExpiredItem => "expired_item",
            Self::MissingProduct => "missing_product",
            Self::ShelfLabel => "shelf_label",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A task that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenTask {
    /// Its number.
    pub task_id: i64,
    /// What it is about.
    pub kind: TaskKind,
    /// Which product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// The last day on the labels of its items: 2026-12-31.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// What the device is called that somebody is wanted at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The aisle of the product's shelf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aisle: Option<String>,
    /// The bay of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bay: Option<String>,
    /// The shelf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
    /// So many expired items there were, as it was reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Whether they stood elsewhere than on the product's shelf.
    #[serde(default)]
    pub is_elsewhere: bool,
    /// Whether there is a photograph of the label.
    #[serde(default)]
    pub has_photo: bool,
    /// The items are off the shelf, and a manager is to decide about the points.
    #[serde(default)]
    pub waits_for_manager: bool,
    /// How often it was asked for.
    pub times: i64,
    /// When it was asked for first, in milliseconds since 1970.
    pub opened_ms: i64,
    /// Nobody has taken it for longer than the store has set.
    #[serde(default)]
    pub is_escalated: bool,
    /// Who does it, where somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<Claimer>,
}

impl OpenTask {
    /// A task that was asked for once, of which nothing else is known.
    #[must_use]
    pub fn new(task_id: i64, kind: TaskKind, opened_ms: i64) -> Self {
        Self {
            task_id,
            kind,
            gtin: None,
            last_day: None,
            device: None,
            place: None,
            aisle: None,
            bay: None,
            shelf: None,
            quantity: None,
            is_elsewhere: false,
            has_photo: false,
            waits_for_manager: false,
            times: 1,
            opened_ms,
            is_escalated: false,
            claimed_by: None,
        }
    }
}

/// Who does a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Claimer {
    /// Their number.
    pub staff_number: i64,
    /// What they are called.
    pub name: String,
    /// Since when they do it, in milliseconds since 1970.
    pub since_ms: i64,
    /// Whether they are at work; others may take the task over where they are not.
    pub is_here: bool,
}

/// The tasks of a store that are open, the most urgent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TasksResponse {
    /// All of them.
    pub tasks: Vec<OpenTask>,
    /// What waits for a second person.
    #[serde(default)]
    pub waiting: ApologiesResponse,
}

/// What has changed of the open tasks since the last event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskChanges {
    /// Those that are new, or are as they were not before.
    pub changed: Vec<OpenTask>,
    /// The numbers of those that are open no longer.
    pub closed: Vec<i64>,
    /// What waits for a second person, all of it, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<ApologiesResponse>,
}

impl TasksResponse {
    /// What leads from these tasks to others.
    #[must_use]
    pub fn changes_to(&self, others: &Self) -> TaskChanges {
        let before: BTreeMap<i64, &OpenTask> = self.tasks.iter().map(|task| (task.task_id, task)).collect();
        let after: BTreeSet<i64> = others.tasks.iter().map(|task| task.task_id).collect();
        let changed = others.tasks.iter().filter(|task| before.get(&task.task_id) != Some(task)).cloned();
        let closed = self.tasks.iter().map(|task| task.task_id).filter(|id| !after.contains(id));
        let waiting = (self.waiting != others.waiting).then(|| others.waiting.clone());
        TaskChanges { changed: changed.collect(), closed: closed.collect(), waiting }
    }

    /// Takes what has changed; they stay in their order.
    pub fn apply(&mut self, changes: &TaskChanges) {
        let is_old = |task: &OpenTask| changes.changed.iter().any(|changed| changed.task_id == task.task_id);
        self.tasks.retain(|task| !changes.closed.contains(&task.task_id) && !is_old(task));
        self.tasks.extend(changes.changed.iter().cloned());
        if let Some(waiting) = &changes.waiting {
            self.waiting.clone_from(waiting);
        }
        self.sort();
    }

    /// Puts the most urgent first: people before goods, and of each kind the oldest.
    pub fn sort(&mut self) {
        self.tasks.sort_by_key(|task| (task.kind, task.opened_ms, task.task_id));
    }
}

/// What came of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskOutcome {
    /// It is done. Expired items were found, and are off the shelf.
    Done,
    /// There was nothing of it. Expired items were not found.
    NotFound,
}

impl TaskOutcome {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotFound => "not_found",
        }
    }
}

/// The body of [`TASK_END`](crate::paths::TASK_END).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TaskEndRequest {
    /// What came of it.
    pub outcome: TaskOutcome,
}

/// What somebody does with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskStep {
    /// They take it.
    Claim,
    /// They leave it to the others.
    Return,
    /// They have done it.
    Done,
    /// There was nothing to be done.
    NotFound,
}

/// The body of [`TASK_STEPS`](crate::paths::TASK_STEPS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TaskStepRequest {
    /// Which task.
    pub task_id: i64,
    /// What they did with it.
    pub step: TaskStep,
    /// Who it was: the mark of a [`StaffResponse`].
    pub mark: String,
    /// When they did it, in milliseconds since 1970. Reports that came later are not decided by it.
    pub made_ms: i64,
}

/// How a task stands after this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskResponse {
    /// Its number.
    pub task_id: i64,
    /// `claimed`, `open`, or what came of it.
    pub state: String,
}

/// An event of [`EVENTS`](crate::paths::EVENTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreEvent {
    /// `tasks`, `changes` or `call`.
    pub event: String,
    /// A [`TasksResponse`], [`TaskChanges`] or [`OwnCallResponse`], as JSON.
    pub data: String,
}

/// How a device's own call stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCallResponse {
    /// Whether somebody is wanted.
    pub is_open: bool,
    /// Whether somebody is coming.
    pub is_answered: bool,
    /// Whether nobody has answered for longer than the store has set, so that the staff were called again.
    #[serde(default)]
    pub is_escalated: bool,
    /// Where somebody is coming: about how many minutes that takes, as the store has set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Who, where they agreed that customers hear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The body of [`TILL_REQUESTS`](crate::paths::TILL_REQUESTS): another till is to be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TillRequest {
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(task_id: i64, kind: TaskKind, times: i64) -> OpenTask {
        OpenTask { times, ..OpenTask::new(task_id, kind, task_id) }
    }

    #[test]
    fn whoever_takes_the_changes_has_what_is_open_in_its_order() {
        let before =
            vec![task(3, TaskKind::Call, 1), task(1, TaskKind::ShelfLabel, 1), task(2, TaskKind::ShelfLabel, 1)];
        let of = |tasks| TasksResponse { tasks, ..TasksResponse::default() };
        let after =
            vec![task(4, TaskKind::Call, 1), task(5, TaskKind::ExpiredItem, 1), task(1, TaskKind::ShelfLabel, 2)];
        let (mut tasks, after) = (of(before), of(after));
        let changes = tasks.changes_to(&after);
        assert_eq!((changes.changed.len(), &changes.closed), (3, &vec![3, 2]));
        tasks.apply(&changes);
        assert_eq!(tasks, after);
        assert_eq!(tasks.changes_to(&after), TaskChanges::default());
        tasks.apply(&changes);
        assert_eq!(tasks, after, "the same twice");
    }
}
