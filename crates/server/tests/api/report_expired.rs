//! Shoppers report what is past its date, and points wait for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use jiff::{Span, Timestamp};
use polka_contract::paths;
use polka_domain::CardNumber;
use polka_server::http::Reach;
use polka_server::loyalty::Loyalty;
use polka_server::report_expired::release_late;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};
use crate::staff::Store;

const MILK: &str = "9520000000004";
const PHONE: &str = "+79161234567";
const OTHER_PHONE: &str = "+79161234568";
const HOUR_MS: i64 = 3_600_000;

/// A server with a kiosk.
struct Kiosk {
    app: TestApp,
    cookie: String,
}

impl Kiosk {
    async fn start() -> Self {
        Self::of(TestApp::start(LIST).await).await
    }

    async fn of(app: TestApp) -> Self {
        let cookie = app.device("Вход", "kiosk").await;
        Self { app, cookie }
    }

    /// A day in the store, so many before today.
    fn day(&self, days_ago: i64) -> String {
        let now = Timestamp::from_millisecond(self.app.now_ms()).expect("a time");
        let today = now.in_tz("Europe/Moscow").expect("a zone").date();
        today.saturating_sub(Span::new().days(days_ago)).to_string()
    }

    /// An item of this product that was good until so many days ago.
    fn item(&self, gtin: &str, days_ago: i64) -> Value {
        json!({
            "gtin": gtin, "last_day": self.day(days_ago), "date_kind": "use_by", "quantity": 1,
            "made_ms": self.app.now_ms(),
        })
    }

    async fn write(&self, key: &str, said: &Value) -> Answer {
        self.app.write(paths::EXPIRED_REPORTS, &self.cookie, key, said).await
    }

    /// Reports milk of yesterday, for whoever has this.
    async fn report(&self, key: &str, finder: &str, value: &str) -> Answer {
        let mut said = self.item(MILK, 1);
        said[finder] = value.into();
        self.write(key, &said).await
    }

    async fn join(&self, key: &str, phone: &str, card: Option<&str>) -> String {
        let said = json!({"phone": phone, "card_number": card, "made_ms": 1});
        let joined = self.app.write(paths::MEMBERS, &self.cookie, key, &said).await;
        joined.json()["card_number"].as_str().expect("a card").to_owned()
    }

    async fn points(&self, account: &'static str) -> i64 {
        self.app
            .count(match account {
                "pending" => {
                    "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
                     WHERE account = 'member_pending'"
                }
                "available" => {
                    "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
                     WHERE account = 'member_available'"
                }
                _ => "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings",
            })
            .await
    }

    async fn release_late(&self) {
        release_late(&self.app.pool().await, &Loyalty::default(), self.app.now_ms()).await.expect("released");
    }
}

fn outcome(answer: &Answer) -> (String, i64) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let json = answer.json();
    (json["outcome"].as_str().expect("an outcome").to_owned(), json["points"].as_i64().expect("points"))
}

#[tokio::test]
async fn points_wait_on_the_card_of_whoever_reports_and_a_task_is_there() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    let reported = kiosk.report("a", "card_number", &card).await;
    assert_eq!(outcome(&reported), ("reward_waits".into(), 90));
    assert_eq!(reported.json()["released_ms"], kiosk.app.now_ms() + 24 * HOUR_MS);
    assert_eq!(kiosk.report("a", "card_number", &card).await.body, reported.body, "the same key, the same answer");
    assert_eq!((kiosk.points("pending").await, kiosk.points("all").await), (90, 0));
    let tasks = "SELECT COUNT(*) FROM tasks WHERE kind = 'expired_item' AND closed_ms IS NULL AND aisle = '4'";
    assert_eq!(kiosk.app.count(tasks).await, 1);
    let costs = "SELECT COUNT(*) FROM points_postings WHERE account = 'department_cost:store' AND points = -90";
    assert_eq!(kiosk.app.count(costs).await, 1);
    assert_eq!(kiosk.app.verified().await.expect("a ledger"), 1);
}

