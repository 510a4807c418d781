//! Any code from any scanner, wherever the focus is: in a real Chromium, against the real server.

mod camera;
mod wired;

use std::time::Duration;

use anyhow::Result;
use polka_stage::{Browser, Server, Size};
use serde_json::json;

const MILK: &str = "9520000000004";
const CHEESE: &str = "2200001000001";

/// The browser's keys come in the rhythm of a busy machine; the scanner's own is tested in `wedge.rs`.
const SETTINGS: [&str; 6] = [
    "--scanner-key-gap-ms",
    "400",
    "--scanner-pause-ms",
    "450",
    "--restricted-numbers",
    "22 iiiii wwwww c; 23 iiiii ppppp c = 22 iiiii 00000 c",
];

async fn shop(path: &str) -> Result<(Server, Browser)> {
    shop_with(&[], path).await
}

async fn shop_with(settings: &[&str], path: &str) -> Result<(Server, Browser)> {
    let (server, browser) = (store_with(settings).await?, Browser::open(Size::STAND).await?);
    browser.goto(&server.url(path)).await?;
    browser.wait_until_settled().await?;
    Ok((server, browser))
}

async fn store_with(settings: &[&str]) -> Result<Server> {
    let server = Server::start(&[&SETTINGS[..], settings].concat()).await?;
    let list = format!(
        "gtin,name,name_en,unit,price,card_price\n{MILK},Молоко,Milk,piece,89.90,\n{CHEESE},Сыр,Cheese,kg,800.00,700.00\n"
    );
    server.import(&list).await?;
    Ok(server)
}

/// One key as a keyboard sends it: its place, what the layout makes of it, and what is held beside it.
async fn strike(browser: &Browser, code: &str, key: &str, control: bool) -> Result<()> {
    let text = if control || key.chars().count() > 1 { "" } else { key };
    let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
    let modifiers = if control { 2 } else { 0 };
    let down = json!({ "type": kind, "code": code, "key": key, "text": text, "modifiers": modifiers });
    browser.cdp("Input.dispatchKeyEvent", down).await?;
    let up = json!({ "type": "keyUp", "code": code, "key": key, "modifiers": modifiers });
    browser.cdp("Input.dispatchKeyEvent", up).await?;
    Ok(())
}

/// A scan, key by key; `]` and a letter behind `^` are struck with Ctrl.
async fn scan(browser: &Browser, code: &str) -> Result<()> {
    let mut control = false;
    for character in code.chars() {
        let key = character.to_string();
        match character {
            '^' => {
                control = true;
                continue;
            }
            ']' => strike(browser, "BracketRight", &key, control).await?,
            '0'..='9' => strike(browser, &format!("Digit{key}"), &key, control).await?,
            _ => strike(browser, &format!("Key{}", key.to_uppercase()), &key, control).await?,
        }
        control = false;
    }
    strike(browser, "Enter", "Enter", false).await
}

