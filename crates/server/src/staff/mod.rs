//! Who works in a store, and who of them is at a tablet.
//!
//! `polka staff` keeps the list (`command.rs`). Somebody shows who they are by a badge, or by a number and a PIN
//! (`sign_in.rs`); from then on the tablet is theirs for a shift, until they leave it or somebody else shows who they
//! are. `rows.rs` has both as rows.

pub mod command;
mod pin;
mod rows;
pub(crate) mod sign_in;

use axum::http::HeaderMap;
use polka_contract::{DeviceKind, ErrorCode, StaffRole};

use crate::clock::HOUR_MS;
use crate::devices::{Device, credential};
use crate::http::{ApiError, Services};
use crate::secrets::{Secrets, plain_digest};
use crate::writes::Source;

/// In which a tablet has what shows who works at it.
const COOKIE: &str = "polka_staff";
/// Nobody's shift is longer.
pub(crate) const SHIFT_MS: i64 = 12 * HOUR_MS;

/// Somebody of the staff, at a tablet.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) staff_id: i64,
    pub(crate) name: String,
    pub(crate) role: StaffRole,
    /// When they must show again who they are.
    pub(crate) until_ms: i64,
    session_id: i64,
    device: Device,
}

impl SignedIn {
    /// As the ledger calls them.
    pub(crate) fn actor(&self) -> String {
        format!("staff:{}", self.staff_id)
    }

    /// In which store.
    pub(crate) fn store_id(&self) -> i64 {
        self.device.store_id
    }
}

impl Source for SignedIn {
    async fn of_request(services: &Services, headers: &HeaderMap) -> Result<Self, ApiError> {
        services.signed_in(headers).await
    }

    fn place(&self) -> (i64, i64) {
        (self.device.id, self.device.store_id)
    }
}

impl Services {
    /// Who of the staff a request comes from.
    pub(crate) async fn signed_in(&self, headers: &HeaderMap) -> Result<SignedIn, ApiError> {
        let device = self.device(headers).await?;
        device.must_be(&[DeviceKind::Tablet])?;
        let unknown = || ApiError::new(ErrorCode::StaffUnknown, "nobody has shown at this tablet who they are");
        let (session_id, secret) = credential(headers, COOKIE).ok_or_else(unknown)?;
        // Digests take the same time to compare, however much is right.
        if plain_digest(secret) != plain_digest(&token(&self.secrets, session_id)) {
            return Err(unknown());
        }
        let since_ms = self.clock.now_ms() - SHIFT_MS;
        let row = rows::of_session(&self.pool, session_id, device.id, since_ms).await?.ok_or_else(unknown)?;
        let role = StaffRole::from_code(&row.role).ok_or_else(unknown)?;
        let until_ms = row.begun_ms + SHIFT_MS;
        Ok(SignedIn { staff_id: row.id, name: row.name, role, until_ms, session_id, device })
    }
}

/// What shows that somebody works at a tablet.
fn token(secrets: &Secrets, session_id: i64) -> String {
    secrets.digest("staff-session", &[&session_id.to_be_bytes()[..]])
}
