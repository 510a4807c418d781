//! Whether a day on a label has passed.

use polka_domain::Date;

/// How a day on a label stands to today. Its last hour belongs to the day: it is good until midnight, whether it is
/// the day until which something is at its best or the one until which it may be eaten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It is good for so many days after today.
    Good {
        /// From 1 on.
        days: u32,
    },
    /// Today is its last day.
    LastDay,
    /// It was good until so many days ago.
    Past {
        /// From 1 on.
        days: u32,
    },
}

/// How a last day stands to today.
#[must_use]
pub fn age(last_day: Date, today: Date) -> Age {
    let days = days_between(last_day, today);
    match (days, last_day < today) {
        (0, _) => Age::LastDay,
        (days, true) => Age::Past { days },
        (days, false) => Age::Good { days },
    }
}

/// How many days lie between two; all of jiff's calendar is fewer than eight million.
pub(crate) fn days_between(one: Date, other: Date) -> u32 {
    one.duration_until(other).as_hours().unsigned_abs() as u32 / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_good_until_it_is_over() {
        let today = "2026-03-01".parse().expect("a day");
        for (last_day, expected) in [
            ("2026-03-02", Age::Good { days: 1 }),
            ("2026-03-01", Age::LastDay),
            ("2026-02-28", Age::Past { days: 1 }),
            ("2025-03-01", Age::Past { days: 365 }),
        ] {
            assert_eq!(age(last_day.parse().expect("a day"), today), expected, "{last_day}");
        }
        assert_eq!(age(Date::MIN, Date::MAX), Age::Past { days: 7_304_483 });
    }
}
