//! A camera as a scanner, where somebody asks for it: what it shows, its words and its switch.
//!
//! A screen shows [`camera_view`], which fetches the rest where the device has a camera: `state.rs` is the rule,
//! `view.rs` the switch and what is seen, and `looking.rs` opens the camera and looks at its pictures: by the browser's
//! own means where it has some, else by `worker.js` and the program beside it (`crates/camera/decoder`). No picture is
//! kept, and none leaves the device, but for a photograph that somebody takes (`scanner/photo/`): `still.rs`.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod looking;
mod state;
mod still;
mod view;

use std::cell::Cell;

use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::js::{get, later};
use view::load_view;

pub(crate) use looking::Camera;
pub(crate) use state::Failure;
pub(crate) use still::photograph;

thread_local! {
    /// Whether the device has a camera.
    static IS_THERE: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static IS_ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the device has a camera that the page may ask for; tracked. Pages that came without TLS have none.
pub(crate) fn is_there() -> bool {
    let is_there = IS_THERE.with(Clone::clone);
    if !IS_ASKED.replace(true) {
        let found = is_there.clone();
        spawn_local(async move {
            let devices = get(&window().navigator(), "mediaDevices");
            let all = later(&devices, "enumerateDevices", &Array::new()).await.unwrap_or_default();
            let all = all.dyn_into::<Array>().unwrap_or_default();
            found.set(all.iter().any(|device| get(&device, "kind") == "videoinput"));
        });
    }
    is_there.get()
}

/// The camera's switch, where the device has one, and what the camera sees. It is off when the screen goes or the visit
/// ends.
pub(crate) fn camera_view() -> AnyView {
    let view = RwSignal::new(None::<fn() -> AnyView>);
    Effect::new(move || {
        if is_there() {
            spawn_local(async move {
                // Where it does not come there is no camera; the next screen asks again.
                if let Ok(loaded) = load_view().await {
                    let _ = view.try_set(Some(loaded));
                }
            });
        }
    });
    (move || view.get().map(|view| view())).into_any()
}
