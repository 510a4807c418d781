//! Writes that take effect once, however often they are sent.
//!
//! A device makes a key for each write. The key, a keyed digest of what was written and what the answer is made
//! of go into the same transaction as the effect, and stay for ever. So the same key gets the answer that was
//! first given, and a key that comes with something else is refused.
//!
//! All writes go through one task, which takes those that wait together into one transaction: the disk is asked
//! once for all of them. A write that fails is undone alone. Nobody is answered before the commit.

mod incoming;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use anyhow::{Context, Result};
use polka_contract::ErrorCode;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Executor, FromRow};
use tokio::sync::{mpsc, oneshot, watch};

use crate::database::{self, places_of_rows};
use crate::http::ApiError;

pub(crate) use incoming::{Incoming, Source, check_key, check_made};

/// So many writes go into one transaction at most, so that nobody waits long for the others.
const BATCH: usize = 128;
/// So many wait at most; who comes after them waits before the door.
const QUEUE: usize = 1024;

/// Which write it is, of whom.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) device_id: i64,
    /// The store in which the device stands.
    pub(crate) store_id: i64,
    pub(crate) idempotency_key: String,
    /// Of where it goes and what it says.
    pub(crate) digest: String,
    /// When it came, in milliseconds since 1970.
    pub(crate) taken_ms: i64,
}

impl Write {
    /// Each device has keys of its own.
    fn key(&self) -> (i64, String) {
        (self.device_id, self.idempotency_key.clone())
    }
}

/// What an answer is made of: never a person's data, for this is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// A word of the slice.
    pub(crate) word: String,
    /// The row that it is about.
    pub(crate) reference: Option<i64>,
}

type Effect = Box<dyn for<'c> FnOnce(&'c mut AnyConnection, &'c Write) -> EffectFuture<'c> + Send>;
/// What an effect comes to.
pub(crate) type EffectFuture<'c> = Pin<Box<dyn Future<Output = Result<Outcome>> + Send + 'c>>;

struct Job {
    write: Write,
    effect: Effect,
    answer: oneshot::Sender<Result<Outcome, ApiError>>,
}

/// Where writes go.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    /// How many transactions were committed.
    commits: watch::Sender<u64>,
}

impl Writer {
    /// Starts the task; it ends with the last writer.
    pub(crate) fn start(pool: AnyPool) -> Self {
        let (sender, mut jobs) = mpsc::channel(QUEUE);
        let commits = watch::Sender::new(0);
        let told = commits.clone();
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while jobs.recv_many(&mut batch, BATCH).await > 0 {
                // In a task of its own: a panic in an effect is a fault of that batch, and the next is taken.
                let _ = tokio::spawn(take(pool.clone(), std::mem::take(&mut batch))).await;
                told.send_modify(|commits| *commits += 1);
            }
        });
        Self { jobs: sender, commits }
    }

    /// Changes after each transaction; ends with the last writer.
    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// Does `effect` once for this write, and gives what it came to, the first time and each time after.
    pub(crate) async fn once(
        &self,
        write: Write,
        effect: impl for<'c> FnOnce(&'c mut AnyConnection, &'c Write) -> EffectFuture<'c> + Send + 'static,
    ) -> Result<Outcome, ApiError> {
        let (answer, answered) = oneshot::channel();
        let job = Job { write, effect: Box::new(effect), answer };
        self.jobs.send(job).await.ok().context("the writer has ended")?;
        answered.await.context("the write was not kept; the log says why")?
    }
}

