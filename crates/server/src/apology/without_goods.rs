//! What was wrong with goods of a receipt is put right by points, without their coming back: an apology that knows its
//! line. Of what the line had earned nothing is booked back: so much less is given.

use anyhow::Result;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{
    ApologyRequest, ApologyResponse, ApologyWay, Buyer, CouponTerms, CouponWorth, ErrorCode, ErrorResponse, KnownLine,
    KnownReceiptResponse, WaitingGoods, WithoutGoodsRequest,
};
use polka_domain::{Date, Points, Product};
use polka_ledger::{ApologyLimit, BoughtLine, Department, GivenBefore, WithoutGoodsRefusal};
use sqlx::{AnyConnection, AnyPool};

use super::requests::response;
use super::{Asked, CUSTOMER_MS, Way, give, photos, rows};
use crate::checkout::buyer::NamedBuyer;
use crate::checkout::check_number;
use crate::checkout::lines::{self, LineRow};
use crate::checkout::receipts;
use crate::database::gtin_of;
use crate::http::{ApiError, Services};
use crate::join_loyalty::members;
use crate::points;
use crate::staff::SignedIn;
use crate::writes::{Incoming, Write, check_made};

/// The goods that an apology is for.
pub(super) struct Goods {
    pub(super) receipt_number: String,
    /// Their place on the receipt, from 1 on.
    pub(super) line: i64,
    pub(super) quantity: i64,
    is_fresh: bool,
}

fn no_receipt() -> ApiError {
    let why = "the store knows no lines of a receipt with this number: it is another, or too old";
    ApiError::new(ErrorCode::ReceiptNotFound, why)
}

fn wrong(why: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, why)
}

fn refused(why: WithoutGoodsRefusal) -> ApiError {
    ApiError::new(ErrorCode::ReturnRefused, why.to_string())
}

/// A receipt by its number: its lines, and what is left of each. Nothing tells who bought it.
#[utoipa::path(
    get, path = polka_contract::paths::RECEIPT, tag = "apologies",
    params(("receipt_number" = String, Path, description = "the till's own number of the receipt")),
    responses((status = 200, description = "what stands on it", body = KnownReceiptResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn look_up(
    State(services): State<Services>,
    Path(receipt_number): Path<String>,
    headers: HeaderMap,
) -> Result<Json<KnownReceiptResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    check_number("receipt_number", &receipt_number)?;
    let snapshot = services.current.snapshot().await?;
    let (store_id, zone) = (staff.store_id(), &services.store.time_zone);
    let today = points::day(services.clock.now_ms(), zone)?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let rows = lines::of_receipt(&mut connection, store_id, &receipt_number).await?;
    let day = points::day(rows.first().ok_or_else(no_receipt)?.sold_ms, zone)?;
    let is_unsure = lines::is_unsure(&mut connection, store_id, &receipt_number).await?;
    let has_member = own_member(&mut connection, &services, store_id, &receipt_number).await?.is_some();
    let rules = &services.apologies.without_goods.rules;
    let known = |row: LineRow| {
        let gtin = gtin_of(row.gtin)?;
        let product = snapshot.catalogue.find(gtin);
        let category = product.as_ref().and_then(|product| product.category.as_ref()).map(ToString::to_string);
        let bought = bought(&row, rules.is_fresh(category.as_deref()), is_unsure, (day, today))?;
        let (name, name_en) = names(product.as_ref());
        anyhow::Ok(KnownLine {
            line: u32::try_from(row.line)?,
            gtin: gtin.to_string(),
            name,
            name_en,
            quantity: u32::try_from(row.quantity)?,
            minor_units: row.minor_units,
            left: u32::try_from(bought.left())?,
            is_fresh: bought.is_fresh,
            refusal: rules.check_line(&bought).err().map(|refusal| refusal.code().to_owned()),
        })
    };
    let lines = rows.into_iter().map(known).collect::<Result<_>>()?;
    let reasons = services.apologies.reasons_of_goods();
    Ok(Json(KnownReceiptResponse { receipt_number, day: day.to_string(), has_member, lines, reasons }))
}

/// What was wrong with a line of a receipt is put right by points, at once or after a second person's consent; from then
/// on it does not come back. The answer is an apology: it is agreed to, refused and taken back as others are.
#[utoipa::path(
    post, path = polka_contract::paths::WITHOUT_GOODS, tag = "apologies", request_body = WithoutGoodsRequest,
    params(
        ("receipt_number" = String, Path, description = "the till's own number of the receipt"),
        ("Idempotency-Key" = String, Header, description = "the same key takes effect once"),
    ),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn put_right(
    State(services): State<Services>,
    Path(receipt_number): Path<String>,
    Incoming { write, device: staff, said }: Incoming<WithoutGoodsRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    check_made(said.made_ms)?;
    check_number("receipt_number", &receipt_number)?;
    if !services.apologies.reasons_of_goods().iter().any(|reason| reason.code == said.reason) {
        return Err(wrong("the reason is none of the chain's list for goods"));
    }
    let department = services.apology_department(&said.reason)?;
    let photo = said.jpeg.as_deref().map(crate::photos::read).transpose()?;
    let buyer = said.buyer.as_ref().map(|buyer| services.buyer(buyer)).transpose()?;
    let (own, giver) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let asked = asked(connection, write, &own, &receipt_number, said, buyer, department).await?;
            let outcome = give(connection, write, &own, &asked, &giver).await?;
            if let (Some(photo), Some(id)) = (photo, outcome.reference) {
                photos::add(connection, write, id, &photo).await?;
            }
            Ok(outcome)
        })
    });
    response(&services, outcome.await?, staff.store_id(), Some(staff.staff_id)).await
}

