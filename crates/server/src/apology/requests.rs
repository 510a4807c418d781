//! What tablets ask of apologies.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{
    ApologiesResponse, ApologyCancellationRequest, ApologyReasonsResponse, ApologyRequest, ApologyResponse,
    ApologyState, ErrorCode, ErrorResponse, NothingRequest, StaffRole,
};

use super::summary::customers;
use super::{cancel, decide, give, none, rows};
use crate::coupons;
use crate::http::{ApiError, Services};
use crate::member_card::profile::is_hidden;
use crate::staff::SignedIn;
use crate::writes::{Incoming, Outcome, check_made};

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
    }))
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
    let rows = rows::waiting(&services.pool, staff.store_id()).await?;
    let apologies = rows.into_iter().map(|row| told(row, None)).collect::<Result<_, ApiError>>()?;
    let customers = match staff.role {
        StaffRole::Manager => {
            let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
            customers(&mut connection, staff.store_id(), services.clock.now_ms()).await?
        }
        StaffRole::Cashier | StaffRole::Staff => Vec::new(),
    };
    Ok(Json(ApologiesResponse { apologies, customers }))
}

/// How an apology stands now, and its coupon for whoever gave it: a second person may have said yes meanwhile.
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
    let row = rows::find(&services.pool, staff.store_id(), id).await?.ok_or_else(none)?;
    Ok(Json(with_coupon(&services, row, &staff).await?))
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
    response(&services, outcome.await?, &staff).await
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
    response(&services, outcome.await?, &staff).await
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
    response(&services, outcome.await?, &staff).await
}

/// As it stood when this was first asked.
async fn response(services: &Services, outcome: Outcome, staff: &SignedIn) -> Result<Json<ApologyResponse>, ApiError> {
    let id = outcome.reference.context("an apology")?;
    let row = rows::find(&services.pool, staff.store_id(), id).await?.context("an apology")?;
    Ok(Json(with_coupon(services, rows::ApologyRow { state: outcome.word, ..row }, staff).await?))
}

/// An apology with its coupon. Whoever gave it prints it; another who looks has no need of the code.
async fn with_coupon(
    services: &Services,
    row: rows::ApologyRow,
    staff: &SignedIn,
) -> Result<ApologyResponse, ApiError> {
    let shows_code = row.staff_id == staff.staff_id && row.way == "paper";
    let coupon = match row.coupon_id.filter(|_| row.state == ApologyState::Given.code()) {
        Some(coupon_id) => {
            let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
            let code = shows_code.then(|| coupons::code_of(&services.secrets, coupon_id).to_string());
            Some((code, coupons::last_day(&mut connection, coupon_id).await?))
        }
        None => None,
    };
    told(row, coupon)
}

/// As those who work in the store see it.
fn told(row: rows::ApologyRow, coupon: Option<(Option<String>, String)>) -> Result<ApologyResponse, ApiError> {
    let state = ApologyState::from_code(&row.state).context("a state of a later version")?;
    let (coupon_code, last_day) = coupon.map_or((None, None), |(code, last_day)| (code, Some(last_day)));
    Ok(ApologyResponse {
        apology_id: row.id,
        state,
        reason: row.reason,
        minor_units: row.minor_units,
        points: row.points,
        staff_number: row.staff_id,
        limit: row.above,
        coupon_code,
        last_day,
    })
}
