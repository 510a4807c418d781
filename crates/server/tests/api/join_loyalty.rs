//! Joining with a phone number, proving that it is one's own, and what is kept of somebody.

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};
use crate::chain::{code_and_status, other_than};

const PHONE: &str = "+79161234567";

/// A server with a kiosk, and a tablet on which its messages are shown.
struct Kiosk {
    app: TestApp,
    cookie: String,
    tablet: String,
}

impl Kiosk {
    async fn start() -> Self {
        let app = TestApp::start(LIST).await;
        let (cookie, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
        Self { app, cookie, tablet }
    }

    async fn ask(&self, path: &str, key: &str, said: &Value) -> Answer {
        self.app.write(path, &self.cookie, key, said).await
    }

    async fn join(&self, key: &str) -> String {
        let joined = self.ask(paths::MEMBERS, key, &json!({"phone": PHONE, "made_ms": 1})).await;
        joined.json()["card_number"].as_str().expect("a card").to_owned()
    }

    async fn ask_for_code(&self, key: &str, phone: &str) -> Answer {
        self.ask(paths::MEMBER_CODES, key, &json!({"phone": phone, "language": "ru"})).await
    }

    /// The code in the newest message.
    async fn code(&self) -> String {
        self.app.messages.send_due().await.expect("messages are shown");
        let told = self.app.ask(Method::GET, paths::MESSAGES, &[("cookie", &self.tablet)]).await.json();
        let text = told["shown"][0]["text"].as_str().expect("a message").to_owned();
        text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).expect("a code").to_owned()
    }

    async fn prove(&self, key: &str, code: &str, card: Option<&str>) -> Answer {
        let mut said = json!({"phone": PHONE, "code": code});
        if let Some(card) = card {
            said["card_number"] = card.into();
        }
        self.ask(paths::MEMBER_PROOFS, key, &said).await
    }

    async fn with_proof(&self, path: &str, proof: &str) -> Answer {
        self.app.ask(Method::GET, path, &[("cookie", &self.cookie), ("member-proof", proof)]).await
    }

    /// Joins, and comes back with the code.
    async fn proved(&self) -> (String, String) {
        let card = self.join("join").await;
        self.ask_for_code("code", PHONE).await;
        let proved = self.prove("prove", &self.code().await, Some(&card)).await;
        (card, proved.json()["proof"].as_str().expect("a proof").to_owned())
    }
}

#[tokio::test]
async fn whoever_knows_the_code_may_spend_with_the_card_that_they_named_and_with_no_other() {
    let kiosk = Kiosk::start().await;
    let strangers = kiosk.join("stranger").await;
    let (card, proof) = kiosk.proved().await;
    let spends = "SELECT COUNT(*) FROM cards WHERE proved_ms IS NOT NULL";
    assert_eq!(kiosk.app.count(spends).await, 1);
    let own = kiosk.with_proof(paths::MEMBER_SELF, &proof).await.json();
    assert_eq!(own["phone"], PHONE);
    let cards = json!([strangers, card]);
    assert_eq!(json!([own["cards"][0]["card_number"], own["cards"][1]["card_number"]]), cards);
    assert_eq!(json!([own["cards"][0]["can_spend"], own["cards"][1]["can_spend"]]), json!([false, true]));
    let points = kiosk.with_proof(paths::MEMBER_POINTS, &proof).await;
    assert_eq!((points.status, points.json()["available"].clone()), (StatusCode::OK, json!(0)));
    assert_eq!(own["looks"].as_array().map(Vec::len), Some(1), "its own look");
}

