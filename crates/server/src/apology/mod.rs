//! Something went wrong, and somebody of the staff puts it right: with points at once, or with a coupon by SMS, by mail
//! or on paper.
//!
//! Each has a reason of the chain's list, which says which department bears the cost. Above a limit it waits for a
//! second person. What was given can be taken back as long as nobody has used it. `settings.rs` has what a chain sets,
//! `rows.rs` the rows, `requests.rs` what tablets ask.

pub(crate) mod requests;
mod rows;
mod settings;

use anyhow::{Context, Result};
use jiff::Span;
use polka_contract::{
    ApologyRequest, ApologyState, ApologyWay, CouponTerms, CouponWorth, ErrorCode, MessageChannel, StaffRole,
};
use polka_domain::{Date, Points};
use polka_ledger::{Department, GivenBefore, Terms, adjust};
use sqlx::AnyConnection;

use crate::checkout::buyer::NamedBuyer;
use crate::clock::{DAY_MS, MINUTE_MS};
use crate::coupons::{self, NewCoupon};
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::{in_language, may_send};
use crate::join_loyalty::named_phone;
use crate::messages::{self, Message, Recipient};
use crate::points::{self, Cause};
use crate::staff::SignedIn;
use crate::writes::{Outcome, Write};

pub use settings::ApologySettings;

/// A customer's apologies are counted for so long.
const CUSTOMER_MS: i64 = 30 * DAY_MS;

/// An apology that somebody wants to give, checked.
pub(crate) struct Asked {
    reason: String,
    department: Department,
    minor_units: i64,
    points: Points,
    terms: CouponTerms,
    way: Way,
    language: String,
    made_ms: i64,
    /// As it came, for whoever says yes to it.
    said: ApologyRequest,
}

/// How it comes to the customer, checked.
enum Way {
    Points(NamedBuyer),
    Sms(String),
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

impl Services {
    /// Reads what somebody of the staff wants to give.
    pub(crate) fn asked_apology(&self, said: ApologyRequest, now_ms: i64) -> Result<Asked, ApiError> {
        let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
        let reason =
            self.apologies.reason(&said.reason).ok_or_else(|| wrong("the reason is none of the chain's list"))?;
        let department = reason.department.parse().map_err(anyhow::Error::from)?;
        let amount = CouponTerms {
            worth: CouponWorth::Amount { minor_units: said.minor_units },
            gtin: None,
            category: None,
            least_minor_units: 0,
            is_for_chain: true,
        };
        let terms = said.terms.clone().unwrap_or(amount);
        let day = points::day(now_ms, &self.store.time_zone)?;
        let minor_units = coupons::most_minor_units(&self.terms(&terms, day)?);
        let (way, points) = match &said.way {
            ApologyWay::Points(_) if said.terms.is_some() => return Err(wrong("points have no terms of a coupon")),
            ApologyWay::Points(buyer) => {
                let points = minor_units / self.loyalty.points.point_value_minor_units;
                let points = Points::new(points).ok().filter(|points| *points > Points::ZERO);
                (Way::Points(self.buyer(buyer)?), points.ok_or_else(|| wrong("the minor_units are less than a point"))?)
            }
            ApologyWay::Sms(phone) => {
                (Way::Sms(named_phone(phone, &self.loyalty.phone_countries)?.e164()), Points::ZERO)
            }
            ApologyWay::Email(email) => {
                let is_mailbox = email.len() <= 254 && email.parse::<lettre::Address>().is_ok();
                (
                    Way::Email(is_mailbox.then(|| email.clone()).ok_or_else(|| wrong("the email is no mailbox"))?),
                    Points::ZERO,
                )
            }
            ApologyWay::Paper => (Way::Paper, Points::ZERO),
        };
        in_language(&said.language, "", "")?;
        Ok(Asked {
            reason: said.reason.clone(),
            department,
            minor_units,
            points,
            terms,
            way,
            language: said.language.clone(),
            made_ms: said.made_ms,
            said,
        })
    }

