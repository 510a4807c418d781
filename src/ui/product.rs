//! What a product is called on a screen.

use polka_domain::{Product, Text};

use crate::i18n::Locale;

/// Its name in a language, and the name's own language where it is another: that is the voice to read it with.
pub(crate) fn name_of(product: &Product, locale: Locale) -> (&Text, Option<&'static str>) {
    match (&product.name_en, locale) {
        (Some(name), Locale::English) => (name, None),
        _ => (&product.name, (locale != Locale::Russian).then_some(Locale::Russian.code())),
    }
}
