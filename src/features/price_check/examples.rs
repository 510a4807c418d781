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
    use polka_domain::{Currency, Gtin, Money, SaleUnit};
    use polka_scan::{RestrictedRule, ScanSettings, read};

    use super::*;
    use crate::features::price_check::reading::Part;
    use crate::features::price_check::state::{Effect, Event, State};
    use crate::features::price_check::view::{Around, show};
    use crate::gallery::Example;
    use crate::i18n::Locale;

    pub(crate) fn examples() -> [Example; 12] {
        [
            ("found", |locale| draw(found(milk()), locale)),
            ("plain", |locale| draw(found(bread()), locale)),
            ("longest", |locale| draw(found(longest()), locale)),
            ("waiting", |locale| draw(State::Waiting, locale)),
            ("no-prices", |locale| draw_with(State::Waiting, true, locale)),
            ("not-found", |locale| draw(State::NotFound { gtin: milk().gtin }, locale)),
            ("weighed", |locale| draw(scanned("2200001004504"), locale)),
            ("date-past", |locale| draw(scanned(&with_date("15261120")), locale)),
            ("misread", |locale| draw(scanned("4006381333932"), locale)),
            ("not-a-product", |locale| draw(scanned("https://example.com"), locale)),
            ("separators", |locale| draw(scanned(DROPPED), locale)),
            ("card", |locale| draw(scanned("96000000000000000005"), locale)),
        ]
    }

    /// A code whose serial is too long for what it is, since the separator behind it is gone.
    const DROPPED: &str = "010460043993125621JgXJ5.T112000101000000093dGVz91";

    fn with_date(elements: &str) -> String {
        format!("01{}{elements}", milk().gtin)
    }

    /// What a shopper sees who scans this.
    fn scanned(code: &str) -> State {
        let cheese = Product {
            gtin: "2200001000001".parse().expect("a GTIN"),
            name: text("Сыр Российский").expect("a name"),
            name_en: text("Rossiysky cheese"),
            sale_unit: SaleUnit::Kilogram,
            content: None,
            offer: None,
            ..milk()
        };
        let products = [milk(), cheese];
        let find = |gtin: Gtin| products.iter().find(|it| it.gtin == gtin).cloned();
        let known = |gtin| find(gtin).is_some();
        State::settled(
            code,
            |_| true,
            |effect| {
                Some(match effect {
                    Effect::LookUp(gtin, _) => find(*gtin).map_or(Event::NotFound, |it| Event::Found(Box::new(it))),
                    Effect::Read => Event::Read(read(code, &settings(), today(), &known)),
                })
            },
        )
    }

    fn settings() -> ScanSettings {
        let rule = |rule: &str| rule.parse::<RestrictedRule>().expect("a rule");
        ScanSettings { restricted: vec![rule("22 iiiii wwwww c")], ..ScanSettings::default() }
    }

    fn today() -> polka_domain::Date {
        "2026-11-22".parse().expect("a day")
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
        State::Found { product: Box::new(product), scanned: None }
    }

    fn draw(state: State, locale: Locale) -> AnyView {
        draw_with(state, false, locale)
    }

    fn draw_with(state: State, is_missing: bool, locale: Locale) -> AnyView {
        let as_of = matches!(&state, State::Found { product, .. } if product.age_limit.is_some())
            .then(|| in_words(locale).to_owned());
        let warned = as_of.is_some().then(|| polka_domain::Date::constant(2026, 11, 20));
        let around = Around { locale, today: today(), as_of, is_missing, warned };
        show(&state, around, Some(Part::new(settings())))
    }

    fn in_words(locale: Locale) -> &'static str {
        match locale {
            Locale::Russian => "20 ноября, 14:05",
            Locale::English => "20 November, 14:05",
        }
    }
}
