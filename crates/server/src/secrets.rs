//! What only this server knows: files that nobody else may read, in a folder outside the database, so that who
//! has a copy of the database has none of them.
//!
//! Without them the database still serves, but no device knows the server's key, and no write that was sent
//! before is known again: keep the folder with the backups.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use polka_sealing::{KeyId, PrivateKey, PublicKey, SealError, Seed};
use sha2::{Digest, Sha256};

use crate::database;

const DAY_MS: i64 = 86_400_000;
/// After this a new key is made at the next start. What a thief has cannot be opened with either; changing it
/// bounds what the loss of one key opens.
const SEALING_KEY_SERVES_MS: i64 = 180 * DAY_MS;
/// An old key opens what was sealed before: a device may be away for a month, with a page of before.
const OLD_SEALING_KEY_KEPT_MS: i64 = 60 * DAY_MS;

/// The server's secrets.
pub struct Secrets {
    /// For digests of what was written, of codes and of credentials.
    digest_key: Seed,
    /// To which devices seal: when each was made, newest first.
    sealing_keys: Vec<(i64, PrivateKey)>,
}

impl Secrets {
    /// Opens the folder, and makes it and what is missing in it.
    ///
    /// # Errors
    /// Where a file cannot be read or written, or others may read it.
    pub fn open(folder: &Path, now_ms: i64) -> Result<Self> {
        Self::open_and(folder, now_ms, false)
    }

    /// The same for the server itself: the sealing key is changed when its time has come, and those that are too
    /// old go. Only the server may, for it must hand out the new one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn renew(folder: &Path, now_ms: i64) -> Result<Self> {
        Self::open_and(folder, now_ms, true)
    }

    fn open_and(folder: &Path, now_ms: i64, renews: bool) -> Result<Self> {
        let in_folder = || format!("the secrets in {} cannot be used", folder.display());
        let _lock = lock(folder)?;
        let mut sealing_keys = Vec::new();
        for entry in fs::read_dir(folder).with_context(in_folder)? {
            let path = entry?.path();
            let made_ms = path.file_name().and_then(|name| name.to_str()?.strip_prefix("sealing-")?.parse().ok());
            if let Some(made_ms) = made_ms {
                sealing_keys.push((made_ms, path));
            }
        }
        sealing_keys.sort_unstable_by(|one, other| other.cmp(one));
        let is_over = |made_ms: i64| renews && now_ms.saturating_sub(made_ms) > SEALING_KEY_SERVES_MS;
        if sealing_keys.first().is_none_or(|(made_ms, _)| is_over(*made_ms)) {
            let path = folder.join(format!("sealing-{now_ms}"));
            seed(&path)?;
            sealing_keys.insert(0, (now_ms, path));
        }
        // A key is old from the day on which the next was made.
        let mut next_made_ms = i64::MAX;
        let mut kept = Vec::new();
        for (made_ms, path) in sealing_keys {
            if renews && now_ms.saturating_sub(next_made_ms) > OLD_SEALING_KEY_KEPT_MS {
                fs::remove_file(&path)?;
            } else {
                kept.push((made_ms, PrivateKey::from_seed(seed(&path)?)));
            }
            next_made_ms = made_ms;
        }
        Ok(Self { digest_key: seed(&folder.join("digest"))?, sealing_keys: kept })
    }

    /// Where the secrets of a database are kept: beside its file.
    ///
    /// # Errors
    /// Where the database is no file.
    pub fn folder_of(database: &str) -> Result<PathBuf> {
        match database::file_of(database) {
            Ok(file) => Ok(file.with_extension("secrets")),
            Err(_) => bail!("where this database's secrets are must be said with --secrets FOLDER"),
        }
    }

    /// A digest that nobody can make, or try texts against, without these secrets. What it is `of` keeps the
    /// digests of different things apart.
    #[must_use]
    pub fn digest(&self, of: &str, parts: &[&[u8]]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.digest_key).expect("any length is a key");
        for part in std::iter::once(&of.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// To which devices are to seal now.
    ///
    /// # Panics
    /// Never: [`open`](Self::open) makes one.
    #[must_use]
    pub fn sealing_key(&self) -> &PublicKey {
        self.sealing_keys[0].1.public()
    }

    /// Opens what a device has sealed.
    ///
    /// # Errors
    /// Where it was sealed to a key that is no longer here, or is none of ours.
    pub fn unseal(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let id: KeyId = polka_sealing::key_id(sealed)?;
        let key = self.sealing_keys.iter().find(|(_, key)| key.public().id() == id).ok_or(SealError::Closed)?;
        key.1.open(context, sealed)
    }
}

