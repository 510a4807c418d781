//! How to use the device, in four steps. Reached from its fixed place on every screen; works offline.

mod view;

pub(crate) use view::HelpScreen;
