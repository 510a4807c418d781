//! A till looks for a member.

use axum::Json;
use axum::extract::State;
use polka_contract::{Buyer, DeviceKind, ErrorCode, ErrorResponse, FoundMemberResponse, MemberSearchRequest};

use crate::http::{ApiError, Services};
use crate::join_loyalty::members;
use crate::points;
use crate::writes::{Incoming, Outcome};

/// Looks for a member, by a card or a number. That it did is noted. How many points they have is told where the chain
/// wants it.
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
    let buyer = Buyer { card_number: said.card_number, phone: said.phone };
    let buyer = services.buyer(&buyer)?;
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let shows_balance = services.loyalty.shows_balance_by_number;
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let Some((member_id, card)) = buyer.find(connection).await? else {
                return Ok(Outcome { word: "none".into(), reference: None });
            };
            members::note_look(connection, member_id, write.device_id, "search", write.taken_ms).await?;
            let mut word = if card.is_some_and(members::Card::can_spend) { "spends" } else { "collects" }.to_owned();
            if shows_balance {
                let state = points::state(connection, member_id).await?;
                word = format!("{word}:{}", state.spendable(day).value());
            }
            Ok(Outcome { word, reference: Some(member_id) })
        })
    });
    let outcome = outcome.await?;
    let none = || ApiError::new(ErrorCode::MemberNotFound, "no member has this number or card");
    let (word, available) = outcome.word.split_once(':').unwrap_or((&outcome.word, ""));
    Ok(Json(FoundMemberResponse {
        member_id: outcome.reference.ok_or_else(none)?,
        can_spend: word == "spends",
        available_points: available.parse().ok(),
    }))
}
