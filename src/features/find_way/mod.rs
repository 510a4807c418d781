//! Somebody is shown the way from this device to a product: drawn on the store's map, turned as they stand, and in
//! words. Reached from a price and from what was found. Works offline from the device's own copy of the map.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::FindWayScreen;
