//! Apologies as rows of the database.

use anyhow::Result;
use polka_contract::ApologyState;
use polka_domain::Date;
use polka_ledger::ApologyLimit;
use sqlx::{AnyConnection, AnyExecutor, FromRow};

use super::{Asked, Goods};
use crate::writes::Write;

/// An apology that is to be kept.
pub(super) struct NewApology<'a> {
    pub(super) asked: &'a Asked,
    pub(super) staff_id: i64,
    pub(super) customer_digest: Option<String>,
    /// Above which limit it is, so that it waits.
    pub(super) above: Option<ApologyLimit>,
    pub(super) sealed: Option<String>,
    pub(super) day: Date,
}

/// Keeps an apology, and gives its number.
pub(super) async fn add(connection: &mut AnyConnection, write: &Write, apology: &NewApology<'_>) -> Result<i64> {
    let NewApology { asked, staff_id, customer_digest, above, sealed, day } = apology;
    let added = sqlx::query_scalar(
        "INSERT INTO apologies (id, store_id, staff_id, reason, department, minor_units, way, customer_digest, state,
            above, sealed, day, made_ms, taken_ms, receipt_number, receipt_line, receipt_quantity)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, 'waits', $8, $9, $10, $11, $12, $13, $14, $15
         FROM apologies
         RETURNING id",
    );
    let added = added.bind(write.store_id).bind(staff_id).bind(&asked.reason).bind(asked.department.as_str());
    let added = added.bind(asked.minor_units).bind(asked.way.code()).bind(customer_digest);
    let added = added.bind(above.map(ApologyLimit::code)).bind(sealed).bind(day.to_string());
    let added = added.bind(asked.made_ms).bind(write.taken_ms);
    let goods = asked.goods.as_ref();
    let added = added.bind(goods.map(|goods| &goods.receipt_number)).bind(goods.map(|goods| goods.line));
    Ok(added.bind(goods.map(|goods| goods.quantity)).fetch_one(connection).await?)
}

