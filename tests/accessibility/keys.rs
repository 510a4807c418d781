//! Five keys do everything; a held key, a second strike and a scan do nothing by them.

use anyhow::Result;
use serde_json::json;

use super::{MILK, stand, wait_for_words};

const FOCUSED: &str = "return document.activeElement.closest('button, a, h1, h2, p, li, .fact').innerText.trim()";

#[tokio::test]
async fn down_and_up_go_through_the_whole_screen_and_round() -> Result<()> {
    let (_server, browser) = stand("/help", &[]).await?;
    assert_eq!(browser.script(FOCUSED).await?, json!("Как узнать цену"));
    let mut seen = Vec::new();
    for _ in 0..40 {
        browser.key("ArrowDown").await?;
        seen.push(browser.script(FOCUSED).await?.as_str().unwrap_or_default().to_owned());
        if seen.last().is_some_and(|text| text == "Как узнать цену") {
            break;
        }
    }
    for text in ["Прочтите цену на экране.", "Обычные настройки", "English", "Слушать", "Назад", "Позвать"]
    {
        assert!(seen.iter().any(|it| it == text), "{text} in {seen:?}");
    }
    browser.key("ArrowUp").await?;
    assert_ne!(browser.script(FOCUSED).await?, json!("Как узнать цену"));
    Ok(())
}

#[tokio::test]
async fn right_opens_the_help_and_closes_it_and_left_goes_back() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.key("ArrowRight").await?;
    browser.wait_for_screen("help").await?;
    browser.key("ArrowRight").await?;
    browser.wait_for_price(8990).await?;
    browser.key("ArrowLeft").await?;
    browser.wait_for_screen("welcome").await?;
    Ok(())
}

#[tokio::test]
async fn select_presses_what_is_highlighted() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    browser.key("ArrowDown").await?;
    for _ in 0..30 {
        browser.key("ArrowDown").await?;
        if browser.script(FOCUSED).await? == json!("English") {
            break;
        }
    }
    browser.key("Enter").await?;
    browser.wait_for_text("Scan a product").await?;
    Ok(())
}

#[tokio::test]
async fn a_held_key_and_a_second_strike_count_once() -> Result<()> {
    let (_server, browser) = stand("/", &["--double-strike-ms", "2000"]).await?;
    browser.key_down("F3", false).await?;
    for _ in 0..5 {
        browser.key_down("F3", true).await?;
    }
    browser.key_down("F3", false).await?;
    browser.wait_until("document.documentElement.dataset.size === 'large'").await?;
    // Another key counts at once, when it is known to be none of a scanner's.
    browser.key_down("F4", false).await?;
    browser.wait_until("document.documentElement.dataset.contrast === 'dark'").await
}

#[tokio::test]
async fn a_scan_presses_nothing_in_any_mode() -> Result<()> {
    let (_server, browser) = stand("/?motor=on&audio=on", &["--double-strike-ms", "2000"]).await?;
    browser.key("ArrowDown").await?;
    // Digits that repeat, and the Enter behind the code, are the scan's.
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    assert_eq!(browser.script("return document.querySelector('main').dataset.screen").await?, json!("price-check"));
    Ok(())
}

#[tokio::test]
async fn a_key_says_what_it_does_without_doing_it_until_back_is_pressed_twice() -> Result<()> {
    let (_server, browser) = stand("/?audio=on", &[]).await?;
    browser.key("F13").await?;
    browser.key("F4").await?;
    wait_for_words(&browser, "Контраст экрана").await?;
    assert_eq!(browser.script("return document.documentElement.dataset.contrast").await?, json!("normal"));
    browser.key("ArrowLeft").await?;
    browser.key("ArrowLeft").await?;
    wait_for_words(&browser, "Клавиши снова работают").await?;
    browser.key("F4").await?;
    assert_eq!(browser.script("return document.documentElement.dataset.contrast").await?, json!("dark"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_key_says_how_to_go_on_and_an_unknown_keypad_is_learned() -> Result<()> {
    let (server, browser) = stand("/installer?audio=on", &[]).await?;
    browser.key("F20").await?;
    wait_for_words(&browser, "Эта клавиша ничего не делает").await?;
    browser.wait_until("document.querySelector('[data-action=learn]')").await?;
    browser.script("document.querySelector('[data-action=learn]').click()").await?;
    wait_for_words(&browser, "Вверх: к предыдущему").await?;
    // A key of letters is a scanner's, and not taken.
    browser.type_keys("a").await?;
    wait_for_words(&browser, "Нажмите другую").await?;
    browser.key("F20").await?;
    wait_for_words(&browser, "Вниз: к следующему").await?;
    browser.key("F21").await?;
    browser.goto(&server.url("/help")).await?;
    browser.wait_until_settled().await?;
    browser.key("F21").await?;
    assert_eq!(browser.script(FOCUSED).await?, json!("Найдите на упаковке штрихкод — полоски с цифрами."));
    Ok(())
}
