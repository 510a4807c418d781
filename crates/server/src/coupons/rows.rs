//! Coupons and their redemptions as rows of the database.

use anyhow::{Context, Result, bail};
use polka_contract::{CouponRedemptionRequest, RedemptionOutcome};
use polka_ledger::{Goods, Terms, Worth};
use sqlx::{AnyConnection, AnyExecutor, FromRow};

use super::NewCoupon;
use crate::database::gtin_of;
use crate::writes::Write;

/// A coupon as it stands.
#[derive(FromRow)]
pub(super) struct CouponRow {
    pub(super) id: i64,
    pub(super) last_four: String,
    worth: String,
    value: i64,
    most: Option<i64>,
    gtin: Option<i64>,
    category: Option<String>,
    least: i64,
    pub(super) first_day: String,
    pub(super) last_day: String,
    store_id: Option<i64>,
    pub(super) most_uses: i64,
    pub(super) uses: i64,
    pub(super) cancelled_ms: Option<i64>,
}

impl CouponRow {
    /// What stands on it.
    pub(super) fn terms(&self) -> Result<Terms> {
        let worth = match self.worth.as_str() {
            "amount" => Worth::Amount(self.value),
            "percent" => Worth::Percent { percent: self.value, most_minor_units: self.most },
            "free_item" => Worth::FreeItem { most_minor_units: self.value },
            worth => bail!("a coupon is worth {worth:?}, as a later version has it"),
        };
        let goods = match (self.gtin, &self.category) {
            (Some(body), _) => Goods::Product(gtin_of(body)?),
            (None, Some(category)) => Goods::Category(category.clone()),
            (None, None) => Goods::All,
        };
        let (first_day, last_day) = (self.first_day.parse()?, self.last_day.parse()?);
        Ok(Terms { worth, goods, least_minor_units: self.least, first_day, last_day, store: self.store_id })
    }
}

/// Adds a coupon.
pub(super) async fn add(
    connection: &mut AnyConnection,
    id: i64,
    code_digest: &str,
    last_four: &str,
    coupon: &NewCoupon,
    now_ms: i64,
) -> Result<()> {
    let terms = &coupon.terms;
    let (worth, value, most) = match terms.worth {
        Worth::Amount(minor_units) => ("amount", minor_units, None),
        Worth::Percent { percent, most_minor_units } => ("percent", percent, most_minor_units),
        Worth::FreeItem { most_minor_units } => ("free_item", most_minor_units, None),
    };
    let (gtin, category) = match &terms.goods {
        Goods::All => (None, None),
        Goods::Product(gtin) => (Some(i64::try_from(gtin.body())?), None),
        Goods::Category(category) => (None, Some(category.as_str())),
    };
    let added = sqlx::query(
        "INSERT INTO coupons (id, code_digest, last_four, worth, value, most, gtin, category, least, first_day, last_day,
            store_id, department, most_uses, uses, made_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15)",
    );
    let added = added.bind(id).bind(code_digest).bind(last_four).bind(worth).bind(value).bind(most).bind(gtin);
    let added = added.bind(category).bind(terms.least_minor_units).bind(terms.first_day.to_string());
    let added = added.bind(terms.last_day.to_string()).bind(terms.store).bind(coupon.department.as_str());
    added.bind(coupon.most_uses).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The coupon with a code.
pub(super) async fn find(connection: &mut AnyConnection, code_digest: &str) -> Result<Option<CouponRow>> {
    let found = sqlx::query_as(
        "SELECT id, last_four, worth, value, most, gtin, category, least, first_day, last_day, store_id, most_uses,
            uses, cancelled_ms
         FROM coupons WHERE code_digest = $1",
    );
    Ok(found.bind(code_digest).fetch_optional(connection).await?)
}

/// Whether there is a coupon with this number.
pub(super) async fn is_there(connection: &mut AnyConnection, id: i64) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT id FROM coupons WHERE id = $1").bind(id).fetch_optional(connection).await?;
    Ok(found.is_some())
}

/// What others are told of a coupon.
#[derive(FromRow)]
pub(super) struct CouponFacts {
    pub(super) last_four: String,
    pub(super) department: String,
    worth: String,
    value: i64,
    most: Option<i64>,
    most_uses: i64,
}

impl CouponFacts {
    /// The most that it may cost by all its uses, in minor units.
    pub(super) fn most_minor_units(&self) -> i64 {
        let once = match (self.worth.as_str(), self.most) {
            ("percent", most) => most.unwrap_or(super::LARGEST_MINOR_UNITS),
            _ => self.value,
        };
        once.saturating_mul(self.most_uses)
    }
}

