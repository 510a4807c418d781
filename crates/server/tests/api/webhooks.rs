//! Another system is told what staff have found: signed, in order, until it has taken it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Method;
use hmac::{Hmac, KeyInit, Mac};
use polka_contract::paths;
use polka_server::webhooks::{Webhook, send_next};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::app::Answer;
use crate::staff::Store;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const HOUR_MS: i64 = 3_600_000;

/// What a receiver was sent.
#[derive(Clone, Debug)]
struct Told {
    head: String,
    body: String,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// When it was signed, in seconds, where the signature is right.
    fn signed_s(&self) -> Option<i64> {
        let (time, signature) = self.header("polka-signature").strip_prefix("t=")?.split_once(",v1=")?;
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
        mac.update(format!("{time}.{}", self.body).as_bytes());
        let bytes = mac.finalize().into_bytes();
        let wanted: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        (signature == wanted).then(|| time.parse().ok())?
    }
}

/// A till's system: it notes what it is told, and answers with these, then with 204.
struct Receiver {
    webhook: Webhook,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Receiver {
    async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/told?key=hunter2", listener.local_addr().expect("an address"));
        let told = Arc::new(Mutex::new(Vec::new()));
        let (notes, mut answers) = (Arc::clone(&told), VecDeque::from(answers.to_vec()));
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let request = read(&mut connection).await;
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                let status = answers.pop_front().unwrap_or(204);
                // 0 breaks off.
                if status > 0 {
                    let answer = format!("HTTP/1.1 {status} Word\r\ncontent-length: 0\r\nlocation: /\r\n\r\n");
                    let _ = connection.write_all(answer.as_bytes()).await;
                }
            }
        });
        Self { webhook: Webhook::new(&url, SECRET).expect("a webhook"), told }
    }

    fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The numbers of the events that it was told, as often as it was.
    fn ids(&self) -> Vec<i64> {
        self.told().iter().map(|told| told.json()["event_id"].as_i64().expect("a number")).collect()
    }
}

async fn read(connection: &mut TcpStream) -> Told {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let told = Told { head: head.to_owned(), body: body.to_owned() };
            if told.header("content-length").parse() == Ok(body.len()) {
                return told;
            }
        }
        assert!(connection.read_buf(&mut bytes).await.expect("it sends on") > 0, "half a request: {text}");
    }
}

/// A store in which somebody is at work, for whom there is a card.
struct Desk {
    store: Store,
    card: String,
    cookies: String,
}

impl Desk {
    async fn start() -> Self {
        let store = Store::start().await;
        let card = store.join().await;
        let cookies = store.at_work(&store.tablet, &store.hire("Анна", "staff", &[]).await).await;
        Self { store, card, cookies }
    }

    /// Milk that was good until so many days ago is reported, and somebody looks for it.
    async fn look(&self, days_ago: i64, outcome: &str) {
        self.store.report(&format!("report-{days_ago}"), &self.card, days_ago).await;
        let tasks = self.store.tasks(&self.cookies).await;
        let task = tasks.iter().find(|task| task["waits_for_manager"] == false).expect("a task");
        self.end(task, &self.cookies, &format!("end-{days_ago}"), outcome).await;
    }

    async fn end(&self, task: &Value, cookies: &str, key: &str, outcome: &str) {
        let ended = self.store.on_task(paths::TASK_END, task, cookies, key, &json!({ "outcome": outcome })).await;
        assert_eq!(ended.status.as_u16(), 200, "{}", ended.json());
    }

    /// Sends what is due, and gives how many events were taken.
    async fn send(&self, receiver: &Receiver) -> usize {
        let (pool, now_ms) = (self.store.app.pool().await, self.store.app.now_ms());
        let mut taken = 0;
        while send_next(&pool, 1, &receiver.webhook, now_ms).await.expect("sent or not") {
            taken += 1;
        }
        taken
    }

    async fn events(&self) -> i64 {
        self.store.app.count("SELECT COUNT(*) FROM webhook_events").await
    }

    async fn read(&self, cookies: &str, query: &str) -> Answer {
        let path = format!("{}{query}", paths::WEBHOOK_EVENTS);
        self.store.app.ask(Method::GET, &path, &[("cookie", cookies)]).await
    }
}

