//! `polka device`.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use polka_contract::{DeviceKind, DeviceProfile, ENROLMENT_SCAN, Input, Jack, ListedDevice, MEASURES};
use polka_domain::Text;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::json;
use sqlx::AnyPool;

use super::rows;
use crate::clock::Clock;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::store::Store;
use crate::tls::{Authority, Source};
use crate::{database, output, store};

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Name a device, and print the code that enrols it.
    Add {
        /// By which people call it
        name: String,
        /// What it is for
        #[arg(long)]
        kind: Kind,
        /// What is set of it
        #[command(flatten)]
        set: Set,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a new code for a device: for another machine in its place, or for one that was revoked.
    Code {
        /// Which one
        name: String,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Change what is set of a device; it hears of it when it next asks.
    Set {
        /// Which one
        name: String,
        /// What
        #[command(flatten)]
        set: Set,
    },
    /// Refuse a device from now on: it was stolen, or is thrown away.
    Revoke {
        /// Which one
        name: String,
    },
    /// Show the devices, and what they last told of themselves.
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
}

/// What is set of a device.
#[derive(clap::Args, Debug)]
// A group would have the name of the command that takes it.
#[group(skip)]
pub struct Set {
    /// Where in the store it stands, in words: "at the entrance, left"
    #[arg(long)]
    place: Option<String>,
    /// With which language and modes a visit starts: "lang=en&size=large"
    #[arg(long, value_name = "MODES")]
    start: Option<String>,
    /// How it was measured, as the set-up page has it: "mm_per_css_px=0.277&viewing_distance_mm=700&input=both"; what
    /// is left out is as by default
    #[arg(long, value_name = "MEASURES", value_parser = profile)]
    profile: Option<DeviceProfile>,
}

/// What a device is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// A price checker or an information stand.
    Kiosk,
    /// A tablet of the staff.
    Tablet,
    /// The screen beside a till.
    Till,
}

impl From<Kind> for DeviceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Kiosk => Self::Kiosk,
            Kind::Tablet => Self::Tablet,
            Kind::Till => Self::Till,
        }
    }
}

