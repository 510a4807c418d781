//! The lines of receipts, as tills post them: what came back of each, and what was put right without the goods.

use std::collections::HashMap;

use anyhow::Result;
use polka_contract::{ErrorCode, MOST_SOLD_ITEMS, ReturnRequest, ReturnedItem, SoldItem};
use polka_domain::Gtin;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::sales::MOST_PIECES;
use crate::database::{gtin_of, places_of_rows};
use crate::http::ApiError;
use crate::tasks::reported_gtin;
use crate::writes::Write;

/// A line that is to be kept.
pub(super) struct NewLine {
    /// Its place on the receipt, from 1 on.
    line: i64,
    gtin: Gtin,
    quantity: u32,
    minor_units: i64,
}

/// The lines of a receipt that say what was paid, checked: together no more than its sum.
pub(super) fn priced(items: &[SoldItem], total_minor_units: i64) -> Result<Vec<NewLine>, ApiError> {
    let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
    let mut lines = Vec::with_capacity(items.len());
    let mut left = total_minor_units;
    for (item, line) in items.iter().zip(1..) {
        let Some(minor_units) = item.minor_units else { continue };
        if minor_units < 0 {
            return Err(wrong("the minor_units of an item are below zero"));
        }
        left = left.saturating_sub(minor_units);
        lines.push(NewLine { line, gtin: reported_gtin(&item.gtin)?, quantity: item.quantity, minor_units });
    }
    if left < 0 { Err(wrong("the items come to more than the total_minor_units")) } else { Ok(lines) }
}

/// Keeps the lines of a receipt; those of the first time stay.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    store_id: i64,
    receipt_number: &str,
    lines: &[NewLine],
    sold_ms: i64,
) -> Result<()> {
    if lines.is_empty() || has_lines(connection, store_id, receipt_number).await? {
        return Ok(());
    }
    let insert = format!(
        "INSERT INTO receipt_lines (store_id, receipt_number, line, gtin, quantity, minor_units, sold_ms) VALUES {}",
        places_of_rows(lines.len(), 7)
    );
    let mut insert = sqlx::query(AssertSqlSafe(insert));
    for line in lines {
        insert = insert.bind(store_id).bind(receipt_number).bind(line.line).bind(i64::try_from(line.gtin.body())?);
        insert = insert.bind(i64::from(line.quantity)).bind(line.minor_units).bind(sold_ms);
    }
    insert.execute(connection).await?;
    Ok(())
}

/// Whether lines of a receipt are kept.
pub(super) async fn has_lines(connection: &mut AnyConnection, store_id: i64, receipt_number: &str) -> Result<bool> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM receipt_lines WHERE store_id = $1 AND receipt_number = $2");
    let count: i64 = count.bind(store_id).bind(receipt_number).fetch_one(connection).await?;
    Ok(count > 0)
}

/// A line of a receipt as it stands.
#[derive(FromRow)]
pub(crate) struct LineRow {
    pub(crate) line: i64,
    /// The number that the product's rows have.
    pub(crate) gtin: i64,
    pub(crate) quantity: i64,
    pub(crate) minor_units: i64,
    pub(crate) sold_ms: i64,
    /// How many came back at a till.
    pub(crate) came_back: i64,
    /// How many were put right without coming back, or wait for a second person.
    pub(crate) put_right: i64,
}

/// The lines of a receipt, in their order.
pub(crate) async fn of_receipt(
    connection: &mut AnyConnection,
    store_id: i64,
    receipt_number: &str,
) -> Result<Vec<LineRow>> {
    let lines = sqlx::query_as(
        "SELECT line, gtin, quantity, minor_units, sold_ms,
            CAST((SELECT COALESCE(SUM(quantity), 0) FROM receipt_line_returns AS came_back
                WHERE came_back.store_id = $1 AND came_back.receipt_number = $2
                    AND came_back.line = receipt_lines.line) AS BIGINT) AS came_back,
            CAST((SELECT COALESCE(SUM(receipt_quantity), 0) FROM apologies
                WHERE apologies.store_id = $1 AND apologies.receipt_number = $2
                    AND receipt_line = receipt_lines.line AND state IN ('waits', 'given')) AS BIGINT) AS put_right
         FROM receipt_lines WHERE store_id = $1 AND receipt_number = $2 ORDER BY line",
    );
    Ok(lines.bind(store_id).bind(receipt_number).fetch_all(connection).await?)
}