#[tokio::test]
async fn of_three_who_find_the_same_the_first_gets_its_worth_and_the_others_thanks() {
    let kiosk = Kiosk::start().await;
    let mut cards = Vec::new();
    for (number, phone) in [PHONE, OTHER_PHONE, "+79161234569"].into_iter().enumerate() {
        cards.push(kiosk.join(&format!("join-{number}"), phone, None).await);
    }
    let mut outcomes = Vec::new();
    for (number, card) in cards.iter().enumerate() {
        outcomes.push(outcome(&kiosk.report(&format!("r-{number}"), "card_number", card).await));
    }
    let thanks = ("thanks_wait".to_owned(), 5);
    assert_eq!(outcomes, [("reward_waits".into(), 90), thanks.clone(), thanks]);
    let again = kiosk.report("again", "card_number", &cards[0]).await;
    assert_eq!(outcome(&again), ("reported_before".into(), 0));
    // One of another day is another find.
    let mut other = kiosk.item(MILK, 2);
    other["card_number"] = cards[0].as_str().into();
    assert_eq!(outcome(&kiosk.write("other", &other).await), ("reward_waits".into(), 90));
    assert_eq!(kiosk.points("pending").await, 190);
}

#[tokio::test]
async fn what_is_still_good_is_told_so_and_noted_with_the_reason() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    for (key, days_ago) in [("today", 0), ("tomorrow", -1)] {
        let mut said = kiosk.item(MILK, days_ago);
        said["card_number"] = card.as_str().into();
        assert_eq!(outcome(&kiosk.write(key, &said).await), ("not_expired".into(), 0));
    }
    let noted = "SELECT COUNT(*) FROM expired_reports WHERE outcome = 'not_expired' AND state = 'nothing'";
    assert_eq!(kiosk.app.count(noted).await, 2);
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM tasks").await, 0);
    assert_eq!(kiosk.points("pending").await, 0);
}

#[tokio::test]
async fn whoever_names_a_number_is_told_the_same_whether_somebody_has_it_or_not_however_often_they_try() {
    let kiosk = Kiosk::start().await;
    kiosk.join("join", PHONE, None).await;
    // The member comes to report more than is taken of one: nobody is to see that.
    let try_all = async |phone: &str, first_day: i64| {
        let mut answers = Vec::new();
        for days in first_day..first_day + 12 {
            let mut said = kiosk.item(MILK, days);
            said["phone"] = phone.into();
            answers.push(outcome(&kiosk.write(&format!("{days}-first"), &said).await));
            answers.push(outcome(&kiosk.write(&format!("{days}-again"), &said).await));
        }
        answers
    };
    let known = try_all("8 916 123-45-67", 1).await;
    let unknown = try_all(OTHER_PHONE, 21).await;
    let (reward, thanks) = (("reward_waits".to_owned(), 90), ("thanks_wait".to_owned(), 5));
    assert_eq!(known[..4], [reward.clone(), thanks.clone(), reward, thanks]);
    assert_eq!(known, unknown);
    assert_eq!(kiosk.points("pending").await, 900);
    // Whoever has the number gets what waits for it once they join, within what a member gets in a day.
    kiosk.join("later", OTHER_PHONE, None).await;
    assert_eq!(kiosk.points("pending").await, 1800);
}

