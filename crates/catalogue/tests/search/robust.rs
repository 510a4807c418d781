//! Whatever the bytes are, they are an index or an error; whatever changes, the index follows; whatever is typed,
//! there is an answer.

use std::collections::BTreeMap;

use polka_catalogue::search::{IndexError, Query, SearchIndex, Synonyms};
use polka_catalogue::{Catalogue, Changes};
use polka_domain::{ContentUnit, Gtin, Product, Text};
use proptest::prelude::*;
use proptest::{collection, option, sample};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Store, TODAY, edition, product};

const WORDS: [&str; 14] = [
    "молоко",
    "Молоко,",
    "молочный",
    "сыр",
    "сыры",
    "milk",
    "Coca-Cola",
    "0,5л",
    "930 мл",
    "3.2%",
    "ж/бан",
    "шок.",
    "ё",
    "№5",
];
const CATEGORIES: [&str; 4] = ["Молочные продукты/Молоко", "Молочные продукты/Сыр", "Напитки", "Молоко"];

prop_compose! {
    fn any_product()(
        body in 1u64..60,
        words in collection::vec(sample::select(&WORDS[..]), 1..6),
        odd in option::of("[ -~а-яё𝕏]{1,10}"),
        category in option::of(sample::select(&CATEGORIES[..])),
        brand in option::of(sample::select(&WORDS[..])),
        content in option::of(1u32..5),
        offer in option::of(option::of(1i8..28)),
        price in 1i64..3,
    ) -> Product {
        let name = [&words.join(" "), odd.as_deref().unwrap_or_default()].join(" ");
        let mut product = product(body, &name, category.unwrap_or(""));
        product.brand = brand.and_then(|brand| Text::parse(brand).ok());
        product.content = content.and_then(|it| polka_domain::Content::new(1, it * 500_000, ContentUnit::Millilitre));
        product.offer = offer.and_then(|_| Text::parse("2 = 1").ok());
        product.offer_until = offer.flatten().and_then(|day| polka_domain::Date::new(2026, 12, day).ok());
        product.price.minor_units = price;
        product
    }
}

type List = BTreeMap<Gtin, Product>;

fn list() -> impl Strategy<Value = List> {
    collection::vec(any_product(), 0..40)
        .prop_map(|products| products.into_iter().map(|product| (product.gtin, product)).collect())
}

fn index(catalogue: &Catalogue) -> SearchIndex {
    SearchIndex::build(catalogue, &Synonyms::built_in())
}

