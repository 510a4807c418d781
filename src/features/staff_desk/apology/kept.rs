//! What the tablet keeps for when the store's server is not there: the chain's list, and coupons that it may print. Those
//! are good for nothing until the store knows what for, so they may lie in the browser's storage.

use leptos::prelude::window;
use polka_contract::{ApologyReasonsResponse, CouponBlank, CouponBlanksResponse};
use polka_domain::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Under which the browser keeps the list.
const CHAIN: &str = "polka.apology_reasons";
/// Under which it keeps the coupons.
const BLANKS: &str = "polka.blank_coupons";
/// With fewer coupons than so many, more are asked for.
const FEW: usize = 3;

/// What may be given, as the store said last.
pub(super) fn chain() -> Option<ApologyReasonsResponse> {
    read(CHAIN)
}

/// Keeps what may be given.
pub(super) fn keep_chain(chain: &ApologyReasonsResponse) {
    keep(CHAIN, chain);
}

/// Whether more coupons should be asked for.
pub(super) fn are_few() -> bool {
    blanks().is_none_or(|kept| kept.blanks.len() < FEW)
}

/// Puts more coupons to those that are kept.
pub(super) fn add(mut more: CouponBlanksResponse) {
    more.blanks.extend(blanks().map(|kept| kept.blanks).unwrap_or_default());
    keep(BLANKS, &more);
}

/// Takes a coupon; nobody is given it again.
pub(super) fn take() -> Option<CouponBlank> {
    let mut kept = blanks()?;
    let blank = kept.blanks.pop()?;
    keep(BLANKS, &kept).then_some(blank)
}

/// The last day of a coupon that is given today, as far as the tablet knows.
pub(super) fn last_day(today: Date) -> Date {
    let days = blanks().map_or(0, |kept| kept.coupon_days);
    today.saturating_add(jiff::Span::new().days(i64::from(days.min(3650))))
}

fn blanks() -> Option<CouponBlanksResponse> {
    read(BLANKS)
}

fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&window().local_storage().ok()??.get_item(key).ok()??).ok()
}

/// Tells whether the browser has kept it.
fn keep(key: &str, value: &impl Serialize) -> bool {
    let (Ok(Some(storage)), Ok(text)) = (window().local_storage(), serde_json::to_string(value)) else { return false };
    storage.set_item(key, &text).is_ok()
}
