//! What went wrong is put right, and a coupon pays once.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use polka_contract::paths;
use polka_server::apology::forget_old;
use serde_json::{Value, json};

use crate::app::Answer;
use crate::staff::Store;

const PHONE: &str = "+79161234567";

/// A store with two tablets and two tills.
pub(crate) struct Desk {
    pub(crate) store: Store,
    /// The tablet of somebody of the staff, and that of a manager.
    pub(crate) anna: String,
    pub(crate) maria: String,
    pub(crate) till: String,
    pub(crate) other_till: String,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let store = Store::start().await;
        let (till, other_till) = (store.app.device("Касса 1", "till").await, store.app.device("Касса 2", "till").await);
        let anna = store.at_work(&store.tablet, &store.hire("Анна", "staff", &[]).await).await;
        let second = store.app.device("Планшет 2", "tablet").await;
        let maria = store.at_work(&second, &store.hire("Мария", "manager", &[]).await).await;
        Self { store, anna, maria, till, other_till }
    }

    pub(crate) async fn write(&self, path: &str, cookie: &str, key: &str, said: &Value) -> Answer {
        self.store.app.write(path, cookie, key, said).await
    }

    pub(crate) async fn apologise(&self, cookie: &str, key: &str, minor_units: i64, way: Value) -> Answer {
        let said = json!({
            "reason": "wrong_price", "minor_units": minor_units, "way": way, "language": "ru", "made_ms": 1,
        });
        self.write(paths::APOLOGIES, cookie, key, &said).await
    }

    /// The code of a coupon on paper for so much.
    async fn coupon(&self, key: &str, minor_units: i64) -> String {
        let given = self.apologise(&self.anna, key, minor_units, json!("paper")).await;
        given.json()["coupon_code"].as_str().unwrap_or_else(|| panic!("{}", given.json())).to_owned()
    }

    pub(crate) async fn on_apology(
        &self,
        path: &str,
        apology: &Value,
        cookie: &str,
        key: &str,
        said: &Value,
    ) -> Answer {
        let path = path.replace("{apology_id}", &apology["apology_id"].to_string());
        self.write(&path, cookie, key, said).await
    }

    pub(crate) async fn reserve(&self, till: &str, code: &str, receipt: &str) -> Answer {
        let said = json!({"code": code, "receipt_number": receipt, "total_minor_units": 50_000});
        self.write(paths::COUPON_RESERVATIONS, till, &format!("reserve-{receipt}-{}", &code[20..]), &said).await
    }

    pub(crate) async fn settle(&self, path: &str, reservation: &Value, key: &str) -> Answer {
        let path = path.replace("{reservation_id}", &reservation["reservation_id"].to_string());
        self.write(&path, &self.till, key, &json!({})).await
    }

    pub(crate) async fn is_open(&self, code: &str, key: &str) -> Value {
        let found = self.write(paths::COUPON_SEARCH, &self.other_till, key, &json!({"code": code})).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.json());
        found.json()["is_open"].clone()
    }

    /// What departments have paid for coupons, and what all postings come to.
    pub(crate) async fn cost(&self) -> (i64, i64) {
        let cost = "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM coupon_postings
            WHERE account = 'department_cost:tills'";
        let all = "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM coupon_postings";
        (self.store.app.count(cost).await, self.store.app.count(all).await)
    }
}

#[tokio::test]
async fn points_are_there_at_once_at_the_cost_of_the_department_that_the_reason_names() {
    let desk = Desk::start().await;
    let given = desk.apologise(&desk.anna, "a", 10_000, json!({"points": {"phone": PHONE}})).await;
    assert_eq!(given.json()["state"], "given", "{}", given.json());
    assert_eq!(given.json()["points"], 100);
    let again = desk.apologise(&desk.anna, "a", 10_000, json!({"points": {"phone": PHONE}})).await;
    assert_eq!(again.json(), given.json(), "a retry gives nothing more");
    let of = |account: &'static str| desk.store.app.count(account);
    let available = "SELECT CAST(SUM(points) AS BIGINT) FROM points_postings WHERE account = 'member_available'";
    let cost = "SELECT CAST(SUM(points) AS BIGINT) FROM points_postings WHERE account = 'department_cost:tills'";
    assert_eq!((of(available).await, of(cost).await), (100, -100));
    // They are taken back as long as they are there; soon by whoever gave them.
    let why = json!({"why": "Не тот покупатель"});
    let back = desk.on_apology(paths::APOLOGY_CANCELLATION, &given.json(), &desk.anna, "back", &why).await;
    assert_eq!(back.json()["state"], "cancelled", "{}", back.json());
    assert_eq!((of(available).await, of(cost).await), (0, 0));
    assert_eq!(desk.on_apology(paths::APOLOGY_CANCELLATION, &given.json(), &desk.anna, "2", &why).await.status, 409);
}

