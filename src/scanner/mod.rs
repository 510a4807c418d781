//! One stream of scans, wherever they come from: a keyboard wedge, a scanner that types, is heard here; others by
//! `wired.rs`; a camera's pictures are looked at in `camera/`, and somebody takes one of them in `photo/`.
//!
//! Keys are read from the whole document before anything else sees them, so that a scan works whatever has
//! the focus. Nothing that a scanner types reaches a field, a button or the browser: `wedge.rs` tells a scan from
//! typing, and until it has, the keys are held here. What a person typed is then given to where it was meant for.

pub(crate) mod camera;
pub(crate) mod js;
pub(crate) mod photo;
pub mod wedge;
pub(crate) mod wired;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use polka_scan::keys::{Stroke, character, typed};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent, SelectionMode};

use crate::settings::use_settings;
use crate::ui::listen::listen_first;
use wedge::{Key, Verdict, Wedge, WedgeTimes};

/// What was heard so far.
struct Heard {
    wedge: Wedge,
    /// Keys of which it is not known yet whose they are.
    held: Vec<KeyboardEvent>,
    timer: Option<TimeoutHandle>,
    /// Whether the page is being given what was held.
    is_giving: bool,
}

/// By what a scan came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Something that types.
    Keys,
    /// A scanner with a line of its own.
    Line,
    /// A camera.
    Camera,
}

type Tell = Rc<dyn Fn(&str, By)>;

thread_local! {
    /// Who is told of scans.
    static TELL: OnceCell<Tell> = const { OnceCell::new() };
}

/// Something was scanned.
fn scanned(scan: &str, by: By) {
    if let Some(tell) = TELL.with(|tell| tell.get().cloned()) {
        tell(scan, by);
    }
}

/// Calls `on_scan` with the text of each scan and where it came from, from now on and for those typed before the app was
/// ready.
///
/// `is_own` tells whether the keyboard is somebody's own, of a phone: it types words faster than any hand, so nothing is
/// held there. `is_public` tells whether it is a device that the public stands at: no shortcut reaches its browser.
/// `does_something` tells which keys do here, by their `KeyboardEvent.code`.
pub(crate) fn listen(
    is_own: impl Fn() -> bool + 'static,
    is_public: impl Fn() -> bool + 'static,
    does_something: impl Fn(&str) -> bool + 'static,
    on_scan: impl Fn(String, By) + 'static,
) {
    let (times, prefix, suffix) = use_settings().with_value(|settings| {
        let times = WedgeTimes {
            key_gap_ms: f64::from(settings.scanner_key_gap_ms),
            pause_ms: f64::from(settings.scanner_pause_ms),
        };
        (times, settings.scanner_prefix.clone(), settings.scanner_suffix.clone())
    });
    let heard = Heard { wedge: Wedge::new(times), held: Vec::new(), timer: None, is_giving: false };
    let heard = Rc::new(RefCell::new(heard));
    let tell = move |scan: &str, by: By| {
        let bare = scan.strip_prefix(&prefix).unwrap_or(scan);
        let bare = bare.strip_suffix(&suffix).unwrap_or(bare);
        on_scan(if by == By::Camera { scan } else { bare }.to_owned(), by);
    };
    TELL.with(|told| told.set(Rc::new(tell)).ok());

    let hear = move |event: &KeyboardEvent, is_early: bool| {
        if heard.borrow().is_giving {
            return;
        }
        if let Some(timer) = heard.borrow_mut().timer.take() {
            timer.clear();
        }
        let at_ms = event.time_stamp();
        if !heard.borrow().wedge.is_in_rhythm(at_ms) {
            is_over(&heard);
        }
        let key = read(event, &does_something);
        let is_shortcut = matches!(key, Key::Shortcut(_));
        if is_shortcut && !heard.borrow().wedge.is_in_a_code() && !is_public() {
            return;
        }
        let verdict = heard.borrow_mut().wedge.hear(key, at_ms);
        // What came before the app was the page's already; what no keyboard sent comes from no scanner.
        let is_own = is_own();
        let can_hold = !is_early && !is_own && event.is_trusted();
        if verdict == Verdict::HeldAlone || (verdict == Verdict::Page && key != Key::Shift) {
            give_held(&heard);
        }
        match verdict {
            Verdict::Page => {}
            Verdict::Held | Verdict::HeldAlone if can_hold => {
                stop(event);
                heard.borrow_mut().held.push(event.clone());
            }
            Verdict::Held | Verdict::HeldAlone => {}
            Verdict::Swallowed | Verdict::Scan(_) if is_own => {}
            Verdict::Swallowed | Verdict::Scan(_) => stop(event),
        }
        if let Verdict::Scan(scan) = verdict {
            heard.borrow_mut().held.clear();
            scanned(&scan, By::Keys);
            return;
        }
        if heard.borrow().held.is_empty() && !heard.borrow().wedge.is_in_a_code() {
            return;
        }
        let patience = Duration::from_millis(heard.borrow().wedge.patience_ms() as u64);
        let later = heard.clone();
        heard.borrow_mut().timer = set_timeout_with_handle(move || is_over(&later), patience).ok();
    };

    for event in keys_before_the_app() {
        hear(&event, true);
    }
    listen_first("keydown", move |event: KeyboardEvent| hear(&event, false));
}

