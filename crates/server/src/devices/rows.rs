//! A device as a row of the database.

use anyhow::{Context, Result, bail};
use polka_contract::{DeviceKind, DeviceProfile, DeviceStatus, ListedDevice};
use sqlx::{AnyPool, FromRow};

use super::Device;
use super::phone::PHONE_NAME;
use crate::database;

/// All of it.
#[derive(FromRow)]
pub(super) struct DeviceRow {
    pub(super) id: i64,
    pub(super) store_id: i64,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) place: Option<String>,
    pub(super) start: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) code_digest: Option<String>,
    pub(super) credential_digest: Option<String>,
    pub(super) revoked_ms: Option<i64>,
    pub(super) seen_ms: Option<i64>,
    pub(super) status: Option<String>,
}

impl DeviceRow {
    pub(super) fn into_device(self) -> Option<Device> {
        Some(Device {
            id: self.id,
            store_id: self.store_id,
            name: self.name,
            kind: DeviceKind::from_code(&self.kind)?,
            place: self.place,
            start: self.start,
            // What another version wrote and this one does not understand is not told.
            profile: self.profile.and_then(|profile| serde_json::from_str(&profile).ok()),
        })
    }

    pub(super) fn into_listed(self) -> Option<ListedDevice> {
        Some(ListedDevice {
            kind: DeviceKind::from_code(&self.kind)?,
            is_enrolled: self.credential_digest.is_some(),
            is_revoked: self.revoked_ms.is_some(),
            last_seen_ms: self.seen_ms,
            status: self.status.and_then(|status| serde_json::from_str::<DeviceStatus>(&status).ok()),
            name: self.name,
            place: self.place,
        })
    }
}

pub(super) async fn find(pool: &AnyPool, id: i64) -> Result<Option<DeviceRow>> {
    Ok(sqlx::query_as("SELECT * FROM devices WHERE id = $1").bind(id).fetch_optional(pool).await?)
}

pub(super) async fn find_by_name(pool: &AnyPool, store_id: i64, name: &str) -> Result<DeviceRow> {
    let row = sqlx::query_as("SELECT * FROM devices WHERE store_id = $1 AND name = $2 AND kind <> 'phone'");
    let row = row.bind(store_id).bind(name).fetch_optional(pool).await?;
    row.with_context(|| format!("there is no device {name:?}; `polka device list` shows them"))
}

/// The device of a code that still holds, and was not used under another key.
pub(super) async fn find_by_code(
    pool: &AnyPool,
    store_id: i64,
    digest: &str,
    key: &str,
    now_ms: i64,
) -> Result<Option<DeviceRow>> {
    let row = sqlx::query_as(
        "SELECT * FROM devices WHERE code_digest = $1 AND store_id = $2 AND code_until_ms >= $3
         AND revoked_ms IS NULL AND (enrolment_key IS NULL OR enrolment_key = $4)",
    );
    Ok(row.bind(digest).bind(store_id).bind(now_ms).bind(key).fetch_optional(pool).await?)
}

/// All of a store, by name. Members' own phones are none of the store's.
pub(super) async fn all(pool: &AnyPool, store_id: i64) -> Result<Vec<ListedDevice>> {
    let rows: Vec<DeviceRow> =
        sqlx::query_as("SELECT * FROM devices WHERE store_id = $1 AND kind <> 'phone' ORDER BY name")
            .bind(store_id)
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().filter_map(DeviceRow::into_listed).collect())
}

pub(super) async fn add(pool: &AnyPool, store_id: i64, name: &str, kind: DeviceKind) -> Result<()> {
    if name.starts_with(PHONE_NAME) {
        bail!("names that begin with {PHONE_NAME} are those of members' own phones");
    }
    let added = sqlx::query(
        "INSERT INTO devices (id, store_id, name, kind) SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM devices",
    );
    // Members' phones come while the server serves, and take a number too.
    let mut connection = pool.acquire().await?;
    let mut transaction = database::begin_write(&mut connection).await?;
    match added.bind(store_id).bind(name).bind(kind.code()).execute(&mut *transaction).await {
        Ok(_) => Ok(transaction.commit().await?),
        Err(error) if error.as_database_error().is_some_and(|it| it.is_unique_violation()) => {
            bail!("there is a device {name:?} already; `polka device code` gives it a new code")
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn find_or_add_demo(pool: &AnyPool, store_id: i64, name: &str) -> Result<DeviceRow> {
    // Two pages of a first start may both ask.
    let _ = add(pool, store_id, name, DeviceKind::Kiosk).await;
    find_by_name(pool, store_id, name).await
}

/// Keeps what was set of a device; what is `None` stays.
pub(super) async fn set(
    pool: &AnyPool,
    id: i64,
    place: Option<&str>,
    start: Option<&str>,
    profile: Option<DeviceProfile>,
) -> Result<()> {
    let set = sqlx::query(
        "UPDATE devices SET place = COALESCE($2, place), start = COALESCE($3, start), profile = COALESCE($4, profile)
         WHERE id = $1",
    );
    let profile = profile.map(|profile| serde_json::to_string(&profile)).transpose()?;
    set.bind(id).bind(place).bind(start).bind(profile).execute(pool).await?;
    Ok(())
}

/// Gives a device a new code; whoever has its credential keeps it until the code is used.
pub(super) async fn give_code(pool: &AnyPool, id: i64, digest: &str, until_ms: i64) -> Result<()> {
    let given = sqlx::query(
        "UPDATE devices SET code_digest = $2, code_until_ms = $3, enrolment_key = NULL, revoked_ms = NULL WHERE id = $1",
    );
    given.bind(id).bind(digest).bind(until_ms).execute(pool).await?;
    Ok(())
}

/// Gives a device its credential, unless it was revoked, or its code used or replaced, meanwhile.
pub(super) async fn enrol(pool: &AnyPool, device: &DeviceRow, key: &str, digest: &str, now_ms: i64) -> Result<bool> {
    let enrolled = sqlx::query(
        "UPDATE devices SET enrolment_key = $2, credential_digest = $3, enrolled_ms = $4
         WHERE id = $1 AND revoked_ms IS NULL AND code_digest IS NOT DISTINCT FROM $5
         AND (enrolment_key IS NULL OR enrolment_key = $2)",
    );
    let enrolled = enrolled.bind(device.id).bind(key).bind(digest).bind(now_ms).bind(&device.code_digest);
    let enrolled = enrolled.execute(pool).await?;
    Ok(enrolled.rows_affected() == 1)
}

pub(super) async fn revoke(pool: &AnyPool, id: i64, now_ms: i64) -> Result<()> {
    let revoked =
        sqlx::query("UPDATE devices SET revoked_ms = $2, credential_digest = NULL, code_digest = NULL WHERE id = $1");
    revoked.bind(id).bind(now_ms).execute(pool).await?;
    Ok(())
}

pub(super) async fn keep_status(pool: &AnyPool, id: i64, status: &DeviceStatus, now_ms: i64) -> Result<()> {
    let kept = sqlx::query("UPDATE devices SET seen_ms = $2, status = $3 WHERE id = $1");
    kept.bind(id).bind(now_ms).bind(serde_json::to_string(status)?).execute(pool).await?;
    Ok(())
}
