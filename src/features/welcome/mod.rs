//! The first screen: it asks for a scan, and nothing else. From here a scan leads to the price check.
//! Works offline; while the first catalogue loads it says so.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod view;

pub(crate) use view::WelcomeScreen;
