//! Pages on which ours is measured beside libraries from npm.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use polka_stage::Browser;
use serde_json::Value;

/// Builds a page by the chore of this name, and gives its folder; `None` where npm cannot be reached.
pub(crate) fn built(chore: &str) -> Result<Option<PathBuf>> {
    let built = Command::new("cargo").args(["xtask", chore]).current_dir(polka_stage::root()).status()?;
    ensure!(built.success(), "cargo xtask {chore} failed");
    let folder = polka_stage::root().join("target").join(chore);
    if folder.join("page.js").exists() {
        return Ok(Some(folder));
    }
    eprintln!("skipped: {chore}, for npm would bring the others");
    Ok(None)
}

/// What a promise of the page comes to.
pub(crate) async fn call(browser: &Browser, promise: &str) -> Result<Value> {
    browser.wait_until("window.bench").await?;
    let script = format!("{promise}.then((it) => done([it]), (error) => done(String(error?.stack ?? error)))");
    match browser.script_later(&script).await? {
        Value::Array(mut value) => value.pop().context("a value"),
        error => bail!("{} failed in the page: {error}", promise.split(',').next().unwrap_or(promise)),
    }
}
