//! Objects of JSON that the first screen needs, by the browser's own parser: serde's, which the parts that are
//! fetched later have, would be a twentieth of it.

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

/// An object.
pub(crate) struct JsonObject(JsValue);

impl JsonObject {
    /// Reads one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().filter(JsValue::is_object).map(Self)
    }

    /// The text under this name.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_string()
    }

    /// The whole number under this name.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        let number = self.value(name)?.as_f64()?;
        // What is cut off or rounded was none.
        let whole = number as u32;
        (f64::from(whole) == number).then_some(whole)
    }

    /// The truth under this name.
    pub(crate) fn is(&self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    fn value(&self, name: &str) -> Option<JsValue> {
        Reflect::get(&self.0, &name.into()).ok()
    }
}
