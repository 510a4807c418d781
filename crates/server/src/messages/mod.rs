//! Messages to people: a code for a phone, a coupon by mail.
//!
//! A slice queues a message in the transaction of what it is about ([`queue`]), so that one is there if and only
//! if the other is. What it says and to whom is sealed in the database, and goes when the message was taken or
//! given up. A task gives messages to their carrier and tries again where that fails (`sending.rs`); what follows
//! from a try is decided in `state.rs`, without a clock. `carrier.rs` is what a carrier is, `sms_url.rs`,
//! `smtp.rs` and `print.rs` are three, `rows.rs` is what the database holds, `requests.rs` what the staff and gateways
//! ask.

mod carrier;
mod measure;
mod print;
pub(crate) mod requests;
mod rows;
mod sending;
mod sms_url;
mod smtp;
mod state;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use polka_contract::{MessageChannel, MessageChannelState, MessagesResponse};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, AnyPool};

use crate::clock::{Clock, DAY_MS};
use crate::demo;
use crate::price_check::current::Current;
use crate::secrets::Secrets;
use crate::store::Store;
use carrier::{Carrier, Shown};
use measure::Counters;

pub(crate) use measure::Measurements;
pub use print::{PrintCommand, PrintSettings};
pub(crate) use sending::Sending;
pub use sms_url::SmsUrl;
pub use smtp::Smtp;
pub(crate) use state::State;

/// Faults are shown for so long.
const FAULTS_SHOWN_MS: i64 = DAY_MS;

/// The words of a text that is put together: `name: text` in each line.
pub(crate) struct Words(pub(crate) &'static str);

impl Words {
    /// Those with a name.
    pub(crate) fn get(&self, name: &str) -> &'static str {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
    }
}

/// What is to be said to somebody.
#[derive(Clone, Debug)]
pub struct Message {
    /// The store that says it; its server sends.
    pub store_id: i64,
    /// To whom, and so by which way.
    pub to: Recipient,
    /// What it is about, a word of the slice: `member_code`. It is kept for ever.
    pub kind: &'static str,
    /// Of a mail; what goes to a phone has none.
    pub subject: String,
    /// What it says, in the language of who reads it.
    pub text: String,
    /// The same key queues once. It is kept for ever and must tell nothing of anybody.
    pub key: String,
    /// After this it would say what no longer holds, in milliseconds since 1970, and is not sent. Whoever waits for
    /// such a message can ask for another: where it is not known whether a phone got it, it is not sent again.
    pub expires_ms: Option<i64>,
}

/// To whom a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// To this phone, as E.164 writes it: `+79161234567`.
    Sms(String),
    /// To this mailbox.
    Email(String),
    /// To the store's printer.
    Print,
}

impl Recipient {
    /// By which way it goes.
    #[must_use]
    pub fn channel(&self) -> MessageChannel {
        match self {
            Self::Sms(_) => MessageChannel::Sms,
            Self::Email(_) => MessageChannel::Email,
            Self::Print => MessageChannel::Print,
        }
    }
}

/// What is sealed of a message.
#[derive(Serialize, Deserialize)]
struct Sealed {
    to: String,
    subject: String,
    text: String,
}

/// Queues a message inside the transaction of what it is about, and gives its number. The same key gives the number
/// of the message that was queued with it first, whatever became of that.
///
/// # Errors
/// Where it cannot be sealed or written.
pub async fn queue(connection: &mut AnyConnection, secrets: &Secrets, message: &Message, now_ms: i64) -> Result<i64> {
    let to = match &message.to {
        Recipient::Sms(to) | Recipient::Email(to) => to.clone(),
        Recipient::Print => String::new(),
    };
    let sealed = Sealed { to, subject: message.subject.clone(), text: message.text.clone() };
    let sealed = secrets.seal_personal(&sealed_as(&message.key), &serde_json::to_vec(&sealed)?)?;
    rows::add(connection, message, &sealed, now_ms).await
}

