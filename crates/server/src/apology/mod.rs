//! Something went wrong, and somebody of the staff puts it right: with points at once, or with a coupon by SMS, by mail
//! or on paper.
//!
//! Each has a reason of the chain's list, which says which department bears the cost. Above a limit it waits for a
//! second person. What was given can be taken back as long as nobody has used it, and a coupon that does not come goes
//! by another way: the same one, never a second. What was wrong with goods of a receipt is put right the same way,
//! without their coming back: `without_goods.rs`, and `photos.rs` for what they look like. `settings.rs` has what a chain
//! sets, `coupon_message.rs` what a message says of a coupon, `rows.rs` the rows, `requests.rs` what tablets ask,
//! `summary.rs` and `recent.rs` what managers are told.

mod coupon_message;
pub(crate) mod photos;
pub(crate) mod recent;
pub(crate) mod requests;
mod rows;
mod settings;
pub(crate) mod summary;
pub(crate) mod without_goods;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Span;
use polka_contract::{
    ApologiesResponse, ApologyMessageState, ApologyRequest, ApologyState, ApologyWay, CouponTerms, CouponWorth,
    ErrorCode, MessageChannel, StaffRole,
};
use polka_domain::{Date, Phone, Points};
use polka_ledger::{ApologyLimit, Department, GivenBefore, Terms, adjust};
use sqlx::{AnyConnection, AnyPool};

use crate::checkout::buyer::NamedBuyer;
use crate::checkout::lines;
use crate::clock::{Clock, DAY_MS, MINUTE_MS};
use crate::coupons::{self, NewCoupon};
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::{in_language, may_send};
use crate::join_loyalty::{members, named_phone};
use crate::member_card::profile::is_mailbox;
use crate::messages;
use crate::points::{self, Cause};
use crate::secrets::Secrets;
use crate::staff::SignedIn;
use crate::staff::phone::is_of_staff;
use crate::writes::{Outcome, Write};

pub(crate) use coupon_message::money_in_words;
use coupon_message::{Sent, send};
pub use settings::ApologySettings;
use without_goods::Goods;

/// A customer's apologies are counted for so long.
const CUSTOMER_MS: i64 = 30 * DAY_MS;
/// What nobody has decided for so long is refused: the customer has gone.
const WAITS_MS: i64 = DAY_MS;
const PAUSE: Duration = Duration::from_secs(3600);
/// So often a coupon goes by another way: whoever has a number must not get messages without end.
const MOST_WAY_CHANGES: i64 = 5;
/// What is kept of a write that gave a coupon on paper: its code is told to whoever asks again with the same key,
/// however the coupon goes later.
const ON_PAPER: &str = "given_on_paper";
const NO_ROOM: &str = "these terms go by mail or on paper: one SMS has no room for them";

/// An apology that somebody wants to give, checked.
pub(crate) struct Asked {
    reason: String,
    department: Department,
    minor_units: i64,
    points: Points,
    terms: CouponTerms,
    way: Way,
    /// The coupon that is on paper already.
    blank: Option<i64>,
    language: String,
    made_ms: i64,
    /// As it came, for whoever says yes to it.
    said: ApologyRequest,
    /// The goods that it is for, where it is for some.
    goods: Option<Goods>,
}

/// How it comes to the customer, checked.
enum Way {
    Points(NamedBuyer),
    Sms(Phone),
    Email(String),
    Paper,
}

impl Way {
    /// As it is written in the database.
    fn code(&self) -> &'static str {
        match self {
            Self::Points(_) => "points",
            Self::Sms(_) => "sms",
            Self::Email(_) => "email",
            Self::Paper => "paper",
        }
    }
}

fn refused(why: &str) -> ApiError {
    ApiError::new(ErrorCode::ApologyRefused, why)
}

fn manager_needed(why: &str) -> ApiError {
    ApiError::new(ErrorCode::ManagerNeeded, why)
}

fn coupon_is_used() -> ApiError {
    ApiError::new(ErrorCode::CouponRefused, "its coupon is used, or set aside at a till")
}

