//! What a shopper can do at a price checker: in a real Chromium, against the real server.

use anyhow::Result;
use polka_stage::{Browser, ENTER, Server, Size, TAB};
use serde_json::json;

/// Keys of a driven browser come in the rhythm of a busy machine; the scanner's own is tested in `wedge.rs`.
const SLOW_KEYS: [&str; 4] = ["--scanner-key-gap-ms", "500", "--scanner-pause-ms", "1000"];

const HEADER: &str = "gtin,name,name_en,brand,category,unit,content,price,card_price,offer,offer_until,aisle,bay,shelf,allergens,age_limit,date_kind";
const MILK: &str = "9520000000004";
const BREAD: &str = "9520000000011";

fn list(milk_price: &str) -> String {
    format!(
        "{HEADER}\n\
         {MILK},Молоко,Milk,Заречье,Молоко,piece,930 ml,{milk_price},79.90,2 по цене 1,2999-12-31,4,2,3,milk;lupin,,use_by\n\
         {BREAD},Хлеб,,,,,,45.00,,,,,,,,,\n\
         9520000000028,Квас,Kvass,,,l,,120.00,,,2020-01-01,7,,,gluten,18,\n"
    )
}

async fn shop(arguments: &[&str]) -> Result<(Server, Browser)> {
    let server = Server::start(&[&SLOW_KEYS[..], arguments].concat()).await?;
    server.import(&list("89.90")).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_for_screen("welcome").await?;
    Ok((server, browser))
}

#[tokio::test]
async fn a_scan_on_the_first_screen_shows_all_that_is_known() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    for text in [
        "Молоко",
        "Заречье, 930 мл",
        "89,90 ₽",
        "79,90 ₽",
        "96,67 ₽ за 1 л",
        "2 по цене 1",
        "До 31 декабря 2999",
        "Ряд 4, секция 2, полка 3",
        "Молоко, люпин",
    ] {
        browser.wait_for_text(text).await?;
    }
    let gtin = browser.script("return document.querySelector('[data-gtin]').dataset.gtin").await?;
    assert_eq!(gtin, json!("09520000000004"));
    let address = browser.script("return location.pathname").await?;
    assert_eq!(address, json!("/price-check/9520000000004"));
    Ok(())
}

#[tokio::test]
async fn what_is_not_known_of_a_product_leaves_no_empty_place() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan(BREAD).await?;
    browser.wait_for_price(4500).await?;
    for absent in ["[data-card-price]", ".price-unit", ".fact", ".product-about", ".notice"] {
        let count = browser.script(&format!("return document.querySelectorAll('{absent}').length")).await?;
        assert_eq!(count, json!(0), "{absent}");
    }
    Ok(())
}

#[tokio::test]
async fn an_offer_that_is_over_is_not_shown() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan("9520000000028").await?;
    browser.wait_for_text("Цена за 1 л").await?;
    browser.wait_for_text("Продаём с 18 лет").await?;
    assert_eq!(browser.script("return document.body.innerText.includes('Акция')").await?, json!(false));
    Ok(())
}

#[tokio::test]
async fn ten_scans_in_a_row_each_show_their_own_price() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    for round in 0..10 {
        let (code, price) = if round % 2 == 0 { (MILK, 8990) } else { (BREAD, 4500) };
        browser.scan(code).await?;
        browser.wait_for_price(price).await?;
    }
    // However many were scanned, one step leads back to the start.
    browser.script("history.back()").await?;
    browser.wait_for_screen("welcome").await?;
    Ok(())
}

#[tokio::test]
async fn a_scan_may_end_with_tab_or_with_nothing() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.type_keys(&format!("{MILK}{TAB}")).await?;
    browser.wait_for_price(8990).await?;
    browser.type_keys(BREAD).await?;
    browser.wait_for_price(4500).await?;
    Ok(())
}

#[tokio::test]
async fn the_enter_behind_a_scan_presses_no_button() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.script("document.querySelector('[data-action=language]').focus()").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    assert_eq!(browser.script("return document.documentElement.lang").await?, json!("ru"));
    Ok(())
}

#[tokio::test]
async fn a_space_inside_a_code_presses_no_button() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.script("document.querySelector('[data-action=language]').focus()").await?;
    browser.scan("ab 12").await?;
    browser.wait_for_text("Прочитан код ab 12").await?;
    assert_eq!(browser.script("return document.documentElement.lang").await?, json!("ru"));
    Ok(())
}

#[tokio::test]
async fn the_same_product_scanned_again_is_told_again() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_until("document.activeElement === document.querySelector('[data-gtin] h1')").await?;
    browser.script("document.activeElement.blur()").await?;
    browser.scan(MILK).await?;
    browser.wait_until("document.activeElement === document.querySelector('[data-gtin] h1')").await?;
    Ok(())
}

#[tokio::test]
async fn the_focus_stays_where_it_is_while_prices_are_confirmed() -> Result<()> {
    let (_server, browser) = shop(&["--catalogue-poll-s", "1"]).await?;
    browser.scan(MILK).await?;
    browser.wait_until("document.activeElement === document.querySelector('[data-gtin] h1')").await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(browser.script("return document.activeElement.tagName").await?, json!("H1"));
    Ok(())
}

