//! The ledger of points as the database keeps it: transactions are added, and never changed.
//!
//! What moves, `polka-ledger` decides. Here a member's state is loaded, and a draft is booked, in the transaction
//! of whoever asks: all who write points are alone meanwhile, so that nobody spends what another has just spent.

pub(crate) mod rows;
mod upkeep;

use anyhow::{Context, Result};
use polka_domain::Date;
use polka_ledger::{Draft, Hash, History, LotId, MemberId, MemberState, Record, Transaction, chain};
use sqlx::{AnyConnection, AnyPool};

use crate::writes::Write;

pub use upkeep::catch_up;
pub(crate) use upkeep::{earliest_day, expire_of, keep_up};

/// On whose behalf points move, and why.
pub(crate) struct Cause<'a> {
    /// The idempotency key of the write, or what stands for it.
    pub(crate) key: &'a str,
    pub(crate) reason: &'a str,
    /// Who decided: `till`, `clock`, `staff:12`.
    pub(crate) actor: &'a str,
    pub(crate) device_id: Option<i64>,
    pub(crate) store_id: Option<i64>,
    /// The receipt that they move for.
    pub(crate) receipt_id: Option<i64>,
    /// When it happened at the till, in milliseconds since 1970.
    pub(crate) made_ms: i64,
    /// When it is kept.
    pub(crate) recorded_ms: i64,
}

impl<'a> Cause<'a> {
    /// A till's write.
    pub(crate) fn of_till(write: &'a Write, reason: &'a str, receipt_id: i64, made_ms: i64) -> Self {
        Self {
            key: &write.idempotency_key,
            reason,
            actor: "till",
            device_id: Some(write.device_id),
            store_id: Some(write.store_id),
            receipt_id: Some(receipt_id),
            made_ms,
            recorded_ms: write.taken_ms,
        }
    }
}

/// What a member has.
pub(crate) async fn state(connection: &mut AnyConnection, member_id: i64) -> Result<MemberState> {
    let sums = rows::sums(connection, member_id).await?;
    MemberState::from_sums(MemberId(member_id), sums)
        .with_context(|| format!("the ledger of the member {member_id} is broken"))
}

/// What has happened to the points of a receipt.
pub(crate) async fn history(connection: &mut AnyConnection, receipt_id: i64) -> Result<History> {
    Ok(History::of(&rows::of_receipt(connection, receipt_id).await?))
}

/// Books a draft at the end of the ledger.
pub(crate) async fn book(connection: &mut AnyConnection, draft: Draft, cause: &Cause<'_>) -> Result<Transaction> {
    let (last_id, previous) = rows::last(connection).await?;
    let id = last_id + 1;
    // A lot has the number of the transaction that opens it.
    let opened = draft.new_lot().map(|_| LotId(id));
    let transaction = draft.book(opened)?;
    let record = Record {
        transaction: transaction.clone(),
        key: cause.key.to_owned(),
        receipt: cause.receipt_id.map(|id| id.to_string()),
        reason: cause.reason.to_owned(),
        actor: cause.actor.to_owned(),
        device: cause.device_id,
        store: cause.store_id,
        made_ms: cause.made_ms,
        recorded_ms: cause.recorded_ms,
    };
    rows::add(connection, id, &record, cause.receipt_id, chain(&previous, &record)).await?;
    Ok(transaction)
}

/// Checks the whole ledger: that each hash fits, and that no transaction is missing between two others. Gives how
/// many there are.
///
/// # Errors
/// With the first that is not as it was kept.
pub async fn verify(pool: &AnyPool) -> Result<u64> {
    /// So many are held in memory at once.
    const PIECE: i64 = 1000;
    let mut connection = pool.acquire().await?;
    let (until, _) = rows::last(&mut connection).await?;
    let (mut last, mut seen) = (Hash::START, 0);
    for after in (0..until).step_by(PIECE as usize) {
        for (id, record, hash) in rows::between(&mut connection, after, after + PIECE).await? {
            last = polka_ledger::verify(&last, [(&record, &hash)])
                .map_err(|_| anyhow::anyhow!("the transaction {id} is not as it was kept"))?;
            seen += 1;
        }
    }
    Ok(seen)
}

/// The day of a moment in a store.
pub(crate) fn day(ms: i64, time_zone: &str) -> Result<Date> {
    let moment = jiff::Timestamp::from_millisecond(ms)?;
    Ok(moment.in_tz(time_zone)?.date())
}
