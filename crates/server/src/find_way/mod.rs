//! The store's map: `polka import map` looks it through and keeps it, devices fetch it and find ways on it.

mod command;
pub(crate) mod requests;
mod rows;

pub use command::MapOptions;
pub(crate) use command::{import, import_demo};
pub(crate) use requests::map;
