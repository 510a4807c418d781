//! Somebody looks for a product by typing, or by going through the departments, and learns what it costs and where
//! it stands. Reached from the first screen and wherever a scan found nothing; goes on to the price. Works offline
//! from the index of the device's own copy.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::FindProductScreen;
