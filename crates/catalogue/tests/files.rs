//! Whatever the products are, the file gives them back; whatever the bytes are, nothing panics.

use std::collections::BTreeMap;

use polka_catalogue::{Catalogue, CatalogueError, Changes, Edition};
use polka_domain::{
    Allergens, Content, ContentUnit, Currency, Date, DateKind, Gtin, Money, Product, SaleUnit, ShelfAddress, Text,
};
use proptest::prelude::*;
use proptest::{collection, option, sample};

fn edition(version: u64) -> Edition {
    Edition { version, currency: Currency::Rub, time_zone: "Europe/Moscow".into() }
}

fn text() -> impl Strategy<Value = Text> {
    "[ -~а-яё𝕏]{1,40}".prop_filter_map("nothing to see", |line| Text::parse(&line).ok())
}

fn shared_text() -> impl Strategy<Value = Text> {
    sample::select(&["Заречье", "Молоко/Кефир", "2 = 1", "Nordvik"][..])
        .prop_map(|line| Text::parse(line).expect("a line"))
}

fn money() -> impl Strategy<Value = Money> {
    (1..=Money::LARGEST_PRICE_MINOR_UNITS).prop_map(|minor_units| Money { minor_units, currency: Currency::Rub })
}

prop_compose! {
    fn product()(
        // Few numbers, so that two lists meet in some of them.
        body in prop_oneof![1u64..400, 1u64..10_000_000_000_000],
        names in (text(), option::of(text())),
        shared in (option::of(shared_text()), option::of(shared_text()), option::of(shared_text())),
        sale_unit in sample::select(&SaleUnit::ALL[..]),
        content in option::of((1u16.., 1u32.., sample::select(&ContentUnit::ALL[..]))),
        prices in (money(), option::of(money())),
        offer_until in option::of((2020i16..2040, 1i8..13, 1i8..29)),
        address in option::of(("[0-9А-Я]{1,8}", "[0-9]{0,3}", "[0-9]{1,2}")),
        allergens in (0u16..1 << 14, option::of(text())),
        age_limit in option::of(any::<u8>()),
        date_kind in option::of(sample::select(&DateKind::ALL[..])),
    ) -> Product {
        Product {
            gtin: Gtin::from_body(body).expect("in range"),
            name: names.0,
            name_en: names.1,
            brand: shared.0,
            category: shared.1,
            sale_unit,
            content: content.and_then(|(count, amount, unit)| Content::new(count, amount, unit)),
            price: prices.0,
            card_price: prices.1,
            offer: shared.2,
            offer_until: offer_until.and_then(|(year, month, day)| Date::new(year, month, day).ok()),
            shelf_address: address.and_then(|(aisle, bay, shelf)| {
                let shelf = if bay.is_empty() { "" } else { &shelf };
                ShelfAddress::parse(&aisle, &bay, shelf).expect("an address")
            }),
            allergens: Allergens::from_parts(allergens.0, allergens.1),
            age_limit,
            date_kind,
        }
    }
}

type List = BTreeMap<Gtin, Product>;

fn list() -> impl Strategy<Value = List> {
    collection::vec(product(), 0..150)
        .prop_map(|products| products.into_iter().map(|product| (product.gtin, product)).collect())
}

fn build(version: u64, list: &List) -> Catalogue {
    Catalogue::build(edition(version), list.values())
}