impl Services {
    /// Which department bears the cost of an apology with this reason.
    pub(crate) fn apology_department(&self, reason: &str) -> Result<Department, ApiError> {
        let none = || ApiError::new(ErrorCode::InvalidRequest, "the reason is none of the chain's list");
        let reason = self.apologies.reason(reason).ok_or_else(none)?;
        Ok(reason.department.parse().map_err(anyhow::Error::from)?)
    }

    /// Reads what somebody of the staff wants to give, at the cost of a department.
    pub(crate) fn asked_apology(
        &self,
        said: ApologyRequest,
        department: Department,
        now_ms: i64,
    ) -> Result<Asked, ApiError> {
        let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
        let amount = CouponTerms {
            worth: CouponWorth::Amount { minor_units: said.minor_units },
            gtin: None,
            category: None,
            least_minor_units: 0,
            is_for_chain: true,
            uses: 1,
        };
        let terms = said.terms.clone().unwrap_or(amount);
        let day = points::day(now_ms, &self.store.time_zone)?;
        let checked = self.terms(&terms, day)?;
        let minor_units = coupons::most_in_all(&checked, terms.uses)?;
        let way = self.apology_way(&said.way)?;
        match way {
            Way::Points(_) if said.terms.is_some() => {
                return Err(wrong("points are so much money: they have no terms"));
            }
            Way::Sms(_) if !coupon_message::fits_sms(&checked, terms.uses) => return Err(wrong(NO_ROOM)),
            Way::Points(_) | Way::Sms(_) | Way::Email(_) | Way::Paper => {}
        }
        let points = match way {
            Way::Points(_) => {
                let points = minor_units / self.loyalty.points.point_value_minor_units;
                let points = Points::new(points).ok().filter(|points| *points > Points::ZERO);
                points.ok_or_else(|| wrong("the minor_units are less than a point"))?
            }
            Way::Sms(_) | Way::Email(_) | Way::Paper => Points::ZERO,
        };
        if said.blank.is_some_and(|number| number < 0 || said.way != ApologyWay::Paper) {
            return Err(wrong("the blank is none, or none for this way"));
        }
        in_language(&said.language, "", "")?;
        Ok(Asked {
            reason: said.reason.clone(),
            department,
            minor_units,
            points,
            terms,
            way,
            blank: said.blank,
            language: said.language.clone(),
            made_ms: said.made_ms,
            said,
            goods: None,
        })
    }

    /// Reads how something comes to the customer.
    fn apology_way(&self, said: &ApologyWay) -> Result<Way, ApiError> {
        match said {
            ApologyWay::Points(buyer) => Ok(Way::Points(self.buyer(buyer)?)),
            ApologyWay::Sms(phone) => Ok(Way::Sms(named_phone(phone, &self.loyalty.phone_countries)?)),
            ApologyWay::Email(email) if is_mailbox(email) => Ok(Way::Email(email.clone())),
            ApologyWay::Email(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "the email is no mailbox")),
            ApologyWay::Paper => Ok(Way::Paper),
        }
    }

    /// What stands on a coupon that is issued today.
    fn terms(&self, terms: &CouponTerms, today: Date) -> Result<Terms, ApiError> {
        let last_day = today.saturating_add(Span::new().days(i64::from(self.apologies.coupon_days)));
        coupons::checked_terms(terms, self.store.id, today, last_day)
    }
}

/// Whose apologies are counted together: a member's by their number, by whatever they are named. Nobody knows who takes
/// paper.
///
/// # Errors
/// Where nobody has the card, nobody carries such a message, or it is the staff's own number.
async fn customer_digest(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    way: &Way,
) -> Result<Option<String>> {
    let phone = match way {
        Way::Points(NamedBuyer::Phone(phone)) => phone.number(),
        Way::Points(buyer) => {
            let nobody = || ApiError::new(ErrorCode::MemberNotFound, "nobody has this card");
            let (member_id, _) = buyer.find(connection).await?.ok_or_else(nobody)?;
            members::phone(connection, member_id, &services.secrets).await?.ok_or_else(nobody)?
        }
        Way::Sms(phone) => {
            may_send(connection, services, MessageChannel::Sms, write).await?;
            *phone
        }
        Way::Email(email) => {
            may_send(connection, services, MessageChannel::Email, write).await?;
            return Ok(Some(services.secrets.digest("apology-email", &[email.to_lowercase().as_bytes()])));
        }
        Way::Paper => return Ok(None),
    };
    if is_of_staff(connection, &services.secrets, write.store_id, phone).await? {
        return Err(ApiError::new(ErrorCode::StaffPhone, "it is the number of somebody who works here").into());
    }
    Ok(Some(phone_digest(&services.secrets, phone)))
}

