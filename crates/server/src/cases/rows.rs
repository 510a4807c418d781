//! Cases and their steps as rows of the database.

use anyhow::Result;
use polka_contract::{CaseState, CaseStepKind};
use sqlx::{AnyConnection, AnyExecutor, FromRow};

use super::Complaint;
use crate::writes::Write;

/// A case as it stands.
#[derive(FromRow)]
pub(super) struct CaseRow {
    pub(super) id: i64,
    pub(super) category: String,
    pub(super) department: String,
    pub(super) opened_by: i64,
    pub(super) owner: i64,
    pub(super) apology_id: Option<i64>,
    pub(super) state: String,
    pub(super) channel: String,
    pub(super) language: String,
    pub(super) sealed_words: Option<String>,
    pub(super) sealed_to: Option<String>,
    pub(super) sealed_outcome: Option<String>,
    pub(super) opened_ms: i64,
    pub(super) due_ms: i64,
    pub(super) asked_ms: Option<i64>,
    pub(super) answer: Option<String>,
}

macro_rules! select_cases {
    ($rest:literal) => {
        sqlx::query_as::<_, CaseRow>(concat!(
            "SELECT id, category, department, opened_by, owner, apology_id, state, channel, language, sealed_words,
                sealed_to, sealed_outcome, opened_ms, due_ms, asked_ms, answer FROM cases ",
            $rest
        ))
    };
}

/// What is sealed of a new case, and the digest that finds whose it is.
pub(super) struct Sealed {
    pub(super) words: String,
    pub(super) to: Option<String>,
    pub(super) to_digest: Option<String>,
}

/// The number of the next case.
pub(super) async fn next_id(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM cases").fetch_one(connection).await?)
}

/// Keeps a case.
pub(super) async fn add(
    connection: &mut AnyConnection,
    write: &Write,
    (id, code_digest): (i64, &str),
    complaint: &Complaint,
    sealed: &Sealed,
    (staff_id, owner): (i64, i64),
) -> Result<()> {
    let added = sqlx::query(
        "INSERT INTO cases (id, store_id, code_digest, category, department, opened_by, owner, apology_id, state,
            channel, language, sealed_words, sealed_to, to_digest, opened_ms, made_ms, due_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, $13, $14, $15, $16)",
    );
    let added = added.bind(id).bind(write.store_id).bind(code_digest).bind(&complaint.category.code);
    let added = added.bind(&complaint.category.department).bind(staff_id).bind(owner);
    let added = added
        .bind(complaint.apology_id)
        .bind(complaint.channel.code())
        .bind(&complaint.language)
        .bind(&sealed.words)
        .bind(&sealed.to);
    let added = added.bind(&sealed.to_digest).bind(write.taken_ms).bind(complaint.made_ms);
    added.bind(write.taken_ms + complaint.due_ms()).execute(connection).await?;
    Ok(())
}

/// The case of a store with a number.
pub(super) async fn find(executor: impl AnyExecutor<'_>, store_id: i64, id: i64) -> Result<Option<CaseRow>> {
    let found = select_cases!("WHERE store_id = $1 AND id = $2").bind(store_id).bind(id);
    Ok(found.fetch_optional(executor).await?)
}

/// The case of a store with a code.
pub(super) async fn find_by_code(
    executor: impl AnyExecutor<'_>,
    store_id: i64,
    code_digest: &str,
) -> Result<Option<CaseRow>> {
    let found = select_cases!("WHERE store_id = $1 AND code_digest = $2").bind(store_id).bind(code_digest);
    Ok(found.fetch_optional(executor).await?)
}

/// Those that a number was named for, the first first.
pub(super) async fn of_recipient(connection: &mut AnyConnection, to_digest: &str) -> Result<Vec<CaseRow>> {
    Ok(select_cases!("WHERE to_digest = $1 ORDER BY id").bind(to_digest).fetch_all(connection).await?)
}

