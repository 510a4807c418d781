//! A shopper has found an item past its date: a task for the staff, and points that wait until somebody has looked.
//!
//! What a report comes to, `polka-freshness` decides; here is what was reported before, what is kept, and what waits in
//! the ledger. `rows.rs` has the reports as rows, `photos.rs` what labels look like, `lots.rs`
//! what was found, `summary.rs` what a manager sees of a store, `upkeep.rs` what time does. Points for the number of a
//! card that nobody has yet, which stands on a slip, wait for whoever joins by it.

pub(crate) mod lots;
pub(crate) mod photos;
mod rows;
pub(crate) mod summary;
mod upkeep;

use anyhow::{Context, Result, bail};
use axum::Json;
use axum::extract::State;
use polka_contract::{
    Buyer, ConfirmedLotEvent, ErrorCode, ErrorResponse, ExpiredReportOutcome, ExpiredReportRequest,
    ExpiredReportResponse, StaffRole, TaskOutcome, WebhookTold,
};
use polka_domain::{CardNumber, Date, DateKind, Gtin, Phone, Points};
use polka_freshness::{Earlier, Finding, MemberEarlier, Promise, Refusal, judge};
use polka_ledger::{LotId, accrue_pending, cancel_pending, release};
use sqlx::AnyConnection;

use crate::checkout::buyer::NamedBuyer;
use crate::checkout::credible;
use crate::clock::HOUR_MS;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members::{self, Card};
use crate::points::{self, Cause};
use crate::secrets::Secrets;
use crate::staff::{SignedIn, phone};
use crate::tasks::{self, reported_gtin};
use crate::webhooks;
use crate::writes::{Incoming, Outcome, Write, check_made};

pub(crate) use rows::{merge, of_member};
pub(crate) use upkeep::keep_up;
pub use upkeep::release_late;

/// So many of one thing somebody may have found.
const MOST_ITEMS: u32 = 99;

/// What somebody says that they have found, checked.
struct Found {
    gtin: Gtin,
    last_day: Date,
    kind: DateKind,
    quantity: u32,
    is_elsewhere: bool,
    /// The day in the store on which it was found.
    day: Date,
    made_ms: i64,
}

/// An item is past its date. Points for it wait, until somebody of the staff has looked or has not answered for so
/// long as the chain has set.
#[utoipa::path(
    post, path = polka_contract::paths::EXPIRED_REPORTS, tag = "report_expired", request_body = ExpiredReportRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "what it came to", body = ExpiredReportResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn report(
    State(services): State<Services>,
    incoming: Incoming<ExpiredReportRequest>,
) -> Result<Json<ExpiredReportResponse>, ApiError> {
    // How long it takes must not tell whether somebody has this number.
    match incoming.said.phone {
        Some(_) => services.clock.evenly(take(&services, incoming)).await,
        None => take(&services, incoming).await,
    }
}

async fn take(
    services: &Services,
    Incoming { write, said, .. }: Incoming<ExpiredReportRequest>,
) -> Result<Json<ExpiredReportResponse>, ApiError> {
    let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
    check_made(said.made_ms)?;
    if !(1..=MOST_ITEMS).contains(&said.quantity) {
        return Err(wrong("the quantity is not 1 to 99"));
    }
    let found = Found {
        gtin: reported_gtin(&said.gtin)?,
        last_day: day_of(&said.last_day).ok_or_else(|| wrong("the last_day is no day, as 2026-12-31 is"))?,
        kind: DateKind::from_code(&said.date_kind)
            .ok_or_else(|| wrong("the date_kind is neither best_before nor use_by"))?,
        quantity: said.quantity,
        is_elsewhere: said.is_elsewhere,
        day: points::day(credible(said.made_ms, write.taken_ms), &services.store.time_zone)?,
        made_ms: said.made_ms,
    };
    let finder = match (said.card_number, said.phone) {
        (None, None) => None,
        (card_number, phone) => Some(services.buyer(&Buyer { card_number, phone })?),
    };
    let own = services.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { note(connection, write, &own, &found, finder.as_ref()).await })
    });
    Ok(Json(response(&outcome.await?)?))
}

/// A day with a year of four digits, as databases order it.
fn day_of(text: &str) -> Option<Date> {
    text.parse().ok().filter(|day: &Date| (1..=9999).contains(&day.year()) && day.to_string() == text)
}

