//! Coupons: issued once, found by a code that nobody guesses, and redeemed by one of all tills that try at once.
//!
//! The code is made of the coupon's number by a key (a PRF), so that the same coupon goes out again by another way and
//! the database has no code in it. A till sets a coupon aside for a receipt, then commits that or releases it; what it
//! forgets is free again after a while. A sale that is voided gives a committed one back, with the day on which it ends
//! unchanged. The webhook is told of each of them. `rows.rs` has the rows, `requests.rs` what tills ask, `offline.rs` what
//! they tell of coupons that they have taken without network, by the signature in the QR code.

pub(crate) mod offline;
pub(crate) mod requests;
mod rows;

use anyhow::{Context, Result};
use polka_contract::{CouponEvent, CouponTerms, CouponWorth, ErrorCode, WebhookTold};
use polka_domain::{CouponCode, Date};
use polka_ledger::{Department, Goods, Terms, Worth};
use sqlx::AnyConnection;

use crate::http::{ApiError, Services};
use crate::member_card::profile::is_hidden;
use crate::secrets::{Secrets, random};
use crate::tasks::reported_gtin;
use crate::webhooks;

/// No coupon is worth more, in minor units: as much as a receipt may come to.
const LARGEST_MINOR_UNITS: i64 = polka_ledger::Receipt::LARGEST_AMOUNT_MINOR_UNITS;
/// So often a coupon may be used at most.
const MOST_USES: i64 = 100;
/// As long as a category's name may be, in characters.
const LONGEST_CATEGORY: usize = 200;

/// Numbers of coupons are below this: a tablet is told them in JSON, where JavaScript rounds what is larger. They need
/// not be secret: the key makes the code so.
const NUMBERS: i64 = 1 << 53;

/// A number that no coupon has, nor one of a database that was lost: its code would be known to somebody.
pub(crate) async fn new_id(connection: &mut AnyConnection) -> Result<i64> {
    loop {
        let id = random_id()?;
        if !is_issued(connection, id).await? {
            return Ok(id);
        }
    }
}

fn random_id() -> Result<i64> {
    Ok(i64::from_be_bytes(random()?) & (NUMBERS - 1))
}

/// The code of a coupon: the same each time it is made.
pub(crate) fn code_of(secrets: &Secrets, coupon_id: i64) -> CouponCode {
    CouponCode::from_secret(secrets.sixteen_bytes("coupon-code", &[&coupon_id.to_be_bytes()[..]]))
}

/// By which a coupon is found.
fn code_digest(secrets: &Secrets, code: CouponCode) -> String {
    secrets.digest("coupon", &[code.as_str().as_bytes()])
}

/// A coupon that is to be issued.
pub(crate) struct NewCoupon {
    pub(crate) terms: Terms,
    pub(crate) department: Department,
    /// So often it may be used.
    pub(crate) most_uses: i64,
}

/// Issues the coupon with this number, which no coupon has.
pub(crate) async fn issue(
    connection: &mut AnyConnection,
    services: &Services,
    id: i64,
    coupon: &NewCoupon,
    now_ms: i64,
) -> Result<()> {
    let code = code_of(&services.secrets, id);
    rows::add(connection, id, &code_digest(&services.secrets, code), &code.as_str()[24..], coupon, now_ms).await?;
    tell(connection, services, id, Happened::Issued, now_ms).await
}

/// Whether there is a coupon with this number.
pub(crate) async fn is_issued(connection: &mut AnyConnection, id: i64) -> Result<bool> {
    rows::is_there(connection, id).await
}

/// Takes back a coupon that was not used; tells whether it was not.
pub(crate) async fn cancel(
    connection: &mut AnyConnection,
    services: &Services,
    coupon_id: i64,
    now_ms: i64,
) -> Result<bool> {
    rows::release_late(connection, coupon_id, now_ms).await?;
    let is_cancelled = rows::cancel(connection, coupon_id, now_ms).await?;
    if is_cancelled {
        tell(connection, services, coupon_id, Happened::Cancelled, now_ms).await?;
    }
    Ok(is_cancelled)
}

