//! Who works in the store shows who they are at a tablet, and does what is to be done.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use http_body_util::BodyExt;
use jiff::{Span, Timestamp};
use polka_contract::paths;
use polka_domain::CardNumber;
use polka_server::http::Reach;
use polka_server::messages::Carriers;
use polka_server::tasks::{self, Escalation};
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};

const MILK: &str = "9520000000004";
const PHONE: &str = "+79161234567";

/// A store with a kiosk and a tablet.
pub(crate) struct Store {
    pub(crate) app: TestApp,
    pub(crate) kiosk: String,
    pub(crate) tablet: String,
    /// How many badges were shown.
    shown: AtomicU32,
}

impl Store {
    pub(crate) async fn start() -> Self {
        Self::of(TestApp::start(LIST).await).await
    }

    /// The same in a store that is there.
    pub(crate) async fn of(app: TestApp) -> Self {
        let (kiosk, tablet) = (app.device("Вход", "kiosk").await, app.device("Планшет", "tablet").await);
        Self { app, kiosk, tablet, shown: AtomicU32::new(0) }
    }

    /// Adds somebody, and gives what the command printed.
    pub(crate) async fn hire(&self, name: &str, role: &str, more: &[&str]) -> Value {
        let words = [&["staff", "add", name, "--role", role, "--json"], more].concat();
        serde_json::from_str(&self.app.run(&words).await).expect("JSON")
    }

    async fn sign_in(&self, tablet: &str, key: &str, said: &Value) -> Answer {
        self.app.write(paths::STAFF_SESSIONS, tablet, key, said).await
    }

    /// The cookies of a tablet at which somebody works.
    pub(crate) async fn at_work(&self, tablet: &str, hired: &Value) -> String {
        let key = format!("badge-{}", self.shown.fetch_add(1, Ordering::Relaxed));
        let answer = self.sign_in(tablet, &key, &json!({"badge_number": hired["badge_number"]})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        format!("{tablet}; {}", answer.cookie())
    }

    /// By which a write is known as theirs who work at a tablet.
    pub(crate) async fn mark(&self, cookies: &str) -> Value {
        self.app.ask(Method::GET, paths::STAFF_SESSION, &[("cookie", cookies)]).await.json()["mark"].clone()
    }

    async fn step(&self, cookies: &str, key: &str, task: &Value, step: &str, mark: &Value) -> Answer {
        let said = json!({"task_id": task["task_id"], "step": step, "mark": mark, "made_ms": self.app.now_ms()});
        self.app.write(paths::TASK_STEPS, cookies, key, &said).await
    }

    pub(crate) async fn tasks(&self, cookies: &str) -> Vec<Value> {
        let answer = self.app.ask(Method::GET, paths::TASKS, &[("cookie", cookies)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()["tasks"].as_array().expect("tasks").clone()
    }

    pub(crate) async fn on_task(&self, path: &str, task: &Value, cookies: &str, key: &str, said: &Value) -> Answer {
        self.app.write(&path.replace("{task_id}", &task["task_id"].to_string()), cookies, key, said).await
    }

    /// Reports milk that was good until so many days ago, for a card.
    pub(crate) async fn report(&self, key: &str, card: &str, days_ago: i64) -> Answer {
        self.app.write(paths::EXPIRED_REPORTS, &self.kiosk, key, &self.milk(days_ago, Some(card))).await
    }

    fn milk(&self, days_ago: i64, card: Option<&str>) -> Value {
        let now = Timestamp::from_millisecond(self.app.now_ms()).expect("a time");
        let today = now.in_tz("Europe/Moscow").expect("a zone").date();
        json!({
            "gtin": MILK, "last_day": today.saturating_sub(Span::new().days(days_ago)).to_string(),
            "date_kind": "use_by", "quantity": 1, "card_number": card, "made_ms": self.app.now_ms(),
        })
    }

    pub(crate) async fn join(&self) -> String {
        let joined = self.app.write(paths::MEMBERS, &self.kiosk, "join", &json!({"phone": PHONE, "made_ms": 1})).await;
        joined.json()["card_number"].as_str().expect("a card").to_owned()
    }

    /// What can be spent, and what waits.
    async fn points(&self) -> (i64, i64) {
        let available = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
            WHERE account = 'member_available'";
        let pending = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
            WHERE account = 'member_pending'";
        (self.app.count(available).await, self.app.count(pending).await)
    }
}

fn own_call(is_open: bool, is_escalated: bool) -> Value {
    json!({"is_open": is_open, "is_answered": false, "is_escalated": is_escalated})
}

fn code_and_status(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.error_code())
}

#[tokio::test]
async fn whoever_shows_a_badge_or_a_number_with_its_pin_works_at_the_tablet() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let by_pin = json!({"staff_number": anna["staff_number"], "pin": anna["pin"]});
    let signed_in = store.sign_in(&store.tablet, "pin", &by_pin).await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.json());
    assert_eq!((&signed_in.json()["name"], &signed_in.json()["role"]), (&json!("Анна"), &json!("staff")));
    let again = store.sign_in(&store.tablet, "pin", &by_pin).await;
    assert_eq!((&again.body, again.cookie()), (&signed_in.body, signed_in.cookie()), "the same key, the same answer");
    let own = store
        .app
        .ask(Method::GET, paths::STAFF_SESSION, &[("cookie", &format!("{}; {}", store.tablet, signed_in.cookie()))])
        .await;
    assert_eq!(own.json(), signed_in.json());
    let cookies = store.at_work(&store.tablet, &anna).await;
    assert_eq!(store.tasks(&cookies).await, Vec::<Value>::new());
}

