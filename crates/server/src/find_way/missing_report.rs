//! Somebody did not find a product on its shelf: a task for the staff, one for each product of the store.

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use polka_contract::{ErrorResponse, MissingReportRequest, ReportResponse, TaskKind};
use polka_domain::Gtin;
use sqlx::AnyConnection;

use crate::http::{ApiError, Services};
use crate::tasks::{self, reported_gtin};
use crate::writes::{Incoming, Outcome, Write, check_made};

/// A product is not on its shelf.
#[utoipa::path(
    post, path = polka_contract::paths::MISSING_REPORTS, tag = "find_way", request_body = MissingReportRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = ReportResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn report_missing(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<MissingReportRequest>,
) -> Result<Json<ReportResponse>, ApiError> {
    let gtin = reported_gtin(&said.gtin)?;
    check_made(said.made_ms)?;
    let made_ms = said.made_ms;
    let outcome =
        services.writer.once(write, move |connection, write| Box::pin(note(connection, write, gtin, made_ms))).await?;
    Ok(Json(tasks::response(&outcome)?))
}

async fn note(connection: &mut AnyConnection, write: &Write, gtin: Gtin, made_ms: i64) -> Result<Outcome> {
    let (outcome, task_id) = tasks::open(connection, write, TaskKind::MissingProduct, gtin).await?;
    sqlx::query(
        "INSERT INTO missing_reports (id, store_id, device_id, gtin, made_ms, taken_ms, task_id)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM missing_reports",
    )
    .bind(write.store_id)
    .bind(write.device_id)
    .bind(i64::try_from(gtin.body())?)
    .bind(made_ms)
    .bind(write.taken_ms)
    .bind(task_id)
    .execute(&mut *connection)
    .await?;
    Ok(tasks::outcome(outcome, task_id))
}
