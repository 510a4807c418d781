//! Personal offers: they come in from a CRM, a member switches them on, a till takes them.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use axum::http::{Method, StatusCode};
use jiff::ToSpan;
use jiff::civil::Date;
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::Answer;
use crate::chain::Chain;

const PHONE: &str = "+79161234567";
const OTHER_PHONE: &str = "+79161234568";
const MILK: &str = "09520000000004";
const BREAD: &str = "00000096385074";
const HEADER: &str = "offer_key,phone,card_number,gtin,price,first_day,last_day";
const DAY_MS: i64 = 86_400_000;
/// How far the store's time is ahead.
const MOSCOW_MS: i64 = 3 * 3_600_000;

impl Chain {
    /// What shows at a device that a number is one's own.
    async fn proof(&self, device: &str, phone: &str) -> String {
        self.post(paths::MEMBER_CODES, device, &json!({"phone": phone, "language": "ru"})).await;
        let code = self.code().await;
        let proved = self.post(paths::MEMBER_PROOFS, device, &json!({"phone": phone, "code": code})).await.json();
        proved["proof"].as_str().expect("a proof").to_owned()
    }

    /// Today in the store.
    fn today(&self) -> Date {
        let moment = jiff::Timestamp::from_millisecond(self.app.now_ms() + MOSCOW_MS).expect("a moment");
        moment.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Runs an import of these rows.
    async fn import(&self, rows: &[String]) -> Output {
        let file = self.app.path("offers.csv");
        std::fs::write(&file, format!("{HEADER}\n{}\n", rows.join("\n"))).expect("a file");
        self.app.command(&["import", "personal-offers", &file, "--json"]).output().await.expect("the program")
    }

    /// Imports rows that are all right, and gives the outcome.
    async fn offer(&self, rows: &[String]) -> Value {
        let output = self.import(rows).await;
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{told} {:?}", self.refused());
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn refused(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.app.path("offers.refused.csv")).unwrap_or_default();
        text.lines().map(Into::into).collect()
    }

    /// A row for whoever has a number, from today on for a week.
    fn row(&self, key: &str, phone: &str, gtin: &str, price: &str) -> String {
        let today = self.today();
        format!("{key},{phone},,{gtin},{price},{today},{}", today + 6.days())
    }

    /// The offers of whoever has this phone.
    async fn offers(&self, phone: &str) -> Vec<Value> {
        self.get(paths::OWN_OFFERS, phone).await.json()["offers"].as_array().expect("offers").clone()
    }

    async fn activate(&self, phone: &str, offer_id: &Value) -> Answer {
        let path = paths::OWN_OFFER_ACTIVATION.replace("{offer_id}", &offer_id.to_string());
        self.post(&path, phone, &json!({"made_ms": 5})).await
    }

    /// Gives a member offers of the milk, switched on under these keys of the CRM; gives their numbers.
    async fn switched_on(&self, number: &str, phone: &str, keys: &[&str]) -> Vec<Value> {
        let rows: Vec<String> = keys.iter().map(|key| self.row(key, number, MILK, "59.90")).collect();
        self.offer(&rows).await;
        let ids: Vec<Value> = self.offers(phone).await.iter().map(|offer| offer["offer_id"].clone()).collect();
        for id in &ids {
            assert_eq!(self.activate(phone, id).await.status, StatusCode::OK);
        }
        ids
    }

    async fn quote(&self, buyer: Value, proof: Option<&str>) -> Value {
        let mut said = json!({"buyer": buyer, "total_minor_units": 100_000});
        if let Some(proof) = proof {
            said["proof"] = json!({ "proof": proof });
        }
        self.post(paths::POINTS_QUOTES, &self.till, &said).await.json()["offers"].take()
    }

    fn receipt(&self, number: &str, card: &str, used: &[Value]) -> Value {
        json!({
            "receipt_number": number, "buyer": {"card_number": card}, "total_minor_units": 100_000,
            "used_offer_ids": used, "made_ms": self.app.now_ms(),
        })
    }

    /// Which offers a receipt could not use.
    async fn buy(&self, number: &str, card: &str, used: &[Value]) -> Value {
        let paid = self.post(paths::RECEIPTS, &self.till, &self.receipt(number, card, used)).await;
        assert_eq!((paid.status, paid.json()["accrued_points"].clone()), (StatusCode::OK, json!(10)));
        paid.json()["refused_offer_ids"].take()
    }

    async fn used(&self) -> i64 {
        self.app.count("SELECT COUNT(*) FROM personal_offers WHERE used_receipt_id IS NOT NULL").await
    }
}

#[tokio::test]
async fn offers_come_in_by_a_phone_or_a_card() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let (today, end) = (chain.today(), chain.today() + 6.days());
    let by_card = format!("B-2,,{card},96385074,39.90,{today},{end}");
    let outcome = chain.offer(&[chain.row("A-1", "8 916 123-45-67", MILK, "59.90"), by_card]).await;
    assert_eq!((&outcome["rows"], &outcome["added"], &outcome["refused"]), (&json!(2), &json!(2), &json!(0)));
    let phone = chain.proved_phone(&card).await;
    let offer = |id: i64, gtin: &str, price: i64| {
        json!({
            "offer_id": id, "gtin": gtin, "price_minor_units": price, "last_day": end.to_string(),
            "is_activated": false,
        })
    };
    assert_eq!(chain.offers(&phone).await, [offer(1, MILK, 5990), offer(2, BREAD, 3990)]);
}

