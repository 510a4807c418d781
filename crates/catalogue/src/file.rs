//! The file itself: its layout, look-up in it, and how it is made.
//!
//! ```text
//! "POLKACT1"  checksum u64 of all that follows
//! version u64 | currency 3 bytes | products u32 | lengths u32 of: time zone, dictionary, fields, texts
//! time zone | directory | dictionary | fields | texts
//! ```
//!
//! Products stand in blocks of 64. The directory has a row a block: the first GTIN without its check digit
//! (u64), and where the block's fields and texts begin (u32 each). In the fields a product is the distance
//! of its GTIN from the one before, then [`Record`]. The dictionary has each text that products share once,
//! sorted.

use polka_domain::{Currency, Gtin, Product};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::bytes::{Reader, put_text};
use crate::record::Record;
use crate::{Changes, bytes::put_varint};

/// The last character is the format's version.
const MAGIC: &[u8; 8] = b"POLKACT1";
/// Half a block is read through to find a product, so a block is short; each costs a row of the directory.
const BLOCK: usize = 64;
const DIRECTORY_ROW: usize = 16;

/// All products of a store, as they were at one version.
pub struct Catalogue {
    bytes: Vec<u8>,
    edition: Edition,
    len: usize,
    /// Where the sections begin: directory, dictionary, fields, texts.
    sections: [usize; 4],
    /// Where each text of the dictionary begins, with its length before it.
    dictionary: Vec<u32>,
}

/// Which state of which store's list a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Counts up with each import that changed something.
    pub version: u64,
    /// The currency of every price.
    pub currency: Currency,
    /// The IANA name of the store's time zone, which decides what "today" is.
    pub time_zone: String,
}

/// Why bytes are no catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// They do not begin as a file of this format does.
    WrongFormat,
    /// They are cut short, or were altered.
    Damaged,
    /// They are changes of another catalogue than the one they are applied to.
    WrongBase,
}

impl Catalogue {
    /// Checks a file and makes it ready for look-ups.
    ///
    /// # Errors
    /// Where it is of another format, or is not as it was written.
    pub fn open(bytes: Vec<u8>) -> Result<Self, CatalogueError> {
        let mut reader = Reader(&bytes);
        if reader.array() != Some(*MAGIC) {
            return Err(CatalogueError::WrongFormat);
        }
        let checksum = reader.u64().ok_or(CatalogueError::Damaged)?;
        if checksum != xxh3_64(reader.0) {
            return Err(CatalogueError::Damaged);
        }
        let (edition, len, sections, dictionary) = Self::read_head(&bytes, reader).ok_or(CatalogueError::Damaged)?;
        Ok(Self { bytes, edition, len, sections, dictionary })
    }

    fn read_head(bytes: &[u8], mut reader: Reader<'_>) -> Option<(Edition, usize, [usize; 4], Vec<u32>)> {
        let version = reader.u64()?;
        let currency = std::str::from_utf8(&reader.array::<3>()?).ok()?.parse().ok()?;
        let mut number = || usize::try_from(reader.u32()?).ok();
        let len = number()?;
        let lengths = [number()?, number()?, number()?, number()?];
        let time_zone = std::str::from_utf8(reader.take(lengths[0])?).ok()?.to_owned();

        let directory = bytes.len() - reader.0.len();
        let dictionary = directory + len.div_ceil(BLOCK).checked_mul(DIRECTORY_ROW)?;
        let fields = dictionary.checked_add(lengths[1])?;
        let texts = fields.checked_add(lengths[2])?;
        if texts.checked_add(lengths[3])? != bytes.len() {
            return None;
        }
        let mut rest = Reader(bytes.get(dictionary..fields)?);
        let mut offsets = Vec::new();
        while !rest.0.is_empty() {
            offsets.push(u32::try_from(fields - rest.0.len()).ok()?);
            let length = rest.length()?;
            rest.take(length)?;
        }
        Some((Edition { version, currency, time_zone }, len, [directory, dictionary, fields, texts], offsets))
    }

