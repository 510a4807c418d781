//! The copy of the catalogue in IndexedDB: one record, replaced as a whole.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

const DATABASE: &str = "polka";
const STORE: &str = "copies";
const KEY: &str = "catalogue";

/// What is kept.
pub(super) struct Copy {
    /// The edition, as the server names it.
    pub(super) tag: String,
    /// When the server last said that it is the newest, in milliseconds since 1970.
    pub(super) checked_ms: f64,
    pub(super) bytes: Vec<u8>,
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
    let record = store.get(JsValue::from_str(KEY)).ok()?.await.ok()??;
    let field = |name: &str| Reflect::get(&record, &JsValue::from_str(name)).ok();
    Some(Copy {
        tag: field("tag")?.as_string()?,
        checked_ms: field("checked_ms")?.as_f64()?,
        bytes: field("bytes")?.dyn_into::<Uint8Array>().ok()?.to_vec(),
    })
}

/// Replaces the copy. Where the browser has no room the old one stays, and the device fetches again at its
/// next start.
pub(super) async fn write(tag: &str, checked_ms: f64, bytes: &[u8]) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    let record = Object::new();
    let fields = [
        ("tag", JsValue::from_str(tag)),
        ("checked_ms", JsValue::from_f64(checked_ms)),
        ("bytes", Uint8Array::from(bytes).into()),
    ];
    for (name, value) in fields {
        let _ = Reflect::set(&record, &JsValue::from_str(name), &value);
    }
    store.put(&record, Some(&JsValue::from_str(KEY)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}