#[tokio::test]
async fn a_slip_is_worth_its_points_to_whoever_joins_by_it() {
    let kiosk = Kiosk::start().await;
    let slip = CardNumber::from_random([7; 16]).to_string();
    assert_eq!(outcome(&kiosk.report("a", "card_number", &slip).await), ("reward_waits".into(), 90));
    assert_eq!(kiosk.points("pending").await, 0);
    assert_eq!(kiosk.join("join", PHONE, Some(&slip)).await, slip);
    assert_eq!(kiosk.points("pending").await, 90);
    // Once.
    assert_eq!(kiosk.join("again", OTHER_PHONE, Some(&slip)).await, slip);
    assert_eq!(kiosk.points("pending").await, 90);
    // Who reports the same on a slip as on their card gets it once.
    let second = CardNumber::from_random([8; 16]).to_string();
    kiosk.report("b", "card_number", &second).await;
    kiosk.join("second", PHONE, Some(&second)).await;
    assert_eq!(kiosk.points("pending").await, 90);
    let refused = "SELECT COUNT(*) FROM expired_reports WHERE outcome = 'reported_before' AND member_id = 1";
    assert_eq!(kiosk.app.count(refused).await, 1);
}

#[tokio::test]
async fn a_slip_is_worth_no_more_than_the_card_of_whoever_joins_by_it() {
    let kiosk = Kiosk::start().await;
    kiosk.join("join", PHONE, None).await;
    for days in 10..13 {
        let mut said = kiosk.item(MILK, days);
        said["phone"] = PHONE.into();
        kiosk.write(&format!("before-{days}"), &said).await;
    }
    kiosk.app.execute("UPDATE expired_reports SET state = 'not_confirmed'").await;
    let slip = CardNumber::from_random([7; 16]).to_string();
    kiosk.report("slip", "card_number", &slip).await;
    kiosk.app.wait(25 * HOUR_MS);
    kiosk.release_late().await;
    kiosk.join("by-slip", PHONE, Some(&slip)).await;
    let looked = "SELECT COUNT(*) FROM expired_reports WHERE state = 'second_look' AND doubts = 'often_not_confirmed'";
    assert_eq!(kiosk.app.count(looked).await, 1);
    assert_eq!(kiosk.points("available").await, 0);
}

#[tokio::test]
async fn points_that_nobody_has_looked_for_are_released() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    kiosk.report("a", "card_number", &card).await;
    let mut odd = kiosk.item("96385074", 200);
    odd["card_number"] = card.as_str().into();
    assert_eq!(outcome(&kiosk.write("odd", &odd).await), ("reward_waits".into(), 45));
    let slip = CardNumber::from_random([7; 16]).to_string();
    let mut other = kiosk.item("036000291452", 1);
    other["card_number"] = slip.as_str().into();
    kiosk.write("slip", &other).await;

    kiosk.app.wait(24 * HOUR_MS);
    kiosk.release_late().await;
    assert_eq!((kiosk.points("available").await, kiosk.points("pending").await), (0, 135), "on the dot, not yet");
    kiosk.app.wait(1);
    kiosk.release_late().await;
    kiosk.release_late().await;
    assert_eq!((kiosk.points("available").await, kiosk.points("pending").await), (90, 45), "a second look has longer");
    kiosk.join("late", OTHER_PHONE, Some(&slip)).await;
    assert_eq!((kiosk.points("available").await, kiosk.points("pending").await), (210, 45));
    kiosk.app.wait(48 * HOUR_MS);
    kiosk.release_late().await;
    assert_eq!((kiosk.points("available").await, kiosk.points("pending").await), (255, 0));
    assert_eq!(kiosk.points("all").await, 0);
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM expired_reports WHERE state = 'released'").await, 3);
}

#[tokio::test]
async fn limits_hold_however_many_come_at_once() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    let said: Vec<_> = (1..=60)
        .map(|days_ago| {
            let mut said = kiosk.item(MILK, days_ago);
            said["card_number"] = card.as_str().into();
            said
        })
        .collect();
    let answers = join_all(said.iter().enumerate().map(async |(number, said)| {
        let answer = kiosk.write(&format!("key-{number}"), said).await;
        outcome(&answer).0
    }));
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|outcome| *outcome == "reward_waits").count(), 10);
    assert_eq!(answers.iter().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(kiosk.points("pending").await, 900);
    // What was refused is noted with its reason, and the item must go all the same.
    let refused = "SELECT COUNT(*) FROM expired_reports WHERE outcome = 'member_day_limit' AND task_id IS NOT NULL";
    assert_eq!(kiosk.app.count(refused).await, 50);
}