#[tokio::test]
async fn a_lot_that_staff_have_confirmed_is_told_once_and_signed() {
    let desk = Desk::start().await;
    let receiver = Receiver::start(&[]).await;
    assert_eq!(desk.send(&receiver).await, 0, "nothing has happened yet");
    let confirmed_ms = desk.store.app.now_ms();
    desk.store.report("a", &desk.card, 1).await;
    let task = desk.store.tasks(&desk.cookies).await[0].clone();
    for _ in 0..2 {
        desk.end(&task, &desk.cookies, "end", "done").await;
    }
    desk.store.app.wait(7000);
    assert_eq!((desk.send(&receiver).await, desk.send(&receiver).await), (1, 0));
    let told = receiver.told();
    assert_eq!(told.len(), 1);
    let json = told[0].json();
    assert_eq!(
        json,
        json!({
            "event_id": json["event_id"], "kind": "expired_lot.confirmed", "store": "Polka", "gtin": "09520000000004",
            "last_day": task["last_day"], "confirmed_ms": confirmed_ms,
        })
    );
    assert!(told[0].head.starts_with("POST /told?key=hunter2 HTTP/1.1"));
    assert_eq!(told[0].header("content-type"), "application/json");
    assert_eq!(told[0].header("polka-event"), json["event_id"].to_string());
    assert_eq!(told[0].signed_s(), Some(desk.store.app.now_ms() / 1000));
    let forged = Told { body: told[0].body.replace("095", "096"), ..told[0].clone() };
    assert_eq!(forged.signed_s(), None);
}

#[tokio::test]
async fn what_a_manager_decides_about_later_is_told_when_it_was_found_and_not_again() {
    let desk = Desk::start().await;
    let receiver = Receiver::start(&[]).await;
    desk.look(90, "done").await;
    assert_eq!(desk.send(&receiver).await, 1);
    // More of the same are reported and found, and then a manager confirms.
    desk.store.report("more", "96438201745519283745", 90).await;
    let task = desk.store.tasks(&desk.cookies).await[0].clone();
    desk.end(&task, &desk.cookies, "end-more", "done").await;
    let maria = desk.store.hire("Мария", "manager", &[]).await;
    let as_maria = desk.store.at_work(&desk.store.tablet, &maria).await;
    desk.end(&task, &as_maria, "end-manager", "done").await;
    assert_eq!((desk.send(&receiver).await, desk.events().await), (0, 1));
    // What is reported after that is another task, and told anew.
    desk.store.report("new", "96438201745519283745", 90).await;
    let task = desk.store.tasks(&as_maria).await[0].clone();
    desk.end(&task, &as_maria, "end-new", "done").await;
    assert_eq!((desk.send(&receiver).await, desk.events().await), (1, 2));
}

#[tokio::test]
async fn what_was_not_found_is_told_to_nobody() {
    let desk = Desk::start().await;
    desk.look(1, "not_found").await;
    desk.store.app.write(paths::TILL_REQUESTS, &desk.store.tablet, "till", &json!({"made_ms": 1})).await;
    let task = desk.store.tasks(&desk.cookies).await[0].clone();
    desk.end(&task, &desk.cookies, "end-till", "done").await;
    assert_eq!(desk.events().await, 0);
}

