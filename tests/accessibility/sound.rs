//! What comes out of the loudspeaker, rendered: the voice pack's sound is there, as long as words take, and louder
//! with each step of the volume.

use anyhow::Result;
use polka_stage::Browser;
use serde::Deserialize;
use serde_json::json;

use super::{stand, voice_pack};

/// Keeps each sound that is played, with the gain it is played at.
const KEEP: &str = "window.sounds = [];
    const gains = new WeakMap(), { connect } = AudioNode.prototype, { start } = AudioBufferSourceNode.prototype;
    AudioNode.prototype.connect = function (to, ...rest) {
        if (to instanceof GainNode) gains.set(this, to);
        return connect.call(this, to, ...rest);
    };
    AudioBufferSourceNode.prototype.start = function (...rest) {
        window.sounds.push({ buffer: this.buffer, gain: gains.get(this)?.gain.value });
        return start.apply(this, rest);
    };";

/// Renders a sound without a loudspeaker.
const RENDER: &str = "const render = async (buffer, gain) => {
        const context = new OfflineAudioContext(1, buffer.length, buffer.sampleRate);
        const source = new AudioBufferSourceNode(context, { buffer });
        source.connect(new GainNode(context, { gain })).connect(context.destination);
        source.start();
        const samples = (await context.startRendering()).getChannelData(0);
        const level = Math.sqrt(samples.reduce((sum, it) => sum + it * it, 0) / samples.length);
        return { gain, level, seconds: buffer.duration };
    };";

/// A sound as it was rendered.
#[derive(Debug, Deserialize)]
struct Rendered {
    gain: f64,
    /// The root of the mean square; 1 is the loudest.
    level: f64,
    seconds: f64,
}

/// Presses a key, waits for the sound that follows, and gives the words that it is of.
async fn words_of_sound_after(browser: &Browser, key: &str) -> Result<String> {
    browser.heard().await?;
    browser.key(key).await?;
    browser.wait_until("window.heard.some((it) => it.event === 'sound')").await?;
    let heard = browser.heard().await?.into_iter().rfind(|it| it.event == "sound");
    Ok(heard.map(|it| it.text).unwrap_or_default())
}

async fn rendered(browser: &Browser, which: &str) -> Result<Vec<Rendered>> {
    let script = format!("{RENDER} Promise.all({which}.map((it) => render(it.buffer, it.gain))).then(done)");
    Ok(serde_json::from_value(browser.script_later(&script).await?)?)
}

#[tokio::test]
async fn ten_sentences_of_each_language_sound_as_long_as_words_take_and_louder_with_each_step() -> Result<()> {
    let Some(pack) = voice_pack() else { return Ok(()) };
    for language in ["ru", "en"] {
        let (server, browser) = stand("/", &["--voices", &pack]).await?;
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": KEEP })).await?;
        browser.goto(&server.url(&format!("/help?lang={language}"))).await?;
        browser.wait_until_settled().await?;
        words_of_sound_after(&browser, "F2").await?;

        browser.script("window.sounds.length = 0").await?;
        let mut sentences = Vec::new();
        for _ in 0..10 {
            sentences.push(words_of_sound_after(&browser, "ArrowDown").await?);
        }
        let sounds = rendered(&browser, "window.sounds").await?;
        assert_eq!(sounds.len(), sentences.len(), "{sentences:?}");
        for (sound, words) in sounds.iter().zip(&sentences) {
            assert!(sound.level > 0.01, "{words:?} is silent: {sound:?}");
            // Voices say about 15 letters a second; a number has fewer letters than words.
            let letters = words.chars().count() as f64;
            assert!((letters / 40.0..letters / 5.0 + 1.5).contains(&sound.seconds), "{words:?}: {sound:?}");
        }

        // From the quietest to the loudest, each of the same sentence.
        for _ in 0..9 {
            browser.key("PageDown").await?;
        }
        browser.script("window.sentence = window.sounds[0].buffer; window.sounds.length = 0").await?;
        for _ in 0..9 {
            words_of_sound_after(&browser, "PageUp").await?;
        }
        let steps = "window.sounds.map((it) => ({ ...it, buffer: window.sentence }))";
        let steps = rendered(&browser, steps).await?;
        assert_eq!(steps.len(), 9, "{steps:?}");
        let is_louder = |pair: &[Rendered]| pair[0].gain < pair[1].gain && pair[0].level < pair[1].level;
        assert!(steps.windows(2).all(is_louder), "{steps:?}");
    }
    Ok(())
}
