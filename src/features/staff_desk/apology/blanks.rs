//! Coupons that the tablet may print without the store's server: good for nothing until the store knows what for, so they
//! may lie in the browser's storage.

use leptos::prelude::window;
use polka_contract::{CouponBlank, CouponBlanksResponse};
use polka_domain::Date;

/// Under which the browser keeps them.
const BLANKS: &str = "polka.blank_coupons";
/// With fewer than so many, more are asked for.
const FEW: usize = 3;

/// Whether more should be asked for.
pub(super) fn are_few() -> bool {
    kept().is_none_or(|kept| kept.blanks.len() < FEW)
}

/// Puts more to those that are kept.
pub(super) fn add(mut more: CouponBlanksResponse) {
    more.blanks.extend(kept().map(|kept| kept.blanks).unwrap_or_default());
    keep(&more);
}

/// Takes one; nobody is given it again.
pub(super) fn take() -> Option<CouponBlank> {
    let mut kept = kept()?;
    let blank = kept.blanks.pop()?;
    keep(&kept).then_some(blank)
}

/// The last day of a coupon that is given today, as far as the tablet knows.
pub(super) fn last_day(today: Date) -> Date {
    let days = kept().map_or(0, |kept| kept.coupon_days);
    today.saturating_add(jiff::Span::new().days(i64::from(days.min(3650))))
}

fn kept() -> Option<CouponBlanksResponse> {
    serde_json::from_str(&window().local_storage().ok()??.get_item(BLANKS).ok()??).ok()
}

/// Tells whether the browser has kept them.
fn keep(blanks: &CouponBlanksResponse) -> bool {
    let (Ok(Some(storage)), Ok(text)) = (window().local_storage(), serde_json::to_string(blanks)) else { return false };
    storage.set_item(BLANKS, &text).is_ok()
}
