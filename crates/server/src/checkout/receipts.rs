//! Receipts that earn points, and what comes back of them.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use polka_contract::{
    DeviceKind, ErrorCode, ErrorResponse, MOST_USED_OFFERS, ReceiptRequest, ReceiptResponse, ReturnRequest,
    ReturnResponse,
};
use polka_domain::{Date, Points};
use polka_ledger::{Accrual, History, Refusal, Return, accrue, return_goods};
use sqlx::{AnyConnection, FromRow};

use super::buyer::NamedBuyer;
use super::{check_amount, check_number, credible, lines, receipt, refused, sales, today};
use crate::http::{ApiError, Services};
use crate::personal_offers;
use crate::points::{self, Cause};
use crate::writes::{Incoming, Outcome, Write, check_made};

/// A receipt as the database has it.
#[derive(FromRow)]
struct ReceiptRow {
    id: i64,
    member_id: i64,
    total: Option<i64>,
    returned: i64,
    short: i64,
    accrued: Option<i64>,
    refusal: Option<String>,
}

impl ReceiptRow {
    /// Makes it a receipt of this member, where none of another's points are on it: at the till a wrong card was
    /// shown first.
    async fn becomes(&self, connection: &mut AnyConnection, member_id: i64) -> Result<bool> {
        if self.member_id == member_id {
            return Ok(true);
        }
        let history = points::history(connection, self.id).await?;
        if history.held() + history.redeemed_in_all() + history.accrued_in_all() > 0 {
            return Ok(false);
        }
        // What the other's proof was for ends with it: no late commit takes it from this member.
        let ended = sqlx::query("UPDATE reservations SET state = 'cancelled' WHERE receipt_id = $1 AND state = 'late'");
        ended.bind(self.id).execute(&mut *connection).await?;
        let changed = sqlx::query("UPDATE receipts SET member_id = $2 WHERE id = $1");
        changed.bind(self.id).bind(member_id).execute(connection).await?;
        Ok(true)
    }
}

/// A receipt that was paid, with what it has earned.
pub(crate) struct Earned {
    pub(crate) member_id: i64,
    /// So many points.
    pub(crate) accrued: i64,
    /// What it came to, in minor units.
    pub(crate) total: i64,
}

/// The receipt with a number that a member has paid.
pub(crate) async fn earned(connection: &mut AnyConnection, store_id: i64, number: &str) -> Result<Option<Earned>> {
    let earned = |row: ReceiptRow| {
        Some(Earned { member_id: row.member_id, accrued: row.accrued.unwrap_or_default(), total: row.total? })
    };
    Ok(find(connection, store_id, number).await?.and_then(earned))
}

async fn find(connection: &mut AnyConnection, store_id: i64, number: &str) -> Result<Option<ReceiptRow>> {
    let found = sqlx::query_as(
        "SELECT id, member_id, total, returned, short, accrued, refusal FROM receipts
         WHERE store_id = $1 AND number = $2",
    );
    Ok(found.bind(store_id).bind(number).fetch_optional(connection).await?)
}

/// The receipt with a number that is not paid yet; made where there is none.
///
/// # Errors
/// Where it is paid, or another member's.
pub(super) async fn open(connection: &mut AnyConnection, write: &Write, number: &str, member_id: i64) -> Result<i64> {
    if let Some(row) = find(connection, write.store_id, number).await? {
        if row.total.is_some() || !row.becomes(connection, member_id).await? {
            let known = ApiError::new(ErrorCode::ReceiptKnown, "the receipt is paid, or has another member's points");
            return Err(known.into());
        }
        return Ok(row.id);
    }
    let opened = sqlx::query_scalar(
        "INSERT INTO receipts (id, store_id, number, member_id, returned, short)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, 0, 0 FROM receipts RETURNING id",
    );
    Ok(opened.bind(write.store_id).bind(number).bind(member_id).fetch_one(connection).await?)
}

