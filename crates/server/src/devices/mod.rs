//! The devices of a store: who they are, how they prove it, how they do.
//!
//! `polka device add` names one and prints a code. Whoever types the code at the device makes it that device: it
//! gets a credential in a cookie that no script can read. `rows.rs` is what the database holds of them,
//! `requests.rs` what they ask, `command.rs` the command. `phone.rs` has the rows of members' own phones: they are
//! devices, and never the store's.

pub mod command;
pub(crate) mod phone;
pub(crate) mod requests;
mod rows;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::http::{HeaderMap, HeaderValue, header};
use polka_contract::{DeviceKind, DeviceProfile, DeviceResponse, ErrorCode};
use sqlx::AnyPool;

use crate::clock::DAY_MS;
use crate::demo;
use crate::http::{ApiError, Services};
use crate::secrets::{Secrets, plain_digest, random};
use crate::store::Store;

pub use command::Command;

/// In which a device has its credential.
const COOKIE: &str = "polka_device";
/// As long as browsers keep a cookie (RFC 6265bis, 5.5: 400 days); each sign of life renews it.
const COOKIE_AGE_S: u32 = 400 * 86_400;
/// An installer has a day to type a code.
const CODE_HOLDS_MS: i64 = DAY_MS;
/// So many codes may be tried in a minute, by all together: with eight digits, nobody guesses one.
const TRIES_PER_MINUTE: usize = 10;
/// What the device of a demo store on the server's own machine is called.
const DEMO_DEVICE: &str = "Demo";

/// A device that has proved who it is.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) id: i64,
    pub(crate) store_id: i64,
    pub(crate) name: String,
    pub(crate) kind: DeviceKind,
    pub(crate) place: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) profile: Option<DeviceProfile>,
}

impl Device {
    /// Whether it is one of these kinds.
    ///
    /// # Errors
    /// Where it is not.
    pub(crate) fn must_be(&self, kinds: &[DeviceKind]) -> Result<(), ApiError> {
        let other = || ApiError::new(ErrorCode::Forbidden, "a device of this kind may not do this");
        kinds.contains(&self.kind).then_some(()).ok_or_else(other)
    }
}

/// When codes were tried, in the last minute.
#[derive(Clone, Default)]
pub(crate) struct Tries(Arc<Mutex<VecDeque<i64>>>);

impl Tries {
    /// Counts one, unless there were too many.
    pub(crate) fn count(&self, now_ms: i64) -> Result<(), ApiError> {
        let mut tries_ms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries_ms.retain(|tried_ms| (0..60_000).contains(&(now_ms - tried_ms)));
        if tries_ms.len() >= TRIES_PER_MINUTE {
            return Err(ApiError::new(ErrorCode::TooManyTries, "it was tried too often; wait a minute"));
        }
        tries_ms.push_back(now_ms);
        Ok(())
    }

    /// Takes the last one back: it was right.
    pub(crate) fn forgive(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_back();
    }
}

/// What the server knows of devices.
impl Services {
    /// The device that a request comes from.
    pub(crate) async fn device(&self, headers: &HeaderMap) -> Result<Device, ApiError> {
        let unknown = || ApiError::new(ErrorCode::DeviceUnknown, "the device is not enrolled in this store");
        let (id, secret) = credential(headers, COOKIE).ok_or_else(unknown)?;
        let device = rows::find(&self.pool, id).await?.filter(|row| row.store_id == self.store.id);
        let is_it = |row: &rows::DeviceRow| {
            row.revoked_ms.is_none() && row.credential_digest.as_deref() == Some(plain_digest(secret).as_str())
        };
        device.filter(is_it).and_then(rows::DeviceRow::into_device).ok_or_else(unknown)
    }

    /// What a device is told of itself.
    fn describe(&self, device: Device) -> DeviceResponse {
        DeviceResponse {
            id: device.id,
            name: device.name,
            kind: device.kind,
            store: self.store.name.clone(),
            place: device.place,
            start: device.start,
            profile: device.profile,
        }
    }

