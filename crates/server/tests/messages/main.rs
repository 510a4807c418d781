//! Messages to people, from the real program to a real gateway for SMS with its centre, to a real mail server,
//! and to a real process that prints.
//!
//! A server that is killed leaves its messages to the one that starts next, in the state in which they were. What
//! was being sent is looked at when the longest try would be over. No test waits for that: it moves the time in the
//! database.

mod gate;
mod kannel;
mod mail_server;
mod printer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use polka_contract::paths;
use polka_domain::CouponCode;
use polka_server::clock::Clock;
use polka_server::database;
use polka_server::messages::{self, Message, Recipient};
use polka_server::secrets::Secrets;
use polka_stage::{Device, Server, until};
use serde_json::{Value, json};
use sqlx::AnyPool;
use tokio::net::TcpStream;

use gate::{Gate, Open};
use kannel::Kannel;
use mail_server::{MailServer, header};
use printer::{Printer, runs};

const PHONE: &str = "+79161234567";
const OPEN: &str = "SELECT COUNT(*) FROM messages WHERE state IN ('waiting', 'sending')";

async fn until_listening(port: u16) -> Result<()> {
    until("a program listens", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))).await
}

/// The server, and its database and secrets as its slices have them.
struct Store {
    server: Server,
    pool: AnyPool,
    secrets: Secrets,
}

impl Store {
    async fn start(arguments: &[&str]) -> Result<Self> {
        let server = Server::with_program(env!("CARGO_BIN_EXE_polka").into(), arguments).await?;
        let pool = database::open(&server.database()).await?;
        let secrets = Secrets::open(&Secrets::folder_of(&server.database())?, Clock::system().now_ms())?;
        Ok(Self { server, pool, secrets })
    }

    async fn with_gateway(url: &str) -> Result<Self> {
        Self::start(&["--sms-url", url]).await
    }

