//! What a till does with members and points.

use axum::http::StatusCode;
use futures_util::future::join_all;
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};

const PHONE: &str = "+79161234567";

/// A server with a till.
struct Till {
    app: TestApp,
    cookie: String,
}

impl Till {
    async fn start() -> Self {
        let app = TestApp::start(LIST).await;
        let cookie = app.device("Касса 3", "till").await;
        Self { app, cookie }
    }

    async fn ask(&self, path: &str, key: &str, said: &Value) -> Answer {
        self.app.write(path, &self.cookie, key, said).await
    }

    /// A card for a number, which may spend as if its code had come back.
    async fn proved_card(&self, phone: &str, key: &str) -> String {
        let card = self.ask(paths::MEMBERS, key, &json!({"phone": phone, "made_ms": 1})).await.json()["card_number"]
            .as_str()
            .expect("a card")
            .to_owned();
        self.app.execute("UPDATE cards SET proved_ms = 1").await;
        card
    }

    /// A receipt over so many hundreds, which earn a point each.
    async fn pay(&self, number: &str, card: &str, hundreds: i64) -> Answer {
        let said = json!({
            "receipt_number": number,
            "buyer": {"card_number": card},
            "total_minor_units": hundreds * 10_000,
            "made_ms": self.app.now_ms(),
        });
        self.ask(paths::RECEIPTS, &format!("pay-{number}"), &said).await
    }

    async fn reserve(&self, number: &str, card: &str, points: i64) -> Answer {
        self.reserve_by(number, json!({"card_number": card}), json!({"last_four": "4567"}), points).await
    }

    async fn reserve_by(&self, number: &str, buyer: Value, proof: Value, points: i64) -> Answer {
        let said = json!({
            "buyer": buyer, "proof": proof, "receipt_number": number, "total_minor_units": 100_000, "points": points,
        });
        self.ask(paths::POINTS_RESERVATIONS, &format!("reserve-{number}-{points}"), &said).await
    }

    async fn settle(&self, path: &str, reservation: &Answer, key: &str) -> Answer {
        let id = reservation.json()["reservation_id"].to_string();
        self.ask(&path.replace("{reservation_id}", &id), key, &json!({"made_ms": 2})).await
    }

    /// Brings back goods of a receipt worth so many hundreds.
    async fn bring_back(&self, receipt: &str, number: &str, hundreds: i64) -> Answer {
        let said = json!({"return_number": number, "amount_minor_units": hundreds * 10_000, "made_ms": 3});
        let path = paths::RECEIPT_RETURNS.replace("{receipt_number}", receipt);
        self.ask(&path, &format!("back-{number}"), &said).await
    }

    /// What all members together can spend, and what is set aside.
    async fn available_and_held(&self) -> (i64, i64) {
        let sum = |account| {
            self.app.count(match account {
                "available" => {
                    "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
                     WHERE account = 'member_available'"
                }
                _ => {
                    "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_postings
                     WHERE account = 'member_held'"
                }
            })
        };
        (sum("available").await, sum("held").await)
    }
}

#[tokio::test]
async fn a_number_gets_a_card_at_once_and_the_same_number_another_of_the_same_member() {
    let till = Till::start().await;
    let join =
        async |key: &str, phone: &str| till.ask(paths::MEMBERS, key, &json!({"phone": phone, "made_ms": 1})).await;
    let (first, again) = (join("a", PHONE).await, join("a", PHONE).await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.json());
    assert_eq!(first.body, again.body, "the same key, the same card");
    let second = join("b", "8 (916) 123-45-67").await;
    assert_ne!(first.json()["card_number"], second.json()["card_number"]);
    assert_eq!(till.app.count("SELECT COUNT(*) FROM members").await, 1);
    assert_eq!(till.app.count("SELECT COUNT(*) FROM cards").await, 2);
    // One who is new gets no other answer.
    let new = join("c", "+79161234568").await;
    let keys = |answer: &Answer| answer.json().as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!((new.status, keys(&new)), (second.status, keys(&second)));
}

