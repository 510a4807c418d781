//! An installer measures the device: a ruler on the screen, heights, keys, headphones, and which voices there
//! are. Reached by its address alone; works offline, and is kept on the device.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod view;

pub(crate) use view::InstallerScreen;