async fn ten_scans_come(browser: &Browser) -> Result<()> {
    for _ in 0..5 {
        scan(browser, MILK).await?;
        browser.wait_for_price(8990).await?;
        scan(browser, CHEESE).await?;
        browser.wait_for_price(80_000).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_scan_comes_whatever_was_touched_before_it() -> Result<()> {
    let (server, browser) = shop("/find-product?lang=en").await?;
    browser.wait_until("document.querySelector('main input')").await?;
    browser.press("main input").await?;
    ten_scans_come(&browser).await?;

    browser.goto(&server.url("/find-product?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.wait_until("document.querySelector('[data-key]')").await?;
    browser.press("[data-key]").await?;
    ten_scans_come(&browser).await?;

    browser.key("F12").await?;
    browser.wait_until("document.querySelector('dialog[open]')").await?;
    browser.press("dialog [data-action=staff-away]").await?;
    ten_scans_come(&browser).await?;

    browser.press("[data-action=language]").await?;
    browser.wait_until("document.documentElement.lang === 'ru'").await?;
    ten_scans_come(&browser).await
}

#[tokio::test]
async fn no_key_of_a_scan_reaches_the_field_that_has_the_focus() -> Result<()> {
    let (_server, browser) = shop("/find-product?lang=en").await?;
    browser.wait_until("document.querySelector('main input')").await?;
    browser.press("main input").await?;
    let watch = "window.typed = []; document.querySelector('main input').oninput = (it) => typed.push(it.target.value)";
    browser.script(watch).await?;
    scan(&browser, MILK).await?;
    browser.wait_for_price(8990).await?;
    assert_eq!(browser.script("return window.typed").await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn what_somebody_types_comes_to_the_field_in_their_layout() -> Result<()> {
    let (_server, browser) = shop("/find-product?lang=ru").await?;
    browser.wait_until("document.querySelector('main input')").await?;
    browser.press("main input").await?;
    // Fingers that roll over some keys, and a slow one.
    for (code, key) in [("KeyV", "м"), ("KeyJ", "о"), ("KeyK", "л")] {
        strike(&browser, code, key, false).await?;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    strike(&browser, "KeyJ", "о", false).await?;
    browser.wait_until("document.querySelector('main input').value === 'моло'").await
}

#[tokio::test]
async fn a_scan_that_types_commands_does_nothing_but_a_refusal() -> Result<()> {
    let (server, browser) = shop("/?lang=en").await?;
    browser.enrol(&server, "By the entrance").await?;
    browser.goto(&server.url("/?lang=en")).await?;
    browser.wait_until_settled().await?;
    let modes = "return JSON.stringify(document.documentElement.dataset)";
    let before = browser.script(modes).await?;
    // The largest type, speech, another page, a file, the page anew.
    for keys in [&["F3", "F2"][..], &["F5"], &["ArrowDown", "F4"]] {
        strike(&browser, "Digit4", "4", false).await?;
        strike(&browser, "KeyO", "o", true).await?;
        for key in keys {
            strike(&browser, key, key, false).await?;
        }
        scan(&browser, "006381333931").await?;
        browser.wait_for_text("This code is not for us").await?;
        assert_eq!(browser.script(modes).await?, before, "{keys:?}");
        browser.goto(&server.url("/?lang=en")).await?;
        browser.wait_until_settled().await?;
    }
    Ok(())
}

#[tokio::test]
async fn each_scan_is_heard_and_felt_and_one_that_is_refused_otherwise() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    let spy = "window.felt = []; window.pitches = [];
        Navigator.prototype.vibrate = (pattern) => felt.push(pattern);
        OscillatorNode.prototype.start = function () { pitches.push(this.frequency.value); };";
    browser.script(spy).await?;
    // The same one twice is two scans.
    for code in [MILK, MILK, "4006381333931", MILK] {
        let before = browser.script("return felt.length").await?;
        scan(&browser, code).await?;
        browser.wait_until(&format!("felt.length > {before}")).await?;
    }
    let (read, refused) = (json!([60]), json!([120, 80, 120]));
    assert_eq!(browser.script("return felt").await?, json!([read, read, refused, read]));
    assert_eq!(browser.script("return pitches").await?, json!([1760, 1760, 165, 1760]));
    // A browser that cannot shake sounds all the same.
    browser.script("delete Navigator.prototype.vibrate").await?;
    scan(&browser, MILK).await?;
    browser.wait_until("pitches.length === 5").await?;
    // Whoever comes to a price another way has scanned nothing.
    let go = format!("history.pushState(1, '', '/price-check/{CHEESE}'); dispatchEvent(new PopStateEvent('popstate'))");
    browser.script(&go).await?;
    browser.wait_for_price(80_000).await?;
    assert_eq!(browser.script("return pitches.length").await?, json!(5));
    Ok(())
}

#[tokio::test]
async fn a_code_with_a_date_says_that_it_has_passed() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    // As most scanners type it: the separator is Ctrl with a bracket.
    scan(&browser, "01095200000000041520010110A1^]21B2").await?;
    browser.wait_for_price(8990).await?;
    browser.wait_for_text("Past its best since 1 January 2020").await?;
    scan(&browser, "010952000000000417200101").await?;
    browser.wait_for_text("Please do not eat it.").await?;
    Ok(())
}

#[tokio::test]
async fn a_code_that_the_russian_layout_made_letters_of_is_read_all_the_same() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    for (code, key) in "0109520000000004".chars().map(|digit| (format!("Digit{digit}"), digit.to_string())).chain(
        [("Digit2", "2"), ("Digit1", "1"), ("KeyA", "ф"), ("KeyB", "и")].map(|(code, key)| (code.into(), key.into())),
    ) {
        strike(&browser, &code, &key, false).await?;
    }
    strike(&browser, "Enter", "Enter", false).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_label_of_the_scales_shows_its_weight_and_what_that_costs() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    scan(&browser, "2200001004504").await?;
    // 450 g at 800 roubles a kilogram, at 700 with a card.
    browser.wait_for_price(80_000).await?;
    for text in ["450 g", "360.00", "315.00"] {
        browser.wait_for_text(text).await?;
    }
    // One with its price: 450 roubles are 563 g.
    scan(&browser, "2300001450001").await?;
    for text in ["450.00", "563 g"] {
        browser.wait_for_text(text).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_stores_own_number_that_no_table_explains_is_refused() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    scan(&browser, "2100001000004").await?;
    browser.wait_for_text("We do not know this label").await?;
    assert_eq!(browser.script("return document.querySelectorAll('[data-gtin]').length").await?, json!(0));
    Ok(())
}
