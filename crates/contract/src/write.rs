//! What a device writes. Each write has an idempotency key, made on the device: however often it is sent, it
//! takes effect once and gets the answer that was first given.

use serde::{Deserialize, Serialize};

/// The header with the key: 1 to 64 letters, digits, hyphens, dots or underscores; Polka's own are UUIDs, version 7.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The content type of a body that is sealed to the server, as `polka-sealing` writes it.
pub const SEALED: &str = "application/vnd.polka.sealed";

/// What a sealed body is bound to: it opens for this path and this key alone.
#[must_use]
pub fn seal_context(path: &str, key: &str) -> Vec<u8> {
    format!("{path} {key}").into_bytes()
}

/// Whether somebody is wanted at the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Somebody is.
    Wanted,
    /// No longer.
    CalledOff,
}

/// The body of [`CALLS`](crate::paths::CALLS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// Whether somebody is wanted.
    pub state: CallState,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallResponse {
    /// The call; absent where none was open that could be called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<i64>,
}

/// The body of [`LABEL_REPORTS`](crate::paths::LABEL_REPORTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelReportRequest {
    /// Whose label it is: 8, 12, 13 or 14 digits.
    pub gtin: String,
    /// The price that the device showed, the till's, in minor units.
    pub till_price_minor_units: i64,
    /// The price on the label, where the person said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_price_minor_units: Option<i64>,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportOutcome {
    /// A task for the staff was opened.
    TaskOpened,
    /// There was such a task already.
    TaskKnown,
    /// The store has no such product any more; the report was noted.
    ProductGone,
}

impl ReportOutcome {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TaskOpened => "task_opened",
            Self::TaskKnown => "task_known",
            Self::ProductGone => "product_gone",
        }
    }

    /// The outcome with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::TaskOpened, Self::TaskKnown, Self::ProductGone].into_iter().find(|outcome| outcome.code() == code)
    }
}

/// The body of [`MISSING_REPORTS`](crate::paths::MISSING_REPORTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MissingReportRequest {
    /// What is not on its shelf: 8, 12, 13 or 14 digits.
    pub gtin: String,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The answer to a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportResponse {
    /// What came of it.
    pub outcome: ReportOutcome,
    /// The task, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<i64>,
}