/// The points of an apology are booked.
pub(super) async fn give_points(
    connection: &mut AnyConnection,
    id: i64,
    (member_id, points): (i64, i64),
    now_ms: i64,
) -> Result<()> {
    let given =
        sqlx::query("UPDATE apologies SET state = 'given', member_id = $2, points = $3, settled_ms = $4 WHERE id = $1");
    given.bind(id).bind(member_id).bind(points).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The coupon of an apology is issued.
pub(super) async fn give_coupon(connection: &mut AnyConnection, id: i64, coupon_id: i64, now_ms: i64) -> Result<()> {
    let given = sqlx::query("UPDATE apologies SET state = 'given', coupon_id = $2, settled_ms = $3 WHERE id = $1");
    given.bind(id).bind(coupon_id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// A second person has decided; tells whether it waited for one. What was sealed is not needed any more.
pub(super) async fn decide(
    connection: &mut AnyConnection,
    id: i64,
    state: ApologyState,
    staff_id: i64,
    now_ms: i64,
) -> Result<bool> {
    let decided = sqlx::query(
        "UPDATE apologies SET state = $2, decided_by = $3, settled_ms = $4, sealed = NULL
         WHERE id = $1 AND state = 'waits' AND staff_id <> $3",
    );
    let decided = decided.bind(id).bind(state.code()).bind(staff_id).bind(now_ms);
    Ok(decided.execute(connection).await?.rows_affected() == 1)
}

/// What was given is taken back by somebody.
pub(super) async fn cancel(
    connection: &mut AnyConnection,
    id: i64,
    why: &str,
    staff_id: i64,
    now_ms: i64,
) -> Result<()> {
    let cancelled = sqlx::query(
        "UPDATE apologies SET state = 'cancelled', why_cancelled = $2, cancelled_by = $3, settled_ms = $4, sealed = NULL
         WHERE id = $1",
    );
    cancelled.bind(id).bind(why).bind(staff_id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The coupon goes by another way; tells whether nobody has sent it so meanwhile. On paper it stays counted for whoever
/// was named before, and so it does where its message may have reached them.
pub(super) async fn change_way(
    connection: &mut AnyConnection,
    row: &ApologyRow,
    way: &str,
    customer_digest: Option<&str>,
    may_have_come: bool,
    staff_id: i64,
) -> Result<bool> {
    if let Some(former) = row.customer_digest.as_deref().filter(|_| may_have_come && customer_digest.is_some()) {
        let kept = sqlx::query(
            "INSERT INTO former_apology_customers (apology_id, customer_digest) VALUES ($1, $2)
             ON CONFLICT (apology_id, customer_digest) DO NOTHING",
        );
        kept.bind(row.id).bind(former).execute(&mut *connection).await?;
    }
    let changed = sqlx::query(
        "UPDATE apologies SET way = $3, way_changes = way_changes + 1, way_by = $4,
            customer_digest = COALESCE($5, customer_digest)
         WHERE id = $1 AND state = 'given' AND way_changes = $2",
    );
    let changed = changed.bind(row.id).bind(row.way_changes).bind(way).bind(staff_id).bind(customer_digest);
    Ok(changed.execute(connection).await?.rows_affected() == 1)
}

/// What somebody of the staff has given on a day, in minor units.
pub(super) async fn by_person(connection: &mut AnyConnection, store_id: i64, staff_id: i64, day: Date) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE store_id = $1 AND day = $2 AND staff_id = $3 AND state = 'given'",
    );
    Ok(sum.bind(store_id).bind(day.to_string()).bind(staff_id).fetch_one(connection).await?)
}

/// What was given in a store on a day, in minor units.
pub(super) async fn in_store(connection: &mut AnyConnection, store_id: i64, day: Date) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE store_id = $1 AND day = $2 AND state = 'given'",
    );
    Ok(sum.bind(store_id).bind(day.to_string()).fetch_one(connection).await?)
}

/// Whether an apology counts for a customer whom its message may have reached before.
pub(super) async fn was_of(connection: &mut AnyConnection, id: i64, digest: &str) -> Result<bool> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(*) FROM former_apology_customers WHERE apology_id = $1 AND customer_digest = $2",
    );
    let count: i64 = count.bind(id).bind(digest).fetch_one(connection).await?;
    Ok(count > 0)
}

/// What a customer was given since a time, in minor units.
pub(super) async fn to_customer(connection: &mut AnyConnection, digest: &str, since_ms: i64) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE (customer_digest = $1
                OR id IN (SELECT apology_id FROM former_apology_customers WHERE customer_digest = $1))
            AND taken_ms > $2 AND state = 'given'",
    );
    Ok(sum.bind(digest).bind(since_ms).fetch_one(connection).await?)
}

/// What somebody of the staff has given on a day without goods that came back, in minor units.
pub(super) async fn without_goods_by_person(
    connection: &mut AnyConnection,
    store_id: i64,
    staff_id: i64,
    day: Date,
) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE store_id = $1 AND day = $2 AND staff_id = $3 AND state = 'given' AND receipt_number IS NOT NULL",
    );
    Ok(sum.bind(store_id).bind(day.to_string()).bind(staff_id).fetch_one(connection).await?)
}

/// What a customer was given so since a time, in minor units.
pub(super) async fn without_goods_to_customer(
    connection: &mut AnyConnection,
    digest: &str,
    since_ms: i64,
) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE customer_digest = $1 AND taken_ms > $2 AND state = 'given' AND receipt_number IS NOT NULL",
    );
    Ok(sum.bind(digest).bind(since_ms).fetch_one(connection).await?)
}

/// What of a line of a receipt was put right before, or waits, in minor units.
pub(super) async fn of_line(connection: &mut AnyConnection, store_id: i64, goods: &Goods) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE store_id = $1 AND receipt_number = $2 AND receipt_line = $3 AND state IN ('waits', 'given')",
    );
    Ok(sum.bind(store_id).bind(&goods.receipt_number).bind(goods.line).fetch_one(connection).await?)
}

