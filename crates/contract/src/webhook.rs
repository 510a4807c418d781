//! What another system, such as the till's, is told by the webhook, and reads again.

use serde::{Deserialize, Serialize};

/// Staff have found items that are past their date: the kind of a [`WebhookEvent`].
pub const EXPIRED_LOT_CONFIRMED: &str = "expired_lot.confirmed";

/// The body of a request to the webhook: items of a product with one date were past it, and staff have found them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEvent {
    /// Its number: the same whenever it is sent again, and larger than that of each event before it.
    pub event_id: i64,
    /// What it tells: `expired_lot.confirmed`.
    pub kind: String,
    /// The name of the store.
    pub store: String,
    /// Which product: 14 digits.
    pub gtin: String,
    /// The last day on the labels of these items: 2026-12-31.
    pub last_day: String,
    /// When they were found, in milliseconds since 1970.
    pub confirmed_ms: i64,
}

/// The answer of [`WEBHOOK_EVENTS`](crate::paths::WEBHOOK_EVENTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEventsResponse {
    /// At most a hundred events of the store, the oldest first; none where there are no more.
    pub events: Vec<WebhookEvent>,
}
