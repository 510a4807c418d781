//! Our search without a browser.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Result;
use polka_catalogue::Catalogue;
use polka_catalogue::search::{Query, SearchIndex};
use polka_domain::{Gtin, Product};

use super::{Questions, TODAY, TOP, quality};
use crate::report::{Report, brotli_size, median, percentile};

pub(crate) fn measure(list: &[Product], report: &mut Report) -> Result<()> {
    let catalogue = super::catalogue(list);
    let started = Instant::now();
    let index = super::index(&catalogue);
    report.one("search index, building, native", started.elapsed().as_secs_f64() * 1e3, "ms");
    report.one("search index, on the wire (brotli 9)", brotli_size(index.as_bytes(), 9)? as f64 / 1e3, "KB");
    let open = median((0..9).map(|_| {
        let bytes = index.as_bytes().to_vec();
        let started = Instant::now();
        let opened = SearchIndex::open(bytes);
        (started.elapsed().as_secs_f64() * 1e3, opened.is_ok()).0
    }));
    report.one("search index, opening, native", open, "ms");

    let asker = Asker { place: list.iter().map(|it| it.gtin).zip(0..).collect(), catalogue, index };
    let mut all_ms = Vec::new();
    for questions in super::made_up(list) {
        let (answers, ms) = asker.ask(&questions);
        let quality = quality(questions.asked.iter().zip(answers.iter().map(Vec::as_slice)));
        report.one(&format!("search, recall@10, {}", questions.kind), quality.recall, "");
        all_ms.extend(ms);
    }
    report.one("search, all those queries, p50, native", percentile(all_ms.clone(), 50), "ms");
    report.one("search, all those queries, p95, native", percentile(all_ms, 95), "ms");

    let questions = super::judged(list)?;
    let (answers, _) = asker.ask(&questions);
    for (asked, found) in questions.asked.iter().zip(&answers) {
        if !found.iter().any(|place| asked.relevant.contains(place)) {
            let first = found.first().map(|place| list[*place].name.as_str());
            eprintln!("  nothing right for {:?}: {first:?}", asked.text);
        }
    }
    let quality = quality(questions.asked.iter().zip(answers.iter().map(Vec::as_slice)));
    report.one("search, judged questions answered among the first ten", quality.hit, "");
    report.one("search, judged questions answered by the first", quality.first, "");
    report.one("search, right among the first ten of judged questions", quality.precision, "");
    Ok(())
}

struct Asker {
    catalogue: Catalogue,
    index: SearchIndex,
    place: HashMap<Gtin, usize>,
}

impl Asker {
    /// The places of what is found first, and how many milliseconds each took.
    fn ask(&self, questions: &Questions) -> (Vec<Vec<usize>>, Vec<f64>) {
        let answer = |text: &str| {
            let query = Query { text, department: None, today: TODAY, limit: TOP };
            let started = Instant::now();
            let found = self.index.search(&self.catalogue, &query);
            let ms = started.elapsed().as_secs_f64() * 1e3;
            (found.hits.iter().map(|hit| self.place[&hit.product.gtin]).collect(), ms)
        };
        questions.asked.iter().map(|asked| answer(&asked.text)).unzip()
    }
}
