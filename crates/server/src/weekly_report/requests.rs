//! What managers ask of weekly reports.

use anyhow::Result;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use polka_contract::{ErrorCode, ErrorResponse, WeeklyReport, WeeklyReportsResponse};
use serde::Deserialize;

use super::page::{self, Report};
use super::{Week, numbers_of};
use crate::http::{ApiError, Services};
use crate::join_loyalty::codes::in_language;
use crate::points;

/// In which language a report is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `ru` or `en`; Russian where it is not said.
    language: Option<String>,
}

/// The weeks of which there are reports, the newest first.
#[utoipa::path(
    get, path = polka_contract::paths::WEEKLY_REPORTS, tag = "weekly_report",
    responses((status = 200, description = "the weeks", body = WeeklyReportsResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn all(
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Json<WeeklyReportsResponse>, ApiError> {
    services.signed_in(&headers).await?.must_be_manager()?;
    let days = sqlx::query_scalar(
        "SELECT first_day FROM weekly_reports WHERE store_id = $1 AND made_ms <= $2 ORDER BY first_day DESC LIMIT 53",
    );
    let days = days.bind(services.store.id).bind(services.clock.now_ms());
    let days: Vec<String> = days.fetch_all(&services.pool).await.map_err(anyhow::Error::from)?;
    let report = |day: String| {
        let week = Week { first: day.parse().map_err(anyhow::Error::from)? };
        Ok(WeeklyReport { week: week.code(), first_day: day })
    };
    let reports = days.into_iter().map(report).collect::<Result<_, ApiError>>()?;
    Ok(Json(WeeklyReportsResponse { reports }))
}

/// The report of a week by department, as a page to print. Of the week that goes on, as far as it has come.
#[utoipa::path(
    get, path = polka_contract::paths::WEEKLY_REPORT, tag = "weekly_report",
    params(("week" = String, Path, description = "as ISO 8601 writes it: 2026-W48"), Asked),
    responses((status = 200, description = "the page", body = String, content_type = "text/html"), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn page(
    State(services): State<Services>,
    Path(week): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let made = services.report(&headers, &week, asked, |report| Ok(report.html().into_bytes())).await?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_SECURITY_POLICY, page::content_security_policy()),
    ];
    Ok((headers, made))
}

/// The same as CSV: a header, and a line for each department.
#[utoipa::path(
    get, path = polka_contract::paths::WEEKLY_REPORT_CSV, tag = "weekly_report",
    params(("week" = String, Path, description = "as ISO 8601 writes it: 2026-W48"), Asked),
    responses((status = 200, description = "a header, and a line for each department", body = String, content_type = "text/csv"), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn csv(
    State(services): State<Services>,
    Path(week): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let made = services.report(&headers, &week, asked, |report| report.csv()).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"weekly-report.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, made))
}

impl Services {
    /// Makes what a manager asks of a week.
    ///
    /// # Errors
    /// Where whoever asks is no manager, or the week is none, or has not begun.
    async fn report(
        &self,
        headers: &HeaderMap,
        week: &str,
        asked: Result<Query<Asked>, QueryRejection>,
        make: impl FnOnce(&Report<'_>) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>, ApiError> {
        self.signed_in(headers).await?.must_be_manager()?;
        let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
        let Query(Asked { language }) = asked.map_err(|problem| wrong(problem.body_text()))?;
        let language = language.as_deref().unwrap_or("ru");
        in_language(language, "", "")?;
        let now = Week::of(points::day(self.clock.now_ms(), &self.store.time_zone)?);
        let week = Week::parse(week).filter(|week| *week <= now);
        let week = week.ok_or_else(|| wrong("the week is none like 2026-W48 that has begun".into()))?;
        let numbers = numbers_of(self, week).await?;
        let (store, cases) = (&self.store, &self.cases);
        let report = Report { week, numbers: &numbers, store, cases, language, is_whole: week < now };
        Ok(make(&report)?)
    }
}
