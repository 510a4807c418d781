//! Points that pay for a receipt: a quote, a reservation, its commit or cancel.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use polka_contract::{
    DeviceKind, ErrorCode, ErrorResponse, QuoteRequest, QuoteResponse, ReservationRequest, ReservationResponse,
    ReservationState, SettlementRequest, SpendProof,
};
use polka_domain::{Date, Points};
use polka_ledger::{Channel, History, Receipt, cancel_reservation, quote, redeem, reserve};
use sqlx::AnyConnection;

use super::buyer::NamedBuyer;
use super::{check_amount, check_number, check_points, credible, receipt, receipts, refused, today};
use crate::clock::HOUR_MS;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members::{self, Card};
use crate::join_loyalty::proved_member;
use crate::member_card::card_code;
use crate::personal_offers;
use crate::points::{self, Cause};
use crate::writes::{Incoming, Outcome, Write, check_made};

/// So often the last digits of a number or those of a card may be wrong for a member in an hour.
const DIGITS_TRIES: i64 = 5;
/// Under which wrong ones are noted.
const WRONG_LAST_FOUR: &str = "wrong_last_four";
const WRONG_CARD_CODE: &str = "wrong_card_code";

/// What a proof is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// To say what could be paid.
    Quote,
    /// To set points aside: the digits of a card are right once for this, and stay right until then.
    Reservation,
}

/// What points could do for a receipt, what it would earn, and which personal offers the buyer has switched on.
#[utoipa::path(
    post, path = polka_contract::paths::POINTS_QUOTES, tag = "checkout", request_body = QuoteRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key gets the same answer")),
    responses((status = 200, description = "the quote", body = QuoteResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn ask_quote(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<QuoteRequest>,
) -> Result<Json<QuoteResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_amount("total_minor_units", said.total_minor_units)?;
    let buyer = services.buyer(&said.buyer)?;
    let (own, settings) = (services.clone(), services.loyalty.points.clone());
    let (day, currency) = (points::day(write.taken_ms, &services.store.time_zone)?, services.store.currency);
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let (member_id, card) = known(&buyer, connection).await?;
            members::note_look(connection, member_id, write.device_id, "quote", write.taken_ms).await?;
            let is_proved = match &said.proof {
                None => false,
                Some(proof) => match own.is_proved(connection, proof, Asked::Quote, member_id, card, write).await? {
                    true => true,
                    false => return Ok(unproved()),
                },
            };
            let state = points::state(connection, member_id).await?;
            let today = today(connection, &settings, day, member_id, write.store_id).await?;
            let (amount, whose) = ((said.total_minor_units, said.is_online), (member_id, day));
            let receipt = receipt(connection, &own, amount, whose, History::default()).await?;
            let quote = quote(&state, &settings, &receipt, &today).map_err(refused)?;
            let payable = if is_proved { quote.payable.value().to_string() } else { String::new() };
            let mut word = format!("{payable}:{}", quote.earns.value());
            // Whoever names somebody's number gets a card of theirs; it is told as little as the number alone.
            if is_proved || card.is_some_and(Card::can_spend) {
                for offer_id in personal_offers::rows::usable(connection, member_id, currency, day).await? {
                    word += &format!(":{offer_id}");
                }
            }
            Ok(Outcome { word, reference: None })
        })
    });
    let outcome = proved(outcome.await?)?;
    let mut word = outcome.word.split(':');
    let (payable, accrued) = word.next().zip(word.next()).context("a quote")?;
    let offer_ids = word.map(str::parse).collect::<Result<Vec<i64>, _>>().map_err(anyhow::Error::from)?;
    let offers = personal_offers::rows::told(&services.pool, &offer_ids).await?;
    Ok(Json(QuoteResponse {
        payable_points: payable.parse().ok(),
        point_value_minor_units: services.loyalty.points.point_value_minor_units,
        accrued_points: accrued.parse().map_err(anyhow::Error::from)?,
        offers,
    }))
}

