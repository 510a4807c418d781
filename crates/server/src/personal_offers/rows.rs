//! Personal offers as rows of the database.
//!
//! A row is used once, and never goes: its number could be given to another. One that is usable no more, since its
//! member was erased or had it twice, says neither which product nor whose number of the CRM it was.

use std::collections::HashSet;

use anyhow::{Context, Result, ensure};
use polka_contract::{MOST_USED_OFFERS, OwnOffer, PersonalOffer, UsableOffer};
use polka_domain::{Currency, Date, Gtin};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use crate::database::{places, places_of_rows};

/// The number under which a GTIN is stored, as in `products`.
fn key(gtin: Gtin) -> i64 {
    gtin.body() as i64
}

/// Whether a store of this currency has a product.
pub(crate) async fn is_sold(connection: &mut AnyConnection, gtin: Gtin, currency: Currency) -> Result<bool> {
    // Store by store: products are found by their store first.
    let sold: Option<i64> = sqlx::query_scalar(
        "SELECT stores.id FROM stores WHERE stores.currency = $2
            AND EXISTS (SELECT 1 FROM products WHERE products.store_id = stores.id AND products.gtin = $1) LIMIT 1",
    )
    .bind(key(gtin))
    .bind(currency.code())
    .fetch_optional(connection)
    .await?;
    Ok(sold.is_some())
}

fn gtin(key: i64) -> Result<String> {
    let gtin = u64::try_from(key).ok().and_then(Gtin::from_body);
    Ok(gtin.with_context(|| format!("the offered product {key} is none"))?.to_string())
}

/// What a member is offered on a day and has not used, the one that ends first before the others.
pub(super) async fn of_today(
    connection: &mut AnyConnection,
    member_id: i64,
    currency: Currency,
    today: Date,
) -> Result<Vec<PersonalOffer>> {
    let rows: Vec<(i64, i64, i64, String, Option<i64>)> = sqlx::query_as(
        "SELECT id, gtin, price, last_day, activated_ms FROM personal_offers
         WHERE member_id = $1 AND currency = $2 AND first_day <= $3 AND last_day >= $3 AND used_receipt_id IS NULL
         ORDER BY last_day, id",
    )
    .bind(member_id)
    .bind(currency.code())
    .bind(today.to_string())
    .fetch_all(connection)
    .await?;
    let offer = |(offer_id, key, price_minor_units, last_day, activated_ms): (_, _, _, _, Option<i64>)| {
        Ok(PersonalOffer {
            offer_id,
            gtin: gtin(key)?,
            price_minor_units,
            last_day,
            is_activated: activated_ms.is_some(),
        })
    };
    rows.into_iter().map(offer).collect()
}

/// Switches an offer on that is a member's; one that is on may be over by now. Gives whether there is one.
pub(super) async fn activate(
    connection: &mut AnyConnection,
    member_id: i64,
    offer_id: i64,
    today: Date,
    made_ms: i64,
) -> Result<bool> {
    let activated = sqlx::query(
        "UPDATE personal_offers SET activated_ms = COALESCE(activated_ms, $4) WHERE id = $1 AND member_id = $2
         AND (activated_ms IS NOT NULL OR (first_day <= $3 AND last_day >= $3))",
    );
    let activated = activated.bind(offer_id).bind(member_id).bind(today.to_string()).bind(made_ms);
    Ok(activated.execute(connection).await?.rows_affected() == 1)
}

/// The numbers of what a member has switched on and could use on a day, the one that ends first before the others.
pub(crate) async fn usable(
    connection: &mut AnyConnection,
    member_id: i64,
    currency: Currency,
    today: Date,
) -> Result<Vec<i64>> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM personal_offers
         WHERE member_id = $1 AND currency = $2 AND first_day <= $3 AND last_day >= $3 AND used_receipt_id IS NULL
            AND activated_ms IS NOT NULL
         ORDER BY last_day, id LIMIT $4",
    );
    let ids = ids.bind(member_id).bind(currency.code()).bind(today.to_string()).bind(MOST_USED_OFFERS as i64);
    Ok(ids.fetch_all(connection).await?)
}

