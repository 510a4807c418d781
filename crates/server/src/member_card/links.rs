//! Links that make a phone a member's own: shown, sent, and opened once.
//!
//! A link holds what finds it and what nobody can guess; of that the database has a digest. Which
//! way it went decides what it shows: an SMS comes to the number alone, a screen is seen by everybody.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use polka_contract::{
    ErrorCode, ErrorResponse, IDEMPOTENCY_KEY, LinkRequest, LinkResponse, LinkWay, MessageChannel, OpenLinkRequest,
    OwnPhoneResponse,
};
use polka_domain::CardNumber;
use sqlx::{AnyConnection, FromRow};

use super::profile;
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::database;
use crate::devices::phone;
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::{in_language, may_send, seconds};
use crate::join_loyalty::{members, shown_card};
use crate::messages::{self, Message, Recipient};
use crate::secrets::{Secrets, plain_digest};
use crate::writes::{Incoming, Outcome, Write, check_key};

/// Who stands before a screen has the phone in the hand.
const ON_SCREEN_MS: i64 = 10 * MINUTE_MS;
const SENT_MS: i64 = 7 * DAY_MS;
/// As for codes: nobody makes money of messages, or annoys somebody with them.
const PER_MEMBER_AND_DAY: i64 = 5;
const PER_DEVICE_AND_HOUR: i64 = 60;
/// 96 bits, which nobody guesses: an SMS has room for no more.
const TOKEN_CHARACTERS: usize = 16;

fn holds_ms(by: LinkWay) -> i64 {
    match by {
        LinkWay::Screen => ON_SCREEN_MS,
        LinkWay::Sms | LinkWay::Email => SENT_MS,
        // Paper is left lying about.
        LinkWay::Print => DAY_MS,
    }
}

/// What nobody can guess of the link that a write makes: the same write gets the same again, and no other ever does,
/// whatever number its link has.
fn token(secrets: &Secrets, write: &Write) -> String {
    let mut token =
        secrets.digest("member-link", &[&write.device_id.to_be_bytes()[..], write.idempotency_key.as_bytes()]);
    token.truncate(TOKEN_CHARACTERS);
    token
}

fn url(public_url: &str, id: i64, token: &str) -> String {
    format!("{public_url}/member-card#{id}.{token}")
}

/// The message with a link: its subject, where it is a mail, and its text.
fn words(by: LinkWay, language: &str) -> Result<(&'static str, &'static str), ApiError> {
    let sms = in_language(
        language,
        include_str!("../../messages/member_link.ru.txt"),
        include_str!("../../messages/member_link.en.txt"),
    )?;
    let mail = in_language(
        language,
        include_str!("../../messages/member_link_email.ru.txt"),
        include_str!("../../messages/member_link_email.en.txt"),
    )?;
    Ok(if by == LinkWay::Email { mail.split_once("\n\n").unwrap_or(("", mail)) } else { ("", sms) })
}

/// Makes a link for the phone of whoever has a card: shown on this screen, or sent. The answer tells nothing of them.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_LINKS, tag = "member_card", request_body = LinkRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key makes and sends one link")),
    responses((status = 200, description = "it is made", body = LinkResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn make(
    State(services): State<Services>,
    Incoming { write, said, .. }: Incoming<LinkRequest>,
) -> Result<Json<LinkResponse>, ApiError> {
    if services.public_url.is_empty() {
        let message = "no link can be made: the server has no --public-url, so no phone would reach it";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    let card = shown_card(&said.card_number)?;
    let (by, words) = (said.by, words(said.by, &said.language)?);
    let (own, token) = (services.clone(), token(&services.secrets, &write));
    let made = token.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let id = make_one(connection, &own, card, by, words, &made, write).await?;
            Ok(Outcome { word: "made".into(), reference: Some(id) })
        })
    });
    let id = outcome.await?.reference.context("a link")?;
    let url = (by == LinkWay::Screen).then(|| url(&services.public_url, id, &token));
    Ok(Json(LinkResponse { url, holds_s: seconds(holds_ms(by)) }))
}

