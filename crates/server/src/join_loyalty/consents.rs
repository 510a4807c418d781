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
use crate::writes::{Incoming, Outcome, check_made};

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
    check_made(said.made_ms)?;
    let version = &said.text_version;
    if !(1..=16).contains(&version.len()) || !version.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
    {
        return Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "the text_version is not 1 to 16 digits, hyphens and dots",
        ));
    }
    let digest = card_digest(&services.secrets, shown_card(&said.card_number)?);
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let kept = sqlx::query_scalar(
                "INSERT INTO consents (id, card_digest, kind, text_version, is_given, device_id, made_ms, taken_ms)
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM consents RETURNING id",
            );
            let kept = kept.bind(digest).bind(said.kind.code()).bind(said.text_version);
            let kept =
                kept.bind(i64::from(said.is_given)).bind(write.device_id).bind(said.made_ms).bind(write.taken_ms);
            Ok(Outcome { word: "kept".into(), reference: Some(kept.fetch_one(connection).await?) })
        })
    });
    Ok(Json(ConsentResponse { consent_id: outcome.await?.reference.context("a consent")? }))
}

fn card_digest(secrets: &Secrets, card: CardNumber) -> String {
    secrets.digest("consent", &[card.to_string().as_bytes()])
}

/// What was said by the holder of a card, in the order in which it came.
pub(crate) async fn of_card(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    card: CardNumber,
) -> Result<Vec<OwnConsent>> {
    let rows: Vec<(String, String, i64, i64)> =
        sqlx::query_as("SELECT kind, text_version, is_given, made_ms FROM consents WHERE card_digest = $1 ORDER BY id")
            .bind(card_digest(secrets, card))
            .fetch_all(connection)
            .await?;
    let consent = |(kind, text_version, is_given, made_ms): (String, String, i64, i64)| {
        let kind =
            ConsentKind::from_code(&kind).with_context(|| format!("a consent to {kind:?}, of a later version"))?;
        Ok(OwnConsent { kind, text_version, is_given: is_given != 0, made_ms })
    };
    rows.into_iter().map(consent).collect()
}
