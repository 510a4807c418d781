//! What a member has, for whoever has shown that the number is their own. `own_data.rs` has all that is
//! kept, `command.rs` the command.

pub mod command;
pub(crate) mod own_data;

use anyhow::Context;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use polka_contract::{ErrorCode, ErrorResponse, ExpiringPoints, MEMBER_PROOF, PointsChange, PointsResponse};

use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::{members, proved_member};
use crate::points;

/// So much of what happened is told.
const HISTORY: i64 = 50;

/// What the member of a proof has. That it was looked at is noted.
#[utoipa::path(
    get, path = polka_contract::paths::MEMBER_POINTS, tag = "member_card",
    params(("Member-Proof" = String, Header, description = "what a code was taken for, at the same device")),
    responses((status = 200, description = "the points", body = PointsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_points(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<PointsResponse>, ApiError> {
    let device = services.device(&headers).await?;
    let now_ms = services.clock.now_ms();
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let member_id = proved_member(&mut connection, &services.secrets, shown_proof(&headers), device.id, now_ms).await?;
    let refused = || ApiError::new(ErrorCode::ProofRefused, "the proof is none, or its time is over");
    let member_id = member_id.ok_or_else(refused)?;
    let today = points::day(now_ms, &services.store.time_zone)?;

    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    members::note_look(&mut transaction, member_id, device.id, "points", now_ms).await?;
    let state = points::state(&mut transaction, member_id).await?;
    let changes = points::rows::changes(&mut transaction, member_id, HISTORY).await?;
    transaction.commit().await.map_err(anyhow::Error::from).context("a look was not noted")?;

    let mut expiring: Vec<ExpiringPoints> = Vec::new();
    for lot in state.lots().iter().filter(|lot| !lot.is_expired(today) && lot.available.value() > 0) {
        let Some(day) = lot.expires_on else { continue };
        let (points, last_day) = (lot.available.value(), day.to_string());
        match expiring.last_mut().filter(|last| last.last_day == last_day) {
            Some(last) => last.points += points,
            None => expiring.push(ExpiringPoints { points, last_day }),
        }
    }
    let change = |row: points::rows::ChangeRow| PointsChange {
        kind: row.kind,
        available: row.available,
        pending: row.pending,
        made_ms: row.made_ms,
        store: row.store,
    };
    Ok(Json(PointsResponse {
        available: state.spendable(today).value(),
        pending: state.pending().value(),
        held: state.held().value(),
        expiring,
        history: changes.into_iter().map(change).collect(),
    }))
}

/// The proof that a request shows; empty where it shows none.
fn shown_proof(headers: &HeaderMap) -> &str {
    headers.get(MEMBER_PROOF).and_then(|proof| proof.to_str().ok()).unwrap_or_default()
}
