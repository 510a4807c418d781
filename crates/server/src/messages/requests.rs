//! What a tablet of the staff asks, and what a gateway reports.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use polka_contract::{DeviceKind, ErrorCode, ErrorResponse, MessagesResponse};
use serde::Deserialize;

use super::rows;
use super::state::Report;
use crate::database;
use crate::http::{ApiError, Services};
use crate::secrets::plain_digest;

/// How messages to people go.
#[utoipa::path(
    get, path = polka_contract::paths::MESSAGES, tag = "messages",
    responses((status = 200, description = "how each channel does", body = MessagesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn overview(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<MessagesResponse>, ApiError> {
    if services.device(&headers).await?.kind != DeviceKind::Tablet {
        return Err(ApiError::new(ErrorCode::Forbidden, "only a tablet of the staff is told of messages"));
    }
    Ok(Json(services.messages.overview().await?))
}

/// What a gateway says of a message.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Delivery {
    /// What the gateway was given with the message.
    key: String,
    /// 1: delivered; 2: not to be delivered; 4 and 8: taken by the network; 16: refused by it.
    status: String,
}

/// A gateway reports what became of a message.
#[utoipa::path(
    get, path = polka_contract::paths::MESSAGE_DELIVERY, tag = "messages",
    params(("message_id" = i64, Path, description = "the message"), Delivery),
    responses((status = 204, description = "it is noted"), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn delivery(
    State(services): State<Services>,
    id: Result<Path<i64>, PathRejection>,
    delivery: Result<Query<Delivery>, QueryRejection>,
) -> Result<StatusCode, ApiError> {
    let unknown = || ApiError::new(ErrorCode::NotFound, "there is no such message, or this is not its key");
    let Path(id) = id.map_err(|_| unknown())?;
    let Query(Delivery { key, status }) =
        delivery.map_err(|problem| ApiError::new(ErrorCode::InvalidRequest, problem.body_text()))?;
    let report = Report::from_status(&status)
        .ok_or_else(|| ApiError::new(ErrorCode::InvalidRequest, "status is none of 1, 2, 4, 8 and 16"))?;
    let messages = &services.messages;
    let mut connection = messages.pool.acquire().await.map_err(anyhow::Error::from)?;
    let found = rows::find(&mut connection, messages.store.id, id).await?;
    // Digests take the same time to compare, however much of the key is right.
    let is_it = |message_key: &str| plain_digest(&key) == plain_digest(&messages.report_key(id, message_key));
    if !found.is_some_and(|(message_key, _)| is_it(&message_key)) {
        return Err(unknown());
    }
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    if let Some((_, state)) = rows::find(&mut transaction, messages.store.id, id).await?
        && let Some(next) = report.next(state)
    {
        rows::report(&mut transaction, id, next).await?;
    }
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}
