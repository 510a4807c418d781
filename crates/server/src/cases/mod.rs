//! A customer complains: a case has a department, somebody who answers for it, a time until which it is to be put right,
//! and a code by which the customer looks it up.
//!
//! What was said and to whom it is told is sealed, and goes some time after the case is closed. Closing it asks the
//! customer once, by the way they chose, whether it was put right; a no opens it again, for a manager. What anybody did
//! is kept as a step. `settings.rs` has what a chain sets, `rows.rs` the rows, `requests.rs` what tablets ask,
//! `status.rs` what whoever has a code asks.

pub(crate) mod requests;
mod rows;
mod settings;
pub(crate) mod status;

use std::time::Duration;

use anyhow::{Context, Result};
use polka_contract::{
    CaseCategory, CaseChannel, CaseRequest, CaseState, CaseStepKind, ErrorCode, MessageChannel, OwnCase, StaffRole,
};
use polka_domain::{CaseCode, Phone};
use sqlx::{AnyConnection, AnyPool};

use crate::clock::{Clock, DAY_MS, HOUR_MS};
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::{in_language, may_send};
use crate::join_loyalty::named_phone;
use crate::member_card::profile::{is_hidden, is_mailbox};
use crate::messages::{self, Message, Recipient};
use crate::points;
use crate::secrets::Secrets;
use crate::staff::SignedIn;
use crate::writes::{Outcome, Write};

use rows::CaseRow;
pub use settings::CaseSettings;

/// As long as what was said, or a note, may be, in characters.
const LONGEST_WORDS: usize = 1000;
/// As long as what the customer is told may be.
const LONGEST_OUTCOME: usize = 200;
/// So many steps a case has at most before nothing more is noted.
const MOST_STEPS: i64 = 200;
const PAUSE: Duration = Duration::from_secs(3600);

/// A complaint, checked.
pub(crate) struct Complaint {
    category: CaseCategory,
    words: String,
    channel: Channel,
    language: String,
    apology_id: Option<i64>,
    made_ms: i64,
}

impl Complaint {
    /// So long it may take to put it right.
    fn due_ms(&self) -> i64 {
        i64::from(self.category.due_hours) * HOUR_MS
    }
}

/// How the customer is told, checked.
enum Channel {
    Sms(Phone),
    Email(String),
    Paper,
}

impl Channel {
    /// As it is written in the database.
    fn code(&self) -> &'static str {
        match self {
            Self::Sms(_) => "sms",
            Self::Email(_) => "email",
            Self::Paper => "paper",
        }
    }

    fn recipient(&self) -> Option<Recipient> {
        match self {
            Self::Sms(phone) => Some(Recipient::Sms(phone.e164())),
            Self::Email(email) => Some(Recipient::Email(email.clone())),
            Self::Paper => None,
        }
    }
}

fn refused(why: &str) -> ApiError {
    ApiError::new(ErrorCode::CaseRefused, why)
}

fn none() -> ApiError {
    ApiError::new(ErrorCode::CaseNotFound, "the store has no such case")
}

/// Text that somebody typed, with lines where that is said.
///
/// # Errors
/// Where it is empty, too long, or has characters that are not seen.
fn checked_text(name: &str, text: &str, longest: usize, has_lines: bool) -> Result<String, ApiError> {
    let text = text.trim();
    let is_bad = |c: char| is_hidden(c) && !(has_lines && c == '\n');
    match (1..=longest).contains(&text.chars().count()) && !text.contains(is_bad) {
        true => Ok(text.to_owned()),
        false => {
            let message = format!("the {name} is not 1 to {longest} characters that can be seen");
            Err(ApiError::new(ErrorCode::InvalidRequest, message))
        }
    }
}

/// The code of a case: the same each time it is made. A number that a lost database gave out had another time.
fn code_of(secrets: &Secrets, id: i64, opened_ms: i64) -> CaseCode {
    CaseCode::from_secret(secrets.sixteen_bytes("case-code", &[&id.to_be_bytes()[..], &opened_ms.to_be_bytes()]))
}

/// By which a case is found.
fn code_digest(secrets: &Secrets, code: CaseCode) -> String {
    secrets.digest("case", &[code.as_str().as_bytes()])
}

/// By which the cases of a number are found when its holder is erased.
fn to_digest(secrets: &Secrets, phone: Phone) -> String {
    secrets.digest("case-phone", &[phone.e164().as_bytes()])
}

/// Forgets what the cases that a number was named for say, and to whom: its holder is erased.
pub(crate) async fn forget_of(connection: &mut AnyConnection, secrets: &Secrets, phone: Phone) -> Result<()> {
    rows::forget_of(connection, &to_digest(secrets, phone)).await
}

