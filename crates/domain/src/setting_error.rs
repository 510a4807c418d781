//! What is wrong with a number that a chain has set.

use std::fmt;

/// A setting that is out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// Which, as it is called in `polka.toml`.
    pub name: &'static str,
    /// What it is set to.
    pub value: i64,
    /// What it must be at least.
    pub smallest: i64,
    /// What it may be at most.
    pub largest: i64,
}

impl SettingError {
    /// Whether settings are within their ranges; each is its name, what it is set to, the smallest and the largest.
    ///
    /// # Errors
    /// With the first that is not.
    pub fn check(settings: &[(&'static str, i64, i64, i64)]) -> Result<(), Self> {
        let wrong = settings.iter().find(|(_, value, smallest, largest)| !(smallest..=largest).contains(&value));
        match wrong {
            Some(&(name, value, smallest, largest)) => Err(Self { name, value, smallest, largest }),
            None => Ok(()),
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, but must be {} to {}", self.name, self.value, self.smallest, self.largest)
    }
}

impl std::error::Error for SettingError {}
