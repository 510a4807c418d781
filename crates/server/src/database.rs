//! The database: opened, brought to the newest shape, and never left half written.
//!
//! SQLite for a store, PostgreSQL for a chain; the same SQL for both. What they do differently is here, but for
//! `backup`, which copies a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use polka_domain::Gtin;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, SqlitePool, Transaction};

/// What each connection to SQLite is told. A commit that was answered survives the loss of power, not only of the
/// process, and what was erased is overwritten. `busy_timeout` first: the others may have to wait for whoever else
/// starts.
const SQLITE: &str =
    "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON";
/// The same for PostgreSQL, whatever its settings' file says. A program that hangs keeps nobody waiting for ever.
const POSTGRES: &str = "SET synchronous_commit = on; SET lock_timeout = '30s';
    SET idle_in_transaction_session_timeout = '30s'; SET default_transaction_isolation = 'read committed'";
/// The lock of whoever writes, as a number that no other program is likely to use.
const WRITES: &str = "SELECT pg_advisory_xact_lock(80705121001)";

/// Opens the database at `url`, creates it where it is a file that is missing, and runs the migrations it has not
/// had.
///
/// # Errors
/// Where the address is none we know, the database cannot be opened, or a newer program has changed it.
pub async fn open(url: &str) -> Result<AnyPool> {
    open_with(url, 4).await
}

/// The same, with so many connections.
///
/// # Errors
/// As [`open`].
pub async fn open_with(url: &str, connections: u32) -> Result<AnyPool> {
    install_default_drivers();
    if is_postgres(url) {
        let pool = connect(url, connections).await?;
        // It locks for itself against other programs that start.
        sqlx::migrate!().run(&pool).await.context("the database cannot be used")?;
        return Ok(pool);
    }
    let file = file_of(url)?;
    if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let creating = if url.contains("mode=") {
        ""
    } else if url.contains('?') {
        "&mode=rwc"
    } else {
        "?mode=rwc"
    };
    let pool = connect(&format!("{url}{creating}"), connections).await?;
    // Two programs that start on an empty database would both create its tables; the lock ends with its file.
    let lock = fs::File::create(file.with_extension("lock"))?;
    lock.lock()?;
    sqlx::migrate!().run(&pool).await.with_context(|| format!("the database {} cannot be used", file.display()))?;
    Ok(pool)
}

async fn connect(url: &str, connections: u32) -> Result<AnyPool> {
    // The log has each request; a whole list that takes a second to read is no warning.
    let options = AnyConnectOptions::from_str(url).context("the database's address is not right")?;
    AnyPoolOptions::new()
        .max_connections(connections)
        // A file does not hang up.
        .test_before_acquire(is_postgres(url))
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(if is_sqlite(connection) { SQLITE } else { POSTGRES }).await?;
                Ok(())
            })
        })
        .connect_with(options.disable_statement_logging())
        .await
        // The address of a PostgreSQL may hold a password.
        .with_context(|| match file_of(url) {
            Ok(file) => format!("the database {} cannot be opened", file.display()),
            Err(_) => "the PostgreSQL database cannot be opened".to_owned(),
        })
}

/// Begins to read: all that is read until the end is of one moment.
pub(crate) async fn begin_read(connection: &mut AnyConnection) -> sqlx::Result<Transaction<'_, Any>> {
    let begin = if is_sqlite(connection) { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" };
    connection.begin_with(begin).await
}

/// Begins to write: until the end nobody else writes, in whatever program, so that what was read before a write
/// still holds when it is written.
pub(crate) async fn begin_write(connection: &mut AnyConnection) -> sqlx::Result<Transaction<'_, Any>> {
    if is_sqlite(connection) {
        return connection.begin_with("BEGIN IMMEDIATE").await;
    }
    let mut transaction = connection.begin().await?;
    transaction.execute(WRITES).await?;
    Ok(transaction)
}

/// The GTIN of a product by the number that its rows have.
pub(crate) fn gtin_of(body: i64) -> Result<Gtin> {
    Gtin::from_body(u64::try_from(body)?).context("a GTIN")
}

/// Places for so many values of a statement, after so many others: `$3, $4`. Both databases know them by number.
pub(crate) fn places(after: usize, values: usize) -> String {
    (after + 1..=after + values).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// Places for so many rows of values: `($1, $2), ($3, $4)`.
pub(crate) fn places_of_rows(rows: usize, values: usize) -> String {
    (0..rows).map(|row| format!("({})", places(row * values, values))).collect::<Vec<_>>().join(", ")
}

fn is_sqlite(connection: &AnyConnection) -> bool {
    connection.backend_name() == "SQLite"
}

/// Whether the address is that of a PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

/// Opens a database in whatever shape it is, where there is one.
pub(crate) async fn open_as_it_is(url: &str) -> Result<SqlitePool> {
    let options = options(url)?.busy_timeout(Duration::from_secs(30));
    let file = options.get_filename().display().to_string();
    SqlitePool::connect_with(options).await.with_context(|| format!("the database {file} cannot be opened"))
}

/// Opens a database that nobody else has open, to look at it.
pub(crate) async fn open_read_only(file: &Path) -> Result<SqlitePool> {
    Ok(SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).read_only(true)).await?)
}

fn options(url: &str) -> Result<SqliteConnectOptions> {
    if !url.starts_with("sqlite:") {
        bail!("the database is not one of a file, as sqlite://FILE is");
    }
    SqliteConnectOptions::from_str(url).with_context(|| format!("the database's address {url:?} is not right"))
}

/// The file of a database.
///
/// # Errors
/// Where the database is no file.
pub(crate) fn file_of(url: &str) -> Result<PathBuf> {
    Ok(options(url)?.get_filename().to_owned())
}
