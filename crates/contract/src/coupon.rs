//! Coupons: what stands on one, and what a till does with it.

use serde::{Deserialize, Serialize};

/// What a coupon takes off a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CouponWorth {
    /// So much money, in minor units.
    Amount {
        /// Above nought.
        minor_units: i64,
    },
    /// So many percent of what it is for.
    Percent {
        /// 1 to 100.
        percent: i64,
        /// It takes off no more than this, in minor units.
        most_minor_units: i64,
    },
    /// One item of the product that it is for.
    FreeItem {
        /// It takes off no more than this, in minor units.
        most_minor_units: i64,
    },
}

/// What stands on a coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponTerms {
    /// What it is worth.
    pub worth: CouponWorth,
    /// The product that it is for, 8, 12, 13 or 14 digits; where neither this nor a category is there, all goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// The category that it is for, with all below it: `Молочные продукты/Йогурты`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The receipt must come to so much, in minor units.
    #[serde(default)]
    pub least_minor_units: i64,
    /// Whether all stores of the chain take it, and not this one alone.
    #[serde(default)]
    pub is_for_chain: bool,
}

/// The body of [`COUPON_SEARCH`](crate::paths::COUPON_SEARCH): what is this coupon worth?
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponSearchRequest {
    /// Its 28 digits.
    pub code: String,
}

/// A coupon, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponResponse {
    /// What stands on it.
    pub terms: CouponTerms,
    /// The first day on which it is good: 2026-12-01.
    pub first_day: String,
    /// The last one.
    pub last_day: String,
    /// The last four digits of its code.
    pub last_four: String,
    /// Whether it may be used still, as far as its own state goes: it was neither used up nor taken back, and no
    /// reservation holds it.
    pub is_open: bool,
}

/// A line of the receipt at which a coupon is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponLine {
    /// Which product: 8, 12, 13 or 14 digits.
    pub gtin: String,
    /// How many items: 1 to 1,000,000; what is weighed is one.
    pub quantity: i64,
    /// What they cost together, in minor units.
    pub minor_units: i64,
}

/// The body of [`COUPON_RESERVATIONS`](crate::paths::COUPON_RESERVATIONS): a coupon is set aside for a receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponReservationRequest {
    /// The coupon's 28 digits.
    pub code: String,
    /// The till's own number of the receipt, in this store for ever: 1 to 64 letters, digits, hyphens, dots or
    /// underscores.
    pub receipt_number: String,
    /// The receipt's sum, in minor units.
    pub total_minor_units: i64,
    /// What is bought; a coupon for some goods needs it. At most 500.
    #[serde(default)]
    pub lines: Vec<CouponLine>,
}

/// How a reserved coupon stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RedemptionState {
    /// It is set aside.
    Reserved,
    /// It has paid.
    Committed,
    /// It is free again.
    Released,
}

impl RedemptionState {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Committed => "committed",
            Self::Released => "released",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Reserved, Self::Committed, Self::Released].into_iter().find(|state| state.code() == code)
    }
}

/// A coupon that is, or was, set aside for a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponReservationResponse {
    /// The reservation's number.
    pub reservation_id: i64,
    /// So much it takes off the receipt, in minor units.
    pub discount_minor_units: i64,
    /// How it stands.
    pub state: RedemptionState,
    /// Until when it is set aside, in milliseconds since 1970.
    pub until_ms: i64,
}
