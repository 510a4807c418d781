//! The outbox's entries in IndexedDB: each a text, under a number that the database gives. The numbers rise in the
//! order in which entries were made, in whichever tab.

use idb::{DatabaseEvent, Factory, ObjectStore, ObjectStoreParams, Transaction, TransactionResult};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

const DATABASE: &str = "polka-outbox";
const STORE: &str = "entries";

/// Why something was not stored or read, as the browser says it.
#[derive(Debug)]
pub(super) struct StorageError(pub(super) String);

impl From<idb::Error> for StorageError {
    fn from(error: idb::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<JsValue> for StorageError {
    fn from(error: JsValue) -> Self {
        Self(format!("{error:?}"))
    }
}

/// An open database; it is closed with this value, so that a newer version of the app may change its shape.
pub(super) struct Storage(IdbDatabase);

impl Drop for Storage {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Storage {
    pub(super) async fn open() -> Result<Self, StorageError> {
        let mut request = Factory::new()?.open(DATABASE, Some(1))?;
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else { return };
            let mut numbered = ObjectStoreParams::new();
            numbered.auto_increment(true);
            // Where this fails, so does every transaction after it, and the person is told that nothing is kept.
            let _ = database.create_object_store(STORE, numbered);
        });
        Ok(Self(request.await?.into()))
    }

    /// Adds an entry, and gives its number. When this is done it is on the disk.
    pub(super) async fn add(&self, entry: &str) -> Result<u64, StorageError> {
        let (transaction, store) = self.writes()?;
        let number = store.add(&JsValue::from_str(entry), None)?.await?;
        finish(transaction).await?;
        Ok(number.as_f64().unwrap_or_default() as u64)
    }

    /// Replaces an entry.
    pub(super) async fn put(&self, number: u64, entry: &str) -> Result<(), StorageError> {
        let (transaction, store) = self.writes()?;
        let key = JsValue::from_f64(number as f64);
        store.put(&JsValue::from_str(entry), Some(&key))?.await?;
        finish(transaction).await
    }

    /// Lets an entry go.
    pub(super) async fn delete(&self, number: u64) -> Result<(), StorageError> {
        let (transaction, store) = self.writes()?;
        store.delete(JsValue::from_f64(number as f64))?.await?;
        finish(transaction).await
    }

    /// All, with their numbers, in the order in which they were made.
    pub(super) async fn all(&self) -> Result<Vec<(u64, String)>, StorageError> {
        let store = Transaction::from(self.0.transaction_with_str(STORE)?).object_store(STORE)?;
        // Both are asked for before either is waited for, so that they are of one moment.
        let (keys, texts) = (store.get_all_keys(None, None)?, store.get_all(None, None)?);
        let (keys, texts) = (keys.await?, texts.await?);
        let pairs = keys.into_iter().zip(texts);
        Ok(pairs.filter_map(|(key, text)| Some((key.as_f64()? as u64, text.as_string()?))).collect())
    }

    /// A transaction that is on the disk when it says that it is done. Browsers say so before, unless they are
    /// asked; the library does not ask.
    fn writes(&self) -> Result<(Transaction, ObjectStore), StorageError> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let begin: Function = Reflect::get(&self.0, &"transaction".into())?.dyn_into()?;
        let transaction = begin.call3(&self.0, &STORE.into(), &"readwrite".into(), &options)?;
        let transaction = Transaction::from(transaction.dyn_into::<IdbTransaction>()?);
        let store = transaction.object_store(STORE)?;
        Ok((transaction, store))
    }
}

async fn finish(transaction: Transaction) -> Result<(), StorageError> {
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        // As where the disk is full.
        TransactionResult::Aborted => Err(StorageError("the browser took it back".into())),
    }
}
