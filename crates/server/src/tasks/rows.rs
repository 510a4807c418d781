//! Tasks as rows of the database.

use anyhow::Result;
use polka_contract::{Claimer, OpenTask, StaffRole, TaskKind, TaskOutcome};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::{About, Escalation};
use crate::database::gtin_of;
use crate::staff::{SHIFT_MS, SignedIn};
use crate::writes::Write;

/// An aisle, a bay and a shelf, as far as they are known.
type Shelf = (Option<String>, Option<String>, Option<String>);

/// Where a product of a store stands; `None` where the store has no such product.
pub(super) async fn shelf(connection: &mut AnyConnection, store_id: i64, gtin: i64) -> Result<Option<Shelf>> {
    let shelf = sqlx::query_as("SELECT aisle, bay, shelf FROM products WHERE store_id = $1 AND gtin = $2");
    Ok(shelf.bind(store_id).bind(gtin).fetch_optional(connection).await?)
}

/// Opens a task, or adds to the one that is open; gives its number, and whether it is new. What a manager alone was still
/// to decide is to be done once more.
pub(super) async fn open(
    connection: &mut AnyConnection,
    write: &Write,
    kind: TaskKind,
    about: &About,
) -> Result<(i64, bool)> {
    let known: Option<i64> = sqlx::query_scalar(
        "UPDATE tasks SET times = times + 1, outcome = NULL
         WHERE store_id = $1 AND kind = $2 AND gtin = $3 AND last_day = $4 AND device_id = $5 AND closed_ms IS NULL
         RETURNING id",
    )
    .bind(write.store_id)
    .bind(kind.code())
    .bind(about.gtin)
    .bind(&about.last_day)
    .bind(about.device_id)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(known) = known {
        return Ok((known, false));
    }
    let (aisle, bay, shelf) = shelf(connection, write.store_id, about.gtin).await?.unwrap_or_default();
    let opened = sqlx::query_scalar(
        "INSERT INTO tasks (id, store_id, kind, gtin, last_day, device_id, aisle, bay, shelf, opened_ms, times)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, 1 FROM tasks RETURNING id",
    );
    let opened = opened.bind(write.store_id).bind(kind.code()).bind(about.gtin).bind(&about.last_day);
    let opened = opened.bind(about.device_id).bind(aisle).bind(bay).bind(shelf).bind(write.taken_ms);
    Ok((opened.fetch_one(connection).await?, true))
}

/// Closes the task to come to a device.
pub(super) async fn call_off(connection: &mut AnyConnection, device_id: i64, now_ms: i64) -> Result<()> {
    let closed = sqlx::query(
        "UPDATE tasks SET closed_ms = $2, outcome = 'called_off'
         WHERE kind = 'call' AND device_id = $1 AND closed_ms IS NULL",
    );
    closed.bind(device_id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// A task as it stands.
#[derive(FromRow)]
pub(super) struct TaskRow {
    pub(super) kind: String,
    pub(super) device_id: i64,
    pub(super) claimed_by: Option<i64>,
    pub(super) closed_ms: Option<i64>,
}

/// The task of a store with a number.
pub(super) async fn find(connection: &mut AnyConnection, store_id: i64, id: i64) -> Result<Option<TaskRow>> {
    let found =
        sqlx::query_as("SELECT kind, device_id, claimed_by, closed_ms FROM tasks WHERE store_id = $1 AND id = $2");
    Ok(found.bind(store_id).bind(id).fetch_optional(connection).await?)
}

/// Whether somebody may do a task: nobody else does, or whoever does is not at work, or a manager steps in; and what a
/// manager is to decide, a manager does. The values are the task, the store, whoever wants to, whether they are a manager,
/// and when a shift that lasts still must have begun.
const MAY_DO: &str = "id = $1 AND store_id = $2 AND closed_ms IS NULL AND (outcome IS NULL OR $4 = 1)
    AND (claimed_by IS NULL OR claimed_by = $3 OR $4 = 1 OR NOT EXISTS (
        SELECT 1 FROM staff_sessions WHERE staff_sessions.staff_id = tasks.claimed_by
            AND staff_sessions.ended_ms IS NULL AND staff_sessions.begun_ms > $5))";

/// Gives a task to somebody who may do it, from a time on; tells whether it is theirs.
pub(super) async fn claim(
    connection: &mut AnyConnection,
    id: i64,
    staff: &SignedIn,
    now_ms: i64,
    at_ms: i64,
) -> Result<bool> {
    let claim = format!(
        "UPDATE tasks SET claimed_ms = CASE WHEN claimed_by = $3 THEN claimed_ms ELSE $6 END, claimed_by = $3
         WHERE {MAY_DO}"
    );
    let claimed = of_somebody(sqlx::query(AssertSqlSafe(claim)), id, staff, now_ms).bind(at_ms);
    Ok(claimed.execute(connection).await?.rows_affected() == 1)
}

/// Takes a task from whoever has it, if that is them; tells whether it was theirs.
pub(super) async fn give_back(connection: &mut AnyConnection, id: i64, staff: &SignedIn) -> Result<bool> {
    let returned = sqlx::query(
        "UPDATE tasks SET claimed_by = NULL, claimed_ms = NULL
         WHERE id = $1 AND store_id = $2 AND closed_ms IS NULL AND claimed_by = $3",
    );
    let returned = returned.bind(id).bind(staff.store_id()).bind(staff.staff_id);
    Ok(returned.execute(connection).await?.rows_affected() == 1)
}

/// Closes a task for somebody who may do it, at a time; tells whether it was theirs to close.
pub(super) async fn close(
    connection: &mut AnyConnection,
    id: i64,
    staff: &SignedIn,
    outcome: TaskOutcome,
    now_ms: i64,
    at_ms: i64,
) -> Result<bool> {
    let close = format!("UPDATE tasks SET closed_ms = $6, closed_by = $3, outcome = $7 WHERE {MAY_DO}");
    let closed = of_somebody(sqlx::query(AssertSqlSafe(close)), id, staff, now_ms).bind(at_ms).bind(outcome.code());
    Ok(closed.execute(connection).await?.rows_affected() == 1)
}

fn of_somebody<'q>(
    query: Query<'q, Any, AnyArguments>,
    id: i64,
    staff: &SignedIn,
    now_ms: i64,
) -> Query<'q, Any, AnyArguments> {
    let is_manager = i64::from(staff.role == StaffRole::Manager);
    query.bind(id).bind(staff.store_id()).bind(staff.staff_id).bind(is_manager).bind(now_ms - SHIFT_MS)
}

