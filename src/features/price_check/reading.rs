//! Reads what is more than the number of a product that the catalogue has, and shows what that says.
//!
//! It is a part of its own, fetched when the first screen stands or when such a code is scanned sooner: the price
//! of a plain number never waits for it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_domain::{Date, Gtin, Product};
use polka_scan::{Meaning, Refusal, RestrictedRule, ScanSettings, ScannedProduct};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::scanned;
use crate::i18n::Locale;
use crate::offline::{CatalogueStore, Lookup, use_catalogue};
use crate::provided::provided;
use crate::settings::use_settings;

/// After so long the app has had its first screen.
const FIRST_SCREEN: Duration = Duration::from_secs(2);

/// Reads a code; the last value tells which products the catalogue has.
type ReadCode = fn(&str, &ScanSettings, Date, &dyn Fn(Gtin) -> bool) -> Result<Meaning, Refusal>;

/// What the part does.
#[derive(Clone, Copy)]
pub(super) struct Part {
    settings: StoredValue<ScanSettings>,
    read: ReadCode,
    /// What a code says of the piece in hand.
    pub(super) piece: fn(&ScannedProduct, &Product, Locale, Date) -> AnyView,
    /// What is no product, and what is no code that means anything.
    pub(super) other: fn(&Result<Meaning, Refusal>, Locale) -> AnyView,
}

impl Part {
    pub(super) fn new(settings: ScanSettings) -> Self {
        let settings = StoredValue::new(settings);
        Self { settings, read: polka_scan::read, piece: scanned::piece, other: scanned::other }
    }
}

/// The reading of codes, for whoever has one.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// `None` until it was asked for, then whether it came.
    part: RwSignal<Option<Fetched>>,
    catalogue: CatalogueStore,
    has_table: bool,
}

#[derive(Clone, Copy)]
enum Fetched {
    OnItsWay,
    Failed,
    Here(Part),
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
    let has_table = use_settings().with_value(|settings| !settings.restricted_numbers.is_empty());
    let reading = Reading { part: RwSignal::new(None), catalogue: use_catalogue(), has_table };
    provide_context(reading);
    set_timeout(move || reading.fetch(), FIRST_SCREEN);
}

/// The reading of codes.
pub(crate) fn use_reading() -> Reading {
    provided()
}

impl Reading {
    /// Fetches it, unless it is here or on its way.
    pub(super) fn fetch(self) {
        if matches!(self.part.get_untracked(), Some(Fetched::OnItsWay | Fetched::Here(_))) {
            return;
        }
        self.part.set(Some(Fetched::OnItsWay));
        let table = use_settings().with_value(|settings| {
            (settings.restricted_numbers.clone(), settings.scanner_separator.clone(), settings.public_url.clone())
        });
        spawn_local(async move {
            let part = load(table).await;
            self.part.set(Some(part.map_or(Fetched::Failed, Fetched::Here)));
        });
    }

    /// What shows it, once it is here; tracked.
    pub(super) fn part(self) -> Option<Part> {
        match self.part.get() {
            Some(Fetched::Here(part)) => Some(part),
            _ => None,
        }
    }

    /// Whether the chain's table may say what a number means: it names numbers of stores alone, and those begin with
    /// 0 or 2.
    pub(super) fn may_be_own(self, gtin: Gtin) -> bool {
        self.has_table && matches!(gtin.to_string().as_bytes()[1], b'0' | b'2')
    }

    /// Reads a code; tracked, so that whoever asked asks again when it can be read or the catalogue has changed.
    pub(super) fn read(self, code: &str) -> Read {
        let part = match self.part.get() {
            Some(Fetched::Here(part)) if self.catalogue.is_ready() => part,
            Some(Fetched::Failed) => return Read::Failed,
            _ => return Read::NotReady,
        };
        let known = |gtin| matches!(self.catalogue.find(gtin), Lookup::Found(_));
        let today = self.catalogue.today();
        Read::Done(part.settings.with_value(|settings| (part.read)(code, settings, today, &known)))
    }

    /// The product whose code this is, where the catalogue has it and it can be told at once.
    pub(crate) fn product(self, code: &str) -> Option<Gtin> {
        let gtin = match code.parse() {
            Ok(gtin) if !self.may_be_own(gtin) => gtin,
            _ => match self.read(code) {
                Read::Done(Ok(Meaning::Product(scanned))) => scanned.gtin,
                _ => return None,
            },
        };
        matches!(self.catalogue.find(gtin), Lookup::Found(_)).then_some(gtin)
    }
}

#[wasm_split(scan, fallible)]
fn load((table, separator, public_url): (String, String, String)) -> Result<Part, SplitLoaderError> {
    // The server has looked at them: none is wrong.
    let restricted = table.split(';').filter_map(|rule| rule.parse::<RestrictedRule>().ok()).collect();
    let origins = [public_url, window().location().origin().unwrap_or_default()];
    let settings = ScanSettings {
        separator: separator.chars().next(),
        restricted,
        own_origins: origins.into_iter().filter(|origin| !origin.is_empty()).collect(),
        ..ScanSettings::default()
    };
    Ok(Part::new(settings))
}
