//! Whether something has become less or more, and how sure that is.

/// Below so many on either side nothing is said.
const FEWEST: usize = 10;
/// Between minus and plus so many standard errors lie 95 % of a normal distribution.
const ERRORS_OF_95_PERCENT: f64 = 1.96;

/// How a mean has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The mean before.
    pub before: f64,
    /// The mean after.
    pub after: f64,
    /// With a confidence of 95 %, the change is no less than this.
    pub lowest: f64,
    /// And no more than this.
    pub highest: f64,
}

impl Change {
    /// The change from some values to others, which need not spread alike (Welch); `None` below ten of either.
    #[must_use]
    pub fn between(before: &[f64], after: &[f64]) -> Option<Self> {
        if before.len().min(after.len()) < FEWEST {
            return None;
        }
        let ((before, before_error), (after, after_error)) = (mean(before), mean(after));
        let reach = ERRORS_OF_95_PERCENT * (before_error + after_error).sqrt();
        Some(Self { before, after, lowest: after - before - reach, highest: after - before + reach })
    }
}

/// The mean, and the square of its standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_halved_is_told_with_how_sure_that_is() {
        let before: Vec<f64> = (0..40).map(|number| 40.0 + f64::from(number % 5)).collect();
        let after: Vec<f64> = before.iter().map(|value| value / 2.0).collect();
        let change = Change::between(&before, &after).expect("enough of both");
        assert_eq!((change.before, change.after), (42.0, 21.0));
        // The standard error is sqrt((2.0513 + 0.5128) / 40) = 0.2532.
        assert!((change.lowest - (-21.0 - 0.4962)).abs() < 1e-3, "{change:?}");
        assert!((change.highest - (-21.0 + 0.4962)).abs() < 1e-3, "{change:?}");
    }

    #[test]
    fn of_a_few_nothing_is_said() {
        assert_eq!(Change::between(&[1.0; 9], &[2.0; 40]), None);
        assert_eq!(Change::between(&[1.0; 40], &[]), None);
        assert!(Change::between(&[1.0; 10], &[2.0; 10]).is_some());
    }
}
