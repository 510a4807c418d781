//! What makes sound: a voice of the browser in the right language, else espeak-ng in a worker, else signals
//! with captions. No voice can be relied on, so each failure leads to the next.
//!
//! espeak-ng is a program of its own, under its own licence: text goes to it and sound comes back, by messages.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Float32Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AudioNode, AudioScheduledSourceNode, MessageEvent, SpeechSynthesisUtterance, SpeechSynthesisVoice, Worker,
    WorkerOptions, WorkerType,
};

use super::queue::{Queue, Spoken};
use super::self_test::{browser_voice, synthesis};
use super::signal::{Signal, audio_context};
use crate::i18n::Locale;

/// A voice's own pace, and by how much each rate of [`Queue::RATES`] changes it.
const WORDS_PER_MINUTE: f32 = 165.0;
const RATES: [f32; Queue::RATES as usize] = [0.7, 0.85, 1.0, 1.4, 1.9];
/// A voice that is on its way is waited for so long; then the caption must do.
const PATIENCE_TO_LOAD: Duration = Duration::from_millis(900);
/// And for one that is there and does not begin, on the slowest device with the longest sentence.
const PATIENCE_TO_BEGIN: Duration = Duration::from_secs(3);

/// What a voice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// The first sound of this utterance.
    Begins(u32),
    /// Its end.
    Ended(u32),
}

#[derive(Clone)]
enum Pack {
    Absent,
    Unloaded,
    Loading(Worker),
    Ready(Worker),
}

type Report = Rc<dyn Fn(Sound)>;

/// The voices of this device.
pub(super) struct Voices {
    /// Where these voices are kept, for what comes back later.
    kept: Option<StoredValue<Voices, LocalStorage>>,
    report: Report,
    pack: Pack,
    browser_has_failed: bool,
    /// What a voice was asked to say and has not begun.
    asked: Option<Spoken>,
    playing: Option<AudioScheduledSourceNode>,
    timer: Option<TimeoutHandle>,
}

impl Voices {
    pub(super) fn new(has_pack: bool) -> Self {
        Self {
            kept: None,
            report: Rc::new(|_| {}),
            pack: if has_pack { Pack::Unloaded } else { Pack::Absent },
            browser_has_failed: false,
            asked: None,
            playing: None,
            timer: None,
        }
    }

    /// Names who is told of sounds.
    pub(super) fn report_to(&mut self, kept: StoredValue<Voices, LocalStorage>, report: impl Fn(Sound) + 'static) {
        self.kept = Some(kept);
        self.report = Rc::new(report);
    }

    /// Says something; the voice before it was stopped.
    pub(super) fn say(&mut self, spoken: &Spoken) {
        self.asked = Some(spoken.clone());
        if let Some(voice) = browser_voice(spoken.utterance.locale).filter(|_| !self.browser_has_failed) {
            return self.say_by_browser(spoken, &voice);
        }
        match self.pack.clone() {
            Pack::Ready(worker) => {
                self.ask_pack(&worker, spoken);
                return self.after(PATIENCE_TO_BEGIN, Voices::pack_failed);
            }
            Pack::Unloaded => self.load_pack(),
            Pack::Loading(_) => {}
            Pack::Absent => return self.say_by_caption(),
        }
        self.after(PATIENCE_TO_LOAD, Voices::say_by_caption);
    }

    /// Is silent at once.
    pub(super) fn stop(&mut self) {
        self.asked = None;
        self.wait_no_more();
        if let Some(source) = self.playing.take() {
            source.set_onended(None);
            let _ = source.stop();
        }
        if let Some(synthesis) = synthesis() {
            synthesis.cancel();
        }
    }

    /// Lets nothing of what was said stay in the pack's memory.
    pub(super) fn forget(&mut self) {
        self.stop();
        if let Pack::Ready(worker) = &self.pack {
            let request = js_sys::Object::new();
            let _ = Reflect::set(&request, &"forget".into(), &JsValue::TRUE);
            let _ = worker.post_message(&request);
        }
    }

    fn say_by_browser(&mut self, spoken: &Spoken, voice: &SpeechSynthesisVoice) {
        let (Some(synthesis), Ok(utterance)) =
            (synthesis(), SpeechSynthesisUtterance::new_with_text(&spoken.utterance.text))
        else {
            return self.browser_failed();
        };
        utterance.set_voice(Some(voice));
        utterance.set_lang(&voice.lang());
        utterance.set_rate(RATES[usize::from(spoken.rate) - 1]);
        utterance.set_volume(f32::from(spoken.volume) / f32::from(Queue::VOLUMES));
        let (report, sequence) = (self.report.clone(), spoken.sequence);
        let (begun, ended, kept) = (report.clone(), report, self.kept);
        utterance.set_onstart(Some(&once(move |_| {
            begun(Sound::Begins(sequence));
            set_timeout(move || later(kept, |voices| voices.has_begun(sequence)), Duration::ZERO);
        })));
        utterance.set_onend(Some(&once(move |_| ended(Sound::Ended(sequence)))));
        utterance.set_onerror(Some(&once(move |event| {
            let error = Reflect::get(&event, &"error".into()).ok().and_then(|error| error.as_string());
            // Our own silence is told as an error too.
            if matches!(error.as_deref(), Some("canceled" | "interrupted")) {
                return;
            }
            // Told later: the browser may tell it while it is asked to speak.
            let fall_back = move || {
                later(kept, |voices| {
                    if !voices.is_asked(sequence) {
                        return;
                    }
                    // Without a touch no sound may be made yet; that is no fault of the voice.
                    match error.as_deref() == Some("not-allowed") {
                        true => voices.say_by_caption(),
                        false => voices.browser_failed(),
                    }
                });
            };
            set_timeout(fall_back, Duration::ZERO);
        })));
        synthesis.speak(&utterance);
        self.after(PATIENCE_TO_BEGIN, Voices::browser_failed);
    }

