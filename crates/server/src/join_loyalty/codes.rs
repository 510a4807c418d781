//! Codes that are sent to a phone, and come back with whoever holds it.
//!
//! Nothing here asks whether the number is a member's, so nothing can tell.

use anyhow::Result;
use polka_contract::{CodeResponse, ErrorCode, MessageChannel};
use polka_domain::Phone;
use sqlx::AnyConnection;

use super::members::KeptPhone;
use super::phone_keys::PhoneDigests;
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::http::{ApiError, Services};
use crate::messages::{self, Message, Recipient};
use crate::secrets::{Secrets, plain_digest, random};
use crate::writes::Write;

/// A code holds for five minutes.
const HOLDS_MS: i64 = 5 * MINUTE_MS;
/// Another is sent after a minute at the earliest.
const AGAIN_AFTER_MS: i64 = MINUTE_MS;
/// After so many wrong tries the number has a pause.
const TRIES: i64 = 5;
const PAUSE_MS: i64 = 15 * MINUTE_MS;
/// A proof holds for ten minutes, at the device where it was given.
pub(super) const PROOF_HOLDS_MS: i64 = 10 * MINUTE_MS;

/// How many codes are sent at most, to a number, from a device, in a store; whoever wants to make money of messages
/// gets no further.
const PER_NUMBER_AND_HOUR: i64 = 5;
const PER_NUMBER_AND_DAY: i64 = 10;
const PER_DEVICE_AND_HOUR: i64 = 60;
const PER_STORE_AND_HOUR: i64 = 300;

/// What came of a code that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proved {
    Right,
    Wrong,
    /// It was tried too often.
    Paused,
}

impl Proved {
    /// What is kept of it: a try that failed counts, so it is no error that undoes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Right => "proved",
            Self::Wrong => "wrong",
            Self::Paused => "paused",
        }
    }

    /// What is said of it later.
    ///
    /// # Errors
    /// Where the word is not that of a code that was right.
    pub(crate) fn check(word: &str) -> Result<(), ApiError> {
        match word {
            "proved" => Ok(()),
            "paused" => Err(ApiError::new(ErrorCode::TooManyTries, "it was tried too often; ask for a new code later")),
            _ => {
                Err(ApiError::new(ErrorCode::CodeRefused, "the code is not the one that was sent, or its time is over"))
            }
        }
    }
}

/// What is said of a code that is on its way.
pub(crate) fn sent() -> CodeResponse {
    CodeResponse { holds_s: seconds(HOLDS_MS), again_after_s: seconds(AGAIN_AFTER_MS) }
}

pub(crate) fn seconds(ms: i64) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}

/// The message with a code, in a language.
pub(crate) fn words(language: &str) -> Result<&'static str, ApiError> {
    in_language(
        language,
        include_str!("../../messages/member_code.ru.txt"),
        include_str!("../../messages/member_code.en.txt"),
    )
}

/// One of two texts, by what a request calls the language.
pub(crate) fn in_language(
    language: &str,
    russian: &'static str,
    english: &'static str,
) -> Result<&'static str, ApiError> {
    match language {
        "ru" => Ok(russian.trim()),
        "en" => Ok(english.trim()),
        _ => Err(ApiError::new(ErrorCode::InvalidRequest, "the language is neither ru nor en")),
    }
}

/// Whether a message may be queued now.
///
/// # Errors
/// Where nobody carries it, or the store has sent as many today as it may.
pub(crate) async fn may_send(
    connection: &mut AnyConnection,
    services: &Services,
    channel: MessageChannel,
    write: &Write,
) -> Result<()> {
    let refused = |refusal: messages::Refusal| ApiError::new(ErrorCode::MessagesPaused, refusal.to_string());
    Ok(services.messages.may_queue(connection, channel, write.taken_ms).await?.map_err(refused)?)
}

/// Sends a code to a number, in the words that [`words`] has; gives the number of the code.
pub(crate) async fn send(
    connection: &mut AnyConnection,
    services: &Services,
    phone: Phone,
    words: &str,
    write: &Write,
) -> Result<i64> {
    may_send(connection, services, MessageChannel::Sms, write).await?;
    let kept = KeptPhone::new(phone, &services.secrets)?;
    let code = new_code()?;
    let digests = kept.digests(connection).await?;
    let code_id = keep(connection, &digests, &digest(&services.secrets, &digests.current, &code), write).await?;
    let message = Message {
        store_id: write.store_id,
        to: Recipient::Sms(phone.e164()),
        kind: "member_code",
        subject: String::new(),
        text: words.replace("{code}", &code),
        // The number of a code that was erased is another's later.
        key: format!("member-code:{}:{}", write.device_id, write.idempotency_key),
        expires_ms: Some(write.taken_ms + HOLDS_MS),
    };
    messages::queue(connection, &services.secrets, &message, write.taken_ms).await?;
    Ok(code_id)
}

/// Takes the code that somebody typed for a number; it is right once.
pub(crate) async fn take(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    phone: &KeptPhone,
    code: &str,
    now_ms: i64,
) -> Result<Proved> {
    let digests = phone.digests(connection).await?;
    prove(connection, &digests, |phone_digest| digest(secrets, phone_digest, code), now_ms).await
}

/// Six digits that nobody can foresee.
fn new_code() -> Result<String> {
    Ok(format!("{:06}", u64::from_be_bytes(random()?) % 1_000_000))
}

fn digest(secrets: &Secrets, phone_digest: &str, code: &str) -> String {
    secrets.digest("phone-code", &[phone_digest.as_bytes(), code.as_bytes()])
}

