//! The product search: a second file beside the catalogue, and the answers to what people type.
//!
//! [`SearchIndex`] is built of a [`Catalogue`](crate::Catalogue) and a table of [`Synonyms`] on the server, used as
//! it lies on the device, and brought up to date there by the same [`Changes`](crate::Changes) as the catalogue:
//! the result has the bytes that the server would build. It knows products by their position in the catalogue.
//!
//! A query goes this way: `words.rs` parts it into words, `find.rs` looks for what each may mean with the walks of
//! `tree.rs` (as it stands, its other forms, its continuations) and `guess.rs` (typos, the other layout, the other
//! alphabet), reads the products of each word out of `lists.rs`, and ranks those that match. The searching side
//! has no table of words but the one in the index.
//!
//! It knows no clock and no screen: today's date comes in with the query, and what is said about a hit is the
//! caller's.

mod complete;
mod find;
mod forms;
mod guess;
mod index;
mod lists;
mod synonyms;
mod tree;
mod words;

pub use find::{Department, Found, Hit, How, Query, QueryWord};
pub use index::{IndexError, SearchIndex};
pub use synonyms::{Synonyms, SynonymsError};
