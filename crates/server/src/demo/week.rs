//! A week of the demo store, so that whoever tries the desk finds something there. Made up, and called so wherever it
//! is shown.
//!
//! Nothing is written past the rules: the week goes through the store's own API, under a clock that is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use jiff::Span;
use polka_contract::{DeviceKind, IDEMPOTENCY_KEY, StaffRole, paths};
use polka_domain::{Date, DateKind, Gtin};
use serde_json::{Value, json};
use sqlx::AnyPool;
use tower::ServiceExt;

use crate::clock::{Clock, HOUR_MS, MINUTE_MS};
use crate::http::{self, Reach, Services};
use crate::messages::Carriers;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::{devices, points, staff};

/// The stand at which all of it happened: what comes from there is the demo's.
pub(crate) const STAND: &str = "Демо-стойка";
const TABLET: &str = "Демо-планшет";
const STAFF: &str = "Анна (демо)";
const DAYS: i64 = 7;
const OPENS_MS: i64 = 9 * HOUR_MS;
/// Who shops there. No message goes to these numbers.
const SHOPPERS: [&str; 5] = ["+79000000001", "+79000000002", "+79000000003", "+79000000004", "+79000000005"];

/// What somebody does at the stand.
#[derive(Clone, Copy)]
enum What {
    Find,
    Call,
    AskForTill,
}

/// A day: hours, minutes, and what happens.
const DAY: [(i64, i64, What); 9] = [
    (10, 5, What::Find),
    (10, 50, What::Call),
    (11, 40, What::Find),
    (13, 15, What::Call),
    (14, 20, What::Find),
    (16, 30, What::Find),
    (17, 50, What::AskForTill),
    (18, 40, What::Call),
    (19, 30, What::Find),
];

/// Whether the store may have the week: it is the only one of its database, where nothing has happened and nobody is a
/// member yet. What is made up must not stand among a chain's own points.
pub(crate) async fn is_wanted(pool: &AnyPool, store: &Store) -> Result<bool> {
    let happened: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM tasks) + (SELECT COUNT(*) FROM members)
            + (SELECT COUNT(*) FROM stores WHERE id <> $1)
            + (SELECT COUNT(*) FROM devices WHERE name = $2)",
    )
    .bind(store.id)
    .bind(STAND)
    .fetch_one(pool)
    .await?;
    Ok(happened == 0)
}

/// Fills the seven days before today. Whatever comes of it, nobody works there afterwards, and no device is enrolled.
///
/// # Errors
/// Where the store's own API refuses something of it, or the database fails.
pub(crate) async fn fill(pool: &AnyPool, store: &Store, secrets: Secrets) -> Result<()> {
    let filled = live(pool, store, secrets).await;
    let now_ms = Clock::system().now_ms();
    staff::command::leave(pool, store, STAFF, now_ms).await?;
    for name in [STAND, TABLET] {
        devices::revoke(pool, store, name, now_ms).await?;
    }
    // Nobody outside is to be told of what was not.
    sqlx::query("DELETE FROM webhook_events WHERE store_id = $1").bind(store.id).execute(pool).await?;
    filled
}

async fn live(pool: &AnyPool, store: &Store, secrets: Secrets) -> Result<()> {
    let today = points::day(Clock::system().now_ms(), &store.time_zone)?;
    let now_ms = Arc::new(AtomicI64::new(midnight_ms(today.checked_sub(Span::new().days(DAYS))?, store)?));
    let time = Arc::clone(&now_ms);
    let clock = Clock::new(move || time.load(Ordering::Relaxed));
    let codes = codes(pool, store, &secrets, clock.now_ms()).await?;
    let badge = staff::command::hire(pool, store, &secrets, STAFF, StaffRole::Staff).await?;
    let services = Services::start(pool.clone(), store.clone(), secrets, clock, Reach::default()).await?;
    let goods = services.current.snapshot().await?;
    let goods: Vec<Gtin> = goods
        .catalogue
        .products()
        .filter(|product| product.date_kind == Some(DateKind::UseBy))
        .map(|product| product.gtin)
        .collect();
    ensure!(!goods.is_empty(), "the demo's list has goods to use by a day");
    let services = services.with_carriers(Carriers { are_shown: Some(true), ..Carriers::default() });
    let mut week = Week { api: http::api(services), now_ms, writes: 0, stand: String::new(), tablet: String::new() };
    (week.stand, week.tablet) = (week.enrol(&codes.0).await?, week.enrol(&codes.1).await?);
    let tablet = week.tablet.clone();
    let mut cards = Vec::new();
    for phone in SHOPPERS {
        let said = json!({ "phone": phone, "made_ms": week.now() });
        let card = week.write(paths::MEMBERS, Who::Stand, &said).await?;
        cards.push(card["card_number"].as_str().context("a card")?.to_owned());
    }
    for day in 0..DAYS {
        let date = today.checked_sub(Span::new().days(DAYS - day))?;
        let midnight_ms = midnight_ms(date, store)?;
        week.at(midnight_ms + OPENS_MS);
        week.tablet.clone_from(&tablet);
        week.tablet = format!("{tablet}; {}", week.sign_in(&badge).await?);
        for (place, (hour, minute, what)) in (0..).zip(DAY) {
            week.at(midnight_ms + hour * HOUR_MS + minute * MINUTE_MS);
            // Some number that is another each time, and the same whenever the demo is loaded.
            let turn = day * 31 + place * 17;
            match what {
                What::Find => {
                    let gtin = goods[(turn * 7) as usize % goods.len()];
                    week.find(turn, gtin, date, &cards).await?;
                }
                What::Call => week.call(turn).await?,
                What::AskForTill => week.ask_for_till().await?,
            }
        }
    }
    Ok(())
}

