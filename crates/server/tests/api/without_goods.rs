//! What was wrong with goods is put right without their coming back, and no line twice.

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use polka_contract::paths;
use polka_server::apology::{ApologySettings, forget_lines, forget_old};
use polka_server::http::Reach;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};
use crate::expired_photos::jpeg;
use crate::staff::Store;

const PHONE: &str = "+79161234567";
/// Fresh here.
const MILK: &str = "09520000000004";
/// Not fresh.
const BREAD: &str = "00000096385074";
const DAY_MS: i64 = 86_400_000;
const PHOTOS: &str = "SELECT COUNT(*) FROM apology_photos";

/// A store with a till and two tablets: one of the staff, one of a manager.
struct Desk {
    store: Store,
    anna: String,
    maria: String,
    till: String,
}

impl Desk {
    async fn start() -> Self {
        let settings: ApologySettings = toml::from_str(
            "[without_goods.rules]\nfresh_categories = ['Молоко']\nline_minor_units = 20_000\n\
             customer_month_minor_units = 60_000",
        )
        .expect("settings");
        settings.check().expect("settings");
        let change = |services: polka_server::http::Services| services.with_apologies(settings);
        let store = Store::of(TestApp::start_as(LIST, Reach::default(), change).await).await;
        let till = store.app.device("Касса", "till").await;
        let anna = store.at_work(&store.tablet, &store.hire("Анна", "staff", &[]).await).await;
        let second = store.app.device("Планшет 2", "tablet").await;
        let maria = store.at_work(&second, &store.hire("Мария", "manager", &[]).await).await;
        Self { store, anna, maria, till }
    }

    /// A till posts a receipt of these lines: product, quantity, what was paid.
    async fn sell(&self, number: &str, phone: Option<&str>, lines: &[(&str, u32, i64)]) -> Answer {
        let items: Vec<Value> = lines
            .iter()
            .map(|(gtin, quantity, paid)| json!({"gtin": gtin, "quantity": quantity, "minor_units": paid}))
            .collect();
        let total: i64 = lines.iter().map(|(.., paid)| paid).sum();
        let mut said = json!({
            "receipt_number": number, "total_minor_units": total, "items": items, "made_ms": self.store.app.now_ms(),
        });
        if let Some(phone) = phone {
            said["buyer"] = json!({"phone": phone});
        }
        let sold = self.store.app.write(paths::RECEIPTS, &self.till, &format!("sell-{number}"), &said).await;
        assert_eq!(sold.status, StatusCode::OK, "{}", sold.json());
        sold
    }

    /// Puts one of a line right for somebody.
    async fn put_right(&self, cookie: &str, key: &str, number: &str, line: u32, phone: Option<&str>) -> Answer {
        let mut said = json!({"line": line, "quantity": 1, "reason": "spoilt", "made_ms": 1});
        if let Some(phone) = phone {
            said["buyer"] = json!({"phone": phone});
        }
        let path = paths::WITHOUT_GOODS.replace("{receipt_number}", number);
        self.store.app.write(&path, cookie, key, &said).await
    }

    /// The same with a photograph.
    async fn photographed(&self, key: &str, number: &str, line: u32, phone: Option<&str>, jpeg: &str) -> Answer {
        let mut said = json!({"line": line, "quantity": 1, "reason": "spoilt", "jpeg": jpeg, "made_ms": 1});
        if let Some(phone) = phone {
            said["buyer"] = json!({"phone": phone});
        }
        let path = paths::WITHOUT_GOODS.replace("{receipt_number}", number);
        self.store.app.write(&path, &self.anna, key, &said).await
    }

    async fn see(&self, apology: &Answer, cookie: &str) -> Answer {
        let path = paths::APOLOGY_PHOTO.replace("{apology_id}", &apology.json()["apology_id"].to_string());
        self.store.app.ask(Method::GET, &path, &[("cookie", cookie)]).await
    }

    /// A till takes goods back, which it names by their lines or not.
    async fn bring_back(&self, key: &str, number: &str, amount: i64, items: Value) -> Answer {
        let path = paths::RECEIPT_RETURNS.replace("{receipt_number}", number);
        let mut said = json!({"return_number": key, "amount_minor_units": amount, "made_ms": 3});
        if items != Value::Null {
            said["items"] = items;
        }
        self.store.app.write(&path, &self.till, key, &said).await
    }

