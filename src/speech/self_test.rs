//! Which voices a device has, for whoever sets it up and for the staff.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{SpeechSynthesis, SpeechSynthesisVoice};

use crate::i18n::Locale;

/// Which voice speaks a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VoiceKind {
    /// One of the browser's own.
    Browser,
    /// The voice pack.
    EspeakNg,
    /// Signals and captions alone.
    None,
}

/// Which voices the device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SelfTest {
    pub(crate) russian: VoiceKind,
    pub(crate) english: VoiceKind,
}

/// Looks for the voices.
pub(super) fn self_test(has_voice_pack: bool) -> SelfTest {
    let kind = |locale| match (browser_voice(locale), has_voice_pack) {
        (Some(_), _) => VoiceKind::Browser,
        (None, true) => VoiceKind::EspeakNg,
        (None, false) => VoiceKind::None,
    };
    SelfTest { russian: kind(Locale::Russian), english: kind(Locale::English) }
}

/// The browser's own voice for a language. One that asks a server would tell it what people look at, and be
/// mute without the network.
pub(super) fn browser_voice(locale: Locale) -> Option<SpeechSynthesisVoice> {
    let voices = synthesis()?.get_voices();
    let mut voices = voices.iter().filter_map(|voice| voice.dyn_into::<SpeechSynthesisVoice>().ok());
    voices.find(|voice| voice.local_service() && voice.lang().starts_with(locale.code()))
}

pub(super) fn synthesis() -> Option<SpeechSynthesis> {
    window().speech_synthesis().ok()
}
