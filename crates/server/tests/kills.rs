//! The real program is killed while devices write.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use polka_contract::paths;
use polka_server::database;
use polka_stage::{Device, Server};
use serde_json::{Value, json};

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

/// Writes until the server is there again and has taken it, and gives the answer.
async fn write_until_taken(device: &Device, path: &str, key: &str, said: &Value) -> Result<Value> {
    let write = async || Ok(device.write(path, key, said).await.ok());
    Ok(serde_json::from_slice(&polka_stage::until("it is taken", write).await?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_pays_once_where_the_server_is_killed_between_setting_it_aside_and_paying() -> Result<()> {
    kill_between_setting_aside_and_paying(Server::with_program(env!("CARGO_BIN_EXE_polka").into(), &[]).await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_pays_once_where_a_server_on_postgres_is_killed_between_setting_it_aside_and_paying() -> Result<()> {
    kill_between_setting_aside_and_paying(Server::on_postgres(env!("CARGO_BIN_EXE_polka").into(), &[]).await?).await
}

async fn kill_between_setting_aside_and_paying(mut server: Server) -> Result<()> {
    let till = server.device_of_kind("Till", "till").await?;
    let mut tablet = server.device_of_kind("Tablet", "tablet").await?;
    let hired = server.ask(&["staff", "add", "Anna", "--role", "staff"]).await?;
    tablet.sign_in(&hired["badge_number"]).await?;
    let (mut codes, mut reservations) = (Vec::new(), Vec::new());
    let reserve = async |code: &Value, receipt: &str| {
        let said = json!({"code": code, "receipt_number": receipt, "total_minor_units": 50_000});
        let reserved =
            write_until_taken(&till, paths::COUPON_RESERVATIONS, &format!("reserve-{receipt}"), &said).await?;
        reserved["reservation_id"].as_i64().context("a reservation")
    };
    let settle = async |path: &str, reservation: i64, key: &str| {
        let path = path.replace("{reservation_id}", &reservation.to_string());
        write_until_taken(&till, &path, key, &json!({})).await
    };
    for receipt in ["paid", "late", "voided", "underway"] {
        let said = json!({
            "reason": "queue", "minor_units": 1_000, "way": "paper", "language": "ru", "made_ms": 1,
        });
        let given = write_until_taken(&tablet, paths::APOLOGIES, &format!("give-{receipt}"), &said).await?;
        reservations.push(reserve(&given["coupon_code"], receipt).await?);
        codes.push(given["coupon_code"].clone());
    }
    let [paid, late, voided, underway] = reservations[..] else { anyhow::bail!("four are set aside") };
    // One is forgotten for too long meanwhile, and one is on its way to be paid when the plug is pulled.
    let forget = "UPDATE coupon_redemptions SET until_ms = 0 WHERE receipt_number = 'late'";
    server.execute(forget).await?;
    let on_its_way = till.clone();
    let path = paths::COUPON_COMMIT.replace("{reservation_id}", &underway.to_string());
    let on_its_way = tokio::spawn(async move { on_its_way.write(&path, "commit-underway", &json!({})).await.is_ok() });
    server.kill().await?;
    on_its_way.await?;
    server.restart().await?;

    for (reservation, key) in [(paid, "paid"), (late, "late"), (underway, "underway")] {
        for key in [format!("commit-{key}"), format!("commit-{key}"), format!("commit-{key}-again")] {
            assert_eq!(settle(paths::COUPON_COMMIT, reservation, &key).await?["state"], "committed", "{key}");
        }
    }
    assert_eq!(settle(paths::COUPON_RELEASE, voided, "void").await?["state"], "released");
    // It is free for the next receipt, and for no other after that.
    let next = reserve(&codes[2], "next").await?;
    assert_eq!(settle(paths::COUPON_COMMIT, next, "commit-next").await?["state"], "committed");
    for code in &codes {
        let said = json!({"code": code, "receipt_number": "one-more", "total_minor_units": 50_000});
        let more = till.write(paths::COUPON_RESERVATIONS, &format!("more-{code}").replace('"', ""), &said).await;
        assert!(more.is_err_and(|error| error.to_string().contains("coupon_refused")));
    }
    for (what, wanted) in [
        ("SELECT COUNT(*) FROM coupon_redemptions WHERE state = 'committed'", 4),
        ("SELECT COUNT(DISTINCT coupon_id) FROM coupon_redemptions WHERE state = 'committed'", 4),
        ("SELECT CAST(SUM(uses) AS BIGINT) FROM coupons", 4),
        ("SELECT CAST(SUM(minor_units) AS BIGINT) FROM coupon_postings", 0),
        ("SELECT CAST(SUM(minor_units) AS BIGINT) FROM coupon_postings WHERE account = 'redeemed'", 4_000),
        ("SELECT COUNT(*) FROM webhook_events WHERE kind = 'coupon.redeemed'", 4),
    ] {
        assert_eq!(server.number(what).await?, wanted, "{what}");
    }
    server.stop().await
}