async fn make_one(
    connection: &mut AnyConnection,
    services: &Services,
    card: CardNumber,
    by: LinkWay,
    (subject, text): (&str, &str),
    token: &str,
    write: &Write,
) -> Result<i64> {
    let none = || ApiError::new(ErrorCode::MemberNotFound, "no member has this card");
    let card = members::find_card(connection, card).await?.ok_or_else(none)?;
    check_quotas(connection, card.member_id, write).await?;
    let to = match by {
        LinkWay::Screen => None,
        LinkWay::Sms => {
            may_send(connection, services, MessageChannel::Sms, write).await?;
            let phone = members::phone(connection, card.member_id, &services.secrets).await?.ok_or_else(none)?;
            Some(Recipient::Sms(phone.e164()))
        }
        LinkWay::Email => {
            may_send(connection, services, MessageChannel::Email, write).await?;
            let email = profile::read(connection, &services.secrets, card.member_id).await?.email;
            let untold = || ApiError::new(ErrorCode::InvalidRequest, "the member has told no mail address");
            Some(Recipient::Email(email.ok_or_else(untold)?))
        }
        LinkWay::Print => {
            may_send(connection, services, MessageChannel::Print, write).await?;
            Some(Recipient::Print)
        }
    };
    let until_ms = write.taken_ms + holds_ms(by);
    let made = sqlx::query_scalar(
        "INSERT INTO member_links (id, card_id, device_id, is_proof, token_digest, made_ms, until_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM member_links RETURNING id",
    );
    let made = made.bind(card.id).bind(write.device_id).bind(i64::from(by == LinkWay::Sms)).bind(plain_digest(token));
    let id: i64 = made.bind(write.taken_ms).bind(until_ms).fetch_one(&mut *connection).await?;
    if let Some(to) = to {
        // Who waits at a printer has gone when it works again much later.
        let expires_ms = if by == LinkWay::Print { write.taken_ms + ON_SCREEN_MS } else { until_ms };
        let message = Message {
            store_id: write.store_id,
            to,
            kind: "member_link",
            subject: subject.to_owned(),
            text: text.replace("{url}", &url(&services.public_url, id, token)),
            // The number of a link that was erased is another's later.
            key: format!("member-link:{}:{}", write.device_id, write.idempotency_key),
            expires_ms: Some(expires_ms),
        };
        messages::queue(connection, &services.secrets, &message, write.taken_ms).await?;
    }
    Ok(id)
}

async fn check_quotas(connection: &mut AnyConnection, member_id: i64, write: &Write) -> Result<()> {
    let of_member = "SELECT COUNT(*) FROM member_links JOIN cards ON cards.id = member_links.card_id
        WHERE cards.member_id = $1 AND member_links.made_ms > $2";
    let of_device = "SELECT COUNT(*) FROM member_links WHERE device_id = $1 AND made_ms > $2";
    for (count, of, period_ms, most) in
        [(of_member, member_id, DAY_MS, PER_MEMBER_AND_DAY), (of_device, write.device_id, HOUR_MS, PER_DEVICE_AND_HOUR)]
    {
        let made = sqlx::query_scalar(count).bind(of).bind(write.taken_ms - period_ms);
        if made.fetch_one(&mut *connection).await.map(|made: i64| made >= most)? {
            return Err(ApiError::new(ErrorCode::TooManyTries, "too many links were made").into());
        }
    }
    Ok(())
}

