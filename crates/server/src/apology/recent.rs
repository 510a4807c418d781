//! What a manager sees of each apology of the last weeks: who gave it, by which way, and how it stands, so that it may be
//! taken back. Nothing of the customer is among it.

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use jiff::Span;
use polka_contract::{
    ApologyState, ErrorCode, ErrorResponse, RecentApologiesResponse, RecentApology, RecentApologyWay,
    RecentCancellation, RecentCoupon, RecentCouponState,
};
use polka_domain::Date;
use serde::Deserialize;
use sqlx::{AnyConnection, FromRow};

use crate::http::{ApiError, Services};
use crate::points;

/// So many days back they are told.
const DAYS: i64 = 30;
/// So many are told at once.
const MOST: usize = 20;

/// From where apologies are read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Before {
    /// The number of the oldest apology that one has: those before it are told. Without it, the newest.
    before: Option<i64>,
}

/// The apologies of the store's last thirty days, for its managers.
#[utoipa::path(
    get, path = polka_contract::paths::RECENT_APOLOGIES, tag = "apologies", params(Before),
    responses((status = 200, description = "at most twenty, the newest first", body = RecentApologiesResponse), (status = "default", description = "an error", body = ErrorResponse)),
)]
pub(crate) async fn recent(
    State(services): State<Services>,
    before: Result<Query<Before>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<RecentApologiesResponse>, ApiError> {
    let staff = services.signed_in(&headers).await?;
    staff.must_be_manager()?;
    let Query(Before { before }) =
        before.map_err(|problem| ApiError::new(ErrorCode::InvalidRequest, problem.body_text()))?;
    let now_ms = services.clock.now_ms();
    let today = points::day(now_ms, &services.store.time_zone)?;
    let asked = Asked { store_id: staff.store_id(), before: before.unwrap_or(i64::MAX), today, now_ms };
    let mut connection = services.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut rows = rows(&mut connection, &asked).await?;
    let has_older = rows.len() > MOST;
    rows.truncate(MOST);
    let apologies = rows.into_iter().map(|row| told(row, today)).collect::<Result<_>>()?;
    Ok(Json(RecentApologiesResponse { apologies, has_older }))
}

/// Which ones are asked for.
struct Asked {
    store_id: i64,
    before: i64,
    today: Date,
    now_ms: i64,
}

/// An apology with what has become of its coupon.
#[derive(FromRow)]
struct Row {
    id: i64,
    staff_id: i64,
    reason: String,
    minor_units: i64,
    way: String,
    state: String,
    points: Option<i64>,
    taken_ms: i64,
    settled_ms: Option<i64>,
    decided_by: Option<i64>,
    cancelled_by: Option<i64>,
    why_cancelled: Option<String>,
    last_day: Option<String>,
    /// 1 where there is a photograph of the goods.
    photos: i64,
    /// So often the coupon has paid, and so often it is set aside.
    paid: i64,
    set_aside: i64,
}

/// One more than are told, so that it is seen whether there are older ones.
async fn rows(connection: &mut AnyConnection, asked: &Asked) -> Result<Vec<Row>> {
    // What has paid is searched for by the index of what is open, which has all that has paid.
    let rows = sqlx::query_as(
        "SELECT apologies.id, staff_id, reason, minor_units, way, state, points, taken_ms, settled_ms, decided_by,
            cancelled_by, why_cancelled, coupons.last_day,
            (SELECT COUNT(*) FROM apology_photos WHERE apology_photos.apology_id = apologies.id) AS photos,
            (SELECT COUNT(*) FROM coupon_redemptions AS paid WHERE paid.coupon_id = apologies.coupon_id
                AND paid.state IN ('reserved', 'committed') AND paid.state = 'committed') AS paid,
            (SELECT COUNT(*) FROM coupon_redemptions AS held WHERE held.coupon_id = apologies.coupon_id
                AND held.state = 'reserved' AND held.until_ms >= $4) AS set_aside
         FROM apologies LEFT JOIN coupons ON coupons.id = apologies.coupon_id
         WHERE apologies.store_id = $1 AND apologies.day >= $2 AND apologies.id < $3
         ORDER BY apologies.id DESC LIMIT $5",
    );
    let first_day = asked.today.saturating_sub(Span::new().days(DAYS));
    let rows = rows.bind(asked.store_id).bind(first_day.to_string()).bind(asked.before).bind(asked.now_ms);
    Ok(rows.bind(i64::try_from(MOST)? + 1).fetch_all(connection).await?)
}

/// As a manager is told of it.
fn told(row: Row, today: Date) -> Result<RecentApology> {
    let state = ApologyState::from_code(&row.state).context("a state of a later version")?;
    let coupon = match row.last_day {
        Some(last_day) if state == ApologyState::Given => {
            let state = coupon_state(row.paid, row.set_aside, last_day.parse::<Date>()? < today);
            Some(RecentCoupon { state, last_day })
        }
        _ => None,
    };
    let cancellation = match (state, row.why_cancelled, row.settled_ms) {
        (ApologyState::Cancelled, Some(why), Some(cancelled_ms)) => {
            Some(RecentCancellation { staff_number: row.cancelled_by, why, cancelled_ms })
        }
        _ => None,
    };
    Ok(RecentApology {
        apology_id: row.id,
        state,
        reason: row.reason,
        minor_units: row.minor_units,
        way: RecentApologyWay::from_code(&row.way).context("a way of a later version")?,
        points: row.points,
        staff_number: row.staff_id,
        taken_ms: row.taken_ms,
        decided_by: row.decided_by,
        coupon,
        cancellation,
        has_photo: row.photos > 0,
    })
}

/// What has paid is used also after its last day.
fn coupon_state(paid: i64, set_aside: i64, is_over: bool) -> RecentCouponState {
    match (paid, set_aside, is_over) {
        (1.., ..) => RecentCouponState::Used,
        (_, 1.., _) => RecentCouponState::SetAside,
        (_, _, true) => RecentCouponState::Over,
        _ => RecentCouponState::Open,
    }
}