    async fn queue(&self, message: &Message) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        messages::queue(&mut transaction, &self.secrets, message, Clock::system().now_ms()).await?;
        Ok(transaction.commit().await?)
    }

    /// Lets pauses pass, and the longest tries of servers that were killed.
    async fn let_time_pass(&self, states: &[&str]) -> Result<()> {
        for state in states {
            sqlx::query("UPDATE messages SET due_ms = 0 WHERE state = $1").bind(state).execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Kills the server, and starts it when the longest try would be over.
    async fn kill_and_restart(&mut self) -> Result<()> {
        self.server.kill().await?;
        self.let_time_pass(&["sending"]).await?;
        self.server.restart().await
    }

    /// Lets time pass until no message waits.
    async fn finish(&self) -> Result<()> {
        until("all messages are through", async || {
            self.let_time_pass(&["waiting"]).await?;
            Ok((self.server.number(OPEN).await? == 0).then_some(()))
        })
        .await
    }

    /// Where the message with a key stands, and how often nobody knew.
    async fn state(&self, key: &str) -> Result<(String, i64)> {
        let state = sqlx::query_as("SELECT state, doubts FROM messages WHERE message_key = $1");
        Ok(state.bind(key).fetch_one(&self.pool).await?)
    }

    async fn wait_for_state(&self, key: &str, wanted: &str) -> Result<()> {
        until(wanted, async || Ok((self.state(key).await?.0 == wanted).then_some(()))).await
    }
}

fn coupon(key: &str, to: Recipient) -> Message {
    Message {
        store_id: 1,
        to,
        kind: "coupon",
        subject: format!("Купон {key}"),
        text: format!("Ваш купон: {key}"),
        key: key.into(),
        expires_ms: None,
    }
}

fn by_sms(key: &str) -> Message {
    coupon(key, Recipient::Sms(PHONE.into()))
}

fn by_mail(key: &str) -> Message {
    coupon(key, Recipient::Email("irina@example.org".into()))
}

fn page(key: &str) -> Message {
    coupon(key, Recipient::Print)
}

fn code(key: &str) -> Message {
    Message { expires_ms: Some(Clock::system().now_ms() + 300_000), ..by_sms(key) }
}

/// How often each text was received.
fn counted(texts: impl IntoIterator<Item = String>) -> BTreeMap<String, i64> {
    let mut counted = BTreeMap::new();
    for text in texts {
        *counted.entry(text).or_default() += 1;
    }
    counted
}

fn sms_counted(kannel: &Kannel) -> Result<BTreeMap<String, i64>> {
    Ok(counted(kannel.received()?.into_iter().map(|(_, text)| text)))
}

fn mail_counted(mail: &MailServer) -> Result<BTreeMap<String, i64>> {
    Ok(counted(mail.mail()?.iter().map(|mail| header(mail, "Message-ID").to_owned())))
}

/// A tablet at which somebody gives coupons, and a till.
struct Counter {
    tablet: Device,
    till: Device,
}

impl Counter {
    async fn open(store: &Store) -> Result<Self> {
        let mut tablet = store.server.device_of_kind("Tablet", "tablet").await?;
        let hired = store.server.ask(&["staff", "add", "Anna", "--role", "staff"]).await?;
        tablet.sign_in(&hired["badge_number"]).await?;
        Ok(Self { tablet, till: store.server.device_of_kind("Till", "till").await? })
    }

    async fn apologise(&self, key: &str) -> Result<Value> {
        let said = json!({
            "reason": "queue", "minor_units": 10_000, "way": {"sms": PHONE}, "language": "ru", "made_ms": 1,
        });
        Ok(serde_json::from_slice(&self.tablet.write(paths::APOLOGIES, key, &said).await?)?)
    }

    async fn send_by_mail(&self, apology: &Value) -> Result<()> {
        let path = paths::APOLOGY_WAY.replace("{apology_id}", &apology["apology_id"].to_string());
        let said = json!({"way": {"email": "irina@example.org"}, "language": "en"});
        self.tablet.write(&path, "by-mail", &said).await.map(drop)
    }

    async fn check_is_open(&self, code: &str) -> Result<()> {
        let found = self.till.write(paths::COUPON_SEARCH, &format!("look-{code}"), &json!({ "code": code })).await?;
        let found: Value = serde_json::from_slice(&found)?;
        assert_eq!(
            (&found["is_open"], &found["terms"]["worth"]["amount"]["minor_units"]),
            (&json!(true), &json!(10_000))
        );
        Ok(())
    }
}

/// The code of a coupon in a text: 28 digits, also in groups.
fn counter_code(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|character| *character != ' ').collect();
    let mut words = digits.split(|character: char| !character.is_ascii_digit());
    words.find(|word| word.len() == CouponCode::LENGTH).map(str::to_owned)
}

#[tokio::test]
async fn a_code_reaches_the_phone_and_the_server_is_told_so() -> Result<()> {
    let kannel = Kannel::start().await?;
    let with_reports = format!("{}&dlr-mask=31&dlr-url={{dlr}}", kannel.url(None, "secret"));
    let store = Store::with_gateway(&with_reports).await?;
    store.queue(&code("a")).await?;
    assert_eq!(kannel.wait_for(1).await?, [(PHONE.to_owned(), "Ваш купон: a".to_owned())]);
    store.wait_for_state("a", "delivered").await?;
    // Neither the database nor the log has the number.
    let folder = database_folder(&store)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            let bytes = std::fs::read(&path)?;
            let number = PHONE.trim_start_matches('+').as_bytes();
            assert!(!bytes.windows(number.len()).any(|window| window == number), "{} has it", path.display());
        }
    }
    Ok(())
}

fn database_folder(store: &Store) -> Result<PathBuf> {
    let url = store.server.database();
    let file = url.strip_prefix("sqlite://").context("a file")?;
    Ok(Path::new(file).parent().context("a folder")?.to_owned())
}

