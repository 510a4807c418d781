//! `polka backup`: a copy of the database as it is at one moment, while the server serves, and of the secrets.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use crate::settings::Settings;
use crate::{database, output, secrets};

/// Where the copy goes.
#[derive(Args, Debug)]
pub struct Options {
    /// The copy; what is there is replaced when the new one is whole. The secrets go beside it
    file: PathBuf,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// Copies the database and the secrets.
///
/// # Errors
/// Where the copy cannot be written, or is not whole.
pub async fn run(settings: &Settings, options: Options) -> Result<ExitCode> {
    if database::is_postgres(settings.database()) {
        bail!("pg_dump copies a PostgreSQL database; keep the secrets with its copy");
    }
    let (file, own, own_secrets) = (options.file, database::file_of(settings.database())?, settings.secrets()?);
    let (secrets, unfinished) = (file.with_extension("secrets"), file.with_extension("unfinished"));
    if is_same(&own, &file) || is_same(&own_secrets, &secrets) || is_same(&own_secrets, &file) {
        bail!("{} is not a place for a copy: the server's own files are there", file.display());
    }
    for beside in ["-wal", "-shm"].map(|ending| format!("{}{ending}", file.display())) {
        if Path::new(&beside).exists() {
            bail!("{beside} belongs to another database; a copy beside it would be damaged by it");
        }
    }
    let pool = database::open_as_it_is(settings.database()).await?;
    // SQLite fills a file that is there and empty, and leaves its mode.
    let _ = fs::remove_file(&unfinished);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    sqlx::query("VACUUM INTO $1")
        .bind(unfinished.to_str().context("the copy's name is no text")?)
        .execute(&pool)
        .await
        .with_context(|| format!("the copy {} cannot be written", unfinished.display()))?;
    let copy = database::open_read_only(&unfinished).await?;
    let found: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&copy).await?;
    copy.close().await;
    if found != "ok" {
        bail!("the copy is not whole: {found}");
    }
    // The secrets before the copy has its name: without them it is of little use, without it they do no harm. And after
    // it was made: whatever key it needs is there by then.
    copy_secrets(&own_secrets, &secrets)?;
    put(&unfinished, &file)?;

    let bytes = fs::metadata(&file)?.len();
    let text = format!("{bytes} bytes in {}, and the secrets in {}.", file.display(), secrets.display());
    output::print(options.json, &json!({ "file": file, "secrets": secrets, "bytes": bytes }), &text)?;
    Ok(ExitCode::SUCCESS)
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Puts a file in the place of another, on the disk too, before this ends.
fn put(unfinished: &Path, file: &Path) -> Result<()> {
    File::open(unfinished)?.sync_all()?;
    fs::rename(unfinished, file)?;
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

/// Each is the old one or the new one, never half.
fn copy_secrets(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        // The server has not served yet.
        return Ok(());
    }
    let _lock = secrets::lock(from)?;
    DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    fs::set_permissions(to, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(from).with_context(|| format!("the secrets in {} cannot be read", from.display()))? {
        let entry = entry?;
        if entry.file_name() == "lock" {
            continue;
        }
        let copy = to.join(entry.file_name());
        let unfinished = to.join("unfinished");
        let _ = fs::remove_file(&unfinished);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        file.write_all(&fs::read(entry.path())?)?;
        put(&unfinished, &copy)?;
    }
    Ok(())
}