/// What somebody of the staff wants to put right of a receipt.
async fn asked(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    receipt_number: &str,
    said: WithoutGoodsRequest,
    buyer: Option<NamedBuyer>,
    department: Department,
) -> Result<Asked> {
    let rows = lines::of_receipt(connection, write.store_id, receipt_number).await?;
    let row = rows.iter().find(|row| row.line == i64::from(said.line)).ok_or_else(no_receipt)?;
    let category = sqlx::query_scalar("SELECT category FROM products WHERE store_id = $1 AND gtin = $2");
    let category: Option<Option<String>> =
        category.bind(write.store_id).bind(row.gtin).fetch_optional(&mut *connection).await?;
    let rules = &services.apologies.without_goods.rules;
    let is_fresh = rules.is_fresh(category.flatten().as_deref());
    let is_unsure = lines::is_unsure(connection, write.store_id, receipt_number).await?;
    let zone = &services.store.time_zone;
    let days = (points::day(row.sold_ms, zone)?, points::day(write.taken_ms, zone)?);
    let quantity = i64::from(said.quantity);
    let minor_units = rules.worth(&bought(row, is_fresh, is_unsure, days)?, quantity).map_err(refused)?;
    let member_id = own_member(connection, services, write.store_id, receipt_number).await?;
    let buyer = match (member_id, buyer) {
        (Some(member_id), None) => NamedBuyer::Member(member_id),
        (None, Some(buyer)) => buyer,
        // Whoever tries numbers learns nothing of whose it is.
        (Some(_), Some(_)) => return Err(wrong("the receipt has a member: no buyer is to be there").into()),
        (None, None) => return Err(wrong("the receipt has no member: the buyer is to be there").into()),
    };
    let goods = Goods { receipt_number: receipt_number.to_owned(), line: i64::from(said.line), quantity, is_fresh };
    // Nobody is named where it is the receipt's own member.
    let nobody = Buyer { card_number: None, phone: None };
    let said = ApologyRequest {
        reason: said.reason,
        minor_units,
        way: ApologyWay::Points(said.buyer.unwrap_or(nobody)),
        terms: None,
        blank: None,
        language: "ru".into(),
        made_ms: said.made_ms,
    };
    let points = worth_in_points(connection, write, services, receipt_number, minor_units, &buyer).await?;
    Ok(of_said(said, department, (buyer, points), Some(goods)))
}

/// What waited, for whoever says yes to it.
pub(super) async fn asked_again(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    receipt_number: &str,
    said: ApologyRequest,
    department: Department,
) -> Result<Asked> {
    let buyer = match &said.way {
        ApologyWay::Points(Buyer { card_number: None, phone: None }) => {
            let gone = || ApiError::new(ErrorCode::MemberNotFound, "the receipt has no member any more");
            let member_id = own_member(connection, services, write.store_id, receipt_number).await?;
            NamedBuyer::Member(member_id.ok_or_else(gone)?)
        }
        ApologyWay::Points(buyer) => services.buyer(buyer)?,
        ApologyWay::Sms(_) | ApologyWay::Email(_) | ApologyWay::Paper => {
            anyhow::bail!("goods are put right by points alone")
        }
    };
    let points = worth_in_points(connection, write, services, receipt_number, said.minor_units, &buyer).await?;
    // Which goods they are is kept already.
    Ok(of_said(said, department, (buyer, points), None))
}

