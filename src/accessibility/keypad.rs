//! The keys: five and volume do everything, with the same meaning on every screen.

use leptos::prelude::*;
use polka_contract::KeyFunction;
use web_sys::KeyboardEvent;

use super::strikes::Strikes;
use super::{Actions, MOTOR_GUARD_MS, use_accessibility};
use crate::settings::use_settings;
use crate::ui::listen::listen_first;

/// Listens to keys before anything on the page does, but after the scanner: a scan is never a key.
pub(super) fn listen(actions: Actions) {
    let accessibility = use_accessibility();
    let guard_ms = use_settings().with_value(|settings| f64::from(settings.double_strike_ms));
    let strikes = StoredValue::new(Strikes::default());
    listen_first("keydown", move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let code = event.code();
        if !event.repeat() && actions.learns(&code, &event.key()) {
            event.prevent_default();
            return;
        }
        let Some(function) = accessibility.function(&code) else {
            if !event.repeat() && is_a_function_key(&event.key()) {
                actions.explain_unknown_key();
            }
            return;
        };
        let is_of_speech =
            matches!(function, KeyFunction::Louder | KeyFunction::Quieter | KeyFunction::Faster | KeyFunction::Slower);
        if is_of_speech && !accessibility.modes.with_untracked(|modes| modes.audio) {
            return;
        }
        // The browser's own meaning of the key: scrolling, reloading, a click for each repetition.
        event.prevent_default();
        let guard_ms = match accessibility.modes.with_untracked(|modes| modes.motor) {
            true => guard_ms.max(MOTOR_GUARD_MS),
            false => guard_ms,
        };
        let counts = |strikes: &mut Strikes<_>| strikes.counts(function, event.repeat(), event.time_stamp(), guard_ms);
        if strikes.try_update_value(counts) == Some(true) {
            actions.perform(function);
        }
    });
}

/// Characters are a scanner's or somebody's who types; Tab and Escape have their meaning in every browser.
fn is_a_function_key(key: &str) -> bool {
    let others =
        ["Tab", "Escape", "Shift", "CapsLock", "NumLock", "Control", "Alt", "Meta", "AltGraph", "Dead", "Unidentified"];
    key.chars().nth(1).is_some() && !others.contains(&key)
}
