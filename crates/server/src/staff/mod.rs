//! Who works in a store, and who of them is at a tablet.
//!
//! `polka staff` keeps the list (`command.rs`). Somebody shows who they are by a badge, or by a number and a PIN
//! (`sign_in.rs`); from then on the tablet is theirs for a shift, until they leave it or somebody else shows who they
//! are. `rows.rs` has both as rows, `phone.rs` the numbers by which they collect points.

pub mod command;
pub(crate) mod phone;
mod pin;
mod rows;
pub(crate) mod sign_in;

use anyhow::Result;
use axum::http::HeaderMap;
use polka_contract::{DeviceKind, ErrorCode, StaffResponse, StaffRole};
use sqlx::AnyConnection;

use crate::clock::HOUR_MS;
use crate::devices::{Device, credential};
use crate::http::{ApiError, Services};
use crate::secrets::{Secrets, plain_digest};
use crate::writes::Source;

use rows::SessionRow;

/// In which a tablet has what shows who works at it.
const COOKIE: &str = "polka_staff";
/// Nobody's shift is longer.
pub(crate) const SHIFT_MS: i64 = 12 * HOUR_MS;

/// Somebody of the staff, at a tablet.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) staff_id: i64,
    name: String,
    pub(crate) role: StaffRole,
    /// When they must show again who they are.
    until_ms: i64,
    /// What shows in a write of this tablet, at once or later, that they made it; another badge ends it.
    mark: String,
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

    /// Whose mark a tablet shows, whoever works there by now: their session may have ended, their badge counts still.
    ///
    /// # Errors
    /// Where it is nobody's.
    pub(crate) async fn of_mark(
        connection: &mut AnyConnection,
        secrets: &Secrets,
        device: Device,
        shown: &str,
    ) -> Result<Self> {
        let unknown = || ApiError::new(ErrorCode::StaffUnknown, "the mark is nobody's, or no longer");
        let session_id = shown.split_once('.').and_then(|(id, _)| id.parse().ok()).ok_or_else(unknown)?;
        let row = rows::of_session(connection, session_id, device.id).await?.ok_or_else(unknown)?;
        let staff = Self::of_row(secrets, row, device).ok_or_else(unknown)?;
        // Digests take the same time to compare, however much is right.
        match plain_digest(shown) == plain_digest(&staff.mark) {
            true => Ok(staff),
            false => Err(unknown().into()),
        }
    }

    fn of_row(secrets: &Secrets, row: SessionRow, device: Device) -> Option<Self> {
        let parts = [&row.session_id.to_be_bytes()[..], row.badge_digest.as_bytes()];
        Some(Self {
            staff_id: row.id,
            name: row.name,
            role: StaffRole::from_code(&row.role)?,
            until_ms: row.begun_ms + SHIFT_MS,
            mark: format!("{}.{}", row.session_id, secrets.digest("staff-mark", &parts)),
            session_id: row.session_id,
            device,
        })
    }

    fn response(self) -> StaffResponse {
        let Self { staff_id, name, role, until_ms, mark, .. } = self;
        StaffResponse { staff_number: staff_id, name, role, until_ms, mark }
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
        let row = rows::of_session(&self.pool, session_id, device.id).await?.ok_or_else(unknown)?;
        match row.is_open(self.clock.now_ms()) {
            true => SignedIn::of_row(&self.secrets, row, device).ok_or_else(unknown),
            false => Err(unknown()),
        }
    }
}

/// What shows that somebody works at a tablet.
fn token(secrets: &Secrets, session_id: i64) -> String {
    secrets.digest("staff-session", &[&session_id.to_be_bytes()[..]])
}
