//! A shelf label shows another price than the till: a task for the staff, one for each product of the store.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use polka_contract::{ErrorCode, ErrorResponse, LabelOutcome, LabelReportRequest, LabelReportResponse};
use polka_domain::{Gtin, Money};
use sqlx::SqliteConnection;

use crate::http::{ApiError, Services};
use crate::writes::{Incoming, Outcome, Write, check_made};

/// What such a task is called in the database.
const TASK: &str = "shelf_label";

/// A shelf label shows another price.
#[utoipa::path(
    post, path = polka_contract::paths::LABEL_REPORTS, tag = "label_report", request_body = LabelReportRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = LabelReportResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn report(
    State(services): State<Services>,
    Incoming { write, said }: Incoming<LabelReportRequest>,
) -> Result<Json<LabelReportResponse>, ApiError> {
    let gtin: Gtin =
        said.gtin.parse().map_err(|problem| ApiError::new(ErrorCode::InvalidGtin, format!("the gtin {problem}")))?;
    let prices = [Some(said.till_price_minor_units), said.label_price_minor_units];
    if prices.into_iter().flatten().any(|price| !(1..=Money::LARGEST_PRICE_MINOR_UNITS).contains(&price)) {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "a price is above zero and below 100 million"));
    }
    check_made(said.made_ms)?;
    let outcome =
        services.writer.once(write, move |connection, write| Box::pin(note(connection, write, gtin, said))).await?;
    let word = LabelOutcome::from_code(&outcome.word).context("an outcome of a later version")?;
    Ok(Json(LabelReportResponse { outcome: word, task_id: outcome.reference }))
}

async fn note(
    connection: &mut SqliteConnection,
    write: &Write,
    gtin: Gtin,
    said: LabelReportRequest,
) -> Result<Outcome> {
    let body = i64::try_from(gtin.body())?;
    let address: Option<(Option<String>, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT aisle, bay, shelf FROM products WHERE store_id = $1 AND gtin = $2")
            .bind(write.store_id)
            .bind(body)
            .fetch_optional(&mut *connection)
            .await?;
    let open: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM tasks WHERE store_id = $1 AND kind = $2 AND gtin = $3 AND closed_ms IS NULL",
    )
    .bind(write.store_id)
    .bind(TASK)
    .bind(body)
    .fetch_optional(&mut *connection)
    .await?;
    let (word, reference) = match (open, address) {
        (Some(open), _) => (LabelOutcome::TaskKnown, Some(open)),
        (None, None) => (LabelOutcome::ProductGone, None),
        (None, Some((aisle, bay, shelf))) => {
            let opened = sqlx::query_scalar(
                "INSERT INTO tasks (id, store_id, kind, gtin, aisle, bay, shelf, opened_ms)
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM tasks RETURNING id",
            );
            let opened = opened.bind(write.store_id).bind(TASK).bind(body).bind(aisle).bind(bay).bind(shelf);
            (LabelOutcome::TaskOpened, Some(opened.bind(write.taken_ms).fetch_one(&mut *connection).await?))
        }
    };
    sqlx::query(
        "INSERT INTO label_reports
            (id, store_id, device_id, gtin, till_price, label_price, made_ms, taken_ms, task_id)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM label_reports",
    )
    .bind(write.store_id)
    .bind(write.device_id)
    .bind(body)
    .bind(said.till_price_minor_units)
    .bind(said.label_price_minor_units)
    .bind(said.made_ms)
    .bind(write.taken_ms)
    .bind(reference)
    .execute(&mut *connection)
    .await?;
    Ok(Outcome { word: word.code().into(), reference })
}
