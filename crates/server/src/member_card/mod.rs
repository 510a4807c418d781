//! What a member has and does for themselves, once they have shown that the number is their own: at a device of the
//! store, or on their own phone, which `links.rs` makes theirs.
//!
//! Start at `holder.rs`: whose request it is. `requests.rs` has what they ask, `profile.rs` what they have told of
//! themselves, `shopping_list.rs` what they want to buy, `card_code.rs` the digits that show that the phone is at hand,
//! `own_data.rs` all that is kept, `merge.rs` two members who are one, `command.rs` the command.

pub(crate) mod card_code;
pub mod command;
pub(crate) mod holder;
pub(crate) mod links;
mod merge;
pub(crate) mod own_data;
pub(crate) mod profile;
pub(crate) mod requests;
pub(crate) mod shopping_list;

use anyhow::Context;
use axum::Json;
use axum::extract::State;
use polka_contract::{ErrorResponse, ExpiringPoints, PointsResponse};

use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members;
use crate::points;
use holder::{Asker, Holder};

/// So much of what happened is told.
const HISTORY: i64 = 50;

/// What the member of a proof has. That it was looked at is noted.
#[utoipa::path(
    get, path = polka_contract::paths::MEMBER_POINTS, tag = "member_card",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "the points", body = PointsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_points(
    State(services): State<Services>,
    asker: Asker,
) -> Result<Json<PointsResponse>, ApiError> {
    let now_ms = services.clock.now_ms();
    let today = points::day(now_ms, &services.store.time_zone)?;

    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let Holder { member_id, device_id, .. } = asker.holder(&mut transaction, &services.secrets, now_ms).await?;
    members::note_look(&mut transaction, member_id, device_id, "points", now_ms).await?;
    let state = points::state(&mut transaction, member_id).await?;
    let history = points::rows::changes(&mut transaction, member_id, Some(HISTORY)).await?;
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
    Ok(Json(PointsResponse {
        available: state.spendable(today).value(),
        pending: state.pending().value(),
        held: state.held().value(),
        expiring,
        history,
    }))
}
