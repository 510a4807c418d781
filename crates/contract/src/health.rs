use serde::{Deserialize, Serialize};

/// Whether the server works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// It answers, and its database does.
    Ok,
}

/// The answer of [`HEALTH`](crate::paths::HEALTH).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthResponse {
    /// Whether it works.
    pub status: HealthStatus,
    /// The program's version.
    pub version: String,
    /// The version of the product list; 0 before the first import.
    pub catalogue_version: u64,
}
