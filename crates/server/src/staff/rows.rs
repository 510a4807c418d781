//! The staff and their sessions as rows of the database.

use anyhow::{Context, Result};
use polka_contract::StaffRole;
use sqlx::{AnyConnection, AnyExecutor, AnyPool, FromRow};

use super::SHIFT_MS;
use crate::writes::Write;

/// Somebody of the staff.
#[derive(Debug, FromRow)]
pub(super) struct StaffRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) is_named: i64,
    pub(super) pin_hash: Option<String>,
    pub(super) phone_digest: Option<String>,
    pub(super) wrong_pins: i64,
    pub(super) locked_until_ms: i64,
}

/// The staff of a store who still work there, by name.
pub(super) async fn all(pool: &AnyPool, store_id: i64) -> Result<Vec<StaffRow>> {
    let all = sqlx::query_as(
        "SELECT id, name, role, is_named, pin_hash, phone_digest, wrong_pins, locked_until_ms FROM staff
         WHERE store_id = $1 AND ended_ms IS NULL ORDER BY name",
    );
    Ok(all.bind(store_id).fetch_all(pool).await?)
}

/// The one with a number.
pub(super) async fn find(executor: impl AnyExecutor<'_>, store_id: i64, id: i64) -> Result<Option<StaffRow>> {
    let found = sqlx::query_as(
        "SELECT id, name, role, is_named, pin_hash, phone_digest, wrong_pins, locked_until_ms FROM staff
         WHERE store_id = $1 AND id = $2 AND ended_ms IS NULL",
    );
    Ok(found.bind(store_id).bind(id).fetch_optional(executor).await?)
}

/// The number of whoever has a badge.
pub(super) async fn find_by_badge(
    connection: &mut AnyConnection,
    store_id: i64,
    badge_digest: &str,
) -> Result<Option<i64>> {
    let found =
        sqlx::query_scalar("SELECT id FROM staff WHERE store_id = $1 AND badge_digest = $2 AND ended_ms IS NULL");
    Ok(found.bind(store_id).bind(badge_digest).fetch_optional(connection).await?)
}

/// Adds somebody, and gives their number.
pub(super) async fn add(
    pool: &AnyPool,
    store_id: i64,
    name: &str,
    role: StaffRole,
    is_named: bool,
    keys: &Keys,
) -> Result<i64> {
    let added = sqlx::query_scalar(
        "INSERT INTO staff (id, store_id, name, role, is_named, badge_digest, pin_hash, wrong_pins, locked_until_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, 0, 0 FROM staff RETURNING id",
    );
    let added = added.bind(store_id).bind(name).bind(role.code()).bind(i64::from(is_named));
    added.bind(&keys.badge_digest).bind(&keys.pin_hash).fetch_one(pool).await.map_err(|error| {
        match error.as_database_error().is_some_and(|it| it.is_unique_violation()) {
            true => anyhow::anyhow!("there is somebody called {name:?} already, or was"),
            false => error.into(),
        }
    })
}

/// By what somebody shows who they are.
pub(super) struct Keys {
    pub(super) badge_digest: String,
    pub(super) pin_hash: String,
}

/// Gives somebody another badge and another PIN; whoever has the old ones is nobody from now on.
pub(super) async fn set_keys(pool: &AnyPool, id: i64, keys: &Keys, now_ms: i64) -> Result<()> {
    let set = sqlx::query(
        "UPDATE staff SET badge_digest = $2, pin_hash = $3, wrong_pins = 0, locked_until_ms = 0 WHERE id = $1",
    );
    set.bind(id).bind(&keys.badge_digest).bind(&keys.pin_hash).execute(pool).await?;
    end_sessions(pool, id, now_ms).await
}

