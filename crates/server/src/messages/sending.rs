//! The tasks that give messages to their carriers: one for each channel, so that a carrier that is down keeps
//! nobody waiting but its own.
//!
//! That a message is being sent is on the disk before the carrier hears of it, and what came of it after. Who finds
//! a message that is being sent longer than a try may take knows that its sender has ended, and that the carrier
//! may have it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use polka_contract::{MessageChannel, paths};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::carrier::{Letter, Outcome};
use super::rows::{self, Due};
use super::state::{Next, State, Tried};
use super::{Messages, Sealed, sealed_as};
use crate::database;

/// So many messages of a channel are on their way at once.
fn at_once(channel: MessageChannel) -> usize {
    match channel {
        MessageChannel::Sms | MessageChannel::Email => 8,
        // A printer that gets two texts at once may mix them.
        MessageChannel::Print => 1,
    }
}

/// How often it is asked whether there is something to send.
const PAUSE: Duration = Duration::from_secs(1);
/// After its longest try, a sender has so long to note what came of it.
const SPARE_MS: i64 = 30_000;
/// Time for what is on its way when the server stops; the rest is in doubt when it starts again.
const STOP_TIME: Duration = Duration::from_secs(10);

/// A message on its way.
struct OnItsWay {
    id: i64,
    tried: Tried,
    letter: Letter,
}

/// The tasks that send, until they are stopped.
pub(crate) struct Sending {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Sending {
    /// Starts to send.
    pub(crate) fn start(messages: &Arc<Messages>) -> Self {
        messages.warn();
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for channel in MessageChannel::ALL {
            tasks.spawn(run(Arc::clone(messages), channel, stopped.clone()));
        }
        Self { stop, tasks }
    }

    /// Begins nothing new, and waits for what is on its way.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(STOP_TIME, all).await.is_err() {
            tracing::warn!("some messages were on their way when the server stopped");
        }
    }
}

async fn run(messages: Arc<Messages>, channel: MessageChannel, mut stopped: watch::Receiver<bool>) {
    let mut on_their_way = JoinSet::new();
    while !*stopped.borrow() {
        match messages.take(channel, at_once(channel) - on_their_way.len()).await {
            Ok(taken) => {
                for one in taken {
                    on_their_way.spawn(Arc::clone(&messages).send(one));
                }
            }
            Err(error) => tracing::error!(cause = format!("{error:#}"), "messages were not sent"),
        }
        tokio::select! {
            _ = stopped.changed() => {}
            Some(_) = on_their_way.join_next() => {}
            () = sleep(PAUSE) => {}
        }
    }
    while on_their_way.join_next().await.is_some() {}
}

impl Messages {
    /// Sends what is due now, one after the other, and gives how many were tried.
    ///
    /// # Errors
    /// Where the database cannot be read or written.
    pub async fn send_due(self: &Arc<Self>) -> Result<usize> {
        let mut tried = 0;
        for channel in MessageChannel::ALL {
            loop {
                let taken = self.take(channel, at_once(channel)).await?;
                if taken.is_empty() {
                    break;
                }
                for one in taken {
                    Arc::clone(self).send(one).await;
                    tried += 1;
                }
            }
        }
        Ok(tried)
    }

    /// The longest that a try takes.
    fn try_time(&self, channel: MessageChannel) -> Duration {
        match (channel, &self.carriers.print) {
            (MessageChannel::Print, Some(command)) => command.longest(),
            (MessageChannel::Sms | MessageChannel::Print, _) => Duration::from_secs(30),
            // A mail server looks for spam and viruses before it answers. RFC 5321 (4.5.3.2.6) gives it ten minutes,
            // but somebody may wait for this mail.
            (MessageChannel::Email, _) => Duration::from_secs(120),
        }
    }