#[tokio::test]
async fn a_row_of_nobody_or_of_no_product_is_refused_and_the_others_are_in() {
    let chain = Chain::start().await;
    chain.join(PHONE).await;
    let unknown = polka_domain::CardNumber::from_random([7; 16]).to_string();
    let (today, end) = (chain.today(), chain.today() + 6.days());
    let output = chain
        .import(&[
            chain.row("A-1", OTHER_PHONE, MILK, "59.90"),
            format!("A-2,,{unknown},{MILK},59.90,{today},{end}"),
            chain.row("A-3", PHONE, "9520000000011", "59.90"),
            chain.row("A-4", PHONE, MILK, "59.90"),
            format!("A-5,{PHONE},{unknown},{MILK},59.90,{today},{end}"),
            chain.row("A-4", "8 916 123 45 67", BREAD, "1"),
        ])
        .await;
    assert_eq!(output.status.code(), Some(3));
    let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&outcome["added"], &outcome["refused"]), (&json!(1), &json!(5)));
    let reasons: Vec<String> =
        chain.refused().iter().skip(1).map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(
        reasons,
        [
            "2,no member has this phone or card_number,A-1",
            "3,no member has this phone or card_number,A-2",
            "4,no store sells a product of this gtin,A-3",
            "6,there are both phone and card_number; one of them says whose it is,A-5",
            "7,the member has this offer_key in an earlier row,A-4",
        ]
    );
}