/// Takes a batch into one transaction, and answers when it is kept.
async fn take(pool: AnyPool, batch: Vec<Job>) {
    let mut connection = match pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => return tracing::error!(cause = error.to_string(), "writes were not kept"),
    };
    let mut answers = Vec::with_capacity(batch.len());
    let kept = async {
        let mut transaction = database::begin_write(&mut connection).await?;
        // Asked for, and kept, all together: a statement costs more than what it does.
        let keys = batch.iter().map(|job| job.write.key()).collect();
        let mut known = known(&mut transaction, keys).await?;
        let mut new = Vec::with_capacity(batch.len());
        transaction.execute(BEGIN_ONE).await?;
        for Job { write, effect, answer } in batch {
            let outcome = match known.get(&write.key()) {
                Some(known) => known.answer(&write),
                None => take_one(&mut transaction, &write, effect).await?,
            };
            if let (Ok(outcome), None) = (&outcome, known.get(&write.key())) {
                known.insert(write.key(), Known { digest: write.digest.clone(), outcome: outcome.clone() });
                new.push((write, outcome.clone()));
            }
            answers.push((answer, outcome));
        }
        keep(&mut transaction, &new).await?;
        transaction.commit().await
    };
    // Whoever is not answered, here or because the batch never began, asks again with the same key.
    if let Err(error) = kept.await {
        // After a full disk SQLite has rolled back by itself, and the connection's count of what is open is wrong.
        connection.close_on_drop();
        return tracing::error!(cause = error.to_string(), "writes were not kept");
    }
    for (sender, answer) in answers {
        let _ = sender.send(answer);
    }
}

/// What a key came to before.
struct Known {
    digest: String,
    outcome: Outcome,
}

impl Known {
    fn answer(&self, write: &Write) -> Result<Outcome, ApiError> {
        match self.digest == write.digest {
            true => Ok(self.outcome.clone()),
            false => Err(ApiError::new(ErrorCode::KeyReused, "this idempotency key was used for another write")),
        }
    }
}

#[derive(FromRow)]
struct KnownRow {
    device_id: i64,
    idempotency_key: String,
    digest: String,
    outcome: String,
    reference: Option<i64>,
}

/// What the keys of a batch came to before.
async fn known(
    connection: &mut AnyConnection,
    keys: Vec<(i64, String)>,
) -> sqlx::Result<HashMap<(i64, String), Known>> {
    let select = format!(
        "SELECT device_id, idempotency_key, digest, outcome, reference FROM writes
         WHERE (device_id, idempotency_key) IN (VALUES {})",
        places_of_rows(keys.len(), 2)
    );
    let mut select = sqlx::query_as(AssertSqlSafe(select));
    for (device_id, idempotency_key) in keys {
        select = select.bind(device_id).bind(idempotency_key);
    }
    let rows: Vec<KnownRow> = select.fetch_all(connection).await?;
    let known = |row: KnownRow| {
        let outcome = Outcome { word: row.outcome, reference: row.reference };
        ((row.device_id, row.idempotency_key), Known { digest: row.digest, outcome })
    };
    Ok(rows.into_iter().map(known).collect())
}

/// Keeps what new keys came to.
async fn keep(connection: &mut AnyConnection, new: &[(Write, Outcome)]) -> sqlx::Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let insert = format!(
        "INSERT INTO writes (device_id, idempotency_key, digest, outcome, reference, taken_ms) VALUES {}",
        places_of_rows(new.len(), 6)
    );
    let mut insert = sqlx::query(AssertSqlSafe(insert));
    for (write, outcome) in new {
        insert = insert.bind(write.device_id).bind(&write.idempotency_key).bind(&write.digest);
        insert = insert.bind(&outcome.word).bind(outcome.reference).bind(write.taken_ms);
    }
    insert.execute(connection).await.map(drop)
}

/// Where a write that fails is undone to, and the writes beside it go on. By hand, and the one that ends with the next
/// that begins: asked for one by one they cost more than what most writes do.
const BEGIN_ONE: &str = "SAVEPOINT one";
const END_ONE: &str = "RELEASE SAVEPOINT one; SAVEPOINT one";
const UNDO_ONE: &str = "ROLLBACK TO SAVEPOINT one";

