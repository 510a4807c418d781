//! What the staff are to do: one open task of a kind for each product, each lot, each device, or the store.
//!
//! Whoever asks for the same again adds to the task that is open. `requests.rs` has what a tablet asks and does,
//! `rows.rs` the tasks as rows, `events.rs` what is told as it happens, `upkeep.rs` who is told that tasks wait too long.

pub(crate) mod events;
pub(crate) mod requests;
pub(crate) mod rows;
mod upkeep;

use anyhow::{Context, Result, bail};
use lettre::Address;
use polka_contract::{ApologiesResponse, ErrorCode, ReportOutcome, ReportResponse, TaskKind, TasksResponse};
use polka_domain::{Date, Gtin, SettingError};
use serde::Deserialize;
use sqlx::{AnyConnection, AnyPool};

use crate::apology;
use crate::clock::MINUTE_MS;
use crate::http::ApiError;
use crate::messages::Recipient;
use crate::writes::{Outcome, Write};

pub(crate) use upkeep::keep_up;
pub use upkeep::tell_late;

/// The table `escalation` of `polka.toml`: after how long a task that nobody has taken is told again, as urgent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Escalation {
    /// Seconds that somebody waits for a person or for another till, 10 to 3600.
    pub people_s: u32,
    /// Minutes that goods and labels wait, 1 to 1440.
    pub goods_minutes: u32,
    /// Minutes in which somebody who has taken a call is usually there, at most 60; at 0 nobody is told.
    pub coming_minutes: u32,
    /// Who is told by a message as well, at most once an hour: a number as E.164 writes it, or a mailbox.
    pub notify: Option<String>,
}

impl Default for Escalation {
    fn default() -> Self {
        Self { people_s: 120, goods_minutes: 30, coming_minutes: 2, notify: None }
    }
}

impl Escalation {
    /// Checks what is set.
    ///
    /// # Errors
    /// Where it is out of its range.
    pub fn check(&self) -> Result<()> {
        SettingError::check(&[
            ("people_s", self.people_s.into(), 10, 3600),
            ("goods_minutes", self.goods_minutes.into(), 1, 1440),
            ("coming_minutes", self.coming_minutes.into(), 0, 60),
        ])?;
        if self.notify.is_some() && self.recipient().is_none() {
            bail!("notify is neither a number like +79161234567 nor a mailbox");
        }
        Ok(())
    }

    /// Who is told by a message.
    fn recipient(&self) -> Option<Recipient> {
        let notify = self.notify.as_ref()?;
        if let Some((_, host)) = notify.split_once('@') {
            let is_mailbox = host.contains('.') && notify.parse::<Address>().is_ok();
            return is_mailbox.then(|| Recipient::Email(notify.clone()));
        }
        let digits = notify.strip_prefix('+')?;
        let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Recipient::Sms(notify.clone()))
    }

    /// Whether a task of this kind has waited too long.
    fn is_due(&self, kind: TaskKind, waited_ms: i64) -> bool {
        waited_ms
            >= match kind {
                TaskKind::Call | TaskKind::OpenTill => i64::from(self.people_s) * 1000,
                TaskKind::ExpiredItem | TaskKind::MissingProduct | TaskKind::ShelfLabel => {
                    i64::from(self.goods_minutes) * MINUTE_MS
                }
            }
    }
}

/// What a task is of, as its row has it; what does not belong to its kind is empty.
#[derive(Default)]
struct About {
    gtin: i64,
    last_day: String,
    device_id: i64,
}

/// Opens a task at the product's shelf, unless there is one already or the store has no such product.
pub(crate) async fn open(
    connection: &mut AnyConnection,
    write: &Write,
    kind: TaskKind,
    gtin: Gtin,
) -> Result<(ReportOutcome, Option<i64>)> {
    let about = About { gtin: i64::try_from(gtin.body())?, ..About::default() };
    if rows::shelf(connection, write.store_id, about.gtin).await?.is_none() {
        return Ok((ReportOutcome::ProductGone, None));
    }
    let (task_id, is_new) = rows::open(connection, write, kind, &about).await?;
    Ok((if is_new { ReportOutcome::TaskOpened } else { ReportOutcome::TaskKnown }, Some(task_id)))
}

