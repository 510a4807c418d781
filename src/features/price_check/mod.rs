//! A shopper reads the price of what they scanned. They come from any screen, by a scan, or by an address;
//! the next scan leads here again. A code that holds more than a number says more: weight, price and date of the
//! piece in hand. Works offline from the device's own copy of the catalogue.

#[cfg(any(test, feature = "gallery"))]
pub(crate) mod examples;
mod reading;
mod scanned;
mod state;
mod view;

pub(crate) use reading::{Taken, provide_reading, use_reading};
pub(crate) use view::PriceCheckScreen;
