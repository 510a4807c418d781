//! The keys of the digests by which phone numbers are found, and how another comes into use while servers serve.
//!
//! Which key is in use stands in the database, and is read in each transaction that looks for a number. All that write
//! do so one after the other, so a number is added by one key at a time, and was looked for by the one before as well:
//! it is never there twice. A server that does not have the key does nothing with numbers until it has.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use polka_domain::Phone;
use sqlx::{AnyConnection, AnyPool};

use super::members::PHONE;
use crate::clock::DAY_MS;
use crate::database;
use crate::secrets::Secrets;
use crate::staff::phone;

/// The key of a database in which none was changed.
const FIRST: i64 = 0;
/// So many members in one transaction: a till that waits for it does so for a moment.
const PIECE: i64 = 1000;
/// Codes count for a day, by number; they are looked for by two keys.
const CODES_COUNT_MS: i64 = DAY_MS;

/// By what a number is found.
pub(crate) struct PhoneDigests {
    /// By the key in use.
    pub(crate) current: String,
    /// By the one before; the same where there is none.
    pub(crate) earlier: String,
}

/// The keys by which numbers are found now: when each was made, and when it was finished; the newest first.
pub(crate) struct KeysInUse(Vec<(i64, Option<i64>)>);

impl KeysInUse {
    /// Those of the transaction that looks for numbers.
    pub(crate) async fn read(connection: &mut AnyConnection) -> Result<Self> {
        let keys = sqlx::query_as("SELECT made_ms, finished_ms FROM phone_keys ORDER BY made_ms DESC LIMIT 2");
        Ok(Self(keys.fetch_all(connection).await?))
    }

    /// By what a number is found.
    pub(crate) fn digests(&self, secrets: &Secrets, phone: Phone) -> Result<PhoneDigests> {
        let digest = |made_ms: i64| digest(secrets, made_ms, &phone.e164());
        let Some(((made_ms, finished_ms), before)) = self.0.split_first() else {
            let current = digest(FIRST)?;
            return Ok(PhoneDigests { earlier: current.clone(), current });
        };
        let current = digest(*made_ms)?;
        let earlier = match digest(before.first().map_or(FIRST, |(made_ms, _)| *made_ms)) {
            // Nobody is found by it any more, so it may be gone.
            Err(_) if finished_ms.is_some() => current.clone(),
            earlier => earlier?,
        };
        Ok(PhoneDigests { current, earlier })
    }
}

/// By what a number is found now, in the transaction that looks for it.
pub(crate) async fn digests(connection: &mut AnyConnection, secrets: &Secrets, phone: Phone) -> Result<PhoneDigests> {
    KeysInUse::read(connection).await?.digests(secrets, phone)
}

fn digest(secrets: &Secrets, made_ms: i64, e164: &str) -> Result<String> {
    match made_ms {
        FIRST => Ok(secrets.digest(PHONE, &[e164.as_bytes()])),
        _ => secrets.phone_digest(made_ms, e164),
    }
}

async fn newest(connection: &mut AnyConnection) -> Result<Option<(i64, Option<i64>)>> {
    let newest = sqlx::query_as("SELECT made_ms, finished_ms FROM phone_keys ORDER BY made_ms DESC LIMIT 1");
    Ok(newest.fetch_optional(connection).await?)
}

/// Makes a key that is not in use yet, and gives the name of its file.
///
/// # Errors
/// Where the last one is not finished.
pub(crate) async fn prepare(connection: &mut AnyConnection, secrets: &Secrets, now_ms: i64) -> Result<String> {
    let last_ms = match newest(connection).await? {
        Some((_, None)) => bail!("numbers are being given another key already: polka member rekey goes on with it"),
        Some((made_ms, _)) => made_ms,
        None => FIRST,
    };
    Ok(Secrets::phone_key_file(secrets.phone_key_after(last_ms, now_ms)?))
}

