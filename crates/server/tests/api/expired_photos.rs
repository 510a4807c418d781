//! A photograph of the label belongs to a report: the staff of its store see it, for thirty days.

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polka_contract::paths;
use polka_sealing::PublicKey;
use polka_server::loyalty::Loyalty;
use polka_server::report_expired::release_late;
use serde_json::{Value, json};

use crate::app::Answer;
use crate::staff::Store;

const DAY_MS: i64 = 24 * 3_600_000;
const PHOTOS: &str = "SELECT COUNT(*) FROM expired_report_photos";

/// A photograph with nothing on it, so many points across.
pub(crate) fn jpeg(across: u16) -> Vec<u8> {
    let [high, low] = across.to_be_bytes();
    [
        &[0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 2, 0, high, low, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1][..],
        &[0xFF, 0xDA, 0, 2, 7, 7, 0xFF, 0xD9],
    ]
    .concat()
}

impl Store {
    fn photo(&self, report_key: &str, jpeg: &[u8]) -> Value {
        json!({"report_key": report_key, "jpeg": STANDARD.encode(jpeg), "made_ms": self.app.now_ms()})
    }

    async fn send_photo(&self, key: &str, said: &Value) -> Answer {
        self.app.write(paths::EXPIRED_PHOTOS, &self.kiosk, key, said).await
    }

    async fn see(&self, task: &Value, cookies: &str) -> Answer {
        let path = paths::TASK_PHOTO.replace("{task_id}", &task["task_id"].to_string());
        self.app.ask(Method::GET, &path, &[("cookie", cookies)]).await
    }
}

fn code_and_status(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.error_code())
}

#[tokio::test]
async fn the_staff_of_the_store_see_the_label_and_nobody_else_does() {
    let store = Store::start().await;
    let anna = store.hire("Анна", "staff", &[]).await;
    let cookies = store.at_work(&store.tablet, &anna).await;
    let card = store.join().await;
    store.report("report", &card, 1).await;
    let task = store.tasks(&cookies).await[0].clone();
    assert_eq!(task["has_photo"], json!(false));
    assert_eq!(code_and_status(&store.see(&task, &cookies).await), (404, "not_found".into()));

    // As large as a photograph may be, and sealed as devices send it.
    let bytes = [&jpeg(1024)[..25], &[7; 120 << 10], &[0xFF, 0xD9]].concat();
    let said = store.photo("report", &bytes).to_string();
    let seal = |key: &PublicKey| {
        let context = polka_contract::seal_context(paths::EXPIRED_PHOTOS, "photo");
        key.seal(&context, said.as_bytes(), [7; 32]).expect("it is sealed")
    };
    let headers =
        [("cookie", store.kiosk.as_str()), ("idempotency-key", "photo"), ("content-type", polka_contract::SEALED)];
    let sealed = seal(&store.app.sealing_key());
    let kept = store.app.send(Method::POST, paths::EXPIRED_PHOTOS, &headers, sealed.clone()).await;
    assert_eq!((kept.status, kept.json()), (StatusCode::OK, json!({})), "{}", kept.json());
    let again = store.app.send(Method::POST, paths::EXPIRED_PHOTOS, &headers, sealed).await;
    assert_eq!(again.body, kept.body, "the same key, the same answer");

    assert_eq!(store.tasks(&cookies).await[0]["has_photo"], json!(true));
    let seen = store.see(&task, &cookies).await;
    assert_eq!((seen.status, &seen.body), (StatusCode::OK, &bytes));
    let told = ["content-type", "cache-control", "x-content-type-options"].map(|name| seen.header(name));
    assert_eq!(told, ["image/jpeg", "no-store", "nosniff"]);
    assert_eq!(code_and_status(&store.see(&task, &store.kiosk).await), (403, "forbidden".into()));
    assert_eq!(code_and_status(&store.see(&task, &store.tablet).await), (401, "staff_unknown".into()));
    // The task and its photograph in another store are nobody's here.
    store.app.run(&["store", "add", "Север", "--time-zone", "Europe/Moscow"]).await;
    store.app.execute("UPDATE expired_report_photos SET store_id = 2").await;
    assert_eq!(code_and_status(&store.see(&task, &cookies).await), (404, "not_found".into()));
}

