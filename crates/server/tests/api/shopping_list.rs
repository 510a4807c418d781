//! A shopping list that is put onto a member's own: at a device by whoever has the card, read and changed by the member
//! alone.

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use polka_domain::{CardNumber, Gtin};
use serde_json::{Value, json};

use crate::app::Answer;
use crate::chain::{Chain, code_and_status};

const PHONE: &str = "+79161234567";
const OTHER_PHONE: &str = "+79161234568";
const DAY_MS: i64 = 86_400_000;

const MILK: &str = "9520000000004";
const BREAD: &str = "0000096385074";
const NAPKINS: &str = "0036000291452";

async fn send(chain: &Chain, card: &str, items: &str) -> Answer {
    chain.post(paths::SHOPPING_LISTS, &chain.kiosk, &json!({"card_number": card, "items": items})).await
}

/// What is on the list of the member of an own phone.
async fn items(chain: &Chain, phone: &str) -> Value {
    let told = chain.get(paths::OWN_SHOPPING_LIST, phone).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.json());
    told.json()["items"].take()
}

async fn put(chain: &Chain, phone: &str, said: &Value) -> Answer {
    chain.write(Method::PUT, paths::OWN_SHOPPING_LIST, &[("cookie", phone)], said).await
}

/// What shows at the kiosk that a number is one's own.
async fn proof(chain: &Chain, phone: &str) -> String {
    chain.post(paths::MEMBER_CODES, &chain.kiosk, &json!({"phone": phone, "language": "ru"})).await;
    let said = json!({"phone": phone, "code": chain.code().await});
    let proved = chain.post(paths::MEMBER_PROOFS, &chain.kiosk, &said).await.json();
    proved["proof"].as_str().expect("a proof").to_owned()
}

#[tokio::test]
async fn a_list_that_was_sent_from_a_device_is_read_on_the_own_phone() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    assert_eq!(chain.get(paths::OWN_SHOPPING_LIST, &phone).await.json(), json!({"items": ""}));
    let sent = send(&chain, &card, "9520000000004-2.96385074").await;
    assert_eq!((sent.status, sent.json()), (StatusCode::OK, json!({})));
    let told = chain.get(paths::OWN_SHOPPING_LIST, &phone).await.json();
    assert_eq!(told, json!({"items": format!("{MILK}-2.{BREAD}"), "changed_ms": chain.app.now_ms()}));
    let said = json!({"card_number": card, "items": NAPKINS});
    assert_eq!(chain.post(paths::SHOPPING_LISTS, &chain.tablet, &said).await.status, StatusCode::OK);
    assert_eq!(items(&chain, &phone).await, format!("{MILK}-2.{BREAD}.{NAPKINS}"));
}

#[tokio::test]
async fn who_has_no_phone_reads_and_changes_it_at_a_device_with_a_proof() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    send(&chain, &card, MILK).await;
    let proof = proof(&chain, PHONE).await;
    let headers = [("cookie", chain.kiosk.as_str()), ("member-proof", &proof)];
    let read = async || chain.app.ask(Method::GET, paths::OWN_SHOPPING_LIST, &headers).await.json()["items"].take();
    assert_eq!(read().await, MILK);
    let changed = chain.write(Method::PUT, paths::OWN_SHOPPING_LIST, &headers, &json!({"items": BREAD})).await;
    assert_eq!((changed.status, changed.json()), (StatusCode::OK, json!({})));
    assert_eq!(read().await, BREAD);
}

