//! Points: what a member has, and what a till does with them.

use serde::{Deserialize, Serialize};

use crate::UsableOffer;

/// What a member has; from [`MEMBER_POINTS`](crate::paths::MEMBER_POINTS), with a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsResponse {
    /// What can be spent.
    pub available: i64,
    /// What waits for somebody to confirm it.
    pub pending: i64,
    /// What is set aside for a receipt that is not paid yet.
    pub held: i64,
    /// What of the available ones ends when, the next first.
    pub expiring: Vec<ExpiringPoints>,
    /// What happened last, the newest first; 50 at most.
    pub history: Vec<PointsChange>,
}

/// Points that end on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiringPoints {
    /// So many.
    pub points: i64,
    /// The last day on which they can be spent: 2026-12-31.
    pub last_day: String,
}

/// A change of somebody's points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsChange {
    /// What it was: `accrual`, `redemption`, `return`, `expiry`…
    pub kind: String,
    /// By so many what can be spent has grown; below nought it has shrunk.
    pub available: i64,
    /// By so many what waits has grown.
    pub pending: i64,
    /// When, in milliseconds since 1970.
    pub made_ms: i64,
    /// In which store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

/// Whom a receipt is for: a card or a phone number, one of them. For a number that is new, a member is made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// A card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_number: Option<String>,
    /// A phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What shows that the points are the buyer's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpendProof {
    /// What [`MEMBER_PROOFS`](crate::paths::MEMBER_PROOFS) gave at this till.
    Proof(String),
    /// The last four digits of the phone number, beside a card that may spend.
    LastFour(String),
    /// The six digits that stand after the card's twenty in the barcode on the member's own phone.
    CardCode(String),
}

/// The body of [`POINTS_QUOTES`](crate::paths::POINTS_QUOTES): what points could do for a receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// For whom.
    pub buyer: Buyer,
    /// What shows that they may spend; without it, it is not said what could be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<SpendProof>,
    /// The receipt's sum, in minor units.
    pub total_minor_units: i64,
    /// Whether it was bought online, where another share can be paid with points.
    #[serde(default)]
    pub is_online: bool,
}

/// What points could do for a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuoteResponse {
    /// So many could pay for it at most; absent without a proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payable_points: Option<i64>,
    /// One is worth so much, in minor units.
    pub point_value_minor_units: i64,
    /// So many would be earned if none paid.
    pub accrued_points: i64,
    /// Personal offers that the buyer has switched on, 50 at most; none without a proof or a card that may spend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<UsableOffer>,
}

/// The body of [`POINTS_RESERVATIONS`](crate::paths::POINTS_RESERVATIONS): set points aside for a receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReservationRequest {
    /// Whose.
    pub buyer: Buyer,
    /// What shows that they may.
    pub proof: SpendProof,
    /// The till's own number of the receipt, in this store for ever: 1 to 64 letters, digits, hyphens, dots or
    /// underscores.
    pub receipt_number: String,
    /// The receipt's sum, in minor units.
    pub total_minor_units: i64,
    /// So many points are to pay.
    pub points: i64,
    /// Whether it was bought online.
    #[serde(default)]
    pub is_online: bool,
}

/// How a reservation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReservationResponse {
    /// Its number.
    pub reservation_id: i64,
    /// So many points.
    pub points: i64,
    /// Where this request has brought them.
    pub state: ReservationState,
    /// Until when they are set aside, in milliseconds since 1970; then they are the member's again.
    pub until_ms: i64,
}

/// Where points are that were set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    /// They wait for the receipt to be paid.
    Reserved,
    /// They have paid.
    Committed,
    /// They are the member's again.
    Cancelled,
}

/// The body of [`POINTS_COMMIT`](crate::paths::POINTS_COMMIT) and [`POINTS_CANCEL`](crate::paths::POINTS_CANCEL).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SettlementRequest {
    /// When the receipt was paid or given up, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The body of [`RECEIPTS`](crate::paths::RECEIPTS): a receipt that was paid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReceiptRequest {
    /// The till's own number of it, in this store for ever, formed as in a reservation. It is posted once.
    pub receipt_number: String,
    /// For whom; without one it earns nothing, and only its `items` are noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Its sum, in minor units, with what points have paid.
    pub total_minor_units: i64,
    /// Whether it was bought online.
    #[serde(default)]
    pub is_online: bool,
    /// The buyer's personal offers that it has used; 50 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub used_offer_ids: Vec<i64>,
    /// What it has sold; 500 lines at most. Of it is kept when the store has last sold which product: a report that a
    /// product just sold is past its date gets no points. What was bought online is not noted so. Lines that say what was
    /// paid are kept for some months as well, so that staff can put right what was wrong with them; those of the first
    /// time, where the receipt is posted again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub items: Vec<SoldItem>,
    /// When it was paid, in milliseconds since 1970.
    pub made_ms: i64,
}

/// So many lines of a receipt at most.
pub const MOST_SOLD_ITEMS: usize = 500;

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SoldItem {
    /// Which product it is: 8, 12, 13 or 14 digits.
    pub gtin: String,
    /// How many of it: 1 to 10,000; one of what is weighed.
    pub quantity: u32,
    /// What was paid for them together, in minor units, with what points have paid and without what was taken off. All
    /// lines together come to no more than the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor_units: Option<i64>,
}

/// What a receipt has earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptResponse {
    /// So many points.
    pub accrued_points: i64,
    /// Why it was not more: `member_day_cap_reached`, `nothing_earned`…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Offers that it could not use: they are not the buyer's, not switched on, or were used before. The receipt stands
    /// all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_offer_ids: Vec<i64>,
}

/// The body of [`RECEIPT_RETURNS`](crate::paths::RECEIPT_RETURNS): something of a receipt is brought back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// The till's own number of the return, in this store for ever, formed as that of a receipt.
    pub return_number: String,
    /// What it was worth on the receipt, in minor units.
    pub amount_minor_units: i64,
    /// Which lines it is, so that they are not put right without the goods as well; 500 at most. Needed where something
    /// of the receipt was put right so. A receipt without a buyer whose lines are kept takes a return that names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub items: Vec<ReturnedItem>,
    /// When it was brought back, in milliseconds since 1970.
    pub made_ms: i64,
}

/// A line of a receipt of which something is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnedItem {
    /// Which of the receipt's `items`: the first is 1.
    pub line: u32,
    /// How many of it: 1 to 10,000.
    pub quantity: u32,
}

/// What a return does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnResponse {
    /// So many points that had paid are the member's again, for as long as before.
    pub given_back_points: i64,
    /// So many that the receipt had earned are taken.
    pub taken_points: i64,
    /// So many should have been taken and were spent already.
    pub short_points: i64,
}