#[tokio::test]
async fn nobody_is_let_in_by_another_badge_or_pin_and_whoever_guesses_must_wait() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let refused = (401, "code_refused".to_owned());
    for (key, said) in [
        ("badge", json!({"badge_number": "9700000000000000"})),
        ("no-badge", json!({"badge_number": "12"})),
        ("stranger", json!({"staff_number": 99, "pin": "000000"})),
    ] {
        assert_eq!(code_and_status(&store.sign_in(&store.tablet, key, &said).await), refused, "{said}");
    }
    for said in [
        json!({}),
        json!({"staff_number": 1}),
        json!({"staff_number": 1, "pin": "12345"}),
        json!({"staff_number": 1, "pin": "12345a"}),
        json!({"staff_number": 1, "pin": "123456", "badge_number": anna["badge_number"]}),
    ] {
        assert_eq!(code_and_status(&store.sign_in(&store.tablet, "odd", &said).await), (400, "invalid_request".into()));
    }
    let pin = |pin: &str| json!({"staff_number": anna["staff_number"], "pin": pin});
    let wrong = if anna["pin"] == "000000" { "000001" } else { "000000" };
    for number in 0..3 {
        let answer = store.sign_in(&store.tablet, &format!("wrong-{number}"), &pin(wrong)).await;
        assert_eq!(code_and_status(&answer), refused);
    }
    let right = pin(anna["pin"].as_str().expect("a PIN"));
    let locked = (429, "too_many_tries".to_owned());
    assert_eq!(code_and_status(&store.sign_in(&store.tablet, "locked", &right).await), locked);
    store.app.wait(30_000);
    assert_eq!(store.sign_in(&store.tablet, "later", &right).await.status, StatusCode::OK);
    // A badge, or new keys, end it at once.
    for number in 3..6 {
        store.sign_in(&store.tablet, &format!("wrong-{number}"), &pin(wrong)).await;
    }
    assert_eq!(code_and_status(&store.sign_in(&store.tablet, "locked-2", &right).await), locked);
    store.at_work(&store.tablet, &anna).await;
    assert_eq!(store.sign_in(&store.tablet, "after-badge", &right).await.status, StatusCode::OK);
    let keys: Value = serde_json::from_str(&store.app.run(&["staff", "keys", "Анна", "--json"]).await).expect("JSON");
    assert_eq!(code_and_status(&store.sign_in(&store.tablet, "old", &right).await), refused);
    let new = json!({"staff_number": keys["staff_number"], "pin": keys["pin"]});
    assert_eq!(store.sign_in(&store.tablet, "new", &new).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_works_at_a_tablet_at_a_time_for_a_shift_at_most() {
    let store = Store::start().await;
    let (anna, boris) = (store.hire("Анна", "staff", &[]).await, store.hire("Борис", "staff", &[]).await);
    let unknown = (401, "staff_unknown".to_owned());
    let asks = async |cookies: &str| store.app.ask(Method::GET, paths::STAFF_SESSION, &[("cookie", cookies)]).await;
    assert_eq!(code_and_status(&asks(&store.tablet).await), unknown);
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let as_boris = store.at_work(&store.tablet, &boris).await;
    assert_eq!(code_and_status(&asks(&as_anna).await), unknown, "somebody else works there now");
    assert_eq!(asks(&as_boris).await.json()["name"], "Борис");
    // What shows it is worth nothing at another tablet.
    let other = store.app.device("Второй", "tablet").await;
    let stolen = as_boris.replace(&store.tablet, &other);
    assert_eq!(code_and_status(&asks(&stolen).await), unknown);
    let forged = format!("{}; polka_staff=1.AAAA", store.tablet);
    assert_eq!(code_and_status(&asks(&forged).await), unknown);
    let out = store.app.write(paths::STAFF_SESSION_END, &as_boris, "out", &json!({})).await;
    assert_eq!(out.status, StatusCode::OK);
    assert_eq!(code_and_status(&asks(&as_boris).await), unknown);
    let as_anna = store.at_work(&store.tablet, &anna).await;
    store.app.wait(12 * 3_600_000);
    assert_eq!(code_and_status(&asks(&as_anna).await), unknown, "the shift is over");
    store.app.wait(1);
    let as_anna = store.at_work(&store.tablet, &anna).await;
    store.app.run(&["staff", "remove", "Анна"]).await;
    assert_eq!(code_and_status(&asks(&as_anna).await), unknown);
    let badge = json!({"badge_number": anna["badge_number"]});
    assert_eq!(code_and_status(&store.sign_in(&store.tablet, "gone", &badge).await), (401, "code_refused".into()));
}

#[tokio::test]
async fn of_many_who_take_a_task_at_once_one_has_it() {
    let store = Store::start().await;
    let missing = json!({"gtin": MILK, "made_ms": 1});
    store.app.write(paths::MISSING_REPORTS, &store.kiosk, "missing", &missing).await;
    let mut all = Vec::new();
    for number in 0..6 {
        let tablet = store.app.device(&format!("Планшет {number}"), "tablet").await;
        let hired = store.hire(&format!("Работник {number}"), "staff", &[]).await;
        all.push(store.at_work(&tablet, &hired).await);
    }
    let task = store.tasks(&all[0]).await[0].clone();
    assert_eq!(
        (&task["kind"], &task["aisle"], &task["gtin"]),
        (&json!("missing_product"), &json!("4"), &json!("09520000000004"))
    );
    let nothing = json!({});
    let claims = all.iter().map(|cookies| store.on_task(paths::TASK_CLAIM, &task, cookies, "claim", &nothing));
    let claims = join_all(claims).await;
    let winners: Vec<_> = claims.iter().enumerate().filter(|(_, answer)| answer.status == StatusCode::OK).collect();
    assert_eq!(winners.len(), 1);
    let (winner, answer) = winners[0];
    assert_eq!(answer.json()["state"], "claimed");
    let taken = (409, "task_taken".to_owned());
    assert!(
        claims.iter().enumerate().filter(|(at, _)| *at != winner).all(|(_, answer)| code_and_status(answer) == taken)
    );
    let other = &all[(winner + 1) % all.len()];
    let done = json!({"outcome": "done"});
    assert_eq!(code_and_status(&store.on_task(paths::TASK_END, &task, other, "end", &done).await), taken);
    assert_eq!(code_and_status(&store.on_task(paths::TASK_RETURN, &task, other, "return", &json!({})).await), taken);
    // Passed on, it is the next one's.
    let returned = store.on_task(paths::TASK_RETURN, &task, &all[winner], "return", &json!({})).await;
    assert_eq!(returned.json()["state"], "open");
    assert_eq!(store.on_task(paths::TASK_CLAIM, &task, other, "again", &json!({})).await.status, StatusCode::OK);
    assert_eq!(store.on_task(paths::TASK_END, &task, other, "end-2", &done).await.json()["state"], "done");
    assert_eq!(store.on_task(paths::TASK_END, &task, other, "end-2", &done).await.json()["state"], "done");
    assert_eq!(code_and_status(&store.on_task(paths::TASK_END, &task, other, "end-3", &done).await), taken);
    let nowhere = json!({"task_id": 99});
    let none = store.on_task(paths::TASK_CLAIM, &nowhere, other, "none", &json!({})).await;
    assert_eq!(code_and_status(&none), (404, "task_not_found".into()));
    assert_eq!(store.tasks(other).await, Vec::<Value>::new());
}

#[tokio::test]
async fn items_that_are_found_give_the_points_and_those_that_are_not_take_them_back() {
    let store = Store::start().await;
    let card = store.join().await;
    let (anna, maria) = (store.hire("Анна", "staff", &[]).await, store.hire("Мария", "manager", &[]).await);
    for (key, days_ago) in [("found", 1), ("not-found", 2), ("odd", 90)] {
        assert_eq!(store.report(key, &card, days_ago).await.json()["outcome"], "reward_waits");
    }
    assert_eq!(store.points().await, (0, 270));
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let tasks = store.tasks(&as_anna).await;
    assert_eq!(tasks.len(), 3, "one of each lot");
    let end = async |place: usize, outcome: &str, cookies: &str| {
        let said = json!({ "outcome": outcome });
        store.on_task(paths::TASK_END, &tasks[place], cookies, &format!("end-{place}"), &said).await.status
    };
    assert_eq!(end(0, "done", &as_anna).await, StatusCode::OK);
    assert_eq!(store.points().await, (90, 180));
    assert_eq!(end(1, "not_found", &as_anna).await, StatusCode::OK);
    assert_eq!(store.points().await, (90, 90));
    // What was not found may be found after all, by whoever reports it next: not by the same.
    assert_eq!(store.report("again", &card, 2).await.json()["outcome"], "reported_before");
    // What is odd, somebody of the staff takes away, and a manager decides about.
    assert_eq!(end(2, "done", &as_anna).await, StatusCode::OK);
    assert_eq!(store.points().await, (90, 90));
    let left = store.tasks(&as_anna).await.into_iter().find(|task| task["waits_for_manager"] == true).expect("a task");
    let claimed = store.on_task(paths::TASK_CLAIM, &left, &as_anna, "claim-left", &json!({})).await;
    assert_eq!(code_and_status(&claimed), (409, "task_taken".into()));
    let as_maria = store.at_work(&store.tablet, &maria).await;
    let done = store.on_task(paths::TASK_END, &left, &as_maria, "end-left", &json!({"outcome": "done"})).await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(store.points().await, (180, 0));
    let actors =
        "SELECT COUNT(*) FROM points_transactions WHERE actor LIKE 'staff:%' AND kind IN ('release', 'cancellation')";
    assert_eq!(store.app.count(actors).await, 3);
    assert_eq!(store.app.verified().await.expect("a ledger"), 6);
}

#[tokio::test]
async fn what_waits_for_a_manager_is_everybodys_again_once_it_is_reported_again() {
    let store = Store::start().await;
    let card = store.join().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    store.report("odd", &card, 90).await;
    let task = store.tasks(&as_anna).await[0].clone();
    let done = json!({"outcome": "done"});
    store.on_task(paths::TASK_END, &task, &as_anna, "end", &done).await;
    assert_eq!(store.tasks(&as_anna).await[0]["waits_for_manager"], true);
    // There are more of them on the shelf.
    store.report("more", &CardNumber::from_random([7; 16]).to_string(), 90).await;
    let again = store.tasks(&as_anna).await[0].clone();
    assert_eq!((&again["task_id"], &again["waits_for_manager"]), (&task["task_id"], &json!(false)));
    assert_eq!(store.on_task(paths::TASK_END, &again, &as_anna, "end-again", &done).await.status, StatusCode::OK);
    assert_eq!(store.tasks(&as_anna).await[0]["waits_for_manager"], true);
    assert_eq!(store.points().await, (0, 90));
}

#[tokio::test]
async fn a_task_of_somebody_who_is_gone_is_the_next_ones_and_of_somebody_who_is_here_a_managers_alone() {
    let store = Store::start().await;
    let other = store.app.device("Второй", "tablet").await;
    let (anna, boris) = (store.hire("Анна", "staff", &[]).await, store.hire("Борис", "staff", &[]).await);
    let maria = store.hire("Мария", "manager", &[]).await;
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "till", &json!({"made_ms": 1})).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let task = store.tasks(&as_anna).await[0].clone();
    let claim = async |cookies: &str, key: &str| {
        store.on_task(paths::TASK_CLAIM, &task, cookies, key, &json!({})).await.status.as_u16()
    };
    assert_eq!(claim(&as_anna, "anna").await, 200);
    let as_boris = store.at_work(&other, &boris).await;
    assert_eq!(claim(&as_boris, "boris").await, 409);
    store.app.write(paths::STAFF_SESSION_END, &as_anna, "out", &json!({})).await;
    assert_eq!(store.tasks(&as_boris).await[0]["claimed_by"]["is_here"], false);
    assert_eq!(claim(&as_boris, "boris-2").await, 200);
    let as_maria = store.at_work(&store.tablet, &maria).await;
    assert_eq!(claim(&as_maria, "maria").await, 200);
    assert_eq!(claim(&as_boris, "boris-3").await, 409);
    store.app.run(&["staff", "remove", "Мария"]).await;
    assert_eq!(store.tasks(&as_boris).await[0]["claimed_by"], Value::Null);
}

