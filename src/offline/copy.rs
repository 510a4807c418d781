//! The copy of the catalogue in IndexedDB: two records, each replaced as a whole. The catalogue is some
//! megabytes and is written when it changes; what the server last said of it is small and written each time.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode, TransactionResult};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

const DATABASE: &str = "polka";
const STORE: &str = "copies";
const CATALOGUE: &str = "catalogue";
const CONFIRMED: &str = "confirmed";

/// What is kept.
pub(super) struct Copy {
    /// The edition, as the server names it.
    pub(super) tag: String,
    pub(super) bytes: Vec<u8>,
    pub(super) confirmed: Confirmed,
}

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
    let (catalogue, confirmed) = (catalogue.await.ok()??, confirmed.await.ok()??);
    let number = |name: &str| field(&confirmed, name)?.as_f64();
    Some(Copy {
        tag: field(&catalogue, "tag")?.as_string()?,
        bytes: field(&catalogue, "bytes")?.dyn_into::<Uint8Array>().ok()?.to_vec(),
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

/// Replaces the copy, or without a catalogue only what the server said of it. Where the browser has no room
/// the old one stays, and the device fetches again at its next start.
pub(super) async fn write(catalogue: Option<(&str, &[u8])>, confirmed: Confirmed) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    if let Some((tag, bytes)) = catalogue {
        let fields = [("tag", JsValue::from_str(tag)), ("bytes", Uint8Array::from(bytes).into())];
        store.put(&record(&fields), Some(&JsValue::from_str(CATALOGUE)))?.await?;
    }
    let fields = [("at_ms", confirmed.at_ms.into()), ("clock_error_ms", confirmed.clock_error_ms.into())];
    store.put(&record(&fields), Some(&JsValue::from_str(CONFIRMED)))?.await?;
    match transaction.commit()?.await? {
        TransactionResult::Committed => Ok(()),
        // As where the disk is full.
        TransactionResult::Aborted => Err(Error::OneshotChannelReceiveError),
    }
}

fn record(fields: &[(&str, JsValue)]) -> Object {
    let record = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&record, &JsValue::from_str(name), value);
    }
    record
}