/// Opens a task again that was just closed: what it is about is done, and a manager is to decide.
pub(super) async fn leave_to_manager(connection: &mut AnyConnection, id: i64) -> Result<()> {
    let left = sqlx::query("UPDATE tasks SET closed_ms = NULL, claimed_by = NULL, claimed_ms = NULL WHERE id = $1");
    left.bind(id).execute(connection).await?;
    Ok(())
}

/// Opens a task again that was just closed: somebody has asked for it since it was done.
pub(super) async fn leave_to_all(connection: &mut AnyConnection, id: i64) -> Result<()> {
    let left = sqlx::query(
        "UPDATE tasks SET closed_ms = NULL, claimed_by = NULL, claimed_ms = NULL, outcome = NULL WHERE id = $1",
    );
    left.bind(id).execute(connection).await?;
    Ok(())
}

/// An open task beside what it is of.
#[derive(FromRow)]
struct OpenRow {
    id: i64,
    kind: String,
    gtin: i64,
    last_day: String,
    device_id: i64,
    device: Option<String>,
    place: Option<String>,
    aisle: Option<String>,
    bay: Option<String>,
    shelf: Option<String>,
    times: i64,
    opened_ms: i64,
    claimed_by: Option<i64>,
    claimed_ms: Option<i64>,
    claimer: Option<String>,
    is_named: Option<i64>,
    is_here: i64,
    outcome: Option<String>,
    quantity: Option<i64>,
    is_elsewhere: Option<i64>,
    photos: i64,
}

/// An open task, with what not everybody is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Task {
    pub(crate) open: OpenTask,
    /// The device that somebody is wanted at; 0 for other tasks.
    pub(crate) device_id: i64,
    /// Whether customers may hear who does it.
    pub(crate) is_named: bool,
}

/// The open tasks of a store.
pub(super) async fn all_open(pool: &AnyPool, store_id: i64, escalation: &Escalation, now_ms: i64) -> Result<Vec<Task>> {
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT tasks.id, tasks.kind, tasks.gtin, tasks.last_day, devices.name AS device, devices.place, tasks.aisle,
            tasks.bay, tasks.shelf, tasks.times, tasks.opened_ms, tasks.claimed_by, tasks.claimed_ms,
            staff.name AS claimer, staff.is_named, tasks.device_id, tasks.outcome,
            (SELECT COUNT(*) FROM staff_sessions WHERE staff_sessions.staff_id = tasks.claimed_by
                AND staff_sessions.ended_ms IS NULL AND staff_sessions.begun_ms > $2) AS is_here,
            (SELECT MAX(quantity) FROM expired_reports WHERE expired_reports.task_id = tasks.id) AS quantity,
            (SELECT MAX(is_elsewhere) FROM expired_reports WHERE expired_reports.task_id = tasks.id) AS is_elsewhere,
            (SELECT COUNT(*) FROM expired_report_photos JOIN expired_reports
                ON expired_reports.id = expired_report_photos.report_id
                WHERE expired_reports.task_id = tasks.id) AS photos
         FROM tasks LEFT JOIN devices ON devices.id = tasks.device_id LEFT JOIN staff ON staff.id = tasks.claimed_by
         WHERE tasks.store_id = $1 AND tasks.closed_ms IS NULL",
    )
    .bind(store_id)
    .bind(now_ms - SHIFT_MS)
    .fetch_all(pool)
    .await?;
    // A kind of a newer program is shown by it alone.
    let known = rows.into_iter().filter_map(|row| Some((TaskKind::from_code(&row.kind)?, row)));
    known.map(|(kind, row)| open_task(kind, row, escalation, now_ms)).collect()
}

fn open_task(kind: TaskKind, row: OpenRow, escalation: &Escalation, now_ms: i64) -> Result<Task> {
    let gtin = match row.gtin {
        0 => None,
        body => Some(gtin_of(body)?.to_string()),
    };
    let claimer = row.claimed_by.zip(row.claimer).zip(row.claimed_ms);
    let open = OpenTask {
        task_id: row.id,
        kind,
        gtin,
        last_day: Some(row.last_day).filter(|day| !day.is_empty()),
        device: row.device,
        place: row.place,
        aisle: row.aisle,
        bay: row.bay,
        shelf: row.shelf,
        quantity: row.quantity,
        is_elsewhere: row.is_elsewhere == Some(1),
        has_photo: row.photos > 0,
        waits_for_manager: row.outcome.is_some(),
        times: row.times,
        opened_ms: row.opened_ms,
        // What waits for a manager is off the shelf, and what somebody does who is here is under way.
        is_escalated: row.outcome.is_none() && row.is_here == 0 && escalation.is_due(kind, now_ms - row.opened_ms),
        claimed_by: claimer.map(|((staff_number, name), since_ms)| Claimer {
            staff_number,
            name,
            since_ms,
            is_here: row.is_here > 0,
        }),
    };
    Ok(Task { open, device_id: row.device_id, is_named: row.is_named == Some(1) })
}
