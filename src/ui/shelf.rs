//! Where a product stands, in words.

use polka_domain::ShelfAddress;

use crate::i18n::Locale;
use crate::words::shelf as words;

/// «Ряд 12, секция 3, полка 2».
pub(crate) fn shelf_in_words(address: &ShelfAddress, locale: Locale) -> String {
    let aisle = words::aisle(locale, address.aisle());
    let bay = address.bay().map(|bay| words::bay(locale, bay));
    let shelf = address.shelf().map(|shelf| words::shelf(locale, shelf));
    sentence([Some(aisle), bay, shelf].into_iter().flatten())
}

/// A list as it begins a line.
pub(crate) fn sentence(parts: impl Iterator<Item = String>) -> String {
    let text = parts.collect::<Vec<_>>().join(", ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