    /// Makes the file of these products, which are in the edition's currency and in rising order of their
    /// GTINs, each once.
    #[must_use]
    pub fn build<'a>(edition: Edition, products: impl Iterator<Item = &'a Product> + Clone) -> Self {
        Self::build_from(edition, products.map(Record::of))
    }

    pub(crate) fn build_from<'a>(edition: Edition, records: impl Iterator<Item = Record<'a>> + Clone) -> Self {
        let mut ids: FxHashMap<&[u8], u64> = FxHashMap::default();
        for text in records.clone().flat_map(|record| record.shared_texts()) {
            ids.insert(text, 0);
        }
        let mut shared: Vec<&[u8]> = ids.keys().copied().collect();
        shared.sort_unstable();
        ids.extend(shared.iter().copied().zip(0..));
        let mut dictionary = Vec::new();
        for text in &shared {
            put_text(&mut dictionary, text);
        }

        let (mut directory, mut fields, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let (mut len, mut last_body) = (0usize, 0);
        for record in records {
            let body = record.gtin.body();
            debug_assert!(body > last_body, "products are sorted by GTIN, each once");
            if len.is_multiple_of(BLOCK) {
                directory.extend_from_slice(&body.to_le_bytes());
                directory.extend_from_slice(&(fields.len() as u32).to_le_bytes());
                directory.extend_from_slice(&(texts.len() as u32).to_le_bytes());
                last_body = body;
            }
            put_varint(&mut fields, body - last_body);
            record.write(&mut fields, &mut texts, |text| ids.get(text).copied().unwrap_or_default());
            last_body = body;
            len += 1;
        }

        let time_zone = edition.time_zone.as_bytes();
        let mut bytes =
            Vec::with_capacity(64 + time_zone.len() + directory.len() + dictionary.len() + fields.len() + texts.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&edition.version.to_le_bytes());
        bytes.extend_from_slice(edition.currency.code().as_bytes());
        for length in [len, time_zone.len(), dictionary.len(), fields.len(), texts.len()] {
            bytes.extend_from_slice(&(length as u32).to_le_bytes());
        }
        for section in [time_zone, &directory, &dictionary, &fields, &texts] {
            bytes.extend_from_slice(section);
        }
        let checksum = xxh3_64(&bytes[16..]);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        Self::open(bytes).expect("what was just built can be opened")
    }

    /// The product with this GTIN.
    #[must_use]
    pub fn find(&self, gtin: Gtin) -> Option<Product> {
        self.locate(gtin).1.and_then(|record| record.to_product(self.edition.currency))
    }

    /// How many products have a smaller GTIN, and the product with this one.
    pub(crate) fn locate(&self, gtin: Gtin) -> (usize, Option<Record<'_>>) {
        let body = gtin.body();
        // The last block that begins at or before the GTIN.
        let (mut low, mut high) = (0, self.len.div_ceil(BLOCK));
        while low < high {
            let middle = low.midpoint(high);
            let is_before = self.directory_row(middle).is_some_and(|row| row.0 <= body);
            if is_before { low = middle + 1 } else { high = middle }
        }
        let Some(block) = low.checked_sub(1) else { return (0, None) };
        let mut position = block * BLOCK;
        for record in self.block(block) {
            if record.gtin >= gtin {
                return (position, Some(record).filter(|record| record.gtin == gtin));
            }
            position += 1;
        }
        (position, None)
    }

    /// The product at this position in the order of GTINs, from 0.
    #[must_use]
    pub fn nth(&self, position: usize) -> Option<Product> {
        if position >= self.len {
            return None;
        }
        let record = self.block(position / BLOCK).nth(position % BLOCK)?;
        record.to_product(self.edition.currency)
    }

    /// All products in rising order of their GTINs.
    pub fn products(&self) -> impl Iterator<Item = Product> + Clone + '_ {
        self.records().filter_map(|record| record.to_product(self.edition.currency))
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> + Clone {
        (0..self.len.div_ceil(BLOCK)).flat_map(|block| self.block(block))
    }

    fn directory_row(&self, block: usize) -> Option<(u64, usize, usize)> {
        let at = self.sections[0] + block * DIRECTORY_ROW;
        let mut row = Reader(self.bytes.get(at..at + DIRECTORY_ROW)?);
        Some((row.u64()?, row.u32()? as usize, row.u32()? as usize))
    }

    /// The products of a block; it ends early where the bytes make no sense, which the checksum rules out
    /// for every file that a server made.
    fn block(&self, block: usize) -> impl Iterator<Item = Record<'_>> + Clone {
        let [_, _, fields_start, texts_start] = self.sections;
        let start = self.directory_row(block).and_then(|(body, fields, texts)| {
            let fields = self.bytes.get(fields_start..texts_start)?.get(fields..)?;
            let texts = self.bytes.get(texts_start..)?.get(texts..)?;
            Some((body, Reader(fields), Reader(texts)))
        });
        let count = if start.is_some() { BLOCK.min(self.len - block * BLOCK) } else { 0 };
        let (mut body, mut fields, mut texts) = start.unwrap_or((0, Reader(&[]), Reader(&[])));
        (0..count).map_while(move |_| {
            body = body.checked_add(fields.varint()?)?;
            Record::read(Gtin::from_body(body)?, &mut fields, &mut texts, |id| self.shared_text(id))
        })
    }

    fn shared_text(&self, id: u64) -> Option<&[u8]> {
        let at = *self.dictionary.get(usize::try_from(id).ok()?)?;
        let mut reader = Reader(self.bytes.get(at as usize..)?);
        let length = reader.length()?;
        reader.take(length)
    }

    /// This catalogue with the changes made to it.
    ///
    /// # Errors
    /// Where they are changes of another catalogue: the whole file must then be fetched.
    pub fn apply(&self, changes: &Changes) -> Result<Self, CatalogueError> {
        changes.apply_to(self)
    }

    /// Which state of which store's list it is.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// How many products it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A number that differs wherever the content does (xxh3; it guards against accidents, not forgery).
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.bytes.get(8..16).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    /// The file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WrongFormat => "not a catalogue of this format",
            Self::Damaged => "the catalogue is cut short or altered",
            Self::WrongBase => "the changes belong to another catalogue",
        })
    }
}

impl std::error::Error for CatalogueError {}
