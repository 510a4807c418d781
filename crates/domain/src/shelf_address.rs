//! Where a product stands.

use std::fmt;

/// A place in the store: an aisle, and perhaps a bay in it and a shelf of that bay, as they are labelled there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShelfAddress {
    aisle: String,
    bay: Option<String>,
    shelf: Option<String>,
}

/// Why labels are no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShelfAddressError {
    /// A label is no short run of letters and digits.
    BadLabel,
    /// A bay is named but no aisle, or a shelf but no bay.
    Gap,
}

/// A label is read aloud and fits on a sign.
const LONGEST_LABEL: usize = 8;

impl ShelfAddress {
    /// Reads the three labels of a feed; an empty one is absent. `None` where all are.
    ///
    /// # Errors
    /// Where a label is not 1 to 8 letters, digits and hyphens, or a larger part is missing.
    pub fn parse(aisle: &str, bay: &str, shelf: &str) -> Result<Option<Self>, ShelfAddressError> {
        let label = |text: &str| {
            let text = text.trim();
            let is_label =
                text.chars().count() <= LONGEST_LABEL && text.chars().all(|c| c.is_alphanumeric() || c == '-');
            match text {
                "" => Ok(None),
                _ if is_label => Ok(Some(text.to_owned())),
                _ => Err(ShelfAddressError::BadLabel),
            }
        };
        match (label(aisle)?, label(bay)?, label(shelf)?) {
            (None, None, None) => Ok(None),
            (None, ..) | (_, None, Some(_)) => Err(ShelfAddressError::Gap),
            (Some(aisle), bay, shelf) => Ok(Some(Self { aisle, bay, shelf })),
        }
    }

    /// The aisle's label, `12`.
    #[must_use]
    pub fn aisle(&self) -> &str {
        &self.aisle
    }

    /// The label of the bay (the upright section of a gondola) in the aisle.
    #[must_use]
    pub fn bay(&self) -> Option<&str> {
        self.bay.as_deref()
    }

    /// The label of the shelf in the bay.
    #[must_use]
    pub fn shelf(&self) -> Option<&str> {
        self.shelf.as_deref()
    }
}

impl fmt::Display for ShelfAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadLabel => "has a label that is not 1 to 8 letters, digits or hyphens",
            Self::Gap => "names a bay without its aisle, or a shelf without its bay",
        })
    }
}

impl std::error::Error for ShelfAddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_gap() {
        let parse = ShelfAddress::parse;
        assert_eq!(parse("", " ", ""), Ok(None));
        let full = parse("12", "3", "А-1").expect("an address").expect("not empty");
        assert_eq!((full.aisle(), full.bay(), full.shelf()), ("12", Some("3"), Some("А-1")));
        assert!(parse("7", "", "").expect("an aisle alone").is_some());
        assert_eq!(parse("", "3", ""), Err(ShelfAddressError::Gap));
        assert_eq!(parse("7", "", "2"), Err(ShelfAddressError::Gap));
        assert_eq!(parse("at the door", "", ""), Err(ShelfAddressError::BadLabel));
        assert_eq!(parse("123456789", "", ""), Err(ShelfAddressError::BadLabel));
    }
}