#[tokio::test]
async fn a_scan_under_a_russian_layout_is_read_all_the_same() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    // A Code 128 label with letters: the layout makes «фи» of "ab", the places of the keys stay.
    for (code, key) in [("KeyA", "ф"), ("KeyB", "и"), ("Digit1", "1"), ("Digit2", "2")] {
        let press = |kind: &str| json!({"type": kind, "code": code, "key": key, "text": key});
        browser.cdp("Input.dispatchKeyEvent", press("keyDown")).await?;
        browser.cdp("Input.dispatchKeyEvent", json!({"type": "keyUp", "code": code, "key": key})).await?;
    }
    browser.type_keys(&ENTER.to_string()).await?;
    browser.wait_for_text("Прочитан код ab12").await?;
    Ok(())
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_shown_with_what_to_do() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan("4006381333931").await?;
    browser.wait_for_text("Мы не нашли этот товар").await?;
    browser.wait_for_text("Прочитан код 4006381333931").await?;
    browser.wait_for_text("спросите сотрудника").await?;
    // A digit that was misread is not the same as a product that is missing.
    browser.scan("4006381333932").await?;
    browser.wait_for_text("Код прочитан с ошибкой").await?;
    Ok(())
}

#[tokio::test]
async fn a_scan_before_the_prices_have_come_waits_for_them() -> Result<()> {
    let (mut server, browser) = shop(&[]).await?;
    server.stop().await?;
    // The page is open and knows the products; a new one, with nothing kept, does not.
    browser.script("indexedDB.deleteDatabase('polka')").await?;
    server.restart().await?;
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.setBlockedURLs", json!({"urls": ["*/api/v1/catalogue*"]})).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_for_screen("welcome").await?;
    browser.wait_for_text("Цены пока не загрузились").await?;
    browser.scan(MILK).await?;
    browser.wait_for_text("Узнать цену поможет сотрудник").await?;
    browser.cdp("Network.setBlockedURLs", json!({"urls": []})).await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}

#[tokio::test]
async fn the_language_may_be_switched_in_the_middle() -> Result<()> {
    let (_server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[data-action=language]").await?;
    for text in ["Milk", "₽89.90", "With card", "₽96.67 per 1 l", "Aisle 4, bay 2, shelf 3", "Milk, lupin"] {
        browser.wait_for_text(text).await?;
    }
    assert_eq!(browser.script("return document.documentElement.lang").await?, json!("en"));
    // A name that exists in Russian alone is marked as such.
    browser.scan(BREAD).await?;
    browser.wait_for_price(4500).await?;
    assert_eq!(browser.script("return document.querySelector('h1').lang").await?, json!("ru"));
    Ok(())
}

#[tokio::test]
async fn a_price_that_changes_in_the_store_changes_on_the_screen() -> Result<()> {
    let (server, browser) = shop(&["--catalogue-poll-s", "1"]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    server.import(&list("99.50")).await?;
    browser.wait_for_price(9950).await?;
    server.import(&format!("{HEADER}\n{BREAD},Хлеб,,,,,,45.00,,,,,,,,,\n")).await?;
    browser.wait_for_text("Мы не нашли этот товар").await?;
    Ok(())
}

#[tokio::test]
async fn scans_go_on_while_the_server_is_stopped() -> Result<()> {
    let (mut server, browser) = shop(&["--catalogue-poll-s", "1"]).await?;
    browser.scan(BREAD).await?;
    browser.wait_for_price(4500).await?;
    server.stop().await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.scan(BREAD).await?;
    browser.wait_for_price(4500).await?;
    Ok(())
}

#[tokio::test]
async fn a_start_with_the_kept_copy_needs_no_catalogue_from_the_server() -> Result<()> {
    let (server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.setBlockedURLs", json!({"urls": ["*/api/*"]})).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_for_screen("welcome").await?;
    browser.scan(BREAD).await?;
    browser.wait_for_price(4500).await?;
    Ok(())
}

#[tokio::test]
async fn a_price_older_than_an_hour_says_so() -> Result<()> {
    let (server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    // With the index, which comes last, the time is written once more.
    let keys = "const open = indexedDB.open('polka');
        open.onsuccess = () => {
            const keys = open.result.transaction('copies').objectStore('copies').getAllKeys();
            keys.onsuccess = () => done(keys.result.includes('index'));
        };";
    browser.wait_until_later(keys, &json!(true)).await?;
    // The kept copy was confirmed two hours ago, and the server cannot be asked.
    browser
        .script_later(
            "const open = indexedDB.open('polka');
             open.onsuccess = () => {
                 const store = open.result.transaction('copies', 'readwrite').objectStore('copies');
                 const get = store.get('confirmed');
                 get.onsuccess = () => {
                     const confirmed = get.result;
                     confirmed.at_ms -= 2 * 3600 * 1000;
                     store.put(confirmed, 'confirmed').onsuccess = () => done(true);
                 };
             };",
        )
        .await?;
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.setBlockedURLs", json!({"urls": ["*/api/*"]})).await?;
    browser.goto(&server.url("/")).await?;
    // Keys of a driver come one after the other's answer: while the app starts, too slowly for a scanner's.
    browser.wait_for_screen("welcome").await?;
    browser.scan(MILK).await?;
    browser.wait_for_text("Цена на ").await?;
    Ok(())
}

#[tokio::test]
async fn a_damaged_copy_is_fetched_again() -> Result<()> {
    let (server, browser) = shop(&[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser
        .script_later(
            "const open = indexedDB.open('polka');
             open.onsuccess = () => {
                 const store = open.result.transaction('copies', 'readwrite').objectStore('copies');
                 const get = store.get('catalogue');
                 get.onsuccess = () => {
                     const copy = get.result;
                     copy.bytes[copy.bytes.length >> 1] ^= 1;
                     store.put(copy, 'catalogue').onsuccess = () => done(true);
                 };
             };",
        )
        .await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_for_screen("welcome").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}