    async fn look_up(&self, number: &str) -> Answer {
        let path = paths::RECEIPT.replace("{receipt_number}", number);
        self.store.app.ask(Method::GET, &path, &[("cookie", &self.maria)]).await
    }

    async fn on_apology(&self, path: &str, apology: &Answer, cookie: &str, key: &str, said: &Value) -> Answer {
        let path = path.replace("{apology_id}", &apology.json()["apology_id"].to_string());
        self.store.app.write(&path, cookie, key, said).await
    }

    /// What members can spend, what the department has borne of it, and what all points come to.
    async fn points(&self) -> (i64, i64, i64) {
        let available = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
            WHERE account = 'member_available'";
        let cost = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
            WHERE account = 'department_cost:quality'";
        let all = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings";
        let app = &self.store.app;
        (app.count(available).await, app.count(cost).await, app.count(all).await)
    }
}

/// Why it was refused, in words.
fn why(answer: &Answer) -> String {
    assert_eq!(answer.error_code(), "return_refused", "{}", answer.json());
    answer.json()["error"]["message"].as_str().expect("a message").to_owned()
}

#[tokio::test]
async fn of_a_hundred_who_put_a_line_right_at_once_one_does_and_the_others_are_told_why() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 1, 8_990)]).await;
    let keys: Vec<String> = (0..100).map(|number| format!("k{number}")).collect();
    let answers = join_all(
        keys.iter()
            .zip([&desk.anna, &desk.maria].into_iter().cycle())
            .map(|(key, cookie)| desk.put_right(cookie, key, "3-1", 1, Some(PHONE))),
    )
    .await;
    let given: Vec<usize> = (0..100).filter(|place| answers[*place].status == StatusCode::OK).collect();
    assert_eq!(given.len(), 1);
    for refused in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert!(why(refused).contains("put right before"));
    }
    let first = &answers[given[0]];
    assert_eq!((&first.json()["state"], &first.json()["points"]), (&json!("given"), &json!(89)));
    assert_eq!(desk.points().await, (89, -89, 0));
    let cookie = [&desk.anna, &desk.maria][given[0] % 2];
    let again = desk.put_right(cookie, &keys[given[0]], "3-1", 1, Some(PHONE)).await;
    assert_eq!(again.body, first.body, "the same key, the same answer");
    // Taken back, the line is as it was.
    let said = json!({"why": "Не та строка"});
    let back = desk.on_apology(paths::APOLOGY_CANCELLATION, first, cookie, "undo", &said).await;
    assert_eq!(back.json()["state"], "cancelled", "{}", back.json());
    assert_eq!(
        (desk.points().await, desk.look_up("3-1").await.json()["lines"][0]["left"].clone()),
        ((0, 0, 0), json!(1))
    );
    assert_eq!(desk.put_right(&desk.anna, "anew", "3-1", 1, Some(PHONE)).await.json()["state"], "given");
}

