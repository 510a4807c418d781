//! The catalogue at hand: from the copy at start, from the server when it has something newer.
//!
//! A scan asks [`CatalogueStore::find`] and gets its answer at once; it never waits for the network.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_catalogue::{Catalogue, Changes};
use polka_domain::{Date, Gtin, Product};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::copy::{self, Confirmed};
use super::locks;
use crate::api::{ApiError, Server, TaggedFile, use_server};
use crate::clock::{Clock, use_clock};
use crate::settings::use_settings;

/// A price that was last confirmed longer ago says how old it is.
const FRESH_MS: f64 = 3_600_000.0;
/// While there is nothing to show, the server is asked again sooner than for changes.
const RETRY_WITHOUT_COPY: Duration = Duration::from_secs(3);

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

    async fn take_copy(self) {
        let Some(copy) = copy::read().await else { return };
        // A damaged copy is as good as none: the next request fetches the whole.
        let Ok(catalogue) = Catalogue::open(copy.bytes) else { return };
        self.clock.start_from(copy.confirmed.clock_error_ms);
        self.confirmed_ms.set(copy.confirmed.at_ms);
        self.is_kept.set_value(true);
        self.show(copy.tag, catalogue);
    }

    fn show(self, tag: String, catalogue: Catalogue) {
        self.tag.set_value(tag);
        self.is_missing.set(false);
        self.catalogue.set(Some(Arc::new(catalogue)));
    }

    /// Takes what the server has that is newer; one tab at a time, so that the next one finds it in the copy.
    async fn update(self) -> Result<(), ApiError> {
        let _alone = locks::hold("polka-catalogue").await;
        if copy::confirmed_ms().await > self.confirmed_ms.get_untracked() {
            self.take_copy().await;
        }
        let newer = match self.catalogue.get_untracked() {
            None => Some(self.fetch_whole().await?),
            Some(base) => match self.server.fetch_changes(&self.tag.get_value()).await {
                Ok(None) => None,
                Ok(Some(file)) => match apply(&base, file) {
                    Some(newer) => Some(newer),
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
        let written = copy::write(catalogue, confirmed).await;
        // What was confirmed must never stand beside another edition.
        self.is_kept.set_value(written.is_ok());
        if let Err(error) = written {
            leptos::logging::warn!("the catalogue's copy was not kept: {error}");
        }
        Ok(())
    }

    async fn fetch_whole(self) -> Result<(String, Catalogue), ApiError> {
        let file = self.server.fetch_catalogue().await?;
        let catalogue = Catalogue::open(file.bytes).map_err(|_| ApiError::Unreadable)?;
        Ok((file.tag, catalogue))
    }
}

fn apply(base: &Catalogue, file: TaggedFile) -> Option<(String, Catalogue)> {
    let changes = Changes::open(file.bytes).ok()?;
    Some((file.tag, base.apply(&changes).ok()?))
}

/// Provides the catalogue, and keeps it up to date as long as the page lives.
pub(crate) fn provide_catalogue() {
    let store = CatalogueStore {
        catalogue: RwSignal::new(None),
        tag: StoredValue::new(String::new()),
        confirmed_ms: RwSignal::new(0.0),
        is_missing: RwSignal::new(false),
        is_kept: StoredValue::new(false),
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
    expect_context()
}