/// What others are told of the coupon with a number.
pub(super) async fn facts(connection: &mut AnyConnection, id: i64) -> Result<CouponFacts> {
    let facts =
        sqlx::query_as("SELECT last_four, department, worth, value, most, most_uses FROM coupons WHERE id = $1");
    facts.bind(id).fetch_one(connection).await.context("the coupon")
}

/// Takes back a coupon that nobody has used; tells whether that was so.
pub(super) async fn cancel(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<bool> {
    let cancelled =
        sqlx::query("UPDATE coupons SET cancelled_ms = $2 WHERE id = $1 AND uses = 0 AND cancelled_ms IS NULL");
    Ok(cancelled.bind(id).bind(now_ms).execute(connection).await?.rows_affected() == 1)
}

/// Takes one use of a coupon, where one is left; of all who try at once, as many get one as there are.
async fn take_use(connection: &mut AnyConnection, coupon_id: i64) -> Result<bool> {
    let taken =
        sqlx::query("UPDATE coupons SET uses = uses + 1 WHERE id = $1 AND uses < most_uses AND cancelled_ms IS NULL");
    Ok(taken.bind(coupon_id).execute(connection).await?.rows_affected() == 1)
}

async fn give_use_back(connection: &mut AnyConnection, coupon_id: i64, count: u64) -> Result<()> {
    let given = sqlx::query("UPDATE coupons SET uses = uses - $2 WHERE id = $1");
    given.bind(coupon_id).bind(i64::try_from(count)?).execute(connection).await?;
    Ok(())
}

/// Frees what tills have set aside and forgotten.
pub(super) async fn release_late(connection: &mut AnyConnection, coupon_id: i64, now_ms: i64) -> Result<()> {
    let late = sqlx::query(
        "UPDATE coupon_redemptions SET state = 'late'
         WHERE coupon_id = $1 AND state = 'reserved' AND until_ms < $2",
    );
    let late = late.bind(coupon_id).bind(now_ms).execute(&mut *connection).await?.rows_affected();
    if late > 0 {
        give_use_back(connection, coupon_id, late).await?;
    }
    Ok(())
}

/// A coupon that is, or was, set aside for a receipt.
#[derive(FromRow)]
pub(super) struct RedemptionRow {
    pub(super) id: i64,
    pub(super) coupon_id: i64,
    pub(super) receipt_number: String,
    pub(super) minor_units: i64,
    pub(super) state: String,
    pub(super) until_ms: i64,
}

/// The redemption of a store with a number.
pub(super) async fn redemption(
    connection: &mut AnyConnection,
    store_id: i64,
    id: i64,
) -> Result<Option<RedemptionRow>> {
    let found = sqlx::query_as(
        "SELECT id, coupon_id, receipt_number, minor_units, state, until_ms FROM coupon_redemptions WHERE store_id = $1 AND id = $2",
    );
    Ok(found.bind(store_id).bind(id).fetch_optional(connection).await?)
}

/// The open redemption of a coupon for a receipt.
pub(super) async fn of_receipt(
    connection: &mut AnyConnection,
    coupon_id: i64,
    write: &Write,
    receipt_number: &str,
) -> Result<Option<RedemptionRow>> {
    let found = sqlx::query_as(
        "SELECT id, coupon_id, receipt_number, minor_units, state, until_ms FROM coupon_redemptions
         WHERE coupon_id = $1 AND store_id = $2 AND receipt_number = $3 AND state IN ('reserved', 'committed')",
    );
    Ok(found.bind(coupon_id).bind(write.store_id).bind(receipt_number).fetch_optional(connection).await?)
}

/// Sets a coupon aside for a receipt; `None` where no use of it is left.
pub(super) async fn reserve(
    connection: &mut AnyConnection,
    coupon_id: i64,
    write: &Write,
    receipt_number: &str,
    (minor_units, until_ms): (i64, i64),
) -> Result<Option<i64>> {
    if !take_use(connection, coupon_id).await? {
        return Ok(None);
    }
    add_redemption(connection, coupon_id, write, receipt_number, (minor_units, until_ms), "reserved").await.map(Some)
}

async fn add_redemption(
    connection: &mut AnyConnection,
    coupon_id: i64,
    write: &Write,
    receipt_number: &str,
    (minor_units, until_ms): (i64, i64),
    state: &str,
) -> Result<i64> {
    let added = sqlx::query_scalar(
        "INSERT INTO coupon_redemptions (id, coupon_id, store_id, device_id, receipt_number, minor_units, state,
            until_ms, made_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM coupon_redemptions RETURNING id",
    );
    let added = added.bind(coupon_id).bind(write.store_id).bind(write.device_id).bind(receipt_number);
    let added = added.bind(minor_units).bind(state).bind(until_ms).bind(write.taken_ms);
    Ok(added.fetch_one(connection).await?)
}

/// Books that a coupon has paid for a receipt without having been set aside. Gives the redemption's number, and whether
/// a use of the coupon was left. It is a use in any case: the money is gone, and nobody else is to get it once more.
pub(super) async fn pay(
    connection: &mut AnyConnection,
    coupon_id: i64,
    write: &Write,
    receipt_number: &str,
    minor_units: i64,
) -> Result<(i64, bool)> {
    let was_free = take_use(connection, coupon_id).await?;
    if !was_free {
        let used = sqlx::query("UPDATE coupons SET uses = uses + 1 WHERE id = $1");
        used.bind(coupon_id).execute(&mut *connection).await?;
    }
    let sum = (minor_units, write.taken_ms);
    let id = add_redemption(connection, coupon_id, write, receipt_number, sum, "committed").await?;
    let row = redemption(connection, write.store_id, id).await?.context("what was just added")?;
    post(connection, &row, 1, write.taken_ms).await?;
    Ok((id, was_free))
}

/// The receipt for which it is set aside is another by now.
pub(super) async fn change(connection: &mut AnyConnection, id: i64, minor_units: i64, until_ms: i64) -> Result<()> {
    let changed = sqlx::query("UPDATE coupon_redemptions SET minor_units = $2, until_ms = $3 WHERE id = $1");
    changed.bind(id).bind(minor_units).bind(until_ms).execute(connection).await?;
    Ok(())
}

async fn set_state(connection: &mut AnyConnection, id: i64, from: &str, to: &str) -> Result<bool> {
    let set = sqlx::query("UPDATE coupon_redemptions SET state = $3 WHERE id = $1 AND state = $2");
    Ok(set.bind(id).bind(from).bind(to).execute(connection).await?.rows_affected() == 1)
}

/// A reserved coupon has paid; one that was set aside too long ago pays where a use of it is left, and nothing else of it
/// has for the same receipt. Tells whether it has.
pub(super) async fn commit(connection: &mut AnyConnection, row: &RedemptionRow, write: &Write) -> Result<bool> {
    let is_paid = match row.state.as_str() {
        "reserved" => set_state(connection, row.id, "reserved", "committed").await?,
        "late" => {
            of_receipt(connection, row.coupon_id, write, &row.receipt_number).await?.is_none()
                && take_use(connection, row.coupon_id).await?
                && set_state(connection, row.id, "late", "committed").await?
        }
        _ => false,
    };
    if is_paid {
        post(connection, row, 1, write.taken_ms).await?;
    }
    Ok(is_paid)
}

/// How a coupon became free.
pub(super) enum Freed {
    /// It had not paid.
    Unpaid,
    /// It had paid.
    Paid,
    /// It was free before.
    Before,
}

/// A coupon that was set aside, or has paid for a sale that is voided, is free again.
pub(super) async fn release(connection: &mut AnyConnection, row: &RedemptionRow, now_ms: i64) -> Result<Freed> {
    let freed = if set_state(connection, row.id, "committed", "released").await? {
        post(connection, row, -1, now_ms).await?;
        Freed::Paid
    } else if set_state(connection, row.id, "reserved", "released").await? {
        Freed::Unpaid
    } else {
        // What was set aside for too long is free already, and no late commit takes it now.
        let is_late = set_state(connection, row.id, "late", "released").await?;
        return Ok(if is_late { Freed::Unpaid } else { Freed::Before });
    };
    give_use_back(connection, row.coupon_id, 1).await?;
    Ok(freed)
}

/// Books what a redemption costs the department, or takes back what it had cost.
async fn post(connection: &mut AnyConnection, row: &RedemptionRow, sign: i64, now_ms: i64) -> Result<()> {
    let department = sqlx::query_scalar("SELECT department FROM coupons WHERE id = $1").bind(row.coupon_id);
    let department: String = department.fetch_one(&mut *connection).await.context("the coupon")?;
    let accounts = [(format!("department_cost:{department}"), -row.minor_units), ("redeemed".into(), row.minor_units)];
    for (account, minor_units) in accounts {
        let posted = sqlx::query(
            "INSERT INTO coupon_postings (redemption_id, place, account, minor_units, made_ms)
             SELECT $1, COALESCE(MAX(place), -1) + 1, $2, $3, $4 FROM coupon_postings WHERE redemption_id = $1",
        );
        posted.bind(row.id).bind(account).bind(minor_units * sign).bind(now_ms).execute(&mut *connection).await?;
    }
    Ok(())
}

/// How often a device has shown codes that were none since a time.
pub(super) async fn misses(connection: &mut AnyConnection, device_id: i64, since_ms: i64) -> Result<i64> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM coupon_misses WHERE device_id = $1 AND missed_ms > $2");
    Ok(count.bind(device_id).bind(since_ms).fetch_one(connection).await?)
}

