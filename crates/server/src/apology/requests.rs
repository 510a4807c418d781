//! What tablets ask of apologies.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{
    ApologiesResponse, ApologyCancellationRequest, ApologyReasonsResponse, ApologyRequest, ApologyResponse,
    ApologyState, ApologyWay, ApologyWayRequest, CouponBlank, CouponBlanksResponse, DeviceKind, ErrorCode,
    ErrorResponse, KeptApologyRequest, NothingRequest, StaffRole,
};

use super::summary::customers;
use super::{ON_PAPER, cancel, decide, give, message_state, none, rows};
use crate::coupons;
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::in_language;
use crate::member_card::profile::is_hidden;
use crate::staff::SignedIn;
use crate::writes::{Incoming, Outcome, check_made};

/// So many blank coupons a tablet is given at once.
const BLANKS: usize = 5;
/// As long as a reason in words may be, in characters.
const LONGEST_WHY: usize = 200;

/// What may be given, to whoever works at this tablet.
#[utoipa::path(
    get, path = polka_contract::paths::APOLOGY_REASONS, tag = "apologies",
    responses((status = 200, description = "the chain's reasons, and their own limit", body = ApologyReasonsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn reasons(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<ApologyReasonsResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    Ok(Json(ApologyReasonsResponse {
        reasons: services.apologies.reasons.clone(),
        limit_minor_units: services.apologies.once(staff.role),
        point_value_minor_units: services.loyalty.points.point_value_minor_units,
        percent: services.apologies.percent(),
    }))
}

/// Coupons that a tablet may print without the store's server; each time new ones. Whoever gives one names its number,
/// and until the store has heard of it it is good for nothing.
#[utoipa::path(
    get, path = polka_contract::paths::COUPON_BLANKS, tag = "apologies",
    responses((status = 200, description = "some that nobody else has", body = CouponBlanksResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn blanks(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<CouponBlanksResponse>, ApiError> {
    services.signed_in(&headers).await?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut blanks = Vec::with_capacity(BLANKS);
    while blanks.len() < BLANKS {
        let number = coupons::new_id(&mut connection).await?;
        blanks.push(CouponBlank { number, code: coupons::code_of(&services.secrets, number).to_string() });
    }
    Ok(Json(CouponBlanksResponse { blanks, coupon_days: services.apologies.coupon_days }))
}

/// The apologies of the store that wait for a second person, the oldest first. Managers are told how often a customer was
/// given something lately.
#[utoipa::path(
    get, path = polka_contract::paths::APOLOGIES, tag = "apologies",
    responses((status = 200, description = "those that wait", body = ApologiesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn waiting(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<ApologiesResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let waiting = super::waiting(&services.pool, staff.store_id()).await?;
    let customers = match staff.role {
        StaffRole::Manager => {
            let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
            customers(&mut connection, staff.store_id(), services.clock.now_ms()).await?
        }
        StaffRole::Cashier | StaffRole::Staff => Vec::new(),
    };
    Ok(Json(ApologiesResponse { customers, ..waiting }))
}

/// How an apology stands now, with its coupon and how its message does for whoever gave it: a second person may have
/// said yes meanwhile.
#[utoipa::path(
    get, path = polka_contract::paths::APOLOGY, tag = "apologies",
    params(("apology_id" = i64, Path, description = "which one")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn one(
    State(services): State<Services>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Json<ApologyResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let row = rows::find(&mut *connection, staff.store_id(), id).await?.ok_or_else(none)?;
    let is_own = row.staff_id == staff.staff_id || row.way_by == Some(staff.staff_id);
    // Of what was taken back the message is of no concern.
    let is_told = row.state == ApologyState::Given.code() && (is_own || staff.role == StaffRole::Manager);
    let message = if is_told { message_state(&mut connection, &row).await? } else { None };
    drop(connection);
    // Whoever gave it prints it, or who has put it on paper; another who looks has no need of the code.
    let shows_code = is_own && row.way == "paper";
    Ok(Json(ApologyResponse { message, ..with_coupon(&services, row, shows_code).await? }))
}

/// Something went wrong, and is put right: by points or a coupon, at once or after a second person's consent.
#[utoipa::path(
    post, path = polka_contract::paths::APOLOGIES, tag = "apologies", request_body = ApologyRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn apologise(
    State(services): State<Services>,
    Incoming { write, device: staff, said }: Incoming<ApologyRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    check_made(said.made_ms)?;
    let department = services.apology_department(&said.reason)?;
    let asked = services.asked_apology(said, department, write.taken_ms)?;
    let (own, giver) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { give(connection, write, &own, &asked, &giver).await })
    });
    response(&services, outcome.await?, staff.store_id(), Some(staff.staff_id)).await
}

/// The same by the mark of whoever gave it, as a tablet sends what it has kept: it is theirs, whoever works at the
/// tablet by now.
#[utoipa::path(
    post, path = polka_contract::paths::KEPT_APOLOGIES, tag = "apologies", request_body = KeptApologyRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn kept(
    State(services): State<Services>,
    Incoming { write, device, said }: Incoming<KeptApologyRequest>,
) -> Result<Json<ApologyResponse>, ApiError> {
    device.must_be(&[DeviceKind::Tablet])?;
    check_made(said.apology.made_ms)?;
    let department = services.apology_department(&said.apology.reason)?;
    let (mark, asked) = (said.mark, services.asked_apology(said.apology, department, write.taken_ms)?);
    let (own, at) = (services.clone(), device.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move {
            let staff = SignedIn::of_mark(connection, &own.secrets, at, &mark).await?;
            give(connection, write, &own, &asked, &staff).await
        })
    });
    // Who sends the same again has shown the mark then; the badge may be taken since.
    response(&services, outcome.await?, device.store_id, None).await
}

/// The same coupon goes by another way: it has not come, or the customer wants it otherwise. It is the same code, and
/// there is never a second coupon.
#[utoipa::path(
    post, path = polka_contract::paths::APOLOGY_WAY, tag = "apologies", request_body = ApologyWayRequest,
    params(("apology_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn send_otherwise(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<ApologyWayRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    if let ApologyWay::Points(_) = said.way {
        let message = "a coupon does not become points: take it back, and give points";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    in_language(&said.language, "", "")?;
    let (way, own, sender) = (services.apology_way(&said.way)?, services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(
            async move { super::send_otherwise(connection, write, &own, id, (&way, &said.language), &sender).await },
        )
    });
    response(&services, outcome.await?, staff.store_id(), Some(staff.staff_id)).await
}

/// A second person says yes: it is given.
#[utoipa::path(
    post, path = polka_contract::paths::APOLOGY_APPROVAL, tag = "apologies", request_body = NothingRequest,
    params(("apology_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn approve(
    state: State<Services>,
    path: Path<i64>,
    incoming: Incoming<NothingRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    settle(state, path, incoming, true).await
}

/// A second person says no.
#[utoipa::path(
    post, path = polka_contract::paths::APOLOGY_REFUSAL, tag = "apologies", request_body = NothingRequest,
    params(("apology_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn refuse(
    state: State<Services>,
    path: Path<i64>,
    incoming: Incoming<NothingRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    settle(state, path, incoming, false).await
}

async fn settle(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, .. }: Incoming<NothingRequest, SignedIn>,
    is_yes: bool,
) -> Result<Json<ApologyResponse>, ApiError> {
    let (own, second) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { decide(connection, write, &own, id, is_yes, &second).await })
    });
    response(&services, outcome.await?, staff.store_id(), Some(staff.staff_id)).await
}

/// What was given is taken back, where nobody has used it: by whoever gave it soon after, by a manager at any time.
#[utoipa::path(
    post, path = polka_contract::paths::APOLOGY_CANCELLATION, tag = "apologies", request_body = ApologyCancellationRequest,
    params(("apology_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "how it stands", body = ApologyResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn take_back(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<ApologyCancellationRequest, SignedIn>,
) -> Result<Json<ApologyResponse>, ApiError> {
    if !(1..=LONGEST_WHY).contains(&said.why.chars().count()) || said.why.contains(is_hidden) {
        let message = format!("the why is not 1 to {LONGEST_WHY} characters that can be seen");
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    let (own, giver) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { cancel(connection, write, &own, id, &said.why, &giver).await })
    });
    response(&services, outcome.await?, staff.store_id(), Some(staff.staff_id)).await
}

