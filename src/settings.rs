//! What the store has set for its devices, as the server wrote it into the page, and what the address asks for.

use leptos::prelude::*;
use polka_contract::{DeviceSettings, KeyMap};

use crate::i18n::Locale;
use crate::json::JsonObject;
use crate::provided::provided;

/// Reads the settings and provides them to all.
pub(crate) fn provide_settings() {
    let text = document().get_element_by_id("settings").and_then(|script| script.text_content());
    // Without a server's word the defaults hold.
    let settings = text.and_then(|text| JsonObject::parse(&text)).map(|settings| read(&settings)).unwrap_or_default();
    provide_context(StoredValue::new(settings));
}

fn read(settings: &JsonObject) -> DeviceSettings {
    let default = DeviceSettings::default();
    DeviceSettings {
        language: settings.text("language").unwrap_or(default.language),
        idle_timeout_s: settings.number("idle_timeout_s").unwrap_or(default.idle_timeout_s),
        idle_warning_s: settings.number("idle_warning_s").unwrap_or(default.idle_warning_s),
        scanner_key_gap_ms: settings.number("scanner_key_gap_ms").unwrap_or(default.scanner_key_gap_ms),
        scanner_pause_ms: settings.number("scanner_pause_ms").unwrap_or(default.scanner_pause_ms),
        scanner_prefix: settings.text("scanner_prefix").unwrap_or(default.scanner_prefix),
        scanner_suffix: settings.text("scanner_suffix").unwrap_or(default.scanner_suffix),
        scanner_separator: settings.text("scanner_separator").unwrap_or(default.scanner_separator),
        scanner_serial: settings.text("scanner_serial").unwrap_or(default.scanner_serial),
        restricted_numbers: settings.text("restricted_numbers").unwrap_or(default.restricted_numbers),
        catalogue_poll_s: settings.number("catalogue_poll_s").unwrap_or(default.catalogue_poll_s),
        double_strike_ms: settings.number("double_strike_ms").unwrap_or(default.double_strike_ms),
        key_map: settings.text("key_map").map_or(default.key_map, KeyMap::from),
        has_voice_pack: settings.is("has_voice_pack").unwrap_or(default.has_voice_pack),
        sealing_key: settings.text("sealing_key").unwrap_or(default.sealing_key),
        index_edition: settings.text("index_edition").unwrap_or(default.index_edition),
        has_installer_pin: settings.is("has_installer_pin").unwrap_or(default.has_installer_pin),
        public_url: settings.text("public_url").unwrap_or(default.public_url),
        phone_countries: settings.text("phone_countries").unwrap_or(default.phone_countries),
        expired_items: settings.text("expired_items").unwrap_or(default.expired_items),
        app_version: settings.text("app_version").unwrap_or(default.app_version),
    }
}

/// The settings of this device.
pub(crate) fn use_settings() -> StoredValue<DeviceSettings> {
    provided()
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
