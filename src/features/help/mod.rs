//! How to use the device, in four steps, and how to make it suit oneself. Reached from its fixed place on every screen; works offline.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod view;

pub(crate) use view::HelpScreen;
