//! The store's list, before and after an import.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::{Result, bail};
use polka_domain::{Gtin, Product};
use sqlx::AnyPool;

use super::product_row::Refusal;
use crate::price_check::rows;
use crate::store::Store;
use crate::{database, demo};

/// What an import has found out about a GTIN.
enum Entered {
    /// The store has it, and no row has named it yet.
    Before(Product),
    /// It stays as the store has it.
    Unchanged,
    /// A row has it, otherwise than the store or for the first time.
    Written { product: Product, was_there: bool },
    /// A row named it for the first time, and was refused.
    Refused,
    /// It goes.
    Removed { is_own: bool },
}

/// The list as it will be.
pub(super) struct List {
    entries: HashMap<Gtin, Entered>,
    /// How many products the store has that are not the demo's.
    own: usize,
}

/// What was written.
pub(super) struct Written {
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) removed: u64,
    pub(super) version: u64,
}

impl List {
    pub(super) async fn load(pool: &AnyPool, store: &Store) -> Result<Self> {
        let products = rows::load(&mut *pool.acquire().await?, store).await?;
        let own = products.iter().filter(|product| !demo::is_own(product.gtin)).count();
        let entries = products.into_iter().map(|product| (product.gtin, Entered::Before(product))).collect();
        Ok(Self { entries, own })
    }

    /// Takes the product of a row; of two rows with one GTIN the second is refused.
    pub(super) fn take(&mut self, product: Product) -> Result<(), Refusal> {
        match self.entries.entry(product.gtin) {
            Entry::Vacant(entry) => {
                entry.insert(Entered::Written { product, was_there: false });
            }
            Entry::Occupied(mut entry) => match entry.get() {
                Entered::Before(before) if *before == product => {
                    entry.insert(Entered::Unchanged);
                }
                Entered::Before(_) => {
                    entry.insert(Entered::Written { product, was_there: true });
                }
                _ => {
                    let reason = format!("gtin {} stands in an earlier row", product.gtin);
                    return Err(Refusal { reason, gtin: Some(product.gtin) });
                }
            },
        }
        Ok(())
    }

    /// Keeps the product of a refused row as it was.
    pub(super) fn keep(&mut self, gtin: Option<Gtin>) {
        let Some(gtin) = gtin else { return };
        match self.entries.entry(gtin) {
            Entry::Vacant(entry) => {
                entry.insert(Entered::Refused);
            }
            Entry::Occupied(mut entry) if matches!(entry.get(), Entered::Before(_)) => {
                entry.insert(Entered::Unchanged);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Lets go of all products that no row has named.
    pub(super) fn remove_the_rest(&mut self) {
        for (gtin, entry) in &mut self.entries {
            if matches!(entry, Entered::Before(_)) {
                *entry = Entered::Removed { is_own: !demo::is_own(*gtin) };
            }
        }
    }

    /// Whether the store has no products.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many products the store has that are not the demo's.
    pub(super) fn own(&self) -> usize {
        self.own
    }

    /// How many of those go.
    pub(super) fn own_going(&self) -> usize {
        self.entries.values().filter(|entry| matches!(entry, Entered::Removed { is_own: true })).count()
    }

    /// Writes what differs as one transaction, under a new version of the list where anything does.
    pub(super) async fn write(self, pool: &AnyPool, store: &Store) -> Result<Written> {
        let (mut written, mut removed) = (Vec::new(), Vec::new());
        let mut outcome = Written { added: 0, changed: 0, unchanged: 0, removed: 0, version: store.catalogue_version };
        for (gtin, entry) in self.entries {
            match entry {
                Entered::Before(_) | Entered::Unchanged => outcome.unchanged += 1,
                Entered::Refused => {}
                Entered::Removed { .. } => removed.push(gtin),
                Entered::Written { product, was_there } => {
                    if was_there {
                        outcome.changed += 1
                    } else {
                        outcome.added += 1
                    }
                    written.push(product);
                }
            }
        }
        outcome.removed = removed.len() as u64;
        if written.is_empty() && removed.is_empty() {
            return Ok(outcome);
        }
        // Rows in the order of their key fill the pages of the database one after the other.
        written.sort_unstable_by_key(|product| product.gtin);

        outcome.version += 1;
        let mut connection = pool.acquire().await?;
        let mut transaction = database::begin_write(&mut connection).await?;
        let taken = sqlx::query("UPDATE stores SET catalogue_version = $1 WHERE id = $2 AND catalogue_version = $3")
            .bind(i64::try_from(outcome.version)?)
            .bind(store.id)
            .bind(i64::try_from(store.catalogue_version)?)
            .execute(&mut *transaction)
            .await?;
        if taken.rows_affected() != 1 {
            bail!("somebody else changed the list in the meantime. Nothing was changed; try again");
        }
        rows::write(&mut transaction, store, &written, &removed, outcome.version).await?;
        transaction.commit().await?;
        Ok(outcome)
    }
}
