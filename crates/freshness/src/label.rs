//! What somebody reads on a label, digit by digit.

use polka_domain::Date;

/// In which form a label shows its day.
///
/// Directive 2000/13/EC, article 10, and Regulation (EU) 1169/2011, annex X, know these three: day and month for what
/// keeps three months at most, month and year for what keeps longer, and all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelForm {
    /// `12.11.26`
    #[default]
    DayMonthYear,
    /// `12.11`
    DayMonth,
    /// `11.26`: the last day of the month.
    MonthYear,
}

/// Why digits are no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelError {
    /// So many more are to come.
    Missing {
        /// From 1 on.
        digits: usize,
    },
    /// The calendar has no such day.
    NoSuchDay,
}

impl LabelForm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DayMonthYear, Self::DayMonth, Self::MonthYear];

    /// How many digits it has; a year has two.
    #[must_use]
    pub fn digits(self) -> usize {
        match self {
            Self::DayMonthYear => 6,
            Self::DayMonth | Self::MonthYear => 4,
        }
    }

    /// The last day that a label with these digits means. A day without a year is of the one in which it is nearest to
    /// today: its goods keep some months.
    ///
    /// # Errors
    /// Where digits are missing, or there is no such day.
    pub fn last_day(self, digits: &str, today: Date) -> Result<Date, LabelError> {
        let missing = self.digits().saturating_sub(digits.len());
        if missing > 0 {
            return Err(LabelError::Missing { digits: missing });
        }
        let pair = |place: usize| digits.get(place * 2..place * 2 + 2)?.parse::<i8>().ok();
        let day = match self {
            Self::DayMonthYear => day(pair(0), pair(1), century(pair(2))),
            Self::DayMonth => {
                let years = [today.year() - 1, today.year(), today.year() + 1];
                let days = years.into_iter().filter_map(|year| day(pair(0), pair(1), Some(year)));
                days.min_by_key(|day| crate::age::days_between(*day, today))
            }
            Self::MonthYear => day(Some(1), pair(0), century(pair(1))).map(Date::last_of_month),
        };
        day.filter(|_| digits.len() == self.digits()).ok_or(LabelError::NoSuchDay)
    }
}

/// Food of another century is not sold.
fn century(year: Option<i8>) -> Option<i16> {
    Some(2000 + i16::from(year?))
}

fn day(day: Option<i8>, month: Option<i8>, year: Option<i16>) -> Option<Date> {
    Date::new(year?, month?, day?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> Date {
        "2026-11-29".parse().expect("a day")
    }

    #[test]
    fn each_form_means_its_last_day() {
        for (form, digits, day) in [
            (LabelForm::DayMonthYear, "281126", "2026-11-28"),
            (LabelForm::DayMonthYear, "290228", "2028-02-29"),
            (LabelForm::DayMonth, "2811", "2026-11-28"),
            // Of this winter, and not of the last.
            (LabelForm::DayMonth, "1501", "2027-01-15"),
            (LabelForm::DayMonth, "0106", "2026-06-01"),
            (LabelForm::MonthYear, "1026", "2026-10-31"),
            (LabelForm::MonthYear, "0228", "2028-02-29"),
        ] {
            assert_eq!(form.last_day(digits, today()), Ok(day.parse().expect("a day")), "{digits}");
        }
        let new_year = "2027-01-02".parse().expect("a day");
        assert_eq!(LabelForm::DayMonth.last_day("3112", new_year), Ok("2026-12-31".parse().expect("a day")));
    }

    #[test]
    fn what_is_in_no_calendar_is_no_day() {
        for (form, digits) in [
            (LabelForm::DayMonthYear, "310426"),
            (LabelForm::DayMonthYear, "290226"),
            (LabelForm::DayMonthYear, "000126"),
            (LabelForm::DayMonth, "3213"),
            (LabelForm::DayMonth, "2902"),
            (LabelForm::MonthYear, "1326"),
            (LabelForm::MonthYear, "10261"),
            (LabelForm::DayMonth, "яя"),
        ] {
            assert_eq!(form.last_day(digits, today()), Err(LabelError::NoSuchDay), "{digits}");
        }
        assert_eq!(LabelForm::DayMonth.last_day("281", today()), Err(LabelError::Missing { digits: 1 }));
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_an_error(text in "[0-9]{0,8}|.{0,8}", year in -9000..9000_i16) {
            let today = Date::new(year, 2, 28).expect("a day");
            for form in LabelForm::ALL {
                let _ = form.last_day(&text, today);
            }
        }
    }
}
