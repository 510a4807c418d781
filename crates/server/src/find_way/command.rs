//! `polka import map`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use polka_domain::ShelfAddress;
use polka_wayfinding::{Problem, StoreMap};
use serde_json::json;
use sqlx::AnyPool;

use super::rows;
use crate::price_check;
use crate::secrets::plain_digest;
use crate::settings::Settings;
use crate::store::{self, Store};
use crate::{database, output};

/// The demo's own map.
const DEMO: &str = include_str!("../../demo/map.geojson");
/// So many problems are told one by one.
const MOST_TOLD: usize = 50;

/// How to take in a map.
#[derive(Args, Debug)]
pub struct MapOptions {
    /// The map, as docs/store-map.md describes it
    file: PathBuf,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// Takes in a store's map, in place of the one it has.
///
/// # Errors
/// Where it is no map, or nobody could walk on it as it says; then nothing has changed.
pub(crate) async fn import(settings: &Settings, options: MapOptions) -> Result<ExitCode> {
    let name = options.file.display().to_string();
    let geojson = fs::read_to_string(&options.file).with_context(|| format!("{name} cannot be read"))?;
    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let map = StoreMap::parse(geojson.as_bytes()).map_err(|problem| anyhow::anyhow!("{name}: {problem}"))?;
    let addresses = addresses(&pool, &store).await?;
    let problems = Arc::new(map).problems(&addresses);
    let (without_place, others): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| matches!(problem, Problem::NoPlace(_)));
    tell(&others);
    if !others.is_empty() {
        bail!("{name} has {} problems. Nothing was changed", others.len());
    }
    tell(&without_place);
    keep(&pool, &store, &geojson).await?;
    let (all, lost) = (addresses.len(), without_place.len());
    let text = format!("The map is kept. {} of the list's {all} addresses have a place on it.", all - lost);
    output::print(options.json, &json!({ "addresses": all, "without_place": lost }), &text)?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps the demo's map, unless the store has one.
pub(crate) async fn import_demo(pool: &AnyPool, store: &Store) -> Result<()> {
    match rows::find_tag(pool, store.id).await? {
        Some(_) => Ok(()),
        None => keep(pool, store, DEMO).await,
    }
}

async fn keep(pool: &AnyPool, store: &Store, geojson: &str) -> Result<()> {
    rows::keep(pool, store.id, &plain_digest(geojson), geojson).await
}

/// Where the store's products stand, each once.
async fn addresses(pool: &AnyPool, store: &Store) -> Result<Vec<ShelfAddress>> {
    let products = price_check::rows::load(&mut *pool.acquire().await?, store).await?;
    let mut addresses: Vec<_> = products.into_iter().filter_map(|product| product.shelf_address).collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

fn tell(problems: &[Problem]) {
    for problem in problems.iter().take(MOST_TOLD) {
        eprintln!("polka: {problem}");
    }
    if let Some(more) = problems.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        eprintln!("polka: and {more} more like these");
    }
}
