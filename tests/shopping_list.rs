//! Somebody makes a list, is led through all of it, and takes it along.

use anyhow::Result;
use polka_stage::{Browser, Server, Size, root};
use serde_json::{Value, json};

const SETTINGS: [&str; 6] = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450", "--catalogue-poll-s", "1"];
/// Of the demo's list: dairy, fruit sold by weight, and another of the dairy.
const MILK: &str = "9521247000444";
const BANANAS: &str = "9521040000276";
const APPLES: &str = "9521040000443";

/// A device of the demo store, enrolled, with the copy and the index kept.
async fn demo(path: &str, arguments: &[&str]) -> Result<(Server, Browser)> {
    let server = Server::start(&[&SETTINGS[..], arguments].concat()).await?;
    assert_eq!(server.run(&["demo"]).await?, 0);
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url(path)).await?;
    browser.wait_until_settled().await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    Ok((server, browser))
}

async fn gtins(browser: &Browser, within: &str) -> Result<Value> {
    browser
        .script(&format!("return [...document.querySelectorAll('{within} [data-gtin]')].map((it) => it.dataset.gtin)"))
        .await
}

async fn wait_for_lines(browser: &Browser, count: usize) -> Result<()> {
    browser.wait_until(&format!("document.querySelectorAll('.list-lines [data-gtin]').length === {count}")).await
}

#[tokio::test]
async fn a_shopper_scans_a_list_and_is_led_through_it_to_the_tills() -> Result<()> {
    let (mut server, browser) = demo("/", &[]).await?;
    browser.press("[href='/shopping-list']").await?;
    browser.wait_for_text("Список пуст").await?;
    for (code, count) in [(MILK, 1), (BANANAS, 2), (APPLES, 3)] {
        browser.scan(code).await?;
        wait_for_lines(&browser, count).await?;
    }
    browser.scan(MILK).await?;
    browser.wait_for_text("Количество: 2").await?;
    browser.wait_for_text("Товары на вес не посчитаны.").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    server.stop().await?;
    browser.press("[href='/find-way']").await?;
    browser.wait_for_text("Остановка 1 из 3").await?;
    browser.wait_for_text("Встаньте лицом к этому экрану.").await?;
    // Bananas and apples lie in one bay and have one mark.
    let marks = "return [...document.querySelectorAll('.map-mark')].map((it) => it.textContent.trim())";
    assert_eq!(browser.script(marks).await?, json!(["1, 2", "3"]));
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    let order = gtins(&browser, ".stops").await?;
    assert_eq!(order[2], format!("0{MILK}"), "what is chilled comes last: {order}");
    for text in ["Остановка 2 из 3", "Остановка 3 из 3", "Кассы здесь."] {
        browser.press("[data-action=forward]").await?;
        browser.wait_for_text(text).await?;
    }
    assert_eq!(browser.script("return !!document.querySelector('[data-action=forward]')").await?, json!(false));
    browser.press("[data-action=back-a-stop]").await?;
    browser.wait_for_text("Остановка 3 из 3").await?;
    Ok(())
}

#[tokio::test]
async fn a_list_is_filled_from_a_price_changed_and_kept_until_the_visit_ends() -> Result<()> {
    let (_server, browser) = demo("/?lang=en", &[]).await?;
    browser.scan(MILK).await?;
    browser.press("[data-action=add]").await?;
    browser.wait_for_text("My list: 1").await?;
    browser.press("[data-action=add]").await?;
    browser.press("[href='/shopping-list']").await?;
    browser.wait_for_text("Quantity: 2").await?;
    browser.press("[data-action=more]").await?;
    browser.wait_for_text("Quantity: 3").await?;
    let focused = browser.script("return document.activeElement.dataset.action").await?;
    assert_eq!(focused, json!("more"), "who goes by keys goes on from the same button");
    // Whoever loads the page again finds it as it was.
    browser.script("location.reload()").await?;
    browser.wait_for_text("Quantity: 3").await?;
    for _ in 0..3 {
        browser.press("[data-action=less]").await?;
    }
    browser.wait_for_text("The list is empty").await?;
    browser.scan(MILK).await?;
    wait_for_lines(&browser, 1).await?;
    // The headphones are pulled out: the visit is over.
    browser.key_down("F16", false).await?;
    browser.wait_for_screen("welcome").await?;
    browser.wait_for_text("My list").await?;
    browser.press("[href='/shopping-list']").await?;
    browser.wait_for_text("The list is empty").await?;
    assert_eq!(browser.script("return location.search").await?, json!("?lang=en"));
    Ok(())
}

#[tokio::test]
async fn what_is_scanned_on_the_list_and_is_no_product_says_so() -> Result<()> {
    let (_server, browser) = demo("/shopping-list", &[]).await?;
    browser.scan("4006381333931").await?;
    browser.wait_for_screen("price-check").await?;
    browser.wait_for_text("Мы не нашли этот товар").await?;
    Ok(())
}