#[tokio::test]
async fn a_hundred_who_find_the_same_at_once_get_one_whole_reward() {
    let kiosk = Kiosk::start().await;
    let slips = (0..100).map(|number| CardNumber::from_random([number; 16]).to_string()).collect::<Vec<_>>();
    let said = |card: &str| {
        let mut said = kiosk.item(MILK, 1);
        said["card_number"] = card.into();
        said
    };
    let answers = join_all(
        slips
            .iter()
            .enumerate()
            .map(async |(number, card)| outcome(&kiosk.write(&format!("key-{number}"), &said(card)).await).0),
    );
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|outcome| *outcome == "reward_waits").count(), 1);
    assert_eq!(answers.iter().filter(|outcome| *outcome == "thanks_wait").count(), 99);
    // The device has said what it may in a day.
    assert_eq!(outcome(&kiosk.report("more", "card_number", &slips[0]).await), ("device_day_limit".into(), 0));
}

#[tokio::test]
async fn without_a_card_it_is_noted_and_somebody_elses_whole_reward_is_not_taken() {
    let kiosk = Kiosk::start().await;
    assert_eq!(outcome(&kiosk.write("a", &kiosk.item(MILK, 1)).await), ("noted".into(), 0));
    let card = kiosk.join("join", PHONE, None).await;
    assert_eq!(outcome(&kiosk.report("b", "card_number", &card).await), ("reward_waits".into(), 90));
    // What the store does not sell must go too, and is looked at twice.
    let mut foreign = kiosk.item("4006381333931", 1);
    foreign["card_number"] = card.as_str().into();
    assert_eq!(outcome(&kiosk.write("c", &foreign).await), ("reward_waits".into(), 10));
    let looked = "SELECT COUNT(*) FROM expired_reports WHERE state = 'second_look' AND doubts = 'not_in_store'";
    assert_eq!(kiosk.app.count(looked).await, 1);
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM tasks WHERE kind = 'expired_item'").await, 2);
}

#[tokio::test]
async fn what_a_till_has_just_sold_pays_nobody_for_a_quarter_of_an_hour_and_must_go_all_the_same() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    let till = kiosk.app.device("Касса 3", "till").await;
    let sells = async |key: &str, is_online: bool, made_ms: i64| {
        let said = json!({
            "receipt_number": key, "total_minor_units": 8990, "items": [{"gtin": MILK, "quantity": 1}],
            "is_online": is_online, "made_ms": made_ms,
        });
        let sold = kiosk.app.write(paths::RECEIPTS, &till, key, &said).await.json();
        assert_eq!(sold, json!({"accrued_points": 0, "reason": "nothing_earned"}), "nobody's card was shown");
    };
    let item = |days_ago| {
        let mut said = kiosk.item(MILK, days_ago);
        said["card_number"] = card.as_str().into();
        said
    };
    let found_before = item(3);
    kiosk.app.wait(1000);
    sells("online", true, kiosk.app.now_ms()).await;
    assert_eq!(outcome(&kiosk.write("a", &item(2)).await), ("reward_waits".into(), 90));
    sells("in-store", false, kiosk.app.now_ms()).await;
    sells("late", false, kiosk.app.now_ms() - HOUR_MS).await;
    assert_eq!(outcome(&kiosk.write("b", &item(1)).await), ("sold_just_now".into(), 0));
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM tasks WHERE kind = 'expired_item'").await, 2);
    assert_eq!(outcome(&kiosk.write("c", &found_before).await), ("reward_waits".into(), 90));
    kiosk.app.wait(HOUR_MS / 4);
    assert_eq!(outcome(&kiosk.write("d", &item(1)).await), ("reward_waits".into(), 90));
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM last_sales").await, 1);
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM receipts").await, 0);
}

