//! Records that hang together, so that none can be changed unnoticed.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::Transaction;

/// A transaction with all that is kept beside it. Of a person it holds the number of the member and nothing else;
/// the texts must not say more either.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// What moved.
    pub transaction: Transaction,
    /// The idempotency key of the write that it came by.
    pub key: String,
    /// For which receipt, where it was for one.
    pub receipt: Option<String>,
    /// Why: a code of the program that keeps it.
    pub reason: String,
    /// Who decided it: a code such as `till` or `staff:12`.
    pub actor: String,
    /// At which device.
    pub device: Option<i64>,
    /// In which store.
    pub store: Option<i64>,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
    /// When it was kept, in milliseconds since 1970.
    pub recorded_ms: i64,
}

/// The value that stands for a record and for all before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

/// The text is no hash: 64 small hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashError;

/// The first record that is not the one that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The how manieth it is, from 0 on.
    pub index: usize,
}

impl Hash {
    /// What stands before the first record.
    pub const START: Self = Self([0; 32]);

    /// The hash of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes =
            pairs.iter().map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?)).collect::<Option<Vec<u8>>>();
        let bytes = bytes.filter(|_| rest.is_empty()).ok_or(HashError)?;
        bytes.try_into().map(Self).map_err(|_| HashError)
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not 64 small hexadecimal digits")
    }
}

impl std::error::Error for HashError {}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the record at {} is not the one that was kept", self.index)
    }
}

impl std::error::Error for Broken {}

/// The value that is kept with a record: SHA-256 of the value before it and of everything in the record.
///
/// The layout must never change, or what was kept no longer fits. A later one gets another first field.
#[must_use]
pub fn chain(previous: &Hash, record: &Record) -> Hash {
    let mut encoding = Encoding(Sha256::new());
    encoding.text("polka ledger 1");
    encoding.bytes(&previous.0);
    let transaction = &record.transaction;
    encoding.text(transaction.kind().code());
    encoding.number(length(transaction.postings().len()));
    for posting in transaction.postings() {
        encoding.text(&posting.account.code());
        encoding.number(posting.member.0);
        encoding.number(posting.lot.0);
        encoding.number(posting.points.value());
    }
    encoding.optional(transaction.opened_lot(), |encoding, lot| {
        encoding.number(lot.id.0);
        encoding.optional(lot.expires_on, |encoding, day| encoding.text(&day.to_string()));
    });
    encoding.text(&record.key);
    encoding.optional(record.receipt.as_deref(), Encoding::text);
    encoding.text(&record.reason);
    encoding.text(&record.actor);
    encoding.optional(record.device, Encoding::number);
    encoding.optional(record.store, Encoding::number);
    encoding.number(record.made_ms);
    encoding.number(record.recorded_ms);
    Hash(encoding.0.finalize().into())
}

/// Checks records with the values that were kept with them, in the order in which they were kept, and gives the last
/// value. A long ledger is checked in pieces: `previous` is [`Hash::START`], or what the piece before gave.
///
/// It notices a record that was changed, put in, taken out or moved. That the last ones were cut off is noticed by
/// whoever has kept a later value elsewhere.
///
/// # Errors
/// With the first record that does not fit.
pub fn verify<'a>(previous: &Hash, records: impl IntoIterator<Item = (&'a Record, &'a Hash)>) -> Result<Hash, Broken> {
    let mut last = *previous;
    for (index, (record, kept)) in records.into_iter().enumerate() {
        last = chain(&last, record);
        if last != *kept {
            return Err(Broken { index });
        }
    }
    Ok(last)
}

/// Each field with its length before it, so that no two records have the same bytes.
struct Encoding(Sha256);

impl Encoding {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(length(bytes.len()).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(i64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// Nothing in memory is longer than this can say.
fn length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
