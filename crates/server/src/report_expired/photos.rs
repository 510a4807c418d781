//! A photograph of the label belongs to a report: kept for thirty days, and shown to the staff of the store alone.

use anyhow::Result;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{DoneResponse, ErrorCode, ErrorResponse, ExpiredPhotoRequest};
use sqlx::AnyConnection;

use crate::checkout::credible;
use crate::http::{ApiError, Services};
use crate::photos::{self, Photo, Shown, refused};
use crate::writes::{Incoming, Outcome, Write, check_key, check_made};

fn no_report() -> ApiError {
    refused("this device has sent no report with this report_key")
}

/// A photograph of the label is added to a report that the same device has sent before. A report has one.
#[utoipa::path(
    post, path = polka_contract::paths::EXPIRED_PHOTOS, tag = "report_expired", request_body = ExpiredPhotoRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is kept for thirty days", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<ExpiredPhotoRequest>,
) -> Result<Json<DoneResponse>, ApiError> {
    check_made(said.made_ms)?;
    check_key(&said.report_key).map_err(|_| no_report())?;
    let photo = photos::read(&said.jpeg)?;
    let (report_key, made_ms) = (said.report_key, credible(said.made_ms, write.taken_ms));
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { add(connection, write, &report_key, &photo, made_ms).await })
    });
    outcome.await?;
    Ok(Json(DoneResponse {}))
}

async fn add(
    connection: &mut AnyConnection,
    write: &Write,
    report_key: &str,
    photo: &[u8],
    made_ms: i64,
) -> Result<Outcome> {
    // Whoever was erased meanwhile leaves nothing more here.
    let report: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM expired_reports WHERE device_id = $1 AND report_key = $2 AND NOT EXISTS (
            SELECT 1 FROM members WHERE members.id = expired_reports.member_id AND members.erased_ms IS NOT NULL)",
    )
    .bind(write.device_id)
    .bind(report_key)
    .fetch_optional(&mut *connection)
    .await?;
    let report = report.ok_or_else(no_report)?;
    let added = sqlx::query(
        "INSERT INTO expired_report_photos (report_id, store_id, jpeg, made_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (report_id) DO NOTHING",
    );
    let added = added.bind(report).bind(write.store_id).bind(photo).bind(made_ms).execute(connection).await?;
    match added.rows_affected() {
        0 => Err(refused("the report has a photograph").into()),
        _ => Ok(Outcome { word: "kept".into(), reference: Some(report) }),
    }
}

/// The photograph of the label that belongs to a task of the store; where several reports have one, the last.
#[utoipa::path(
    get, path = polka_contract::paths::TASK_PHOTO, tag = "tasks",
    params(("task_id" = i64, Path, description = "which one")),
    responses((status = 200, description = "a JPEG", content_type = "image/jpeg", body = Photo), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn of_task(
    State(services): State<Services>,
    Path(task_id): Path<i64>,
    headers: HeaderMap,
) -> Result<Shown, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let photo: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT expired_report_photos.jpeg FROM expired_report_photos
         JOIN expired_reports ON expired_reports.id = expired_report_photos.report_id
         WHERE expired_reports.task_id = $1 AND expired_report_photos.store_id = $2
         ORDER BY expired_report_photos.report_id DESC LIMIT 1",
    )
    .bind(task_id)
    .bind(staff.store_id())
    .fetch_optional(&services.pool)
    .await
    .map_err(anyhow::Error::from)?;
    let photo = photo.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "the store has no photograph of this task"))?;
    Ok(photos::shown(photo))
}

/// Forgets the photographs that were kept for so long.
pub(super) async fn forget_old(connection: &mut AnyConnection, now_ms: i64) -> Result<()> {
    let forget = sqlx::query("DELETE FROM expired_report_photos WHERE made_ms < $1");
    forget.bind(now_ms - photos::KEPT_MS).execute(connection).await?;
    Ok(())
}