fn of_said(
    said: ApologyRequest,
    department: Department,
    (buyer, points): (NamedBuyer, Points),
    goods: Option<Goods>,
) -> Asked {
    let terms = CouponTerms {
        worth: CouponWorth::Amount { minor_units: said.minor_units },
        gtin: None,
        category: None,
        least_minor_units: 0,
        is_for_chain: true,
        uses: 1,
    };
    Asked {
        reason: said.reason.clone(),
        department,
        minor_units: said.minor_units,
        points,
        terms,
        way: Way::Points(buyer),
        blank: None,
        language: said.language.clone(),
        made_ms: said.made_ms,
        said,
        goods,
    }
}

/// So many points, and fewer by those that the goods had earned whoever gets them.
async fn worth_in_points(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    receipt_number: &str,
    minor_units: i64,
    buyer: &NamedBuyer,
) -> Result<Points> {
    let earned = match (buyer, receipts::earned(connection, write.store_id, receipt_number).await?) {
        (NamedBuyer::Member(member_id), Some(receipt)) if receipt.member_id == *member_id => {
            let share = i128::from(receipt.accrued) * i128::from(minor_units) / i128::from(receipt.total.max(1));
            i64::try_from(share)?
        }
        _ => 0,
    };
    let points = minor_units / services.loyalty.points.point_value_minor_units - earned;
    let points = Points::new(points).ok().filter(|points| *points > Points::ZERO);
    let less = || ApiError::new(ErrorCode::ReturnRefused, "it is worth less than a point");
    Ok(points.ok_or_else(less)?)
}

/// Above which limit of goods an apology is, after what was given before to the same customer by the same person.
pub(super) async fn above(
    connection: &mut AnyConnection,
    write: &Write,
    services: &Services,
    asked: &Asked,
    goods: &Goods,
    (staff, customer_digest): (&SignedIn, &Option<String>),
) -> Result<Option<ApologyLimit>> {
    let day = points::day(write.taken_ms, &services.store.time_zone)?;
    let before = GivenBefore {
        by_person: rows::without_goods_by_person(connection, write.store_id, staff.staff_id, day).await?,
        to_customer: match customer_digest {
            Some(digest) => rows::without_goods_to_customer(connection, digest, write.taken_ms - CUSTOMER_MS).await?,
            None => 0,
        },
        in_store: 0,
    };
    let of_line = rows::of_line(connection, write.store_id, goods).await?;
    Ok(services.apologies.without_goods.rules.allow(asked.minor_units, goods.is_fresh, of_line, before).err())
}

/// The member of a receipt who can still be given points.
async fn own_member(
    connection: &mut AnyConnection,
    services: &Services,
    store_id: i64,
    receipt_number: &str,
) -> Result<Option<i64>> {
    let Some(receipt) = receipts::earned(connection, store_id, receipt_number).await? else { return Ok(None) };
    let phone = members::phone(connection, receipt.member_id, &services.secrets).await?;
    Ok(phone.map(|_| receipt.member_id))
}

/// A line to the rules; the days are that of the sale and today.
fn bought(row: &LineRow, is_fresh: bool, is_unsure: bool, (day, today): (Date, Date)) -> Result<BoughtLine> {
    Ok(BoughtLine {
        quantity: row.quantity,
        minor_units: row.minor_units,
        came_back: row.came_back,
        put_right: row.put_right,
        age_days: i64::from(today.since(day)?.get_days()),
        is_fresh,
        is_unsure,
    })
}

/// What a product is called, in the store's language and in English.
fn names(product: Option<&Product>) -> (Option<String>, Option<String>) {
    let name_en = product.and_then(|product| product.name_en.as_ref()).map(ToString::to_string);
    (product.map(|product| product.name.to_string()), name_en)
}

/// The goods of what waits in a store for a second person.
pub(super) async fn waiting(pool: &AnyPool, store_id: i64) -> Result<Vec<WaitingGoods>> {
    let goods = |row: rows::GoodsRow| {
        Ok(WaitingGoods {
            apology_id: row.id,
            receipt_number: row.receipt_number,
            line: u32::try_from(row.receipt_line)?,
            gtin: gtin_of(row.gtin)?.to_string(),
            quantity: u32::try_from(row.receipt_quantity)?,
            has_photo: row.photos > 0,
        })
    };
    rows::waiting_goods(pool, store_id).await?.into_iter().map(goods).collect()
}
