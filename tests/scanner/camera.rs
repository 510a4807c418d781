//! Codes before a camera: Chromium's own double of one, which shows pictures that are made here.

use anyhow::{Context, Result};
use polka_camera::pictures::{Kind, Print, Shot, film};
use polka_stage::{Browser, Server, Size};
use serde_json::json;
use tempfile::TempDir;

use super::{CHEESE, MILK, shop, store_with, ten_scans_come};

const SWITCH: &str = "[data-action=camera]";
/// Whether nothing is filmed.
const IS_OFF: &str = "!document.querySelector('video')
    && streams.every((it) => it.getTracks().every((track) => track.readyState === 'ended'))";

/// A tablet before whose camera a code is held, at an address.
async fn tablet(server: &Server, kind: Kind, code: &str, shot: Shot, path: &str) -> Result<(Browser, TempDir)> {
    let print = Print::of(kind, code).context("this can be printed")?;
    let folder = tempfile::tempdir()?;
    let path_of_film = folder.path().join("film.y4m");
    std::fs::write(&path_of_film, film(&shot.of(Some(&print))))?;
    let browser = Browser::open_with_camera(Size::TABLET, &path_of_film).await?;
    let watch = "const open = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (...wanted) {
            window.stream = await open.apply(this, wanted);
            (window.streams ??= []).push(stream);
            return stream;
        };";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch })).await?;
    browser.goto(&server.url(path)).await?;
    browser.wait_until_settled().await?;
    browser.wait_until(&format!("document.querySelector('{SWITCH}')")).await?;
    Ok((browser, folder))
}

#[tokio::test]
async fn a_code_is_read_sharp_turned_or_dim() -> Result<()> {
    let server = store_with(&[]).await?;
    let marking = format!("010{MILK}21abc123\u{1d}93AbCd");
    for (kind, code, shot) in [
        (Kind::Ean13, MILK, Shot::SHARP),
        (Kind::Ean13, MILK, Shot { degrees: 125.0, ..Shot::SHARP }),
        (Kind::Ean13, MILK, Shot { white: 70, noise: 3, ..Shot::SHARP }),
        (Kind::Gs1DataMatrix, &marking, Shot { degrees: 30.0, ..Shot::SHARP }),
        (Kind::QrCode, &format!("https://id.gs1.org/01/0{MILK}"), Shot::SHARP),
    ] {
        let (browser, _film) = tablet(&server, kind, code, shot, "/?lang=en").await?;
        browser.press(SWITCH).await?;
        browser.wait_for_price(8990).await.with_context(|| format!("{kind:?} {shot:?}"))?;
        // Whoever reads a price is not filmed.
        browser.wait_until(IS_OFF).await?;
    }
    Ok(())
}

#[tokio::test]
async fn whoever_holds_a_code_badly_is_told_how_to_hold_it() -> Result<()> {
    let server = store_with(&[]).await?;
    for (shot, advice) in [
        (Shot { blur: 9, ..Shot::SHARP }, "Hold the code still"),
        (Shot { white: 24, noise: 10, blur: 1, ..Shot::SHARP }, "It is too dark"),
    ] {
        let (browser, _film) = tablet(&server, Kind::Ean13, MILK, shot, "/?lang=en&audio=on").await?;
        // While speech is on the first touch says what the second one does.
        browser.press(SWITCH).await?;
        browser.press(SWITCH).await?;
        browser.wait_for_text(advice).await?;
        let said = format!("heard.some((it) => it.event === 'start' && it.text.includes('{advice}'))");
        browser.wait_until(&said).await?;
        browser.press(SWITCH).await?;
        browser.wait_until(IS_OFF).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_scan_comes_after_the_camera_was_switched_on_and_off() -> Result<()> {
    let server = store_with(&[]).await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot { blur: 9, ..Shot::SHARP }, "/?lang=en").await?;
    for _ in 0..3 {
        browser.press(SWITCH).await?;
        browser.wait_for_text("Keep it inside the frame").await?;
        browser.press(SWITCH).await?;
        browser.wait_until(IS_OFF).await?;
    }
    ten_scans_come(&browser).await?;
    // Whoever is in a hurry has one camera in the end, and none when it is off.
    let hurry = format!("for (let at = 0; at < 5; at++) document.querySelector('{SWITCH}').click()");
    browser.script(&hurry).await?;
    browser.wait_for_text("Keep it inside the frame").await?;
    let open = "streams.filter((it) => it.getTracks().some((track) => track.readyState === 'live')).length === 1";
    browser.wait_until(open).await?;
    browser.press(SWITCH).await?;
    browser.wait_until(IS_OFF).await?;
    // And while it is on.
    browser.press(SWITCH).await?;
    browser.wait_for_text("Keep it inside the frame").await?;
    ten_scans_come(&browser).await
}

#[tokio::test]
async fn a_code_that_stays_before_the_camera_is_put_on_the_list_once() -> Result<()> {
    let server = store_with(&[]).await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot::SHARP, "/shopping-list?lang=en").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_text("Quantity: 1").await?;
    // Many pictures more.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let quantity = "return document.querySelector('.list-quantity').textContent";
    assert_eq!(browser.script(quantity).await?, json!("Quantity: 1"));
    browser.wait_until("document.querySelector('video')").await?;
    // The visit's end is the camera's.
    browser.key("F12").await?;
    browser.press("dialog [data-action=staff-ends]").await?;
    browser.wait_until(IS_OFF).await
}

