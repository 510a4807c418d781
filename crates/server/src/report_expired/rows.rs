//! Reports of expired items as rows of the database.

use anyhow::{Context, Result};
use jiff::Span;
use polka_contract::{ExpiredReportOutcome, OwnExpiredReport};
use polka_domain::{DateKind, Gtin};
use polka_freshness::{Doubt, Earlier, MemberEarlier, Promise, Refusal};
use sqlx::{AnyConnection, FromRow};

use super::Found;
use crate::checkout::{credible, sales};
use crate::clock::MINUTE_MS;
use crate::database::gtin_of;
use crate::writes::Write;

/// Over so many days a member's reports are counted.
const LATELY_DAYS: i64 = 30;

/// The price and the category of a product in a store.
pub(super) async fn product(
    connection: &mut AnyConnection,
    store_id: i64,
    gtin: Gtin,
) -> Result<Option<(i64, Option<String>)>> {
    let found = sqlx::query_as("SELECT price, category FROM products WHERE store_id = $1 AND gtin = $2");
    Ok(found.bind(store_id).bind(i64::try_from(gtin.body())?).fetch_optional(connection).await?)
}

/// What this store knows from before.
pub(super) async fn earlier(connection: &mut AnyConnection, write: &Write, found: &Found) -> Result<Earlier> {
    let rewarded: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM expired_reports
         WHERE store_id = $1 AND gtin = $2 AND last_day = $3 AND is_whole = 1 AND state <> 'not_confirmed'",
    )
    .bind(write.store_id)
    .bind(i64::try_from(found.gtin.body())?)
    .bind(found.last_day.to_string())
    .fetch_one(&mut *connection)
    .await?;
    // What is no expired item is no report; what a member may not have is one as any other.
    let device_today: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM expired_reports
         WHERE device_id = $1 AND day = $2 AND outcome NOT IN ('not_expired', 'kind_not_counted', 'device_day_limit')",
    )
    .bind(write.device_id)
    .bind(found.day.to_string())
    .fetch_one(&mut *connection)
    .await?;
    // What was sold after it was found is something else.
    let ago_ms = sales::last_sold_ms(connection, write.store_id, found.gtin)
        .await?
        .map(|sold_ms| credible(found.made_ms, write.taken_ms) - sold_ms);
    let sold_minutes_ago = ago_ms.filter(|ago_ms| *ago_ms >= 0).map(|ago_ms| ago_ms / MINUTE_MS);
    Ok(Earlier { is_rewarded: rewarded > 0, device_today, sold_minutes_ago })
}

/// What a member has reported before.
pub(super) async fn of_member_before(
    connection: &mut AnyConnection,
    store_id: i64,
    member_id: i64,
    found: &Found,
) -> Result<MemberEarlier> {
    let same: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM expired_reports
         WHERE member_id = $1 AND store_id = $2 AND gtin = $3 AND last_day = $4 AND state <> 'nothing'",
    )
    .bind(member_id)
    .bind(store_id)
    .bind(i64::try_from(found.gtin.body())?)
    .bind(found.last_day.to_string())
    .fetch_one(&mut *connection)
    .await?;
    let since = found.day.saturating_sub(Span::new().days(LATELY_DAYS));
    let (today, lately, not_confirmed): (i64, i64, i64) = sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN day = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*),
            CAST(COALESCE(SUM(CASE WHEN state = 'not_confirmed' THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM expired_reports WHERE member_id = $1 AND day > $3 AND state <> 'nothing'",
    )
    .bind(member_id)
    .bind(found.day.to_string())
    .bind(since.to_string())
    .fetch_one(connection)
    .await?;
    Ok(MemberEarlier { is_staff: false, has_same: same > 0, today, lately, not_confirmed })
}

/// What is added to what was found.
pub(super) struct NewReport<'a> {
    pub(super) member_id: Option<i64>,
    /// By which whoever joins later is known as who made it.
    pub(super) finder_digest: Option<String>,
    /// Whether nobody else gets the whole reward.
    pub(super) is_whole: bool,
    pub(super) outcome: ExpiredReportOutcome,
    pub(super) judged: &'a Result<Promise, Refusal>,
    /// So many wait.
    pub(super) points: i64,
    pub(super) department: &'a str,
    pub(super) lot_id: Option<i64>,
    pub(super) task_id: Option<i64>,
    pub(super) due_ms: i64,
}

