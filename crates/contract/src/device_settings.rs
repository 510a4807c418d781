use serde::{Deserialize, Serialize};

use crate::KeyMap;

/// What the store has set for its devices. The server writes it into the page, so that a device knows it
/// before its first request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeviceSettings {
    /// The language of a visit's start: `ru` or `en`.
    pub language: String,
    /// After how many seconds without a touch or scan the visit's end is announced.
    pub idle_timeout_s: u32,
    /// How many seconds that warning leaves; at least 20 (WCAG 2.2.1).
    pub idle_warning_s: u32,
    /// Keys at most this many milliseconds apart come from a scanner; people are slower.
    pub scanner_key_gap_ms: u32,
    /// A scan without Enter or Tab at its end is over after this many milliseconds.
    pub scanner_pause_ms: u32,
    /// What scanners type before each code; none of it.
    pub scanner_prefix: String,
    /// What they type behind each code, before Enter or Tab; none of it.
    pub scanner_suffix: String,
    /// What they type for the separator of GS1 elements, besides what is understood anyway; one character or none.
    pub scanner_separator: String,
    /// How the serial lines of scanners are set, as in `9600 8N1`; empty for that.
    pub scanner_serial: String,
    /// What stands in the chain's own numbers, 20 to 29, 02 and 04: rules with semicolons between them, as in
    /// `22 iiiii wwwww c;23 iiiii ppppp c`.
    pub restricted_numbers: String,
    /// How many seconds lie between two requests for changes of the catalogue.
    pub catalogue_poll_s: u32,
    /// A second strike of the same function key within this many milliseconds is ignored (EN 301 549, 5.8).
    pub double_strike_ms: u32,
    /// Which key of the device does what.
    pub key_map: KeyMap,
    /// Whether the server has the voice pack under [`paths::VOICES`](crate::paths::VOICES).
    pub has_voice_pack: bool,
    /// To which key a device seals what waits, base64url. It comes with the page, and stays with it: a new key
    /// comes with a new page.
    pub sealing_key: String,
    /// With which words, and in which form, the server builds the index of the products.
    pub index_edition: String,
    /// Whether the set-up page asks for the installer's PIN.
    pub has_installer_pin: bool,
    /// Where a shopper's own phone reaches this server, `https://shop.example`; empty where it does not.
    pub public_url: String,
    /// Of which countries phone numbers are taken, home first: `ru,kz`; empty for all that are known.
    pub phone_countries: String,
    /// What an item that is past its date is worth, as `polka-freshness` writes it; empty where that is not known.
    pub expired_items: String,
    /// Which build of the app the page belongs to, settings and all: another one has another name.
    pub app_version: String,
}

impl Default for DeviceSettings {
    fn default() -> Self {
        Self {
            language: "ru".into(),
            idle_timeout_s: 60,
            idle_warning_s: 20,
            scanner_key_gap_ms: 50,
            scanner_pause_ms: 80,
            scanner_prefix: String::new(),
            scanner_suffix: String::new(),
            scanner_separator: String::new(),
            scanner_serial: String::new(),
            restricted_numbers: String::new(),
            catalogue_poll_s: 60,
            double_strike_ms: 200,
            key_map: KeyMap::default(),
            has_voice_pack: false,
            sealing_key: String::new(),
            index_edition: String::new(),
            has_installer_pin: false,
            public_url: String::new(),
            phone_countries: String::new(),
            expired_items: String::new(),
            app_version: String::new(),
        }
    }
}
