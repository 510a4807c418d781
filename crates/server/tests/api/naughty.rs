//! Strings that break software, wherever a person or a till may type one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};

const PHONE: &str = "+79161234567";

/// A server, a kiosk, a till, and a member who is proved at the kiosk.
struct Desk {
    app: TestApp,
    kiosk: String,
    till: String,
    card: String,
    proof: String,
    keys: AtomicU32,
    /// What was said to a refusal of each field.
    said: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Desk {
    async fn start() -> Self {
        let app = TestApp::start(LIST).await;
        let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
        let till = app.device("Касса", "till").await;
        let mut desk = Self {
            app,
            kiosk,
            till,
            card: String::new(),
            proof: String::new(),
            keys: AtomicU32::new(0),
            said: BTreeMap::new(),
        };
        let joined = desk.write(Method::POST, paths::MEMBERS, &json!({"phone": PHONE, "made_ms": 1})).await;
        joined.json()["card_number"].as_str().expect("a card").clone_into(&mut desk.card);
        desk.write(Method::POST, paths::MEMBER_CODES, &json!({"phone": PHONE, "language": "en"})).await;
        desk.app.messages.send_due().await.expect("messages are shown");
        let told = desk.app.ask(Method::GET, paths::MESSAGES, &[("cookie", &tablet)]).await.json();
        let text = told["shown"][0]["text"].as_str().expect("a text").to_owned();
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).expect("a code");
        let proved = desk.write(Method::POST, paths::MEMBER_PROOFS, &json!({"phone": PHONE, "code": code})).await;
        proved.json()["proof"].as_str().expect("a proof").clone_into(&mut desk.proof);
        desk
    }

    async fn write(&self, method: Method, path: &str, said: &Value) -> Answer {
        self.send(method, path, said.to_string().into_bytes()).await
    }

