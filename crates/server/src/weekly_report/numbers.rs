//! What is counted of a week, by department.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use super::Week;
use crate::store::Store;

/// What happened in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    /// By their names.
    pub(super) departments: BTreeMap<String, DepartmentWeek>,
}

/// The same for one department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct DepartmentWeek {
    /// Apologies that were given and not taken back.
    pub(super) apologies: i64,
    /// What they are worth, in minor units.
    pub(super) given_minor_units: i64,
    /// What coupons have paid, less what was voided, in minor units.
    pub(super) redeemed_minor_units: i64,
    pub(super) cases_opened: i64,
    /// How often a case was closed.
    pub(super) cases_closed: i64,
    /// Whose time ended in the week, and which were not closed by then.
    pub(super) cases_overdue: i64,
    /// What customers said of what was closed.
    pub(super) put_right: i64,
    pub(super) not_put_right: i64,
    /// Reports of expired items, and the points that they brought.
    pub(super) expired_reports: i64,
    pub(super) expired_points: i64,
}

impl DepartmentWeek {
    /// Adds another department's.
    pub(super) fn add(&mut self, other: &Self) {
        self.apologies += other.apologies;
        self.given_minor_units += other.given_minor_units;
        self.redeemed_minor_units += other.redeemed_minor_units;
        self.cases_opened += other.cases_opened;
        self.cases_closed += other.cases_closed;
        self.cases_overdue += other.cases_overdue;
        self.put_right += other.put_right;
        self.not_put_right += other.not_put_right;
        self.expired_reports += other.expired_reports;
        self.expired_points += other.expired_points;
    }
}

/// Counts what happened in a store in a week, until now where it goes on.
pub(super) async fn of_week(connection: &mut AnyConnection, store: &Store, week: Week, now_ms: i64) -> Result<Numbers> {
    let midnight = |week: Week| anyhow::Ok(week.first.in_tz(&store.time_zone)?.timestamp().as_millisecond());
    let (from_ms, to_ms) = (midnight(week)?, midnight(week.next())?);
    let (first, last) = (week.first.to_string(), week.last_day().to_string());
    let mut numbers = Numbers::default();
    let reported = sqlx::query_as(
        "SELECT department, COUNT(*), CAST(0 AS BIGINT) FROM expired_reports
         WHERE store_id = $1 AND day BETWEEN $2 AND $3 GROUP BY department",
    );
    let reported = reported.bind(store.id).bind(&first).bind(&last).fetch_all(&mut *connection).await?;
    numbers.take(reported, |it, count, _| it.expired_reports = count);
    // When somebody agreed to it, and found what was reported: what a report before did not have yet is in this one.
    let by_time: [(&str, Set); 7] = [
        (
            "SELECT department, COUNT(*), CAST(SUM(minor_units) AS BIGINT) FROM apologies
             WHERE store_id = $1 AND settled_ms >= $2 AND settled_ms < $3 AND state = 'given' GROUP BY department",
            |it, count, sum| (it.apologies, it.given_minor_units) = (count, sum),
        ),
        (
            "SELECT department, COUNT(*), CAST(SUM(points) AS BIGINT) FROM expired_reports
             WHERE store_id = $1 AND decided_ms >= $2 AND decided_ms < $3 AND state IN ('confirmed', 'released')
                AND member_id IS NOT NULL
             GROUP BY department",
            |it, _, sum| it.expired_points = sum,
        ),
        (
            "SELECT SUBSTR(coupon_postings.account, 17), COUNT(*), CAST(-SUM(coupon_postings.minor_units) AS BIGINT)
             FROM coupon_postings
             JOIN coupon_redemptions ON coupon_redemptions.id = coupon_postings.redemption_id
             WHERE coupon_redemptions.store_id = $1 AND coupon_postings.made_ms >= $2 AND coupon_postings.made_ms < $3
                AND coupon_postings.account LIKE 'department_cost:%'
             GROUP BY coupon_postings.account",
            |it, _, sum| it.redeemed_minor_units = sum,
        ),
        (STEPS_OPENED, |it, count, _| it.cases_opened = count),
        (STEPS_CLOSED, |it, count, _| it.cases_closed = count),
        (STEPS_PUT_RIGHT, |it, count, _| it.put_right = count),
        (STEPS_REOPENED, |it, count, _| it.not_put_right = count),
    ];
    for (select, set) in by_time {
        let rows = sqlx::query_as(select).bind(store.id).bind(from_ms).bind(to_ms);
        numbers.take(rows.fetch_all(&mut *connection).await?, set);
    }
    let overdue = sqlx::query_as(
        "SELECT department, COUNT(*), CAST(0 AS BIGINT) FROM cases
         WHERE store_id = $1 AND due_ms >= $2 AND due_ms < $3 AND (closed_ms IS NULL OR closed_ms > due_ms)
         GROUP BY department",
    );
    let overdue = overdue.bind(store.id).bind(from_ms).bind(to_ms.min(now_ms)).fetch_all(connection).await?;
    numbers.take(overdue, |it, count, _| it.cases_overdue = count);
    Ok(numbers)
}

/// Sets the count and the sum of a department.
type Set = fn(&mut DepartmentWeek, i64, i64);

macro_rules! steps {
    ($step:literal) => {
        concat!(
            "SELECT cases.department, COUNT(*), CAST(0 AS BIGINT) FROM case_steps
             JOIN cases ON cases.id = case_steps.case_id
             WHERE cases.store_id = $1 AND case_steps.made_ms >= $2 AND case_steps.made_ms < $3
                AND case_steps.step = '",
            $step,
            "' GROUP BY cases.department"
        )
    };
}

const STEPS_OPENED: &str = steps!("opened");
const STEPS_CLOSED: &str = steps!("closed");
const STEPS_PUT_RIGHT: &str = steps!("put_right");
const STEPS_REOPENED: &str = steps!("reopened");

impl Numbers {
    fn take(&mut self, rows: Vec<(String, i64, i64)>, set: Set) {
        for (department, count, sum) in rows {
            set(self.departments.entry(department).or_default(), count, sum);
        }
    }
}