#[tokio::test]
async fn a_device_may_give_the_card_itself_but_not_one_of_somebody_else() {
    let till = Till::start().await;
    let card = polka_domain::CardNumber::from_random([7; 16]).to_string();
    let join = async |key: &str, phone: &str| {
        till.ask(paths::MEMBERS, key, &json!({"phone": phone, "card_number": card, "made_ms": 1})).await
    };
    assert_eq!(join("a", PHONE).await.json()["card_number"], card);
    assert_eq!(join("b", PHONE).await.json()["card_number"], card);
    // Whoever tries numbers with a card that they have found learns nothing, and takes nothing.
    let other = join("c", "+79161234568").await;
    assert_eq!((other.status, other.json()["card_number"].clone()), (StatusCode::OK, json!(card)));
    assert_eq!(till.app.count("SELECT COUNT(*) FROM cards WHERE member_id = 1").await, 1);
    assert_eq!(till.app.count("SELECT COUNT(*) FROM cards").await, 1);
}

#[tokio::test]
async fn a_number_that_is_none_of_a_phone_is_told() {
    let till = Till::start().await;
    for phone in ["", "12", "молоко", "+7495123456", "+18005550100", "+79161234567890", "\0", "+7 8000 555-35-35"]
    {
        let refused = till.ask(paths::MEMBERS, "a", &json!({"phone": phone, "made_ms": 1})).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (422, "invalid_phone"), "{phone}");
        assert!(phone.len() < 3 || !String::from_utf8_lossy(&refused.body).contains(phone), "a number is told back");
    }
}

#[tokio::test]
async fn a_receipt_earns_points_and_is_posted_once_by_its_own_number() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    let paid = till.pay("r1", &card, 12).await;
    assert_eq!(paid.json(), json!({"accrued_points": 12}));
    // The till has lost the answer, and its keys too.
    let said = json!({"receipt_number": "r1", "buyer": {"phone": PHONE}, "total_minor_units": 120_000, "made_ms": 5});
    assert_eq!(till.ask(paths::RECEIPTS, "other", &said).await.json(), paid.json());
    let other = json!({"receipt_number": "r1", "buyer": {"phone": PHONE}, "total_minor_units": 130_000, "made_ms": 5});
    assert_eq!(till.ask(paths::RECEIPTS, "third", &other).await.error_code(), "receipt_known");
    assert_eq!(till.available_and_held().await, (12, 0));
    let small = json!({"receipt_number": "r2", "buyer": {"phone": PHONE}, "total_minor_units": 99, "made_ms": 5});
    let small = till.ask(paths::RECEIPTS, "small", &small).await;
    assert_eq!(small.json(), json!({"accrued_points": 0, "reason": "nothing_earned"}));
}

#[tokio::test]
async fn a_receipt_for_a_number_that_is_new_makes_a_member_who_collects() {
    let till = Till::start().await;
    let said = json!({"receipt_number": "r1", "buyer": {"phone": PHONE}, "total_minor_units": 50_000, "made_ms": 5});
    assert_eq!(till.ask(paths::RECEIPTS, "a", &said).await.json()["accrued_points"], 5);
    let found = till.ask(paths::MEMBER_SEARCH, "b", &json!({"phone": "8 916 123 45 67"})).await;
    assert_eq!(found.json(), json!({"member_id": 1, "can_spend": false}));
    let none = till.ask(paths::MEMBER_SEARCH, "c", &json!({"phone": "+79161234568"})).await;
    assert_eq!((none.status.as_u16(), none.error_code().as_str()), (404, "member_not_found"));
    assert_eq!(till.app.count("SELECT COUNT(*) FROM member_looks WHERE member_id = 1 AND what = 'search'").await, 1);
}

