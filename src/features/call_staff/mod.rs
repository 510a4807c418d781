//! Somebody calls a member of staff, and hears honestly whether one has answered. Reached from its fixed place
//! on every screen; the call stays while they go on, until they take it back or the visit ends.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::CallStaffScreen;
