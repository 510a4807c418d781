//! A customer complains, looks up what was done, and says once whether it was put right; what a week came to by department.

use axum::http::{Method, StatusCode};
use jiff::{Span, Timestamp};
use polka_contract::paths;
use polka_server::cases::forget_old;
use polka_server::http::{Reach, Services};
use polka_server::weekly_report;
use serde_json::{Value, json};

use crate::app::{Answer, LIST, TestApp};
use crate::staff::Store;

const PHONE: &str = "+79161234567";
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A store with the tablets of somebody of the staff and of a manager.
struct Desk {
    store: Store,
    services: Services,
    anna: String,
    maria: String,
}

impl Desk {
    async fn start() -> Self {
        let mut services = None;
        let keep = |it: Services| services.insert(it).clone();
        let store = Store::of(TestApp::start_as(LIST, Reach::default(), keep).await).await;
        let services = services.expect("it has begun");
        let anna = store.at_work(&store.tablet, &store.hire("Анна", "staff", &[]).await).await;
        let second = store.app.device("Планшет 2", "tablet").await;
        let maria = store.at_work(&second, &store.hire("Мария", "manager", &[]).await).await;
        Self { store, services, anna, maria }
    }

    async fn complain(&self, key: &str, channel: Value) -> Answer {
        let said = json!({
            "category": "quality", "words": "Молоко\nкислое", "channel": channel, "language": "ru", "made_ms": 1,
        });
        self.store.app.write(paths::CASES, &self.anna, key, &said).await
    }

    async fn on_case(&self, path: &str, case: &Value, cookie: &str, key: &str, said: &Value) -> Answer {
        self.store.app.write(&path.replace("{case_id}", &case["case_id"].to_string()), cookie, key, said).await
    }

    async fn close(&self, case: &Value, cookie: &str, key: &str) -> Answer {
        self.on_case(paths::CASE_CLOSURE, case, cookie, key, &json!({"outcome": "Убрали с полки"})).await
    }

    async fn ask(&self, path: &str, cookie: &str) -> Answer {
        self.store.app.ask(Method::GET, path, &[("cookie", cookie)]).await
    }

    /// What anybody is told who has this code.
    async fn status(&self, code: &str) -> Answer {
        self.store.app.write(paths::CASE_STATUS, "", "", &json!({"code": code})).await
    }

    async fn answer(&self, code: &str, is_put_right: bool) -> Answer {
        let said = json!({"code": code, "is_put_right": is_put_right});
        self.store.app.write(paths::CASE_ANSWERS, "", "", &said).await
    }

    /// What was sent last to the customer.
    async fn message(&self) -> Value {
        self.store.app.messages.send_due().await.expect("messages are shown");
        let shown = self.ask(paths::MESSAGES, &self.anna).await.json()["shown"].clone();
        shown.as_array().and_then(|all| all.first().cloned()).unwrap_or(Value::Null)
    }

    /// Does what the server does by itself.
    async fn make_reports(&self) -> usize {
        weekly_report::make_missing(&self.services).await.expect("reports")
    }

    async fn messages(&self) -> i64 {
        self.store.app.count("SELECT COUNT(*) FROM messages WHERE kind = 'case'").await
    }
}

