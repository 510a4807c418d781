//! Somebody gets a card for their phone number at a stand, with and without the network.

use anyhow::Result;
use polka_stage::{Browser, Server, Size};
use serde_json::json;

/// As people of the country type it.
const NUMBER: &str = "9161234567";

const COUNT_CARDS: &str = "SELECT COUNT(*) FROM cards WHERE given_ms > 0";

/// A store, and a stand that is enrolled in it and has all it needs.
async fn stand() -> Result<(Server, Browser)> {
    let server = Server::start(&[]).await?;
    server.import("gtin,name,price\n9520000000004,Молоко,89.90\n").await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.enrol(&server, "Entrance").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    Ok((server, browser))
}

async fn type_digits(browser: &Browser, digits: &str) -> Result<()> {
    for digit in digits.chars() {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    Ok(())
}

/// From the first screen to the question whether the number may be kept.
async fn type_number(browser: &Browser) -> Result<()> {
    browser.press("[href='/join-loyalty']").await?;
    browser.wait_for_text("Карта за номер телефона").await?;
    type_digits(browser, NUMBER).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Можно сохранить ваш номер?").await
}

/// Whether the number stands anywhere where somebody could read it later: in the address, or in what is stored.
async fn traces(browser: &Browser) -> Result<String> {
    let stored = browser
        .script_later(
            "const texts = [location.href, document.documentElement.innerText,
                 ...Object.entries(localStorage).flat(), ...Object.entries(sessionStorage).flat()];
             const open = indexedDB.open('polka-outbox');
             open.onsuccess = () => {
                 const all = open.result.transaction('entries').objectStore('entries').getAll();
                 all.onsuccess = () => { open.result.close(); done([...texts, ...all.result].join('\\n')); };
             };",
        )
        .await?;
    Ok(stored.as_str().unwrap_or_default().replace(|c: char| c.is_whitespace(), ""))
}

#[tokio::test]
async fn without_the_network_there_is_a_card_and_the_store_knows_it_later() -> Result<()> {
    let (mut server, browser) = stand().await?;
    server.stop().await?;
    type_number(&browser).await?;
    browser.press("[data-action=agree]").await?;
    browser.wait_for_text("Карта заведена, она уже копит баллы").await?;
    assert!(!traces(&browser).await?.contains(&NUMBER[3..]), "nobody reads the number afterwards");
    browser.press("[data-action=skip]").await?;
    browser.press("[data-action=no]").await?;
    browser.wait_for_text("Ваша карта готова").await?;
    browser.wait_until("document.querySelector('svg[data-card]').dataset.card.length === 20").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    browser.press("[data-action=finish]").await?;
    browser.wait_for_screen("welcome").await?;
    // The next person finds nothing of it.
    browser.press("[href='/join-loyalty']").await?;
    browser.wait_for_text("пока не набран").await?;
    server.restart().await?;
    server.wait_for_number(COUNT_CARDS, 1).await?;
    Ok(())
}

/// A tablet of a store whose messages are shown on tablets, where somebody has joined and waits for the code.
async fn tablet() -> Result<(Server, Browser)> {
    let server = Server::start(&["--messages", "log"]).await?;
    let browser = Browser::open(Size::TABLET).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.enrol_as(&server, "Tablet", "tablet").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    type_number(&browser).await?;
    browser.press("[data-action=agree]").await?;
    browser.wait_for_text("Наберите код из сообщения").await?;
    Ok((server, browser))
}

#[tokio::test]
async fn who_types_the_code_has_a_card_that_spends() -> Result<()> {
    let (server, browser) = tablet().await?;
    let code = browser.code_on_the_phone(1).await?;
    // A wrong one first: its first digit is another.
    let first = if code.starts_with('1') { "2" } else { "1" };
    type_digits(&browser, &format!("{first}{}", &code[1..])).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Код не подошёл.").await?;
    for _ in 0..6 {
        browser.press("[data-action=erase]").await?;
    }
    type_digits(&browser, &code).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Присылать вам скидки и новости?").await?;
    browser.press("[data-action=yes]").await?;
    browser.wait_for_text("Карта копит и тратит баллы.").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM cards WHERE proved_ms > 0").await?, 1);
    let agreed = "SELECT COUNT(*) FROM consents WHERE is_given = 1 AND text_version = '2026-11.2'";
    server.wait_for_number(agreed, 2).await?;
    Ok(())
}