    /// What stands on a coupon that is issued today.
    fn terms(&self, terms: &CouponTerms, today: Date) -> Result<Terms, ApiError> {
        let last_day = today.saturating_add(Span::new().days(i64::from(self.apologies.coupon_days)));
        coupons::checked_terms(terms, self.store.id, today, last_day)
    }

    /// By which a customer's apologies are counted; nobody knows who takes paper.
    fn customer_digest(&self, asked: &Asked) -> Option<String> {
        let of =
            |of: &str, text: &str| Some(self.secrets.digest("apology-customer", &[of.as_bytes(), text.as_bytes()]));
        match &asked.way {
            Way::Points(NamedBuyer::Card(card)) => of("card", &card.to_string()),
            Way::Points(NamedBuyer::Phone(phone)) => of("phone", &phone.number().e164()),
            Way::Sms(phone) => of("phone", phone),
            Way::Email(email) => of("email", &email.to_lowercase()),
            Way::Paper => None,
        }
    }
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
    let customer_digest = services.customer_digest(asked);
    let before = GivenBefore {
        by_person: rows::by_person(connection, staff.staff_id, day).await?,
        in_store: rows::in_store(connection, write.store_id, day).await?,
        to_customer: match &customer_digest {
            Some(digest) => rows::to_customer(connection, digest, write.taken_ms - CUSTOMER_MS).await?,
            None => 0,
        },
    };
    let once = services.apologies.once(staff.role);
    let above = services.apologies.limits.allow(once, asked.minor_units, before).err();
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
    Ok(Outcome { word: state.code().into(), reference: Some(id) })
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
            let draft = adjust(&state, &services.loyalty.points, today, asked.points, department)?;
            let lot = points::book(connection, draft, &cause).await?.opened_lot().context("a lot of its own")?.id;
            return rows::give_points(connection, id, (member_id, asked.points.value(), lot.0), write.taken_ms).await;
        }
        Way::Sms(_) => Some(MessageChannel::Sms),
        Way::Email(_) => Some(MessageChannel::Email),
        Way::Paper => None,
    };
    if let Some(channel) = channel {
        may_send(connection, services, channel, write).await?;
    }
    let terms = services.terms(&asked.terms, today)?;
    let last_day = terms.last_day;
    let coupon = NewCoupon { terms, department: asked.department.clone(), most_uses: 1 };
    let coupon_id = coupons::issue(connection, &services.secrets, &coupon, write.taken_ms).await?;
    rows::give_coupon(connection, id, coupon_id, write.taken_ms).await?;
    send(connection, services, asked, id, coupon_id, last_day, write).await
}

/// Sends the coupon of an apology, where it does not go out on paper.
async fn send(
    connection: &mut AnyConnection,
    services: &Services,
    asked: &Asked,
    id: i64,
    coupon_id: i64,
    last_day: Date,
    write: &Write,
) -> Result<()> {
    let sms = in_language(
        &asked.language,
        include_str!("../../messages/coupon.ru.txt"),
        include_str!("../../messages/coupon.en.txt"),
    )?;
    let mail = in_language(
        &asked.language,
        include_str!("../../messages/coupon_email.ru.txt"),
        include_str!("../../messages/coupon_email.en.txt"),
    )?;
    let (to, (subject, text)) = match &asked.way {
        Way::Sms(phone) => (Recipient::Sms(phone.clone()), ("", sms)),
        Way::Email(email) => (Recipient::Email(email.clone()), mail.split_once("\n\n").unwrap_or(("", mail))),
        Way::Points(_) | Way::Paper => return Ok(()),
    };
    let code = coupons::code_of(&services.secrets, coupon_id);
    let is_sms = matches!(to, Recipient::Sms(_));
    let text = text
        .replace("{worth}", &worth_in_words(&asked.terms.worth, &asked.language))
        // A message of one part has no room for spaces.
        .replace("{code}", &if is_sms { code.to_string() } else { code.groups().join(" ") })
        .replace("{day}", &last_day.strftime("%d.%m.%y").to_string());
    let message = Message {
        store_id: write.store_id,
        to,
        kind: "coupon",
        subject: subject.to_owned(),
        text,
        key: format!("apology:{id}"),
        expires_ms: None,
    };
    messages::queue(connection, &services.secrets, &message, write.taken_ms).await.map(drop)
}

