//! What a week cost and what came of it, by department: made once when the week is over, kept, and shown as a page to
//! print or as CSV.
//!
//! A server that was off on Monday makes it when it is back, and those of the weeks that it slept through. The numbers
//! are kept as they were then; words are put to them when somebody asks. What a clock that ran ahead has made counts for
//! nothing until its time has come, and is made anew then. `numbers.rs` has what is counted, `page.rs` the
//! page and the CSV, `requests.rs` what managers ask.

mod numbers;
mod page;
pub(crate) mod requests;

use std::time::Duration;

use anyhow::Result;
use jiff::Span;
use jiff::civil::{ISOWeekDate, Weekday};
use polka_domain::Date;
use sqlx::AnyConnection;

use crate::database;
use crate::http::Services;
use crate::points;
use crate::report_expired::summary::monday;
use numbers::Numbers;

const PAUSE: Duration = Duration::from_secs(600);
/// So many weeks are made up for at most.
const MOST_MISSED: usize = 8;

/// A week from Monday on, as ISO 8601 counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Week {
    first: Date,
}

impl Week {
    fn of(day: Date) -> Self {
        Self { first: monday(day) }
    }

    /// `2026-W48`.
    fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        let is_number = |text: &str, digits: usize| text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
        if !(is_number(year, 4) && is_number(week, 2)) {
            return None;
        }
        let day = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
        Some(Self { first: day.date() })
    }

    fn code(self) -> String {
        let week = self.first.iso_week_date();
        format!("{:04}-W{:02}", week.year(), week.week())
    }

    fn next(self) -> Self {
        Self { first: self.first.saturating_add(Span::new().weeks(1)) }
    }

    fn before(self) -> Self {
        Self { first: self.first.saturating_sub(Span::new().weeks(1)) }
    }

    fn last_day(self) -> Date {
        self.first.saturating_add(Span::new().days(6))
    }
}

/// Makes what is missing, as long as the server lives.
pub(crate) async fn keep_up(services: Services) {
    loop {
        if let Err(error) = make_missing(&services).await {
            tracing::error!(cause = format!("{error:#}"), "the weekly report was not made");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Makes the reports of the weeks that are over and have none: of last week where there is no report yet, else of all
/// since the newest. Gives how many were made.
///
/// # Errors
/// Where the database cannot be read or written.
pub async fn make_missing(services: &Services) -> Result<usize> {
    let now_ms = services.clock.now_ms();
    let last = Week::of(points::day(now_ms, &services.store.time_zone)?).before();
    let mut connection = services.pool.acquire().await?;
    let newest = newest(&mut connection, services.store.id, now_ms).await?;
    let from = newest.map_or(last, Week::next);
    let missing: Vec<Week> = std::iter::successors(Some(last), |week| Some(week.before()))
        .take(MOST_MISSED)
        .take_while(|it| *it >= from)
        .collect();
    for week in missing.iter().rev() {
        let numbers = numbers::of_week(&mut connection, &services.store, *week, now_ms).await?;
        let mut transaction = database::begin_write(&mut connection).await?;
        let kept = sqlx::query(
            "INSERT INTO weekly_reports (store_id, first_day, numbers, made_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (store_id, first_day) DO UPDATE SET numbers = excluded.numbers, made_ms = excluded.made_ms
             WHERE weekly_reports.made_ms > excluded.made_ms",
        );
        let kept = kept.bind(services.store.id).bind(week.first.to_string()).bind(serde_json::to_string(&numbers)?);
        kept.bind(now_ms).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(missing.len())
}

/// The newest of which there is a report. What was made later than now, a clock that ran ahead has made.
async fn newest(connection: &mut AnyConnection, store_id: i64, now_ms: i64) -> Result<Option<Week>> {
    let newest = sqlx::query_scalar("SELECT MAX(first_day) FROM weekly_reports WHERE store_id = $1 AND made_ms <= $2");
    let newest: Option<String> = newest.bind(store_id).bind(now_ms).fetch_one(connection).await?;
    newest.map(|day| Ok(Week { first: day.parse()? })).transpose()
}

/// The numbers of a week: as they were kept, else as they are now.
async fn numbers_of(services: &Services, week: Week) -> Result<Numbers> {
    let (mut connection, now_ms) = (services.pool.acquire().await?, services.clock.now_ms());
    let kept = sqlx::query_scalar(
        "SELECT numbers FROM weekly_reports WHERE store_id = $1 AND first_day = $2 AND made_ms <= $3",
    );
    let kept = kept.bind(services.store.id).bind(week.first.to_string()).bind(now_ms);
    let kept: Option<String> = kept.fetch_optional(&mut *connection).await?;
    match kept {
        Some(numbers) => Ok(serde_json::from_str(&numbers)?),
        None => numbers::of_week(&mut connection, &services.store, week, now_ms).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_read_as_it_is_written_also_where_its_year_is_another() {
        for (text, first) in [("2026-W48", "2026-11-23"), ("2026-W53", "2026-12-28"), ("2025-W01", "2024-12-30")] {
            let week = Week::parse(text).expect("a week");
            assert_eq!((week.first.to_string().as_str(), week.code().as_str()), (first, text));
            assert_eq!(Week::of(week.last_day()), week);
            assert_eq!(week.next().before(), week);
        }
        for text in ["", "2026", "2026-48", "2026-W0", "2026-W00", "2025-W53", "2026-W54", "+026-W01", "2026-W480"] {
            assert_eq!(Week::parse(text), None, "{text:?}");
        }
    }
}