/// Adds a report, and gives its number.
pub(super) async fn add(
    connection: &mut AnyConnection,
    write: &Write,
    found: &Found,
    report: &NewReport<'_>,
) -> Result<i64> {
    let doubts: Vec<_> = report.judged.iter().flat_map(|it| &it.doubts).map(|doubt: &Doubt| doubt.code()).collect();
    let state = match (report.points, doubts.is_empty()) {
        (0, _) => "nothing",
        (_, true) => "waiting",
        (_, false) => "second_look",
    };
    let added = sqlx::query_scalar(
        "INSERT INTO expired_reports (id, store_id, device_id, member_id, finder_digest, gtin, last_day, date_kind, day,
            quantity, is_elsewhere, outcome, state, doubts, is_whole, points, department, lot_id, task_id, made_ms,
            taken_ms, due_ms, report_key)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21, $22 FROM expired_reports RETURNING id",
    );
    let added = added.bind(write.store_id).bind(write.device_id).bind(report.member_id).bind(&report.finder_digest);
    let added = added.bind(i64::try_from(found.gtin.body())?).bind(found.last_day.to_string());
    let added = added.bind(found.kind.code()).bind(found.day.to_string()).bind(i64::from(found.quantity));
    let added = added.bind(i64::from(found.is_elsewhere)).bind(report.outcome.code()).bind(state);
    let added =
        added.bind(doubts.join(",")).bind(i64::from(report.is_whole)).bind(report.points).bind(report.department);
    let added = added.bind(report.lot_id).bind(report.task_id).bind(found.made_ms).bind(write.taken_ms);
    Ok(added.bind(report.due_ms).bind(&write.idempotency_key).fetch_one(connection).await?)
}

/// A report whose points wait for whoever joins.
#[derive(FromRow)]
pub(super) struct OpenReport {
    pub(super) id: i64,
    pub(super) store_id: i64,
    pub(super) department: String,
    pub(super) points: i64,
    gtin: i64,
    last_day: String,
    date_kind: String,
    day: String,
    pub(super) state: String,
    made_ms: i64,
}

impl OpenReport {
    /// What was found.
    pub(super) fn found(&self) -> Result<Found> {
        Ok(Found {
            gtin: gtin_of(self.gtin)?,
            last_day: self.last_day.parse()?,
            kind: DateKind::from_code(&self.date_kind).context("a kind of date")?,
            quantity: 1,
            is_elsewhere: false,
            day: self.day.parse()?,
            made_ms: self.made_ms,
        })
    }

    /// Whether its points wait no longer.
    pub(super) fn is_released(&self) -> bool {
        matches!(self.state.as_str(), "confirmed" | "released")
    }
}

/// The reports whose points wait for whoever joins by this.
pub(super) async fn of_finder(connection: &mut AnyConnection, finder_digest: &str) -> Result<Vec<OpenReport>> {
    let open = sqlx::query_as(
        "SELECT id, store_id, department, points, gtin, last_day, date_kind, day, state, made_ms FROM expired_reports
         WHERE finder_digest = $1 AND state IN ('waiting', 'second_look', 'confirmed', 'released') ORDER BY id",
    );
    Ok(open.bind(finder_digest).fetch_all(connection).await?)
}

/// Makes a report a member's.
pub(super) async fn give(connection: &mut AnyConnection, id: i64, member_id: i64, lot_id: i64) -> Result<()> {
    let given =
        sqlx::query("UPDATE expired_reports SET member_id = $2, lot_id = $3, finder_digest = NULL WHERE id = $1");
    given.bind(id).bind(member_id).bind(lot_id).execute(connection).await?;
    Ok(())
}

/// Makes a report a member's who gets nothing for it.
pub(super) async fn refuse(
    connection: &mut AnyConnection,
    id: i64,
    member_id: i64,
    outcome: ExpiredReportOutcome,
) -> Result<()> {
    let refused = sqlx::query(
        "UPDATE expired_reports SET member_id = $2, outcome = $3, state = 'nothing', points = 0, is_whole = 0,
            finder_digest = NULL WHERE id = $1",
    );
    refused.bind(id).bind(member_id).bind(outcome.code()).execute(connection).await?;
    Ok(())
}

/// A report gets a second look after all.
pub(super) async fn look_again(connection: &mut AnyConnection, id: i64, doubts: &[Doubt], due_ms: i64) -> Result<()> {
    let doubts: Vec<_> = doubts.iter().map(|doubt| doubt.code()).collect();
    let again = sqlx::query(
        "UPDATE expired_reports SET state = 'second_look', doubts = $2, due_ms = $3, decided_ms = NULL WHERE id = $1",
    );
    again.bind(id).bind(doubts.join(",")).bind(due_ms).execute(connection).await?;
    Ok(())
}

/// What was not found may be found by somebody else: nobody holds its reward any more.
pub(super) async fn free(connection: &mut AnyConnection, task_id: i64) -> Result<()> {
    let free = sqlx::query("UPDATE expired_reports SET is_whole = 0 WHERE task_id = $1 AND state = 'nothing'");
    free.bind(task_id).execute(connection).await?;
    Ok(())
}

/// Forgets by whom reports would be known that nobody has joined for in so long.
pub(super) async fn forget_finders(connection: &mut AnyConnection, before_ms: i64) -> Result<()> {
    let forget = sqlx::query(
        "UPDATE expired_reports SET finder_digest = NULL WHERE finder_digest IS NOT NULL AND taken_ms < $1",
    );
    forget.bind(before_ms).execute(connection).await?;
    Ok(())
}

