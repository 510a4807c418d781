//! A member's own phone: the link that makes it theirs, what it shows, and what it may do.

use axum::http::{Method, StatusCode};
use polka_contract::paths;
use polka_server::http::Reach;
use serde_json::json;

use crate::app::{LIST, TestApp};
use crate::chain::{Chain, code_and_status, other_than, token};

const PHONE: &str = "+79161234567";
const OTHER_PHONE: &str = "+79161234568";
const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn a_link_opens_once_and_the_same_key_gets_the_same_cookie() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let made = chain.link(&card, "screen").await.json();
    assert_eq!(made["holds_s"], 600);
    let link = token(made["url"].as_str().expect("a link"));
    let first = chain.open(&link, "a").await;
    assert_eq!((first.status, first.json()), (StatusCode::OK, json!({"is_proved": false})));
    let cookie = first.header("set-cookie");
    for part in ["polka_phone=", "HttpOnly", "SameSite=Strict", "Max-Age=34560000", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    assert_eq!(chain.open(&link, "a").await.cookie(), first.cookie(), "the answer was lost");
    assert_eq!(code_and_status(&chain.open(&link, "b").await), (401, "code_refused".into()));
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM own_phones").await, 1);
    chain.post(paths::OWN_PHONE_END, &first.cookie(), &json!({})).await;
    assert_eq!(chain.open(&link, "a").await.error_code(), "code_refused", "it has ended");
}

#[tokio::test]
async fn a_link_holds_for_ten_minutes_on_a_screen_and_a_week_in_a_message() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let shown = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    assert_eq!(chain.link(&card, "sms").await.json(), json!({"holds_s": 604_800}), "nothing is told of the member");
    let sent = token(chain.message().await["text"].as_str().expect("a text"));
    chain.app.wait(600_001);
    assert_eq!(chain.open(&shown, "a").await.error_code(), "code_refused");
    chain.app.wait(7 * DAY_MS - 600_001);
    assert_eq!(chain.open(&sent, "b").await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_phones_that_open_a_link_at_once_one_has_it() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let link = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    let (first, second) = tokio::join!(chain.open(&link, "a"), chain.open(&link, "b"));
    let mut told = [first.status.as_u16(), second.status.as_u16()];
    told.sort_unstable();
    assert_eq!(told, [200, 401]);
}

#[tokio::test]
async fn links_that_no_longer_count_are_forgotten_and_the_phones_stay() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.link(&card, "sms").await;
    chain.app.wait(9 * DAY_MS);
    chain.app.catch_up().await;
    let left = chain.app.count("SELECT COUNT(*) FROM member_links").await;
    assert_eq!(left, 1, "the last, whose number is not given again");
    assert_eq!(chain.get(paths::OWN_CARD, &phone).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_same_key_makes_and_sends_one_link() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let ask = async |key: &str, by: &str| {
        let said = json!({"card_number": card, "by": by, "language": "en"});
        chain.app.write(paths::MEMBER_LINKS, &chain.kiosk, key, &said).await
    };
    assert_eq!(ask("a", "screen").await.body, ask("a", "screen").await.body);
    assert_eq!(ask("b", "sms").await.body, ask("b", "sms").await.body);
    assert_eq!(ask("b", "screen").await.error_code(), "key_reused");
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM member_links").await, 2);
    assert_eq!(chain.app.count("SELECT COUNT(*) FROM messages").await, 1);
}

#[tokio::test]
async fn a_link_that_cannot_be_made_is_told() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let unknown = polka_domain::CardNumber::from_random([7; 16]).to_string();
    assert_eq!(code_and_status(&chain.link(&unknown, "screen").await), (404, "member_not_found".into()));
    assert_eq!(code_and_status(&chain.link("123", "screen").await), (422, "invalid_card".into()));
    assert_eq!(code_and_status(&chain.link(&card, "email").await), (400, "invalid_request".into()), "no address");
    let german = json!({"card_number": card, "by": "screen", "language": "de"});
    assert_eq!(chain.post(paths::MEMBER_LINKS, &chain.kiosk, &german).await.error_code(), "invalid_request");
    let nobody =
        chain.post(paths::MEMBER_LINKS, "", &json!({"card_number": card, "by": "sms", "language": "ru"})).await;
    assert_eq!(nobody.error_code(), "device_unknown");

    let hidden = TestApp::start_as(LIST, Reach::default(), |services| services.with_public_url("")).await;
    let hidden = Chain::with(hidden).await;
    let card = hidden.join(PHONE).await;
    let refused = hidden.link(&card, "screen").await;
    assert_eq!(code_and_status(&refused), (400, "invalid_request".into()));
    assert!(refused.json()["error"]["message"].as_str().is_some_and(|message| message.contains("--public-url")));
}

