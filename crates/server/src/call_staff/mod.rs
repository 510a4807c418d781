//! Somebody is wanted at a device: a task for the staff, who come.

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use polka_contract::{CallRequest, CallResponse, CallState, ErrorResponse};
use sqlx::AnyConnection;

use crate::http::{ApiError, Services};
use crate::tasks;
use crate::writes::{Incoming, Outcome, Write, check_made};

/// Somebody is wanted at this device, or no longer. A device has one open call at most.
#[utoipa::path(
    post, path = polka_contract::paths::CALLS, tag = "call_staff", request_body = CallRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = CallResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn call(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<CallRequest>,
) -> Result<Json<CallResponse>, ApiError> {
    check_made(said.made_ms)?;
    let outcome = services.writer.once(write, |connection, write| Box::pin(note(connection, write, said))).await?;
    Ok(Json(CallResponse { call_id: outcome.reference }))
}

async fn note(connection: &mut AnyConnection, write: &Write, said: CallRequest) -> Result<Outcome> {
    let open: Option<i64> = sqlx::query_scalar("SELECT id FROM calls WHERE device_id = $1 AND called_off_ms IS NULL")
        .bind(write.device_id)
        .fetch_optional(&mut *connection)
        .await?;
    let (word, reference) = match (said.state, open) {
        (CallState::Wanted, Some(open)) => {
            tasks::open_call(connection, write).await?;
            ("still_open", Some(open))
        }
        (CallState::Wanted, None) => {
            let opened = sqlx::query_scalar(
                "INSERT INTO calls (id, store_id, device_id, made_ms, taken_ms)
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4 FROM calls RETURNING id",
            );
            let opened = opened.bind(write.store_id).bind(write.device_id).bind(said.made_ms).bind(write.taken_ms);
            let opened = opened.fetch_one(&mut *connection).await?;
            tasks::open_call(connection, write).await?;
            ("opened", Some(opened))
        }
        (CallState::CalledOff, Some(open)) => {
            let closed = sqlx::query("UPDATE calls SET called_off_ms = $2 WHERE id = $1");
            closed.bind(open).bind(said.made_ms).execute(&mut *connection).await?;
            tasks::call_off(connection, write).await?;
            ("called_off", Some(open))
        }
        (CallState::CalledOff, None) => ("none_open", None),
    };
    Ok(Outcome { word: word.into(), reference })
}
