//! Somebody makes a list of what they want to buy: by scanning here, or from a price. Goes on to the way through all
//! of it. The list is the visit's and ends with it; works offline.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::ShoppingListScreen;