#[tokio::test]
async fn whom_a_refused_row_names_is_told_in_its_file_alone_which_nobody_else_may_read() {
    let chain = Chain::start().await;
    let file = chain.app.path("offers.csv");
    std::fs::write(&file, format!("{HEADER}\n{}\n", chain.row("A-1", OTHER_PHONE, MILK, "59.90"))).expect("a file");
    for words in [&["import", "personal-offers", &file][..], &["import", "personal-offers", &file, "--json"]] {
        let output = chain.app.command(words).output().await.expect("the program");
        assert_eq!(output.status.code(), Some(3));
        let told = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8_lossy(&told).contains("9161234568"));
    }
    assert!(chain.refused()[1].contains(OTHER_PHONE), "the row itself is there");
    let refused = std::fs::metadata(chain.app.path("offers.refused.csv")).expect("a file");
    assert_eq!(refused.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_names_nobody_changes_nothing() {
    let chain = Chain::start().await;
    let file = chain.app.path("offers.csv");
    for (header, why) in [
        ("offer_key,gtin,price,first_day,last_day", "has no column phone and none card_number"),
        ("phone,gtin,price,first_day", "has no column offer_key, last_day; its first line must name offer_key, gtin,"),
    ] {
        std::fs::write(&file, format!("{header}\n")).expect("a file");
        let output = chain.app.command(&["import", "personal-offers", &file]).output().await.expect("the program");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn the_same_offer_again_changes_until_it_is_switched_on() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let rows = |price: &str| [chain.row("A-1", PHONE, MILK, price), chain.row("A-2", PHONE, BREAD, price)];
    let counts = |outcome: Value| (outcome["added"].clone(), outcome["changed"].clone(), outcome["unchanged"].clone());
    assert_eq!(counts(chain.offer(&rows("59.90")).await), (json!(2), json!(0), json!(0)));
    assert_eq!(counts(chain.offer(&rows("59.90")).await), (json!(0), json!(0), json!(2)));
    assert_eq!(chain.activate(&phone, &json!(1)).await.status, StatusCode::OK);
    assert_eq!(counts(chain.offer(&rows("49.90")).await), (json!(0), json!(1), json!(1)));
    let prices: Vec<Value> =
        chain.offers(&phone).await.iter().map(|offer| offer["price_minor_units"].clone()).collect();
    assert_eq!(prices, [5990, 4990]);
}

#[tokio::test]
async fn an_offer_holds_from_its_first_day_to_its_last_in_the_stores_time_zone() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let today = chain.today();
    let tomorrow = today + 1.day();
    let row = |key: &str, first: Date, last: Date| format!("{key},{PHONE},,{MILK},59.90,{first},{last}");
    let yesterday = today - 1.day();
    chain.offer(&[row("a", yesterday, yesterday), row("b", today, today), row("c", tomorrow, tomorrow)]).await;
    let shown = async || chain.offers(&phone).await.iter().map(|offer| offer["offer_id"].clone()).collect::<Vec<_>>();
    assert_eq!(shown().await, [2]);
    for other in [1, 3] {
        assert_eq!(chain.activate(&phone, &json!(other)).await.error_code(), "not_found");
    }
    // The last moment of the day, and then the next.
    chain.app.wait(DAY_MS - (chain.app.now_ms() + MOSCOW_MS) % DAY_MS - 1);
    assert_eq!(shown().await, [2]);
    chain.app.wait(1);
    assert_eq!(shown().await, [3]);
}

#[tokio::test]
async fn switching_an_offer_on_twice_is_the_same() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.offer(&[chain.row("A-1", PHONE, MILK, "59.90")]).await;
    for _ in 0..2 {
        let done = chain.activate(&phone, &json!(1)).await;
        assert_eq!((done.status, done.json()), (StatusCode::OK, json!({})));
        assert_eq!(chain.offers(&phone).await[0]["is_activated"], true);
    }
    // Also where it was used meanwhile: a second phone does not know yet.
    chain.buy("r1", &card, &[json!(1)]).await;
    assert_eq!(chain.activate(&phone, &json!(1)).await.status, StatusCode::OK);
    assert_eq!(chain.offers(&phone).await, [] as [Value; 0]);
}

#[tokio::test]
async fn another_members_offer_is_none() {
    let chain = Chain::start().await;
    let (card, _) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let phone = chain.proved_phone(&card).await;
    chain.offer(&[chain.row("A-1", OTHER_PHONE, MILK, "59.90")]).await;
    let (others, none) = (chain.activate(&phone, &json!(1)).await, chain.activate(&phone, &json!(2)).await);
    let message = |answer: &Answer| (answer.status, answer.json()["error"]["message"].clone());
    assert_eq!((others.status.as_u16(), others.error_code().as_str()), (404, "not_found"));
    assert_eq!(message(&others), message(&none));
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM personal_offers WHERE activated_ms IS NOT NULL").await, 0);
}

