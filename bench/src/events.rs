//! From a report at a stand until two hundred tablets ring, while fifty come in a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use polka_stage::Server;
use serde_json::json;
use tokio::time::{interval, sleep};

use crate::report::{Report, percentile};

const TABLETS: usize = 200;
const REPORTS: u64 = 500;
const REPORTS_PER_S: u64 = 50;
/// What has not come within so long does not come.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn measure(server: &Server, report: &mut Report) -> Result<()> {
    ensure!(server.run(&["demo"]).await? == 0, "the demo's products are not there");
    let stand = server.device("Bench").await?;
    let mut tablet = server.device_of_kind("Bench tablet", "tablet").await?;
    let hired = server.ask(&["staff", "add", "Bench", "--role", "staff"]).await?;
    tablet.sign_in(&hired["badge_number"]).await?;
    let before_bytes = server.memory()?;

    // When which lot was reported, and after how long each tablet was told of it.
    let reported: Arc<Mutex<HashMap<String, Instant>>> = Arc::default();
    let times_ms: Arc<Mutex<Vec<f64>>> = Arc::default();
    let mut listeners = Vec::with_capacity(TABLETS);
    for _ in 0..TABLETS {
        let mut events = tablet.events().await?;
        let (reported, times_ms) = (Arc::clone(&reported), Arc::clone(&times_ms));
        listeners.push(tokio::spawn(async move {
            let mut told = 0;
            while told < REPORTS {
                let Some(data) = events.next("changes").await? else { break };
                let now = Instant::now();
                let reported = reported.lock().unwrap_or_else(PoisonError::into_inner);
                let lots =
                    data["changed"].as_array().into_iter().flatten().filter_map(|task| task["last_day"].as_str());
                let mut times_ms = times_ms.lock().unwrap_or_else(PoisonError::into_inner);
                for started in lots.filter_map(|lot| reported.get(lot)) {
                    times_ms.push((now - *started).as_secs_f64() * 1e3);
                    told += 1;
                }
            }
            anyhow::Ok(told)
        }));
    }
    let mut ticks = interval(Duration::from_millis(1000 / REPORTS_PER_S));
    let mut writes = Vec::new();
    for number in 0..REPORTS {
        ticks.tick().await;
        let lot = format!("20{:02}-{:02}-{:02}", number / 336, number / 28 % 12 + 1, number % 28 + 1);
        let said = json!({
            "gtin": "9521247000444", "last_day": lot, "date_kind": "use_by", "quantity": 1, "made_ms": 1,
        });
        reported.lock().unwrap_or_else(PoisonError::into_inner).insert(lot, Instant::now());
        let stand = stand.clone();
        let key = format!("events-{number}");
        writes.push(tokio::spawn(async move { stand.write("/api/v1/expired-reports", &key, &said).await }));
    }
    for write in writes {
        write.await??;
    }
    let memory_bytes = server.memory()? - before_bytes;
    let mut told = 0;
    tokio::select! {
        () = sleep(PATIENCE) => {}
        _ = async {
            for listener in &mut listeners {
                told += listener.await??;
            }
            anyhow::Ok(())
        } => {}
    }
    listeners.iter().for_each(tokio::task::JoinHandle::abort);
    let times_ms = std::mem::take(&mut *times_ms.lock().unwrap_or_else(PoisonError::into_inner));
    report.one("tablets told of a report, of 200 × 500", times_ms.len() as f64 / (TABLETS as f64 * REPORTS as f64), "");
    report.one("from a report to the ring, 200 tablets, 50 reports/s, p50", percentile(times_ms.clone(), 50), "ms");
    report.one("from a report to the ring, 200 tablets, 50 reports/s, p99", percentile(times_ms, 99), "ms");
    report.one("memory that this takes in the server", memory_bytes / 1e6, "MB");
    Ok(())
}
