//! What members tell of themselves, another number, and the end of it: at a device or on their own phone.

use axum::http::StatusCode;
use polka_contract::paths;
use serde_json::{Value, json};

use crate::app::{LIST, TestApp};
use crate::chain::{Chain, code_and_status, other_than, token};

const PHONE: &str = "+79161234567";
const OTHER_PHONE: &str = "+79161234568";
const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn all_that_is_kept_has_the_points_and_all_that_happened_to_them() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    for number in 0..60 {
        chain.pay(&format!("r-{number}"), &card, 10).await;
    }
    let code = chain.get(paths::OWN_CARD, &phone).await.json()["codes"][0]["code"].take();
    let reserved = chain.reserve("held", &card, json!({ "card_code": code }), "held").await;
    assert_eq!(reserved.status, StatusCode::OK, "{}", reserved.json());
    let shown = chain.get(paths::MEMBER_POINTS, &phone).await.json();
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    for account in ["available", "pending", "held"] {
        assert_eq!(own["points"][account], shown[account], "{account}");
    }
    assert_eq!(own["points"]["held"], 1);
    let (all, last) = (own["points"]["history"].as_array().expect("a list"), shown["history"].as_array().expect("one"));
    assert_eq!((all.len(), last.len()), (61, 50));
    assert_eq!(all[..50], last[..]);
    let printed: Value = serde_json::from_str(&chain.app.run_with(&["member", "export"], PHONE).await).expect("JSON");
    assert_eq!(printed["points"], own["points"]);
}

#[tokio::test]
async fn what_somebody_tells_of_themselves_is_kept_as_a_whole() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    assert_eq!(chain.get(paths::OWN_PROFILE, &phone).await.json(), json!({}));
    let profile = json!({
        "first_name": "Анна-Мария", "birthday": "02-29", "email": "anna@shop.example", "wishes": ["bread", "pets"],
    });
    let mut typed = profile.clone();
    typed["first_name"] = "  Анна-Мария ".into();
    assert_eq!(chain.keep_profile(&phone, &typed).await.json(), profile);
    assert_eq!(chain.get(paths::OWN_PROFILE, &phone).await.json(), profile);
    let exported: Value = serde_json::from_str(&chain.app.run_with(&["member", "export"], PHONE).await).expect("JSON");
    assert_eq!(exported["profile"], profile);
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    assert_eq!(own["profile"], profile);
    let looks: Vec<_> = own["looks"].as_array().expect("looks").iter().map(|look| look["what"].clone()).collect();
    assert_eq!(json!(looks), json!(["profile", "profile_change", "profile", "own_data"]));
    assert_eq!(chain.keep_profile(&phone, &json!({"first_name": "Анна"})).await.status, StatusCode::OK);
    assert_eq!(chain.get(paths::OWN_PROFILE, &phone).await.json(), json!({"first_name": "Анна"}));
}

