//! The catalogue at hand: from the copy at start, from the server when it has something newer.
//!
//! A scan asks [`CatalogueStore::find`] and gets its answer at once; it never waits for the network.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_catalogue::search::SearchIndex;
use polka_catalogue::{Catalogue, Changes};
use polka_contract::{ExpiredLot, ExpiredLotsResponse};
use polka_domain::{Currency, Date, Gtin, Product};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::copy::{self, Confirmed};
use super::device::is_enrolled;
use super::{locks, map};
use crate::api::{ApiError, Server, TaggedFile, use_server};
use crate::clock::{Clock, use_clock};
use crate::provided::provided;
use crate::settings::use_settings;

/// A price that was last confirmed longer ago says how old it is.
const FRESH_MS: f64 = 3_600_000.0;
/// While there is nothing to show, the server is asked again sooner than for changes.
const RETRY_WITHOUT_COPY: Duration = Duration::from_secs(3);
/// Where what the staff have found past its date is kept in the local storage.
const EXPIRED_LOTS: &str = "polka.expired_lots";

/// What a look-up found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lookup {
    /// The catalogue is still on its way.
    NotReady,
    /// The product.
    Found(Box<Product>),
    /// No product has this GTIN.
    NotFound,
}

/// The device's catalogue.
#[derive(Clone, Copy)]
pub(crate) struct CatalogueStore {
    catalogue: RwSignal<Option<Arc<Catalogue>>>,
    tag: StoredValue<String>,
    confirmed_ms: RwSignal<f64>,
    /// Whether there is no catalogue, and the server could not give one either.
    is_missing: RwSignal<bool>,
    /// Whether the copy holds what is shown.
    is_kept: StoredValue<bool>,
    /// What the staff have lately found past its date in this store, the newest first.
    expired_lots: RwSignal<Vec<(Gtin, Date)>>,
    /// The tag of the index that is kept, and of one that could not be.
    index_tag: RwSignal<String>,
    unkept_index: StoredValue<String>,
    /// In which edition the server builds indexes.
    index_edition: StoredValue<String>,
    clock: Clock,
    server: Server,
}

impl CatalogueStore {
    /// The product with this GTIN; asks to be called again when the catalogue changes.
    pub(crate) fn find(self, gtin: Gtin) -> Lookup {
        self.catalogue.with(|catalogue| match catalogue {
            None => Lookup::NotReady,
            Some(catalogue) => catalogue.find(gtin).map_or(Lookup::NotFound, |it| Lookup::Found(Box::new(it))),
        })
    }

    /// The date of items of a product that the staff have lately found past it, tracked.
    pub(crate) fn found_expired(self, gtin: Gtin) -> Option<Date> {
        self.expired_lots.with(|lots| lots.iter().find(|lot| lot.0 == gtin).map(|lot| lot.1))
    }

    /// Whether look-ups are answered, tracked.
    pub(crate) fn is_ready(self) -> bool {
        self.catalogue.with(Option::is_some)
    }

    /// Whether there is no catalogue, and the server could not give one either, tracked.
    pub(crate) fn is_missing(self) -> bool {
        self.is_missing.get()
    }

    /// The store's time zone, tracked.
    pub(crate) fn time_zone(self) -> String {
        self.catalogue.with(|it| it.as_ref().map_or("UTC".into(), |it| it.edition().time_zone.clone()))
    }

    /// The currency of every price, tracked.
    pub(crate) fn currency(self) -> Currency {
        self.catalogue.with(|it| it.as_ref().map_or(Currency::default(), |it| it.edition().currency))
    }

    /// The day that it is in the store, tracked.
    pub(crate) fn today(self) -> Date {
        self.clock.today(&self.time_zone())
    }

    /// The version of what it shows, tracked; 0 where it has nothing.
    pub(super) fn version(self) -> u64 {
        self.catalogue.with(|it| it.as_ref().map_or(0, |it| it.edition().version))
    }

    /// When the prices were last confirmed, where that is over an hour ago, in milliseconds since 1970; tracked.
    pub(crate) fn stale_since_ms(self) -> Option<f64> {
        let confirmed_ms = self.confirmed_ms.get();
        let age_ms = self.clock.now_to_the_minute_ms() - confirmed_ms;
        // A price from the future is one of a clock that was set back: nobody knows how old it is.
        (!(-FRESH_MS..=FRESH_MS).contains(&age_ms)).then_some(confirmed_ms)
    }