#[tokio::test]
async fn one_kopeck_above_a_limit_waits_for_a_second_person_and_never_the_same() {
    let desk = Desk::start().await;
    assert_eq!(desk.apologise(&desk.anna, "below", 50_000, json!("paper")).await.json()["state"], "given");
    let waits = desk.apologise(&desk.anna, "above", 50_001, json!({"sms": PHONE})).await.json();
    assert_eq!((&waits["state"], &waits["limit"]), (&json!("waits"), &json!("once")));
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM coupons").await, 1, "no coupon yet");
    let listed = desk.store.app.ask(Method::GET, paths::APOLOGIES, &[("cookie", &desk.maria)]).await;
    assert_eq!(listed.json()["apologies"], json!([waits]));
    assert!(!String::from_utf8_lossy(&listed.body).contains("916"), "nothing tells who the customer is");
    let approve =
        async |cookie: &str, key: &str| desk.on_apology(paths::APOLOGY_APPROVAL, &waits, cookie, key, &json!({})).await;
    assert_eq!(approve(&desk.anna, "own").await.error_code(), "apology_refused");
    let boris = desk.store.at_work(&desk.store.tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    assert_eq!(approve(&boris, "boris").await.error_code(), "apology_refused", "it is above his limit too");
    let given = approve(&desk.maria, "maria").await;
    assert_eq!((&given.json()["state"], &given.json()["coupon_code"]), (&json!("given"), &Value::Null));
    assert_eq!(approve(&desk.maria, "again").await.error_code(), "apology_refused");
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM messages WHERE kind = 'coupon'").await, 1);
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM apologies WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_customer_who_was_given_much_in_thirty_days_gets_more_by_a_second_person_alone() {
    let desk = Desk::start().await;
    let give = async |key: &str| desk.apologise(&desk.maria, key, 150_000, json!({"sms": PHONE})).await.json();
    assert_eq!(give("a").await["state"], "given");
    let by_card = json!({"points": {"phone": PHONE}});
    let more = desk.apologise(&desk.maria, "b", 60_000, by_card).await.json();
    assert_eq!(more["limit"], "customer_month", "by whatever they are named");
    // Two who agree with each other are not enough for that.
    let small = desk.apologise(&desk.anna, "c", 50_000, json!({"sms": PHONE})).await.json();
    assert_eq!(small["state"], "given");
    let waits = desk.apologise(&desk.anna, "d", 1_000, json!({"sms": PHONE})).await.json();
    let boris = desk.store.at_work(&desk.store.tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    let yes =
        async |cookie: &str, key: &str| desk.on_apology(paths::APOLOGY_APPROVAL, &waits, cookie, key, &json!({})).await;
    assert_eq!(yes(&boris, "boris").await.error_code(), "manager_needed");
    assert_eq!(yes(&desk.maria, "maria").await.json()["state"], "given");
    let refused = desk.on_apology(paths::APOLOGY_REFUSAL, &more, &boris, "no", &json!({})).await;
    assert_eq!(refused.json()["state"], "refused");
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM apologies WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test]
async fn whoever_gave_what_waits_takes_it_back_or_prints_it_once_it_is_agreed() {
    let desk = Desk::start().await;
    let waits = async |key: &str| desk.apologise(&desk.anna, key, 60_000, json!("paper")).await.json();
    let (withdrawn, agreed) = (waits("a").await, waits("b").await);
    let why = json!({"why": "Опечатка"});
    let back = desk.on_apology(paths::APOLOGY_CANCELLATION, &withdrawn, &desk.anna, "back", &why).await;
    assert_eq!(back.json()["state"], "cancelled", "{}", back.json());
    let yes = desk.on_apology(paths::APOLOGY_APPROVAL, &agreed, &desk.maria, "yes", &json!({})).await;
    assert_eq!(yes.json()["coupon_code"], Value::Null);
    let path = paths::APOLOGY.replace("{apology_id}", &agreed["apology_id"].to_string());
    let now = async |cookie: &str| desk.store.app.ask(Method::GET, &path, &[("cookie", cookie)]).await.json();
    assert_eq!(now(&desk.maria).await["coupon_code"], Value::Null);
    assert!(now(&desk.anna).await["coupon_code"].is_string());
    let again = desk.apologise(&desk.anna, "b", 60_000, json!("paper")).await.json();
    assert_eq!(again, agreed, "a retry is told what it was told");
    let by_points = async || desk.apologise(&desk.anna, "c", 60_000, json!({"points": {"phone": PHONE}})).await.json();
    let first = by_points().await;
    let yes = desk.on_apology(paths::APOLOGY_APPROVAL, &first, &desk.maria, "yes-points", &json!({})).await;
    assert_eq!(yes.json()["points"], 600, "{}", yes.json());
    assert_eq!(by_points().await, first);
}

#[tokio::test]
async fn a_coupon_that_does_not_come_goes_by_another_way_and_is_never_a_second_one() {
    let desk = Desk::start().await;
    let given = desk.apologise(&desk.anna, "a", 10_000, json!({"sms": PHONE})).await.json();
    let path = paths::APOLOGY.replace("{apology_id}", &given["apology_id"].to_string());
    let now = async |cookie: &str| desk.store.app.ask(Method::GET, &path, &[("cookie", cookie)]).await;
    let way = async |cookie: &str, key: &str, way: Value| {
        let said = json!({"way": way, "language": "ru"});
        desk.on_apology(paths::APOLOGY_WAY, &given, cookie, key, &said).await
    };
    assert_eq!((&now(&desk.anna).await.json()["message"], &given["message"]), (&json!("waiting"), &Value::Null));
    let third = desk.store.app.device("Планшет 3", "tablet").await;
    let boris = desk.store.at_work(&third, &desk.store.hire("Борис", "staff", &[]).await).await;
    assert_eq!(now(&boris).await.json()["message"], Value::Null, "that is no concern of his");
    assert_eq!(way(&boris, "boris", json!("paper")).await.error_code(), "manager_needed");
    // The number was mistyped: what waits for it is not sent, and it is counted for the other.
    let other = way(&desk.anna, "other", json!({"sms": "+79161234568"})).await.json();
    assert_eq!((&other["state"], &other["coupon_code"]), (&json!("given"), &Value::Null), "{other}");
    let waiting = "SELECT COUNT(*) FROM messages WHERE kind = 'coupon' AND state = 'waiting'";
    assert_eq!(desk.store.app.count(waiting).await, 1);
    let customers = "SELECT COUNT(*) FROM apologies WHERE customer_digest IS NOT NULL";
    assert_eq!(desk.store.app.count(customers).await, 1);
    // The gateway refuses it: that is told at once, and whoever gave it prints it, however late it is.
    desk.store.app.wait(11 * 60_000);
    desk.store.app.execute("UPDATE messages SET state = 'sent' WHERE state = 'waiting'").await;
    assert_eq!(way(&desk.anna, "sent", json!("paper")).await.error_code(), "manager_needed", "it has gone");
    desk.store.app.execute("UPDATE messages SET state = 'undelivered' WHERE state = 'sent'").await;
    let told = now(&desk.anna).await;
    assert_eq!(told.json()["message"], "failed");
    assert!(!String::from_utf8_lossy(&told.body).contains("916"), "nothing tells who the customer is");
    let paper = way(&desk.anna, "paper", json!("paper")).await.json();
    let code = paper["coupon_code"].as_str().unwrap_or_else(|| panic!("{paper}")).to_owned();
    assert_eq!(now(&desk.anna).await.json()["message"], Value::Null);
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM coupons").await, 1, "it is the same one");
    let again = desk.apologise(&desk.anna, "a", 10_000, json!({"sms": PHONE})).await.json();
    assert_eq!(again, given, "a retry is told what it was told");
    // Nor does it go anywhere once it is used.
    let reserved = desk.reserve(&desk.till, &code, "r1").await.json();
    assert_eq!(way(&desk.maria, "held", json!({"sms": PHONE})).await.error_code(), "coupon_refused");
    desk.settle(paths::COUPON_COMMIT, &reserved, "commit").await;
    assert_eq!(way(&desk.maria, "used", json!({"sms": PHONE})).await.error_code(), "coupon_refused");
    assert_eq!(way(&desk.anna, "paper", json!("paper")).await.json(), paper);
    assert_eq!(desk.cost().await, (-10_000, 0));
}

#[tokio::test]
async fn what_goes_by_another_way_keeps_to_the_limits_and_to_what_fits_into_a_message() {
    let desk = Desk::start().await;
    let way = async |apology: &Value, cookie: &str, key: &str, way: Value| {
        let said = json!({"way": way, "language": "ru"});
        desk.on_apology(paths::APOLOGY_WAY, apology, cookie, key, &said).await
    };
    let sms = json!({"sms": PHONE});
    desk.apologise(&desk.maria, "much", 180_000, sms.clone()).await;
    let paper = desk.apologise(&desk.anna, "a", 40_000, json!("paper")).await.json();
    let above = way(&paper, &desk.anna, "above", sms.clone()).await;
    assert_eq!(above.error_code(), "manager_needed", "the customer has had much");
    assert_eq!(way(&paper, &desk.maria, "second", sms.clone()).await.json()["state"], "given", "two agree");
    assert_eq!(way(&paper, &desk.maria, "print", json!("paper")).await.json()["coupon_code"], paper["coupon_code"]);
    for number in 0..3 {
        assert_eq!(way(&paper, &desk.maria, &format!("again{number}"), sms.clone()).await.status, StatusCode::OK);
    }
    assert_eq!(way(&paper, &desk.maria, "sixth", sms.clone()).await.error_code(), "apology_refused");
    // Points, what waits and what was taken back go by no other way, nor does a coupon become points.
    let points = desk.apologise(&desk.anna, "p", 1_000, json!({"points": {"phone": "+79161234568"}})).await.json();
    assert_eq!(way(&points, &desk.anna, "points", json!("paper")).await.error_code(), "apology_refused");
    let waits = desk.apologise(&desk.anna, "w", 60_000, json!("paper")).await.json();
    assert_eq!(way(&waits, &desk.anna, "waits", sms.clone()).await.error_code(), "apology_refused");
    let to_points = json!({"points": {"phone": PHONE}});
    assert_eq!(way(&paper, &desk.maria, "to-points", to_points).await.error_code(), "invalid_request");
    let terms = json!({"worth": {"amount": {"minor_units": 1_000}}});
    let said = json!({
        "reason": "other", "minor_units": 1, "way": "paper", "terms": terms, "language": "ru", "made_ms": 1,
    });
    let here_alone = desk.write(paths::APOLOGIES, &desk.anna, "t", &said).await.json();
    let email = json!({"email": "irina@example.org"});
    assert_eq!(way(&here_alone, &desk.anna, "terms", sms.clone()).await.error_code(), "apology_refused");
    assert_eq!(way(&here_alone, &desk.anna, "mail", email.clone()).await.status, StatusCode::OK, "a mail has room");
    desk.on_apology(paths::APOLOGY_CANCELLATION, &here_alone, &desk.anna, "back", &json!({"why": "Опечатка"})).await;
    assert_eq!(way(&here_alone, &desk.anna, "gone", json!("paper")).await.error_code(), "apology_refused");
    let sent = desk.apologise(&desk.maria, "s", 1_000, json!({"sms": "+79161234569"})).await.json();
    let of_sent = paths::APOLOGY.replace("{apology_id}", &sent["apology_id"].to_string());
    let message =
        async || desk.store.app.ask(Method::GET, &of_sent, &[("cookie", &desk.maria)]).await.json()["message"].clone();
    assert_eq!(message().await, "waiting");
    desk.on_apology(paths::APOLOGY_CANCELLATION, &sent, &desk.maria, "not", &json!({"why": "Опечатка"})).await;
    assert_eq!(message().await, Value::Null, "of what was taken back nothing is sent, and nothing has failed");
    assert_eq!(way(&json!({"apology_id": 99}), &desk.anna, "none", email).await.error_code(), "apology_not_found");
}

#[tokio::test]
async fn nobody_who_works_there_apologises_to_themselves() {
    let desk = Desk::start().await;
    desk.store.app.run_with(&["staff", "phone", "Анна"], "+79161234567\n").await;
    for (key, way) in [("a", json!({"sms": PHONE})), ("b", json!({"points": {"phone": PHONE}}))] {
        assert_eq!(desk.apologise(&desk.anna, key, 1_000, way).await.error_code(), "staff_phone");
    }
}

#[tokio::test]
async fn a_receipt_that_became_smaller_is_paid_by_no_more_than_it_comes_to() {
    let desk = Desk::start().await;
    let code = desk.coupon("a", 10_000).await;
    let reserve = async |key: &str, total: i64| {
        let said = json!({"code": code, "receipt_number": "r1", "total_minor_units": total});
        desk.write(paths::COUPON_RESERVATIONS, &desk.till, key, &said).await
    };
    let whole = reserve("whole", 50_000).await.json();
    assert_eq!(whole["discount_minor_units"], 10_000);
    let smaller = reserve("smaller", 1_000).await.json();
    assert_eq!(
        (&smaller["reservation_id"], &smaller["discount_minor_units"]),
        (&whole["reservation_id"], &json!(1_000))
    );
    assert_eq!(desk.settle(paths::COUPON_COMMIT, &smaller, "commit").await.json()["state"], "committed");
    assert_eq!(desk.cost().await, (-1_000, 0));
    assert_eq!(reserve("other", 50_000).await.error_code(), "coupon_refused", "it has paid");
}

#[tokio::test]
async fn whose_an_apology_was_is_forgotten_with_the_member_who_got_it() {
    let desk = Desk::start().await;
    desk.apologise(&desk.anna, "a", 10_000, json!({"points": {"phone": PHONE}})).await;
    let known = "SELECT COUNT(*) FROM apologies WHERE customer_digest IS NOT NULL";
    assert_eq!(desk.store.app.count(known).await, 1);
    desk.store.app.run_with(&["member", "erase"], "+79161234567\n").await;
    assert_eq!(desk.store.app.count(known).await, 0);
}

/// Half of the tills ask another server of the store. Whoever has more time tries more coupons: POLKA_COUPONS=1000.
#[tokio::test]
async fn of_a_hundred_tills_that_show_a_coupon_at_once_one_takes_it() {
    let desk = Desk::start().await;
    let beside = desk.store.app.beside().await;
    let coupons: i64 = std::env::var("POLKA_COUPONS").ok().and_then(|count| count.parse().ok()).unwrap_or(3);
    for coupon in 0..coupons {
        let code = desk.coupon(&format!("coupon-{coupon}"), 100).await;
        let reserve = async |number: usize| {
            let receipt = format!("{coupon}-{number}");
            let app = if number.is_multiple_of(2) { &desk.store.app } else { &beside };
            let said = json!({"code": code, "receipt_number": receipt, "total_minor_units": 50_000});
            app.write(paths::COUPON_RESERVATIONS, &desk.till, &format!("reserve-{receipt}"), &said).await
        };
        let answers = join_all((0..100).map(reserve)).await;
        let taken: Vec<&Answer> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
        assert_eq!(taken.len(), 1);
        assert!(answers.iter().all(|it| it.status == StatusCode::OK || it.error_code() == "coupon_refused"));
        let commits = ["x", "y", "z"].map(|key| format!("{coupon}{key}"));
        let reservation = taken[0].json();
        let commits = join_all(commits.iter().map(|key| desk.settle(paths::COUPON_COMMIT, &reservation, key))).await;
        assert!(commits.iter().all(|answer| answer.json()["state"] == "committed"), "the same commit");
    }
    assert_eq!(desk.cost().await, (coupons * -100, 0), "each was booked once");
    let paid = "SELECT COUNT(DISTINCT coupon_id) FROM coupon_redemptions WHERE state = 'committed'";
    assert_eq!(desk.store.app.count(paid).await, coupons);
}

#[tokio::test]
async fn a_coupon_that_a_till_forgets_is_free_again_and_a_late_commit_pays_where_it_still_is() {
    let desk = Desk::start().await;
    let code = desk.coupon("a", 10_000).await;
    let forgotten = desk.reserve(&desk.till, &code, "r1").await.json();
    assert_eq!(desk.is_open(&code, "1").await, false);
    desk.store.app.wait(15 * 60_000 + 1);
    assert_eq!(desk.is_open(&code, "2").await, true);
    let late = desk.settle(paths::COUPON_COMMIT, &forgotten, "late").await;
    assert_eq!(late.json()["state"], "committed", "{}", late.json());
    assert_eq!(desk.reserve(&desk.other_till, &code, "r2").await.error_code(), "coupon_refused");
    let other_code = desk.coupon("b", 10_000).await;
    let voided = desk.reserve(&desk.till, &other_code, "r9").await.json();
    desk.store.app.wait(15 * 60_000 + 1);
    desk.settle(paths::COUPON_RELEASE, &voided, "void-late").await;
    let delayed = desk.settle(paths::COUPON_COMMIT, &voided, "delayed").await;
    assert_eq!(delayed.error_code(), "coupon_refused", "a sale that never was takes no coupon");
    // The sale is voided: the coupon is as it was, and its cost is nobody's.
    assert_eq!(desk.settle(paths::COUPON_RELEASE, &forgotten, "void").await.json()["state"], "released");
    assert_eq!(desk.cost().await, (0, 0));
    assert_eq!(desk.settle(paths::COUPON_COMMIT, &forgotten, "after").await.error_code(), "coupon_refused");
    let other = desk.reserve(&desk.other_till, &code, "r3").await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.json());
    desk.store.app.wait(15 * 60_000 + 1);
    assert_eq!(desk.reserve(&desk.other_till, &code, "r4").await.status, StatusCode::OK);
    let too_late = desk.settle(paths::COUPON_COMMIT, &other.json(), "too-late").await;
    assert_eq!(too_late.error_code(), "coupon_refused", "another receipt holds it");
}

#[tokio::test]
async fn a_coupon_of_two_uses_pays_for_two_receipts_and_counts_as_both() {
    let desk = Desk::start().await;
    let asked = |uses: i64, minor_units: i64| {
        let terms = json!({"worth": {"amount": {"minor_units": minor_units}}, "is_for_chain": true, "uses": uses});
        json!({"reason": "other", "minor_units": 1, "way": "paper", "terms": terms, "language": "ru", "made_ms": 1})
    };
    for (key, uses, minor_units) in [("none", 0, 1_000), ("many", 101, 1_000), ("much", 2, 100_000_000_000_000)] {
        let refused = desk.write(paths::APOLOGIES, &desk.anna, key, &asked(uses, minor_units)).await;
        assert_eq!(refused.error_code(), "invalid_request", "{key}");
    }
    let above = desk.write(paths::APOLOGIES, &desk.anna, "above", &asked(2, 30_000)).await.json();
    assert_eq!((&above["state"], &above["minor_units"]), (&json!("waits"), &json!(60_000)), "for all its uses");
    let given = desk.write(paths::APOLOGIES, &desk.anna, "a", &asked(2, 10_000)).await.json();
    let code = given["coupon_code"].as_str().expect("a code");
    for receipt in ["r1", "r2"] {
        let reserved = desk.reserve(&desk.till, code, receipt).await.json();
        assert_eq!(reserved["discount_minor_units"], 10_000);
        assert_eq!(desk.settle(paths::COUPON_COMMIT, &reserved, receipt).await.json()["state"], "committed");
    }
    assert_eq!(desk.reserve(&desk.till, code, "r3").await.error_code(), "coupon_refused");
    let searched = desk.write(paths::COUPON_SEARCH, &desk.till, "s", &json!({"code": code})).await.json();
    assert_eq!((&searched["terms"]["uses"], &searched["is_open"]), (&json!(2), &json!(false)));
}

#[tokio::test]
async fn a_coupon_for_some_goods_needs_them_on_the_receipt() {
    let desk = Desk::start().await;
    let terms = json!({"worth": {"percent": {"percent": 50, "most_minor_units": 5_000}}, "category": "Молоко"});
    let said = json!({
        "reason": "spoilt", "minor_units": 1, "way": "paper", "terms": terms, "language": "ru", "made_ms": 1,
    });
    let by_sms = json!({"way": {"sms": PHONE}});
    let mut sent = said.clone();
    sent["way"] = by_sms["way"].clone();
    let refused = desk.write(paths::APOLOGIES, &desk.anna, "sms", &sent).await;
    assert_eq!(refused.error_code(), "invalid_request", "one SMS has no room for the category");
    sent["terms"] = json!({"worth": {"percent": {"percent": 10, "most_minor_units": 5_000}}, "is_for_chain": true});
    assert_eq!(desk.write(paths::APOLOGIES, &desk.anna, "short", &sent).await.json()["state"], "given");
    sent["way"] = json!({"points": {"phone": PHONE}});
    let refused = desk.write(paths::APOLOGIES, &desk.anna, "points", &sent).await;
    assert_eq!(refused.error_code(), "invalid_request", "points are no part of a purchase");
    let given = desk.write(paths::APOLOGIES, &desk.anna, "a", &said).await.json();
    assert_eq!(given["minor_units"], 5_000, "what it may cost counts, not what was said");
    let code = given["coupon_code"].as_str().expect("a code");
    let reserve = async |key: &str, gtin: &str| {
        let lines = json!([{"gtin": gtin, "quantity": 1, "minor_units": 8_990}]);
        let said = json!({"code": code, "receipt_number": key, "total_minor_units": 8_990, "lines": lines});
        desk.write(paths::COUPON_RESERVATIONS, &desk.till, key, &said).await
    };
    assert_eq!(reserve("bread", "96385074").await.error_code(), "coupon_refused");
    assert_eq!(reserve("milk", "9520000000004").await.json()["discount_minor_units"], 4_495);
}

#[tokio::test]
async fn each_coupon_that_is_not_good_is_refused_and_whoever_guesses_must_wait() {
    let desk = Desk::start().await;
    let (taken_back, over) = (desk.coupon("a", 10_000).await, desk.coupon("b", 10_000).await);
    let apology = json!({"apology_id": 1});
    let why = json!({"why": "Ошибка"});
    let by_anna = desk.on_apology(paths::APOLOGY_CANCELLATION, &apology, &desk.anna, "x", &why).await;
    assert_eq!(by_anna.json()["state"], "cancelled", "{}", by_anna.json());
    assert!(
        desk.reserve(&desk.till, &taken_back, "r1").await.json()["error"]["message"].to_string().contains("taken back")
    );
    desk.store.app.wait(11 * 60_000);
    let late = desk.on_apology(paths::APOLOGY_CANCELLATION, &json!({"apology_id": 2}), &desk.anna, "y", &why).await;
    assert_eq!(late.error_code(), "manager_needed", "by now a manager alone takes it back");
    desk.store.app.execute("UPDATE coupons SET last_day = '2020-01-01'").await;
    assert!(desk.reserve(&desk.till, &over, "r2").await.json()["error"]["message"].to_string().contains("day is over"));
    for text in ["", "98", "0000000000000000000000000000", &taken_back[1..]] {
        let (key, said) = (format!("t{}", text.len()), json!({"code": text}));
        let found = desk.write(paths::COUPON_SEARCH, &desk.till, &key, &said).await;
        assert_eq!(found.error_code(), "coupon_not_found", "{text:?}");
    }
    for guess in 0..20_u8 {
        let code = polka_domain::CouponCode::from_secret([guess; 16]).to_string();
        let found =
            desk.write(paths::COUPON_SEARCH, &desk.till, &format!("guess{guess}"), &json!({"code": code})).await;
        assert_eq!(found.error_code(), "coupon_not_found");
    }
    let slowed = desk.write(paths::COUPON_SEARCH, &desk.till, "right", &json!({"code": over})).await;
    assert_eq!(slowed.error_code(), "too_many_tries", "also one that is right");
    assert_eq!(desk.is_open(&over, "other").await, true, "another till goes on");
    desk.store.app.wait(3_600_001);
    let found = desk.write(paths::COUPON_SEARCH, &desk.till, "later", &json!({"code": over})).await;
    assert_eq!(found.status, StatusCode::OK);
}

#[tokio::test]
async fn what_nobody_decides_is_refused_after_a_day_and_whose_it_was_is_forgotten_after_thirty() {
    let desk = Desk::start().await;
    desk.apologise(&desk.anna, "a", 60_000, json!({"sms": PHONE})).await;
    desk.apologise(&desk.anna, "b", 1_000, json!({"sms": PHONE})).await;
    let pool = desk.store.app.pool().await;
    let kept = async || {
        let sealed = "SELECT COUNT(*) FROM apologies WHERE sealed IS NOT NULL AND state = 'waits'";
        let known = "SELECT COUNT(*) FROM apologies WHERE customer_digest IS NOT NULL";
        (desk.store.app.count(sealed).await, desk.store.app.count(known).await)
    };
    let day_ms = 86_400_000;
    for (days, left) in [(0, (1, 2)), (2, (0, 2)), (31, (0, 0))] {
        forget_old(&pool, desk.store.app.now_ms() + days * day_ms).await.expect("forgotten");
        assert_eq!(kept().await, left, "after {days} days");
    }
}

#[tokio::test]
async fn no_text_that_a_database_cannot_keep_is_taken() {
    let desk = Desk::start().await;
    let given = desk.apologise(&desk.anna, "a", 1_000, json!("paper")).await.json();
    for (number, why) in ["", "\0", "a\u{202e}b", &"ж".repeat(201)].iter().enumerate() {
        let said = json!({"why": why});
        let back = desk.on_apology(paths::APOLOGY_CANCELLATION, &given, &desk.anna, &number.to_string(), &said).await;
        assert_eq!(back.error_code(), "invalid_request", "{why:?}");
        let terms = json!({"worth": {"amount": {"minor_units": 1}}, "category": why});
        let said = json!({
            "reason": "other", "minor_units": 1, "way": "paper", "terms": terms, "language": "ru", "made_ms": 1,
        });
        let coupon = desk.write(paths::APOLOGIES, &desk.anna, &format!("c{number}"), &said).await;
        assert_eq!(coupon.error_code(), "invalid_request", "{why:?}");
    }
}

#[tokio::test]
async fn what_was_given_since_it_was_asked_for_counts_when_a_second_person_says_yes() {
    let desk = Desk::start().await;
    let third = desk.store.app.device("Планшет 3", "tablet").await;
    let vera = desk.store.at_work(&third, &desk.store.hire("Вера", "cashier", &[]).await).await;
    let mut waiting = Vec::new();
    for key in ["a", "b", "c", "d", "e", "f"] {
        let waits = desk.apologise(&vera, key, 40_000, json!({"sms": PHONE})).await.json();
        assert_eq!((&waits["state"], &waits["limit"]), (&json!("waits"), &json!("once")));
        waiting.push(waits);
    }
    let approve = async |waits: &Value, cookie: &str, key: &str| {
        desk.on_apology(paths::APOLOGY_APPROVAL, waits, cookie, key, &json!({})).await
    };
    for (number, waits) in waiting[..5].iter().enumerate() {
        assert_eq!(approve(waits, &desk.anna, &number.to_string()).await.json()["state"], "given");
    }
    let above = approve(&waiting[5], &desk.anna, "above").await;
    assert_eq!(above.error_code(), "manager_needed");
    assert!(above.json()["error"]["message"].to_string().contains("thirty days"), "{}", above.json());
    assert_eq!(approve(&waiting[5], &desk.maria, "maria").await.json()["state"], "given");
}

#[tokio::test]
async fn a_coupon_that_has_reached_somebody_counts_for_them_also_when_it_goes_to_another() {
    let desk = Desk::start().await;
    let given = desk.apologise(&desk.anna, "a", 40_000, json!({"sms": PHONE})).await.json();
    desk.store.app.execute("UPDATE messages SET state = 'delivered' WHERE kind = 'coupon'").await;
    let way = async |key: &str, way: Value| {
        let said = json!({"way": way, "language": "ru"});
        desk.on_apology(paths::APOLOGY_WAY, &given, &desk.anna, key, &said).await.json()["state"].clone()
    };
    assert_eq!(way("throwaway", json!({"email": "irina@example.org"})).await, "given");
    let more = desk.apologise(&desk.maria, "b", 170_000, json!({"sms": PHONE})).await.json();
    assert_eq!(more["limit"], "customer_month");
    let listed = desk.store.app.ask(Method::GET, paths::APOLOGIES, &[("cookie", &desk.maria)]).await.json();
    assert_eq!(listed["customers"], json!([{"apology_id": more["apology_id"], "count": 1}]));
    // Back again it is counted once.
    assert_eq!(way("back", json!({"sms": PHONE})).await, "given");
    assert_eq!(desk.apologise(&desk.maria, "c", 160_000, json!({"sms": PHONE})).await.json()["state"], "given");
    let former = "SELECT COUNT(*) FROM former_apology_customers";
    assert_eq!(desk.store.app.count(former).await, 1);
    let later_ms = desk.store.app.now_ms() + 31 * 86_400_000;
    forget_old(&desk.store.app.pool().await, later_ms).await.expect("forgotten");
    assert_eq!(desk.store.app.count(former).await, 0);
}

#[tokio::test]
async fn what_a_tablet_has_kept_is_given_once_by_whoever_gave_it_and_a_blank_coupon_is_one() {
    let desk = Desk::start().await;
    let (tablet, mark) = (&desk.store.tablet, desk.store.mark(&desk.anna).await);
    let told = desk.store.app.ask(Method::GET, paths::COUPON_BLANKS, &[("cookie", &desk.anna)]).await.json();
    let blanks = told["blanks"].as_array().expect("blanks").clone();
    assert!(blanks.len() == 5 && blanks.iter().all(|blank| blank["number"].as_i64() < Some(1 << 53)), "{told}");
    assert_eq!(desk.write(paths::STAFF_SESSION_END, &desk.anna, "out", &json!({})).await.status, StatusCode::OK);
    let kept = async |key: &str, mark: &Value| {
        let apology = json!({
            "reason": "other", "minor_units": 10_000, "way": "paper", "blank": blanks[0]["number"], "language": "ru",
            "made_ms": 1,
        });
        desk.write(paths::KEPT_APOLOGIES, tablet, key, &json!({"apology": apology, "mark": mark})).await
    };
    for wrong in ["", "1.AAAA", "ж", "99.x"] {
        assert_eq!(kept("wrong", &json!(wrong)).await.error_code(), "staff_unknown", "{wrong}");
    }
    let given = kept("kept", &mark).await;
    assert_eq!((&given.json()["state"], &given.json()["staff_number"]), (&json!("given"), &json!(1)));
    assert_eq!(given.json()["coupon_code"], blanks[0]["code"], "what was printed");
    assert_eq!(kept("kept", &mark).await.body, given.body, "the same key takes effect once");
    assert_eq!(kept("second", &mark).await.error_code(), "apology_refused", "the blank is used");
    assert_eq!(desk.store.app.count("SELECT COUNT(*) FROM coupons").await, 1);
}
