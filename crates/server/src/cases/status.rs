//! What whoever has a case's code asks: how it stands, and whether it was put right. Anybody may, at a stand, at home:
//! the code alone opens it, and nobody guesses one.

use anyhow::Result;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use polka_contract::{
    CaseAnswerRequest, CaseState, CaseStatusRequest, CaseStatusResponse, CaseStepKind, ErrorCode, ErrorResponse,
};
use polka_domain::CaseCode;

use super::rows::CaseRow;
use super::{code_digest, opened, refused, rows};
use crate::database;
use crate::http::{ApiError, Services};
use crate::points;

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::CaseNotFound, "no case has this code")
}

impl Services {
    /// The case with a code. Whoever tries codes that are none must wait; at the store's own devices that keeps nobody
    /// out who asks from elsewhere, and the other way round.
    async fn case_by_code(&self, headers: &HeaderMap, code: &str) -> Result<CaseRow, ApiError> {
        let code: CaseCode = code.parse().map_err(|_| not_found())?;
        let tries = match self.device(headers).await {
            Ok(_) => &self.case_tries,
            Err(_) => &self.outside_case_tries,
        };
        tries.count(self.clock.now_ms())?;
        let found = rows::find_by_code(&self.pool, self.store.id, &code_digest(&self.secrets, code)).await?;
        let found = found.ok_or_else(not_found)?;
        tries.forgive();
        Ok(found)
    }

    /// As whoever has the code sees it.
    fn case_status(&self, row: &CaseRow) -> Result<CaseStatusResponse> {
        let state = rows::state_of(row)?;
        let sealed = row.sealed_outcome.as_deref().filter(|_| state == CaseState::Closed);
        Ok(CaseStatusResponse {
            state,
            due_day: points::day(row.due_ms, &self.store.time_zone)?.to_string(),
            asks: may_answer(row)?,
            outcome: opened(&self.secrets, "case-outcome", sealed)?,
            is_put_right: row.answer.as_deref().map(|answer| answer == "yes"),
        })
    }
}

/// Whether the customer may say if it was put right: once, and while it is known what was done.
fn may_answer(row: &CaseRow) -> Result<bool> {
    Ok(rows::state_of(row)? == CaseState::Closed && row.answer.is_none() && row.sealed_outcome.is_some())
}

/// How a case stands, for whoever has its code. It tells nothing of a person, and nothing of what they said. Whoever
/// tries codes is slowed down.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_STATUS, tag = "cases", request_body = CaseStatusRequest,
    responses((status = 200, description = "how it stands", body = CaseStatusResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn status(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Result<Json<CaseStatusRequest>, JsonRejection>,
) -> Result<Json<CaseStatusResponse>, ApiError> {
    let Json(CaseStatusRequest { code }) = body.map_err(ApiError::from)?;
    let row = services.case_by_code(&headers, &code).await?;
    Ok(Json(services.case_status(&row)?))
}

/// Whoever has a case's code says, once, whether it was put right. A no opens it again, for a manager. The same answer
/// again changes nothing, so it needs no idempotency key.
#[utoipa::path(
    post, path = polka_contract::paths::CASE_ANSWERS, tag = "cases", request_body = CaseAnswerRequest,
    responses((status = 200, description = "it is noted", body = CaseStatusResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn answer(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Result<Json<CaseAnswerRequest>, JsonRejection>,
) -> Result<Json<CaseStatusResponse>, ApiError> {
    let Json(CaseAnswerRequest { code, is_put_right }) = body.map_err(ApiError::from)?;
    let id = services.case_by_code(&headers, &code).await?.id;
    let row = services.note_answer(id, is_put_right).await?;
    Ok(Json(services.case_status(&row)?))
}

impl Services {
    async fn note_answer(&self, id: i64, is_put_right: bool) -> Result<CaseRow, ApiError> {
        let (store_id, now_ms) = (self.store.id, self.clock.now_ms());
        let mut connection = self.pool.acquire().await.map_err(anyhow::Error::from)?;
        let mut transaction = database::begin_write(&mut connection).await.map_err(anyhow::Error::from)?;
        let row = rows::find(&mut *transaction, store_id, id).await?.ok_or_else(not_found)?;
        let answer = if is_put_right { "yes" } else { "no" };
        if row.answer.as_deref() == Some(answer) {
            return Ok(row);
        }
        if !may_answer(&row)? {
            return Err(refused("the case is not closed, or was answered already"));
        }
        let step = match is_put_right {
            true => {
                rows::put_right(&mut transaction, id, now_ms).await?;
                CaseStepKind::PutRight
            }
            false => {
                let owner = rows::manager(&mut transaction, store_id).await?.unwrap_or(row.owner);
                let due_ms = now_ms + (row.due_ms - row.opened_ms);
                rows::reopen(&mut transaction, id, (owner, due_ms), now_ms).await?;
                CaseStepKind::Reopened
            }
        };
        rows::add_step(&mut transaction, id, step, None, None, now_ms).await?;
        let row = rows::find(&mut *transaction, store_id, id).await?.ok_or_else(not_found)?;
        transaction.commit().await.map_err(anyhow::Error::from)?;
        Ok(row)
    }
}