#[tokio::test]
async fn nobody_has_links_made_by_the_hundred() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    for way in ["screen", "sms", "screen", "sms", "screen"] {
        assert_eq!(chain.link(&card, way).await.status, StatusCode::OK);
    }
    assert_eq!(code_and_status(&chain.link(&card, "screen").await), (429, "too_many_tries".into()), "five in a day");
    chain.app.wait(DAY_MS);
    assert_eq!(chain.link(&card, "screen").await.status, StatusCode::OK);
    for number in 0..59 {
        let card = chain.join(&format!("+791612346{number:02}")).await;
        assert_eq!(chain.link(&card, "screen").await.status, StatusCode::OK, "{number}");
    }
    let card = chain.join("+79161234700").await;
    assert_eq!(chain.link(&card, "screen").await.error_code(), "too_many_tries", "sixty from a device");
}

#[tokio::test]
async fn whoever_guesses_links_must_wait_and_keeps_nobody_out() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let link = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    let (id, _) = link.split_once('.').expect("a link");
    let wrong = ["", "1", "молоко", &format!("{id}."), &format!("{id}.{}", "A".repeat(16)), "9.x", "-1.x", "1.1.1"];
    for wrong in wrong.into_iter().chain(["a", "b"]) {
        assert_eq!(code_and_status(&chain.open(wrong, "a").await), (401, "code_refused".into()), "{wrong}");
    }
    assert_eq!(code_and_status(&chain.open("c", "a").await), (429, "too_many_tries".into()));
    assert_eq!(chain.open(&link, "a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_phone_that_opened_a_link_from_a_screen_sees_nothing_until_the_code_has_come() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.shown_phone(&card).await;
    for path in [paths::MEMBER_SELF, paths::MEMBER_POINTS, paths::OWN_PROFILE, paths::OWN_CARD] {
        assert_eq!(code_and_status(&chain.get(path, &phone).await), (401, "proof_refused".into()), "{path}");
    }
    let consent = json!({"kind": "marketing", "text_version": "2026-11", "is_given": true, "made_ms": 7});
    let refused = [
        chain.keep_profile(&phone, &json!({"first_name": "Анна"})).await,
        chain.post(paths::OWN_CODES, &phone, &json!({"phone": OTHER_PHONE, "language": "ru"})).await,
        chain.post(paths::OWN_NUMBER, &phone, &json!({"phone": OTHER_PHONE, "code": "000000"})).await,
        chain.post(paths::OWN_CONSENTS, &phone, &consent).await,
        chain.post(paths::MEMBER_ERASURE, &phone, &json!({"made_ms": 1})).await,
    ];
    for refused in refused {
        assert_eq!(code_and_status(&refused), (401, "proof_refused".into()));
    }

    let sent = chain.post(paths::OWN_CODES, &phone, &json!({"language": "ru"})).await;
    assert_eq!(sent.json(), json!({"holds_s": 300, "again_after_s": 60}));
    assert_eq!(chain.message().await["to"], "•••67");
    let code = chain.code().await;
    let prove = async |code: &str| chain.post(paths::OWN_PROOFS, &phone, &json!({ "code": code })).await;
    assert_eq!(code_and_status(&prove(other_than(&code)).await), (401, "code_refused".into()));
    assert_eq!(prove(&code).await.json(), json!({"is_proved": true}));
    assert_eq!(prove(&code).await.error_code(), "code_refused", "it was used");
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    assert_eq!((&own["phone"], &own["cards"][0]["can_spend"]), (&json!(PHONE), &json!(true)));
}

#[tokio::test]
async fn whoever_opens_a_link_from_an_sms_has_the_phone() {
    let chain = Chain::start().await;
    let (first, second) = (chain.join(PHONE).await, chain.join(PHONE).await);
    let phone = chain.proved_phone(&second).await;
    assert_eq!(chain.message().await["to"], "•••67");
    let told = chain.get(paths::OWN_CARD, &phone).await;
    assert_eq!(told.cookie(), phone, "the cookie is renewed");
    let told = told.json();
    assert_eq!((&told["card_number"], &told["can_spend"]), (&json!(second), &json!(true)));
    let own = chain.get(paths::MEMBER_SELF, &phone).await.json();
    assert_eq!((&own["cards"][0]["card_number"], &own["phone"]), (&json!(first), &json!(PHONE)));
}

#[tokio::test]
async fn a_link_that_a_stranger_had_sent_lets_the_strangers_card_spend_nothing() {
    let chain = Chain::start().await;
    // They know the number, and have a card for it on paper.
    let card = chain.join(PHONE).await;
    chain.pay("r1", &card, 100).await;
    let phone = chain.proved_phone(&card).await;
    let refused = chain.reserve("r2", &card, json!({"last_four": "4567"}), "a").await;
    assert_eq!(code_and_status(&refused), (401, "proof_refused".into()));
    let told = chain.get(paths::OWN_CARD, &phone).await.json();
    let spent = chain.reserve("r2", &card, json!({"card_code": told["codes"][0]["code"]}), "b").await;
    assert_eq!(spent.status, StatusCode::OK, "whoever has the phone spends");
}

#[tokio::test]
async fn a_link_by_mail_goes_to_the_address_that_was_told_and_proves_nothing() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.keep_profile(&phone, &json!({"email": "anna@shop.example"})).await;
    assert_eq!(chain.link(&card, "email").await.json(), json!({"holds_s": 604_800}));
    let mail = chain.message().await;
    assert_eq!((&mail["to"], &mail["subject"]), (&json!("a•••@shop.example"), &json!("Ваша карта магазина")));
    let opened = chain.open(&token(mail["text"].as_str().expect("a text")), "mail").await;
    assert_eq!(opened.json(), json!({"is_proved": false}));
}