    /// The next voice says it.
    fn browser_failed(&mut self) {
        self.browser_has_failed = true;
        if let Some(spoken) = self.asked.clone() {
            self.stop();
            self.say(&spoken);
        }
    }

    fn is_asked(&self, sequence: u32) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.sequence == sequence)
    }

    fn has_begun(&mut self, sequence: u32) {
        if self.is_asked(sequence) {
            self.wait_no_more();
        }
    }

    fn load_pack(&mut self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let address = format!("{}espeak-ng/worker.js", polka_contract::paths::VOICES);
        let Ok(worker) = Worker::new_with_options(&address, &options) else { return };
        let kept = self.kept;
        let failed = Closure::<dyn Fn(JsValue)>::new(move |_| later(kept, Voices::pack_failed));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        failed.forget();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            later(kept, |voices| voices.hear_pack(&event.data()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        self.pack = Pack::Loading(worker);
    }

    fn pack_failed(&mut self) {
        // The network may have slipped; it is fetched again with the next words.
        if let Pack::Loading(worker) | Pack::Ready(worker) = std::mem::replace(&mut self.pack, Pack::Unloaded) {
            worker.terminate();
        }
        if self.asked.is_some() {
            self.say_by_caption();
        }
    }

    fn ask_pack(&self, worker: &Worker, spoken: &Spoken) {
        let (id, pace) = (spoken.sequence, WORDS_PER_MINUTE * RATES[usize::from(spoken.rate) - 1]);
        let _ = worker.post_message(&request(&spoken.utterance.text, spoken.utterance.locale, id, pace));
    }

    fn hear_pack(&mut self, message: &JsValue) {
        let get = |name: &str| Reflect::get(message, &name.into()).unwrap_or_default();
        if get("ready").is_truthy() {
            if let Pack::Loading(worker) = self.pack.clone() {
                if let Some(spoken) = &self.asked {
                    self.ask_pack(&worker, spoken);
                }
                self.pack = Pack::Ready(worker);
            }
            return;
        }
        let Some(id) = get("id").as_f64() else {
            // It told an error of its start.
            return self.pack_failed();
        };
        let Some(spoken) = self.asked.take_if(|spoken| f64::from(spoken.sequence) == id) else { return };
        self.wait_no_more();
        let played = get("samples").dyn_into::<Float32Array>().and_then(|samples| {
            self.play_samples(&spoken, &samples, get("sample_rate").as_f64().unwrap_or(22_050.0) as f32)
        });
        if played.is_err() {
            self.asked = Some(spoken);
            self.say_by_caption();
        }
    }

    fn play_samples(&mut self, spoken: &Spoken, samples: &Float32Array, rate: f32) -> Result<(), JsValue> {
        let context = audio_context().ok_or("no sound")?;
        // Held back by the browser it would never end.
        if context.state() != web_sys::AudioContextState::Running {
            return Err("no sound yet".into());
        }
        let buffer = context.create_buffer(1, samples.length().max(1), rate)?;
        buffer.copy_to_channel_with_f32_array(samples, 0)?;
        let (source, gain) = (context.create_buffer_source()?, context.create_gain()?);
        source.set_buffer(Some(&buffer));
        gain.gain().set_value(f32::from(spoken.volume) / f32::from(Queue::VOLUMES));
        let node: &AudioNode = source.as_ref();
        node.connect_with_audio_node(&gain)?.connect_with_audio_node(&context.destination())?;
        let (report, sequence) = (self.report.clone(), spoken.sequence);
        let source: AudioScheduledSourceNode = source.into();
        source.set_onended(Some(&once(move |_| report(Sound::Ended(sequence)))));
        source.start()?;
        self.playing = Some(source);
        let report = self.report.clone();
        // Told later: whoever is told may ask back.
        set_timeout(move || report(Sound::Begins(sequence)), Duration::ZERO);
        Ok(())
    }

    /// A signal, and time to read the caption.
    fn say_by_caption(&mut self) {
        let Some(spoken) = self.asked.take() else { return };
        Signal::Caption.play();
        let letters = spoken.utterance.text.chars().count() as f32;
        let seconds = (0.4 + letters / 15.0) / RATES[usize::from(spoken.rate) - 1];
        let report = self.report.clone();
        let ended = move || report(Sound::Ended(spoken.sequence));
        self.wait_no_more();
        self.timer = set_timeout_with_handle(ended, Duration::from_secs_f32(seconds)).ok();
    }

    fn after(&mut self, time: Duration, then: fn(&mut Self)) {
        let kept = self.kept;
        self.wait_no_more();
        self.timer = set_timeout_with_handle(move || later(kept, then), time).ok();
    }

    fn wait_no_more(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}

/// What the pack is asked; of what it was asked before it says nothing any more.
fn request(text: &str, locale: Locale, id: u32, words_per_minute: f32) -> js_sys::Object {
    let request = js_sys::Object::new();
    let set = |name: &str, value: JsValue| drop(Reflect::set(&request, &name.into(), &value));
    set("id", id.into());
    set("cancel_before", id.into());
    set("text", text.into());
    set("language", locale.code().into());
    set("words_per_minute", words_per_minute.into());
    request
}

/// Goes on with the voices when something has come back.
fn later(kept: Option<StoredValue<Voices, LocalStorage>>, then: impl FnOnce(&mut Voices)) {
    if let Some(kept) = kept {
        kept.update_value(then);
    }
}

fn once(then: impl FnOnce(JsValue) + 'static) -> Function {
    Closure::once_into_js(then).unchecked_into()
}