async fn note(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    found: &Found,
    finder: Option<&NamedBuyer>,
) -> Result<Outcome> {
    let member_id = match finder {
        Some(finder) => finder.find(connection).await?.map(|(member_id, _)| member_id),
        None => None,
    };
    let product = rows::product(connection, write.store_id, found.gtin).await?;
    let (price_minor_units, category) = product.map_or((None, None), |(price, category)| (Some(price), category));
    let department = services.loyalty.department(category.as_deref())?;
    let finding = Finding { last_day: found.last_day, kind: found.kind, today: found.day, price_minor_units };
    let (programme, settings) = (services.loyalty.programme(), &services.loyalty.expired_items);
    let earlier = rows::earlier(connection, write, found).await?;
    let for_anybody = judge(&finding, &programme, settings, earlier, None);
    let is_staff = match (finder, member_id) {
        (Some(NamedBuyer::Phone(phone)), _) => {
            phone::is_of_staff(connection, &services.secrets, write.store_id, phone.number()).await?
        }
        (_, Some(member_id)) => is_staff(connection, &services.secrets, write.store_id, member_id).await?,
        _ => false,
    };
    let of_member = match member_id {
        Some(member_id) => rows::of_member_before(connection, write.store_id, member_id, found).await?,
        None => MemberEarlier::default(),
    };
    let judged = judge(&finding, &programme, settings, earlier, Some(MemberEarlier { is_staff, ..of_member }));
    // Whatever becomes of the points, what is past its date must go.
    let task_id = match finding.check(&programme) {
        Ok(()) => Some(tasks::open_expired(connection, write, found.gtin, found.last_day).await?),
        Err(_) => None,
    };
    let finder_digest = match finder.filter(|_| member_id.is_none()) {
        Some(NamedBuyer::Card(card)) => Some(card_digest(&services.secrets, *card)),
        Some(NamedBuyer::Phone(phone)) => Some(phone_digest(&services.secrets, phone.number())),
        Some(NamedBuyer::Member(_)) | None => None,
    };
    let (outcome, points) = outcome_of(&judged, finder.is_some());
    // Whoever names a number is told what anybody would be, and so is whoever reports the same after them.
    let told = if matches!(finder, Some(NamedBuyer::Phone(_))) { &for_anybody } else { &judged };
    let is_whole =
        finder.is_some() && told.as_ref().is_ok_and(|promise| promise.is_whole && promise.points > Points::ZERO);
    let due_ms = |judged: &Result<Promise, Refusal>| {
        let is_plain = judged.as_ref().is_ok_and(|promise| promise.doubts.is_empty());
        write.taken_ms + HOUR_MS * if is_plain { settings.release_hours } else { settings.second_look_hours }
    };
    let mut lot_id = None;
    if let (Some(member_id), 1..) = (member_id, points) {
        let state = points::state(connection, member_id).await?;
        let draft =
            accrue_pending(&state, &services.loyalty.points, found.day, Points::new(points)?, department.clone())?;
        let cause = Cause { made_ms: found.made_ms, ..cause_of_report(&write.idempotency_key, "expired_item", write) };
        lot_id = points::book(connection, draft, &cause).await?.opened_lot().map(|lot| lot.id.0);
    }
    let report = rows::NewReport {
        member_id,
        finder_digest,
        is_whole,
        outcome,
        judged: &judged,
        points,
        department: department.as_str(),
        lot_id,
        task_id,
        due_ms: due_ms(&judged),
    };
    let id = rows::add(connection, write, found, &report).await?;
    let (outcome, points) = outcome_of(told, finder.is_some());
    let released_ms = if points > 0 { due_ms(told) } else { 0 };
    Ok(Outcome { word: format!("{}:{points}:{released_ms}", outcome.code()), reference: Some(id) })
}

/// Whether a member works in a store; nobody whose number cannot be opened any more is known to.
async fn is_staff(connection: &mut AnyConnection, secrets: &Secrets, store_id: i64, member_id: i64) -> Result<bool> {
    match members::phone(connection, member_id, secrets).await.ok().flatten() {
        Some(number) => phone::is_of_staff(connection, secrets, store_id, number).await,
        None => Ok(false),
    }
}

