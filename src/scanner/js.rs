//! Objects of the browser by name: what `web-sys` has of scanners, cameras and printers is not stable yet.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What an object has by this name.
pub(crate) fn get(from: &JsValue, name: &str) -> JsValue {
    Reflect::get(from, &name.into()).unwrap_or_default()
}

/// An object of these.
pub(crate) fn object<const N: usize>(values: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in values {
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}

/// Calls a method.
pub(crate) fn call(on: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    get(on, method).dyn_into::<Function>()?.apply(on, arguments)
}

/// Calls a method that answers later.
pub(crate) async fn later(on: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&call(on, method, arguments)?)).await
}