/// Takes a key into use by which all members are to be found: that which was prepared, or else a new one; or goes on
/// with the one that is not finished.
///
/// # Errors
/// Where the last change is of less than a day ago.
pub(crate) async fn begin(connection: &mut AnyConnection, secrets: &Secrets, now_ms: i64) -> Result<i64> {
    let mut transaction = database::begin_write(connection).await?;
    let last_ms = match newest(&mut transaction).await? {
        Some((made_ms, None)) => return Ok(made_ms),
        Some((_, Some(finished_ms))) if now_ms < finished_ms.saturating_add(CODES_COUNT_MS) => {
            bail!("the key was changed within the last day; codes that were sent before still count by the old one")
        }
        Some((made_ms, _)) => made_ms,
        None => FIRST,
    };
    let made_ms = secrets.phone_key_after(last_ms, now_ms)?;
    let begin = sqlx::query("INSERT INTO phone_keys (made_ms, done_member_id, finished_ms) VALUES ($1, 0, NULL)");
    begin.bind(made_ms).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(made_ms)
}

/// Has all members, and the staff, found by a key that is in use, and their numbers sealed anew; gives how many members it changed. Where it
/// is stopped it goes on from there.
///
/// # Errors
/// Where a number cannot be opened.
pub(crate) async fn finish(
    pool: &AnyPool,
    secrets: &Secrets,
    made_ms: i64,
    now_ms: impl Fn() -> i64,
    done: impl Fn(u64),
) -> Result<u64> {
    // Whoever is given a number meanwhile is found by the key in use.
    let mut done_staff_id = 0;
    while let Some(id) = staff_piece(&mut *pool.acquire().await?, secrets, made_ms, done_staff_id).await? {
        done_staff_id = id;
    }
    let mut changed = 0;
    loop {
        let began = Instant::now();
        let piece = piece(&mut *pool.acquire().await?, secrets, made_ms, now_ms()).await?;
        if piece == 0 {
            return Ok(changed);
        }
        changed += piece;
        done(changed);
        // Whoever waits for it writes in between.
        tokio::time::sleep(began.elapsed().min(Duration::from_secs(1))).await;
    }
}

/// Changes the staff's numbers after one; gives the last of those.
async fn staff_piece(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    made_ms: i64,
    done_staff_id: i64,
) -> Result<Option<i64>> {
    let mut transaction = database::begin_write(connection).await?;
    let sealed = phone::sealed_after(&mut transaction, done_staff_id, PIECE).await?;
    for (id, sealed) in &sealed {
        let e164 = open(secrets, sealed).with_context(|| format!("the number of the staff {id} cannot be opened"))?;
        let (digest, sealed) = (digest(secrets, made_ms, &e164)?, secrets.seal_personal(PHONE, e164.as_bytes())?);
        phone::note(&mut transaction, *id, Some(digest), Some(&sealed)).await?;
    }
    transaction.commit().await?;
    Ok(sealed.last().map(|(id, _)| *id))
}

fn open(secrets: &Secrets, sealed: &str) -> Result<String> {
    Ok(String::from_utf8(secrets.open_personal(PHONE, sealed)?)?)
}

async fn piece(connection: &mut AnyConnection, secrets: &Secrets, made_ms: i64, now_ms: i64) -> Result<u64> {
    let mut transaction = database::begin_write(connection).await?;
    let done: i64 = sqlx::query_scalar("SELECT done_member_id FROM phone_keys WHERE made_ms = $1")
        .bind(made_ms)
        .fetch_one(&mut *transaction)
        .await?;
    let members: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, phone FROM members WHERE id > $1 AND phone IS NOT NULL ORDER BY id LIMIT $2")
            .bind(done)
            .bind(PIECE)
            .fetch_all(&mut *transaction)
            .await?;
    for (id, sealed) in &members {
        let e164 = open(secrets, sealed).with_context(|| format!("the number of the member {id} cannot be opened"))?;
        let change = sqlx::query("UPDATE members SET phone_digest = $2, phone = $3 WHERE id = $1");
        let change = change.bind(id).bind(digest(secrets, made_ms, &e164)?);
        let change = change.bind(secrets.seal_personal(PHONE, e164.as_bytes())?).execute(&mut *transaction).await;
        change.with_context(|| format!("the member {id} was not changed"))?;
    }
    match members.last() {
        Some((id, _)) => {
            let done = sqlx::query("UPDATE phone_keys SET done_member_id = $2 WHERE made_ms = $1");
            done.bind(made_ms).bind(id).execute(&mut *transaction).await?;
        }
        None => {
            let finished =
                sqlx::query("UPDATE phone_keys SET finished_ms = COALESCE(finished_ms, $2) WHERE made_ms = $1");
            finished.bind(made_ms).bind(now_ms).execute(&mut *transaction).await?;
        }
    }
    transaction.commit().await?;
    Ok(members.len() as u64)
}
