//! What is worth money is never taken for a product, and no product for money.

use polka_domain::{BadgeNumber, CardNumber, CouponCode, Gtin};
use polka_scan::{Meaning, ScanSettings, read};
use proptest::prelude::*;

use crate::shared::{chain, gtin_of, today};

/// What a scanner says before a code, of each kind.
const IDENTIFIERS: [&str; 18] = [
    "", "]E0", "]E3", "]E4", "]I0", "]I1", "]C0", "]C1", "]e0", "]d1", "]d2", "]Q1", "]Q3", "]J1", "]A0", "]L0", "]z0",
    "]d4",
];

fn is_product(scan: &str, settings: &ScanSettings) -> bool {
    matches!(read(scan, settings, today(), &|_| true), Ok(Meaning::Product(_)))
}

fn is_own(scan: &str) -> bool {
    matches!(
        read(scan, &ScanSettings::default(), today(), &|_| true),
        Ok(Meaning::MemberCard { .. } | Meaning::Badge(_) | Meaning::Coupon(_))
    )
}

proptest! {
    #[test]
    fn no_card_badge_or_coupon_is_a_product(bytes: [u8; 16], code in "[0-9]{6}", place in 2_usize..16, other in b'0'..=b'9') {
        let card = CardNumber::from_random(bytes).to_string();
        for number in [
            format!("{card}{code}"),
            card,
            BadgeNumber::from_random(bytes).to_string(),
            CouponCode::from_secret(bytes).to_string(),
        ] {
            let mut misread = number.clone();
            misread.replace_range(place..=place, char::from(other).encode_utf8(&mut [0; 4]));
            for identifier in IDENTIFIERS {
                for number in [&number, &misread] {
                    let scan = format!("{identifier}{number}");
                    prop_assert!(!is_product(&scan, &ScanSettings::default()), "{}", scan);
                    prop_assert!(!is_product(&scan, &chain()), "{}", scan);
                }
            }
            prop_assert!(is_own(&number));
        }
    }

    #[test]
    fn a_part_of_one_is_no_product_that_nobody_knows(bytes: [u8; 16], missing in 1_usize..28) {
        for number in [
            CardNumber::from_random(bytes).to_string(),
            BadgeNumber::from_random(bytes).to_string(),
            CouponCode::from_secret(bytes).to_string(),
        ] {
            let part = &number[..number.len().saturating_sub(missing)];
            // By chance it is an EAN-8, or a book's number; a catalogue does not have it.
            let may_be_one = part.len() == 8 || (part.len() == 13 && part.starts_with("97"));
            prop_assert!(may_be_one || gtin_of(part, &|_| false).is_none(), "{}", part);
            prop_assert!(!is_own(part), "{}", part);
        }
    }

    #[test]
    fn no_article_is_a_card_badge_or_coupon(
        body in 1_u64..10_000_000_000_000,
        rest in "(10[A-Z0-9]{1,20}|21[0-9]{1,20}|17261231|9[0-9][0-9]{1,28}){0,3}",
    ) {
        let gtin = Gtin::from_body(body).expect("in range").to_string();
        let short = gtin.trim_start_matches('0');
        for identifier in IDENTIFIERS {
            for code in [&gtin[..], short, &format!("01{gtin}"), &format!("01{gtin}{rest}"), &format!("{rest}\u{1d}01{gtin}")] {
                let scan = format!("{identifier}{code}");
                // Digits that begin as a card does and have its length are one, whatever they were meant as.
                let digits = code.len();
                let has_form = (code.starts_with("96") && matches!(digits, 20 | 26))
                    || (code.starts_with("97") && digits == 16)
                    || (code.starts_with("98") && digits == 28);
                prop_assert!(has_form || !is_own(&scan), "{}", scan);
            }
        }
    }
}
