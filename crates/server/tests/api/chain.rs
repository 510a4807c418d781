//! A chain with a member in it, for the tests of what members and tills do.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, PUBLIC_URL, TestApp};

/// A server with a kiosk, a till, and a tablet on which its messages are shown.
pub(crate) struct Chain {
    pub(crate) app: TestApp,
    pub(crate) kiosk: String,
    pub(crate) till: String,
    pub(crate) tablet: String,
    keys: AtomicU32,
}

impl Chain {
    pub(crate) async fn start() -> Self {
        Self::with(TestApp::start(LIST).await).await
    }

    pub(crate) async fn with(app: TestApp) -> Self {
        let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
        let till = app.device("Касса", "till").await;
        Self { app, kiosk, till, tablet, keys: AtomicU32::new(0) }
    }

    /// Writes under a key that nobody had before.
    pub(crate) async fn write(&self, method: Method, path: &str, headers: &[(&str, &str)], said: &Value) -> Answer {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let mut all = vec![("idempotency-key", key.as_str()), ("content-type", "application/json")];
        all.extend(headers);
        self.app.send(method, path, &all, said.to_string().into_bytes()).await
    }

    pub(crate) async fn post(&self, path: &str, cookie: &str, said: &Value) -> Answer {
        self.write(Method::POST, path, &[("cookie", cookie)], said).await
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.app.ask(Method::GET, path, &[("cookie", cookie)]).await
    }

    pub(crate) async fn join(&self, phone: &str) -> String {
        let joined = self.post(paths::MEMBERS, &self.kiosk, &json!({"phone": phone, "made_ms": 1})).await;
        joined.json()["card_number"].as_str().expect("a card").to_owned()
    }

    /// The newest message.
    pub(crate) async fn message(&self) -> Value {
        self.app.messages.send_due().await.expect("messages are shown");
        self.get(paths::MESSAGES, &self.tablet).await.json()["shown"][0].take()
    }

    pub(crate) async fn code(&self) -> String {
        let message = self.message().await;
        let text = message["text"].as_str().expect("a text");
        text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).expect("a code").to_owned()
    }

    pub(crate) async fn link(&self, card: &str, by: &str) -> Answer {
        self.post(paths::MEMBER_LINKS, &self.kiosk, &json!({"card_number": card, "by": by, "language": "ru"})).await
    }

    pub(crate) async fn open(&self, link: &str, key: &str) -> Answer {
        self.app.write(paths::MEMBER_PHONES, "", key, &json!({ "link": link })).await
    }

    /// A phone that has opened a link from a screen.
    pub(crate) async fn shown_phone(&self, card: &str) -> String {
        let link = token(self.link(card, "screen").await.json()["url"].as_str().expect("a link"));
        let opened = self.open(&link, "phone").await;
        assert_eq!(opened.json(), json!({"is_proved": false}));
        opened.cookie()
    }

    /// A phone that has opened a link from an SMS.
    pub(crate) async fn proved_phone(&self, card: &str) -> String {
        assert_eq!(self.link(card, "sms").await.status, StatusCode::OK);
        let message = self.message().await;
        let opened = self.open(&token(message["text"].as_str().expect("a text")), "phone").await;
        assert_eq!(opened.json(), json!({"is_proved": true}));
        opened.cookie()
    }

    pub(crate) async fn keep_profile(&self, phone: &str, profile: &Value) -> Answer {
        self.write(Method::PUT, paths::OWN_PROFILE, &[("cookie", phone)], profile).await
    }

    /// A receipt over so many hundreds.
    pub(crate) async fn pay(&self, number: &str, card: &str, hundreds: i64) -> Value {
        let said = json!({
            "receipt_number": number, "buyer": {"card_number": card}, "total_minor_units": hundreds * 10_000,
            "made_ms": self.app.now_ms(),
        });
        self.post(paths::RECEIPTS, &self.till, &said).await.json()["accrued_points"].take()
    }

    pub(crate) async fn reserve(&self, number: &str, card: &str, proof: Value, key: &str) -> Answer {
        let said = json!({
            "buyer": {"card_number": card}, "proof": proof, "receipt_number": number, "total_minor_units": 100_000,
            "points": 1,
        });
        self.app.write(paths::POINTS_RESERVATIONS, &self.till, key, &said).await
    }

    pub(crate) async fn available(&self, phone: &str) -> Value {
        self.get(paths::MEMBER_POINTS, phone).await.json()["available"].take()
    }
}

/// What stands behind the `#` of the link in a text.
pub(crate) fn token(text: &str) -> String {
    let (_, link) = text.split_once(&format!("{PUBLIC_URL}/member-card#")).expect("a link");
    link.split_whitespace().next().expect("a link").to_owned()
}

pub(crate) fn code_and_status(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.error_code())
}

/// A code that is not this one.
pub(crate) fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}