    /// Makes whoever knows the code that device. The same idempotency key gets the same credential again, for
    /// the answer may have been lost.
    async fn enrol(
        &self,
        code: Option<&str>,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<(Device, HeaderValue), ApiError> {
        let now_ms = self.clock.now_ms();
        // All browsers on the machine of a demo are its one device.
        let key = if code.is_some() { key } else { "demo" };
        let row = match code {
            Some(code) => {
                self.tries.count(now_ms)?;
                let digest = code_digest(&self.secrets, code);
                rows::find_by_code(&self.pool, self.store.id, &digest, key, now_ms).await?
            }
            None if self.is_demo(headers).await? => {
                Some(rows::find_or_add_demo(&self.pool, self.store.id, DEMO_DEVICE).await?)
            }
            None => None,
        };
        let refused =
            || ApiError::new(ErrorCode::CodeRefused, "the code is none that was given out, or its time is over");
        let row = row.ok_or_else(refused)?;
        // The code is in it, so that a key which is used again gives no credential again.
        let digits = digits(code.unwrap_or_default());
        let secret = self.secrets.digest("credential", &[&row.id.to_be_bytes()[..], key.as_bytes(), digits.as_bytes()]);
        // Two that knew one code at once: the first has it.
        if !rows::enrol(&self.pool, &row, key, &plain_digest(&secret), now_ms).await? {
            return Err(refused());
        }
        if code.is_some() {
            self.tries.forgive();
        }
        let device = row.into_device().ok_or_else(refused)?;
        tracing::info!(device = device.name, "a device was enrolled");
        let cookie = self.cookie(COOKIE, &format!("{}.{secret}", device.id), COOKIE_AGE_S)?;
        Ok((device, cookie))
    }

    /// Whether this is the installer's PIN; any is where none is set.
    fn check_installer_pin(&self, pin: &str) -> Result<(), ApiError> {
        let Some(wanted) = &self.installer_pin else { return Ok(()) };
        self.pin_tries.count(self.clock.now_ms())?;
        // Digests take the same time to compare, however much of the PIN is right.
        let digest = |pin: &str| self.secrets.digest("installer", &[pin.as_bytes()]);
        if digest(pin) != digest(wanted) {
            return Err(ApiError::new(ErrorCode::CodeRefused, "this is not the installer's PIN"));
        }
        self.pin_tries.forgive();
        Ok(())
    }

    /// Whether a device may enrol without a code: on this machine alone, with the demo's products alone.
    async fn is_demo(&self, headers: &HeaderMap) -> Result<bool> {
        // A proxy on this machine, or a page that calls us by its own name, would bring others here.
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let is_own_name = ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|name| host.strip_prefix(name).is_some_and(|port| port.is_empty() || port.starts_with(':')));
        let is_here = self.reach.is_this_machine && is_own_name;
        Ok(is_here && demo::is_all(&self.current.snapshot().await?.catalogue))
    }

    pub(crate) fn cookie(&self, name: &str, credential: &str, age_s: u32) -> Result<HeaderValue, ApiError> {
        let secure = if self.reach.has_tls { "; Secure" } else { "" };
        let cookie = format!("{name}={credential}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
        Ok(HeaderValue::try_from(cookie).map_err(anyhow::Error::from)?)
    }
}

/// Names a device of a store.
///
/// # Errors
/// Where there is one of this name.
pub async fn add(pool: &AnyPool, store: &Store, name: &str, kind: DeviceKind) -> Result<()> {
    rows::add(pool, store.id, name, kind).await
}

/// Refuses a device from now on.
///
/// # Errors
/// Where there is no such device.
pub async fn revoke(pool: &AnyPool, store: &Store, name: &str, now_ms: i64) -> Result<()> {
    let row = rows::find_by_name(pool, store.id, name).await?;
    rows::revoke(pool, row.id, now_ms).await
}

/// Gives a device a new code, which makes whoever types it that device.
///
/// # Errors
/// Where there is no such device.
pub async fn give_code(pool: &AnyPool, secrets: &Secrets, store: &Store, name: &str, now_ms: i64) -> Result<String> {
    let row = rows::find_by_name(pool, store.id, name).await?;
    let code = format!("{:08}", u64::from_be_bytes(random()?) % 100_000_000);
    rows::give_code(pool, row.id, &code_digest(secrets, &code), now_ms + CODE_HOLDS_MS).await?;
    Ok(code)
}

/// The number and its secret, as the cookie of this name has them.
pub(crate) fn credential<'h>(headers: &'h HeaderMap, name: &str) -> Option<(i64, &'h str)> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let credential = cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))?;
    let (id, secret) = credential.split_once('.')?;
    Some((id.parse().ok()?, secret))
}

/// Under which a code is kept; its digits alone count.
fn code_digest(secrets: &Secrets, code: &str) -> String {
    secrets.digest("code", &[digits(code).as_bytes()])
}

fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect()
}
