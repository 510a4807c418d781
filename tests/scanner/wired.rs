//! Scanners that do not type: doubles of them at the border of the browser, everything behind it real.

use anyhow::Result;
use polka_stage::{Browser, Server};
use serde_json::json;

use super::{CHEESE, MILK, shop_with};

async fn page(settings: &[&str], path: &str) -> Result<(Server, Browser)> {
    let (server, browser) = shop_with(settings, "/not-yet").await?;
    let devices = include_str!("devices.js");
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": devices })).await?;
    browser.goto(&server.url(path)).await?;
    browser.wait_until_settled().await?;
    Ok((server, browser))
}

#[tokio::test]
async fn a_usb_scanner_is_heard_is_unplugged_and_comes_back() -> Result<()> {
    let (_server, browser) = page(&[], "/?lang=en").await?;
    browser.script("window.scanner = navigator.hid.plug(new HidScanner())").await?;
    browser.wait_until("scanner.opened").await?;
    browser.script(&format!("scanner.read(']E0', '{MILK}')")).await?;
    browser.wait_for_price(8990).await?;
    // One that takes several reports.
    let lot = "A".repeat(20);
    let marked = format!("01{:0>14}15200101", MILK);
    browser.script(&format!("scanner.read(']d2', '{marked}10{lot}\\u001d21{lot}\\u001d240{lot}')")).await?;
    browser.wait_for_text("Past its best since 1 January 2020").await?;

    browser.script("navigator.hid.unplug(scanner)").await?;
    browser.script("window.again = navigator.hid.plug(new HidScanner())").await?;
    browser.wait_until("again.opened").await?;
    browser.script(&format!("again.read(']E0', '{CHEESE}')")).await?;
    browser.wait_for_price(80_000).await?;
    // The same one, as some browsers have it.
    browser.script("navigator.hid.unplug(again); navigator.hid.plug(again)").await?;
    browser.wait_until("again.opened").await?;
    browser.script(&format!("again.read(']E0', '{MILK}')")).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_serial_scanner_is_heard_through_noise_is_unplugged_and_comes_back() -> Result<()> {
    let (_server, browser) = page(&["--scanner-serial", "115200 7E2"], "/?lang=en").await?;
    browser.script("window.scanner = navigator.serial.plug(new SerialScanner())").await?;
    browser.wait_until("scanner.readable?.locked").await?;
    let set = json!({ "baudRate": 115_200, "dataBits": 7, "parity": "even", "stopBits": 2 });
    assert_eq!(browser.script("return scanner.options").await?, set);
    let (first, last) = MILK.split_at(6);
    browser.script(&format!("scanner.read('{first}'); scanner.read('{last}\\r\\n')")).await?;
    browser.wait_for_price(8990).await?;
    browser.script("window.before = scanner.readable; scanner.noise()").await?;
    browser.wait_until("scanner.readable !== before && scanner.readable.locked").await?;
    browser.script(&format!("scanner.read('{CHEESE}\\r')")).await?;
    browser.wait_for_price(80_000).await?;
    // Noise in the middle of a code: it is refused, whatever is left of it.
    browser.script(&format!("window.before = scanner.readable; scanner.read('{first}')")).await?;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    browser.script("scanner.noise()").await?;
    browser.wait_until("scanner.readable !== before && scanner.readable.locked").await?;
    browser.script(&format!("scanner.read('{MILK}\\r')")).await?;
    browser.wait_for_text("This code is not for us").await?;

    browser.script("navigator.serial.unplug(scanner)").await?;
    browser.wait_until("!scanner.readable").await?;
    browser.script("navigator.serial.plug(scanner)").await?;
    browser.wait_until("scanner.readable?.locked").await?;
    browser.script(&format!("scanner.read('{MILK}\\r')")).await?;
    browser.wait_for_price(8990).await?;
    // One that sends no end.
    browser.script("window.endless = navigator.serial.plug(new SerialScanner())").await?;
    browser.wait_until("endless.readable?.locked").await?;
    browser.script(&format!("endless.read('{CHEESE}')")).await?;
    browser.wait_for_price(80_000).await
}

#[tokio::test]
async fn an_installer_allows_a_scanner_once() -> Result<()> {
    let (_server, browser) = page(&[], "/installer?lang=en").await?;
    browser.wait_until("document.querySelector('[data-scanners=hid]')?.textContent === '0'").await?;
    // Nothing is chosen at first.
    browser.press("[data-action=hid]").await?;
    browser.wait_until("navigator.hid.asked === 1").await?;
    assert_eq!(browser.script("return document.querySelector('[data-scanners=hid]').textContent").await?, json!("0"));
    browser.script("window.usb = navigator.hid.choice = new HidScanner()").await?;
    browser.press("[data-action=hid]").await?;
    browser.wait_until("document.querySelector('[data-scanners=hid]').textContent === '1' && usb.opened").await?;
    browser.script("window.com = navigator.serial.choice = new SerialScanner()").await?;
    browser.press("[data-action=serial]").await?;
    browser.wait_until("document.querySelector('[data-scanners=serial]').textContent === '1'").await?;
    browser.wait_until("com.readable?.locked").await?;
    browser.script(&format!("com.read('{CHEESE}\\r')")).await?;
    browser.wait_for_price(80_000).await?;
    browser.script(&format!("usb.read(']E0', '{MILK}')")).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_browser_that_knows_no_such_scanners_says_so() -> Result<()> {
    let (server, browser) = shop_with(&[], "/not-yet").await?;
    let without = "for (const name of ['hid', 'serial']) Object.defineProperty(navigator, name, { value: undefined })";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": without })).await?;
    browser.goto(&server.url("/installer?lang=en")).await?;
    browser.wait_until("document.querySelector('[data-scanners=hid]')?.textContent === 'not in this browser'").await?;
    assert_eq!(browser.script("return document.querySelectorAll('[data-action=hid]').length").await?, json!(0));
    Ok(())
}
