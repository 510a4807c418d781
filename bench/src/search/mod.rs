//! How well and how fast products are found: questions made of the catalogue by seeded rules, and questions whose
//! answers a person has judged. `native.rs` asks ours without a browser, `browser.rs` asks ours and other libraries
//! in one page of Chromium.

mod browser;
mod native;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use polka_catalogue::search::{SearchIndex, Synonyms};
use polka_catalogue::{Catalogue, Edition};
use polka_domain::{Currency, Date, Product};
use regex::Regex;

use queries::{Asked, Kind, Names};

pub(crate) use browser::measure as measure_in_browser;
pub(crate) use native::measure;

#[path = "../../../crates/catalogue/tests/search/queries.rs"]
mod queries;

const SEED: u64 = 7;
const QUERIES: usize = 1_000;
const TOP: usize = 10;
/// No offer of the feed has a last day.
const TODAY: Date = Date::constant(2026, 11, 25);

fn catalogue(list: &[Product]) -> Catalogue {
    let edition = Edition { version: 1, currency: Currency::Rub, time_zone: "Europe/Moscow".into() };
    Catalogue::build(edition, list.iter())
}

fn index(catalogue: &Catalogue) -> SearchIndex {
    SearchIndex::build(catalogue, &Synonyms::built_in())
}

/// Questions of one kind, and what answers each.
struct Questions {
    kind: &'static str,
    asked: Vec<Asked>,
}

/// Those that the seeded rules make, a set for each kind.
fn made_up(list: &[Product]) -> Vec<Questions> {
    let names = Names::new(list.iter().map(|product| product.name.as_str()));
    let of_kind = |kind| Questions { kind: in_words(kind), asked: names.queries(kind, SEED, QUERIES) };
    Kind::ALL.into_iter().map(of_kind).collect()
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::ThreeWords => "three words as they stand",
        Kind::Beginning => "last word cut",
        Kind::OneTypoInThree => "a typo in one of three words",
        Kind::OneTypo => "one word with a typo",
        Kind::OneClearTypo => "one word with a typo of that word alone",
        Kind::Form => "one word in a form that no name has",
        Kind::Layout => "the other layout",
        Kind::Transliteration => "the other alphabet",
    }
}

/// Those that a person has judged, without those that nothing answers.
fn judged(list: &[Product]) -> Result<Questions> {
    let texts: Vec<String> = list.iter().map(text_of).collect();
    let mut asked = Vec::new();
    let mut reader = csv::Reader::from_path(polka_stage::root().join("bench/search/questions.csv"))?;
    for row in reader.records() {
        let row = row?;
        let rule = Rule::read(&row)?;
        let relevant: BTreeSet<usize> = (0..list.len()).filter(|at| rule.is_answered_by(&texts[*at])).collect();
        if &row[2] != "absent" && !relevant.is_empty() {
            asked.push(Asked { text: row[0].to_owned(), relevant });
        }
    }
    Ok(Questions { kind: "judged", asked })
}

/// What a rule looks at.
fn text_of(product: &Product) -> String {
    let part = |text: &Option<polka_domain::Text>| text.as_ref().map_or(String::new(), ToString::to_string);
    let text = format!("{} {} {}", product.name, part(&product.brand), part(&product.category));
    text.to_lowercase().replace('ё', "е")
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

    fn is_answered_by(&self, text: &str) -> bool {
        self.must.iter().all(|it| it.is_match(text))
            && (self.any.is_empty() || self.any.iter().any(|it| it.is_match(text)))
            && !self.none.iter().any(|it| it.is_match(text))
    }
}

/// How well questions were answered.
#[derive(Clone, Copy, Default)]
struct Quality {
    /// The share that has something right among the first ten.
    hit: f64,
    /// The mean of one divided by the place of the first that is right; nothing where that is not among the ten.
    reciprocal_rank: f64,
    /// The mean share of what ten places can hold of what is right.
    recall: f64,
    /// The share whose first answer is right.
    first: f64,
    /// Of all that was shown, the share that is right.
    precision: f64,
}

/// Judges answers, each as places in the list of products, best first.
fn quality<'a>(answers: impl Iterator<Item = (&'a Asked, &'a [usize])>) -> Quality {
    let (mut sum, mut questions, mut right, mut shown) = (Quality::default(), 0.0, 0.0, 0.0);
    for (asked, found) in answers {
        let found = &found[..found.len().min(TOP)];
        let is_right: Vec<bool> = found.iter().map(|place| asked.relevant.contains(place)).collect();
        let count = is_right.iter().filter(|is_right| **is_right).count() as f64;
        let first = is_right.iter().position(|is_right| *is_right);
        questions += 1.0;
        sum.hit += f64::from(first.is_some());
        sum.reciprocal_rank += first.map_or(0.0, |at| 1.0 / (at + 1) as f64);
        sum.recall += count / asked.relevant.len().clamp(1, TOP) as f64;
        sum.first += f64::from(first == Some(0));
        right += count;
        shown += found.len() as f64;
    }
    let questions = f64::max(questions, 1.0);
    Quality {
        hit: sum.hit / questions,
        reciprocal_rank: sum.reciprocal_rank / questions,
        recall: sum.recall / questions,
        first: sum.first / questions,
        precision: right / f64::max(shown, 1.0),
    }
}
