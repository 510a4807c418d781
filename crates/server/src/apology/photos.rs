//! What goods look like that do not come back: a photograph for whoever decides. It is kept for thirty days; those who
//! see it are the staff of the store while it waits, then whoever gave it or decided, and managers.

use anyhow::Result;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{ErrorCode, ErrorResponse, StaffRole};
use polka_domain::Phone;
use sqlx::AnyConnection;

use super::phone_digest;
use crate::http::{ApiError, Services};
use crate::photos::{self, Photo, Shown};
use crate::secrets::Secrets;
use crate::writes::Write;

/// Keeps the photograph that came with an apology.
pub(super) async fn add(connection: &mut AnyConnection, write: &Write, apology_id: i64, photo: &[u8]) -> Result<()> {
    let added = sqlx::query("INSERT INTO apology_photos (apology_id, store_id, jpeg, made_ms) VALUES ($1, $2, $3, $4)");
    added.bind(apology_id).bind(write.store_id).bind(photo).bind(write.taken_ms).execute(connection).await?;
    Ok(())
}

/// The photograph of the goods that an apology is for. While it waits, all who work in the store see it; then whoever
/// gave it or decided about it, and managers.
#[utoipa::path(
    get, path = polka_contract::paths::APOLOGY_PHOTO, tag = "apologies",
    params(("apology_id" = i64, Path, description = "which one")),
    responses((status = 200, description = "a JPEG", content_type = "image/jpeg", body = Photo), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn of_apology(
    State(services): State<Services>,
    Path(apology_id): Path<i64>,
    headers: HeaderMap,
) -> Result<Shown, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let photo: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT apology_photos.jpeg FROM apology_photos JOIN apologies ON apologies.id = apology_photos.apology_id
         WHERE apologies.id = $1 AND apology_photos.store_id = $2
            AND (apologies.state = 'waits' OR apologies.staff_id = $3 OR apologies.decided_by = $3 OR $4 = 1)",
    )
    .bind(apology_id)
    .bind(staff.store_id())
    .bind(staff.staff_id)
    .bind(i64::from(staff.role == StaffRole::Manager))
    .fetch_optional(&services.pool)
    .await
    .map_err(anyhow::Error::from)?;
    let none = || ApiError::new(ErrorCode::NotFound, "the store has no photograph of this apology that you may see");
    Ok(photos::shown(photo.ok_or_else(none)?))
}

/// Which photographs are of goods that a member was given something for, or wanted to be: also of what waits, and of what
/// was refused.
macro_rules! of_member {
    ($query:ident, $before:literal) => {
        sqlx::$query(concat!(
            $before,
            " FROM apology_photos WHERE EXISTS (
                SELECT 1 FROM apologies WHERE apologies.id = apology_photos.apology_id
                    AND (apologies.member_id = $1 OR apologies.customer_digest = $2 OR EXISTS (
                        SELECT 1 FROM receipts WHERE receipts.member_id = $1 AND receipts.store_id = apologies.store_id
                            AND receipts.number = apologies.receipt_number)))"
        ))
    };
}

/// How many photographs of a member's goods are kept.
pub(crate) async fn count_of_member(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    phone: Phone,
) -> Result<i64> {
    let count = of_member!(query_scalar, "SELECT COUNT(*)").bind(member_id).bind(phone_digest(secrets, phone));
    Ok(count.fetch_one(connection).await?)
}

/// Forgets the photographs of a member's goods.
pub(crate) async fn forget_of(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    phone: Option<Phone>,
) -> Result<()> {
    let digest = phone.map(|phone| phone_digest(secrets, phone));
    of_member!(query, "DELETE").bind(member_id).bind(digest).execute(connection).await?;
    Ok(())
}

/// Forgets the photographs that were kept for so long.
pub(super) async fn forget_old(connection: &mut AnyConnection, now_ms: i64) -> Result<()> {
    let forget = sqlx::query("DELETE FROM apology_photos WHERE made_ms < $1");
    forget.bind(now_ms - photos::KEPT_MS).execute(connection).await?;
    Ok(())
}
