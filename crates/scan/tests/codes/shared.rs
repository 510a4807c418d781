//! The table of codes, and what the tests need around it.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

use polka_domain::{Date, Gtin};
use polka_scan::{Meaning, Refusal, ScanSettings, read};

/// A line of the table.
pub struct Row {
    pub line: usize,
    pub scan: String,
    pub settings: ScanSettings,
    pub meaning: String,
}

/// The table, and the catalogue that belongs to it.
pub fn table() -> (Vec<Row>, HashSet<Gtin>) {
    let mut rows = Vec::new();
    let mut known = HashSet::new();
    for (place, line) in include_str!("codes.tsv").lines().enumerate() {
        match line.split('\t').collect::<Vec<_>>()[..] {
            ["known", gtin] => {
                known.insert(gtin.parse().expect("a GTIN"));
            }
            [scan, settings, meaning] => rows.push(Row {
                line: place + 1,
                scan: unescaped(scan),
                settings: if settings == "chain" { chain() } else { ScanSettings::default() },
                meaning: meaning.to_owned(),
            }),
            _ => assert!(line.starts_with('#'), "line {}", place + 1),
        }
    }
    (rows, known)
}

/// The settings that the table calls "chain".
pub fn chain() -> ScanSettings {
    let rules = [
        "22 iiiii wwwww c",
        "23 iiiii ppppp c = 460123 iiiii 0 c",
        "24 iiii v ppppp c",
        "25 iiiii wwwww c = 00000000 iiiii c",
        "02 iiiii v pppp c",
    ];
    ScanSettings {
        separator: Some('|'),
        restricted: rules.map(|rule| rule.parse().expect("a rule")).into(),
        own_origins: vec!["https://polka.example".to_owned()],
        ..ScanSettings::default()
    }
}

pub fn today() -> Date {
    Date::new(2026, 11, 15).expect("a day")
}

/// A scan with the settings and the catalogue of a row, told as the table tells it.
pub fn told(scan: &str, settings: &ScanSettings, known: &HashSet<Gtin>) -> String {
    match read(scan, settings, today(), &|gtin| known.contains(&gtin)) {
        Ok(meaning) => of_meaning(&meaning),
        Err(Refusal { reason, .. }) => format!("refused {reason:?}"),
    }
}

fn of_meaning(meaning: &Meaning) -> String {
    let product = match meaning {
        Meaning::Product(product) => product,
        Meaning::MemberCard { number, code: None } => return format!("card {number}"),
        Meaning::MemberCard { number, code: Some(code) } => return format!("card {number} code {}", code.as_str()),
        Meaning::Badge(number) => return format!("badge {number}"),
        Meaning::Coupon(code) => return format!("coupon {code}"),
        Meaning::Enrolment(code) => return format!("enrol {code}"),
        Meaning::OwnLink(path) => return format!("own {path}"),
    };
    let mut told = format!("product {}", product.gtin);
    let day = |date: Option<Date>| date.map(|date| date.to_string());
    for (name, value) in [
        ("measure", product.measure.map(|it| it.to_string())),
        ("price", product.price.map(|it| it.to_string())),
        ("best_before", day(product.best_before)),
        ("use_by", day(product.use_by)),
        ("use_by_minute", product.use_by_minute.map(|it| it.to_string())),
        ("sell_by", day(product.sell_by)),
        ("packed_on", day(product.packed_on)),
        ("produced_on", day(product.produced_on)),
        ("lot", product.lot.clone()),
        ("serial", product.serial.clone()),
    ] {
        if let Some(value) = value {
            write!(told, " {name}={value}").expect("a String takes all");
        }
    }
    told
}

/// The GTIN of a scan that is a product.
pub fn gtin_of(scan: &str, knows: &dyn Fn(Gtin) -> bool) -> Option<Gtin> {
    match read(scan, &ScanSettings::default(), today(), knows) {
        Ok(Meaning::Product(product)) => Some(product.gtin),
        _ => None,
    }
}

/// A text with `\x1d`, `\u{241d}`, `\r`, `\n` and `\t` for the characters that they stand for.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        let (code, behind) = match escape.split_at(1) {
            ("x", behind) => behind.split_at(2),
            ("u", behind) => behind[1..].split_once('}').expect("a closing brace"),
            (letter, behind) => {
                (["9", "a", "d"][["t", "n", "r"].iter().position(|it| *it == letter).expect("t, n, r")], behind)
            }
        };
        plain.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        rest = behind;
    }
    plain + rest
}

/// A file of real data, or `None`, said aloud, where this machine has none.
pub fn real_data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("POLKA_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (POLKA_TEST_DATA names its folder)", path.display());
    None
}