/// The cases that a number was named for, for whoever has it, as far as they are kept.
pub(crate) async fn of_phone(connection: &mut AnyConnection, secrets: &Secrets, phone: Phone) -> Result<Vec<OwnCase>> {
    let case = |row: CaseRow| {
        Ok(OwnCase {
            state: rows::state_of(&row)?,
            opened_ms: row.opened_ms,
            words: opened(secrets, "case-words", row.sealed_words.as_deref())?,
            outcome: opened(secrets, "case-outcome", row.sealed_outcome.as_deref())?,
            category: row.category,
        })
    };
    rows::of_recipient(connection, &to_digest(secrets, phone)).await?.into_iter().map(case).collect()
}

/// A text that was sealed, where it is not forgotten.
fn opened(secrets: &Secrets, of: &str, sealed: Option<&str>) -> Result<Option<String>> {
    let plain = sealed.map(|sealed| secrets.open_personal(of, sealed)).transpose()?;
    plain.map(String::from_utf8).transpose().context("a text")
}

impl Services {
    /// Reads what a customer complains of.
    pub(crate) fn complaint(&self, said: CaseRequest) -> Result<Complaint, ApiError> {
        let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
        let category = self.cases.category(&said.category).cloned();
        let category = category.ok_or_else(|| wrong("the category is none of the chain's list"))?;
        let channel = match said.channel {
            CaseChannel::Sms(phone) => Channel::Sms(named_phone(&phone, &self.loyalty.phone_countries)?),
            CaseChannel::Email(email) if is_mailbox(&email) => Channel::Email(email),
            CaseChannel::Email(_) => return Err(wrong("the email is no mailbox")),
            CaseChannel::Paper => Channel::Paper,
        };
        in_language(&said.language, "", "")?;
        Ok(Complaint {
            category,
            words: checked_text("words", &said.words, LONGEST_WORDS, true)?,
            channel,
            language: said.language,
            apology_id: said.apology_id,
            made_ms: said.made_ms,
        })
    }
}

/// Opens a case; whoever does answers for it until somebody takes it, or a manager where it is for managers alone.
async fn open(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    complaint: &Complaint,
    staff: &SignedIn,
) -> Result<Outcome> {
    if let Some(apology_id) = complaint.apology_id
        && !rows::has_apology(connection, write.store_id, apology_id).await?
    {
        return Err(ApiError::new(ErrorCode::ApologyNotFound, "the store has no such apology").into());
    }
    let (secrets, to) = (&services.secrets, complaint.channel.recipient());
    if let Some(to) = &to {
        may_send(connection, services, to.channel(), write).await?;
    }
    let id = rows::next_id(connection).await?;
    let code = code_of(secrets, id, write.taken_ms);
    let address = match &to {
        Some(Recipient::Sms(to) | Recipient::Email(to)) => Some(secrets.seal_personal("case-to", to.as_bytes())?),
        Some(Recipient::Print) | None => None,
    };
    let sealed = rows::Sealed {
        words: secrets.seal_personal("case-words", complaint.words.as_bytes())?,
        to: address,
        to_digest: match complaint.channel {
            Channel::Sms(phone) => Some(to_digest(secrets, phone)),
            Channel::Email(_) | Channel::Paper => None,
        },
    };
    let digest = code_digest(secrets, code);
    let manager = match complaint.category.managers_only && staff.role != StaffRole::Manager {
        true => rows::manager(connection, write.store_id).await?,
        false => None,
    };
    let owner = manager.unwrap_or(staff.staff_id);
    rows::add(connection, write, (id, &digest), complaint, &sealed, (staff.staff_id, owner)).await?;
    rows::add_step(connection, id, CaseStepKind::Opened, Some(staff.staff_id), None, write.taken_ms).await?;
    if let Some(to) = to {
        let due_day = points::day(write.taken_ms + complaint.due_ms(), &services.store.time_zone)?;
        let day = due_day.strftime("%d.%m.%y").to_string();
        let words = words(Told::Opened, &to, &complaint.language)?;
        let key = format!("case:{id}:opened");
        send(connection, services, (to, words, &complaint.language), (code, &day), key, write).await?;
    }
    Ok(outcome(CaseState::Open, id))
}

fn outcome(state: CaseState, id: i64) -> Outcome {
    Outcome { word: state.code().into(), reference: Some(id) }
}

/// Of what the customer is told.
#[derive(Clone, Copy)]
enum Told {
    Opened,
    Asked,
}

