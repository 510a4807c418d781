//! Products, and what holds for every answer.

use std::io::Read;

use axum::http::{Method, StatusCode};
use polka_catalogue::search::SearchIndex;
use polka_catalogue::{Catalogue, Changes};
use polka_contract::paths;
use serde_json::json;

use crate::app::{LIST, TestApp};

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    brotli::Decompressor::new(packed, 4096).read_to_end(&mut bytes).expect("brotli");
    bytes
}

#[tokio::test]
async fn health_names_the_version_of_the_list() {
    let app = TestApp::start(LIST).await;
    let health = app.get("/api/v1/health").await.json();
    assert_eq!(health, json!({"status": "ok", "version": env!("CARGO_PKG_VERSION"), "catalogue_version": 1}));
    app.import(&LIST.replace("45.00", "46.00")).await;
    assert_eq!(app.get("/api/v1/health").await.json()["catalogue_version"], 2);
}

#[tokio::test]
async fn a_product_is_answered_with_all_that_is_known() {
    let app = TestApp::start(LIST).await;
    let (full, plain) = (app.get("/api/v1/products/9520000000004").await, app.get("/api/v1/products/96385074").await);
    insta::with_settings!({ sort_maps => true, prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("product", full.json());
        insta::assert_json_snapshot!("plain_product", plain.json());
    });
}

#[tokio::test]
async fn a_product_is_found_by_every_length_of_its_number() {
    let app = TestApp::start(LIST).await;
    for gtin in ["036000291452", "0036000291452", "00036000291452", "96385074", "0000096385074", "09520000000004"] {
        assert_eq!(app.get(&format!("/api/v1/products/{gtin}")).await.status, StatusCode::OK, "{gtin}");
    }
}

#[tokio::test]
async fn every_error_has_a_code_a_message_and_the_requests_id() {
    let app = TestApp::start(LIST).await;
    for (path, status, code) in [
        ("/api/v1/products/4006381333931", 404, "product_not_found"),
        ("/api/v1/products/4006381333932", 400, "invalid_gtin"),
        ("/api/v1/products/milk", 400, "invalid_gtin"),
        ("/api/v1/products/%FF%FE", 400, "invalid_gtin"),
        ("/api/v1/products/", 404, "not_found"),
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api/v1/catalogue/changes", 400, "invalid_request"),
        ("/api/v1/catalogue/changes?since=", 400, "invalid_request"),
        ("/api/v1/catalogue/changes?since=-1-0", 400, "invalid_request"),
        ("/api/v1/catalogue/changes?since=1-00&other=1", 400, "invalid_request"),
        ("/api/v1/catalogue/changes?since=99-0123456789abcdef", 410, "edition_unknown"),
        ("/api/v1/catalogue/changes?since=18446744073709551615-0", 410, "edition_unknown"),
    ] {
        let answer = app.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_str()), (status, code), "{path}");
    }
    let answer = app.ask(Method::POST, "/api/v1/health", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_str()), (405, "method_not_allowed"));
}