#[tokio::test]
async fn what_somebody_did_is_theirs_whoever_works_at_the_tablet_when_it_arrives() {
    let store = Store::start().await;
    let (anna, boris) = (store.hire("Анна", "staff", &[]).await, store.hire("Борис", "staff", &[]).await);
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "till", &json!({"made_ms": 1})).await;
    let mark = store.mark(&store.at_work(&store.tablet, &anna).await).await;
    let as_boris = store.at_work(&store.tablet, &boris).await;
    let task = store.tasks(&as_boris).await[0].clone();
    assert_eq!(store.step(&as_boris, "a", &task, "claim", &mark).await.json()["state"], "claimed");
    let claimer = store.tasks(&as_boris).await[0]["claimed_by"].clone();
    assert_eq!((&claimer["name"], &claimer["is_here"]), (&json!("Анна"), &json!(false)));
    assert_eq!(store.step(&as_boris, "b", &task, "return", &mark).await.json()["state"], "open");
    // Nobody need work there at all.
    for _ in 0..2 {
        assert_eq!(store.step(&store.tablet, "c", &task, "done", &mark).await.json()["state"], "done");
    }
    let by_anna = "SELECT COUNT(*) FROM tasks JOIN staff ON staff.id = tasks.closed_by
        WHERE outcome = 'done' AND staff.name = 'Анна'";
    assert_eq!(store.app.count(by_anna).await, 1);
}