    /// As the kiosk with its member, or where only a till may, as the till.
    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let cookie = if path == paths::MEMBER_SEARCH { &self.till } else { &self.kiosk };
        let mut headers =
            vec![("cookie", cookie.as_str()), ("idempotency-key", &key), ("content-type", "application/json")];
        if path.starts_with(paths::MEMBER_SELF) {
            headers.push(("member-proof", &self.proof));
        }
        self.app.send(method, path, &headers, body).await
    }

    async fn own(&self, path: &str) -> Value {
        let answer = self.app.ask(Method::GET, path, &[("cookie", &self.kiosk), ("member-proof", &self.proof)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()
    }

    /// Whether a string was taken as a field; where it was not, the answer is a refusal that does not repeat it.
    fn is_taken(&mut self, field: &'static str, string: &str, answer: &Answer) -> bool {
        if answer.status == StatusCode::OK {
            return true;
        }
        assert!(answer.status.is_client_error(), "{field} {string:?}: {}", answer.status);
        assert_ne!(answer.error_code(), "internal", "{field} {string:?}");
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        // What is shorter may be a word of ours.
        let trimmed = string.trim();
        assert!(trimmed.chars().count() < 6 || !told.contains(trimmed), "{field} {string:?}: {told}");
        let message = answer.json()["error"]["message"].as_str().expect("a message").to_owned();
        // Where the string ends, its length tells.
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        self.said.entry(field).or_default().insert(message);
        false
    }
}

fn strings() -> Option<Vec<String>> {
    let path = polka_stage::real_data("naughty_strings.json")?;
    let text = std::fs::read_to_string(path).expect("it is read");
    let mut strings: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    // PostgreSQL keeps no NUL.
    strings.extend(
        ["\0", "Анна\0", "\0Анна", "a\0@shop.example", "12\0-31", "2026\0", "\u{feff}", "\u{202e}"].map(str::to_owned),
    );
    strings.push("щ".repeat(10_000));
    Some(strings)
}

#[tokio::test]
async fn no_string_that_breaks_software_breaks_what_members_say() {
    let Some(strings) = strings() else { return };
    let mut desk = Desk::start().await;
    let mut versions = Vec::new();
    for string in &strings {
        for field in ["first_name", "email", "birthday"] {
            let answer = desk.write(Method::PUT, paths::OWN_PROFILE, &json!({ field: string })).await;
            if desk.is_taken(field, string, &answer) {
                let expected = json!({ field: string.trim() });
                assert_eq!((&answer.json(), &desk.own(paths::OWN_PROFILE).await), (&expected, &expected));
            }
        }
        for (method, path, mut said) in [
            (Method::POST, paths::SHOPPING_LISTS, json!({"card_number": desk.card})),
            (Method::PUT, paths::OWN_SHOPPING_LIST, json!({})),
        ] {
            said["items"] = json!(string);
            let answer = desk.write(method, path, &said).await;
            assert!(!desk.is_taken("items", string, &answer) || string.is_empty(), "{path} {string:?} was taken");
        }
        let consent = json!({
            "card_number": desk.card, "kind": "marketing", "text_version": string, "is_given": true, "made_ms": 1,
        });
        let answer = desk.write(Method::POST, paths::MEMBER_CONSENTS, &consent).await;
        if desk.is_taken("text_version", string, &answer) {
            versions.push(json!(string));
        }
        for (field, path, said) in [
            ("phone", paths::MEMBERS, json!({"phone": string, "made_ms": 1})),
            ("phone to a code", paths::MEMBER_CODES, json!({"phone": string, "language": "ru"})),
            ("language", paths::MEMBER_CODES, json!({"phone": "+79161234500", "language": string})),
            ("card_number", paths::MEMBERS, json!({"phone": "+79161234501", "card_number": string, "made_ms": 1})),
            ("card_number of a consent", paths::MEMBER_CONSENTS, {
                let mut consent = consent.clone();
                consent["text_version"] = json!("1");
                consent["card_number"] = json!(string);
                consent
            }),
            (
                "card_number of a link",
                paths::MEMBER_LINKS,
                json!({"card_number": string, "by": "screen", "language": "ru"}),
            ),
            ("card_number of a list", paths::SHOPPING_LISTS, json!({"card_number": string, "items": ""})),
            ("by", paths::MEMBER_LINKS, json!({"card_number": desk.card, "by": string, "language": "ru"})),
            ("search by phone", paths::MEMBER_SEARCH, json!({"phone": string})),
            ("search by card", paths::MEMBER_SEARCH, json!({"card_number": string})),
            ("code", paths::MEMBER_PROOFS, json!({"phone": "+79161234502", "code": string})),
            ("link", paths::MEMBER_PHONES, json!({"link": string})),
        ] {
            let answer = desk.write(Method::POST, path, &said).await;
            assert!(!desk.is_taken(field, string, &answer), "{field} {string:?} was taken");
        }
    }
    let own = desk.own(paths::MEMBER_SELF).await;
    let kept: Vec<Value> =
        own["consents"].as_array().expect("a list").iter().map(|it| it["text_version"].clone()).collect();
    assert!(!versions.is_empty() && kept == versions, "{kept:?}");
    // No message is made of what was said.
    for (field, said) in &desk.said {
        assert!(said.len() <= 8, "{field}: {said:#?}");
    }
}

#[tokio::test]
async fn half_a_character_is_no_text() {
    let mut desk = Desk::start().await;
    for text in [r"\ud800", r"\udfff\ud800", "\u{1}", "\\u00"] {
        let body = format!(r#"{{"first_name": "{text}"}}"#).into_bytes();
        let answer = desk.send(Method::PUT, paths::OWN_PROFILE, body).await;
        assert!(!desk.is_taken("first_name", text, &answer), "{text}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let answer = desk.send(Method::PUT, paths::OWN_PROFILE, b"{\"first_name\": \"\xff\xfe\"}".to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