/// Sets points aside for a receipt. Who asks shows that the points are their own.
#[utoipa::path(
    post, path = polka_contract::paths::POINTS_RESERVATIONS, tag = "checkout", request_body = ReservationRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "they are set aside", body = ReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn set_aside(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<ReservationRequest>,
) -> Result<Json<ReservationResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_number("receipt_number", &said.receipt_number)?;
    check_amount("total_minor_units", said.total_minor_units)?;
    let wanted = check_points(said.points)?;
    let buyer = services.buyer(&said.buyer)?;
    let own = services.clone();
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            // Who names a stranger is not told whether there is such a member.
            let Some((member_id, card)) = buyer.find(connection).await? else { return Ok(unproved()) };
            members::note_look(connection, member_id, write.device_id, "reservation", write.taken_ms).await?;
            if !own.is_proved(connection, &said.proof, Asked::Reservation, member_id, card, write).await? {
                return Ok(unproved());
            }
            let receipt_id = receipts::open(connection, write, &said.receipt_number, member_id).await?;
            let history = points::history(connection, receipt_id).await?;
            let (amount, whose) = ((said.total_minor_units, said.is_online), (member_id, day));
            let asked = receipt(connection, &own, amount, whose, history).await?;
            let state = points::state(connection, member_id).await?;
            let draft = reserve(&state, &own.loyalty.points, &asked, day, wanted).map_err(refused)?;
            let cause = Cause::of_till(write, "receipt", receipt_id, write.taken_ms);
            points::book(connection, draft, &cause).await?;
            let until_ms = write.taken_ms + own.loyalty.reservation_ms;
            let reservation_id = sqlx::query_scalar(
                "INSERT INTO reservations (id, receipt_id, points, state, until_ms)
                 SELECT COALESCE(MAX(id), 0) + 1, $1, $2, 'reserved', $3 FROM reservations RETURNING id",
            );
            let reservation_id = reservation_id.bind(receipt_id).bind(wanted.value()).bind(until_ms);
            Ok(Outcome { word: "reserved".into(), reference: Some(reservation_id.fetch_one(connection).await?) })
        })
    });
    let outcome = proved(outcome.await?)?;
    services.reservation(outcome.reference, ReservationState::Reserved).await
}

/// The points that were set aside have paid.
#[utoipa::path(
    post, path = polka_contract::paths::POINTS_COMMIT, tag = "checkout", request_body = SettlementRequest,
    params(
        ("reservation_id" = i64, Path, description = "the reservation"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "they are spent", body = ReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn commit(
    services: State<Services>,
    id: Path<i64>,
    incoming: Incoming<SettlementRequest>,
) -> Result<Json<ReservationResponse>, ApiError> {
    settle(services, id, incoming, ReservationState::Committed).await
}

/// The points that were set aside are the member's again.
#[utoipa::path(
    post, path = polka_contract::paths::POINTS_CANCEL, tag = "checkout", request_body = SettlementRequest,
    params(
        ("reservation_id" = i64, Path, description = "the reservation"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "they are back", body = ReservationResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn cancel(
    services: State<Services>,
    id: Path<i64>,
    incoming: Incoming<SettlementRequest>,
) -> Result<Json<ReservationResponse>, ApiError> {
    settle(services, id, incoming, ReservationState::Cancelled).await
}

async fn settle(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device, said }: Incoming<SettlementRequest>,
    to: ReservationState,
) -> Result<Json<ReservationResponse>, ApiError> {
    device.must_be(&[DeviceKind::Till])?;
    check_made(said.made_ms)?;
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let settings = services.loyalty.points.clone();
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let made_ms = credible(said.made_ms, write.taken_ms);
            settle_one(connection, write, &settings, id, to, made_ms, day).await?;
            Ok(Outcome { word: code(to).into(), reference: Some(id) })
        })
    });
    services.reservation(outcome.await?.reference, to).await
}

async fn settle_one(
    connection: &mut AnyConnection,
    write: &Write,
    settings: &polka_ledger::Settings,
    id: i64,
    to: ReservationState,
    made_ms: i64,
    day: Date,
) -> Result<()> {
    let found: Option<(i64, i64, i64, String, i64)> = sqlx::query_as(
        "SELECT receipts.id, receipts.member_id, reservations.points, reservations.state, reservations.until_ms
         FROM reservations
         JOIN receipts ON receipts.id = reservations.receipt_id
         WHERE reservations.id = $1 AND receipts.store_id = $2",
    )
    .bind(id)
    .bind(write.store_id)
    .fetch_optional(&mut *connection)
    .await?;
    let none = || ApiError::new(ErrorCode::ReceiptNotFound, "the store has no such reservation");
    let (receipt_id, member_id, points, state, until_ms) = found.ok_or_else(none)?;
    if state == code(to) {
        return Ok(());
    }
    let is_late = state == LATE;
    if is_late && to == ReservationState::Cancelled {
        return Ok(());
    }
    let was_paid_in_time = is_late && made_ms <= until_ms;
    if was_paid_in_time {
        // That so many may pay for the receipt was seen when they were set aside.
        let asked = Receipt {
            amount_minor_units: Receipt::LARGEST_AMOUNT_MINOR_UNITS,
            channel: Channel::Store,
            is_birthday: false,
            history: points::history(connection, receipt_id).await?,
        };
        let member = points::state(connection, member_id).await?;
        let draft = reserve(&member, settings, &asked, day, Points::new(points)?).map_err(refused)?;
        points::book(connection, draft, &Cause::of_till(write, "paid_in_time", receipt_id, made_ms)).await?;
    } else if state != code(ReservationState::Reserved) {
        let why = format!("the reservation is {state} already");
        return Err(ApiError::new(ErrorCode::PointsRefused, why).into());
    }
    let history = points::history(connection, receipt_id).await?;
    let member = points::state(connection, member_id).await?;
    let (draft, reason) = match to {
        ReservationState::Committed => (redeem(&member, &history, Points::new(points)?), "paid"),
        _ => (cancel_reservation(&member, &history), "not_paid"),
    };
    let cause = Cause::of_till(write, reason, receipt_id, made_ms);
    points::book(connection, draft.map_err(refused)?, &cause).await?;
    let closed = sqlx::query("UPDATE reservations SET state = $2 WHERE id = $1");
    closed.bind(id).bind(code(to)).execute(&mut *connection).await?;
    // What came back may have ended meanwhile.
    let over = points::earliest_day(connection, write.taken_ms).await?;
    points::expire_of(connection, member_id, over, write.taken_ms).await
}