#[tokio::test]
async fn what_somebody_else_did_meanwhile_is_not_done_again_later() {
    let store = Store::start().await;
    let other = store.app.device("Второй", "tablet").await;
    let (anna, boris) = (store.hire("Анна", "staff", &[]).await, store.hire("Борис", "staff", &[]).await);
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "till", &json!({"made_ms": 1})).await;
    let (as_anna, as_boris) = (store.at_work(&store.tablet, &anna).await, store.at_work(&other, &boris).await);
    let (task, mark) = (store.tasks(&as_boris).await[0].clone(), store.mark(&as_anna).await);
    store.on_task(paths::TASK_CLAIM, &task, &as_boris, "claim", &json!({})).await;
    let taken = (409, "task_taken".to_owned());
    for step in ["claim", "return", "done", "not_found"] {
        assert_eq!(code_and_status(&store.step(&as_anna, step, &task, step, &mark).await), taken, "{step}");
    }
    store.on_task(paths::TASK_END, &task, &as_boris, "end", &json!({"outcome": "not_found"})).await;
    assert_eq!(code_and_status(&store.step(&as_anna, "late", &task, "done", &mark).await), taken);
    let none = store.step(&as_anna, "none", &json!({"task_id": 99}), "claim", &mark).await;
    assert_eq!(code_and_status(&none), (404, "task_not_found".into()));
    assert_eq!(store.app.count("SELECT COUNT(*) FROM tasks WHERE outcome = 'not_found'").await, 1);
}

