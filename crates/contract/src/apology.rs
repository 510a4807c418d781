//! Apologies: points or a coupon for what went wrong.

use serde::{Deserialize, Serialize};

use crate::{Buyer, CouponTerms, CustomerApologies, WaitingGoods};

/// A reason for an apology, from the chain's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApologyReason {
    /// By which programs know it: 1 to 40 small letters, digits, `_` or `-`.
    pub code: String,
    /// As people are shown it, in Russian.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// What is usually given for it, in minor units.
    pub minor_units: i64,
    /// Which department bears its cost.
    pub department: String,
}

/// A part of the next purchase that may be given instead of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologyPercent {
    /// How many percent: 1 to 100.
    pub percent: i64,
    /// It takes off no more than this, in minor units.
    pub most_minor_units: i64,
}

/// What may be given, to whoever works at this tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologyReasonsResponse {
    /// In the order of the chain's list.
    pub reasons: Vec<ApologyReason>,
    /// Up to so much they need nobody's consent for one, in minor units.
    pub limit_minor_units: i64,
    /// What a point is worth, in minor units.
    pub point_value_minor_units: i64,
    /// A part of the next purchase, where the chain gives such coupons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<ApologyPercent>,
}

/// A coupon that is good for nothing yet: a tablet prints it without the store's server, and says afterwards what it is
/// for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponBlank {
    /// What an [`ApologyRequest`] names it by.
    pub number: i64,
    /// Its 28 digits.
    pub code: String,
}

/// Some coupons that are good for nothing yet; nobody else has them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponBlanksResponse {
    /// New ones each time.
    pub blanks: Vec<CouponBlank>,
    /// So long a coupon is good, in days after the day of its issue.
    pub coupon_days: u32,
}

/// How an apology comes to the customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApologyWay {
    /// As points on a card, at once.
    Points(Buyer),
    /// As a coupon by SMS, to this number.
    Sms(String),
    /// As a coupon by mail, to this mailbox.
    Email(String),
    /// As a coupon on paper.
    Paper,
}

/// The body of [`APOLOGIES`](crate::paths::APOLOGIES).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApologyRequest {
    /// The code of a reason of the chain's list.
    pub reason: String,
    /// What it is worth, in minor units; where there are terms, what they are worth goes.
    pub minor_units: i64,
    /// How it comes to the customer.
    pub way: ApologyWay,
    /// Of a coupon that is not just so much money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<CouponTerms>,
    /// On paper: the coupon that is printed already, or may be. Without it, or by another way, a new one is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<i64>,
    /// In which language a message is: `ru` or `en`.
    pub language: String,
    /// When it was given at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The body of [`KEPT_APOLOGIES`](crate::paths::KEPT_APOLOGIES): an apology that a tablet keeps until the store has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeptApologyRequest {
    /// What is given.
    pub apology: ApologyRequest,
    /// The mark of whoever gives it.
    pub mark: String,
}

/// How an apology stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApologyState {
    /// It waits for a second person's consent.
    Waits,
    /// It is given.
    Given,
    /// The second person has said no.
    Refused,
    /// It was taken back.
    Cancelled,
}

impl ApologyState {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waits, Self::Given, Self::Refused, Self::Cancelled].into_iter().find(|state| state.code() == code)
    }
}

/// An apology, as those who work in the store see it: nothing tells who the customer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologyResponse {
    /// Its number.
    pub apology_id: i64,
    /// How it stands.
    pub state: ApologyState,
    /// The code of its reason.
    pub reason: String,
    /// What it is worth, in minor units.
    pub minor_units: i64,
    /// The points that were given, where it came as points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// The number of whoever gave it.
    pub staff_number: i64,
    /// Above which limit it is, where it is above one: `once`, `person_day`, `customer_month` or `store_day`; or
    /// `other_goods`: goods that are not fresh are put right by two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The coupon's 28 digits, for whoever prints it: told to whoever gave it alone, and only of one on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// The text of the coupon's QR code, beside those digits: a till without network checks the coupon by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_qr: Option<String>,
    /// The last day on which the coupon is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// How the coupon's message stands, where it went by one: told to whoever gave it and to managers, and only by
    /// [`APOLOGY`](crate::paths::APOLOGY).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<ApologyMessageState>,
}

/// How the message with a coupon stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApologyMessageState {
    /// It waits, or is on its way to whoever carries it.
    Waiting,
    /// The carrier has it.
    Sent,
    /// The carrier says that it has arrived.
    Delivered,
    /// It does not come, or nobody knows whether it does: the coupon goes by another way.
    Failed,
}

/// The body of [`APOLOGY_WAY`](crate::paths::APOLOGY_WAY): the same coupon goes by another way, or to another number or
/// mailbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApologyWayRequest {
    /// By SMS, by mail or on paper; a coupon does not become points.
    pub way: ApologyWay,
    /// In which language a message is: `ru` or `en`.
    pub language: String,
}

/// The apologies of the store that wait for somebody's consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologiesResponse {
    /// The oldest first.
    pub apologies: Vec<ApologyResponse>,
    /// Of those that are for goods of a receipt, for which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<WaitingGoods>,
    /// Of those whose customer is known, how often they were given something lately; told to managers alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<CustomerApologies>,
}

/// The body of [`APOLOGY_CANCELLATION`](crate::paths::APOLOGY_CANCELLATION).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApologyCancellationRequest {
    /// Why, in words: 1 to 200 characters.
    pub why: String,
}
