//! Two members who are one person become one.

use anyhow::Result;
use polka_contract::ErrorCode;
use polka_ledger::{Refusal, merge};
use sqlx::AnyConnection;

use super::{profile, shopping_list};
use crate::http::ApiError;
use crate::join_loyalty::members;
use crate::personal_offers;
use crate::points::{self, Cause};
use crate::report_expired;
use crate::secrets::Secrets;

/// Makes of two members one, with the cards, receipts, offers, shopping lists and points of both; phones and links hang on
/// their cards. What the ledger has of the first stays, and says by a transaction where the points went.
///
/// # Errors
/// Where they cannot be one: both are the same, or their points are too many.
pub(super) async fn merge_members(
    connection: &mut AnyConnection,
    secrets: &Secrets,
    from: i64,
    into: i64,
    by: By,
    now_ms: i64,
) -> Result<()> {
    let (from_state, into_state) = (points::state(connection, from).await?, points::state(connection, into).await?);
    match merge(&from_state, &into_state) {
        Ok(draft) => {
            let key = format!("merge:{from}:{into}");
            let cause = Cause {
                key: &key,
                reason: "same_person",
                actor: by.actor,
                device_id: by.device_id,
                store_id: None,
                receipt_id: None,
                made_ms: now_ms,
                recorded_ms: now_ms,
            };
            points::book(connection, draft, &cause).await?;
        }
        Err(Refusal::NothingToMerge) => {}
        Err(refusal) => {
            return Err(ApiError::new(ErrorCode::PointsRefused, format!("they cannot be one: {refusal}")).into());
        }
    }
    profile::merge(connection, secrets, from, into).await?;
    shopping_list::merge(connection, secrets, from, into).await?;
    personal_offers::rows::merge(connection, from, into).await?;
    report_expired::merge(connection, from, into).await?;
    for change in [
        "UPDATE cards SET member_id = $2 WHERE member_id = $1",
        "UPDATE receipts SET member_id = $2 WHERE member_id = $1",
        "UPDATE apologies SET member_id = $2 WHERE member_id = $1",
        "UPDATE member_looks SET member_id = $2 WHERE member_id = $1",
        "UPDATE members SET merged_into = $2 WHERE id = $1",
    ] {
        sqlx::query(change).bind(from).bind(into).execute(&mut *connection).await?;
    }
    members::erase(connection, secrets, from, now_ms).await
}

/// Who makes two members one.
pub(super) struct By {
    /// As the ledger calls them.
    pub(super) actor: &'static str,
    /// At which device, or on which phone.
    pub(super) device_id: Option<i64>,
}
