//! An installer measures the device: a ruler on the screen, heights, keys, headphones, and which voices there
//! are. Reached by its address alone. Works offline, unless the store has set a PIN:
//! the server alone knows it.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod view;

pub(crate) use view::InstallerScreen;