/// Ends a message that waits to be sent, by its key: it would say what no longer holds. One that is on its way is not
/// tried again.
pub(crate) async fn take_back(connection: &mut AnyConnection, store_id: i64, key: &str, now_ms: i64) -> Result<()> {
    let ended = sqlx::query(
        "UPDATE messages SET state = 'expired', sealed = NULL
         WHERE store_id = $1 AND message_key = $2 AND state = 'waiting'",
    );
    ended.bind(store_id).bind(key).execute(&mut *connection).await?;
    let no_more = sqlx::query(
        "UPDATE messages SET expires_ms = $3 WHERE store_id = $1 AND message_key = $2 AND state = 'sending'",
    );
    no_more.bind(store_id).bind(key).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Where the message with a key stands, if one was queued.
pub(crate) async fn state_of(connection: &mut AnyConnection, store_id: i64, key: &str) -> Result<Option<State>> {
    rows::state_of(connection, store_id, key).await
}

/// What a message is sealed as: nobody can give it the words of another.
fn sealed_as(key: &str) -> String {
    format!("message {key}")
}

/// Who carries messages, and how many.
#[derive(Clone, Default)]
pub struct Carriers {
    /// For SMS.
    pub sms: Option<SmsUrl>,
    /// For mail.
    pub email: Option<Smtp>,
    /// For a printer.
    pub print: Option<PrintCommand>,
    /// Whether messages are shown on the staff's tablets instead of being sent; by default those of the demo are,
    /// where nobody carries any.
    pub are_shown: Option<bool>,
    /// So many SMS may be queued in a day of the store; by default [`SMS_DAILY_LIMIT`].
    pub sms_daily_limit: Option<u32>,
}

impl Carriers {
    /// Whether messages are shown instead of being sent; `None` where the list of products decides.
    fn are_shown(&self) -> Option<bool> {
        let has_any = self.sms.is_some() || self.email.is_some() || self.print.is_some();
        self.are_shown.or(has_any.then_some(false))
    }
}

/// So many SMS a store queues in a day where nothing else is set.
pub const SMS_DAILY_LIMIT: u32 = 500;

/// Why a message may not be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody carries messages of this channel.
    NoCarrier(MessageChannel),
    /// The store has sent as many SMS today as it may.
    DailyLimit,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCarrier(MessageChannel::Sms) => f.write_str("this store sends no SMS"),
            Self::NoCarrier(MessageChannel::Email) => f.write_str("this store sends no mail"),
            Self::NoCarrier(MessageChannel::Print) => f.write_str("this store prints no messages"),
            Self::DailyLimit => f.write_str("this store has sent as many SMS today as it may"),
        }
    }
}

/// The messages of a store, and who carries them.
pub struct Messages {
    pool: AnyPool,
    store: Arc<Store>,
    current: Arc<Current>,
    secrets: Arc<Secrets>,
    clock: Clock,
    carriers: Carriers,
    shown: Shown,
    /// The day on which it was last told that there are too many.
    alarmed_ms: AtomicI64,
    counters: Counters,
}

impl Messages {
    pub(crate) fn new(
        pool: AnyPool,
        store: Arc<Store>,
        current: Arc<Current>,
        secrets: Arc<Secrets>,
        clock: Clock,
        carriers: Carriers,
    ) -> Arc<Self> {
        let (shown, alarmed_ms, counters) = (Shown::default(), AtomicI64::new(i64::MIN), Counters::default());
        Arc::new(Self { pool, store, current, secrets, clock, carriers, shown, alarmed_ms, counters })
    }

    /// The same messages, carried by others.
    pub(crate) fn with(&self, carriers: Carriers) -> Arc<Self> {
        let (store, current, secrets) = (Arc::clone(&self.store), Arc::clone(&self.current), Arc::clone(&self.secrets));
        Self::new(self.pool.clone(), store, current, secrets, self.clock.clone(), carriers)
    }

    /// Whether a message may be queued now, asked in the transaction in which it would be.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn may_queue(
        &self,
        connection: &mut AnyConnection,
        channel: MessageChannel,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>> {
        if self.carrier(channel).is_none() {
            return Ok(Err(Refusal::NoCarrier(channel)));
        }
        if channel != MessageChannel::Sms {
            return Ok(Ok(()));
        }
        let day_ms = day_start_ms(now_ms, &self.store.time_zone)?;
        let queued = rows::queued_since(connection, self.store.id, channel, day_ms).await?;
        if queued < self.sms_daily_limit() {
            return Ok(Ok(()));
        }
        self.counters.over_limit.inc();
        if self.alarmed_ms.swap(day_ms, Ordering::Relaxed) != day_ms {
            tracing::error!(limit = self.sms_daily_limit(), "the store has sent as many SMS today as it may");
        }
        Ok(Err(Refusal::DailyLimit))
    }