#[tokio::test]
async fn a_mark_counts_at_its_own_tablet_until_there_is_another_badge() {
    let store = Store::start().await;
    let other = store.app.device("Второй", "tablet").await;
    let (anna, maria) = (store.hire("Анна", "staff", &[]).await, store.hire("Мария", "manager", &[]).await);
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "till", &json!({"made_ms": 1})).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let (task, mark) = (store.tasks(&as_anna).await[0].clone(), store.mark(&as_anna).await);
    let as_maria = store.at_work(&other, &maria).await;
    let unknown = (401, "staff_unknown".to_owned());
    assert_eq!(code_and_status(&store.step(&as_maria, "a", &task, "claim", &mark).await), unknown, "another tablet");
    for (key, wrong) in [("b", json!("")), ("c", json!("1")), ("d", json!("1.AAAA")), ("e", json!("99.AAAA"))] {
        assert_eq!(code_and_status(&store.step(&as_anna, key, &task, "claim", &wrong).await), unknown, "{wrong}");
    }
    assert_eq!(store.step(&as_anna, "f", &task, "claim", &mark).await.status, StatusCode::OK);
    store.app.run(&["staff", "keys", "Анна"]).await;
    assert_eq!(code_and_status(&store.step(&store.tablet, "g", &task, "return", &mark).await), unknown, "a new badge");
    let again = store.step(&store.tablet, "f", &task, "claim", &mark).await;
    assert_eq!(again.status, StatusCode::OK, "the answer to what was booked before was lost");
    let maria_mark = store.mark(&as_maria).await;
    store.app.run(&["staff", "remove", "Мария"]).await;
    assert_eq!(code_and_status(&store.step(&other, "h", &task, "claim", &maria_mark).await), unknown, "gone");
}

#[tokio::test]
async fn nobody_does_the_tasks_of_another_store() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "manager", &[]).await;
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "till", &json!({"made_ms": 1})).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let task = store.tasks(&as_anna).await[0].clone();
    store.app.execute("INSERT INTO stores VALUES (2, 'Другой', 'Europe/Moscow', 'RUB', 0)").await;
    store.app.execute("UPDATE tasks SET store_id = 2").await;
    for (path, said) in
        [(paths::TASK_CLAIM, json!({})), (paths::TASK_RETURN, json!({})), (paths::TASK_END, json!({"outcome": "done"}))]
    {
        let answer = store.on_task(path, &task, &as_anna, path.rsplit('/').next().expect("a word"), &said).await;
        assert_eq!(code_and_status(&answer), (404, "task_not_found".into()), "{path}");
    }
    assert_eq!(store.app.count("SELECT COUNT(*) FROM tasks WHERE closed_ms IS NULL AND claimed_by IS NULL").await, 1);
}

#[tokio::test]
async fn whoever_calls_is_told_that_somebody_comes() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &["--named"]).await;
    let call = async |key: &str, state: &str| {
        store.app.write(paths::CALLS, &store.kiosk, key, &json!({"state": state, "made_ms": 1})).await.status
    };
    let mut told = Stream::open(&store.app, &store.kiosk).await;
    assert_eq!(told.next().await, ("call".into(), own_call(false, false)));
    call("a", "wanted").await;
    assert_eq!(told.next().await.1, own_call(true, false));
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let task = store.tasks(&as_anna).await[0].clone();
    assert_eq!((&task["kind"], &task["device"]), (&json!("call"), &json!("Вход")));
    store.on_task(paths::TASK_CLAIM, &task, &as_anna, "claim", &json!({})).await;
    assert_eq!(
        told.next().await.1,
        json!({"is_open": true, "is_answered": true, "is_escalated": false, "minutes": 2, "name": "Анна"})
    );
    store.on_task(paths::TASK_END, &task, &as_anna, "end", &json!({"outcome": "done"})).await;
    assert_eq!(told.next().await.1, own_call(false, false));
    // The next call is another one, and whoever needs nobody any more takes it back.
    call("b", "wanted").await;
    assert_eq!(store.tasks(&as_anna).await.len(), 1);
    call("c", "called_off").await;
    assert_eq!(store.tasks(&as_anna).await, Vec::<Value>::new());
}

#[tokio::test]
async fn whoever_waits_too_long_is_told_that_the_staff_were_called_again() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    store.app.write(paths::CALLS, &store.kiosk, "call", &json!({"state": "wanted", "made_ms": 1})).await;
    let mut told = Stream::open(&store.app, &store.kiosk).await;
    assert_eq!(told.next().await.1, own_call(true, false));
    let mut desk = Stream::open(&store.app, &as_anna).await;
    assert_eq!(desk.next().await.1["tasks"][0]["is_escalated"], false);
    store.app.wait(120_000);
    assert_eq!(told.next().await.1, own_call(true, true));
    assert_eq!(desk.next().await.1["changed"][0]["is_escalated"], true, "it rings again");
    let task = store.tasks(&as_anna).await[0].clone();
    store.on_task(paths::TASK_CLAIM, &task, &as_anna, "claim", &json!({})).await;
    assert_eq!(
        told.next().await.1,
        json!({"is_open": true, "is_answered": true, "is_escalated": false, "minutes": 2}),
        "somebody comes"
    );
}

