//! What a chain sets about expired items.

use polka_domain::SettingError;
use serde::Deserialize;

use crate::Programme;

/// What a chain sets about expired items; what is not set has a default. Each is a key of its table in `polka.toml`.
///
/// The fields are open and may hold anything; [`Settings::check`] says whether they make sense.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The least that an item is worth, in points: 0 to 100,000. Default 10.
    pub smallest_points: i64,
    /// The most that it is worth, in points: 0 to 100,000; with 0 nothing is paid. Default 500.
    pub largest_points: i64,
    /// What whoever reports the same after somebody else gets, in points: 0 to 100,000. Default 5.
    pub thanks_points: i64,
    /// Whether what is past its best-before day counts as expired. Default true.
    pub counts_best_before: bool,
    /// Whether what is past its use-by day counts as expired. Default true.
    pub counts_use_by: bool,
    /// So many reports of a member are taken in a day: 1 to 1,000. Default 10.
    pub member_day_limit: i64,
    /// So many reports of a device are taken in a day: 1 to 10,000. Default 100.
    pub device_day_limit: i64,
    /// From so many reports of a member in thirty days on each gets a second look: 1 to 10,000. Default 20.
    pub many_reports: i64,
    /// From so many reports of a member in thirty days on that were not confirmed each gets a second look: 1 to 1,000.
    /// Default 3.
    pub many_not_confirmed: i64,
    /// From so many days past its date on an item gets a second look: 1 to 10,000. Default 60.
    pub long_past_days: i64,
    /// For so many minutes after the store has sold a product a report of it gets nothing: 0 to 1,440; with 0 sales
    /// do not matter. Default 15.
    pub sold_within_minutes: i64,
    /// After so many hours without an answer points are released, in the member's favour: 1 to 720. Default 24.
    pub release_hours: i64,
    /// The same for what gets a second look: 1 to 2,160. Default 72.
    pub second_look_hours: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            smallest_points: 10,
            largest_points: 500,
            thanks_points: 5,
            counts_best_before: true,
            counts_use_by: true,
            member_day_limit: 10,
            device_day_limit: 100,
            many_reports: 20,
            many_not_confirmed: 3,
            long_past_days: 60,
            sold_within_minutes: 15,
            release_hours: 24,
            second_look_hours: 72,
        }
    }
}

impl Settings {
    /// Whether all are within their ranges.
    ///
    /// # Errors
    /// With the first that is not.
    pub fn check(&self) -> Result<(), SettingError> {
        SettingError::check(&[
            ("smallest_points", self.smallest_points, 0, 100_000),
            ("largest_points", self.largest_points, 0, 100_000),
            ("thanks_points", self.thanks_points, 0, 100_000),
            ("member_day_limit", self.member_day_limit, 1, 1_000),
            ("device_day_limit", self.device_day_limit, 1, 10_000),
            ("many_reports", self.many_reports, 1, 10_000),
            ("many_not_confirmed", self.many_not_confirmed, 1, 1_000),
            ("long_past_days", self.long_past_days, 1, 10_000),
            ("sold_within_minutes", self.sold_within_minutes, 0, 1_440),
            ("release_hours", self.release_hours, 1, 720),
            ("second_look_hours", self.second_look_hours, 1, 2_160),
        ])
    }

    /// What a device must know of it, where a point pays so much.
    #[must_use]
    pub fn programme(&self, point_value_minor_units: i64) -> Programme {
        Programme {
            point_value_minor_units,
            smallest_points: self.smallest_points,
            largest_points: self.largest_points,
            thanks_points: self.thanks_points,
            release_hours: self.release_hours,
            counts_best_before: self.counts_best_before,
            counts_use_by: self.counts_use_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_the_file_is_told_and_not_ignored() {
        let from_file = |text: &str| {
            let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
            settings.check().map_err(|error| error.to_string()).map(|()| settings)
        };
        let settings = from_file("largest_points = 300").expect("settings");
        assert_eq!(settings, Settings { largest_points: 300, ..Settings::default() });
        for (text, told) in [
            ("largest_point = 300", "unknown field `largest_point`"),
            ("largest_points = -1", "largest_points is -1, but must be 0 to 100000"),
            ("release_hours = 0", "release_hours is 0, but must be 1 to 720"),
        ] {
            let error = from_file(text).expect_err("it is wrong");
            assert!(error.contains(told), "{error}");
        }
    }
}