/// Somebody works there no longer; what they did, others may do.
pub(super) async fn remove(pool: &AnyPool, id: i64, now_ms: i64) -> Result<()> {
    let free = sqlx::query(
        "UPDATE tasks SET claimed_by = NULL, claimed_ms = NULL WHERE claimed_by = $1 AND closed_ms IS NULL",
    );
    free.bind(id).execute(pool).await?;
    let removed = sqlx::query(
        "UPDATE staff SET badge_digest = NULL, pin_hash = NULL, phone_digest = NULL, phone = NULL,
            ended_ms = $2 WHERE id = $1",
    );
    removed.bind(id).bind(now_ms).execute(pool).await?;
    end_sessions(pool, id, now_ms).await
}

async fn end_sessions(pool: &AnyPool, staff_id: i64, now_ms: i64) -> Result<()> {
    let end = sqlx::query("UPDATE staff_sessions SET ended_ms = $2 WHERE staff_id = $1 AND ended_ms IS NULL");
    end.bind(staff_id).bind(now_ms).execute(pool).await?;
    Ok(())
}

/// A PIN was wrong, or right.
pub(super) async fn count_pin(
    connection: &mut AnyConnection,
    id: i64,
    wrong_pins: i64,
    locked_until_ms: i64,
) -> Result<()> {
    let counted = sqlx::query("UPDATE staff SET wrong_pins = $2, locked_until_ms = $3 WHERE id = $1");
    counted.bind(id).bind(wrong_pins).bind(locked_until_ms).execute(connection).await?;
    Ok(())
}

/// Somebody works at a tablet from now on, and whoever did before does no longer.
pub(super) async fn begin_session(connection: &mut AnyConnection, staff_id: i64, write: &Write) -> Result<i64> {
    let end = sqlx::query("UPDATE staff_sessions SET ended_ms = $2 WHERE device_id = $1 AND ended_ms IS NULL");
    end.bind(write.device_id).bind(write.taken_ms).execute(&mut *connection).await?;
    let begun = sqlx::query_scalar(
        "INSERT INTO staff_sessions (id, staff_id, device_id, begun_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM staff_sessions RETURNING id",
    );
    Ok(begun.bind(staff_id).bind(write.device_id).bind(write.taken_ms).fetch_one(connection).await?)
}

/// A session ends.
pub(super) async fn end_session(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<()> {
    let end = sqlx::query("UPDATE staff_sessions SET ended_ms = $2 WHERE id = $1 AND ended_ms IS NULL");
    end.bind(id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Whose session it is, or was.
#[derive(FromRow)]
pub(super) struct SessionRow {
    pub(super) session_id: i64,
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) badge_digest: String,
    pub(super) begun_ms: i64,
    ended_ms: Option<i64>,
}

impl SessionRow {
    /// Whether they work there still.
    pub(super) fn is_open(&self, now_ms: i64) -> bool {
        self.ended_ms.is_none() && self.begun_ms > now_ms - SHIFT_MS
    }
}

/// Whose session at a tablet this is, or was, where they still work in the store.
pub(super) async fn of_session(
    executor: impl AnyExecutor<'_>,
    session_id: i64,
    device_id: i64,
) -> Result<Option<SessionRow>> {
    let found = sqlx::query_as(
        "SELECT staff_sessions.id AS session_id, staff.id, staff.name, staff.role, staff.badge_digest,
            staff_sessions.begun_ms, staff_sessions.ended_ms
         FROM staff_sessions JOIN staff ON staff.id = staff_sessions.staff_id
         WHERE staff_sessions.id = $1 AND staff_sessions.device_id = $2 AND staff.ended_ms IS NULL
            AND staff.badge_digest IS NOT NULL",
    );
    Ok(found.bind(session_id).bind(device_id).fetch_optional(executor).await?)
}

/// The one with a name.
pub(super) async fn find_by_name(pool: &AnyPool, store_id: i64, name: &str) -> Result<i64> {
    let found = sqlx::query_scalar("SELECT id FROM staff WHERE store_id = $1 AND name = $2 AND ended_ms IS NULL");
    let found: Option<i64> = found.bind(store_id).bind(name).fetch_optional(pool).await?;
    found.with_context(|| format!("nobody called {name:?} works in this store; `polka staff list` shows who does"))
}