/// By which a customer's apologies are counted, by their number.
fn phone_digest(secrets: &Secrets, phone: Phone) -> String {
    secrets.digest("apology-phone", &[phone.e164().as_bytes()])
}

/// Gives an apology, or keeps it until a second person has looked.
async fn give(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    asked: &Asked,
    staff: &SignedIn,
) -> Result<Outcome> {
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let customer_digest = customer_digest(connection, write, services, &asked.way).await?;
    let before = GivenBefore {
        by_person: rows::by_person(connection, write.store_id, staff.staff_id, day).await?,
        in_store: rows::in_store(connection, write.store_id, day).await?,
        to_customer: match &customer_digest {
            Some(digest) => rows::to_customer(connection, digest, write.taken_ms - CUSTOMER_MS).await?,
            None => 0,
        },
    };
    let once = services.apologies.once(staff.role);
    let mut above = services.apologies.limits.allow(once, asked.minor_units, before).err();
    if let Some(goods) = &asked.goods {
        let of_goods =
            without_goods::above(connection, write, services, asked, goods, (staff, &customer_digest)).await?;
        // What needs a manager comes before what a colleague may allow.
        above = [of_goods, above].into_iter().flatten().max_by_key(|limit| limit.needs_manager());
    }
    let sealed = match above {
        Some(_) => Some(services.secrets.seal_personal("apology", &serde_json::to_vec(&asked.said)?)?),
        None => None,
    };
    let apology = rows::NewApology { asked, staff_id: staff.staff_id, customer_digest, above, sealed, day };
    let id = rows::add(connection, write, &apology).await?;
    let state = match above {
        Some(_) => ApologyState::Waits,
        None => {
            hand_over(connection, write, services, asked, id, staff).await?;
            ApologyState::Given
        }
    };
    let word = match (state, &asked.way) {
        (ApologyState::Given, Way::Paper) => ON_PAPER,
        _ => state.code(),
    };
    Ok(Outcome { word: word.into(), reference: Some(id) })
}

/// Books the points of an apology, or issues its coupon and sends it.
async fn hand_over(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    asked: &Asked,
    id: i64,
    staff: &SignedIn,
) -> Result<()> {
    let today = points::day(write.taken_ms, &services.store.time_zone)?;
    let channel = match &asked.way {
        Way::Points(buyer) => {
            let member_id = buyer.find_or_add(connection, write).await?;
            let (key, actor) = (format!("apology:{id}"), staff.actor());
            let cause = cause(&key, "apology", &actor, write);
            let state = points::state(connection, member_id).await?;
            let department = Some(asked.department.clone());
            let draft = adjust(&state, &services.loyalty.points, today, asked.points, department);
            let draft = draft.map_err(|_| refused("the member cannot have so many points"))?;
            points::book(connection, draft, &cause).await?;
            return rows::give_points(connection, id, (member_id, asked.points.value()), write.taken_ms).await;
        }
        Way::Sms(_) => Some(MessageChannel::Sms),
        Way::Email(_) => Some(MessageChannel::Email),
        Way::Paper => None,
    };
    if let Some(channel) = channel {
        may_send(connection, services, channel, write).await?;
    }
    let terms = services.terms(&asked.terms, today)?;
    let coupon = NewCoupon { terms: terms.clone(), department: asked.department.clone(), most_uses: asked.terms.uses };
    let coupon_id = match asked.blank {
        Some(number) if coupons::is_issued(connection, number).await? => {
            return Err(refused("this blank coupon is given already").into());
        }
        Some(number) => number,
        None => coupons::new_id(connection).await?,
    };
    coupons::issue(connection, services, coupon_id, &coupon, write.taken_ms).await?;
    rows::give_coupon(connection, id, coupon_id, write.taken_ms).await?;
    let sent = Sent { key: message_key(id, 0), coupon_id, terms, uses: asked.terms.uses };
    send(connection, services, sent, (&asked.way, &asked.language), write).await
}

