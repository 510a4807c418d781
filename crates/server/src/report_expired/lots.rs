//! Which lots the staff have found past their date: devices warn whoever looks at the product.

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use polka_contract::{ErrorResponse, ExpiredLot, ExpiredLotsResponse};

use crate::clock::DAY_MS;
use crate::database::gtin_of;
use crate::http::{ApiError, Services};

/// So long after it was found another item of the lot may still stand somewhere.
const WARNED_MS: i64 = 14 * DAY_MS;
/// A store that finds more in that time has other worries.
const MOST: i64 = 500;

/// What the staff have lately found past its date and taken off the shelf, for the devices of this store.
#[utoipa::path(
    get, path = polka_contract::paths::EXPIRED_LOTS, tag = "report_expired",
    responses((status = 200, description = "the newest first", body = ExpiredLotsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn lots(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<ExpiredLotsResponse>, ApiError> {
    let device = services.device(&headers).await?;
    // What waits for a manager is off the shelf as well.
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT gtin, last_day FROM tasks WHERE store_id = $1 AND kind = 'expired_item' AND outcome = 'done'
            AND COALESCE(closed_ms, claimed_ms, opened_ms) > $2
         GROUP BY gtin, last_day ORDER BY MAX(id) DESC LIMIT $3",
    )
    .bind(device.store_id)
    .bind(services.clock.now_ms() - WARNED_MS)
    .bind(MOST)
    .fetch_all(&services.pool)
    .await
    .map_err(anyhow::Error::from)?;
    let lot = |(gtin, last_day): (i64, String)| {
        let gtin = gtin_of(gtin)?.to_string();
        anyhow::Ok(ExpiredLot { gtin, last_day })
    };
    Ok(Json(ExpiredLotsResponse { lots: rows.into_iter().map(lot).collect::<Result<_>>()? }))
}
