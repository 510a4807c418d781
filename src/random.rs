//! Chance, as the browser has it for secrets.

use leptos::prelude::*;

/// Bytes that nobody can guess; `None` where the browser has none.
pub(crate) fn random_bytes<const LENGTH: usize>() -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// A key for one write: a UUID of version 7.
pub(crate) fn idempotency_key() -> Option<String> {
    let now_ms = js_sys::Date::now() as u64;
    Some(uuid::Builder::from_unix_timestamp_millis(now_ms, &random_bytes()?).into_uuid().to_string())
}
