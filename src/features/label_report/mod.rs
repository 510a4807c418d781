//! A shopper says that a shelf label shows another price than the till takes. They come from the product's price,
//! and are thanked when the device has kept what they said. Works offline.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::LabelReportScreen;
