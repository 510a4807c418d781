//! A printer: a script that keeps what it is told in a file.

use std::path::PathBuf;

use anyhow::Result;
use polka_stage::until;
use tempfile::TempDir;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/messages/print.sh");

pub(crate) struct Printer {
    folder: TempDir,
}

impl Printer {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()? })
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// The server's settings with it, as a file.
    pub(crate) fn settings(&self, time_limit_s: u32) -> Result<String> {
        let words = [PROGRAM, &self.folder.path().display().to_string()];
        let settings = format!("[messages.print]\ncommand = {words:?}\ntime_limit_s = {time_limit_s}\n");
        std::fs::write(self.path("polka.toml"), settings)?;
        Ok(self.path("polka.toml").display().to_string())
    }

    /// Says something to it by a file.
    pub(crate) fn set(&self, file: &str, to: &str) -> Result<()> {
        Ok(std::fs::write(self.path(file), to)?)
    }

    pub(crate) fn unset(&self, file: &str) -> Result<()> {
        Ok(std::fs::remove_file(self.path(file))?)
    }

    /// All lines that were printed.
    pub(crate) fn printed(&self) -> Vec<String> {
        let printed = std::fs::read_to_string(self.path("printed")).unwrap_or_default();
        assert!(printed.is_empty() || printed.ends_with('\n'), "{printed:?}");
        printed.lines().map(str::to_owned).collect()
    }

    pub(crate) async fn wait_for(&self, count: usize) -> Result<Vec<String>> {
        until("the pages come", async || Ok(Some(self.printed()).filter(|printed| printed.len() >= count))).await
    }

    /// The process that hangs, once there is one.
    pub(crate) async fn wait_until_it_hangs(&self) -> Result<u32> {
        until("it hangs", async || {
            Ok(std::fs::read_to_string(self.path("pid")).ok().and_then(|pid| pid.trim().parse().ok()))
        })
        .await
    }
}

/// Whether a process runs, and is not only waited for.
pub(crate) fn runs(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