#[tokio::test]
async fn a_link_on_paper_holds_a_day_and_proves_nothing() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    assert_eq!(chain.link(&card, "print").await.json(), json!({"holds_s": 86_400}));
    let page = chain.message().await;
    assert_eq!((&page["channel"], &page["to"]), (&json!("print"), &json!("•••")));
    let opened = chain.open(&token(page["text"].as_str().expect("a text")), "page").await;
    assert_eq!(opened.json(), json!({"is_proved": false}));
}

#[tokio::test]
async fn an_own_phone_is_no_device_of_the_store() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let as_device = phone.replace("polka_phone", "polka_device");
    // What anybody may ask, and what is a member's own; all else is the store's, also what comes later.
    let open = [
        paths::HEALTH,
        paths::PRODUCT,
        paths::CATALOGUE,
        paths::CATALOGUE_CHANGES,
        paths::CATALOGUE_INDEX,
        paths::MAP,
        paths::DEVICE_ENROLMENT,
        paths::INSTALLER,
        paths::MESSAGE_DELIVERY,
        paths::MEMBER_PHONES,
        paths::CASE_STATUS,
        paths::CASE_ANSWERS,
    ];
    let document = chain.app.get(paths::OPENAPI).await.json();
    let described = document["paths"].as_object().expect("paths").iter();
    let of_store =
        described.filter(|(path, _)| !open.contains(&path.as_str()) && !path.starts_with(paths::MEMBER_SELF));
    let mut asked = 0;
    for (path, methods) in of_store {
        let path = path.replace("{reservation_id}", "1").replace("{receipt_number}", "r1").replace("{task_id}", "1");
        let path = path.replace("{apology_id}", "1").replace("{case_id}", "1").replace("{week}", "2026-W01");
        for method in methods.as_object().expect("methods").keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            for cookie in [&phone, &as_device] {
                let told = chain.write(method.clone(), &path, &[("cookie", cookie)], &json!({})).await;
                assert_eq!(code_and_status(&told), (401, "device_unknown".into()), "{method} {path}");
                asked += 1;
            }
        }
    }
    assert!(asked >= 40, "{asked}");
    // And no device is a phone.
    let as_phone = chain.kiosk.replace("polka_device", "polka_phone");
    assert_eq!(chain.get(paths::OWN_CARD, &as_phone).await.error_code(), "device_unknown");
    let listed = chain.get(paths::DEVICES, &chain.tablet).await.json();
    assert_eq!(listed["devices"].as_array().map(Vec::len), Some(3), "{listed}");
    assert!(!chain.app.run(&["device", "list"]).await.contains("phone-"));
    let code = chain.app.command(&["device", "code", "phone-4"]).output().await.expect("the program");
    assert_eq!(code.status.code(), Some(1));
    let add = ["device", "add", "phone-9", "--kind", "kiosk"];
    let add = chain.app.command(&add).output().await.expect("the program");
    assert_eq!(add.status.code(), Some(1));
}

