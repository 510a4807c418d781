//! Hearing of an event before anything else on the page does.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::prelude::Closure;
use web_sys::AddEventListenerOptions;

/// Calls `then` with each such event of the page, before it reaches the element it is meant for. Of several
/// listeners the one that was there first is called first.
pub(crate) fn listen_first<E: FromWasmAbi + 'static>(event: &str, then: impl Fn(E) + 'static) {
    let listener = Closure::<dyn Fn(E)>::new(then);
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    let _ = document().add_event_listener_with_callback_and_add_event_listener_options(
        event,
        listener.as_ref().unchecked_ref(),
        &options,
    );
    // It listens as long as the page lives.
    listener.forget();
}