#[tokio::test]
async fn a_list_that_is_sent_twice_under_a_key_is_taken_once() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let send = async |items: &str| {
        let said = json!({"card_number": card, "items": items});
        chain.app.write(paths::SHOPPING_LISTS, &chain.kiosk, "once", &said).await
    };
    let first = send(MILK).await;
    assert_eq!(put(&chain, &phone, &json!({"items": ""})).await.status, StatusCode::OK);
    let again = send(MILK).await;
    assert_eq!((again.status, again.body), (StatusCode::OK, first.body));
    assert_eq!(items(&chain, &phone).await, "", "it was cleared since");
    assert_eq!(code_and_status(&send(BREAD).await), (409, "key_reused".into()));
    let headers = [("cookie", phone.as_str()), ("idempotency-key", "put"), ("content-type", "application/json")];
    let put_once = async || {
        let body = json!({"items": BREAD}).to_string().into_bytes();
        chain.app.send(Method::PUT, paths::OWN_SHOPPING_LIST, &headers, body).await.status
    };
    assert_eq!(put_once().await, StatusCode::OK);
    assert_eq!(put(&chain, &phone, &json!({"items": MILK})).await.status, StatusCode::OK);
    assert_eq!(put_once().await, StatusCode::OK);
    assert_eq!(items(&chain, &phone).await, MILK);
}

#[tokio::test]
async fn a_list_joins_the_one_that_is_kept_with_the_larger_number_of_each() {
    let chain = Chain::start().await;
    let (card, second) = (chain.join(PHONE).await, chain.join(PHONE).await);
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, &format!("{MILK}-2.{BREAD}-3")).await;
    send(&chain, &second, &format!("{NAPKINS}.{BREAD}-2.{MILK}-5")).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}-5.{BREAD}-3.{NAPKINS}"));
    send(&chain, &card, &format!("{BREAD}-99")).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}-5.{BREAD}-99.{NAPKINS}"));
}

#[tokio::test]
async fn what_is_kept_stays_where_what_was_sent_finds_no_room() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let gtins: Vec<_> =
        (1..=60).map(|body| Gtin::from_body(body).expect("a GTIN").to_string()[1..].to_owned()).collect();
    send(&chain, &card, &gtins.join(".")).await;
    let sent = send(&chain, &card, &format!("{MILK}.{}-7", gtins[0])).await;
    assert_eq!((sent.status, sent.json()), (StatusCode::OK, json!({})));
    assert_eq!(items(&chain, &phone).await, format!("{}-7.{}", gtins[0], gtins[1..].join(".")));
}

#[tokio::test]
async fn a_member_ticks_off_what_they_saw_and_what_was_sent_meanwhile_stays() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, &format!("{MILK}-2.{BREAD}")).await;
    let seen = items(&chain, &phone).await;
    send(&chain, &card, NAPKINS).await;
    assert_eq!(put(&chain, &phone, &json!({"items": BREAD, "seen": seen})).await.json(), json!({}));
    assert_eq!(items(&chain, &phone).await, format!("{BREAD}.{NAPKINS}"));
    put(&chain, &phone, &json!({"items": format!("{MILK}-3")})).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}-3"), "the whole of it");
    put(&chain, &phone, &json!({"items": ""})).await;
    assert_eq!(chain.get(paths::OWN_SHOPPING_LIST, &phone).await.json(), json!({"items": ""}));
}

#[tokio::test]
async fn a_card_that_is_unknown_or_erased_gets_the_answer_of_one_that_is_known_and_nothing_is_kept() {
    let chain = Chain::start().await;
    let (card, erased) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let others_phone = chain.proved_phone(&erased).await;
    chain.post(paths::MEMBER_ERASURE, &others_phone, &json!({"made_ms": 1})).await;
    let unknown = CardNumber::from_random([7; 16]).to_string();
    let (kept, looks) =
        ("SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL", "SELECT COUNT(*) FROM member_looks");
    let looks_before = chain.app.count(looks).await;
    let (of_unknown, of_erased) = (send(&chain, &unknown, MILK).await, send(&chain, &erased, MILK).await);
    assert_eq!((chain.app.count(kept).await, chain.app.count(looks).await), (0, looks_before));
    let of_known = send(&chain, &card, MILK).await;
    assert_eq!(chain.app.count(kept).await, 1);
    for answer in [of_unknown, of_erased] {
        assert_eq!((answer.status, &answer.body), (of_known.status, &of_known.body));
        let but_its_id = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.remove("x-request-id");
            headers
        };
        assert_eq!(but_its_id(&answer), but_its_id(&of_known));
    }
    // Nor is it told by what is kept of a write for ever.
    let kept = "SELECT COUNT(*) FROM writes WHERE outcome = 'taken' AND reference IS NULL";
    assert_eq!(chain.app.count(kept).await, 3);
}

