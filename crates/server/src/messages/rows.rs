//! What the database holds of messages.

use anyhow::{Context, Result};
use polka_contract::MessageChannel;
use sqlx::AnyConnection;

use super::Message;
use super::state::{Next, State};

/// A message whose time has come.
#[derive(sqlx::FromRow)]
pub(super) struct Due {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) message_key: String,
    pub(super) sealed: Option<String>,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    pub(super) queued_ms: i64,
    pub(super) expires_ms: Option<i64>,
    pub(super) tries: i64,
    pub(super) doubts: i64,
}

/// Adds a message, unless one has its key; gives the number of the one that has.
pub(super) async fn add(connection: &mut AnyConnection, message: &Message, sealed: &str, now_ms: i64) -> Result<i64> {
    // `WHERE TRUE`: without it SQLite takes `ON` for that of a join.
    let added: Option<i64> = sqlx::query_scalar(
        "INSERT INTO messages (id, store_id, kind, message_key, channel, sealed, state, queued_ms, expires_ms, due_ms,
             tries, doubts)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, 'waiting', $6, $7, $6, 0, 0 FROM messages WHERE TRUE
         ON CONFLICT (message_key) DO NOTHING RETURNING id",
    )
    .bind(message.store_id)
    .bind(message.kind)
    .bind(&message.key)
    .bind(message.to.channel().code())
    .bind(sealed)
    .bind(now_ms)
    .bind(message.expires_ms)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(added) = added {
        return Ok(added);
    }
    let known = sqlx::query_scalar("SELECT id FROM messages WHERE message_key = $1").bind(&message.key);
    Ok(known.fetch_one(&mut *connection).await?)
}

/// The messages of a store and channel whose time has come, the longest due first.
pub(super) async fn due(
    connection: &mut AnyConnection,
    store_id: i64,
    channel: MessageChannel,
    now_ms: i64,
    most: i64,
) -> Result<Vec<Due>> {
    let due = sqlx::query_as(
        "SELECT id, kind, message_key, sealed, state, reason, queued_ms, expires_ms, tries, doubts FROM messages
         WHERE store_id = $1 AND channel = $2 AND state IN ('waiting', 'sending') AND due_ms <= $3
         ORDER BY due_ms, id LIMIT $4",
    );
    Ok(due.bind(store_id).bind(channel.code()).bind(now_ms).bind(most).fetch_all(connection).await?)
}

/// Notes that a message is being sent, by someone who has ended at a certain time.
pub(super) async fn begin_try(connection: &mut AnyConnection, id: i64, now_ms: i64, ended_ms: i64) -> Result<()> {
    let begin = sqlx::query(
        "UPDATE messages SET state = 'sending', tries = tries + 1, tried_ms = $2, due_ms = $3 WHERE id = $1",
    );
    begin.bind(id).bind(now_ms).bind(ended_ms).execute(connection).await?;
    Ok(())
}

/// Notes what came of a try, unless a gateway has reported meanwhile, or it is another try by now. What the message
/// says stays while it waits alone.
pub(super) async fn end_try(connection: &mut AnyConnection, id: i64, tries: i64, next: &Next) -> Result<()> {
    let end = sqlx::query(
        "UPDATE messages SET state = $3, reason = $4, due_ms = $5, doubts = $6,
             sealed = CASE WHEN $3 = 'waiting' THEN sealed END
         WHERE id = $1 AND tries = $2 AND state IN ('waiting', 'sending')",
    );
    let end = end.bind(id).bind(tries).bind(next.state.code()).bind(next.reason.as_deref());
    end.bind(next.due_ms).bind(next.doubts).execute(connection).await?;
    Ok(())
}

/// A message's key and where it stands.
pub(super) async fn find(connection: &mut AnyConnection, store_id: i64, id: i64) -> Result<Option<(String, State)>> {
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT message_key, state FROM messages WHERE store_id = $1 AND id = $2")
            .bind(store_id)
            .bind(id)
            .fetch_optional(connection)
            .await?;
    let Some((key, state)) = found else { return Ok(None) };
    Ok(Some((key, State::from_code(&state).context("a state of a later version")?)))
}

/// Where the message with a key stands.
pub(super) async fn state_of(connection: &mut AnyConnection, store_id: i64, key: &str) -> Result<Option<State>> {
    let state = sqlx::query_scalar("SELECT state FROM messages WHERE store_id = $1 AND message_key = $2");
    let state: Option<String> = state.bind(store_id).bind(key).fetch_optional(connection).await?;
    state.map(|state| State::from_code(&state).context("a state of a later version")).transpose()
}

/// Notes what a gateway has reported.
pub(super) async fn report(connection: &mut AnyConnection, id: i64, state: State) -> Result<()> {
    let report = sqlx::query("UPDATE messages SET state = $2, sealed = NULL WHERE id = $1");
    report.bind(id).bind(state.code()).execute(connection).await?;
    Ok(())
}

/// So many messages of a channel were queued since a moment.
pub(super) async fn queued_since(
    connection: &mut AnyConnection,
    store_id: i64,
    channel: MessageChannel,
    since_ms: i64,
) -> Result<u64> {
    let count =
        sqlx::query_scalar("SELECT COUNT(*) FROM messages WHERE store_id = $1 AND channel = $2 AND queued_ms >= $3");
    let count: i64 = count.bind(store_id).bind(channel.code()).bind(since_ms).fetch_one(connection).await?;
    Ok(count.try_into()?)
}

/// How many messages of a channel wait, and since when the oldest does.
pub(super) async fn waiting(
    connection: &mut AnyConnection,
    store_id: i64,
    channel: MessageChannel,
) -> Result<(u64, Option<i64>)> {
    let (count, oldest_ms): (i64, Option<i64>) = sqlx::query_as(
        "SELECT COUNT(*), MIN(queued_ms) FROM messages
         WHERE store_id = $1 AND channel = $2 AND state IN ('waiting', 'sending')",
    )
    .bind(store_id)
    .bind(channel.code())
    .fetch_one(connection)
    .await?;
    Ok((count.try_into()?, oldest_ms))
}

/// Why a message of a channel was not taken, the last time since a moment that one was not, and when that was.
pub(super) async fn last_fault(
    connection: &mut AnyConnection,
    store_id: i64,
    channel: MessageChannel,
    since_ms: i64,
) -> Result<Option<(String, i64)>> {
    let fault = sqlx::query_as(
        "SELECT reason, tried_ms FROM messages
         WHERE store_id = $1 AND channel = $2 AND reason IS NOT NULL AND tried_ms >= $3
         ORDER BY tried_ms DESC, id DESC LIMIT 1",
    );
    let fault = fault.bind(store_id).bind(channel.code()).bind(since_ms).fetch_optional(connection).await?;
    Ok(fault)
}