#[tokio::test]
async fn a_report_has_one_photograph_and_it_is_one() {
    let store = Store::start().await;
    let card = store.join().await;
    store.report("report", &card, 1).await;
    let refused = (422, "photo_refused".to_owned());
    let text = |jpeg: &str| json!({"report_key": "report", "jpeg": jpeg, "made_ms": 1});
    for (number, said) in [
        text(""),
        text("no base64"),
        text(&STANDARD.encode("<svg></svg>")),
        store.photo("report", b"\x89PNG\r\n\x1a\n"),
        store.photo("report", &jpeg(1024)[..20]),
        store.photo("report", &jpeg(2049)),
        store.photo("another", &jpeg(1024)),
        // A key of something else that the same device has written.
        store.photo("join", &jpeg(1024)),
        store.photo("a\0b", &jpeg(1024)),
    ]
    .iter()
    .enumerate()
    {
        let answer = store.send_photo(&format!("odd-{number}"), said).await;
        assert_eq!(code_and_status(&answer), refused, "{number}");
    }
    let stranger = store.app.device("Чужой", "kiosk").await;
    let said = store.photo("report", &jpeg(1024));
    assert_eq!(code_and_status(&store.app.write(paths::EXPIRED_PHOTOS, &stranger, "a", &said).await), refused);
    assert_eq!(store.app.count(PHOTOS).await, 0);

    assert_eq!(store.send_photo("first", &said).await.status, StatusCode::OK);
    assert_eq!(code_and_status(&store.send_photo("second", &said).await), refused);
    assert_eq!(store.app.count(PHOTOS).await, 1);
}

#[tokio::test]
async fn nothing_but_a_photograph_may_be_as_large_as_one() {
    let store = Store::start().await;
    let large = |bytes: usize| json!({"report_key": "report", "jpeg": "A".repeat(bytes), "made_ms": 1});
    let too_large = (413, "too_large".to_owned());
    assert_eq!(store.send_photo("a", &large(190 << 10)).await.error_code(), "photo_refused");
    assert_eq!(code_and_status(&store.send_photo("b", &large(210 << 10)).await), too_large);
    let elsewhere = store.app.write(paths::CALLS, &store.kiosk, "c", &large(70 << 10)).await;
    assert_eq!(code_and_status(&elsewhere), too_large);
}

#[tokio::test]
async fn a_photograph_goes_after_thirty_days_or_with_the_member_who_took_it() {
    let store = Store::start().await;
    let card = store.join().await;
    store.report("report", &card, 1).await;
    store.send_photo("photo", &store.photo("report", &jpeg(1024))).await;
    let keep_up = async || release_late(&store.app.pool().await, &Loyalty::default(), store.app.now_ms()).await;
    store.app.wait(30 * DAY_MS);
    keep_up().await.expect("kept up");
    assert_eq!(store.app.count(PHOTOS).await, 1, "on the dot, not yet");
    store.app.wait(1);
    keep_up().await.expect("kept up");
    assert_eq!(store.app.count(PHOTOS).await, 0);

    store.report("next", &card, 1).await;
    store.report("late", &card, 2).await;
    store.send_photo("next-photo", &store.photo("next", &jpeg(1024))).await;
    let phone = "+79161234567";
    let own: Value = serde_json::from_str(&store.app.run_with(&["member", "export"], phone).await).expect("JSON");
    let photos = own["expired_reports"].as_array().expect("reports").iter().map(|report| report["has_photo"].clone());
    assert_eq!(photos.collect::<Vec<_>>(), [false, true, false]);
    store.app.run_with(&["member", "erase"], phone).await;
    assert_eq!(store.app.count(PHOTOS).await, 0);
    // Nor does one come that was on its way.
    let late = store.send_photo("late-photo", &store.photo("late", &jpeg(1024))).await;
    assert_eq!(code_and_status(&late), (422, "photo_refused".into()));
    assert_eq!(store.app.count("SELECT COUNT(*) FROM expired_reports").await, 3, "the reports stay, of nobody");
}
