//! The staff see at a tablet how the store's devices do: which were heard from, what waits on them and for how long,
//! and where a browser may erase it. Reached by its address; needs the server, and keeps what it last said.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod requests;
mod state;
mod view;

pub(crate) use view::StaffDeskScreen;
