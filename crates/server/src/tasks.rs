//! What the staff are to do at a shelf: one open task of a kind for each product of the store.

use anyhow::{Context, Result};
use polka_contract::{ErrorCode, ReportOutcome, ReportResponse};
use polka_domain::Gtin;
use sqlx::AnyConnection;

use crate::http::ApiError;
use crate::writes::{Outcome, Write};

/// A kind of task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// The label shows another price than the till.
    ShelfLabel,
    /// The product is not on its shelf.
    MissingProduct,
    /// Items of the product are past their date.
    ExpiredItem,
}

impl TaskKind {
    /// As it is written in the database.
    fn code(self) -> &'static str {
        match self {
            Self::ShelfLabel => "shelf_label",
            Self::MissingProduct => "missing_product",
            Self::ExpiredItem => "expired_item",
        }
    }
}

/// Opens a task at the product's shelf, unless there is one already or the store has no such product. What is past its
/// date must go, whether it is on the list or not.
pub(crate) async fn open(
    connection: &mut AnyConnection,
    write: &Write,
    kind: TaskKind,
    gtin: Gtin,
) -> Result<(ReportOutcome, Option<i64>)> {
    let body = i64::try_from(gtin.body())?;
    let open: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM tasks WHERE store_id = $1 AND kind = $2 AND gtin = $3 AND closed_ms IS NULL",
    )
    .bind(write.store_id)
    .bind(kind.code())
    .bind(body)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(open) = open {
        return Ok((ReportOutcome::TaskKnown, Some(open)));
    }
    let address: Option<(Option<String>, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT aisle, bay, shelf FROM products WHERE store_id = $1 AND gtin = $2")
            .bind(write.store_id)
            .bind(body)
            .fetch_optional(&mut *connection)
            .await?;
    let (aisle, bay, shelf) = match address {
        Some(address) => address,
        None if kind == TaskKind::ExpiredItem => (None, None, None),
        None => return Ok((ReportOutcome::ProductGone, None)),
    };
    let opened = sqlx::query_scalar(
        "INSERT INTO tasks (id, store_id, kind, gtin, aisle, bay, shelf, opened_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM tasks RETURNING id",
    );
    let opened = opened.bind(write.store_id).bind(kind.code()).bind(body).bind(aisle).bind(bay).bind(shelf);
    let opened: i64 = opened.bind(write.taken_ms).fetch_one(&mut *connection).await?;
    Ok((ReportOutcome::TaskOpened, Some(opened)))
}

/// The product that a report is about.
pub(crate) fn reported_gtin(text: &str) -> Result<Gtin, ApiError> {
    text.parse().map_err(|problem| ApiError::new(ErrorCode::InvalidGtin, format!("the gtin {problem}")))
}

/// What is kept of a report's answer.
pub(crate) fn outcome(outcome: ReportOutcome, task_id: Option<i64>) -> Outcome {
    Outcome { word: outcome.code().into(), reference: task_id }
}

/// The answer, of what was kept of it.
pub(crate) fn response(outcome: &Outcome) -> Result<ReportResponse> {
    let word = ReportOutcome::from_code(&outcome.word).context("an outcome of a later version")?;
    Ok(ReportResponse { outcome: word, task_id: outcome.reference })
}