#[tokio::test]
async fn points_that_were_set_aside_pay_once_or_come_back() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let reserved = till.reserve("r2", &card, 30).await;
    assert_eq!((reserved.json()["points"].clone(), reserved.json()["state"].clone()), (json!(30), json!("reserved")));
    assert_eq!(till.available_and_held().await, (70, 30));
    assert_eq!(till.reserve("r2", &card, 31).await.error_code(), "points_refused", "one reservation a receipt");

    let committed = till.settle(paths::POINTS_COMMIT, &reserved, "c").await;
    assert_eq!(committed.json()["state"], "committed");
    assert_eq!(till.settle(paths::POINTS_COMMIT, &reserved, "c").await.body, committed.body);
    assert_eq!(till.settle(paths::POINTS_COMMIT, &reserved, "c2").await.body, committed.body);
    assert_eq!(till.settle(paths::POINTS_CANCEL, &reserved, "c3").await.error_code(), "points_refused");
    assert_eq!(till.available_and_held().await, (70, 0));
    // What points have paid for earns nothing: 1,000 less 30.
    assert_eq!(till.pay("r2", &card, 10).await.json()["accrued_points"], 9);

    let reserved = till.reserve("r3", &card, 10).await;
    assert_eq!(till.settle(paths::POINTS_CANCEL, &reserved, "d").await.json()["state"], "cancelled");
    assert_eq!(till.settle(paths::POINTS_COMMIT, &reserved, "d2").await.error_code(), "points_refused");
    assert_eq!(till.available_and_held().await, (79, 0));
    assert_eq!(till.reserve("r4", &card, 80).await.error_code(), "points_refused", "more than there are");
    assert_eq!(till.reserve("r1", &card, 1).await.error_code(), "receipt_known", "it is paid");
}

#[tokio::test]
async fn nobody_spends_by_a_number_or_an_unproved_card_and_whoever_guesses_must_wait() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let stranger = till.ask(paths::MEMBERS, "stranger", &json!({"phone": PHONE, "made_ms": 1})).await;
    let refused = async |number: &str, buyer: Value, proof: Value| {
        let answer = till.reserve_by(number, buyer, proof, 1).await;
        (answer.status.as_u16(), answer.error_code())
    };
    let unproved = (401, "proof_refused".to_owned());
    let four = json!({"last_four": "4567"});
    assert_eq!(refused("a", json!({"phone": PHONE}), four.clone()).await, unproved);
    assert_eq!(refused("b", json!({"card_number": stranger.json()["card_number"]}), four.clone()).await, unproved);
    for (place, proof) in ["", "1", "1.x", "-1.", "9.abc"].into_iter().enumerate() {
        let number = format!("c{place}");
        assert_eq!(refused(&number, json!({"card_number": card}), json!({"proof": proof})).await, unproved);
    }
    for wrong in 0..5 {
        let proof = json!({"last_four": format!("000{wrong}")});
        assert_eq!(refused(&format!("d{wrong}"), json!({"card_number": card}), proof).await, unproved);
    }
    assert_eq!(refused("e", json!({"card_number": card}), four.clone()).await, unproved, "the right one, too late");
    till.app.wait(3_600_000);
    assert_eq!(till.reserve("f", &card, 1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_brought_back_gives_back_what_it_cost_and_takes_what_it_earned() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let reserved = till.reserve("r2", &card, 4).await;
    till.settle(paths::POINTS_COMMIT, &reserved, "c").await;
    // 1,000 of which 4 were paid with points: 9 points.
    till.pay("r2", &card, 10).await;
    assert_eq!(till.available_and_held().await, (105, 0));
    let half = till.bring_back("r2", "b1", 5).await;
    assert_eq!(half.json(), json!({"given_back_points": 2, "taken_points": 4, "short_points": 0}));
    assert_eq!(till.bring_back("r2", "b1", 5).await.body, half.body);
    assert_eq!(till.bring_back("r2", "b2", 6).await.error_code(), "points_refused", "more than was bought");
    let rest = till.bring_back("r2", "b3", 5).await;
    assert_eq!(rest.json(), json!({"given_back_points": 2, "taken_points": 5, "short_points": 0}));
    assert_eq!(till.available_and_held().await, (100, 0), "as before it");
    assert_eq!(till.bring_back("r9", "b4", 1).await.error_code(), "receipt_not_found");
}

#[tokio::test]
async fn a_hundred_at_once_spend_one_balance_and_no_more() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    assert_eq!(till.pay("r", &card, 10).await.json()["accrued_points"], 10);
    let numbers: Vec<String> = (0..100).map(|number| format!("s{number}")).collect();
    let answers = join_all(numbers.iter().map(|number| till.reserve(number, &card, 3))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 3);
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK || answer.error_code() == "points_refused"));
    assert_eq!(till.available_and_held().await, (1, 9));
}

