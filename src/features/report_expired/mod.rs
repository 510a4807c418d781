//! A shopper says that an item is past its date: they scan it, or come from its price, say the date where its code has
//! none, and whose points it is. Points wait for their card, or for a slip, until somebody has looked. Works offline:
//! what it is worth, the device works out by the store's own rules (`polka-freshness`). Where the device has a camera,
//! they may add a photograph of the label to what is reported.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::ReportExpiredScreen;
