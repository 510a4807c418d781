//! What a till does with points: they pay for a receipt, and a receipt earns them.
//!
//! The order at a till: a quote, a reservation, its commit or cancel, the receipt, and perhaps a return.
//! `docs/integration/till.md` walks through a sale. `buyer.rs` has whom a receipt is for, `search.rs` who looks for
//! them, `spending.rs` points that pay, `receipts.rs` receipts and returns, `lines.rs` what stands on them, `sales.rs`
//! which products were sold when.

pub(crate) mod buyer;
pub(crate) mod lines;
pub(crate) mod receipts;
pub(crate) mod sales;
pub(crate) mod search;
pub(crate) mod spending;

use anyhow::Result;
use polka_contract::ErrorCode;
use polka_domain::{Date, Points};
use polka_ledger::{History, Receipt, Refusal, Today};
use sqlx::AnyConnection;

use crate::clock::{DAY_MS, HOUR_MS};
use crate::http::{ApiError, Services};
use crate::member_card::profile::is_birthday;

/// As long as a number of a receipt may be.
const LONGEST_NUMBER: usize = 64;

/// Whether a till may call a receipt so: it stands in addresses and on paper.
pub(crate) fn check_number(name: &str, number: &str) -> Result<(), ApiError> {
    let is_number = (1..=LONGEST_NUMBER).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let wrong = || {
        let message = format!("the {name} must be 1 to 64 letters, digits, hyphens, dots or underscores");
        ApiError::new(ErrorCode::InvalidRequest, message)
    };
    is_number.then_some(()).ok_or_else(wrong)
}

pub(crate) fn check_amount(name: &str, minor_units: i64) -> Result<(), ApiError> {
    let is_amount = (1..=Receipt::LARGEST_AMOUNT_MINOR_UNITS).contains(&minor_units);
    let wrong = || ApiError::new(ErrorCode::InvalidRequest, format!("the {name} is not above zero, or too large"));
    is_amount.then_some(()).ok_or_else(wrong)
}

fn check_points(points: i64) -> Result<Points, ApiError> {
    let points = Points::new(points).ok().filter(|points| *points > Points::ZERO);
    points.ok_or_else(|| ApiError::new(ErrorCode::InvalidRequest, "the points are not above zero, or too many"))
}

fn refused(refusal: Refusal) -> ApiError {
    ApiError::new(ErrorCode::PointsRefused, refusal.to_string())
}

/// When something happened at a till, unless its clock is wrong: a till may have been away for thirty days.
pub(crate) fn credible(made_ms: i64, taken_ms: i64) -> i64 {
    const AWAY_MS: i64 = 31 * DAY_MS;
    const AHEAD_MS: i64 = HOUR_MS;
    if (taken_ms - AWAY_MS..=taken_ms + AHEAD_MS).contains(&made_ms) { made_ms } else { taken_ms }
}

/// A receipt to the rules, of a member and a day.
async fn receipt(
    connection: &mut AnyConnection,
    services: &Services,
    (amount_minor_units, is_online): (i64, bool),
    (member_id, day): (i64, Date),
    history: History,
) -> Result<Receipt> {
    let channel = if is_online { polka_ledger::Channel::Online } else { polka_ledger::Channel::Store };
    // Where birthdays are days like others, nobody asks for them.
    let is_birthday = services.loyalty.points.birthday_factor_percent != 100
        && is_birthday(connection, &services.secrets, member_id, day).await?;
    Ok(Receipt { amount_minor_units, channel, is_birthday, history })
}

/// What was earned today, by the member and in the store; what has no limit is not counted.
async fn today(
    connection: &mut AnyConnection,
    settings: &polka_ledger::Settings,
    date: Date,
    member_id: i64,
    store_id: i64,
) -> Result<Today> {
    let day = date.to_string();
    let mut today = Today { date, accrued_by_member: Points::ZERO, accrued_in_store: Points::ZERO };
    if settings.member_day_cap_points.is_some() {
        let sum: i64 = sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(accrued), 0) AS BIGINT) FROM receipts WHERE member_id = $1 AND day = $2",
        )
        .bind(member_id)
        .bind(&day)
        .fetch_one(&mut *connection)
        .await?;
        today.accrued_by_member = Points::new(sum)?;
    }
    if settings.store_day_cap_points.is_some() {
        let sum: i64 = sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(accrued), 0) AS BIGINT) FROM receipts WHERE store_id = $1 AND day = $2",
        )
        .bind(store_id)
        .bind(&day)
        .fetch_one(&mut *connection)
        .await?;
        today.accrued_in_store = Points::new(sum)?;
    }
    Ok(today)
}