/// No key came for a while: what is held is a scan, or the page's.
fn is_over(heard: &RefCell<Heard>) {
    let scan = heard.borrow_mut().wedge.pause();
    match scan {
        Some(scan) => {
            heard.borrow_mut().held.clear();
            scanned(&scan, By::Keys);
        }
        None => give_held(heard),
    }
}

fn give_held(heard: &RefCell<Heard>) {
    let held = std::mem::take(&mut heard.borrow_mut().held);
    heard.borrow_mut().is_giving = true;
    held.iter().for_each(give);
    heard.borrow_mut().is_giving = false;
}

/// No button, field or dialog may see it, and the browser has no use for it.
fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// Gives a key to the page that was held: to who listens, and its letter to the field that has the focus.
fn give(event: &KeyboardEvent) {
    let (Some(target), key) = (document().active_element(), event.key()) else { return };
    // What an event says of itself is what another one like it is made from.
    let Ok(again) = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", event.unchecked_ref()) else { return };
    let is_taken = !target.dispatch_event(&again).unwrap_or(true);
    if is_taken || key.chars().nth(1).is_some() {
        return;
    }
    match target.dyn_ref::<HtmlInputElement>() {
        Some(field) => type_into(field, event),
        // As a browser presses a button.
        None if key == " " => target.dyn_ref().map(HtmlElement::click).unwrap_or_default(),
        None => {}
    }
}

fn type_into(field: &HtmlInputElement, event: &KeyboardEvent) {
    let (start, end) = (field.selection_start().ok().flatten(), field.selection_end().ok().flatten());
    let (Some(start), Some(end)) = (start, end) else { return };
    let key = event.key();
    let typed =
        field.set_range_text_with_start_and_end_and_selection_mode(&key, start, end, SelectionMode::End).is_ok();
    if let (true, Ok(input)) = (typed, web_sys::Event::new_with_event_init_dict("input", event.unchecked_ref())) {
        let _ = field.dispatch_event(&input);
    }
}

fn read(event: &KeyboardEvent, does_something: &impl Fn(&str) -> bool) -> Key {
    let (code, key) = (event.code(), event.key());
    let (control, alt) = (event.ctrl_key(), event.alt_key());
    let stroke = Stroke { code: &code, shift: event.shift_key(), control, alt };
    match code.as_str() {
        // A key that is held down, and one of which a letter is being put together.
        _ if event.repeat() || matches!(key.as_str(), "Dead" | "Process") => Key::Other,
        "ShiftLeft" | "ShiftRight" | "CapsLock" | "ControlLeft" | "ControlRight" | "AltLeft" | "AltRight" => Key::Shift,
        _ if alt && code.starts_with("Numpad") => character(&code, false).map_or(Key::Other, Key::AltDigit),
        _ if control || alt || event.meta_key() => Key::Shortcut(typed(stroke).unwrap_or(wedge::COMMAND)),
        "Enter" | "NumpadEnter" | "Tab" => Key::End,
        // Some Android keyboards tell no code; then the letter itself must do.
        "" | "Unidentified" => match key.as_str() {
            "Enter" | "Tab" => Key::End,
            "Shift" => Key::Shift,
            key => {
                let mut letters = key.chars();
                letters.next().filter(|_| letters.next().is_none()).map_or(Key::Other, Key::Character)
            }
        },
        code => match typed(stroke) {
            Some(character) => Key::Character(character),
            // F5 loads the page again, and F11 lets it go.
            None if does_something(code) || is_f_key(code) => Key::Function,
            None => Key::Other,
        },
    }
}

fn is_f_key(code: &str) -> bool {
    code.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
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
