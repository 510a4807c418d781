//! What a manager sees of the apologies of the last weeks: for which reasons, at whose cost, by whom, and what is unlike
//! the rest.

use std::collections::BTreeMap;

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Span;
use polka_contract::{
    ApologyOutlier, ApologySum, ApologySummaryResponse, CustomerApologies, ErrorCode, ErrorResponse, StaffRole,
};
use polka_domain::Date;
use polka_ledger::{WEEKS_BEFORE, outlying_people, outlying_reasons};
use sqlx::{AnyConnection, FromRow};

use super::CUSTOMER_MS;
use crate::http::{ApiError, Services};
use crate::points;
use crate::report_expired::summary::monday;
use crate::staff::SignedIn;

/// So many weeks are told of, the one that goes on among them.
const WEEKS: usize = 8;

/// What somebody gave on a day for a reason.
#[derive(FromRow)]
struct Given {
    day: String,
    reason: String,
    department: String,
    staff_id: i64,
    count: i64,
    minor_units: i64,
}

impl SignedIn {
    /// Whether they answer for the store.
    ///
    /// # Errors
    /// Where they do not.
    pub(crate) fn must_be_manager(&self) -> Result<(), ApiError> {
        match self.role {
            StaffRole::Manager => Ok(()),
            StaffRole::Cashier | StaffRole::Staff => {
                Err(ApiError::new(ErrorCode::Forbidden, "only a manager may see this"))
            }
        }
    }
}

/// What was given in the store in the last eight weeks, for its managers, and what is unlike the rest in the week that
/// goes on.
#[utoipa::path(
    get, path = polka_contract::paths::APOLOGY_SUMMARY, tag = "apologies",
    responses((status = 200, description = "the weeks, reasons, departments and people", body = ApologySummaryResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn summary(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<ApologySummaryResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    staff.must_be_manager()?;
    let today = points::day(services.clock.now_ms(), &services.store.time_zone)?;
    let first = monday(today).saturating_sub(Span::new().weeks(WEEKS as i64 - 1));
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let given = given(&mut connection, staff.store_id(), first).await?;
    Ok(Json(summarize(first, &given, services.apologies.outlier_floor_minor_units)?))
}

async fn given(connection: &mut AnyConnection, store_id: i64, first_day: Date) -> Result<Vec<Given>> {
    let given = sqlx::query_as(
        "SELECT day, reason, department, staff_id, COUNT(*) AS count, CAST(SUM(minor_units) AS BIGINT) AS minor_units
         FROM apologies WHERE store_id = $1 AND day >= $2 AND state = 'given'
         GROUP BY day, reason, department, staff_id",
    );
    Ok(given.bind(store_id).bind(first_day.to_string()).fetch_all(connection).await?)
}

/// Puts together what a manager is told.
fn summarize(first: Date, given: &[Given], floor_minor_units: i64) -> Result<ApologySummaryResponse> {
    let mut weeks: Vec<ApologySum> = (0..WEEKS as i64)
        .map(|week| first.saturating_add(Span::new().weeks(week)))
        .map(|day| ApologySum { of: day.to_string(), ..ApologySum::default() })
        .collect();
    let (mut reasons, mut departments, mut people) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    // Of each reason and of each person, what was given week by week.
    let mut of_reason = BTreeMap::<&str, [i64; WEEKS]>::new();
    let mut of_person = BTreeMap::<i64, i64>::new();
    for it in given {
        let day: Date = it.day.parse()?;
        let week = usize::try_from(first.until(day)?.get_days() / 7).unwrap_or(WEEKS).min(WEEKS - 1);
        let number = it.staff_id.to_string();
        for sum in [
            &mut weeks[week],
            entry(&mut reasons, &it.reason),
            entry(&mut departments, &it.department),
            entry(&mut people, &number),
        ] {
            sum.count += it.count;
            sum.minor_units += it.minor_units;
        }
        of_reason.entry(&it.reason).or_default()[week] += it.minor_units;
        if week == WEEKS - 1 {
            *of_person.entry(it.staff_id).or_default() += it.minor_units;
        }
    }
    let dearest_first = |sums: BTreeMap<String, ApologySum>| {
        let mut sums: Vec<ApologySum> = sums.into_values().collect();
        sums.sort_by_key(|it| (-it.minor_units, -it.count));
        sums
    };
    Ok(ApologySummaryResponse {
        weeks,
        reasons: dearest_first(reasons),
        departments: dearest_first(departments),
        people: dearest_first(people),
        outliers: outliers(of_reason, of_person, floor_minor_units),
    })
}

fn entry<'a>(sums: &'a mut BTreeMap<String, ApologySum>, of: &str) -> &'a mut ApologySum {
    sums.entry(of.to_owned()).or_insert_with(|| ApologySum { of: of.to_owned(), ..ApologySum::default() })
}

