//! The modes: switched on by one touch, by one key and by the address, and gone with the visit.

use anyhow::Result;
use polka_stage::Browser;
use serde_json::json;

use super::{stand, wait_for_words};

/// What the page says of a mode.
async fn mode(browser: &Browser, name: &str) -> Result<String> {
    let value = browser.script(&format!("return document.documentElement.dataset.{name}")).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

const MODES: [(&str, &str, &str, &str); 6] = [
    ("size", "F3", "normal", "large"),
    ("contrast", "F4", "normal", "dark"),
    ("audio", "F2", "off", "on"),
    ("reach", "F6", "normal", "low"),
    ("motor", "F7", "off", "on"),
    ("motion", "F8", "full", "plain"),
];

#[tokio::test]
async fn each_mode_is_one_touch_or_one_key_away_from_the_first_screen() -> Result<()> {
    for way in ["touch", "key"] {
        let (_server, browser) = stand("/", &[]).await?;
        for (name, key, off, on) in MODES {
            assert_eq!(mode(&browser, name).await?, off, "{name} by {way}");
            match way {
                // With speech on, a touch explores first; it comes last.
                "touch" if name == "audio" => continue,
                "touch" => browser.press(&format!("[data-action={name}]")).await?,
                _ => browser.key(key).await?,
            }
            assert_eq!(mode(&browser, name).await?, on, "{name} by {way}");
        }
        if way == "touch" {
            browser.press("[data-action=audio]").await?;
            assert_eq!(mode(&browser, "audio").await?, "on");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_device_starts_in_the_modes_of_its_address() -> Result<()> {
    let address = "/help?lang=en&size=largest&contrast=light&audio=on&reach=low&motor=on&motion=plain";
    let (_server, browser) = stand(address, &[]).await?;
    for (name, value) in [
        ("size", "largest"),
        ("contrast", "light"),
        ("audio", "on"),
        ("reach", "low"),
        ("motor", "on"),
        ("motion", "plain"),
    ] {
        assert_eq!(mode(&browser, name).await?, value, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn size_and_contrast_go_round() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    for size in ["large", "largest", "normal"] {
        browser.key("F3").await?;
        assert_eq!(mode(&browser, "size").await?, size);
    }
    for contrast in ["dark", "light", "normal"] {
        browser.key("F4").await?;
        assert_eq!(mode(&browser, "contrast").await?, contrast);
    }
    Ok(())
}

#[tokio::test]
async fn default_settings_in_the_middle_keep_the_work_and_the_speech() -> Result<()> {
    let (_server, browser) = stand("/help?lang=en", &[]).await?;
    for (_, key, _, _) in MODES {
        browser.key(key).await?;
    }
    browser.key("F14").await?;
    for (name, _, off, on) in MODES {
        assert_eq!(mode(&browser, name).await?, if name == "audio" { on } else { off }, "{name}");
    }
    assert_eq!(browser.script("return document.querySelector('main').dataset.screen").await?, json!("help"));
    Ok(())
}

#[tokio::test]
async fn the_modes_end_with_the_visit_by_its_exit_and_when_headphones_are_pulled_out() -> Result<()> {
    let (_server, browser) = stand("/", &["--idle-timeout-s", "5", "--idle-warning-s", "20"]).await?;
    for (_, key, _, _) in MODES {
        browser.key(key).await?;
    }
    // Keys that say what they do let the headphones' key through, and do so no longer in the next visit.
    browser.key("F13").await?;
    browser.key("F16").await?;
    for (name, _, off, _) in MODES {
        assert_eq!(mode(&browser, name).await?, off, "{name} after the headphones");
    }
    browser.key("F4").await?;
    browser.wait_until("document.querySelector('dialog[open]')").await?;
    browser.press("[data-action=end]").await?;
    assert_eq!(mode(&browser, "contrast").await?, "normal");
    Ok(())
}

#[tokio::test]
async fn a_member_of_staff_finds_the_device_as_they_know_it_and_the_visitor_theirs_again() -> Result<()> {
    let (_server, browser) = stand("/help", &[]).await?;
    for key in ["F3", "F4", "F5"] {
        browser.key(key).await?;
    }
    browser.key("F12").await?;
    browser.wait_for_text("Здесь сотрудник").await?;
    assert_eq!(mode(&browser, "contrast").await?, "normal");
    browser.press("[data-action=staff-away]").await?;
    assert_eq!((mode(&browser, "size").await?, mode(&browser, "contrast").await?), ("large".into(), "dark".into()));
    browser.wait_for_text("How to find a price").await?;
    // Or the visit is over.
    browser.key("F12").await?;
    browser.press("[data-action=staff-ends]").await?;
    browser.wait_for_screen("welcome").await?;
    assert_eq!((mode(&browser, "size").await?, mode(&browser, "contrast").await?), ("normal".into(), "normal".into()));
    Ok(())
}

#[tokio::test]
async fn an_installer_measures_the_device_and_sizes_follow() -> Result<()> {
    let (server, browser) = stand("/installer", &[]).await?;
    let ruler = "return document.querySelector('.ruler').getBoundingClientRect().width";
    browser.wait_until("document.querySelector('.ruler')").await?;
    let before = browser.script(ruler).await?.as_f64().unwrap_or_default();
    for _ in 0..10 {
        browser.press("[data-action=less-0]").await?;
    }
    let after = browser.script(ruler).await?.as_f64().unwrap_or_default();
    assert_eq!((before.round(), after.round()), ((50.0 / 0.248_f64).round(), (50.0 / 0.238_f64).round()));
    // It is kept on the device, also when the page is opened anew.
    browser.goto(&server.url("/installer")).await?;
    browser.wait_until("document.querySelector('.ruler')").await?;
    assert_eq!(browser.script(ruler).await?.as_f64().unwrap_or_default().round(), after.round());
    browser.press("[data-action=forget]").await?;
    assert_eq!(browser.script(ruler).await?.as_f64().unwrap_or_default().round(), before.round());
    Ok(())
}

#[tokio::test]
async fn an_installer_without_a_network_is_told_and_tries_again() -> Result<()> {
    let (mut server, browser) = stand("/", &[]).await?;
    server.stop().await?;
    browser.script("history.pushState(1, '', '/installer'); dispatchEvent(new PopStateEvent('popstate'))").await?;
    browser.wait_for_text("Страница не загрузилась").await?;
    server.restart().await?;
    browser.press("[data-action=again]").await?;
    browser.wait_until("document.querySelector('.ruler')").await?;
    Ok(())
}

#[tokio::test]
async fn the_first_words_tell_how_to_go_on_with_what_the_device_has() -> Result<()> {
    let (server, browser) = stand("/installer", &[]).await?;
    for (input, words, other) in [("Касание", "Коснитесь", "Вниз"), ("Клавиши", "Вниз", "Касание")]
    {
        browser.goto(&server.url("/installer")).await?;
        browser.wait_until("document.querySelector('.ruler')").await?;
        let press = format!(
            "[...document.querySelectorAll('main button')].find((it) => it.innerText.trim() === '{input}').click()"
        );
        browser.script(&press).await?;
        browser.goto(&server.url("/")).await?;
        browser.wait_until_settled().await?;
        browser.key("F2").await?;
        let first = wait_for_words(&browser, "Звук включён").await?;
        assert!(first.contains(words) && !first.contains(other), "{input}: {first}");
    }
    Ok(())
}

#[tokio::test]
async fn a_call_stays_open_and_says_honestly_that_nobody_has_answered() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("пока никто не ответил").await?;
    browser.scan(super::MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("пока никто не ответил").await?;
    browser.press("[data-action=call-off]").await?;
    browser.wait_for_text("Вызова нет").await?;
    Ok(())
}