/// The subject, where it is a mail, and the text.
fn words(told: Told, to: &Recipient, language: &str) -> Result<(&'static str, &'static str), ApiError> {
    let is_sms = to.channel() == MessageChannel::Sms;
    let text = match (told, is_sms) {
        (Told::Opened, true) => in_language(
            language,
            include_str!("../../messages/case_opened.ru.txt"),
            include_str!("../../messages/case_opened.en.txt"),
        ),
        (Told::Opened, false) => in_language(
            language,
            include_str!("../../messages/case_opened_email.ru.txt"),
            include_str!("../../messages/case_opened_email.en.txt"),
        ),
        (Told::Asked, true) => in_language(
            language,
            include_str!("../../messages/case_asked.ru.txt"),
            include_str!("../../messages/case_asked.en.txt"),
        ),
        (Told::Asked, false) => in_language(
            language,
            include_str!("../../messages/case_asked_email.ru.txt"),
            include_str!("../../messages/case_asked_email.en.txt"),
        ),
    }?;
    Ok(if is_sms { ("", text) } else { text.split_once("\n\n").unwrap_or(("", text)) })
}

async fn send(
    connection: &mut AnyConnection,
    services: &Services,
    (to, (subject, text), language): (Recipient, (&str, &str), &str),
    (code, day): (CaseCode, &str),
    key: String,
    write: &Write,
) -> Result<()> {
    let place = match &*services.public_url {
        "" => in_language(language, "на экране в магазине", "on a screen in the store")?.to_owned(),
        url => format!("{url}/case-status"),
    };
    // A message of one part has no room for spaces.
    let is_sms = to.channel() == MessageChannel::Sms;
    let code = if is_sms { code.to_string() } else { code.groups().join(" ") };
    let message = Message {
        store_id: write.store_id,
        to,
        kind: "case",
        subject: subject.to_owned(),
        text: text.replace("{code}", &code).replace("{day}", day).replace("{place}", &place),
        key,
        expires_ms: None,
    };
    messages::queue(connection, &services.secrets, &message, write.taken_ms).await.map(drop)
}

async fn found(connection: &mut AnyConnection, write: &Write, id: i64) -> Result<CaseRow> {
    Ok(rows::find(connection, write.store_id, id).await?.ok_or_else(none)?)
}

/// Whether somebody reads a case and works on it: managers alone where its category is theirs.
fn may_work(services: &Services, row: &CaseRow, staff: &SignedIn) -> bool {
    staff.role == StaffRole::Manager || !services.cases.is_for_managers(&row.category)
}

/// One that is not closed, and that this one of the staff may work on.
async fn found_open(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    id: i64,
    staff: &SignedIn,
) -> Result<CaseRow> {
    let row = found(connection, write, id).await?;
    if !may_work(services, &row, staff) {
        // Whoever opened it knows of it, and nobody else is to.
        let is_own = row.opened_by == staff.staff_id;
        return Err(if is_own { refused("only a manager works on the case") } else { none() }.into());
    }
    match rows::state_of(&row)? {
        CaseState::Closed => Err(refused("the case is closed").into()),
        CaseState::Open | CaseState::InWork => Ok(row),
    }
}

/// Whether a colleague who still works here works on a case: then a manager alone takes it.
async fn is_others(connection: &mut AnyConnection, row: &CaseRow, (store_id, staff): (i64, &SignedIn)) -> Result<bool> {
    Ok(rows::state_of(row)? == CaseState::InWork
        && row.owner != staff.staff_id
        && rows::works_there(connection, store_id, row.owner).await?)
}

/// Whether somebody may take a case, and it would change anything.
async fn may_take(
    connection: &mut AnyConnection,
    services: &Services,
    row: &CaseRow,
    staff: &SignedIn,
) -> Result<bool> {
    let is_left = match rows::state_of(row)? {
        CaseState::Closed => false,
        CaseState::Open => true,
        CaseState::InWork => row.owner != staff.staff_id,
    };
    let is_free = staff.role == StaffRole::Manager || !is_others(connection, row, (staff.store_id(), staff)).await?;
    Ok(is_left && is_free && may_work(services, row, staff))
}

/// Somebody takes a case that nobody works on; one that a colleague works on, a manager alone.
async fn take(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    id: i64,
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found_open(connection, write, services, id, staff).await?;
    if staff.role != StaffRole::Manager && is_others(connection, &row, (write.store_id, staff)).await? {
        return Err(refused("somebody else works on the case").into());
    }
    if row.owner != staff.staff_id || rows::state_of(&row)? == CaseState::Open {
        rows::set_owner(connection, id, staff.staff_id).await?;
        rows::add_step(connection, id, CaseStepKind::Taken, Some(staff.staff_id), None, write.taken_ms).await?;
    }
    Ok(outcome(CaseState::InWork, id))
}

/// Whoever answers for a case, or a manager.
fn check_answers_for(row: &CaseRow, staff: &SignedIn) -> Result<(), ApiError> {
    match row.owner == staff.staff_id || staff.role == StaffRole::Manager {
        true => Ok(()),
        false => Err(refused("only whoever answers for the case, or a manager, may do this")),
    }
}

