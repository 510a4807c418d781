//! How everybody uses it: modes, the device's measures, keys, touch that explores, and what a key does.
//!
//! `modes.rs` and `strikes.rs` are rules; the others are the edge to the page.

mod actions;
mod announcer;
mod button;
mod keypad;
pub mod modes;
mod strikes;
mod touch;

use leptos::prelude::*;
use polka_contract::{DeviceProfile, Input, Jack, KeyFunction, KeyMap};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Storage};

use actions::Actions;
pub(crate) use actions::{explanation, provide_actions, use_actions};
pub(crate) use announcer::AnnouncerView;
pub(crate) use button::ActionButton;
use modes::Modes;

use crate::i18n::Locale;
use crate::json::JsonObject;
use crate::provided::provided;
use crate::settings::{query_value, use_settings};
use crate::words::accessibility as words;

/// Where the device keeps its measures and the keys it has learned.
pub(crate) const PROFILE: &str = "polka.profile";
const KEYS: &str = "polka.keys";

/// In motor mode a second strike of a key or touch of a thing is ignored for so long (EN 301 549, 5.8).
const MOTOR_GUARD_MS: f64 = 500.0;

/// The modes of the visit, and what the device is.
#[derive(Clone, Copy)]
pub(crate) struct Accessibility {
    pub(crate) modes: RwSignal<Modes>,
    /// Whether the screen is dark, while speech goes on.
    pub(crate) curtain: RwSignal<bool>,
    /// Whether somebody goes by keys, and so must see where they are; a touch ends it.
    by_keys: RwSignal<bool>,
    /// As the address asks for: every visit begins so.
    first_modes: Modes,
    profile: RwSignal<Option<DeviceProfile>>,
    /// What the store's keypads do, and what this device's own keys were taught.
    store_keys: StoredValue<KeyMap>,
    learned_keys: StoredValue<KeyMap>,
    /// While keys say what they do: whether the last one was "back", which twice leads out.
    explains: StoredValue<Option<bool>>,
    /// While keys are learned: the places of those that were pressed so far.
    learning: RwSignal<Option<Vec<String>>>,
}

impl Accessibility {
    /// The modes are as at the visit's start.
    pub(crate) fn reset(self) {
        self.reset_to(self.first_modes);
    }

    /// The same, but whoever listens goes on listening.
    pub(crate) fn reset_but_audio(self) {
        let audio = self.modes.with_untracked(|modes| modes.audio);
        self.reset_to(Modes { audio, ..self.first_modes });
    }

    fn reset_to(self, modes: Modes) {
        self.modes.set(modes);
        self.curtain.set(false);
        self.by_keys.set(false);
        self.explains.set_value(None);
        self.learning.set(None);
    }

    /// Whether a mode was changed in this visit.
    pub(crate) fn is_changed(self) -> bool {
        self.modes.get() != self.first_modes
    }

    /// The device's measures, where an installer has set them.
    pub(crate) fn profile(self) -> Option<DeviceProfile> {
        self.profile.get()
    }

    /// The first words of speech: how to go on with what the device has.
    pub(crate) fn first_words(self, locale: Locale) -> &'static str {
        match self.profile.with_untracked(|profile| profile.map(|profile| profile.input)) {
            Some(Input::Touch) => words::audio_on_touch(locale),
            Some(Input::Keypad) => words::audio_on_keys(locale),
            Some(Input::Both) | None => words::audio_on(locale),
        }
    }

    /// Keeps the device's measures; `None` forgets them.
    fn set_profile(self, profile: Option<DeviceProfile>) {
        keep(PROFILE, profile.and_then(|profile| serde_json::to_string(&profile).ok()));
        self.profile.set(profile);
    }

    /// What the key at this place does here.
    pub(crate) fn function(self, code: &str) -> Option<KeyFunction> {
        let learned = self.learned_keys.with_value(|keys| keys.function(code));
        learned.or_else(|| self.store_keys.with_value(|keys| keys.function(code)))
    }

    /// Gives a key a function, and keeps that.
    fn learn(self, code: &str, function: KeyFunction) {
        self.learned_keys.update_value(|keys| keys.learn(code, function));
        keep(KEYS, Some(self.learned_keys.get_value().into()));
    }

    /// Keeps the device's measures.
    pub(crate) fn measure(self, profile: DeviceProfile) {
        self.set_profile(Some(profile));
    }

    /// Forgets the device's measures and its learned keys.
    pub(crate) fn forget(self) {
        self.set_profile(None);
        self.learned_keys.set_value(String::new().into());
        keep(KEYS, None);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Where the browser keeps nothing, the device is set up anew at each start.
fn keep(name: &str, value: Option<String>) {
    let Some(storage) = storage() else { return };
    let _ = match value {
        Some(value) => storage.set_item(name, &value),
        None => storage.remove_item(name),
    };
}

fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// The device's measures as they are kept; `None` where they are not, or damaged, or out of range.
fn kept_profile() -> Option<DeviceProfile> {
    let profile = JsonObject::parse(&kept(PROFILE)?)?;
    let profile = DeviceProfile {
        um_per_css_px: profile.number("um_per_css_px")?,
        viewing_distance_um: profile.number("viewing_distance_um")?,
        screen_bottom_height_um: profile.number("screen_bottom_height_um")?,
        screen_height_um: profile.number("screen_height_um")?,
        input: Input::from_name(&profile.text("input")?)?,
        jack: Jack::from_name(&profile.text("jack")?)?,
        has_printer: profile.is("has_printer").unwrap_or(true),
    };
    profile.is_in_range().then_some(profile)
}

/// Provides the modes that the address asks for, and keeps `<html>` the same as they and the profile are.
pub(crate) fn provide_accessibility() {
    let of_store = use_settings().with_value(|settings| settings.key_map.clone());
    let first_modes = Modes::from_query(query_value);
    let accessibility = Accessibility {
        modes: RwSignal::new(first_modes),
        curtain: RwSignal::new(false),
        by_keys: RwSignal::new(false),
        first_modes,
        profile: RwSignal::new(kept_profile()),
        store_keys: StoredValue::new(of_store),
        learned_keys: StoredValue::new(kept(KEYS).unwrap_or_default().into()),
        explains: StoredValue::new(None),
        learning: RwSignal::new(None),
    };
    provide_context(accessibility);
    // The checks look at a page in many modes without loading it anew.
    #[cfg(feature = "gallery")]
    let _ = window_event_listener_untyped("modes", move |_| accessibility.modes.set(Modes::from_query(query_value)));

    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let Some(root) = root.map(StoredValue::new_local) else { return };
    Effect::new(move || {
        let modes = accessibility.modes.get();
        let others = [("data-curtain", accessibility.curtain.get()), ("data-keys", accessibility.by_keys.get())];
        root.with_value(|root| {
            for (name, is_on) in others {
                let _ = root.toggle_attribute_with_force(name, is_on);
            }
            for (name, value) in modes.attributes() {
                let _ = root.set_attribute(&format!("data-{name}"), value);
            }
        });
    });
    Effect::new(move || {
        let profile = accessibility.profile.get();
        root.with_value(|root| {
            let _ = root.toggle_attribute_with_force("data-measured", profile.is_some());
            for (name, value) in profile.unwrap_or_default().properties() {
                let _ = match profile {
                    Some(_) => root.style().set_property(name, &value),
                    None => root.style().remove_property(name).map(drop),
                };
            }
        });
    });
}

/// The modes of the visit, and what the device is.
pub(crate) fn use_accessibility() -> Accessibility {
    provided()
}
