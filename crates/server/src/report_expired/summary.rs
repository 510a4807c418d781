//! What a manager sees of a store: what was reported in its last weeks, what came of it, and how calls were answered.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use jiff::{Span, Timestamp};
use polka_contract::{
    DepartmentSummary, ErrorCode, ErrorResponse, ExpiredReportOutcome, ExpiredSummaryResponse, HourSummary,
    MinutesChange, ProductSummary, RefusedSummary, StaffRole, WeekSummary,
};
use polka_domain::Date;
use polka_freshness::Change;
use serde::Deserialize;
use sqlx::{AnyConnection, FromRow};

use super::day_of;
use crate::clock::MINUTE_MS;
use crate::database::gtin_of;
use crate::demo;
use crate::http::{ApiError, Services};
use crate::points;

/// So many weeks are told of, the one that goes on among them.
const WEEKS: i64 = 8;
/// So many products at most.
const PRODUCTS: usize = 20;

/// What a manager asks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// A day of the last eight weeks on which something was changed: what was before it is told apart. Without it, the
    /// Monday in the middle of them.
    change_day: Option<String>,
}

/// The days that a manager is told of.
#[derive(Clone, Copy)]
struct Days {
    /// The Monday from which on they are told.
    first: Date,
    /// Before it is before, and from it on is after.
    change: Date,
}

/// A report, and what came of it.
#[derive(FromRow)]
struct Reported {
    day: String,
    gtin: i64,
    last_day: String,
    date_kind: String,
    quantity: i64,
    outcome: String,
    state: String,
    department: String,
    points: i64,
    member_id: Option<i64>,
    task_id: Option<i64>,
    /// What the staff have found, where there was a task.
    found: Option<String>,
    opened_ms: Option<i64>,
    pulled_ms: Option<i64>,
}

impl Reported {
    fn is_confirmed(&self) -> bool {
        self.found.as_deref() == Some("done") && self.refusal().is_none()
    }

    fn is_not_confirmed(&self) -> bool {
        self.found.as_deref() == Some("not_found") && self.refusal().is_none()
    }

    /// Points that are a member's now.
    fn paid(&self) -> i64 {
        let is_paid = matches!(self.state.as_str(), "confirmed" | "released") && self.member_id.is_some();
        if is_paid { self.points } else { 0 }
    }

    fn refusal(&self) -> Option<ExpiredReportOutcome> {
        use ExpiredReportOutcome::{Noted, RewardWaits, ThanksWait};
        ExpiredReportOutcome::from_code(&self.outcome)
            .filter(|outcome| !matches!(outcome, RewardWaits | ThanksWait | Noted))
    }

    /// From when the task was opened until the items were off the shelf. Of what a manager has looked at once more it is
    /// not known.
    fn minutes_to_pull(&self) -> Option<i64> {
        self.opened_ms.zip(self.pulled_ms).filter(|_| self.is_confirmed()).map(|(from, to)| (to - from) / MINUTE_MS)
    }
}

/// A call, and when somebody took it.
#[derive(FromRow)]
struct Called {
    opened_ms: i64,
    claimed_ms: Option<i64>,
}

