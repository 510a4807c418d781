//! Named states of the screen, for tests and pictures.

#[cfg(feature = "gallery")]
pub(crate) use shown::examples;

use polka_domain::{Allergens, Product, ShelfAddress, Text};

use crate::ui::examples;

fn text(text: &str) -> Option<Text> {
    Text::parse(text).ok()
}

/// A product that has everything: card price, content, offer, shelf, allergens.
pub(crate) fn milk() -> Product {
    Product {
        brand: text("Заречье"),
        category: text("Молочные продукты/Молоко"),
        content: "930 ml".parse().ok(),
        offer: text("2 по цене 1"),
        offer_until: "2027-12-31".parse().ok(),
        shelf_address: ShelfAddress::parse("4", "2", "3").ok().flatten(),
        allergens: Allergens::parse("milk").unwrap_or_default(),
        ..examples::milk()
    }
}

#[cfg(feature = "gallery")]
mod shown {
    use leptos::prelude::*;
    use polka_domain::{Currency, Date, Money, SaleUnit};

    use super::*;
    use crate::features::price_check::state::State;
    use crate::features::price_check::view::PriceCheckView;
    use crate::gallery::Example;
    use crate::i18n::Locale;

    pub(crate) fn examples() -> [Example; 8] {
        [
            ("found", |locale| show(found(milk()), locale)),
            ("plain", |locale| show(found(bread()), locale)),
            ("longest", |locale| show(found(longest()), locale)),
            ("waiting", |locale| show(State::Waiting { gtin: milk().gtin }, locale)),
            ("no-prices", |locale| show_with(State::Waiting { gtin: milk().gtin }, true, locale)),
            ("not-found", |locale| show(State::NotFound { gtin: milk().gtin }, locale)),
            ("misread", |locale| show(State::Misread, locale)),
            ("not-a-product", |locale| show(State::NotAProduct, locale)),
        ]
    }

    /// A product with nothing but a name and a price.
    fn bread() -> Product {
        Product {
            gtin: "9520000000011".parse().expect("a GTIN"),
            name: text("Хлеб").expect("a name"),
            name_en: None,
            brand: None,
            category: None,
            content: None,
            card_price: None,
            offer: None,
            offer_until: None,
            shelf_address: None,
            allergens: Allergens::default(),
            ..milk()
        }
    }

    /// Long words, a price of many digits, all that may be said of a product.
    fn longest() -> Product {
        let rub = |minor_units| Money { minor_units, currency: Currency::Rub };
        Product {
            name: text("Высококачественное сельскохозяйственное пастеризованное молоко").expect("a name"),
            brand: text("Достопримечательность"),
            sale_unit: SaleUnit::Kilogram,
            price: rub(12_999_900),
            card_price: Some(rub(11_999_900)),
            offer: text("Скидка для первооткрывателей"),
            allergens: Allergens::parse("gluten;crustaceans;milk;sulphites;molluscs").unwrap_or_default(),
            age_limit: Some(18),
            ..milk()
        }
    }

    fn found(product: Product) -> State {
        State::Found { product: Box::new(product) }
    }

    fn show(state: State, locale: Locale) -> AnyView {
        show_with(state, false, locale)
    }

    fn show_with(state: State, is_missing: bool, locale: Locale) -> AnyView {
        let today: Date = "2026-11-22".parse().expect("a day");
        let as_of = matches!(&state, State::Found { product } if product.age_limit.is_some())
            .then(|| in_words(locale).to_owned());
        let code = milk().gtin.to_string();
        view! { <PriceCheckView state code is_missing locale today as_of/> }.into_any()
    }

    fn in_words(locale: Locale) -> &'static str {
        match locale {
            Locale::Russian => "20 ноября, 14:05",
            Locale::English => "20 November, 14:05",
        }
    }
}
