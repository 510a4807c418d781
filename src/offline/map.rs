//! The map of the store: kept beside the copy of the catalogue, and asked for again with it.

use polka_wayfinding::StoreMap;

use super::copy;
use crate::api::Server;

/// Takes the server's map where it is another than the one that is kept.
pub(super) async fn update(server: Server) {
    let kept = copy::read_map().await.map(|(tag, _)| tag);
    let Ok(Some(file)) = server.fetch_map(kept.as_deref()).await else { return };
    // What cannot be read is not put in the place of what can.
    if StoreMap::parse(&file.bytes).is_ok() && copy::write_map(&file.tag, &file.bytes).await.is_err() {
        leptos::logging::warn!("the map was not kept");
    }
}

/// The map: from the copy, or else from the server. `None` where the store has none.
pub(crate) async fn read_map(server: Server) -> Option<StoreMap> {
    let kept = copy::read_map().await.and_then(|(_, bytes)| StoreMap::parse(&bytes).ok());
    match kept {
        Some(map) => Some(map),
        None => StoreMap::parse(&server.fetch_map(None).await.ok()??.bytes).ok(),
    }
}
