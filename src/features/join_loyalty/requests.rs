//! What it asks the server, there and then: a code, and whether it is right.

use gloo_net::http::Method;
use polka_contract::{ProofRequest, ProofResponse, paths};
use polka_domain::{CardNumber, Phone};

use super::state::Event;
use crate::api::Server;
use crate::api::members::write;

/// Asks whether this is the code that came to a number, so that its card may spend.
pub(super) async fn check_code(server: Server, phone: Phone, code: String, card: CardNumber) -> Event {
    let asked = ProofRequest { phone: phone.e164(), code, card_number: Some(card.to_string()) };
    let proved = write::<ProofResponse>(server, Method::POST, paths::MEMBER_PROOFS, None, &asked).await;
    Event::Checked(proved.map(drop))
}
