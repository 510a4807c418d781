//! The meaning of scans: what reading one takes, by its kind, and how many give a wrong product. The goal is none.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use polka_domain::{Date, Gtin, Product};
use polka_scan::{Meaning, ScanSettings, read};

use crate::products;
use crate::report::{Report, median};

/// The forms in which the same product is scanned: a name, and the code.
type Form = (&'static str, fn(&str, Gtin) -> String);

const FORMS: [Form; 7] = [
    ("EAN or UPC", |code, _| code.to_owned()),
    ("EAN with its symbology identifier", |code, _| match code.len() {
        8 => format!("]E4{code}"),
        _ => format!("]E0{code:0>13}"),
    }),
    ("GS1-128", |_, gtin| format!("]C101{gtin}17261231310300125010L1")),
    ("Digital Link", |_, gtin| format!("https://id.gs1.org/01/{gtin}/10/L1?17=261231")),
    ("Chestny Znak", |_, gtin| format!("]d201{gtin}215abc123DEF456\u{1d}91EE06\u{1d}92{}", "A1b2".repeat(11))),
    ("Chestny Znak, separators lost", |_, gtin| format!("01{gtin}215abc123DEF45693XyZ1")),
    ("Chestny Znak, Russian layout", |_, gtin| format!("01{gtin}215фис123ВУА456\u{1d}93ЧнЯ1")),
];

pub(crate) fn measure(list: &[Product], report: &mut Report) -> Result<()> {
    let known: HashSet<Gtin> = list.iter().map(|product| product.gtin).collect();
    let knows = |gtin| known.contains(&gtin);
    let (settings, today) = (ScanSettings::default(), Date::constant(2026, 11, 28));
    let read = |scan: &str| read(scan, &settings, today, &knows);
    let product = |scan: &str| match read(scan) {
        Ok(Meaning::Product(product)) => Some(product.gtin),
        _ => None,
    };
    let gtins: Vec<Gtin> = products::drawn(list, 10_000).iter().map(|product| product.gtin).collect();
    let (mut rows, mut wrong, mut misread, mut misread_products) = (Vec::new(), 0, 0_u32, 0);
    for (name, form) in FORMS {
        let scans: Vec<(Gtin, String)> = gtins.iter().map(|gtin| (*gtin, form(&printed(*gtin), *gtin))).collect();
        let read_in_ns = median((0..5).map(|_| {
            let started = Instant::now();
            scans.iter().for_each(|(_, scan)| drop(black_box(read(black_box(scan)))));
            started.elapsed().as_secs_f64() * 1e9 / scans.len() as f64
        }));
        let found: Vec<Option<Gtin>> = scans.iter().map(|(_, scan)| product(scan)).collect();
        let right = found.iter().zip(&scans).filter(|(found, (gtin, _))| **found == Some(*gtin)).count();
        wrong += found.iter().zip(&scans).filter(|(found, (gtin, _))| found.is_some_and(|it| it != *gtin)).count();
        rows.push((name.to_owned(), vec![read_in_ns, right as f64 / scans.len() as f64 * 100.0]));
        // One character read as another: of the number, or of what says that it is one.
        for (at, (gtin, scan)) in scans.iter().enumerate().step_by(10) {
            let place = at / 10 % scan.chars().count();
            let slip = |(i, c): (usize, char)| match c.to_digit(10) {
                Some(digit) if i == place => char::from_digit((digit + 1 + at as u32 % 9) % 10, 10).unwrap_or(c),
                _ if i == place => 'Z',
                _ => c,
            };
            let scan: String = scan.chars().enumerate().map(slip).collect();
            misread += 1;
            misread_products += u32::from(product(&scan).is_some_and(|it| it != *gtin && knows(it)));
        }
    }
    let columns = ["ns per scan".to_owned(), "read, %".to_owned()];
    report.table("reading a scan, native", &columns, rows);
    report.one("wrong products of right scans", wrong as f64, "");
    report.one(&format!("wrong products of {misread} scans with one wrong character"), f64::from(misread_products), "");
    Ok(())
}

/// As it stands under the stripes: without the zeros before it.
fn printed(gtin: Gtin) -> String {
    let digits = gtin.to_string();
    let short = digits.trim_start_matches('0');
    let length = [8, 12, 13, 14].into_iter().find(|length| short.len() <= *length).unwrap_or(14);
    digits[14 - length..].to_owned()
}
