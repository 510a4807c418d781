//! The copy of the catalogue in IndexedDB, and beside it the index of the search and the store's map: records that
//! are replaced as a whole. They are large and written when they change; what the server last said is small and
//! written each time.

use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Transaction, TransactionMode, TransactionResult,
};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

const DATABASE: &str = "polka";
const STORE: &str = "copies";
const CATALOGUE: &str = "catalogue";
const CONFIRMED: &str = "confirmed";
const INDEX: &str = "index";
/// The index's tag alone, which is asked for at each start.
const INDEX_TAG: &str = "index_tag";
const MAP: &str = "map";

/// What is kept.
pub(super) struct Copy {
    /// The edition, as the server names it.
    pub(super) tag: String,
    pub(super) bytes: Vec<u8>,
    pub(super) confirmed: Confirmed,
    /// The index's, where one is kept.
    pub(super) index_tag: String,
}

/// A file and its tag, to be kept.
pub(super) type Kept<'a> = Option<(&'a str, &'a [u8])>;

/// When the server last said that the copy is the newest.
#[derive(Clone, Copy, Default)]
pub(super) struct Confirmed {
    /// In milliseconds since 1970, by the server's clock.
    pub(super) at_ms: f64,
    /// How far the device's clock was ahead of the server's then.
    pub(super) clock_error_ms: f64,
}

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        // Where this fails, so does every transaction after it, and the device goes on without a copy.
        if let Ok(database) = event.database() {
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    request.await
}

/// The copy, or `None` where there is none that can be read.
pub(super) async fn read() -> Option<Copy> {
    let database = open().await.ok()?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    let catalogue = store.get(JsValue::from_str(CATALOGUE)).ok()?;
    let confirmed = store.get(JsValue::from_str(CONFIRMED)).ok()?;
    let index_tag = store.get(JsValue::from_str(INDEX_TAG)).ok()?;
    let (catalogue, confirmed, index_tag) = (catalogue.await.ok()??, confirmed.await.ok()??, index_tag.await.ok()?);
    let number = |name: &str| field(&confirmed, name)?.as_f64();
    Some(Copy {
        tag: field(&catalogue, "tag")?.as_string()?,
        bytes: field(&catalogue, "bytes")?.dyn_into::<Uint8Array>().ok()?.to_vec(),
        index_tag: index_tag.and_then(|tag| tag.as_string()).unwrap_or_default(),
        confirmed: Confirmed { at_ms: number("at_ms")?, clock_error_ms: number("clock_error_ms")? },
    })
}

fn field(record: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(record, &JsValue::from_str(name)).ok()
}

/// When the server confirmed the copy last, without reading it; 0 where there is none.
pub(super) async fn confirmed_ms() -> f64 {
    let read = async || {
        let transaction = open().await.ok()?.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
        let confirmed = transaction.object_store(STORE).ok()?.get(JsValue::from_str(CONFIRMED)).ok()?;
        field(&confirmed.await.ok()??, "at_ms")?.as_f64()
    };
    read().await.unwrap_or(0.0)
}

/// The index with this tag, where it is kept.
pub(super) async fn read_index(tag: &str) -> Option<Vec<u8>> {
    let transaction = open().await.ok()?.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
    let index = transaction.object_store(STORE).ok()?.get(JsValue::from_str(INDEX)).ok()?.await.ok()??;
    let is_it = field(&index, "tag")?.as_string()? == tag;
    if is_it { Some(field(&index, "bytes")?.dyn_into::<Uint8Array>().ok()?.to_vec()) } else { None }
}

/// The map, with its tag.
pub(super) async fn read_map() -> Option<(String, Vec<u8>)> {
    let transaction = open().await.ok()?.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
    let map = transaction.object_store(STORE).ok()?.get(JsValue::from_str(MAP)).ok()?.await.ok()??;
    Some((field(&map, "tag")?.as_string()?, field(&map, "bytes")?.dyn_into::<Uint8Array>().ok()?.to_vec()))
}

/// Replaces the map.
pub(super) async fn write_map(tag: &str, bytes: &[u8]) -> Result<(), Error> {
    let transaction = open().await?.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction.object_store(STORE)?.put(&file_record(tag, bytes), Some(&JsValue::from_str(MAP)))?.await?;
    finish(transaction).await
}

/// Replaces the copy and the index, or what is given of them, and what the server said. Where the browser has no
/// room the old ones stay, and the device fetches again at its next start.
pub(super) async fn write(catalogue: Kept<'_>, index: Kept<'_>, confirmed: Confirmed) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    for (name, file) in [(CATALOGUE, catalogue), (INDEX, index)] {
        let Some((tag, bytes)) = file else { continue };
        store.put(&file_record(tag, bytes), Some(&JsValue::from_str(name)))?.await?;
    }
    if let Some((tag, _)) = index {
        store.put(&JsValue::from_str(tag), Some(&JsValue::from_str(INDEX_TAG)))?.await?;
    }
    let fields = [("at_ms", confirmed.at_ms.into()), ("clock_error_ms", confirmed.clock_error_ms.into())];
    store.put(&record(&fields), Some(&JsValue::from_str(CONFIRMED)))?.await?;
    finish(transaction).await
}

async fn finish(transaction: Transaction) -> Result<(), Error> {
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        // As where the disk is full.
        TransactionResult::Aborted => Err(Error::OneshotChannelReceiveError),
    }
}

fn file_record(tag: &str, bytes: &[u8]) -> Object {
    record(&[("tag", JsValue::from_str(tag)), ("bytes", Uint8Array::from(bytes).into())])
}

fn record(fields: &[(&str, JsValue)]) -> Object {
    let record = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&record, &JsValue::from_str(name), value);
    }
    record
}
