//! How well and how fast products are found, without a browser: queries made of the catalogue by seeded rules, and
//! questions that a person has judged.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context, Result};
use polka_catalogue::search::{Query, SearchIndex, Synonyms};
use polka_catalogue::{Catalogue, Edition};
use polka_domain::{Currency, Date, Gtin, Product};
use regex::Regex;

use crate::report::{Report, brotli_size, median, percentile};
use queries::{Kind, Names};

#[path = "../../crates/catalogue/tests/search/queries.rs"]
mod queries;

const SEED: u64 = 7;
const QUERIES: usize = 1_000;
const TOP: usize = 10;
/// No offer of the feed has a last day.
const TODAY: Date = Date::constant(2026, 11, 25);

pub(crate) fn measure(list: &[Product], report: &mut Report) -> Result<()> {
    let edition = Edition { version: 1, currency: Currency::Rub, time_zone: "Europe/Moscow".into() };
    let catalogue = Catalogue::build(edition, list.iter());
    let started = Instant::now();
    let index = SearchIndex::build(&catalogue, &Synonyms::built_in());
    report.one("search index, building, native", started.elapsed().as_secs_f64() * 1e3, "ms");
    report.one("search index, on the wire (brotli 9)", brotli_size(index.as_bytes(), 9)? as f64 / 1e3, "KB");
    let open = median((0..9).map(|_| {
        let bytes = index.as_bytes().to_vec();
        let started = Instant::now();
        let opened = SearchIndex::open(bytes);
        (started.elapsed().as_secs_f64() * 1e3, opened.is_ok()).0
    }));
    report.one("search index, opening, native", open, "ms");
    made_up(list, &catalogue, &index, report);
    judged(&catalogue, &index, report)
}

/// The products that are found first, and how many milliseconds that took.
fn find(catalogue: &Catalogue, index: &SearchIndex, text: &str) -> (Vec<Product>, f64) {
    let query = Query { text, department: None, today: TODAY, limit: TOP };
    let started = Instant::now();
    let found = index.search(catalogue, &query);
    (found.hits.into_iter().map(|hit| hit.product).collect(), started.elapsed().as_secs_f64() * 1e3)
}

fn made_up(list: &[Product], catalogue: &Catalogue, index: &SearchIndex, report: &mut Report) {
    let place: HashMap<Gtin, usize> = list.iter().map(|product| product.gtin).zip(0..).collect();
    let names = Names::new(list.iter().map(|product| product.name.as_str()));
    let mut all_ms = Vec::new();
    for kind in Kind::ALL {
        let asked = names.queries(kind, SEED, QUERIES);
        let mut recall = 0.0;
        for asked in &asked {
            let (found, ms) = find(catalogue, index, &asked.text);
            let right = found.iter().filter(|product| asked.relevant.contains(&place[&product.gtin])).count();
            recall += right as f64 / asked.relevant.len().min(TOP) as f64;
            all_ms.push(ms);
        }
        report.one(&format!("search, recall@10, {}", in_words(kind)), recall / asked.len().max(1) as f64, "");
    }
    report.one("search, all those queries, p50, native", percentile(all_ms.clone(), 50), "ms");
    report.one("search, all those queries, p95, native", percentile(all_ms, 95), "ms");
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::ThreeWords => "three words as they stand",
        Kind::Beginning => "last word cut",
        Kind::OneTypoInThree => "a typo in one of three words",
        Kind::OneTypo => "one word with a typo",
        Kind::Form => "one word in a form that no name has",
        Kind::Layout => "the other layout",
        Kind::Transliteration => "the other alphabet",
    }
}

/// What a person has judged.
struct Rule {
    must: Vec<Regex>,
    any: Vec<Regex>,
    none: Vec<Regex>,
}

impl Rule {
    fn read(row: &csv::StringRecord) -> Result<Self> {
        let expressions = |at: usize| {
            let texts = row.get(at).unwrap_or_default().split(';').filter(|text| !text.is_empty());
            texts.map(|text| Regex::new(text).with_context(|| text.to_owned())).collect::<Result<Vec<_>>>()
        };
        Ok(Self { must: expressions(3)?, any: expressions(4)?, none: expressions(5)? })
    }

    fn is_answered_by(&self, product: &Product) -> bool {
        let part = |text: &Option<polka_domain::Text>| text.as_ref().map_or(String::new(), ToString::to_string);
        let text = format!("{} {} {}", product.name, part(&product.brand), part(&product.category));
        let text = text.to_lowercase().replace('ё', "е");
        self.must.iter().all(|it| it.is_match(&text))
            && (self.any.is_empty() || self.any.iter().any(|it| it.is_match(&text)))
            && !self.none.iter().any(|it| it.is_match(&text))
    }
}

fn judged(catalogue: &Catalogue, index: &SearchIndex, report: &mut Report) -> Result<()> {
    let mut reader = csv::Reader::from_path(polka_stage::root().join("bench/search/questions.csv"))?;
    let (mut questions, mut found_one, mut found_first, mut right, mut shown) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for row in reader.records() {
        let row = row?;
        if &row[2] == "absent" {
            continue;
        }
        let rule = Rule::read(&row)?;
        let (found, _) = find(catalogue, index, &row[0]);
        let answers: Vec<bool> = found.iter().map(|product| rule.is_answered_by(product)).collect();
        let count = answers.iter().filter(|is_right| **is_right).count();
        if count == 0 {
            eprintln!("  nothing right for {:?}: {:?}", &row[0], found.first().map(|product| product.name.as_str()));
        }
        questions += 1.0;
        found_one += f64::from(count > 0);
        found_first += f64::from(answers.first() == Some(&true));
        right += count as f64;
        shown += answers.len() as f64;
    }
    report.one("search, judged questions answered among the first ten", found_one / questions, "");
    report.one("search, judged questions answered by the first", found_first / questions, "");
    report.one("search, right among the first ten of judged questions", right / f64::max(shown, 1.0), "");
    Ok(())
}
