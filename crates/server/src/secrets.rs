//! What only this server knows: files that nobody else may read, in a folder outside the database, so that who
//! has a copy of the database has none of them.
//!
//! Without them the database still serves, but no device knows the server's key, no write that was sent before is
//! known again, and nobody's phone number can be read: keep the folder with the backups.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use polka_ledger::CouponSigner;
use polka_sealing::{KeyId, PrivateKey, PublicKey, SealError, Seed};
use sha2::{Digest, Sha256};

use crate::clock::DAY_MS;
use crate::database;

/// After this a new key is made at the next start. What a thief has cannot be opened with either; changing it
/// bounds what the loss of one key opens.
const SEALING_KEY_SERVES_MS: i64 = 180 * DAY_MS;
/// An old key opens what was sealed before: a device may be away for a month, with a page of before.
const OLD_SEALING_KEY_KEPT_MS: i64 = 60 * DAY_MS;
/// The same for what people's data are sealed with. An old key stays for ever: what it sealed does.
const PERSONAL_KEY_SERVES_MS: i64 = 365 * DAY_MS;

/// The same for what signs coupons. An old key stays for ever: coupons of it may be good for years.
const COUPON_KEY_SERVES_MS: i64 = 365 * DAY_MS;

/// The first byte of a sealed text; then come the key's time (8 bytes), the nonce, the ciphertext with its tag.
const PERSONAL_VERSION: u8 = 1;
const KEY_TIME: usize = 8;
const NONCE: usize = 24;

/// The server's secrets.
pub struct Secrets {
    /// For digests of what was written, of codes and of credentials.
    digest_key: Seed,
    /// To which devices seal: when each was made, newest first.
    sealing_keys: Vec<(i64, PrivateKey)>,
    /// Sign coupons; when each was made, newest first.
    coupon_keys: Vec<(i64, CouponSigner)>,
    folder: PathBuf,
    /// Another program may have made more by now.
    found: ArcSwap<Found>,
}

/// Keys that stay as long as the database has what was made with them; when each was made, newest first.
struct Found {
    /// For what the database holds of people.
    personal: Vec<(i64, XChaCha20Poly1305)>,
    /// For the digests by which phone numbers are found, but for the first, which is the key of all digests.
    phones: Vec<(i64, Seed)>,
}