#[tokio::test]
async fn a_code_is_right_once_for_five_minutes_and_wrong_five_times() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join").await;
    let sent = kiosk.ask_for_code("a", PHONE).await;
    assert_eq!(sent.json(), json!({"holds_s": 300, "again_after_s": 60}));
    let code = kiosk.code().await;
    assert_eq!(code_and_status(&kiosk.prove("1", other_than(&code), None).await), (401, "code_refused".into()));
    let right = kiosk.prove("2", &code, Some(&card)).await;
    assert_eq!(right.status, StatusCode::OK);
    assert_eq!(kiosk.prove("2", &code, Some(&card)).await.body, right.body, "the same key, the same proof");
    assert_eq!(kiosk.prove("3", &code, Some(&card)).await.error_code(), "code_refused", "it was used");

    kiosk.app.wait(61_000);
    kiosk.ask_for_code("b", PHONE).await;
    let code = kiosk.code().await;
    kiosk.app.wait(300_001);
    assert_eq!(kiosk.prove("4", &code, None).await.error_code(), "code_refused", "it is too old");

    kiosk.ask_for_code("c", PHONE).await;
    let code = kiosk.code().await;
    for wrong in 0..4 {
        let told = kiosk.prove(&format!("w{wrong}"), other_than(&code), None).await;
        assert_eq!(told.error_code(), "code_refused");
    }
    for key in ["w4", "w5"] {
        assert_eq!(code_and_status(&kiosk.prove(key, other_than(&code), None).await), (429, "too_many_tries".into()));
    }
    assert_eq!(kiosk.prove("right", &code, None).await.error_code(), "too_many_tries");
    kiosk.app.wait(120_000);
    assert_eq!(kiosk.ask_for_code("d", PHONE).await.error_code(), "too_many_tries", "the number has a pause");
    kiosk.app.wait(15 * 60_000);
    assert_eq!(kiosk.ask_for_code("e", PHONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_known_and_an_unknown_number_are_answered_alike() {
    let kiosk = Kiosk::start().await;
    kiosk.join("join").await;
    let (known, unknown) = (kiosk.ask_for_code("a", PHONE).await, kiosk.ask_for_code("b", "+79161234568").await);
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    let wrong = async |key: &str, phone: &str| {
        let told = kiosk.ask(paths::MEMBER_PROOFS, key, &json!({"phone": phone, "code": "12345"})).await;
        (told.status, told.json()["error"]["message"].clone())
    };
    assert_eq!(wrong("c", PHONE).await, wrong("d", "+79161234568").await);
    // No code was ever sent to this one.
    assert_eq!(wrong("e", PHONE).await, wrong("f", "+79161234569").await);
}

#[tokio::test]
async fn nobody_has_codes_sent_by_the_hundred() {
    let kiosk = Kiosk::start().await;
    assert_eq!(kiosk.ask_for_code("a0", PHONE).await.status, StatusCode::OK);
    assert_eq!(kiosk.ask_for_code("a0", PHONE).await.status, StatusCode::OK, "the same key sends nothing");
    assert_eq!(kiosk.ask_for_code("a1", PHONE).await.error_code(), "too_many_tries", "within a minute");
    for key in ["a2", "a3", "a4", "a5"] {
        kiosk.app.wait(60_000);
        assert_eq!(kiosk.ask_for_code(key, PHONE).await.status, StatusCode::OK, "{key}");
    }
    kiosk.app.wait(60_000);
    assert_eq!(kiosk.ask_for_code("a6", PHONE).await.error_code(), "too_many_tries", "five in an hour");
    for number in 0..55 {
        let phone = format!("+791612346{number:02}");
        assert_eq!(kiosk.ask_for_code(&format!("d{number}"), &phone).await.status, StatusCode::OK, "{number}");
    }
    assert_eq!(kiosk.ask_for_code("e", "+79161234700").await.error_code(), "too_many_tries", "sixty from a device");
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM messages").await, 60);
}

#[tokio::test]
async fn a_proof_holds_for_ten_minutes_at_its_device() {
    let kiosk = Kiosk::start().await;
    let (_, proof) = kiosk.proved().await;
    let elsewhere = [("cookie", kiosk.tablet.as_str()), ("member-proof", proof.as_str())];
    let refused = kiosk.app.ask(Method::GET, paths::MEMBER_POINTS, &elsewhere).await;
    assert_eq!(code_and_status(&refused), (401, "proof_refused".into()));
    let (id, _) = proof.split_once('.').expect("a proof");
    for wrong in ["", "1", "молоко", &format!("{id}."), &format!("{id}.{}", "A".repeat(43))] {
        assert_eq!(kiosk.with_proof(paths::MEMBER_SELF, wrong).await.error_code(), "proof_refused", "{wrong}");
    }
    kiosk.app.wait(600_000);
    assert_eq!(kiosk.with_proof(paths::MEMBER_POINTS, &proof).await.status, StatusCode::OK);
    kiosk.app.wait(1);
    assert_eq!(kiosk.with_proof(paths::MEMBER_POINTS, &proof).await.error_code(), "proof_refused");
}

#[tokio::test]
async fn what_somebody_agreed_to_is_kept_with_the_version_of_the_text_and_may_be_withdrawn() {
    let kiosk = Kiosk::start().await;
    let (card, proof) = kiosk.proved().await;
    let say = async |key: &str, kind: &str, version: &str, is_given: bool| {
        let said = json!({
            "card_number": card, "kind": kind, "text_version": version, "is_given": is_given, "made_ms": 7,
        });
        kiosk.ask(paths::MEMBER_CONSENTS, key, &said).await
    };
    assert_eq!(say("a", "processing", "2026-11", true).await.status, StatusCode::OK);
    say("a", "processing", "2026-11", true).await;
    say("b", "marketing", "2026-11", true).await;
    say("c", "marketing", "2026-12", false).await;
    assert_eq!(say("d", "marketing", "<b>", false).await.error_code(), "invalid_request");
    assert_eq!(say("e", "everything", "1", false).await.error_code(), "invalid_request");
    let consents = kiosk.with_proof(paths::MEMBER_SELF, &proof).await.json()["consents"].clone();
    let consent = |kind: &str, version: &str, is_given: bool| json!({"kind": kind, "text_version": version, "is_given": is_given, "made_ms": 7});
    let wanted = [
        consent("processing", "2026-11", true),
        consent("marketing", "2026-11", true),
        consent("marketing", "2026-12", false),
    ];
    assert_eq!(consents, json!(wanted));
}

#[tokio::test]
async fn who_wants_to_be_erased_is_and_the_ledger_stays_whole() {
    let kiosk = Kiosk::start().await;
    let (card, proof) = kiosk.proved().await;
    let till = kiosk.app.device("Касса", "till").await;
    let receipt = json!({
        "receipt_number": "r1", "buyer": {"card_number": card}, "total_minor_units": 100_000, "made_ms": 5,
    });
    assert_eq!(kiosk.app.write(paths::RECEIPTS, &till, "r", &receipt).await.json()["accrued_points"], 10);
    let headers = [
        ("cookie", kiosk.cookie.as_str()),
        ("idempotency-key", "erase"),
        ("content-type", "application/json"),
        ("member-proof", proof.as_str()),
    ];
    let erase =
        async || kiosk.app.send(Method::POST, paths::MEMBER_ERASURE, &headers, br#"{"made_ms": 9}"#.to_vec()).await;
    let erased = erase().await;
    assert_eq!((erased.status, erased.json()), (StatusCode::OK, json!({"member_id": 1})));
    assert_eq!(erase().await.body, erased.body, "the same key again");
    assert_eq!(kiosk.with_proof(paths::MEMBER_SELF, &proof).await.error_code(), "proof_refused");
    for left in [
        "SELECT COUNT(*) FROM members WHERE phone IS NOT NULL OR phone_digest IS NOT NULL",
        "SELECT COUNT(*) FROM cards WHERE number NOT LIKE 'gone-%'",
        "SELECT COUNT(*) FROM phone_codes WHERE code_digest <> ''",
        "SELECT COUNT(*) FROM member_proofs WHERE made_ms > 0",
    ] {
        assert_eq!(kiosk.app.count(left).await, 0, "{left}");
    }
    assert_eq!(kiosk.app.verified().await.expect("a ledger"), 1);
    // The key of joining is known for ever, and leads to nobody.
    let again = kiosk.ask(paths::MEMBERS, "join", &json!({"phone": PHONE, "made_ms": 1})).await;
    assert_eq!(code_and_status(&again), (404, "member_not_found".into()));
    // Whoever comes back is somebody new.
    kiosk.join("new").await;
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM members").await, 2);
}

#[tokio::test]
async fn what_an_erased_member_had_is_nobody_elses_afterwards() {
    let kiosk = Kiosk::start().await;
    let (_, proof) = kiosk.proved().await;
    let erased = kiosk
        .app
        .send(
            Method::POST,
            paths::MEMBER_ERASURE,
            &[
                ("cookie", &kiosk.cookie),
                ("member-proof", &proof),
                ("idempotency-key", "erase"),
                ("content-type", "application/json"),
            ],
            json!({"made_ms": 1}).to_string().into_bytes(),
        )
        .await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.json());

    // The next person at the same kiosk.
    let other = "+79161234500";
    kiosk.ask(paths::MEMBERS, "other", &json!({"phone": other, "made_ms": 1})).await;
    assert_eq!(kiosk.ask_for_code("other-code", other).await.status, StatusCode::OK);
    let code = kiosk.code().await;
    let said = json!({"phone": other, "code": code});
    let proved = kiosk.ask(paths::MEMBER_PROOFS, "other-prove", &said).await;
    assert_eq!(proved.status, StatusCode::OK, "the code was sent: {}", proved.json());
    assert_eq!(kiosk.with_proof(paths::MEMBER_SELF, &proof).await.error_code(), "proof_refused");
    let again = kiosk.ask(paths::MEMBERS, "join", &json!({"phone": PHONE, "made_ms": 1})).await;
    assert_eq!(again.error_code(), "member_not_found", "the card was erased");
}

#[tokio::test]
async fn erasing_oneself_gives_no_further_messages() {
    let kiosk = Kiosk::start().await;
    kiosk.proved().await;
    kiosk.app.run_with(&["member", "erase"], PHONE).await;
    assert_eq!(kiosk.ask_for_code("soon", PHONE).await.error_code(), "too_many_tries");
    // After a day codes are forgotten, but for the last one, whose number must not be given again.
    kiosk.app.wait(26 * 3_600_000);
    kiosk.app.catch_up().await;
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM phone_codes").await, 1);
    assert_eq!(kiosk.ask_for_code("later", PHONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_told_of_a_person_lies_in_no_cache() {
    let kiosk = Kiosk::start().await;
    let (_, proof) = kiosk.proved().await;
    for path in [paths::MEMBER_SELF, paths::MEMBER_POINTS] {
        assert_eq!(kiosk.with_proof(path, &proof).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_number_of_the_wrong_type_is_not_told_back() {
    let kiosk = Kiosk::start().await;
    for (key, phone) in [("a", json!(89_161_234_567_u64)), ("b", json!(["+79161234567, expected"])), ("c", json!(null))]
    {
        let refused = kiosk.ask(paths::MEMBERS, key, &json!({"phone": phone, "made_ms": 1})).await;
        assert_eq!(code_and_status(&refused), (400, "invalid_request".into()));
        assert!(!String::from_utf8_lossy(&refused.body).contains("9161234567"), "{}", refused.json());
    }
}
