//! Personal offers: what a chain gives single members, which they switch on, and a till then takes.

use serde::{Deserialize, Serialize};

/// A receipt uses so many personal offers at most, and a quote tells no more.
pub const MOST_USED_OFFERS: usize = 50;

/// What a member is offered today; from [`OWN_OFFERS`](crate::paths::OWN_OFFERS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OffersResponse {
    /// Those that hold today and were not used, the one that ends first before the others.
    pub offers: Vec<PersonalOffer>,
}

/// A product at a price of the member's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalOffer {
    /// By which it is switched on.
    pub offer_id: i64,
    /// Which product, as 14 digits.
    pub gtin: String,
    /// The price, in minor units.
    pub price_minor_units: i64,
    /// The last day on which it holds: 2026-12-31.
    pub last_day: String,
    /// Whether it was switched on.
    pub is_activated: bool,
}

/// The body of [`OWN_OFFER_ACTIVATION`](crate::paths::OWN_OFFER_ACTIVATION): the member switches an offer on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfferActivationRequest {
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// A personal offer that was switched on, as a till is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsableOffer {
    /// By which the receipt says that it was used.
    pub offer_id: i64,
    /// Which product, as 14 digits.
    pub gtin: String,
    /// The price, in minor units.
    pub price_minor_units: i64,
}

/// A personal offer, as it is kept of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnOffer {
    /// The chain's own number of it; absent where the member was two, and both had used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_key: Option<String>,
    /// Which product, as 14 digits.
    pub gtin: String,
    /// The price, in minor units.
    pub price_minor_units: i64,
    /// The first day on which it holds: 2026-12-01.
    pub first_day: String,
    /// The last.
    pub last_day: String,
    /// When it was switched on, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_ms: Option<i64>,
    /// On which receipt it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_number: Option<String>,
}