/// Under which key a coupon's message is queued, when it went by another way so often.
fn message_key(apology_id: i64, way_changes: i64) -> String {
    match way_changes {
        0 => format!("apology:{apology_id}"),
        _ => format!("apology:{apology_id}:way:{way_changes}"),
    }
}

/// A second person says yes or no to what waits; never whoever gave it.
async fn decide(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    id: i64,
    is_yes: bool,
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found(connection, write, id).await?;
    if row.staff_id == staff.staff_id {
        return Err(refused("whoever gave it does not decide about it").into());
    }
    let once = services.apologies.once(staff.role);
    if is_yes && row.minor_units > once {
        return Err(refused("it is more than whoever decides may give themselves").into());
    }
    // What is much for a day, a customer or the store is not for two who agree with each other.
    let limit = row.above.as_deref().and_then(ApologyLimit::from_code);
    if is_yes && limit.is_none_or(ApologyLimit::needs_manager) && staff.role != StaffRole::Manager {
        return Err(manager_needed("only a manager says yes to what is above the limit of a day or a customer").into());
    }
    // What waits counts for nothing: meanwhile others of it may have been given.
    if is_yes
        && staff.role != StaffRole::Manager
        && let Some(limit) = above_by_now(connection, write, services, &row).await?
    {
        return Err(manager_needed(&format!("by now {limit}: only a manager says yes to it")).into());
    }
    let state = if is_yes { ApologyState::Given } else { ApologyState::Refused };
    let sealed = row.sealed.as_deref();
    if !rows::decide(connection, id, state, staff.staff_id, write.taken_ms).await? {
        return Err(refused("it does not wait for anybody").into());
    }
    if is_yes {
        let said = services.secrets.open_personal("apology", sealed.context("what waits")?)?;
        let department = row.department.parse()?;
        let said = serde_json::from_slice(&said)?;
        let asked = match &row.receipt_number {
            Some(number) => without_goods::asked_again(connection, write, services, number, said, department).await?,
            None => services.asked_apology(said, department, write.taken_ms)?,
        };
        hand_over(connection, write, services, &asked, id, staff).await?;
    }
    Ok(Outcome { word: state.code().into(), reference: Some(id) })
}

/// Above which limit of a day or a customer what waits is, after all that was given until now.
async fn above_by_now(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    row: &rows::ApologyRow,
) -> Result<Option<ApologyLimit>> {
    // It counts for the day on which it was asked for.
    let day = points::day(row.taken_ms, &services.store.time_zone)?;
    let (store_id, since_ms) = (write.store_id, write.taken_ms - CUSTOMER_MS);
    let mut before = GivenBefore {
        by_person: rows::by_person(connection, store_id, row.staff_id, day).await?,
        in_store: rows::in_store(connection, store_id, day).await?,
        to_customer: 0,
    };
    if let Some(digest) = &row.customer_digest {
        before.to_customer = rows::to_customer(connection, digest, since_ms).await?;
    }
    let above = services.apologies.limits.allow(i64::MAX, row.minor_units, before).err();
    if above.is_some() || row.receipt_number.is_none() {
        return Ok(above);
    }
    before = GivenBefore {
        by_person: rows::without_goods_by_person(connection, store_id, row.staff_id, day).await?,
        ..GivenBefore::default()
    };
    if let Some(digest) = &row.customer_digest {
        before.to_customer = rows::without_goods_to_customer(connection, digest, since_ms).await?;
    }
    let above = services.apologies.without_goods.rules.allow(row.minor_units, true, 0, before).err();
    Ok(above.filter(|limit| limit.needs_manager()))
}

