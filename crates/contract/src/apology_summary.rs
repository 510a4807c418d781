//! What a manager sees of the apologies of a store, and of its weeks.

use serde::{Deserialize, Serialize};

use crate::ApologyState;

/// How many apologies were given, and what they are worth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologySum {
    /// Of what: the Monday of a week, the code of a reason, a department, or the number of somebody of the staff.
    pub of: String,
    /// So many.
    pub count: i64,
    /// Worth so much, in minor units.
    pub minor_units: i64,
}

/// What is unlike the rest, this week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApologyOutlier {
    /// Somebody gave more than three times what is usual among their colleagues.
    Person {
        /// Who, by their number.
        staff_number: i64,
        /// What they gave, in minor units.
        minor_units: i64,
        /// The median of their colleagues.
        usual_minor_units: i64,
    },
    /// For a reason at least twice as much was given as in a week before.
    Reason {
        /// The code of the reason.
        reason: String,
        /// What was given for it, in minor units.
        minor_units: i64,
        /// The mean of the four weeks before.
        usual_minor_units: i64,
    },
}

/// What was given in a store in the last eight weeks. What was taken back is not among it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologySummaryResponse {
    /// Each week, the oldest first; the last one goes on.
    pub weeks: Vec<ApologySum>,
    /// For which reasons, the dearest first.
    pub reasons: Vec<ApologySum>,
    /// Who bears the cost, the dearest first.
    pub departments: Vec<ApologySum>,
    /// Who gave them, the dearest first.
    pub people: Vec<ApologySum>,
    /// What is unlike the rest in the week that goes on.
    pub outliers: Vec<ApologyOutlier>,
}

/// How often a customer was given something lately, whose apology waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerApologies {
    /// The apology that waits.
    pub apology_id: i64,
    /// So many the same customer got in the last thirty days.
    pub count: i64,
}

/// By which way an apology went last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecentApologyWay {
    /// As points on a card.
    Points,
    /// As a coupon by SMS.
    Sms,
    /// As a coupon by mail.
    Email,
    /// As a coupon on paper.
    Paper,
}

impl RecentApologyWay {
    /// The way with this code, as it is written in the database.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "points" => Some(Self::Points),
            "sms" => Some(Self::Sms),
            "email" => Some(Self::Email),
            "paper" => Some(Self::Paper),
            _ => None,
        }
    }
}

/// How the coupon of an apology stands that is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecentCouponState {
    /// Nobody has used it.
    Open,
    /// A till has set it aside for a receipt that is not paid yet.
    SetAside,
    /// It has paid.
    Used,
    /// Nobody has used it, and its last day is over.
    Over,
}

/// The coupon of an apology that is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentCoupon {
    /// How it stands.
    pub state: RecentCouponState,
    /// The last day on which it is good: 2026-12-31.
    pub last_day: String,
}

/// That an apology was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentCancellation {
    /// The number of whoever did it; of what an earlier version took back it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_number: Option<i64>,
    /// Why, in their words.
    pub why: String,
    /// When, in milliseconds since 1970.
    pub cancelled_ms: i64,
}

/// An apology of the last thirty days, as a manager sees it: nothing tells who the customer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentApology {
    /// Its number.
    pub apology_id: i64,
    /// How it stands.
    pub state: ApologyState,
    /// The code of its reason.
    pub reason: String,
    /// What it is worth, in minor units; of a coupon with terms, the most.
    pub minor_units: i64,
    /// By which way it went last.
    pub way: RecentApologyWay,
    /// The points that were given, where it came as points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// The number of whoever gave it.
    pub staff_number: i64,
    /// When the store was told of it, in milliseconds since 1970.
    pub taken_ms: i64,
    /// The number of whoever said yes or no to it, where somebody had to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<i64>,
    /// Its coupon, where it is given and came as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<RecentCoupon>,
    /// That it was taken back, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<RecentCancellation>,
    /// Whether there is a photograph of the goods that it was given for.
    pub has_photo: bool,
}

/// Apologies of the last thirty days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentApologiesResponse {
    /// The newest first, at most twenty.
    pub apologies: Vec<RecentApology>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// A week of which there is a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeeklyReport {
    /// As ISO 8601 writes it: 2026-W48.
    pub week: String,
    /// Its Monday.
    pub first_day: String,
}

/// The weeks of which there are reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeeklyReportsResponse {
    /// The newest first, a year of them at most.
    pub reports: Vec<WeeklyReport>,
}
