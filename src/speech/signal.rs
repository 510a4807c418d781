//! Short signals, for what no voice says. Each has a caption; that of the warning is the question on the screen.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, AudioContextState};

use crate::i18n::Locale;
use crate::words::speech as words;

/// A short signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Something begins that no voice can say.
    Caption,
    /// The visit is about to end.
    Warning,
    /// This key does nothing here.
    Nothing,
}

impl Signal {
    /// What its caption says.
    pub(crate) fn caption(self, locale: Locale) -> &'static str {
        match self {
            Self::Caption => words::caption_voice(locale),
            Self::Warning => words::caption_warning(locale),
            Self::Nothing => words::caption_nothing(locale),
        }
    }

    /// Sounds, where the browser lets it.
    pub(crate) fn play(self) {
        // Pitch in Hz and length in seconds.
        let (pitch, seconds) = match self {
            Self::Caption => (660.0, 0.08),
            Self::Warning => (880.0, 0.25),
            Self::Nothing => (220.0, 0.12),
        };
        // Held back by the browser, signals would gather and sound together later.
        let Some(context) = audio_context().filter(|it| it.state() == AudioContextState::Running) else { return };
        let play = || -> Result<(), JsValue> {
            let (tone, gain) = (context.create_oscillator()?, context.create_gain()?);
            tone.frequency().set_value(pitch);
            gain.gain().set_value(0.2);
            tone.connect_with_audio_node(&gain)?;
            gain.connect_with_audio_node(&context.destination())?;
            tone.start()?;
            tone.stop_with_when(context.current_time() + seconds)
        };
        let _ = play();
    }
}

/// The way to the loudspeaker; browsers hold it back until somebody has touched the page.
pub(super) fn audio_context() -> Option<AudioContext> {
    thread_local! {
        static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    }
    CONTEXT.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = AudioContext::new().ok();
        }
        let context = kept.clone()?;
        if context.state() == AudioContextState::Suspended {
            let _ = context.resume();
        }
        Some(context)
    })
}
