//! A member's own shopping list: whoever has the card at a device of the store puts theirs onto it, and the member alone
//! reads and changes it.
//!
//! It is sealed as a whole, as the profile is. What is sent joins what is there, so that anybody who has seen a card
//! takes nothing away by it; and nobody is told whether there is such a card.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use polka_contract::{
    DeviceKind, DoneResponse, ErrorCode, ErrorResponse, OwnShoppingList, OwnShoppingListRequest, ShoppingListRequest,
};
use polka_domain::{CardNumber, ShoppingList};
use sqlx::AnyConnection;

use super::holder::Asker;
use crate::clock::DAY_MS;
use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::{members, shown_card};
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome, Write};

/// As what it is sealed.
const SHOPPING_LIST: &str = "shopping-list";
/// So long after its last change it goes.
const KEPT_MS: i64 = 60 * DAY_MS;
/// So many are sent onto one list, and from one device: far more than people do, and what waited on a device for days
/// comes at once.
const PER_MEMBER_AND_DAY: i64 = 20;
const PER_DEVICE_AND_DAY: i64 = 1000;
/// As what the member sees that one was sent. The statement that counts them for a device, and its index, have the word
/// too.
const SENT: &str = "shopping_list_sent";

/// Puts what somebody wants to buy onto the list of whoever has a card. Of each product the larger number counts, and
/// what is there stays. The answer is the same, and as quick, whether there is such a card or not, and whether too many
/// lists were sent today.
#[utoipa::path(
    post, path = polka_contract::paths::SHOPPING_LISTS, tag = "member_card", request_body = ShoppingListRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it was taken; that tells nothing of the card", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn send(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<ShoppingListRequest>,
) -> Result<Json<DoneResponse>, ApiError> {
    device.must_be(&[DeviceKind::Kiosk, DeviceKind::Tablet])?;
    let (card, list) = (shown_card(&said.card_number)?, named_list("items", &said.items)?);
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            join(connection, &secrets, card, &list, write).await?;
            // Nor does what is kept of the write.
            Ok(Outcome { word: "taken".into(), reference: None })
        })
    });
    services.clock.evenly(outcome).await?;
    Ok(Json(DoneResponse {}))
}

/// The member's shopping list. That it was looked at is noted.
#[utoipa::path(
    get, path = polka_contract::paths::OWN_SHOPPING_LIST, tag = "member_card",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "the list", body = OwnShoppingList), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_list(
    State(services): State<Services>,
    asker: Asker,
) -> Result<Json<OwnShoppingList>, ApiError> {
    let now_ms = services.clock.now_ms();
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let holder = asker.holder(&mut transaction, &services.secrets, now_ms).await?;
    members::note_look(&mut transaction, holder.member_id, holder.device_id, "shopping_list", now_ms).await?;
    let list = told(&mut transaction, &services.secrets, holder.member_id).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Json(list))
}

/// Keeps what the member makes of their list, as a whole; but what was sent to it since they saw it stays, where it is
/// said what they saw.
#[utoipa::path(
    put, path = polka_contract::paths::OWN_SHOPPING_LIST, tag = "member_card", request_body = OwnShoppingListRequest,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "it is kept", body = DoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep_list(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<OwnShoppingListRequest, Asker>,
) -> Result<Json<DoneResponse>, ApiError> {
    let made = named_list("items", &said.items)?;
    let seen = said.seen.map(|seen| named_list("seen items", &seen)).transpose()?;
    let secrets = services.secrets.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let now_ms = write.taken_ms;
            let holder = asker.holder(connection, &secrets, now_ms).await?;
            let member_id = holder.member_id;
            members::note_look(connection, member_id, holder.device_id, "shopping_list_change", now_ms).await?;
            let (mut list, _) = read(connection, &secrets, member_id).await?;
            match seen {
                Some(seen) => list.change(&seen, made),
                None => list = made,
            }
            keep(connection, &secrets, member_id, &list, now_ms).await?;
            Ok(Outcome { word: "kept".into(), reference: Some(member_id) })
        })
    });
    outcome.await?;
    Ok(Json(DoneResponse {}))
}

/// The list that a program wrote.
fn named_list(name: &str, text: &str) -> Result<ShoppingList, ApiError> {
    let refused = |error| ApiError::new(ErrorCode::InvalidRequest, format!("the {name} {error}"));
    ShoppingList::parse_strictly(text).map_err(refused)
}

