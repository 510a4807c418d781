//! Receipts of many tills at once, and one member among a million.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use polka_stage::{Device, Server};
use serde_json::{Value, json};

use crate::report::{Report, percentile};

const LASTS: Duration = Duration::from_secs(5);
/// So many requests are on their way at once.
const AT_ONCE: usize = 32;
/// So many cards are shown at the tills.
const CARDS: usize = 500;
const LOOKS: usize = 500;
/// So many times of either kind are compared.
const COMPARED: usize = 1000;
const FIRST_UNKNOWN: usize = 100_000;

/// Where the ledger is.
#[derive(Clone, Copy)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// As a row of the table names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

pub(crate) async fn measure(server: &Server, database: Database, report: &mut Report) -> Result<()> {
    let on = database.name();
    let till = server.device_of_kind("Till", "till").await?;
    let mut cards = Vec::new();
    for number in 0..CARDS {
        cards.push(join(&till, number).await?);
    }
    let receipts = receipts(&till, Arc::new(cards)).await?;
    report.one(
        &format!("receipts that earn points, 32 at once, {on}"),
        receipts.len() as f64 / LASTS.as_secs_f64(),
        "receipts/s",
    );
    report.one(&format!("a receipt, p99, {on}"), percentile(receipts, 99), "ms");

    let (known_ms, unknown_ms) = known_and_unknown(&till).await?;
    report.pair(
        &format!("a card for a known number; for an unknown one, p50, {on}"),
        percentile(known_ms.clone(), 50),
        percentile(unknown_ms.clone(), 50),
        "ms",
    );
    report.one(
        &format!("the chance that 1,000 times of each differ so by chance alone (Kolmogorov, Smirnov), {on}"),
        chance_that_alike(known_ms, unknown_ms),
        "",
    );

    server
        .execute(match database {
            Database::Sqlite => {
                "INSERT INTO members (id, phone_digest, phone, store_id, joined_ms)
                 WITH RECURSIVE numbers (id) AS (SELECT 10001 UNION ALL SELECT id + 1 FROM numbers WHERE id < 1010000)
                 SELECT id, hex(randomblob(32)), 'sealed', 1, 1 FROM numbers"
            }
            Database::Postgres => {
                "INSERT INTO members (id, phone_digest, phone, store_id, joined_ms)
                 SELECT id, md5(random()::text) || md5(random()::text), 'sealed', 1, 1
                 FROM generate_series(10001, 1010000) AS id; ANALYZE members"
            }
        })
        .await?;
    let mut looks_ms = Vec::new();
    for look in 0..LOOKS {
        let started = Instant::now();
        till.write("/api/v1/members/search", &format!("look{look}"), &json!({ "phone": phone(look % CARDS) })).await?;
        looks_ms.push(started.elapsed().as_secs_f64() * 1e3);
    }
    report.one(
        &format!("a member among 1,000,000, found and the look noted, p50, {on}"),
        percentile(looks_ms, 50),
        "ms",
    );
    let started = Instant::now();
    for number in 0..LOOKS {
        join(&till, CARDS + number).await?;
    }
    let each_ms = started.elapsed().as_secs_f64() * 1e3 / LOOKS as f64;
    report.one(&format!("a new member beside 1,000,000, one after the other, {on}"), each_ms, "ms");
    Ok(())
}

/// How long it takes to give a card to numbers that are members' and to others, in turn.
async fn known_and_unknown(till: &Device) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut known_ms, mut unknown_ms) = (Vec::new(), Vec::new());
    for turn in 0..COMPARED {
        // Which comes first changes, so that neither gains by it.
        for is_known in [turn % 2 == 0, turn % 2 != 0] {
            let number = if is_known { turn % CARDS } else { FIRST_UNKNOWN + turn };
            let said = json!({ "phone": phone(number), "made_ms": 1 });
            let started = Instant::now();
            till.write("/api/v1/members", &format!("compare{turn}-{is_known}"), &said).await?;
            let ms = started.elapsed().as_secs_f64() * 1e3;
            if is_known { known_ms.push(ms) } else { unknown_ms.push(ms) }
        }
    }
    Ok((known_ms, unknown_ms))
}

/// The chance that two samples of one distribution lie as far apart as these (two-sample test of Kolmogorov and
/// Smirnov, by its limit for large samples). Below 0.05 they are said to differ.
fn chance_that_alike(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let share_below =
        |sorted: &[f64], value: f64| sorted.partition_point(|it| *it <= value) as f64 / sorted.len() as f64;
    let values = one.iter().chain(&other);
    let apart = values.map(|value| (share_below(&one, *value) - share_below(&other, *value)).abs()).fold(0.0, f64::max);
    let (first, second) = (one.len() as f64, other.len() as f64);
    let scaled = apart * (first * second / (first + second)).sqrt();
    let term = |k: i32| (if k % 2 == 0 { -1.0 } else { 1.0 }) * (-2.0 * f64::from(k * k) * scaled * scaled).exp();
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// A number that is in use by plan, and nobody's here.
fn phone(number: usize) -> String {
    format!("+7916{:07}", 1_000_000 + number)
}

async fn join(till: &Device, number: usize) -> Result<String> {
    let said = json!({ "phone": phone(number), "made_ms": 1 });
    let answer: Value = serde_json::from_slice(&till.write("/api/v1/members", &format!("join{number}"), &said).await?)?;
    Ok(answer["card_number"].as_str().context("a card")?.to_owned())
}

/// How long each took, in milliseconds.
async fn receipts(till: &Device, cards: Arc<Vec<String>>) -> Result<Vec<f64>> {
    let numbers = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + LASTS;
    let tills = (0..AT_ONCE).map(|_| {
        let (till, cards, numbers) = (till.clone(), Arc::clone(&cards), Arc::clone(&numbers));
        tokio::spawn(async move {
            let mut times_ms = Vec::new();
            while Instant::now() < until {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                let card = &cards[number as usize % cards.len()];
                let said = json!({
                    "receipt_number": format!("r{number}"), "buyer": { "card_number": card },
                    "total_minor_units": 123_456, "made_ms": 1,
                });
                let started = Instant::now();
                till.write("/api/v1/receipts", &format!("r{number}"), &said).await?;
                times_ms.push(started.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(times_ms)
        })
    });
    let mut times_ms = Vec::new();
    for till in Vec::from_iter(tills) {
        times_ms.extend(till.await??);
    }
    Ok(times_ms)
}