#[tokio::test]
async fn a_list_is_sealed_where_it_is_kept() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    send(&chain, &card, MILK).await;
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL").await, 1);
    let open = "SELECT COUNT(*) FROM members WHERE shopping_list LIKE '%952000000000%'";
    assert_eq!(chain.app.count(open).await, 0);
    let pool = chain.app.pool().await;
    let sealed: String =
        sqlx::query_scalar("SELECT shopping_list FROM members").fetch_one(&pool).await.expect("a list");
    let secrets = chain.app.secrets();
    assert_eq!(secrets.open_personal("shopping-list", &sealed).expect("it opens"), MILK.as_bytes());
    assert!(secrets.open_personal("profile", &sealed).is_err());
}

#[tokio::test]
async fn a_list_ends_with_its_member() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, MILK).await;
    chain.post(paths::MEMBER_ERASURE, &phone, &json!({"made_ms": 1})).await;
    let kept = "SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL OR shopping_list_ms IS NOT NULL";
    assert_eq!(chain.app.count(kept).await, 0);
    assert_eq!(code_and_status(&chain.get(paths::OWN_SHOPPING_LIST, &phone).await), (401, "device_unknown".into()));
    // Who comes next with the number has nothing of it.
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    assert_eq!(items(&chain, &phone).await, "");
    // A program that knows no lists may erase somebody too.
    send(&chain, &card, MILK).await;
    chain.app.execute("UPDATE members SET erased_ms = 1 WHERE shopping_list IS NOT NULL").await;
    chain.app.catch_up().await;
    assert_eq!(chain.app.count(kept).await, 0);
}

#[tokio::test]
async fn all_that_is_kept_of_somebody_has_their_list_and_who_sent_and_saw_it() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, &format!("{MILK}-2")).await;
    let changed_ms = chain.app.now_ms();
    chain.app.wait(1);
    items(&chain, &phone).await;
    let list = json!({"items": format!("{MILK}-2"), "changed_ms": changed_ms});
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    assert_eq!(own["shopping_list"], list);
    let looks = |own: &Value| -> Vec<(String, String)> {
        let text = |of: &Value| of.as_str().expect("a text").to_owned();
        own["looks"]
            .as_array()
            .expect("looks")
            .iter()
            .map(|look| (text(&look["what"]), text(&look["device"])))
            .collect()
    };
    let looks_of = looks(&own);
    assert_eq!(looks_of[0], ("shopping_list_sent".into(), "Вход".into()));
    assert_eq!(looks_of[1].0, "shopping_list");
    put(&chain, &phone, &json!({"items": ""})).await;
    let exported: Value = serde_json::from_str(&chain.app.run_with(&["member", "export"], PHONE).await).expect("JSON");
    assert_eq!(exported["shopping_list"], json!({"items": ""}));
    assert_eq!(looks(&exported).last().expect("a look").0, "shopping_list_change");
}