#[tokio::test]
async fn whoever_answers_for_the_store_is_told_once_an_hour_that_tasks_wait() {
    let kept = OnceLock::new();
    let app = TestApp::start_as(LIST, Reach::default(), |services| {
        let escalation = Escalation { notify: Some("+79160000001".into()), ..Escalation::default() };
        let carriers = Carriers { are_shown: Some(true), ..Carriers::default() };
        let services = services.with_carriers(carriers).with_escalation(escalation);
        kept.get_or_init(|| services.clone());
        services
    })
    .await;
    let services = kept.get().expect("it was started");
    let told = async || {
        tasks::tell_late(services, "ru").await.expect("it looks");
        app.count("SELECT COUNT(*) FROM messages WHERE kind = 'escalation'").await
    };
    let kiosk = app.device("Вход", "kiosk").await;
    app.write(paths::CALLS, &kiosk, "call", &json!({"state": "wanted", "made_ms": 1})).await;
    assert_eq!(told().await, 0, "not before it waits too long");
    app.wait(120_000);
    assert_eq!((told().await, told().await), (1, 1));
    app.wait(3_600_000);
    assert_eq!(told().await, 2);
    app.write(paths::CALLS, &kiosk, "off", &json!({"state": "called_off", "made_ms": 1})).await;
    app.wait(3_600_000);
    assert_eq!(told().await, 2);
}

#[tokio::test]
async fn what_was_found_past_its_date_is_warned_of_for_two_weeks() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let card = store.join().await;
    let lots = async || {
        let told = store.app.ask(Method::GET, paths::EXPIRED_LOTS, &[("cookie", &store.kiosk)]).await;
        told.json()["lots"].clone()
    };
    for (key, days_ago, outcome) in [("a", 2, "done"), ("b", 1, "not_found")] {
        store.report(key, &card, days_ago).await;
        let task = store.tasks(&as_anna).await[0].clone();
        assert_eq!(lots().await.as_array().map(Vec::len), Some(usize::from(key == "b")), "not before somebody looked");
        store.on_task(paths::TASK_END, &task, &as_anna, key, &json!({"outcome": outcome})).await;
    }
    let found = lots().await;
    assert_eq!((found.as_array().map(Vec::len), &found[0]["gtin"]), (Some(1), &json!(format!("0{MILK}"))));
    store.app.wait(14 * 86_400_000 + 1);
    assert_eq!(lots().await, json!([]));
}

#[tokio::test]
async fn a_manager_sees_what_was_reported_and_what_came_of_it() {
    let store = Store::start().await;
    let maria = store.hire("Мария", "manager", &[]).await;
    let as_maria = store.at_work(&store.tablet, &maria).await;
    let card = store.join().await;
    store.app.write(paths::CALLS, &store.kiosk, "call", &json!({"state": "wanted", "made_ms": 1})).await;
    store.app.wait(30_000);
    let call = store.tasks(&as_maria).await[0].clone();
    store.on_task(paths::TASK_CLAIM, &call, &as_maria, "come", &json!({})).await;
    store.on_task(paths::TASK_END, &call, &as_maria, "came", &json!({"outcome": "done"})).await;
    for (key, days_ago) in [("a", 2), ("b", 2), ("c", -1)] {
        store.report(key, &card, days_ago).await;
    }
    store.app.wait(7 * 60_000);
    let task = store.tasks(&as_maria).await[0].clone();
    store.on_task(paths::TASK_END, &task, &as_maria, "found", &json!({"outcome": "done"})).await;
    let told = store.app.ask(Method::GET, paths::EXPIRED_SUMMARY, &[("cookie", &as_maria)]).await.json();
    let week = told["weeks"].as_array().and_then(|weeks| weeks.last()).expect("weeks").clone();
    let of_week = ["reported", "confirmed", "not_confirmed", "refused", "points", "minutes_to_pull"];
    assert_eq!(of_week.map(|name| week[name].as_i64()), [3, 1, 0, 2, 90, 7].map(Some), "{week}");
    let reasons = told["refused"].as_array().expect("reasons").iter().map(|it| it["outcome"].clone());
    assert_eq!(Vec::from_iter(reasons), ["not_expired", "reported_before"].map(Value::from));
    assert_eq!(
        (&told["products"][0]["gtin"], &told["products"][0]["confirmed"]),
        (&json!(format!("0{MILK}")), &json!(1))
    );
    assert_eq!(
        (&told["departments"][0]["department"], &told["departments"][0]["points"]),
        (&json!("store"), &json!(90))
    );
    assert_eq!((&told["hours"][0]["calls"], &told["hours"][0]["seconds_to_answer"]), (&json!(1), &json!(30)));
    assert_eq!(told["minutes_to_pull"], Value::Null, "of so few nothing can be said");
    let lines = store.app.ask(Method::GET, paths::EXPIRED_CSV, &[("cookie", &as_maria)]).await;
    let lines = String::from_utf8(lines.body).expect("text");
    assert_eq!(lines.lines().count(), 4, "{lines}");
    assert!(
        lines.lines().nth(1).is_some_and(|line| line.ends_with(",1,reward_waits,confirmed,done,store,90,7,after")),
        "{lines}"
    );
    assert!(!lines.contains(&card));
    let asked = async |day: &str| {
        let path = format!("{}?change_day={day}", paths::EXPIRED_SUMMARY);
        store.app.ask(Method::GET, &path, &[("cookie", &as_maria)]).await
    };
    let monday = week["first_day"].as_str().expect("a day");
    assert_eq!(asked(monday).await.json()["change_day"], monday);
    for day in ["2020-01-06", "monday", ""] {
        assert_eq!(asked(day).await.error_code(), "invalid_request", "{day}");
    }
}

