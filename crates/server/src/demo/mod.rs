//! The demo store: about 600 made-up products, so that a first start has something to scan, and a week of what people
//! did there (`week.rs`).

pub(crate) mod week;

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::LazyLock;

use anyhow::Result;
use clap::Args;
use polka_catalogue::Catalogue;
use polka_domain::Gtin;

use crate::import;
use crate::settings::Settings;

/// Written for Polka; the GTINs begin with 952, which GS1 keeps for demonstrations.
pub(crate) const PRODUCTS_CSV: &[u8] = include_bytes!("../../demo/products.csv");

/// How to load it.
#[derive(Args, Debug)]
pub struct Options {
    /// Take the place of the store's own products, where it has any
    #[arg(long)]
    pub(crate) yes: bool,
    /// Do nothing where the store has products already
    #[arg(long)]
    pub(crate) if_empty: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Loads the demo store's products, in place of whatever products the store has.
///
/// # Errors
/// Where the store has products of its own, and it was not said that they may go.
pub async fn run(settings: &Settings, options: Options) -> Result<ExitCode> {
    import::run_demo(settings, &options).await
}

/// Whether a product is the demo's own: those do not count when a real list takes their place.
pub(crate) fn is_own(gtin: Gtin) -> bool {
    static GTINS: LazyLock<HashSet<Gtin>> = LazyLock::new(|| {
        let mut reader = csv::Reader::from_reader(PRODUCTS_CSV);
        reader.records().filter_map(|row| row.ok()?.get(0)?.parse().ok()).collect()
    });
    GTINS.contains(&gtin)
}

/// Whether all products are the demo's own, and there are some.
pub(crate) fn is_all(catalogue: &Catalogue) -> bool {
    !catalogue.is_empty() && catalogue.products().all(|product| is_own(product.gtin))
}
