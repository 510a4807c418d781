//! All that is kept of somebody, for themselves, and its end.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use polka_contract::{
    ErasureRequest, ErasureResponse, ErrorResponse, OwnCard, OwnDataResponse, OwnLook, OwnPoints, OwnReceipt,
};
use polka_domain::Date;
use sqlx::{AnyConnection, FromRow};

use super::holder::{Asker, Holder};
use super::{profile, shopping_list};
use crate::checkout::lines;
use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::{consents, members};
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome, check_made};
use crate::{apology, cases, personal_offers, points, report_expired};

/// All that is kept of the member of a proof.
#[utoipa::path(
    get, path = polka_contract::paths::MEMBER_SELF, tag = "member_card",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "all of it", body = OwnDataResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_data(
    State(services): State<Services>,
    asker: Asker,
) -> Result<Json<OwnDataResponse>, ApiError> {
    let now_ms = services.clock.now_ms();
    let today = points::day(now_ms, &services.store.time_zone)?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let Holder { member_id, device_id, .. } = asker.holder(&mut transaction, &services.secrets, now_ms).await?;
    members::note_look(&mut transaction, member_id, device_id, "own_data", now_ms).await?;
    let data = collect(&mut transaction, &services.secrets, member_id, today).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Json(data))
}

/// A receipt of theirs.
#[derive(FromRow)]
struct ReceiptRow {
    id: i64,
    number: String,
    store: String,
    total: Option<i64>,
    day: Option<String>,
}

pub(super) async fn collect(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    today: Date,
) -> Result<OwnDataResponse> {
    let phone = members::phone(connection, member_id, secrets).await?.context("who has a proof has a number")?;
    let joined = sqlx::query_scalar("SELECT joined_ms FROM members WHERE id = $1").bind(member_id);
    let joined_ms = joined.fetch_one(&mut *connection).await?;
    let cards: Vec<(String, i64, Option<i64>)> =
        sqlx::query_as("SELECT number, given_ms, proved_ms FROM cards WHERE member_id = $1 ORDER BY id")
            .bind(member_id)
            .fetch_all(&mut *connection)
            .await?;
    let numbers = cards.iter().map(|(number, ..)| Ok(number.parse()?)).collect::<Result<Vec<_>>>()?;
    let said = consents::of_cards(connection, secrets, &numbers).await?;
    let looks: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT member_looks.what, devices.name, member_looks.looked_ms FROM member_looks
         JOIN devices ON devices.id = member_looks.device_id
         WHERE member_looks.member_id = $1 ORDER BY member_looks.id",
    )
    .bind(member_id)
    .fetch_all(&mut *connection)
    .await?;
    let mut items = lines::of_member(connection, member_id).await?;
    let receipts: Vec<ReceiptRow> = sqlx::query_as(
        "SELECT receipts.id, receipts.number, stores.name AS store, receipts.total, receipts.day FROM receipts
         JOIN stores ON stores.id = receipts.store_id WHERE receipts.member_id = $1 ORDER BY receipts.id",
    )
    .bind(member_id)
    .fetch_all(&mut *connection)
    .await?;
    let state = points::state(connection, member_id).await?;
    let points = OwnPoints {
        available: state.spendable(today).value(),
        pending: state.pending().value(),
        held: state.held().value(),
        history: points::rows::changes(connection, member_id, None).await?,
    };
    let card = |(card_number, given_ms, proved_ms): (_, _, Option<i64>)| OwnCard {
        card_number,
        given_ms,
        can_spend: proved_ms.is_some(),
    };
    let receipt = |row: ReceiptRow| OwnReceipt {
        receipt_number: row.number,
        store: row.store,
        total_minor_units: row.total,
        day: row.day,
        items: items.remove(&row.id).unwrap_or_default(),
    };
    Ok(OwnDataResponse {
        phone: phone.e164(),
        joined_ms,
        profile: profile::read(connection, secrets, member_id).await?,
        shopping_list: shopping_list::told(connection, secrets, member_id).await?,
        cards: cards.into_iter().map(card).collect(),
        consents: said,
        looks: looks.into_iter().map(|(what, device, looked_ms)| OwnLook { what, device, looked_ms }).collect(),
        receipts: receipts.into_iter().map(receipt).collect(),
        points,
        offers: personal_offers::rows::all(connection, member_id).await?,
        expired_reports: report_expired::of_member(connection, member_id).await?,
        cases: cases::of_phone(connection, secrets, phone).await?,
        goods_photos: apology::photos::count_of_member(connection, secrets, member_id, phone).await?,
    })
}

/// Erases the member of a proof: the number, the cards and all that leads to them go. The ledger stays whole, of a
/// member whom nobody can name; points that are left end with their last day.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_ERASURE, tag = "member_card", request_body = ErasureRequest,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "they are gone", body = ErasureResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn erase(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<ErasureRequest, Asker>,
) -> Result<Response, ApiError> {
    check_made(said.made_ms)?;
    // Their own phone has ended with them.
    let no_cookie = match asker {
        Asker::Phone { .. } => Some([(SET_COOKIE, services.no_phone_cookie()?)]),
        Asker::Device { .. } => None,
    };
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let Holder { member_id, .. } = asker.holder(connection, &secrets, write.taken_ms).await?;
            members::erase(connection, &secrets, member_id, write.taken_ms).await?;
            Ok(Outcome { word: "erased".into(), reference: Some(member_id) })
        })
    });
    let member_id = outcome.await?.reference.context("a member")?;
    Ok((no_cookie, Json(ErasureResponse { member_id })).into_response())
}
