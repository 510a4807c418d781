//! What members do for themselves, at a device with a proof or on their own phone.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use polka_contract::{
    CodeResponse, ConsentResponse, DoneResponse, ErrorCode, ErrorResponse, NumberRequest, OwnCardResponse,
    OwnCodeRequest, OwnConsent, OwnConsentRequest, OwnPhoneResponse, OwnProofRequest,
};

use super::card_code;
use super::holder::{Asker, Holder};
use super::merge::{By, merge_members};
use crate::devices::phone;
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::{self, Proved};
use crate::join_loyalty::members::{self, KeptPhone};
use crate::join_loyalty::{consents, named_phone};
use crate::writes::{Incoming, Outcome};

/// Sends a code to the member's number, also for a phone where nothing was shown yet; or, for a member who has shown
/// who they are, to a number that is to be theirs.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_CODES, tag = "member_card", request_body = OwnCodeRequest,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key sends one code"),
    ),
    responses((status = 200, description = "it is on its way", body = CodeResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn send_code(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<OwnCodeRequest, Asker>,
) -> Result<Json<CodeResponse>, ApiError> {
    let words = codes::words(&said.language)?;
    let new = said.phone.map(|phone| named_phone(&phone, &services.loyalty.phone_countries)).transpose()?;
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let phone = match (new, &asker) {
                (None, Asker::Phone { .. }) => {
                    let member_id = asker.phone(connection, write.taken_ms).await?.member_id;
                    members::phone(connection, member_id, &own.secrets).await?.context("who has a card has a number")?
                }
                _ => {
                    let holder = asker.holder(connection, &own.secrets, write.taken_ms).await?;
                    let phone = members::phone(connection, holder.member_id, &own.secrets).await?;
                    new.or(phone).context("who has a proof has a number")?
                }
            };
            let code_id = codes::send(connection, &own, phone, words, write).await?;
            Ok(Outcome { word: "sent".into(), reference: Some(code_id) })
        })
    });
    // Whether a new number is a member's, the time must not tell.
    services.clock.evenly(outcome).await?;
    Ok(Json(codes::sent()))
}

/// Takes the code that came to the member's number: the phone on which it is typed is theirs, and its card may spend.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_PROOFS, tag = "member_card", request_body = OwnProofRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key tries once")),
    responses((status = 200, description = "it is the member's own", body = OwnPhoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn prove(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<OwnProofRequest, Asker>,
) -> Result<Json<OwnPhoneResponse>, ApiError> {
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let phone = asker.phone(connection, write.taken_ms).await?;
            let number = members::phone(connection, phone.member_id, &secrets).await?;
            let number = KeptPhone::new(number.context("who has a card has a number")?, &secrets)?;
            let proved = codes::take(connection, &secrets, &number, &said.code, write.taken_ms).await?;
            if proved == Proved::Right {
                let set = sqlx::query("UPDATE own_phones SET proved_ms = COALESCE(proved_ms, $2) WHERE device_id = $1");
                set.bind(phone.id).bind(write.taken_ms).execute(&mut *connection).await?;
                members::prove_card(connection, phone.card_id, write.taken_ms).await?;
            }
            Ok(Outcome { word: proved.word().into(), reference: Some(phone.id) })
        })
    });
    Proved::check(&outcome.await?.word)?;
    Ok(Json(OwnPhoneResponse { is_proved: true }))
}

/// Ends this phone: it is a member's own no longer.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_PHONE_END, tag = "member_card", request_body = DoneResponse,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it has ended, and its cookie is gone", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn end_phone(
    State(services): State<Services>,
    Incoming { write, device: asker, .. }: Incoming<Option<DoneResponse>, Asker>,
) -> Result<Response, ApiError> {
    let Asker::Phone { id, .. } = asker else {
        return Err(ApiError::new(ErrorCode::Forbidden, "only a member's own phone may do this"));
    };
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            phone::end(connection, id, write.taken_ms).await?;
            Ok(Outcome { word: "ended".into(), reference: Some(id) })
        })
    });
    outcome.await?;
    Ok(([(SET_COOKIE, services.no_phone_cookie()?)], Json(DoneResponse {})).into_response())
}

/// The member's card. On their own phone it has digits that change, by which a till sees that the phone is at hand, and
/// the phone's credential is renewed.
#[utoipa::path(
    get, path = polka_contract::paths::OWN_CARD, tag = "member_card",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "the card", body = OwnCardResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_card(
    State(services): State<Services>,
    headers: HeaderMap,
    asker: Asker,
) -> Result<Response, ApiError> {
    let now_ms = services.clock.now_ms();
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let holder = asker.holder(&mut connection, &services.secrets, now_ms).await?;
    let number = holder.card(&mut connection).await?;
    let card_number = number.to_string();
    if let Asker::Phone { .. } = asker {
        // A phone that is proved spends by its digits.
        let codes = card_code::ahead(&services.secrets, &card_number, now_ms);
        let told = OwnCardResponse { card_number, can_spend: true, codes };
        let cookie = services.phone_cookie_again(&headers)?;
        return Ok((cookie.map(|cookie| [(SET_COOKIE, cookie)]), Json(told)).into_response());
    }
    let card = members::find_card(&mut connection, number).await?.context("a card that is there")?;
    let told = OwnCardResponse { card_number, can_spend: card.can_spend(), codes: Vec::new() };
    Ok(Json(told).into_response())
}

/// Gives the member another number, by the code that came to it. Where it is a member's already, both are theirs, and
/// become one.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_NUMBER, tag = "member_card", request_body = NumberRequest,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key tries once"),
    ),
    responses((status = 200, description = "it is theirs", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn change_number(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<NumberRequest, Asker>,
) -> Result<Json<DoneResponse>, ApiError> {
    let new = KeptPhone::new(named_phone(&said.phone, &services.loyalty.phone_countries)?, &services.secrets)?;
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let Holder { member_id, device_id, .. } = asker.holder(connection, &secrets, write.taken_ms).await?;
            let proved = codes::take(connection, &secrets, &new, &said.code, write.taken_ms).await?;
            if proved == Proved::Right {
                let known = members::find(connection, &new).await?;
                if let Some(other) = known.filter(|other| *other != member_id) {
                    let by = By { actor: "member", device_id: Some(device_id) };
                    merge_members(connection, &secrets, other, member_id, by, write.taken_ms).await?;
                }
                if known != Some(member_id) {
                    members::set_phone(connection, member_id, &new).await?;
                }
            }
            Ok(Outcome { word: proved.word().into(), reference: Some(member_id) })
        })
    });
    Proved::check(&services.clock.evenly(outcome).await?.word)?;
    Ok(Json(DoneResponse {}))
}

/// Keeps what the member agrees to, or no longer does, with their card.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_CONSENTS, tag = "member_card", request_body = OwnConsentRequest,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key is kept once"),
    ),
    responses((status = 200, description = "it is kept", body = ConsentResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep_consent(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<OwnConsentRequest, Asker>,
) -> Result<Json<ConsentResponse>, ApiError> {
    let OwnConsentRequest { kind, text_version, is_given, made_ms } = said;
    let consent = OwnConsent { kind, text_version, is_given, made_ms };
    consents::check(&consent)?;
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let holder = asker.holder(connection, &secrets, write.taken_ms).await?;
            let card = holder.card(connection).await?;
            let id = consents::keep_one(connection, &secrets, card, &consent, write).await?;
            Ok(Outcome { word: "kept".into(), reference: Some(id) })
        })
    });
    Ok(Json(ConsentResponse { consent_id: outcome.await?.reference.context("a consent")? }))
}
