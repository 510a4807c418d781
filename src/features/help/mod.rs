//! How to use the device, in four steps, and how to make it suit oneself. Reached from its fixed place on every screen; works offline.

mod view;

pub(crate) use view::HelpScreen;
