//! Messages to people: queued once, sent as long as they hold, and gone from the database after.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{Method, StatusCode};
use polka_contract::{MessageChannel, paths};
use polka_server::messages::{self, Carriers, Message, Recipient, Refusal, SmsUrl, Smtp};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::app::{LIST, TestApp};

const PHONE: &str = "+79161234567";
const TEXT: &str = "Ваш код: 4821";
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const DEMO: &str = "gtin,name,price\n9521247000444,Молоко,89.90\n";

/// A gateway that notes what it is asked, and answers alike each time; with no answer it breaks off.
struct Gateway {
    carriers: Carriers,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gateway {
    async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let length = connection.read(&mut request).await.unwrap_or_default();
                let line = String::from_utf8_lossy(&request[..length]).lines().next().unwrap_or_default().to_owned();
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                let _ = connection.write_all(answer.as_bytes()).await;
            }
        });
        let template = format!("http://{address}/send?to={{to}}&text={{text}}&dlr={{dlr}}");
        let sms = SmsUrl::parse(&template, Some("http://polka")).expect("a gateway");
        Self { carriers: Carriers { sms: Some(sms), ..Carriers::default() }, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

const ACCEPTS: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 25\r\n\r\n0: Accepted for delivery\n";

fn code(app: &TestApp, key: &str) -> Message {
    let expires_ms = Some(app.now_ms() + 5 * MINUTE_MS);
    Message { expires_ms, ..coupon(key) }
}

fn coupon(key: &str) -> Message {
    Message {
        store_id: 1,
        to: Recipient::Sms(PHONE.into()),
        kind: "member_code",
        subject: String::new(),
        text: TEXT.into(),
        key: key.into(),
        expires_ms: None,
    }
}

async fn queue(app: &TestApp, message: &Message) -> i64 {
    let mut transaction = app.pool().await.begin().await.expect("a transaction");
    let queued = messages::queue(&mut transaction, &app.secrets(), message, app.now_ms()).await.expect("it is queued");
    transaction.commit().await.expect("it is kept");
    queued
}

/// Where a message stands, and what is kept sealed of it.
async fn state(app: &TestApp, id: i64) -> (String, Option<String>) {
    let state = sqlx::query_as("SELECT state, sealed FROM messages WHERE id = $1").bind(id);
    state.fetch_one(&app.pool().await).await.expect("a message")
}

async fn overview(app: &TestApp, cookie: &str) -> Value {
    let answer = app.ask(Method::GET, paths::MESSAGES, &[("cookie", cookie)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn where_none_are_sent_a_tablet_shows_them_and_masks_the_number() {
    let app = TestApp::start(LIST).await;
    let (tablet, kiosk) = (app.device("Зал", "tablet").await, app.device("Вход", "kiosk").await);
    queue(&app, &code(&app, "a")).await;
    assert_eq!(app.messages.send_due().await.expect("it is sent"), 1);
    let told = overview(&app, &tablet).await;
    assert_eq!((&told["shown"][0]["text"], &told["shown"][0]["to"]), (&TEXT.into(), &"•••67".into()));
    assert_eq!(told["channels"][0]["carrier"], "log");
    let answer = app.ask(Method::GET, paths::MESSAGES, &[("cookie", &kiosk)]).await;
    assert_eq!(answer.error_code(), "forbidden");
    assert_eq!(app.get(paths::MESSAGES).await.error_code(), "device_unknown");
}

#[tokio::test]
async fn nothing_of_a_person_stays_when_the_message_was_taken() {
    let app = TestApp::start(LIST).await;
    let id = queue(&app, &code(&app, "a")).await;
    let (_, sealed) = state(&app, id).await;
    let sealed = sealed.expect("it waits");
    assert!(app.secrets().open_personal("message a", &sealed).is_ok());
    assert!(app.secrets().open_personal("message b", &sealed).is_err(), "it could be given another's words");
    app.messages.send_due().await.expect("it is sent");
    assert_eq!(state(&app, id).await, ("sent".into(), None));
}

#[tokio::test]
async fn the_same_key_queues_once_and_a_message_goes_with_its_transaction() {
    let app = TestApp::start(LIST).await;
    let first = queue(&app, &coupon("a")).await;
    app.messages.send_due().await.expect("it is sent");
    assert_eq!(queue(&app, &coupon("a")).await, first);
    assert_ne!(queue(&app, &coupon("b")).await, first);
    let mut undone = app.pool().await.begin().await.expect("a transaction");
    messages::queue(&mut undone, &app.secrets(), &coupon("c"), app.now_ms()).await.expect("it is queued");
    undone.rollback().await.expect("it is undone");
    assert_eq!(app.count("SELECT COUNT(*) FROM messages").await, 2);
    assert_eq!(app.messages.send_due().await.expect("they are sent"), 1);
}

#[tokio::test]
async fn over_the_day_s_limit_no_sms_is_queued_until_midnight() {
    let carriers = Carriers { sms_daily_limit: Some(2), are_shown: Some(true), ..Carriers::default() };
    let app = TestApp::carried(LIST, carriers).await;
    let pool = app.pool().await;
    let may_queue = async |channel| {
        let mut connection = pool.acquire().await.expect("a connection");
        app.messages.may_queue(&mut connection, channel, app.now_ms()).await.expect("an answer")
    };
    for key in ["a", "b"] {
        assert_eq!(may_queue(MessageChannel::Sms).await, Ok(()));
        queue(&app, &coupon(key)).await;
    }
    assert_eq!(may_queue(MessageChannel::Sms).await, Err(Refusal::DailyLimit));
    assert_eq!(may_queue(MessageChannel::Email).await, Ok(()));
    let metrics = String::from_utf8(app.get(paths::METRICS).await.body).expect("text");
    for line in ["polka_sms_today 2", "polka_sms_daily_limit 2", "polka_sms_over_limit_total 1"] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let told = overview(&app, &app.device("Зал", "tablet").await).await;
    assert_eq!((&told["sms_today"], &told["sms_daily_limit"]), (&2.into(), &2.into()));
    app.wait(DAY_MS);
    assert_eq!(may_queue(MessageChannel::Sms).await, Ok(()));
}

#[tokio::test]
async fn a_store_without_carriers_queues_nothing_but_in_the_demo() {
    let app = TestApp::carried(DEMO, Carriers::default()).await;
    let tablet = app.device("Зал", "tablet").await;
    queue(&app, &coupon("a")).await;
    app.messages.send_due().await.expect("it is shown");
    assert_eq!(overview(&app, &tablet).await["shown"][0]["text"], TEXT);
    // Its own products take the place of the demo's.
    app.import(LIST).await;
    let told = overview(&app, &tablet).await;
    assert_eq!((&told["shown"], &told["channels"][0]["carrier"]), (&Value::Array(Vec::new()), &Value::Null));
    let mut connection = app.pool().await.acquire().await.expect("a connection");
    for channel in MessageChannel::ALL {
        let refused = app.messages.may_queue(&mut connection, channel, app.now_ms()).await.expect("an answer");
        assert_eq!(refused, Err(Refusal::NoCarrier(channel)));
    }
}

#[tokio::test]
async fn who_carries_a_message_is_asked_with_its_words_and_it_is_shown_to_nobody() {
    let gateway = Gateway::start(ACCEPTS).await;
    let app = TestApp::carried(DEMO, gateway.carriers.clone()).await;
    let tablet = app.device("Зал", "tablet").await;
    queue(&app, &code(&app, "a")).await;
    app.messages.send_due().await.expect("it is sent");
    let asked = gateway.asked();
    let sent =
        "GET /send?to=%2B79161234567&text=%D0%92%D0%B0%D1%88%20%D0%BA%D0%BE%D0%B4%3A%204821&dlr=http%3A%2F%2Fpolka";
    assert!(asked.len() == 1 && asked[0].starts_with(sent), "{asked:?}");
    let told = overview(&app, &tablet).await;
    assert_eq!((&told["shown"], &told["channels"][0]["carrier"]), (&Value::Array(Vec::new()), &"sms-url".into()));
}

#[tokio::test]
async fn while_a_carrier_is_down_its_messages_wait_and_are_sent_when_it_is_back() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let gateway = SmsUrl::parse(&format!("http://{address}/?to={{to}}&text={{text}}"), None).expect("a gateway");
    let app = TestApp::carried(LIST, Carriers { sms: Some(gateway), ..Carriers::default() }).await;
    let tablet = app.device("Зал", "tablet").await;
    let id = queue(&app, &coupon("a")).await;
    let queued_ms = app.now_ms();
    app.messages.send_due().await.expect("it is tried");
    assert_eq!(app.messages.send_due().await.expect("nothing is due"), 0);
    app.wait(1000);
    assert_eq!(app.messages.send_due().await.expect("it is tried"), 1);

    let told = overview(&app, &tablet).await;
    let sms = &told["channels"][0];
    assert_eq!((&sms["waiting"], &sms["waiting_since_ms"]), (&1.into(), &queued_ms.into()));
    assert_eq!(sms["last_error"], "the gateway cannot be reached");
    assert_eq!(told["channels"][1]["waiting"], 0);
    let metrics = String::from_utf8(app.get(paths::METRICS).await.body).expect("text");
    assert!(metrics.contains("polka_messages_waiting{channel=\"sms\"} 1"), "{metrics}");
    assert!(metrics.contains("polka_messages_waiting{channel=\"email\"} 0"), "{metrics}");

    let back = TcpListener::bind(address).await.expect("the port");
    tokio::spawn(async move {
        let (mut connection, _) = back.accept().await.expect("a connection");
        let _ = connection.read(&mut [0; 4096]).await;
        let _ = connection.write_all(ACCEPTS.as_bytes()).await;
    });
    app.wait(2000);
    app.messages.send_due().await.expect("it is sent");
    assert_eq!(state(&app, id).await.0, "sent");
    assert_eq!(overview(&app, &tablet).await["channels"][0]["last_error"], Value::Null);
}

#[tokio::test]
async fn a_code_that_no_longer_holds_is_not_sent() {
    let gateway = Gateway::start(ACCEPTS).await;
    let app = TestApp::carried(LIST, gateway.carriers.clone()).await;
    let id = queue(&app, &code(&app, "a")).await;
    app.wait(5 * MINUTE_MS);
    app.messages.send_due().await.expect("nothing is sent");
    assert_eq!((state(&app, id).await, gateway.asked().len()), (("expired".into(), None), 0));
}

#[tokio::test]
async fn what_the_gateway_refuses_is_not_sent_again() {
    let gateway = Gateway::start("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let app = TestApp::carried(LIST, gateway.carriers.clone()).await;
    let id = queue(&app, &coupon("a")).await;
    app.messages.send_due().await.expect("it is tried");
    app.wait(DAY_MS / 2);
    app.messages.send_due().await.expect("nothing is sent");
    assert_eq!((state(&app, id).await, gateway.asked().len()), (("refused".into(), None), 1));
}

#[tokio::test]
async fn where_it_is_not_known_whether_it_was_taken_a_code_is_not_sent_again_and_a_coupon_is() {
    let gateway = Gateway::start("").await;
    let app = TestApp::carried(LIST, gateway.carriers.clone()).await;
    let (code, coupon) = (queue(&app, &code(&app, "a")).await, queue(&app, &coupon("b")).await);
    app.messages.send_due().await.expect("they are tried");
    assert_eq!(state(&app, code).await, ("in_doubt".into(), None));
    assert_eq!((state(&app, coupon).await.0.as_str(), gateway.asked().len()), ("waiting", 2));
    app.wait(MINUTE_MS);
    assert_eq!(app.messages.send_due().await.expect("one is tried"), 1);
}

#[tokio::test]
async fn a_message_that_was_being_sent_when_the_server_ended_is_in_doubt() {
    let gateway = Gateway::start(ACCEPTS).await;
    let app = TestApp::carried(LIST, gateway.carriers.clone()).await;
    let (code, coupon) = (queue(&app, &code(&app, "a")).await, queue(&app, &coupon("b")).await);
    // As it is left by a server that ends in the middle, after the longest try.
    app.execute("UPDATE messages SET state = 'sending', tries = 1, tried_ms = due_ms").await;
    assert_eq!(app.messages.send_due().await.expect("nothing is sent"), 0);
    assert_eq!(state(&app, code).await, ("in_doubt".into(), None));
    app.wait(MINUTE_MS);
    assert_eq!(app.messages.send_due().await.expect("one is sent"), 1);
    assert_eq!(state(&app, coupon).await, ("sent".into(), None));
    assert_eq!(gateway.asked().len(), 1);
}

#[tokio::test]
async fn a_report_with_the_right_key_says_what_became_of_a_message() {
    let gateway = Gateway::start("").await;
    let app = TestApp::carried(LIST, gateway.carriers.clone()).await;
    let id = queue(&app, &coupon("a")).await;
    app.messages.send_due().await.expect("it is tried");
    assert_eq!(state(&app, id).await.0, "waiting");
    let asked = gateway.asked();
    let (_, report) = asked[0].split_once("&dlr=http%3A%2F%2Fpolka").expect("a report");
    let report = report.split(' ').next().expect("an address");
    let path = percent_encoding::percent_decode_str(report).decode_utf8().expect("text").replace("%d", "8");
    for wrong in [
        path.replace("key=", "key=a"),
        path.replace(&format!("/{id}/"), &format!("/{}/", id + 1)),
        path.replace(&format!("/{id}/"), "/a/"),
    ] {
        assert_eq!(app.get(&wrong).await.error_code(), "not_found", "{wrong}");
    }
    assert_eq!(app.get(&path.replace("status=8", "status=3")).await.error_code(), "invalid_request");
    assert_eq!(state(&app, id).await.0, "waiting");
    // The gateway had it after all, so it is not sent again.
    assert_eq!(app.get(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(state(&app, id).await, ("sent".into(), None));
    assert_eq!(app.get(&path.replace("status=8", "status=1")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(state(&app, id).await, ("delivered".into(), None));
    app.wait(MINUTE_MS);
    assert_eq!(app.messages.send_due().await.expect("nothing is due"), 0);
}

#[tokio::test]
async fn a_mail_server_that_is_away_keeps_only_mail_waiting() {
    let gateway = Gateway::start(ACCEPTS).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let server = Smtp::parse(&format!("smtp://{nobody}"), "polka@shop.example").expect("a server");
    let app = TestApp::carried(LIST, Carriers { email: Some(server), ..gateway.carriers.clone() }).await;
    let to = Recipient::Email("irina@example.org".into());
    let mail = queue(&app, &Message { to, ..coupon("a") }).await;
    let sms = queue(&app, &coupon("b")).await;
    app.messages.send_due().await.expect("they are tried");
    assert_eq!((state(&app, mail).await.0.as_str(), state(&app, sms).await.0.as_str()), ("waiting", "sent"));
}
