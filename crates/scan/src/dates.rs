//! Days as codes write them.

use polka_domain::Date;

use crate::numbers::value;

/// The day of YYMMDD; day 00 is the month's last. `None` where there is no such day.
///
/// The year is the one that lies nearest to today's: at most 50 years ahead, at most 49 back (GS1 General
/// Specifications 7.12).
pub(crate) fn of_six_digits(digits: &[u8], today: Date) -> Option<Date> {
    let [year, month, day] = [digits.get(..2)?, digits.get(2..4)?, digits.get(4..6)?].map(number);
    let this_year = today.year();
    let century = this_year - this_year % 100
        + match year - this_year % 100 {
            51.. => -100,
            ..=-50 => 100,
            _ => 0,
        };
    of_parts(century + year, month, day)
}

/// The day of YYYYMMDD.
pub(crate) fn of_eight_digits(digits: &[u8]) -> Option<Date> {
    let [century, year, month, day] =
        [digits.get(..2)?, digits.get(2..4)?, digits.get(4..6)?, digits.get(6..8)?].map(number);
    if day == 0 { None } else { of_parts(century * 100 + year, month, day) }
}

fn number(two_digits: &[u8]) -> i16 {
    value(two_digits) as i16
}

fn of_parts(year: i16, month: i16, day: i16) -> Option<Date> {
    let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    let day = if day == 0 { first.days_in_month() } else { i8::try_from(day).ok()? };
    Date::new(year, first.month(), day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_year(year: i16, digits: &str) -> Option<String> {
        let today = Date::new(year, 6, 15).expect("a day");
        of_six_digits(digits.as_bytes(), today).map(|date| date.to_string())
    }

    #[test]
    fn day_00_is_the_months_last() {
        assert_eq!(in_year(2026, "260200").as_deref(), Some("2026-02-28"));
        assert_eq!(in_year(2026, "280200").as_deref(), Some("2028-02-29"));
        assert_eq!(in_year(2026, "261100").as_deref(), Some("2026-11-30"));
    }

    #[test]
    fn the_year_is_the_nearest_to_todays() {
        for (today, digits, day) in [
            (2026, "260101", "2026-01-01"),
            (2026, "760101", "2076-01-01"),
            (2026, "770101", "1977-01-01"),
            (2026, "990101", "1999-01-01"),
            (2051, "010101", "2101-01-01"),
            (2051, "020101", "2002-01-01"),
            (2098, "480101", "2148-01-01"),
            (2098, "490101", "2049-01-01"),
        ] {
            assert_eq!(in_year(today, digits).as_deref(), Some(day), "{digits} in {today}");
        }
    }

    #[test]
    fn there_is_no_such_day() {
        for digits in ["261301", "260001", "260230", "260132", "260431", "270229"] {
            assert_eq!(in_year(2026, digits), None, "{digits}");
        }
    }
}
