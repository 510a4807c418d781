//! The list as the database has it now, ready to be sent.
//!
//! An import is another process, so the version is asked of the database again and again; the list is
//! loaded only when that has moved. Packing takes longer than loading, and is done once a version.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use bytes::Bytes;
use polka_catalogue::search::{SearchIndex, Synonyms};
use polka_catalogue::{Catalogue, Changes};
use sqlx::AnyPool;
use tokio::sync::{Mutex, OnceCell};

use super::rows;
use crate::database;
use crate::store::{self, Store};

/// One version of the list.
pub struct Snapshot {
    /// Its products.
    pub catalogue: Catalogue,
    packed: OnceCell<Bytes>,
    index: OnceCell<SentFile>,
    /// What leads here from each version that was asked for: plain and under brotli. After an import all
    /// devices ask for the same.
    changes: Mutex<HashMap<u64, Option<SentFile>>>,
}

/// A file as it is sent.
#[derive(Clone)]
pub(crate) struct SentFile {
    pub(crate) plain: Bytes,
    /// Under brotli.
    pub(crate) packed: Bytes,
}

/// The file's bytes, kept by whoever still sends them.
struct Plain(Arc<Snapshot>);

impl AsRef<[u8]> for Plain {
    fn as_ref(&self) -> &[u8] {
        self.0.catalogue.as_bytes()
    }
}

impl Snapshot {
    fn new(catalogue: Catalogue) -> Arc<Self> {
        Arc::new(Self { catalogue, packed: OnceCell::new(), index: OnceCell::new(), changes: Mutex::default() })
    }

    /// What tells this list from every other, of this database or another: version, hyphen, checksum.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}-{:016x}", self.catalogue.edition().version, self.catalogue.checksum())
    }

    /// The index by which its products are found, where these words mean the same; they are always the same.
    pub(crate) async fn index(self: &Arc<Self>, synonyms: &Arc<Synonyms>) -> Result<SentFile> {
        let build = async || {
            let (snapshot, synonyms) = (Arc::clone(self), Arc::clone(synonyms));
            let build = move || {
                let index = SearchIndex::build(&snapshot.catalogue, &synonyms);
                let packed = pack(index.as_bytes(), 9)?;
                Ok::<_, anyhow::Error>(SentFile { plain: index.into_bytes().into(), packed })
            };
            tokio::task::spawn_blocking(build).await?
        };
        self.index.get_or_try_init(build).await.cloned()
    }

    /// The file as it is, without another copy of it.
    pub(crate) fn plain(self: &Arc<Self>) -> Bytes {
        Bytes::from_owner(Plain(Arc::clone(self)))
    }

    /// The file under brotli.
    pub(crate) async fn packed(self: &Arc<Self>) -> Result<Bytes> {
        let pack = async || {
            let snapshot = Arc::clone(self);
            tokio::task::spawn_blocking(move || pack(snapshot.catalogue.as_bytes(), 9)).await?
        };
        self.packed.get_or_try_init(pack).await.cloned()
    }
}

/// Packs with brotli, whose `quality` goes from 0, at once, to 11, slow.
pub(crate) fn pack(bytes: &[u8], quality: u32) -> Result<Bytes> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 24);
    packed.write_all(bytes)?;
    Ok(packed.into_inner().into())
}

/// The newest version, and how to get the next.
pub struct Current {
    pool: AnyPool,
    store: Store,
    snapshot: ArcSwap<Snapshot>,
    /// When the database was last asked; held while it is asked, and while a new version is loaded.
    asked: Mutex<Instant>,
}

impl Current {
    /// Loads the store's list.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn load(pool: AnyPool, store: Store) -> Result<Arc<Self>> {
        let snapshot = ArcSwap::new(load(&pool, &store.name).await?);
        Ok(Arc::new(Self { pool, store, snapshot, asked: Mutex::new(Instant::now()) }))
    }

    /// The list as it was when it was last asked for.
    pub(crate) fn known(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The list as the database has it now. Requests that wait at the same time share one question.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let arrived = Instant::now();
        let mut asked = self.asked.lock().await;
        if *asked <= arrived {
            let now = Instant::now();
            let store = store::find(&self.pool, Some(&self.store.name)).await?.context("the store is gone")?;
            if store.catalogue_version != self.snapshot.load().catalogue.edition().version {
                self.snapshot.store(load(&self.pool, &store.name).await?);
                tracing::info!(version = store.catalogue_version, "the product list has changed");
            }
            *asked = now;
        }
        Ok(self.snapshot.load_full())
    }

    /// What changed since a version, or `None` where the whole file is the better answer: for a version that
    /// is none of this store's, where an import comes in between, and where most of the list has changed.
    pub(crate) async fn changes(&self, snapshot: &Arc<Snapshot>, since_version: u64) -> Result<Option<SentFile>> {
        if since_version == 0 || since_version >= snapshot.catalogue.edition().version {
            return Ok(None);
        }
        let mut known = snapshot.changes.lock().await;
        if let Some(file) = known.get(&since_version) {
            return Ok(file.clone());
        }
        let file = self.build_changes(Arc::clone(snapshot), since_version).await?;
        known.insert(since_version, file.clone());
        Ok(file)
    }

    async fn build_changes(&self, snapshot: Arc<Snapshot>, since_version: u64) -> Result<Option<SentFile>> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = database::begin_read(&mut connection).await?;
        let store = store::find(&mut *transaction, Some(&self.store.name)).await?.context("the store is gone")?;
        if store.catalogue_version != snapshot.catalogue.edition().version {
            return Ok(None);
        }
        let (changed, removed) = rows::load_changes(&mut transaction, &store, since_version).await?;
        transaction.rollback().await?;
        if changed.len() > snapshot.catalogue.len() / 2 {
            return Ok(None);
        }
        let build = move || {
            let changes = Changes::build(since_version, &snapshot.catalogue, changed.iter(), removed.into_iter());
            let packed = pack(changes.as_bytes(), 5)?;
            Ok(Some(SentFile { plain: Bytes::copy_from_slice(changes.as_bytes()), packed }))
        };
        tokio::task::spawn_blocking(build).await?
    }
}

/// Reads version and products in one transaction, so that an import in between cannot mix two versions.
async fn load(pool: &AnyPool, name: &str) -> Result<Arc<Snapshot>> {
    let mut connection = pool.acquire().await?;
    let mut transaction = database::begin_read(&mut connection).await?;
    let store = store::find(&mut *transaction, Some(name)).await?.context("the store is gone")?;
    let products = rows::load(&mut transaction, &store).await?;
    transaction.rollback().await?;
    let build = move || Snapshot::new(Catalogue::build(store.edition(), products.iter()));
    tokio::task::spawn_blocking(build).await.context("loading was stopped")
}