#[tokio::test]
async fn a_device_that_has_the_newest_list_is_sent_nothing() {
    let app = TestApp::start(LIST).await;
    let whole = app.get("/api/v1/catalogue").await;
    let etag = whole.header("etag").to_owned();
    let catalogue = Catalogue::open(whole.body).expect("a catalogue");
    assert_eq!(catalogue.len(), 3);
    let known = [("if-none-match", etag.as_str())];
    let again = app.ask(Method::GET, "/api/v1/catalogue", &known).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let since = etag.trim_matches('"');
    let changes = app.get(&format!("/api/v1/catalogue/changes?since={since}")).await;
    assert_eq!((changes.status, changes.body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn brotli_is_sent_to_who_takes_it_and_says_the_same() {
    let app = TestApp::start(LIST).await;
    let plain = app.get("/api/v1/catalogue").await;
    let packed = app.ask(Method::GET, "/api/v1/catalogue", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "br"));
    assert_eq!(unpack(&packed.body), plain.body);
}

/// A list of `count` products in which every twentieth has the price `changed`.
fn long_list(count: u64, changed: &str) -> String {
    let mut list = "gtin,name,category,price\n".to_owned();
    for item in 0..count {
        let gtin = polka_domain::Gtin::from_body(460_000_000_000 + item * 7).expect("a GTIN");
        let price = if item % 20 == 0 { changed } else { "99.90" };
        let name = item.wrapping_mul(2_654_435_761) % 1_000_003;
        list += &format!("{gtin},Товар {name} сорт {},Отдел {}/Полка {},{price}\n", item % 3, item % 12, item % 90);
    }
    list
}

#[tokio::test]
async fn changes_lead_to_the_new_list_and_cost_about_the_rows_that_changed() {
    let app = TestApp::start(&long_list(6000, "50.00")).await;
    let old = app.get("/api/v1/catalogue").await;
    let since = old.header("etag").trim_matches('"').to_owned();
    let old = Catalogue::open(old.body).expect("a catalogue");

    // 5 % of the prices change, and a product goes.
    let (list, _) =
        long_list(6000, "49.00").trim_end().rsplit_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("rows");
    app.import(&list).await;
    let brotli = [("accept-encoding", "br")];
    let changes = app.ask(Method::GET, &format!("/api/v1/catalogue/changes?since={since}"), &brotli).await;
    let whole = app.ask(Method::GET, "/api/v1/catalogue", &brotli).await;
    assert_eq!(changes.status, StatusCode::OK);
    assert_eq!(changes.header("etag"), whole.header("etag"));
    // A twentieth of the rows, packed in less company.
    assert!(changes.body.len() * 8 < whole.body.len(), "{} of {}", changes.body.len(), whole.body.len());

    let changes = Changes::open(unpack(&changes.body)).expect("changes");
    assert_eq!(changes.len(), 301);
    let new = old.apply(&changes).expect("they belong together");
    assert_eq!(new.as_bytes(), unpack(&whole.body));
}

#[tokio::test]
async fn every_answer_says_what_a_browser_must_not_do_with_it() {
    let app = TestApp::start(LIST).await;
    for path in ["/", "/api/v1/health", "/nowhere", "/api/nowhere", "/metrics"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("permissions-policy").contains("geolocation=()"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("'wasm-unsafe-eval'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::start(LIST).await;
    let answer = app.ask(Method::POST, "/api/v1/health", &[("content-length", "10000000")]).await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_str()), (413, "too_large"));
}

#[tokio::test]
async fn measurements_count_requests_by_pattern_and_not_by_number() {
    let app = TestApp::start(LIST).await;
    for gtin in ["9520000000004", "96385074", "4006381333931"] {
        app.get(&format!("/api/v1/products/{gtin}")).await;
    }
    let metrics = String::from_utf8(app.get("/metrics").await.body).expect("text");
    let line = "polka_http_requests_total{method=\"GET\",route=\"/api/v1/products/{gtin}\",status=\"200\"} 2";
    assert!(metrics.contains(line), "{metrics}");
    assert!(metrics.contains("polka_catalogue_products 3"), "{metrics}");
}

#[tokio::test]
async fn no_string_that_breaks_software_breaks_this() {
    let folder = std::env::var("POLKA_TEST_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into());
    let Ok(text) = std::fs::read_to_string(format!("{folder}/naughty_strings.json")) else {
        eprintln!("skipped: {folder}/naughty_strings.json is not there (POLKA_TEST_DATA names its folder)");
        return;
    };
    let app = TestApp::start(LIST).await;
    let strings: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    for string in &strings {
        let encoded: String = string.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/api/v1/products/{encoded}"),
            format!("/api/v1/catalogue/changes?since={encoded}"),
            format!("/{encoded}"),
        ] {
            let answer = app.get(&path).await;
            assert!(
                answer.status.is_client_error() || string.is_empty() || answer.status.is_success(),
                "{string:?}: {}",
                answer.status
            );
        }
    }
    // As names of products they are taken or refused, and what is taken comes back.
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["gtin", "name", "price"]).expect("memory");
    for (item, string) in (0u64..).zip(&strings) {
        let gtin = polka_domain::Gtin::from_body(953_000_000_000 + item).expect("a GTIN").to_string();
        list.write_record([gtin.as_str(), string, "10"]).expect("memory");
    }
    // A NUL is the mark of what is no text.
    let list = String::from_utf8(list.into_inner().expect("memory")).expect("text").replace('\0', "");
    app.import(&list).await;
    assert_eq!(app.get("/api/v1/health").await.json()["catalogue_version"], 2);
    for (item, string) in (0u64..).zip(&strings) {
        let gtin = polka_domain::Gtin::from_body(953_000_000_000 + item).expect("a GTIN");
        let answer = app.get(&format!("/api/v1/products/{gtin}")).await;
        match polka_domain::Text::parse(&string.replace('\0', "")) {
            Ok(name) => assert_eq!(answer.json()["name"], name.as_str()),
            Err(_) => assert_eq!(answer.status, StatusCode::NOT_FOUND, "{string:?}"),
        }
    }
}

#[tokio::test]
async fn the_index_belongs_to_the_list_and_is_asked_about_by_its_tag() {
    let app = TestApp::start(LIST).await;
    let (list, index) = (app.get(paths::CATALOGUE).await, app.get(paths::CATALOGUE_INDEX).await);
    let catalogue = Catalogue::open(list.body.clone()).expect("a list");
    let opened = SearchIndex::open(index.body.clone()).expect("an index");
    assert_eq!(opened.catalogue_checksum(), catalogue.checksum());
    let (list_tag, tag) = (list.header("etag"), index.header("etag").to_owned());
    assert!(tag.starts_with(&format!("{}.", list_tag.trim_end_matches('"'))), "{tag} is not of {list_tag}");
    let again = app.ask(Method::GET, paths::CATALOGUE_INDEX, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let packed = app.ask(Method::GET, paths::CATALOGUE_INDEX, &[("accept-encoding", "br")]).await;
    assert_eq!(unpack(&packed.body), index.body);
    app.import(&LIST.replace("45.00", "46.00")).await;
    assert_ne!(app.get(paths::CATALOGUE_INDEX).await.header("etag"), tag.as_str());
}

#[tokio::test]
async fn a_map_is_given_as_it_was_taken_in_and_asked_about_by_its_tag() {
    let app = TestApp::start(LIST).await;
    let none = app.get(paths::MAP).await;
    assert_eq!((none.status.as_u16(), none.error_code().as_str()), (404, "not_found"));
    let map = include_str!("../../demo/map.geojson");
    std::fs::write(app.path("map.geojson"), map).expect("a file");
    app.run(&["import", "map", &app.path("map.geojson")]).await;
    let given = app.get(paths::MAP).await;
    assert_eq!(given.body, map.as_bytes());
    let again = app.ask(Method::GET, paths::MAP, &[("if-none-match", given.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let packed = app.ask(Method::GET, paths::MAP, &[("accept-encoding", "br")]).await;
    assert_eq!(unpack(&packed.body), map.as_bytes());
}
