//! What tablets ask of tasks, and what people do with them.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{
    DeviceKind, ErrorCode, ErrorResponse, NothingRequest, ReportOutcome, ReportResponse, TaskEndRequest, TaskKind,
    TaskOutcome, TaskResponse, TaskStep, TaskStepRequest, TasksResponse, TillRequest,
};
use sqlx::AnyConnection;

use super::{Open, rows};
use crate::checkout::credible;
use crate::http::{ApiError, Services};
use crate::report_expired::{self, Left};
use crate::staff::SignedIn;
use crate::writes::{Incoming, Outcome, Write, check_made};

impl Services {
    /// The open tasks of a store, as they stand now.
    pub(super) async fn open_tasks(&self, store_id: i64) -> Result<Open> {
        Open::read(&self.pool, store_id, &self.escalation, self.clock.now_ms()).await
    }
}

/// The open tasks of the store, the most urgent first.
#[utoipa::path(
    get, path = polka_contract::paths::TASKS, tag = "tasks",
    responses((status = 200, description = "all of them", body = TasksResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(State(services): State<Services>, headers: HeaderMap) -> Result<Json<TasksResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let open = services.open_tasks(staff.store_id()).await?;
    Ok(Json(super::response_of(&open)))
}

/// Somebody takes a task: of several who do, the first has it.
#[utoipa::path(
    post, path = polka_contract::paths::TASK_CLAIM, tag = "tasks", request_body = NothingRequest,
    params(("task_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is theirs", body = TaskResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn claim(
    State(services): State<Services>,
    Path(task_id): Path<i64>,
    Incoming { write, device: staff, .. }: Incoming<NothingRequest, SignedIn>,
) -> Result<Json<TaskResponse>, ApiError> {
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { claim_one(connection, write, &staff, task_id, write.taken_ms).await })
    });
    Ok(Json(response(outcome.await?)?))
}

/// Somebody leaves a task to the others.
#[utoipa::path(
    post, path = polka_contract::paths::TASK_RETURN, tag = "tasks", request_body = NothingRequest,
    params(("task_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is nobody's", body = TaskResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn give_back(
    State(services): State<Services>,
    Path(task_id): Path<i64>,
    Incoming { write, device: staff, .. }: Incoming<NothingRequest, SignedIn>,
) -> Result<Json<TaskResponse>, ApiError> {
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { give_one_back(connection, write, &staff, task_id).await })
    });
    Ok(Json(response(outcome.await?)?))
}

/// What came of a task. Of expired items this decides about the points of whoever reported them: found, they are
/// theirs; not found, they are cancelled. What is odd is left open for a manager.
#[utoipa::path(
    post, path = polka_contract::paths::TASK_END, tag = "tasks", request_body = TaskEndRequest,
    params(("task_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is closed", body = TaskResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn end(
    State(services): State<Services>,
    Path(task_id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<TaskEndRequest, SignedIn>,
) -> Result<Json<TaskResponse>, ApiError> {
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { end_one(connection, write, &own, &staff, (task_id, said.outcome), write.taken_ms).await })
    });
    Ok(Json(response(outcome.await?)?))
}

/// What somebody did with a task: a tablet keeps it until the store has it. It is booked as theirs whose mark it bears,
/// whoever works at the tablet by then, and refused like any other where somebody else was faster.
#[utoipa::path(
    post, path = polka_contract::paths::TASK_STEPS, tag = "tasks", request_body = TaskStepRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is booked", body = TaskResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn step(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<TaskStepRequest>,
) -> Result<Json<TaskResponse>, ApiError> {
    device.must_be(&[DeviceKind::Tablet])?;
    check_made(said.made_ms)?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let staff = SignedIn::of_mark(connection, &own.secrets, device, &said.mark).await?;
            let (task_id, at_ms) = (said.task_id, credible(said.made_ms, write.taken_ms).min(write.taken_ms));
            match said.step {
                TaskStep::Claim => claim_one(connection, write, &staff, task_id, at_ms).await,
                TaskStep::Return => give_one_back(connection, write, &staff, task_id).await,
                TaskStep::Done => end_one(connection, write, &own, &staff, (task_id, TaskOutcome::Done), at_ms).await,
                TaskStep::NotFound => {
                    end_one(connection, write, &own, &staff, (task_id, TaskOutcome::NotFound), at_ms).await
                }
            }
        })
    });
    Ok(Json(response(outcome.await?)?))
}

