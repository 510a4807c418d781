//! Tasks as rows of the database.

use anyhow::{Context, Result};
use polka_contract::{Claimer, OpenTask, TaskKind, TaskOutcome};
use polka_domain::Gtin;
use sqlx::{AnyConnection, AnyPool, FromRow};

use super::About;
use crate::writes::Write;

/// An aisle, a bay and a shelf, as far as they are known.
type Shelf = (Option<String>, Option<String>, Option<String>);

/// Where a product of a store stands; `None` where the store has no such product.
pub(super) async fn shelf(connection: &mut AnyConnection, store_id: i64, gtin: i64) -> Result<Option<Shelf>> {
    let shelf = sqlx::query_as("SELECT aisle, bay, shelf FROM products WHERE store_id = $1 AND gtin = $2");
    Ok(shelf.bind(store_id).bind(gtin).fetch_optional(connection).await?)
}

/// Opens a task, or adds to the one that is open; gives its number, and whether it is new.
pub(super) async fn open(
    connection: &mut AnyConnection,
    write: &Write,
    kind: TaskKind,
    about: &About,
) -> Result<(i64, bool)> {
    let known: Option<i64> = sqlx::query_scalar(
        "UPDATE tasks SET times = times + 1
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

/// Gives a task to somebody, unless another has it or has done it; tells whether it is theirs.
pub(super) async fn claim(connection: &mut AnyConnection, id: i64, staff_id: i64, now_ms: i64) -> Result<bool> {
    let claimed = sqlx::query(
        "UPDATE tasks SET claimed_by = $2, claimed_ms = COALESCE(claimed_ms, $3)
         WHERE id = $1 AND closed_ms IS NULL AND (claimed_by IS NULL OR claimed_by = $2)",
    );
    Ok(claimed.bind(id).bind(staff_id).bind(now_ms).execute(connection).await?.rows_affected() == 1)
}

/// Takes a task from whoever has it, if that is them; tells whether it was theirs.
pub(super) async fn give_back(connection: &mut AnyConnection, id: i64, staff_id: i64) -> Result<bool> {
    let returned = sqlx::query(
        "UPDATE tasks SET claimed_by = NULL, claimed_ms = NULL
         WHERE id = $1 AND closed_ms IS NULL AND claimed_by = $2",
    );
    Ok(returned.bind(id).bind(staff_id).execute(connection).await?.rows_affected() == 1)
}

/// Closes a task, unless another has it or has done it; tells whether it was theirs to close.
pub(super) async fn close(
    connection: &mut AnyConnection,
    id: i64,
    staff_id: i64,
    outcome: TaskOutcome,
    now_ms: i64,
) -> Result<bool> {
    let closed = sqlx::query(
        "UPDATE tasks SET closed_ms = $4, closed_by = $2, outcome = $3
         WHERE id = $1 AND closed_ms IS NULL AND (claimed_by IS NULL OR claimed_by = $2)",
    );
    let closed = closed.bind(id).bind(staff_id).bind(outcome.code()).bind(now_ms);
    Ok(closed.execute(connection).await?.rows_affected() == 1)
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
pub(super) async fn all_open(pool: &AnyPool, store_id: i64) -> Result<Vec<Task>> {
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT tasks.id, tasks.kind, tasks.gtin, tasks.last_day, devices.name AS device, devices.place, tasks.aisle,
            tasks.bay, tasks.shelf, tasks.times, tasks.opened_ms, tasks.claimed_by, tasks.claimed_ms,
            staff.name AS claimer, staff.is_named, tasks.device_id
         FROM tasks LEFT JOIN devices ON devices.id = tasks.device_id LEFT JOIN staff ON staff.id = tasks.claimed_by
         WHERE tasks.store_id = $1 AND tasks.closed_ms IS NULL",
    )
    .bind(store_id)
    .fetch_all(pool)
    .await?;
    // A kind of a newer program is shown by it alone.
    let known = rows.into_iter().filter_map(|row| Some((TaskKind::from_code(&row.kind)?, row)));
    known.map(|(kind, row)| open_task(kind, row)).collect()
}

fn open_task(kind: TaskKind, row: OpenRow) -> Result<Task> {
    let gtin = match row.gtin {
        0 => None,
        body => Some(Gtin::from_body(u64::try_from(body)?).context("a GTIN")?.to_string()),
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
        times: row.times,
        opened_ms: row.opened_ms,
        claimed_by: claimer.map(|((staff_number, name), since_ms)| Claimer { staff_number, name, since_ms }),
    };
    Ok(Task { open, device_id: row.device_id, is_named: row.is_named == Some(1) })
}
