//! The database: opened, brought to the newest shape, and never left half written.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::ConnectOptions;
use sqlx::SqlitePool;
use sqlx::sqlite::{LockedSqliteHandle, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// Opens the database at `url`, creates it where it is missing, and runs the migrations it has not had.
///
/// # Errors
/// Where the address is none we know, the file cannot be opened, or a newer program has changed it.
pub async fn open(url: &str) -> Result<SqlitePool> {
    open_with(url, 4, |_| {}).await
}

/// The same, with so many connections, each given to `prepare` before it is used.
///
/// # Errors
/// As [`open`].
pub async fn open_with(
    url: &str,
    connections: u32,
    prepare: impl Fn(&mut LockedSqliteHandle<'_>) + Clone + Send + Sync + 'static,
) -> Result<SqlitePool> {
    let options = options(url)?
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
        .max_connections(connections)
        .after_connect(move |connection, _| {
            let prepare = prepare.clone();
            Box::pin(async move {
                prepare(&mut connection.lock_handle().await?);
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .with_context(|| format!("the database {} cannot be opened", file.display()))?;
    // Two programs that start on an empty database would both create its tables; the lock ends with its file.
    let lock = fs::File::create(file.with_extension("lock"))?;
    lock.lock()?;
    sqlx::migrate!().run(&pool).await.with_context(|| format!("the database {} cannot be used", file.display()))?;
    Ok(pool)
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
        bail!("the database {url:?} is not one that this version opens: it takes sqlite://FILE");
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