#[tokio::test]
async fn two_members_who_become_one_have_one_list_with_what_was_on_both() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, &format!("{MILK}-2.{BREAD}")).await;
    chain.app.wait(1);
    send(&chain, &other, &format!("{NAPKINS}.{MILK}-3")).await;
    let changed_ms = chain.app.now_ms();
    chain.app.wait(1);
    chain.app.run_with(&["member", "merge"], &format!("{OTHER_PHONE}\n{PHONE}\n")).await;
    let told = chain.get(paths::OWN_SHOPPING_LIST, &phone).await.json();
    assert_eq!(told, json!({"items": format!("{MILK}-3.{BREAD}.{NAPKINS}"), "changed_ms": changed_ms}));
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL").await, 1);
    send(&chain, &other, &format!("{BREAD}-4")).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}-3.{BREAD}-4.{NAPKINS}"), "its card is the one member's");
}

#[tokio::test]
async fn nobody_reads_or_changes_a_list_who_has_shown_nothing() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    send(&chain, &card, MILK).await;
    let shown = chain.shown_phone(&card).await;
    for cookie in [&chain.kiosk, &shown, &chain.till] {
        let read = chain.get(paths::OWN_SHOPPING_LIST, cookie).await;
        assert_eq!(code_and_status(&read), (401, "proof_refused".into()));
        let changed = put(&chain, cookie, &json!({"items": ""})).await;
        assert_eq!(code_and_status(&changed), (401, "proof_refused".into()));
    }
    assert_eq!(code_and_status(&chain.get(paths::OWN_SHOPPING_LIST, "").await), (401, "device_unknown".into()));
    let proof = proof(&chain, PHONE).await;
    let elsewhere = [("cookie", chain.tablet.as_str()), ("member-proof", &proof)];
    let read = chain.app.ask(Method::GET, paths::OWN_SHOPPING_LIST, &elsewhere).await;
    assert_eq!(code_and_status(&read), (401, "proof_refused".into()), "it was given at the kiosk");
    chain.app.wait(10 * 60_000 + 1);
    let late = [("cookie", chain.kiosk.as_str()), ("member-proof", &proof)];
    let read = chain.app.ask(Method::GET, paths::OWN_SHOPPING_LIST, &late).await;
    assert_eq!(code_and_status(&read), (401, "proof_refused".into()), "its time is over");
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL").await, 1);
}

#[tokio::test]
async fn nobody_sees_or_changes_another_members_list() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let (phone, others_phone) = (chain.proved_phone(&card).await, chain.proved_phone(&other).await);
    send(&chain, &card, MILK).await;
    assert_eq!(items(&chain, &others_phone).await, "");
    put(&chain, &others_phone, &json!({"items": BREAD})).await;
    assert_eq!((items(&chain, &phone).await, items(&chain, &others_phone).await), (json!(MILK), json!(BREAD)));
    let proof = proof(&chain, OTHER_PHONE).await;
    let headers = [("cookie", chain.kiosk.as_str()), ("member-proof", &proof)];
    assert_eq!(chain.app.ask(Method::GET, paths::OWN_SHOPPING_LIST, &headers).await.json()["items"], BREAD);
}

#[tokio::test]
async fn what_is_no_list_or_no_card_is_refused_and_not_told_back() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, MILK).await;
    let long: Vec<_> = (1..=61).map(|body| Gtin::from_body(body).expect("a GTIN").to_string()).collect();
    let (long, twice) = (long.join("."), format!("{MILK}.{MILK}-2"));
    let wrong =
        ["молоко", ".", "4006381333932", "96385074-0", "96385074-100", "96385074-+5", "96385074 ", &twice, &long];
    for wrong in wrong {
        let answers = [
            send(&chain, &card, wrong).await,
            put(&chain, &phone, &json!({"items": wrong})).await,
            put(&chain, &phone, &json!({"items": "", "seen": wrong})).await,
        ];
        for answer in answers {
            assert_eq!(code_and_status(&answer), (400, "invalid_request".into()), "{wrong}");
            assert!(wrong.len() < 2 || !String::from_utf8_lossy(&answer.body).contains(wrong), "{wrong}");
        }
    }
    for body in [json!({}), json!({"items": [MILK]}), json!({"items": MILK, "card_number": card, "phone": PHONE})] {
        let refused = chain.post(paths::SHOPPING_LISTS, &chain.kiosk, &body).await;
        assert_eq!(code_and_status(&refused), (400, "invalid_request".into()), "{body}");
    }
    for card in ["", "123", &format!("97{}", &card[2..]), &card[..19]] {
        assert_eq!(code_and_status(&send(&chain, card, MILK).await), (422, "invalid_card".into()), "{card}");
    }
    let without_key = json!({"card_number": card, "items": MILK});
    let without_key = chain.app.write(paths::SHOPPING_LISTS, &chain.kiosk, "", &without_key).await;
    assert_eq!(code_and_status(&without_key), (400, "invalid_request".into()));
    assert_eq!(items(&chain, &phone).await, MILK);
}

