//! The ledger as rows of the database.

use anyhow::{Context, Result};
use polka_contract::PointsChange;
use polka_domain::{Date, Points};
use polka_ledger::{Account, Hash, Kind, LotId, LotSum, MemberId, OpenedLot, Posting, Record, Transaction};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use crate::database::places_of_rows;

#[derive(FromRow)]
struct SumRow {
    lot_id: i64,
    account: String,
    expires_on: Option<String>,
    points: i64,
}

/// What a member has in each lot and account.
pub(super) async fn sums(connection: &mut AnyConnection, member_id: i64) -> Result<Vec<LotSum>> {
    let sums: Vec<SumRow> = sqlx::query_as(
        "SELECT sums.lot_id, sums.account, points_transactions.expires_on, sums.points FROM (
            SELECT lot_id, account, CAST(SUM(points) AS BIGINT) AS points FROM points_postings
            WHERE member_id = $1 AND account IN ('member_available', 'member_pending', 'member_held')
            GROUP BY lot_id, account HAVING SUM(points) <> 0
         ) AS sums JOIN points_transactions ON points_transactions.id = sums.lot_id",
    )
    .bind(member_id)
    .fetch_all(connection)
    .await?;
    sums.into_iter()
        .map(|row| {
            Ok(LotSum {
                lot: LotId(row.lot_id),
                expires_on: row.expires_on.as_deref().map(str::parse).transpose()?,
                account: account(&row.account)?,
                points: row.points,
            })
        })
        .collect()
}

fn account(code: &str) -> Result<Account> {
    Account::from_code(code).with_context(|| format!("the ledger has the account {code:?} of a later version"))
}

/// The number and the hash of the record at the end of the ledger; 0 where there is none.
pub(super) async fn last(connection: &mut AnyConnection) -> Result<(i64, Hash)> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT id, hash FROM points_transactions ORDER BY id DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    Ok(match last {
        Some((id, hash)) => (id, hash.parse()?),
        None => (0, Hash::START),
    })
}

/// Adds a record to the end of the ledger.
pub(super) async fn add(
    connection: &mut AnyConnection,
    id: i64,
    record: &Record,
    receipt_id: Option<i64>,
    hash: Hash,
) -> Result<()> {
    let transaction = &record.transaction;
    sqlx::query(
        "INSERT INTO points_transactions (id, kind, write_key, receipt_id, reason, actor, device_id, store_id,
            opens_lot, expires_on, made_ms, recorded_ms, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id)
    .bind(transaction.kind().code())
    .bind(&record.key)
    .bind(receipt_id)
    .bind(&record.reason)
    .bind(&record.actor)
    .bind(record.device)
    .bind(record.store)
    .bind(i64::from(transaction.opened_lot().is_some()))
    .bind(transaction.opened_lot().and_then(|lot| lot.expires_on).map(|day| day.to_string()))
    .bind(record.made_ms)
    .bind(record.recorded_ms)
    .bind(hash.to_string())
    .execute(&mut *connection)
    .await?;
    for (postings, first) in transaction.postings().chunks(POSTINGS_AT_ONCE).zip((0..).step_by(POSTINGS_AT_ONCE)) {
        add_postings(connection, id, first, postings).await?;
    }
    Ok(())
}

/// A statement takes 32,766 values in SQLite, and 65,535 in PostgreSQL.
const POSTINGS_AT_ONCE: usize = 1000;

/// Adds postings of a transaction from this place on.
async fn add_postings(connection: &mut AnyConnection, id: i64, first: i64, postings: &[Posting]) -> Result<()> {
    let insert = format!(
        "INSERT INTO points_postings (transaction_id, place, member_id, lot_id, account, points) VALUES {}",
        places_of_rows(postings.len(), 6)
    );
    let mut insert = sqlx::query(AssertSqlSafe(insert));
    for (posting, place) in postings.iter().zip(first..) {
        insert = insert.bind(id).bind(place).bind(posting.member.0).bind(posting.lot.0);
        insert = insert.bind(posting.account.code()).bind(posting.points.value());
    }
    insert.execute(connection).await?;
    Ok(())
}

/// A posting with its transaction beside it.
#[derive(FromRow)]
struct PostingRow {
    id: i64,
    kind: String,
    write_key: String,
    receipt_id: Option<i64>,
    reason: String,
    actor: String,
    device_id: Option<i64>,
    store_id: Option<i64>,
    opens_lot: i64,
    expires_on: Option<String>,
    made_ms: i64,
    recorded_ms: i64,
    hash: String,
    member_id: i64,
    lot_id: i64,
    account: String,
    points: i64,
}

impl PostingRow {
    fn posting(&self) -> Result<Posting> {
        Ok(Posting {
            account: account(&self.account)?,
            member: MemberId(self.member_id),
            lot: LotId(self.lot_id),
            points: Points::new(self.points)?,
        })
    }

