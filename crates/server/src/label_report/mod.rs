//! A shelf label shows another price than the till: a task for the staff, one for each product of the store.

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use polka_contract::{ErrorCode, ErrorResponse, LabelReportRequest, ReportResponse, TaskKind};
use polka_domain::{Gtin, Money};
use sqlx::AnyConnection;

use crate::http::{ApiError, Services};
use crate::tasks::{self, reported_gtin};
use crate::writes::{Incoming, Outcome, Write, check_made};

/// A shelf label shows another price.
#[utoipa::path(
    post, path = polka_contract::paths::LABEL_REPORTS, tag = "label_report", request_body = LabelReportRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = ReportResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn report(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<LabelReportRequest>,
) -> Result<Json<ReportResponse>, ApiError> {
    let gtin = reported_gtin(&said.gtin)?;
    let prices = [Some(said.till_price_minor_units), said.label_price_minor_units];
    if prices.into_iter().flatten().any(|price| !(1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(&price)) {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "a price is above zero and below 100 million"));
    }
    check_made(said.made_ms)?;
    let outcome =
        services.writer.once(write, move |connection, write| Box::pin(note(connection, write, gtin, said))).await?;
    Ok(Json(tasks::response(&outcome)?))
}

async fn note(connection: &mut AnyConnection, write: &Write, gtin: Gtin, said: LabelReportRequest) -> Result<Outcome> {
    let (outcome, task_id) = tasks::open(connection, write, TaskKind::ShelfLabel, gtin).await?;
    sqlx::query(
        "INSERT INTO label_reports
            (id, store_id, device_id, gtin, till_price, label_price, made_ms, taken_ms, task_id)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM label_reports",
    )
    .bind(write.store_id)
    .bind(write.device_id)
    .bind(i64::try_from(gtin.body())?)
    .bind(said.till_price_minor_units)
    .bind(said.label_price_minor_units)
    .bind(said.made_ms)
    .bind(write.taken_ms)
    .bind(task_id)
    .execute(&mut *connection)
    .await?;
    Ok(tasks::outcome(outcome, task_id))
}
