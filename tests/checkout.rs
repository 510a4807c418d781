//! A cashier gives cards at the till's side screen.

use anyhow::Result;
use polka_stage::{Browser, Server, Size};
use serde_json::json;

/// A store, and a screen of this kind that is enrolled in it, at the page for tills.
async fn screen(kind: &str, settings: &[&str]) -> Result<(Server, Browser)> {
    let server = Server::start(settings).await?;
    server.import("gtin,name,price\n9520000000004,Молоко,89.90\n").await?;
    let browser = Browser::open(Size::TILL).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.enrol_as(&server, "Till 1", kind).await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    browser.goto(&server.url("/checkout")).await?;
    browser.wait_until_settled().await?;
    Ok((server, browser))
}

#[tokio::test]
async fn ten_digits_and_one_touch_give_a_card_also_without_the_network() -> Result<()> {
    let (mut server, browser) = screen("till", &[]).await?;
    server.stop().await?;
    browser.wait_for_text("Номер телефона покупателя").await?;
    for digit in "9161234567".chars() {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    browser.press("[data-action=give]").await?;
    browser.wait_for_text("Карта готова и уже копит баллы").await?;
    browser.wait_for_text("+7 ••• ••• •• 67").await?;
    browser.wait_until("document.querySelector('svg[data-card]').dataset.card.length === 20").await?;
    let card = browser.script("return document.querySelector('svg[data-card]').dataset.card").await?;
    for width_mm in [58.0, 80.0] {
        assert_eq!(json!(browser.barcodes_on_paper(width_mm).await?), json!([card]), "on {width_mm} mm");
    }
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("пока не набран").await?;
    server.restart().await?;
    server.wait_for_number("SELECT COUNT(*) FROM cards", 1).await?;
    Ok(())
}

#[tokio::test]
async fn a_cashier_can_type_on_a_keyboard_alone() -> Result<()> {
    let (server, browser) = screen("till", &[]).await?;
    browser.wait_for_text("Номер телефона покупателя").await?;
    for key in ["9", "1", "6", "1", "2", "3", "4", "5", "6", "8", "Backspace", "Enter"] {
        browser.key(key).await?;
    }
    browser.wait_for_text("Наберите ещё цифр: 1.").await?;
    for key in ["7", "Enter"] {
        browser.key(key).await?;
    }
    browser.wait_for_text("Карта готова и уже копит баллы").await?;
    server.wait_for_number("SELECT COUNT(*) FROM cards", 1).await?;
    browser.key("Enter").await?;
    browser.wait_for_text("Номер телефона покупателя").await?;
    Ok(())
}

#[tokio::test]
async fn a_till_begins_and_ends_at_its_own_screen_with_nothing_typed() -> Result<()> {
    let (_server, browser) = screen("till", &["--idle-timeout-s", "5"]).await?;
    browser.wait_for_text("Номер телефона покупателя").await?;
    browser.press("[data-digit='9']").await?;
    browser.wait_for_text("Осталось цифр: 9").await?;
    browser.press("[data-action=help]").await?;
    browser.wait_for_screen("help").await?;
    browser.wait_for_text("Вы ещё здесь?").await?;
    browser.press("[data-action=end]").await?;
    browser.wait_for_screen("checkout").await?;
    browser.wait_for_text("пока не набран").await?;
    // Nobody needs to answer for a number that was left behind.
    browser.press("[data-digit='9']").await?;
    browser.wait_for_text("Осталось цифр: 9").await?;
    browser.wait_for_text("пока не набран").await?;
    Ok(())
}

#[tokio::test]
async fn a_stand_has_no_screen_of_a_till() -> Result<()> {
    let (_server, browser) = screen("kiosk", &[]).await?;
    browser.wait_for_text("Это экран кассы").await?;
    browser.press("main [href='/join-loyalty']").await?;
    browser.wait_for_text("Карта за номер телефона").await?;
    Ok(())
}
