//! A real server and a real browser, for journeys, pictures and measurements.
//!
//! [`Server`] is the program `polka` on a database of its own, [`Browser`] a headless Chromium. Both end with
//! the value that holds them. [`Device`] writes to the server without a browser.

mod browser;
mod device;
mod server;

pub use browser::{Browser, ENTER, ESCAPE, Heard, Size, TAB};
pub use device::{Device, Events};
pub use server::{Server, new_postgres_database};

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The workspace's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The folder of real data, or `None`, said aloud, where this machine has none.
#[must_use]
pub fn real_data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("POLKA_TEST_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (POLKA_TEST_DATA names its folder)", path.display());
    None
}

/// How long anything may take on a busy machine before it counts as not happening. The debug program packs the
/// real feed for ten seconds when it has a core for itself.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks again and again until the answer is `Some`.
///
/// # Errors
/// Where asking fails, or it is not within the time that anything may take.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            bail!("{what}: not within {} s", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A port that nobody listens at.
///
/// # Errors
/// Where the machine has none left.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
