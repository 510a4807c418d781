//! A till without network takes a coupon by its signature, and tells of it later.

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polka_contract::paths;
use polka_ledger::{CouponKey, CouponQr, CouponSigner, QrRefusal, Sale, Terms, Worth};
use serde_json::{Value, json};

use crate::apologies::Desk;
use crate::app::Answer;

const DAY_MS: i64 = 86_400_000;

impl Desk {
    /// The text of the QR code of a coupon on paper for so much.
    async fn qr(&self, key: &str, minor_units: i64) -> String {
        let given = self.apologise(&self.anna, key, minor_units, json!("paper")).await.json();
        let qr = given["coupon_qr"].as_str().unwrap_or_else(|| panic!("{given}")).to_owned();
        assert!(qr.starts_with(given["coupon_code"].as_str().expect("a code")));
        qr
    }

    async fn tell(&self, key: &str, qr: &str, receipt: &str, discount: i64) -> Answer {
        let said = json!({
            "qr": qr, "receipt_number": receipt, "total_minor_units": 50_000, "discount_minor_units": discount,
            "made_ms": self.store.app.now_ms(),
        });
        self.write(paths::COUPON_REDEMPTIONS, &self.other_till, key, &said).await
    }

    /// What the till learns as long as it has the network: the keys, and all that was said with them.
    async fn keys(&self) -> (Vec<CouponKey>, Value) {
        let told = self.store.app.ask(Method::GET, paths::COUPON_KEYS, &[("cookie", &self.till)]).await.json();
        let key = |key: &Value| {
            let bytes = URL_SAFE_NO_PAD.decode(key["public_key"].as_str().expect("a key")).expect("bytes");
            CouponKey::from_bytes(&bytes.try_into().expect("thirty-two")).expect("a key")
        };
        (told["keys"].as_array().expect("keys").iter().map(key).collect(), told)
    }

    /// What was wrong of what tills have told, as the manager sees it: receipts and what came of them, the newest first.
    async fn told(&self) -> Vec<(String, String)> {
        let listed =
            self.store.app.ask(Method::GET, paths::COUPON_REDEMPTIONS, &[("cookie", &self.maria)]).await.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let line = |line: &Value| (text(&line["receipt_number"]), text(&line["outcome"]));
        listed["redemptions"].as_array().expect("a list").iter().map(line).collect()
    }
}

fn told(receipt: &str, outcome: &str) -> (String, String) {
    (receipt.to_owned(), outcome.to_owned())
}

#[tokio::test]
async fn what_a_till_took_without_network_is_booked_once_and_the_coupon_is_used() {
    let desk = Desk::start().await;
    let qr = desk.qr("a", 10_000).await;
    let (keys, said) = desk.keys().await;
    assert_eq!((&said["store_id"], &said["offline_limit_minor_units"]), (&json!(1), &json!(30_000)));
    // The network is gone: the till has the keys, the limit and the text.
    let read: CouponQr = qr.parse().expect("a coupon");
    let day = read.terms().first_day;
    let sale = |day| Sale { store: 1, day, total_minor_units: 50_000, lines: Vec::new() };
    assert_eq!(read.check_offline(&keys, &sale(day), 30_000, |_| false), Ok(10_000));
    let late = read.terms().last_day.tomorrow().expect("a day");
    assert!(matches!(read.check_offline(&keys, &sale(late), 30_000, |_| false), Err(QrRefusal::Terms(_))));
    // It is there again.
    let first = desk.tell("t1", &qr, "r1", 10_000).await;
    assert_eq!(first.json()["outcome"], "taken", "{}", first.json());
    assert_eq!(desk.tell("t1", &qr, "r1", 10_000).await.body, first.body, "the same key");
    assert_eq!(desk.tell("t2", &qr, "r1", 10_000).await.body, first.body, "the same receipt");
    assert_eq!(desk.tell("t3", &qr, "r1", 9_000).await.error_code(), "coupon_refused", "another sum of it");
    assert_eq!(desk.cost().await, (-10_000, 0));
    assert_eq!(desk.is_open(&qr, "open").await, false, "by the text of the QR code too");
    for code in [&qr[..28], &qr] {
        let said = json!({"code": code, "receipt_number": "r2", "total_minor_units": 50_000});
        let reserved = desk.write(paths::COUPON_RESERVATIONS, &desk.till, &format!("r2-{}", code.len()), &said).await;
        assert_eq!(reserved.error_code(), "coupon_refused");
    }
    assert_eq!(desk.told().await, [], "nothing was wrong");
    // The sale is voided.
    assert_eq!(desk.settle(paths::COUPON_RELEASE, &first.json(), "void").await.json()["state"], "released");
    assert_eq!((desk.cost().await, desk.is_open(&qr, "again").await), ((0, 0), json!(true)));
    // Whoever counts what coupons cost is told as of those that were committed.
    let told = desk.store.app.ask(Method::GET, paths::WEBHOOK_EVENTS, &[("cookie", &desk.till)]).await.json();
    let events = told["events"].as_array().expect("events").iter();
    let events: Vec<_> = events.map(|event| (event["kind"].clone(), event["minor_units"].clone())).collect();
    let happened = ["coupon.issued", "coupon.redeemed", "coupon.voided"];
    assert_eq!(events, happened.map(|kind| (json!(kind), json!(10_000))));
}

