//! Named states of the screen, for tests and pictures.

use polka_domain::{Allergens, Currency, Money, Product, SaleUnit, Text};

/// A product with a price for everybody and one for members.
pub(crate) fn milk() -> Product {
    let rub = |minor_units| Money { minor_units, currency: Currency::Rub };
    Product {
        gtin: "9520000000004".parse().expect("a GTIN"),
        name: Text::parse("Молоко пастеризованное 3,2 %").expect("a name"),
        name_en: Text::parse("Pasteurised milk 3.2 %").ok(),
        brand: None,
        category: None,
        sale_unit: SaleUnit::Piece,
        content: None,
        price: rub(9490),
        card_price: Some(rub(7990)),
        offer: None,
        offer_until: None,
        shelf_address: None,
        allergens: Allergens::default(),
        age_limit: None,
        date_kind: None,
    }
}

#[cfg(feature = "gallery")]
pub(crate) use shown::examples;

#[cfg(feature = "gallery")]
mod shown {
    use leptos::prelude::*;

    use super::milk;
    use crate::features::label_report::state::State;
    use crate::features::label_report::view::{About, show};
    use crate::gallery::Example;
    use crate::i18n::Locale;
    use crate::offline::Fate;

    /// One of each kind; the others differ in their words alone.
    pub(crate) fn examples() -> [Example; 5] {
        [
            ("nothing-typed", |locale| example(State::START, locale)),
            ("typed", |locale| example(State::Typing { minor_units: 12_990 }, locale)),
            ("card-price", |locale| example(State::CardPrice, locale)),
            ("saved", |locale| example(State::Said(Fate::Kept), locale)),
            ("full", |locale| example_with(State::START, About { can_keep: false, ..about(locale) })),
        ]
    }

    fn about(locale: Locale) -> About {
        About { product: Some(milk()), can_keep: true, locale }
    }

    fn example(state: State, locale: Locale) -> AnyView {
        example_with(state, about(locale))
    }

    fn example_with(state: State, about: About) -> AnyView {
        let state = RwSignal::new(state);
        let type_digit = move |digit| state.update(|state| *state = state.with_digit(digit));
        show(state.into(), Signal::stored(about), type_digit, move |step| {
            state.set(step(state.get_untracked(), &milk()).0)
        })
    }
}
