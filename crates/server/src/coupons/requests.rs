//! What tills do with coupons.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use polka_contract::{
    CouponLine, CouponReservationRequest, CouponReservationResponse, CouponResponse, CouponSearchRequest, DeviceKind,
    ErrorCode, ErrorResponse, NothingRequest, RedemptionState,
};
use polka_domain::CouponCode;
use polka_ledger::{Line, Sale};
use sqlx::AnyConnection;

use super::{code_digest, rows, told_terms};
use crate::checkout::{check_amount, check_number};
use crate::clock::{HOUR_MS, MINUTE_MS};
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
const TOO_MANY: &str = "too_many";

fn shown_code(text: &str) -> Result<CouponCode, ApiError> {
    text.parse().map_err(|_| not_found())
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::CouponNotFound, "no coupon has this code")
}

/// What is said of a code that was none.
fn check_found(word: &str) -> Result<(), ApiError> {
    match word {
        MISSED => Err(not_found()),
        TOO_MANY => Err(ApiError::new(ErrorCode::TooManyTries, "too many codes were none at this till; wait an hour")),
        _ => Ok(()),
    }
}

/// The coupon with a code, or the word for why there is none.
async fn find(
    connection: &mut AnyConnection,
    services: &Services,
    code: CouponCode,
    write: &Write,
) -> Result<std::result::Result<rows::CouponRow, &'static str>> {
    let since_ms = write.taken_ms - HOUR_MS;
    if rows::misses(connection, write.device_id, since_ms).await? >= MOST_MISSES {
        return Ok(Err(TOO_MANY));
    }
    match rows::find(connection, &code_digest(&services.secrets, code)).await? {
        Some(row) => {
            rows::release_late(connection, row.id, write.taken_ms).await?;
            Ok(Ok(row))
        }
        None => {
            rows::miss(connection, write.device_id, write.taken_ms, since_ms).await?;
            Ok(Err(MISSED))
        }
    }
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
    let (code, own) = (shown_code(&said.code)?, services.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let found = find(connection, &own, code, write).await?;
            Ok(Outcome { word: found.err().unwrap_or("found").into(), reference: None })
        })
    });
    check_found(&outcome.await?.word)?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let row = rows::find(&mut connection, &code_digest(&services.secrets, code)).await?.ok_or_else(not_found)?;
    Ok(Json(CouponResponse {
        terms: told_terms(&row.terms()?),
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
    let (code, lines) = (shown_code(&said.code)?, checked_lines(&said.lines)?);
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { reserve_one(connection, write, &own, code, &said, lines).await })
    });
    let outcome = outcome.await?;
    check_found(&outcome.word)?;
    response(&services, outcome.reference).await
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
    let coupon = match find(connection, services, code, write).await? {
        Ok(coupon) => coupon,
        Err(word) => return Ok(Outcome { word: word.into(), reference: None }),
    };
    if let Some(known) = rows::of_receipt(connection, coupon.id, write, &said.receipt_number).await? {
        return Ok(reserved(known.id));
    }
    let refused = |why: &str| ApiError::new(ErrorCode::CouponRefused, why);
    if coupon.cancelled_ms.is_some() {
        return Err(refused("the coupon was taken back").into());
    }
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let lines = with_categories(connection, write.store_id, lines).await?;
    let sale = Sale { store: write.store_id, day, total_minor_units: said.total_minor_units, lines };
    let discount = coupon.terms()?.discount(&sale).map_err(|refusal| refused(&refusal.to_string()))?;
    let held = (discount, write.taken_ms + RESERVED_MS);
    let id = rows::reserve(connection, coupon.id, write, &said.receipt_number, held).await?;
    Ok(reserved(id.ok_or_else(|| refused("the coupon was used, or another receipt holds it"))?))
}

/// The lines with the categories that the store's list has.
async fn with_categories(connection: &mut AnyConnection, store_id: i64, lines: Vec<Line>) -> Result<Vec<Line>> {
    let mut with = Vec::with_capacity(lines.len());
    for line in lines {
        let category = sqlx::query_scalar("SELECT category FROM products WHERE store_id = $1 AND gtin = $2");
        let category: Option<Option<String>> =
            category.bind(store_id).bind(i64::try_from(line.gtin.body())?).fetch_optional(&mut *connection).await?;
        with.push(Line { category: category.flatten(), ..line });
    }
    Ok(with)
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
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let row = redemption(connection, write, reservation_id).await?;
            if row.state != RedemptionState::Committed.code() && !rows::commit(connection, &row, write).await? {
                let why = "the coupon is free again, or was set aside too long ago and is used or taken back by now";
                return Err(ApiError::new(ErrorCode::CouponRefused, why).into());
            }
            Ok(Outcome { word: RedemptionState::Committed.code().into(), reference: Some(row.id) })
        })
    });
    response(&services, outcome.await?.reference).await
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
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let row = redemption(connection, write, reservation_id).await?;
            rows::release(connection, &row, write.taken_ms).await?;
            Ok(Outcome { word: RedemptionState::Released.code().into(), reference: Some(row.id) })
        })
    });
    response(&services, outcome.await?.reference).await
}

async fn redemption(connection: &mut AnyConnection, write: &Write, id: i64) -> Result<rows::RedemptionRow> {
    let none = || ApiError::new(ErrorCode::ReceiptNotFound, "the store has no such reservation of a coupon");
    let row = rows::redemption(connection, write.store_id, id).await?.ok_or_else(none)?;
    rows::release_late(connection, row.coupon_id, write.taken_ms).await?;
    Ok(rows::redemption(connection, write.store_id, id).await?.ok_or_else(none)?)
}

async fn response(services: &Services, id: Option<i64>) -> Result<Json<CouponReservationResponse>, ApiError> {
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let row = rows::redemption(&mut connection, services.store.id, id.context("a reservation")?).await?;
    let row = row.context("a reservation")?;
    Ok(Json(CouponReservationResponse {
        reservation_id: row.id,
        discount_minor_units: row.minor_units,
        state: RedemptionState::from_code(&row.state).unwrap_or(RedemptionState::Released),
        until_ms: row.until_ms,
    }))
}