#[tokio::test]
async fn neither_a_till_nor_an_own_phone_nor_a_stranger_sends_a_list() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let said = json!({"card_number": card, "items": MILK});
    let refused = chain.post(paths::SHOPPING_LISTS, &chain.till, &said).await;
    assert_eq!(code_and_status(&refused), (403, "forbidden".into()));
    for cookie in [phone.as_str(), ""] {
        let refused = chain.post(paths::SHOPPING_LISTS, cookie, &said).await;
        assert_eq!(code_and_status(&refused), (401, "device_unknown".into()));
    }
    assert_eq!(items(&chain, &phone).await, "");
}

#[tokio::test]
async fn more_lists_than_people_send_in_a_day_change_nothing_and_get_the_same_answer() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let (phone, others_phone) = (chain.proved_phone(&card).await, chain.proved_phone(&other).await);
    for _ in 0..20 {
        assert_eq!(send(&chain, &card, MILK).await.status, StatusCode::OK);
    }
    let quiet = send(&chain, &card, BREAD).await;
    assert_eq!((quiet.status, quiet.json()), (StatusCode::OK, json!({})));
    assert_eq!(items(&chain, &phone).await, MILK);
    send(&chain, &other, MILK).await;
    assert_eq!(items(&chain, &others_phone).await, MILK, "another member's are counted apart");
    chain.app.wait(DAY_MS);
    send(&chain, &card, BREAD).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}.{BREAD}"));

    // A thousand of the kiosk, whoever's they are.
    chain.app.wait(DAY_MS);
    chain
        .app
        .execute(
            "WITH RECURSIVE numbers (number) AS
                (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 1000)
             INSERT INTO member_looks (id, member_id, device_id, what, looked_ms)
             SELECT 1000 + number, 2, 1, 'shopping_list_sent', 9000000000000 FROM numbers",
        )
        .await;
    let quiet = send(&chain, &card, NAPKINS).await;
    assert_eq!((quiet.status, quiet.json()), (StatusCode::OK, json!({})));
    assert_eq!(items(&chain, &phone).await, format!("{MILK}.{BREAD}"));
    let said = json!({"card_number": card, "items": NAPKINS});
    chain.post(paths::SHOPPING_LISTS, &chain.tablet, &said).await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}.{BREAD}.{NAPKINS}"), "another device's too");
}

#[tokio::test]
async fn a_list_is_forgotten_sixty_days_after_its_last_change() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    send(&chain, &card, MILK).await;
    chain.app.wait(59 * DAY_MS);
    send(&chain, &card, BREAD).await;
    chain.app.wait(60 * DAY_MS);
    chain.app.catch_up().await;
    assert_eq!(items(&chain, &phone).await, format!("{MILK}.{BREAD}"));
    chain.app.wait(1);
    chain.app.catch_up().await;
    assert_eq!(chain.get(paths::OWN_SHOPPING_LIST, &phone).await.json(), json!({"items": ""}));
    let kept = "SELECT COUNT(*) FROM members WHERE shopping_list IS NOT NULL OR shopping_list_ms IS NOT NULL";
    assert_eq!(chain.app.count(kept).await, 0);
}