#[tokio::test]
async fn a_ledger_that_somebody_has_changed_is_noticed() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    for receipt in ["r1", "r2", "r3"] {
        till.pay(receipt, &card, 10).await;
    }
    assert_eq!(till.app.verified().await.expect("a ledger"), 3);
    till.app.execute("UPDATE points_postings SET points = points * 100 WHERE transaction_id = 2").await;
    let told = till.app.verified().await.expect_err("it was changed").to_string();
    assert!(told.contains("transaction 2"), "{told}");
}

#[tokio::test]
async fn a_kiosk_may_join_but_does_not_do_a_tills_work() {
    let till = Till::start().await;
    let kiosk = till.app.device("Вход", "kiosk").await;
    let joined = till.app.write(paths::MEMBERS, &kiosk, "a", &json!({"phone": PHONE, "made_ms": 1})).await;
    assert_eq!(joined.status, StatusCode::OK);
    let receipt = json!({"receipt_number": "r1", "buyer": {"phone": PHONE}, "total_minor_units": 1, "made_ms": 5});
    for (path, said) in [(paths::RECEIPTS, receipt), (paths::MEMBER_SEARCH, json!({"phone": PHONE}))] {
        let refused = till.app.write(path, &kiosk, "b", &said).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (403, "forbidden"), "{path}");
    }
    let nobody = till.app.write(paths::MEMBERS, "", "c", &json!({"phone": PHONE, "made_ms": 1})).await;
    assert_eq!(nobody.error_code(), "device_unknown");
}

#[tokio::test]
async fn two_members_who_are_one_person_become_one_with_the_points_and_receipts_of_both() {
    let till = Till::start().await;
    let (old, new) = (till.proved_card("+79161234500", "old").await, till.proved_card(PHONE, "new").await);
    till.pay("r1", &old, 10).await;
    till.pay("r2", &new, 5).await;
    let told = till.app.run_with(&["member", "merge", "--json"], "+7 916 123-45-00\n8 916 123-45-67\n").await;
    assert_eq!(told.trim(), json!({"member_id": 2, "merged_member_id": 1}).to_string());
    // The old card goes on, for the member who stays.
    assert_eq!(till.reserve("r3", &old, 15).await.status, StatusCode::OK);
    assert_eq!(till.available_and_held().await, (0, 15));
    assert_eq!(till.bring_back("r1", "b1", 10).await.json()["short_points"], 10, "it is spent");
    assert_eq!(till.app.verified().await.expect("a ledger"), 4);
    let own: Value = serde_json::from_str(&till.app.run_with(&["member", "export"], PHONE).await).expect("JSON");
    assert_eq!((&own["phone"], own["cards"].as_array().map(Vec::len)), (&json!(PHONE), Some(2)));
    assert_eq!(own["receipts"][0]["receipt_number"], "r1");

    till.app.run_with(&["member", "erase"], PHONE).await;
    assert_eq!(till.app.count("SELECT COUNT(*) FROM cards WHERE number NOT LIKE 'gone-%'").await, 0);
    let gone = till.ask(paths::MEMBER_SEARCH, "s", &json!({"phone": PHONE})).await;
    assert_eq!(gone.error_code(), "member_not_found");
}

