//! The number by which somebody of the staff collects points: a find of their own store's earns them none.
//!
//! It is kept as a member's: sealed, and found by a digest of which another key makes another.

use anyhow::Result;
use polka_domain::Phone;
use sqlx::AnyConnection;

use crate::join_loyalty::members::KeptPhone;
use crate::join_loyalty::phone_keys::{self, PhoneDigests};
use crate::secrets::Secrets;

/// Says which number is somebody's, or that none is.
pub(super) async fn set(connection: &mut AnyConnection, staff_id: i64, phone: Option<&KeptPhone>) -> Result<()> {
    let digest = match phone {
        Some(phone) => Some(phone.digests(connection).await?.current),
        None => None,
    };
    note(connection, staff_id, digest, phone.map(KeptPhone::sealed)).await
}

/// Keeps a number under another digest, sealed anew.
pub(crate) async fn note(
    connection: &mut AnyConnection,
    staff_id: i64,
    digest: Option<String>,
    sealed: Option<&str>,
) -> Result<()> {
    let noted = sqlx::query("UPDATE staff SET phone_digest = $2, phone = $3 WHERE id = $1");
    noted.bind(staff_id).bind(digest).bind(sealed).execute(connection).await?;
    Ok(())
}

/// The sealed numbers after one, with whose they are.
pub(crate) async fn sealed_after(
    connection: &mut AnyConnection,
    staff_id: i64,
    count: i64,
) -> Result<Vec<(i64, String)>> {
    let sealed = sqlx::query_as("SELECT id, phone FROM staff WHERE id > $1 AND phone IS NOT NULL ORDER BY id LIMIT $2");
    Ok(sealed.bind(staff_id).bind(count).fetch_all(connection).await?)
}

/// Whether somebody who works in a store has this number.
pub(crate) async fn is_of_staff(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    store_id: i64,
    phone: Phone,
) -> Result<bool> {
    let PhoneDigests { current, earlier } = phone_keys::digests(connection, secrets, phone).await?;
    let found = sqlx::query_scalar(
        "SELECT COUNT(*) FROM staff WHERE store_id = $1 AND phone_digest IN ($2, $3) AND ended_ms IS NULL",
    );
    let found: i64 = found.bind(store_id).bind(current).bind(earlier).fetch_one(connection).await?;
    Ok(found > 0)
}