#[tokio::test]
async fn at_a_device_of_the_store_offers_are_seen_and_switched_on_with_a_proof() {
    let chain = Chain::start().await;
    chain.join(PHONE).await;
    chain.offer(&[chain.row("A-1", PHONE, MILK, "59.90")]).await;
    let proof = chain.proof(&chain.kiosk, PHONE).await;
    let headers = [("cookie", chain.kiosk.as_str()), ("member-proof", proof.as_str())];
    let path = paths::OWN_OFFER_ACTIVATION.replace("{offer_id}", "1");
    assert_eq!(chain.write(Method::POST, &path, &headers, &json!({"made_ms": 5})).await.status, StatusCode::OK);
    let seen = chain.app.ask(Method::GET, paths::OWN_OFFERS, &headers).await.json();
    assert_eq!(seen["offers"][0]["is_activated"], true);
    // Without one nothing is told.
    let refused = chain.app.ask(Method::GET, paths::OWN_OFFERS, &headers[..1]).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (401, "proof_refused"));
    assert_eq!(chain.post(&path, &chain.kiosk, &json!({"made_ms": 5})).await.error_code(), "proof_refused");
}

#[tokio::test]
async fn a_till_is_told_what_was_switched_on_where_a_proof_shows_whose_it_is() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.switched_on(PHONE, &phone, &["A-1"]).await;
    chain.offer(&[chain.row("A-2", PHONE, BREAD, "39.90")]).await;
    let proof = chain.proof(&chain.till, PHONE).await;
    let told = json!([{"offer_id": 1, "gtin": MILK, "price_minor_units": 5990}]);
    assert_eq!(chain.quote(json!({"phone": PHONE}), Some(&proof)).await, told);
    assert_eq!(chain.quote(json!({"card_number": card}), Some(&proof)).await, told);
    // By the digits on their own phone.
    let code = chain.get(paths::OWN_CARD, &phone).await.json()["codes"][0]["code"].clone();
    let said = json!({"buyer": {"card_number": card}, "proof": {"card_code": code}, "total_minor_units": 100_000});
    assert_eq!(chain.post(paths::POINTS_QUOTES, &chain.till, &said).await.json()["offers"], told);
}

#[tokio::test]
async fn a_till_is_told_by_a_card_that_spends_and_not_by_what_anybody_gets_who_names_a_number() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.switched_on(PHONE, &phone, &["A-1"]).await;
    chain.app.execute("UPDATE cards SET proved_ms = 1").await;
    assert_eq!(chain.quote(json!({"card_number": card}), None).await[0]["offer_id"], 1);
    assert_eq!(chain.quote(json!({"phone": PHONE}), None).await, Value::Null, "the number alone");
    let strangers = chain.join(PHONE).await;
    assert_eq!(chain.quote(json!({"card_number": strangers}), None).await, Value::Null, "a card that a stranger got");
}

#[tokio::test]
async fn a_quote_with_the_same_key_tells_the_same_offers() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1", "A-2"]).await;
    chain.app.execute("UPDATE cards SET proved_ms = 1").await;
    let said = json!({"buyer": {"card_number": card}, "total_minor_units": 100_000});
    let quote = async || chain.app.write(paths::POINTS_QUOTES, &chain.till, "quote", &said).await;
    let first = quote().await;
    assert_eq!(first.json()["offers"].as_array().map(Vec::len), Some(2));
    chain.buy("r1", &card, &ids).await;
    assert_eq!(quote().await.body, first.body);
    assert_eq!(chain.quote(json!({"card_number": card}), None).await, Value::Null, "they are used");
}

#[tokio::test]
async fn a_receipt_uses_an_offer_once() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1", "A-2"]).await;
    assert_eq!(chain.buy("r1", &card, &ids[..1]).await, Value::Null, "none is refused");
    assert_eq!(chain.buy("r2", &card, &ids).await, json!([1]), "it was used before");
    assert_eq!(chain.used().await, 2);
}

