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
    /// Its place among those that were checked, from 0 on.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{MEMBER, day, points};
    use crate::{Account, Kind, LotId, OpenedLot, Posting};

    fn record(count: i64) -> Record {
        let posting = |account, count| Posting { account, member: MEMBER, lot: LotId(1), points: points(count) };
        let postings = vec![posting(Account::ProgrammeIssued, -count), posting(Account::MemberAvailable, count)];
        let opened_lot = OpenedLot { id: LotId(1), expires_on: Some(day("2027-03-01")) };
        Record {
            transaction: Transaction::new(Kind::Accrual, postings, Some(opened_lot)).expect("a transaction"),
            key: "key".into(),
            receipt: Some("17".into()),
            reason: "receipt".into(),
            actor: "till".into(),
            device: Some(3),
            store: Some(1),
            made_ms: 1_772_000_000_000,
            recorded_ms: 1_772_000_000_500,
        }
    }

    fn kept(records: &[Record]) -> Vec<Hash> {
        let next = |last: &mut Hash, record| {
            *last = chain(last, record);
            Some(*last)
        };
        records.iter().scan(Hash::START, next).collect()
    }

    #[test]
    fn the_layout_stays_what_it_was() {
        let expected = "d835833745318226ef4f560e4904310aff006f9520c5d7863fcd73211bd03ab6";
        assert_eq!(chain(&Hash::START, &record(10)).to_string(), expected);
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let same = record(10);
        let changed = [
            record(11),
            Record { key: "kez".into(), ..record(10) },
            Record { receipt: None, ..record(10) },
            Record { receipt: Some(String::new()), ..record(10) },
            Record { reason: "gift".into(), ..record(10) },
            Record { actor: "staff:1".into(), ..record(10) },
            Record { device: None, ..record(10) },
            Record { store: Some(2), ..record(10) },
            Record { made_ms: 0, ..record(10) },
            Record { recorded_ms: 0, ..record(10) },
            with(|_, postings, lot| Transaction::new(Kind::Adjustment, postings, lot)),
            with(|kind, mut postings, lot| {
                postings.reverse();
                Transaction::new(kind, postings, lot)
            }),
            with(|kind, mut postings, lot| {
                postings[0].account = Account::Expired;
                Transaction::new(kind, postings, lot)
            }),
            with(|kind, mut postings, lot| {
                postings[0].member = crate::MemberId(2);
                Transaction::new(kind, postings, lot)
            }),
            with(|kind, mut postings, lot| {
                postings[0].lot = LotId(2);
                Transaction::new(kind, postings, lot)
            }),
            with(|kind, postings, _| Transaction::new(kind, postings, None)),
            with(|kind, postings, _| {
                Transaction::new(kind, postings, Some(OpenedLot { id: LotId(1), expires_on: None }))
            }),
        ];
        for (index, changed) in changed.iter().enumerate() {
            assert_ne!(chain(&Hash::START, &same), chain(&Hash::START, changed), "{index}");
        }
        assert_ne!(chain(&Hash::START, &same), chain(&Hash::from_bytes([1; 32]), &same));
    }

    fn with(
        change: impl FnOnce(Kind, Vec<Posting>, Option<OpenedLot>) -> Result<Transaction, crate::TransactionError>,
    ) -> Record {
        let it = record(10).transaction;
        let transaction = change(it.kind(), it.postings().to_vec(), it.opened_lot()).expect("a transaction");
        Record { transaction, ..record(10) }
    }

    #[test]
    fn a_text_that_moves_from_one_field_to_the_next_is_noticed() {
        let one = Record { key: "ab".into(), receipt: None, reason: "c".into(), ..record(10) };
        let other = Record { key: "a".into(), receipt: None, reason: "bc".into(), ..record(10) };
        assert_ne!(chain(&Hash::START, &one), chain(&Hash::START, &other));
    }

    #[test]
    fn a_record_that_is_changed_moved_taken_out_or_put_in_is_found() {
        let records: Vec<Record> = (1..=5).map(record).collect();
        let hashes = kept(&records);
        let check = |records: &[Record], hashes: &[Hash]| verify(&Hash::START, records.iter().zip(hashes));
        assert_eq!(check(&records, &hashes), Ok(hashes[4]));
        assert_eq!(verify(&hashes[1], records[2..].iter().zip(&hashes[2..])), Ok(hashes[4]));

        let broken = |change: &dyn Fn(&mut Vec<Record>, &mut Vec<Hash>)| {
            let (mut records, mut hashes) = (records.clone(), hashes.clone());
            change(&mut records, &mut hashes);
            check(&records, &hashes)
        };
        assert_eq!(broken(&|records, _| records[3] = record(40)), Err(Broken { index: 3 }));
        assert_eq!(broken(&|records, _| records.swap(1, 2)), Err(Broken { index: 1 }));
        let taken_out = |records: &mut Vec<Record>, hashes: &mut Vec<Hash>| {
            records.remove(2);
            hashes.remove(2);
        };
        assert_eq!(broken(&taken_out), Err(Broken { index: 2 }));
        let put_in = |records: &mut Vec<Record>, hashes: &mut Vec<Hash>| {
            records.insert(0, record(9));
            hashes.insert(0, chain(&Hash::START, &record(9)));
        };
        assert_eq!(broken(&put_in), Err(Broken { index: 1 }));
    }

    #[test]
    fn a_hash_that_was_written_is_read_again() {
        let hash = chain(&Hash::START, &record(10));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for text in ["", "00", &"0".repeat(63), &"0".repeat(66), &"A".repeat(64), &"g".repeat(64)] {
            assert_eq!(text.parse::<Hash>(), Err(HashError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_hash_or_an_error(text in ".{0,70}") {
            let _ = text.parse::<Hash>();
        }
    }
}
