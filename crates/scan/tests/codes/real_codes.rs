//! The real list of products: its 60,000 codes in every form, cut off at every place, misread at every digit.

use std::collections::HashSet;

use polka_domain::Gtin;
use polka_scan::{Meaning, ScanSettings, read};

use crate::shared::{chain, gtin_of, real_data, today};

/// The codes as the shops recorded them, those of them that are numbers.
fn codes() -> Option<Vec<(String, Gtin)>> {
    let mut list = csv::Reader::from_path(real_data("products.csv")?).expect("the list");
    let codes = list.records().map(|row| row.expect("a row")[0].to_owned());
    Some(codes.filter_map(|code| code.parse().ok().map(|gtin| (code, gtin))).collect())
}

/// The forms in which a code may be scanned.
fn forms(code: &str, gtin: Gtin) -> Vec<String> {
    let mut forms = vec![
        code.to_owned(),
        format!("]C101{gtin}"),
        format!("]d201{gtin}21abc123\u{1d}93XyZ1"),
        format!("01{gtin}"),
        format!("01{gtin}17261231310300125010L1"),
        format!("]Q1https://id.gs1.org/01/{gtin}"),
        format!("https://example.com/some/01/{gtin}/10/L1?17=261231"),
    ];
    forms.push(match code.len() {
        8 => format!("]E4{code}"),
        _ => format!("]E0{code:0>13}"),
    });
    forms
}

#[test]
fn every_real_code_is_its_product_in_every_form() {
    let Some(codes) = codes() else { return };
    let known: HashSet<Gtin> = codes.iter().map(|(_, gtin)| *gtin).collect();
    assert!(codes.len() > 59_000, "{} codes", codes.len());
    for (code, gtin) in &codes {
        for form in forms(code, *gtin) {
            assert_eq!(gtin_of(&form, &|gtin| known.contains(&gtin)), Some(*gtin), "{form}");
        }
    }
}

#[test]
fn a_table_changes_what_its_prefixes_name_and_nothing_else() {
    let Some(codes) = codes() else { return };
    let known: HashSet<Gtin> = codes.iter().map(|(_, gtin)| *gtin).collect();
    let mut of_table = 0;
    for (code, gtin) in &codes {
        let is_named = ["022", "023", "024", "025", "002"].iter().any(|prefix| gtin.to_string().starts_with(prefix));
        let product = match read(code, &chain(), today(), &|gtin| known.contains(&gtin)) {
            Ok(Meaning::Product(product)) => Some(product.gtin),
            _ => None,
        };
        of_table += usize::from(is_named);
        assert!(is_named || product == Some(*gtin), "{code}");
    }
    assert!(of_table > 0);
}

#[test]
fn a_code_that_is_cut_off_is_never_another_product() {
    let Some(codes) = codes() else { return };
    let known: HashSet<Gtin> = codes.iter().map(|(_, gtin)| *gtin).collect();
    let knows = |gtin| known.contains(&gtin);
    let mut in_the_list = 0;
    for (code, _) in &codes {
        for length in 0..code.len() {
            let cut = gtin_of(&code[..length], &knows);
            in_the_list += usize::from(cut.is_some_and(knows));
            assert!(
                cut.is_none_or(|cut| !knows(cut)) || matches!(length, 8 | 12),
                "{code} cut off to {length} is {cut:?}"
            );
        }
    }
    // The list itself has 26 codes that somebody recorded without their last digit, and two EAN-8 with which another
    // code begins. Nothing but the scanner's own word tells those two from what is cut off.
    assert!(in_the_list <= 28, "{in_the_list}");
    for (code, gtin) in codes.iter().step_by(100) {
        for form in &forms(code, *gtin)[1..7] {
            for (length, _) in form.char_indices() {
                for cut in [gtin_of(&form[..length], &knows), gtin_of(&form[..length], &|_| false)] {
                    assert!(cut.is_none_or(|cut| cut == *gtin), "{form:?} cut off to {length} is {cut:?}");
                }
            }
        }
    }
}

#[test]
fn a_code_with_a_wrong_digit_is_no_product() {
    let Some(codes) = codes() else { return };
    let known: HashSet<Gtin> = codes.iter().map(|(_, gtin)| *gtin).collect();
    for (code, _) in codes.iter().filter(|(code, _)| code.len() == 8).chain(codes.iter().step_by(50)) {
        for place in 0..code.len() {
            for digit in '0'..='9' {
                let mut misread = code.clone();
                misread.replace_range(place..=place, digit.encode_utf8(&mut [0; 4]));
                if misread == *code {
                    continue;
                }
                let product = read(&misread, &ScanSettings::default(), today(), &|gtin| known.contains(&gtin));
                assert!(product.is_err(), "{code} as {misread}");
            }
        }
    }
}
