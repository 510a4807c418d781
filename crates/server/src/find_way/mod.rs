//! The store's map: `polka import map` looks it through and keeps it, devices fetch it and find ways on it; and what
//! was not found where they led.

mod command;
pub(crate) mod missing_report;
pub(crate) mod requests;
mod rows;

pub use command::MapOptions;
pub(crate) use command::{import, import_demo};
pub(crate) use missing_report::report_missing;
pub(crate) use requests::map;
