//! The database as a file.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use polka_server::http;
use serde_json::{Value, json};

use crate::app::{LIST, TestApp};
use crate::writes::{MILK, report, send};

impl TestApp {
    /// Another server in the same folder, on another database.
    async fn served_from(&self, file: &str) -> Self {
        Self::serve_as(Arc::clone(&self.folder), file, http::Reach::default(), |services| services).await
    }

    /// Runs a command that is not to be done.
    async fn fails(&self, words: &[&str]) {
        let run = self.command(words).output().await.expect("the program");
        assert_eq!(run.status.code(), Some(1), "{words:?}");
    }
}

#[tokio::test]
async fn the_file_has_no_device_s_credential() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let (_, secret) = cookie.rsplit_once('.').expect("a secret");
    let kept = std::fs::read(app.path("polka.db")).expect("the database");
    assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "the database has the credential");
}

#[tokio::test]
async fn a_copy_made_while_the_server_serves_knows_every_write_that_was_answered_before() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let first = send(&app, &cookie, "a", &report(MILK, 7990)).await;
    let told: Value = serde_json::from_str(&app.run(&["backup", &app.path("copy.db"), "--json"]).await).expect("JSON");
    assert_eq!(told["file"], app.path("copy.db"));
    let mode = |file: &str| std::fs::metadata(app.path(file)).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode("copy.db"), mode("copy.secrets"), mode("copy.secrets/digest")), (0o600, 0o700, 0o600));
    // Its secrets would take the place of the server's own, and the log beside it is another's.
    std::fs::write(app.path("other.db-wal"), b"").expect("a file");
    for file in ["polka.db", "polka.bak", "polka.secrets", "other.db"] {
        app.fails(&["backup", &app.path(file)]).await;
    }
    send(&app, &cookie, "b", &report(MILK, 7990)).await;

    let restored = app.served_from("copy.db").await;
    assert_eq!(restored.count("SELECT COUNT(*) FROM label_reports").await, 1);
    assert_eq!(send(&restored, &cookie, "a", &report(MILK, 7990)).await.body, first.body);
    assert_eq!(send(&restored, &cookie, "a", &report(MILK, 6990)).await.error_code(), "key_reused");
    // What was answered after the copy was made, the device would have to send again.
    assert_eq!(send(&restored, &cookie, "b", &report(MILK, 7990)).await.json()["outcome"], "task_known");
}

#[tokio::test]
async fn the_file_has_nothing_that_a_member_told() {
    let app = TestApp::start(LIST).await;
    let kiosk = app.device("Вход", "kiosk").await;
    let joined = app.write(paths::MEMBERS, &kiosk, "join", &json!({"phone": "+79161234567", "made_ms": 1})).await;
    let said = json!({"card_number": joined.json()["card_number"], "by": "sms", "language": "ru"});
    app.write(paths::MEMBER_LINKS, &kiosk, "link", &said).await;
    app.messages.send_due().await.expect("messages are shown");
    let tablet = app.device("Планшет", "tablet").await;
    let told = app.ask(Method::GET, paths::MESSAGES, &[("cookie", &tablet)]).await.json();
    let (_, link) = told["shown"][0]["text"].as_str().and_then(|text| text.split_once('#')).expect("a link");
    let phone = app.write(paths::MEMBER_PHONES, "", "open", &json!({ "link": link })).await.cookie();
    let headers = [("cookie", phone.as_str()), ("idempotency-key", "tell"), ("content-type", "application/json")];
    let profile = json!({"first_name": "Евдокия", "birthday": "12-30", "email": "evdokia@shop.example"});
    let kept = app.send(Method::PUT, paths::OWN_PROFILE, &headers, profile.to_string().into_bytes()).await;
    assert_eq!(kept.status, StatusCode::OK);
    let (_, secret) = phone.rsplit_once('.').expect("a secret");
    let (_, token) = link.split_once('.').expect("a link");
    for file in ["polka.db", "polka.db-wal"] {
        let kept = std::fs::read(app.path(file)).expect("the database");
        for told in ["9161234567", "Евдокия", "12-30", "evdokia", secret, token] {
            let has_it = kept.windows(told.len()).any(|window| window == told.as_bytes());
            assert!(!has_it, "{file} has {told:?}");
        }
    }
}
