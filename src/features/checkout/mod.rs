//! A cashier gives a card to a customer who says their phone number: ten digits and one touch, on the till's side
//! screen. Reached by its address, at which a till's page is opened, so that it begins and ends there. Works offline;
//! the card collects points, and spends them once its holder has proved the number.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::checkout_screen;