#[tokio::test]
async fn what_becomes_of_a_coupon_is_told_once_each_without_its_code_or_the_customer() {
    let desk = Desk::start().await;
    let till = desk.store.app.device("Касса", "till").await;
    let write = async |path: &str, cookies: &str, key: &str, said: Value| {
        let written = desk.store.app.write(path, cookies, key, &said).await;
        assert_eq!(written.status.as_u16(), 200, "{path}: {}", written.json());
        written.json()
    };
    let apologise = async |key: &str, way: Value| {
        let said = json!({"reason": "queue", "minor_units": 10_000, "way": way, "language": "ru", "made_ms": 1});
        write(paths::APOLOGIES, &desk.cookies, key, said).await
    };
    let given = apologise("a", json!("paper")).await;
    let code = given["coupon_code"].as_str().expect("a code");
    let settle = async |path: &str, receipt: &str, key: &str| {
        let said = json!({"code": code, "receipt_number": receipt, "total_minor_units": 5_000});
        let reserved = write(paths::COUPON_RESERVATIONS, &till, &format!("reserve-{key}"), said).await;
        let path = path.replace("{reservation_id}", &reserved["reservation_id"].to_string());
        for again in ["", "-again"] {
            write(&path, &till, &format!("{key}{again}"), json!({})).await;
        }
        reserved["reservation_id"].clone()
    };
    let released = settle(paths::COUPON_RELEASE, "r1", "release").await;
    let redeemed = settle(paths::COUPON_COMMIT, "r2", "commit").await;
    let voided = settle(paths::COUPON_RELEASE, "r2", "void").await;
    let cancel = paths::APOLOGY_CANCELLATION.replace("{apology_id}", &given["apology_id"].to_string());
    write(&cancel, &desk.cookies, "cancel", json!({"why": "Ошибка"})).await;
    apologise("b", json!({"sms": "+79161234567"})).await;
    let told = desk.read(&till, "").await;
    let events = told.json()["events"].as_array().expect("events").clone();
    let facts =
        |event: &Value| (event["kind"].clone(), event["minor_units"].clone(), event.get("reservation_id").cloned());
    assert_eq!(
        events.iter().map(facts).collect::<Vec<_>>(),
        [
            (json!("coupon.issued"), json!(10_000), None),
            (json!("coupon.released"), json!(5_000), Some(released)),
            (json!("coupon.redeemed"), json!(5_000), Some(redeemed)),
            (json!("coupon.voided"), json!(5_000), Some(voided)),
            (json!("coupon.cancelled"), json!(10_000), None),
            (json!("coupon.issued"), json!(10_000), None),
        ]
    );
    let of_one = &events[..5];
    assert!(of_one.iter().all(|event| event["coupon_id"] == events[0]["coupon_id"] && event["store"] == "Polka"));
    assert!(of_one.iter().all(|event| event["last_four"] == code[24..] && event["department"] == "tills"));
    let text = String::from_utf8_lossy(&told.body).into_owned();
    assert!(!text.contains(code) && !text.contains("9161234567"), "{text}");
    let receiver = Receiver::start(&[]).await;
    assert_eq!(desk.send(&receiver).await, 6);
    assert_eq!(receiver.told().iter().map(Told::json).collect::<Vec<_>>(), events);
}

#[tokio::test]
async fn a_receiver_that_fails_gets_the_same_event_again_and_the_next_one_after_it() {
    let desk = Desk::start().await;
    let receiver = Receiver::start(&[500, 0, 302]).await;
    desk.look(1, "done").await;
    desk.look(2, "done").await;
    for pause_ms in [5000, 10_000, 20_000] {
        assert_eq!(desk.send(&receiver).await, 0);
        desk.store.app.wait(pause_ms - 1);
        assert_eq!(desk.send(&receiver).await, 0, "its time has not come");
        desk.store.app.wait(1);
    }
    assert_eq!(desk.send(&receiver).await, 2);
    let ids = receiver.ids();
    assert_eq!(ids.len(), 5);
    assert!(ids[..4].iter().all(|id| *id == ids[0]) && ids[4] > ids[0], "{ids:?}");
    let told = receiver.told();
    assert!(told[..4].iter().all(|it| it.body == told[0].body && it.signed_s().is_some()));
    assert_ne!(told[0].signed_s(), told[3].signed_s());
}

#[tokio::test]
async fn of_two_servers_that_send_at_once_one_does_and_what_it_leaves_the_other_sends() {
    let desk = Desk::start().await;
    let receiver = Receiver::start(&[]).await;
    desk.look(1, "done").await;
    let (pool, now_ms) = (desk.store.app.pool().await, desk.store.app.now_ms());
    let send = || send_next(&pool, 1, &receiver.webhook, now_ms);
    let (first, second) = tokio::join!(send(), send());
    assert!(first.expect("sent") != second.expect("sent"));
    assert_eq!(receiver.ids().len(), 1);
    // One that has ended while it sent.
    desk.store.app.execute("UPDATE webhook_events SET sent_ms = NULL").await;
    assert_eq!(desk.send(&receiver).await, 0);
    desk.store.app.wait(40_000);
    assert_eq!(desk.send(&receiver).await, 1);
    // Another store's server tells nothing of this one.
    desk.store.app.execute("UPDATE webhook_events SET sent_ms = NULL").await;
    desk.store.app.wait(40_000);
    assert!(!send_next(&pool, 2, &receiver.webhook, desk.store.app.now_ms()).await.expect("nothing"));
}