/// Those of a store that are not closed: whoever asks sees their own and what is overdue first.
pub(super) async fn open(
    executor: impl AnyExecutor<'_>,
    store_id: i64,
    staff_id: i64,
    now_ms: i64,
) -> Result<Vec<CaseRow>> {
    let open = select_cases!(
        "WHERE store_id = $1 AND state <> 'closed'
         ORDER BY CASE WHEN owner = $2 THEN 0 ELSE 1 END + CASE WHEN due_ms < $3 THEN 0 ELSE 1 END, due_ms, id LIMIT 200"
    );
    Ok(open.bind(store_id).bind(staff_id).bind(now_ms).fetch_all(executor).await?)
}

/// Somebody answers for a case from now on, and works on it.
pub(super) async fn set_owner(connection: &mut AnyConnection, id: i64, staff_id: i64) -> Result<()> {
    let set = sqlx::query("UPDATE cases SET owner = $2, state = 'in_work' WHERE id = $1");
    set.bind(id).bind(staff_id).execute(connection).await?;
    Ok(())
}

/// A case is closed. Where the customer is asked by a message, that is once.
pub(super) async fn close(
    connection: &mut AnyConnection,
    id: i64,
    sealed_outcome: &str,
    asked_ms: Option<i64>,
    now_ms: i64,
) -> Result<()> {
    let closed = sqlx::query(
        "UPDATE cases SET state = 'closed', sealed_outcome = $2, asked_ms = COALESCE(asked_ms, $3), closed_ms = $4
         WHERE id = $1",
    );
    closed.bind(id).bind(sealed_outcome).bind(asked_ms).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The customer says that it was put right.
pub(super) async fn put_right(connection: &mut AnyConnection, id: i64, now_ms: i64) -> Result<()> {
    let answered = sqlx::query("UPDATE cases SET answer = 'yes', answered_ms = $2 WHERE id = $1");
    answered.bind(id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// The customer says that it was not: it is open again.
pub(super) async fn reopen(
    connection: &mut AnyConnection,
    id: i64,
    (owner, due_ms): (i64, i64),
    now_ms: i64,
) -> Result<()> {
    let reopened = sqlx::query(
        "UPDATE cases SET answer = 'no', answered_ms = $2, state = 'open', owner = $3, due_ms = $4, closed_ms = NULL
         WHERE id = $1",
    );
    reopened.bind(id).bind(now_ms).bind(owner).bind(due_ms).execute(connection).await?;
    Ok(())
}

/// The manager of a store who works there longest.
pub(super) async fn manager(connection: &mut AnyConnection, store_id: i64) -> Result<Option<i64>> {
    let manager =
        sqlx::query_scalar("SELECT MIN(id) FROM staff WHERE store_id = $1 AND role = 'manager' AND ended_ms IS NULL");
    Ok(manager.bind(store_id).fetch_one(connection).await?)
}

/// Whether somebody works in a store still.
pub(super) async fn works_there(connection: &mut AnyConnection, store_id: i64, staff_id: i64) -> Result<bool> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM staff WHERE store_id = $1 AND id = $2 AND ended_ms IS NULL");
    let count: i64 = count.bind(store_id).bind(staff_id).fetch_one(connection).await?;
    Ok(count > 0)
}

/// Whether a manager of a store works there still.
pub(super) async fn is_manager(connection: &mut AnyConnection, store_id: i64, staff_id: i64) -> Result<bool> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(*) FROM staff WHERE store_id = $1 AND id = $2 AND role = 'manager' AND ended_ms IS NULL",
    );
    let count: i64 = count.bind(store_id).bind(staff_id).fetch_one(connection).await?;
    Ok(count > 0)
}

/// Whether a store has an apology.
pub(super) async fn has_apology(connection: &mut AnyConnection, store_id: i64, id: i64) -> Result<bool> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM apologies WHERE store_id = $1 AND id = $2");
    let count: i64 = count.bind(store_id).bind(id).fetch_one(connection).await?;
    Ok(count > 0)
}