#[tokio::test]
async fn the_digits_of_a_card_spend_once_while_they_are_shown() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(PHONE).await);
    let phone = chain.proved_phone(&card).await;
    chain.proved_phone(&other).await;
    chain.app.execute("UPDATE cards SET proved_ms = 1").await;
    chain.pay("r1", &card, 100).await;
    let told = chain.get(paths::OWN_CARD, &phone).await.json();
    let codes = told["codes"].as_array().expect("codes");
    assert_eq!(codes.len(), 60);
    let from_ms = |place: usize| codes[place]["from_ms"].as_i64().expect("a time");
    assert!((0..60_000).contains(&(chain.app.now_ms() - from_ms(0))));
    assert_eq!(from_ms(59), from_ms(0) + 59 * 60_000);
    let code = |place: usize| json!({"card_code": codes[place]["code"]});

    // A quote looks at it, and leaves it right.
    let quote = json!({"buyer": {"card_number": card}, "proof": code(0), "total_minor_units": 100_000});
    assert_eq!(chain.post(paths::POINTS_QUOTES, &chain.till, &quote).await.json()["payable_points"], 100);
    let first = chain.reserve("r2", &card, code(0), "a").await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(chain.reserve("r2", &card, code(0), "a").await.body, first.body, "the answer was lost");
    assert_eq!(code_and_status(&chain.reserve("r3", &card, code(0), "b").await), (401, "proof_refused".into()));
    assert_eq!(chain.reserve("r3", &other, code(1), "c").await.error_code(), "proof_refused", "another card's");
    // A till whose clock is behind takes the next, and none before it is right then.
    assert_eq!(chain.reserve("r4", &card, code(1), "d").await.status, StatusCode::OK);
    chain.app.wait(10 * 60_000);
    assert_eq!(chain.reserve("r5", &card, code(8), "e").await.error_code(), "proof_refused", "it is old");
    assert_eq!(chain.reserve("r5", &card, code(9), "f").await.status, StatusCode::OK, "the one before");
    assert_eq!(chain.reserve("r6", &card, code(12), "g").await.error_code(), "proof_refused", "it is to come");
    assert_eq!(chain.reserve("r6", &card, json!({"last_four": "0000"}), "h").await.error_code(), "proof_refused");
    // Five were wrong in this hour, of both kinds.
    assert_eq!(chain.reserve("r6", &card, code(10), "i").await.error_code(), "proof_refused");
    assert_eq!(chain.reserve("r6", &card, json!({"last_four": "4567"}), "j").await.error_code(), "proof_refused");
    chain.app.wait(45 * 60_000);
    assert_eq!(chain.reserve("r6", &card, code(55), "k").await.error_code(), "proof_refused", "within the hour");
    chain.app.wait(5 * 60_000 + 1);
    let codes = chain.get(paths::OWN_CARD, &phone).await.json();
    let now = json!({"card_code": codes["codes"][0]["code"]});
    assert_eq!(chain.reserve("r6", &card, now, "l").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_digits_of_a_card_are_worth_nothing_without_a_phone_that_shows_it() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    chain.pay("r1", &card, 100).await;
    let told = chain.get(paths::OWN_CARD, &phone).await.json();
    let ended = chain.post(paths::OWN_PHONE_END, &phone, &json!({})).await;
    assert_eq!(ended.json(), json!({}));
    assert!(ended.header("set-cookie").starts_with("polka_phone=; Path=/; Max-Age=0; HttpOnly"), "it is gone");
    let refused = chain.reserve("r2", &card, json!({"card_code": told["codes"][0]["code"]}), "a").await;
    assert_eq!(refused.error_code(), "proof_refused");
}

#[tokio::test]
async fn a_phone_that_has_ended_is_nobodys_and_the_same_key_gets_the_same_answer() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.proved_phone(&card).await;
    let end = async || chain.app.write(paths::OWN_PHONE_END, &phone, "end", &json!({})).await;
    let ended = end().await;
    assert_eq!(ended.status, StatusCode::OK);
    for path in [paths::MEMBER_SELF, paths::MEMBER_POINTS, paths::OWN_PROFILE, paths::OWN_CARD] {
        assert_eq!(code_and_status(&chain.get(path, &phone).await), (401, "device_unknown".into()), "{path}");
    }
    let code = chain.post(paths::OWN_CODES, &phone, &json!({"language": "ru"})).await;
    assert_eq!(code.error_code(), "device_unknown");
    let again = end().await;
    assert_eq!((again.status, again.body), (StatusCode::OK, ended.body));
}

