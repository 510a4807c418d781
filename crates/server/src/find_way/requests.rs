//! The API's part: the map.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use polka_contract::{ErrorCode, ErrorResponse};

use super::rows;
use crate::http::{ApiError, Services, accepts_brotli};
use crate::price_check::current::pack;
use crate::price_check::requests::{file, file_headers, has};

/// A map is small, and whoever asks waits.
const QUALITY: u32 = 5;

/// The store's map, GeoJSON.
#[utoipa::path(
    get, path = polka_contract::paths::MAP, tag = "find_way",
    params(("If-None-Match" = Option<String>, Header, description = "the `ETag` of the copy one has")),
    responses(
        (status = 200, description = "the map, under brotli where that is accepted", body = serde_json::Value, content_type = "application/geo+json"),
        (status = 304, description = "the copy is the newest"),
        (status = 404, description = "the store has no map", body = ErrorResponse),
        (status = "default", description = "an error", body = ErrorResponse),
    ),
)]
pub(crate) async fn map(State(services): State<Services>, headers: HeaderMap) -> Result<Response, ApiError> {
    let none = || ApiError::new(ErrorCode::NotFound, "the store has no map");
    let (pool, store_id) = (&services.pool, services.store.id);
    let tag = rows::find_tag(pool, store_id).await?.ok_or_else(none)?;
    let etag = format!("\"{tag}\"");
    if has(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, file_headers(&etag)).into_response());
    }
    let (tag, geojson) = rows::find(pool, store_id).await?.ok_or_else(none)?;
    let packed = accepts_brotli(&headers);
    let bytes = if packed { pack(geojson.as_bytes(), QUALITY)? } else { geojson.into() };
    Ok(file("application/geo+json", &format!("\"{tag}\""), packed, bytes))
}