/// Takes back what was given, where nobody has used it: whoever gave it soon after, and a manager at any time.
async fn cancel(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    id: i64,
    why: &str,
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found(connection, write, id).await?;
    let cancelled = Outcome { word: ApologyState::Cancelled.code().into(), reference: Some(id) };
    if row.state == ApologyState::Waits.code() && row.staff_id == staff.staff_id {
        rows::cancel(connection, id, why, staff.staff_id, write.taken_ms).await?;
        return Ok(cancelled);
    }
    if row.state != ApologyState::Given.code() {
        return Err(refused("it is not given, or no longer").into());
    }
    let is_own = row.staff_id == staff.staff_id && is_soon(&row, write, services);
    if !(staff.role == StaffRole::Manager || is_own) {
        return Err(manager_needed("only a manager takes it back by now").into());
    }
    if let Some(coupon_id) = row.coupon_id
        && !coupons::cancel(connection, services, coupon_id, write.taken_ms).await?
    {
        return Err(coupon_is_used().into());
    }
    if let (Some(member_id), Some(count)) = (row.member_id, row.points) {
        let (key, today) = (format!("apology:{id}:back"), points::day(write.taken_ms, &services.store.time_zone)?);
        let state = points::state(connection, member_id).await?;
        let department = Some(row.department.parse()?);
        let back = adjust(&state, &services.loyalty.points, today, Points::new(-count)?, department);
        let back = back.map_err(|_| ApiError::new(ErrorCode::PointsRefused, "its points are spent"))?;
        points::book(connection, back, &cause(&key, "apology_cancelled", &staff.actor(), write)).await?;
    }
    messages::take_back(connection, write.store_id, &message_key(id, row.way_changes), write.taken_ms).await?;
    rows::cancel(connection, id, why, staff.staff_id, write.taken_ms).await?;
    Ok(cancelled)
}

/// The apologies of a store that wait for a second person, the oldest first.
pub(crate) async fn waiting(pool: &AnyPool, store_id: i64) -> Result<ApologiesResponse> {
    let rows = rows::waiting(pool, store_id).await?;
    let apologies: Vec<_> = rows.into_iter().map(requests::told).collect::<Result<_, ApiError>>()?;
    let goods = if apologies.is_empty() { vec![] } else { without_goods::waiting(pool, store_id).await? };
    Ok(ApologiesResponse { apologies, goods, customers: vec![] })
}

/// Whether it is so soon that whoever gave it changes it alone.
fn is_soon(row: &rows::ApologyRow, write: &Write, services: &Services) -> bool {
    let since_ms = write.taken_ms - row.settled_ms.unwrap_or(row.taken_ms);
    since_ms <= i64::from(services.apologies.undo_minutes) * MINUTE_MS
}

/// Sends the same coupon by another way, where nobody has used it: whoever gave it soon after, or as long as its message
/// has not gone, and a manager at any time. A message that waits is not sent.
async fn send_otherwise(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    id: i64,
    (way, language): (&Way, &str),
    staff: &SignedIn,
) -> Result<Outcome> {
    let row = found(connection, write, id).await?;
    if row.state == ApologyState::Waits.code() {
        return Err(refused("it waits for a second person: take it back, and give it anew").into());
    }
    if row.state != ApologyState::Given.code() {
        return Err(refused("it is not given, or no longer").into());
    }
    let coupon_id = row.coupon_id.ok_or_else(|| refused("it came as points, and those go by no other way"))?;
    let message = message_state(connection, &row).await?;
    let has_not_gone = matches!(message, Some(ApologyMessageState::Waiting | ApologyMessageState::Failed));
    let is_own = row.staff_id == staff.staff_id && (has_not_gone || is_soon(&row, write, services));
    if !(staff.role == StaffRole::Manager || is_own) {
        return Err(manager_needed("only a manager sends it by another way by now").into());
    }
    if row.way_changes >= MOST_WAY_CHANGES {
        return Err(refused("it went by another way too often: take it back, and give it anew").into());
    }
    let unused = coupons::unused(connection, &services.secrets, coupon_id, write.taken_ms).await?;
    let (terms, uses) = unused.ok_or_else(coupon_is_used)?;
    if terms.last_day < points::day(write.taken_ms, &services.store.time_zone)? {
        return Err(ApiError::new(ErrorCode::CouponRefused, "its coupon's last day is over").into());
    }
    if matches!(way, Way::Sms(_)) && !coupon_message::fits_sms(&terms, uses) {
        return Err(refused(NO_ROOM).into());
    }
    let customer_digest = customer_digest(connection, write, services, way).await?;
    if let Some(digest) = customer_digest.as_ref().filter(|digest| row.customer_digest.as_ref() != Some(*digest))
        && !rows::was_of(connection, id, digest).await?
    {
        let before = rows::to_customer(connection, digest, write.taken_ms - CUSTOMER_MS).await?;
        let is_above = before.saturating_add(row.minor_units) > services.apologies.limits.customer_month_minor_units;
        // A manager who has not given it is the second person.
        if is_above && (staff.role != StaffRole::Manager || row.staff_id == staff.staff_id) {
            return Err(manager_needed(&ApologyLimit::CustomerMonth.to_string()).into());
        }
    }
    messages::take_back(connection, write.store_id, &message_key(id, row.way_changes), write.taken_ms).await?;
    let may_have_come = may_have_come(connection, &row).await?;
    let digest = customer_digest.as_deref();
    if !rows::change_way(connection, &row, way.code(), digest, may_have_come, staff.staff_id).await? {
        return Err(refused("somebody has sent it by another way at this moment").into());
    }
    let sent = Sent { key: message_key(id, row.way_changes + 1), coupon_id, terms, uses };
    send(connection, services, sent, (way, language), write).await?;
    let word = if matches!(way, Way::Paper) { ON_PAPER } else { ApologyState::Given.code() };
    Ok(Outcome { word: word.into(), reference: Some(id) })
}