#[tokio::test]
async fn several_who_want_another_till_are_one_task_that_counts_them() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "cashier", &[]).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let mut told = Stream::open(&store.app, &as_anna).await;
    assert_eq!(told.next().await, ("tasks".into(), json!({"tasks": [], "waiting": {"apologies": []}})));
    for key in ["a", "b", "b", "c"] {
        store.app.write(paths::TILL_REQUESTS, &store.kiosk, key, &json!({"made_ms": 1})).await;
    }
    while told.next().await.1["changed"][0]["times"] != 3 {}
    let tasks = store.tasks(&as_anna).await;
    assert_eq!((tasks.len(), &tasks[0]["kind"], &tasks[0]["times"]), (1, &json!("open_till"), &json!(3)));
}

#[tokio::test]
async fn a_stream_ends_for_whoever_works_there_no_longer() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let mut told = Stream::open(&store.app, &as_anna).await;
    told.next().await;
    store.app.run(&["staff", "remove", "Анна"]).await;
    store.app.wait(60_000);
    store.app.write(paths::TILL_REQUESTS, &store.kiosk, "a", &json!({"made_ms": 1})).await;
    assert_eq!(told.frame().await, None);
    // The tablet itself is told of its own call, as any device, and of no task.
    let mut told = Stream::open(&store.app, &as_anna).await;
    assert_eq!(told.next().await, ("call".into(), own_call(false, false)));
}

/// Who may do what: each path of the staff as each kind of caller.
#[tokio::test]
async fn each_role_may_do_what_is_its_own_and_nothing_else() {
    let store = Store::start().await;
    let till = store.app.device("Касса", "till").await;
    let bare = store.app.device("Без человека", "tablet").await;
    let mut callers = vec![("nobody", String::new()), ("kiosk", store.kiosk.clone()), ("till", till), ("tablet", bare)];
    for role in ["cashier", "staff", "manager"] {
        let tablet = store.app.device(role, "tablet").await;
        let hired = store.hire(role, role, &[]).await;
        callers.push((role, store.at_work(&tablet, &hired).await));
    }
    let reports = ["cashier", "staff", "manager"].map(|role| (role, json!({"gtin": MILK, "made_ms": 1})));
    let mut table = String::new();
    for (caller, cookies) in &callers {
        // Each finds a task of its own.
        store.app.write(paths::MISSING_REPORTS, &store.kiosk, &format!("missing-{caller}"), &reports[0].1).await;
        let id = store.app.count("SELECT COALESCE(MAX(id), 0) FROM tasks WHERE closed_ms IS NULL").await;
        // Who is none of the staff has no mark.
        let mark = store.mark(cookies).await.as_str().unwrap_or("1.AAAA").to_owned();
        let of_task = |path: &str| path.replace("{task_id}", &id.to_string());
        let of_case = |path: &str| path.replace("{case_id}", "99");
        let mut row = Vec::new();
        for path in [
            paths::STAFF_SESSION,
            paths::TASKS,
            paths::EXPIRED_SUMMARY,
            paths::EXPIRED_CSV,
            paths::WEBHOOK_EVENTS,
            paths::APOLOGY_REASONS,
            paths::COUPON_BLANKS,
            paths::APOLOGIES,
            &paths::APOLOGY.replace("{apology_id}", "99"),
            &paths::APOLOGY_PHOTO.replace("{apology_id}", "99"),
            &paths::RECEIPT.replace("{receipt_number}", "99"),
            &of_task(paths::TASK_PHOTO),
            paths::COUPON_KEYS,
            paths::COUPON_REDEMPTIONS,
            paths::APOLOGY_SUMMARY,
            paths::RECENT_APOLOGIES,
            paths::CASE_CATEGORIES,
            paths::CASES,
            &of_case(paths::CASE),
            paths::WEEKLY_REPORTS,
            &paths::WEEKLY_REPORT.replace("{week}", "2026-W01"),
            &paths::WEEKLY_REPORT_CSV.replace("{week}", "2026-W01"),
        ] {
            row.push(store.app.ask(Method::GET, path, &[("cookie", cookies)]).await.status.as_u16());
        }
        for (path, said) in [
            (of_task(paths::TASK_CLAIM), json!({})),
            (of_task(paths::TASK_RETURN), json!({})),
            (paths::TASK_STEPS.to_owned(), json!({"task_id": id, "step": "claim", "mark": mark, "made_ms": 1})),
            (of_task(paths::TASK_END), json!({"outcome": "not_found"})),
            (paths::TILL_REQUESTS.to_owned(), json!({"made_ms": 1})),
            (
                paths::EXPIRED_REPORTS.to_owned(),
                json!({
                    "gtin": MILK, "last_day": "2020-01-01", "date_kind": "use_by", "quantity": 1, "made_ms": 1,
                }),
            ),
            (
                paths::APOLOGIES.to_owned(),
                json!({"reason": "other", "minor_units": 1, "way": "paper", "language": "ru", "made_ms": 1}),
            ),
            (
                paths::KEPT_APOLOGIES.to_owned(),
                json!({
                    "apology": {
                        "reason": "other", "minor_units": 1, "way": "paper", "language": "ru", "made_ms": 1,
                    },
                    "mark": mark,
                }),
            ),
            (paths::APOLOGY_APPROVAL.replace("{apology_id}", "99"), json!({})),
            (paths::APOLOGY_REFUSAL.replace("{apology_id}", "99"), json!({})),
            (paths::APOLOGY_CANCELLATION.replace("{apology_id}", "99"), json!({"why": "no"})),
            (paths::APOLOGY_WAY.replace("{apology_id}", "99"), json!({"way": "paper", "language": "ru"})),
            (
                paths::WITHOUT_GOODS.replace("{receipt_number}", "99"),
                json!({"line": 1, "quantity": 1, "reason": "spoilt", "made_ms": 1}),
            ),
            (paths::COUPON_SEARCH.to_owned(), json!({"code": "9800000000000000000000000002"})),
            (paths::COUPON_COMMIT.replace("{reservation_id}", "99"), json!({})),
            (paths::COUPON_RELEASE.replace("{reservation_id}", "99"), json!({})),
            (
                paths::COUPON_REDEMPTIONS.to_owned(),
                json!({
                    "qr": "98", "receipt_number": "1", "total_minor_units": 1, "discount_minor_units": 1, "made_ms": 1,
                }),
            ),
            (
                paths::CASES.to_owned(),
                json!({"category": "people", "words": "a", "channel": "paper", "language": "ru", "made_ms": 1}),
            ),
            (of_case(paths::CASE_CLAIM), json!({})),
            (of_case(paths::CASE_HANDOVER), json!({"staff_number": 1})),
            (of_case(paths::CASE_NOTES), json!({"text": "a"})),
            (of_case(paths::CASE_CLOSURE), json!({"outcome": "a"})),
            (paths::EXPIRED_PHOTOS.to_owned(), json!({"report_key": "none", "jpeg": "", "made_ms": 1})),
            (paths::STAFF_SESSION_END.to_owned(), json!({})),
        ] {
            row.push(
                store
                    .app
                    .write(&path, cookies, &format!("{caller}-{path}").replace('/', "-"), &said)
                    .await
                    .status
                    .as_u16(),
            );
        }
        table += &format!("{caller:8} {row:?}\n");
    }
    assert_eq!(
        table,
        "nobody   [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401]\n\
         kiosk    [403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403]\n\
         till     [403, 403, 403, 403, 200, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403, 403, 403, 403, 404, 404, 404, 400, 403, 403, 403, 403, 403, 422, 403]\n\
         tablet   [401, 401, 401, 401, 403, 401, 401, 401, 401, 401, 401, 401, 403, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 200, 200, 401, 401, 401, 401, 401, 401, 401, 403, 403, 403, 403, 401, 401, 401, 401, 401, 422, 401]\n\
         cashier  [200, 200, 403, 403, 403, 200, 200, 200, 404, 404, 404, 404, 403, 403, 403, 403, 200, 200, 404, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403, 403, 403, 403, 200, 404, 404, 404, 404, 422, 200]\n\
         staff    [200, 200, 403, 403, 403, 200, 200, 200, 404, 404, 404, 404, 403, 403, 403, 403, 200, 200, 404, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403, 403, 403, 403, 200, 404, 404, 404, 404, 422, 200]\n\
         manager  [200, 200, 200, 200, 403, 200, 200, 200, 404, 404, 404, 404, 403, 200, 200, 200, 200, 200, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403, 403, 403, 403, 200, 404, 404, 404, 404, 422, 200]\n"
    );
}

