//! The API's part: health, one product, the file, its changes.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use polka_contract::{ErrorCode, ErrorResponse, HealthResponse, HealthStatus, ProductResponse};
use polka_domain::Gtin;
use serde::Deserialize;

use super::current::Current;
use crate::http::{ApiError, Services, accepts_brotli};

/// Whether the server works.
#[utoipa::path(
    get, path = polka_contract::paths::HEALTH, tag = "price_check",
    responses((status = 200, description = "it works", body = HealthResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn health(State(current): State<Arc<Current>>) -> Result<Json<HealthResponse>, ApiError> {
    let snapshot = current.snapshot().await?;
    Ok(Json(HealthResponse {
        status: HealthStatus::Ok,
        version: env!("CARGO_PKG_VERSION").into(),
        catalogue_version: snapshot.catalogue.edition().version,
    }))
}

/// One product.
#[utoipa::path(
    get, path = polka_contract::paths::PRODUCT, tag = "price_check",
    params(("gtin" = String, Path, description = "8, 12, 13 or 14 digits", example = "9521040000276")),
    responses((status = 200, description = "the product", body = ProductResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn product(
    State(current): State<Arc<Current>>,
    gtin: Result<Path<String>, PathRejection>,
) -> Result<Json<ProductResponse>, ApiError> {
    let Path(gtin) = gtin.map_err(|_| ApiError::new(ErrorCode::InvalidGtin, "the gtin is not text"))?;
    let gtin: Gtin =
        gtin.parse().map_err(|problem| ApiError::new(ErrorCode::InvalidGtin, format!("the gtin {problem}")))?;
    let product = current.snapshot().await?.catalogue.find(gtin);
    let product = product.ok_or_else(|| ApiError::new(ErrorCode::ProductNotFound, format!("no product is {gtin}")))?;
    Ok(Json(ProductResponse::from(&product)))
}

/// A file of `polka-catalogue`.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
struct File(#[expect(dead_code, reason = "the description needs the type, not a value")] Vec<u8>);

/// The compact file of all products.
#[utoipa::path(
    get, path = polka_contract::paths::CATALOGUE, tag = "price_check",
    params(("If-None-Match" = Option<String>, Header, description = "the `ETag` of the copy one has")),
    responses(
        (status = 200, description = "the file, under brotli where that is accepted", body = File, content_type = "application/vnd.polka.catalogue"),
        (status = 304, description = "the copy is the newest"),
        (status = "default", description = "an error", body = ErrorResponse),
    ),
)]
pub(crate) async fn whole(State(current): State<Arc<Current>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let snapshot = current.snapshot().await?;
    let etag = format!("\"{}\"", snapshot.tag());
    if has(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, file_headers(&etag)).into_response());
    }
    let packed = accepts_brotli(&headers);
    let bytes = match packed {
        true => snapshot.packed().await?,
        false => snapshot.plain(),
    };
    Ok(file("application/vnd.polka.catalogue", &etag, packed, bytes))
}

/// The index by which products are found, of the same products as the file.
#[utoipa::path(
    get, path = polka_contract::paths::CATALOGUE_INDEX, tag = "price_check",
    params(("If-None-Match" = Option<String>, Header, description = "the `ETag` of the copy one has")),
    responses(
        (status = 200, description = "the index, under brotli where that is accepted", body = File, content_type = "application/vnd.polka.search-index"),
        (status = 304, description = "the copy is the newest"),
        (status = "default", description = "an error", body = ErrorResponse),
    ),
)]
pub(crate) async fn index(State(services): State<Services>, headers: HeaderMap) -> Result<Response, ApiError> {
    let snapshot = services.current.snapshot().await?;
    let etag = format!("\"{}.{}\"", snapshot.tag(), services.index_edition());
    if has(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, file_headers(&etag)).into_response());
    }
    let index = snapshot.index(&services.synonyms).await?;
    let packed = accepts_brotli(&headers);
    let bytes = if packed { index.packed } else { index.plain };
    Ok(file("application/vnd.polka.search-index", &etag, packed, bytes))
}

/// Whether the copy that somebody has is this one.
pub(crate) fn has(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A proxy that packs or unpacks on the way makes the tag a weak one.
    known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

/// Which edition the changes should start from.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// The `ETag` of the copy one has, without its quotes.
    since: String,
}

/// What changed in the file since an edition.
#[utoipa::path(
    get, path = polka_contract::paths::CATALOGUE_CHANGES, tag = "price_check",
    params(Since),
    responses(
        (status = 200, description = "the file, under brotli where that is accepted", body = File, content_type = "application/vnd.polka.catalogue-changes"),
        (status = 304, description = "the copy is the newest"),
        (status = 410, body = ErrorResponse, description = "the copy is not one that changes lead on from"),
        (status = "default", description = "an error", body = ErrorResponse),
    ),
)]
pub(crate) async fn changes(
    State(current): State<Arc<Current>>,
    since: Result<Query<Since>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Since { since }) =
        since.map_err(|problem| ApiError::new(ErrorCode::InvalidRequest, problem.body_text()))?;
    let version = since.split_once('-').and_then(|(version, checksum)| {
        u64::from_str_radix(checksum, 16).ok()?;
        version.parse::<u64>().ok()
    });
    let Some(version) = version else {
        return Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "since is not an ETag of the catalogue, like 41-9f8e7d6c5b4a3921",
        ));
    };
    let snapshot = current.snapshot().await?;
    let tag = snapshot.tag();
    let etag = format!("\"{tag}\"");
    if since == tag {
        return Ok((StatusCode::NOT_MODIFIED, file_headers(&etag)).into_response());
    }
    let Some(changes) = current.changes(&snapshot, version).await? else {
        return Err(ApiError::new(ErrorCode::EditionUnknown, format!("since {since} no changes are known")));
    };
    let packed = accepts_brotli(&headers);
    let bytes = if packed { changes.packed } else { changes.plain };
    Ok(file("application/vnd.polka.catalogue-changes", &etag, packed, bytes))
}

pub(crate) fn file_headers(etag: &str) -> [(HeaderName, HeaderValue); 3] {
    let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
    [
        (ETAG, etag),
        // Kept, but asked about each time.
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
    ]
}

pub(crate) fn file(kind: &'static str, etag: &str, is_packed: bool, bytes: Bytes) -> Response {
    let mut response = (file_headers(etag), [(CONTENT_TYPE, kind)], Body::from(bytes)).into_response();
    if is_packed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
