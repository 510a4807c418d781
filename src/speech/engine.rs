//! What is behind the handle: fetched when speech is switched on first, and kept.

use std::rc::Rc;

use js_sys::Reflect;
use leptos::prelude::*;
use polka_contract::KeyFunction;
use wasm_bindgen::JsValue;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::{CustomEvent, CustomEventInit, Element};

use super::queue::{Channel, Class, Command, End, Queue, Spoken, Utterance, for_channel};
use super::voices::{Sound, Voices};
use super::{Speech, is_control, reader, stops};
use crate::accessibility::explanation;
use crate::i18n::Locale;
use crate::words::speech as words;

/// The name of the event that tells of an utterance's start, sound and end. Its detail has `event` (`start`,
/// `sound`, `end`), `sequence`, `text`, `language`, `class`, `channel`, `rate`, `volume`, `at_ms` and the `cause`
/// of an end.
const EVENT: &str = "utterance";

/// What speech can do; see [`Speech`] for each.
pub(super) trait Engine {
    fn tell(&self, text: String, class: Class);
    fn read_screen(&self, before: Option<String>);
    fn read_stop(&self, stop: &Element);
    fn explain(&self, function: KeyFunction);
    fn stop(&self);
    fn pause_or_go_on(&self);
    fn repeat(&self);
    fn change_rate(&self, steps: i8);
    fn change_volume(&self, steps: i8);
    fn set_headphones(&self, has_headphones: bool);
    fn reset(&self);
    fn set_aside(&self);
    fn give_back(&self);
    fn is_speaking(&self) -> bool;
}

/// Fetches the engine.
#[wasm_split(speech, fallible)]
pub(super) fn load_engine(speech: Speech) -> Result<Rc<dyn Engine>, SplitLoaderError> {
    Ok(Rc::new(make(speech)))
}

fn make(speech: Speech) -> Parts {
    let parts = Parts {
        speech,
        queue: StoredValue::default(),
        voices: StoredValue::new_local(Voices::new(speech.has_voice_pack)),
        places: StoredValue::new_local(Vec::new()),
    };
    parts.voices.update_value(|voices| voices.report_to(parts.voices, move |sound| parts.heard(sound)));
    parts
}

#[derive(Clone, Copy)]
struct Parts {
    speech: Speech,
    queue: StoredValue<Queue>,
    voices: StoredValue<Voices, LocalStorage>,
    /// The things on the screen that the queue's places mean.
    places: StoredValue<Vec<Element>, LocalStorage>,
}

impl Engine for Parts {
    fn tell(&self, text: String, class: Class) {
        self.say(vec![Utterance { class, ..Utterance::prompt(text, self.locale()) }]);
    }

    fn read_screen(&self, before: Option<String>) {
        let locale = self.locale();
        let is_read = |stop: &Element| stop.closest("main, dialog").is_ok_and(|part| part.is_some());
        let places: Vec<Element> = stops().into_iter().filter(is_read).collect();
        let mut utterances: Vec<_> = before.map(|text| Utterance::prompt(text, locale)).into_iter().collect();
        for (place, stop) in places.iter().enumerate() {
            let position = is_control(stop).then(|| (place + 1, places.len()));
            utterances.extend(reader::utterances(stop, place, position, locale));
        }
        self.places.set_value(places);
        self.say(utterances);
    }

    fn read_stop(&self, stop: &Element) {
        // With its position among those of its part of the screen.
        let part = |stop: &Element| stop.closest("header, main, nav, dialog").ok().flatten();
        let own = part(stop);
        let all: Vec<Element> = stops().into_iter().filter(|other| part(other) == own).collect();
        let position = all.iter().position(|other| other == stop).map(|at| (at + 1, all.len()));
        let locale = self.locale();
        let mut utterances = reader::utterances(stop, 0, position, locale);
        // A dialog's question comes with whatever in it has the focus first.
        let is_first_answer = all.iter().find(|other| is_control(other)) == Some(stop);
        if is_first_answer && own.is_some_and(|part| part.tag_name() == "DIALOG") {
            let question = all.iter().filter(|other| !is_control(other));
            let question = question.flat_map(|other| reader::utterances(other, 0, None, locale));
            utterances = question.chain(utterances).collect();
        }
        self.places.set_value(vec![stop.clone()]);
        self.say(utterances);
    }

    fn explain(&self, function: KeyFunction) {
        self.tell(explanation(function)(self.locale()).to_owned(), Class::Prompt);
    }

