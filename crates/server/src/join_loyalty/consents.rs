//! What somebody has said to a text about their data: kept as it was said, with the text's version.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use polka_contract::{ConsentKind, ConsentRequest, ConsentResponse, ErrorCode, ErrorResponse, OwnConsent};
use polka_domain::CardNumber;
use sqlx::AnyConnection;

use super::shown_card;
use crate::http::{ApiError, Services};
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome, Write, check_made};

/// Keeps what the holder of a card has said. It may come before the card does: a device sends what waits in its
/// order, and may be sent to another server of the chain.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_CONSENTS, tag = "join_loyalty", request_body = ConsentRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key is kept once")),
    responses((status = 200, description = "it is kept", body = ConsentResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<ConsentRequest>,
) -> Result<Json<ConsentResponse>, ApiError> {
    let ConsentRequest { card_number, kind, text_version, is_given, made_ms } = said;
    let consent = OwnConsent { kind, text_version, is_given, made_ms };
    check(&consent)?;
    let (secrets, card) = (services.secrets.clone(), shown_card(&card_number)?);
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let id = keep_one(connection, &secrets, card, &consent, write).await?;
            Ok(Outcome { word: "kept".into(), reference: Some(id) })
        })
    });
    Ok(Json(ConsentResponse { consent_id: outcome.await?.reference.context("a consent")? }))
}

/// Whether somebody may have said this.
pub(crate) fn check(consent: &OwnConsent) -> Result<(), ApiError> {
    check_made(consent.made_ms)?;
    let version = &consent.text_version;
    let is_version =
        (1..=16).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let wrong = || ApiError::new(ErrorCode::InvalidRequest, "the text_version is not 1 to 16 digits, hyphens and dots");
    is_version.then_some(()).ok_or_else(wrong)
}

/// Keeps what the holder of a card has said, and gives its number.
pub(crate) async fn keep_one(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    card: CardNumber,
    consent: &OwnConsent,
    write: &Write,
) -> Result<i64> {
    let kept = sqlx::query_scalar(
        "INSERT INTO consents (id, card_digest, kind, text_version, is_given, device_id, made_ms, taken_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM consents RETURNING id",
    );
    let kept = kept.bind(card_digest(secrets, card)).bind(consent.kind.code()).bind(&consent.text_version);
    let kept = kept.bind(i64::from(consent.is_given)).bind(write.device_id).bind(consent.made_ms).bind(write.taken_ms);
    Ok(kept.fetch_one(connection).await?)
}

fn card_digest(secrets: &Secrets, card: CardNumber) -> String {
    secrets.digest("consent", &[card.to_string().as_bytes()])
}

/// What was said by the holder of these cards, in the order in which it came.
pub(crate) async fn of_cards(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    cards: &[CardNumber],
) -> Result<Vec<OwnConsent>> {
    let mut rows: Vec<(i64, String, String, i64, i64)> = Vec::new();
    for card in cards {
        let of_card =
            sqlx::query_as("SELECT id, kind, text_version, is_given, made_ms FROM consents WHERE card_digest = $1");
        rows.extend(of_card.bind(card_digest(secrets, *card)).fetch_all(&mut *connection).await?);
    }
    rows.sort_unstable_by_key(|row| row.0);
    let consent = |(_, kind, text_version, is_given, made_ms): (i64, String, String, i64, i64)| {
        let kind =
            ConsentKind::from_code(&kind).with_context(|| format!("a consent to {kind:?}, of a later version"))?;
        Ok(OwnConsent { kind, text_version, is_given: is_given != 0, made_ms })
    };
    rows.into_iter().map(consent).collect()
}