#[tokio::test]
async fn a_till_that_was_away_may_say_later_that_points_have_paid_in_time() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let commit = async |reservation: &Answer, key: &str, made_ms: i64| {
        let id = reservation.json()["reservation_id"].to_string();
        let path = paths::POINTS_COMMIT.replace("{reservation_id}", &id);
        till.ask(&path, key, &json!({"made_ms": made_ms})).await
    };
    let in_time = till.reserve("r2", &card, 30).await;
    let late = till.reserve("r3", &card, 20).await;
    let paid_ms = till.app.now_ms() + 60_000;
    till.app.wait(20 * 60_000);
    till.app.catch_up().await;
    assert_eq!(till.available_and_held().await, (100, 0), "they came back");
    assert_eq!(commit(&in_time, "in-time", paid_ms).await.json()["state"], "committed");
    assert_eq!(commit(&in_time, "again", paid_ms).await.json()["state"], "committed");
    assert_eq!(till.available_and_held().await, (70, 0));
    assert_eq!(commit(&late, "late", till.app.now_ms()).await.error_code(), "points_refused");
    assert_eq!(till.settle(paths::POINTS_CANCEL, &late, "given-up").await.json()["state"], "cancelled");
    assert_eq!(till.available_and_held().await, (70, 0));
}

#[tokio::test]
async fn a_receipt_whose_first_card_was_a_wrong_one_earns_for_the_right_one() {
    let till = Till::start().await;
    let wrong = till.proved_card(PHONE, "wrong").await;
    let right = till.proved_card("+79161234500", "right").await;
    till.pay("r1", &wrong, 10).await;
    let reserved = till.reserve("r2", &wrong, 5).await;
    assert_eq!(till.pay("r2", &right, 10).await.error_code(), "receipt_known", "another's points are on it");
    till.settle(paths::POINTS_CANCEL, &reserved, "c").await;
    let said = json!({
        "receipt_number": "r2", "buyer": {"card_number": right}, "total_minor_units": 100_000, "made_ms": 5,
    });
    assert_eq!(till.ask(paths::RECEIPTS, "second", &said).await.json()["accrued_points"], 10);
    assert_eq!(till.app.count("SELECT member_id FROM receipts WHERE number = 'r2'").await, 2);
}

#[tokio::test]
async fn a_late_commit_takes_nothing_from_whoever_the_receipt_became() {
    let till = Till::start().await;
    let (first, other) = (till.proved_card(PHONE, "a").await, till.proved_card("+79161234500", "b").await);
    till.pay("r1", &first, 10).await;
    till.pay("r2", &other, 10).await;
    let reserved = till.reserve("r3", &first, 5).await;
    let paid_ms = till.app.now_ms();
    till.app.wait(20 * 60_000);
    till.app.catch_up().await;
    till.pay("r3", &other, 10).await;
    let id = reserved.json()["reservation_id"].to_string();
    let path = paths::POINTS_COMMIT.replace("{reservation_id}", &id);
    let late = till.ask(&path, "late", &json!({"made_ms": paid_ms})).await;
    assert_eq!(late.error_code(), "points_refused");
    assert_eq!(till.available_and_held().await, (30, 0));
}

#[tokio::test]
async fn a_receipt_is_posted_after_its_points_are_settled_and_not_for_less_than_they_paid() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let reserved = till.reserve("r2", &card, 30).await;
    assert_eq!(till.pay("r2", &card, 10).await.error_code(), "points_refused");
    till.settle(paths::POINTS_COMMIT, &reserved, "c").await;
    let small = json!({
        "receipt_number": "r2", "buyer": {"card_number": card}, "total_minor_units": 100, "made_ms": 5,
    });
    assert_eq!(till.ask(paths::RECEIPTS, "small", &small).await.error_code(), "points_refused");
    let whole = json!({
        "receipt_number": "r2", "buyer": {"card_number": card}, "total_minor_units": 100_000, "made_ms": 5,
    });
    assert_eq!(till.ask(paths::RECEIPTS, "whole", &whole).await.json()["accrued_points"], 9);
}