/// Forgets whose those were that count no more, and refuses what has waited for too long.
pub(super) async fn forget_old(
    connection: &mut AnyConnection,
    counted_since_ms: i64,
    waits_since_ms: i64,
) -> Result<()> {
    let forgotten =
        sqlx::query("UPDATE apologies SET customer_digest = NULL WHERE taken_ms <= $1 AND customer_digest IS NOT NULL");
    forgotten.bind(counted_since_ms).execute(&mut *connection).await?;
    let former = sqlx::query(
        "DELETE FROM former_apology_customers
         WHERE apology_id IN (SELECT id FROM apologies WHERE taken_ms <= $1)",
    );
    former.bind(counted_since_ms).execute(&mut *connection).await?;
    let refused =
        sqlx::query("UPDATE apologies SET state = 'refused', sealed = NULL WHERE taken_ms <= $1 AND state = 'waits'");
    refused.bind(waits_since_ms).execute(connection).await?;
    Ok(())
}

/// An apology as it stands.
#[derive(FromRow)]
pub(super) struct ApologyRow {
    pub(super) id: i64,
    pub(super) store_id: i64,
    pub(super) staff_id: i64,
    pub(super) reason: String,
    pub(super) department: String,
    pub(super) minor_units: i64,
    pub(super) way: String,
    pub(super) way_changes: i64,
    pub(super) way_by: Option<i64>,
    pub(super) customer_digest: Option<String>,
    pub(super) state: String,
    pub(super) above: Option<String>,
    pub(super) sealed: Option<String>,
    pub(super) points: Option<i64>,
    pub(super) member_id: Option<i64>,
    pub(super) coupon_id: Option<i64>,
    pub(super) taken_ms: i64,
    pub(super) settled_ms: Option<i64>,
    /// Of those that are for goods of a receipt.
    pub(super) receipt_number: Option<String>,
}

macro_rules! select_apologies {
    ($rest:literal) => {
        sqlx::query_as::<_, ApologyRow>(concat!(
            "SELECT id, store_id, staff_id, reason, department, minor_units, way, way_changes, way_by, customer_digest,
                state, above, sealed, points, member_id, coupon_id, taken_ms, settled_ms, receipt_number
             FROM apologies ",
            $rest
        ))
    };
}

/// The apology of a store with a number.
pub(super) async fn find(executor: impl AnyExecutor<'_>, store_id: i64, id: i64) -> Result<Option<ApologyRow>> {
    let found = select_apologies!("WHERE store_id = $1 AND id = $2").bind(store_id).bind(id);
    Ok(found.fetch_optional(executor).await?)
}

/// Those of a store that wait for a second person, the oldest first.
pub(super) async fn waiting(executor: impl AnyExecutor<'_>, store_id: i64) -> Result<Vec<ApologyRow>> {
    let waiting = select_apologies!("WHERE store_id = $1 AND state = 'waits' ORDER BY id LIMIT 200").bind(store_id);
    Ok(waiting.fetch_all(executor).await?)
}

/// Which goods an apology is for that waits.
#[derive(FromRow)]
pub(super) struct GoodsRow {
    pub(super) id: i64,
    pub(super) receipt_number: String,
    pub(super) receipt_line: i64,
    pub(super) receipt_quantity: i64,
    /// The number that the product's rows have.
    pub(super) gtin: i64,
    /// How many photographs are kept of them.
    pub(super) photos: i64,
}

/// The goods of those of a store that wait, the oldest first.
pub(super) async fn waiting_goods(executor: impl AnyExecutor<'_>, store_id: i64) -> Result<Vec<GoodsRow>> {
    let waiting = sqlx::query_as(
        "SELECT id, apologies.receipt_number, receipt_line, receipt_quantity, gtin,
            (SELECT COUNT(*) FROM apology_photos WHERE apology_id = apologies.id) AS photos
         FROM apologies
         JOIN receipt_lines ON receipt_lines.store_id = apologies.store_id
            AND receipt_lines.receipt_number = apologies.receipt_number AND receipt_lines.line = receipt_line
         WHERE apologies.store_id = $1 AND state = 'waits' ORDER BY id LIMIT 200",
    );
    Ok(waiting.bind(store_id).fetch_all(executor).await?)
}
