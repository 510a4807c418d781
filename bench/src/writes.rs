//! Writes of many devices at once, beside the bare database that has to keep them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use polka_stage::{Device, Server};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Semaphore;

use crate::report::{Report, percentile};

const LASTS: Duration = Duration::from_secs(5);
/// So many requests are on their way at once.
const AT_ONCE: usize = 32;
const PATH: &str = "/api/v1/label-reports";
/// So many connections at once: as many as a system gives a program that asks for no more.
const CONNECTIONS: usize = 800;
/// A chain whose network comes back, and what waits on each of its devices.
const DEVICES: usize = 4_000;
const ENTRIES: usize = 5;

pub(crate) async fn measure(server: &Server, report: &mut Report) -> Result<()> {
    let bare = bare_commits_per_s().await?;
    let device = server.device("Bench").await?;
    let key = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + LASTS;
    let writers = (0..AT_ONCE).map(|_| {
        let (device, key) = (device.clone(), Arc::clone(&key));
        tokio::spawn(async move {
            let mut times_ms = Vec::new();
            while Instant::now() < until {
                times_ms.push(write(&device, &format!("w{}", key.fetch_add(1, Ordering::Relaxed))).await?);
            }
            anyhow::Ok(times_ms)
        })
    });
    let mut times_ms = Vec::new();
    for writer in Vec::from_iter(writers) {
        times_ms.extend(writer.await??);
    }
    report.pair(
        "durable writes, 32 at once; bare SQLite FULL",
        times_ms.len() as f64 / LASTS.as_secs_f64(),
        bare,
        "writes/s",
    );
    report.one("a write, p99", percentile(times_ms, 99), "ms");
    reconnect(&device, report).await
}

async fn write(device: &Device, key: &str) -> Result<f64> {
    let said = json!({"gtin": "9521247000444", "till_price_minor_units": 8990, "made_ms": 1});
    let started = Instant::now();
    device.write(PATH, key, &said).await?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}

/// Commits one after the other, with nothing above them.
async fn bare_commits_per_s() -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await?;
    sqlx::query("CREATE TABLE writes (key TEXT PRIMARY KEY, digest TEXT)").execute(&mut connection).await?;
    let started = Instant::now();
    let mut commits = 0_u32;
    while started.elapsed() < LASTS {
        let added = sqlx::query("INSERT INTO writes VALUES ($1, 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5')");
        added.bind(commits.to_string()).execute(&mut connection).await?;
        commits += 1;
    }
    let per_s = f64::from(commits) / started.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(per_s)
}

/// Four thousand devices come back in one moment, without the rest that the outbox gives itself: the worst case.
/// They share one credential, for it is the writes that cost, not who makes them.
async fn reconnect(device: &Device, report: &mut Report) -> Result<()> {
    let started = Instant::now();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let devices = (0..DEVICES).map(|number| {
        let (device, connections) = (device.clone(), Arc::clone(&connections));
        tokio::spawn(async move {
            let mut longest_ms = 0_f64;
            for entry in 0..ENTRIES {
                let started = Instant::now();
                let _connection = connections.acquire().await?;
                write(&device, &format!("r{number}-{entry}")).await?;
                longest_ms = longest_ms.max(started.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(longest_ms)
        })
    });
    let mut longest_ms = Vec::new();
    for device in Vec::from_iter(devices) {
        longest_ms.push(device.await??);
    }
    report.one(
        "4,000 devices come back at once with 5 entries each, over 800 connections",
        started.elapsed().as_secs_f64(),
        "s",
    );
    report.one("the longest answer a device waited for then, p99", percentile(longest_ms, 99), "ms");
    Ok(())
}
