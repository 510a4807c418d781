//! The staff's desk: tablets at which people show who they are, take tasks, pass them on and end them. What a tablet
//! asks it sends with its key until it is answered, also where somebody else works there meanwhile.

use std::collections::{BTreeMap, VecDeque};

use axum::http::StatusCode;
use fastrand::Rng;
use polka_contract::{OpenTask, StaffRole, TaskKind, TaskOutcome, TaskResponse, paths};
use polka_domain::BadgeNumber;
use serde_json::{Value, json};

use crate::server::Answer;
use crate::till::Asked;

/// Who works in the store.
pub(crate) const STAFF: [(&str, StaffRole); 3] =
    [("Anna", StaffRole::Staff), ("Boris", StaffRole::Staff), ("Maria", StaffRole::Manager)];
/// As many tablets as a store has at most.
pub(crate) const TABLETS: usize = 3;

/// The badge of somebody of the staff.
pub(crate) fn badge(place: usize) -> BadgeNumber {
    BadgeNumber::from_random([place as u8 + 1; 16])
}

/// What somebody does at a tablet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    ShowsBadge,
    Claims(i64),
    Returns(i64),
    Ends(i64, TaskOutcome),
}

impl Deed {
    /// The number of the task, and how that stands after it.
    pub(crate) fn of_task(self) -> Option<(i64, &'static str)> {
        match self {
            Self::ShowsBadge => None,
            Self::Claims(task) => Some((task, "claimed")),
            Self::Returns(task) => Some((task, "open")),
            Self::Ends(task, outcome) => Some((task, outcome.code())),
        }
    }
}

/// A request of a tablet as it leaves.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) tablet: usize,
    pub(crate) deed: Deed,
    pub(crate) asked: Asked,
    pub(crate) cookies: String,
}

/// A tablet of the staff.
struct Tablet {
    /// The credential.
    device: String,
    /// What shows who works there; empty where nobody does.
    session: String,
    /// What is not answered yet; the first is sent, the others wait for it.
    asks: VecDeque<(Deed, Asked)>,
    is_waiting_since: Option<f64>,
}

/// Something that was refused, as somebody else has the task or it is done.
pub(crate) struct Refused {
    /// The last write that the server had kept.
    pub(crate) after: i64,
    pub(crate) at_ms: i64,
    pub(crate) tablet: usize,
    pub(crate) deed: Deed,
}

/// All tablets, and what was answered to them.
pub(crate) struct Desk {
    tablets: Vec<Tablet>,
    asked: usize,
    /// How many requests were answered.
    pub(crate) answered: usize,
    /// What the server has said of a task, by the tablet and the key: its number, and how it stands.
    pub(crate) told: BTreeMap<(usize, String), (i64, String)>,
    pub(crate) refused: Vec<Refused>,
    /// What was answered otherwise than it may be.
    pub(crate) wrong: Vec<String>,
}