    fn sms_daily_limit(&self) -> u64 {
        self.carriers.sms_daily_limit.unwrap_or(SMS_DAILY_LIMIT).into()
    }

    /// Whether messages are shown instead of being sent, as far as the list of products is known.
    fn are_shown(&self) -> bool {
        self.carriers.are_shown().unwrap_or_else(|| demo::is_all(&self.current.known().catalogue))
    }

    /// Looks at the list of products, where that decides it.
    async fn look_whether_shown(&self) -> Result<()> {
        match self.carriers.are_shown() {
            Some(_) => Ok(()),
            None => self.current.snapshot().await.map(drop),
        }
    }

    /// Who carries messages of a channel.
    fn carrier(&self, channel: MessageChannel) -> Option<Carrier<'_>> {
        if self.are_shown() {
            return Some(Carrier::Log(&self.shown));
        }
        match channel {
            MessageChannel::Sms => self.carriers.sms.as_ref().map(Carrier::SmsUrl),
            MessageChannel::Email => self.carriers.email.as_ref().map(Carrier::Smtp),
            MessageChannel::Print => self.carriers.print.as_ref().map(Carrier::Print),
        }
    }

    /// How messages go.
    pub(crate) async fn overview(&self) -> Result<MessagesResponse> {
        self.look_whether_shown().await?;
        let (store_id, now_ms) = (self.store.id, self.clock.now_ms());
        let mut connection = self.pool.acquire().await?;
        let mut channels = Vec::new();
        for channel in MessageChannel::ALL {
            let (waiting, waiting_since_ms) = rows::waiting(&mut connection, store_id, channel).await?;
            let fault = rows::last_fault(&mut connection, store_id, channel, now_ms - FAULTS_SHOWN_MS).await?;
            let (last_error, last_error_ms) = fault.unzip();
            let carrier = self.carrier(channel).map(|carrier| carrier.name().to_owned());
            channels.push(MessageChannelState {
                channel,
                carrier,
                waiting,
                waiting_since_ms,
                last_error,
                last_error_ms,
            });
        }
        let day_ms = day_start_ms(now_ms, &self.store.time_zone)?;
        Ok(MessagesResponse {
            channels,
            sms_today: rows::queued_since(&mut connection, store_id, MessageChannel::Sms, day_ms).await?,
            sms_daily_limit: self.sms_daily_limit(),
            shown: if self.are_shown() { self.shown.all() } else { Vec::new() },
        })
    }

    /// Says in the log what whoever set the server up should know.
    pub(crate) fn warn(&self) {
        let sms = self.carriers.sms.as_ref().is_some_and(SmsUrl::is_readable_by_others);
        if sms || self.carriers.email.as_ref().is_some_and(Smtp::is_readable_by_others) {
            tracing::warn!("messages go to their carrier so that others in the network can read them");
        }
        if self.are_shown() {
            tracing::warn!("messages are not sent: they are shown on the staff's tablets");
        }
    }
}

/// When the day began in which a moment falls, there.
fn day_start_ms(now_ms: i64, time_zone: &str) -> Result<i64> {
    let zone = TimeZone::get(time_zone).context("the store's time zone")?;
    Ok(Timestamp::from_millisecond(now_ms)?.to_zoned(zone).start_of_day()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_the_store() {
        let start = |now: &str, zone: &str| {
            let now_ms = now.parse::<Timestamp>().expect("a moment").as_millisecond();
            Timestamp::from_millisecond(day_start_ms(now_ms, zone).expect("a day")).expect("a moment").to_string()
        };
        assert_eq!(start("2026-03-01T21:30:00Z", "Europe/Moscow"), "2026-03-01T21:00:00Z");
        assert_eq!(start("2026-03-01T20:30:00Z", "Europe/Moscow"), "2026-02-28T21:00:00Z");
        // The clocks go forward at midnight.
        assert_eq!(start("2026-04-24T12:00:00Z", "Africa/Cairo"), "2026-04-23T22:00:00Z");
    }
}
