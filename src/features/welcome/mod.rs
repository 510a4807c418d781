//! The first screen: it asks for a scan, and nothing else. From here a scan leads to the price check.
//! Works offline; while the first catalogue loads it says so.

mod view;

pub(crate) use view::WelcomeScreen;