/// Events as they come.
struct Stream(Body);

impl Stream {
    async fn open(app: &TestApp, cookies: &str) -> Self {
        Self(app.stream(paths::EVENTS, &[("cookie", cookies)]).await)
    }

    /// What comes next; `None` at the end.
    async fn frame(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(60), self.0.frame()).await.expect("in time")?;
        let bytes = frame.expect("a frame").into_data().expect("data");
        Some(String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// The next event, by its name.
    async fn next(&mut self) -> (String, Value) {
        loop {
            let frame = self.frame().await.expect("the stream goes on");
            let line = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
            if let (Some(event), Some(data)) = (line("event:"), line("data:")) {
                return (event.to_owned(), serde_json::from_str(data).expect("JSON"));
            }
        }
    }
}

#[tokio::test]
async fn what_was_marked_without_the_network_decides_nothing_that_was_reported_since() {
    let store = Store::start().await;
    let (card, anna) = (store.join().await, store.hire("Анна", "staff", &[]).await);
    let as_anna = store.at_work(&store.tablet, &anna).await;
    let mark = store.mark(&as_anna).await;
    store.app.write(paths::EXPIRED_REPORTS, &store.kiosk, "first", &store.milk(1, None)).await;
    let task = store.tasks(&as_anna).await[0].clone();
    let marked_ms = store.app.now_ms();
    store.app.wait(60_000);
    assert_eq!(store.report("second", &card, 1).await.status, StatusCode::OK);
    let waits = store.points().await.1;
    assert!(waits > 0);
    let said = json!({"task_id": task["task_id"], "step": "not_found", "mark": mark, "made_ms": marked_ms});
    assert_eq!(store.app.write(paths::TASK_STEPS, &store.tablet, "late", &said).await.status, StatusCode::OK);
    assert_eq!(store.points().await.1, waits, "nobody has looked since");
    let open = store.tasks(&as_anna).await;
    assert_eq!((open.len(), &open[0]["task_id"], &open[0]["claimed_by"]), (1, &task["task_id"], &Value::Null));
}