/// The codes of the stand and the tablet.
async fn codes(pool: &AnyPool, store: &Store, secrets: &Secrets, now_ms: i64) -> Result<(String, String)> {
    for (name, kind) in [(STAND, DeviceKind::Kiosk), (TABLET, DeviceKind::Tablet)] {
        devices::add(pool, store, name, kind).await?;
    }
    let stand = devices::give_code(pool, secrets, store, STAND, now_ms).await?;
    Ok((stand, devices::give_code(pool, secrets, store, TABLET, now_ms).await?))
}

fn midnight_ms(day: Date, store: &Store) -> Result<i64> {
    Ok(day.in_tz(&store.time_zone)?.timestamp().as_millisecond())
}

/// From which device a write comes.
#[derive(Clone, Copy)]
enum Who {
    Stand,
    Tablet,
}

/// The store while its week goes by.
struct Week {
    api: Router,
    now_ms: Arc<AtomicI64>,
    /// How many there were: the number of one is its key.
    writes: u32,
    stand: String,
    tablet: String,
}

impl Week {
    fn now(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    fn at(&self, now_ms: i64) {
        self.now_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Somebody has found an item, and often it is taken away within the hour.
    async fn find(&mut self, turn: i64, gtin: Gtin, today: Date, cards: &[String]) -> Result<()> {
        // Now and then it is good for today still, or the same person comes again.
        let days = if turn % 9 == 4 { 0 } else { 1 + turn % 2 };
        let last_day = today.checked_sub(Span::new().days(days))?.to_string();
        let report = |week: &Self, finder: i64| {
            json!({
                "gtin": gtin.to_string(), "last_day": last_day, "date_kind": DateKind::UseBy.code(),
                "quantity": 1 + turn % 3, "card_number": cards[finder as usize % cards.len()], "made_ms": week.now(),
            })
        };
        self.write(paths::EXPIRED_REPORTS, Who::Stand, &report(self, turn)).await?;
        let again = match turn % 5 {
            3 => Some(turn + 1),
            4 => Some(turn),
            _ => None,
        };
        if let Some(finder) = again {
            self.at(self.now() + 2 * MINUTE_MS);
            self.write(paths::EXPIRED_REPORTS, Who::Stand, &report(self, finder)).await?;
        }
        let outcome = if turn % 8 == 7 { "not_found" } else { "done" };
        self.do_task((2 + turn % 11) * MINUTE_MS, (3 + turn * 3 % 17) * MINUTE_MS, outcome).await
    }

    /// Somebody calls, and sometimes does not wait.
    async fn call(&mut self, turn: i64) -> Result<()> {
        self.write(paths::CALLS, Who::Stand, &json!({ "state": "wanted", "made_ms": self.now() })).await?;
        if turn % 7 == 3 {
            self.at(self.now() + 3 * MINUTE_MS);
            let off = json!({ "state": "called_off", "made_ms": self.now() });
            return self.write(paths::CALLS, Who::Stand, &off).await.map(drop);
        }
        self.do_task(20_000 + turn * 37 % 100 * 1000, 3 * MINUTE_MS, "done").await
    }

    /// Two want another till.
    async fn ask_for_till(&mut self) -> Result<()> {
        for _ in 0..2 {
            self.write(paths::TILL_REQUESTS, Who::Stand, &json!({ "made_ms": self.now() })).await?;
        }
        self.do_task(MINUTE_MS, 30 * MINUTE_MS, "done").await
    }

    /// Somebody takes the one task that there is after so long, and ends it so much later.
    async fn do_task(&mut self, wait_ms: i64, takes_ms: i64, outcome: &str) -> Result<()> {
        let tasks = self.ask(Method::GET, paths::TASKS, Who::Tablet, None).await?.1;
        // Of what is good still there is none.
        let Some(task_id) = tasks["tasks"][0]["task_id"].as_i64() else { return Ok(()) };
        let path = |path: &str| path.replace("{task_id}", &task_id.to_string());
        self.at(self.now() + wait_ms);
        self.write(&path(paths::TASK_CLAIM), Who::Tablet, &json!({})).await?;
        self.at(self.now() + takes_ms);
        self.write(&path(paths::TASK_END), Who::Tablet, &json!({ "outcome": outcome })).await.map(drop)
    }

    /// Gives the cookie of a device.
    async fn enrol(&mut self, code: &str) -> Result<String> {
        Ok(self.ask(Method::POST, paths::DEVICE_ENROLMENT, Who::Stand, Some(&json!({ "code": code }))).await?.0)
    }

    /// Gives the cookie of whoever works at the tablet.
    async fn sign_in(&mut self, badge: &str) -> Result<String> {
        let said = json!({ "badge_number": badge });
        Ok(self.ask(Method::POST, paths::STAFF_SESSIONS, Who::Tablet, Some(&said)).await?.0)
    }

    async fn write(&mut self, path: &str, who: Who, said: &Value) -> Result<Value> {
        Ok(self.ask(Method::POST, path, who, Some(said)).await?.1)
    }

    /// Asks the API, and gives the cookie that it sets and what it says.
    async fn ask(&mut self, method: Method, path: &str, who: Who, said: Option<&Value>) -> Result<(String, Value)> {
        self.writes += 1;
        let cookie = match who {
            Who::Stand => &self.stand,
            Who::Tablet => &self.tablet,
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, format!("demo-{}", self.writes))
            .body(said.map_or_else(Body::empty, |said| Body::from(said.to_string())))?;
        let (parts, body) = self.api.clone().oneshot(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        ensure!(parts.status.is_success(), "{path}: {} {}", parts.status, String::from_utf8_lossy(&body));
        let cookie = parts.headers.get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        Ok((cookie.split(';').next().unwrap_or_default().to_owned(), serde_json::from_slice(&body)?))
    }
}
