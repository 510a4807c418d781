//! The index's file: its layout, how it is built, and how it follows the catalogue.
//!
//! ```text
//! "POLKASI1"  checksum u64 of all that follows
//! the catalogue's checksum u64 | products u32 | words u32 | lengths u32 of: synonyms, directory, categories,
//! offers, tree, lists
//! synonyms | directory | categories | offers | tree | lists
//! ```
//!
//! Synonyms are the table as text (see `synonyms.rs`): whoever brings an index up to date needs it. A category is
//! its path with the length before it, how many products it has, varint, and the distance of each from the one
//! before, varint. An offer is a product's position and the offer's last day, u32 each. Tree and lists: see
//! `tree.rs` and `lists.rs`.

use std::collections::BTreeMap;

use polka_domain::Date;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::lists::{ListWriter, Lists, place, posting};
use super::synonyms::Synonyms;
use super::tree::{Place, write_tree};
use super::words::{Origin, content_word, is_letter, words};
use crate::bytes::{Reader, put_text, put_varint};
use crate::record::Record;
use crate::{Catalogue, Changes};

/// The last character is the format's version.
const MAGIC: &[u8; 8] = b"POLKASI1";
/// Words of one text that are looked at. A name has at most 200 characters.
const MOST_WORDS: usize = 64;
/// More products than any chain has, and few enough to make room for: a damaged file may claim any number.
const MOST_PRODUCTS: u32 = 1 << 22;
/// The last day of an offer that has none.
const NO_LAST_DAY: u32 = u32::MAX;

/// What products are found by.
pub struct SearchIndex {
    bytes: Vec<u8>,
    catalogue_checksum: u64,
    product_count: u32,
    word_count: u32,
    /// Where the sections begin: synonyms, directory, categories, offers, tree, lists; and where the last ends.
    sections: [usize; 7],
    pub(crate) synonyms: Synonyms,
    pub(crate) categories: Vec<Category>,
    /// The category of each product, as a number that none has where it has none.
    pub(crate) category_of: Vec<u32>,
    /// The numbers in the tree of words that the synonyms lead from, rising.
    pub(crate) keys: Vec<u32>,
}

/// One path of departments.
pub(crate) struct Category {
    pub(crate) path: String,
    pub(crate) count: u32,
    /// Where its products begin in the file.
    at: usize,
}

/// Why bytes are no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexError {
    /// They do not begin as an index of this format does.
    WrongFormat,
    /// They are cut short, or were altered.
    Damaged,
    /// The index belongs to another catalogue than the one that is changed.
    WrongBase,
}

/// What an index is written of.
struct Parts<'a> {
    catalogue_checksum: u64,
    product_count: u32,
    synonyms: &'a Synonyms,
    /// Positions of the products of each path.
    categories: BTreeMap<&'a str, Vec<u32>>,
    offers: Vec<(u32, u32)>,
    /// Words in rising order with their postings, see [`posting`].
    words: Vec<(Vec<u8>, Vec<u32>)>,
}

impl SearchIndex {
    /// Builds the index of a catalogue.
    #[must_use]
    pub fn build(catalogue: &Catalogue, synonyms: &Synonyms) -> Self {
        let mut categories: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let mut offers = Vec::new();
        let mut words: FxHashMap<Vec<u8>, Vec<u32>> = FxHashMap::default();
        for (record, position) in catalogue.records().zip(0..) {
            if let Some(path) = category_path(&record) {
                categories.entry(path).or_default().push(position);
            }
            offers.extend(last_offer_day(&record).map(|day| (position, day)));
            for (word, place) in product_words(&record, synonyms) {
                words.entry(word).or_default().push(posting(position, place));
            }
        }
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_unstable();
        let catalogue_checksum = catalogue.checksum();
        let product_count = catalogue.len() as u32;
        Self::write(Parts { catalogue_checksum, product_count, synonyms, categories, offers, words })
    }

