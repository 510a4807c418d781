//! Coupons that tills without network take, by the signature in the QR code, and tell of later.
//!
//! What such a till has taken is paid: it is kept and booked whatever was wrong, and a manager sees what was.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polka_contract::{
    CouponKeyResponse, CouponKeysResponse, CouponRedemption, CouponRedemptionRequest, CouponRedemptionResponse,
    CouponRedemptionsResponse, DeviceKind, ErrorCode, ErrorResponse, RedemptionOutcome, RedemptionState, StaffRole,
};
use polka_ledger::{CouponKey, CouponQr, CouponRefusal, QrRefusal, Taken, TakenFault};
use sqlx::{AnyConnection, AnyPool};

use super::{Happened, code_digest, rows};
use crate::checkout::{check_amount, check_number};
use crate::clock::DAY_MS;
use crate::http::{ApiError, Services};
use crate::points;
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome, Write, check_made};

/// So many are listed.
const MOST_LISTED: i64 = 200;
/// So long they are listed.
const LISTED_MS: i64 = 30 * DAY_MS;

/// Tells all servers of the chain the public keys of this one, so that their tills know its coupons.
pub(crate) async fn publish_keys(pool: &AnyPool, secrets: &Secrets) -> Result<()> {
    let mut connection = pool.acquire().await?;
    for (made_ms, signer) in secrets.coupon_signers() {
        rows::add_key(&mut connection, &URL_SAFE_NO_PAD.encode(signer.key().to_bytes()), *made_ms).await?;
    }
    Ok(())
}

/// The public keys of the chain, the newest first.
pub(super) async fn keys(connection: &mut AnyConnection) -> Result<Vec<CouponKey>> {
    let key_of = |text: &String| CouponKey::from_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?);
    Ok(rows::keys(connection).await?.iter().filter_map(key_of).collect())
}

pub(super) fn refused(refusal: QrRefusal) -> ApiError {
    ApiError::new(ErrorCode::CouponRefused, refusal.to_string())
}

/// By what a till without network checks coupons, and up to how much it takes.
#[utoipa::path(
    get, path = polka_contract::paths::COUPON_KEYS, tag = "coupons",
    responses((status = 200, description = "the keys of the chain, and its limit", body = CouponKeysResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn ask_keys(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<CouponKeysResponse>, ApiError> {
    let device = services.device(&headers).await?;
    device.must_be(&[DeviceKind::Till])?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let told = |key: CouponKey| CouponKeyResponse {
        key_id: format!("{:08x}", u32::from_be_bytes(key.id())),
        public_key: URL_SAFE_NO_PAD.encode(key.to_bytes()),
    };
    Ok(Json(CouponKeysResponse {
        keys: keys(&mut connection).await?.into_iter().map(told).collect(),
        store_id: device.store_id,
        offline_limit_minor_units: services.apologies.offline_coupon_minor_units,
    }))
}

/// A till has taken a coupon without network. It is kept, whatever was wrong with it; the answer says what was. The same
/// receipt is told of once.
#[utoipa::path(
    post, path = polka_contract::paths::COUPON_REDEMPTIONS, tag = "coupons", request_body = CouponRedemptionRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is kept", body = CouponRedemptionResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn tell(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<CouponRedemptionRequest>,
) -> Result<Json<CouponRedemptionResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_number("receipt_number", &said.receipt_number)?;
    check_amount("total_minor_units", said.total_minor_units)?;
    check_amount("discount_minor_units", said.discount_minor_units)?;
    check_made(said.made_ms)?;
    if said.discount_minor_units > said.total_minor_units {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "the discount_minor_units are more than the total"));
    }
    let wrong =
        |refusal: QrRefusal| ApiError::new(ErrorCode::InvalidRequest, format!("the qr is not right: {refusal}"));
    let qr: CouponQr = said.qr.parse().map_err(wrong)?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { take_one(connection, write, &own, &qr, &said).await })
    });
    let outcome = outcome.await?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let row = rows::offline(&mut connection, outcome.reference.context("a redemption")?).await?;
    Ok(Json(CouponRedemptionResponse {
        redemption_id: row.id,
        outcome: RedemptionOutcome::from_code(&outcome.word).context("an outcome of a later version")?,
        reservation_id: row.redemption_id,
    }))
}