#[tokio::test]
async fn a_device_with_a_proof_does_what_an_own_phone_does_but_for_what_is_a_phones() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let code = chain.post(paths::MEMBER_CODES, &chain.kiosk, &json!({"phone": PHONE, "language": "ru"})).await;
    assert_eq!(code.status, StatusCode::OK);
    let said = json!({"phone": PHONE, "code": chain.code().await, "card_number": card});
    let proved = chain.post(paths::MEMBER_PROOFS, &chain.kiosk, &said).await.json();
    let proof = proved["proof"].as_str().expect("a proof");
    let headers = [("cookie", chain.kiosk.as_str()), ("member-proof", proof)];
    let newer = chain.join(PHONE).await;
    let own_card = chain.app.ask(Method::GET, paths::OWN_CARD, &headers).await;
    assert_eq!(own_card.json(), json!({"card_number": card, "can_spend": true, "codes": []}), "not {newer}");
    let profile = json!({"first_name": "Анна"});
    assert_eq!(chain.write(Method::PUT, paths::OWN_PROFILE, &headers, &profile).await.json(), profile);
    let consent = json!({"kind": "marketing", "text_version": "2026-11", "is_given": false, "made_ms": 7});
    assert_eq!(chain.write(Method::POST, paths::OWN_CONSENTS, &headers, &consent).await.status, StatusCode::OK);
    let own = chain.app.ask(Method::GET, paths::MEMBER_SELF, &headers).await.json();
    assert_eq!((&own["profile"], &own["consents"]), (&profile, &json!([consent])));
    for (path, said) in [(paths::OWN_PROOFS, json!({"code": "000000"})), (paths::OWN_PHONE_END, json!({}))] {
        let refused = chain.write(Method::POST, path, &headers, &said).await;
        assert_eq!(code_and_status(&refused), (403, "forbidden".into()), "{path}");
    }
    // Without a proof it does nothing.
    let refused = chain.post(paths::OWN_CODES, &chain.kiosk, &json!({"language": "ru"})).await;
    assert_eq!(refused.error_code(), "proof_refused");
    assert_eq!(chain.get(paths::OWN_CARD, &chain.kiosk).await.error_code(), "proof_refused");
}

#[tokio::test]
async fn in_a_browser_that_is_a_device_and_a_phone_a_proof_is_the_devices() {
    let chain = Chain::start().await;
    let (card, other) = (chain.join(PHONE).await, chain.join(OTHER_PHONE).await);
    let phone = chain.proved_phone(&card).await;
    let both = format!("{}; {phone}", chain.kiosk);
    assert_eq!(chain.get(paths::OWN_CARD, &both).await.json()["card_number"], card.as_str());
    chain.post(paths::MEMBER_CODES, &both, &json!({"phone": OTHER_PHONE, "language": "ru"})).await;
    let said = json!({"phone": OTHER_PHONE, "code": chain.code().await});
    let proved = chain.post(paths::MEMBER_PROOFS, &both, &said).await.json();
    let headers = [("cookie", both.as_str()), ("member-proof", proved["proof"].as_str().expect("a proof"))];
    let own_card = chain.app.ask(Method::GET, paths::OWN_CARD, &headers).await;
    assert_eq!(own_card.json()["card_number"], other.as_str());
}

#[tokio::test]
async fn another_sites_page_opens_no_link() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let link = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    let headers = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let refused = chain.write(Method::POST, paths::MEMBER_PHONES, &headers, &json!({ "link": link })).await;
    assert_eq!(code_and_status(&refused), (403, "forbidden".into()));
    let without_key = chain.app.write(paths::MEMBER_PHONES, "", "", &json!({ "link": link })).await;
    assert_eq!(without_key.error_code(), "invalid_request");
}

#[tokio::test]
async fn over_tls_the_cookie_goes_nowhere_else() {
    let reach = Reach { is_this_machine: false, has_tls: true };
    let chain = Chain::with(TestApp::reached(LIST, reach).await).await;
    let card = chain.join(PHONE).await;
    let link = token(chain.link(&card, "screen").await.json()["url"].as_str().expect("a link"));
    assert!(chain.open(&link, "a").await.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn a_phone_on_which_nothing_was_shown_asks_for_codes_for_an_hour() {
    let chain = Chain::start().await;
    let card = chain.join(PHONE).await;
    let phone = chain.shown_phone(&card).await;
    chain.app.wait(61 * 60_000);
    let asked = chain.post(paths::OWN_CODES, &phone, &json!({"language": "ru"})).await;
    assert_eq!(asked.error_code(), "device_unknown");
}
