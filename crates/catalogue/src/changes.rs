//! The step from one version of a catalogue to a later one, at about the cost of the products in it.
//!
//! ```text
//! "POLKACG1"  checksum u64 of all that follows
//! base version u64 | checksum u64 of the new catalogue | gone u32
//! each GTIN that is gone, as a varint distance from the one before | a catalogue of what is new or changed
//! ```

use std::cmp::Ordering;

use polka_domain::{Gtin, Product};
use xxhash_rust::xxh3::xxh3_64;

use crate::bytes::{Reader, put_varint};
use crate::record::Record;
use crate::{Catalogue, CatalogueError};

const MAGIC: &[u8; 8] = b"POLKACG1";

/// What changed between two versions of a catalogue.
pub struct Changes {
    bytes: Vec<u8>,
    base_version: u64,
    target_checksum: u64,
    removed: Vec<Gtin>,
    changed: Catalogue,
}

impl Changes {
    /// Makes the changes that lead from version `base_version` to `target`: the products that are new or
    /// different there, and the GTINs that are gone, both in rising order. A GTIN may be gone that the base
    /// never had.
    #[must_use]
    pub fn build<'a>(
        base_version: u64,
        target: &Catalogue,
        changed: impl Iterator<Item = &'a Product> + Clone,
        removed: impl ExactSizeIterator<Item = Gtin>,
    ) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&base_version.to_le_bytes());
        bytes.extend_from_slice(&target.checksum().to_le_bytes());
        bytes.extend_from_slice(&(removed.len() as u32).to_le_bytes());
        let mut last = 0;
        for gtin in removed {
            put_varint(&mut bytes, gtin.body() - last);
            last = gtin.body();
        }
        bytes.extend_from_slice(Catalogue::build(target.edition().clone(), changed).as_bytes());
        let checksum = xxh3_64(&bytes[16..]);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        Self::open(bytes).expect("what was just built can be opened")
    }

    /// Checks changes that came from outside.
    ///
    /// # Errors
    /// Where they are of another format, or not as they were written.
    pub fn open(bytes: Vec<u8>) -> Result<Self, CatalogueError> {
        let mut reader = Reader(&bytes);
        if reader.array() != Some(*MAGIC) {
            return Err(CatalogueError::WrongFormat);
        }
        let checksum = reader.u64().ok_or(CatalogueError::Damaged)?;
        if checksum != xxh3_64(reader.0) {
            return Err(CatalogueError::Damaged);
        }
        let mut read_head = || {
            let (base_version, target_checksum, count) = (reader.u64()?, reader.u64()?, reader.u32()?);
            let mut last = 0u64;
            let mut removed = Vec::new();
            for _ in 0..count {
                last = last.checked_add(reader.varint()?)?;
                removed.push(Gtin::from_body(last)?);
            }
            Some((base_version, target_checksum, removed))
        };
        let (base_version, target_checksum, removed) = read_head().ok_or(CatalogueError::Damaged)?;
        let changed = Catalogue::open(reader.0.to_vec())?;
        Ok(Self { bytes, base_version, target_checksum, removed, changed })
    }

    /// How many products are new, different or gone.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changed.len() + self.removed.len()
    }

    /// Whether nothing changed but the version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn base_version(&self) -> u64 {
        self.base_version
    }

    pub(crate) fn target_checksum(&self) -> u64 {
        self.target_checksum
    }

    pub(crate) fn removed(&self) -> &[Gtin] {
        &self.removed
    }

    pub(crate) fn changed(&self) -> &Catalogue {
        &self.changed
    }

    pub(crate) fn apply_to(&self, base: &Catalogue) -> Result<Catalogue, CatalogueError> {
        if base.edition().version != self.base_version {
            return Err(CatalogueError::WrongBase);
        }
        let merged = Merge {
            base: base.records().peekable(),
            changed: self.changed.records().peekable(),
            removed: &self.removed,
        };
        let target = Catalogue::build_from(self.changed.edition().clone(), merged);
        if target.checksum() == self.target_checksum { Ok(target) } else { Err(CatalogueError::WrongBase) }
    }
}

/// Walks two sorted lists as one; of a GTIN in both, the changed product counts.
#[derive(Clone)]
struct Merge<'a, B: Iterator<Item = Record<'a>>, C: Iterator<Item = Record<'a>>> {
    base: std::iter::Peekable<B>,
    changed: std::iter::Peekable<C>,
    removed: &'a [Gtin],
}

impl<'a, B: Iterator<Item = Record<'a>>, C: Iterator<Item = Record<'a>>> Iterator for Merge<'a, B, C> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            let Some(base) = self.base.peek() else { return self.changed.next() };
            match self.changed.peek().map(|changed| changed.gtin.cmp(&base.gtin)) {
                Some(Ordering::Less) => return self.changed.next(),
                Some(Ordering::Equal) => {
                    self.base.next();
                }
                Some(Ordering::Greater) | None => {
                    let record = self.base.next()?;
                    while let [first, rest @ ..] = self.removed
                        && *first < record.gtin
                    {
                        self.removed = rest;
                    }
                    if self.removed.first() != Some(&record.gtin) {
                        return Some(record);
                    }
                }
            }
        }
    }
}