impl Found {
    fn look(folder: &Path) -> Result<Self> {
        let personal = files(folder, "personal")?.into_iter().map(|(made_ms, path)| {
            Ok((made_ms, <XChaCha20Poly1305 as chacha20poly1305::KeyInit>::new(&seed(&path)?.into())))
        });
        let phones = files(folder, "phones")?.into_iter().map(|(made_ms, path)| Ok((made_ms, seed(&path)?)));
        Ok(Self { personal: personal.collect::<Result<_>>()?, phones: phones.collect::<Result<_>>()? })
    }
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
        let _lock = lock(folder)?;
        let sealing_keys = keys(folder, "sealing", now_ms, renews.then_some(SEALING_KEY_SERVES_MS))?;
        keys(folder, "personal", now_ms, renews.then_some(PERSONAL_KEY_SERVES_MS))?;
        let coupon_keys = keys(folder, "coupons", now_ms, renews.then_some(COUPON_KEY_SERVES_MS))?;
        let signer = |(made_ms, path): (i64, PathBuf)| Ok((made_ms, CouponSigner::from_seed(seed(&path)?)));
        let coupon_keys = coupon_keys.into_iter().map(signer).collect::<Result<_>>()?;
        let found = ArcSwap::from_pointee(Found::look(folder)?);
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
        let digest_key = seed(&folder.join("digest"))?;
        Ok(Self { digest_key, sealing_keys: kept, coupon_keys, folder: folder.to_owned(), found })
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
        URL_SAFE_NO_PAD.encode(mac(&self.digest_key, of, parts))
    }

    /// The digest by which a phone number is found, by the key of a time.
    ///
    /// # Errors
    /// Where that key is not here.
    pub(crate) fn phone_digest(&self, made_ms: i64, e164: &str) -> Result<String> {
        let key = self.find(|found| found.phones.iter().find(|(it, _)| *it == made_ms).map(|(_, key)| *key))?;
        let key = key.with_context(|| format!("the secret {} is not here", Self::phone_key_file(made_ms)))?;
        Ok(URL_SAFE_NO_PAD.encode(mac(&key, "phone", &[e164.as_bytes()])))
    }

    /// The name of the file of such a key.
    pub(crate) fn phone_key_file(made_ms: i64) -> String {
        format!("phones-{made_ms}")
    }

    /// When the newest of such keys was made, where that was after a time; else one is made.
    pub(crate) fn phone_key_after(&self, last_ms: i64, now_ms: i64) -> Result<i64> {
        let _lock = lock(&self.folder)?;
        if let Some((made_ms, _)) = files(&self.folder, "phones")?.into_iter().find(|(made_ms, _)| *made_ms > last_ms) {
            return Ok(made_ms);
        }
        let made_ms = now_ms.max(last_ms.saturating_add(1));
        seed(&self.folder.join(Self::phone_key_file(made_ms)))?;
        Ok(made_ms)
    }

    /// Looks for a key, and if it is not known, in the folder: another program may have made it.
    fn find<T>(&self, what: impl Fn(&Found) -> Option<T>) -> Result<Option<T>> {
        if let Some(found) = what(&self.found.load()) {
            return Ok(Some(found));
        }
        let found = Found::look(&self.folder)?;
        let wanted = what(&found);
        if wanted.is_some() {
            self.found.store(Arc::new(found));
        }
        Ok(wanted)
    }

    /// Sixteen bytes of such a digest.
    pub(crate) fn sixteen_bytes(&self, of: &str, parts: &[&[u8]]) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&mac(&self.digest_key, of, parts)[..16]);
        bytes
    }

    /// Six digits of such a digest.
    pub(crate) fn six_digits(&self, of: &str, parts: &[&[u8]]) -> String {
        let [a, b, c, d, e, f, g, h, ..] = mac(&self.digest_key, of, parts);
        format!("{:06}", u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000)
    }

    /// To which devices are to seal now.
    ///
    /// # Panics
    /// Never: [`open`](Self::open) makes one.
    #[must_use]
    pub fn sealing_key(&self) -> &PublicKey {
        self.sealing_keys[0].1.public()
    }

    /// Signs coupons now.
    ///
    /// # Panics
    /// Never: [`open`](Self::open) makes one.
    pub(crate) fn coupon_signer(&self) -> &CouponSigner {
        &self.coupon_keys[0].1
    }

    /// All that have signed coupons, and when each was made.
    pub(crate) fn coupon_signers(&self) -> &[(i64, CouponSigner)] {
        &self.coupon_keys
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

    /// Seals what the database is to hold of a person, as base64url: XChaCha20-Poly1305 with the newest key, whose
    /// time stands in front. The same text is sealed to other bytes each time. It opens only as what it is `of`.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn seal_personal(&self, of: &str, plain: &[u8]) -> Result<String> {
        let found = self.found.load();
        let (made_ms, key) = found.personal.first().context("there is a key to seal with")?;
        let nonce: [u8; NONCE] = random()?;
        let sealed = key.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: of.as_bytes() });
        let sealed = sealed.map_err(|_| anyhow::anyhow!("the text is too long to be sealed"))?;
        Ok(URL_SAFE_NO_PAD.encode([&[PERSONAL_VERSION], &made_ms.to_be_bytes()[..], &nonce, &sealed].concat()))
    }

    /// Opens what [`seal_personal`](Self::seal_personal) sealed.
    ///
    /// # Errors
    /// Where it was changed, was sealed `of` something else, or its key is no longer here.
    pub fn open_personal(&self, of: &str, sealed: &str) -> Result<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).context("it is no sealed text")?;
        let parts = bytes.strip_prefix(&[PERSONAL_VERSION]).and_then(|rest| {
            let (made_ms, rest) = rest.split_first_chunk::<KEY_TIME>()?;
            let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
            Some((i64::from_be_bytes(*made_ms), *nonce, sealed))
        });
        let (made_ms, nonce, sealed) = parts.context("it is no sealed text, or one of a later version")?;
        let key =
            self.find(|found| found.personal.iter().find(|(it, _)| *it == made_ms).map(|(_, key)| key.clone()))?;
        let key = key.with_context(|| format!("the secret personal-{made_ms} is not here"))?;
        let opened = key.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: of.as_bytes() });
        opened.map_err(|_| anyhow::anyhow!("it was changed, or sealed for something else"))
    }
}