/// What has become of a coupon; where a till did it, the reservation and its sum.
#[derive(Clone, Copy)]
enum Happened {
    Issued,
    Redeemed(i64, i64),
    Released(i64, i64),
    Voided(i64, i64),
    Cancelled,
}

/// Tells the webhook of it, in the transaction in which it happens.
async fn tell(
    connection: &mut AnyConnection,
    services: &Services,
    coupon_id: i64,
    happened: Happened,
    now_ms: i64,
) -> Result<()> {
    let facts = rows::facts(connection, coupon_id).await?;
    let (reservation_id, minor_units) = match happened {
        Happened::Issued | Happened::Cancelled => (None, facts.most_minor_units()),
        Happened::Redeemed(id, minor_units)
        | Happened::Released(id, minor_units)
        | Happened::Voided(id, minor_units) => (Some(id), minor_units),
    };
    let event = CouponEvent {
        coupon_id: coupon_id.to_string(),
        last_four: facts.last_four,
        minor_units,
        department: facts.department,
        reservation_id,
        happened_ms: now_ms,
    };
    let told = match happened {
        Happened::Issued => WebhookTold::CouponIssued(event),
        Happened::Redeemed(..) => WebhookTold::CouponRedeemed(event),
        Happened::Released(..) => WebhookTold::CouponReleased(event),
        Happened::Voided(..) => WebhookTold::CouponVoided(event),
        Happened::Cancelled => WebhookTold::CouponCancelled(event),
    };
    // Each of them happens once to a coupon, or to a reservation.
    let about = match reservation_id {
        Some(id) => format!("{}:{id}", told.kind()),
        None => format!("{}:{coupon_id}", told.kind()),
    };
    webhooks::tell_once(connection, &services.store, &about, told, now_ms).await
}

/// What stands on a coupon that nobody has used, set aside or taken back, and how often it may be used.
pub(crate) async fn unused(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    coupon_id: i64,
    now_ms: i64,
) -> Result<Option<(Terms, i64)>> {
    rows::release_late(connection, coupon_id, now_ms).await?;
    let found = rows::find(connection, &code_digest(secrets, code_of(secrets, coupon_id))).await?;
    let unused = found.filter(|coupon| coupon.uses == 0 && coupon.cancelled_ms.is_none());
    unused.map(|coupon| Ok((coupon.terms()?, coupon.most_uses))).transpose()
}

/// What of a coupon is told to whoever gives it.
pub(crate) struct Given {
    /// The last day on which it is good.
    pub(crate) last_day: String,
    /// For paper.
    pub(crate) code: CouponCode,
    /// For paper too; where its terms find no room, there is none.
    pub(crate) qr: Option<String>,
}

/// A coupon, as it is told to whoever gives it.
pub(crate) async fn given(connection: &mut AnyConnection, secrets: &Secrets, coupon_id: i64) -> Result<Given> {
    let code = code_of(secrets, coupon_id);
    let row = rows::find(connection, &code_digest(secrets, code)).await?.context("the coupon")?;
    let signed = secrets.coupon_signer().sign(code, &row.terms()?).ok();
    Ok(Given { last_day: row.last_day, code, qr: signed.map(|signed| signed.to_string()) })
}

