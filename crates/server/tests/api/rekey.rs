//! Another key by which phone numbers are found, while the server serves.

use std::collections::HashSet;

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};

const PHONE: &str = "+79161234567";
const SECOND: &str = "+79161234568";
const THIRD: &str = "+79161234569";
const MINUTE_MS: i64 = 60_000;

const MEMBERS: &str = "SELECT COUNT(*) FROM members";

impl TestApp {
    async fn joins(&self, kiosk: &str, key: &str, phone: &str) -> Answer {
        self.write(paths::MEMBERS, kiosk, key, &json!({"phone": phone, "made_ms": 1})).await
    }

    async fn code(&self, kiosk: &str, key: &str, phone: &str) -> Answer {
        self.write(paths::MEMBER_CODES, kiosk, key, &json!({"phone": phone, "language": "en"})).await
    }

    async fn sent_code(&self, tablet: &str) -> String {
        self.messages.send_due().await.expect("messages are shown");
        let told = self.ask(Method::GET, paths::MESSAGES, &[("cookie", tablet)]).await.json();
        let text = told["shown"][0]["text"].as_str().expect("a text").to_owned();
        text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).expect("a code").to_owned()
    }

    async fn rekey(&self) -> Value {
        serde_json::from_str(&self.run(&["member", "rekey", "--json"]).await).expect("JSON")
    }

    /// Makes a key and takes it into use, without changing anybody: as where the command was killed at once.
    async fn begin_rekey(&self) {
        let told: Value =
            serde_json::from_str(&self.run(&["member", "rekey", "--prepare", "--json"]).await).expect("JSON");
        let made_ms = told["file"].as_str().and_then(|file| file.strip_prefix("phones-")).expect("a file");
        self.use_key(made_ms.parse().expect("a time")).await;
    }

    async fn use_key(&self, made_ms: i64) {
        let begin = sqlx::query("INSERT INTO phone_keys (made_ms, done_member_id, finished_ms) VALUES ($1, 0, NULL)");
        begin.bind(made_ms).execute(&self.pool().await).await.expect("a row");
    }

    /// So many members are found by the first key.
    async fn found_by_first(&self, phones: &[&str]) -> i64 {
        let (secrets, pool, mut found) = (self.secrets(), self.pool().await, 0);
        for phone in phones {
            let count = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE phone_digest = $1");
            let count: i64 =
                count.bind(secrets.digest("phone", &[phone.as_bytes()])).fetch_one(&pool).await.expect("a number");
            found += count;
        }
        found
    }

    /// All numbers of members, opened.
    async fn numbers(&self) -> Vec<String> {
        let sealed: Vec<String> = sqlx::query_scalar("SELECT phone FROM members WHERE phone IS NOT NULL")
            .fetch_all(&self.pool().await)
            .await
            .expect("numbers");
        let secrets = self.secrets();
        let open = |sealed: &String| secrets.open_personal("phone", sealed).expect("it opens");
        sealed.iter().map(|sealed| String::from_utf8(open(sealed)).expect("a number")).collect()
    }
}

#[tokio::test]
async fn a_number_is_one_member_s_before_a_key_is_changed_meanwhile_and_afterwards() {
    let app = TestApp::start(LIST).await;
    let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
    for (key, phone) in [("a", PHONE), ("b", SECOND)] {
        assert_eq!(app.joins(&kiosk, key, phone).await.status, StatusCode::OK);
    }
    assert_eq!(app.code(&kiosk, "code", PHONE).await.status, StatusCode::OK);
    let code = app.sent_code(&tablet).await;

    app.begin_rekey().await;
    assert_eq!(app.joins(&kiosk, "a-again", PHONE).await.status, StatusCode::OK);
    assert_eq!(app.count(MEMBERS).await, 2, "who was there is found");
    for key in ["c", "c-again"] {
        assert_eq!(app.joins(&kiosk, key, THIRD).await.status, StatusCode::OK);
    }
    assert_eq!(app.count(MEMBERS).await, 3);
    assert_eq!(app.found_by_first(&[PHONE, SECOND, THIRD]).await, 2, "who is new has the new key");
    assert_eq!(app.code(&kiosk, "soon", PHONE).await.error_code(), "too_many_tries", "codes of before count");

    let told = app.rekey().await;
    assert_eq!(told["members"], 3);
    assert_eq!(app.found_by_first(&[PHONE, SECOND, THIRD]).await, 0);
    let said = json!({"phone": PHONE, "code": code});
    let proved = app.write(paths::MEMBER_PROOFS, &kiosk, "prove", &said).await;
    assert_eq!(proved.status, StatusCode::OK, "a code of before is right: {}", proved.json());
    let proof = proved.json()["proof"].as_str().expect("a proof").to_owned();
    for (key, phone) in [("a-3", PHONE), ("b-3", SECOND), ("c-3", THIRD)] {
        assert_eq!(app.joins(&kiosk, key, phone).await.status, StatusCode::OK);
    }
    assert_eq!(app.count(MEMBERS).await, 3);
    let own = app.ask(Method::GET, paths::MEMBER_SELF, &[("cookie", &kiosk), ("member-proof", &proof)]).await;
    assert_eq!(own.json()["phone"], PHONE);
    let exported = app.run_with(&["member", "export"], SECOND).await;
    assert!(exported.contains(SECOND), "{exported}");

    let again = app.command(&["member", "rekey"]).output().await.expect("the program");
    assert_eq!(again.status.code(), Some(1), "codes of before still count");
}