#[tokio::test]
async fn what_nobody_has_taken_for_a_month_is_sent_no_more_and_can_be_read_still() {
    let desk = Desk::start().await;
    let till = desk.store.app.device("Касса", "till").await;
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let webhook = Webhook::new(&format!("http://{gone}/"), SECRET).expect("a webhook");
    desk.look(1, "done").await;
    desk.store.app.wait(30 * 24 * HOUR_MS - 1);
    let pool = desk.store.app.pool().await;
    assert!(!send_next(&pool, 1, &webhook, desk.store.app.now_ms()).await.expect("not taken"));
    assert_eq!(desk.store.app.count("SELECT tries FROM webhook_events").await, 1);
    desk.store.app.wait(HOUR_MS);
    assert!(!send_next(&pool, 1, &webhook, desk.store.app.now_ms()).await.expect("not sent"));
    assert_eq!(desk.store.app.count("SELECT tries FROM webhook_events").await, 1);
    assert_eq!(desk.read(&till, "").await.json()["events"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_till_reads_again_what_was_missed() {
    let desk = Desk::start().await;
    let till = desk.store.app.device("Касса", "till").await;
    let receiver = Receiver::start(&[]).await;
    assert_eq!(desk.read(&till, "").await.json(), json!({"events": []}));
    for days_ago in 1..=3 {
        desk.look(days_ago, "done").await;
    }
    desk.send(&receiver).await;
    let told: Vec<_> = receiver.told().iter().map(Told::json).collect();
    assert_eq!(desk.read(&till, "").await.json(), json!({ "events": told }));
    let after = |place: usize| format!("?after={}", receiver.ids()[place]);
    assert_eq!(desk.read(&till, &after(0)).await.json(), json!({ "events": told[1..] }));
    assert_eq!(desk.read(&till, &after(2)).await.json(), json!({"events": []}));
    for query in ["?after=-1", "?after=", "?after=first", "?before=1", "?after=99999999999999999999"] {
        assert_eq!(desk.read(&till, query).await.error_code(), "invalid_request", "{query}");
    }
    assert_eq!(desk.read(&desk.store.tablet, "").await.error_code(), "forbidden");
    assert_eq!(desk.read("", "?after=-1").await.error_code(), "device_unknown");
    // Events of another store are none of this one's, and a hundred are read at once.
    desk.store.app.execute("INSERT INTO stores VALUES (2, 'Другой', 'Europe/Moscow', 'RUB', 0)").await;
    desk.store.app.execute("UPDATE webhook_events SET store_id = 2").await;
    assert_eq!(desk.read(&till, "").await.json(), json!({"events": []}));
    for number in 0..101 {
        let again = "INSERT INTO webhook_events (id, store_id, kind, about, body, made_ms, tries, next_ms)
            SELECT MAX(id) + 1, 1, MAX(kind), $1, MAX(body), 0, 0, 0 FROM webhook_events";
        let again = sqlx::query(again).bind(format!("copy-{number}"));
        again.execute(&desk.store.app.pool().await).await.expect("a row");
    }
    assert_eq!(desk.read(&till, "").await.json()["events"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn a_server_that_is_told_an_odd_address_or_a_short_secret_does_not_start_and_keeps_both_to_itself() {
    let app = crate::app::TestApp::start(crate::app::LIST).await;
    for (url, secret, told) in [
        ("ftp://till.example/hunter2", SECRET, "webhook-url must begin with http"),
        ("https://polka:hunter2@till.example/", SECRET, "a user before its host"),
        ("https://till.example/hunter2", "hunter2", "webhook-secret must have at least 32 characters"),
    ] {
        let run = app.command(&["--webhook-url", url, "serve"]).env("POLKA_WEBHOOK_SECRET", secret).output().await;
        let run = run.expect("the program");
        let error = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && error.contains(told) && !error.contains("hunter2"), "{error}");
    }
}