#[tokio::test]
async fn what_is_not_on_its_shelf_is_told_to_the_staff_and_something_like_it_taken() -> Result<()> {
    let (server, browser) = demo(&format!("/shopping-list?items={MILK}-2.{BANANAS}"), &[]).await?;
    browser.press("[href='/find-way']").await?;
    browser.wait_for_text("Остановка 1 из 2").await?;
    browser.press("[data-action=forward]").await?;
    browser.wait_for_text("Остановка 2 из 2").await?;
    browser.press("[data-action=missing]").await?;
    browser.wait_for_text("Спасибо!").await?;
    browser.wait_until("document.querySelectorAll('[data-instead]').length === 3").await?;
    let instead = browser.script("return document.querySelector('[data-instead]').dataset.instead").await?;
    browser.press("[data-instead]").await?;
    browser
        .wait_until(&format!(
            "document.querySelector('.stops [data-gtin=\"{}\"]')",
            instead.as_str().unwrap_or_default()
        ))
        .await?;
    browser.wait_for_text("Количество: 2").await?;
    server.wait_for_number("SELECT COUNT(*) FROM tasks WHERE kind = 'missing_product'", 1).await
}

#[tokio::test]
async fn a_phone_takes_the_list_along_and_keeps_it() -> Result<()> {
    let mut server = Server::start(&[&SETTINGS[..], &["--idle-timeout-s", "5"]].concat()).await?;
    for (kind, file) in [("products", "crates/server/demo/products.csv"), ("map", "crates/server/demo/map.geojson")] {
        assert_eq!(server.run(&["import", kind, &root().join(file).display().to_string()]).await?, 0);
    }
    let kiosk = Browser::open(Size::STAND).await?;
    kiosk.goto(&server.url(&format!("/shopping-list?items={MILK}.{BANANAS}-3"))).await?;
    kiosk.enrol(&server, "Demo").await?;
    // Where no phone reaches the server there is nothing but paper.
    kiosk.goto(&server.url(&format!("/shopping-list?items={MILK}.{BANANAS}-3"))).await?;
    kiosk.wait_for_text("Количество: 3").await?;
    kiosk.press("[href='/find-way']").await?;
    kiosk.wait_for_text("Взять с собой").await?;
    assert_eq!(kiosk.script("return !!document.querySelector('[data-link]')").await?, json!(false));
    let public = server.url("").replace("127.0.0.1", "localhost");
    server.set(&["--public-url", &public]);
    server.stop().await?;
    server.restart().await?;
    kiosk.goto(&server.url(&format!("/shopping-list?items={MILK}.{BANANAS}-3"))).await?;
    kiosk.wait_until("JSON.parse(document.getElementById('settings').textContent).public_url").await?;
    kiosk.wait_for_text("Количество: 3").await?;
    kiosk.press("[href='/find-way']").await?;
    kiosk.wait_until("document.querySelector('[data-link]')?.dataset.link.includes('from=Demo')").await?;
    let link = kiosk.script("return document.querySelector('[data-link]').dataset.link").await?;
    let link = link.as_str().unwrap_or_default();
    assert_eq!(link, format!("{public}/shopping-list?lang=ru&from=Demo&items={MILK}.{BANANAS}-3"));
    assert_eq!(kiosk.accessibility_violations().await?, Vec::<String>::new());

    let phone = Browser::open(Size::PHONE).await?;
    phone.goto(link).await?;
    phone.wait_for_text("Количество: 3").await?;
    phone.press("[href='/find-way']").await?;
    phone.wait_for_text("Остановка 1 из 2").await?;
    phone.wait_for_text("Встаньте лицом к этому экрану.").await?;
    phone.press("[data-action=forward]").await?;
    // Nobody comes after its owner, and it cannot speak for the store.
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    phone.wait_for_text("Остановка 2 из 2").await?;
    let others =
        "return ['dialog[open]', '[data-action=missing]', '[data-link]'].filter((it) => document.querySelector(it))";
    assert_eq!(phone.script(others).await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn a_list_is_printed_on_narrow_paper_in_the_order_of_the_way() -> Result<()> {
    let (_server, browser) = demo(&format!("/shopping-list?items={MILK}.{BANANAS}"), &[]).await?;
    browser.press("[href='/find-way']").await?;
    browser.wait_for_text("Остановка 1 из 2").await?;
    browser.script("window.print = () => { window.printed = true; }").await?;
    browser.press("[data-action=print]").await?;
    browser.wait_until("window.printed").await?;
    // 48 and 72 mm are printed of paper that is 58 and 80 mm wide.
    for width in [181, 272] {
        browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
        let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        browser.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        let seen = "
            const isSeen = (it) => it.getClientRects().length > 0;
            const page = document.documentElement;
            return {
                isTooWide: page.scrollWidth > page.clientWidth,
                hasPaper: isSeen(document.querySelector('.paper')),
                hasButtons: [...document.querySelectorAll('button')].some(isSeen),
                items: document.querySelectorAll('.paper li').length,
            };";
        let expected = json!({ "isTooWide": false, "hasPaper": true, "hasButtons": false, "items": 3 });
        assert_eq!(browser.script(seen).await?, expected, "{width} px");
    }
    Ok(())
}