fn code_in(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 12);
    digits.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn a_case_is_taken_closed_and_the_customer_is_asked_once_and_a_no_opens_it_again_for_a_manager() {
    let desk = Desk::start().await;
    let opened = desk.complain("a", json!({"sms": PHONE})).await.json();
    assert_eq!(opened, json!({"case_id": 1, "state": "open"}), "the code goes to the customer");
    assert_eq!(desk.complain("a", json!({"sms": PHONE})).await.json(), opened, "a retry opens no other");
    let code = code_in(&desk.message().await["text"]);
    let status = desk.status(&code).await;
    assert_eq!((status.status, &status.json()["state"]), (StatusCode::OK, &json!("open")), "{}", status.json());
    assert_eq!(status.json()["due_day"].as_str().map(str::len), Some(10));
    assert_eq!(
        desk.on_case(paths::CASE_CLAIM, &opened, &desk.anna, "take", &json!({})).await.json()["state"],
        "in_work"
    );
    let boris = desk.store.app.device("Планшет 3", "tablet").await;
    let boris = desk.store.at_work(&boris, &desk.store.hire("Борис", "staff", &[]).await).await;
    let taken = desk.on_case(paths::CASE_CLAIM, &opened, &boris, "take", &json!({})).await;
    assert_eq!(taken.error_code(), "case_refused", "somebody works on it");
    assert_eq!(desk.close(&opened, &boris, "not-his").await.error_code(), "case_refused");
    let note = desk.on_case(paths::CASE_NOTES, &opened, &boris, "note", &json!({"text": "Звонили поставщику"})).await;
    assert_eq!(note.status, StatusCode::OK, "{}", note.json());
    let detail = desk.ask("/api/v1/cases/1", &boris).await;
    assert_eq!(
        (&detail.json()["words"], &detail.json()["steps"][2]["text"]),
        (&json!("Молоко\nкислое"), &json!("Звонили поставщику"))
    );
    assert!(!String::from_utf8_lossy(&detail.body).contains("916"), "nothing tells who the customer is");

    assert_eq!(desk.answer(&code, true).await.error_code(), "case_refused", "it is not closed");
    assert_eq!(desk.close(&opened, &desk.anna, "close").await.json()["state"], "closed");
    assert_eq!(desk.messages().await, 2);
    assert_eq!(code_in(&desk.message().await["text"]), code);
    let asked = desk.status(&code).await;
    let told = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(asked.json()["asks"] == true && told.contains("Убрали") && !told.contains("кислое"), "{told}");
    let again = desk.answer(&code, false).await.json();
    assert_eq!(
        (&again["state"], &again["is_put_right"], &again["asks"]),
        (&json!("open"), &json!(false), &json!(false))
    );
    assert_eq!(desk.answer(&code, false).await.json(), again, "the same answer again changes nothing");
    assert_eq!(desk.answer(&code, true).await.error_code(), "case_refused");
    let listed = desk.ask(paths::CASES, &desk.maria).await.json();
    assert_eq!((&listed["cases"][0]["owner_number"], &listed["cases"][0]["is_reopened"]), (&json!(2), &json!(true)));
    assert_eq!(desk.close(&opened, &desk.anna, "again").await.error_code(), "case_refused", "a manager answers for it");
    assert_eq!(desk.close(&opened, &desk.maria, "again").await.json()["state"], "closed");
    assert_eq!(desk.messages().await, 2, "nobody is asked twice");
    assert_eq!(desk.status(&code).await.json()["asks"], false);
}

#[tokio::test]
async fn own_cases_and_those_whose_time_is_over_come_first_and_one_is_handed_to_whoever_works_here() {
    let desk = Desk::start().await;
    let others = desk.complain("a", json!("paper")).await.json();
    let given = desk.complain("b", json!("paper")).await.json();
    let give = async |key: &str, number: i64| {
        let said = json!({"staff_number": number});
        desk.on_case(paths::CASE_HANDOVER, &given, &desk.anna, key, &said).await
    };
    assert_eq!(give("nobody", 99).await.error_code(), "invalid_request");
    assert_eq!(give("maria", 2).await.json()["state"], "in_work");
    let step = desk.ask("/api/v1/cases/2", &desk.maria).await.json()["steps"][1].clone();
    assert_eq!((&step["staff_number"], &step["to_staff_number"]), (&json!(1), &json!(2)));
    assert_eq!(give("again", 1).await.error_code(), "case_refused", "it is not hers to give any more");
    let ids = async |cookie: &str| {
        let listed = desk.ask(paths::CASES, cookie).await.json();
        let cases = listed["cases"].as_array().expect("cases").iter();
        cases.map(|case| (case["case_id"].as_i64().unwrap_or(0), case["is_overdue"] == true)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&desk.maria).await, [(2, false), (1, false)]);
    assert_eq!(ids(&desk.anna).await, [(1, false), (2, false)]);
    desk.store.app.wait(11 * HOUR_MS);
    desk.complain("c", json!("paper")).await;
    desk.store.app.execute("UPDATE cases SET due_ms = 1 WHERE id = 2").await;
    assert_eq!(ids(&desk.anna).await, [(2, true), (1, false), (3, false)]);
    // A code on paper is told to whoever opened it, and to nobody else.
    assert_eq!(others["code"].as_str().map(str::len), Some(12));
    assert_eq!(desk.ask("/api/v1/cases/1", &desk.maria).await.json()["code"], Value::Null);
    assert_eq!(desk.ask("/api/v1/cases/1", &desk.anna).await.json()["code"], others["code"]);
    assert_eq!(desk.close(&others, &desk.anna, "close").await.json()["state"], "closed");
    assert_eq!(desk.messages().await, 0, "nothing is sent where there is no way");
    let code = others["code"].as_str().expect("a code");
    assert_eq!(desk.status(code).await.json()["asks"], true, "the screen asks");
    assert_eq!(desk.answer(code, true).await.json()["is_put_right"], true);
}