#[tokio::test]
async fn what_came_back_at_a_till_is_not_put_right_and_what_was_put_right_does_not_come_back() {
    let desk = Desk::start().await;
    for (number, phone) in [("3-1", Some(PHONE)), ("3-2", None)] {
        let buyer = if phone.is_some() { None } else { Some(PHONE) };
        let key = |name: &str| format!("{number}-{name}");
        desk.sell(number, phone, &[(MILK, 2, 18_000), (MILK, 1, 9_000)]).await;
        let came = desk.bring_back(&key("b1"), number, 9_000, json!([{"line": 2, "quantity": 1}])).await;
        assert_eq!(came.status, StatusCode::OK, "{}", came.json());
        let again = desk.bring_back(&key("b1"), number, 9_000, json!([{"line": 2, "quantity": 1}])).await;
        assert_eq!(again.body, came.body);
        assert!(why(&desk.put_right(&desk.anna, &key("p1"), number, 2, buyer).await).contains("came back"));
        let right = desk.put_right(&desk.anna, &key("p2"), number, 1, buyer).await;
        assert_eq!(right.json()["state"], "given", "{}", right.json());
        let both = json!([{"line": 1, "quantity": 2}]);
        assert!(why(&desk.bring_back(&key("b2"), number, 18_000, both).await).contains("has 1 left"));
        let other = desk.bring_back(&key("b3"), number, 9_000, json!([{"line": 1, "quantity": 1}])).await;
        assert_eq!(other.status, StatusCode::OK, "{}", other.json());
        let known = desk.look_up(number).await.json();
        assert_eq!((&known["lines"][0]["left"], &known["lines"][0]["refusal"]), (&json!(0), &json!("put_right")));
        assert_eq!(known["lines"][1]["refusal"], "came_back");
    }
    // A till that does not say which line it was is told to, or leaves the receipt to the tills.
    desk.sell("3-3", Some(PHONE), &[(MILK, 2, 9_000)]).await;
    assert_eq!(desk.put_right(&desk.anna, "x", "3-3", 1, None).await.json()["state"], "given");
    assert!(why(&desk.bring_back("unnamed", "3-3", 4_500, Value::Null).await).contains("the items are to say"));
    let more = json!([{"line": 1, "quantity": 1}]);
    assert!(why(&desk.bring_back("more", "3-3", 4_501, more).await).contains("more would come back"));
    desk.sell("3-4", Some(PHONE), &[(MILK, 2, 9_000)]).await;
    assert_eq!(desk.bring_back("unnamed-2", "3-4", 4_500, Value::Null).await.status, StatusCode::OK);
    assert!(why(&desk.put_right(&desk.anna, "y", "3-4", 1, None).await).contains("without saying which line"));
    assert_eq!(desk.points().await.2, 0);
}

#[tokio::test]
async fn a_till_marks_a_return_once_under_whatever_key_and_another_of_its_number_is_refused() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 3, 9_000)]).await;
    let path = paths::RECEIPT_RETURNS.replace("{receipt_number}", "3-1");
    let back = async |key: &str, quantity: u32| {
        let items = json!([{"line": 1, "quantity": quantity}]);
        let said = json!({"return_number": "R-1", "amount_minor_units": 3_000, "items": items, "made_ms": 3});
        desk.store.app.write(&path, &desk.till, key, &said).await
    };
    for key in ["a", "b"] {
        assert_eq!(back(key, 1).await.json()["taken_points"], 0);
    }
    assert_eq!(desk.look_up("3-1").await.json()["lines"][0]["left"], 2);
    assert_eq!(back("c", 2).await.error_code(), "receipt_known");
}

#[tokio::test]
async fn a_return_that_names_no_line_of_a_receipt_without_a_buyer_leaves_it_to_the_tills() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 2, 9_000)]).await;
    let came = desk.bring_back("a", "3-1", 4_500, Value::Null).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.json());
    let path = paths::RECEIPT_RETURNS.replace("{receipt_number}", "3-1");
    let said = json!({"return_number": "a", "amount_minor_units": 4_500, "made_ms": 3});
    assert_eq!(desk.store.app.write(&path, &desk.till, "again", &said).await.status, StatusCode::OK, "the same return");
    let mut named = said.clone();
    named["items"] = json!([{"line": 1, "quantity": 1}]);
    assert_eq!(desk.store.app.write(&path, &desk.till, "named", &named).await.error_code(), "receipt_known");
    assert!(why(&desk.put_right(&desk.anna, "p", "3-1", 1, Some(PHONE)).await).contains("without saying which line"));
    // The other way round.
    desk.sell("3-2", None, &[(MILK, 2, 9_000)]).await;
    assert_eq!(desk.put_right(&desk.anna, "q", "3-2", 1, Some(PHONE)).await.json()["state"], "given");
    assert!(why(&desk.bring_back("b", "3-2", 4_500, Value::Null).await).contains("the items are to say"));
    assert_eq!(desk.bring_back("c", "3-9", 4_500, Value::Null).await.error_code(), "receipt_not_found");
}

