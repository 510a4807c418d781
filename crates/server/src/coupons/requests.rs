//! What tills do with coupons.

use std::collections::HashMap;

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use polka_contract::{
    CouponLine, CouponReservationRequest, CouponReservationResponse, CouponResponse, CouponSearchRequest, DeviceKind,
    ErrorCode, ErrorResponse, NothingRequest, RedemptionState,
};
use polka_domain::CouponCode;
use polka_ledger::{CouponQr, Goods, Line, Sale};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::rows::Freed;
use super::{Happened, code_digest, offline, rows, tell, told_terms};
use crate::checkout::{check_amount, check_number};
use crate::clock::{HOUR_MS, MINUTE_MS};
use crate::database::places_of_rows;
use crate::http::{ApiError, Services};
use crate::points;
use crate::tasks::reported_gtin;
use crate::writes::{Incoming, Outcome, Write};

/// So long a coupon is set aside.
const RESERVED_MS: i64 = 15 * MINUTE_MS;
/// From so many codes on that were none in an hour, a till is to wait. A cashier misreads a few.
const MOST_MISSES: i64 = 20;
/// So many lines a receipt may have.
const MOST_LINES: usize = 500;
const MOST_ITEMS: i64 = 1_000_000;

/// What an answer is kept as where no coupon was found: the miss counts, so it is no error that undoes it.
const MISSED: &str = "missed";

/// The code of a coupon that is shown: its digits, or the text of its QR code.
///
/// # Errors
/// Where it is none, or the text was forged or altered.
async fn shown_code(services: &Services, text: &str) -> Result<CouponCode, ApiError> {
    if text.len() <= CouponCode::LENGTH {
        return text.parse().map_err(|_| not_found());
    }
    let qr: CouponQr = text.parse().map_err(|_| not_found())?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    qr.check_signature(&offline::keys(&mut connection).await?).map_err(offline::refused)?;
    Ok(qr.code())
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::CouponNotFound, "no coupon has this code")
}

/// What is said of a code that was none.
fn check_found(word: &str) -> Result<(), ApiError> {
    if word == MISSED { Err(not_found()) } else { Ok(()) }
}

/// The coupon with a code. One that is none is noted.
///
/// # Errors
/// Where the till has shown too many that were none.
async fn find(
    connection: &mut AnyConnection,
    services: &Services,
    code: CouponCode,
    write: &Write,
) -> Result<Option<rows::CouponRow>> {
    let since_ms = write.taken_ms - HOUR_MS;
    if rows::misses(connection, write.device_id, since_ms).await? >= MOST_MISSES {
        let why = "too many codes were none at this till; wait an hour";
        return Err(ApiError::new(ErrorCode::TooManyTries, why).into());
    }
    let found = rows::find(connection, &code_digest(&services.secrets, code)).await?;
    match &found {
        Some(row) => rows::release_late(connection, row.id, write.taken_ms).await?,
        None => rows::miss(connection, write.device_id, write.taken_ms, since_ms).await?,
    }
    Ok(found)
}

/// What a coupon is worth, and whether it may be used still. Whoever tries codes is slowed down.
#[utoipa::path(
    post, path = polka_contract::paths::COUPON_SEARCH, tag = "coupons", request_body = CouponSearchRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key counts as one try")),
    responses((status = 200, description = "the coupon", body = CouponResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn search(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<CouponSearchRequest>,
) -> Result<Json<CouponResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    let (code, own) = (shown_code(&services, &said.code).await?, services.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let word = if find(connection, &own, code, write).await?.is_some() { "found" } else { MISSED };
            Ok(Outcome { word: word.into(), reference: None })
        })
    });
    check_found(&outcome.await?.word)?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let row = rows::find(&mut connection, &code_digest(&services.secrets, code)).await?.ok_or_else(not_found)?;
    Ok(Json(CouponResponse {
        terms: told_terms(&row.terms()?, row.most_uses),
        is_open: row.cancelled_ms.is_none() && row.uses < row.most_uses,
        first_day: row.first_day,
        last_day: row.last_day,
        last_four: row.last_four,
    }))
}

