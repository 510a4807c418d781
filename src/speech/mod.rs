//! What is said: the screen in its reading order, what has the focus, what an action did.
//!
//! Here is the handle that the app holds. The engine behind it is fetched when speech is switched on first:
//! `queue.rs` has the rules, `reader.rs` makes sentences of what is on the screen, `pronounce/` puts numbers
//! into words, `voices.rs` makes sound. Each utterance is also a caption, and an event on the document: who
//! tests or watches the device listens there. Nothing of it is kept.

mod engine;
mod pronounce;
pub(crate) mod queue;
mod reader;
mod self_test;
mod signal;
mod stops;
mod voices;

use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::KeyFunction;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FocusOptions, HtmlElement};

use crate::accessibility::{Accessibility, use_accessibility};
use crate::i18n::{Locale, use_locale};
use crate::provided::provided;
use crate::settings::use_settings;
use engine::{Engine, load_engine};
use queue::Class;
pub(crate) use self_test::{SelfTest, VoiceKind};
pub(crate) use signal::Signal as Sound;
pub(crate) use stops::{is_control, open_dialog, stop_of, stops};

type Asked = Box<dyn FnOnce(&dyn Engine)>;

/// The speech of this device.
#[derive(Clone, Copy)]
pub(crate) struct Speech {
    engine: StoredValue<Option<Rc<dyn Engine>>, LocalStorage>,
    is_loading: StoredValue<bool>,
    /// What was asked of the engine last, while it is on its way.
    asked: StoredValue<Option<Asked>, LocalStorage>,
    /// Set while the speech itself moves the focus along.
    moves_focus: StoredValue<bool>,
    has_headphones: StoredValue<bool>,
    has_voice_pack: bool,
    caption: RwSignal<Option<(String, Locale)>>,
    accessibility: Accessibility,
    locale: RwSignal<Locale>,
}

impl Speech {
    /// Says what an action did, in place of what is being said.
    pub(crate) fn tell(self, text: String, class: Class) {
        self.ask(move |engine| engine.tell(text, class));
    }

    /// Says the whole screen from its heading on, and moves the focus along; `before` goes first.
    pub(crate) fn read_screen(self, before: Option<String>) {
        self.ask(move |engine| engine.read_screen(before));
    }

    /// Goes to a thing on the screen, and says it.
    pub(crate) fn go_to(self, stop: &Element) {
        self.focus(stop);
        let stop = stop.clone();
        self.ask(move |engine| engine.read_stop(&stop));
    }

    /// What a key does.
    pub(crate) fn explain(self, function: KeyFunction) {
        self.ask(move |engine| engine.explain(function));
    }

    /// Is silent: somebody did something.
    pub(crate) fn stop(self) {
        self.asked.set_value(None);
        self.ask_loaded(|engine| engine.stop());
    }

    /// Pauses, or goes on.
    pub(crate) fn pause_or_go_on(self) {
        self.ask(|engine| engine.pause_or_go_on());
    }

    /// Says the last thing again.
    pub(crate) fn repeat(self) {
        self.ask(|engine| engine.repeat());
    }

    /// Faster or slower by steps, and says how fast.
    pub(crate) fn change_rate(self, steps: i8) {
        self.ask(move |engine| engine.change_rate(steps));
    }

    /// Louder or quieter by steps, and says how loud.
    pub(crate) fn change_volume(self, steps: i8) {
        self.ask(move |engine| engine.change_volume(steps));
    }

    /// Takes word that headphones were plugged in or pulled out.
    pub(crate) fn set_headphones(self, has_headphones: bool) {
        self.has_headphones.set_value(has_headphones);
        self.ask_loaded(|engine| engine.set_headphones(has_headphones));
    }

    /// Forgets the person: what they heard, how loud and how fast.
    pub(crate) fn reset(self) {
        self.forget(|engine| engine.reset());
    }

    /// The same while somebody else is at the device.
    pub(crate) fn set_aside(self) {
        self.forget(|engine| engine.set_aside());
    }

    /// The person is back: what the other one heard is forgotten, and it is as loud and fast as before.
    pub(crate) fn give_back(self) {
        self.forget(|engine| engine.give_back());
    }

