//! A mail server: aiosmtpd, which asks for a password and keeps each mail as a file.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use polka_stage::{free_port, until};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::until_listening;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/messages/mail.py");

pub(crate) struct MailServer {
    folder: TempDir,
    port: u16,
    /// It ends with this value.
    _process: Child,
}

impl MailServer {
    pub(crate) async fn start() -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let mut command = Command::new(python().await?);
        command.arg(PROGRAM).arg(folder.path()).arg(port.to_string()).stdin(Stdio::null()).stderr(Stdio::null());
        let process = command.kill_on_drop(true).spawn().context("the mail server cannot be started")?;
        until_listening(port).await?;
        Ok(Self { folder, port, _process: process })
    }

    /// Its address, with this password.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("smtp://polka:{password}@127.0.0.1:{}", self.port)
    }

    /// Keeps mail that has come, and does not say so.
    pub(crate) fn hold(&self) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join("hold"), "")?)
    }

    /// Says so again.
    pub(crate) fn release(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.folder.path().join("hold"))?)
    }

    /// All mail that has come, in that order.
    pub(crate) fn mail(&self) -> Result<Vec<String>> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
        files.sort();
        files.iter().map(|file| Ok(String::from_utf8(std::fs::read(file)?)?)).collect()
    }

    /// Waits until so many have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Result<Vec<String>> {
        until("the mail comes", async || Ok(Some(self.mail()?).filter(|mail| mail.len() >= count))).await
    }
}

/// The Python that has aiosmtpd: the one on the path, or Debian's.
async fn python() -> Result<&'static Path> {
    for python in ["python3", "/usr/bin/python3"].map(Path::new) {
        let mut import = Command::new(python);
        import.args(["-c", "import aiosmtpd"]).stderr(Stdio::null());
        if import.status().await.is_ok_and(|status| status.success()) {
            return Ok(python);
        }
    }
    bail!("no Python has aiosmtpd: cargo xtask test-tools")
}

/// A header of a mail.
pub(crate) fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}
