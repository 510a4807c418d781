//! What each function does, whether a key, a button or a touch asks for it.

use leptos::prelude::*;
use polka_contract::KeyFunction;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::modes::{Contrast, Size};
use super::{Accessibility, keypad, touch, use_accessibility};
use crate::i18n::{Locale, use_locale};
use crate::offline::{Device, use_device};
use crate::provided::provided;
use crate::routes::{Navigation, Route, use_navigation};
use crate::session::{Session, use_session};
use crate::speech::queue::Class;
use crate::speech::{Sound, Speech, is_control, open_dialog, stop_of, stops, use_speech};
use crate::words::accessibility as words;

/// Does what keys and buttons ask for.
#[derive(Clone, Copy)]
pub(crate) struct Actions {
    accessibility: Accessibility,
    speech: Speech,
    navigation: Navigation,
    session: Session,
    device: Device,
    locale: RwSignal<Locale>,
}

/// The functions that an unknown keypad may have, in the order in which their keys are asked for.
const LEARNED: [KeyFunction; 10] = [
    KeyFunction::Up,
    KeyFunction::Down,
    KeyFunction::Back,
    KeyFunction::Help,
    KeyFunction::Select,
    KeyFunction::Louder,
    KeyFunction::Quieter,
    KeyFunction::Audio,
    KeyFunction::JackIn,
    KeyFunction::JackOut,
];

impl Actions {
    /// Does what a key or button asks for, or says what it would do.
    pub(crate) fn perform(self, function: KeyFunction) {
        // What happens to the device happens in any case.
        let is_event =
            matches!(function, KeyFunction::JackIn | KeyFunction::JackOut | KeyFunction::Staff | KeyFunction::Audio);
        match self.accessibility.explains.get_value() {
            Some(was_back) if !is_event => return self.explain(function, was_back),
            _ => {}
        }
        // Select goes on with its own: pausing and repeating need what is being said.
        if !matches!(function, KeyFunction::Pause | KeyFunction::Repeat | KeyFunction::Select) {
            self.speech.stop();
        }
        let modes = self.accessibility.modes;
        match function {
            KeyFunction::Up => self.move_by(-1),
            KeyFunction::Down => self.move_by(1),
            KeyFunction::Back => self.back(),
            KeyFunction::Help => self.help(),
            KeyFunction::Select => self.select(),
            KeyFunction::Louder => self.speech.change_volume(1),
            KeyFunction::Quieter => self.speech.change_volume(-1),
            KeyFunction::Audio => self.set_audio(!modes.with_untracked(|modes| modes.audio)),
            KeyFunction::Size => {
                modes.update(|modes| modes.size = modes.size.next());
                self.tell(match modes.with_untracked(|modes| modes.size) {
                    Size::Normal => words::size_normal,
                    Size::Large => words::size_large,
                    Size::Largest => words::size_largest,
                });
            }
            KeyFunction::Contrast => {
                modes.update(|modes| modes.contrast = modes.contrast.next());
                self.tell(match modes.with_untracked(|modes| modes.contrast) {
                    Contrast::Normal => words::contrast_normal,
                    Contrast::Dark => words::contrast_dark,
                    Contrast::Light => words::contrast_light,
                });
            }
            KeyFunction::Reach => {
                modes.update(|modes| modes.low_reach = !modes.low_reach);
                let is_low = modes.with_untracked(|modes| modes.low_reach);
                self.tell(if is_low { words::reach_low } else { words::reach_normal });
            }
            KeyFunction::Motor => {
                modes.update(|modes| modes.motor = !modes.motor);
                self.tell(if modes.with_untracked(|modes| modes.motor) { words::motor_on } else { words::motor_off });
            }
            KeyFunction::Motion => {
                modes.update(|modes| modes.plain_motion = !modes.plain_motion);
                let is_plain = modes.with_untracked(|modes| modes.plain_motion);
                self.tell(if is_plain { words::motion_plain } else { words::motion_full });
            }
            KeyFunction::Language => {
                self.locale.update(|locale| *locale = locale.other());
                self.tell(words::language);
            }
            KeyFunction::Repeat => self.speech.repeat(),
            KeyFunction::Pause => self.speech.pause_or_go_on(),
            KeyFunction::Faster => self.speech.change_rate(1),
            KeyFunction::Slower => self.speech.change_rate(-1),
            KeyFunction::Curtain => {
                self.accessibility.curtain.update(|is_drawn| *is_drawn = !*is_drawn);
                let is_drawn = self.accessibility.curtain.get_untracked();
                self.tell(if is_drawn { words::curtain_on } else { words::curtain_off });
            }
            // Without speech nobody would hear what the keys say.
            KeyFunction::ExplainKeys if modes.with_untracked(|modes| modes.audio) => {
                self.accessibility.explains.set_value(Some(false));
                self.tell(words::explain_on);
            }
            KeyFunction::ExplainKeys => {}
            KeyFunction::DefaultSettings => {
                self.speech.reset();
                self.accessibility.reset_but_audio();
                self.tell(words::default_settings);
            }
            KeyFunction::Call => {
                self.session.calls(self.device);
                self.navigation.go(Route::CallStaff);
            }
            KeyFunction::JackIn => {
                self.speech.set_headphones(true);
                self.session.continues();
                self.set_audio(true);
            }
            KeyFunction::JackOut => {
                self.speech.set_headphones(false);
                self.session.ends();
            }
            KeyFunction::Staff => self.session.staff_steps_in_or_out(),
        }
    }

