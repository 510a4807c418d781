//! What a member tells of themselves: sealed as a whole, so that the database can be searched for none of it.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use lettre::Address;
use polka_contract::{ErrorCode, ErrorResponse, Profile};
use polka_domain::Date;
use sqlx::AnyConnection;

use super::holder::Asker;
use crate::clock::DAY_MS;
use crate::database;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members;
use crate::secrets::Secrets;
use crate::writes::{Incoming, Outcome};

/// As what it is sealed.
const PROFILE: &str = "profile";
/// In characters.
const LONGEST_NAME: usize = 60;
/// In bytes: RFC 5321, 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL: usize = 254;
/// A birthday that could be told anew each month would be one each month.
const BIRTHDAY_STAYS_MS: i64 = 365 * DAY_MS;

/// What the member has told of themselves. That it was looked at is noted.
#[utoipa::path(
    get, path = polka_contract::paths::OWN_PROFILE, tag = "member_card",
    params(("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none")),
    responses((status = 200, description = "what was told", body = Profile), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn own_profile(State(services): State<Services>, asker: Asker) -> Result<Json<Profile>, ApiError> {
    let now_ms = services.clock.now_ms();
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
    let holder = asker.holder(&mut transaction, &services.secrets, now_ms).await?;
    members::note_look(&mut transaction, holder.member_id, holder.device_id, "profile", now_ms).await?;
    let profile = read(&mut transaction, &services.secrets, holder.member_id).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Json(profile))
}

/// Keeps what the member tells of themselves, as a whole: what is absent is forgotten. Gives what is kept.
#[utoipa::path(
    put, path = polka_contract::paths::OWN_PROFILE, tag = "member_card", request_body = Profile,
    params(
        ("Member-Proof" = Option<String>, Header, description = "what a code was taken for, at the same device; a member's own phone needs none"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "it is kept", body = Profile), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep_profile(
    State(services): State<Services>,
    Incoming { write, device: asker, said }: Incoming<Profile, Asker>,
) -> Result<Json<Profile>, ApiError> {
    let profile = checked(said)?;
    let (secrets, kept) = (services.secrets.clone(), profile.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let holder = asker.holder(connection, &secrets, write.taken_ms).await?;
            members::note_look(connection, holder.member_id, holder.device_id, "profile_change", write.taken_ms)
                .await?;
            keep(connection, &secrets, holder.member_id, &kept, write.taken_ms).await?;
            Ok(Outcome { word: "kept".into(), reference: Some(holder.member_id) })
        })
    });
    outcome.await?;
    Ok(Json(profile))
}

/// The same without blanks at its ends, where all of it may be told.
fn checked(mut profile: Profile) -> Result<Profile, ApiError> {
    let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
    for text in [&mut profile.first_name, &mut profile.email].into_iter().flatten() {
        *text = text.trim().to_owned();
    }
    if let Some(name) = &profile.first_name
        && (!(1..=LONGEST_NAME).contains(&name.chars().count()) || name.contains(is_hidden))
    {
        return Err(wrong("the first_name is not 1 to 60 characters that can be seen"));
    }
    if let Some(birthday) = &profile.birthday
        && !is_day(birthday)
    {
        return Err(wrong("the birthday is no day like 12-31"));
    }
    if let Some(email) = &profile.email
        && !is_mailbox(email)
    {
        return Err(wrong("the email is no mail address"));
    }
    if profile.wishes.iter().enumerate().any(|(place, wish)| profile.wishes[..place].contains(wish)) {
        return Err(wrong("the wishes have one twice"));
    }
    Ok(profile)
}

/// Whether a message may go to this mailbox.
pub(crate) fn is_mailbox(email: &str) -> bool {
    email.len() <= LONGEST_EMAIL && !email.contains(is_hidden) && email.parse::<Address>().is_ok()
}

/// Whether a character does something to the text around it, unseen: control characters, ends of lines, and what turns
/// the direction of writing (UAX #9, 2).
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether it is a month and a day of some year: `02-29` is.
fn is_day(text: &str) -> bool {
    let in_leap_year = format!("2000-{text}");
    in_leap_year.parse::<Date>().is_ok_and(|day| day.to_string() == in_leap_year)
}

