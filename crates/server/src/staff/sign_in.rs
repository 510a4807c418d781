//! Somebody shows at a tablet who they are.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use polka_contract::{
    DeviceKind, DoneResponse, ErrorCode, ErrorResponse, NothingRequest, SignInRequest, StaffResponse,
};
use polka_domain::BadgeNumber;
use sqlx::AnyConnection;

use super::{COOKIE, SHIFT_MS, SignedIn, pin, rows, token};
use crate::http::{ApiError, Services};
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome, Write};

/// From so many wrong PINs in a row on no other is taken for a while; each further one doubles it.
const WRONG_PINS: i64 = 3;
/// That long at first.
const FIRST_LOCK_MS: i64 = 30_000;
/// That long at most.
const LONGEST_LOCK_MS: i64 = 15 * 60_000;

/// By what somebody shows who they are, checked.
enum Shown {
    Badge { digest: String },
    Pin { staff_id: i64, is_right: bool },
}

/// By which a badge is found.
pub(super) fn badge_digest(secrets: &Secrets, badge: BadgeNumber) -> String {
    secrets.digest("staff-badge", &[badge.to_string().as_bytes()])
}

/// Somebody shows at a tablet who they are: by a badge, or by their number and a PIN. Whoever worked there before does
/// no longer. After three wrong PINs in a row none is taken for a while; a badge, or `polka staff keys`, ends that.
#[utoipa::path(
    post, path = polka_contract::paths::STAFF_SESSIONS, tag = "staff", request_body = SignInRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key tries once")),
    responses((status = 200, description = "who it is; what shows it from now on is in a cookie", body = StaffResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn sign_in(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<SignInRequest>,
) -> Result<Response, ApiError> {
    device.must_be(&[DeviceKind::Tablet])?;
    let refused = || ApiError::new(ErrorCode::CodeRefused, "it is nobody's badge, or not the PIN of that number");
    let shown = match (said.badge_number, said.staff_number, said.pin) {
        (Some(badge), None, None) => {
            let badge: BadgeNumber = badge.parse().map_err(|_| refused())?;
            Shown::Badge { digest: badge_digest(&services.secrets, badge) }
        }
        (None, Some(staff_id), Some(typed)) if pin::is_one(&typed) => {
            let row = rows::find(&services.pool, device.store_id, staff_id).await?;
            let hash = row.and_then(|row| row.pin_hash);
            Shown::Pin { staff_id, is_right: pin::is_right(&services.secrets, &typed, hash).await? }
        }
        (None, Some(_), Some(_)) => return Err(ApiError::new(ErrorCode::InvalidRequest, "the pin is not six digits")),
        _ => {
            let message = "a badge_number is to be there, or a staff_number with its pin";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message));
        }
    };
    let outcome = services
        .writer
        .once(write, move |connection, write| Box::pin(async move { take(connection, write, &shown).await }))
        .await?;
    match outcome.word.as_str() {
        "signed_in" => {}
        "locked" => return Err(ApiError::new(ErrorCode::TooManyTries, "the PIN was wrong too often; wait a while")),
        _ => return Err(refused()),
    }
    let session_id = outcome.reference.context("a session")?;
    // The answer may have been lost, and somebody else may have come since.
    let row = rows::of_session(&services.pool, session_id, device.id).await?;
    let row = row.filter(|row| row.is_open(services.clock.now_ms())).ok_or_else(refused)?;
    let cookie = services.cookie(COOKIE, &format!("{session_id}.{}", token(&services.secrets, session_id)), SHIFT_S)?;
    let staff = SignedIn::of_row(&services.secrets, row, device).context("a role of a later version")?;
    Ok(([(SET_COOKIE, cookie)], Json(staff.response())).into_response())
}

const SHIFT_S: u32 = (SHIFT_MS / 1000) as u32;

async fn take(connection: &mut AnyConnection, write: &Write, shown: &Shown) -> Result<Outcome> {
    let word = |word: &str| Outcome { word: word.into(), reference: None };
    let staff_id = match shown {
        Shown::Badge { digest } => match rows::find_by_badge(connection, write.store_id, digest).await? {
            Some(staff_id) => staff_id,
            None => return Ok(word("refused")),
        },
        Shown::Pin { staff_id, is_right } => {
            let Some(row) = rows::find(&mut *connection, write.store_id, *staff_id).await? else {
                return Ok(word("refused"));
            };
            if row.locked_until_ms > write.taken_ms {
                return Ok(word("locked"));
            }
            if !is_right {
                let wrong_pins = row.wrong_pins + 1;
                let locked_until_ms = write.taken_ms + lock_ms(wrong_pins);
                rows::count_pin(connection, *staff_id, wrong_pins, locked_until_ms).await?;
                return Ok(word("refused"));
            }
            *staff_id
        }
    };
    rows::count_pin(connection, staff_id, 0, 0).await?;
    let session_id = rows::begin_session(connection, staff_id, write).await?;
    Ok(Outcome { word: "signed_in".into(), reference: Some(session_id) })
}

/// For how long no PIN is taken after so many wrong ones in a row.
fn lock_ms(wrong_pins: i64) -> i64 {
    match wrong_pins - WRONG_PINS {
        ..0 => 0,
        more => (FIRST_LOCK_MS << more.min(10)).min(LONGEST_LOCK_MS),
    }
}

/// Who works at this tablet.
#[utoipa::path(
    get, path = polka_contract::paths::STAFF_SESSION, tag = "staff",
    responses((status = 200, description = "who it is", body = StaffResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own(State(services): State<Services>, headers: HeaderMap) -> Result<Json<StaffResponse>, ApiError> {
    Ok(Json(services.signed_in(&headers).await?.response()))
}

/// Nobody works at this tablet any more.
#[utoipa::path(
    post, path = polka_contract::paths::STAFF_SESSION_END, tag = "staff", request_body = NothingRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is so", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn sign_out(
    State(services): State<Services>,
    Incoming { write, device: staff, .. }: Incoming<NothingRequest, SignedIn>,
) -> Result<Response, ApiError> {
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            // Somebody else may have come meanwhile.
            rows::end_session(connection, staff.session_id, write.taken_ms).await?;
            Ok(Outcome { word: "signed_out".into(), reference: None })
        })
    });
    outcome.await?;
    Ok(([(SET_COOKIE, services.cookie(COOKIE, "", 0)?)], Json(DoneResponse::default())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_guesses_waits_longer_each_time() {
        let locks: Vec<_> = (1..=9).map(|wrong| lock_ms(wrong) / 1000).collect();
        assert_eq!(locks, [0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(lock_ms(i64::MAX), LONGEST_LOCK_MS);
    }
}