/// What somebody wants to stand on a coupon, checked; good from one day to another, in a store or in all.
pub(crate) fn checked_terms(
    asked: &CouponTerms,
    store_id: i64,
    first_day: Date,
    last_day: Date,
) -> Result<Terms, ApiError> {
    let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
    let amount = |name: &str, minor_units: i64| match (1..=LARGEST_MINOR_UNITS).contains(&minor_units) {
        true => Ok(minor_units),
        false => Err(wrong(format!("the {name} is not above zero, or too large"))),
    };
    let worth = match asked.worth {
        CouponWorth::Amount { minor_units } => Worth::Amount(amount("amount", minor_units)?),
        CouponWorth::Percent { percent, most_minor_units } if (1..=100).contains(&percent) => {
            Worth::Percent { percent, most_minor_units: Some(amount("most_minor_units", most_minor_units)?) }
        }
        CouponWorth::Percent { .. } => return Err(wrong("the percent is not 1 to 100".into())),
        CouponWorth::FreeItem { most_minor_units } => {
            Worth::FreeItem { most_minor_units: amount("most_minor_units", most_minor_units)? }
        }
    };
    let goods = match (&asked.gtin, &asked.category) {
        (None, None) => Goods::All,
        (Some(gtin), None) => Goods::Product(reported_gtin(gtin)?),
        (None, Some(category))
            if (1..=LONGEST_CATEGORY).contains(&category.chars().count()) && !category.contains(is_hidden) =>
        {
            Goods::Category(category.clone())
        }
        (None, Some(_)) => {
            return Err(wrong(format!("the category is not 1 to {LONGEST_CATEGORY} characters that can be seen")));
        }
        (Some(_), Some(_)) => return Err(wrong("a gtin and a category are not beside each other".into())),
    };
    if matches!((&worth, &goods), (Worth::FreeItem { .. }, Goods::All)) {
        return Err(wrong("an item that is free has a gtin or a category".into()));
    }
    if !(0..=LARGEST_MINOR_UNITS).contains(&asked.least_minor_units) {
        return Err(wrong("the least_minor_units are below zero, or too large".into()));
    }
    let store = (!asked.is_for_chain).then_some(store_id);
    Ok(Terms { worth, goods, least_minor_units: asked.least_minor_units, first_day, last_day, store })
}

/// The most that a coupon may cost by all its uses, in minor units.
///
/// # Errors
/// Where it may be used never or too often, or that comes to too much.
pub(crate) fn most_in_all(terms: &Terms, uses: i64) -> Result<i64, ApiError> {
    let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
    if !(1..=MOST_USES).contains(&uses) {
        return Err(wrong(format!("the uses are not 1 to {MOST_USES}")));
    }
    let in_all = most_minor_units(terms).saturating_mul(uses);
    let is_amount = in_all <= LARGEST_MINOR_UNITS;
    is_amount.then_some(in_all).ok_or_else(|| wrong("all uses of the coupon together are worth too much".into()))
}

/// The most that one use of a coupon may cost, in minor units.
pub(crate) fn most_minor_units(terms: &Terms) -> i64 {
    match terms.worth {
        Worth::Amount(minor_units) => minor_units,
        Worth::Percent { most_minor_units, .. } => most_minor_units.unwrap_or(LARGEST_MINOR_UNITS),
        Worth::FreeItem { most_minor_units } => most_minor_units,
    }
}

/// The same as a till is told it.
fn told_terms(terms: &Terms, uses: i64) -> CouponTerms {
    let worth = match terms.worth {
        Worth::Amount(minor_units) => CouponWorth::Amount { minor_units },
        Worth::Percent { percent, most_minor_units } => {
            CouponWorth::Percent { percent, most_minor_units: most_minor_units.unwrap_or(LARGEST_MINOR_UNITS) }
        }
        Worth::FreeItem { most_minor_units } => CouponWorth::FreeItem { most_minor_units },
    };
    let (gtin, category) = match &terms.goods {
        Goods::All => (None, None),
        Goods::Product(gtin) => (Some(gtin.to_string()), None),
        Goods::Category(category) => (None, Some(category.clone())),
    };
    CouponTerms {
        worth,
        gtin,
        category,
        least_minor_units: terms.least_minor_units,
        is_for_chain: terms.store.is_none(),
        uses,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_number_is_one_that_javascript_does_not_round() {
        for _ in 0..100 {
            let id = random_id().expect("a number");
            assert!((0..NUMBERS).contains(&id), "{id}");
        }
    }
}
