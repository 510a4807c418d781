//! Measures Polka beside the same page written the obvious way, in one run on one machine: plain JavaScript
//! that fetches all products as JSON into a `Map`, and plain JavaScript that asks its server for each scan.
//!
//! Prints one table, and writes the same as `target/bench.json`. The products are the real feed's where
//! `POLKA_TEST_DATA` has it, else as many made-up ones.

mod browser;
mod camera;
mod coupons;
mod events;
mod ledger;
mod page;
mod plain;
mod products;
mod report;
mod scan;
mod search;
mod walks;
mod writes;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use polka_catalogue::{Catalogue, Changes, Edition};
use polka_domain::{Currency, Gtin, Product};
use polka_stage::Server;

use report::{Report, brotli_size, median};

#[tokio::main]
async fn main() -> Result<()> {
    // `files`, `scan`, `search` and `coupons` take seconds, `writes`, `events` and `ledger` about a minute; `walks` and
    // what a browser measures take minutes.
    let part = std::env::args().nth(1);
    let is_asked_for = |name: &str| part.as_deref().is_none_or(|part| part == name);
    let list = products::list()?;
    let mut report = Report::new(list.len());
    let program = polka_stage::root().join("target/release/polka");
    if is_asked_for("files") {
        files(&list, &mut report)?;
    }
    if is_asked_for("scan") {
        scan::measure(&list, &mut report)?;
    }
    if is_asked_for("search") {
        search::measure(&list, &mut report)?;
    }
    if is_asked_for("search-browser") {
        search::measure_in_browser(&list, &mut report).await?;
    }
    if is_asked_for("camera") {
        camera::measure(&list, &mut report).await?;
    }
    if is_asked_for("walks") {
        walks::measure(&mut report).await?;
    }
    if is_asked_for("typing") {
        let server = Server::with_program(program.clone(), &[]).await?;
        server.import_file(&products::csv_file()?).await?;
        browser::typing(&server, &list, &mut report).await?;
    }
    if is_asked_for("writes") {
        writes::measure(&Server::with_program(program.clone(), &["--log-format", "json"]).await?, &mut report).await?;
    }
    if is_asked_for("events") {
        events::measure(&Server::with_program(program.clone(), &["--log-format", "json"]).await?, &mut report).await?;
    }
    if is_asked_for("ledger") {
        let sqlite = Server::with_program(program.clone(), &["--log-format", "json"]).await?;
        ledger::measure(&sqlite, ledger::Database::Sqlite, &mut report).await?;
        let postgres = Server::on_postgres(program.clone(), &["--log-format", "json"]).await?;
        ledger::measure(&postgres, ledger::Database::Postgres, &mut report).await?;
    }
    if is_asked_for("coupons") {
        let sqlite = Server::with_program(program.clone(), &["--log-format", "json"]).await?;
        coupons::measure(&sqlite, ledger::Database::Sqlite, &mut report).await?;
        let postgres = Server::on_postgres(program.clone(), &["--log-format", "json"]).await?;
        coupons::measure(&postgres, ledger::Database::Postgres, &mut report).await?;
    }
    if is_asked_for("till") {
        let server = Server::with_program(program.clone(), &[]).await?;
        browser::registration(&server, &mut report).await?;
    }
    if is_asked_for("apologies") {
        let server = Server::with_program(program.clone(), &["--messages", "log"]).await?;
        browser::apologies(&server, &mut report).await?;
    }
    if is_asked_for("browser") {
        let slow_keys = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];
        let empty = Server::with_program(program.clone(), &[]).await?;
        let mut server = Server::with_program(program, &slow_keys).await?;
        let started = Instant::now();
        server.import_file(&products::csv_file()?).await?;
        report.one("import", list.len() as f64 / started.elapsed().as_secs_f64(), "rows/s");
        browser::measure(&server, &empty, &list, &mut report).await?;
        browser::start_without_network(&mut server, &mut report).await?;
    }
    report.print()
}

/// The compact file beside JSON, without a browser.
fn files(list: &[Product], report: &mut Report) -> Result<()> {
    let edition = |version| Edition { version, currency: Currency::Rub, time_zone: "Europe/Moscow".into() };
    let catalogue = Catalogue::build(edition(1), list.iter());
    let json = plain::products_json(list)?;
    let (ours, theirs) = (brotli_size(catalogue.as_bytes(), 9)?, brotli_size(&json, 9)?);
    report.pair("all products, on the wire (brotli 9)", ours as f64 / 1e3, theirs as f64 / 1e3, "KB");
    report.pair("all products, unpacked", catalogue.as_bytes().len() as f64 / 1e3, json.len() as f64 / 1e3, "KB");

    // A morning's price change: every twentieth product.
    let mut dearer = list.to_vec();
    dearer.iter_mut().step_by(20).for_each(|product| product.price.minor_units += 100);
    let changed: Vec<_> = dearer.iter().step_by(20).collect();
    let new = Catalogue::build(edition(2), dearer.iter());
    let changes = Changes::build(1, &new, changed.iter().copied(), std::iter::empty());
    let ours = brotli_size(changes.as_bytes(), 5)?;
    report.pair(
        &format!("{} changed prices, on the wire", changed.len()),
        ours as f64 / 1e3,
        theirs as f64 / 1e3,
        "KB",
    );
    let apply = median((0..9).map(|_| {
        let started = Instant::now();
        let applied = catalogue.apply(&changes);
        (started.elapsed().as_secs_f64() * 1e3, applied.is_ok()).0
    }));
    report.one("applying those changes, native", apply, "ms");

    let open = median((0..9).map(|_| {
        let bytes = catalogue.as_bytes().to_vec();
        let started = Instant::now();
        let opened = Catalogue::open(bytes);
        (started.elapsed().as_secs_f64() * 1e3, opened.is_ok()).0
    }));
    report.one("opening the file, native", open, "ms");
    let gtins: Vec<Gtin> = products::drawn(list, 10_000).iter().map(|product| product.gtin).collect();
    let started = Instant::now();
    let found = gtins.iter().filter(|gtin| catalogue.find(**gtin).is_some()).count();
    ensure!(found == gtins.len(), "every product is found");
    report.one("look-up, native", started.elapsed().as_secs_f64() * 1e6 / gtins.len() as f64, "µs");
    list.first().context("a list without products measures nothing").map(drop)
}