/// Makes the phone that opens a link a member's own. It needs no credential, and gets one in a cookie; the same key
/// gets the same again, for the answer may have been lost.
#[utoipa::path(
    post, path = polka_contract::paths::MEMBER_PHONES, tag = "member_card", request_body = OpenLinkRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key gets the same credential again")),
    responses((status = 200, description = "the phone; its credential is in a cookie", body = OwnPhoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn open(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Result<Json<OpenLinkRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(OpenLinkRequest { link }) = body.map_err(ApiError::from)?;
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or("");
    check_key(key)?;
    let refused =
        || ApiError::new(ErrorCode::CodeRefused, "the link is none that was made, was opened, or its time is over");
    let now_ms = services.clock.now_ms();
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let Some(id) = find(&mut connection, &link).await? else {
        // Nobody guesses one: who tries must wait, and keeps nobody out who has a right one.
        services.link_tries.count(now_ms)?;
        return Err(refused());
    };
    let secret = services.secrets.digest("phone-credential", &[link.as_bytes(), key.as_bytes()]);
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let opened = open_one(&mut transaction, id, key, &secret, now_ms).await?;
    let (phone_id, is_proved) = opened.ok_or_else(refused)?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    let cookie = services.phone_cookie(phone_id, &secret)?;
    Ok(([(SET_COOKIE, cookie)], Json(OwnPhoneResponse { is_proved })).into_response())
}

/// The number of a link that was made.
async fn find(connection: &mut AnyConnection, link: &str) -> Result<Option<i64>> {
    let Some((Ok(id), token)) = link.split_once('.').map(|(id, token)| (id.parse::<i64>(), token)) else {
        return Ok(None);
    };
    let found = sqlx::query_scalar("SELECT id FROM member_links WHERE id = $1 AND token_digest = $2");
    Ok(found.bind(id).bind(plain_digest(token)).fetch_optional(connection).await?)
}

#[derive(FromRow)]
struct LinkRow {
    card_id: i64,
    is_proof: i64,
    opened_by: Option<i64>,
    opened_key: Option<String>,
    store_id: i64,
}

/// Opens a link: the number of the phone, and whether it is proved; `None` where it cannot be opened.
async fn open_one(
    connection: &mut AnyConnection,
    id: i64,
    key: &str,
    secret: &str,
    now_ms: i64,
) -> Result<Option<(i64, bool)>> {
    let link = sqlx::query_as(
        "SELECT member_links.card_id, member_links.is_proof, member_links.opened_by, member_links.opened_key,
            devices.store_id
         FROM member_links JOIN devices ON devices.id = member_links.device_id
         WHERE member_links.id = $1 AND member_links.until_ms >= $2",
    );
    let link: Option<LinkRow> = link.bind(id).bind(now_ms).fetch_optional(&mut *connection).await?;
    let Some(link) = link else { return Ok(None) };
    if let Some(phone_id) = link.opened_by {
        let phone = sqlx::query_scalar(
            "SELECT own_phones.proved_ms FROM own_phones JOIN devices ON devices.id = own_phones.device_id
             WHERE own_phones.device_id = $1 AND devices.revoked_ms IS NULL",
        );
        let phone: Option<Option<i64>> = phone.bind(phone_id).fetch_optional(connection).await?;
        let phone = phone.filter(|_| link.opened_key.as_deref() == Some(key));
        return Ok(phone.map(|proved_ms| (phone_id, proved_ms.is_some())));
    }
    let is_proved = link.is_proof != 0;
    let phone_id = phone::add(connection, link.store_id, secret, now_ms).await?;
    let added = sqlx::query("INSERT INTO own_phones (device_id, card_id, proved_ms) VALUES ($1, $2, $3)");
    let added = added.bind(phone_id).bind(link.card_id).bind(is_proved.then_some(now_ms));
    added.execute(&mut *connection).await?;
    // The card spends by the phone's digits alone. Anybody may have a card for this number, and have the link sent:
    // whoever opens it must not let that card spend by the number's last digits.
    let opened = sqlx::query("UPDATE member_links SET opened_by = $2, opened_key = $3 WHERE id = $1");
    opened.bind(id).bind(phone_id).bind(key).execute(connection).await?;
    Ok(Some((phone_id, is_proved)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fits_into_one_sms() {
        let url = url("https://shop.example", 123_456, &"A".repeat(TOKEN_CHARACTERS));
        let in_units = |language: &str| {
            let (_, text) = words(LinkWay::Sms, language).expect("words");
            text.replace("{url}", &url).encode_utf16().count()
        };
        // UCS-2 for Russian, the alphabet of GSM for English.
        assert!(in_units("ru") <= 70, "{}", in_units("ru"));
        assert!(in_units("en") <= 160, "{}", in_units("en"));
    }
}
