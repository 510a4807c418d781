//! `polka import`: a store's list of products comes in whole, or not at all; what members are offered comes in too.
//!
//! A file is read once to see what it is (`table.rs`), then row by row (`product_row.rs`). What differs
//! from the store's products is kept, and written in one transaction at the end, so that a device sees the
//! old list or the new one, and nobody waits for the database while a slow file is read. Offers come in the same way
//! (`personal_offers.rs`).

mod columns;
mod list;
pub(crate) mod personal_offers;
mod product_row;
mod table;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::clock::Clock;
use crate::find_way::{self, MapOptions};
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::{database, demo, output, store};
use list::List;
use personal_offers::PersonalOffersOptions;
use product_row::ProductColumns;

/// What can be taken in.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The store's whole list of products, as CSV.
    Products(ProductsOptions),
    /// What single members are offered, as CSV.
    PersonalOffers(PersonalOffersOptions),
    /// The store's map, as GeoJSON.
    Map(MapOptions),
}

/// How to take in a list of products.
#[derive(Args, Debug)]
pub struct ProductsOptions {
    /// The list: a header with gtin, name and price, then a row a product
    file: PathBuf,
    /// Keep the products that are not in it
    #[arg(long)]
    merge: bool,
    /// Go on even where over half of the store's products would go
    #[arg(long)]
    yes: bool,
    /// Where refused rows are written [default: beside FILE, ending in .refused.csv]
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// What an import did.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// Rows that were read.
    pub rows: u64,
    /// Products that are new.
    pub added: u64,
    /// Products that were there and are different now.
    pub changed: u64,
    /// Products that are as they were.
    pub unchanged: u64,
    /// Products that are gone.
    pub removed: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Where those are, each with its reason.
    pub refused_file: Option<PathBuf>,
    /// The version of the store's list afterwards.
    pub catalogue_version: u64,
}

/// As who may read a file where nothing else was said.
const ANYBODY: u32 = 0o666;
/// Some rows were refused, the others are in.
const SOME_REFUSED: u8 = 3;

/// Does what the command line says.
///
/// # Errors
/// Where the file is no list of products, or would take over half of the store's products away; then
/// nothing has changed.
pub async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let options = match command {
        Command::Products(options) => options,
        Command::PersonalOffers(options) => return personal_offers::run(settings, options).await,
        Command::Map(options) => return find_way::import(settings, options).await,
    };
    let refused = refused_file(&options.file, options.refused.as_deref())?;
    let (source, progress) = open(&options.file, options.json)?;
    let keep = Keep { others: options.merge, most: !options.yes };
    let outcome = import(settings, source, keep, &refused).await;
    progress.finish_and_clear();
    report(&outcome?, options.json)
}

/// Loads the demo's list, in place of the store's own products only where that was said.
pub(crate) async fn run_demo(settings: &Settings, options: &demo::Options) -> Result<ExitCode> {
    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let list = List::load(&pool, &store).await?;
    let own = list.own();
    if own == 0 {
        find_way::import_demo(&pool, &store).await?;
    }
    if options.if_empty && !list.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if own > 0 && !options.yes {
        bail!("the store has {own} products of its own; --yes puts the demo's in their place");
    }
    let source = Source { name: "the demo's list".into(), text: Box::new(demo::PRODUCTS_CSV) };
    let keep = Keep { others: false, most: false };
    let outcome = import(settings, source, keep, Path::new("demo.refused.csv")).await?;
    let code = report(&outcome, options.json)?;
    if own == 0 && demo::week::is_wanted(&pool, &store).await? {
        demo::week::fill(&pool, &store, Secrets::open(&settings.secrets()?, Clock::system().now_ms())?).await?;
    }
    Ok(code)
}

struct Source {
    name: String,
    text: Box<dyn Read + Send>,
}

/// Opens a file of text, with a bar that shows how much of it was read.
fn open(file: &Path, is_quiet: bool) -> Result<(Source, ProgressBar)> {
    let name = file.display().to_string();
    let mut source = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let size = source.metadata()?.len();
    let encoding = table::Encoding::of(&mut source).map_err(|problem| anyhow::anyhow!("{name} {problem:#}"))?;
    source.rewind().with_context(|| format!("{name} is not a file that can be read twice"))?;
    let progress = progress_bar(size, is_quiet);
    let text = Box::new(encoding.reader(progress.wrap_read(BufReader::new(source))));
    Ok((Source { name, text }, progress))
}

/// Where refused rows go: beside the file, unless it was said.
fn refused_file(file: &Path, said: Option<&Path>) -> Result<PathBuf> {
    let refused = said.map_or_else(|| file.with_extension("refused.csv"), Path::to_owned);
    if refused.canonicalize().is_ok_and(|refused| file.canonicalize().is_ok_and(|file| file == refused)) {
        bail!("refused rows would take the place of {}; say with --refused where else they go", file.display());
    }
    Ok(refused)
}