#[tokio::test]
async fn what_the_gateway_queues_without_a_network_comes_once_when_it_has_one() -> Result<()> {
    let mut kannel = Kannel::new()?;
    kannel.run().await?;
    let store = Store::with_gateway(&kannel.url(None, "secret")).await?;
    store.queue(&by_sms("a")).await?;
    store.wait_for_state("a", "sent").await?;
    assert_eq!(kannel.received()?, []);
    kannel.connect().await?;
    assert_eq!(kannel.wait_for(1).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_the_gateway_cannot_route_is_given_up_and_a_wrong_password_costs_no_message() -> Result<()> {
    let kannel = Kannel::start().await?;
    let wrong = Store::with_gateway(&kannel.url(None, "wrong")).await?;
    wrong.queue(&by_sms("a")).await?;
    let is_tried = "SELECT COUNT(*) FROM messages WHERE state = 'waiting'
        AND reason = 'the gateway does not take the password'";
    wrong.server.wait_for_number(is_tried, 1).await?;

    let right = Store::with_gateway(&kannel.url(None, "secret")).await?;
    right.queue(&coupon("b", Recipient::Sms("+79991234567".into()))).await?;
    right.wait_for_state("b", "refused").await
}

#[tokio::test]
async fn while_the_gateway_is_away_mail_goes_and_when_it_is_back_each_sms_comes_once() -> Result<()> {
    let mut kannel = Kannel::new()?;
    let mail = MailServer::start().await?;
    let (gateway, server) = (kannel.url(None, "secret"), mail.url("secret"));
    let arguments = ["--sms-url", &gateway, "--smtp-url", &server, "--email-from", "Полка <polka@shop.example>"];
    let store = Store::start(&arguments).await?;
    for key in ["a", "b", "c"] {
        store.queue(&by_sms(key)).await?;
        store.queue(&by_mail(&format!("{key}-mail"))).await?;
    }
    assert_eq!(mail.wait_for(3).await?.len(), 3);
    // A coupon that somebody gives by SMS does not go either: they send the same by mail.
    let counter = Counter::open(&store).await?;
    let given = counter.apologise("by-sms").await?;
    let is_tried = "SELECT COUNT(*) FROM messages WHERE channel = 'sms' AND state = 'waiting' AND tries > 0";
    store.server.wait_for_number(is_tried, 4).await?;
    counter.send_by_mail(&given).await?;
    let arrived = mail.wait_for(4).await?;
    let with_coupon = arrived.iter().find_map(|mail| counter_code(mail)).context("no mail has a code")?;
    counter.check_is_open(&with_coupon).await?;
    let is_tried = "SELECT COUNT(*) FROM messages WHERE channel = 'sms' AND state = 'waiting' AND tries > 0";
    store.server.wait_for_number(is_tried, 3).await?;
    kannel.run().await?;
    kannel.connect().await?;
    store.finish().await?;
    kannel.wait_for(3).await?;
    assert!(sms_counted(&kannel)?.values().all(|count| *count == 1));
    assert_eq!(mail.mail()?.len(), 4);
    // The one that went by mail does not come by SMS too, and the next does.
    counter.apologise("by-sms-again").await?;
    let received = kannel.wait_for(4).await?;
    let codes: Vec<String> = received.iter().filter_map(|(_, text)| counter_code(text)).collect();
    let [code] = &codes[..] else { bail!("{} coupons came by SMS", codes.len()) };
    assert_ne!(code, &with_coupon);
    counter.check_is_open(code).await
}

#[tokio::test]
async fn a_mail_arrives_as_text_and_as_html_and_with_the_right_password_alone() -> Result<()> {
    let mail = MailServer::start().await?;
    let from = ["--email-from", "Полка <polka@shop.example>"];
    let wrong = Store::start(&["--smtp-url", &mail.url("wrong"), from[0], from[1]]).await?;
    wrong.queue(&by_mail("a")).await?;
    let is_tried = "SELECT COUNT(*) FROM messages WHERE state = 'waiting'
        AND reason = 'the mail server does not take the password'";
    wrong.server.wait_for_number(is_tried, 1).await?;
    assert_eq!(mail.mail()?, Vec::<String>::new());

    let store = Store::start(&["--smtp-url", &mail.url("secret"), from[0], from[1]]).await?;
    store.queue(&by_mail("a")).await?;
    store.wait_for_state("a", "sent").await?;
    let arrived = mail.mail()?;
    let [arrived] = &arrived[..] else { bail!("{} mails", arrived.len()) };
    assert_eq!(header(arrived, "To"), "irina@example.org");
    assert!(arrived.contains("Content-Type: text/plain; charset=utf-8"), "{arrived}");
    assert!(arrived.contains("Content-Type: text/html; charset=utf-8"), "{arrived}");
    Ok(())
}

#[tokio::test]
async fn killed_before_the_gateway_heard_of_it_a_coupon_is_sent_and_a_code_is_not_sent_blindly() -> Result<()> {
    let kannel = Kannel::start().await?;
    let gate = Gate::start(kannel.port(), Open::Neither).await?;
    let mut store = Store::with_gateway(&kannel.url(Some(gate.port()), "secret")).await?;
    store.queue(&code("code")).await?;
    store.queue(&by_sms("coupon")).await?;
    gate.wait_until_kept_back(2).await?;
    gate.set(Open::Both);
    store.kill_and_restart().await?;
    store.finish().await?;
    assert_eq!(kannel.wait_for(1).await?, [(PHONE.to_owned(), "Ваш купон: coupon".to_owned())]);
    assert_eq!(store.state("code").await?, ("in_doubt".into(), 1));
    assert_eq!(store.state("coupon").await?, ("sent".into(), 1));
    Ok(())
}

#[tokio::test]
async fn killed_when_the_gateway_has_it_a_code_comes_once_and_a_coupon_once_more_for_each_doubt() -> Result<()> {
    let kannel = Kannel::start().await?;
    let gate = Gate::start(kannel.port(), Open::ToGateway).await?;
    let mut store = Store::with_gateway(&kannel.url(Some(gate.port()), "secret")).await?;
    store.queue(&code("code")).await?;
    store.queue(&by_sms("coupon")).await?;
    gate.wait_until_kept_back(2).await?;
    gate.set(Open::Both);
    store.kill_and_restart().await?;
    store.finish().await?;
    kannel.wait_for(3).await?;
    let expected = [("Ваш купон: code".to_owned(), 1), ("Ваш купон: coupon".to_owned(), 2)];
    assert_eq!(sms_counted(&kannel)?, BTreeMap::from(expected));
    assert_eq!(store.state("code").await?, ("in_doubt".into(), 1));
    Ok(())
}

#[tokio::test]
async fn where_the_gateway_reports_a_kill_doubles_no_coupon_either() -> Result<()> {
    let kannel = Kannel::start().await?;
    let gate = Gate::start(kannel.port(), Open::ToGateway).await?;
    let with_reports = format!("{}&dlr-mask=31&dlr-url={{dlr}}", kannel.url(Some(gate.port()), "secret"));
    let mut store = Store::with_gateway(&with_reports).await?;
    store.queue(&by_sms("coupon")).await?;
    gate.wait_until_kept_back(1).await?;
    store.wait_for_state("coupon", "delivered").await?;
    gate.set(Open::Both);
    store.kill_and_restart().await?;
    // What comes after it would come after its double.
    store.queue(&by_sms("last")).await?;
    store.wait_for_state("last", "delivered").await?;
    assert_eq!(sms_counted(&kannel)?.get("Ваш купон: coupon"), Some(&1));
    Ok(())
}

#[tokio::test]
async fn killed_when_the_mail_server_has_it_a_mail_comes_again_under_the_same_id() -> Result<()> {
    let mail = MailServer::start().await?;
    let arguments = ["--smtp-url", &mail.url("secret"), "--email-from", "polka@shop.example"];
    let mut store = Store::start(&arguments).await?;
    mail.hold()?;
    store.queue(&by_mail("a")).await?;
    mail.wait_for(1).await?;
    store.server.kill().await?;
    mail.release()?;
    store.let_time_pass(&["sending"]).await?;
    store.server.restart().await?;
    store.finish().await?;
    let counted = mail_counted(&mail)?;
    assert_eq!(counted.values().collect::<Vec<_>>(), [&2], "{counted:?}");
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_stopped_waits_for_what_is_on_its_way() -> Result<()> {
    let mail = MailServer::start().await?;
    let arguments = ["--smtp-url", &mail.url("secret"), "--email-from", "polka@shop.example"];
    let mut store = Store::start(&arguments).await?;
    mail.hold()?;
    store.queue(&by_mail("a")).await?;
    mail.wait_for(1).await?;
    let address = store.server.url("").replace("http://", "");
    let release = async {
        // It is stopping when it takes no connection any more.
        until("the server stops", async || Ok(TcpStream::connect(&address).await.is_err().then_some(()))).await?;
        mail.release()
    };
    let (stopped, released) = tokio::join!(store.server.stop(), release);
    stopped?;
    released?;
    assert_eq!(store.state("a").await?, ("sent".into(), 0));
    Ok(())
}

#[tokio::test]
async fn what_is_printed_comes_whole_and_one_after_the_other() -> Result<()> {
    let printer = Printer::new()?;
    let store = Store::start(&["--config", &printer.settings(30)?]).await?;
    for number in 0..10 {
        store.queue(&page(&format!("{number}"))).await?;
    }
    let expected: Vec<String> = (0..10).map(|number| format!("Ваш купон: {number}")).collect();
    assert_eq!(printer.wait_for(10).await?, expected);
    store.server.wait_for_number("SELECT COUNT(*) FROM messages WHERE state = 'sent' AND sealed IS NULL", 10).await
}

#[tokio::test]
async fn a_printer_without_paper_prints_once_it_has_some_and_what_it_says_tells_nothing() -> Result<()> {
    let printer = Printer::new()?;
    printer.set("fails", "2")?;
    let store = Store::start(&["--config", &printer.settings(30)?]).await?;
    store.queue(&page("a")).await?;
    let is_told = "SELECT COUNT(*) FROM messages WHERE reason = 'the print command ended with 3: out of paper'";
    store.server.wait_for_number(is_told, 1).await?;
    store.finish().await?;
    assert_eq!(printer.printed(), ["Ваш купон: a"]);
    assert_eq!(store.state("a").await?, ("sent".into(), 0));
    assert_eq!(store.server.number("SELECT tries FROM messages").await?, 3);

    printer.set("fails", "1")?;
    printer.set("tells", "")?;
    store.queue(&page("b")).await?;
    let is_silent = "SELECT COUNT(*) FROM messages WHERE reason = 'the print command ended with 3'";
    store.server.wait_for_number(is_silent, 1).await
}

#[tokio::test]
async fn a_printer_that_hangs_is_stopped_and_asked_once_more_for_what_may_be_out() -> Result<()> {
    let printer = Printer::new()?;
    printer.set("hangs", "")?;
    let store = Store::start(&["--config", &printer.settings(1)?]).await?;
    store.queue(&page("a")).await?;
    let pid = printer.wait_until_it_hangs().await?;
    until("it was stopped", async || Ok((!runs(pid)).then_some(()))).await?;
    store.finish().await?;
    assert_eq!(store.state("a").await?, ("in_doubt".into(), 2));
    assert_eq!(printer.printed(), ["Ваш купон: a"; 2]);

    // What somebody waits for, they can ask for again.
    store.queue(&Message { to: Recipient::Print, ..code("b") }).await?;
    store.wait_for_state("b", "in_doubt").await?;
    assert_eq!(printer.printed().len(), 3);
    printer.unset("hangs")?;
    store.queue(&page("c")).await?;
    store.wait_for_state("c", "sent").await
}

#[tokio::test]
async fn killed_while_it_prints_a_page_comes_twice_at_most_and_none_is_lost() -> Result<()> {
    let printer = Printer::new()?;
    printer.set("hangs", "")?;
    let mut store = Store::start(&["--config", &printer.settings(60)?]).await?;
    store.queue(&page("a")).await?;
    store.queue(&page("b")).await?;
    let pid = printer.wait_until_it_hangs().await?;
    printer.unset("hangs")?;
    store.kill_and_restart().await?;
    store.finish().await?;
    let expected = [("Ваш купон: a".to_owned(), 2), ("Ваш купон: b".to_owned(), 1)];
    assert_eq!(counted(printer.printed()), BTreeMap::from(expected));
    assert_eq!(store.state("a").await?, ("sent".into(), 1));
    assert_eq!(store.state("b").await?, ("sent".into(), 0));
    // Nobody was left to stop it.
    std::process::Command::new("kill").arg("--").arg(format!("-{pid}")).status()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_comes_more_often_than_was_in_doubt() -> Result<()> {
    const EACH: usize = 20;
    const KILLS: u64 = 2;
    let (kannel, mail) = (Kannel::start().await?, MailServer::start().await?);
    let (gateway, server) = (kannel.url(None, "secret"), mail.url("secret"));
    let arguments = ["--sms-url", &gateway, "--smtp-url", &server, "--email-from", "polka@shop.example"];
    let mut store = Store::start(&arguments).await?;
    for number in 0..EACH {
        for message in
            [by_sms(&format!("coupon-{number}")), code(&format!("code-{number}")), by_mail(&format!("mail-{number}"))]
        {
            store.queue(&message).await?;
        }
    }
    for kill in 0..KILLS {
        let before = kannel.received()?.len() + mail.mail()?.len();
        let another = async || {
            let is_over = store.server.number(OPEN).await? == 0;
            Ok((is_over || kannel.received()?.len() + mail.mail()?.len() > before).then_some(()))
        };
        until("messages come", another).await?;
        tokio::time::sleep(Duration::from_micros(kill * 7_919 % 20_000)).await;
        store.kill_and_restart().await?;
    }
    store.finish().await?;

    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT message_key, state, doubts FROM messages").fetch_all(&store.pool).await?;
    let is_sent = |key: &str, state: &str| !key.starts_with("mail") && state == "sent";
    until("all SMS that were sent come", async || {
        let sms = sms_counted(&kannel)?;
        let mut sent = rows.iter().filter(|(key, state, _)| is_sent(key, state));
        Ok(sent.all(|(key, ..)| sms.contains_key(&format!("Ваш купон: {key}"))).then_some(()))
    })
    .await?;
    let (sms, mails) = (sms_counted(&kannel)?, mail_counted(&mail)?);
    for (key, state, doubts) in &rows {
        let count = sms.get(&format!("Ваш купон: {key}")).copied().unwrap_or_default();
        match key.split('-').next() {
            Some("coupon") => assert!((1..=1 + doubts).contains(&count), "{key}: {count}, {doubts} doubts"),
            Some("code") if state == "in_doubt" => assert!(count <= 1, "{key}: {count}"),
            Some("code") => assert_eq!(count, 1, "{key}"),
            _ => assert_eq!(state, "sent", "{key}"),
        }
    }
    let mail_doubts: i64 = rows.iter().filter(|(key, ..)| key.starts_with("mail")).map(|(.., doubts)| doubts).sum();
    assert_eq!(mails.len(), EACH, "{mails:?}");
    assert!(mails.values().sum::<i64>() <= EACH as i64 + mail_doubts, "{mails:?}, {mail_doubts} doubts");
    Ok(())
}
