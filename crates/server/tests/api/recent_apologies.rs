//! A manager sees what was given lately, and takes it back later.

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use serde_json::{Value, json};

use crate::apologies::Desk;
use crate::app::Answer;

const HOUR_MS: i64 = 3_600_000;
const PHONE: &str = "+79161234567";

impl Desk {
    async fn recent(&self, cookie: &str, query: &str) -> Answer {
        let path = format!("{}{query}", paths::RECENT_APOLOGIES);
        self.store.app.ask(Method::GET, &path, &[("cookie", cookie)]).await
    }

    /// Those that the manager sees.
    async fn listed(&self, query: &str) -> Vec<Value> {
        self.recent(&self.maria, query).await.json()["apologies"].as_array().expect("a list").clone()
    }

    async fn paper(&self, key: &str) -> Value {
        self.apologise(&self.anna, key, 10_000, json!("paper")).await.json()
    }
}

fn code(given: &Value) -> &str {
    given["coupon_code"].as_str().expect("a code")
}

#[tokio::test]
async fn a_manager_sees_how_each_apology_stands_and_nothing_of_the_customer() {
    let desk = Desk::start().await;
    let (used, held, open) = (desk.paper("a").await, desk.paper("b").await, desk.paper("c").await);
    let reserved = desk.reserve(&desk.till, code(&used), "r1").await.json();
    desk.settle(paths::COUPON_COMMIT, &reserved, "commit").await;
    desk.reserve(&desk.till, code(&held), "r2").await;
    desk.apologise(&desk.anna, "d", 10_000, json!({"points": {"phone": PHONE}})).await;
    let waits = desk.apologise(&desk.anna, "e", 60_000, json!({"sms": PHONE})).await.json();
    let told = desk.recent(&desk.maria, "").await;
    let text = String::from_utf8_lossy(&told.body).into_owned();
    assert!(!text.contains("916") && !text.contains(code(&open)), "{text}");
    let listed = desk.listed("").await;
    let stands = |it: &Value| (it["way"].clone(), it["state"].clone(), it["coupon"]["state"].clone());
    let said = |way: &str, state: &str, coupon: Value| (json!(way), json!(state), coupon);
    assert_eq!(
        listed.iter().map(stands).collect::<Vec<_>>(),
        [
            said("sms", "waits", Value::Null),
            said("points", "given", Value::Null),
            said("paper", "given", json!("open")),
            said("paper", "given", json!("set_aside")),
            said("paper", "given", json!("used")),
        ]
    );
    assert_eq!((&listed[1]["points"], &listed[1]["minor_units"]), (&json!(100), &json!(10_000)));
    let no = desk.on_apology(paths::APOLOGY_REFUSAL, &waits, &desk.maria, "no", &json!({})).await.json();
    assert_eq!(no["state"], "refused");
    // What a till has forgotten is free again; a coupon whose last day is over is good for nothing.
    desk.store.app.wait(HOUR_MS);
    desk.store.app.execute("UPDATE coupons SET last_day = '2020-01-01' WHERE uses = 0").await;
    let listed = desk.listed("").await;
    assert_eq!((&listed[0]["state"], listed[0]["decided_by"].is_i64()), (&json!("refused"), true));
    let coupons: Vec<_> = listed[2..].iter().map(|it| it["coupon"]["state"].clone()).collect();
    assert_eq!(coupons, ["over", "open", "used"]);
}

#[tokio::test]
async fn what_was_given_earlier_a_manager_takes_back_with_a_why_and_no_till_takes_it() {
    let desk = Desk::start().await;
    let (given, held) = (desk.paper("a").await, desk.paper("b").await);
    let held_code = code(&held);
    desk.store.app.wait(HOUR_MS);
    desk.reserve(&desk.till, held_code, "r1").await;
    let why = json!({"why": "Дали по ошибке"});
    let back = async |apology: &Value, cookie: &str, key: &str| {
        desk.on_apology(paths::APOLOGY_CANCELLATION, apology, cookie, key, &why).await
    };
    assert_eq!(back(&given, &desk.anna, "late").await.error_code(), "manager_needed", "only a manager by now");
    let done = back(&given, &desk.maria, "back").await;
    assert_eq!(done.json()["state"], "cancelled", "{}", done.json());
    assert_eq!(back(&given, &desk.maria, "back").await.json(), done.json(), "the answer was lost");
    assert_eq!(back(&held, &desk.maria, "held").await.error_code(), "coupon_refused", "a till has it");
    assert_eq!(desk.reserve(&desk.till, code(&given), "r2").await.error_code(), "coupon_refused");
    let listed = desk.listed("").await;
    let cancelled = &listed[1]["cancellation"];
    let maria = desk.store.app.ask(Method::GET, paths::STAFF_SESSION, &[("cookie", &desk.maria)]).await.json();
    assert_eq!((&cancelled["why"], &cancelled["staff_number"]), (&why["why"], &maria["staff_number"]));
    assert_eq!((&listed[1]["coupon"], &listed[0]["cancellation"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn the_newest_come_first_and_neither_another_stores_nor_what_is_old_is_among_them() {
    let desk = Desk::start().await;
    for number in 0..23 {
        desk.apologise(&desk.anna, &format!("a{number}"), 100, json!("paper")).await;
    }
    let numbers = |listed: &[Value]| listed.iter().filter_map(|it| it["apology_id"].as_i64()).collect::<Vec<_>>();
    let first = desk.recent(&desk.maria, "").await.json();
    assert_eq!(numbers(first["apologies"].as_array().expect("a list")), (4..=23).rev().collect::<Vec<_>>());
    assert_eq!(first["has_older"], true);
    desk.store.app.run(&["store", "add", "Север", "--time-zone", "Europe/Moscow"]).await;
    desk.store.app.execute("UPDATE apologies SET store_id = 2 WHERE id = 2").await;
    desk.store.app.execute("UPDATE apologies SET day = '2020-01-01' WHERE id = 1").await;
    let older = desk.recent(&desk.maria, "?before=4").await.json();
    assert_eq!(numbers(older["apologies"].as_array().expect("a list")), [3]);
    assert_eq!(older["has_older"], false);
    assert_eq!(desk.listed("?before=-1").await, [] as [Value; 0]);
    for query in ["?before=x", "?before=9223372036854775808", "?after=1"] {
        assert_eq!(desk.recent(&desk.maria, query).await.error_code(), "invalid_request", "{query}");
    }
    assert_eq!(desk.recent(&desk.anna, "").await.status, StatusCode::FORBIDDEN);
}