    /// This index, after `changes` were made to `base`, the catalogue that it belongs to.
    ///
    /// It has the same bytes as one that is built of the changed catalogue. Where no name, brand, category or
    /// content changed, it costs about a copy of the bytes.
    ///
    /// # Errors
    /// Where the index is not of that catalogue, or the changes are not of it.
    pub fn apply(&self, base: &Catalogue, changes: &Changes) -> Result<Self, IndexError> {
        if self.catalogue_checksum != base.checksum() || changes.base_version() != base.edition().version {
            return Err(IndexError::WrongBase);
        }
        // What leaves its place in the old list, and what comes into the new one, by rising position.
        let mut gone: Vec<u32> = Vec::new();
        let mut changed: Vec<(u32, bool, Record<'_>)> = Vec::new();
        let mut is_same_text = true;
        for record in changes.changed().records() {
            let (position, old) = base.locate(record.gtin);
            let is_old_text = old.is_some_and(|old| old.has_same_words(&record));
            is_same_text &= is_old_text;
            if old.is_some() {
                gone.push(position as u32);
            }
            changed.push((position as u32, is_old_text, record));
        }
        let replaced = gone.clone();
        let removed = changes.removed().iter().filter_map(|gtin| {
            let (position, old) = base.locate(*gtin);
            // A product that was changed as well is not removed.
            old.is_some().then_some(position as u32).filter(|position| replaced.binary_search(position).is_err())
        });
        let removed: Vec<u32> = removed.collect();
        is_same_text &= removed.is_empty();
        gone.extend(&removed);
        gone.sort_unstable();

        let product_count = (self.product_count as usize + changed.len()).saturating_sub(gone.len()) as u32;
        let moved = Moves::new(self.product_count, &gone, changed.iter().map(|(position, ..)| *position));
        let news = || moved.new_positions.iter().copied().zip(&changed);

        let mut offers: Vec<(u32, u32)> =
            self.offers().filter_map(|(position, day)| Some((moved.of_old(position)?, day))).collect();
        offers.extend(news().filter_map(|(position, (.., record))| Some((position, last_offer_day(record)?))));
        offers.sort_unstable();
        if is_same_text {
            return Ok(self.with_offers(changes.target_checksum(), &offers));
        }

        let mut categories: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for category in &self.categories {
            let positions: Vec<u32> = self.positions_in(category).filter_map(|old| moved.of_old(old)).collect();
            if !positions.is_empty() {
                categories.insert(&category.path, positions);
            }
        }
        let mut new_words: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        for (position, (.., record)) in news() {
            if let Some(path) = category_path(record) {
                categories.entry(path).or_default().push(position);
            }
            for (word, place) in product_words(record, &self.synonyms) {
                new_words.entry(word).or_default().push(posting(position, place));
            }
        }
        categories.values_mut().for_each(|positions| positions.sort_unstable());

        let mut words: Vec<(Vec<u8>, Vec<u32>)> = Vec::with_capacity(self.word_count as usize + new_words.len());
        let mut new_words = new_words.into_iter().peekable();
        let mut lists = self.lists().range(0..self.word_count);
        self.root().each_word(&mut |word| {
            while let Some(new) = new_words.next_if(|(new, _)| &new[..] < word) {
                words.push(new);
            }
            let Some(list) = lists.next() else { return };
            let mut postings: Vec<u32> =
                list.products().filter_map(|old| Some(posting(moved.of_old(old >> 2)?, old & 3))).collect();
            if let Some((_, new)) = new_words.next_if(|(new, _)| &new[..] == word) {
                postings.extend(new);
                postings.sort_unstable();
            }
            if !postings.is_empty() {
                words.push((word.to_vec(), postings));
            }
        });
        words.extend(new_words);
        let catalogue_checksum = changes.target_checksum();
        let synonyms = &self.synonyms;
        Ok(Self::write(Parts { catalogue_checksum, product_count, synonyms, categories, offers, words }))
    }

    fn write(parts: Parts<'_>) -> Self {
        let source = parts.synonyms.source();
        let mut categories = Vec::new();
        // Words of categories, and those that synonyms lead from: they are found like all others.
        let mut others: BTreeMap<Vec<u8>, Vec<u32>> =
            parts.synonyms.keys().iter().map(|word| (word.clone(), Vec::new())).collect();
        for ((path, positions), number) in parts.categories.iter().zip(0u32..) {
            put_text(&mut categories, path.as_bytes());
            put_varint(&mut categories, positions.len() as u64);
            let mut last = 0;
            for position in positions {
                put_varint(&mut categories, u64::from(position - last));
                last = *position;
            }
            let mut levels = path.rsplit('/').zip(std::iter::once(true).chain(std::iter::repeat(false)));
            levels.by_ref().for_each(|(level, is_last)| {
                for word in words(level, parts.synonyms, MOST_WORDS) {
                    let list = others.entry(word.bytes).or_default();
                    if list.last().is_none_or(|last| last >> 1 != number) {
                        list.push(number << 1 | u32::from(is_last));
                    }
                }
            });
        }

        let mut lists = ListWriter::default();
        let mut spelled: Vec<&[u8]> = Vec::new();
        let mut others = others.iter().peekable();
        for (word, postings) in &parts.words {
            while let Some((other, categories)) = others.next_if(|(other, _)| *other < word) {
                spelled.push(other);
                lists.push(&[], categories);
            }
            let categories = others.next_if(|(other, _)| *other == word).map_or(&[][..], |(_, list)| list);
            spelled.push(word);
            lists.push(postings, categories);
        }
        for (other, categories) in others {
            spelled.push(other);
            lists.push(&[], categories);
        }
        let tree = write_tree(&spelled);

        let offers: Vec<u8> =
            parts.offers.iter().flat_map(|(at, day)| [at.to_le_bytes(), day.to_le_bytes()]).flatten().collect();
        let sections: [&[u8]; 6] = [source.as_bytes(), &lists.directory, &categories, &offers, &tree, &lists.lists];
        Self::join(parts.catalogue_checksum, parts.product_count, spelled.len() as u32, sections)
    }

    fn join(catalogue_checksum: u64, product_count: u32, word_count: u32, sections: [&[u8]; 6]) -> Self {
        let mut bytes = Vec::with_capacity(64 + sections.iter().map(|section| section.len()).sum::<usize>());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&catalogue_checksum.to_le_bytes());
        bytes.extend_from_slice(&product_count.to_le_bytes());
        bytes.extend_from_slice(&word_count.to_le_bytes());
        for section in sections {
            bytes.extend_from_slice(&(section.len() as u32).to_le_bytes());
        }
        for section in sections {
            bytes.extend_from_slice(section);
        }
        let checksum = xxh3_64(&bytes[16..]);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        Self::open(bytes).expect("what was just built can be opened")
    }