/// What was reported in the store in the last eight weeks, for its managers.
#[utoipa::path(
    get, path = polka_contract::paths::EXPIRED_SUMMARY, tag = "report_expired", params(Asked),
    responses((status = 200, description = "the weeks, departments, products and hours", body = ExpiredSummaryResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn summary(
    State(services): State<Services>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<ExpiredSummaryResponse>, ApiError> {
    let days = services.days(&headers, asked).await?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let (store_id, time_zone) = (services.store.id, &services.store.time_zone);
    let (is_demo, hidden) = services.demo_stand(&mut connection).await?;
    let reports = reports(&mut connection, store_id, days.first, hidden).await?;
    let calls = calls(&mut connection, store_id, days.first, time_zone, hidden).await?;
    Ok(Json(ExpiredSummaryResponse { is_demo, ..summarize(days, &reports, &calls, time_zone)? }))
}

/// The reports of the last eight weeks, a line each, for the store's managers; nothing tells who made them. The last
/// column says which are from `before` the day of the change, and which from `after`.
#[utoipa::path(
    get, path = polka_contract::paths::EXPIRED_CSV, tag = "report_expired", params(Asked),
    responses((status = 200, description = "a header, and a line for each report", body = String, content_type = "text/csv"), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn csv(
    State(services): State<Services>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let days = services.days(&headers, asked).await?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let (_, hidden) = services.demo_stand(&mut connection).await?;
    let reports = reports(&mut connection, services.store.id, days.first, hidden).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"expired-reports.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, lines(&reports, days.change)?))
}

impl Services {
    /// Whether the demo's week is shown; where it is not, because the store has goods of its own, the number of the stand
    /// at which it happened, else 0.
    async fn demo_stand(&self, connection: &mut AnyConnection) -> Result<(bool, i64), ApiError> {
        let stand = sqlx::query_scalar("SELECT id FROM devices WHERE store_id = $1 AND name = $2");
        let stand: Option<i64> = stand
            .bind(self.store.id)
            .bind(demo::week::STAND)
            .fetch_optional(connection)
            .await
            .map_err(anyhow::Error::from)?;
        let is_demo = demo::is_all(&self.current.snapshot().await?.catalogue);
        Ok((is_demo && stand.is_some(), stand.filter(|_| !is_demo).unwrap_or(0)))
    }

    /// The days that a manager is told of.
    ///
    /// # Errors
    /// Where whoever asks is no manager, or the day of the change is none of those days.
    async fn days(&self, headers: &HeaderMap, asked: Result<Query<Asked>, QueryRejection>) -> Result<Days, ApiError> {
        if self.signed_in(headers).await?.role != StaffRole::Manager {
            return Err(ApiError::new(ErrorCode::Forbidden, "only a manager may see this"));
        }
        let today = points::day(self.clock.now_ms(), &self.store.time_zone)?;
        let first = monday(today).saturating_sub(Span::new().weeks(WEEKS - 1));
        let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
        let Query(Asked { change_day }) = asked.map_err(|problem| wrong(problem.body_text()))?;
        let change = match change_day {
            Some(text) => day_of(&text)
                .filter(|day| (first..=today).contains(day))
                .ok_or_else(|| wrong(format!("the change_day is no day from {first} to {today}")))?,
            None => first.saturating_add(Span::new().weeks(WEEKS / 2)),
        };
        Ok(Days { first, change })
    }
}

/// The Monday of a day's week.
pub(crate) fn monday(day: Date) -> Date {
    day.saturating_sub(Span::new().days(day.weekday().to_monday_zero_offset()))
}

/// The reports from a day on, but for those of one device.
async fn reports(connection: &mut AnyConnection, store_id: i64, first_day: Date, hidden: i64) -> Result<Vec<Reported>> {
    let reports = sqlx::query_as(
        "SELECT expired_reports.day, expired_reports.gtin, expired_reports.last_day, expired_reports.date_kind,
            expired_reports.quantity, expired_reports.outcome, expired_reports.state, expired_reports.department,
            expired_reports.points, expired_reports.member_id, expired_reports.task_id, tasks.outcome AS found,
            tasks.opened_ms,
            CASE WHEN expired_reports.doubts = '' THEN tasks.closed_ms END AS pulled_ms
         FROM expired_reports LEFT JOIN tasks ON tasks.id = expired_reports.task_id
         WHERE expired_reports.store_id = $1 AND expired_reports.day >= $2 AND expired_reports.device_id <> $3
         ORDER BY expired_reports.id",
    );
    Ok(reports.bind(store_id).bind(first_day.to_string()).bind(hidden).fetch_all(connection).await?)
}

/// The calls from a day on, but for those of one device.
async fn calls(
    connection: &mut AnyConnection,
    store_id: i64,
    first_day: Date,
    time_zone: &str,
    hidden: i64,
) -> Result<Vec<Called>> {
    let calls = sqlx::query_as(
        "SELECT opened_ms, claimed_ms FROM tasks WHERE store_id = $1 AND kind = 'call' AND opened_ms >= $2
            AND device_id <> $3",
    );
    let since_ms = first_day.in_tz(time_zone)?.timestamp().as_millisecond();
    Ok(calls.bind(store_id).bind(since_ms).bind(hidden).fetch_all(connection).await?)
}

/// Puts together what a manager is told.
fn summarize(days: Days, reports: &[Reported], calls: &[Called], time_zone: &str) -> Result<ExpiredSummaryResponse> {
    let mut weeks: BTreeMap<Date, (WeekSummary, Vec<i64>)> = (0..WEEKS)
        .map(|week| {
            let day = days.first.saturating_add(Span::new().weeks(week));
            (day, (WeekSummary { first_day: day.to_string(), ..WeekSummary::default() }, Vec::new()))
        })
        .collect();
    let mut refused: BTreeMap<&str, RefusedSummary> = BTreeMap::new();
    let mut departments: BTreeMap<&str, DepartmentSummary> = BTreeMap::new();
    let mut products: BTreeMap<i64, ProductSummary> = BTreeMap::new();
    let mut pulled = BTreeSet::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for report in reports {
        let (is_confirmed, paid) = (i64::from(report.is_confirmed()), report.paid());
        // Somebody's clock may have been ahead: what is of no week is counted for its goods alone.
        let day: Date = report.day.parse()?;
        if let Some((week, minutes)) = weeks.get_mut(&monday(day)) {
            week.reported += 1;
            week.confirmed += is_confirmed;
            week.not_confirmed += i64::from(report.is_not_confirmed());
            week.refused += i64::from(report.refusal().is_some());
            week.points += paid;
            // Whoever finds the same later adds nothing to how soon it went.
            if let Some(to_pull) = report.minutes_to_pull().filter(|_| pulled.insert(report.task_id)) {
                minutes.push(to_pull);
                if day < days.change { &mut before } else { &mut after }.push(to_pull as f64);
            }
        }
        if let Some(outcome) = report.refusal() {
            refused.entry(outcome.code()).or_insert(RefusedSummary { outcome, count: 0 }).count += 1;
            continue;
        }
        let department = report.department.as_str();
        let of_department = departments.entry(department).or_insert_with(|| DepartmentSummary {
            department: department.to_owned(),
            reported: 0,
            confirmed: 0,
            points: 0,
        });
        (of_department.reported, of_department.confirmed) =
            (of_department.reported + 1, of_department.confirmed + is_confirmed);
        of_department.points += paid;
        let gtin = gtin_of(report.gtin)?.to_string();
        let of_product =
            products.entry(report.gtin).or_insert(ProductSummary { gtin, reported: 0, confirmed: 0, points: 0 });
        (of_product.reported, of_product.confirmed) = (of_product.reported + 1, of_product.confirmed + is_confirmed);
        of_product.points += paid;
    }
    let change = Change::between(&before, &after);
    let mut refused: Vec<_> = refused.into_values().collect();
    refused.sort_by_key(|it| -it.count);
    let mut departments: Vec<_> = departments.into_values().collect();
    departments.sort_by_key(|it| (-it.points, -it.reported));
    let mut products: Vec<_> = products.into_values().collect();
    products.sort_by_key(|it| (-it.confirmed, -it.reported));
    products.truncate(PRODUCTS);
    Ok(ExpiredSummaryResponse {
        weeks: weeks
            .into_values()
            .map(|(week, minutes)| WeekSummary { minutes_to_pull: median(minutes), ..week })
            .collect(),
        refused,
        departments,
        products,
        change_day: days.change.to_string(),
        minutes_to_pull: change.map(|it| MinutesChange {
            before: it.before,
            after: it.after,
            lowest: it.lowest,
            highest: it.highest,
        }),
        hours: hours(calls, time_zone)?,
        is_demo: false,
    })
}

fn hours(calls: &[Called], time_zone: &str) -> Result<Vec<HourSummary>> {
    let mut hours: BTreeMap<i64, (i64, Vec<i64>)> = BTreeMap::new();
    for call in calls {
        let hour = Timestamp::from_millisecond(call.opened_ms)?.in_tz(time_zone)?.hour();
        let (count, seconds) = hours.entry(i64::from(hour)).or_default();
        *count += 1;
        seconds.extend(call.claimed_ms.map(|claimed_ms| (claimed_ms - call.opened_ms) / 1000));
    }
    let hour = |(hour, (calls, seconds)): (i64, (i64, Vec<i64>))| HourSummary {
        hour,
        calls,
        answered: seconds.len() as i64,
        seconds_to_answer: median(seconds),
    };
    Ok(hours.into_iter().map(hour).collect())
}

/// The lower of the two in the middle, where there are two.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// Reports as CSV.
fn lines(reports: &[Reported], change_day: Date) -> Result<Vec<u8>> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    let header = ["day", "gtin", "last_day", "date_kind", "quantity", "outcome", "state", "found", "department"];
    lines.write_record(header.into_iter().chain(["points_paid", "minutes_to_pull", "change"]))?;
    let change_day = change_day.to_string();
    for report in reports {
        let gtin = gtin_of(report.gtin)?.to_string();
        lines.write_record([
            report.day.as_str(),
            &gtin,
            &report.last_day,
            &report.date_kind,
            &report.quantity.to_string(),
            &report.outcome,
            &report.state,
            report.found.as_deref().unwrap_or_default(),
            &report.department,
            &report.paid().to_string(),
            &report.minutes_to_pull().map(|minutes| minutes.to_string()).unwrap_or_default(),
            if report.day < change_day { "before" } else { "after" },
        ])?;
    }
    Ok(lines.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(number: i64, day: &str, minutes: i64) -> Reported {
        Reported {
            day: day.into(),
            gtin: 952_000_000_000,
            last_day: "2026-10-01".into(),
            date_kind: "use_by".into(),
            quantity: 1,
            outcome: "reward_waits".into(),
            state: "confirmed".into(),
            department: "store".into(),
            points: 90,
            member_id: Some(1),
            task_id: Some(number),
            found: Some("done".into()),
            opened_ms: Some(0),
            pulled_ms: Some(minutes * MINUTE_MS),
        }
    }

    #[test]
    fn what_has_changed_on_a_day_is_told_of_before_and_from_that_day_on() {
        // Sunday takes an hour, Monday to Wednesday take half of it: the change was on Monday.
        let reports: Vec<_> = [("2026-10-11", 60), ("2026-10-12", 30), ("2026-10-13", 30), ("2026-10-14", 30)]
            .into_iter()
            .flat_map(|(day, minutes)| (0..12).map(move |number| (number, day, minutes + number % 2)))
            .enumerate()
            .map(|(place, (_, day, minutes))| found(place as i64, day, minutes))
            .collect();
        let means = |change: &str| {
            let days = Days { first: Date::constant(2026, 10, 5), change: change.parse().expect("a day") };
            let told = summarize(days, &reports, &[], "Europe/Moscow").expect("a summary");
            assert_eq!(told.change_day, change);
            told.minutes_to_pull.map(|it| (it.before, it.after))
        };
        assert_eq!(means("2026-10-12"), Some((60.5, 30.5)));
        assert_eq!(means("2026-10-13"), Some((45.5, 30.5)));
        assert_eq!(means("2026-10-11"), None, "before it there is nothing");
    }
}