/// What stays of the products that a list does not name.
struct Keep {
    /// All of them.
    others: bool,
    /// At least half, or nothing is done.
    most: bool,
}

async fn import(settings: &Settings, source: Source, keep: Keep, refused_file: &Path) -> Result<Outcome> {
    let name = source.name;
    let mut table = table::open(source.text).with_context(|| format!("{name} cannot be read"))?;
    let header = table.header.clone();
    let columns = ProductColumns::find(&header).map_err(|problem| anyhow::anyhow!("{name} {problem}"))?;
    tell_unknown(columns.unknown(&header), &name);

    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let mut list = List::load(&pool, &store).await?;
    let mut refused = RefusedRows::new(refused_file, &header, ANYBODY);
    let mut row = csv::StringRecord::new();
    let mut rows = 0;
    while table.read(&mut row).with_context(|| format!("{name} cannot be read to its end. Nothing was changed"))? {
        if row.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        rows += 1;
        let line = table.line_of(&row);
        let offered = columns.product(&row, header.len(), store.currency);
        let taken = match offered {
            Ok(product) => list.take(product),
            Err(refusal) => {
                list.keep(refusal.gtin);
                Err(refusal)
            }
        };
        if let Err(refusal) = taken {
            refused.write(line, &refusal.reason, &row)?;
        }
    }
    if !keep.others {
        list.remove_the_rest();
    }
    let (going, own) = (list.own_going(), list.own());
    if keep.most && 2 * going > own {
        bail!(
            "{name} would take {going} of the store's {own} products away. Nothing was changed: \
             --yes does it all the same, --merge keeps them"
        );
    }
    let written = list.write(&pool, &store).await?;
    let refused_rows = refused.finish()?;
    Ok(Outcome {
        rows,
        added: written.added,
        changed: written.changed,
        unchanged: written.unchanged,
        removed: written.removed,
        refused: refused_rows,
        refused_file: (refused_rows > 0).then(|| refused_file.to_owned()),
        catalogue_version: written.version,
    })
}

fn tell_unknown<'a>(columns: impl Iterator<Item = &'a str>, name: &str) {
    // A header of thousands of columns is a slip that a few lines tell as well.
    for unknown in columns.take(10) {
        eprintln!("polka: the column {unknown:?} of {name} is not one that is known, and is left out");
    }
}

fn progress_bar(size: u64, is_quiet: bool) -> ProgressBar {
    let target = if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left");
    ProgressBar::with_draw_target(Some(size), target).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn report(outcome: &Outcome, json: bool) -> Result<ExitCode> {
    let mut text = format!(
        "{} rows: {} products added, {} changed, {} as they were, {} removed. The list is version {}.",
        outcome.rows, outcome.added, outcome.changed, outcome.unchanged, outcome.removed, outcome.catalogue_version
    );
    text += &told_refused(outcome.refused, outcome.refused_file.as_deref());
    output::print(json, outcome, &text)?;
    Ok(exit_code(outcome.refused))
}

fn told_refused(count: u64, file: Option<&Path>) -> String {
    let told = |file: &Path| format!("\n{count} rows were refused; each is in {} with its reason.", file.display());
    file.map(told).unwrap_or_default()
}

fn exit_code(refused: u64) -> ExitCode {
    if refused > 0 { ExitCode::from(SOME_REFUSED) } else { ExitCode::SUCCESS }
}

/// The rows that were not taken, as a file of the same columns with the line and the reason before them.
/// It is made with the first such row.
struct RefusedRows<'a> {
    file: &'a Path,
    header: &'a csv::StringRecord,
    /// Who may read it, where it is new.
    mode: u32,
    writer: Option<csv::Writer<File>>,
    count: u64,
}

impl<'a> RefusedRows<'a> {
    fn new(file: &'a Path, header: &'a csv::StringRecord, mode: u32) -> Self {
        Self { file, header, mode, writer: None, count: 0 }
    }

    fn write(&mut self, line: u64, reason: &str, row: &csv::StringRecord) -> Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let mut open = File::options();
                let file = open.write(true).create(true).truncate(true).mode(self.mode).open(self.file);
                let file =
                    file.with_context(|| format!("refused rows cannot be written to {}", self.file.display()))?;
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
                writer.write_record(["line", "reason"].into_iter().chain(self.header))?;
                self.writer.insert(writer)
            }
        };
        self.count += 1;
        writer.write_record([line.to_string().as_str(), reason].into_iter().chain(row))?;
        Ok(())
    }

    fn finish(mut self) -> Result<u64> {
        match &mut self.writer {
            Some(writer) => writer.flush()?,
            // The file of an earlier import would tell of rows that are right by now.
            None => {
                let earlier = std::fs::read(self.file).unwrap_or_default();
                if earlier.starts_with(b"line,reason,") {
                    std::fs::remove_file(self.file)?;
                }
            }
        }
        Ok(self.count)
    }
}