#[tokio::test]
async fn a_receipt_stands_where_its_offers_are_refused() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let (phone, others_phone) = (chain.proved_phone(&card).await, chain.proved_phone(&other).await);
    let own = chain.switched_on(PHONE, &phone, &["A-1"]).await;
    let others = chain.switched_on(OTHER_PHONE, &others_phone, &["A-1"]).await;
    chain.offer(&[chain.row("A-2", PHONE, BREAD, "39.90")]).await;
    assert_eq!((&own[0], &others[0]), (&json!(1), &json!(2)));
    let used = [json!(2), json!(1), json!(3), json!(99), json!(-1), json!(i64::MIN), json!(1)];
    let refused = chain.buy("r1", &card, &used).await;
    let why = "another's, not switched on, none, and one a second time";
    assert_eq!(refused, json!([2, 3, 99, -1, i64::MIN, 1]), "{why}");
    assert_eq!(chain.used().await, 1);
}

#[tokio::test]
async fn a_receipt_that_is_posted_again_gets_the_same_answer_and_uses_no_more() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1", "A-2"]).await;
    let said = chain.receipt("r1", &card, &[ids[0].clone(), json!(99)]);
    let post = async |key: &str, said: &Value| chain.app.write(paths::RECEIPTS, &chain.till, key, said).await;
    let first = post("a", &said).await;
    assert_eq!(first.json(), json!({"accrued_points": 10, "refused_offer_ids": [99]}));
    assert_eq!(post("a", &said).await.body, first.body, "the answer was lost");
    assert_eq!(post("b", &said).await.body, first.body, "the key was lost too");
    assert_eq!(post("c", &chain.receipt("r1", &card, &ids)).await.json()["refused_offer_ids"], json!([2]));
    assert_eq!(chain.used().await, 1);
}

#[tokio::test]
async fn an_offer_that_a_receipt_has_used_counts_also_where_its_last_day_is_over_by_then() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1"]).await;
    chain.app.wait(8 * DAY_MS);
    assert_eq!(chain.buy("r1", &card, &ids).await, Value::Null, "the till gave the price");
    assert_eq!(chain.used().await, 1);
}

#[tokio::test]
async fn a_receipt_uses_fifty_offers_and_no_more() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let many: Vec<Value> = (1..=51).map(Value::from).collect();
    assert_eq!(chain.buy("r1", &card, &many[..50]).await.as_array().map(Vec::len), Some(50));
    let refused = chain.post(paths::RECEIPTS, &chain.till, &chain.receipt("r2", &card, &many)).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_str()), (400, "invalid_request"));
}

#[tokio::test]
async fn of_what_a_till_said_no_number_is_kept_with_the_answer() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    assert_eq!(chain.buy("r1", &card, &[json!(79_161_234_567_i64)]).await, json!([79_161_234_567_i64]));
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM writes WHERE outcome LIKE '%9161234567%'").await, 0);
}

#[tokio::test]
async fn two_members_who_are_one_have_the_offers_of_both() {
    let chain = Chain::start().await;
    let (old, new) = (chain.join(OTHER_PHONE).await, chain.join(PHONE).await);
    let (old_phone, new_phone) = (chain.proved_phone(&old).await, chain.proved_phone(&new).await);
    chain.switched_on(OTHER_PHONE, &old_phone, &["A-1"]).await;
    chain.offer(&[chain.row("A-2", PHONE, BREAD, "39.90")]).await;
    chain.app.run_with(&["member", "merge"], &format!("{OTHER_PHONE}\n{PHONE}\n")).await;
    for phone in [&old_phone, &new_phone] {
        let on: Vec<Value> = chain.offers(phone).await.iter().map(|offer| offer["is_activated"].clone()).collect();
        assert_eq!(on, [true, false]);
    }
    assert_eq!(chain.buy("r1", &old, &[json!(1)]).await, Value::Null, "the till was told of it before");
}

