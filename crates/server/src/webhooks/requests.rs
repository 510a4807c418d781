//! What a till has missed, it reads again.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use polka_contract::{DeviceKind, ErrorCode, ErrorResponse, WebhookEventsResponse};
use serde::Deserialize;

use super::rows;
use crate::http::{ApiError, Services};

/// So many are read at once.
const MOST_EVENTS: i64 = 100;

/// From where events are read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The number of the last event that one has; without it the first events are given.
    after: Option<i64>,
}

/// What the webhook was told or is to be told, after an event.
#[utoipa::path(
    get, path = polka_contract::paths::WEBHOOK_EVENTS, tag = "webhooks", params(After),
    responses((status = 200, description = "at most a hundred, the oldest first", body = WebhookEventsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(
    State(services): State<Services>,
    after: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<WebhookEventsResponse>, ApiError> {
    services.device(&headers).await?.must_be(&[DeviceKind::Till])?;
    let Query(After { after }) =
        after.map_err(|problem| ApiError::new(ErrorCode::InvalidRequest, problem.body_text()))?;
    let after = after.unwrap_or(0);
    if after < 0 {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "after is no number of an event"));
    }
    let events = rows::after(&services.pool, services.store.id, after, MOST_EVENTS).await?;
    Ok(Json(WebhookEventsResponse { events }))
}