/// How the database calls a reservation that nobody settled in time.
const LATE: &str = "late";

fn code(state: ReservationState) -> &'static str {
    match state {
        ReservationState::Reserved => "reserved",
        ReservationState::Committed => "committed",
        ReservationState::Cancelled => "cancelled",
    }
}

/// The member that a till has named, who must be one.
async fn known(buyer: &NamedBuyer, connection: &mut AnyConnection) -> Result<(i64, Option<Card>)> {
    let none = || ApiError::new(ErrorCode::MemberNotFound, "no member has this number or card");
    Ok(buyer.find(connection).await?.ok_or_else(none)?)
}

/// What is kept where the proof is none: the try counts, so it is no error that undoes it.
fn unproved() -> Outcome {
    Outcome { word: "unproved".into(), reference: None }
}

fn proved(outcome: Outcome) -> Result<Outcome, ApiError> {
    match outcome.word.as_str() {
        "unproved" => Err(ApiError::new(ErrorCode::ProofRefused, "it was not shown that the points are the buyer's")),
        _ => Ok(outcome),
    }
}

impl Services {
    /// Whether somebody has shown that a member's points are their own.
    async fn is_proved(
        &self,
        connection: &mut AnyConnection,
        proof: &SpendProof,
        asked: Asked,
        member_id: i64,
        card: Option<Card>,
        write: &Write,
    ) -> Result<bool> {
        let now_ms = write.taken_ms;
        let (card, right, wrong) = match (proof, card) {
            (SpendProof::Proof(shown), _) => {
                let proved = proved_member(connection, &self.secrets, shown, write.device_id, now_ms).await?;
                return Ok(proved == Some(member_id));
            }
            (SpendProof::LastFour(_), Some(card)) if self.loyalty.spends_by_last_four && card.can_spend() => {
                (card, "last_four", WRONG_LAST_FOUR)
            }
            // Of a card on paper too: the phone that shows the digits is what was proved.
            (SpendProof::CardCode(_), Some(card)) => (card, "card_code", WRONG_CARD_CODE),
            _ => return Ok(false),
        };
        let tried: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM member_looks WHERE member_id = $1 AND what IN ($2, $3) AND looked_ms > $4",
        )
        .bind(member_id)
        .bind(WRONG_LAST_FOUR)
        .bind(WRONG_CARD_CODE)
        .bind(now_ms - HOUR_MS)
        .fetch_one(&mut *connection)
        .await?;
        if tried >= DIGITS_TRIES {
            return Ok(false);
        }
        let is_right = match proof {
            SpendProof::CardCode(code) => {
                let step = card_code::step_of(connection, &self.secrets, card.id, code, now_ms).await?;
                if let (Some(step), Asked::Reservation) = (step, asked) {
                    card_code::take(connection, card.id, step).await?;
                }
                step.is_some()
            }
            SpendProof::LastFour(digits) => {
                let phone = members::phone(connection, member_id, &self.secrets).await?;
                phone.is_some_and(|phone| phone.last_four() == *digits)
            }
            SpendProof::Proof(_) => false,
        };
        members::note_look(connection, member_id, write.device_id, if is_right { right } else { wrong }, now_ms)
            .await?;
        Ok(is_right)
    }

    async fn reservation(
        &self,
        id: Option<i64>,
        state: ReservationState,
    ) -> Result<Json<ReservationResponse>, ApiError> {
        let reservation_id = id.context("a reservation")?;
        let row = sqlx::query_as("SELECT points, until_ms FROM reservations WHERE id = $1").bind(reservation_id);
        let (points, until_ms) = row.fetch_one(&self.pool).await.map_err(anyhow::Error::from)?;
        Ok(Json(ReservationResponse { reservation_id, points, state, until_ms }))
    }
}