#[tokio::test]
async fn nobody_is_filmed_while_the_page_is_hidden() -> Result<()> {
    let server = store_with(&[]).await?;
    let blurred = Shot { blur: 9, ..Shot::SHARP };
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, blurred, "/?lang=en").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_text("Keep it inside the frame").await?;
    // Nothing is drawn then.
    let hide = "window.requestAnimationFrame = () => 0;
        Object.defineProperty(document, 'hidden', { get: () => true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))";
    browser.script(hide).await?;
    browser.wait_until(IS_OFF).await
}

#[tokio::test]
async fn a_shoppers_own_phone_scans_with_its_camera() -> Result<()> {
    let mut server = store_with(&[]).await?;
    let public = server.url("").replace("127.0.0.1", "localhost");
    server.set(&["--public-url", &public]);
    server.stop().await?;
    server.restart().await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot::SHARP, "/?lang=en").await?;
    browser.goto(&format!("{public}/?lang=en")).await?;
    browser.wait_for_text("Find a product, or scan it with the camera").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_camera_that_is_not_allowed_is_said_so() -> Result<()> {
    let server = store_with(&[]).await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot::SHARP, "/?lang=en").await?;
    let denied = "window.opened = MediaDevices.prototype.getUserMedia; MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }";
    browser.script(denied).await?;
    browser.press(SWITCH).await?;
    browser.wait_for_text("The camera is not allowed").await?;
    // Once allowed, one touch is enough.
    browser.wait_for_text("Scan with the camera").await?;
    browser.script("MediaDevices.prototype.getUserMedia = opened").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_camera_that_is_pulled_out_is_said_so() -> Result<()> {
    let server = store_with(&[]).await?;
    let blurred = Shot { blur: 9, ..Shot::SHARP };
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, blurred, "/?lang=en").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_text("Keep it inside the frame").await?;
    browser.script("stream.getTracks().forEach((it) => it.stop())").await?;
    browser.wait_for_text("The camera is busy or unplugged").await
}

#[tokio::test]
async fn where_the_browser_finds_codes_itself_nothing_is_fetched_for_it() -> Result<()> {
    let server = store_with(&[]).await?;
    let blurred = Shot { blur: 9, ..Shot::SHARP };
    let (browser, _film) = tablet(&server, Kind::Ean13, CHEESE, blurred, "/?lang=en").await?;
    // It finds lines now and then wrongly, as such do, and what lies beside the frame.
    let double = format!(
        "window.looks = 0;
        window.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ['ean_13', 'ean_8', 'upc_e', 'itf', 'code_128', 'qr_code', 'data_matrix']; }}
            async detect(video) {{
                if (!(video instanceof HTMLVideoElement)) throw new TypeError();
                const code = [null, '4006381333931', '{MILK}', null, '{MILK}', '{MILK}'][looks++];
                const beside = {{ format: 'ean_13', rawValue: '{CHEESE}', boundingBox: new DOMRect(0, 0, 90, 40) }};
                const inside = {{ format: 'ean_13', rawValue: code, boundingBox: new DOMRect(400, 250, 160, 60) }};
                return code ? [beside, inside] : [beside];
            }}
        }};"
    );
    browser.script(&double).await?;
    browser.press(SWITCH).await?;
    browser.wait_for_price(8990).await?;
    browser.wait_until("looks >= 6").await?;
    let fetched = "return performance.getEntriesByType('resource').some((it) => it.name.includes('/camera'))";
    assert_eq!(browser.script(fetched).await?, json!(false));
    Ok(())
}

#[tokio::test]
async fn where_the_browser_only_says_that_it_finds_codes_they_are_found_all_the_same() -> Result<()> {
    let server = store_with(&[]).await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot::SHARP, "/?lang=en").await?;
    let double = "window.BarcodeDetector = class {
            static async getSupportedFormats() {
                return ['ean_13', 'ean_8', 'upc_e', 'itf', 'code_128', 'qr_code', 'data_matrix'];
            }
            async detect() { throw new DOMException('Barcode detection service unavailable', 'NotSupportedError'); }
        };";
    browser.script(double).await?;
    browser.press(SWITCH).await?;
    browser.wait_for_price(8990).await
}

#[tokio::test]
async fn a_worker_that_cannot_be_had_is_said_so() -> Result<()> {
    let server = store_with(&[]).await?;
    let (browser, _film) = tablet(&server, Kind::Ean13, MILK, Shot::SHARP, "/?lang=en").await?;
    browser.script("window.Worker = class extends Worker { constructor() { super('/nowhere.js'); } }").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_text("The camera could not be started").await?;
    browser.wait_until(IS_OFF).await
}

#[tokio::test]
async fn a_tablet_is_enrolled_by_a_picture_before_its_camera() -> Result<()> {
    let server = store_with(&[]).await?;
    let code = "polka-enrol:12345678";
    let (browser, _film) = tablet(&server, Kind::QrCode, code, Shot::SHARP, "/?lang=en").await?;
    browser.press(SWITCH).await?;
    browser.wait_for_screen("installer").await
}

#[tokio::test]
async fn a_device_without_a_camera_offers_none() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    assert_eq!(browser.script("return document.querySelectorAll('[data-action=camera]').length").await?, json!(0));
    Ok(())
}