/// What stands on the receipts of a member, by the receipts' own numbers in the database.
pub(crate) async fn of_member(connection: &mut AnyConnection, member_id: i64) -> Result<HashMap<i64, Vec<SoldItem>>> {
    let rows = sqlx::query_as(
        "SELECT receipts.id, gtin, quantity, minor_units FROM receipts
         JOIN receipt_lines ON receipt_lines.store_id = receipts.store_id
            AND receipt_lines.receipt_number = receipts.number
         WHERE receipts.member_id = $1 ORDER BY receipts.id, line",
    );
    let rows: Vec<(i64, i64, i64, i64)> = rows.bind(member_id).fetch_all(connection).await?;
    let mut lines = HashMap::<i64, Vec<SoldItem>>::new();
    for (receipt_id, gtin, quantity, minor_units) in rows {
        let (gtin, quantity) = (gtin_of(gtin)?.to_string(), u32::try_from(quantity)?);
        lines.entry(receipt_id).or_default().push(SoldItem { gtin, quantity, minor_units: Some(minor_units) });
    }
    Ok(lines)
}

/// The place of no line: a return that names none is marked by it.
const UNNAMED: i64 = 0;

/// Whether a till took something of a receipt back without saying which line.
pub(crate) async fn is_unsure(connection: &mut AnyConnection, store_id: i64, receipt_number: &str) -> Result<bool> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(*) FROM receipt_returns JOIN receipts ON receipts.id = receipt_returns.receipt_id
         WHERE receipts.store_id = $1 AND receipts.number = $2 AND NOT EXISTS (
            SELECT 1 FROM receipt_line_returns AS named
            WHERE named.store_id = receipt_returns.store_id AND named.return_number = receipt_returns.number
                AND named.receipt_number = receipts.number AND named.line <> 0)",
    );
    let count: i64 = count.bind(store_id).bind(receipt_number).fetch_one(&mut *connection).await?;
    // A receipt without a buyer is no row of the receipts.
    let unnamed = sqlx::query_scalar(
        "SELECT COUNT(*) FROM receipt_line_returns WHERE store_id = $1 AND receipt_number = $2 AND line = 0",
    );
    let unnamed: i64 = unnamed.bind(store_id).bind(receipt_number).fetch_one(connection).await?;
    Ok(count + unnamed > 0)
}

/// What of a receipt was put right without the goods, or waits for a second person, in minor units.
pub(super) async fn put_right_minor_units(
    connection: &mut AnyConnection,
    store_id: i64,
    receipt_number: &str,
) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(minor_units), 0) AS BIGINT) FROM apologies
         WHERE store_id = $1 AND receipt_number = $2 AND state IN ('waits', 'given')",
    );
    Ok(sum.bind(store_id).bind(receipt_number).fetch_one(connection).await?)
}

/// The lines of a return, checked; each once.
pub(super) fn check_returned(items: &[ReturnedItem]) -> Result<(), ApiError> {
    let wrong = |message: String| Err(ApiError::new(ErrorCode::InvalidRequest, message));
    if items.len() > MOST_SOLD_ITEMS {
        return wrong(format!("the items are more than {MOST_SOLD_ITEMS}"));
    }
    for (place, item) in items.iter().enumerate() {
        if !(1..=MOST_SOLD_ITEMS).contains(&(item.line as usize)) || !(1..=MOST_PIECES).contains(&item.quantity) {
            return wrong(format!("the line of an item is not 1 to {MOST_SOLD_ITEMS}, or its quantity out of range"));
        }
        if items[..place].iter().any(|other| other.line == item.line) {
            return wrong("an item has the line of another".into());
        }
    }
    Ok(())
}