#[tokio::test]
async fn who_goes_on_without_the_code_has_a_card_that_collects() -> Result<()> {
    let (server, browser) = tablet().await?;
    browser.press("[data-action=skip]").await?;
    browser.press("[data-action=no]").await?;
    browser.wait_for_text("Карта уже копит баллы.").await?;
    browser.wait_for_text("подтвердите номер позже").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM cards WHERE proved_ms IS NULL").await?, 1);
    server.wait_for_number("SELECT COUNT(*) FROM consents WHERE kind = 'marketing' AND is_given = 0", 1).await?;
    Ok(())
}

#[tokio::test]
async fn where_no_codes_are_sent_that_is_told() -> Result<()> {
    let (_server, browser) = stand().await?;
    type_number(&browser).await?;
    browser.press("[data-action=agree]").await?;
    browser.wait_for_text("Магазин сейчас не отправляет сообщений.").await?;
    browser.press("[data-action=skip]").await?;
    browser.wait_for_text("Присылать вам скидки и новости?").await?;
    Ok(())
}

#[tokio::test]
async fn who_does_not_agree_leaves_nothing() -> Result<()> {
    let (server, browser) = stand().await?;
    type_number(&browser).await?;
    browser.press("[data-action=text]").await?;
    browser.wait_for_text("Согласие на обработку данных").await?;
    browser.press("[data-action=question]").await?;
    browser.press("[data-action=disagree]").await?;
    browser.wait_for_text("мы ничего не сохранили").await?;
    assert!(!traces(&browser).await?.contains(&NUMBER[3..]));
    assert_eq!(server.number("SELECT COUNT(*) FROM writes").await?, 0);
    Ok(())
}

#[tokio::test]
async fn who_looks_at_the_help_goes_on_where_they_were() -> Result<()> {
    let (_server, browser) = stand().await?;
    type_number(&browser).await?;
    browser.press("[data-action=help]").await?;
    browser.wait_for_screen("help").await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_text("Можно сохранить ваш номер?").await?;
    // A step back leads to the number as it was typed.
    browser.press("[data-action=correct]").await?;
    browser.wait_for_text("+7 916 123 45 67").await?;
    browser.press("[data-action=erase]").await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Наберите ещё цифр: 1.").await?;
    Ok(())
}

#[tokio::test]
async fn digits_are_heard_through_headphones_alone() -> Result<()> {
    let (_server, browser) = stand().await?;
    browser.goto(&server_page(&browser, "/join-loyalty?audio=on").await?).await?;
    browser.wait_for_text("Карта за номер телефона").await?;
    let press = async |digit: &str| -> Result<String> {
        browser.wait_until("heard.length > 0").await?;
        browser.heard().await?;
        browser.script(&format!("document.querySelector(\"[data-digit='{digit}']\").click()")).await?;
        browser.wait_until("heard.some((it) => it.event === 'start')").await?;
        Ok(browser.heard().await?.into_iter().find(|it| it.event == "start").map(|it| it.text).unwrap_or_default())
    };
    assert_eq!(press("9").await?, "звёздочка");
    browser.key("F15").await?;
    assert_eq!(press("1").await?, "1");
    // The caption is as public as the screen.
    let caption = browser.script("return document.querySelector('[data-spoken]').innerText").await?;
    assert_eq!(caption, json!("звёздочка"));
    Ok(())
}

/// The address of another page of the same store.
async fn server_page(browser: &Browser, path: &str) -> Result<String> {
    let origin = browser.script("return location.origin").await?;
    Ok(format!("{}{path}", origin.as_str().unwrap_or_default()))
}
