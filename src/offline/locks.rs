//! One tab at a time: the browser's own locks, which end with the page that holds them, however it ends.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A lock; it ends with this value.
pub(super) struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Waits until no other tab holds the lock of this name. A browser that has no locks, as where the page did not
/// come over TLS, gives it at once.
pub(super) async fn hold(name: &str) -> Held {
    let mut release = None;
    let is_held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let is_granted = Promise::new(&mut |resolve, _| {
        let (granted, is_held) = (resolve.clone(), is_held.clone());
        let on_grant = Closure::once_into_js(move || {
            let _ = granted.call0(&JsValue::NULL);
            is_held
        });
        if request(name, &on_grant).is_none() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(is_granted).await;
    Held(release)
}

/// `LockManager` is behind a flag in web-sys.
fn request(name: &str, on_grant: &JsValue) -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    request.call2(&locks, &name.into(), on_grant).ok()
}
