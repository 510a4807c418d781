//! What holds of every scan, whatever it is. The fuzz target has this file too.

use std::sync::LazyLock;

use polka_domain::{Date, Gtin};
use polka_scan::{Meaning, ScanSettings, read, text_of};

static CHAIN: LazyLock<ScanSettings> = LazyLock::new(|| {
    let rules = ["22 iiiii wwwww c", "23 iiiii ppppp c = 460123 iiiii 0 c", "24 iiii v ppppp c"];
    ScanSettings {
        separator: Some('|'),
        restricted: rules.iter().map(|rule| rule.parse().expect("a rule")).collect(),
        own_origins: vec!["https://polka.example".to_owned()],
        ..ScanSettings::default()
    }
});

/// Reads bytes in four ways: with a table and without, with a catalogue of everything and of nothing.
///
/// # Panics
/// Where something does not hold.
pub fn hold(bytes: &[u8]) {
    let scan = text_of(bytes);
    let plain = ScanSettings::default();
    product_with(&scan, &CHAIN, true);
    product_with(&scan, &CHAIN, false);
    let known = product_with(&scan, &plain, true);
    let unknown = product_with(&scan, &plain, false);
    // Eight digits may be a UPC-E, whose long form the scan does not hold; a web address may write digits as %30.
    let digits = scan.bytes().filter(u8::is_ascii_digit).count();
    if digits == 8 || digits == 9 || scan.contains('%') {
        return;
    }
    if let Some(gtin) = known {
        let number = gtin.to_string();
        assert!(scan.contains(number.trim_start_matches('0')), "{scan:?} does not hold {gtin}");
    }
    if let (Some(known), Some(unknown)) = (known, unknown) {
        assert_eq!(known, unknown, "{scan:?} depends on the catalogue");
    }
}

fn product_with(scan: &str, settings: &ScanSettings, is_known: bool) -> Option<Gtin> {
    let today = Date::new(2026, 11, 15).expect("a day");
    match read(scan, settings, today, &|_| is_known) {
        Ok(Meaning::Product(product)) => Some(product.gtin),
        Ok(Meaning::MemberCard { number, .. }) => {
            assert!(scan.contains(&number.to_string()), "{scan:?}");
            None
        }
        Ok(Meaning::Badge(number)) => {
            assert!(scan.contains(&number.to_string()), "{scan:?}");
            None
        }
        Ok(Meaning::Coupon(code)) => {
            assert!(scan.contains(code.as_str()), "{scan:?}");
            None
        }
        Ok(Meaning::Enrolment(_) | Meaning::OwnLink(_)) => None,
        Err(refusal) => {
            assert!(refusal.seen.chars().count() <= 41 && !refusal.seen.contains(char::is_control), "{refusal:?}");
            None
        }
    }
}