#[tokio::test]
async fn one_kopeck_above_the_limit_of_a_line_and_whatever_is_not_fresh_waits_for_a_second_person() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 1, 20_000), (MILK, 1, 20_001), (BREAD, 1, 4_500)]).await;
    let ask = async |key: &str, line: u32| desk.put_right(&desk.anna, key, "3-1", line, Some(PHONE)).await;
    assert_eq!(ask("a", 1).await.json()["state"], "given");
    let (above, other) = (ask("b", 2).await, ask("c", 3).await);
    for (waits, limit) in [(&above, "once"), (&other, "other_goods")] {
        assert_eq!((&waits.json()["state"], &waits.json()["limit"]), (&json!("waits"), &json!(limit)));
    }
    assert!(why(&ask("d", 3).await).contains("waits"), "what waits is taken");
    let listed = desk.store.app.ask(Method::GET, paths::APOLOGIES, &[("cookie", &desk.maria)]).await.json();
    let goods = &listed["goods"][1];
    assert_eq!(
        (&goods["gtin"], &goods["quantity"], &goods["receipt_number"]),
        (&json!(BREAD), &json!(1), &json!("3-1"))
    );
    assert_eq!((listed["apologies"].as_array().map(Vec::len), desk.points().await.0), (Some(2), 200));
    let own = desk.on_apology(paths::APOLOGY_APPROVAL, &other, &desk.anna, "own", &json!({})).await;
    assert_eq!(own.error_code(), "apology_refused");
    // A colleague may: it is above no limit of a day.
    let boris = desk.store.at_work(&desk.store.tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    let yes = desk.on_apology(paths::APOLOGY_APPROVAL, &other, &boris, "yes", &json!({})).await;
    assert_eq!((&yes.json()["state"], &yes.json()["points"]), (&json!("given"), &json!(45)), "{}", yes.json());
    // A no leaves the line as it was; so does nobody's answer.
    let no = desk.on_apology(paths::APOLOGY_REFUSAL, &above, &desk.maria, "no", &json!({})).await;
    assert_eq!(no.json()["state"], "refused");
    let anew = desk.put_right(&boris, "e", "3-1", 2, Some(PHONE)).await;
    assert_eq!(anew.json()["state"], "waits", "{}", anew.json());
    let pool = desk.store.app.pool().await;
    forget_old(&pool, desk.store.app.now_ms() + 2 * 86_400_000).await.expect("forgotten");
    assert_eq!(desk.look_up("3-1").await.json()["lines"][1]["left"], 1);
    assert_eq!(desk.points().await, (245, -245, 0));
}

#[tokio::test]
async fn a_customer_who_was_given_much_without_goods_gets_more_by_a_manager_alone() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 2, 40_000), (MILK, 1, 20_000), (MILK, 1, 20_000), (MILK, 1, 100)]).await;
    for line in 1..=3 {
        let given = desk.put_right(&desk.maria, &format!("a{line}"), "3-1", line, Some(PHONE)).await;
        assert_eq!(given.json()["state"], "given", "{}", given.json());
    }
    // The limit of a line is that of all its items; of another customer nothing counts.
    let same = desk.put_right(&desk.maria, "same", "3-1", 1, Some("+79161234568")).await;
    assert_eq!(same.json()["limit"], "once");
    let waits = desk.put_right(&desk.anna, "d", "3-1", 4, Some(PHONE)).await;
    assert_eq!(waits.json()["limit"], "customer_month");
    let boris = desk.store.at_work(&desk.store.tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    let approve =
        async |cookie: &str, key: &str| desk.on_apology(paths::APOLOGY_APPROVAL, &waits, cookie, key, &json!({})).await;
    assert_eq!(approve(&boris, "boris").await.error_code(), "manager_needed");
    assert_eq!(approve(&desk.maria, "maria").await.json()["state"], "given");
}

