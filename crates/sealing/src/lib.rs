//! What waits on a device, closed so that only the store's server can open it.
//!
//! HPKE (RFC 9180) in its base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305. Whoever takes a tablet along has
//! the sealed bytes and the server's public key, and with them nothing to read. It hides; it does not prove who
//! sealed: that is the device's credential.
//!
//! A sealed text is `1`, the key's id (8 bytes), the encapsulated key (32 bytes), the ciphertext with its tag.
//! Chance comes in as a seed, so the same seed seals to the same bytes: whoever seals takes a new one each time.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng};

/// Thirty-two random bytes, each time others.
pub type Seed = [u8; 32];

const VERSION: u8 = 1;
const KEY: usize = 32;
const ID: usize = 8;
/// What this is used for, so that nothing sealed for another purpose opens here.
const PURPOSE: &[u8] = b"polka outbox 1";

/// By which the server finds the private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; ID]);

/// To whom a text is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(<X25519HkdfSha256 as Kem>::PublicKey);

/// Who can open it.
pub struct PrivateKey {
    key: <X25519HkdfSha256 as Kem>::PrivateKey,
    public: PublicKey,
}

/// Why a sealed text cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// It is no sealed text, or one of a later version.
    Unreadable,
    /// It was sealed with another key, for another purpose, or was changed.
    Closed,
}

impl PublicKey {
    /// By which the server finds the private key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut id = [0; ID];
        id.copy_from_slice(&self.0.to_bytes()[..ID]);
        KeyId(id)
    }

    /// Seals a text; it opens only where the same `context` is named again.
    ///
    /// # Errors
    /// Where the key is one of the few that X25519 cannot agree with.
    pub fn seal(&self, context: &[u8], text: &[u8], seed: Seed) -> Result<Vec<u8>, SealError> {
        let mut chance = ChaCha20Rng::from_seed(seed);
        let (encapsulated, ciphertext) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &self.0,
            PURPOSE,
            text,
            context,
            &mut chance,
        )
        .map_err(|_| SealError::Closed)?;
        Ok([&[VERSION], &self.id().0[..], &encapsulated.to_bytes(), &ciphertext].concat())
    }
}

/// As it stands in settings: base64url.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Unreadable)?;
        Deserializable::from_bytes(&bytes).map(Self).map_err(|_| SealError::Unreadable)
    }
}

impl PrivateKey {
    /// The key that a seed gives; who has the seed has the key.
    #[must_use]
    pub fn from_seed(seed: Seed) -> Self {
        let (key, public) = X25519HkdfSha256::derive_keypair(&seed);
        Self { key, public: PublicKey(public) }
    }

    /// The key that others seal with.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Opens what was sealed to this key in this context.
    ///
    /// # Errors
    /// Where it was not.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        if key_id(sealed)? != self.public().id() {
            return Err(SealError::Closed);
        }
        let (encapsulated, ciphertext) = sealed[1 + ID..].split_at(KEY);
        let encapsulated = Deserializable::from_bytes(encapsulated).map_err(|_| SealError::Unreadable)?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.key,
            &encapsulated,
            PURPOSE,
            ciphertext,
            context,
        )
        .map_err(|_| SealError::Closed)
    }
}

/// With which key a text was sealed.
///
/// # Errors
/// Where it is no sealed text.
pub fn key_id(sealed: &[u8]) -> Result<KeyId, SealError> {
    if sealed.len() < 1 + ID + KEY || sealed[0] != VERSION {
        return Err(SealError::Unreadable);
    }
    let mut id = [0; ID];
    id.copy_from_slice(&sealed[1..=ID]);
    Ok(KeyId(id))
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "is no sealed text of this version",
            Self::Closed => "is sealed to another key, or was changed",
        })
    }
}

impl std::error::Error for SealError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server() -> PrivateKey {
        PrivateKey::from_seed([7; 32])
    }

    #[test]
    fn what_is_sealed_opens_for_its_server_and_its_purpose_alone() {
        let sealed = server().public().seal(b"/calls a", b"+7 900 000-00-00", [1; 32]).expect("sealed");
        assert_eq!(server().open(b"/calls a", &sealed), Ok(b"+7 900 000-00-00".to_vec()));
        assert_eq!(server().open(b"/calls b", &sealed), Err(SealError::Closed));
        assert_eq!(PrivateKey::from_seed([8; 32]).open(b"/calls a", &sealed), Err(SealError::Closed));
        assert!(!sealed.windows(3).any(|window| window == b"900"));
    }

    #[test]
    fn two_seeds_seal_the_same_text_to_different_bytes() {
        let seal = |seed| server().public().seal(b"", b"text", [seed; 32]).expect("sealed");
        assert_ne!(seal(1)[1 + ID..], seal(2)[1 + ID..]);
    }

    #[test]
    fn a_public_key_is_read_back_from_the_settings() {
        let server = server();
        let public = server.public();
        assert_eq!(public.to_string().parse().as_ref(), Ok(public));
        assert_eq!("milk".parse::<PublicKey>(), Err(SealError::Unreadable));
    }

    proptest! {
        #[test]
        fn what_was_changed_does_not_open(place in 0_usize..100, bit in 0_u8..8, text in ".{10,30}") {
            let mut sealed = server().public().seal(b"", text.as_bytes(), [3; 32]).expect("sealed");
            let place = place % sealed.len();
            sealed[place] ^= 1 << bit;
            // The highest bit of an X25519 key does not count (RFC 7748, 5).
            prop_assume!(!(place == ID + KEY && bit == 7));
            prop_assert!(server().open(b"", &sealed).is_err());
        }

        #[test]
        fn any_bytes_are_a_sealed_text_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(server().open(b"", &bytes).is_err());
        }
    }
}