/// Asks for whatever there may be.
fn ask(index: &SearchIndex, catalogue: &Catalogue) {
    for text in ["м", "молоко сыр", "мплоко", "ghbdtn", "moloko", "milk", "0,5 л", "коka", "сырамиии"]
    {
        for department in [None, Some("Молочные продукты"), Some("")] {
            let found = index.search(catalogue, &Query { text, department, today: TODAY, limit: 5 });
            assert!(found.hits.len() <= 5);
        }
    }
    let _ = index.departments();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn changes_applied_are_the_new_index(before in list(), after in list(), keep in any::<u64>()) {
        // Some products of the old list stay as they are.
        let mut after = after;
        after.extend(before.iter().filter(|(gtin, _)| keep >> (gtin.body() % 64) & 1 == 0).map(|(gtin, it)| (*gtin, it.clone())));
        let changed: Vec<_> = after.iter().filter(|(gtin, it)| before.get(gtin) != Some(it)).map(|(_, it)| it).collect();
        let removed: Vec<_> = before.keys().filter(|gtin| !after.contains_key(gtin)).copied().collect();
        let (old, new) = (Catalogue::build(edition(1), before.values()), Catalogue::build(edition(2), after.values()));
        let changes = Changes::build(1, &new, changed.iter().copied(), removed.into_iter());

        let applied = index(&old).apply(&old, &changes).expect("they belong together");
        prop_assert_eq!(applied.catalogue_checksum(), new.checksum());
        prop_assert!(applied.as_bytes() == index(&new).as_bytes());
        prop_assert_eq!(applied.apply(&old, &changes).err(), Some(IndexError::WrongBase));
    }

    #[test]
    fn an_index_cut_short_or_altered_is_an_error(list in list(), at in any::<sample::Index>(), by in 1u8..) {
        let bytes = index(&Catalogue::build(edition(1), list.values())).as_bytes().to_vec();
        let at = at.index(bytes.len());
        prop_assert!(SearchIndex::open(bytes[..at].to_vec()).is_err());
        let mut altered = bytes;
        altered[at] ^= by;
        prop_assert!(SearchIndex::open(altered).is_err());
    }

    /// Somebody who knows the format can make the checksum right again.
    #[test]
    fn an_altered_index_with_a_right_checksum_never_panics(
        list in list(), after in list(), places in collection::vec((any::<sample::Index>(), any::<u8>()), 1..8),
    ) {
        let catalogue = Catalogue::build(edition(1), list.values());
        let mut bytes = index(&catalogue).as_bytes().to_vec();
        // The table of synonyms is most of a small index, so half of the places are behind it.
        let table = u32::from_le_bytes(bytes[32..36].try_into().expect("four bytes")) as usize;
        for (number, (at, value)) in places.into_iter().enumerate() {
            let from = if number % 2 == 0 { 24 } else { 56 + table };
            let at = from + at.index(bytes.len() - from);
            bytes[at] = value;
        }
        let checksum = xxh3_64(&bytes[16..]);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(index) = SearchIndex::open(bytes) {
            ask(&index, &catalogue);
            let target = Catalogue::build(edition(2), after.values());
            let changes = Changes::build(1, &target, after.values(), std::iter::empty());
            let _ = index.apply(&catalogue, &changes);
        }
    }

    #[test]
    fn any_bytes_behind_a_right_checksum_never_panic(body: Vec<u8>) {
        prop_assert!(SearchIndex::open(body.clone()).is_err());
        let bytes = [&b"POLKASI1"[..], &xxh3_64(&body).to_le_bytes(), &body].concat();
        if let Ok(index) = SearchIndex::open(bytes) {
            ask(&index, &Catalogue::build(edition(1), std::iter::empty()));
        }
    }

    #[test]
    fn any_query_has_an_answer(list in list(), text in ".{0,60}", department in option::of(".{0,10}")) {
        let catalogue = Catalogue::build(edition(1), list.values());
        let query = Query { text: &text, department: department.as_deref(), today: TODAY, limit: 10 };
        let found = index(&catalogue).search(&catalogue, &query);
        prop_assert!(found.hits.len() <= 10);
        prop_assert!(found.total <= catalogue.len());
    }

    #[test]
    fn each_product_is_found_by_its_whole_name(list in list()) {
        let catalogue = Catalogue::build(edition(1), list.values());
        let index = index(&catalogue);
        for product in list.values() {
            let query = Query { text: product.name.as_str(), department: None, today: TODAY, limit: list.len() };
            let found = index.search(&catalogue, &query);
            prop_assert!(found.words.is_empty() || found.hits.iter().any(|hit| hit.product == *product));
        }
    }
}

#[test]
fn a_store_without_products_has_an_index_too() {
    let store = Store::of(&[]);
    assert!(store.index.is_empty());
    assert_eq!(store.search("молоко").total, 0);
    assert_eq!(store.index.departments(), []);
}

#[test]
fn a_very_long_query_is_answered_by_its_beginning() {
    let store = Store::named(&[("Молоко", "Молоко"), ("Кефир", "Молоко")]);
    assert_eq!(store.first(&format!("молоко {}", "щ".repeat(10_000))), "Молоко");
    assert!(store.search(&"молоко ".repeat(2_000)).words.len() <= 10);
}
