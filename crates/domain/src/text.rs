//! Text from outside that a person will read.

use std::fmt;

/// A line of text that can be shown: not empty, without control characters, with single spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

/// Why a text cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing that can be seen is left of it.
    Empty,
    /// It has more characters than the limit given here.
    TooLong(usize),
}

impl Text {
    /// The longest name or other line of a product, in characters.
    pub const LONGEST: usize = 200;

    /// Folds white space to single spaces and drops what cannot be seen: control characters, and the marks
    /// that turn the direction of the text after them, with which a name could rewrite the price beside it.
    ///
    /// # Errors
    /// Where nothing is left, or more than [`Text::LONGEST`] characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut line = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            let start = line.len();
            if start > 0 {
                line.push(' ');
            }
            line.extend(word.chars().filter(|&c| !is_unseen(c)));
            if line.len() == start + usize::from(start > 0) {
                line.truncate(start);
            }
        }
        match line.chars().count() {
            0 => Err(TextError::Empty),
            count if count > Self::LONGEST => Err(TextError::TooLong(Self::LONGEST)),
            _ => Ok(Self(line)),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nothing is seen of a character, though it may change how those around it look.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::TooLong(limit) => write!(f, "is longer than {limit} characters"),
        }
    }
}

impl std::error::Error for TextError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_keeps_what_can_be_seen() {
        assert_eq!(Text::parse("  Молоко\t3,2 %\n").map(|text| text.0), Ok("Молоко 3,2 %".into()));
        assert_eq!(Text::parse("a\u{202e}b \u{200b} c").map(|text| text.0), Ok("ab c".into()));
        assert_eq!(Text::parse(" \u{feff}\u{0} "), Err(TextError::Empty));
        assert!(Text::parse(&"я".repeat(200)).is_ok());
        assert_eq!(Text::parse(&"я".repeat(201)), Err(TextError::TooLong(200)));
    }

    proptest! {
        #[test]
        fn a_line_that_was_read_stays_as_it_is(text in ".{0,220}") {
            if let Ok(line) = Text::parse(&text) {
                prop_assert_eq!(Text::parse(line.as_str()), Ok(line.clone()));
            }
        }
    }
}