/// Does what the command line says.
///
/// # Errors
/// Where there is no such device, or one already, or what is to be set is not right.
pub async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let now_ms = Clock::system().now_ms();
    match command {
        Command::Add { name, kind, set, json } => {
            let name = text("the device's name", &name)?;
            let set = set.checked()?;
            super::add(&pool, &store, &name, kind.into()).await?;
            let row = rows::find_by_name(&pool, store.id, &name).await?;
            rows::set(&pool, row.id, set.place.as_deref(), set.start.as_deref(), set.profile).await?;
            print_code(settings, &pool, &store, &name, now_ms, json).await?;
        }
        Command::Code { name, json } => print_code(settings, &pool, &store, &name, now_ms, json).await?,
        Command::Set { name, set } => {
            let set = set.checked()?;
            let row = rows::find_by_name(&pool, store.id, &name).await?;
            rows::set(&pool, row.id, set.place.as_deref(), set.start.as_deref(), set.profile).await?;
        }
        Command::Revoke { name } => super::revoke(&pool, &store, &name, now_ms).await?,
        Command::List { json } => {
            let devices = rows::all(&pool, store.id).await?;
            let lines: Vec<String> = devices.iter().map(|device| line(device, now_ms)).collect();
            output::print(json, &devices, &lines.join("\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Set {
    fn checked(self) -> Result<Self> {
        let place = self.place.map(|place| text("the place", &place)).transpose()?;
        if let Some(start) = &self.start {
            check_start(start)?;
        }
        Ok(Self { place, ..self })
    }
}

fn text(what: &str, text: &str) -> Result<String> {
    Ok(Text::parse(text).map_err(|error| anyhow::anyhow!("{what} {error}"))?.to_string())
}

/// The words that every address of the app takes.
fn check_start(start: &str) -> Result<()> {
    for pair in start.split('&').filter(|pair| !pair.is_empty()) {
        let known = match pair.split_once('=') {
            Some(("lang", value)) => matches!(value, "ru" | "en"),
            Some(("size", value)) => matches!(value, "normal" | "large" | "largest"),
            Some(("contrast", value)) => matches!(value, "normal" | "dark" | "light"),
            Some(("reach", value)) => matches!(value, "normal" | "low"),
            Some(("audio" | "motor", value)) => matches!(value, "on" | "off"),
            Some(("motion", value)) => matches!(value, "full" | "plain"),
            _ => false,
        };
        if !known {
            bail!("--start has {pair:?}, which is no mode: lang=ru|en, size=normal|large|largest and so on");
        }
    }
    Ok(())
}

/// Reads what an installer has measured.
fn profile(text: &str) -> Result<DeviceProfile> {
    let mut profile = DeviceProfile::default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').with_context(|| format!("{pair:?} is no name=value"))?;
        match (name, MEASURES.iter().position(|measure| measure.name == name)) {
            (_, Some(at)) => {
                let mm: f64 = value.parse().with_context(|| format!("{name} is a number of millimetres"))?;
                // A number that is far too large is out of range as well.
                profile = profile.with_measure(at, (mm * 1000.0).round() as u32);
            }
            ("input", _) => profile.input = Input::from_name(value).context("input is touch, keypad or both")?,
            ("jack", _) => profile.jack = Jack::from_name(value).context("jack is keypad, agent or none")?,
            ("printer", _) if matches!(value, "yes" | "no") => profile.has_printer = value == "yes",
            ("printer", _) => bail!("printer is yes or no"),
            _ => bail!("there is no measure {name:?}"),
        }
    }
    match MEASURES.iter().enumerate().find(|(at, measure)| !measure.holds(profile.measure(*at))) {
        Some((_, measure)) => {
            let [least, most] = measure.range_mm();
            bail!("{} is from {least} to {most}", measure.name)
        }
        None => Ok(profile),
    }
}

async fn print_code(
    settings: &Settings,
    pool: &AnyPool,
    store: &Store,
    name: &str,
    now_ms: i64,
    as_json: bool,
) -> Result<()> {
    let secrets = Secrets::open(&settings.secrets()?, now_ms)?;
    let code = super::give_code(pool, &secrets, store, name, now_ms).await?;
    let said = format!("{} {}", &code[..4], &code[4..]);
    // What a scanner at the device reads.
    let picture = QrCode::new(format!("{ENROLMENT_SCAN}{code}"))?.render::<Dense1x2>().build();
    let mut text = format!("{picture}\n\nThe code of {name:?}: {said}\nIt holds for 24 hours, and for one device.");
    let mut outcome = json!({ "name": name, "code": code });
    if let Some(Source::Authority { .. }) = settings.tls()? {
        let authority = Authority::open(&settings.secrets()?, now_ms)?;
        let (file, fingerprint) = (authority.file.display().to_string(), &authority.fingerprint);
        let _ = write!(text, "\nThe device must trust the authority {file}, SHA-256 {fingerprint}");
        outcome["authority"] = json!({ "file": file, "sha256": fingerprint });
    }
    output::print(as_json, &outcome, &text)
}

fn line(device: &ListedDevice, now_ms: i64) -> String {
    let state = match (device.is_revoked, device.is_enrolled, device.last_seen_ms) {
        (true, ..) => "revoked".to_owned(),
        (_, false, _) => "not enrolled".to_owned(),
        (.., None) => "enrolled".to_owned(),
        (.., Some(seen_ms)) => format!("seen {} ago", age(now_ms.saturating_sub(seen_ms))),
    };
    let kind = device.kind.code();
    let place = device.place.as_ref().map_or(String::new(), |place| format!(", {place}"));
    let waits = device.status.as_ref().map_or(String::new(), |status| {
        let oldest =
            status.outbox_oldest_ms.map_or(String::new(), |ms| format!(" since {}", age(now_ms.saturating_sub(ms))));
        let refused =
            if status.outbox_refused > 0 { format!(", {} refused", status.outbox_refused) } else { String::new() };
        let evictable = if status.storage_is_persistent == Some(false) { ", storage not kept for sure" } else { "" };
        format!(", {} waiting{oldest}{refused}{evictable}, app {}", status.outbox_entries, status.app_version)
    });
    format!("{} ({kind}{place}): {state}{waits}", device.name)
}

/// A time in its largest unit.
fn age(ms: i64) -> String {
    match ms / 60_000 {
        ..2 => "a minute".into(),
        minutes @ 2..120 => format!("{minutes} minutes"),
        minutes @ 120..2880 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / 1440),
    }
}
