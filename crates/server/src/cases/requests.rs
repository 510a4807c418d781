//! What tablets ask of cases.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use polka_contract::{
    CaseCategoriesResponse, CaseClosureRequest, CaseDetailResponse, CaseDoneResponse, CaseHandoverRequest,
    CaseNoteRequest, CaseRequest, CaseResponse, CaseState, CaseStep, CaseStepKind, CasesResponse, ErrorResponse,
    NothingRequest,
};

use super::rows::{CaseRow, StepRow};
use super::{
    LONGEST_OUTCOME, LONGEST_WORDS, checked_text, close, code_of, hand_over, may_take, may_work, none, note, open,
    opened, rows, take,
};
use crate::http::{ApiError, Services};
use crate::staff::SignedIn;
use crate::writes::{Incoming, Outcome, check_made};

/// What a complaint may be about.
#[utoipa::path(
    get, path = polka_contract::paths::CASE_CATEGORIES, tag = "cases",
    responses((status = 200, description = "the chain's categories", body = CaseCategoriesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn categories(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<CaseCategoriesResponse>, ApiError> {
    services.signed_in(&headers).await?;
    Ok(Json(CaseCategoriesResponse { categories: services.cases.categories.clone() }))
}

/// The cases of the store that are not closed: own and overdue ones first. Two hundred at most. Those for managers alone
/// are told to managers, and to whoever opened them.
#[utoipa::path(
    get, path = polka_contract::paths::CASES, tag = "cases",
    responses((status = 200, description = "the cases", body = CasesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(State(services): State<Services>, headers: HeaderMap) -> Result<Json<CasesResponse>, ApiError> {
    let (staff, now_ms) = (services.signed_in(&headers).await?, services.clock.now_ms());
    let rows = rows::open(&services.pool, staff.store_id(), staff.staff_id, now_ms).await?;
    let is_told = |row: &&CaseRow| row.opened_by == staff.staff_id || may_work(&services, row, &staff);
    let cases = rows.iter().filter(is_told).map(|row| listed(row, now_ms)).collect::<Result<_>>()?;
    Ok(Json(CasesResponse { cases }))
}

/// A case, with what was said and done. Of one for managers alone, whoever opened it is told how it stands, and its code.
#[utoipa::path(
    get, path = polka_contract::paths::CASE, tag = "cases",
    params(("case_id" = i64, Path, description = "which one")),
    responses((status = 200, description = "the case", body = CaseDetailResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn one(
    State(services): State<Services>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Json<CaseDetailResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    let row = rows::find(&services.pool, staff.store_id(), id).await?.ok_or_else(none)?;
    let is_for_managers = !may_work(&services, &row, &staff);
    if is_for_managers && row.opened_by != staff.staff_id {
        return Err(none());
    }
    let case = listed(&row, services.clock.now_ms())?;
    let code = shown_code(&services, &row, &staff);
    if is_for_managers {
        let (words, outcome, steps) = (None, None, Vec::new());
        return Ok(Json(CaseDetailResponse { case, may_take: false, is_for_managers, words, outcome, code, steps }));
    }
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let may_take = may_take(&mut connection, &services, &row, &staff).await?;
    let secrets = &services.secrets;
    let step = |step: StepRow| {
        Ok(CaseStep {
            step: CaseStepKind::from_code(&step.step).context("a step of a later version")?,
            staff_number: step.staff_id,
            to_staff_number: step.to_staff_id,
            made_ms: step.made_ms,
            text: opened(secrets, "case-note", step.sealed.as_deref())?,
        })
    };
    let steps = rows::steps(&mut *connection, id).await?;
    Ok(Json(CaseDetailResponse {
        case,
        may_take,
        is_for_managers,
        words: opened(secrets, "case-words", row.sealed_words.as_deref())?,
        outcome: opened(secrets, "case-outcome", row.sealed_outcome.as_deref())?,
        code,
        steps: steps.into_iter().map(step).collect::<Result<_>>()?,
    }))
}

/// A customer complains: a case is opened, and they get its code.
#[utoipa::path(
    post, path = polka_contract::paths::CASES, tag = "cases", request_body = CaseRequest,
    params(("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is open", body = CaseDoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn complain(
    State(services): State<Services>,
    Incoming { write, device: staff, said }: Incoming<CaseRequest, SignedIn>,
) -> Result<Json<CaseDoneResponse>, ApiError> {
    check_made(said.made_ms)?;
    let complaint = services.complaint(said)?;
    let (own, opener) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { open(connection, write, &own, &complaint, &opener).await })
    });
    done(&services, outcome.await?, &staff).await
}

/// Somebody takes a case that nobody works on; a manager takes any.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_CLAIM, tag = "cases", request_body = NothingRequest,
    params(("case_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is theirs", body = CaseDoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn claim(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, .. }: Incoming<NothingRequest, SignedIn>,
) -> Result<Json<CaseDoneResponse>, ApiError> {
    let (own, taker) = (services.clone(), staff.clone());
    let outcome = services
        .writer
        .once(write, move |connection, write| Box::pin(async move { take(connection, write, &own, id, &taker).await }));
    done(&services, outcome.await?, &staff).await
}

/// A colleague answers for it from now on: said by whoever does now, or a manager.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_HANDOVER, tag = "cases", request_body = CaseHandoverRequest,
    params(("case_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is theirs", body = CaseDoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn give(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<CaseHandoverRequest, SignedIn>,
) -> Result<Json<CaseDoneResponse>, ApiError> {
    let (own, giver) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { hand_over(connection, write, &own, (id, said.staff_number), &giver).await })
    });
    done(&services, outcome.await?, &staff).await
}

/// Something is noted, for colleagues. The customer never sees it.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_NOTES, tag = "cases", request_body = CaseNoteRequest,
    params(("case_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is noted", body = CaseDoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn keep_note(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<CaseNoteRequest, SignedIn>,
) -> Result<Json<CaseDoneResponse>, ApiError> {
    let text = checked_text("text", &said.text, LONGEST_WORDS, true)?;
    let (own, author) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { note(connection, write, &own, (id, &text), &author).await })
    });
    done(&services, outcome.await?, &staff).await
}

/// It is done. The customer is asked once whether it was put right, by the way they chose.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_CLOSURE, tag = "cases", request_body = CaseClosureRequest,
    params(("case_id" = i64, Path, description = "which one"), ("Idempotency-Key" = String, Header, description = "the same key takes effect once")),
    responses((status = 200, description = "it is closed", body = CaseDoneResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn end(
    State(services): State<Services>,
    Path(id): Path<i64>,
    Incoming { write, device: staff, said }: Incoming<CaseClosureRequest, SignedIn>,
) -> Result<Json<CaseDoneResponse>, ApiError> {
    let text = checked_text("outcome", &said.outcome, LONGEST_OUTCOME, false)?;
    let (own, closer) = (services.clone(), staff.clone());
    let outcome = services.writer.once(write, move |connection, write| {
        Box::pin(async move { close(connection, write, &own, (id, &text), &closer).await })
    });
    done(&services, outcome.await?, &staff).await
}

/// As it was answered when this was first asked.
async fn done(services: &Services, outcome: Outcome, staff: &SignedIn) -> Result<Json<CaseDoneResponse>, ApiError> {
    let id = outcome.reference.context("a case")?;
    // What the code is made of, and who may see it, never changes.
    let row = rows::find(&services.pool, staff.store_id(), id).await?.context("a case")?;
    Ok(Json(CaseDoneResponse {
        case_id: id,
        state: CaseState::from_code(&outcome.word).context("a state of a later version")?,
        code: shown_code(services, &row, staff),
    }))
}

/// The code of a case on paper, for whoever opened it; another who looks has no need of it.
fn shown_code(services: &Services, row: &CaseRow, staff: &SignedIn) -> Option<String> {
    let shows_code = row.opened_by == staff.staff_id && row.channel == "paper";
    shows_code.then(|| code_of(&services.secrets, row.id, row.opened_ms).to_string())
}

/// As those who work in the store see it.
fn listed(row: &CaseRow, now_ms: i64) -> Result<CaseResponse> {
    let state = rows::state_of(row)?;
    Ok(CaseResponse {
        case_id: row.id,
        category: row.category.clone(),
        department: row.department.clone(),
        owner_number: row.owner,
        state,
        opened_ms: row.opened_ms,
        due_ms: row.due_ms,
        is_overdue: state != CaseState::Closed && row.due_ms < now_ms,
        is_reopened: row.answer.as_deref() == Some("no"),
        apology_id: row.apology_id,
    })
}
