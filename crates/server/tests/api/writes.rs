//! Writes that take effect once.

use axum::http::{Method, StatusCode};
use polka_contract::{SEALED, paths, seal_context};
use polka_domain::Gtin;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};

pub(crate) const MILK: &str = "9520000000004";

pub(crate) fn report(gtin: &str, label_price: i64) -> Value {
    json!({ "gtin": gtin, "till_price_minor_units": 8990, "label_price_minor_units": label_price, "made_ms": 1 })
}

pub(crate) async fn send(app: &TestApp, cookie: &str, key: &str, said: &Value) -> Answer {
    app.write(paths::LABEL_REPORTS, cookie, key, said).await
}

#[tokio::test]
async fn a_write_that_is_sent_again_takes_effect_once_and_gets_the_same_answer() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let first = send(&app, &cookie, "a", &report(MILK, 7990)).await;
    assert_eq!((first.status, first.json()), (StatusCode::OK, json!({"outcome": "task_opened", "task_id": 1})));
    // What the answer tells of changes meanwhile; the answer does not.
    let other = send(&app, &cookie, "b", &report(MILK, 7990)).await.json();
    assert_eq!(other, json!({"outcome": "task_known", "task_id": 1}));
    app.import("gtin,name,price\n96385074,Хлеб,45.00\n").await;
    assert_eq!(send(&app, &cookie, "a", &report(MILK, 7990)).await.body, first.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM label_reports").await, 2);
}

#[tokio::test]
async fn of_two_that_come_at_once_one_takes_effect() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let said = report(MILK, 7990);
    let sent = (0..20).map(|_| send(&app, &cookie, "a", &said));
    let answers = futures_util::future::join_all(sent).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.body == answers[0].body));
    assert_eq!(app.count("SELECT COUNT(*) FROM label_reports").await, 1);
}

#[tokio::test]
async fn a_key_that_comes_with_something_else_is_refused() {
    let app = TestApp::start(LIST).await;
    let (cookie, other) = (app.device("Вход", "kiosk").await, app.device("Зал", "kiosk").await);
    send(&app, &cookie, "a", &report(MILK, 7990)).await;
    let refused = send(&app, &cookie, "a", &report(MILK, 6990)).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (409, "key_reused"));
    let elsewhere = json!({"state": "wanted", "made_ms": 1});
    assert_eq!(app.write(paths::CALLS, &cookie, "a", &elsewhere).await.error_code(), "key_reused");
    // Keys belong to a device.
    assert_eq!(send(&app, &other, "a", &report(MILK, 6990)).await.status, StatusCode::OK);
    assert_eq!(app.count("SELECT COUNT(*) FROM label_reports").await, 2);
}

#[tokio::test]
async fn a_sealed_write_is_opened_and_known_again() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let key = app.sealing_key();
    let said = report(MILK, 7990).to_string();
    let seal = |seed| key.seal(&seal_context(paths::LABEL_REPORTS, "a"), said.as_bytes(), [seed; 32]).expect("sealed");
    let send = async |key: &str, body: Vec<u8>| {
        let headers = [("cookie", cookie.as_str()), ("idempotency-key", key), ("content-type", SEALED)];
        app.send(Method::POST, paths::LABEL_REPORTS, &headers, body).await
    };
    assert_eq!(send("a", seal(1)).await.json()["outcome"], "task_opened");
    assert_eq!(send("a", seal(2)).await.json()["outcome"], "task_opened", "sealed anew it is still the same");
    let mut broken = seal(3);
    broken[50] ^= 1;
    for (key, body) in [("a", broken), ("b", seal(4)), ("a", b"{}".to_vec()), ("a", Vec::new())] {
        let refused = send(key, body).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (422, "seal_broken"));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM label_reports").await, 1);
}

#[tokio::test]
async fn a_device_has_one_open_call_until_it_is_called_off() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let call = async |key: &str, state: &str| {
        app.write(paths::CALLS, &cookie, key, &json!({"state": state, "made_ms": 5})).await.json()
    };
    assert_eq!(call("a", "called_off").await, json!({}));
    assert_eq!(call("b", "wanted").await, json!({"call_id": 1}));
    assert_eq!(call("c", "wanted").await, json!({"call_id": 1}));
    assert_eq!(call("d", "called_off").await, json!({"call_id": 1}));
    assert_eq!(call("e", "wanted").await, json!({"call_id": 2}));
    assert_eq!(app.count("SELECT COUNT(*) FROM calls WHERE called_off_ms IS NULL").await, 1);
}

