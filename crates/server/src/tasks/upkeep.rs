//! Whoever answers for a store is told by a message that tasks wait too long.

use std::time::Duration;

use anyhow::Result;

use crate::clock::HOUR_MS;
use crate::database;
use crate::http::Services;
use crate::messages::{self, Message};

const PAUSE: Duration = Duration::from_secs(15);

/// Looks as long as the server lives, in the language of the store.
pub(crate) async fn keep_up(services: Services, language: String) {
    let mut told_in = None;
    loop {
        let hour = services.clock.now_ms() / HOUR_MS;
        if told_in != Some(hour) {
            match tell_late(&services, &language).await {
                Ok(true) => told_in = Some(hour),
                Ok(false) => {}
                Err(error) => tracing::error!(cause = format!("{error:#}"), "nobody was told that tasks wait too long"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks once; gives whether something waits too long and this hour's message was queued or refused.
///
/// # Errors
/// Where the database cannot be read or written.
pub async fn tell_late(services: &Services, language: &str) -> Result<bool> {
    let Some(to) = services.escalation.recipient() else { return Ok(false) };
    let (store, now_ms) = (&services.store, services.clock.now_ms());
    let tasks = services.open_tasks(store.id).await?.tasks;
    let count = tasks.iter().filter(|task| task.open.is_escalated).count();
    if count == 0 {
        return Ok(false);
    }
    let (subject, text) = words(language);
    let fill = |words: &str| words.replace("{store}", &store.name).replace("{count}", &count.to_string());
    let message = Message {
        store_id: store.id,
        kind: "escalation",
        subject: fill(subject),
        text: fill(text),
        key: format!("escalation:{}:{}", store.id, now_ms / HOUR_MS),
        expires_ms: Some(now_ms + HOUR_MS),
        to,
    };
    let mut connection = services.pool.acquire().await?;
    let mut transaction = database::begin_write(&mut connection).await?;
    match services.messages.may_queue(&mut transaction, message.to.channel(), now_ms).await? {
        Ok(()) => drop(messages::queue(&mut transaction, &services.secrets, &message, now_ms).await?),
        Err(refusal) => tracing::warn!(cause = %refusal, "tasks wait too long, and nobody is told by a message"),
    }
    transaction.commit().await?;
    Ok(true)
}

/// Of a mail the subject, and the text.
fn words(language: &str) -> (&'static str, &'static str) {
    let words = match language {
        "en" => include_str!("../../messages/escalation.en.txt"),
        _ => include_str!("../../messages/escalation.ru.txt"),
    };
    words.trim().split_once("\n\n").unwrap_or(("", words))
}