#[tokio::test]
async fn whoever_guesses_codes_must_wait_and_at_the_stores_own_devices_nobody_else_does() {
    let desk = Desk::start().await;
    let code = desk.complain("a", json!("paper")).await.json()["code"].as_str().expect("a code").to_owned();
    for odd in ["", "1234", "12345678901a", "1234567890123", "\0", "\u{202e}"] {
        assert_eq!(desk.status(odd).await.error_code(), "case_not_found", "{odd:?}");
    }
    for guess in 0..10 {
        let wrong = if code == "000000000000" { "1" } else { "0" }.repeat(12);
        assert_eq!(desk.status(&wrong).await.error_code(), "case_not_found", "{guess}");
    }
    assert_eq!(desk.status(&code).await.error_code(), "too_many_tries", "also one that is right");
    assert_eq!(desk.answer(&code, true).await.error_code(), "too_many_tries");
    let at_kiosk = desk.store.app.write(paths::CASE_STATUS, &desk.store.kiosk, "", &json!({"code": code})).await;
    assert_eq!(at_kiosk.json()["state"], "open");
    desk.store.app.wait(60_001);
    assert_eq!(desk.status(&code).await.json()["state"], "open");
    let unknown = desk.store.app.write(paths::CASE_STATUS, "", "", &json!({"code": code, "more": 1})).await;
    assert_eq!(unknown.error_code(), "invalid_request");
}

#[tokio::test]
async fn what_was_said_goes_some_time_after_it_is_closed_and_with_the_member_whose_number_it_was() {
    let desk = Desk::start().await;
    let case = desk.complain("a", json!({"sms": PHONE})).await.json();
    desk.complain("b", json!({"sms": PHONE})).await;
    let code = code_in(&desk.message().await["text"]);
    desk.on_case(paths::CASE_NOTES, &case, &desk.anna, "note", &json!({"text": "Заметка"})).await;
    desk.close(&case, &desk.anna, "close").await;
    let kept = async || {
        let words = "SELECT COUNT(*) FROM cases WHERE sealed_words IS NOT NULL OR sealed_to IS NOT NULL
            OR sealed_outcome IS NOT NULL";
        (
            desk.store.app.count(words).await,
            desk.store.app.count("SELECT COUNT(*) FROM case_steps WHERE sealed IS NOT NULL").await,
        )
    };
    let (pool, now_ms) = (desk.store.app.pool().await, desk.store.app.now_ms());
    for (days, left) in [(89, (2, 1)), (91, (1, 0))] {
        forget_old(&pool, 90, now_ms + days * DAY_MS).await.expect("forgotten");
        assert_eq!(kept().await, left, "after {days} days");
    }
    desk.store.join().await;
    let own = desk.store.app.run_with(&["member", "export"], "+79161234567\n").await;
    assert!(own.contains("кислое"), "it is the member's own: {own}");
    desk.store.app.run_with(&["member", "erase"], "+79161234567\n").await;
    assert_eq!(kept().await, (0, 0));
    assert_eq!(desk.status(&code).await.status, StatusCode::OK, "how it stands is told still");
    let left = desk.ask("/api/v1/cases/2", &desk.anna).await.json();
    assert_eq!((&left["words"], &left["code"]), (&Value::Null, &Value::Null), "the code went to the customer alone");
}