    /// Takes at most so many messages whose time has come, and notes that they are being sent.
    async fn take(&self, channel: MessageChannel, most: usize) -> Result<Vec<OnItsWay>> {
        self.look_whether_shown().await?;
        let (now_ms, most) = (self.clock.now_ms(), i64::try_from(most)?);
        let mut connection = self.pool.acquire().await?;
        // Mostly there is nothing, and nobody who writes need be kept waiting for that.
        if most == 0 || rows::due(&mut connection, self.store.id, channel, now_ms, 1).await?.is_empty() {
            return Ok(Vec::new());
        }
        let ended_ms = now_ms + i64::try_from(self.try_time(channel).as_millis())? + SPARE_MS;
        let mut transaction = database::begin_write(&mut connection).await?;
        let mut taken = Vec::new();
        for due in rows::due(&mut transaction, self.store.id, channel, now_ms, most).await? {
            match self.letter(&due, channel, now_ms) {
                Ok(letter) => {
                    rows::begin_try(&mut transaction, due.id, now_ms, ended_ms).await?;
                    taken.push(OnItsWay { id: due.id, tried: tried(&due, channel, due.tries + 1), letter });
                }
                Err(next) => {
                    tell(due.id, &due.kind, &next);
                    rows::end_try(&mut transaction, due.id, due.tries, &next).await?;
                }
            }
        }
        transaction.commit().await?;
        Ok(taken)
    }

    /// What a carrier is to be given, or what becomes of the message without it.
    fn letter(&self, due: &Due, channel: MessageChannel, now_ms: i64) -> Result<Letter, Next> {
        let tried = tried(due, channel, due.tries);
        if due.state == State::Sending.code() {
            return Err(tried.next(Outcome::InDoubt("the server ended while it sent the message".into()), now_ms));
        }
        if due.expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms) {
            return Err(Next { state: State::Expired, reason: due.reason.clone(), due_ms: now_ms, doubts: due.doubts });
        }
        let sealed = due.sealed.as_deref().unwrap_or_default();
        let opened = self.secrets.open_personal(&sealed_as(&due.message_key), sealed);
        let opened = opened.and_then(|opened| Ok(serde_json::from_slice::<Sealed>(&opened)?));
        let Sealed { to, subject, text } = opened.map_err(|error| {
            tracing::error!(id = due.id, cause = format!("{error:#}"), "a message cannot be opened");
            tried.next(Outcome::Refused("the message cannot be opened: its secret is not here".into()), now_ms)
        })?;
        let report = paths::MESSAGE_DELIVERY.replace("{message_id}", &due.id.to_string());
        Ok(Letter {
            kind: due.kind.clone(),
            channel,
            to,
            subject,
            text,
            key: self.secrets.digest("message", &[due.message_key.as_bytes()]),
            report: format!("{report}?key={}", self.report_key(due.id, &due.message_key)),
        })
    }

    /// By which a gateway proves that it was given this message.
    pub(super) fn report_key(&self, id: i64, message_key: &str) -> String {
        self.secrets.digest("message delivery", &[&id.to_be_bytes(), message_key.as_bytes()])
    }

    /// Tries to send a message, and notes what came of it.
    async fn send(self: Arc<Self>, OnItsWay { id, tried, letter }: OnItsWay) {
        let outcome = match self.carrier(letter.channel) {
            Some(carrier) => timeout(self.try_time(letter.channel), carrier.send(&letter, self.clock.now_ms()))
                .await
                .unwrap_or_else(|_| Outcome::InDoubt("the carrier did not answer in time".into())),
            None => Outcome::NotTaken("nobody carries such messages".into()),
        };
        self.counters.count(letter.channel, &outcome);
        let next = tried.next(outcome, self.clock.now_ms());
        tell(id, &letter.kind, &next);
        if let Err(error) = self.end(id, tried.tries, &next).await {
            // In a while it is found as one that is being sent, and nobody knows whether it was taken.
            tracing::error!(id, cause = format!("{error:#}"), "what became of a message was not noted");
        }
    }

    async fn end(&self, id: i64, tries: i64, next: &Next) -> Result<()> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = database::begin_write(&mut connection).await?;
        rows::end_try(&mut transaction, id, tries, next).await?;
        Ok(transaction.commit().await?)
    }
}

/// What is known of a message, when it was tried so often.
fn tried(due: &Due, channel: MessageChannel, tries: i64) -> Tried {
    let Due { queued_ms, expires_ms, doubts, .. } = *due;
    Tried { channel, queued_ms, expires_ms, tries, doubts }
}

/// A line of the log: what became of a message, and nothing of what it says.
fn tell(id: i64, kind: &str, Next { state, reason, .. }: &Next) {
    let (state, reason) = (state.code(), reason.as_deref().unwrap_or_default());
    match state {
        "sent" => tracing::info!(id, kind, "a message was sent"),
        _ => tracing::warn!(id, kind, state, reason, "a message was not sent"),
    }
}
