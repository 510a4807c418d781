//! Sends what waits: one event at a time in their order, each until it was taken or a month has passed.
//!
//! That an event is being sent is on the disk before the receiver hears of it, so several servers of one store do not
//! send at once. Whoever ends meanwhile leaves it to the next: the receiver may get it twice, with the same number.

use std::fmt::Write;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::Request;
use hyper::header::CONTENT_TYPE;
use sha2::Sha256;
use sqlx::AnyPool;
use tokio::time::{sleep, timeout};

use super::Webhook;
use super::rows::{self, Waiting};
use crate::clock::{Clock, DAY_MS, HOUR_MS};

/// How often it is asked whether there is something to send.
const PAUSE: Duration = Duration::from_secs(1);
/// A receiver has so long to take an event.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// After so long whoever has begun a try has noted what came of it, or has ended.
const TRY_MS: i64 = 40_000;
/// The pause after the first try that failed; each after it is twice as long, up to the longest.
const FIRST_PAUSE_MS: i64 = 5000;
const LONGEST_PAUSE_MS: i64 = HOUR_MS;
/// What nobody has taken for so long is sent no more, and can be read still.
const TRIED_FOR_MS: i64 = 30 * DAY_MS;

/// Sends what waits, as long as the server lives.
pub(crate) async fn keep_up(pool: AnyPool, store_id: i64, webhook: Webhook, clock: Clock) {
    loop {
        match send_next(&pool, store_id, &webhook, clock.now_ms()).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(cause = format!("{error:#}"), "events were not sent to the webhook"),
        }
        sleep(PAUSE).await;
    }
}

/// Sends the first event of a store that was not taken, if its time has come; tells whether it was taken now.
///
/// # Errors
/// Where the database cannot be read or written.
pub async fn send_next(pool: &AnyPool, store_id: i64, webhook: &Webhook, now_ms: i64) -> Result<bool> {
    let first = rows::first_waiting(pool, store_id, now_ms - TRIED_FOR_MS).await?;
    // Those after it wait for it, so that they come in order.
    let Some(event) = first.filter(|event| event.next_ms <= now_ms) else { return Ok(false) };
    if !rows::begin_try(pool, &event, now_ms + TRY_MS).await? {
        return Ok(false);
    }
    let sent = timeout(TIME_LIMIT, webhook.send(&event, now_ms / 1000)).await;
    let tries = event.tries + 1;
    match sent.unwrap_or_else(|_| Err("the receiver did not answer in time".to_owned())) {
        Ok(()) => {
            rows::end(pool, event.id, now_ms).await?;
            tracing::info!(event = event.id, tries, "an event was taken by the webhook's receiver");
            Ok(true)
        }
        Err(reason) => {
            let next_ms = now_ms + pause_ms(tries);
            rows::put_off(pool, event.id, tries, next_ms).await?;
            // It is told once that it waits, and once that it waits no more.
            if tries == 1 {
                tracing::warn!(event = event.id, reason, "an event waits until the webhook's receiver takes it");
            } else if next_ms - event.made_ms >= TRIED_FOR_MS {
                tracing::warn!(event = event.id, reason, "an event is sent no more: nobody has taken it for a month");
            }
            Ok(false)
        }
    }
}

impl Webhook {
    /// Gives an event to the receiver.
    ///
    /// # Errors
    /// Why it was not taken, with nothing of the address.
    async fn send(&self, event: &Waiting, now_s: i64) -> Result<(), String> {
        let request = Request::post(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("polka-event", event.id)
            .header("polka-signature", signature(&self.secret, now_s, &event.body))
            .body(Full::new(Bytes::from(event.body.clone())))
            .map_err(|_| "the request cannot be made".to_owned())?;
        match self.client.request(request).await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("the receiver did not take it ({})", response.status().as_u16())),
            Err(error) if error.is_connect() => Err("the receiver cannot be reached".to_owned()),
            Err(_) => Err("the receiver broke off".to_owned()),
        }
    }
}

/// How long an event waits after so many tries.
fn pause_ms(tries: i64) -> i64 {
    // Ten times twice as long is more than the longest.
    (FIRST_PAUSE_MS << (tries - 1).clamp(0, 10)).min(LONGEST_PAUSE_MS)
}

/// By which a receiver knows who sends, and that nothing was changed: `t=1796029200,v1=…`, an HMAC-SHA256 of the time, a
/// dot and the body. The time is in it, so that nobody sends an old one again.
fn signature(secret: &str, now_s: i64, body: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).expect("any length is a key");
    mac.update(format!("{now_s}.{body}").as_bytes());
    let mut signature = format!("t={now_s},v1=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(signature, "{byte:02x}");
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses_s = [1, 2, 3, 4, 10, 11, 12, 700].map(|tries| pause_ms(tries) / 1000);
        assert_eq!(pauses_s, [5, 10, 20, 40, 2560, 3600, 3600, 3600]);
    }

    #[test]
    fn a_signature_is_what_others_compute() {
        // printf '1796029200.{"event_id":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        assert_eq!(
            signature("0123456789abcdef0123456789abcdef", 1_796_029_200, "{\"event_id\":1}"),
            "t=1796029200,v1=b608d5868d2bf34e4bc62106f6d6fc62d36cbe13153aa6aaee13ef89e880ce64"
        );
    }
}