/// Keeps a new code of a number, unless there were too many.
async fn keep(
    connection: &mut AnyConnection,
    PhoneDigests { current, earlier }: &PhoneDigests,
    code_digest: &str,
    write: &Write,
) -> Result<i64> {
    let now_ms = write.taken_ms;
    let too_often = |why: &str| ApiError::new(ErrorCode::TooManyTries, why);
    let last: Option<(i64, i64)> = sqlx::query_as(
        "SELECT made_ms, tries FROM phone_codes WHERE phone_digest IN ($1, $2)
         ORDER BY made_ms DESC, id DESC LIMIT 1",
    )
    .bind(current)
    .bind(earlier)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((made_ms, tries)) = last {
        if tries >= TRIES && now_ms < made_ms + PAUSE_MS {
            return Err(too_often("the code was wrong too often; wait a quarter of an hour").into());
        }
        if now_ms < made_ms + AGAIN_AFTER_MS {
            return Err(too_often("a code was sent within the last minute").into());
        }
    }
    let of_number = "SELECT COUNT(*) FROM phone_codes WHERE phone_digest IN ($1, $2) AND made_ms > $3";
    let of_device = "SELECT COUNT(*) FROM phone_codes WHERE device_id = $1 AND made_ms > $2";
    let of_store = "SELECT COUNT(*) FROM phone_codes WHERE store_id = $1 AND made_ms > $2";
    for (count, period_ms, most) in [
        (sqlx::query_scalar(of_number).bind(current).bind(earlier), HOUR_MS, PER_NUMBER_AND_HOUR),
        (sqlx::query_scalar(of_number).bind(current).bind(earlier), DAY_MS, PER_NUMBER_AND_DAY),
        (sqlx::query_scalar(of_device).bind(write.device_id), HOUR_MS, PER_DEVICE_AND_HOUR),
        (sqlx::query_scalar(of_store).bind(write.store_id), HOUR_MS, PER_STORE_AND_HOUR),
    ] {
        let sent: i64 = count.bind(now_ms - period_ms).fetch_one(&mut *connection).await?;
        if sent >= most {
            return Err(too_often("too many codes were sent").into());
        }
    }
    let kept = sqlx::query_scalar(
        "INSERT INTO phone_codes (id, phone_digest, store_id, device_id, code_digest, made_ms, tries)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, 0 FROM phone_codes RETURNING id",
    );
    let kept = kept.bind(current).bind(write.store_id).bind(write.device_id).bind(code_digest).bind(now_ms);
    Ok(kept.fetch_one(connection).await?)
}

async fn prove(
    connection: &mut AnyConnection,
    digests: &PhoneDigests,
    code_digest: impl Fn(&str) -> String,
    now_ms: i64,
) -> Result<Proved> {
    let newest: Option<(i64, String, String, i64, i64, Option<i64>)> = sqlx::query_as(
        "SELECT id, phone_digest, code_digest, made_ms, tries, used_ms FROM phone_codes
         WHERE phone_digest IN ($1, $2) ORDER BY made_ms DESC, id DESC LIMIT 1",
    )
    .bind(&digests.current)
    .bind(&digests.earlier)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((id, phone_digest, right_digest, made_ms, tries, used_ms)) = newest else { return Ok(Proved::Wrong) };
    if tries >= TRIES {
        return Ok(Proved::Paused);
    }
    let holds = used_ms.is_none() && (0..=HOLDS_MS).contains(&(now_ms - made_ms));
    // Digests with a key take no longer for a code that is nearly right.
    if holds && right_digest == code_digest(&phone_digest) {
        sqlx::query("UPDATE phone_codes SET used_ms = $2 WHERE id = $1")
            .bind(id)
            .bind(now_ms)
            .execute(connection)
            .await?;
        return Ok(Proved::Right);
    }
    sqlx::query("UPDATE phone_codes SET tries = tries + 1 WHERE id = $1").bind(id).execute(connection).await?;
    Ok(if tries + 1 >= TRIES { Proved::Paused } else { Proved::Wrong })
}

/// Keeps that somebody has shown at a device that a number is their own.
pub(super) async fn keep_proof(connection: &mut AnyConnection, member_id: i64, write: &Write) -> Result<i64> {
    let kept = sqlx::query_scalar(
        "INSERT INTO member_proofs (id, member_id, device_id, made_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM member_proofs RETURNING id",
    );
    Ok(kept.bind(member_id).bind(write.device_id).bind(write.taken_ms).fetch_one(connection).await?)
}

/// What shows the proof with this number.
pub(super) fn token(secrets: &Secrets, proof_id: i64) -> String {
    format!("{proof_id}.{}", secrets.digest("member-proof", &[&proof_id.to_be_bytes()[..]]))
}

/// Whose proof this is, where it was given at this device and still holds.
pub(crate) async fn proved_member(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    shown: &str,
    device_id: i64,
    now_ms: i64,
) -> Result<Option<i64>> {
    let id = shown.split_once('.').and_then(|(id, _)| id.parse().ok());
    // Digests take the same time to compare, however much is right.
    let is_it = |id: &i64| plain_digest(&token(secrets, *id)) == plain_digest(shown);
    let Some(id) = id.filter(is_it) else { return Ok(None) };
    let member =
        sqlx::query_scalar("SELECT member_id FROM member_proofs WHERE id = $1 AND device_id = $2 AND made_ms >= $3");
    Ok(member.bind(id).bind(device_id).bind(now_ms - PROOF_HOLDS_MS).fetch_optional(connection).await?)
}
