//! What devices ask of members.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use polka_contract::{
    CodeRequest, CodeResponse, DeviceKind, ErrorCode, ErrorResponse, FoundMemberResponse, MemberRequest,
    MemberResponse, MemberSearchRequest, MessageChannel, ProofRequest, ProofResponse,
};
use polka_domain::CardNumber;

use super::codes::{self, Proved};
use super::members::{self, KeptPhone};
use super::{named_phone, shown_card};
use crate::http::{ApiError, Services};
use crate::messages::{self, Message, Recipient};
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
    Incoming { write, said, .. }: Incoming<MemberRequest>,
) -> Result<Json<MemberResponse>, ApiError> {
    check_made(said.made_ms)?;
    let phone = KeptPhone::new(named_phone(&said.phone, &services.loyalty.phone_countries)?, &services.secrets)?;
    let card = match &said.card_number {
        Some(number) => shown_card(number)?,
        None => CardNumber::from_random(random()?),
    };
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let member_id = members::find_or_add(connection, &phone, write).await?;
            let card_id = members::give_card(connection, member_id, card, write).await?;
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
    let kept = KeptPhone::new(phone, &services.secrets)?;
    let code = codes::new_code()?;
    let digest = codes::digest(&services.secrets, &kept.digest, &code);
    let text = match said.language.as_str() {
        "ru" => include_str!("../../messages/member_code.ru.txt"),
        "en" => include_str!("../../messages/member_code.en.txt"),
        _ => return Err(ApiError::new(ErrorCode::InvalidRequest, "the language is neither ru nor en")),
    };
    let text = text.trim().replace("{code}", &code);
    let (secrets, messages) = (services.secrets.clone(), services.messages.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            if let Err(refusal) = messages.may_queue(connection, MessageChannel::Sms, write.taken_ms).await? {
                return Err(ApiError::new(ErrorCode::MessagesPaused, refusal.to_string()).into());
            }
            let code_id = codes::keep(connection, &kept.digest, &digest, write).await?;
            let message = Message {
                store_id: write.store_id,
                to: Recipient::Sms(phone.e164()),
                kind: "member_code",
                subject: String::new(),
                text,
                key: format!("member-code:{code_id}"),
                expires_ms: Some(write.taken_ms + codes::HOLDS_MS),
            };
            messages::queue(connection, &secrets, &message, write.taken_ms).await?;
            Ok(Outcome { word: "sent".into(), reference: Some(code_id) })
        })
    });
    outcome.await?;
    Ok(Json(CodeResponse { holds_s: seconds(codes::HOLDS_MS), again_after_s: seconds(codes::AGAIN_AFTER_MS) }))
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
    let digest = codes::digest(&services.secrets, &kept.digest, &said.code);
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let word = match codes::prove(connection, &kept.digest, &digest, write.taken_ms).await? {
                Proved::Wrong => "wrong",
                Proved::Paused => "paused",
                Proved::Right => match members::find(connection, &kept.digest).await? {
                    None => "no_member",
                    Some(member_id) => {
                        let card = match card {
                            Some(card) => members::find_card(connection, card).await?,
                            None => None,
                        };
                        // A card of somebody else stays what it is.
                        if let Some(card) = card.filter(|card| card.member_id == member_id) {
                            members::prove_card(connection, card, write.taken_ms).await?;
                        }
                        let proof_id = codes::keep_proof(connection, member_id, write).await?;
                        return Ok(Outcome { word: "proved".into(), reference: Some(proof_id) });
                    }
                },
            };
            Ok(Outcome { word: word.into(), reference: None })
        })
    });
    let outcome = outcome.await?;
    match (outcome.word.as_str(), outcome.reference) {
        ("proved", Some(id)) => {
            let proof = codes::token(&services.secrets, id);
            Ok(Json(ProofResponse { proof, holds_s: seconds(codes::PROOF_HOLDS_MS) }))
        }
        ("no_member", _) => Err(ApiError::new(ErrorCode::MemberNotFound, "nobody has joined with this number")),
        ("paused", _) => {
            Err(ApiError::new(ErrorCode::TooManyTries, "it was tried too often; ask for a new code later"))
        }
        _ => Err(ApiError::new(ErrorCode::CodeRefused, "the code is not the one that was sent, or its time is over")),
    }
}

/// Looks for a member, for a till. That it did is noted.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_SEARCH, tag = "checkout", request_body = MemberSearchRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key looks once")),
    responses((status = 200, description = "the member", body = FoundMemberResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn search(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<MemberSearchRequest>,
) -> Result<Json<FoundMemberResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    let buyer = polka_contract::Buyer { card_number: said.card_number, phone: said.phone };
    let buyer = services.buyer(&buyer)?;
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let Some((member_id, card)) = buyer.find(connection).await? else {
                return Ok(Outcome { word: "none".into(), reference: None });
            };
            members::note_look(connection, member_id, write.device_id, "search", write.taken_ms).await?;
            let word = if card.is_some_and(members::Card::can_spend) { "spends" } else { "collects" };
            Ok(Outcome { word: word.into(), reference: Some(member_id) })
        })
    });
    let outcome = outcome.await?;
    let none = || ApiError::new(ErrorCode::MemberNotFound, "no member has this number or card");
    Ok(Json(FoundMemberResponse {
        member_id: outcome.reference.ok_or_else(none)?,
        can_spend: outcome.word == "spends",
    }))
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}
