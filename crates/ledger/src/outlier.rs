//! What of the apologies of a week is unlike the rest, by rules that can be said in a sentence each.
//!
//! **A person** stands out who gave more than three times the median of what their colleagues gave in the same week.
//! Colleagues are those who gave something too; there must be two of them at least, or there is nothing to compare with.
//!
//! **A reason** stands out for which at least twice as much was given as in the mean of the four weeks before. Where
//! nothing at all was given in those weeks, for no reason, nothing stands out: the store has just begun.
//!
//! What is below a floor stands out never: two apologies instead of one are twice as much, and nothing to ask about.

/// From so many times the median on, somebody stands out.
const TIMES_MEDIAN: i64 = 3;
/// From so many times the mean on, a reason does.
const TIMES_MEAN: i64 = 2;
/// So many colleagues are needed at least.
const LEAST_COLLEAGUES: usize = 2;
/// The weeks before that a reason is compared with.
pub const WEEKS_BEFORE: usize = 4;

/// What stands out, and what would be usual; in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlier<T> {
    /// Who or what.
    pub of: T,
    /// What was given.
    pub minor_units: i64,
    /// What is usual.
    pub usual_minor_units: i64,
}

/// Who of those who gave something in a week stands out.
#[must_use]
pub fn outlying_people(sums: &[(i64, i64)], floor_minor_units: i64) -> Vec<Outlier<i64>> {
    let of_person = |&(person, minor_units): &(i64, i64)| {
        let colleagues = sums.iter().filter(|(other, _)| *other != person).map(|(_, sum)| *sum).collect();
        let usual_minor_units = median(colleagues)?;
        let stands_out =
            minor_units > floor_minor_units && minor_units > usual_minor_units.saturating_mul(TIMES_MEDIAN);
        stands_out.then_some(Outlier { of: person, minor_units, usual_minor_units })
    };
    sums.iter().filter_map(of_person).collect()
}

/// Which reasons stand out: each with what was given for it in the week, and in each of the weeks before.
#[must_use]
pub fn outlying_reasons<T: Clone>(sums: &[(T, i64, [i64; WEEKS_BEFORE])], floor_minor_units: i64) -> Vec<Outlier<T>> {
    let total = |weeks: &[i64; WEEKS_BEFORE]| weeks.iter().fold(0_i64, |sum, week| sum.saturating_add(*week));
    if sums.iter().all(|(.., before)| total(before) == 0) {
        return Vec::new();
    }
    let of_reason = |(reason, minor_units, before): &(T, i64, [i64; WEEKS_BEFORE])| {
        let before = total(before);
        // Compared as wholes: a mean may be no whole number.
        let is_twice = minor_units.saturating_mul(WEEKS_BEFORE as i64) >= before.saturating_mul(TIMES_MEAN);
        (*minor_units > floor_minor_units && is_twice).then(|| Outlier {
            of: reason.clone(),
            minor_units: *minor_units,
            usual_minor_units: before / WEEKS_BEFORE as i64,
        })
    };
    sums.iter().filter_map(of_reason).collect()
}

/// The middle of what colleagues gave, of an even number the lower of the two; `None` where they are too few.
fn median(mut sums: Vec<i64>) -> Option<i64> {
    sums.sort_unstable();
    sums.get(sums.len().checked_sub(1)? / 2).copied().filter(|_| sums.len() >= LEAST_COLLEAGUES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: i64 = 1000;

    #[test]
    fn somebody_stands_out_from_one_kopeck_above_three_times_their_colleagues_median_on() {
        let who = |sum| outlying_people(&[(1, 400), (2, 500), (3, 9_000), (4, sum)], FLOOR);
        let of = |sum| who(sum).into_iter().map(|it| it.of).collect::<Vec<_>>();
        // The median is that of the others, so that whoever gave much does not hide behind it.
        assert_eq!(of(1_500), [3]);
        assert_eq!(of(1_501), [3, 4]);
        assert_eq!(who(1_501)[1], Outlier { of: 4, minor_units: 1_501, usual_minor_units: 500 });
    }

    #[test]
    fn nobody_stands_out_below_the_floor_or_among_two() {
        assert_eq!(outlying_people(&[(1, 10), (2, 10), (3, FLOOR)], FLOOR), []);
        assert_eq!(outlying_people(&[(1, 10), (2, 1_000_000)], FLOOR), []);
        assert_eq!(outlying_people(&[], FLOOR), []);
        assert_eq!(outlying_people(&[(1, i64::MAX), (2, i64::MAX), (3, i64::MAX)], FLOOR), []);
    }

    #[test]
    fn a_reason_stands_out_that_has_doubled_against_the_mean_of_four_weeks() {
        let of = |sum| outlying_reasons(&[("queue", sum, [900, 1_100, 1_000, 1_000]), ("rude", 0, [0; 4])], FLOOR);
        assert_eq!(of(1_999), []);
        assert_eq!(of(2_000), [Outlier { of: "queue", minor_units: 2_000, usual_minor_units: 1_000 }]);
        let new = outlying_reasons(&[("queue", 500, [500; 4]), ("rude", 1_001, [0; 4])], FLOOR);
        assert_eq!(new.iter().map(|it| it.of).collect::<Vec<_>>(), ["rude"], "it is new");
        assert_eq!(outlying_reasons(&[("queue", 5_000, [0; 4])], FLOOR), [], "the store has just begun");
    }
}