/// Notes such a code, and forgets what is old.
pub(super) async fn miss(connection: &mut AnyConnection, device_id: i64, now_ms: i64, since_ms: i64) -> Result<()> {
    let old = sqlx::query("DELETE FROM coupon_misses WHERE device_id = $1 AND missed_ms <= $2");
    old.bind(device_id).bind(since_ms).execute(&mut *connection).await?;
    let missed = sqlx::query("INSERT INTO coupon_misses (device_id, missed_ms) VALUES ($1, $2)");
    missed.bind(device_id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Adds a public key to those of the chain.
pub(super) async fn add_key(connection: &mut AnyConnection, public_key: &str, made_ms: i64) -> Result<()> {
    let added = sqlx::query(
        "INSERT INTO coupon_keys (public_key, made_ms) VALUES ($1, $2) ON CONFLICT (public_key) DO NOTHING",
    );
    added.bind(public_key).bind(made_ms).execute(connection).await?;
    Ok(())
}

/// The public keys of all servers of the chain, the newest first.
pub(super) async fn keys(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar("SELECT public_key FROM coupon_keys ORDER BY made_ms DESC, public_key");
    Ok(keys.fetch_all(connection).await?)
}

/// What a till has told of a coupon that it has taken without network.
#[derive(FromRow)]
pub(super) struct OfflineRow {
    pub(super) id: i64,
    pub(super) total: i64,
    pub(super) minor_units: i64,
    pub(super) outcome: String,
    pub(super) redemption_id: Option<i64>,
}

/// What a till has told of a coupon and a receipt before.
pub(super) async fn offline_of_receipt(
    connection: &mut AnyConnection,
    store_id: i64,
    receipt_number: &str,
    code_digest: &str,
) -> Result<Option<OfflineRow>> {
    let found = sqlx::query_as(
        "SELECT id, total, minor_units, outcome, redemption_id FROM offline_coupon_redemptions
         WHERE store_id = $1 AND receipt_number = $2 AND code_digest = $3",
    );
    Ok(found.bind(store_id).bind(receipt_number).bind(code_digest).fetch_optional(connection).await?)
}

/// The same by its number.
pub(super) async fn offline(connection: &mut AnyConnection, id: i64) -> Result<OfflineRow> {
    let found = sqlx::query_as(
        "SELECT id, total, minor_units, outcome, redemption_id FROM offline_coupon_redemptions WHERE id = $1",
    );
    found.bind(id).fetch_optional(connection).await?.context("what a till has told")
}

/// What is to be kept of such a coupon.
pub(super) struct NewOffline<'a> {
    pub(super) code_digest: &'a str,
    pub(super) last_four: &'a str,
    pub(super) said: &'a CouponRedemptionRequest,
    pub(super) outcome: RedemptionOutcome,
    pub(super) redemption_id: Option<i64>,
}

/// Keeps it, and gives its number.
pub(super) async fn add_offline(connection: &mut AnyConnection, write: &Write, it: &NewOffline<'_>) -> Result<i64> {
    let added = sqlx::query_scalar(
        "INSERT INTO offline_coupon_redemptions (id, store_id, device_id, code_digest, last_four, receipt_number, total,
            minor_units, outcome, redemption_id, made_ms, taken_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM offline_coupon_redemptions
         RETURNING id",
    );
    let added = added.bind(write.store_id).bind(write.device_id).bind(it.code_digest).bind(it.last_four);
    let added = added.bind(&it.said.receipt_number).bind(it.said.total_minor_units).bind(it.said.discount_minor_units);
    let added = added.bind(it.outcome.code()).bind(it.redemption_id).bind(it.said.made_ms).bind(write.taken_ms);
    Ok(added.fetch_one(connection).await?)
}

/// The same, as a manager sees it.
#[derive(FromRow)]
pub(super) struct ListedRow {
    pub(super) id: i64,
    pub(super) outcome: String,
    pub(super) last_four: String,
    pub(super) till: String,
    pub(super) receipt_number: String,
    pub(super) minor_units: i64,
    pub(super) made_ms: i64,
    pub(super) taken_ms: i64,
}

/// What tills of a store have told since a time and was not right, the newest first.
pub(super) async fn wrong(
    executor: impl AnyExecutor<'_>,
    store_id: i64,
    since_ms: i64,
    most: i64,
) -> Result<Vec<ListedRow>> {
    let listed = sqlx::query_as(
        "SELECT o.id, o.outcome, o.last_four, d.name AS till, o.receipt_number, o.minor_units, o.made_ms, o.taken_ms
         FROM offline_coupon_redemptions o JOIN devices d ON d.id = o.device_id
         WHERE o.store_id = $1 AND o.taken_ms >= $2 AND o.outcome <> 'taken' ORDER BY o.id DESC LIMIT $3",
    );
    Ok(listed.bind(store_id).bind(since_ms).bind(most).fetch_all(executor).await?)
}
