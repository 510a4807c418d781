//! How a device becomes one of the store's, and stays it.

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use polka_server::http::Reach;
use serde_json::{Value, json};

use crate::app::{INSTALLER_PIN, LIST, TestApp};

const DEMO: &str = "gtin,name,price\n9521247000444,Молоко,89.90\n";

async fn code_of(app: &TestApp, name: &str) -> Value {
    let words = ["device", "add", name, "--kind", "kiosk", "--place", "У входа", "--start", "lang=en", "--json"];
    serde_json::from_str::<Value>(&app.run(&words).await).expect("JSON")["code"].clone()
}

async fn enrol(app: &TestApp, code: &Value, key: &str) -> crate::app::Answer {
    app.write(paths::DEVICE_ENROLMENT, "", key, &json!({ "code": code })).await
}

#[tokio::test]
async fn a_code_makes_a_device_of_the_store_once() {
    let app = TestApp::start(LIST).await;
    let code = code_of(&app, "Вход").await;
    let first = enrol(&app, &code, "a").await;
    assert_eq!(first.status, StatusCode::OK);
    let told = first.json();
    assert_eq!((&told["name"], &told["kind"], &told["place"]), (&json!("Вход"), &json!("kiosk"), &json!("У входа")));
    assert_eq!((&told["store"], &told["start"]), (&json!("Polka"), &json!("lang=en")));
    // The answer was lost, and the device asks again.
    assert_eq!(enrol(&app, &code, "a").await.cookie(), first.cookie());
    let other = enrol(&app, &code, "b").await;
    assert_eq!((other.status.as_u16(), other.error_code().as_str()), (401, "code_refused"));
    let own = app.ask(Method::GET, paths::DEVICE_SELF, &[("cookie", &first.cookie())]).await;
    assert_eq!(own.json(), told);
}

#[tokio::test]
async fn a_device_is_told_how_it_was_measured() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let profile =
        async || app.ask(Method::GET, paths::DEVICE_SELF, &[("cookie", &cookie)]).await.json()["profile"].take();
    assert_eq!(profile().await, Value::Null);
    let measures =
        "mm_per_css_px=0.277&viewing_distance_mm=700&screen_height_mm=345.6&input=both&jack=keypad&printer=no";
    app.run(&["device", "set", "Вход", "--profile", measures]).await;
    let told = json!({
        "um_per_css_px": 277, "viewing_distance_um": 700_000, "screen_bottom_height_um": 800_000,
        "screen_height_um": 345_600, "input": "both", "jack": "keypad", "has_printer": false,
    });
    assert_eq!(profile().await, told);
    // What else is set leaves it as it is.
    app.run(&["device", "set", "Вход", "--place", "У входа"]).await;
    assert_eq!(profile().await, told);
}