fn mac(key: &Seed, of: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any length is a key");
    for part in std::iter::once(&of.as_bytes()).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The same; one is made where there is none, or the
/// newest is older than it may be.
fn keys(folder: &Path, kind: &str, now_ms: i64, serves_ms: Option<i64>) -> Result<Vec<(i64, PathBuf)>> {
    let mut keys = files(folder, kind)?;
    let is_over = |made_ms: i64| serves_ms.is_some_and(|serves_ms| now_ms.saturating_sub(made_ms) > serves_ms);
    if keys.first().is_none_or(|(made_ms, _)| is_over(*made_ms)) {
        let path = folder.join(format!("{kind}-{now_ms}"));
        seed(&path)?;
        keys.insert(0, (now_ms, path));
    }
    Ok(keys)
}

/// The files of the keys of one kind and when each was made, newest first.
fn files(folder: &Path, kind: &str) -> Result<Vec<(i64, PathBuf)>> {
    let mut keys = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("the secrets in {} cannot be used", folder.display()))? {
        let path = entry?.path();
        let made_ms =
            path.file_name().and_then(|name| name.to_str()?.strip_prefix(kind)?.strip_prefix('-')?.parse().ok());
        if let Some(made_ms) = made_ms {
            keys.push((made_ms, path));
        }
    }
    keys.sort_unstable_by(|one, other| other.cmp(one));
    Ok(keys)
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
    fn what_is_sealed_of_a_person_opens_as_that_alone_and_after_the_key_has_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secrets::open(folder.path(), 0).expect("secrets");
        let sealed = first.seal_personal("phone", b"+79161234567").expect("sealed");
        assert_ne!(first.seal_personal("phone", b"+79161234567").expect("sealed"), sealed);
        let changed_ms = PERSONAL_KEY_SERVES_MS + 1;
        let personal = fs::read(folder.path().join("personal-0")).expect("a file");
        let second = Secrets::renew(folder.path(), changed_ms).expect("secrets");
        let newer = second.seal_personal("phone", b"+79161234567").expect("sealed");
        assert_eq!(first.open_personal("phone", &newer).expect("open"), b"+79161234567", "it finds the new key");
        fs::remove_file(folder.path().join("personal-0")).expect("a file");
        let without = Secrets::open(folder.path(), changed_ms).expect("secrets");
        assert!(without.open_personal("phone", &sealed).is_err(), "the old key sealed it");
        let old = fs::write(folder.path().join("personal-0"), personal);
        fs::set_permissions(folder.path().join("personal-0"), fs::Permissions::from_mode(SECRET)).expect("a file");
        old.expect("a file");
        let much_later = Secrets::renew(folder.path(), 20 * changed_ms).expect("secrets");
        for sealed in [&sealed, &newer] {
            assert_eq!(much_later.open_personal("phone", sealed).expect("open"), b"+79161234567");
            assert!(much_later.open_personal("mail", sealed).is_err());
        }
    }

    #[test]
    fn what_signs_coupons_is_another_key_after_a_year_and_the_old_one_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secrets::open(folder.path(), 0).expect("secrets");
        let later = Secrets::renew(folder.path(), COUPON_KEY_SERVES_MS + 1).expect("secrets");
        assert_ne!(later.coupon_signer().key(), first.coupon_signer().key());
        let much_later = Secrets::renew(folder.path(), 5 * COUPON_KEY_SERVES_MS).expect("secrets");
        let keys: Vec<_> = much_later.coupon_signers().iter().map(|(_, signer)| signer.key()).collect();
        assert_eq!(keys[1..], [later.coupon_signer().key(), first.coupon_signer().key()]);
    }

    #[test]
    fn what_was_changed_or_is_no_sealed_text_does_not_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let secrets = Secrets::open(folder.path(), 0).expect("secrets");
        let sealed = secrets.seal_personal("phone", b"+79161234567").expect("sealed");
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).expect("bytes");
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(secrets.open_personal("phone", &URL_SAFE_NO_PAD.encode(changed)).is_err(), "{place}");
            assert!(secrets.open_personal("phone", &URL_SAFE_NO_PAD.encode(&bytes[..place])).is_err(), "{place}");
        }
        assert!(secrets.open_personal("phone", "+79161234567").is_err());
    }

    #[test]
    fn the_secrets_lie_beside_the_database() {
        assert_eq!(Secrets::folder_of("sqlite://data/polka.db").expect("a folder"), Path::new("data/polka.secrets"));
        assert_eq!(Secrets::folder_of("sqlite:///var/p.db?mode=rwc").expect("a folder"), Path::new("/var/p.secrets"));
        assert!(Secrets::folder_of("postgres://chain/polka").is_err());
    }
}
