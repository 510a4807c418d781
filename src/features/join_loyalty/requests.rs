//! What it asks the server, there and then: a code, and whether it is right.

use gloo_net::http::{Method, Response};
use polka_contract::{CodeRequest, CodeResponse, ErrorCode, IDEMPOTENCY_KEY, ProofRequest, ProofResponse, paths};
use polka_domain::{CardNumber, Phone};
use serde::Serialize;

use super::state::{Event, Refusal};
use crate::api::{MESSAGE_LIMIT, Server, error_code};
use crate::i18n::Locale;
use crate::random::idempotency_key;

/// Asks for a code to a number.
pub(super) async fn ask_for_code(server: Server, phone: Phone, locale: Locale) -> Event {
    let asked = CodeRequest { phone: phone.e164(), language: locale.code().into() };
    Event::Asked(match post(server, paths::MEMBER_CODES, &asked).await {
        // A network that asks for a password answers too.
        Ok(response) => {
            response.json::<CodeResponse>().await.map(|sent| sent.again_after_s).map_err(|_| Refusal::NoAnswer)
        }
        Err(refusal) => Err(refusal),
    })
}

/// Asks whether this is the code that came to a number, so that its card may spend.
pub(super) async fn check_code(server: Server, phone: Phone, code: String, card: CardNumber) -> Event {
    let asked = ProofRequest { phone: phone.e164(), code, card_number: Some(card.to_string()) };
    Event::Checked(match post(server, paths::MEMBER_PROOFS, &asked).await {
        Ok(response) => response.json::<ProofResponse>().await.map(|_| ()).map_err(|_| Refusal::NoAnswer),
        Err(refusal) => Err(refusal),
    })
}

/// The answer may be lost: then the same is asked once more, under the same key, and answered the same.
async fn post(server: Server, path: &str, body: &impl Serialize) -> Result<Response, Refusal> {
    let key = idempotency_key().ok_or(Refusal::NoAnswer)?;
    let ask = || {
        server.ask(path, MESSAGE_LIMIT, |request| request.method(Method::POST).header(IDEMPOTENCY_KEY, &key).json(body))
    };
    let mut response = ask().await;
    if response.is_err() {
        response = ask().await;
    }
    match response {
        Ok(response) if response.ok() => Ok(response),
        Ok(response) => Err(match error_code(&response).await {
            Some(ErrorCode::CodeRefused) => Refusal::Code,
            Some(ErrorCode::TooManyTries) => Refusal::TooManyTries,
            Some(ErrorCode::InvalidPhone) => Refusal::Phone,
            Some(ErrorCode::MessagesPaused) => Refusal::Paused,
            _ => Refusal::NoAnswer,
        }),
        Err(_) => Err(Refusal::NoAnswer),
    }
}