#[tokio::test]
async fn what_is_said_of_people_managers_alone_read_and_close() {
    let desk = Desk::start().await;
    let tablet = desk.store.app.device("Планшет 3", "tablet").await;
    let boris = desk.store.at_work(&tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    let said = json!({
        "category": "people", "words": "Борис нагрубил", "channel": "paper", "language": "ru", "made_ms": 1,
    });
    let case = desk.store.app.write(paths::CASES, &desk.anna, "a", &said).await.json();
    assert_eq!(desk.ask(paths::CASES, &boris).await.json()["cases"], json!([]));
    assert_eq!(desk.ask("/api/v1/cases/1", &boris).await.error_code(), "case_not_found");
    let own = desk.ask("/api/v1/cases/1", &desk.anna).await.json();
    assert_eq!((&own["case"]["state"], &own["code"]), (&json!("open"), &case["code"]));
    assert_eq!((&own["words"], &own["steps"], &own["is_for_managers"]), (&Value::Null, &json!([]), &json!(true)));
    for (key, cookie, error) in [("anna", &desk.anna, "case_refused"), ("boris", &boris, "case_not_found")] {
        for (path, said) in [
            (paths::CASE_CLAIM, json!({})),
            (paths::CASE_NOTES, json!({"text": "Неправда"})),
            (paths::CASE_CLOSURE, json!({"outcome": "Неправда"})),
            (paths::CASE_HANDOVER, json!({"staff_number": 3})),
        ] {
            assert_eq!(desk.on_case(path, &case, cookie, key, &said).await.error_code(), error, "{key} {path}");
        }
    }
    let read = desk.ask("/api/v1/cases/1", &desk.maria).await.json();
    assert_eq!((&read["words"], &read["case"]["owner_number"]), (&json!("Борис нагрубил"), &json!(2)));
    let to_boris = json!({"staff_number": 3});
    let given = desk.on_case(paths::CASE_HANDOVER, &case, &desk.maria, "give", &to_boris).await;
    assert_eq!(given.error_code(), "case_refused");
    assert_eq!(desk.close(&case, &desk.maria, "close").await.json()["state"], "closed");
}

#[tokio::test]
async fn a_case_of_somebody_who_has_left_is_anybodys_and_that_is_told() {
    let desk = Desk::start().await;
    let case = desk.complain("a", json!("paper")).await.json();
    let tablet = desk.store.app.device("Планшет 3", "tablet").await;
    let boris = desk.store.at_work(&tablet, &desk.store.hire("Борис", "staff", &[]).await).await;
    let may_take = async |cookie: &str| desk.ask("/api/v1/cases/1", cookie).await.json()["may_take"].clone();
    assert_eq!(may_take(&desk.anna).await, true, "nobody works on it");
    desk.on_case(paths::CASE_CLAIM, &case, &boris, "boris", &json!({})).await;
    assert_eq!((may_take(&boris).await, may_take(&desk.anna).await), (json!(false), json!(false)));
    assert_eq!(may_take(&desk.maria).await, true, "a manager may");
    desk.store.app.run(&["staff", "remove", "Борис"]).await;
    assert_eq!(may_take(&desk.anna).await, true);
    let taken = desk.on_case(paths::CASE_CLAIM, &case, &desk.anna, "anna", &json!({})).await;
    assert_eq!(taken.json()["state"], "in_work", "{}", taken.json());
}

#[tokio::test]
async fn a_report_counts_what_was_given_in_its_week_and_a_clock_that_ran_ahead_leaves_none() {
    let desk = Desk::start().await;
    let said = json!({"reason": "queue", "minor_units": 1_000, "way": "paper", "language": "ru", "made_ms": 1});
    desk.store.app.write(paths::APOLOGIES, &desk.anna, "a", &said).await;
    // It was asked for in a week whose report is made.
    desk.store.app.execute("UPDATE apologies SET day = '2026-01-01'").await;
    desk.complain("case", json!("paper")).await;
    let (pool, now_ms) = (desk.store.app.pool().await, desk.store.app.now_ms());
    let due = sqlx::query("UPDATE cases SET due_ms = $1").bind(now_ms + 1);
    due.execute(&pool).await.expect("a change");
    let today = Timestamp::from_millisecond(now_ms).expect("a time").in_tz("Europe/Moscow").expect("a zone").date();
    let ahead = today.saturating_add(Span::new().weeks(3)).iso_week_date();
    let monday = jiff::civil::ISOWeekDate::new(ahead.year(), ahead.week(), jiff::civil::Weekday::Monday);
    let monday = monday.expect("a week").date().to_string();
    let empty = sqlx::query(
        "INSERT INTO weekly_reports (store_id, first_day, numbers, made_ms) VALUES (1, $1, '{\"departments\":{}}', $2)",
    );
    empty.bind(&monday).bind(now_ms + 35 * DAY_MS).execute(&pool).await.expect("a report");
    let week = today.iso_week_date();
    let week = format!("{:04}-W{:02}", week.year(), week.week());
    let csv = desk.ask(&paths::WEEKLY_REPORT_CSV.replace("{week}", &week), &desk.maria).await;
    let csv = String::from_utf8_lossy(&csv.body).into_owned();
    assert!(csv.contains(",1,10.00,0.00,"), "{csv}");
    assert!(csv.contains(",0,0.00,0.00,1,0,0,"), "the case is not overdue yet: {csv}");
    assert_eq!(desk.make_reports().await, 1);
    let listed = async |cookie: &str| desk.ask(paths::WEEKLY_REPORTS, cookie).await.json()["reports"].clone();
    assert_eq!(listed(&desk.maria).await.as_array().map(Vec::len), Some(1));
    desk.store.app.wait(28 * DAY_MS);
    assert_eq!(desk.make_reports().await, 4, "the one of the wrong clock among them");
    let made_ms = sqlx::query_scalar("SELECT made_ms FROM weekly_reports WHERE first_day = $1").bind(&monday);
    let made_ms: i64 = made_ms.fetch_one(&pool).await.expect("a report");
    assert_eq!(made_ms, desk.store.app.now_ms());
}

#[tokio::test]
async fn no_text_of_a_case_breaks_anything() {
    let desk = Desk::start().await;
    let case = desk.complain("a", json!("paper")).await.json();
    for (number, text) in ["", " ", "\0", "a\u{202e}b", &"ж".repeat(1001)].iter().enumerate() {
        let said = json!({"category": "quality", "words": text, "channel": "paper", "language": "ru", "made_ms": 1});
        let key = format!("odd-{number}");
        let open = desk.store.app.write(paths::CASES, &desk.anna, &key, &said).await;
        assert_eq!(open.error_code(), "invalid_request", "{text:?}");
        let note = desk.on_case(paths::CASE_NOTES, &case, &desk.anna, &key, &json!({"text": text})).await;
        assert_eq!(note.error_code(), "invalid_request", "{text:?}");
        let close = desk.on_case(paths::CASE_CLOSURE, &case, &desk.anna, &key, &json!({"outcome": text})).await;
        assert_eq!(close.error_code(), "invalid_request", "{text:?}");
    }
    for (key, more) in [
        ("category", json!({"category": "none"})),
        ("language", json!({"language": "de"})),
        ("email", json!({"channel": {"email": "anna"}})),
        ("apology", json!({"apology_id": 99})),
        ("phone", json!({"channel": {"sms": "12"}})),
    ] {
        let mut said = json!({"category": "quality", "words": "a", "channel": "paper", "language": "ru", "made_ms": 1});
        for (name, value) in more.as_object().expect("an object") {
            said[name] = value.clone();
        }
        let answer = desk.store.app.write(paths::CASES, &desk.anna, key, &said).await;
        assert!(answer.status.is_client_error(), "{key}: {}", answer.json());
    }
}

/// What managers are told of apologies, and the report of the week.
#[tokio::test]
async fn a_manager_sees_what_was_given_and_a_report_is_made_once_when_the_week_is_over() {
    let desk = Desk::start().await;
    let apologise = async |cookie: &str, key: &str, minor_units: i64, way: Value| {
        let said = json!({"reason": "queue", "minor_units": minor_units, "way": way, "language": "ru", "made_ms": 1});
        desk.store.app.write(paths::APOLOGIES, cookie, key, &said).await.json()
    };
    assert_eq!(apologise(&desk.anna, "a", 50_000, json!({"sms": PHONE})).await["state"], "given");
    assert_eq!(apologise(&desk.maria, "b", 120_000, json!("paper")).await["state"], "given");
    let waits = apologise(&desk.anna, "c", 60_000, json!({"sms": PHONE})).await;
    assert_eq!(waits["state"], "waits");
    assert_eq!(apologise(&desk.anna, "d", 60_000, json!({"sms": "+79161234568"})).await["state"], "waits");
    let summary = desk.ask(paths::APOLOGY_SUMMARY, &desk.maria).await.json();
    assert_eq!(summary["reasons"], json!([{"of": "queue", "count": 2, "minor_units": 170_000}]));
    assert_eq!(summary["people"][0], json!({"of": "2", "count": 1, "minor_units": 120_000}));
    assert_eq!((summary["weeks"].as_array().map(Vec::len), &summary["weeks"][7]["count"]), (Some(8), &json!(2)));
    // Whoever decides is told how often this customer got something, if they are a manager.
    let listed = desk.ask(paths::APOLOGIES, &desk.maria).await.json();
    assert_eq!(listed["customers"], json!([{"apology_id": waits["apology_id"], "count": 1}]));
    assert_eq!(desk.ask(paths::APOLOGIES, &desk.anna).await.json()["customers"], Value::Null);

    desk.complain("case", json!("paper")).await;
    let now = Timestamp::from_millisecond(desk.store.app.now_ms()).expect("a time");
    let today = now.in_tz("Europe/Moscow").expect("a zone").date();
    let week = |weeks: i64| {
        let week = today.saturating_add(Span::new().weeks(weeks)).iso_week_date();
        format!("{:04}-W{:02}", week.year(), week.week())
    };
    let report = async |week: &str, more: &str, cookie: &str| {
        desk.ask(&format!("{}{more}", paths::WEEKLY_REPORT.replace("{week}", week)), cookie).await
    };
    let page = report(&week(0), "?language=en", &desk.maria).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("style-src 'sha256-"));
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(text.contains("1700.00 ₽") || text.contains("1700 ₽"), "{text}");
    assert!(text.contains("not over"), "{text}");
    for odd in ["2026-W99", "x", &week(1), "2026-W48%00"] {
        assert_eq!(report(odd, "", &desk.maria).await.error_code(), "invalid_request", "{odd}");
    }
    assert_eq!(report(&week(0), "?language=de", &desk.maria).await.error_code(), "invalid_request");
    assert_eq!(report(&week(0), "?x=1", &desk.maria).await.error_code(), "invalid_request");

    // The server makes the report of this week in the next, and of no week twice.
    assert_eq!(desk.make_reports().await, 1, "of last week");
    assert_eq!(desk.make_reports().await, 0);
    desk.store.app.wait(14 * DAY_MS);
    assert_eq!(desk.make_reports().await, 2, "it was off for a week");
    desk.store.app.execute("UPDATE apologies SET state = 'cancelled'").await;
    let maria = desk.store.at_work(&desk.store.tablet, &desk.store.hire("Мария 2", "manager", &[]).await).await;
    let reports = desk.ask(paths::WEEKLY_REPORTS, &maria).await.json();
    assert_eq!(reports["reports"].as_array().map(Vec::len), Some(3), "{reports}");
    assert_eq!(reports["reports"][1]["week"], week(0));
    let csv = report(&week(0), "/csv?language=en", &maria).await;
    let csv = String::from_utf8_lossy(&csv.body).into_owned();
    let kept = format!("{},Quality of goods,0,0.00,0.00,1,", week(0));
    assert!(csv.contains(&kept) && csv.contains("Tills and prices,2,1700.00,"), "as it was then: {csv}");
}