#[tokio::test]
async fn a_coupon_that_was_used_or_taken_back_meanwhile_is_booked_all_the_same_and_a_manager_sees_it() {
    let desk = Desk::start().await;
    let (twice, cancelled) = (desk.qr("a", 10_000).await, desk.qr("b", 10_000).await);
    let held = desk.reserve(&desk.till, &twice[..28], "r1").await.json();
    assert_eq!(desk.tell("t1", &twice, "r2", 10_000).await.json()["outcome"], "taken_twice");
    assert_eq!(desk.settle(paths::COUPON_COMMIT, &held, "c1").await.json()["state"], "committed");
    assert_eq!(desk.cost().await, (-20_000, 0));
    // It stays used, also where one of the two sales is voided.
    desk.settle(paths::COUPON_RELEASE, &held, "void").await;
    assert_eq!(desk.reserve(&desk.till, &twice[..28], "r3").await.error_code(), "coupon_refused");
    let (apology, why) = (json!({"apology_id": 2}), json!({"why": "Ошибка"}));
    desk.on_apology(paths::APOLOGY_CANCELLATION, &apology, &desk.anna, "back", &why).await;
    assert_eq!(desk.tell("t4", &cancelled, "r4", 10_000).await.json()["outcome"], "taken_cancelled");
    assert_eq!(desk.reserve(&desk.till, &cancelled[..28], "r5").await.error_code(), "coupon_refused");
    assert_eq!(desk.cost().await, (-20_000, 0));
    // The network went between the reservation and the end of the same receipt: that is one use.
    let own = desk.qr("c", 10_000).await;
    desk.reserve(&desk.till, &own[..28], "r6").await;
    assert_eq!(desk.tell("t6", &own, "r6", 7_000).await.json()["outcome"], "taken");
    assert_eq!(desk.cost().await, (-27_000, 0));
    let lines = [told("r4", "taken_cancelled"), told("r2", "taken_twice")];
    assert_eq!(desk.told().await, lines);
}

#[tokio::test]
async fn what_is_forged_altered_or_against_the_rules_is_told_apart() {
    let desk = Desk::start().await;
    let qr = desk.qr("a", 10_000).await;
    let read: CouponQr = qr.parse().expect("a coupon");
    let other_server = CouponSigner::from_seed([9; 32]);
    let forged = other_server.sign(read.code(), read.terms()).expect("signed").to_string();
    let altered = format!("{}{}", &qr[..qr.len() - 1], (qr.as_bytes()[qr.len() - 1] - b'0' + 1) % 10);
    for (name, text) in [("forged", &forged), ("altered", &altered)] {
        let online = json!({"code": text});
        for (key, path, said) in [("on", paths::COUPON_SEARCH, Some(&online)), ("off", paths::COUPON_REDEMPTIONS, None)]
        {
            let key = format!("{name}-{key}");
            let answer = match said {
                Some(said) => desk.write(path, &desk.till, &key, said).await,
                None => desk.tell(&key, text, "r1", 10_000).await,
            };
            assert_eq!(answer.error_code(), "coupon_refused", "{path}");
            assert!(answer.json()["error"]["message"].to_string().contains(name), "{}", answer.json());
        }
    }
    for (number, text) in ["", "98", &qr[..28], &qr[1..], "ж", &"9".repeat(9_000)].into_iter().enumerate() {
        assert_eq!(desk.tell(&format!("x{number}"), text, "r1", 1).await.error_code(), "invalid_request", "{text}");
    }
    assert_eq!(desk.tell("more", &qr, "r1", 50_001).await.error_code(), "invalid_request", "more than was paid");
    assert_eq!(desk.told().await, [], "nothing of it was kept");

    let above = desk.tell("above", &desk.qr("b", 40_000).await, "r2", 40_000).await;
    assert_eq!(above.json()["outcome"], "taken_above_limit");
    assert_eq!(
        desk.tell("worth", &desk.qr("c", 10_000).await, "r3", 10_001).await.json()["outcome"],
        "taken_above_worth"
    );
    // Another server of the chain has signed too, for its own store.
    let key = URL_SAFE_NO_PAD.encode(other_server.key().to_bytes());
    let added = sqlx::query("INSERT INTO coupon_keys (public_key, made_ms) VALUES ($1, 1)").bind(key);
    added.execute(&desk.store.app.pool().await).await.expect("a key");
    let fresh: CouponQr = desk.qr("d", 10_000).await.parse().expect("a coupon");
    let of_other_store = Terms { store: Some(2), ..fresh.terms().clone() };
    let foreign = other_server.sign(fresh.code(), &of_other_store).expect("signed").to_string();
    assert_eq!(desk.tell("foreign", &foreign, "r5", 10_000).await.json()["outcome"], "taken_in_other_store");
    let terms = Terms { worth: Worth::Amount(5_000), ..fresh.terms().clone() };
    let lost = other_server.sign(polka_domain::CouponCode::from_secret([3; 16]), &terms).expect("signed");
    let unknown = desk.tell("unknown", &lost.to_string(), "r6", 5_000).await.json();
    assert_eq!((&unknown["outcome"], &unknown["reservation_id"]), (&json!("taken_unknown"), &Value::Null));
    assert_eq!(desk.tell("no-number", &lost.to_string(), "", 5_000).await.status, StatusCode::BAD_REQUEST);
    desk.store.app.wait(40 * DAY_MS);
    assert_eq!(desk.tell("late", &qr, "r4", 10_000).await.json()["outcome"], "taken_too_late");
    assert_eq!(desk.cost().await, (-70_001, 0), "the money is gone, whatever was wrong");
}