/// A receipt was paid: it earns points. Each is posted once by its own number, also under another key.
#[utoipa::path(
    post, path = polka_contract::paths::RECEIPTS, tag = "checkout", request_body = ReceiptRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "what it has earned", body = ReceiptResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn post(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<ReceiptRequest>,
) -> Result<Json<ReceiptResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_made(said.made_ms)?;
    check_number("receipt_number", &said.receipt_number)?;
    check_amount("total_minor_units", said.total_minor_units)?;
    check_offers(&said.used_offer_ids)?;
    let sold = sales::products(&said.items)?;
    let priced = lines::priced(&said.items, said.total_minor_units)?;
    let used_offer_ids = said.used_offer_ids.clone();
    let buyer = said.buyer.as_ref().map(|buyer| services.buyer(buyer)).transpose()?;
    if buyer.is_none() && !used_offer_ids.is_empty() {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "the used_offer_ids are there without a buyer"));
    }
    let day = points::day(credible(said.made_ms, write.taken_ms), &services.store.time_zone)?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let sold_ms = credible(said.made_ms, write.taken_ms);
            if !said.is_online {
                sales::note(connection, write.store_id, &sold, sold_ms).await?;
            }
            // Where the number is another's, an error that comes below undoes it.
            lines::keep(connection, write.store_id, &said.receipt_number, &priced, sold_ms).await?;
            let Some(buyer) = &buyer else {
                return Ok(Outcome { word: format!("0:{}", Refusal::NothingEarned.code()), reference: None });
            };
            let paid = post_one(connection, write, &own, &said, buyer, day).await?;
            let mut word = format!("{}:{}", paid.accrued, paid.refusal.as_deref().unwrap_or_default());
            if !said.used_offer_ids.is_empty() {
                // By their places: a number that a till says could be anything, and this is kept for ever.
                let (receipt_id, offer_ids) = (paid.receipt_id, &said.used_offer_ids);
                let refused = match paid.was_there {
                    true => personal_offers::rows::used_by(connection, receipt_id, offer_ids).await?,
                    false => personal_offers::rows::use_for(connection, receipt_id, offer_ids).await?,
                };
                word += &format!(":{refused:x}");
            }
            Ok(Outcome { word, reference: Some(paid.receipt_id) })
        })
    });
    let outcome = outcome.await?;
    let mut word = outcome.word.split(':');
    let (accrued, reason) = word.next().zip(word.next()).context("what a receipt has earned")?;
    let refused = u64::from_str_radix(word.next().unwrap_or("0"), 16).map_err(anyhow::Error::from)?;
    let refused_offers = used_offer_ids.into_iter().enumerate().filter(|(place, _)| refused >> place & 1 == 1);
    Ok(Json(ReceiptResponse {
        accrued_points: accrued.parse().map_err(anyhow::Error::from)?,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        refused_offer_ids: refused_offers.map(|(_, offer_id)| offer_id).collect(),
    }))
}

fn check_offers(offer_ids: &[i64]) -> Result<(), ApiError> {
    let many = || {
        let message = format!("the used_offer_ids are more than {MOST_USED_OFFERS}");
        ApiError::new(ErrorCode::InvalidRequest, message)
    };
    (offer_ids.len() <= MOST_USED_OFFERS).then_some(()).ok_or_else(many)
}

/// A receipt that was posted, and what it has earned.
struct Paid {
    receipt_id: i64,
    /// Whether it was posted before.
    was_there: bool,
    accrued: i64,
    /// Why it has earned no more.
    refusal: Option<String>,
}

