//! Points that nobody has looked for in time are released, and what was kept for its time goes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use sqlx::{AnyConnection, AnyPool};

use super::{Decision, decide, photos, rows};
use crate::clock::{Clock, DAY_MS};
use crate::database;
use crate::loyalty::Loyalty;

const PAUSE: Duration = Duration::from_secs(60);
/// So long a slip, or a number that was no member's, is worth its points.
const FINDERS_KEPT_MS: i64 = 90 * DAY_MS;

/// Does it every minute, as long as the server lives.
pub(crate) async fn keep_up(pool: AnyPool, loyalty: Arc<Loyalty>, clock: Clock) {
    loop {
        if let Err(error) = release_late(&pool, &loyalty, clock.now_ms()).await {
            tracing::error!(cause = format!("{error:#}"), "points of reports were not released");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does it once.
///
/// # Errors
/// Where the database cannot be read.
pub async fn release_late(pool: &AnyPool, loyalty: &Loyalty, now_ms: i64) -> Result<()> {
    let mut connection = pool.acquire().await?;
    rows::forget_finders(&mut connection, now_ms - FINDERS_KEPT_MS).await?;
    photos::forget_old(&mut connection, now_ms).await?;
    for id in rows::due(&mut connection, now_ms).await? {
        if let Err(error) = release_if_due(&mut connection, loyalty, id, now_ms).await {
            // The next one is somebody else's.
            tracing::error!(report = id, cause = format!("{error:#}"), "points of a report were not released");
        }
    }
    Ok(())
}

async fn release_if_due(connection: &mut AnyConnection, loyalty: &Loyalty, id: i64, now_ms: i64) -> Result<()> {
    let mut transaction = database::begin_write(connection).await?;
    // Somebody may have looked meanwhile.
    if let Some(report) = rows::if_due(&mut transaction, id, now_ms).await? {
        decide(&mut transaction, &loyalty.points, &report, Decision::Released, "clock", now_ms).await?;
    }
    transaction.commit().await?;
    Ok(())
}