    fn tell(self, text: fn(Locale) -> &'static str) {
        self.speech.tell(text(self.locale.get_untracked()).to_owned(), Class::Prompt);
    }

    fn move_by(self, steps: isize) {
        self.accessibility.by_keys.set(true);
        let stops = stops();
        let Some(count) = isize::try_from(stops.len()).ok().filter(|count| *count > 0) else { return };
        let here = here().and_then(|here| stops.iter().position(|stop| *stop == here));
        let place = match here.and_then(|here| isize::try_from(here).ok()) {
            Some(here) => (here + steps).rem_euclid(count),
            // From nowhere the first step leads to what the screen is about.
            None => stops.iter().position(|stop| stop.tag_name() == "H1").unwrap_or(0) as isize,
        };
        if let Some(stop) = stops.get(place as usize) {
            self.speech.go_to(stop);
        }
    }

    /// A question that is open is the help that is needed now.
    fn help(self) {
        match open_dialog().and_then(|dialog| dialog.query_selector("button").ok().flatten()) {
            Some(answer) => self.speech.go_to(&answer),
            None if self.navigation.route_now() == Route::Help => self.navigation.back(),
            None => self.navigation.go(Route::Help),
        }
    }

    fn back(self) {
        match open_dialog().and_then(|dialog| Some((dialog, Event::new("cancel").ok()?))) {
            Some((dialog, cancel)) => drop(dialog.dispatch_event(&cancel)),
            None => self.navigation.back(),
        }
    }

    fn select(self) {
        match here() {
            Some(stop) if is_control(&stop) => {
                if !keeps_speech(&stop) {
                    self.speech.stop();
                }
                if let Some(control) = stop.dyn_ref::<HtmlElement>() {
                    control.click();
                }
            }
            Some(stop) => self.speech.go_to(&stop),
            None => self.speech.read_screen(None),
        }
    }

    fn set_audio(self, is_on: bool) {
        if !is_on {
            // Said while speech is still on, and let out to its end.
            self.tell(words::audio_off);
        }
        self.accessibility.explains.set_value(None);
        self.accessibility.modes.update(|modes| modes.audio = is_on);
        if is_on {
            let first = self.accessibility.first_words(self.locale.get_untracked()).to_owned();
            // The screen may show more when it is heard.
            request_animation_frame(move || self.speech.read_screen(Some(first)));
        }
    }

    fn explain(self, function: KeyFunction, was_back: bool) {
        if function == KeyFunction::Back && was_back {
            self.accessibility.explains.set_value(None);
            return self.tell(words::explain_off);
        }
        self.accessibility.explains.set_value(Some(function == KeyFunction::Back));
        self.speech.explain(function);
    }