/// `100 ₽`, `15 %`, or a word.
fn worth_in_words(worth: &CouponWorth, language: &str) -> String {
    match worth {
        CouponWorth::Amount { minor_units } if minor_units % 100 == 0 => format!("{} ₽", minor_units / 100),
        CouponWorth::Amount { minor_units } => format!("{}.{:02} ₽", minor_units / 100, minor_units % 100),
        CouponWorth::Percent { percent, .. } => format!("{percent} %"),
        CouponWorth::FreeItem { .. } if language == "ru" => "товар".into(),
        CouponWorth::FreeItem { .. } => "item".into(),
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
    let state = if is_yes { ApologyState::Given } else { ApologyState::Refused };
    let sealed = row.sealed.as_deref();
    if !rows::decide(connection, id, state, staff.staff_id, write.taken_ms).await? {
        return Err(refused("it does not wait for anybody").into());
    }
    if is_yes {
        let said = services.secrets.open_personal("apology", sealed.context("what waits")?)?;
        let asked = services.asked_apology(serde_json::from_slice(&said)?, write.taken_ms)?;
        hand_over(connection, write, services, &asked, id, staff).await?;
    }
    Ok(Outcome { word: state.code().into(), reference: Some(id) })
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
    if row.state != ApologyState::Given.code() {
        return Err(refused("it is not given, or no longer").into());
    }
    let is_soon = write.taken_ms - row.settled_ms.unwrap_or(row.taken_ms)
        <= i64::from(services.apologies.undo_minutes) * MINUTE_MS;
    if !(staff.role == StaffRole::Manager || (row.staff_id == staff.staff_id && is_soon)) {
        return Err(refused("only a manager takes it back by now").into());
    }
    if let Some(coupon_id) = row.coupon_id
        && !coupons::cancel(connection, coupon_id, write.taken_ms).await?
    {
        return Err(refused("its coupon is used, or set aside at a till").into());
    }
    if let (Some(member_id), Some(count)) = (row.member_id, row.points) {
        let (key, today) = (format!("apology:{id}:back"), points::day(write.taken_ms, &services.store.time_zone)?);
        let state = points::state(connection, member_id).await?;
        let department = Some(row.department.parse()?);
        let back = adjust(&state, &services.loyalty.points, today, Points::new(-count)?, department);
        let back = back.map_err(|_| refused("its points are spent"))?;
        points::book(connection, back, &cause(&key, "apology_cancelled", &staff.actor(), write)).await?;
    }
    rows::cancel(connection, id, why, write.taken_ms).await?;
    Ok(Outcome { word: ApologyState::Cancelled.code().into(), reference: Some(id) })
}

async fn found(connection: &mut AnyConnection, write: &Write, id: i64) -> Result<rows::ApologyRow> {
    let none = || ApiError::new(ErrorCode::ApologyNotFound, "the store has no such apology");
    Ok(rows::find(connection, write.store_id, id).await?.ok_or_else(none)?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coupon_fits_into_one_sms_of_seventy_characters() {
        let code = "9".repeat(polka_domain::CouponCode::LENGTH);
        for text in [include_str!("../../messages/coupon.ru.txt"), include_str!("../../messages/coupon.en.txt")] {
            for worth in [
                CouponWorth::Amount { minor_units: 1_000_000 },
                CouponWorth::Amount { minor_units: 99_999 },
                CouponWorth::Percent { percent: 100, most_minor_units: 1 },
                CouponWorth::FreeItem { most_minor_units: 1 },
            ] {
                let language = if text.contains("Купон") { "ru" } else { "en" };
                let text = text.trim().replace("{worth}", &worth_in_words(&worth, language));
                let text = text.replace("{code}", &code).replace("{day}", "31.12.26");
                // Of what is not in the alphabet of GSM alone, a message of one part has 70 UTF-16 units.
                assert!(text.encode_utf16().count() <= 70, "{text}");
            }
        }
    }
}
