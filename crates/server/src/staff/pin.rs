//! PINs, hashed with Argon2id over a keyed digest: whoever has the database alone cannot try them.

use anyhow::Result;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::secrets::{Secrets, random};

/// Six digits that nobody can foresee.
pub(super) fn new() -> Result<String> {
    Ok(format!("{:06}", u64::from_be_bytes(random()?) % 1_000_000))
}

/// Whether somebody may have typed this.
pub(super) fn is_one(pin: &str) -> bool {
    pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit())
}

fn keyed(secrets: &Secrets, pin: &str) -> String {
    secrets.digest("staff-pin", &[pin.as_bytes()])
}

pub(super) fn hash(secrets: &Secrets, pin: &str) -> Result<String> {
    let hashed = Argon2::default().hash_password(keyed(secrets, pin).as_bytes());
    Ok(hashed.map_err(|error| anyhow::anyhow!("a PIN cannot be hashed: {error}"))?.to_string())
}

/// Whether it is this PIN. It takes as long where there is none.
pub(super) async fn is_right(secrets: &Secrets, pin: &str, hash: Option<String>) -> Result<bool> {
    /// That of no PIN.
    const NONE: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let keyed = keyed(secrets, pin);
    let verify = move || {
        let hash = hash.as_deref().unwrap_or(NONE);
        let Ok(hash) = PasswordHash::new(hash) else { return false };
        Argon2::default().verify_password(keyed.as_bytes(), &hash).is_ok()
    };
    Ok(tokio::task::spawn_blocking(verify).await?)
}
