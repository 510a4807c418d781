//! What devices ask of members.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use polka_contract::{
    CodeRequest, CodeResponse, ErrorCode, ErrorResponse, MemberRequest, MemberResponse, ProofRequest, ProofResponse,
};
use polka_domain::CardNumber;

use super::codes::{self, Proved};
use super::members::{self, KeptPhone};
use super::{named_phone, shown_card};
use crate::http::{ApiError, Services};
use crate::report_expired;
use crate::secrets::random;
use crate::writes::{Incoming, Outcome, check_made};

/// Gives a card to whoever has a phone number. It collects points at once. The answer is the same, and as quick,
/// whether the number is a member's or not.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBERS, tag = "join_loyalty", request_body = MemberRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "the card", body = MemberResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn join(
    State(services): State<Services>,
    incoming: Incoming<MemberRequest>,
) -> Result<Json<MemberResponse>, ApiError> {
    services.clock.evenly(join_now(&services, incoming)).await
}

async fn join_now(
    services: &Services,
    Incoming { write, said, .. }: Incoming<MemberRequest>,
) -> Result<Json<MemberResponse>, ApiError> {
    check_made(said.made_ms)?;
    let phone = KeptPhone::new(named_phone(&said.phone, &services.loyalty.phone_countries)?, &services.secrets)?;
    let card = match &said.card_number {
        Some(number) => shown_card(number)?,
        None => CardNumber::from_random(random()?),
    };
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let member_id = members::find_or_add(connection, &phone, write).await?;
            let card_id = members::give_card(connection, member_id, card, write).await?;
            report_expired::claim(connection, write, &own, card, phone.number(), member_id).await?;
            Ok(Outcome { word: "card".into(), reference: Some(card_id) })
        })
    });
    let card_id = outcome.await?.reference.context("a card")?;
    let number =
        members::card_number(&mut *services.pool.acquire().await.map_err(anyhow::Error::from)?, card_id).await?;
    let gone = || ApiError::new(ErrorCode::MemberNotFound, "the card was erased since");
    Ok(Json(MemberResponse { card_number: number.ok_or_else(gone)? }))
}

/// Sends a code to a phone number, whether it is a member's or not.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_CODES, tag = "join_loyalty", request_body = CodeRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key sends one code")),
    responses((status = 200, description = "it is on its way", body = CodeResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn send_code(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<CodeRequest>,
) -> Result<Json<CodeResponse>, ApiError> {
    let phone = named_phone(&said.phone, &services.loyalty.phone_countries)?;
    let words = codes::words(&said.language)?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let code_id = codes::send(connection, &own, phone, words, write).await?;
            Ok(Outcome { word: "sent".into(), reference: Some(code_id) })
        })
    });
    services.clock.evenly(outcome).await?;
    Ok(Json(codes::sent()))
}

/// Takes the code that came to a phone. Whoever knows it has the phone; a card that is named with it may spend.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_PROOFS, tag = "join_loyalty", request_body = ProofRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key tries once")),
    responses((status = 200, description = "the proof", body = ProofResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn prove(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<ProofRequest>,
) -> Result<Json<ProofResponse>, ApiError> {
    let kept = KeptPhone::new(named_phone(&said.phone, &services.loyalty.phone_countries)?, &services.secrets)?;
    let card = said.card_number.as_deref().map(shown_card).transpose()?;
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let proved = codes::take(connection, &secrets, &kept, &said.code, write.taken_ms).await?;
            if proved != Proved::Right {
                return Ok(Outcome { word: proved.word().into(), reference: None });
            }
            let Some(member_id) = members::find(connection, &kept).await? else {
                return Ok(Outcome { word: "no_member".into(), reference: None });
            };
            let card = match card {
                Some(card) => members::find_card(connection, card).await?,
                None => None,
            };
            // A card of somebody else stays what it is.
            if let Some(card) = card.filter(|card| card.member_id == member_id) {
                members::prove_card(connection, card.id, write.taken_ms).await?;
            }
            let proof_id = codes::keep_proof(connection, member_id, write).await?;
            Ok(Outcome { word: proved.word().into(), reference: Some(proof_id) })
        })
    });
    let outcome = services.clock.evenly(outcome).await?;
    if outcome.word == "no_member" {
        return Err(ApiError::new(ErrorCode::MemberNotFound, "nobody has joined with this number"));
    }
    Proved::check(&outcome.word)?;
    let proof = codes::token(&services.secrets, outcome.reference.context("a proof")?);
    Ok(Json(ProofResponse { proof, holds_s: codes::seconds(codes::PROOF_HOLDS_MS) }))
}