    fn forget(self, how: fn(&dyn Engine)) {
        self.asked.set_value(None);
        self.ask_loaded(how);
        self.caption.set(None);
    }

    /// A short signal, with its caption. Nothing but a scan sounds over speech.
    pub(crate) fn signal(self, signal: Sound) {
        let is_speaking = self.engine.with_value(|engine| engine.as_ref().is_some_and(|engine| engine.is_speaking()));
        if signal.is_of_scan() || !is_speaking {
            signal.play();
        }
        if !is_speaking {
            let locale = self.locale.get_untracked();
            self.caption.set(Some((signal.caption(locale).to_owned(), locale)));
        }
    }

    /// What is said, or was said last, and in which language.
    pub(crate) fn caption(self) -> Option<(String, Locale)> {
        self.caption.get()
    }

    /// Which voices this device has.
    pub(crate) fn self_test(self) -> SelfTest {
        self_test::self_test(self.has_voice_pack)
    }

    /// Puts the focus on a thing of the screen, also one that Tab passes over.
    fn focus(self, stop: &Element) {
        if !is_control(stop) && !stop.has_attribute("tabindex") {
            let _ = stop.set_attribute("tabindex", "-1");
        }
        if let Some(stop) = stop.dyn_ref::<HtmlElement>() {
            let options = FocusOptions::new();
            let _ = js_sys::Reflect::set(&options, &"focusVisible".into(), &JsValue::TRUE);
            self.moves_focus.set_value(true);
            let _ = stop.focus_with_options(&options);
            self.moves_focus.set_value(false);
        }
    }

    fn is_on(self) -> bool {
        self.accessibility.modes.with_untracked(|modes| modes.audio)
    }

    fn ask_loaded(self, what: impl FnOnce(&dyn Engine)) {
        if let Some(engine) = self.engine.get_value() {
            what(&*engine);
        }
    }

    /// Asks the engine while speech is on. Of what is asked before it is there the last counts.
    fn ask(self, what: impl FnOnce(&dyn Engine) + 'static) {
        if !self.is_on() {
            return;
        }
        if let Some(engine) = self.engine.get_value() {
            return what(&*engine);
        }
        self.asked.set_value(Some(Box::new(what)));
        if self.is_loading.get_value() {
            return;
        }
        self.is_loading.set_value(true);
        spawn_local(async move {
            let loaded = load_engine(self).await;
            self.is_loading.set_value(false);
            // Not loaded is tried again with the next thing that is asked.
            let Ok(engine) = loaded else { return };
            engine.set_headphones(self.has_headphones.get_value());
            self.engine.set_value(Some(engine.clone()));
            // Meanwhile somebody may have switched speech off.
            if let Some(asked) = self.asked.try_update_value(Option::take).flatten().filter(|_| self.is_on()) {
                asked(&*engine);
            }
        });
    }
}

/// Provides speech, and says whatever gets the focus while it is on.
pub(crate) fn provide_speech() {
    let speech = Speech {
        engine: StoredValue::new_local(None),
        is_loading: StoredValue::new(false),
        asked: StoredValue::new_local(None),
        moves_focus: StoredValue::new(false),
        has_headphones: StoredValue::new(false),
        has_voice_pack: use_settings().with_value(|settings| settings.has_voice_pack),
        caption: RwSignal::new(None),
        accessibility: use_accessibility(),
        locale: use_locale(),
    };
    provide_context(speech);
    let _ = window_event_listener(ev::focusin, move |event| {
        if !speech.is_on() || speech.moves_focus.get_value() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(stop) = target.and_then(|target| stop_of(&target)) {
            // A heading gets the focus when its screen is new: then all of the screen is read.
            match stop.tag_name().as_str() {
                "H1" => speech.read_screen(None),
                _ => speech.ask(move |engine| engine.read_stop(&stop)),
            }
        }
    });
    // A device that starts with speech has somebody waiting for its first words.
    if speech.is_on() {
        let locale = speech.locale.get_untracked();
        speech.read_screen(Some(speech.accessibility.first_words(locale).to_owned()));
    }
}

/// The speech of this device.
pub(crate) fn use_speech() -> Speech {
    provided()
}