    fn record(&self, postings: Vec<Posting>) -> Result<Record> {
        let kind = Kind::from_code(&self.kind).with_context(|| format!("the ledger has a {:?}", self.kind))?;
        let expires_on = self.expires_on.as_deref().map(str::parse).transpose()?;
        let opened_lot = (self.opens_lot != 0).then_some(OpenedLot { id: LotId(self.id), expires_on });
        Ok(Record {
            transaction: Transaction::new(kind, postings, opened_lot)?,
            key: self.write_key.clone(),
            receipt: self.receipt_id.map(|id| id.to_string()),
            reason: self.reason.clone(),
            actor: self.actor.clone(),
            device: self.device_id,
            store: self.store_id,
            made_ms: self.made_ms,
            recorded_ms: self.recorded_ms,
        })
    }
}

/// The postings beside their transactions, of those that the rest of the statement picks.
macro_rules! select_postings {
    ($rest:literal) => {
        sqlx::query_as::<_, PostingRow>(concat!(
            "SELECT points_transactions.*, points_postings.member_id, points_postings.lot_id,
                points_postings.account, points_postings.points
             FROM points_transactions
             JOIN points_postings ON points_postings.transaction_id = points_transactions.id ",
            $rest,
            " ORDER BY points_transactions.id, points_postings.place"
        ))
    };
}

/// Puts the postings of each transaction together; they come in their order.
fn records(rows: &[PostingRow]) -> Result<Vec<(i64, Record, Hash)>> {
    rows.chunk_by(|one, other| one.id == other.id)
        .map(|rows| {
            let postings = rows.iter().map(PostingRow::posting).collect::<Result<_>>()?;
            Ok((rows[0].id, rows[0].record(postings)?, rows[0].hash.parse()?))
        })
        .collect()
}

/// The transactions of a receipt, in their order.
pub(super) async fn of_receipt(connection: &mut AnyConnection, receipt_id: i64) -> Result<Vec<Transaction>> {
    let rows = select_postings!("WHERE points_transactions.receipt_id = $1").bind(receipt_id);
    Ok(records(&rows.fetch_all(connection).await?)?.into_iter().map(|(_, record, _)| record.transaction).collect())
}

/// The records with numbers above `after`, up to `until`, in their order.
pub(super) async fn between(
    connection: &mut AnyConnection,
    after: i64,
    until: i64,
) -> Result<Vec<(i64, Record, Hash)>> {
    let rows = select_postings!("WHERE points_transactions.id > $1 AND points_transactions.id <= $2");
    records(&rows.bind(after).bind(until).fetch_all(connection).await?)
}

/// Members that may have points in lots whose last day was in these days.
pub(super) async fn members_of_lots(connection: &mut AnyConnection, from: Date, before: Date) -> Result<Vec<i64>> {
    let members = sqlx::query_scalar(
        "SELECT points_postings.member_id FROM points_transactions
         JOIN points_postings ON points_postings.lot_id = points_transactions.id
         WHERE points_transactions.expires_on >= $1 AND points_transactions.expires_on < $2
            AND points_postings.account = 'member_available'
         GROUP BY points_postings.member_id, points_postings.lot_id HAVING SUM(points_postings.points) <> 0",
    );
    let mut members: Vec<i64> = members.bind(from.to_string()).bind(before.to_string()).fetch_all(connection).await?;
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

/// What is shown of a transaction to the member.
#[derive(FromRow)]
struct ChangeRow {
    kind: String,
    made_ms: i64,
    store: Option<String>,
    available: i64,
    pending: i64,
}

/// What happened to a member's points last, the newest first: so much of it, or all.
pub(crate) async fn changes(
    connection: &mut AnyConnection,
    member_id: i64,
    most: Option<i64>,
) -> Result<Vec<PointsChange>> {
    let changes = sqlx::query_as(
        "SELECT points_transactions.kind, points_transactions.made_ms, stores.name AS store,
            CAST(SUM(CASE WHEN account = 'member_available' THEN points ELSE 0 END) AS BIGINT) AS available,
            CAST(SUM(CASE WHEN account = 'member_pending' THEN points ELSE 0 END) AS BIGINT) AS pending
         FROM points_postings
         JOIN points_transactions ON points_transactions.id = points_postings.transaction_id
         LEFT JOIN stores ON stores.id = points_transactions.store_id
         WHERE points_postings.member_id = $1
         GROUP BY points_transactions.id, points_transactions.kind, points_transactions.made_ms, stores.name
         ORDER BY points_transactions.id DESC LIMIT $2",
    );
    let rows: Vec<ChangeRow> = changes.bind(member_id).bind(most.unwrap_or(i64::MAX)).fetch_all(connection).await?;
    let change = |row: ChangeRow| PointsChange {
        kind: row.kind,
        available: row.available,
        pending: row.pending,
        made_ms: row.made_ms,
        store: row.store,
    };
    Ok(rows.into_iter().map(change).collect())
}
