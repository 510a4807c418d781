//! Events as rows of the database.

use anyhow::Result;
use polka_contract::WebhookEvent;
use sqlx::{AnyConnection, AnyPool, FromRow};

/// The number of the next event, for whoever writes. It is no smaller than the time: whoever goes back to an older copy
/// of the database must not give the number of an event that was sent to another.
pub(super) async fn next_id(connection: &mut AnyConnection, now_ms: i64) -> Result<i64> {
    let last = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM webhook_events");
    let last: i64 = last.fetch_one(connection).await?;
    Ok(now_ms.max(last + 1))
}

/// Adds an event, unless one tells of the same.
pub(super) async fn add(
    connection: &mut AnyConnection,
    store_id: i64,
    about: &str,
    event: &WebhookEvent,
    now_ms: i64,
) -> Result<()> {
    let add = sqlx::query(
        "INSERT INTO webhook_events (id, store_id, kind, about, body, made_ms, tries, next_ms)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $6) ON CONFLICT (about) DO NOTHING",
    );
    let add = add.bind(event.event_id).bind(store_id).bind(event.told.kind()).bind(about);
    add.bind(serde_json::to_string(event)?).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// An event that was not taken yet.
#[derive(FromRow)]
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) body: String,
    pub(super) made_ms: i64,
    pub(super) tries: i64,
    pub(super) next_ms: i64,
}

/// The first event of a store that was not taken, of those since a moment.
pub(super) async fn first_waiting(pool: &AnyPool, store_id: i64, since_ms: i64) -> Result<Option<Waiting>> {
    let first = sqlx::query_as(
        "SELECT id, body, made_ms, tries, next_ms FROM webhook_events
         WHERE store_id = $1 AND sent_ms IS NULL AND made_ms > $2 ORDER BY id LIMIT 1",
    );
    Ok(first.bind(store_id).bind(since_ms).fetch_optional(pool).await?)
}

/// Takes an event for a try that has ended at a certain time; tells whether nobody else has.
pub(super) async fn begin_try(pool: &AnyPool, event: &Waiting, ended_ms: i64) -> Result<bool> {
    let begin = sqlx::query(
        "UPDATE webhook_events SET tries = tries + 1, next_ms = $3 WHERE id = $1 AND tries = $2 AND sent_ms IS NULL",
    );
    let begin = begin.bind(event.id).bind(event.tries).bind(ended_ms);
    Ok(begin.execute(pool).await?.rows_affected() == 1)
}

/// Notes that an event was taken.
pub(super) async fn end(pool: &AnyPool, id: i64, now_ms: i64) -> Result<()> {
    let end = sqlx::query("UPDATE webhook_events SET sent_ms = $2 WHERE id = $1 AND sent_ms IS NULL");
    end.bind(id).bind(now_ms).execute(pool).await?;
    Ok(())
}

/// Notes that an event was not taken, unless it is another try by now.
pub(super) async fn put_off(pool: &AnyPool, id: i64, tries: i64, next_ms: i64) -> Result<()> {
    let put_off =
        sqlx::query("UPDATE webhook_events SET next_ms = $3 WHERE id = $1 AND tries = $2 AND sent_ms IS NULL");
    put_off.bind(id).bind(tries).bind(next_ms).execute(pool).await?;
    Ok(())
}

/// So many events of a store after one, as they are sent, the oldest first.
pub(super) async fn after(pool: &AnyPool, store_id: i64, id: i64, most: i64) -> Result<Vec<WebhookEvent>> {
    let after =
        sqlx::query_scalar("SELECT body FROM webhook_events WHERE store_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    let bodies: Vec<String> = after.bind(store_id).bind(id).bind(most).fetch_all(pool).await?;
    bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
}