/// What a report is called by what it came to, and how many points wait for it.
fn outcome_of(judged: &Result<Promise, Refusal>, waits_for_somebody: bool) -> (ExpiredReportOutcome, i64) {
    let outcome = match judged {
        Ok(promise) if !waits_for_somebody || promise.points == Points::ZERO => ExpiredReportOutcome::Noted,
        Ok(promise) if promise.is_whole => return (ExpiredReportOutcome::RewardWaits, promise.points.value()),
        Ok(promise) => return (ExpiredReportOutcome::ThanksWait, promise.points.value()),
        Err(Refusal::NotExpired) => ExpiredReportOutcome::NotExpired,
        Err(Refusal::KindNotCounted) => ExpiredReportOutcome::KindNotCounted,
        Err(Refusal::ReportedBefore) => ExpiredReportOutcome::ReportedBefore,
        Err(Refusal::MemberDayLimit) => ExpiredReportOutcome::MemberDayLimit,
        Err(Refusal::DeviceDayLimit) => ExpiredReportOutcome::DeviceDayLimit,
        Err(Refusal::SoldJustNow) => ExpiredReportOutcome::SoldJustNow,
        Err(Refusal::ByStaff) => ExpiredReportOutcome::ByStaff,
    };
    (outcome, 0)
}

fn response(outcome: &Outcome) -> Result<ExpiredReportResponse> {
    let parts: Vec<_> = outcome.word.split(':').collect();
    let [word, points, released_ms] = parts[..] else { bail!("a report that came to {:?}", outcome.word) };
    Ok(ExpiredReportResponse {
        report_id: outcome.reference.context("a report")?,
        outcome: ExpiredReportOutcome::from_code(word).context("an outcome of a later version")?,
        points: points.parse()?,
        released_ms: released_ms.parse()?,
    })
}

fn cause_of_report<'a>(key: &'a str, reason: &'a str, write: &Write) -> Cause<'a> {
    Cause {
        key,
        reason,
        actor: "shopper",
        device_id: Some(write.device_id),
        store_id: Some(write.store_id),
        receipt_id: None,
        made_ms: write.taken_ms,
        recorded_ms: write.taken_ms,
    }
}

/// By which a report is found once somebody joins with the card that its slip shows.
fn card_digest(secrets: &Secrets, card: CardNumber) -> String {
    secrets.digest("expired-report", &[card.to_string().as_bytes()])
}

/// By which a report is found once somebody joins with the number that was named.
fn phone_digest(secrets: &Secrets, phone: Phone) -> String {
    secrets.digest("expired-report-phone", &[phone.e164().as_bytes()])
}

/// Somebody has joined with a card and a number: what waits for either is theirs from now on. What they might not have
/// got as a member they do not get as one who joined later.
pub(crate) async fn claim(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    card: CardNumber,
    phone: Phone,
    member_id: i64,
) -> Result<()> {
    let of_phone = phone_digest(&services.secrets, phone);
    claim_by(connection, write, services, &of_phone, member_id).await?;
    // A card that was there before stays whose it is.
    let Some(Card { member_id, .. }) = members::find_card(connection, card).await? else { return Ok(()) };
    claim_by(connection, write, services, &card_digest(&services.secrets, card), member_id).await
}

async fn claim_by(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    finder_digest: &str,
    member_id: i64,
) -> Result<()> {
    let (loyalty, today) = (&services.loyalty, points::day(write.taken_ms, &services.store.time_zone)?);
    for report in rows::of_finder(connection, finder_digest).await? {
        let found = report.found()?;
        let of_member = rows::of_member_before(connection, report.store_id, member_id, &found).await?;
        let is_staff = is_staff(connection, &services.secrets, report.store_id, member_id).await?;
        let of_member = MemberEarlier { is_staff, ..of_member };
        let finding = Finding { last_day: found.last_day, kind: found.kind, today: found.day, price_minor_units: None };
        let judged = judge(&finding, &loyalty.programme(), &loyalty.expired_items, Earlier::default(), Some(of_member));
        let promise = match judged {
            Ok(promise) => promise,
            Err(_) => {
                let outcome = outcome_of(&judged, true).0;
                rows::refuse(connection, report.id, member_id, outcome).await?;
                continue;
            }
        };
        let key = format!("expired-report:{}", report.id);
        let cause = Cause { store_id: Some(report.store_id), ..cause_of_report(&key, "expired_item", write) };
        let state = points::state(connection, member_id).await?;
        let department = report.department.parse()?;
        let draft = accrue_pending(&state, &loyalty.points, today, Points::new(report.points)?, department)?;
        let lot = points::book(connection, draft, &cause).await?.opened_lot().context("a lot of its own")?.id;
        rows::give(connection, report.id, member_id, lot.0).await?;
        let doubts: Vec<_> = promise.doubts.into_iter().filter(|doubt| doubt.is_of_member()).collect();
        if !doubts.is_empty() && report.state != "confirmed" {
            let due_ms = write.taken_ms + loyalty.expired_items.second_look_hours * HOUR_MS;
            rows::look_again(connection, report.id, &doubts, due_ms).await?;
        } else if report.is_released() {
            let state = points::state(connection, member_id).await?;
            points::book(connection, release(&state, &loyalty.points, today, lot)?, &cause).await?;
        }
    }
    Ok(())
}