/// Reports whose points are due.
pub(super) async fn due(connection: &mut AnyConnection, now_ms: i64) -> Result<Vec<i64>> {
    let due = sqlx::query_scalar(
        "SELECT id FROM expired_reports WHERE state IN ('waiting', 'second_look') AND due_ms < $1 ORDER BY id",
    );
    Ok(due.bind(now_ms).fetch_all(connection).await?)
}

/// A report whose points wait.
#[derive(FromRow)]
pub(super) struct PendingReport {
    pub(super) id: i64,
    pub(super) store_id: i64,
    pub(super) time_zone: String,
    pub(super) member_id: Option<i64>,
    pub(super) lot_id: Option<i64>,
    pub(super) department: String,
    pub(super) taken_ms: i64,
    state: String,
}

impl PendingReport {
    /// Whether it gets a second look.
    pub(super) fn is_doubted(&self) -> bool {
        self.state == "second_look"
    }
}

/// Reports whose points wait, of those that the rest of the statement picks.
macro_rules! select_pending {
    ($rest:literal) => {
        sqlx::query_as::<_, PendingReport>(concat!(
            "SELECT expired_reports.id, expired_reports.store_id, stores.time_zone, expired_reports.member_id,
                expired_reports.lot_id, expired_reports.department, expired_reports.taken_ms, expired_reports.state
             FROM expired_reports JOIN stores ON stores.id = expired_reports.store_id
             WHERE expired_reports.state IN ('waiting', 'second_look') AND ",
            $rest
        ))
    };
}

/// The report, if its points are still due.
pub(super) async fn if_due(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<Option<PendingReport>> {
    let due = select_pending!("expired_reports.id = $1 AND expired_reports.due_ms < $2");
    Ok(due.bind(id).bind(now_ms).fetch_optional(connection).await?)
}

/// The reports of a task whose points wait.
pub(super) async fn of_task(connection: &mut AnyConnection, task_id: i64) -> Result<Vec<PendingReport>> {
    let open = select_pending!("expired_reports.task_id = $1 ORDER BY expired_reports.id");
    Ok(open.bind(task_id).fetch_all(connection).await?)
}

/// Whether somebody has reported items of a task after a time.
pub(super) async fn has_later(connection: &mut AnyConnection, task_id: i64, at_ms: i64) -> Result<bool> {
    let later = sqlx::query_scalar("SELECT COUNT(*) FROM expired_reports WHERE task_id = $1 AND taken_ms > $2");
    let later: i64 = later.bind(task_id).bind(at_ms).fetch_one(connection).await?;
    Ok(later > 0)
}

/// The product and the last day of the items that a task is about.
pub(super) async fn lot(connection: &mut AnyConnection, task_id: i64) -> Result<Option<(Gtin, String)>> {
    let lot = sqlx::query_as("SELECT gtin, last_day FROM expired_reports WHERE task_id = $1 ORDER BY id LIMIT 1");
    let lot: Option<(i64, String)> = lot.bind(task_id).fetch_optional(connection).await?;
    let Some((gtin, last_day)) = lot else { return Ok(None) };
    Ok(Some((gtin_of(gtin)?, last_day)))
}

/// Notes how a report stands from now on.
pub(super) async fn decide(connection: &mut AnyConnection, id: i64, state: &str, now_ms: i64) -> Result<()> {
    let decided = sqlx::query("UPDATE expired_reports SET state = $2, decided_ms = $3 WHERE id = $1");
    decided.bind(id).bind(state).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Makes one member's reports another's.
pub(crate) async fn merge(connection: &mut AnyConnection, from: i64, into: i64) -> Result<()> {
    let merged = sqlx::query("UPDATE expired_reports SET member_id = $2 WHERE member_id = $1");
    merged.bind(from).bind(into).execute(connection).await?;
    Ok(())
}

/// A report as whoever made it is told of it.
#[derive(FromRow)]
struct OwnRow {
    gtin: i64,
    last_day: String,
    store: String,
    quantity: i64,
    outcome: String,
    state: String,
    points: i64,
    photos: i64,
    made_ms: i64,
}

/// What a member has reported, for themselves.
pub(crate) async fn of_member(connection: &mut AnyConnection, member_id: i64) -> Result<Vec<OwnExpiredReport>> {
    let rows: Vec<OwnRow> = sqlx::query_as(
        "SELECT expired_reports.gtin, expired_reports.last_day, stores.name AS store, expired_reports.quantity,
            expired_reports.outcome, expired_reports.state, expired_reports.points,
            (SELECT COUNT(*) FROM expired_report_photos WHERE report_id = expired_reports.id) AS photos,
            expired_reports.made_ms
         FROM expired_reports JOIN stores ON stores.id = expired_reports.store_id
         WHERE expired_reports.member_id = $1 ORDER BY expired_reports.id",
    )
    .bind(member_id)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OwnExpiredReport {
                gtin: gtin_of(row.gtin)?.to_string(),
                last_day: row.last_day,
                store: row.store,
                quantity: row.quantity,
                outcome: row.outcome,
                state: row.state,
                points: row.points,
                has_photo: row.photos > 0,
                made_ms: row.made_ms,
            })
        })
        .collect()
}