/// Marks the lines of a return, so that they are not put right as well; those of the same return again are marked once.
/// A return that names none is marked too: the receipt is left to the tills from then on.
///
/// # Errors
/// Where less of a line is left, or it is not said which lines come back of a receipt of which something was put right.
pub(super) async fn take_back(
    connection: &mut AnyConnection,
    write: &Write,
    receipt_number: &str,
    said: &ReturnRequest,
) -> Result<()> {
    let refused = |why: String| ApiError::new(ErrorCode::ReturnRefused, why);
    let before = sqlx::query_as(
        "SELECT receipt_number, line, quantity FROM receipt_line_returns
         WHERE store_id = $1 AND return_number = $2 ORDER BY line",
    );
    let before: Vec<(String, i64, i64)> =
        before.bind(write.store_id).bind(&said.return_number).fetch_all(&mut *connection).await?;
    if !before.is_empty() {
        let mut items: Vec<(i64, i64)> =
            said.items.iter().map(|item| (item.line.into(), item.quantity.into())).collect();
        if items.is_empty() {
            items.push((UNNAMED, 0));
        }
        items.sort_unstable();
        let same = items.into_iter().map(|(line, quantity)| (receipt_number.to_owned(), line, quantity));
        let other = || ApiError::new(ErrorCode::ReceiptKnown, "a return of this number was posted, which is another");
        return Ok(same.eq(before).then_some(()).ok_or_else(other)?);
    }
    if said.items.is_empty() {
        if put_right_minor_units(connection, write.store_id, receipt_number).await? > 0 {
            let why = "something of the receipt was put right without the goods: the items are to say what comes back";
            return Err(refused(why.into()).into());
        }
        if has_lines(connection, write.store_id, receipt_number).await? {
            mark(connection, write, (&said.return_number, receipt_number), &[(UNNAMED, 0)]).await?;
        }
        return Ok(());
    }
    let lines = of_receipt(connection, write.store_id, receipt_number).await?;
    for item in &said.items {
        let left = match lines.iter().find(|line| line.line == i64::from(item.line)) {
            Some(line) => line.quantity - line.came_back - line.put_right,
            // Nobody knows how many there were any more.
            None if is_put_right(connection, write.store_id, receipt_number, item.line).await? => 0,
            None => continue,
        };
        if i64::from(item.quantity) > left {
            let why = format!(
                "line {} has {} left: what is missing came back, or was put right without the goods",
                item.line,
                left.max(0)
            );
            return Err(refused(why).into());
        }
    }
    let items: Vec<(i64, i64)> = said.items.iter().map(|item| (item.line.into(), item.quantity.into())).collect();
    mark(connection, write, (&said.return_number, receipt_number), &items).await
}

/// Keeps what came back of a receipt: lines, and how many of each.
async fn mark(
    connection: &mut AnyConnection,
    write: &Write,
    (return_number, receipt_number): (&str, &str),
    items: &[(i64, i64)],
) -> Result<()> {
    let insert = format!(
        "INSERT INTO receipt_line_returns (store_id, return_number, receipt_number, line, quantity, taken_ms) VALUES {}",
        places_of_rows(items.len(), 6)
    );
    let mut insert = sqlx::query(AssertSqlSafe(insert));
    for (line, quantity) in items {
        insert = insert.bind(write.store_id).bind(return_number).bind(receipt_number);
        insert = insert.bind(line).bind(quantity).bind(write.taken_ms);
    }
    insert.execute(connection).await?;
    Ok(())
}

/// Whether something of a line was put right without the goods, also where the line itself is forgotten.
async fn is_put_right(connection: &mut AnyConnection, store_id: i64, receipt_number: &str, line: u32) -> Result<bool> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(*) FROM apologies
         WHERE store_id = $1 AND receipt_number = $2 AND receipt_line = $3 AND state IN ('waits', 'given')",
    );
    let count: i64 = count.bind(store_id).bind(receipt_number).bind(i64::from(line)).fetch_one(connection).await?;
    Ok(count > 0)
}

/// Forgets the lines that were sold, and came back, before a time.
pub(crate) async fn forget_old(pool: &AnyPool, before_ms: i64) -> Result<()> {
    for forget in
        ["DELETE FROM receipt_lines WHERE sold_ms <= $1", "DELETE FROM receipt_line_returns WHERE taken_ms <= $1"]
    {
        sqlx::query(forget).bind(before_ms).execute(pool).await?;
    }
    Ok(())
}
