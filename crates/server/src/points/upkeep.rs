//! What happens to points because time passes: reservations that nobody settled end, and so do points. What was said
//! to phones, and by whom, is forgotten when it no longer counts, and so are shopping lists.

use std::time::Duration;

use anyhow::{Context, Result};
use polka_domain::Date;
use polka_ledger::{Refusal, cancel_reservation, expire};
use sqlx::{AnyConnection, AnyPool};

use super::{Cause, book, day, history, rows, state};
use crate::clock::{Clock, HOUR_MS};
use crate::database;
use crate::member_card::shopping_list;

const PAUSE: Duration = Duration::from_secs(60);
/// How far back lots are looked at whose last day is over: a server may have been away. What comes back to an
/// older one ends at once.
const LOOK_BACK_DAYS: i32 = 400;

/// Points of a chain are looked through once in so many rounds: no day ends sooner.
const ROUNDS_TO_EXPIRY: u32 = 15;
/// So long codes and proofs are kept: the longest of the quotas that count them is a day.
const CODES_KEPT_MS: i64 = 25 * HOUR_MS;

/// Does it every minute, as long as the server lives.
pub(crate) async fn keep_up(pool: AnyPool, clock: Clock) {
    for round in (0..ROUNDS_TO_EXPIRY).cycle() {
        if let Err(error) = catch_up(&pool, round == 0, clock.now_ms()).await {
            tracing::error!(cause = format!("{error:#}"), "points were not kept up");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does it once; points end, and codes and lists are forgotten, where that is said.
///
/// # Errors
/// Where the database cannot be written.
pub async fn catch_up(pool: &AnyPool, ends_points: bool, now_ms: i64) -> Result<()> {
    let mut connection = pool.acquire().await?;
    cancel_late_reservations(&mut connection, now_ms).await?;
    if ends_points {
        let day = earliest_day(&mut connection, now_ms).await?;
        expire_all(&mut connection, day, now_ms).await?;
        forget_codes(&mut connection, now_ms).await?;
        shopping_list::forget(&mut connection, now_ms).await?;
    }
    Ok(())
}

/// The day that it still is somewhere in the chain: points end when their last day is over in all of its stores.
pub(crate) async fn earliest_day(connection: &mut AnyConnection, now_ms: i64) -> Result<Date> {
    let zones: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT time_zone FROM stores").fetch_all(&mut *connection).await?;
    let days = zones.iter().map(|zone| day(now_ms, zone)).collect::<Result<Vec<_>>>()?;
    days.into_iter().min().context("a database of points has a store")
}

/// Forgets codes, proofs and links that no longer count. The last of each stays, so that no number is given again.
async fn forget_codes(connection: &mut AnyConnection, now_ms: i64) -> Result<()> {
    for forget in [
        "DELETE FROM phone_codes WHERE made_ms < $1 AND id < (SELECT MAX(id) FROM phone_codes)",
        "DELETE FROM member_proofs WHERE made_ms < $1 AND id < (SELECT MAX(id) FROM member_proofs)",
        "DELETE FROM member_links WHERE made_ms < $1 AND until_ms < $1 AND id < (SELECT MAX(id) FROM member_links)",
    ] {
        let mut transaction = database::begin_write(connection).await?;
        sqlx::query(forget).bind(now_ms - CODES_KEPT_MS).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Gives back what was set aside for receipts that nobody paid in time.
async fn cancel_late_reservations(connection: &mut AnyConnection, now_ms: i64) -> Result<()> {
    let late = sqlx::query_scalar("SELECT id FROM reservations WHERE state = 'reserved' AND until_ms < $1");
    let late: Vec<i64> = late.bind(now_ms).fetch_all(&mut *connection).await?;
    for id in late {
        if let Err(error) = cancel_late(connection, id, now_ms).await {
            // The next one is somebody else's.
            tracing::error!(reservation = id, cause = format!("{error:#}"), "a reservation was not given back");
        }
    }
    Ok(())
}

async fn cancel_late(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<()> {
    let mut transaction = database::begin_write(connection).await?;
    // A till may have settled it meanwhile.
    let open: Option<(i64, i64)> = sqlx::query_as(
        "SELECT receipts.id, receipts.member_id FROM reservations
             JOIN receipts ON receipts.id = reservations.receipt_id
             WHERE reservations.id = $1 AND reservations.state = 'reserved'",
    )
    .bind(id)
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some((receipt_id, member_id)) = open {
        let key = format!("reservation:{id}");
        let cause = Cause { receipt_id: Some(receipt_id), ..of_clock(&key, "late", now_ms) };
        let held = history(&mut transaction, receipt_id).await?;
        let draft = cancel_reservation(&state(&mut transaction, member_id).await?, &held)?;
        book(&mut transaction, draft, &cause).await?;
        // A till that was away may still say that it was paid in time.
        let closed = sqlx::query("UPDATE reservations SET state = 'late' WHERE id = $1");
        closed.bind(id).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Ends the points of all members whose last day is before `today`.
async fn expire_all(connection: &mut AnyConnection, today: Date, now_ms: i64) -> Result<()> {
    let from = today.saturating_sub(jiff::Span::new().days(LOOK_BACK_DAYS));
    for member_id in rows::members_of_lots(connection, from, today).await? {
        if let Err(error) = expire_one(connection, member_id, today, now_ms).await {
            // The next one is somebody else's.
            tracing::error!(member = member_id, cause = format!("{error:#}"), "points were not ended");
        }
    }
    Ok(())
}

async fn expire_one(connection: &mut AnyConnection, member_id: i64, today: Date, now_ms: i64) -> Result<()> {
    let mut transaction = database::begin_write(connection).await?;
    expire_of(&mut transaction, member_id, today, now_ms).await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends the points of a member whose last day is before `today`.
pub(crate) async fn expire_of(connection: &mut AnyConnection, member_id: i64, today: Date, now_ms: i64) -> Result<()> {
    let draft = match expire(&state(connection, member_id).await?, today) {
        Ok(draft) => draft,
        Err(Refusal::NothingToExpire) => return Ok(()),
        Err(refusal) => return Err(refusal.into()),
    };
    let key = format!("expiry:{member_id}:{today}");
    book(connection, draft, &of_clock(&key, "last_day_over", now_ms)).await?;
    Ok(())
}

fn of_clock<'a>(key: &'a str, reason: &'a str, now_ms: i64) -> Cause<'a> {
    Cause {
        key,
        reason,
        actor: "clock",
        device_id: None,
        store_id: None,
        receipt_id: None,
        made_ms: now_ms,
        recorded_ms: now_ms,
    }
}
