//! What an expired item is worth, as far as a device must know it.

use std::fmt;
use std::str::FromStr;

use polka_domain::{DateKind, Points};

/// What a chain promises for an expired item. Written as `100 10 500 5 24 best_before,use_by`, for devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Programme {
    /// What a point pays, in minor units of money: from 1 on.
    pub point_value_minor_units: i64,
    /// The least that an item is worth, in points.
    pub smallest_points: i64,
    /// The most that it is worth; with 0 nothing is paid, and people are thanked.
    pub largest_points: i64,
    /// What whoever reports the same after somebody else gets.
    pub thanks_points: i64,
    /// After so many hours without an answer the points are released: from 1 on.
    pub release_hours: i64,
    /// Whether what is past the day until which it is at its best counts as expired. In Russia it may not be sold; in
    /// the European Union it may.
    pub counts_best_before: bool,
    /// Whether what is past the day until which it may be eaten does.
    pub counts_use_by: bool,
}

/// The text is no programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgrammeError;

impl Programme {
    /// Whether what is past this kind of day counts as expired.
    #[must_use]
    pub fn counts(&self, kind: DateKind) -> bool {
        match kind {
            DateKind::BestBefore => self.counts_best_before,
            DateKind::UseBy => self.counts_use_by,
        }
    }

    /// What an item of this price is worth: the price in points, a part of one counting as whole. An item without a
    /// price is worth the least.
    #[must_use]
    pub fn reward(&self, price_minor_units: Option<i64>) -> Points {
        let price = price_minor_units.unwrap_or(0).max(0);
        let value = self.point_value_minor_units.max(1);
        let points = price / value + i64::from(price % value > 0);
        Points::new(points.max(self.smallest_points).min(self.largest_points)).unwrap_or(Points::ZERO)
    }

    /// What a second report of the same is worth: never more than the first.
    #[must_use]
    pub fn thanks(&self, price_minor_units: Option<i64>) -> Points {
        Points::new(self.thanks_points).unwrap_or(Points::ZERO).min(self.reward(price_minor_units))
    }
}

impl fmt::Display for Programme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { point_value_minor_units, smallest_points, largest_points, thanks_points, release_hours, .. } = self;
        write!(f, "{point_value_minor_units} {smallest_points} {largest_points} {thanks_points} {release_hours} ")?;
        let kinds = DateKind::ALL.into_iter().filter(|kind| self.counts(*kind)).map(DateKind::code);
        f.write_str(&kinds.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Programme {
    type Err = ProgrammeError;

    fn from_str(text: &str) -> Result<Self, ProgrammeError> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [value, smallest, largest, thanks, hours, kinds] = parts[..] else { return Err(ProgrammeError) };
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0).ok_or(ProgrammeError);
        let mut programme = Self {
            point_value_minor_units: number(value)?,
            smallest_points: number(smallest)?,
            largest_points: number(largest)?,
            thanks_points: number(thanks)?,
            release_hours: number(hours)?,
            counts_best_before: false,
            counts_use_by: false,
        };
        for kind in kinds.split(',').filter(|kind| !kind.is_empty()) {
            match DateKind::from_code(kind).ok_or(ProgrammeError)? {
                DateKind::BestBefore => programme.counts_best_before = true,
                DateKind::UseBy => programme.counts_use_by = true,
            }
        }
        Ok(programme)
    }
}

impl fmt::Display for ProgrammeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is no programme for expired items, as 100 10 500 5 24 best_before,use_by is")
    }
}

impl std::error::Error for ProgrammeError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Settings;

    fn programme() -> Programme {
        Settings::default().programme(100)
    }

    #[test]
    fn an_item_is_worth_its_price_within_the_limits() {
        let points = |price| programme().reward(price).value();
        assert_eq!(points(Some(8990)), 90);
        assert_eq!(points(Some(9000)), 90);
        assert_eq!(points(Some(100)), 10);
        assert_eq!(points(Some(1_000_000)), 500);
        assert_eq!(points(None), 10);
        let none = Programme { largest_points: 0, ..programme() };
        assert_eq!((none.reward(Some(8990)).value(), none.thanks(Some(8990)).value()), (0, 0));
    }

    #[test]
    fn what_is_no_programme_is_refused() {
        for text in [
            "",
            "100 10 500 5 24",
            "100 10 500 5 24 best",
            "a 10 500 5 24 use_by",
            "100 10 500 5 24 use_by ",
            "-1 1 1 1 1 ",
        ] {
            assert_eq!(text.parse::<Programme>(), Err(ProgrammeError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_read_as_it_was_written(
            numbers: [u32; 5], counts_best_before: bool, counts_use_by: bool, price: Option<i64>,
        ) {
            let [point_value_minor_units, smallest_points, largest_points, thanks_points, release_hours] =
                numbers.map(i64::from);
            let programme = Programme {
                point_value_minor_units,
                smallest_points,
                largest_points,
                thanks_points,
                release_hours,
                counts_best_before,
                counts_use_by,
            };
            prop_assert_eq!(programme.to_string().parse(), Ok(programme));
            prop_assert!(programme.reward(price).value() <= largest_points);
            prop_assert!(programme.thanks(price) <= programme.reward(price));
        }
    }
}
