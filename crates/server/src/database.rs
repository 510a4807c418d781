//! The database: opened, brought to the newest shape, and never left half written.

use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::ConnectOptions;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// Opens the database at `url`, creates it where it is missing, and runs the migrations it has not had.
///
/// # Errors
/// Where the address is none we know, the file cannot be opened, or a newer program has changed it.
pub async fn open(url: &str) -> Result<SqlitePool> {
    if !url.starts_with("sqlite:") {
        bail!("the database {url:?} is not one that this version opens: it takes sqlite://FILE");
    }
    let options = SqliteConnectOptions::from_str(url)
        .with_context(|| format!("the database's address {url:?} is not right"))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was answered survives the loss of power, not only of the process.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
        // The log has each request; a whole list that takes a second to read is no warning.
        .disable_statement_logging();
    let file = options.get_filename().to_owned();
    if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await
        .with_context(|| format!("the database {} cannot be opened", file.display()))?;
    // Two programs that start on an empty database would both create its tables; the lock ends with its file.
    let lock = fs::File::create(file.with_extension("lock"))?;
    lock.lock()?;
    sqlx::migrate!().run(&pool).await.with_context(|| format!("the database {} cannot be used", file.display()))?;
    Ok(pool)
}