/// Whether the message of an apology's coupon has come to whoever it went to, or nobody knows.
async fn may_have_come(connection: &mut AnyConnection, row: &rows::ApologyRow) -> Result<bool> {
    use messages::State;
    let state = messages::state_of(connection, row.store_id, &message_key(row.id, row.way_changes)).await?;
    Ok(matches!(state, Some(State::Sending | State::Sent | State::Delivered | State::InDoubt)))
}

/// How the message of an apology's coupon stands, where it went by one.
async fn message_state(connection: &mut AnyConnection, row: &rows::ApologyRow) -> Result<Option<ApologyMessageState>> {
    use messages::State;
    let state = messages::state_of(connection, row.store_id, &message_key(row.id, row.way_changes)).await?;
    Ok(state.map(|state| match state {
        State::Waiting | State::Sending => ApologyMessageState::Waiting,
        State::Sent => ApologyMessageState::Sent,
        State::Delivered => ApologyMessageState::Delivered,
        // Of one that may have arrived nobody knows: by another way it is the same coupon.
        State::Undelivered | State::Refused | State::Expired | State::GivenUp | State::InDoubt => {
            ApologyMessageState::Failed
        }
    }))
}

fn none() -> ApiError {
    ApiError::new(ErrorCode::ApologyNotFound, "the store has no such apology")
}

async fn found(connection: &mut AnyConnection, write: &Write, id: i64) -> Result<rows::ApologyRow> {
    Ok(rows::find(connection, write.store_id, id).await?.ok_or_else(none)?)
}

/// Forgets, as long as the server lives, whose those were that count no more, and ends what has waited for too long.
pub(crate) async fn keep_up(pool: AnyPool, settings: Arc<ApologySettings>, clock: Clock) {
    loop {
        let lines_ms = clock.now_ms() - i64::from(settings.without_goods.kept_days) * DAY_MS;
        if let Err(error) = forget_lines(&pool, lines_ms).await {
            tracing::error!(cause = format!("{error:#}"), "old lines of receipts were not forgotten");
        }
        if let Err(error) = forget_old(&pool, clock.now_ms()).await {
            tracing::error!(cause = format!("{error:#}"), "old apologies were not forgotten");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does it once.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_old(pool: &AnyPool, now_ms: i64) -> Result<()> {
    let mut connection = pool.acquire().await?;
    rows::forget_old(&mut connection, now_ms - CUSTOMER_MS, now_ms - WAITS_MS).await?;
    photos::forget_old(&mut connection, now_ms).await
}

/// Forgets the lines of receipts that were sold before a time.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_lines(pool: &AnyPool, before_ms: i64) -> Result<()> {
    lines::forget_old(pool, before_ms).await
}

fn cause<'a>(key: &'a str, reason: &'a str, actor: &'a str, write: &Write) -> Cause<'a> {
    Cause {
        key,
        reason,
        actor,
        device_id: Some(write.device_id),
        store_id: Some(write.store_id),
        receipt_id: None,
        made_ms: write.taken_ms,
        recorded_ms: write.taken_ms,
    }
}