    fn with_offers(&self, catalogue_checksum: u64, offers: &[(u32, u32)]) -> Self {
        let offers: Vec<u8> =
            offers.iter().flat_map(|(at, day)| [at.to_le_bytes(), day.to_le_bytes()]).flatten().collect();
        let section = |at: usize| &self.bytes[self.sections[at]..self.sections[at + 1]];
        let sections = [section(0), section(1), section(2), &offers, section(4), section(5)];
        Self::join(catalogue_checksum, self.product_count, self.word_count, sections)
    }

    /// Checks an index and makes it ready.
    ///
    /// # Errors
    /// Where it is of another format, or is not as it was written.
    pub fn open(bytes: Vec<u8>) -> Result<Self, IndexError> {
        let mut reader = Reader(&bytes);
        if reader.array() != Some(*MAGIC) {
            return Err(IndexError::WrongFormat);
        }
        let checksum = reader.u64().ok_or(IndexError::Damaged)?;
        if checksum != xxh3_64(reader.0) {
            return Err(IndexError::Damaged);
        }
        Self::read(bytes).ok_or(IndexError::Damaged)
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut reader = Reader(bytes.get(16..)?);
        let (catalogue_checksum, product_count, word_count) = (reader.u64()?, reader.u32()?, reader.u32()?);
        let mut sections = [bytes.len(); 7];
        let mut lengths = [0; 6];
        for length in &mut lengths {
            *length = usize::try_from(reader.u32()?).ok()?;
        }
        let mut at = bytes.len() - reader.0.len();
        for (section, length) in sections.iter_mut().zip(lengths) {
            *section = at;
            at = at.checked_add(length)?;
        }
        if at != bytes.len() || product_count > MOST_PRODUCTS {
            return None;
        }
        let section = |at: usize| bytes.get(sections[at]..sections[at + 1]);
        let synonyms = Synonyms::parse(std::str::from_utf8(section(0)?).ok()?).ok()?;
        if section(1)?.len() != (word_count as usize).div_ceil(16) * 4 || section(3)?.len() % 8 != 0 {
            return None;
        }
        if !(Lists { directory: section(1)?, lists: section(5)? }).is_sound() {
            return None;
        }

        // Each product stands in the bytes of the lists or the categories, or has no word at all.
        let mut category_of = Vec::new();
        category_of.try_reserve_exact(product_count as usize).ok()?;
        category_of.resize(product_count as usize, u32::MAX);
        let mut categories = Vec::new();
        let mut reader = Reader(section(2)?);
        while !reader.0.is_empty() {
            let length = reader.length()?;
            let path = std::str::from_utf8(reader.take(length)?).ok()?.to_owned();
            let count = u32::try_from(reader.varint()?).ok()?;
            let at = sections[3] - reader.0.len();
            let mut position = 0u64;
            for _ in 0..count {
                position = position.checked_add(reader.varint()?)?;
                *category_of.get_mut(usize::try_from(position).ok()?)? = categories.len() as u32;
            }
            categories.push(Category { path, count, at });
        }
        let root = Place::root(section(4)?, word_count);
        let mut keys: Vec<u32> =
            synonyms.keys().iter().filter_map(|word| root.walk(word).and_then(|place| place.word())).collect();
        keys.sort_unstable();
        Some(Self {
            catalogue_checksum,
            product_count,
            word_count,
            sections,
            synonyms,
            categories,
            category_of,
            keys,
            bytes,
        })
    }