/// What a till is told of these: what was switched on changes no more, but its member may have been erased.
pub(crate) async fn told(pool: &AnyPool, offer_ids: &[i64]) -> Result<Vec<UsableOffer>> {
    if offer_ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = places(0, offer_ids.len());
    let select = format!("SELECT id, gtin, price FROM personal_offers WHERE last_day <> '' AND id IN ({ids})");
    let mut select = sqlx::query_as(AssertSqlSafe(select));
    for offer_id in offer_ids {
        select = select.bind(*offer_id);
    }
    let mut rows: Vec<(i64, i64, i64)> = select.fetch_all(pool).await?;
    rows.sort_by_key(|(id, ..)| offer_ids.iter().position(|it| it == id));
    let offer = |(offer_id, key, price_minor_units)| Ok(UsableOffer { offer_id, gtin: gtin(key)?, price_minor_units });
    rows.into_iter().map(offer).collect()
}

/// Marks offers as used by a receipt that was just posted, each once, and of its member's alone those that were
/// switched on. The till has given the price, so whether their days are over by now is no matter. Gives the places of
/// the others, as bits.
pub(crate) async fn use_for(connection: &mut AnyConnection, receipt_id: i64, offer_ids: &[i64]) -> Result<u64> {
    let update = format!(
        "UPDATE personal_offers SET used_receipt_id = $1
         WHERE member_id = (SELECT member_id FROM receipts WHERE id = $1)
            AND activated_ms IS NOT NULL AND used_receipt_id IS NULL AND id IN ({})
         RETURNING id",
        places(1, offer_ids.len())
    );
    without(update, connection, receipt_id, offer_ids).await
}

/// The same of a receipt that was posted before: it uses no more than it has used.
pub(crate) async fn used_by(connection: &mut AnyConnection, receipt_id: i64, offer_ids: &[i64]) -> Result<u64> {
    let ids = places(1, offer_ids.len());
    let select = format!("SELECT id FROM personal_offers WHERE used_receipt_id = $1 AND id IN ({ids})");
    without(select, connection, receipt_id, offer_ids).await
}

/// The places of offers, as bits, that a statement does not give; one that stands there again is given once.
async fn without(statement: String, connection: &mut AnyConnection, receipt_id: i64, offer_ids: &[i64]) -> Result<u64> {
    let mut query = sqlx::query_scalar(AssertSqlSafe(statement)).bind(receipt_id);
    for offer_id in offer_ids {
        query = query.bind(*offer_id);
    }
    let given: Vec<i64> = query.fetch_all(connection).await?;
    let is_given = |place: usize| given.contains(&offer_ids[place]) && !offer_ids[..place].contains(&offer_ids[place]);
    Ok((0..offer_ids.len()).filter(|place| !is_given(*place)).fold(0, |refused, place| refused | 1 << place))
}

#[derive(FromRow)]
struct OfferRow {
    offer_key: String,
    gtin: i64,
    price: i64,
    first_day: String,
    last_day: String,
    activated_ms: Option<i64>,
    receipt_number: Option<String>,
}

/// All that is kept of a member.
pub(crate) async fn all(connection: &mut AnyConnection, member_id: i64) -> Result<Vec<OwnOffer>> {
    let rows: Vec<OfferRow> = sqlx::query_as(
        "SELECT personal_offers.offer_key, personal_offers.gtin, personal_offers.price, personal_offers.first_day,
            personal_offers.last_day, personal_offers.activated_ms, receipts.number AS receipt_number
         FROM personal_offers LEFT JOIN receipts ON receipts.id = personal_offers.used_receipt_id
         WHERE personal_offers.member_id = $1 AND personal_offers.last_day <> '' ORDER BY personal_offers.id",
    )
    .bind(member_id)
    .fetch_all(connection)
    .await?;
    let offer = |row: OfferRow| {
        Ok(OwnOffer {
            offer_key: Some(row.offer_key).filter(|offer_key| !offer_key.starts_with(':')),
            gtin: gtin(row.gtin)?,
            price_minor_units: row.price,
            first_day: row.first_day,
            last_day: row.last_day,
            activated_ms: row.activated_ms,
            receipt_number: row.receipt_number,
        })
    };
    rows.into_iter().map(offer).collect()
}

/// An offer that two members were given who are one person.
#[derive(FromRow)]
struct CommonRow {
    own_id: i64,
    other_id: i64,
    /// 2 where it was used, else 1 where it was switched on.
    own_rank: i64,
    other_rank: i64,
}

const USED: i64 = 2;

