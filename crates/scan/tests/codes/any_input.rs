//! Whatever comes: a value or a refusal, and never another product than the one that was scanned.

use polka_domain::Gtin;
use polka_scan::{LONGEST_SCAN, Meaning, Reason, ScanSettings, read};
use proptest::prelude::*;

use crate::invariants;
use crate::shared::{gtin_of, real_data, table, today};

/// Seeded numbers that are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

#[test]
fn a_hundred_thousand_random_strings_are_nothing_or_what_they_hold() {
    let mut numbers = Numbers(26);
    let (rows, _) = table();
    for round in 0..100_000 {
        let mut bytes: Vec<u8> = match round % 4 {
            0 => (0..numbers.below(64)).map(|_| numbers.below(256) as u8).collect(),
            1 => (0..numbers.below(40)).map(|_| b"0123456789\x1d]Cd2"[numbers.below(15)]).collect(),
            // A code of the table with some of its bytes changed, or missing.
            _ => rows[numbers.below(rows.len())].scan.clone().into_bytes(),
        };
        if round % 4 > 1 && bytes.len() <= LONGEST_SCAN {
            for _ in 0..=numbers.below(3) {
                let place = numbers.below(bytes.len() + 1);
                match numbers.below(3) {
                    0 => bytes.insert(place, numbers.below(256) as u8),
                    1 if place < bytes.len() => drop(bytes.remove(place)),
                    _ => bytes.truncate(place),
                }
            }
        }
        invariants::hold(&bytes);
    }
}

#[test]
fn every_part_of_every_code_of_the_table_holds() {
    let (rows, _) = table();
    for row in rows.iter().filter(|row| row.scan.len() <= LONGEST_SCAN) {
        for end in 0..=row.scan.len() {
            invariants::hold(&row.scan.as_bytes()[..end]);
        }
    }
}

#[test]
fn the_naughty_strings_are_nothing_and_change_no_product() {
    let Some(path) = real_data("naughty_strings.json") else { return };
    let text = std::fs::read_to_string(path).expect("the strings");
    let strings: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    let gtin: Gtin = "04600439931256".parse().expect("a GTIN");
    for string in &strings {
        invariants::hold(string.as_bytes());
        assert!(read(string, &ScanSettings::default(), today(), &|_| true).is_err(), "{string:?}");
        for scan in [
            format!("01{gtin}21{string}"),
            format!("01{gtin}\u{1d}{string}"),
            format!("https://id.gs1.org/01/{gtin}/10/{string}"),
            format!("{string}01{gtin}"),
        ] {
            invariants::hold(scan.as_bytes());
            let read = gtin_of(&scan, &|_| true);
            assert!(read.is_none_or(|read| read == gtin), "{scan:?}");
        }
    }
}

#[test]
fn a_scan_of_more_than_512_characters_is_refused_unread() {
    let reason = |scan: &str| read(scan, &ScanSettings::default(), today(), &|_| true).expect_err("refused").reason;
    for c in ["7", "я", "\u{1d}", "{GS}", "10"] {
        assert_eq!(reason(&c.repeat(513)), Reason::TooLong, "{c:?}");
        assert_ne!(reason(&"x".repeat(512)), Reason::TooLong);
    }
    // The largest number of ways to count.
    assert_eq!(reason(&"10".repeat(256)), Reason::NotAProduct(polka_scan::Kind::Number));
    assert_eq!(reason(&format!("]C1{}", "10".repeat(254))), Reason::SeparatorsLost);
}

/// An element behind the GTIN, or before it.
fn element() -> impl Strategy<Value = String> {
    prop_oneof![
        "10[A-Za-z0-9]{1,20}",
        "21[0-9]{6,20}",
        "93[A-Za-z0-9+/]{4}",
        "91[A-Z0-9]{4}",
        "92[A-Za-z0-9+/]{43}=",
        "30[0-9]{1,8}",
        "422643",
        "240[0-9]{1,30}",
        Just("17261231".to_owned()),
        Just("3103001250".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_message_that_lost_separators_and_its_end_is_the_same_product_or_none(
        body in 1_u64..10_000_000_000_000,
        before in prop::collection::vec(element(), 0..2),
        behind in prop::collection::vec(element(), 0..5),
        lost in prop::collection::vec(any::<bool>(), 8),
        missing in 0_usize..40,
        identifier in prop_oneof![Just(""), Just("]C1"), Just("]d2"), Just("]d1")],
    ) {
        let gtin = Gtin::from_body(body).expect("in range");
        let own = format!("01{gtin}");
        let all = before.iter().chain([&own]).chain(&behind);
        let mut scan = identifier.to_owned();
        for (element, is_lost) in all.zip(&lost) {
            scan.push_str(element);
            if !is_lost {
                scan.push('\u{1d}');
            }
        }
        scan.truncate(scan.len().saturating_sub(missing));
        let read = gtin_of(&scan, &|_| false);
        // Eight, twelve to fourteen digits may be left that are a number by chance; no catalogue has it.
        let rest = scan.trim_start_matches("]d1");
        let is_number = rest.len() <= 14 && rest.bytes().all(|byte| byte.is_ascii_digit());
        prop_assert!(is_number || read.is_none_or(|read| read == gtin), "{:?} is {:?}", scan, read);
    }

    #[test]
    fn any_text_is_a_meaning_or_a_refusal(scan: String) {
        invariants::hold(scan.as_bytes());
    }

    #[test]
    fn any_bytes_are_a_meaning_or_a_refusal(bytes: Vec<u8>) {
        invariants::hold(&bytes);
    }

    #[test]
    fn a_scan_is_refused_or_read_the_same_with_what_the_scanner_types_behind_it(scan in "[ -~]{0,40}") {
        let of = |scan: &str| read(scan, &ScanSettings::default(), today(), &|_| true);
        let typed = format!("{scan}\r\n");
        prop_assert_eq!(of(&scan), of(&typed));
        if let Ok(Meaning::Product(product)) = of(&scan) {
            prop_assert!(product.lot.is_none_or(|lot| scan.contains(&lot)));
        }
    }
}
