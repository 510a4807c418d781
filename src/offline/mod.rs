//! What a device knows without the network: its own copy of the catalogue.
//!
//! `copy.rs` keeps it in IndexedDB, `catalogue.rs` brings it up to date and has it at hand for every scan.

mod catalogue;
mod copy;
pub mod outbox;

pub(crate) use catalogue::{Lookup, provide_catalogue, use_catalogue};