#[tokio::test]
async fn a_code_may_be_typed_in_groups_and_within_a_day() {
    let app = TestApp::start(LIST).await;
    let code = code_of(&app, "Вход").await;
    let code = code.as_str().expect("a code");
    let grouped = json!(format!("{} {}", &code[..4], &code[4..]));
    let until_ms = app.count("SELECT code_until_ms FROM devices").await;
    app.wait(until_ms - app.now_ms() + 1);
    assert_eq!(enrol(&app, &grouped, "a").await.error_code(), "code_refused");
    app.wait(-1);
    assert_eq!(enrol(&app, &grouped, "a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_guesses_codes_must_wait() {
    let app = TestApp::start(LIST).await;
    for code in 0..10 {
        let guessed = enrol(&app, &json!(format!("{code:08}")), "a").await;
        assert_eq!((guessed.status.as_u16(), guessed.error_code().as_str()), (401, "code_refused"));
    }
    let code = code_of(&app, "Вход").await;
    let told = enrol(&app, &code, "a").await;
    assert_eq!((told.status.as_u16(), told.error_code().as_str()), (429, "too_many_tries"));
    app.wait(60_000);
    assert_eq!(enrol(&app, &code, "a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_guesses_the_installers_pin_must_wait() {
    let app = TestApp::start(LIST).await;
    let try_pin = async |pin: &str| app.write(paths::INSTALLER, "", "", &json!({ "pin": pin })).await;
    assert_eq!(try_pin(INSTALLER_PIN).await.status, StatusCode::NO_CONTENT);
    for _ in 0..10 {
        let wrong = try_pin("314159").await;
        assert_eq!((wrong.status.as_u16(), wrong.error_code().as_str()), (401, "code_refused"));
    }
    let right = try_pin(INSTALLER_PIN).await;
    assert_eq!((right.status.as_u16(), right.error_code().as_str()), (429, "too_many_tries"));
    app.wait(60_000);
    assert_eq!(try_pin(INSTALLER_PIN).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn no_script_and_no_other_site_gets_at_the_credential() {
    let app = TestApp::start(LIST).await;
    let code = code_of(&app, "Вход").await;
    let enrolled = enrol(&app, &code, "a").await;
    let cookie = enrolled.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Max-Age=34560000", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "without TLS a browser would not send it back");
    let headers = [("cookie", enrolled.cookie()), ("origin", "https://evil.example".into())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let told = app.send(Method::PUT, paths::DEVICE_SELF, &headers, b"{}".to_vec()).await;
    assert_eq!((told.status.as_u16(), told.error_code().as_str()), (403, "forbidden"));
}

#[tokio::test]
async fn a_revoked_device_is_refused_until_it_gets_a_new_code() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let own = async |cookie: &str| app.ask(Method::GET, paths::DEVICE_SELF, &[("cookie", cookie)]).await;
    assert_eq!(own(&cookie).await.status, StatusCode::OK);
    app.run(&["device", "revoke", "Вход"]).await;
    assert_eq!(own(&cookie).await.error_code(), "device_unknown");
    let code: Value = serde_json::from_str(&app.run(&["device", "code", "Вход", "--json"]).await).expect("JSON");
    // Under the key of the first time, which the thief has too.
    let again = enrol(&app, &code["code"], "enrol").await;
    assert_eq!(own(&again.cookie()).await.status, StatusCode::OK);
    assert_eq!(own(&cookie).await.error_code(), "device_unknown");
    for cookie in ["", "polka_device=", "polka_device=1", "polka_device=1.", "polka_device=-1.x", "polka_device=9.x"] {
        assert_eq!(own(cookie).await.error_code(), "device_unknown", "{cookie}");
    }
}

#[tokio::test]
async fn a_tablet_of_the_staff_sees_how_the_others_do_and_a_kiosk_does_not() {
    let app = TestApp::start(LIST).await;
    let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Зал", "tablet").await);
    let oldest_ms = app.now_ms() - 3_600_000;
    let status = json!({
        "app_version": "1", "catalogue_version": 1, "outbox_entries": 3, "outbox_refused": 1,
        "outbox_oldest_ms": oldest_ms, "storage_is_persistent": false,
    });
    let headers = [("cookie", kiosk.as_str()), ("content-type", "application/json")];
    let put = app.send(Method::PUT, paths::DEVICE_SELF, &headers, status.to_string().into_bytes()).await;
    assert_eq!((put.status, put.cookie()), (StatusCode::OK, kiosk.clone()), "the cookie is renewed");
    let all = app.ask(Method::GET, paths::DEVICES, &[("cookie", &tablet)]).await.json();
    assert_eq!(all["devices"][0]["name"], "Вход");
    assert_eq!(all["devices"][0]["last_seen_ms"], app.now_ms());
    assert_eq!(all["devices"][0]["status"], status);
    assert_eq!(all["devices"][1]["status"], Value::Null);
    assert_eq!(app.ask(Method::GET, paths::DEVICES, &[("cookie", &kiosk)]).await.error_code(), "forbidden");
    assert_eq!(app.get(paths::DEVICES).await.error_code(), "device_unknown");
    let told = app.run(&["device", "list"]).await;
    assert!(
        told.contains("3 waiting since 60 minutes") && told.contains("1 refused, storage not kept for sure"),
        "{told}"
    );
}

#[tokio::test]
async fn a_demo_enrols_itself_on_the_servers_own_machine_and_nowhere_else() {
    let ask = async |list: &str, reach: Reach, host: &str| {
        let app = TestApp::reached(list, reach).await;
        let headers = [("host", host), ("idempotency-key", "a"), ("content-type", "application/json")];
        let enrolled = app.send(Method::POST, paths::DEVICE_ENROLMENT, &headers, b"{}".to_vec()).await;
        if enrolled.status == StatusCode::OK {
            app.run(&["device", "revoke", "Demo"]).await;
            let again = app.send(Method::POST, paths::DEVICE_ENROLMENT, &headers, b"{}".to_vec()).await;
            assert_eq!(again.error_code(), "code_refused", "it was revoked");
        }
        enrolled
    };
    let here = Reach { is_this_machine: true, has_tls: false };
    let enrolled = ask(DEMO, here, "127.0.0.1:8080").await;
    assert_eq!((enrolled.status, &enrolled.json()["name"]), (StatusCode::OK, &json!("Demo")));
    assert_eq!(ask(DEMO, here, "polka.store").await.error_code(), "code_refused");
    assert_eq!(ask(DEMO, here, "localhost.evil.example").await.error_code(), "code_refused");
    assert_eq!(ask(LIST, here, "localhost").await.error_code(), "code_refused");
    assert_eq!(ask(DEMO, Reach::default(), "localhost").await.error_code(), "code_refused");
}

#[tokio::test]
async fn odd_bodies_are_told_what_is_wrong_with_them() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
    let long = format!(
        "{{\"app_version\":\"{}\",\"catalogue_version\":1,\"outbox_entries\":0,\"outbox_refused\":0}}",
        "x".repeat(101)
    );
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"app_version\": 1}",
        "{\"app_version\":\"1\",\"catalogue_version\":-1,\"outbox_entries\":0,\"outbox_refused\":0}",
        "{\"app_version\":\"1\",\"catalogue_version\":1,\"outbox_entries\":0,\"outbox_refused\":0,\"more\":1}",
        &long,
        "{\"app_version\":\"\\u001b[2J\",\"catalogue_version\":1,\"outbox_entries\":0,\"outbox_refused\":0}",
        "{\"app_version\":\"1\",\"catalogue_version\":1,\"outbox_entries\":1,\"outbox_refused\":0,\"outbox_oldest_ms\":-9223372036854775808}",
    ] {
        let told = app.send(Method::PUT, paths::DEVICE_SELF, &headers, body.as_bytes().to_vec()).await;
        assert_eq!((told.status.as_u16(), told.error_code().as_str()), (400, "invalid_request"), "{body}");
    }
    for (key, body) in [("a", "{\"code\": 1}"), ("a", "{\"name\": \"\"}"), ("", "{}"), ("a b", "{}")] {
        let headers = [("idempotency-key", key), ("content-type", "application/json")];
        let told = app.send(Method::POST, paths::DEVICE_ENROLMENT, &headers, body.as_bytes().to_vec()).await;
        assert_eq!((told.status.as_u16(), told.error_code().as_str()), (400, "invalid_request"), "{key} {body}");
    }
}