    fn stop(&self) {
        self.run(self.queue.try_update_value(Queue::stop));
    }

    fn pause_or_go_on(&self) {
        self.run(self.queue.try_update_value(Queue::pause_or_go_on));
    }

    fn repeat(&self) {
        self.run(self.queue.try_update_value(Queue::repeat));
    }

    fn change_rate(&self, steps: i8) {
        let rate = self.queue.try_update_value(|queue| queue.change_rate(steps)).unwrap_or_default();
        let (rate, rates) = (rate.to_string(), Queue::RATES.to_string());
        self.tell(words::rate(self.locale(), &rate, &rates), Class::Value);
    }

    fn change_volume(&self, steps: i8) {
        let volume = self.queue.try_update_value(|queue| queue.change_volume(steps)).unwrap_or_default();
        let (volume, volumes) = (volume.to_string(), Queue::VOLUMES.to_string());
        self.tell(words::volume(self.locale(), &volume, &volumes), Class::Value);
    }

    fn set_headphones(&self, has_headphones: bool) {
        self.queue.update_value(|queue| queue.set_headphones(has_headphones));
    }

    fn reset(&self) {
        self.forget(Queue::reset);
    }

    fn set_aside(&self) {
        self.forget(Queue::set_aside);
    }

    fn give_back(&self) {
        self.forget(Queue::give_back);
    }

    fn is_speaking(&self) -> bool {
        self.queue.with_value(|queue| queue.current().is_some())
    }
}

impl Parts {
    fn locale(&self) -> Locale {
        self.speech.locale.get_untracked()
    }

    fn say(&self, utterances: Vec<Utterance>) {
        self.run(self.queue.try_update_value(|queue| queue.say(utterances)));
    }

    fn forget(&self, how: fn(&mut Queue) -> Vec<Command>) {
        self.run(self.queue.try_update_value(how));
        self.places.set_value(Vec::new());
        self.voices.update_value(Voices::forget);
    }

    fn run(&self, commands: Option<Vec<Command>>) {
        for command in commands.into_iter().flatten() {
            match command {
                Command::Stop(spoken, end) => {
                    self.voices.update_value(Voices::stop);
                    log("end", &spoken, Some(end));
                }
                Command::Say(spoken) => {
                    // The highlighted thing is the spoken thing.
                    let stop =
                        spoken.utterance.place.and_then(|place| self.places.with_value(|it| it.get(place).cloned()));
                    if let Some(stop) = stop {
                        self.speech.focus(&stop);
                    }
                    // The screen is public, whatever the headphones are told.
                    let shown = for_channel(spoken.utterance.clone(), Channel::Speaker);
                    self.speech.caption.set(Some((shown.text, shown.locale)));
                    log("start", &spoken, None);
                    self.voices.update_value(|voices| voices.say(&spoken));
                }
            }
        }
    }

    /// Takes word of a voice.
    fn heard(&self, sound: Sound) {
        match sound {
            Sound::Begins(sequence) => {
                let spoken = self.queue.with_value(|queue| queue.current().cloned());
                if let Some(spoken) = spoken.filter(|spoken| spoken.sequence == sequence) {
                    log("sound", &spoken, None);
                }
            }
            Sound::Ended(sequence) => {
                let ended = self.queue.try_update_value(|queue| queue.ended(sequence));
                let Some((spoken, commands)) = ended else { return };
                if let Some(spoken) = spoken {
                    log("end", &spoken, Some(End::Done));
                }
                self.run(Some(commands));
            }
        }
    }
}

fn log(event: &str, spoken: &Spoken, cause: Option<End>) {
    let utterance = &spoken.utterance;
    let detail = js_sys::Object::new();
    let set = |name: &str, value: JsValue| drop(Reflect::set(&detail, &name.into(), &value));
    set("event", event.into());
    set("sequence", spoken.sequence.into());
    set("text", utterance.text.as_str().into());
    set("language", utterance.locale.code().into());
    set("class", utterance.class.name().into());
    set("channel", spoken.channel.name().into());
    set("rate", spoken.rate.into());
    set("volume", spoken.volume.into());
    set("at_ms", window().performance().map_or(0.0, |performance| performance.now()).into());
    set("cause", cause.map_or(JsValue::NULL, |cause| cause.name().into()));
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        let _ = document().dispatch_event(&event);
    }
}
