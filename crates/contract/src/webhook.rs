//! What another system, such as the till's, is told by the webhook, and reads again.

use serde::{Deserialize, Serialize};

/// The body of a request to the webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEvent {
    /// Its number: the same whenever it is sent again, and larger than that of each event before it.
    pub event_id: i64,
    /// What it tells.
    #[serde(flatten)]
    pub told: WebhookTold,
    /// The name of the store.
    pub store: String,
}

/// What an event tells, by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind")]
pub enum WebhookTold {
    /// Items of a product with one date were past it, and staff have found them.
    #[serde(rename = "expired_lot.confirmed")]
    ExpiredLotConfirmed(ConfirmedLotEvent),
    /// A coupon was given to somebody.
    #[serde(rename = "coupon.issued")]
    CouponIssued(CouponEvent),
    /// A coupon has paid.
    #[serde(rename = "coupon.redeemed")]
    CouponRedeemed(CouponEvent),
    /// A coupon that was set aside has not paid, and is free again.
    #[serde(rename = "coupon.released")]
    CouponReleased(CouponEvent),
    /// The sale for which a coupon had paid is voided, and it is free again.
    #[serde(rename = "coupon.voided")]
    CouponVoided(CouponEvent),
    /// A coupon was taken back, and pays no more.
    #[serde(rename = "coupon.cancelled")]
    CouponCancelled(CouponEvent),
}

impl WebhookTold {
    /// The kind, as it is sent.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ExpiredLotConfirmed(_) => "expired_lot.confirmed",
            Self::CouponIssued(_) => "coupon.issued",
            Self::CouponRedeemed(_) => "coupon.redeemed",
            Self::CouponReleased(_) => "coupon.released",
            Self::CouponVoided(_) => "coupon.voided",
            Self::CouponCancelled(_) => "coupon.cancelled",
        }
    }
}

/// Items of a product with one date, past it, which staff have found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmedLotEvent {
    /// Which product: 14 digits.
    pub gtin: String,
    /// The last day on the labels of these items: 2026-12-31.
    pub last_day: String,
    /// When they were found, in milliseconds since 1970.
    pub confirmed_ms: i64,
}

/// What has become of a coupon: nothing of the customer, and not its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponEvent {
    /// The coupon's number, in up to 19 digits: text, for it is more than some programs count.
    pub coupon_id: String,
    /// The last four digits of its code.
    pub last_four: String,
    /// What it has paid, had paid or was set aside for; of one that was issued or taken back what it may cost at most. In
    /// minor units.
    pub minor_units: i64,
    /// Which department bears its cost.
    pub department: String,
    /// The reservation, where a till had set it aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation_id: Option<i64>,
    /// When it happened, in milliseconds since 1970.
    pub happened_ms: i64,
}

/// The answer of [`WEBHOOK_EVENTS`](crate::paths::WEBHOOK_EVENTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEventsResponse {
    /// At most a hundred events of the store, the oldest first; none where there are no more.
    pub events: Vec<WebhookEvent>,
}
