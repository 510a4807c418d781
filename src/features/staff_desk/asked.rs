//! What the store was asked for last: pure. Where its answer is lost the very same is asked again, and so takes effect
//! once.

/// What was asked for, until something else is.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Asked<T>(Option<T>);

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// Nobody's words or number stand in a log.
impl<T> std::fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Asked" } else { "NotAsked" })
    }
}

impl<T: Clone + PartialEq> Asked<T> {
    /// What is to be asked for: what was asked before, where `at_that_time` makes this the same.
    pub(super) fn again(&mut self, asked: T, at_that_time: impl FnOnce(T, &T) -> T) -> T {
        let before = self.0.take().filter(|before| at_that_time(asked.clone(), before) == *before);
        self.0.insert(before.unwrap_or(asked)).clone()
    }

    /// It is answered.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}