/// `at_ms`: when they took it.
async fn claim_one(
    connection: &mut AnyConnection,
    write: &Write,
    staff: &SignedIn,
    task_id: i64,
    at_ms: i64,
) -> Result<Outcome> {
    let is_theirs = rows::claim(connection, task_id, staff, write.taken_ms, at_ms).await?;
    settled(connection, write, task_id, is_theirs, "claimed").await
}

async fn give_one_back(
    connection: &mut AnyConnection,
    write: &Write,
    staff: &SignedIn,
    task_id: i64,
) -> Result<Outcome> {
    let was_theirs = rows::give_back(connection, task_id, staff).await?;
    settled(connection, write, task_id, was_theirs, "open").await
}

async fn end_one(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    staff: &SignedIn,
    (task_id, outcome): (i64, TaskOutcome),
    at_ms: i64,
) -> Result<Outcome> {
    let task = rows::find(connection, write.store_id, task_id).await?;
    let was_theirs = rows::close(connection, task_id, staff, outcome, write.taken_ms, at_ms).await?;
    if let Some(task) = task.filter(|_| was_theirs) {
        match TaskKind::from_code(&task.kind) {
            Some(TaskKind::Call) => {
                let answered =
                    sqlx::query("UPDATE calls SET called_off_ms = $2 WHERE device_id = $1 AND called_off_ms IS NULL");
                answered.bind(task.device_id).bind(write.taken_ms).execute(&mut *connection).await?;
            }
            Some(TaskKind::ExpiredItem) => {
                match report_expired::decide_task(connection, services, (task_id, outcome), staff, write, at_ms).await?
                {
                    Left::Nothing => {}
                    Left::ToManager => rows::leave_to_manager(connection, task_id).await?,
                    Left::ToAll => rows::leave_to_all(connection, task_id).await?,
                }
            }
            _ => {}
        }
    }
    settled(connection, write, task_id, was_theirs, outcome.code()).await
}

/// What became of it, where it was theirs.
///
/// # Errors
/// Where the store has no such task, or it is somebody else's, or closed.
async fn settled(
    connection: &mut AnyConnection,
    write: &Write,
    task_id: i64,
    was_theirs: bool,
    word: &str,
) -> Result<Outcome> {
    if was_theirs {
        return Ok(Outcome { word: word.into(), reference: Some(task_id) });
    }
    let none = || ApiError::new(ErrorCode::TaskNotFound, "the store has no such task");
    let task = rows::find(connection, write.store_id, task_id).await?.ok_or_else(none)?;
    let message = match (task.closed_ms, task.claimed_by) {
        (Some(_), _) => "the task is done already",
        (None, Some(_)) => "somebody else does this task",
        (None, None) => "nobody does this task, or only a manager may",
    };
    Err(ApiError::new(ErrorCode::TaskTaken, message).into())
}

fn response(outcome: Outcome) -> Result<TaskResponse> {
    Ok(TaskResponse { task_id: outcome.reference.context("a task")?, state: outcome.word })
}

/// Somebody wants another till to be opened: one open task of the store, which counts how often.
#[utoipa::path(
    post, path = polka_contract::paths::TILL_REQUESTS, tag = "tasks", request_body = TillRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = ReportResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn ask_for_till(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<TillRequest>,
) -> Result<Json<ReportResponse>, ApiError> {
    check_made(said.made_ms)?;
    let outcome = services.writer.once(write, |connection, write| {
        Box::pin(async move {
            let (task_id, is_new) = super::open_till(connection, write).await?;
            let outcome = if is_new { ReportOutcome::TaskOpened } else { ReportOutcome::TaskKnown };
            Ok(super::outcome(outcome, Some(task_id)))
        })
    });
    Ok(Json(super::response(&outcome.await?)?))
}
