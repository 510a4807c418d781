//! Personal offers: a product at a price of one's own, given by the chain's CRM, switched on by the member, taken by a
//! till.
//!
//! `polka import personal-offers` brings them in (`import/personal_offers.rs`). Here is what members do with them, at
//! a device with a proof or on their own phone; what a till does is in `checkout/`. `rows.rs` has the statements.

pub(crate) mod rows;

use axum::Json;
use axum::extract::{Path, State};
use polka_contract::{DoneResponse, ErrorCode, ErrorResponse, OfferActivationRequest, OffersResponse};

use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members;
use crate::member_card::holder::Asker;
use crate::points;
use crate::writes::{Incoming, Outcome, check_made};

/// What the chain gives the member alone, of that which holds today and was not used. That it was looked at is noted.
#[utoipa::path(
    get, path = polka_contract::paths::OWN_OFFERS, tag = "personal_offers",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "the offers", body = OffersResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_offers(
    State(services): State<Services>,
    asker: Asker,
) -> Result<Json<OffersResponse>, ApiError> {
    let now_ms = services.clock.now_ms();
    let today = points::day(now_ms, &services.store.time_zone)?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let holder = asker.holder(&mut transaction, &services.secrets, now_ms).await?;
    members::note_look(&mut transaction, holder.member_id, holder.device_id, "offers", now_ms).await?;
    let offers = rows::of_today(&mut transaction, holder.member_id, services.store.currency, today).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Json(OffersResponse { offers }))
}

/// Switches an offer on. One that is on stays as it is.
#[utoipa::path(
    post, path = polka_contract::paths::OWN_OFFER_ACTIVATION, tag = "personal_offers", request_body = OfferActivationRequest,
    params(
        ("offer_id" = i64, Path, description = "the offer"),
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "it is on", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn activate(
    State(services): State<Services>,
    Path(offer_id): Path<i64>,
    Incoming { write, device: asker, said }: Incoming<OfferActivationRequest, Asker>,
) -> Result<Json<DoneResponse>, ApiError> {
    check_made(said.made_ms)?;
    let today = points::day(write.taken_ms, &services.store.time_zone)?;
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let holder = asker.holder(connection, &secrets, write.taken_ms).await?;
            if !rows::activate(connection, holder.member_id, offer_id, today, said.made_ms).await? {
                // Another member's is none either: nobody is told that it is there.
                return Err(ApiError::new(ErrorCode::NotFound, "the member has no such offer today").into());
            }
            let (member_id, device_id) = (holder.member_id, holder.device_id);
            members::note_look(connection, member_id, device_id, "offer_activation", write.taken_ms).await?;
            Ok(Outcome { word: "activated".into(), reference: Some(offer_id) })
        })
    });
    outcome.await?;
    Ok(Json(DoneResponse {}))
}