#[tokio::test]
async fn the_points_go_to_the_receipts_own_member_less_what_the_line_had_earned() {
    let desk = Desk::start().await;
    let sold = desk.sell("3-1", Some(PHONE), &[(MILK, 2, 30_000), (BREAD, 1, 70_000)]).await;
    assert_eq!(sold.json()["accrued_points"], 10);
    let known = desk.look_up("3-1").await;
    assert_eq!((&known.json()["has_member"], &known.json()["lines"][0]["name_en"]), (&json!(true), &json!("Milk")));
    assert!(!String::from_utf8_lossy(&known.body).contains("916"), "nothing tells who the buyer is");
    // Whoever tries numbers learns nothing.
    for (key, phone) in [("own", PHONE), ("another", "+79161234568")] {
        let named = desk.put_right(&desk.anna, key, "3-1", 1, Some(phone)).await;
        assert_eq!(named.error_code(), "invalid_request");
    }
    let given = desk.put_right(&desk.anna, "a", "3-1", 1, None).await;
    assert_eq!(given.json()["points"], 149, "one of the ten was earned by it: {}", given.json());
    let waits = desk.put_right(&desk.anna, "b", "3-1", 2, None).await;
    assert_eq!(waits.json()["state"], "waits");
    let yes = desk.on_apology(paths::APOLOGY_APPROVAL, &waits, &desk.maria, "yes", &json!({})).await;
    assert_eq!(yes.json()["points"], 700 - 7, "{}", yes.json());
    assert_eq!(desk.points().await, (10 + 149 + 693, -842, 0));
    assert!(desk.store.app.verified().await.is_ok());
    // Nobody who works there gets any.
    desk.store.app.run_with(&["staff", "phone", "Анна"], "+79161234567\n").await;
    assert_eq!(desk.put_right(&desk.maria, "c", "3-1", 1, None).await.error_code(), "staff_phone");
}

#[tokio::test]
async fn what_was_bought_too_long_ago_is_refused_and_forgotten_in_the_end() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 1, 9_000), (BREAD, 1, 4_500), (MILK, 1, 0)]).await;
    let refusals = async || {
        let known = desk.look_up("3-1").await.json();
        let lines = known["lines"].as_array().expect("lines").clone();
        lines.into_iter().map(|line| line["refusal"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(refusals().await, ["", "", "worth_nothing"]);
    // Four days ago, and eleven more.
    desk.store.app.execute("UPDATE receipt_lines SET sold_ms = sold_ms - 345600000").await;
    assert_eq!(refusals().await[..2], ["fresh_too_old", ""]);
    desk.store.app.execute("UPDATE receipt_lines SET sold_ms = sold_ms - 950400000").await;
    assert_eq!(refusals().await[..2], ["fresh_too_old", "too_old"]);
    assert!(why(&desk.put_right(&desk.anna, "late", "3-1", 2, Some(PHONE)).await).contains("too long ago"));
    let pool = desk.store.app.pool().await;
    forget_lines(&pool, desk.store.app.now_ms()).await.expect("forgotten");
    assert_eq!(desk.look_up("3-1").await.error_code(), "receipt_not_found");
}

#[tokio::test]
async fn what_is_none_of_a_receipt_is_told() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 1, 9_000)]).await;
    assert_eq!(desk.look_up("3-9").await.error_code(), "receipt_not_found");
    for number in ["%00", "a%20b", &"9".repeat(65), "%D0%BC", "a%2Fb"] {
        assert_eq!(desk.look_up(number).await.error_code(), "invalid_request", "{number}");
    }
    for (key, change) in [
        ("a", json!({"line": 2})),
        ("b", json!({"line": 0})),
        ("c", json!({"quantity": 0})),
        ("d", json!({"quantity": 2})),
        ("e", json!({"quantity": 4_294_967_295_u32})),
        ("f", json!({"reason": "rude"})),
        ("g", json!({"reason": "\u{0}"})),
        ("h", json!({"buyer": null})),
        ("i", json!({"buyer": {"phone": "12"}})),
        ("j", json!({"made_ms": -1})),
        ("k", json!({"more": 1})),
    ] {
        let buyer = json!({"phone": PHONE});
        let mut said = json!({"line": 1, "quantity": 1, "reason": "spoilt", "buyer": buyer, "made_ms": 1});
        let change = change.as_object().expect("an object").clone();
        said.as_object_mut().expect("an object").extend(change);
        let path = paths::WITHOUT_GOODS.replace("{receipt_number}", "3-1");
        let refused = desk.store.app.write(&path, &desk.anna, key, &said).await;
        assert!(refused.status.is_client_error() && refused.error_code() != "internal", "{said}: {}", refused.json());
    }
    for items in [
        json!([{"line": 0, "quantity": 1}]),
        json!([{"line": 501, "quantity": 1}]),
        json!([{"line": 1, "quantity": 0}]),
        json!([{"line": 1, "quantity": 1}, {"line": 1, "quantity": 1}]),
    ] {
        assert_eq!(desk.bring_back("x", "3-1", 1, items).await.error_code(), "invalid_request");
    }
    let sell = async |paid: i64| {
        let items = json!([{"gtin": MILK, "quantity": 1, "minor_units": paid}]);
        let said = json!({"receipt_number": "3-2", "total_minor_units": 100, "items": items, "made_ms": 1});
        desk.store.app.write(paths::RECEIPTS, &desk.till, "sell", &said).await.error_code()
    };
    for paid in [-1, 101, i64::MAX, i64::MIN] {
        assert_eq!(sell(paid).await, "invalid_request");
    }
    assert_eq!(desk.points().await, (0, 0, 0));
}

