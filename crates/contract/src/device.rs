//! A device of the store: how it becomes one, what it is told, what it tells.

use serde::{Deserialize, Serialize};

use crate::DeviceProfile;

/// What a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A price checker or an information stand: shoppers are alone with it.
    Kiosk,
    /// A tablet of the staff.
    Tablet,
    /// The screen beside a till.
    Till,
}

impl DeviceKind {
    /// As it is written in commands and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Tablet => "tablet",
            Self::Till => "till",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Kiosk, Self::Tablet, Self::Till].into_iter().find(|kind| kind.code() == code)
    }
}

/// The body of [`DEVICE_ENROLMENT`](crate::paths::DEVICE_ENROLMENT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// The digits that `polka device add` printed; spaces and hyphens do not count. A device of the demo store
    /// on the server's own machine needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What a scanner reads from the picture that `polka device add` prints: this, then the code.
pub const ENROLMENT_SCAN: &str = "polka-enrol:";

/// The body of [`INSTALLER`](crate::paths::INSTALLER).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InstallerRequest {
    /// The installer's PIN.
    pub pin: String,
}

/// What a device is and is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceResponse {
    /// By which the server knows it; its idempotency keys are its own.
    pub id: i64,
    /// By which people call it: "Entrance".
    pub name: String,
    /// What it is for.
    pub kind: DeviceKind,
    /// The store that it stands in.
    pub store: String,
    /// Where in the store, in words: "at the entrance, left".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// With which language and modes a visit starts, as the address says them: `lang=en&size=large`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// How it was measured, where that is set from the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<DeviceProfile>,
}

/// How a device does: the body that it puts to [`DEVICE_SELF`](crate::paths::DEVICE_SELF).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceStatus {
    /// Which version of the app it runs.
    pub app_version: String,
    /// The version of its product list; 0 where it has none.
    pub catalogue_version: u64,
    /// What speaks: `browser`, `pack` or `captions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// When something was scanned last, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_scan_ms: Option<i64>,
    /// How many writes wait in its outbox.
    pub outbox_entries: u32,
    /// How many more the server has refused; they are kept for the staff.
    pub outbox_refused: u32,
    /// When the oldest that waits was made, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_oldest_ms: Option<i64>,
    /// How many bytes the browser still gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_free_bytes: Option<u64>,
    /// Whether the browser has promised to keep what is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_is_persistent: Option<bool>,
}

/// The answer of [`DEVICES`](crate::paths::DEVICES).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DevicesResponse {
    /// By name.
    pub devices: Vec<ListedDevice>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedDevice {
    /// By which people call it.
    pub name: String,
    /// What it is for.
    pub kind: DeviceKind,
    /// Where in the store, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether somebody has enrolled it.
    pub is_enrolled: bool,
    /// Whether it was revoked.
    pub is_revoked: bool,
    /// When it last told how it does, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_ms: Option<i64>,
    /// What it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<DeviceStatus>,
}