/// Sets a coupon aside for a receipt: of all tills that try at once, as many get it as it may be used. The same receipt
/// gets the same reservation again.
#[utoipa::path(
    post, path = polka_contract::paths::COUPON_RESERVATIONS, tag = "coupons", request_body = CouponReservationRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is set aside", body = CouponReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn reserve(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<CouponReservationRequest>,
) -> Result<Json<CouponReservationResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_number("receipt_number", &said.receipt_number)?;
    check_amount("total_minor_units", said.total_minor_units)?;
    let (code, lines) = (shown_code(&services, &said.code).await?, checked_lines(&said.lines)?);
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { reserve_one(connection, write, &own, code, &said, lines).await })
    });
    let outcome = outcome.await?;
    check_found(&outcome.word)?;
    if outcome.word == RedemptionState::Released.code() {
        let why = "the receipt is another by now, and the coupon takes nothing off it: it is free again";
        return Err(ApiError::new(ErrorCode::CouponRefused, why));
    }
    response(&services, &outcome).await
}

fn checked_lines(lines: &[CouponLine]) -> Result<Vec<Line>, ApiError> {
    let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
    if lines.len() > MOST_LINES {
        return Err(wrong(format!("the lines are more than {MOST_LINES}")));
    }
    let line = |line: &CouponLine| {
        check_amount("minor_units of a line", line.minor_units)?;
        match (1..=MOST_ITEMS).contains(&line.quantity) {
            true => Ok(Line {
                gtin: reported_gtin(&line.gtin)?,
                category: None,
                quantity: line.quantity,
                minor_units: line.minor_units,
            }),
            false => Err(wrong(format!("the quantity of a line is not 1 to {MOST_ITEMS}"))),
        }
    };
    lines.iter().map(line).collect()
}

async fn reserve_one(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    code: CouponCode,
    said: &CouponReservationRequest,
    lines: Vec<Line>,
) -> Result<Outcome> {
    let reserved = |id| Outcome { word: RedemptionState::Reserved.code().into(), reference: Some(id) };
    let Some(coupon) = find(connection, services, code, write).await? else {
        return Ok(Outcome { word: MISSED.into(), reference: None });
    };
    let refused = |why: &str| ApiError::new(ErrorCode::CouponRefused, why);
    if coupon.cancelled_ms.is_some() {
        return Err(refused("the coupon was taken back").into());
    }
    let (terms, day) = (coupon.terms()?, points::day(write.taken_ms, &services.store.time_zone)?);
    let lines = match terms.goods {
        Goods::Category(_) => with_categories(connection, write.store_id, lines).await?,
        Goods::All | Goods::Product(_) => lines,
    };
    let sale = Sale { store: write.store_id, day, total_minor_units: said.total_minor_units, lines };
    let discount = terms.discount(&sale);
    let until_ms = write.taken_ms + RESERVED_MS;
    if let Some(known) = rows::of_receipt(connection, coupon.id, write, &said.receipt_number).await? {
        let is_paid = known.state == RedemptionState::Committed.code();
        return match discount {
            Ok(discount) if !is_paid => {
                rows::change(connection, known.id, discount, until_ms).await?;
                Ok(reserved(known.id))
            }
            Ok(discount) if discount == known.minor_units => Ok(reserved(known.id)),
            _ if is_paid => Err(refused("the coupon has paid for another sum of this receipt").into()),
            // What was set aside for more must not pay for less: this is no error that undoes it.
            Ok(_) | Err(_) => {
                let_go(connection, services, &known, write.taken_ms).await?;
                Ok(Outcome { word: RedemptionState::Released.code().into(), reference: Some(known.id) })
            }
        };
    }
    let discount = discount.map_err(|refusal| refused(&refusal.to_string()))?;
    let id = rows::reserve(connection, coupon.id, write, &said.receipt_number, (discount, until_ms)).await?;
    Ok(reserved(id.ok_or_else(|| refused("the coupon was used, or another receipt holds it"))?))
}

