//! Coupons on paper, given at a tablet and redeemed by many tills at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use polka_stage::{Device, Server};
use serde_json::{Value, json};

use crate::ledger::Database;
use crate::report::{Report, percentile};

/// So many are issued and redeemed: more than a store gives in a week.
const COUPONS: usize = 2_000;
/// So many requests are on their way at once.
const AT_ONCE: usize = 32;

/// How many were done in a second, and how long each took, in milliseconds.
struct Measured {
    per_s: f64,
    times_ms: Vec<f64>,
}

impl Measured {
    fn report(self, what: &str, unit: &'static str, on: &str, report: &mut Report) {
        report.one(&format!("{what}, 32 at once, {on}"), self.per_s, unit);
        report.one(&format!("the same, each, p50, {on}"), percentile(self.times_ms.clone(), 50), "ms");
        report.one(&format!("the same, each, p99, {on}"), percentile(self.times_ms, 99), "ms");
    }
}

pub(crate) async fn measure(server: &Server, database: Database, report: &mut Report) -> Result<()> {
    let on = database.name();
    let till = server.device_of_kind("Coupon till", "till").await?;
    let mut tablet = server.device_of_kind("Coupon tablet", "tablet").await?;
    let hired = server.ask(&["staff", "add", "Coupon bench", "--role", "staff"]).await?;
    tablet.sign_in(&hired["badge_number"]).await?;
    let give = move |number| {
        let tablet = tablet.clone();
        async move { issue(&tablet, number).await }
    };
    let (issued, codes) = all_at_once(give).await?;
    issued.report("coupons issued", "coupons/s", on, report);
    let codes = Arc::new(codes);
    let pay = move |number: usize| {
        let (till, codes) = (till.clone(), Arc::clone(&codes));
        async move { redeem(&till, &codes[number], number).await }
    };
    let (redeemed, _) = all_at_once(pay).await?;
    redeemed.report("coupons redeemed: set aside, then committed", "coupons/s", on, report);
    let paid = server.number("SELECT COUNT(*) FROM coupon_redemptions WHERE state = 'committed'").await?;
    ensure!(paid == COUPONS as i64, "{paid} coupons have paid");
    Ok(())
}

/// Does something for each coupon, so many at once; gives what each came to, in their order.
async fn all_at_once<T, F>(one: impl Fn(usize) -> F + Clone + Send + 'static) -> Result<(Measured, Vec<T>)>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send,
{
    let (next, started) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let workers = (0..AT_ONCE).map(|_| {
        let (next, one) = (Arc::clone(&next), one.clone());
        tokio::spawn(async move {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= COUPONS {
                    return anyhow::Ok(done);
                }
                let started = Instant::now();
                let came_to = one(number).await?;
                done.push((number, came_to, started.elapsed().as_secs_f64() * 1e3));
            }
        })
    });
    let mut done = Vec::with_capacity(COUPONS);
    for worker in Vec::from_iter(workers) {
        done.extend(worker.await??);
    }
    let per_s = COUPONS as f64 / started.elapsed().as_secs_f64();
    done.sort_by_key(|(number, ..)| *number);
    let times_ms = done.iter().map(|(.., ms)| *ms).collect();
    Ok((Measured { per_s, times_ms }, done.into_iter().map(|(_, came_to, _)| came_to).collect()))
}

/// Gives a coupon on paper, of so little that no limit of a day is met; gives its code.
async fn issue(tablet: &Device, number: usize) -> Result<String> {
    let said = json!({"reason": "queue", "minor_units": 100, "way": "paper", "language": "ru", "made_ms": 1});
    let given: Value = serde_json::from_slice(&tablet.write("/api/v1/apologies", &format!("i{number}"), &said).await?)?;
    Ok(given["coupon_code"].as_str().context("a code")?.to_owned())
}

/// Sets a coupon aside for a receipt, and commits it.
async fn redeem(till: &Device, code: &str, number: usize) -> Result<()> {
    let said = json!({"code": code, "receipt_number": format!("c{number}"), "total_minor_units": 123_456});
    let reserved = till.write("/api/v1/coupon-reservations", &format!("v{number}"), &said).await?;
    let reserved: Value = serde_json::from_slice(&reserved)?;
    let path = format!("/api/v1/coupon-reservations/{}/commit", reserved["reservation_id"]);
    till.write(&path, &format!("c{number}"), &json!({})).await.map(drop)
}