    /// The catalogue, tracked.
    pub(crate) fn now(self) -> Option<Arc<Catalogue>> {
        self.catalogue.get()
    }

    /// Asks to be called again when there is another index.
    pub(crate) fn track_index(self) {
        self.index_tag.track();
        self.catalogue.track();
    }

    /// The index of the search: from the copy, or else from the server.
    pub(crate) async fn index(self) -> Option<SearchIndex> {
        let wanted = self.wanted_index_tag();
        let kept = copy::read_index(&wanted).await.and_then(|bytes| SearchIndex::open(bytes).ok());
        match kept {
            Some(index) => Some(index),
            None => SearchIndex::open(self.server.fetch_index().await.ok()?.bytes).ok(),
        }
    }

    /// The tag of the index that belongs to what is shown.
    fn wanted_index_tag(self) -> String {
        self.tag.with_value(|tag| self.index_edition.with_value(|edition| [tag, ".", edition].concat()))
    }

    async fn take_copy(self) {
        let Some(copy) = copy::read().await else { return };
        // A damaged copy is as good as none: the next request fetches the whole.
        let Ok(catalogue) = Catalogue::open(copy.bytes) else { return };
        self.clock.start_from(copy.confirmed.clock_error_ms);
        self.confirmed_ms.set(copy.confirmed.at_ms);
        self.is_kept.set_value(true);
        self.index_tag.set(copy.index_tag);
        self.show(copy.tag, catalogue);
    }

    fn show(self, tag: String, catalogue: Catalogue) {
        self.tag.set_value(tag);
        self.is_missing.set(false);
        self.catalogue.set(Some(Arc::new(catalogue)));
    }

    /// Takes what the server has that is newer; one tab at a time, so that the next one finds it in the copy.
    async fn update(self) -> Result<(), ApiError> {
        if is_enrolled() && self.expired_lots.with_untracked(Vec::is_empty) {
            self.warn_of(kept_lots().unwrap_or_default());
        }
        let _alone = locks::hold("polka-catalogue").await;
        if copy::confirmed_ms().await > self.confirmed_ms.get_untracked() {
            self.take_copy().await;
        }
        let mut index = None;
        let newer = match self.catalogue.get_untracked() {
            None => Some(self.fetch_whole().await?),
            Some(base) => match self.server.fetch_changes(&self.tag.get_value()).await {
                Ok(None) => None,
                Ok(Some(file)) => match apply(&base, file) {
                    Some((tag, newer, changes)) => {
                        index = self.changed_index(&base, &changes).await;
                        Some((tag, newer))
                    }
                    None => Some(self.fetch_whole().await?),
                },
                // The server knows no way from this edition to its own.
                Err(ApiError::Rejected { status: 400 | 410 }) => Some(self.fetch_whole().await?),
                Err(error) => return Err(error),
            },
        };
        let confirmed = Confirmed { at_ms: self.clock.now_ms(), clock_error_ms: self.clock.error_ms() };
        self.confirmed_ms.set(confirmed.at_ms);
        let is_newer = newer.is_some();
        if let Some((tag, catalogue)) = newer {
            self.show(tag, catalogue);
        }
        // Kept after it is shown: nobody waits for the disk.
        let (tag, catalogue) = (self.tag.get_value(), self.catalogue.get_untracked());
        let is_kept = self.is_kept.get_value() && !is_newer;
        let catalogue = catalogue.as_ref().filter(|_| !is_kept).map(|it| (tag.as_str(), it.as_bytes()));
        let index_tag = self.wanted_index_tag();
        let kept_index = index.as_ref().map(|index| (index_tag.as_str(), index.as_bytes()));
        let written = copy::write(catalogue, kept_index, confirmed).await;
        // What was confirmed must never stand beside another edition.
        self.is_kept.set_value(written.is_ok());
        map::update(self.server).await;
        // What was known stays where the server does not say. It tells the store's own devices alone.
        if is_enrolled()
            && let Ok(told) = self.server.fetch_expired_lots().await
        {
            if let (Ok(Some(storage)), Ok(text)) = (window().local_storage(), serde_json::to_string(&told)) {
                // Without room for it nobody is warned after a start without the network.
                let _ = storage.set_item(EXPIRED_LOTS, &text);
            }
            self.warn_of(told);
        }
        match written {
            Ok(()) if index.is_some() => self.index_tag.set(index_tag),
            Ok(()) => self.update_index(confirmed).await,
            Err(error) => leptos::logging::warn!("the catalogue's copy was not kept: {error}"),
        }
        Ok(())
    }

