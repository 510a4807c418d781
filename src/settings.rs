//! What the store has set for its devices, as the server wrote it into the page, and what the address asks for.

use leptos::prelude::*;
use polka_contract::DeviceSettings;

use crate::i18n::Locale;

/// Reads the settings and provides them to all.
pub(crate) fn provide_settings() {
    let text = document().get_element_by_id("settings").and_then(|script| script.text_content());
    // Without a server's word the defaults hold.
    let settings: DeviceSettings = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    provide_context(StoredValue::new(settings));
}

/// The settings of this device.
pub(crate) fn use_settings() -> StoredValue<DeviceSettings> {
    expect_context()
}

/// Under which a browser keeps what the server said of a visit's start on this device, written as in an address.
pub(crate) const START: &str = "polka.start";

/// What the address says of this, or else the server.
pub(crate) fn query_value(name: &str) -> Option<String> {
    let value = |query: String| web_sys::UrlSearchParams::new_with_str(&query).ok()?.get(name);
    let of_server = || window().local_storage().ok()??.get_item(START).ok()?;
    window().location().search().ok().and_then(value).or_else(|| of_server().and_then(value))
}

/// The language in which a visit begins here: the address's, else the store's.
pub(crate) fn first_locale() -> Locale {
    let of_store = use_settings().with_value(|settings| Locale::from_code(&settings.language));
    query_value("lang").and_then(|code| Locale::from_code(&code)).or(of_store).unwrap_or_default()
}
