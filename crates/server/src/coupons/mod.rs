//! Coupons: issued once, found by a code that nobody guesses, and redeemed by one of all tills that try at once.
//!
//! The code is made of the coupon's number by a key (a PRF), so that the same coupon goes out again by another way and
//! the database has no code in it. A till sets a coupon aside for a receipt, then commits that or releases it; what it
//! forgets is free again after a while. A sale that is voided gives a committed one back, with the day on which it ends
//! unchanged. `rows.rs` has the rows, `requests.rs` what tills ask, `offline.rs` what they tell of coupons that they have
//! taken without network, by the signature in the QR code.

pub(crate) mod offline;
pub(crate) mod requests;
mod rows;

use anyhow::{Context, Result};
use polka_contract::{CouponTerms, CouponWorth, ErrorCode};
use polka_domain::{CouponCode, Date};
use polka_ledger::{Department, Goods, Terms, Worth};
use sqlx::AnyConnection;

use crate::http::ApiError;
use crate::member_card::profile::is_hidden;
use crate::secrets::Secrets;
use crate::tasks::reported_gtin;

/// No coupon is worth more, in minor units: as much as a receipt may come to.
const LARGEST_MINOR_UNITS: i64 = polka_ledger::Receipt::LARGEST_AMOUNT_MINOR_UNITS;
/// As long as a category's name may be, in characters.
const LONGEST_CATEGORY: usize = 200;

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

/// Issues a coupon, and gives its number.
pub(crate) async fn issue(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    coupon: &NewCoupon,
    now_ms: i64,
) -> Result<i64> {
    let id = rows::new_id()?;
    let code = code_of(secrets, id);
    rows::add(connection, id, &code_digest(secrets, code), &code.as_str()[24..], coupon, now_ms).await?;
    Ok(id)
}

/// Takes back a coupon that was not used; tells whether it was not.
pub(crate) async fn cancel(connection: &mut AnyConnection, coupon_id: i64, now_ms: i64) -> Result<bool> {
    rows::release_late(connection, coupon_id, now_ms).await?;
    rows::cancel(connection, coupon_id, now_ms).await
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

/// The most that a coupon may cost, in minor units.
pub(crate) fn most_minor_units(terms: &Terms) -> i64 {
    match terms.worth {
        Worth::Amount(minor_units) => minor_units,
        Worth::Percent { most_minor_units, .. } => most_minor_units.unwrap_or(LARGEST_MINOR_UNITS),
        Worth::FreeItem { most_minor_units } => most_minor_units,
    }
}

/// The same as a till is told it.
fn told_terms(terms: &Terms) -> CouponTerms {
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
    }
}
