//! What happens in a store, told as it happens: server-sent events. A tablet with somebody of the staff is told of the
//! tasks, a device of its own call. Whoever comes, or comes back, is told first how all stands: so nothing is missed.

use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::unfold;
use polka_contract::{DeviceKind, ErrorCode, ErrorResponse, OwnCallResponse, StoreEvent, TasksResponse};
use sqlx::AnyPool;
use tokio::sync::watch;

use super::rows::Task;
use super::{Escalation, Open};
use crate::clock::{Clock, MINUTE_MS};
use crate::http::{ApiError, Services};

/// Another server of the chain may have changed something; so long it may take until it is told here.
const OTHERS: Duration = Duration::from_secs(2);
/// What changes within so long is told together.
const TOGETHER: Duration = Duration::from_millis(30);

/// What is open in a store; `None` when the server stops.
type Told = Option<Arc<Open>>;

/// Tells everybody who listens of the tasks.
#[derive(Clone)]
pub(crate) struct Feed(Arc<watch::Sender<Told>>);

impl Feed {
    /// Follows the tasks of a store as long as somebody has the feed and somebody writes; `commits` changes after each
    /// transaction of this server.
    pub(crate) fn start(
        pool: AnyPool,
        store_id: i64,
        escalation: Arc<Escalation>,
        clock: Clock,
        commits: watch::Receiver<u64>,
    ) -> Self {
        let feed = Self(Arc::new(watch::Sender::new(Some(Arc::default()))));
        let read = move || {
            let (pool, escalation, now_ms) = (pool.clone(), Arc::clone(&escalation), clock.now_ms());
            async move { Open::read(&pool, store_id, &escalation, now_ms).await }
        };
        tokio::spawn(follow(read, commits, Arc::downgrade(&feed.0)));
        feed
    }

    /// Ends all streams: the server stops.
    pub(crate) fn stop(&self) {
        self.0.send_replace(None);
    }
}

async fn follow<R: Future<Output = Result<Open>> + Send>(
    read: impl Fn() -> R + Send,
    mut commits: watch::Receiver<u64>,
    told: Weak<watch::Sender<Told>>,
) {
    let mut has_skipped = true;
    loop {
        tokio::select! {
            changed = commits.changed() => if changed.is_err() {
                return;
            },
            () = tokio::time::sleep(OTHERS) => {}
        }
        let Some(told) = told.upgrade() else { return };
        if told.receiver_count() == 0 {
            has_skipped = true;
            continue;
        }
        match read().await {
            Ok(open) => {
                // Who has come since nobody listened has read something newer than what was told last.
                let has_skipped = std::mem::take(&mut has_skipped);
                told.send_if_modified(|now| match now {
                    Some(before) if has_skipped || **before != open => {
                        *now = Some(Arc::new(open));
                        true
                    }
                    _ => false,
                });
            }
            Err(error) => tracing::warn!(cause = format!("{error:#}"), "tasks were not read"),
        }
        tokio::time::sleep(TOGETHER).await;
    }
}

/// Who listens.
struct Listener {
    services: Services,
    headers: HeaderMap,
    told: watch::Receiver<Told>,
    heard: Heard,
    /// When it was seen last that they may listen.
    checked_ms: i64,
}

/// What somebody who listens was told last; nothing at first.
enum Heard {
    /// A tablet with somebody of the staff.
    Tasks(Option<TasksResponse>),
    /// Any other device, of its own call.
    Call { device_id: i64, coming_minutes: u32, last: Option<OwnCallResponse> },
}

/// What happens in the store, as server-sent events. A tablet with somebody of the staff is told at once of all `tasks`
/// that are open, and then of `changes`; any other device, at once and then where it changes, how its own `call` stands.
#[utoipa::path(
    get, path = polka_contract::paths::EVENTS, tag = "tasks",
    responses((status = 200, description = "a stream that stays open", content_type = "text/event-stream", body = StoreEvent), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn events(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let device = services.device(&headers).await?;
    let works_here = match device.kind {
        DeviceKind::Tablet => match services.signed_in(&headers).await {
            Ok(_) => true,
            Err(error) if error.code == ErrorCode::StaffUnknown => false,
            Err(error) => return Err(error),
        },
        _ => false,
    };
    let coming_minutes = services.escalation.coming_minutes;
    let of_call = || Heard::Call { device_id: device.id, coming_minutes, last: None };
    let heard = if works_here { Heard::Tasks(None) } else { of_call() };
    let told = services.feed.0.subscribe();
    // What was told to others before may be older than what is open now.
    let checked_ms = services.clock.now_ms();
    let now = Arc::new(services.open_tasks(device.store_id).await?);
    let listener = Listener { services, headers, told, heard, checked_ms };
    let stream = unfold((listener, Some(now)), |(mut listener, mut now)| async move {
        loop {
            let open = match now.take() {
                Some(open) => open,
                None if listener.told.borrow().is_none() => return None,
                None => {
                    listener.told.changed().await.ok()?;
                    listener.told.borrow_and_update().clone()?
                }
            };
            if !listener.may_listen().await {
                return None;
            }
            if let Some(event) = listener.heard.event(&open) {
                return Some((Ok::<_, Infallible>(event), (listener, None)));
            }
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new()))
}

impl Listener {
    /// Whether they are still who they were: a badge may have been taken, a shift be over.
    async fn may_listen(&mut self) -> bool {
        let now_ms = self.services.clock.now_ms();
        if now_ms - self.checked_ms < MINUTE_MS {
            return true;
        }
        self.checked_ms = now_ms;
        match self.heard {
            Heard::Tasks(_) => self.services.signed_in(&self.headers).await.is_ok(),
            Heard::Call { .. } => self.services.device(&self.headers).await.is_ok(),
        }
    }
}

impl Heard {
    /// What is told of what is open, where it is something new.
    fn event(&mut self, open: &Open) -> Option<Event> {
        let (name, data) = match self {
            Self::Tasks(last) => {
                let now = super::response_of(open);
                let told = match last {
                    None => ("tasks", serde_json::to_string(&now).ok()?),
                    Some(before) if *before == now => return None,
                    Some(before) => ("changes", serde_json::to_string(&before.changes_to(&now)).ok()?),
                };
                *last = Some(now);
                told
            }
            Self::Call { device_id, coming_minutes, last } => {
                let now = own_call(&open.tasks, *device_id, *coming_minutes);
                if last.as_ref() == Some(&now) {
                    return None;
                }
                let data = serde_json::to_string(&now).ok()?;
                *last = Some(now);
                ("call", data)
            }
        };
        Some(Event::default().event(name).data(data))
    }
}

/// How the call of a device stands.
fn own_call(tasks: &[Task], device_id: i64, coming_minutes: u32) -> OwnCallResponse {
    match tasks.iter().find(|task| task.device_id == device_id) {
        None => OwnCallResponse::default(),
        Some(task) => OwnCallResponse {
            is_open: true,
            is_answered: task.open.claimed_by.is_some(),
            is_escalated: task.open.is_escalated,
            minutes: task.open.claimed_by.as_ref().and(Some(coming_minutes)).filter(|minutes| *minutes > 0),
            name: task.open.claimed_by.as_ref().filter(|_| task.is_named).map(|claimer| claimer.name.clone()),
        },
    }
}