    /// Begins to ask for the keys of an unknown keypad, one after the other.
    pub(crate) fn learn_keys(self) {
        self.accessibility.learning.set(Some(Vec::new()));
    }

    /// The function whose key is asked for, while keys are learned; tracked.
    pub(crate) fn asked_function(self) -> Option<KeyFunction> {
        self.accessibility.learning.with(|pressed| LEARNED.get(pressed.as_ref()?.len()).copied())
    }

    /// Whether keys are being learned, and so this one is. A key that was pressed before says that the keypad
    /// has none for what is asked.
    pub(super) fn learns(self, code: &str, key: &str) -> bool {
        let Some(function) = untrack(|| self.asked_function()) else { return false };
        match key {
            // Whoever does not want to go on.
            "Escape" | "Tab" => {
                self.accessibility.learning.set(None);
                return false;
            }
            "Shift" | "CapsLock" => return false,
            _ if key.chars().nth(1).is_none() || code.is_empty() => {
                self.tell(words::learn_refused);
                return true;
            }
            _ => {}
        }
        let mut pressed = self.accessibility.learning.get_untracked().unwrap_or_default();
        if !pressed.iter().any(|before| before == code) {
            self.accessibility.learn(code, function);
        }
        pressed.push(code.to_owned());
        let is_done = pressed.len() == LEARNED.len();
        self.accessibility.learning.set((!is_done).then_some(pressed));
        if is_done {
            self.tell(words::learn_done);
        }
        true
    }

    /// A key without a meaning says so, and how to go on.
    pub(super) fn explain_unknown_key(self) {
        if self.accessibility.modes.with_untracked(|modes| modes.audio) {
            self.speech.stop();
            self.speech.signal(Sound::Nothing);
            self.tell(words::key_unknown);
        }
    }
}

/// What a function does, in a sentence.
pub(crate) fn explanation(function: KeyFunction) -> fn(Locale) -> &'static str {
    match function {
        KeyFunction::Up => words::key_up,
        KeyFunction::Down => words::key_down,
        KeyFunction::Back => words::key_back,
        KeyFunction::Help => words::key_help,
        KeyFunction::Select => words::key_select,
        KeyFunction::Louder => words::key_louder,
        KeyFunction::Quieter => words::key_quieter,
        KeyFunction::Audio => words::key_audio,
        KeyFunction::Size => words::key_size,
        KeyFunction::Contrast => words::key_contrast,
        KeyFunction::Reach => words::key_reach,
        KeyFunction::Motor => words::key_motor,
        KeyFunction::Motion => words::key_motion,
        KeyFunction::Language => words::key_language,
        KeyFunction::Repeat => words::key_repeat,
        KeyFunction::Pause => words::key_pause,
        KeyFunction::Faster => words::key_faster,
        KeyFunction::Slower => words::key_slower,
        KeyFunction::Curtain => words::key_curtain,
        KeyFunction::ExplainKeys => words::key_explain,
        KeyFunction::DefaultSettings => words::key_default,
        KeyFunction::Call => words::key_call,
        KeyFunction::JackIn => words::key_jack_in,
        KeyFunction::JackOut => words::key_jack_out,
        KeyFunction::Staff => words::key_staff,
    }
}

/// Whether pressing it needs what is being said: it pauses or repeats that.
pub(super) fn keeps_speech(stop: &Element) -> bool {
    stop.matches("[data-action=pause], [data-action=repeat]").unwrap_or(false)
}

/// The thing that has the focus.
fn here() -> Option<Element> {
    stop_of(&document().active_element()?)
}

/// Provides what keys and buttons do, and listens to them.
pub(crate) fn provide_actions() {
    let actions = Actions {
        accessibility: use_accessibility(),
        speech: use_speech(),
        navigation: use_navigation(),
        session: use_session(),
        device: use_device(),
        locale: use_locale(),
    };
    provide_context(actions);
    keypad::listen(actions);
    touch::listen();
}

/// What keys and buttons do.
pub(crate) fn use_actions() -> Actions {
    provided()
}
