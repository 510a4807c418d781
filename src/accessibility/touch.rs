//! Touch while speech is on: the first touch of a thing says it, the next one does it.
//!
//! The browser makes a click only where a finger is lifted from the thing it came down on, so sliding off does
//! nothing by itself.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::actions::keeps_speech;
use super::strikes::Strikes;
use super::{MOTOR_GUARD_MS, use_accessibility};
use crate::speech::{stop_of, use_speech};
use crate::ui::listen::listen_first;

/// For so long a thing that was touched is known; then it may be another person's finger.
const EXPLORED_MS: f64 = 10_000.0;

/// Listens to touches before anything on the page does.
pub(super) fn listen() {
    let (accessibility, speech) = (use_accessibility(), use_speech());
    let explored = StoredValue::new_local(None::<(Element, f64)>);
    let strikes = StoredValue::new_local(Strikes::<Element>::default());
    let modes = move || accessibility.modes.get_untracked();

    listen_first("mousedown", move |event: MouseEvent| {
        accessibility.by_keys.set(false);
        if modes().audio {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if !target.and_then(|target| stop_of(&target)).is_some_and(|stop| keeps_speech(&stop)) {
                speech.stop();
            }
            // A touch says the thing by its click, and not by the focus that the browser would give it before.
            event.prevent_default();
        }
    });
    listen_first("click", move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        // A key's click has no count, and nothing to explore.
        let Some(stop) = target.filter(|_| event.detail() > 0).and_then(|target| stop_of(&target)) else { return };
        let is_explored = explored.with_value(|explored| {
            explored.as_ref().is_some_and(|(it, at_ms)| *it == stop && event.time_stamp() - at_ms < EXPLORED_MS)
        });
        let is_known = !modes().audio || is_explored;
        let is_second = modes().motor
            && strikes
                .try_update_value(|strikes| strikes.counts(stop.clone(), false, event.time_stamp(), MOTOR_GUARD_MS))
                == Some(false);
        if is_known && !is_second {
            return;
        }
        event.prevent_default();
        event.stop_immediate_propagation();
        if !is_known {
            explored.set_value(Some((stop.clone(), event.time_stamp())));
            speech.go_to(&stop);
        }
    });
    // Where a key leads, what was touched before it is not known any more.
    let _ = window_event_listener(ev::keydown, move |_| explored.set_value(None));
}