#[tokio::test]
async fn the_lines_of_a_members_receipts_are_told_to_them_and_go_with_them() {
    let desk = Desk::start().await;
    desk.sell("3-1", Some(PHONE), &[(MILK, 2, 18_000), (BREAD, 1, 4_500)]).await;
    desk.sell("3-2", None, &[(MILK, 1, 9_000)]).await;
    let told = desk.store.app.run_with(&["member", "export"], "+79161234567\n").await;
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let milk = json!({"gtin": MILK, "quantity": 2, "minor_units": 18_000});
    assert_eq!(
        (&told["receipts"][0]["items"][0], told["receipts"][0]["items"].as_array().map(Vec::len)),
        (&milk, Some(2))
    );
    desk.store.app.run_with(&["member", "erase"], "+79161234567\n").await;
    assert_eq!(desk.look_up("3-1").await.error_code(), "receipt_not_found");
    assert_eq!(desk.look_up("3-2").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_decides_sees_what_the_goods_look_like_then_the_giver_and_managers_do_and_nobody_else() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(BREAD, 1, 4_500), (BREAD, 1, 4_500), (MILK, 1, 9_000)]).await;
    // As large as a photograph may be.
    let bytes = [&jpeg(1024)[..25], &[7; 120 << 10], &[0xFF, 0xD9]].concat();
    let photo = STANDARD.encode(&bytes);
    let waits = desk.photographed("a", "3-1", 1, Some(PHONE), &photo).await;
    assert_eq!(waits.json()["state"], "waits", "{}", waits.json());
    let again = desk.photographed("a", "3-1", 1, Some(PHONE), &photo).await;
    assert_eq!((&again.body, desk.store.app.count(PHOTOS).await), (&waits.body, 1), "the same key, the same answer");
    let without = desk.put_right(&desk.anna, "b", "3-1", 2, Some(PHONE)).await;
    let listed = desk.store.app.ask(Method::GET, paths::APOLOGIES, &[("cookie", &desk.maria)]).await.json();
    let told = listed["goods"].as_array().expect("goods").iter().map(|goods| goods["has_photo"].clone());
    assert_eq!(told.collect::<Vec<_>>(), [true, false]);

    let [third, fourth] =
        [desk.store.app.device("Третий", "tablet").await, desk.store.app.device("Ещё", "tablet").await];
    let boris = desk.store.at_work(&third, &desk.store.hire("Борис", "staff", &[]).await).await;
    let vera = desk.store.at_work(&fourth, &desk.store.hire("Вера", "staff", &[]).await).await;
    let seen = desk.see(&waits, &boris).await;
    assert_eq!((seen.status, &seen.body), (StatusCode::OK, &bytes));
    let told = ["content-type", "cache-control", "x-content-type-options"].map(|name| seen.header(name));
    assert_eq!(told, ["image/jpeg", "no-store", "nosniff"]);
    assert_eq!(desk.see(&without, &boris).await.error_code(), "not_found");
    assert_eq!(desk.see(&waits, &desk.store.kiosk).await.error_code(), "forbidden");
    let yes = desk.on_apology(paths::APOLOGY_APPROVAL, &waits, &boris, "yes", &json!({})).await;
    assert_eq!(yes.json()["state"], "given", "{}", yes.json());
    assert_eq!(desk.see(&waits, &vera).await.error_code(), "not_found", "nothing waits for her");
    for cookie in [&desk.anna, &boris, &desk.maria] {
        assert_eq!(desk.see(&waits, cookie).await.status, StatusCode::OK);
    }
    // Nor does it stand in another store.
    desk.store.app.run(&["store", "add", "Север", "--time-zone", "Europe/Moscow"]).await;
    desk.store.app.execute("UPDATE apology_photos SET store_id = 2").await;
    assert_eq!(desk.see(&waits, &desk.maria).await.error_code(), "not_found");
}

