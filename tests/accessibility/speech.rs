//! What is on the screen is said: the same words, in order, interrupted by any action, forgotten with the visit.

use anyhow::Result;
use serde_json::json;

use super::{MILK, stand, voice_pack, wait_for_words};

#[tokio::test]
async fn the_start_key_says_how_to_go_on_and_reads_the_screen() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    browser.key("F2").await?;
    let first = wait_for_words(&browser, "Звук включён").await?;
    assert!(first.contains("Вниз") && first.contains("помощ"), "{first}");
    // Its caption says the same.
    browser.wait_until("document.querySelector('[data-spoken]').innerText.includes('Звук включён')").await?;
    wait_for_words(&browser, "Отсканируйте товар").await?;
    wait_for_words(&browser, "Кнопки ниже, кнопка, выключено").await?;
    Ok(())
}

#[tokio::test]
async fn a_scan_is_answered_with_name_price_and_place_in_words() -> Result<()> {
    let (_server, browser) = stand("/?audio=on", &[]).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    for words in ["Молоко, заголовок", "Заречье, 930 миллилитров", "Цена, 89 рублей 90 копеек"]
    {
        wait_for_words(&browser, words).await?;
        browser.key("ArrowDown").await?;
    }
    for words in ["По карте, 79 рублей 90 копеек", "2 по цене 1", "Ряд двенадцать, секция два, полка три"]
    {
        let mut count = 0;
        while browser.heard().await?.iter().all(|it| !it.text.contains(words)) {
            browser.key("ArrowDown").await?;
            count += 1;
            assert!(count < 20, "{words} is not said");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_highlighted_is_what_is_said() -> Result<()> {
    let (_server, browser) = stand("/help?audio=on", &[]).await?;
    for _ in 0..12 {
        browser.heard().await?;
        browser.key("ArrowDown").await?;
        let started = browser.heard().await?.into_iter().rfind(|it| it.event == "start");
        let said = started.map(|it| it.text).unwrap_or_default();
        let highlighted = browser.script("return document.activeElement.innerText.trim().split('\\n')[0]").await?;
        let highlighted = highlighted.as_str().unwrap_or_default().trim_end_matches('.').to_owned();
        // A dash is a pause to a voice.
        assert!(said.starts_with(highlighted.split(" — ").next().unwrap_or_default()), "{highlighted:?}: {said:?}");
    }
    Ok(())
}

#[tokio::test]
async fn any_action_cuts_speech_and_pause_and_repeat_go_on() -> Result<()> {
    let (_server, browser) = stand("/help?audio=on", &[]).await?;
    wait_for_words(&browser, "Звук включён").await?;
    browser.heard().await?;
    browser.key("ArrowDown").await?;
    let heard = browser.heard().await?;
    assert_eq!(heard.first().and_then(|it| it.cause.clone()), Some("interrupted".to_owned()), "{heard:?}");
    browser.key("F9").await?;
    let heard = browser.heard().await?;
    assert_eq!(heard.last().and_then(|it| it.cause.clone()), Some("paused".to_owned()), "{heard:?}");
    let paused = heard.last().map(|it| it.text.clone());
    browser.key("F9").await?;
    assert_eq!(browser.heard().await?.last().map(|it| it.text.clone()), paused);
    browser.key("F10").await?;
    let heard = browser.heard().await?;
    assert_eq!(heard.last().map(|it| (it.event.as_str(), Some(it.text.clone()))), Some(("start", paused)));
    Ok(())
}

#[tokio::test]
async fn the_buttons_of_the_help_pause_and_repeat_what_is_being_said() -> Result<()> {
    let (_server, browser) = stand("/help?audio=on", &[]).await?;
    wait_for_words(&browser, "Звук включён").await?;
    for (button, cause) in [("pause", "paused"), ("repeat", "interrupted")] {
        // To the button without hearing it, as a finger that knows the place does.
        browser.script(&format!("document.querySelector('[data-action={button}]').focus()")).await?;
        browser.heard().await?;
        browser.key("Enter").await?;
        let heard = browser.heard().await?;
        assert_eq!(heard.first().and_then(|it| it.cause.clone()).as_deref(), Some(cause), "{heard:?}");
    }
    Ok(())
}

#[tokio::test]
async fn speech_that_is_switched_off_while_it_loads_stays_silent() -> Result<()> {
    let (_server, browser) = stand("/", &["--double-strike-ms", "0"]).await?;
    browser.key_down("F2", false).await?;
    browser.key_down("F2", false).await?;
    browser.wait_until("document.documentElement.dataset.audio === 'off'").await?;
    browser.heard().await?;
    browser.key("F4").await?;
    let others = browser.heard().await?.into_iter().filter(|it| it.event == "start" && it.text != "Звук выключен");
    assert_eq!(others.collect::<Vec<_>>(), []);
    Ok(())
}

#[tokio::test]
async fn volume_and_rate_are_told_and_go_back_with_the_visit() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    // Headphones in, and out again: a visit's start and end.
    browser.key("F15").await?;
    wait_for_words(&browser, "Звук включён").await?;
    browser.key("PageUp").await?;
    wait_for_words(&browser, "Громкость 7 из 10").await?;
    browser.key("F18").await?;
    wait_for_words(&browser, "Скорость 4 из 5").await?;
    let heard = browser.heard().await?;
    assert_eq!(heard.last().map(|it| (it.volume, it.rate, it.channel.as_str())), Some((7, 4, "private")));
    browser.key("F16").await?;
    browser.wait_until("document.documentElement.dataset.audio === 'off'").await?;
    browser.heard().await?;
    browser.key("F2").await?;
    wait_for_words(&browser, "Звук включён").await?;
    let heard = browser.heard().await?;
    assert_eq!(heard.last().map(|it| (it.volume, it.rate, it.channel.as_str())), Some((6, 3, "speaker")));
    Ok(())
}

#[tokio::test]
async fn a_first_touch_says_a_thing_and_the_second_does_it() -> Result<()> {
    let (_server, browser) = stand("/?audio=on", &[]).await?;
    browser.press("[data-action=contrast]").await?;
    wait_for_words(&browser, "Контраст, кнопка, выключено").await?;
    assert_eq!(browser.script("return document.documentElement.dataset.contrast").await?, json!("normal"));
    browser.press("[data-action=contrast]").await?;
    wait_for_words(&browser, "Светлые буквы на чёрном").await?;
    assert_eq!(browser.script("return document.documentElement.dataset.contrast").await?, json!("dark"));
    Ok(())
}

#[tokio::test]
async fn english_is_said_as_english_and_the_other_language_in_its_own() -> Result<()> {
    let (_server, browser) = stand("/?audio=on&lang=en", &[]).await?;
    browser.press("[data-action=language]").await?;
    wait_for_words(&browser, "Русский").await?;
    let heard = browser.heard().await?;
    assert!(heard.iter().any(|it| it.text.contains("Русский") && it.language == "ru"), "{heard:?}");
    browser.scan(MILK).await?;
    wait_for_words(&browser, "Milk").await?;
    let heard = browser.heard().await?;
    assert!(heard.iter().any(|it| it.text.contains("Milk") && it.language == "en"), "{heard:?}");
    Ok(())
}

#[tokio::test]
async fn the_warning_is_said_and_one_key_keeps_the_visit() -> Result<()> {
    let settings = ["--idle-timeout-s", "5", "--idle-warning-s", "600"];
    let (_server, browser) = stand("/help?audio=on", &settings).await?;
    browser.key("ArrowDown").await?;
    for _ in 0..2 {
        browser.wait_until("document.querySelector('dialog[open]')").await?;
        wait_for_words(&browser, "Вы ещё здесь?").await?;
        browser.heard().await?;
        browser.key("Enter").await?;
        browser.wait_until("!document.querySelector('dialog[open]')").await?;
    }
    assert_eq!(browser.script("return document.querySelector('main').dataset.screen").await?, json!("help"));
    Ok(())
}

#[tokio::test]
async fn the_curtain_darkens_the_screen_and_speech_goes_on() -> Result<()> {
    let (_server, browser) = stand("/help?audio=on", &[]).await?;
    browser.key("F11").await?;
    browser.wait_until("document.documentElement.hasAttribute('data-curtain')").await?;
    browser.key("ArrowDown").await?;
    wait_for_words(&browser, "Как узнать цену").await?;
    // A touch explores under it too.
    browser.press("[data-action=contrast]").await?;
    wait_for_words(&browser, "Контраст, кнопка").await?;
    browser.key("F11").await?;
    browser.wait_until("!document.documentElement.hasAttribute('data-curtain')").await?;
    Ok(())
}

#[tokio::test]
async fn the_voice_pack_speaks_both_languages_aloud() -> Result<()> {
    let Some(pack) = voice_pack() else { return Ok(()) };
    for (language, words) in [("ru", "Звук включён"), ("en", "Sound is on")] {
        let (_server, browser) = stand(&format!("/?lang={language}"), &["--voices", &pack]).await?;
        browser.key("F2").await?;
        wait_for_words(&browser, words).await?;
        // "Sound" is told when samples begin to play, which captions alone never do.
        browser.wait_until("window.heard.some((it) => it.event === 'sound')").await?;
        browser.heard().await?;
        browser.key("ArrowDown").await?;
        browser.wait_until("window.heard.some((it) => it.event === 'sound')").await?;
        browser.wait_until("window.heard.some((it) => it.event === 'end' && it.cause === 'done')").await?;
    }
    Ok(())
}

/// A voice of the browser, which Chromium has none of here: what it does with an utterance is the script's.
fn browser_voice(speak: &str) -> String {
    format!(
        "window.spoken = [];
         window.SpeechSynthesisUtterance = class {{ constructor(text) {{ this.text = text; }} }};
         window.SpeechSynthesisVoice = class {{ constructor(lang) {{ this.lang = lang; this.localService = true; }} }};
         const voices = ['ru-RU', 'en-GB'].map((lang) => new SpeechSynthesisVoice(lang));
         const cancel = () => {{}}, speak = (it) => {{ window.spoken.push(it); {speak} }};
         Object.defineProperty(window, 'speechSynthesis', {{ value: {{ getVoices: () => voices, cancel, speak }} }});"
    )
}

async fn stand_with_browser_voice(speak: &str) -> Result<(polka_stage::Server, polka_stage::Browser)> {
    let (server, browser) = stand("/", &[]).await?;
    let script = json!({ "source": browser_voice(speak) });
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await?;
    browser.goto(&server.url("/help?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.key("F2").await?;
    Ok((server, browser))
}

#[tokio::test]
async fn a_voice_of_the_browser_speaks_in_the_language_at_the_rate_and_volume_of_the_visit() -> Result<()> {
    let (_server, browser) =
        stand_with_browser_voice("setTimeout(() => { it.onstart({}); it.onend({}); }, 20)").await?;
    wait_for_words(&browser, "How to find a price").await?;
    let first = "const it = window.spoken[0]; return [it.text.startsWith('Sound is on'), it.lang, it.rate, it.volume]";
    let heard = browser.script(first).await?;
    assert_eq!((&heard[0], &heard[1], &heard[2]), (&json!(true), &json!("en-GB"), &json!(1)));
    assert!((heard[3].as_f64().unwrap_or_default() - 0.6).abs() < 1e-6, "{heard}");
    browser.wait_until("window.heard.some((it) => it.event === 'sound')").await?;
    Ok(())
}

#[tokio::test]
async fn a_voice_of_the_browser_that_fails_or_never_begins_leaves_the_captions() -> Result<()> {
    for speak in ["setTimeout(() => it.onerror({ error: 'synthesis-failed' }), 20)", ""] {
        let (_server, browser) = stand_with_browser_voice(speak).await?;
        browser.wait_until("window.heard.some((it) => it.event === 'end' && it.cause === 'done')").await?;
        wait_for_words(&browser, "How to find a price").await?;
        // It is not asked again.
        assert_eq!(browser.script("return window.spoken.length").await?, json!(1), "{speak:?}");
    }
    Ok(())
}
