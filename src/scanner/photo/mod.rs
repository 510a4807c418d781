//! Somebody takes a photograph with the device's camera: it is shown before it is used, and left out where they like. The
//! camera is on while they aim, and at no other time. What it is of, the feature says that asks for it, and what becomes
//! of it is that feature's.

mod state;
mod view;

#[cfg(feature = "gallery")]
pub(crate) use state::State;
pub(crate) use state::{Page, Photo};
pub(crate) use view::{Photographing, Words};
#[cfg(feature = "gallery")]
pub(crate) use view::{Shared, photo_view};
