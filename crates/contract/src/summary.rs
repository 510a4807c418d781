//! What a manager sees of a store's last weeks.

use serde::{Deserialize, Serialize};

use crate::ExpiredReportOutcome;

/// What was reported in a store in the last eight weeks, and what came of it; how calls were answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiredSummaryResponse {
    /// Each week, the oldest first; the last one goes on.
    pub weeks: Vec<WeekSummary>,
    /// Why reports were refused, the commonest reason first.
    pub refused: Vec<RefusedSummary>,
    /// Who bears the cost, the dearest first.
    pub departments: Vec<DepartmentSummary>,
    /// The products that were found most often, at most twenty.
    pub products: Vec<ProductSummary>,
    /// The day of the change that was asked about, or the Monday in the middle: 2026-11-02.
    #[serde(default)]
    pub change_day: String,
    /// Whether items go sooner from that day on than before it; absent while too few were found to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_to_pull: Option<MinutesChange>,
    /// The hours of the day in which somebody was called.
    pub hours: Vec<HourSummary>,
    /// Whether the demo's made-up week is among them.
    #[serde(default)]
    pub is_demo: bool,
}

/// A week from Monday on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekSummary {
    /// Its Monday: 2026-11-23.
    pub first_day: String,
    /// How many reports came.
    pub reported: i64,
    /// Of so many the staff have found the items.
    pub confirmed: i64,
    /// Of so many they have not.
    pub not_confirmed: i64,
    /// So many were refused.
    pub refused: i64,
    /// So many points were paid.
    pub points: i64,
    /// Half of what was found was off the shelf within so many minutes of the report; absent where
    /// nothing was. What got a second look is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_to_pull: Option<i64>,
}

/// How often reports were refused for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedSummary {
    /// The reason.
    pub outcome: ExpiredReportOutcome,
    /// So often.
    pub count: i64,
}

/// What was reported of a department's goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DepartmentSummary {
    /// As the settings call it.
    pub department: String,
    /// How many reports came.
    pub reported: i64,
    /// Of so many the staff have found the items.
    pub confirmed: i64,
    /// So many points were paid.
    pub points: i64,
}

/// What was reported of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductSummary {
    /// 14 digits.
    pub gtin: String,
    /// How many reports came.
    pub reported: i64,
    /// Of so many the staff have found the items.
    pub confirmed: i64,
    /// So many points were paid.
    pub points: i64,
}

/// The mean minutes until items were off the shelf: of the weeks that are told of, before a day and from it on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MinutesChange {
    /// Before the day.
    pub before: f64,
    /// From the day on.
    pub after: f64,
    /// With a confidence of 95 %, the mean has changed by no less than this.
    pub lowest: f64,
    /// And by no more than this.
    pub highest: f64,
}

/// How people who called in an hour of the day were answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HourSummary {
    /// 0 to 23, in the store.
    pub hour: i64,
    /// So many called.
    pub calls: i64,
    /// To so many somebody came.
    pub answered: i64,
    /// Half of those were answered within so many seconds; absent where nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_to_answer: Option<i64>,
}
