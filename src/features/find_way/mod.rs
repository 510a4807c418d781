//! Somebody is shown the way to a product, or through all of their list and on to the tills: drawn on the store's map,
//! turned as they stand, and in words. They take it along on paper or on their phone, and say what is not on its
//! shelf. Works offline from the device's own copy of the map.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod map;
mod state;
mod take_along;
mod view;

pub(crate) use view::FindWayScreen;