/// The digest of something that nobody can guess.
pub(crate) fn plain_digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// Makes the folder where it is missing, and keeps other programs from making secrets in it at the same time, as
/// long as what this gives is held.
pub(crate) fn lock(folder: &Path) -> Result<File> {
    let in_folder = || format!("the secrets in {} cannot be used", folder.display());
    DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(in_folder)?;
    let lock = File::create(folder.join("lock")).with_context(in_folder)?;
    lock.lock().with_context(in_folder)?;
    Ok(lock)
}

/// The thirty-two bytes in a file, made where it is missing.
fn seed(path: &Path) -> Result<Seed> {
    let bytes = file(path, SECRET, || Ok(random::<32>()?.to_vec()))?;
    bytes.try_into().map_err(|_| anyhow::anyhow!("the secret {} is damaged", path.display()))
}

/// The mode of a file that nobody else may read.
pub(crate) const SECRET: u32 = 0o600;
/// The mode of one that everybody may.
pub(crate) const PUBLIC: u32 = 0o644;

/// What a file holds; it is made where it is missing, as a whole or not at all.
pub(crate) fn file(path: &Path, mode: u32, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let of_file = || format!("the secret {} cannot be used", path.display());
    if !path.exists() {
        let unfinished = path.with_extension("new");
        let _ = fs::remove_file(&unfinished);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&unfinished)?;
        file.write_all(&make()?)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    }
    if mode == SECRET && fs::metadata(path).with_context(of_file)?.permissions().mode() & 0o077 != 0 {
        bail!("others may read the secret {}: chmod 600", path.display());
    }
    fs::read(path).with_context(of_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_readable_by_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("polka.secrets");
        let first = Secrets::open(&folder, 0).expect("secrets");
        let second = Secrets::open(&folder, DAY_MS).expect("secrets");
        assert_eq!(first.sealing_key(), second.sealing_key());
        assert_eq!(first.digest("write", &[b"a"]), second.digest("write", &[b"a"]));
        assert_ne!(first.digest("write", &[b"a", b"b"]), first.digest("write", &[b"ab"]));
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.ends_with("lock") {
                continue;
            }
            assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600, "{path:?}");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a file");
        }
        assert!(Secrets::open(&folder, DAY_MS).is_err_and(|error| error.to_string().contains("chmod 600")));
    }

    #[test]
    fn a_device_that_was_away_for_sixty_days_is_still_understood() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secrets::open(folder.path(), 0).expect("secrets").sealing_key().clone();
        let sealed = first.seal(b"here", b"text", [1; 32]).expect("sealed");
        let changed_ms = SEALING_KEY_SERVES_MS + 1;
        assert_eq!(*Secrets::open(folder.path(), changed_ms).expect("secrets").sealing_key(), first, "a command");
        let second = Secrets::renew(folder.path(), changed_ms).expect("secrets");
        assert_ne!(*second.sealing_key(), first);
        assert_eq!(second.unseal(b"here", &sealed), Ok(b"text".to_vec()));
        let later = Secrets::renew(folder.path(), changed_ms + OLD_SEALING_KEY_KEPT_MS).expect("secrets");
        assert_eq!(later.unseal(b"here", &sealed), Ok(b"text".to_vec()));
        let too_late = Secrets::renew(folder.path(), changed_ms + OLD_SEALING_KEY_KEPT_MS + 1).expect("secrets");
        assert_eq!(too_late.unseal(b"here", &sealed), Err(SealError::Closed));
        assert_eq!(too_late.sealing_key(), second.sealing_key());
    }

    #[test]
    fn the_secrets_lie_beside_the_database() {
        assert_eq!(Secrets::folder_of("sqlite://data/polka.db").expect("a folder"), Path::new("data/polka.secrets"));
        assert_eq!(Secrets::folder_of("sqlite:///var/p.db?mode=rwc").expect("a folder"), Path::new("/var/p.secrets"));
        assert!(Secrets::folder_of("postgres://chain/polka").is_err());
    }
}
