//! The compact product file: what a device keeps of a store's products, and how it is brought up to date.
//!
//! One file holds every product, sorted by GTIN, so that a price is found by a binary search and a short
//! walk in the bytes themselves: nothing is built at start but the offsets of the dictionary. The same
//! products make the same bytes, whoever builds them, so that a device which applied changes can prove by
//! the checksum that it holds what the server holds.
//!
//! A second file beside it, the index of [`search`], finds products by what people type.
//!
//! Crate-wide rule: a file from outside is an error or a catalogue, never a panic. Start reading at
//! [`Catalogue`]; `bytes.rs` has the alphabet, `record.rs` one product in it, [`Changes`] a step
//! between two files, [`search`] the index.

mod bytes;
mod changes;
mod file;
mod record;
pub mod search;

pub use changes::Changes;
pub use file::{Catalogue, CatalogueError, Edition};