impl Desk {
    /// Tablets with these credentials, at which nobody works yet.
    pub(crate) fn new(credentials: impl IntoIterator<Item = String>) -> Self {
        let tablet = |device| Tablet { device, session: String::new(), asks: VecDeque::new(), is_waiting_since: None };
        Self {
            tablets: credentials.into_iter().map(tablet).collect(),
            asked: 0,
            answered: 0,
            told: BTreeMap::new(),
            refused: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Whether nothing that was done at a tablet waits for an answer.
    pub(crate) fn is_free(&self, tablet: usize) -> bool {
        self.tablets[tablet].asks.is_empty()
    }

    /// The keys of what waits for an answer.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &str> {
        self.tablets.iter().flat_map(|tablet| &tablet.asks).map(|(_, asked)| asked.key.as_str())
    }

    /// What a tablet shows who it is by, and who works there.
    pub(crate) fn cookies(&self, tablet: usize) -> String {
        let Tablet { device, session, .. } = &self.tablets[tablet];
        format!("{device}; {session}")
    }

    /// Somebody does something at a tablet that shows these tasks; none where nobody has shown who they are.
    pub(crate) fn act(&mut self, tablet: usize, tasks: Option<&[OpenTask]>, rng: &mut Rng) {
        let tasks = match tasks {
            Some(tasks) if rng.u8(0..8) > 0 => tasks,
            _ => return self.shows_badge(tablet, rng),
        };
        // Most go for the same: the first that is about points.
        let first = tasks.iter().find(|task| task.kind == TaskKind::ExpiredItem).filter(|_| rng.u8(0..3) > 0);
        let Some(task) = first.or_else(|| tasks.get(rng.usize(0..tasks.len().max(1)))) else { return };
        let (id, nothing) = (task.task_id, json!({}));
        match rng.u8(0..10) {
            0..4 => self.adds(tablet, Deed::Claims(id), paths::TASK_CLAIM, nothing, rng),
            4 => self.adds(tablet, Deed::Returns(id), paths::TASK_RETURN, nothing, rng),
            chance => {
                let outcome = if chance < 8 { TaskOutcome::Done } else { TaskOutcome::NotFound };
                let said = json!({ "outcome": outcome });
                self.adds(tablet, Deed::Ends(id, outcome), paths::TASK_END, said, rng);
            }
        }
    }

    fn shows_badge(&mut self, tablet: usize, rng: &mut Rng) {
        let said = json!({ "badge_number": badge(rng.usize(0..STAFF.len())).to_string() });
        self.adds(tablet, Deed::ShowsBadge, paths::STAFF_SESSIONS, said, rng);
    }

    /// Before whatever waits.
    fn adds(&mut self, tablet: usize, deed: Deed, path: &str, body: Value, rng: &mut Rng) {
        let path = deed.of_task().map_or(path.into(), |(id, _)| path.replace("{task_id}", &id.to_string()));
        let key = format!("desk-{}-{}", self.asked, rng.u32(..));
        self.asked += 1;
        self.tablets[tablet].asks.push_front((deed, Asked { path, key, body }));
    }

    /// What a tablet sends now; nothing where it has nothing, or waits for an answer that may still come.
    pub(crate) fn send(&mut self, tablet: usize, now_ms: f64, patience_ms: f64) -> Option<Sent> {
        let cookies = self.cookies(tablet);
        let Tablet { asks, is_waiting_since, .. } = &mut self.tablets[tablet];
        let (deed, asked) = asks.front()?;
        if is_waiting_since.is_some_and(|since| now_ms < since + patience_ms) {
            return None;
        }
        *is_waiting_since = Some(now_ms);
        Some(Sent { tablet, deed: *deed, asked: asked.clone(), cookies })
    }

    /// Notes what the server says, whether it arrives or not.
    pub(crate) fn note(&mut self, sent: &Sent, answer: &Answer, after: i64, at_ms: i64) {
        let Some((task, word)) = sent.deed.of_task() else { return };
        let key = (sent.tablet, sent.asked.key.clone());
        match answer.status {
            StatusCode::OK => {
                let said = serde_json::from_slice::<TaskResponse>(&answer.body);
                if !said.is_ok_and(|said| (said.task_id, said.state.as_str()) == (task, word)) {
                    self.wrong.push(format!("{} was answered otherwise than {task} is {word}", sent.asked.key));
                }
                self.told.insert(key, (task, word.into()));
            }
            StatusCode::CONFLICT if self.told.contains_key(&key) => {
                self.wrong.push(format!("{} was answered in two ways", sent.asked.key));
            }
            StatusCode::CONFLICT => {
                self.refused.push(Refused { after, at_ms, tablet: sent.tablet, deed: sent.deed });
            }
            _ => {}
        }
    }

    /// Takes an answer to the request with this key; what comes late or again is passed over.
    pub(crate) fn take(&mut self, tablet: usize, key: &str, answer: &Answer, rng: &mut Rng) {
        let own = &mut self.tablets[tablet];
        let Some((deed, asked)) = own.asks.pop_front_if(|(_, asked)| asked.key == key) else { return };
        own.is_waiting_since = None;
        self.answered += 1;
        match (deed, answer.status) {
            (Deed::ShowsBadge, StatusCode::OK) => own.session = answer.cookie.clone().unwrap_or_default(),
            (Deed::ShowsBadge, StatusCode::UNAUTHORIZED) => self.shows_badge(tablet, rng),
            // The shift is over: whoever works there next sends the same.
            (_, StatusCode::UNAUTHORIZED) => {
                own.asks.push_front((deed, asked));
                self.shows_badge(tablet, rng);
            }
            (Deed::ShowsBadge, _) => self.wrong.push(format!("{key} was answered {}", answer.status)),
            (_, StatusCode::OK | StatusCode::CONFLICT) => {}
            (_, status) => self.wrong.push(format!("{key} was answered {status}")),
        }
    }
}
