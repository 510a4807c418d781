//! Which strikes of a key count: not those that a held key sends, nor a second one by a trembling hand.

/// The last strike that counted.
#[derive(Clone, Debug)]
pub(crate) struct Strikes<K> {
    last: Option<(K, f64)>,
}

impl<K> Default for Strikes<K> {
    fn default() -> Self {
        Self { last: None }
    }
}

impl<K: PartialEq> Strikes<K> {
    /// Whether a strike counts: it is no repetition of a held key, and the same key did not count within the
    /// guard's time. Times are milliseconds.
    pub(crate) fn counts(&mut self, key: K, is_held: bool, at_ms: f64, guard_ms: f64) -> bool {
        let is_second = self.last.as_ref().is_some_and(|(last, last_ms)| *last == key && at_ms - last_ms < guard_ms);
        if is_held || is_second {
            return false;
        }
        self.last = Some((key, at_ms));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_key_counts_once() {
        let mut strikes = Strikes::default();
        assert!(strikes.counts('a', false, 0.0, 200.0));
        assert!(!strikes.counts('a', true, 500.0, 200.0));
    }

    #[test]
    fn a_second_strike_within_the_guard_does_not_count_and_another_key_does() {
        let mut strikes = Strikes::default();
        assert!(strikes.counts('a', false, 0.0, 200.0));
        assert!(!strikes.counts('a', false, 199.0, 200.0));
        assert!(strikes.counts('b', false, 199.5, 200.0));
        assert!(strikes.counts('a', false, 200.0, 200.0));
        assert!(!strikes.counts('a', false, 600.0, 500.0));
        assert!(strikes.counts('a', false, 700.0, 500.0));
    }
}
