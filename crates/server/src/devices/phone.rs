//! A member's own phone as a device: a row of a kind that no [`Device`](super::Device) has, and a cookie of its own.
//! So it is refused wherever a device of the store is asked for, also by what is written later.
//!
//! Whose it is, and what it may do, `member_card` knows.

use anyhow::Result;
use axum::http::{HeaderMap, HeaderValue};
use sqlx::{AnyConnection, AnyPool};

use super::{COOKIE_AGE_S, credential};
use crate::http::{ApiError, Services};
use crate::secrets::plain_digest;

/// In which a phone has its credential.
const COOKIE: &str = "polka_phone";
/// With which the names of phones begin; no other device's does.
pub(super) const PHONE_NAME: &str = "phone-";

/// The phone that a request comes from, as its credential says; also one that has ended, so that it gets the answer
/// to what it has sent before.
pub(crate) async fn of_request(pool: &AnyPool, headers: &HeaderMap) -> Result<Option<i64>> {
    let Some((id, secret)) = credential(headers, COOKIE) else { return Ok(None) };
    let phone =
        sqlx::query_scalar("SELECT id FROM devices WHERE id = $1 AND kind = 'phone' AND credential_digest = $2");
    Ok(phone.bind(id).bind(plain_digest(secret)).fetch_optional(pool).await?)
}

/// Adds a phone with this credential.
pub(crate) async fn add(connection: &mut AnyConnection, store_id: i64, secret: &str, now_ms: i64) -> Result<i64> {
    let added = sqlx::query_scalar(
        "INSERT INTO devices (id, store_id, name, kind, credential_digest, enrolled_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2 || CAST(COALESCE(MAX(id), 0) + 1 AS TEXT), 'phone', $3, $4
         FROM devices RETURNING id",
    );
    let added = added.bind(store_id).bind(PHONE_NAME).bind(plain_digest(secret)).bind(now_ms);
    Ok(added.fetch_one(connection).await?)
}

/// Ends a phone: its credential shows nothing from now on.
pub(crate) async fn end(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<()> {
    let ended = sqlx::query("UPDATE devices SET revoked_ms = COALESCE(revoked_ms, $2) WHERE id = $1");
    ended.bind(id).bind(now_ms).execute(connection).await?;
    Ok(())
}

impl Services {
    /// The cookie of a phone.
    pub(crate) fn phone_cookie(&self, id: i64, secret: &str) -> Result<HeaderValue, ApiError> {
        self.cookie(COOKIE, &format!("{id}.{secret}"), COOKIE_AGE_S)
    }

    /// The cookie that a phone has, for as long again.
    pub(crate) fn phone_cookie_again(&self, headers: &HeaderMap) -> Result<Option<HeaderValue>, ApiError> {
        credential(headers, COOKIE).map(|(id, secret)| self.phone_cookie(id, secret)).transpose()
    }

    /// What takes that cookie away.
    pub(crate) fn no_phone_cookie(&self) -> Result<HeaderValue, ApiError> {
        self.cookie(COOKIE, "", 0)
    }
}
