//! One stream of scans, wherever they come from. So far that is a keyboard wedge: a scanner that types.
//!
//! It is read from the whole document before anything else sees the keys, so that a scan works whatever has
//! the focus, and the Enter behind it presses no button. `wedge.rs` tells a scan from typing.

mod keymap;
pub mod wedge;

use std::time::Duration;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::KeyboardEvent;

use crate::settings::use_settings;
use crate::ui::listen::listen_first;
use wedge::{Heard, Key, Wedge, WedgeTimes};

/// Calls `on_scan` with the text of each scan, from now on and for those typed before the app was ready.
pub(crate) fn listen(on_scan: impl Fn(String) + Clone + Send + Sync + 'static) {
    let times = use_settings().with_value(|settings| WedgeTimes {
        key_gap_ms: f64::from(settings.scanner_key_gap_ms),
        pause_ms: f64::from(settings.scanner_pause_ms),
    });
    let wedge = StoredValue::new(Wedge::new(times));
    let pause = StoredValue::new(None::<TimeoutHandle>);

    let hear = move |event: &KeyboardEvent| {
        let key = read(event);
        // Shift and CapsLock come between the keys of one code.
        if key == Key::Shift {
            return;
        }
        let heard = wedge.try_update_value(|wedge| wedge.hear(key, event.time_stamp()));
        if let Some(timer) = pause.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        match heard.unwrap_or(Heard::Nothing) {
            Heard::Nothing => {}
            Heard::Typing => {
                // A space inside a code presses no button either; one alone is a person's.
                if key == Key::Character(' ') && wedge.with_value(Wedge::is_in_a_code) {
                    stop(event);
                }
                let on_scan = on_scan.clone();
                let over = move || {
                    if let Some(scan) = wedge.try_update_value(Wedge::pause).flatten() {
                        on_scan(scan);
                    }
                };
                let timer = set_timeout_with_handle(over, Duration::from_millis(times.pause_ms as u64));
                pause.set_value(timer.ok());
            }
            Heard::End => stop(event),
            Heard::Scan(scan) => {
                stop(event);
                on_scan(scan);
            }
        }
    };

    for event in keys_before_the_app() {
        hear(&event);
    }
    listen_first("keydown", move |event: KeyboardEvent| hear(&event));
}

/// The Enter behind a scan belongs to the scan: no button, field or dialog may see it.
fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

fn read(event: &KeyboardEvent) -> Key {
    if event.repeat() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return Key::Other;
    }
    match event.code().as_str() {
        "Enter" | "NumpadEnter" | "Tab" => Key::End,
        "ShiftLeft" | "ShiftRight" | "CapsLock" => Key::Shift,
        // Some Android keyboards tell no code; then the letter itself must do.
        "" | "Unidentified" => match event.key().as_str() {
            "Enter" | "Tab" => Key::End,
            "Shift" => Key::Shift,
            key => {
                let mut letters = key.chars();
                letters.next().filter(|_| letters.next().is_none()).map_or(Key::Other, Key::Character)
            }
        },
        code => keymap::character(code, event.shift_key()).map_or(Key::Other, Key::Character),
    }
}

/// `index.html` keeps the keys that are pressed before the app listens.
fn keys_before_the_app() -> Vec<KeyboardEvent> {
    let take = || {
        let take = Reflect::get(&window(), &JsValue::from_str("takeKeys")).ok()?.dyn_into::<Function>().ok()?;
        take.call0(&JsValue::UNDEFINED).ok()?.dyn_into::<Array>().ok()
    };
    let keys = take().unwrap_or_default();
    keys.iter().filter_map(|event| event.dyn_into().ok()).collect()
}