    fn section(&self, at: usize) -> &[u8] {
        self.bytes.get(self.sections[at]..self.sections[at + 1]).unwrap_or_default()
    }

    pub(crate) fn root(&self) -> Place<'_> {
        Place::root(self.section(4), self.word_count)
    }

    pub(crate) fn lists(&self) -> Lists<'_> {
        Lists { directory: self.section(1), lists: self.section(5) }
    }

    /// Positions of the products with an offer, and its last day.
    fn offers(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.section(3).chunks_exact(8).filter_map(|row| {
            let mut row = Reader(row);
            Some((row.u32()?, row.u32()?))
        })
    }

    /// Positions of the products that are on offer that day, rising.
    pub(crate) fn on_offer(&self, today: Date) -> Vec<u32> {
        let today = day_number(today);
        self.offers().filter(|(_, last_day)| *last_day >= today).map(|(position, _)| position).collect()
    }

    /// Positions of a category's products.
    pub(crate) fn positions_in(&self, category: &Category) -> impl Iterator<Item = u32> + '_ {
        let mut reader = Reader(self.bytes.get(category.at..self.sections[3]).unwrap_or_default());
        let mut position = 0u32;
        (0..category.count).map_while(move |_| {
            position = position.checked_add(u32::try_from(reader.varint()?).ok()?)?;
            Some(position)
        })
    }

    /// The checksum of the catalogue that this index belongs to.
    #[must_use]
    pub fn catalogue_checksum(&self) -> u64 {
        self.catalogue_checksum
    }

    /// How many products it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.product_count as usize
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.product_count == 0
    }

    /// The file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, and no more than that.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What tells an index of this form that is built with these words from every other of the same catalogue.
    #[must_use]
    pub fn edition(synonyms: &Synonyms) -> u64 {
        xxh3_64(&[MAGIC, synonyms.source().as_bytes()].concat())
    }
}