/// What is decided about a report whose points wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// Somebody of the staff has found it so.
    Confirmed,
    /// Somebody of the staff has not.
    NotConfirmed,
    /// Nobody has looked in time.
    Released,
}

impl Decision {
    /// As it is written in the database.
    fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::NotConfirmed => "not_confirmed",
            Self::Released => "released",
        }
    }
}

/// What is left of a task when somebody of the staff has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    /// What is odd, a manager confirms.
    ToManager,
    /// Somebody has reported more since then.
    ToAll,
}

/// Somebody of the staff has looked for the items of a task, at a time: what was reported later they have not seen.
pub(crate) async fn decide_task(
    connection: &mut AnyConnection,
    services: &Services,
    (task_id, outcome): (i64, TaskOutcome),
    staff: &SignedIn,
    write: &Write,
    at_ms: i64,
) -> Result<Left> {
    let mut left = if rows::has_later(connection, task_id, at_ms).await? { Left::ToAll } else { Left::Nothing };
    for report in rows::of_task(connection, task_id).await? {
        let decision = match outcome {
            _ if report.taken_ms > at_ms => continue,
            TaskOutcome::Done if report.is_doubted() && staff.role != StaffRole::Manager => {
                left = if left == Left::ToAll { left } else { Left::ToManager };
                continue;
            }
            TaskOutcome::Done => Decision::Confirmed,
            TaskOutcome::NotFound => Decision::NotConfirmed,
        };
        decide(connection, &services.loyalty.points, &report, decision, &staff.actor(), write.taken_ms).await?;
    }
    match outcome {
        TaskOutcome::Done => tell_confirmed(connection, services, task_id, write.taken_ms).await?,
        TaskOutcome::NotFound if left == Left::ToAll => {}
        TaskOutcome::NotFound => rows::free(connection, task_id).await?,
    }
    Ok(left)
}

/// Tells the webhook that the items of a task were there: once, also where a manager decides about their points later.
async fn tell_confirmed(
    connection: &mut AnyConnection,
    services: &Services,
    task_id: i64,
    confirmed_ms: i64,
) -> Result<()> {
    let Some((gtin, last_day)) = rows::lot(connection, task_id).await? else { return Ok(()) };
    let lot = ConfirmedLotEvent { gtin: gtin.to_string(), last_day, confirmed_ms };
    let (about, told) = (format!("expired-lot:{task_id}"), WebhookTold::ExpiredLotConfirmed(lot));
    webhooks::tell_once(connection, &services.store, &about, told, confirmed_ms).await
}

/// Releases the points of a report, or cancels them.
async fn decide(
    connection: &mut AnyConnection,
    settings: &polka_ledger::Settings,
    report: &rows::PendingReport,
    decision: Decision,
    actor: &str,
    now_ms: i64,
) -> Result<()> {
    if let (Some(member_id), Some(lot_id)) = (report.member_id, report.lot_id) {
        let key = format!("expired-report:{}:{}", report.id, decision.code());
        let cause = Cause {
            key: &key,
            reason: decision.code(),
            actor,
            device_id: None,
            store_id: Some(report.store_id),
            receipt_id: None,
            made_ms: now_ms,
            recorded_ms: now_ms,
        };
        let state = points::state(connection, member_id).await?;
        let draft = match decision {
            Decision::NotConfirmed => cancel_pending(&state, LotId(lot_id), report.department.parse()?)?,
            Decision::Confirmed | Decision::Released => {
                release(&state, settings, points::day(now_ms, &report.time_zone)?, LotId(lot_id))?
            }
        };
        points::book(connection, draft, &cause).await?;
    }
    rows::decide(connection, report.id, decision.code(), now_ms).await
}