/// Gives the offers of a member to another who is the same person. What both were given is there once: used where
/// either has used it, else switched on where either has.
pub(crate) async fn merge(connection: &mut AnyConnection, from: i64, into: i64) -> Result<()> {
    let common: Vec<CommonRow> = sqlx::query_as(
        "SELECT own.id AS own_id, other.id AS other_id,
            CAST(CASE WHEN own.used_receipt_id IS NOT NULL THEN 2 WHEN own.activated_ms IS NOT NULL THEN 1 ELSE 0 END
                AS BIGINT) AS own_rank,
            CAST(CASE WHEN other.used_receipt_id IS NOT NULL THEN 2 WHEN other.activated_ms IS NOT NULL THEN 1 ELSE 0
                END AS BIGINT) AS other_rank
         FROM personal_offers own
         JOIN personal_offers other ON other.member_id = $1 AND other.offer_key = own.offer_key
         WHERE own.member_id = $2",
    )
    .bind(from)
    .bind(into)
    .fetch_all(&mut *connection)
    .await?;
    for CommonRow { own_id, other_id, own_rank, other_rank } in common {
        let end = match (own_rank, other_rank) {
            // Both are told to the member; the CRM's number is that of one of them.
            (USED, USED) => "UPDATE personal_offers SET offer_key = ':' || CAST(id AS TEXT) WHERE id = $1",
            _ => {
                "UPDATE personal_offers SET offer_key = ':' || CAST(id AS TEXT), gtin = 0, price = 0, first_day = '',
                    last_day = '', activated_ms = NULL
                 WHERE id = $1"
            }
        };
        let goes = if other_rank > own_rank { own_id } else { other_id };
        sqlx::query(end).bind(goes).execute(&mut *connection).await?;
    }
    let moved = sqlx::query("UPDATE personal_offers SET member_id = $2 WHERE member_id = $1");
    moved.bind(from).bind(into).execute(connection).await?;
    Ok(())
}

/// An offer as a CRM gives it.
pub(crate) struct NewOffer {
    pub(crate) member_id: i64,
    pub(crate) gtin: Gtin,
    pub(crate) price_minor_units: i64,
    pub(crate) days: (Date, Date),
    pub(crate) offer_key: String,
}

/// How many offers were new, and how many are otherwise now.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kept {
    pub(crate) added: u64,
    pub(crate) changed: u64,
}

/// Keeps offers, each of its member once: one that is there changes, unless it was switched on.
///
/// # Errors
/// Where a member is there no more.
pub(crate) async fn keep(connection: &mut AnyConnection, offers: &[NewOffer], currency: Currency) -> Result<Kept> {
    let members: HashSet<i64> = offers.iter().map(|offer| offer.member_id).collect();
    let gone =
        format!("SELECT COUNT(*) FROM members WHERE erased_ms IS NOT NULL AND id IN ({})", places(0, members.len()));
    let mut gone = sqlx::query_scalar(AssertSqlSafe(gone));
    for member_id in members {
        gone = gone.bind(member_id);
    }
    let gone: i64 = gone.fetch_one(&mut *connection).await?;
    ensure!(gone == 0, "somebody was erased in the meantime. Nothing was changed; try again");

    let last: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM personal_offers").fetch_one(&mut *connection).await?;
    let insert = format!(
        "INSERT INTO personal_offers (id, member_id, gtin, price, currency, first_day, last_day, offer_key) VALUES {}
         ON CONFLICT (member_id, offer_key) DO UPDATE SET gtin = excluded.gtin, price = excluded.price,
            currency = excluded.currency, first_day = excluded.first_day, last_day = excluded.last_day
         WHERE personal_offers.activated_ms IS NULL
            AND (personal_offers.gtin <> excluded.gtin OR personal_offers.price <> excluded.price
                OR personal_offers.currency <> excluded.currency OR personal_offers.first_day <> excluded.first_day
                OR personal_offers.last_day <> excluded.last_day)
         RETURNING id",
        places_of_rows(offers.len(), 8)
    );
    let mut insert = sqlx::query_scalar(AssertSqlSafe(insert));
    for (offer, id) in offers.iter().zip(last + 1..) {
        let (first_day, last_day) = offer.days;
        insert = insert.bind(id).bind(offer.member_id).bind(key(offer.gtin)).bind(offer.price_minor_units);
        insert = insert.bind(currency.code()).bind(first_day.to_string()).bind(last_day.to_string());
        insert = insert.bind(&offer.offer_key);
    }
    let written: Vec<i64> = insert.fetch_all(connection).await?;
    let added = written.iter().filter(|id| **id > last).count() as u64;
    Ok(Kept { added, changed: written.len() as u64 - added })
}