#[tokio::test]
async fn one_key_does_not_settle_two_reservations() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 100).await;
    let (first, second) = (till.reserve("r2", &card, 3).await, till.reserve("r3", &card, 4).await);
    assert_eq!(till.settle(paths::POINTS_COMMIT, &first, "k").await.status, StatusCode::OK);
    assert_eq!(till.settle(paths::POINTS_COMMIT, &second, "k").await.error_code(), "key_reused");
}

#[tokio::test]
async fn points_end_when_their_last_day_is_over_in_the_last_store_of_the_chain() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r1", &card, 10).await;
    // The two are always a day apart, or two.
    let west = jiff::Timestamp::from_millisecond(till.app.now_ms()).expect("a time").in_tz("Pacific/Pago_Pago");
    let last_day = west.expect("a zone").date();
    let ends = format!("UPDATE points_transactions SET expires_on = '{last_day}'");
    till.app.execute(ends.leak()).await;
    till.app.execute("UPDATE stores SET time_zone = 'Pacific/Kiritimati'").await;
    till.app
        .execute(
            "INSERT INTO stores (id, name, time_zone, currency, catalogue_version)
             SELECT 900, 'West', 'Pacific/Pago_Pago', currency, 0 FROM stores WHERE id = 1",
        )
        .await;
    till.app.catch_up().await;
    assert_eq!(till.available_and_held().await, (10, 0));
    till.app.wait(24 * 3_600_000);
    till.app.catch_up().await;
    assert_eq!(till.available_and_held().await, (0, 0));
}

#[tokio::test]
async fn who_has_thousands_of_small_lots_spends_them_all_the_same() {
    let till = Till::start().await;
    let card = till.proved_card(PHONE, "join").await;
    till.pay("r0", &card, 1).await;
    // As many receipts of a point each as no statement has room for at once.
    till.app
        .execute(
            "INSERT INTO points_transactions (id, kind, write_key, reason, actor, opens_lot, made_ms, recorded_ms, hash)
             WITH RECURSIVE numbers (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM numbers WHERE id < 6000)
             SELECT numbers.id, 'accrual', 'k', 'receipt', 'till', 1, 1, 1, points_transactions.hash
             FROM numbers, points_transactions WHERE points_transactions.id = 1",
        )
        .await;
    till.app
        .execute(
            "INSERT INTO points_postings (transaction_id, place, member_id, lot_id, account, points)
             SELECT id, 0, 1, id, 'member_available', 1 FROM points_transactions WHERE id > 1",
        )
        .await;
    let buyer = json!({"card_number": card});
    let said = json!({
        "buyer": buyer, "proof": {"last_four": "4567"}, "receipt_number": "big", "total_minor_units": 100_000_000,
        "points": 5_900,
    });
    let reserved = till.ask(paths::POINTS_RESERVATIONS, "big", &said).await;
    assert_eq!(reserved.status, StatusCode::OK, "{}", reserved.json());
    assert_eq!(till.available_and_held().await, (100, 5_900));
}

#[tokio::test]
async fn what_a_receipt_has_sold_is_checked_before_anything_of_it_is_kept() {
    let till = Till::start().await;
    let milk = json!({"gtin": "9520000000004", "quantity": 1});
    for (field, value, code) in [
        ("items", json!([{"gtin": "123", "quantity": 1}]), "invalid_gtin"),
        ("items", json!([{"gtin": "9520000000004", "quantity": 0}]), "invalid_request"),
        ("items", json!([{"gtin": "9520000000004", "quantity": 10_001}]), "invalid_request"),
        ("items", json!([{"gtin": "9520000000004", "quantity": 1, "buyer": "Anna"}]), "invalid_request"),
        ("items", json!(vec![milk.clone(); 501]), "invalid_request"),
        ("used_offer_ids", json!([1]), "invalid_request"),
    ] {
        let mut said = json!({"receipt_number": "r1", "total_minor_units": 8990, "items": [milk], "made_ms": 1});
        said[field] = value;
        let answer = till.ask(paths::RECEIPTS, "a", &said).await;
        assert_eq!(answer.error_code(), code, "{said}");
    }
    assert_eq!(till.app.count("SELECT COUNT(*) FROM last_sales").await, 0);
}
