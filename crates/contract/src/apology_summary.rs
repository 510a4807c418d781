//! What a manager sees of the apologies of a store, and of its weeks.

use serde::{Deserialize, Serialize};

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
