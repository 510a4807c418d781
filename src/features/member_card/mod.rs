//! Somebody looks at their card: points, what ends when, what happened, what is kept about them, and what they tell
//! of themselves. At a device of the store they type their number and the code that came to it; on their own phone
//! they open a link, and the barcode has digits that change. Reached from joining, by its address, and by the link.
//! Needs the network. Nothing of it is kept on either.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod own;
mod questions;
mod requests;
mod state;
mod view;

pub(crate) use view::member_card_screen;
