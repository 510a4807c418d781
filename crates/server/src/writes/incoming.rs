//! A write as it comes in: from a device of the store or a member's own phone, with a key, open or sealed.

use std::future::Future;

use axum::body::Bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use polka_contract::{ErrorCode, IDEMPOTENCY_KEY, SEALED, seal_context};
use serde::de::DeserializeOwned;

use super::Write;
use crate::devices::Device;
use crate::http::{ApiError, Services};

/// As long as a key may be.
const LONGEST_KEY: usize = 64;

/// From where a write may come.
pub(crate) trait Source: Sized {
    /// Who sends a request with these headers.
    fn of_request(services: &Services, headers: &HeaderMap) -> impl Future<Output = Result<Self, ApiError>> + Send;

    /// The numbers of the device, under which its keys are kept, and of its store.
    fn place(&self) -> (i64, i64);
}

impl Source for Device {
    async fn of_request(services: &Services, headers: &HeaderMap) -> Result<Self, ApiError> {
        services.device(headers).await
    }

    fn place(&self) -> (i64, i64) {
        (self.id, self.store_id)
    }
}

/// A write and what it says.
pub(crate) struct Incoming<T, S = Device> {
    pub(crate) write: Write,
    /// From where it comes.
    pub(crate) device: S,
    pub(crate) said: T,
}

impl<T: DeserializeOwned, S: Source + Send> FromRequest<Services> for Incoming<T, S> {
    type Rejection = ApiError;

    async fn from_request(request: Request, services: &Services) -> Result<Self, ApiError> {
        let taken_ms = services.clock.now_ms();
        let device = S::of_request(services, request.headers()).await?;
        let (device_id, store_id) = device.place();
        let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
        // Which reservation it is stands in the address alone.
        let whole_path = request.uri().path().to_owned();
        let key = request.headers().get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or("").to_owned();
        check_key(&key)?;
        let is_sealed = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == SEALED);
        let body = Bytes::from_request(request, services)
            .await
            .map_err(|rejection| ApiError::of_status(rejection.status()))?;
        let body = match is_sealed {
            true => services
                .secrets
                .unseal(&seal_context(&path, &key), &body)
                .map_err(|problem| ApiError::new(ErrorCode::SealBroken, format!("the body {problem}")))?,
            false => body.into(),
        };
        let said = serde_json::from_slice(&body).map_err(|problem| ApiError::of_body(&problem.to_string()))?;
        let write = Write {
            device_id,
            store_id,
            digest: services.secrets.digest("write", &[whole_path.as_bytes(), &body]),
            idempotency_key: key,
            taken_ms,
        };
        Ok(Self { write, device, said })
    }
}

/// Whether a device may have said this time: its clock may be wrong, but it shows a year of four digits.
pub(crate) fn check_made(ms: i64) -> Result<(), ApiError> {
    const YEAR_10000_MS: i64 = 253_402_300_800_000;
    match (0..YEAR_10000_MS).contains(&ms) {
        true => Ok(()),
        false => Err(ApiError::new(ErrorCode::InvalidRequest, "a time is not between 1970 and 9999")),
    }
}

pub(crate) fn check_key(key: &str) -> Result<(), ApiError> {
    let is_key = (1..=LONGEST_KEY).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    match is_key {
        true => Ok(()),
        false => Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "the header Idempotency-Key must be 1 to 64 letters, digits, hyphens, dots or underscores",
        )),
    }
}