/// Whether a birthday falls on a day. Who was born on the 29th of February has theirs on the 28th in other years.
fn falls_on(birthday: &str, day: Date) -> bool {
    let is = |month, of_month| (day.month(), day.day()) == (month, of_month);
    birthday == format!("{:02}-{:02}", day.month(), day.day())
        || (birthday == "02-29" && is(2, 28) && !day.in_leap_year())
}

/// Whether it is the member's birthday.
pub(crate) async fn is_birthday(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    day: Date,
) -> Result<bool> {
    let profile = read(connection, secrets, member_id).await?;
    Ok(profile.birthday.is_some_and(|birthday| falls_on(&birthday, day)))
}

/// What a member has told.
pub(crate) async fn read(connection: &mut AnyConnection, secrets: &Secrets, member_id: i64) -> Result<Profile> {
    let sealed: Option<String> =
        sqlx::query_scalar("SELECT profile FROM members WHERE id = $1").bind(member_id).fetch_one(connection).await?;
    let Some(sealed) = sealed else { return Ok(Profile::default()) };
    // Its text would be in the error of a parser.
    let opened = secrets.open_personal(PROFILE, &sealed)?;
    serde_json::from_slice(&opened)
        .ok()
        .with_context(|| format!("the profile of the member {member_id} is of a later version"))
}

async fn birthday_told_ms(connection: &mut AnyConnection, member_id: i64) -> Result<Option<i64>> {
    let told = sqlx::query_scalar("SELECT birthday_told_ms FROM members WHERE id = $1");
    Ok(told.bind(member_id).fetch_one(connection).await?)
}

async fn keep(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    profile: &Profile,
    now_ms: i64,
) -> Result<()> {
    let before = read(connection, secrets, member_id).await?;
    let mut told_ms = birthday_told_ms(connection, member_id).await?;
    if profile.birthday.is_some() && profile.birthday != before.birthday {
        if told_ms.is_some_and(|told_ms| now_ms < told_ms + BIRTHDAY_STAYS_MS) {
            let message = "the birthday can be changed a year after it was told";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).into());
        }
        told_ms = Some(now_ms);
    }
    set(connection, secrets, member_id, profile, told_ms).await
}

async fn set(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    member_id: i64,
    profile: &Profile,
    told_ms: Option<i64>,
) -> Result<()> {
    let sealed = match *profile == Profile::default() {
        true => None,
        false => Some(secrets.seal_personal(PROFILE, &serde_json::to_vec(profile)?)?),
    };
    let set = sqlx::query("UPDATE members SET profile = $2, birthday_told_ms = $3 WHERE id = $1");
    set.bind(member_id).bind(sealed).bind(told_ms).execute(connection).await?;
    Ok(())
}

/// Fills what a member has not told from what another has who is the same person.
pub(super) async fn merge(connection: &mut AnyConnection, secrets: &Secrets, from: i64, into: i64) -> Result<()> {
    let other = read(connection, secrets, from).await?;
    let own = read(connection, secrets, into).await?;
    let merged = Profile {
        first_name: own.first_name.or(other.first_name),
        birthday: own.birthday.or(other.birthday),
        email: own.email.or(other.email),
        wishes: if own.wishes.is_empty() { other.wishes } else { own.wishes },
    };
    // Being two persons lets nobody change their birthday sooner.
    let told_ms = birthday_told_ms(connection, from).await?.max(birthday_told_ms(connection, into).await?);
    set(connection, secrets, into, &merged, told_ms).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthday_is_a_day_of_some_year() {
        for day in ["01-01", "02-29", "12-31"] {
            assert!(is_day(day), "{day}");
        }
        for none in ["", "02-30", "13-01", "00-10", "1-1", "12-31-1", "12-31T10", "+1-01", "12-3١", " 12-31"] {
            assert!(!is_day(none), "{none}");
        }
    }

    #[test]
    fn who_was_born_on_a_leap_day_has_a_birthday_each_year() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert!(falls_on("02-29", day("2028-02-29")));
        assert!(!falls_on("02-29", day("2028-02-28")));
        assert!(falls_on("02-29", day("2027-02-28")));
        assert!(falls_on("02-28", day("2027-02-28")));
        assert!(!falls_on("02-29", day("2027-03-01")));
    }
}