#[tokio::test]
async fn a_product_that_is_gone_makes_no_task_and_its_report_is_noted() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let told = send(&app, &cookie, "a", &report("4006381333931", 7990)).await.json();
    assert_eq!(told, json!({"outcome": "product_gone"}));
    assert_eq!(app.count("SELECT COUNT(*) FROM tasks").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM label_reports").await, 1);
}

#[tokio::test]
async fn a_task_has_the_address_of_its_shelf() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    send(&app, &cookie, "a", &report(MILK, 7990)).await;
    let gtin: Gtin = MILK.parse().expect("a GTIN");
    assert_eq!(
        app.count("SELECT gtin FROM tasks WHERE aisle = '4' AND bay = '2' AND shelf = '3'").await,
        gtin.body() as i64
    );
}

#[tokio::test]
async fn what_is_not_right_is_told_and_leaves_nothing() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let good = report(MILK, 7990);
    let with = |name: &str, value: Value| {
        let mut said = good.clone();
        said[name] = value;
        said
    };
    for (cookie, key, said, status, code) in [
        ("", "a", good.clone(), 401, "device_unknown"),
        (&*cookie, "", good.clone(), 400, "invalid_request"),
        (&*cookie, "a b", good.clone(), 400, "invalid_request"),
        (&*cookie, &*"x".repeat(65), good.clone(), 400, "invalid_request"),
        (&*cookie, "a", with("gtin", json!("9520000000005")), 400, "invalid_gtin"),
        (&*cookie, "a", with("gtin", json!(9_520_000_000_004_i64)), 400, "invalid_request"),
        (&*cookie, "a", with("till_price_minor_units", json!(0)), 400, "invalid_request"),
        (&*cookie, "a", with("label_price_minor_units", json!(i64::MAX)), 400, "invalid_request"),
        (&*cookie, "a", with("label_price_minor_units", json!(1e300)), 400, "invalid_request"),
        (&*cookie, "a", with("made_ms", json!(-1)), 400, "invalid_request"),
        (&*cookie, "a", with("made_ms", json!(i64::MAX)), 400, "invalid_request"),
        (&*cookie, "a", with("more", json!(1)), 400, "invalid_request"),
        (&*cookie, "a", json!([]), 400, "invalid_request"),
    ] {
        let told = send(&app, cookie, key, &said).await;
        assert_eq!((told.status.as_u16(), told.error_code().as_str()), (status, code), "{said}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM writes").await, 0);
}

#[tokio::test]
async fn what_is_kept_of_a_write_for_ever_says_nothing_of_it() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    send(&app, &cookie, "a", &report(MILK, 7990)).await;
    let kept = app
        .count("SELECT COUNT(*) FROM writes WHERE length(digest) = 43 AND outcome = 'task_opened' AND reference = 1");
    assert_eq!(kept.await, 1);
}

#[tokio::test]
async fn a_product_that_is_not_on_its_shelf_is_one_task_beside_that_of_its_label() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    send(&app, &cookie, "label", &report(MILK, 7990)).await;
    let missing = async |key: &str, gtin: &str| {
        app.write(paths::MISSING_REPORTS, &cookie, key, &json!({"gtin": gtin, "made_ms": 1})).await
    };
    let opened = json!({"outcome": "task_opened", "task_id": 2});
    assert_eq!(missing("a", MILK).await.json(), opened);
    assert_eq!(missing("b", MILK).await.json(), json!({"outcome": "task_known", "task_id": 2}));
    assert_eq!(missing("a", MILK).await.json(), opened);
    assert_eq!(missing("c", "4006381333931").await.json(), json!({"outcome": "product_gone"}));
    assert_eq!(missing("d", "4006381333932").await.error_code(), "invalid_gtin");
    assert_eq!(app.count("SELECT COUNT(*) FROM missing_reports").await, 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM tasks WHERE kind = 'missing_product' AND aisle = '4'").await, 1);
}
