//! What a chain sets about its points.

use jiff::Span;
use polka_domain::{Date, Points, SettingError};
use serde::Deserialize;

use crate::Refusal;

/// What becomes of a part of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// It is lost.
    #[default]
    Down,
    /// From half a point on it is a whole one.
    Nearest,
    /// It is a whole one.
    Up,
}

/// Until when points are good that were pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseExpiry {
    /// Their time runs from the day on which they were promised.
    #[default]
    Keep,
    /// Their time begins anew on the day on which they are confirmed.
    Restart,
}

/// What a chain sets about its points; what is not set has a default. Each is a key of its table in `polka.toml`.
///
/// The fields are open and may hold anything; [`Settings::check`] says whether they make sense.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// So many points are earned for each step of money: 0 to 1,000,000. Default 1.
    pub accrual_points: i64,
    /// A step of money in minor units: 1 to 1,000,000,000. Default 10,000, which is 100.00.
    pub accrual_step_minor_units: i64,
    /// What becomes of a part of a point. It is rounded once, at the end. Default down.
    pub rounding: Rounding,
    /// By how much more is earned on a birthday, in percent: 100 to 10,000. Default 100, which is no more.
    pub birthday_factor_percent: i64,
    /// What a point pays, in minor units: 1 to 1,000,000. Default 100, which is 1.00.
    pub point_value_minor_units: i64,
    /// What part of a receipt may be paid with points in the store, in percent: 0 to 100. Default 100.
    pub store_payable_percent: i64,
    /// What part of a receipt may be paid with points online, in percent: 0 to 100. Default 50.
    pub online_payable_percent: i64,
    /// For how many days after the day on which they came points are good: 0 to 36,500; 0 is for ever. Default 365.
    pub expires_after_days: i64,
    /// Until when points are good that were pending. Default keep.
    pub release_expiry: ReleaseExpiry,
    /// The most points that one receipt earns, from 1 on. Default: no limit.
    pub receipt_cap_points: Option<i64>,
    /// The most points that a member earns in a day, from 1 on. Default: no limit.
    pub member_day_cap_points: Option<i64>,
    /// The most points that all earn in one store in a day, from 1 on. Default: no limit.
    pub store_day_cap_points: Option<i64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            accrual_points: 1,
            accrual_step_minor_units: 10_000,
            rounding: Rounding::Down,
            birthday_factor_percent: 100,
            point_value_minor_units: 100,
            store_payable_percent: 100,
            online_payable_percent: 50,
            expires_after_days: 365,
            release_expiry: ReleaseExpiry::Keep,
            receipt_cap_points: None,
            member_day_cap_points: None,
            store_day_cap_points: None,
        }
    }
}

impl Settings {
    /// Whether all are within their ranges.
    ///
    /// # Errors
    /// With the first that is not.
    pub fn check(&self) -> Result<(), SettingError> {
        let largest = Points::LARGEST.value();
        let cap = |cap: Option<i64>| cap.unwrap_or(largest);
        SettingError::check(&[
            ("accrual_points", self.accrual_points, 0, 1_000_000),
            ("accrual_step_minor_units", self.accrual_step_minor_units, 1, 1_000_000_000),
            ("birthday_factor_percent", self.birthday_factor_percent, 100, 10_000),
            ("point_value_minor_units", self.point_value_minor_units, 1, 1_000_000),
            ("store_payable_percent", self.store_payable_percent, 0, 100),
            ("online_payable_percent", self.online_payable_percent, 0, 100),
            ("expires_after_days", self.expires_after_days, 0, 36_500),
            ("receipt_cap_points", cap(self.receipt_cap_points), 1, largest),
            ("member_day_cap_points", cap(self.member_day_cap_points), 1, largest),
            ("store_day_cap_points", cap(self.store_day_cap_points), 1, largest),
        ])
    }

    /// The last day of points that come today.
    pub(crate) fn expiry(&self, today: Date) -> Result<Option<Date>, Refusal> {
        if self.expires_after_days == 0 {
            return Ok(None);
        }
        let days = Span::new().try_days(self.expires_after_days).map_err(|_| Refusal::DateOutOfRange)?;
        today.checked_add(days).map(Some).map_err(|_| Refusal::DateOutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::day;

    fn from_file(text: &str) -> Result<Settings, String> {
        let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }

    #[test]
    fn what_the_file_does_not_set_has_its_default() {
        let settings = from_file("rounding = \"up\"\nmember_day_cap_points = 500").expect("settings");
        let expected = Settings { rounding: Rounding::Up, member_day_cap_points: Some(500), ..Settings::default() };
        assert_eq!(settings, expected);
    }

    #[test]
    fn a_slip_in_the_file_is_told_and_not_ignored() {
        for (text, told) in [
            ("point_value = 100", "unknown field `point_value`"),
            ("rounding = \"sideways\"", "unknown variant `sideways`"),
            ("point_value_minor_units = 0", "point_value_minor_units is 0, but must be 1 to 1000000"),
            ("accrual_step_minor_units = 0", "accrual_step_minor_units is 0, but must be 1 to 1000000000"),
            ("store_payable_percent = 101", "store_payable_percent is 101, but must be 0 to 100"),
            ("expires_after_days = -1", "expires_after_days is -1, but must be 0 to 36500"),
            ("receipt_cap_points = 0", "receipt_cap_points is 0, but must be 1 to 1000000000000"),
        ] {
            let error = from_file(text).expect_err("it is wrong");
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn points_of_a_leap_day_are_good_until_the_last_of_february() {
        let settings = Settings::default();
        assert_eq!(settings.expiry(day("2028-02-29")), Ok(Some(day("2029-02-28"))));
        assert_eq!(settings.expiry(day("2027-03-01")), Ok(Some(day("2028-02-29"))));
    }

    #[test]
    fn points_without_a_time_limit_are_good_for_ever() {
        let settings = Settings { expires_after_days: 0, ..Settings::default() };
        assert_eq!(settings.expiry(day("2026-01-01")), Ok(None));
    }

    #[test]
    fn a_last_day_in_no_calendar_is_refused() {
        assert_eq!(Settings::default().expiry(Date::MAX), Err(Refusal::DateOutOfRange));
        for days in [i64::MAX, i64::MIN] {
            let settings = Settings { expires_after_days: days, ..Settings::default() };
            assert_eq!(settings.expiry(day("2026-01-01")), Err(Refusal::DateOutOfRange));
        }
    }
}