#[tokio::test]
async fn whoever_works_in_the_store_is_known_by_the_new_key_too() {
    let app = TestApp::start(LIST).await;
    let kiosk = app.device("Вход", "kiosk").await;
    app.run_with(&["staff", "add", "Анна", "--role", "staff", "--phone"], PHONE).await;
    let card = app.joins(&kiosk, "join", PHONE).await.json()["card_number"].take();
    let reports = async |key: &str| {
        let said = json!({
            "gtin": "9520000000004", "last_day": "2026-01-01", "date_kind": "use_by", "quantity": 1,
            "card_number": card, "made_ms": app.now_ms(),
        });
        app.write(paths::EXPIRED_REPORTS, &kiosk, key, &said).await.json()["outcome"].take()
    };
    app.begin_rekey().await;
    assert_eq!(reports("between").await, "by_staff");
    assert_eq!(app.rekey().await["members"], 1);
    assert_eq!(reports("after").await, "by_staff");
    // Of the first key nothing is left, so it may be gone.
    let digests = "SELECT COUNT(*) FROM staff JOIN members ON members.phone_digest = staff.phone_digest";
    assert_eq!((app.count(digests).await, app.found_by_first(&[PHONE]).await), (1, 0));
}

#[tokio::test]
async fn a_code_of_before_leads_nowhere_once_the_member_is_erased() {
    let app = TestApp::start(LIST).await;
    let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
    app.joins(&kiosk, "a", PHONE).await;
    app.code(&kiosk, "code", PHONE).await;
    let said = json!({"phone": PHONE, "code": app.sent_code(&tablet).await});
    let proof = app.write(paths::MEMBER_PROOFS, &kiosk, "prove", &said).await.json()["proof"].take();
    app.wait(2 * MINUTE_MS);
    assert_eq!(app.code(&kiosk, "another", PHONE).await.status, StatusCode::OK);
    app.rekey().await;
    let headers = [
        ("cookie", kiosk.as_str()),
        ("member-proof", proof.as_str().expect("a proof")),
        ("idempotency-key", "erase"),
        ("content-type", "application/json"),
    ];
    let erased = app.send(Method::POST, paths::MEMBER_ERASURE, &headers, br#"{"made_ms": 1}"#.to_vec()).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.json());
    assert_eq!(app.count("SELECT COUNT(*) FROM phone_codes WHERE code_digest <> ''").await, 0);
}

#[tokio::test]
async fn a_server_that_does_not_have_the_key_adds_nobody_until_it_has() {
    let app = TestApp::start(LIST).await;
    let kiosk = app.device("Вход", "kiosk").await;
    app.joins(&kiosk, "a", PHONE).await;
    app.use_key(5).await;
    let refused = app.joins(&kiosk, "again", PHONE).await;
    assert_eq!((refused.status, refused.error_code()), (StatusCode::INTERNAL_SERVER_ERROR, "internal".into()));
    assert_eq!(app.count(MEMBERS).await, 1);
    std::fs::copy(app.path("polka.secrets/digest"), app.path("polka.secrets/phones-5")).expect("a key");
    assert_eq!(app.joins(&kiosk, "again", PHONE).await.status, StatusCode::OK, "it needs no restart");
    assert_eq!(app.count(MEMBERS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_it_goes_on_and_nobody_who_joins_meanwhile_is_there_twice() {
    const COUNT: usize = 2500;
    let number = |place: usize| format!("+7916123{place:04}");
    let app = TestApp::start(LIST).await;
    let kiosk = app.device("Вход", "kiosk").await;
    let (secrets, pool) = (app.secrets(), app.pool().await);
    let mut transaction = pool.begin().await.expect("a transaction");
    for place in 0..COUNT {
        let number = number(place);
        let added =
            sqlx::query("INSERT INTO members (id, phone_digest, phone, store_id, joined_ms) VALUES ($1, $2, $3, 1, 1)");
        let added = added.bind(i64::try_from(place + 1).expect("small"));
        let added = added.bind(secrets.digest("phone", &[number.as_bytes()]));
        let added = added.bind(secrets.seal_personal("phone", number.as_bytes()).expect("sealed"));
        added.execute(&mut *transaction).await.expect("a member");
    }
    transaction.commit().await.expect("they are kept");

    let done = async || app.count("SELECT COALESCE(MAX(done_member_id), 0) FROM phone_keys").await;
    let mut killed = app.command(&["member", "rekey", "--json"]).spawn().expect("the program");
    let mut joined = 0;
    // Known numbers of all pieces, and new ones, from before the first piece on.
    let mut join = async || {
        let place = joined * 7 % (COUNT + 200);
        assert_eq!(app.joins(&kiosk, &format!("join-{joined}"), &number(place)).await.status, StatusCode::OK);
        joined += 13;
    };
    while done().await < 1000 {
        join().await;
    }
    killed.kill().await.expect("it ends");
    let unfinished = app.count("SELECT COUNT(*) FROM phone_keys WHERE finished_ms IS NULL").await;
    for _ in 0..20 {
        join().await;
    }
    let resumed = async {
        let told = app.rekey().await;
        // It may have been through before it was killed.
        assert!(unfinished == 0 || told["members"].as_u64().is_some_and(|members| members < 2000), "{told}");
    };
    let joins = async {
        for _ in 0..100 {
            join().await;
        }
    };
    match unfinished {
        0 => joins.await,
        _ => drop(tokio::join!(resumed, joins)),
    }

    let numbers = app.numbers().await;
    assert!(numbers.len() >= COUNT);
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len(), "a number is there twice");
    assert_eq!(app.count(MEMBERS).await, i64::try_from(numbers.len()).expect("small"));
    let phones: Vec<&str> = numbers.iter().map(String::as_str).collect();
    assert_eq!(app.found_by_first(&phones).await, 0);
}
