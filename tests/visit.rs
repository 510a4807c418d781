//! A visit from its start to its end, and the pages around it.

use anyhow::Result;
use polka_stage::{Browser, ENTER, ESCAPE, Server, Size, TAB};
use serde_json::json;

const MILK: &str = "9520000000004";
const SHORT_VISIT: [&str; 6] = ["--idle-timeout-s", "5", "--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];

/// So long that it cannot be the warning's own end that a test sees.
const LONG_WARNING: [&str; 2] = ["--idle-warning-s", "600"];

async fn shop(path: &str) -> Result<(Server, Browser)> {
    shop_with(path, &[]).await
}

async fn shop_with(path: &str, arguments: &[&str]) -> Result<(Server, Browser)> {
    let server = Server::start(&[&SHORT_VISIT[..], arguments].concat()).await?;
    server.import(&format!("gtin,name,price\n{MILK},Молоко,89.90\n")).await?;
    let browser = Browser::open(Size::TABLET).await?;
    browser.goto(&server.url(path)).await?;
    Ok((server, browser))
}

#[tokio::test]
async fn a_visit_that_is_finished_at_the_warning_leaves_nothing() -> Result<()> {
    let (_server, browser) = shop_with("/", &LONG_WARNING).await?;
    browser.wait_for_screen("welcome").await?;
    browser.press("[data-action=language]").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.wait_for_text("Are you still here?").await?;
    let focused = browser.script("return document.activeElement.dataset.action").await?;
    assert_eq!(focused, json!("continue"));
    browser.press("[data-action=end]").await?;
    browser.wait_for_screen("welcome").await?;
    browser.wait_for_text("Отсканируйте товар").await?;
    Ok(())
}

#[tokio::test]
async fn a_visit_that_nobody_continues_ends_by_itself() -> Result<()> {
    let (_server, browser) = shop("/help").await?;
    browser.wait_for_screen("help").await?;
    browser.press("[data-action=language]").await?;
    browser.wait_for_text("Are you still here?").await?;
    browser.wait_for_screen("welcome").await?;
    assert_eq!(browser.script("return document.querySelector('dialog[open]')").await?, json!(null));
    assert_eq!(browser.script("return document.documentElement.lang").await?, json!("ru"));
    Ok(())
}

#[tokio::test]
async fn a_scan_while_the_warning_is_open_is_read_and_keeps_the_visit() -> Result<()> {
    let (_server, browser) = shop_with("/", &LONG_WARNING).await?;
    browser.wait_for_screen("welcome").await?;
    browser.press("[data-action=help]").await?;
    browser.wait_for_text("Вы ещё здесь?").await?;
    // The Enter behind the scan must not press the button that has the focus.
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.wait_until("!document.querySelector('dialog[open]')").await?;
    Ok(())
}

#[tokio::test]
async fn the_warning_is_answered_by_touch_by_key_and_by_escape() -> Result<()> {
    let (_server, browser) = shop_with("/help", &LONG_WARNING).await?;
    browser.wait_for_screen("help").await?;
    browser.press("h1").await?;
    for answer in ["touch", "key", "escape", "beside"] {
        browser.wait_until("document.querySelector('dialog[open]')").await?;
        match answer {
            "touch" => browser.press("[data-action=continue]").await?,
            "key" => browser.type_keys(&ENTER.to_string()).await?,
            "escape" => browser.type_keys(&ESCAPE.to_string()).await?,
            _ => browser.touch_at(5, 5).await?,
        }
        browser.wait_until("!document.querySelector('dialog[open]')").await?;
        let screen = browser.script("return document.querySelector('main').dataset.screen").await?;
        assert_eq!(screen, json!("help"), "{answer}");
    }
    // Tab goes from one answer to the other, and is none itself.
    browser.wait_until("document.querySelector('dialog[open]')").await?;
    browser.type_keys(&TAB.to_string()).await?;
    browser.wait_until("document.activeElement.dataset.action === 'end'").await?;
    browser.type_keys(&ENTER.to_string()).await?;
    browser.wait_for_screen("welcome").await?;
    Ok(())
}

#[tokio::test]
async fn a_device_starts_in_the_language_of_its_address() -> Result<()> {
    let (_server, browser) = shop("/?lang=en").await?;
    browser.wait_for_text("Scan a product").await?;
    assert_eq!(browser.script("return document.title").await?, json!("Start · Polka"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_address_shows_a_way_on() -> Result<()> {
    let (server, browser) = shop("/nowhere/at/all").await?;
    browser.wait_for_screen("not-found").await?;
    let status = browser.script_later("fetch(location.href).then((answer) => done(answer.status))").await?;
    assert_eq!(status, json!(404));
    browser.press("main a").await?;
    browser.wait_for_screen("welcome").await?;
    browser.goto(&server.url("/help")).await?;
    browser.wait_for_screen("help").await?;
    Ok(())
}

#[tokio::test]
async fn a_new_screen_is_told_to_who_cannot_see_it() -> Result<()> {
    let (_server, browser) = shop("/").await?;
    browser.wait_for_screen("welcome").await?;
    browser.press("[data-action=help]").await?;
    browser.wait_until("document.activeElement === document.querySelector('h1')").await?;
    browser.wait_until("document.title === 'Помощь · Полка'").await?;
    Ok(())
}

#[tokio::test]
async fn back_leads_to_where_one_came_from() -> Result<()> {
    let (_server, browser) = shop("/").await?;
    browser.wait_for_screen("welcome").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[data-action=help]").await?;
    browser.wait_for_screen("help").await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_price(8990).await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_screen("welcome").await?;
    Ok(())
}

#[tokio::test]
async fn the_next_visitor_cannot_go_back_into_the_last_visit() -> Result<()> {
    let (_server, browser) = shop_with("/", &LONG_WARNING).await?;
    browser.wait_for_screen("welcome").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[data-action=help]").await?;
    browser.wait_until("document.querySelector('dialog[open]')").await?;
    browser.press("[data-action=end]").await?;
    browser.wait_until("location.pathname === '/' && history.state === 0").await?;
    // Neither the browser's own back nor its forward leads into it.
    for step in ["history.back()", "history.forward()", "history.go(2)"] {
        browser.script(step).await?;
        browser.wait_for_text("Отсканируйте товар").await?;
        assert_eq!(browser.script("return location.pathname").await?, json!("/"), "{step}");
    }
    browser.press("[data-action=help]").await?;
    browser.wait_for_screen("help").await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_screen("welcome").await?;
    Ok(())
}
