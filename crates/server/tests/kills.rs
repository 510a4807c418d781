//! The real program is killed while devices write.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use polka_contract::paths;
use polka_server::database;
use polka_stage::{Device, Server};
use serde_json::json;

const KILLS: u64 = 200;
const CLIENTS: usize = 8;
/// A server that takes nothing for so long takes nothing.
const PATIENCE: Duration = Duration::from_secs(90);

/// Writes one report after the other, each until it is taken, and gives the marks of those that were.
async fn write(device: Device, mark: Arc<AtomicI64>, count: Arc<AtomicUsize>, is_over: Arc<AtomicBool>) -> Vec<i64> {
    let mut taken = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let made_ms = mark.fetch_add(1, Ordering::Relaxed);
        let said = json!({"gtin": "9521247000444", "till_price_minor_units": 8990, "made_ms": made_ms});
        while device.write(paths::LABEL_REPORTS, &format!("key-{made_ms}"), &said).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if is_over.load(Ordering::Relaxed) {
                return taken;
            }
        }
        taken.push(made_ms);
        count.fetch_add(1, Ordering::Relaxed);
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_two_hundred_times_loses_and_doubles_nothing_that_it_took() -> Result<()> {
    let mut server = Server::with_program(env!("CARGO_BIN_EXE_polka").into(), &[]).await?;
    let device = server.device("Entrance").await?;
    let (mark, count, is_over) =
        (Arc::new(AtomicI64::new(1)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let client = |_| tokio::spawn(write(device.clone(), Arc::clone(&mark), Arc::clone(&count), Arc::clone(&is_over)));
    let clients: Vec<_> = (0..CLIENTS).map(client).collect();
    for kill in 0..KILLS {
        // Under writes, and each time in another moment of what goes on.
        let before = count.load(Ordering::Relaxed);
        let another = async {
            while count.load(Ordering::Relaxed) == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, another).await.context("nothing was taken any more")?;
        tokio::time::sleep(Duration::from_micros(kill * 7_919 % 20_000)).await;
        server.kill().await?;
        server.restart().await?;
    }
    is_over.store(true, Ordering::Relaxed);
    let mut taken = Vec::new();
    for client in clients {
        taken.extend(client.await?);
    }
    server.stop().await?;

    let pool = database::open(&server.database()).await?;
    let kept: Vec<(i64, i64)> =
        sqlx::query_as("SELECT made_ms, COUNT(*) FROM label_reports GROUP BY made_ms").fetch_all(&pool).await?;
    let (reports, keys): (i64, i64) =
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM label_reports), (SELECT COUNT(*) FROM writes)")
            .fetch_one(&pool)
            .await?;
    let kept: BTreeMap<i64, i64> = kept.into_iter().collect();
    let missing: Vec<_> = taken.iter().filter(|made_ms| !kept.contains_key(made_ms)).collect();
    let double: Vec<_> = kept.iter().filter(|(_, times)| **times > 1).collect();
    assert!(missing.is_empty() && double.is_empty(), "missing: {missing:?}, double: {double:?}");
    assert_eq!(reports, keys, "each effect has its key, and each key its effect");
    assert!(taken.len() >= KILLS as usize, "only {} writes were taken", taken.len());
    Ok(())
}