/// The lines with the categories that the store's list has.
async fn with_categories(connection: &mut AnyConnection, store_id: i64, lines: Vec<Line>) -> Result<Vec<Line>> {
    if lines.is_empty() {
        return Ok(lines);
    }
    let select = format!(
        "SELECT gtin, category FROM products WHERE store_id = {store_id} AND gtin IN (VALUES {})",
        places_of_rows(lines.len(), 1)
    );
    let mut select = sqlx::query_as(AssertSqlSafe(select));
    for line in &lines {
        select = select.bind(i64::try_from(line.gtin.body())?);
    }
    let found: Vec<(i64, Option<String>)> = select.fetch_all(connection).await?;
    let found: HashMap<i64, Option<String>> = found.into_iter().collect();
    let category = |line: &Line| found.get(&i64::try_from(line.gtin.body()).ok()?).cloned().flatten();
    Ok(lines.into_iter().map(|line| Line { category: category(&line), ..line }).collect())
}

/// A coupon that was set aside has paid. However often that is said, it is one use.
#[utoipa::path(
    post, path = polka_contract::paths::COUPON_COMMIT, tag = "coupons", request_body = NothingRequest,
    params(("reservation_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it has paid", body = CouponReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn commit(
    State(services): State<Services>,
    Path(reservation_id): Path<i64>,
    Incoming { write, device, .. }: Incoming<NothingRequest>,
) -> Result<Json<CouponReservationResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let row = redemption(connection, write, reservation_id).await?;
            if row.state != RedemptionState::Committed.code() {
                if !rows::commit(connection, &row, write).await? {
                    let why =
                        "the coupon is free again, or was set aside too long ago and is used or taken back by now";
                    return Err(ApiError::new(ErrorCode::CouponRefused, why).into());
                }
                let redeemed = Happened::Redeemed(row.id, row.minor_units);
                tell(connection, &own, row.coupon_id, redeemed, write.taken_ms).await?;
            }
            Ok(Outcome { word: RedemptionState::Committed.code().into(), reference: Some(row.id) })
        })
    });
    response(&services, &outcome.await?).await
}

/// A coupon that was set aside is free again, and so is one whose sale is voided: with the day on which it ends as it was.
#[utoipa::path(
    post, path = polka_contract::paths::COUPON_RELEASE, tag = "coupons", request_body = NothingRequest,
    params(("reservation_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is free", body = CouponReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn release(
    State(services): State<Services>,
    Path(reservation_id): Path<i64>,
    Incoming { write, device, .. }: Incoming<NothingRequest>,
) -> Result<Json<CouponReservationResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let row = redemption(connection, write, reservation_id).await?;
            let_go(connection, &own, &row, write.taken_ms).await?;
            Ok(Outcome { word: RedemptionState::Released.code().into(), reference: Some(row.id) })
        })
    });
    response(&services, &outcome.await?).await
}

/// Frees a coupon, and tells of it where it was not free before.
async fn let_go(
    connection: &mut AnyConnection,
    services: &Services,
    row: &rows::RedemptionRow,
    now_ms: i64,
) -> Result<()> {
    let happened = match rows::release(connection, row, now_ms).await? {
        Freed::Unpaid => Happened::Released(row.id, row.minor_units),
        Freed::Paid => Happened::Voided(row.id, row.minor_units),
        Freed::Before => return Ok(()),
    };
    tell(connection, services, row.coupon_id, happened, now_ms).await
}

async fn redemption(connection: &mut AnyConnection, write: &Write, id: i64) -> Result<rows::RedemptionRow> {
    let none = || ApiError::new(ErrorCode::ReceiptNotFound, "the store has no such reservation of a coupon");
    let row = rows::redemption(connection, write.store_id, id).await?.ok_or_else(none)?;
    rows::release_late(connection, row.coupon_id, write.taken_ms).await?;
    Ok(rows::redemption(connection, write.store_id, id).await?.ok_or_else(none)?)
}

/// As it stood when this was first asked.
async fn response(services: &Services, outcome: &Outcome) -> Result<Json<CouponReservationResponse>, ApiError> {
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let id = outcome.reference.context("a reservation")?;
    let row = rows::redemption(&mut connection, services.store.id, id).await?.context("a reservation")?;
    Ok(Json(CouponReservationResponse {
        reservation_id: row.id,
        discount_minor_units: row.minor_units,
        state: RedemptionState::from_code(&outcome.word).context("a state of a later version")?,
        until_ms: row.until_ms,
    }))
}