/// A step of a case.
#[derive(FromRow)]
pub(super) struct StepRow {
    pub(super) step: String,
    pub(super) staff_id: Option<i64>,
    pub(super) to_staff_id: Option<i64>,
    pub(super) sealed: Option<String>,
    pub(super) made_ms: i64,
}

/// Keeps what was done with a case; by the customer where nobody of the staff did it.
pub(super) async fn add_step(
    connection: &mut AnyConnection,
    case_id: i64,
    step: CaseStepKind,
    staff_id: Option<i64>,
    sealed: Option<&str>,
    now_ms: i64,
) -> Result<()> {
    insert_step(connection, case_id, step, (staff_id, None), sealed, now_ms).await
}

/// Keeps who gave a case to whom.
pub(super) async fn add_handover(
    connection: &mut AnyConnection,
    case_id: i64,
    from: i64,
    to: i64,
    now_ms: i64,
) -> Result<()> {
    insert_step(connection, case_id, CaseStepKind::HandedOver, (Some(from), Some(to)), None, now_ms).await
}

async fn insert_step(
    connection: &mut AnyConnection,
    case_id: i64,
    step: CaseStepKind,
    (staff_id, to_staff_id): (Option<i64>, Option<i64>),
    sealed: Option<&str>,
    now_ms: i64,
) -> Result<()> {
    let added = sqlx::query(
        "INSERT INTO case_steps (id, case_id, step, staff_id, to_staff_id, sealed, made_ms)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM case_steps",
    );
    let added = added.bind(case_id).bind(step.code()).bind(staff_id).bind(to_staff_id).bind(sealed).bind(now_ms);
    added.execute(connection).await?;
    Ok(())
}

/// What was done with a case, the first first.
pub(super) async fn steps(executor: impl AnyExecutor<'_>, case_id: i64) -> Result<Vec<StepRow>> {
    let steps = sqlx::query_as(
        "SELECT step, staff_id, to_staff_id, sealed, made_ms FROM case_steps WHERE case_id = $1 ORDER BY id LIMIT 500",
    );
    Ok(steps.bind(case_id).fetch_all(executor).await?)
}

/// How many steps a case has.
pub(super) async fn count_steps(connection: &mut AnyConnection, case_id: i64) -> Result<i64> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM case_steps WHERE case_id = $1").bind(case_id);
    Ok(count.fetch_one(connection).await?)
}

/// Forgets what was said, to whom and what came of it, of cases that were closed before a moment.
pub(super) async fn forget_old(connection: &mut AnyConnection, closed_until_ms: i64) -> Result<()> {
    for forget in [
        "UPDATE case_steps SET sealed = NULL WHERE sealed IS NOT NULL AND case_id IN
            (SELECT id FROM cases WHERE state = 'closed' AND closed_ms <= $1)",
        "UPDATE cases SET sealed_words = NULL, sealed_to = NULL, to_digest = NULL, sealed_outcome = NULL
         WHERE state = 'closed' AND closed_ms <= $1 AND (sealed_words IS NOT NULL OR sealed_outcome IS NOT NULL)",
    ] {
        sqlx::query(forget).bind(closed_until_ms).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Forgets the same of all cases that a number was named for, open ones too: its holder is erased. The channel stays:
/// the code was sent, and whoever opened the case is not shown it now.
pub(super) async fn forget_of(connection: &mut AnyConnection, to_digest: &str) -> Result<()> {
    for forget in [
        "UPDATE case_steps SET sealed = NULL WHERE case_id IN (SELECT id FROM cases WHERE to_digest = $1)",
        "UPDATE cases SET sealed_words = NULL, sealed_to = NULL, to_digest = NULL, sealed_outcome = NULL
         WHERE to_digest = $1",
    ] {
        sqlx::query(forget).bind(to_digest).execute(&mut *connection).await?;
    }
    Ok(())
}

/// How a case stands.
///
/// # Errors
/// Where a later version has written it.
pub(super) fn state_of(row: &CaseRow) -> Result<CaseState> {
    use anyhow::Context;
    CaseState::from_code(&row.state).context("a state of a later version")
}