#[tokio::test]
async fn a_name_a_birthday_or_an_address_that_is_none_is_refused() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let long = format!("{}@shop.example", "a".repeat(250));
    let mut refused =
        vec![json!({"nickname": "A"}), json!({"wishes": ["bread", "bread"]}), json!({"wishes": ["cars"]})];
    for name in ["", "  ", "a\nb", "\u{1b}[2J", "Анна\u{202e}", "\u{2066}a", "a\u{2028}b", &"я".repeat(61)] {
        refused.push(json!({ "first_name": name }));
    }
    for email in ["", "anna", "anna@", "@shop.example", "a b@shop.example", "a@b\r\nBcc: c@d.example", &long] {
        refused.push(json!({ "email": email }));
    }
    for birthday in ["", "2000-12-31", "31-12", "02-30", "00-01", "1-1", "12-31\n"] {
        refused.push(json!({ "birthday": birthday }));
    }
    for said in &refused {
        let answer = chain.keep_profile(&phone, said).await;
        assert_eq!(code_and_status(&answer), (400, "invalid_request".into()), "{said}");
        let told = String::from_utf8_lossy(&answer.body).contains("Анна");
        assert!(!told, "a name is told back");
    }
    assert_eq!(chain.keep_profile(&phone, &json!({"first_name": "я".repeat(60)})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_birthday_is_changed_a_year_after_it_was_told() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let tell = async |birthday: Option<&str>| {
        let answer = chain.keep_profile(&phone, &json!({ "birthday": birthday, "first_name": "Анна" })).await;
        answer.status.as_u16()
    };
    assert_eq!(tell(Some("12-31")).await, 200);
    assert_eq!(tell(Some("12-31")).await, 200, "the same again");
    assert_eq!(tell(Some("01-01")).await, 400);
    assert_eq!(tell(None).await, 200, "it can be forgotten");
    assert_eq!(tell(Some("01-01")).await, 400, "and is not told anew by that");
    chain.app.wait(365 * DAY_MS);
    assert_eq!(tell(Some("01-01")).await, 200);
    assert_eq!(tell(Some("01-02")).await, 400);
}

#[tokio::test]
async fn a_receipt_of_the_birthday_earns_more() {
    let app = TestApp::with_loyalty(LIST, "[points]\nbirthday_factor_percent = 300").await;
    let chain = Chain::with(app).await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    assert_eq!(chain.pay("r1", &card, 1).await, 1);
    let today = today(&chain);
    chain.keep_profile(&phone, &json!({ "birthday": today })).await;
    let quote = json!({"buyer": {"card_number": card}, "total_minor_units": 10_000});
    let quote = chain.post(paths::POINTS_QUOTES, &chain.till, &quote).await;
    assert_eq!(quote.json()["accrued_points"], 3);
    assert_eq!(chain.pay("r2", &card, 1).await, 3);
    chain.app.wait(DAY_MS);
    assert_eq!(chain.pay("r3", &card, 1).await, 1);
}

/// The month and the day in the store, whose clocks are three hours ahead all year.
fn today(chain: &Chain) -> String {
    let moment = jiff::Timestamp::from_millisecond(chain.app.now_ms() + 3 * 3_600_000).expect("a moment");
    moment.strftime("%m-%d").to_string()
}

#[tokio::test]
async fn whoever_has_a_new_number_takes_it_with_the_code_that_came_to_it() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    // This one will be nobody's way in: the number may be somebody else's by then.
    chain.link(&card, "sms").await;
    let late = token(chain.message().await["text"].as_str().expect("a text"));
    chain.post(paths::OWN_CODES, &phone, &json!({"phone": OTHER_PHONE, "language": "ru"})).await;
    assert_eq!(chain.message().await["to"], "•••68");
    let code = chain.code().await;
    let change =
        async |code: &str| chain.post(paths::OWN_NUMBER, &phone, &json!({"phone": OTHER_PHONE, "code": code})).await;
    assert_eq!(code_and_status(&change(other_than(&code)).await), (401, "code_refused".into()));
    assert_eq!(change(&code).await.json(), json!({}));
    assert_eq!(chain.get(paths::MEMBER_SELF, &phone).await.json()["phone"], OTHER_PHONE);
    assert_eq!(chain.open(&late, "late").await.error_code(), "code_refused");
    let search = chain.post(paths::MEMBER_SEARCH, &chain.till, &json!({"phone": PHONE})).await;
    assert_eq!(search.error_code(), "member_not_found");
    // Codes go to the new one, also where the numbers of old ones are used again.
    chain.app.wait(60_001);
    let sent = chain.post(paths::OWN_CODES, &phone, &json!({"language": "en"})).await;
    assert_eq!(sent.status, StatusCode::OK);
    assert_eq!(chain.message().await["to"], "•••68");
    assert!(chain.message().await["text"].as_str().is_some_and(|text| text.starts_with("Your store card code")));
}

#[tokio::test]
async fn a_number_that_is_a_members_already_makes_the_two_one() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    chain.pay("r1", &card, 10).await;
    chain.pay("r2", &other, 5).await;
    let phone = chain.proved_phone(&card).await;
    let others_phone = chain.proved_phone(&other).await;
    chain.keep_profile(&phone, &json!({"first_name": "Анна", "wishes": ["pets"]})).await;
    let others = json!({"first_name": "Аня", "birthday": "12-31", "email": "a@shop.example", "wishes": ["bread"]});
    chain.keep_profile(&others_phone, &others).await;
    chain.post(paths::OWN_CODES, &phone, &json!({"phone": OTHER_PHONE, "language": "ru"})).await;
    let said = json!({"phone": OTHER_PHONE, "code": chain.code().await});
    assert_eq!(chain.post(paths::OWN_NUMBER, &phone, &said).await.status, StatusCode::OK);

    for phone in [&phone, &others_phone] {
        assert_eq!(chain.available(phone).await, 15, "both phones are the one member's");
    }
    let own = chain.get(paths::MEMBER_SELF, &others_phone).await.json();
    assert_eq!((&own["phone"], own["cards"].as_array().map(Vec::len)), (&json!(OTHER_PHONE), Some(2)));
    assert_eq!(own["receipts"].as_array().map(Vec::len), Some(2));
    let filled = json!({"first_name": "Анна", "birthday": "12-31", "email": "a@shop.example", "wishes": ["pets"]});
    assert_eq!(own["profile"], filled);
    let sooner = json!({"birthday": "01-01"});
    assert_eq!(chain.keep_profile(&phone, &sooner).await.error_code(), "invalid_request", "it was told by the other");
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM members WHERE phone IS NOT NULL").await, 1);
    chain.app.verified().await.expect("a ledger");
}