/// Reads everything there is to read.
fn read_through(catalogue: &Catalogue, gtin: Gtin) {
    let _ = catalogue.find(gtin);
    assert!(catalogue.products().count() <= catalogue.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_product_is_found_as_it_was_and_no_other(list in list(), absent in 1u64..10_000_000_000_000) {
        let catalogue = Catalogue::open(build(7, &list).as_bytes().to_vec()).expect("a catalogue");
        prop_assert_eq!(catalogue.edition(), &edition(7));
        prop_assert_eq!(catalogue.len(), list.len());
        for (gtin, product) in &list {
            let found = catalogue.find(*gtin);
            prop_assert_eq!(found.as_ref(), Some(product));
        }
        prop_assert!(catalogue.products().eq(list.values().cloned()));
        let absent = Gtin::from_body(absent).expect("in range");
        prop_assert_eq!(catalogue.find(absent), list.get(&absent).cloned());
    }

    #[test]
    fn changes_applied_are_the_new_file(before in list(), after in list(), keep in any::<u64>()) {
        // Some products of the old list stay as they are.
        let kept = before.iter().filter(|(gtin, _)| (gtin.body() ^ keep).count_ones() % 2 == 0);
        let mut after = after;
        after.extend(kept.map(|(gtin, product)| (*gtin, product.clone())));
        let changed: Vec<_> = after.iter().filter(|(gtin, it)| before.get(gtin) != Some(it)).map(|(_, it)| it).collect();
        let removed: Vec<_> = before.keys().filter(|gtin| !after.contains_key(gtin)).copied().collect();

        let (old, new) = (build(1, &before), build(2, &after));
        let changes = Changes::build(1, &new, changed.iter().copied(), removed.into_iter());
        let changes = Changes::open(changes.as_bytes().to_vec()).expect("changes");
        let applied = old.apply(&changes).expect("they belong together");
        prop_assert_eq!(applied.as_bytes(), new.as_bytes());
        prop_assert_eq!(applied.apply(&changes).err(), Some(CatalogueError::WrongBase));
    }

    #[test]
    fn changes_of_another_list_are_refused(ours in list(), theirs in list(), after in list()) {
        let gone: Vec<_> = theirs.keys().filter(|gtin| !after.contains_key(gtin)).copied().collect();
        let target = build(2, &after);
        let changes = Changes::build(1, &target, after.values(), gone.into_iter());
        if let Ok(applied) = build(1, &ours).apply(&changes) {
            prop_assert_eq!(applied.as_bytes(), target.as_bytes());
        }
    }

    #[test]
    fn a_file_cut_short_or_altered_is_an_error(list in list(), at in any::<sample::Index>(), by in 1u8..) {
        let bytes = build(1, &list).as_bytes().to_vec();
        let at = at.index(bytes.len());
        prop_assert!(Catalogue::open(bytes[..at].to_vec()).is_err());
        let mut altered = bytes.clone();
        altered[at] ^= by;
        prop_assert!(Catalogue::open(altered).is_err());

        let changes = Changes::build(1, &build(2, &list), list.values(), std::iter::empty()).as_bytes().to_vec();
        let at = at.min(changes.len() - 1);
        prop_assert!(Changes::open(changes[..at].to_vec()).is_err());
    }

    /// Somebody who knows the format can make the checksum right again.
    #[test]
    fn an_altered_file_with_a_right_checksum_never_panics(
        list in list(), places in collection::vec((any::<sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = build(1, &list).as_bytes().to_vec();
        for (at, value) in places {
            let at = 16 + at.index(bytes.len() - 16);
            bytes[at] = value;
        }
        let checksum = xxhash_rust::xxh3::xxh3_64(&bytes[16..]);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(catalogue) = Catalogue::open(bytes) {
            for gtin in list.keys() {
                read_through(&catalogue, *gtin);
            }
        }
    }

    #[test]
    fn any_bytes_behind_a_right_checksum_never_panic(body: Vec<u8>) {
        let file = |magic: &[u8; 8]| [&magic[..], &xxhash_rust::xxh3::xxh3_64(&body).to_le_bytes(), &body].concat();
        prop_assert!(Catalogue::open(body.clone()).is_err());
        if let Ok(catalogue) = Catalogue::open(file(b"POLKACT1")) {
            read_through(&catalogue, Gtin::from_body(1).expect("in range"));
        }
        let _ = Changes::open(file(b"POLKACG1"));
    }
}

#[test]
fn a_store_without_products_has_a_file_too() {
    let empty = build(1, &List::new());
    assert!(empty.is_empty());
    assert_eq!(empty.find("9520000000004".parse().expect("a GTIN")), None);
}