/// Opens a task to take items of a product with one date off the shelf, unless there is one. What is past its date must
/// go, whether the product is on the list or not.
pub(crate) async fn open_expired(
    connection: &mut AnyConnection,
    write: &Write,
    gtin: Gtin,
    last_day: Date,
) -> Result<i64> {
    let about = About { gtin: i64::try_from(gtin.body())?, last_day: last_day.to_string(), ..About::default() };
    Ok(rows::open(connection, write, TaskKind::ExpiredItem, &about).await?.0)
}

/// Opens a task to come to a device, unless there is one.
pub(crate) async fn open_call(connection: &mut AnyConnection, write: &Write) -> Result<i64> {
    let about = About { device_id: write.device_id, ..About::default() };
    Ok(rows::open(connection, write, TaskKind::Call, &about).await?.0)
}

/// Opens a task to open another till, or adds to the one that is open.
pub(crate) async fn open_till(connection: &mut AnyConnection, write: &Write) -> Result<(i64, bool)> {
    rows::open(connection, write, TaskKind::OpenTill, &About::default()).await
}

/// Nobody is wanted at a device any more.
pub(crate) async fn call_off(connection: &mut AnyConnection, write: &Write) -> Result<()> {
    rows::call_off(connection, write.device_id, write.taken_ms).await
}

/// What the staff of a store have before them.
#[derive(Default, PartialEq)]
pub(crate) struct Open {
    tasks: Vec<rows::Task>,
    /// What waits for a second person.
    waiting: ApologiesResponse,
}

impl Open {
    async fn read(pool: &AnyPool, store_id: i64, escalation: &Escalation, now_ms: i64) -> Result<Self> {
        let tasks = rows::all_open(pool, store_id, escalation, now_ms).await?;
        Ok(Self { tasks, waiting: apology::waiting(pool, store_id).await? })
    }
}

/// The same as a tablet is told of it.
fn response_of(open: &Open) -> TasksResponse {
    let tasks = open.tasks.iter().map(|task| task.open.clone()).collect();
    let mut response = TasksResponse { tasks, waiting: open.waiting.clone() };
    response.sort();
    response
}

/// The product that a report is about.
pub(crate) fn reported_gtin(text: &str) -> Result<Gtin, ApiError> {
    text.parse().map_err(|problem| ApiError::new(ErrorCode::InvalidGtin, format!("the gtin {problem}")))
}

/// What is kept of a report's answer.
pub(crate) fn outcome(outcome: ReportOutcome, task_id: Option<i64>) -> Outcome {
    Outcome { word: outcome.code().into(), reference: task_id }
}

/// The answer, of what was kept of it.
pub(crate) fn response(outcome: &Outcome) -> Result<ReportResponse> {
    let word = ReportOutcome::from_code(&outcome.word).context("an outcome of a later version")?;
    Ok(ReportResponse { outcome: word, task_id: outcome.reference })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_of_escalation_is_checked() {
        let with = |notify: &str| Escalation { notify: Some(notify.into()), ..Escalation::default() };
        assert_eq!(with("+79161234567").recipient(), Some(Recipient::Sms("+79161234567".into())));
        assert_eq!(with("anna@shop.example").recipient(), Some(Recipient::Email("anna@shop.example".into())));
        for wrong in [
            "",
            "89161234567",
            "+7916",
            "+7916123456a",
            "@shop.example",
            "anna@shop",
            "an na@shop.example",
            "a@@shop.example",
        ] {
            assert!(with(wrong).check().is_err(), "{wrong:?}");
        }
        assert!(Escalation { people_s: 9, ..Escalation::default() }.check().is_err());
        assert!(Escalation { goods_minutes: 0, ..Escalation::default() }.check().is_err());
        assert!(Escalation::default().check().is_ok());
    }

    #[test]
    fn people_wait_for_seconds_and_goods_for_minutes() {
        let escalation = Escalation { people_s: 60, goods_minutes: 5, ..Escalation::default() };
        let due = |kind| [59_999, 60_000, 299_999, 300_000].map(|waited_ms| escalation.is_due(kind, waited_ms));
        assert_eq!(due(TaskKind::Call), [false, true, true, true]);
        assert_eq!(due(TaskKind::ExpiredItem), [false, false, false, true]);
    }
}