async fn post_one(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    said: &ReceiptRequest,
    buyer: &NamedBuyer,
    day: Date,
) -> Result<Paid> {
    let settings = &services.loyalty.points;
    let member_id = buyer.find_or_add(connection, write).await?;
    let known = find(connection, write.store_id, &said.receipt_number).await?;
    let other = || ApiError::new(ErrorCode::ReceiptKnown, "a receipt of this number is there, which is another");
    let history = match &known {
        Some(row) if row.total.is_some() => {
            let is_same = row.total == Some(said.total_minor_units) && row.member_id == member_id;
            let paid = || Paid {
                receipt_id: row.id,
                was_there: true,
                accrued: row.accrued.unwrap_or_default(),
                refusal: row.refusal.clone(),
            };
            return Ok(is_same.then(paid).ok_or_else(other)?);
        }
        Some(row) if !row.becomes(connection, member_id).await? => return Err(other().into()),
        Some(row) => points::history(connection, row.id).await?,
        None => History::default(),
    };
    if history.held() > 0 {
        let why = "points are still set aside for the receipt: commit or cancel the reservation first";
        return Err(ApiError::new(ErrorCode::PointsRefused, why).into());
    }
    let paid_minor_units = history.redeemed().saturating_mul(settings.point_value_minor_units);
    if paid_minor_units > said.total_minor_units {
        let why = "points have paid for more than the receipt's sum";
        return Err(ApiError::new(ErrorCode::PointsRefused, why).into());
    }
    let state = points::state(connection, member_id).await?;
    let today = today(connection, settings, day, member_id, write.store_id).await?;
    // What is refused is kept with its reason.
    let amount = (said.total_minor_units, said.is_online);
    let paid = receipt(connection, services, amount, (member_id, day), history).await?;
    let (draft, accrued, refusal) = match accrue(&state, settings, &paid, &today) {
        Ok(Accrual { draft, points, cut_by }) => (Some(draft), points.value(), cut_by.map(Refusal::CapReached)),
        Err(refusal) => (None, 0, Some(refusal)),
    };
    let noted = match &known {
        Some(row) => sqlx::query_scalar(
            "UPDATE receipts SET total = $2, day = $3, accrued = $4, refusal = $5, paid_ms = $6 WHERE id = $1
             RETURNING id",
        )
        .bind(row.id),
        None => sqlx::query_scalar(
            "INSERT INTO receipts (id, store_id, number, member_id, returned, short, total, day, accrued, refusal,
                paid_ms)
             SELECT COALESCE(MAX(id), 0) + 1, $7, $1, $8, 0, 0, $2, $3, $4, $5, $6 FROM receipts RETURNING id",
        )
        .bind(&said.receipt_number),
    };
    let mut noted = noted.bind(said.total_minor_units).bind(day.to_string()).bind(accrued);
    noted = noted.bind(refusal.map(Refusal::code)).bind(said.made_ms);
    if known.is_none() {
        noted = noted.bind(write.store_id).bind(member_id);
    }
    let receipt_id = noted.fetch_one(&mut *connection).await?;
    if let Some(draft) = draft {
        let cause = Cause::of_till(write, "receipt", receipt_id, credible(said.made_ms, write.taken_ms));
        points::book(connection, draft, &cause).await?;
    }
    Ok(Paid { receipt_id, was_there: false, accrued, refusal: refusal.map(|refusal| refusal.code().to_owned()) })
}

/// Something of a receipt is brought back: points that had paid for it go back, and those that it had earned are
/// taken.
#[utoipa::path(
    post, path = polka_contract::paths::RECEIPT_RETURNS, tag = "checkout", request_body = ReturnRequest,
    params(
        ("receipt_number" = String, Path, description = "the till's own number of the receipt"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "what it does", body = ReturnResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn take_back(
    State(services): State<Services>,
    Path(receipt_number): Path<String>,
    Incoming { write, device, said }: Incoming<ReturnRequest>,
) -> Result<Json<ReturnResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_made(said.made_ms)?;
    check_number("receipt_number", &receipt_number)?;
    check_number("return_number", &said.return_number)?;
    check_amount("amount_minor_units", said.amount_minor_units)?;
    lines::check_returned(&said.items)?;
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let reference = take_one_back(connection, write, &receipt_number, &said, day).await?;
            Ok(Outcome { word: "returned".into(), reference })
        })
    });
    // Without a member no points move.
    let Some(return_id) = outcome.await?.reference else {
        return Ok(Json(ReturnResponse { given_back_points: 0, taken_points: 0, short_points: 0 }));
    };
    let row = sqlx::query_as("SELECT given_back, taken, short FROM receipt_returns WHERE id = $1").bind(return_id);
    let (given_back_points, taken_points, short_points) =
        row.fetch_one(&services.pool).await.map_err(anyhow::Error::from)?;
    Ok(Json(ReturnResponse { given_back_points, taken_points, short_points }))
}

