//! Another system, such as the till's, is told what happens in the store: signed, again until it has taken it, and in
//! order.
//!
//! An event is a row that is added in the transaction of what it tells (`rows.rs`), whether anybody is to be told or
//! not. `sending.rs` sends what waits; `requests.rs` lets a till read again what it has missed. What a receiver makes
//! of an event is not known here, and no event has anything of a person in it.

pub(crate) mod requests;
mod rows;
mod sending;

use anyhow::{Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Uri;
use polka_contract::{WebhookEvent, WebhookTold};
use sqlx::AnyConnection;

use crate::http_client::{Client, client_for};
use crate::store::Store;

pub(crate) use sending::keep_up;
pub use sending::send_next;

/// As many characters of a secret nobody guesses who has what it has signed.
const SHORTEST_SECRET: usize = 32;

/// Who is told.
pub struct Webhook {
    uri: Uri,
    /// By which a receiver knows that this server tells it.
    secret: String,
    client: Client<Full<Bytes>>,
}

impl Webhook {
    /// Who listens at an address, and shares a secret with this server.
    ///
    /// # Errors
    /// Where it is no such address, or the secret is short. What is told holds nothing of either.
    pub fn new(url: &str, secret: &str) -> Result<Self> {
        let (uri, client) = client_for("webhook-url", url)?;
        if secret.chars().count() < SHORTEST_SECRET {
            bail!("webhook-secret must have at least {SHORTEST_SECRET} characters");
        }
        Ok(Self { uri, secret: secret.to_owned(), client })
    }
}

/// Tells of something inside the transaction in which it happens: once, for `about` names it and nothing else.
pub(crate) async fn tell_once(
    connection: &mut AnyConnection,
    store: &Store,
    about: &str,
    told: WebhookTold,
    now_ms: i64,
) -> Result<()> {
    let event_id = rows::next_id(connection, now_ms).await?;
    let event = WebhookEvent { event_id, told, store: store.name.clone() };
    rows::add(connection, store.id, about, &event, now_ms).await
}