/// Joins a list that was sent with the member's; does nothing where nobody has the card, or too many were sent.
async fn join(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    card: CardNumber,
    sent: &ShoppingList,
    write: &Write,
) -> Result<()> {
    let Some(card) = members::find_card(connection, card).await? else { return Ok(()) };
    if is_too_much(connection, card.member_id, write).await? {
        return Ok(());
    }
    members::note_look(connection, card.member_id, write.device_id, SENT, write.taken_ms).await?;
    let (mut list, _) = read(connection, secrets, card.member_id).await?;
    list.join(sent);
    keep(connection, secrets, card.member_id, &list, write.taken_ms).await
}

async fn is_too_much(connection: &mut AnyConnection, member_id: i64, write: &Write) -> Result<bool> {
    let of_member = "SELECT COUNT(*) FROM member_looks
        WHERE member_id = $1 AND looked_ms > $2 AND what = 'shopping_list_sent'";
    let of_device = "SELECT COUNT(*) FROM member_looks
        WHERE device_id = $1 AND looked_ms > $2 AND what = 'shopping_list_sent'";
    for (count, of, most) in
        [(of_member, member_id, PER_MEMBER_AND_DAY), (of_device, write.device_id, PER_DEVICE_AND_DAY)]
    {
        let sent = sqlx::query_scalar(count).bind(of).bind(write.taken_ms - DAY_MS);
        if sent.fetch_one(&mut *connection).await.map(|sent: i64| sent >= most)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a member wants to buy, and when that was last changed.
async fn read(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
) -> Result<(ShoppingList, Option<i64>)> {
    let kept = sqlx::query_as("SELECT shopping_list, shopping_list_ms FROM members WHERE id = $1");
    let (sealed, changed_ms): (Option<String>, Option<i64>) = kept.bind(member_id).fetch_one(connection).await?;
    let Some(sealed) = sealed else { return Ok((ShoppingList::default(), None)) };
    let opened = secrets.open_personal(SHOPPING_LIST, &sealed)?;
    let list = str::from_utf8(&opened).ok().and_then(|text| ShoppingList::parse_strictly(text).ok());
    let list = list.with_context(|| format!("the shopping list of the member {member_id} is of a later version"))?;
    Ok((list, changed_ms))
}

/// The same, as it is told.
pub(super) async fn told(connection: &mut AnyConnection, secrets: &Secrets, member_id: i64) -> Result<OwnShoppingList> {
    let (list, changed_ms) = read(connection, secrets, member_id).await?;
    Ok(OwnShoppingList { items: list.to_string(), changed_ms })
}

/// Keeps a list; one with nothing on it is none.
async fn keep(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    list: &ShoppingList,
    changed_ms: i64,
) -> Result<()> {
    let sealed = match list.items().is_empty() {
        true => None,
        false => Some(secrets.seal_personal(SHOPPING_LIST, list.to_string().as_bytes())?),
    };
    let changed_ms = sealed.is_some().then_some(changed_ms);
    let kept = sqlx::query("UPDATE members SET shopping_list = $2, shopping_list_ms = $3 WHERE id = $1");
    kept.bind(member_id).bind(sealed).bind(changed_ms).execute(connection).await?;
    Ok(())
}

/// Puts the list of a member onto that of another who is the same person.
pub(super) async fn merge(connection: &mut AnyConnection, secrets: &Secrets, from: i64, into: i64) -> Result<()> {
    let (other, other_ms) = read(connection, secrets, from).await?;
    let (mut own, own_ms) = read(connection, secrets, into).await?;
    let Some(changed_ms) = own_ms.max(other_ms) else { return Ok(()) };
    own.join(&other);
    keep(connection, secrets, into, &own, changed_ms).await
}

/// Forgets lists that nobody has changed for long, and those of members whom an older program has erased.
///
/// # Errors
/// Where the database cannot be written.
pub(crate) async fn forget(connection: &mut AnyConnection, now_ms: i64) -> Result<()> {
    let forget = "UPDATE members SET shopping_list = NULL, shopping_list_ms = NULL
        WHERE shopping_list_ms IS NOT NULL AND (shopping_list_ms < $1 OR erased_ms IS NOT NULL)";
    let mut transaction = database::begin_write(connection).await?;
    sqlx::query(forget).bind(now_ms - KEPT_MS).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}