#[tokio::test]
async fn what_is_no_photograph_puts_nothing_right() {
    let desk = Desk::start().await;
    desk.sell("3-1", None, &[(MILK, 1, 9_000)]).await;
    for (key, photo) in [
        ("a", String::new()),
        ("b", "no base64".into()),
        ("c", STANDARD.encode("<svg></svg>")),
        ("d", STANDARD.encode(jpeg(2049))),
        ("e", STANDARD.encode(&jpeg(1024)[..20])),
    ] {
        let refused = desk.photographed(key, "3-1", 1, Some(PHONE), &photo).await;
        assert_eq!((refused.status.as_u16(), refused.error_code()), (422, "photo_refused".into()), "{key}");
    }
    let large = desk.photographed("f", "3-1", 1, Some(PHONE), &"A".repeat(210 << 10)).await;
    assert_eq!(large.error_code(), "too_large");
    let counts = [PHOTOS, "SELECT COUNT(*) FROM apologies"];
    assert_eq!((desk.store.app.count(counts[0]).await, desk.store.app.count(counts[1]).await), (0, 0));
    // Nor is one kept of what was refused.
    let photo = STANDARD.encode(jpeg(1024));
    assert_eq!(desk.photographed("g", "3-1", 2, Some(PHONE), &photo).await.error_code(), "receipt_not_found");
    assert_eq!(desk.store.app.count(PHOTOS).await, 0);
}

#[tokio::test]
async fn a_photograph_of_goods_goes_after_thirty_days_or_with_its_member() {
    let desk = Desk::start().await;
    let photo = STANDARD.encode(jpeg(1024));
    desk.sell("3-1", None, &[(MILK, 1, 9_000), (MILK, 1, 9_000), (BREAD, 1, 4_500)]).await;
    desk.photographed("old", "3-1", 1, Some("+79161234568"), &photo).await;
    let pool = desk.store.app.pool().await;
    let since_ms = desk.store.app.now_ms();
    for (later_ms, left) in [(30 * DAY_MS, 1), (30 * DAY_MS + 1, 0)] {
        forget_old(&pool, since_ms + later_ms).await.expect("forgotten");
        assert_eq!(desk.store.app.count(PHOTOS).await, left);
    }

    // Given by a number, waiting by a number, and waiting for the receipt's own member; and another's.
    desk.sell("3-2", Some(PHONE), &[(BREAD, 1, 4_500)]).await;
    for (key, number, line, phone) in
        [("a", "3-1", 2, Some(PHONE)), ("b", "3-1", 3, Some(PHONE)), ("c", "3-2", 1, None)]
    {
        let asked = desk.photographed(key, number, line, phone, &photo).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.json());
    }
    desk.sell("3-3", None, &[(MILK, 1, 9_000)]).await;
    desk.photographed("d", "3-3", 1, Some("+79161234568"), &photo).await;
    assert_eq!(desk.store.app.count(PHOTOS).await, 4);
    let told = desk.store.app.run_with(&["member", "export"], "+79161234567\n").await;
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["goods_photos"], 3, "all that go with them");
    desk.store.app.run_with(&["member", "erase"], "+79161234567\n").await;
    assert_eq!(desk.store.app.count(PHOTOS).await, 1);
}
