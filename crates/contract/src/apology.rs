//! Apologies: points or a coupon for what went wrong.

use serde::{Deserialize, Serialize};

use crate::{Buyer, CouponTerms, CustomerApologies};

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
    /// In which language a message is: `ru` or `en`.
    pub language: String,
    /// When it was given at the device, in milliseconds since 1970.
    pub made_ms: i64,
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
    /// Above which limit it is, where it is above one: `once`, `person_day`, `customer_month` or `store_day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The coupon's 28 digits, for whoever prints it: told to whoever gave it alone, and only of one on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// The last day on which the coupon is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
}

/// The apologies of the store that wait for somebody's consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologiesResponse {
    /// The oldest first.
    pub apologies: Vec<ApologyResponse>,
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
