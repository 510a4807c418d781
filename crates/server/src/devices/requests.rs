//! What devices ask of themselves, and what a tablet of the staff asks of all.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use polka_contract::{
    DeviceKind, DeviceResponse, DeviceStatus, DevicesResponse, EnrolmentRequest, ErrorCode, ErrorResponse,
    IDEMPOTENCY_KEY, InstallerRequest,
};

use super::{COOKIE, COOKIE_AGE_S, credential, rows};
use crate::http::{ApiError, Services};
use crate::writes::{check_key, check_made};

/// As much as a device may tell in one word.
const LONGEST_WORD: usize = 100;

/// Makes whoever knows the code that device of the store.
#[utoipa::path(
    post, path = polka_contract::paths::DEVICE_ENROLMENT, tag = "devices",
    params(("Idempotency-Key" = String, Header, description = "the same key gets the same credential again")),
    request_body = EnrolmentRequest,
    responses((status = 200, description = "the device; its credential is in a cookie", body = DeviceResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn enrol(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Result<Json<EnrolmentRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(EnrolmentRequest { code }) = body.map_err(ApiError::from)?;
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or("");
    check_key(key)?;
    let (device, cookie) = services.enrol(code.as_deref(), key, &headers).await?;
    Ok(([(SET_COOKIE, cookie)], Json(services.describe(device))).into_response())
}

/// Opens the set-up page of a device. It asks no credential: a device may have none yet.
#[utoipa::path(
    post, path = polka_contract::paths::INSTALLER, tag = "devices", request_body = InstallerRequest,
    responses((status = 204, description = "it is the PIN, or none is set"), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn open_setup(
    State(services): State<Services>,
    body: Result<Json<InstallerRequest>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(InstallerRequest { pin }) = body.map_err(ApiError::from)?;
    services.check_installer_pin(&pin)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this device is and is to be.
#[utoipa::path(
    get, path = polka_contract::paths::DEVICE_SELF, tag = "devices",
    responses((status = 200, description = "the device", body = DeviceResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<DeviceResponse>, ApiError> {
    let device = services.device(&headers).await?;
    Ok(Json(services.describe(device)))
}

/// How this device does. Its credential is renewed.
#[utoipa::path(
    put, path = polka_contract::paths::DEVICE_SELF, tag = "devices", request_body = DeviceStatus,
    responses((status = 200, description = "the device", body = DeviceResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep_status(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Result<Json<DeviceStatus>, JsonRejection>,
) -> Result<Response, ApiError> {
    let device = services.device(&headers).await?;
    let Json(status) = body.map_err(ApiError::from)?;
    let words = [Some(&status.app_version), status.voice.as_ref()];
    let is_word = |word: &String| word.chars().count() <= LONGEST_WORD && !word.contains(char::is_control);
    if !words.into_iter().flatten().all(is_word) {
        return Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "app_version and voice are lines of at most 100 characters",
        ));
    }
    [status.outbox_oldest_ms, status.last_scan_ms].into_iter().flatten().try_for_each(check_made)?;
    rows::keep_status(&services.pool, device.id, &status, services.clock.now_ms()).await?;
    let (id, secret) = credential(&headers, COOKIE).unwrap_or_default();
    let cookie = services.cookie(COOKIE, &format!("{id}.{secret}"), COOKIE_AGE_S)?;
    Ok(([(SET_COOKIE, cookie)], Json(services.describe(device))).into_response())
}

/// How all devices of the store do.
#[utoipa::path(
    get, path = polka_contract::paths::DEVICES, tag = "devices",
    responses((status = 200, description = "all, by name", body = DevicesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<DevicesResponse>, ApiError> {
    let device = services.device(&headers).await?;
    if device.kind != DeviceKind::Tablet {
        return Err(ApiError::new(ErrorCode::Forbidden, "only a tablet of the staff is told of the others"));
    }
    Ok(Json(DevicesResponse { devices: rows::all(&services.pool, device.store_id).await? }))
}
