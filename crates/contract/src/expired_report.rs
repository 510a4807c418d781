//! An item that is past its date, as a device reports it.

use serde::{Deserialize, Serialize};

/// The body of [`EXPIRED_REPORTS`](crate::paths::EXPIRED_REPORTS): an item is past its date.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiredReportRequest {
    /// Which product it is: 8, 12, 13 or 14 digits.
    pub gtin: String,
    /// The last day on its label: 2026-12-31.
    pub last_day: String,
    /// What that day means: `best_before` or `use_by`.
    pub date_kind: String,
    /// How many such items there are: 1 to 99.
    pub quantity: u32,
    /// Whether they stood elsewhere than on the product's shelf.
    #[serde(default)]
    pub is_elsewhere: bool,
    /// The card that gets the points, or the number that stands on a slip, which becomes a card with whoever joins by
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_number: Option<String>,
    /// The phone number of whoever gets the points; not beside a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExpiredReportOutcome {
    /// The item's worth in points waits until somebody has looked.
    RewardWaits,
    /// Somebody else had reported the same: points of thanks wait.
    ThanksWait,
    /// It was noted, for nobody's points.
    Noted,
    /// It is not past its date.
    NotExpired,
    /// What is past this kind of day may still be sold.
    KindNotCounted,
    /// The member has reported the same before.
    ReportedBefore,
    /// The member has reported as much today as is taken.
    MemberDayLimit,
    /// The device has reported as much today as is taken.
    DeviceDayLimit,
    /// The store has sold the product a few minutes ago.
    SoldJustNow,
    /// Whoever made it works in the store.
    ByStaff,
}

impl ExpiredReportOutcome {
    const ALL: [Self; 10] = [
        Self::RewardWaits,
        Self::ThanksWait,
        Self::Noted,
        Self::NotExpired,
        Self::KindNotCounted,
        Self::ReportedBefore,
        Self::MemberDayLimit,
        Self::DeviceDayLimit,
        Self::SoldJustNow,
        Self::ByStaff,
    ];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RewardWaits => "reward_waits",
            Self::ThanksWait => "thanks_wait",
            Self::Noted => "noted",
            Self::NotExpired => "not_expired",
            Self::KindNotCounted => "kind_not_counted",
            Self::ReportedBefore => "reported_before",
            Self::MemberDayLimit => "member_day_limit",
            Self::DeviceDayLimit => "device_day_limit",
            Self::SoldJustNow => "sold_just_now",
            Self::ByStaff => "by_staff",
        }
    }

    /// The outcome with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// The answer to a report of an item that is past its date. To a phone number it is the same whether somebody has it or
/// not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiredReportResponse {
    /// The report's number.
    pub report_id: i64,
    /// What came of it.
    pub outcome: ExpiredReportOutcome,
    /// So many points wait; 0 where none do.
    pub points: i64,
    /// When they are released at the latest, in milliseconds since 1970; 0 where none wait.
    pub released_ms: i64,
}

/// A photograph has at most so many points on each side.
pub const LONGEST_PHOTO_SIDE: u16 = 2048;

/// The body of [`EXPIRED_PHOTOS`](crate::paths::EXPIRED_PHOTOS): what the label looks like. A report has one photograph.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiredPhotoRequest {
    /// The idempotency key of the report, which the same device has sent before.
    pub report_key: String,
    /// A JPEG of at most 2048 points a side, as base64.
    pub jpeg: String,
    /// When it was taken at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// Items of a product with one date that the staff have found past it, and taken off the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiredLot {
    /// 14 digits.
    pub gtin: String,
    /// The last day on their labels: 2026-12-31.
    pub last_day: String,
}

/// The lots that were found lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiredLotsResponse {
    /// The newest first.
    pub lots: Vec<ExpiredLot>,
}