/// Does one of a batch, and undoes it alone where it fails.
///
/// # Errors
/// Where the batch itself is lost: a full disk ends the transaction, and what comes after would be kept at once.
async fn take_one(
    connection: &mut AnyConnection,
    write: &Write,
    effect: Effect,
) -> sqlx::Result<Result<Outcome, ApiError>> {
    let outcome = effect(connection, write).await;
    connection.execute(if outcome.is_ok() { END_ONE } else { UNDO_ONE }).await?;
    Ok(outcome.map_err(ApiError::from))
}

#[cfg(test)]
mod tests {
    use anyhow::bail;
    use futures_util::future::join_all;
    use polka_contract::DeviceKind;
    use tempfile::TempDir;

    use super::*;
    use crate::{database, devices, store};

    async fn writer() -> (TempDir, AnyPool, Writer) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("polka.db").display());
        let pool = database::open(&url).await.expect("a database");
        let store = store::find_or_add(&pool, None).await.expect("a store");
        devices::add(&pool, &store, "Entrance", DeviceKind::Kiosk).await.expect("a device");
        (folder, pool.clone(), Writer::start(pool))
    }

    fn write(key: &str) -> Write {
        Write { device_id: 1, store_id: 1, idempotency_key: key.into(), digest: key.into(), taken_ms: 0 }
    }

    /// Opens a task, and then does as its key says.
    fn effect<'c>(connection: &'c mut AnyConnection, key: &'static str) -> EffectFuture<'c> {
        Box::pin(async move {
            let opened =
                sqlx::query("INSERT INTO tasks (id, store_id, kind, gtin, opened_ms) VALUES ($1, 1, $2, 0, 0)");
            opened.bind(key.len() as i64).bind(key).execute(&mut *connection).await?;
            match key {
                "fails" => bail!("as it should"),
                "panics!" => panic!("as it should"),
                _ => Ok(Outcome { word: key.into(), reference: None }),
            }
        })
    }

    async fn kept(pool: &AnyPool) -> Vec<String> {
        let kept = sqlx::query_scalar("SELECT kind FROM tasks ORDER BY id");
        kept.fetch_all(pool).await.expect("rows")
    }

    #[tokio::test]
    async fn a_write_that_fails_is_undone_alone() {
        let (_folder, pool, writer) = writer().await;
        let keys = ["one", "fails", "eleven"];
        let answers = join_all(keys.map(|key| writer.once(write(key), move |it, _| effect(it, key)))).await;
        assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(kept(&pool).await, ["one", "eleven"]);
        // It left no key, so that it may come again.
        assert!(writer.once(write("fails"), |it, _| effect(it, "fine")).await.is_ok());
    }

    #[tokio::test]
    async fn a_key_that_comes_twice_at_once_takes_effect_once() {
        let (_folder, pool, writer) = writer().await;
        let same = || writer.once(write("one"), |it, _| effect(it, "one"));
        let other = Write { digest: "other".into(), ..write("one") };
        let (first, again, other) = tokio::join!(same(), same(), writer.once(other, |it, _| effect(it, "eleven")));
        assert_eq!(first.expect("kept"), again.expect("the same"));
        assert!(other.is_err_and(|error| error.code == ErrorCode::KeyReused));
        assert_eq!(kept(&pool).await, ["one"]);
    }

    #[tokio::test]
    async fn a_panic_in_an_effect_answers_nobody_of_its_batch_and_everybody_after_it() {
        let (_folder, pool, writer) = writer().await;
        let keys = ["one", "panics!"];
        let answers = join_all(keys.map(|key| writer.once(write(key), move |it, _| effect(it, key)))).await;
        assert!(answers.iter().all(Result::is_err));
        assert_eq!(kept(&pool).await, Vec::<String>::new());
        for key in ["one", "eleven"] {
            assert!(writer.once(write(key), move |it, _| effect(it, key)).await.is_ok());
        }
        assert_eq!(kept(&pool).await, ["one", "eleven"]);
    }
}
