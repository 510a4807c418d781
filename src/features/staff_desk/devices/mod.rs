//! How the store's devices do: which were heard from, what waits on them and for how long, and where a browser may erase
//! it; and how messages to people go.

pub(super) mod state;
pub(super) mod view;