/// Where products of an old list stand in the new one.
struct Moves {
    new_of_old: Vec<u32>,
    new_positions: Vec<u32>,
}

impl Moves {
    /// `gone` are positions in the old list; each of `coming` stands before the old product at its position, or
    /// takes its place. Both rise.
    fn new(old_count: u32, gone: &[u32], coming: impl Iterator<Item = u32>) -> Self {
        let mut coming = coming.peekable();
        let (mut new_of_old, mut new_positions, mut next) = (Vec::with_capacity(old_count as usize), Vec::new(), 0);
        let mut left = gone;
        for old in 0..=old_count {
            while coming.next_if_eq(&old).is_some() {
                new_positions.push(next);
                next += 1;
            }
            if left.first() == Some(&old) {
                left = &left[1..];
                new_of_old.push(u32::MAX);
            } else {
                new_of_old.push(next);
                next += 1;
            }
        }
        Self { new_of_old, new_positions }
    }

    fn of_old(&self, old: u32) -> Option<u32> {
        self.new_of_old.get(old as usize).copied().filter(|new| *new != u32::MAX)
    }
}

/// A day as a number that grows with it.
fn day_number(day: Date) -> u32 {
    (i32::from(day.year()) * 512 + i32::from(day.month()) * 32 + i32::from(day.day())).max(0) as u32
}

fn last_offer_day(record: &Record<'_>) -> Option<u32> {
    record.offer.map(|_| record.offer_until.map_or(NO_LAST_DAY, day_number))
}

fn category_path<'a>(record: &Record<'a>) -> Option<&'a str> {
    std::str::from_utf8(record.category?).ok()
}

/// The words of a product with their places, each once, at its best place.
fn product_words(record: &Record<'_>, synonyms: &Synonyms) -> Vec<(Vec<u8>, u32)> {
    let text = |bytes: Option<&[u8]>| {
        words(bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default(), synonyms, MOST_WORDS)
    };
    let brand = text(record.brand);
    let mut found: Vec<(Vec<u8>, u32)> = Vec::new();

    // What it is stands first, or first behind the brand.
    let (mut letters, mut is_behind_brand) = (0, false);
    for word in text(Some(record.name)) {
        let is_lettered = word.bytes.len() > 1 && word.bytes.iter().all(|byte| is_letter(*byte));
        let is_brand = brand.iter().any(|it| it.bytes == word.bytes);
        let place = match word.origin {
            Origin::Meant | Origin::Extra => place::BESIDE,
            Origin::Written if !is_lettered => place::LATE,
            Origin::Written => {
                let place = match letters {
                    0 => place::HEAD,
                    1 if is_behind_brand => place::HEAD,
                    1 | 2 => place::EARLY,
                    _ => place::LATE,
                };
                is_behind_brand |= letters == 0 && is_brand;
                // A brand of several words counts as one.
                if !(is_brand && letters == 1 && is_behind_brand) {
                    letters += 1;
                }
                place
            }
        };
        found.push((word.bytes, place));
    }
    found.extend(text(record.name_en).into_iter().map(|word| (word.bytes, place::EARLY)));
    found.extend(brand.into_iter().map(|word| (word.bytes, place::BESIDE)));
    found.extend(record.content.and_then(|content| content_word(&content)).map(|word| (word, place::LATE)));
    found.sort_unstable();
    found.dedup_by(|later, first| later.0 == first.0);
    found
}

impl std::fmt::Display for IndexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WrongFormat => "not a search index of this format",
            Self::Damaged => "the search index is cut short or altered",
            Self::WrongBase => "the search index belongs to another catalogue",
        })
    }
}

impl std::error::Error for IndexError {}
