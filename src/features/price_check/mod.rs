//! A shopper reads the price of what they scanned. They come from any screen, by a scan, or by an address;
//! the next scan leads here again. Works offline from the device's own copy of the catalogue.

#[cfg(any(test, feature = "gallery"))]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::PriceCheckScreen;
