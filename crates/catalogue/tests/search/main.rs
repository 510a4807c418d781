//! The search as a person meets it: one rule a test, on small lists made by hand; then whatever bytes and queries
//! there are, and the real products.

mod queries;
mod real_data;
mod robust;
mod rules;

use polka_catalogue::search::{Found, Query, SearchIndex, Synonyms};
use polka_catalogue::{Catalogue, Edition};
use polka_domain::{Allergens, Currency, Date, Gtin, Money, Product, SaleUnit, Text};

const TODAY: Date = Date::constant(2026, 11, 24);

fn edition(version: u64) -> Edition {
    Edition { version, currency: Currency::Rub, time_zone: "Europe/Moscow".into() }
}

fn product(body: u64, name: &str, category: &str) -> Product {
    Product {
        gtin: Gtin::from_body(body).expect("in range"),
        name: Text::parse(name).expect("a name"),
        name_en: None,
        brand: None,
        category: Text::parse(category).ok(),
        sale_unit: SaleUnit::Piece,
        content: None,
        price: Money { minor_units: 8990, currency: Currency::Rub },
        card_price: None,
        offer: None,
        offer_until: None,
        shelf_address: None,
        allergens: Allergens::default(),
        age_limit: None,
        date_kind: None,
    }
}

/// A store with an index.
struct Store {
    catalogue: Catalogue,
    index: SearchIndex,
}

impl Store {
    fn of(products: &[Product]) -> Self {
        let catalogue = Catalogue::build(edition(1), products.iter());
        let index = SearchIndex::build(&catalogue, &Synonyms::built_in());
        let index = SearchIndex::open(index.as_bytes().to_vec()).expect("an index");
        Self { catalogue, index }
    }

    /// A store whose products have these names and categories, with GTINs that rise.
    fn named(names: &[(&str, &str)]) -> Self {
        let products: Vec<Product> =
            names.iter().zip(1..).map(|((name, category), body)| product(body, name, category)).collect();
        Self::of(&products)
    }

    fn search(&self, text: &str) -> Found {
        self.index.search(&self.catalogue, &Query { text, department: None, today: TODAY, limit: 10 })
    }

    /// The names that are found, best first, those that hold all words.
    fn found(&self, text: &str) -> Vec<String> {
        let found = self.search(text);
        found.hits.iter().take(found.total).map(|hit| hit.product.name.to_string()).collect()
    }

    fn first(&self, text: &str) -> String {
        self.found(text).into_iter().next().unwrap_or_default()
    }
}