#[tokio::test]
async fn the_store_s_own_staff_get_no_points_and_nobody_who_names_a_number_learns_whose_it_is() {
    let kiosk = Kiosk::start().await;
    let app = &kiosk.app;
    let tell = async |more: &[&str], number: &str| app.run_with(&[&["staff"], more].concat(), number).await;
    tell(&["add", "Анна", "--role", "staff", "--phone"], PHONE).await;
    let card = kiosk.join("join", PHONE, None).await;
    assert_eq!(outcome(&kiosk.report("a", "card_number", &card).await), ("by_staff".into(), 0));
    assert_eq!(app.count("SELECT COUNT(*) FROM tasks WHERE kind = 'expired_item'").await, 1, "it must go");
    // Named at a screen, the number is one as any other, a member's or not.
    let mut told = Vec::new();
    for (number, days_ago) in [(PHONE, 2), (OTHER_PHONE, 3)] {
        let mut said = kiosk.item(MILK, days_ago);
        said["phone"] = number.into();
        let mut answer = kiosk.write(&format!("named-{days_ago}"), &said).await.json();
        assert_eq!(answer["report_id"].take().as_i64(), Some(days_ago));
        told.push(answer);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0]["outcome"], "reward_waits");
    assert_eq!(kiosk.points("pending").await, 0);
    // Nor does what waits on a slip become theirs.
    let slip = CardNumber::from_random([7; 16]).to_string();
    let mut said = kiosk.item(MILK, 4);
    said["card_number"] = slip.as_str().into();
    assert_eq!(outcome(&kiosk.write("slip", &said).await), ("reward_waits".into(), 90));
    kiosk.join("slip-joins", PHONE, Some(&slip)).await;
    assert_eq!(kiosk.points("pending").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM expired_reports WHERE outcome = 'by_staff'").await, 3);

    assert_eq!(app.count("SELECT COUNT(*) FROM staff WHERE phone LIKE '%9161234567%'").await, 0);
    tell(&["phone", "Анна", "--remove"], "").await;
    assert_eq!(outcome(&kiosk.report("b", "card_number", &card).await), ("reward_waits".into(), 90));
    let mut others = kiosk.item(MILK, 5);
    others["card_number"] = kiosk.join("other", OTHER_PHONE, None).await.into();
    tell(&["phone", "Анна"], OTHER_PHONE).await;
    assert_eq!(outcome(&kiosk.write("others", &others).await), ("by_staff".into(), 0));
    tell(&["remove", "Анна"], "").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM staff WHERE phone IS NOT NULL").await, 0);
    assert_eq!(outcome(&kiosk.write("left", &others).await), ("reward_waits".into(), 90));
}

#[tokio::test]
async fn a_chain_may_pay_nothing_and_let_the_department_of_a_category_bear_the_cost() {
    let app = TestApp::with_loyalty(LIST, "[expired_items]\nlargest_points = 0").await;
    let kiosk = Kiosk::of(app).await;
    let card = kiosk.join("join", PHONE, None).await;
    assert_eq!(outcome(&kiosk.report("a", "card_number", &card).await), ("noted".into(), 0));

    let app = TestApp::with_loyalty(LIST, "[departments]\n\"Молоко\" = \"dairy\"").await;
    let kiosk = Kiosk::of(app).await;
    let card = kiosk.join("join", PHONE, None).await;
    kiosk.report("a", "card_number", &card).await;
    let costs = "SELECT COUNT(*) FROM points_postings WHERE account = 'department_cost:dairy'";
    assert_eq!(kiosk.app.count(costs).await, 1);
}

