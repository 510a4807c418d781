//! A customer looks up their complaint by the code that they were given, reads what was done, and says once whether it
//! was put right. They come from help or a message; nothing here works without the store's server.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod state;
mod view;

pub(crate) use view::CaseStatusScreen;