/// As it stood when this was first asked; whoever gave it asks where nobody is named.
pub(super) async fn response(
    services: &Services,
    outcome: Outcome,
    store_id: i64,
    staff_id: Option<i64>,
) -> Result<Json<ApologyResponse>, ApiError> {
    let id = outcome.reference.context("an apology")?;
    let row = rows::find(&services.pool, store_id, id).await?.context("an apology")?;
    let given = ApologyState::Given.code();
    // An earlier version kept no word of its own for paper, and sent nothing by another way.
    let is_paper = outcome.word == ON_PAPER
        || (outcome.word == given
            && row.way == "paper"
            && row.way_changes == 0
            && staff_id.is_none_or(|it| it == row.staff_id));
    let state = if outcome.word == ON_PAPER { given.to_owned() } else { outcome.word };
    Ok(Json(with_coupon(services, rows::ApologyRow { state, ..row }, is_paper).await?))
}

/// An apology with its coupon, and its code where that is shown.
async fn with_coupon(
    services: &Services,
    row: rows::ApologyRow,
    shows_code: bool,
) -> Result<ApologyResponse, ApiError> {
    let coupon_id = row.coupon_id.filter(|_| row.state == ApologyState::Given.code());
    let mut told = told(row)?;
    if let Some(coupon_id) = coupon_id {
        let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
        let coupon = coupons::given(&mut connection, &services.secrets, coupon_id).await?;
        told.last_day = Some(coupon.last_day);
        if shows_code {
            told.coupon_code = Some(coupon.code.to_string());
            told.coupon_qr = coupon.qr;
        }
    }
    Ok(told)
}

/// As those who work in the store see it.
pub(super) fn told(row: rows::ApologyRow) -> Result<ApologyResponse, ApiError> {
    let state = ApologyState::from_code(&row.state).context("a state of a later version")?;
    Ok(ApologyResponse {
        apology_id: row.id,
        state,
        reason: row.reason,
        minor_units: row.minor_units,
        // A retry of what waited is told what it was told, also where the points are given by now.
        points: row.points.filter(|_| state != ApologyState::Waits),
        staff_number: row.staff_id,
        limit: row.above,
        coupon_code: None,
        coupon_qr: None,
        last_day: None,
        message: None,
    })
}