#[tokio::test]
async fn a_report_that_makes_no_sense_is_refused_by_the_name_of_its_field() {
    let kiosk = Kiosk::start().await;
    for (field, value, code) in [
        ("gtin", json!("123"), "invalid_gtin"),
        ("last_day", json!("28.11.2026"), "invalid_request"),
        ("last_day", json!("2026-11-31"), "invalid_request"),
        ("last_day", json!("-002026-11-30"), "invalid_request"),
        ("date_kind", json!("sell_by"), "invalid_request"),
        ("quantity", json!(0), "invalid_request"),
        ("quantity", json!(100), "invalid_request"),
        ("quantity", json!(-1), "invalid_request"),
        ("made_ms", json!(-1), "invalid_request"),
        ("card_number", json!("12345"), "invalid_card"),
        ("phone", json!("12345"), "invalid_phone"),
        ("finder", json!("me"), "invalid_request"),
    ] {
        let mut said = kiosk.item(MILK, 1);
        said[field] = value.clone();
        let answer = kiosk.write("a", &said).await;
        assert!(answer.status.is_client_error(), "{field} {value}: {}", answer.status);
        assert_eq!(answer.error_code(), code, "{field} {value}");
    }
    let mut both = kiosk.item(MILK, 1);
    both["phone"] = PHONE.into();
    both["card_number"] = CardNumber::from_random([7; 16]).to_string().into();
    assert_eq!(kiosk.write("a", &both).await.error_code(), "invalid_request");
    let stranger = kiosk.app.write(paths::EXPIRED_REPORTS, "", "a", &kiosk.item(MILK, 1)).await;
    assert_eq!(stranger.error_code(), "device_unknown");
    assert_eq!(kiosk.app.count("SELECT COUNT(*) FROM expired_reports").await, 0);
}

#[tokio::test]
async fn members_are_told_of_their_reports_and_take_them_along_when_two_become_one() {
    let kiosk = Kiosk::start().await;
    let card = kiosk.join("join", PHONE, None).await;
    kiosk.report("a", "card_number", &card).await;
    kiosk.join("other", OTHER_PHONE, None).await;
    let numbers = format!("{PHONE}\n{OTHER_PHONE}\n");
    kiosk.app.run_with(&["member", "merge"], &numbers).await;
    let own: Value = serde_json::from_str(&kiosk.app.run_with(&["member", "export"], OTHER_PHONE).await).expect("JSON");
    let report = &own["expired_reports"][0];
    assert_eq!(
        (&report["gtin"], &report["points"], &report["state"]),
        (&json!("09520000000004"), &json!(90), &json!("waiting"))
    );
    kiosk.app.wait(25 * HOUR_MS);
    kiosk.release_late().await;
    assert_eq!((kiosk.points("available").await, kiosk.points("pending").await), (90, 0));
}

#[tokio::test]
async fn the_week_of_the_demo_is_called_so_and_is_not_seen_beside_goods_of_ones_own() {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let app = TestApp::serve_as(folder, "polka.db", Reach::default(), |services| services).await;
    app.run(&["demo"]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM tasks WHERE closed_ms IS NULL").await, 0);
    assert_eq!(app.count("SELECT CAST(SUM(points) AS BIGINT) FROM points_postings").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM webhook_events").await, 0);
    let store = Store::of(app).await;
    let manager = store.at_work(&store.tablet, &store.hire("Мария", "manager", &[]).await).await;
    let summary = async || store.app.ask(Method::GET, paths::EXPIRED_SUMMARY, &[("cookie", &manager)]).await.json();
    let reported = |summary: &Value| {
        let weeks = summary["weeks"].as_array().expect("weeks").iter();
        weeks.filter_map(|week| week["reported"].as_i64()).sum::<i64>()
    };
    let demo = summary().await;
    assert_eq!(demo["is_demo"], true);
    assert!(reported(&demo) >= 7 && demo["hours"].as_array().is_some_and(|hours| !hours.is_empty()), "{demo}");
    store.app.import(LIST).await;
    let own = summary().await;
    assert_eq!((&own["is_demo"], reported(&own), &own["hours"]), (&json!(false), 0, &json!([])));
}