async fn take_one_back(
    connection: &mut AnyConnection,
    write: &Write,
    receipt_number: &str,
    said: &ReturnRequest,
    day: Date,
) -> Result<Option<i64>> {
    let none = || ApiError::new(ErrorCode::ReceiptNotFound, "no receipt of this number was posted");
    let found = find(connection, write.store_id, receipt_number).await?;
    let Some((receipt, total)) = found.and_then(|receipt| receipt.total.map(|total| (receipt, total))) else {
        if !lines::has_lines(connection, write.store_id, receipt_number).await? {
            return Err(none().into());
        }
        lines::take_back(connection, write, receipt_number, said).await?;
        return Ok(None);
    };
    let known: Option<(i64, i64, i64)> =
        sqlx::query_as("SELECT id, receipt_id, amount FROM receipt_returns WHERE store_id = $1 AND number = $2")
            .bind(write.store_id)
            .bind(&said.return_number)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some((id, receipt_id, amount)) = known {
        let is_same = receipt_id == receipt.id && amount == said.amount_minor_units;
        let other = || ApiError::new(ErrorCode::ReceiptKnown, "a return of this number was posted, which is another");
        return Ok(Some(is_same.then_some(id).ok_or_else(other)?));
    }
    lines::take_back(connection, write, receipt_number, said).await?;
    let put_right = lines::put_right_minor_units(connection, write.store_id, receipt_number).await?;
    if receipt.returned.saturating_add(said.amount_minor_units).saturating_add(put_right) > total && put_right > 0 {
        let why = "with what was put right without the goods, more would come back than was bought";
        return Err(ApiError::new(ErrorCode::ReturnRefused, why).into());
    }
    let goods = Return {
        receipt_minor_units: total,
        returned_before_minor_units: receipt.returned,
        short_before: Points::new(receipt.short)?,
        returning_minor_units: said.amount_minor_units,
    };
    let history = points::history(connection, receipt.id).await?;
    let state = points::state(connection, receipt.member_id).await?;
    let returned = return_goods(&state, &history, &goods, day).map_err(refused)?;
    if let Some(draft) = returned.draft {
        let cause = Cause::of_till(write, "return", receipt.id, credible(said.made_ms, write.taken_ms));
        points::book(connection, draft, &cause).await?;
    }
    let noted = sqlx::query("UPDATE receipts SET returned = returned + $2, short = short + $3 WHERE id = $1");
    let noted = noted.bind(receipt.id).bind(said.amount_minor_units).bind(returned.short.value());
    noted.execute(&mut *connection).await?;
    let kept = sqlx::query_scalar(
        "INSERT INTO receipt_returns (id, store_id, number, receipt_id, amount, given_back, taken, short, made_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM receipt_returns RETURNING id",
    );
    let kept = kept.bind(write.store_id).bind(&said.return_number).bind(receipt.id).bind(said.amount_minor_units);
    let kept = kept.bind(returned.given_back.value()).bind(returned.taken_back.value()).bind(returned.short.value());
    let return_id = kept.bind(said.made_ms).fetch_one(&mut *connection).await?;
    // What came back may have ended meanwhile.
    let over = points::earliest_day(connection, write.taken_ms).await?;
    points::expire_of(connection, receipt.member_id, over, write.taken_ms).await?;
    Ok(Some(return_id))
}
