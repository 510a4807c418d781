//! Photographs that belong to something else: what is taken as one, for how long it is kept, and how it is answered.
//! Whose each is and who sees it, its slice knows: `report_expired/photos.rs`, `apology/photos.rs`. `jpeg.rs` tells
//! whether bytes are a picture.

mod jpeg;

use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polka_contract::{ErrorCode, LONGEST_PHOTO_SIDE};

use crate::clock::DAY_MS;
use crate::http::ApiError;

/// So long a photograph is kept after it was taken.
pub(crate) const KEPT_MS: i64 = 30 * DAY_MS;

/// A photograph that is not taken, and why.
pub(crate) fn refused(message: &str) -> ApiError {
    ApiError::new(ErrorCode::PhotoRefused, message)
}

/// The photograph in a request: a JPEG as base64.
///
/// # Errors
/// Where it is none, or too large.
pub(crate) fn read(jpeg: &str) -> Result<Vec<u8>, ApiError> {
    let photo = STANDARD.decode(jpeg).map_err(|_| refused("the jpeg is no base64"))?;
    let (across, down) = jpeg::size(&photo).ok_or_else(|| refused("the jpeg is no JPEG"))?;
    if across.max(down) > LONGEST_PHOTO_SIDE {
        return Err(refused("the jpeg has more than 2048 points on a side"));
    }
    Ok(photo)
}

/// A JPEG.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Photo(#[expect(dead_code, reason = "the description needs the type, not a value")] Vec<u8>);

/// A photograph as it is answered.
pub(crate) type Shown = ([(HeaderName, &'static str); 1], Vec<u8>);

/// Shows a photograph.
pub(crate) fn shown(photo: Vec<u8>) -> Shown {
    ([(CONTENT_TYPE, "image/jpeg")], photo)
}
