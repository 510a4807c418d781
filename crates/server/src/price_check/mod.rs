//! Prices for whoever asks: the compact file for devices, one product for other programs.

pub mod current;
pub(crate) mod requests;
pub(crate) mod rows;

pub(crate) use requests::{changes, health, index, product, whole};
