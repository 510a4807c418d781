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
    /// So often it may be used, 1 to 100; where nothing is said, once.
    #[serde(default = "once")]
    pub uses: i64,
}

fn once() -> i64 {
    1
}

/// The body of [`COUPON_SEARCH`](crate::paths::COUPON_SEARCH): what is this coupon worth?
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponSearchRequest {
    /// Its 28 digits, or the text of its QR code.
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
    /// The coupon's 28 digits, or the text of its QR code.
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

/// A key by which a till without network checks coupons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponKeyResponse {
    /// By which a coupon names it: its first four bytes, as eight hexadecimal digits.
    pub key_id: String,
    /// Its thirty-two bytes (Ed25519, RFC 8032), as base64url without padding.
    pub public_key: String,
}

/// What a till needs to take coupons without network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponKeysResponse {
    /// Those of all servers of the chain, the newest first.
    pub keys: Vec<CouponKeyResponse>,
    /// The number of this store, as coupons for one store name it.
    pub store_id: i64,
    /// The most that a till without network takes off for one coupon, in minor units; 0: it takes none.
    pub offline_limit_minor_units: i64,
}

/// The body of [`COUPON_REDEMPTIONS`](crate::paths::COUPON_REDEMPTIONS): a till has taken a coupon without network.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponRedemptionRequest {
    /// The text of the coupon's QR code.
    pub qr: String,
    /// The till's own number of the receipt, in this store for ever: 1 to 64 letters, digits, hyphens, dots or
    /// underscores.
    pub receipt_number: String,
    /// The receipt's sum before the coupon, in minor units.
    pub total_minor_units: i64,
    /// So much the till took off it, in minor units; no more than the sum.
    pub discount_minor_units: i64,
    /// When the till took it, in milliseconds since 1970, by its clock.
    pub made_ms: i64,
}

/// What a coupon that a till has taken without network turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RedemptionOutcome {
    /// All was right.
    Taken,
    /// It was used, or set aside, elsewhere before this was told.
    TakenTwice,
    /// It had been taken back.
    TakenCancelled,
    /// Before its first day.
    TakenTooEarly,
    /// After its last day.
    TakenTooLate,
    /// In a store that does not take it.
    TakenInOtherStore,
    /// For a receipt that was too small for it.
    TakenBelowLeast,
    /// For more than it is worth.
    TakenAboveWorth,
    /// For more than a till without network may take off.
    TakenAboveLimit,
    /// The server does not know it, though its signature is right: nothing was booked.
    TakenUnknown,
}

impl RedemptionOutcome {
    const ALL: [Self; 10] = [
        Self::Taken,
        Self::TakenTwice,
        Self::TakenCancelled,
        Self::TakenTooEarly,
        Self::TakenTooLate,
        Self::TakenInOtherStore,
        Self::TakenBelowLeast,
        Self::TakenAboveWorth,
        Self::TakenAboveLimit,
        Self::TakenUnknown,
    ];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::TakenTwice => "taken_twice",
            Self::TakenCancelled => "taken_cancelled",
            Self::TakenTooEarly => "taken_too_early",
            Self::TakenTooLate => "taken_too_late",
            Self::TakenInOtherStore => "taken_in_other_store",
            Self::TakenBelowLeast => "taken_below_least",
            Self::TakenAboveWorth => "taken_above_worth",
            Self::TakenAboveLimit => "taken_above_limit",
            Self::TakenUnknown => "taken_unknown",
        }
    }

    /// The outcome with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// A redemption that a till has told of: it is kept, whatever came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponRedemptionResponse {
    /// Its number.
    pub redemption_id: i64,
    /// What came of it.
    pub outcome: RedemptionOutcome,
    /// By which it is released where the sale is voided; of a coupon that the server does not know there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation_id: Option<i64>,
}

/// A redemption without network, as a manager sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponRedemption {
    /// Its number.
    pub redemption_id: i64,
    /// What came of it.
    pub outcome: RedemptionOutcome,
    /// The last four digits of the coupon's code.
    pub last_four: String,
    /// The name of the till.
    pub till: String,
    /// The till's own number of the receipt.
    pub receipt_number: String,
    /// So much the till took off, in minor units.
    pub discount_minor_units: i64,
    /// When the till took it, in milliseconds since 1970, by its clock.
    pub made_ms: i64,
    /// When the store was told.
    pub taken_ms: i64,
}

/// What tills of the store have taken without network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponRedemptionsResponse {
    /// The newest first, at most two hundred.
    pub redemptions: Vec<CouponRedemption>,
}