fn outliers(
    of_reason: BTreeMap<&str, [i64; WEEKS]>,
    of_person: BTreeMap<i64, i64>,
    floor_minor_units: i64,
) -> Vec<ApologyOutlier> {
    let people: Vec<(i64, i64)> = of_person.into_iter().collect();
    let people = outlying_people(&people, floor_minor_units).into_iter().map(|it| ApologyOutlier::Person {
        staff_number: it.of,
        minor_units: it.minor_units,
        usual_minor_units: it.usual_minor_units,
    });
    let with_before = |(reason, weeks): (&str, [i64; WEEKS])| {
        let mut before = [0; WEEKS_BEFORE];
        before.copy_from_slice(&weeks[WEEKS - 1 - WEEKS_BEFORE..WEEKS - 1]);
        (reason.to_owned(), weeks[WEEKS - 1], before)
    };
    let reasons: Vec<_> = of_reason.into_iter().map(with_before).collect();
    let reasons = outlying_reasons(&reasons, floor_minor_units).into_iter().map(|it| ApologyOutlier::Reason {
        reason: it.of,
        minor_units: it.minor_units,
        usual_minor_units: it.usual_minor_units,
    });
    people.chain(reasons).collect()
}

/// Of the apologies that wait in a store for a customer who was given something in the last thirty days, how often that
/// was: the count alone, and nothing of what for.
pub(super) async fn customers(
    connection: &mut AnyConnection,
    store_id: i64,
    now_ms: i64,
) -> Result<Vec<CustomerApologies>> {
    let counts = sqlx::query_as(
        "SELECT waiting.id, COUNT(given.id) FROM apologies AS waiting
         JOIN apologies AS given ON (given.customer_digest = waiting.customer_digest
                OR given.id IN (SELECT apology_id FROM former_apology_customers AS former
                    WHERE former.customer_digest = waiting.customer_digest))
            AND given.state = 'given' AND given.taken_ms > $2
         WHERE waiting.store_id = $1 AND waiting.state = 'waits'
         GROUP BY waiting.id ORDER BY waiting.id LIMIT 200",
    );
    let counts: Vec<(i64, i64)> = counts.bind(store_id).bind(now_ms - CUSTOMER_MS).fetch_all(connection).await?;
    Ok(counts.into_iter().map(|(apology_id, count)| CustomerApologies { apology_id, count }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(day: &str, reason: &str, staff_id: i64, minor_units: i64) -> Given {
        let (reason, department) = (reason.to_owned(), "tills".to_owned());
        Given { day: day.into(), reason, department, staff_id, count: 2, minor_units }
    }

    #[test]
    fn what_was_given_is_summed_by_week_reason_department_and_person() {
        let first = Date::constant(2026, 10, 5);
        let all = [
            given("2026-10-05", "queue", 7, 100),
            given("2026-10-11", "rude", 8, 300),
            given("2026-11-23", "queue", 7, 1_000),
            // A clock that was ahead.
            given("2026-12-02", "queue", 9, 50),
        ];
        let told = summarize(first, &all, 500).expect("days");
        let sums = |sums: &[ApologySum]| sums.iter().map(|it| (it.of.clone(), it.minor_units)).collect::<Vec<_>>();
        assert_eq!(told.weeks.len(), WEEKS);
        assert_eq!((told.weeks[0].minor_units, told.weeks[0].count, told.weeks[7].minor_units), (400, 4, 1_050));
        assert_eq!(sums(&told.reasons), [("queue".into(), 1_150), ("rude".into(), 300)]);
        assert_eq!(sums(&told.people), [("7".into(), 1_100), ("8".into(), 300), ("9".into(), 50)]);
        assert_eq!(sums(&told.departments), [("tills".into(), 1_450)]);
        assert_eq!(told.outliers, [], "nothing was given in the four weeks before, and two are too few to compare");
    }
}