#[tokio::test]
async fn what_both_of_two_who_are_one_were_given_is_there_once_as_far_as_either_has_come() {
    let chain = Chain::start().await;
    let (old, new) = (chain.join(OTHER_PHONE).await, chain.join(PHONE).await);
    let (old_phone, new_phone) = (chain.proved_phone(&old).await, chain.proved_phone(&new).await);
    let keys = ["used-old", "used-new", "used-both", "on-old", "on-new", "none"];
    let rows = |number: &str| keys.map(|key| chain.row(key, number, MILK, "59.90"));
    chain.offer(&rows(OTHER_PHONE)).await;
    chain.offer(&rows(PHONE)).await;
    for (phone, card, ids) in [(&old_phone, &old, [1, 3, 4]), (&new_phone, &new, [8, 9, 11])] {
        for id in ids {
            assert_eq!(chain.activate(phone, &json!(id)).await.status, StatusCode::OK, "{id}");
        }
        let number = format!("r{}", ids[0]);
        assert_eq!(chain.buy(&number, card, &[json!(ids[0]), json!(ids[1])]).await, Value::Null);
    }
    chain.app.run_with(&["member", "merge"], &format!("{OTHER_PHONE}\n{PHONE}\n")).await;
    let left: Vec<_> =
        chain.offers(&new_phone).await.iter().map(|it| (it["offer_id"].clone(), it["is_activated"].clone())).collect();
    assert_eq!(left, [(json!(4), json!(true)), (json!(11), json!(true)), (json!(12), json!(false))]);
    // What was used stays told, and comes in no more.
    let own = chain.get(paths::MEMBER_SELF, &new_phone).await.json();
    let used = own["offers"].as_array().expect("offers").iter().filter(|offer| offer["receipt_number"].is_string());
    assert_eq!(used.count(), 4);
    assert_eq!(chain.offer(&rows(PHONE)).await["added"], 0);
}

#[tokio::test]
async fn an_erasure_leaves_of_offers_neither_product_nor_key_and_gives_no_number_again() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1", "A-2"]).await;
    chain.buy("r1", &card, &ids[..1]).await;
    chain.app.execute("UPDATE cards SET proved_ms = 1").await;
    let said = json!({"buyer": {"card_number": card}, "total_minor_units": 100_000});
    let quote = async || chain.app.write(paths::POINTS_QUOTES, &chain.till, "quote", &said).await.json();
    assert_eq!(quote().await["offers"][0]["offer_id"], 2);
    assert_eq!(chain.post(paths::MEMBER_ERASURE, &phone, &json!({"made_ms": 1})).await.status, StatusCode::OK);
    for left in [
        "SELECT COUNT(*) FROM personal_offers WHERE gtin <> 0 OR price <> 0 OR offer_key LIKE 'A-%' OR last_day <> ''",
        "SELECT COUNT(*) FROM personal_offers WHERE activated_ms IS NOT NULL",
    ] {
        assert_eq!(chain.app.count(left).await, 0, "{left}");
    }
    assert_eq!(quote().await["offers"], Value::Null, "also where the till asks again");
    // Whoever comes next under the number has nothing of it.
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    assert_eq!(chain.offers(&phone).await, [] as [Value; 0]);
    chain.offer(&[chain.row("A-1", PHONE, MILK, "59.90")]).await;
    assert_eq!(chain.offers(&phone).await[0]["offer_id"], 3);
}

#[tokio::test]
async fn what_is_kept_of_somebody_lists_their_offers() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let ids = chain.switched_on(PHONE, &phone, &["A-1"]).await;
    chain.buy("r1", &card, &ids).await;
    let (first, last) = (chain.today().to_string(), (chain.today() + 6.days()).to_string());
    let offers = json!([{
        "offer_key": "A-1", "gtin": MILK, "price_minor_units": 5990, "first_day": first, "last_day": last,
        "activated_ms": 5, "receipt_number": "r1",
    }]);
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    assert_eq!(own["offers"], offers);
    let exported: Value = serde_json::from_str(&chain.app.run_with(&["member", "export"], PHONE).await).expect("JSON");
    assert_eq!(exported["offers"], offers);
    let looks: Vec<&Value> = own["looks"].as_array().expect("looks").iter().map(|look| &look["what"]).collect();
    assert!(looks.contains(&&json!("offers")) && looks.contains(&&json!("offer_activation")), "{looks:?}");
}