    fn warn_of(self, told: ExpiredLotsResponse) {
        let lot = |lot: &ExpiredLot| Some((lot.gtin.parse().ok()?, lot.last_day.parse().ok()?));
        let lots: Vec<_> = told.lots.iter().filter_map(lot).collect();
        if self.expired_lots.with_untracked(|known| *known != lots) {
            self.expired_lots.set(lots);
        }
    }

    /// The index after the same changes, where it is kept.
    async fn changed_index(self, base: &Catalogue, changes: &Changes) -> Option<SearchIndex> {
        let kept = copy::read_index(&self.wanted_index_tag()).await?;
        SearchIndex::open(kept).ok()?.apply(base, changes).ok()
    }

    /// Fetches the index where none that belongs to the catalogue is kept.
    async fn update_index(self, confirmed: Confirmed) {
        let wanted = self.wanted_index_tag();
        let is_one = |tag: &String| *tag == wanted;
        if self.index_tag.with_untracked(is_one) || self.unkept_index.with_value(is_one) {
            return;
        }
        // Of another edition where the list has changed meanwhile: that one comes with the changes.
        let Ok(file) = self.server.fetch_index().await else { return };
        if file.tag == wanted && SearchIndex::open(file.bytes.clone()).is_ok() {
            match copy::write(None, Some((&wanted, &file.bytes)), confirmed).await {
                Ok(()) => self.index_tag.set(wanted),
                // It would be fetched again each minute.
                Err(_) => self.unkept_index.set_value(wanted),
            }
        }
    }

    async fn fetch_whole(self) -> Result<(String, Catalogue), ApiError> {
        let file = self.server.fetch_catalogue().await?;
        let catalogue = Catalogue::open(file.bytes).map_err(|_| ApiError::Unreadable)?;
        Ok((file.tag, catalogue))
    }
}

/// What the server last told of lots past their date.
fn kept_lots() -> Option<ExpiredLotsResponse> {
    serde_json::from_str(&window().local_storage().ok()??.get_item(EXPIRED_LOTS).ok()??).ok()
}

fn apply(base: &Catalogue, file: TaggedFile) -> Option<(String, Catalogue, Changes)> {
    let changes = Changes::open(file.bytes).ok()?;
    Some((file.tag, base.apply(&changes).ok()?, changes))
}

/// Provides the catalogue, and keeps it up to date as long as the page lives.
pub(crate) fn provide_catalogue() {
    let store = CatalogueStore {
        catalogue: RwSignal::new(None),
        tag: StoredValue::new(String::new()),
        confirmed_ms: RwSignal::new(0.0),
        is_missing: RwSignal::new(false),
        is_kept: StoredValue::new(false),
        expired_lots: RwSignal::new(Vec::new()),
        index_tag: RwSignal::new(String::new()),
        unkept_index: StoredValue::new(String::new()),
        index_edition: StoredValue::new(use_settings().with_value(|settings| settings.index_edition.clone())),
        clock: use_clock(),
        server: use_server(),
    };
    provide_context(store);
    let poll = Duration::from_secs(use_settings().with_value(|settings| settings.catalogue_poll_s.into()));
    spawn_local(async move {
        store.take_copy().await;
        keep_up_to_date(store, poll);
    });
}

/// Fetches what brings the catalogue up to date: with a copy, the first screen does not need it.
#[wasm_split(update, fallible)]
fn load_update() -> Result<Update, SplitLoaderError> {
    Ok(|store| Box::pin(store.update()))
}

type Update = fn(CatalogueStore) -> Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

fn keep_up_to_date(store: CatalogueStore, poll: Duration) {
    spawn_local(async move {
        let outcome = match load_update().await {
            Ok(update) => update(store).await,
            Err(_) => Err(ApiError::Offline),
        };
        let is_missing = outcome.is_err() && !store.catalogue.with_untracked(Option::is_some);
        store.is_missing.set(is_missing);
        let wait = if is_missing { RETRY_WITHOUT_COPY.min(poll) } else { poll };
        set_timeout(move || keep_up_to_date(store, poll), wait);
    });
}

/// The device's catalogue.
pub(crate) fn use_catalogue() -> CatalogueStore {
    provided()
}