async fn take_one(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    qr: &CouponQr,
    said: &CouponRedemptionRequest,
) -> Result<Outcome> {
    qr.check_signature(&keys(connection).await?).map_err(refused)?;
    let other_sum = || ApiError::new(ErrorCode::CouponRefused, "the coupon has paid for another sum of this receipt");
    let digest = code_digest(&services.secrets, qr.code());
    if let Some(known) = rows::offline_of_receipt(connection, write.store_id, &said.receipt_number, &digest).await? {
        let is_same = (known.total, known.minor_units) == (said.total_minor_units, said.discount_minor_units);
        let outcome = Outcome { word: known.outcome, reference: Some(known.id) };
        return if is_same { Ok(outcome) } else { Err(other_sum().into()) };
    }
    let (outcome, redemption_id) = match rows::find(connection, &digest).await? {
        None => (RedemptionOutcome::TakenUnknown, None),
        Some(coupon) => {
            rows::release_late(connection, coupon.id, write.taken_ms).await?;
            let (id, was_free, is_new) =
                match rows::of_receipt(connection, coupon.id, write, &said.receipt_number).await? {
                    // The network went after the till had set it aside.
                    Some(own) if own.state == RedemptionState::Reserved.code() => {
                        rows::change(connection, own.id, said.discount_minor_units, own.until_ms).await?;
                        let row = rows::RedemptionRow { minor_units: said.discount_minor_units, ..own };
                        let is_paid = rows::commit(connection, &row, write).await?;
                        (row.id, is_paid, is_paid)
                    }
                    Some(own) if own.minor_units == said.discount_minor_units => (own.id, true, false),
                    Some(_) => return Err(other_sum().into()),
                    None => {
                        let sum = said.discount_minor_units;
                        let (id, was_free) = rows::pay(connection, coupon.id, write, &said.receipt_number, sum).await?;
                        // Also where no use of it was left: it has paid, and is booked.
                        (id, was_free, true)
                    }
                };
            if is_new {
                let redeemed = Happened::Redeemed(id, said.discount_minor_units);
                super::tell(connection, services, coupon.id, redeemed, write.taken_ms).await?;
            }
            let taken = Taken {
                store: write.store_id,
                // No till's clock makes a coupon good before its day has come.
                day: points::day(said.made_ms.min(write.taken_ms), &services.store.time_zone)?,
                total_minor_units: said.total_minor_units,
                discount_minor_units: said.discount_minor_units,
            };
            let fault = qr.terms().check_taken(&taken, services.apologies.offline_coupon_minor_units).err();
            (outcome_of(coupon.cancelled_ms.is_some(), was_free, fault), Some(id))
        }
    };
    let code = qr.code();
    let (code_digest, last_four) = (digest.as_str(), &code.as_str()[24..]);
    let kept = rows::NewOffline { code_digest, last_four, said, outcome, redemption_id };
    let id = rows::add_offline(connection, write, &kept).await?;
    Ok(Outcome { word: outcome.code().into(), reference: Some(id) })
}

/// The first that a manager is to know.
fn outcome_of(is_cancelled: bool, was_free: bool, fault: Option<TakenFault>) -> RedemptionOutcome {
    match fault {
        _ if is_cancelled => RedemptionOutcome::TakenCancelled,
        _ if !was_free => RedemptionOutcome::TakenTwice,
        None => RedemptionOutcome::Taken,
        Some(TakenFault::Terms(CouponRefusal::NotYet)) => RedemptionOutcome::TakenTooEarly,
        Some(TakenFault::Terms(CouponRefusal::Over)) => RedemptionOutcome::TakenTooLate,
        Some(TakenFault::Terms(CouponRefusal::OtherStore)) => RedemptionOutcome::TakenInOtherStore,
        Some(TakenFault::Terms(CouponRefusal::BelowLeast)) => RedemptionOutcome::TakenBelowLeast,
        Some(TakenFault::Terms(CouponRefusal::NoGoods) | TakenFault::AboveWorth) => RedemptionOutcome::TakenAboveWorth,
        Some(TakenFault::AboveLimit) => RedemptionOutcome::TakenAboveLimit,
    }
}

/// What tills of the store told in the last thirty days of coupons that they took without network and in which something
/// was wrong, for its managers.
#[utoipa::path(
    get, path = polka_contract::paths::COUPON_REDEMPTIONS, tag = "coupons",
    responses((status = 200, description = "at most two hundred, the newest first", body = CouponRedemptionsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<CouponRedemptionsResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    if staff.role != StaffRole::Manager {
        return Err(ApiError::new(ErrorCode::Forbidden, "only a manager may see this"));
    }
    let told = |row: rows::ListedRow| {
        Ok(CouponRedemption {
            redemption_id: row.id,
            outcome: RedemptionOutcome::from_code(&row.outcome).context("an outcome of a later version")?,
            last_four: row.last_four,
            till: row.till,
            receipt_number: row.receipt_number,
            discount_minor_units: row.minor_units,
            made_ms: row.made_ms,
            taken_ms: row.taken_ms,
        })
    };
    let since_ms = services.clock.now_ms() - LISTED_MS;
    let rows = rows::wrong(&services.pool, staff.store_id(), since_ms, MOST_LISTED).await?;
    let redemptions = rows.into_iter().map(told).collect::<Result<_>>()?;
    Ok(Json(CouponRedemptionsResponse { redemptions }))
}
