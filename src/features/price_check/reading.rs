//! Reads what is more than the number of a product that the catalogue has, and shows what that says.
//!
//! It is a part of its own, fetched when the first screen stands or when such a code is scanned sooner: the price
//! of a plain number never waits for it.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::DeviceSettings;
use polka_domain::{Date, Gtin, Product};
use polka_scan::{Meaning, Refusal, ScanSettings, ScannedProduct};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::scanned;
use crate::clock::FIRST_SCREEN;
use crate::i18n::Locale;
use crate::offline::{CatalogueStore, Lookup, use_catalogue};
use crate::provided::provided;
use crate::scanner::wired;
use crate::session::Scanned;
use crate::settings::use_settings;

/// A part that did not come is asked for again after so long: without it scanners that do not type are not heard.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Reads a code; the last value tells which products the catalogue has.
type ReadCode = fn(&str, &ScanSettings, Date, &dyn Fn(Gtin) -> bool) -> Result<Meaning, Refusal>;

/// What the part does.
#[derive(Clone, Copy)]
pub(super) struct Part {
    settings: &'static ScanSettings,
    read: ReadCode,
    /// What a code says of the piece in hand.
    pub(super) piece: fn(&ScannedProduct, &Product, Locale, Date) -> AnyView,
    /// What is no product, and what is no code that means anything.
    pub(super) other: fn(Result<&Meaning, &Refusal>, Locale) -> AnyView,
}

impl Part {
    /// There is one as long as the page lives.
    pub(super) fn new(settings: ScanSettings) -> Self {
        let settings = Box::leak(Box::new(settings));
        Self { settings, read: polka_scan::read, piece: scanned::piece, other: scanned::other }
    }
}

/// How far the part has come.
#[derive(Clone, Copy)]
enum Fetched {
    NotAsked,
    OnItsWay,
    Failed,
    Here(Part),
}

thread_local! {
    static PART: Cell<Fetched> = const { Cell::new(Fetched::NotAsked) };
}

/// The reading of codes, for whoever has one.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// Whether the part is here, or did not come.
    is_settled: RwSignal<bool>,
    catalogue: CatalogueStore,
    settings: StoredValue<DeviceSettings>,
}

/// What a code is to a screen that takes scans for something else than a price.
pub(crate) enum Taken {
    /// It cannot be told yet.
    Unread,
    This(Scanned),
    /// Nothing that belongs there.
    Other,
}

/// What reading came to.
pub(super) enum Read {
    /// What reads is on its way, or the catalogue is.
    NotReady,
    /// What reads did not come.
    Failed,
    Done(Result<Meaning, Refusal>),
}

/// Provides the reading of codes, and fetches it when the first screen stands.
pub(crate) fn provide_reading() {
    let reading = Reading { is_settled: RwSignal::new(false), catalogue: use_catalogue(), settings: use_settings() };
    provide_context(reading);
    set_timeout(move || reading.fetch(), FIRST_SCREEN);
}

/// The reading of codes.
pub(crate) fn use_reading() -> Reading {
    provided()
}

impl Reading {
    /// Fetches it, unless it is here or on its way.
    pub(crate) fn fetch(self) {
        if matches!(PART.get(), Fetched::OnItsWay | Fetched::Here(_)) {
            return;
        }
        PART.set(Fetched::OnItsWay);
        spawn_local(async move {
            let part = load(self.settings).await;
            if part.is_err() {
                set_timeout(move || self.fetch(), TRY_AGAIN);
            }
            PART.set(part.map_or(Fetched::Failed, Fetched::Here));
            self.is_settled.set(true);
        });
    }

    /// What shows it, once it is here.
    pub(super) fn part(self) -> Option<Part> {
        match PART.get() {
            Fetched::Here(part) => Some(part),
            _ => None,
        }
    }

    /// Whether the chain's table may say what a number means: it names numbers of stores alone, and those begin with
    /// 0 or 2.
    pub(super) fn may_be_own(self, gtin: Gtin) -> bool {
        let has_table = self.settings.with_value(|settings| !settings.restricted_numbers.is_empty());
        has_table && matches!(gtin.to_string().as_bytes()[1], b'0' | b'2')
    }

    /// Reads a code; tracked, so that whoever asked asks again when it can be read or the catalogue has changed.
    pub(super) fn read(self, code: &str) -> Read {
        self.is_settled.track();
        let part = match PART.get() {
            Fetched::Here(part) if self.catalogue.is_ready() => part,
            Fetched::Failed => return Read::Failed,
            _ => return Read::NotReady,
        };
        let known = |gtin| matches!(self.catalogue.find(gtin), Lookup::Found(_));
        let today = self.catalogue.today();
        // A label names no currency.
        let settings = ScanSettings { currency: self.catalogue.currency(), ..part.settings.clone() };
        Read::Done((part.read)(code, &settings, today, &known))
    }

    /// What this code is to a screen that takes scans; tracked, for who waits until it can be told.
    pub(crate) fn taken(self, code: &str) -> Taken {
        let (gtin, last_day) = match code.parse() {
            Ok(gtin) if !self.may_be_own(gtin) => (gtin, None),
            // The price's screen says it where there are no prices.
            _ if !self.catalogue.is_ready() => return Taken::Other,
            _ => match self.read(code) {
                Read::Done(Ok(Meaning::Product(scanned))) => (scanned.gtin, scanned.last_day(self.catalogue.today())),
                Read::Done(Ok(Meaning::MemberCard { number, .. })) => return Taken::This(Scanned::Card(number)),
                Read::Done(Ok(Meaning::Badge(badge))) => return Taken::This(Scanned::Badge(badge)),
                Read::NotReady => return Taken::Unread,
                Read::Done(_) | Read::Failed => return Taken::Other,
            },
        };
        match self.catalogue.find(gtin) {
            Lookup::Found(_) => Taken::This(Scanned::Product(gtin, last_day)),
            Lookup::NotFound | Lookup::NotReady => Taken::Other,
        }
    }
}

/// Scanners that do not type are heard from then on too.
#[wasm_split(scan, fallible)]
fn load(settings: StoredValue<DeviceSettings>) -> Result<Part, SplitLoaderError> {
    wired::hear_all(settings.with_value(wired::serial_line));
    Ok(Part::new(settings.with_value(scan_settings)))
}

fn scan_settings(settings: &DeviceSettings) -> ScanSettings {
    let origins = [settings.public_url.clone(), window().location().origin().unwrap_or_default()];
    ScanSettings {
        separator: settings.scanner_separator.chars().next(),
        // The server has looked at them: none is wrong.
        restricted: settings.restricted_numbers.split(';').filter_map(|rule| rule.parse().ok()).collect(),
        own_origins: origins.into_iter().filter(|origin| !origin.is_empty()).collect(),
        ..ScanSettings::default()
    }
}