#[tokio::test]
async fn an_erasure_ends_the_profile_and_the_phones() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let (phone, second) = (chain.proved_phone(&card).await, chain.proved_phone(&card).await);
    let unopened = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    chain.keep_profile(&phone, &json!({"first_name": "Анна", "birthday": "12-31"})).await;
    let erase = async || chain.app.write(paths::MEMBER_ERASURE, &phone, "erase", &json!({"made_ms": 1})).await;
    let erased = erase().await;
    assert_eq!((erased.status, erased.cookie().as_str()), (StatusCode::OK, "polka_phone="));
    assert_eq!(erase().await.body, erased.body, "the same key again");
    for phone in [&phone, &second] {
        assert_eq!(chain.get(paths::OWN_CARD, phone).await.error_code(), "device_unknown");
    }
    assert_eq!(chain.open(&unopened, "late").await.error_code(), "code_refused");
    for left in [
        "SELECT COUNT(*) FROM members WHERE profile IS NOT NULL OR birthday_told_ms IS NOT NULL",
        "SELECT COUNT(*) FROM member_links WHERE until_ms > 0 OR token_digest <> ''",
        "SELECT COUNT(*) FROM own_phones",
        "SELECT COUNT(*) FROM devices WHERE kind = 'phone' AND revoked_ms IS NULL",
    ] {
        assert_eq!(chain.app.count(left).await, 0, "{left}");
    }
    // Whoever comes next has nothing of it.
    let card = chain.join(OTHER_PHONE).await;
    let link = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    assert_eq!(chain.open(&unopened, "late").await.error_code(), "code_refused");
    assert_eq!(chain.open(&link, "new").await.status, StatusCode::OK);
    assert_eq!(chain.get(paths::OWN_CARD, &phone).await.error_code(), "device_unknown");
}

#[tokio::test]
async fn a_code_comes_also_after_somebody_was_erased() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.shown_phone(&card).await;
    chain.post(paths::OWN_CODES, &phone, &json!({"language": "ru"})).await;
    let said = json!({"code": chain.code().await});
    assert_eq!(chain.post(paths::OWN_PROOFS, &phone, &said).await.status, StatusCode::OK);
    assert_eq!(chain.post(paths::MEMBER_ERASURE, &phone, &json!({"made_ms": 1})).await.status, StatusCode::OK);
    chain.post(paths::MEMBER_CODES, &chain.kiosk, &json!({"phone": OTHER_PHONE, "language": "ru"})).await;
    assert_eq!(chain.message().await["to"], "•••68");
}

#[tokio::test]
async fn a_till_is_told_how_many_points_there_are_where_the_chain_wants_it() {
    let chain = Chain::with(TestApp::with_loyalty(LIST, "shows_balance_by_number = true").await).await;
    let card = chain.join(PHONE).await;
    chain.pay("r1", &card, 10).await;
    for buyer in [json!({"phone": PHONE}), json!({"card_number": card})] {
        let found = chain.post(paths::MEMBER_SEARCH, &chain.till, &buyer).await;
        assert_eq!(found.json(), json!({"member_id": 1, "can_spend": false, "available_points": 10}));
    }
}

#[tokio::test]
async fn what_was_said_last_counts_whatever_card_it_was_said_with() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let newer = chain.join(PHONE).await;
    let said = |card: &str, is_given: bool| json!({"card_number": card, "kind": "marketing", "text_version": "2026-11", "is_given": is_given, "made_ms": 1});
    assert_eq!(chain.post(paths::MEMBER_CONSENTS, &chain.kiosk, &said(&newer, true)).await.status, StatusCode::OK);
    let no = json!({"kind": "marketing", "text_version": "2026-11", "is_given": false, "made_ms": 1});
    assert_eq!(chain.post(paths::OWN_CONSENTS, &phone, &no).await.status, StatusCode::OK);
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    let said: Vec<_> = own["consents"].as_array().expect("a list").iter().map(|it| it["is_given"].clone()).collect();
    assert_eq!(said, [json!(true), json!(false)]);
}