/// A colleague answers for a case from now on.
async fn hand_over(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    (id, to): (i64, i64),
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found_open(connection, write, services, id, staff).await?;
    check_answers_for(&row, staff)?;
    if !rows::works_there(connection, write.store_id, to).await? {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "the staff_number is nobody's who works here").into());
    }
    let is_for_managers = services.cases.is_for_managers(&row.category);
    if is_for_managers && !rows::is_manager(connection, write.store_id, to).await? {
        return Err(refused("only a manager works on the case").into());
    }
    rows::set_owner(connection, id, to).await?;
    rows::add_handover(connection, id, staff.staff_id, to, write.taken_ms).await?;
    Ok(outcome(CaseState::InWork, id))
}

/// Something is noted, for colleagues.
async fn note(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    (id, text): (i64, &str),
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found_open(connection, write, services, id, staff).await?;
    if rows::count_steps(connection, id).await? >= MOST_STEPS {
        return Err(refused("the case has as many notes as it may").into());
    }
    let sealed = services.secrets.seal_personal("case-note", text.as_bytes())?;
    let step = CaseStepKind::Noted;
    rows::add_step(connection, id, step, Some(staff.staff_id), Some(&sealed), write.taken_ms).await?;
    Ok(outcome(rows::state_of(&row)?, id))
}

/// A case is done. The customer is asked once by a message, where they named a way.
async fn close(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    (id, text): (i64, &str),
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found_open(connection, write, services, id, staff).await?;
    check_answers_for(&row, staff)?;
    let secrets = &services.secrets;
    let is_asked = row.asked_ms.is_none() && ask(connection, write, services, &row).await?;
    let sealed = secrets.seal_personal("case-outcome", text.as_bytes())?;
    rows::close(connection, id, &sealed, is_asked.then_some(write.taken_ms), write.taken_ms).await?;
    rows::add_step(connection, id, CaseStepKind::Closed, Some(staff.staff_id), None, write.taken_ms).await?;
    Ok(outcome(CaseState::Closed, id))
}

/// Asks the customer whether it was put right; tells whether a message is on its way.
async fn ask(connection: &mut AnyConnection, write: &Write, services: &Services, row: &CaseRow) -> Result<bool> {
    let Some(sealed) = &row.sealed_to else { return Ok(false) };
    let to = String::from_utf8(services.secrets.open_personal("case-to", sealed)?).context("an address")?;
    let to = if row.channel == "sms" { Recipient::Sms(to) } else { Recipient::Email(to) };
    // Whoever closes a case is not kept from it: the customer reads on the screen what was done.
    if let Err(refusal) = services.messages.may_queue(connection, to.channel(), write.taken_ms).await? {
        tracing::warn!(case = row.id, cause = %refusal, "a customer is not asked whether it was put right");
        return Ok(false);
    }
    let (code, key) = (code_of(&services.secrets, row.id, row.opened_ms), format!("case:{}:asked", row.id));
    let words = words(Told::Asked, &to, &row.language)?;
    send(connection, services, (to, words, &row.language), (code, ""), key, write).await?;
    Ok(true)
}

/// Forgets, as long as the server lives, what was said in cases that have been closed for long.
pub(crate) async fn keep_up(pool: AnyPool, kept_days: u32, clock: Clock) {
    loop {
        if let Err(error) = forget_old(&pool, kept_days, clock.now_ms()).await {
            tracing::error!(cause = format!("{error:#}"), "old cases were not forgotten");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does it once.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_old(pool: &AnyPool, kept_days: u32, now_ms: i64) -> Result<()> {
    rows::forget_old(&mut *pool.acquire().await?, now_ms - i64::from(kept_days) * DAY_MS).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_is_told_of_a_case_fits_into_one_sms_of_seventy_characters() {
        let phone = Recipient::Sms("+79161234567".into());
        for (told, language) in [(Told::Opened, "ru"), (Told::Opened, "en"), (Told::Asked, "ru"), (Told::Asked, "en")] {
            let (_, text) = words(told, &phone, language).expect("words");
            let text = text.replace("{code}", &"9".repeat(CaseCode::LENGTH)).replace("{day}", "31.12.26");
            assert!(text.encode_utf16().count() <= 70 && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn words_may_have_lines_and_nothing_that_is_not_seen() {
        assert_eq!(checked_text("words", " Молоко\nкислое ", 20, true).expect("words"), "Молоко\nкислое");
        for (text, has_lines) in [("", true), (" \n ", true), ("a\nb", false), ("\0", true), ("a\u{202e}b", true)] {
            assert!(checked_text("words", text, 20, has_lines).is_err(), "{text:?}");
        }
        assert!(checked_text("words", &"ж".repeat(21), 20, true).is_err());
    }
}
