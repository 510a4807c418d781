//! What a device knows and does without the network: its own copy of the catalogue, what people write at it, and
//! the app itself.
//!
//! `copy.rs` keeps the catalogue in IndexedDB, `catalogue.rs` brings it up to date and has it at hand for every
//! scan, with the index of the search; `map.rs` does so for the map. `device.rs` is the handle to what people write: `outbox.rs` has its rules, `storage.rs` keeps it,
//! `sending.rs` sends it. `versions.rs` takes a new version of the app when nobody is here. `locks.rs` keeps tabs
//! from each other.

mod catalogue;
mod copy;
mod device;
mod locks;
mod map;
pub mod outbox;
mod sending;
mod storage;
mod versions;

pub(crate) use catalogue::{CatalogueStore, Lookup, provide_catalogue, use_catalogue};
pub(crate) use device::{Device, Enrolment, Fate, Write, is_enrolled, is_tablet, provide_device, use_device};
pub(crate) use map::read_map;
pub(crate) use sending::identity;
