//! Short signals, for what no voice says. Each has a caption; that of the warning is the question on the screen.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
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
    /// What was scanned is shown.
    Read,
    /// What was scanned is nothing that is known here.
    Refused,
    /// There is something to be done.
    Task,
}

impl Signal {
    /// Whether it answers a scan: who scanned is done with what is being said.
    pub(crate) fn is_of_scan(self) -> bool {
        matches!(self, Self::Read | Self::Refused)
    }

    /// What its caption says.
    pub(crate) fn caption(self, locale: Locale) -> &'static str {
        match self {
            Self::Caption => words::caption_voice(locale),
            Self::Warning => words::caption_warning(locale),
            Self::Nothing => words::caption_nothing(locale),
            Self::Read => words::caption_read(locale),
            Self::Refused => words::caption_refused(locale),
            Self::Task => words::caption_task(locale),
        }
    }

    /// Sounds, where the browser lets it; scans are also felt, where the device can.
    pub(crate) fn play(self) {
        match self {
            Self::Read => vibrate(&[60]),
            Self::Refused => vibrate(&[120, 80, 120]),
            Self::Task => vibrate(&[200, 100, 200]),
            _ => {}
        }
        // Pitch in Hz and length in seconds.
        let (pitch, seconds) = match self {
            Self::Caption => (660.0, 0.08),
            Self::Warning => (880.0, 0.25),
            Self::Nothing => (220.0, 0.12),
            Self::Read => (1760.0, 0.08),
            Self::Refused => (165.0, 0.35),
            Self::Task => (1175.0, 0.4),
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

/// Shakes for so many milliseconds, rests, and shakes again.
fn vibrate(pattern: &[u32]) {
    let (navigator, pattern) = (window().navigator(), pattern.iter().map(|ms| JsValue::from(*ms)).collect::<Array>());
    // Not every browser has it.
    let vibrate = Reflect::get(&navigator, &"vibrate".into()).and_then(JsValue::dyn_into::<Function>);
    let _ = vibrate.and_then(|vibrate| vibrate.call1(&navigator, &pattern));
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
