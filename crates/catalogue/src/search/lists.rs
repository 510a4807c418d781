//! For each word, the products and the categories that hold it.
//!
//! ```text
//! list:      products << 1 | has categories, varint; with several products their length, varint; products
//!            with categories: how many, varint; categories
//! product:   distance from the one before << 2 | where in the product, varint
//! category:  distance from the one before << 1 | whether in its last level, varint
//! ```
//!
//! A directory has the place of every sixteenth list.

use crate::bytes::{Reader, put_varint};

const BLOCK: usize = 16;

/// Where in a product a word stands: what it counts for. Lower is better.
pub(crate) mod place {
    /// The word that says what it is.
    pub(crate) const HEAD: u32 = 0;
    /// One of the next words.
    pub(crate) const EARLY: u32 = 1;
    /// A later word, or a size.
    pub(crate) const LATE: u32 = 2;
    /// Not in the name as it is written: the brand, a meaning of an abbreviation.
    pub(crate) const BESIDE: u32 = 3;
}

/// A product's position with the place of a word in it, in one number that sorts by position.
pub(crate) fn posting(position: u32, place: u32) -> u32 {
    position << 2 | place
}

/// Writes lists in the order of their words.
#[derive(Default)]
pub(crate) struct ListWriter {
    pub(crate) directory: Vec<u8>,
    pub(crate) lists: Vec<u8>,
    count: usize,
}

impl ListWriter {
    /// Appends the list of the next word; both slices rise strictly.
    pub(crate) fn push(&mut self, products: &[u32], categories: &[u32]) {
        if self.count.is_multiple_of(BLOCK) {
            self.directory.extend_from_slice(&(self.lists.len() as u32).to_le_bytes());
        }
        self.count += 1;
        put_varint(&mut self.lists, (products.len() as u64) << 1 | u64::from(!categories.is_empty()));
        let mut encoded = Vec::new();
        let mut last = 0;
        for posting in products {
            put_varint(&mut encoded, u64::from((posting >> 2) - last) << 2 | u64::from(posting & 3));
            last = posting >> 2;
        }
        if products.len() > 1 {
            put_varint(&mut self.lists, encoded.len() as u64);
        }
        self.lists.extend_from_slice(&encoded);
        if !categories.is_empty() {
            put_varint(&mut self.lists, categories.len() as u64);
            let mut last = 0;
            for category in categories {
                put_varint(&mut self.lists, u64::from((category >> 1) - last) << 1 | u64::from(category & 1));
                last = category >> 1;
            }
        }
    }
}

/// The list of one word.
#[derive(Clone)]
pub(crate) struct List<'a> {
    /// How many products hold the word in their own texts.
    pub(crate) count: u32,
    products: Reader<'a>,
    categories: Reader<'a>,
    category_count: u32,
}

impl<'a> List<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let head = reader.varint()?;
        let count = u32::try_from(head >> 1).ok()?;
        let products = match count {
            0 => Reader(&[]),
            1 => {
                let start = reader.0;
                reader.varint()?;
                Reader(start)
            }
            _ => {
                let length = reader.length()?;
                // A product takes a byte at least.
                Reader(reader.take(length).filter(|bytes| bytes.len() >= count as usize)?)
            }
        };
        let category_count = if head & 1 == 1 { u32::try_from(reader.varint()?).ok()? } else { 0 };
        let categories = reader.clone();
        for _ in 0..category_count {
            reader.varint()?;
        }
        Some(Self { count, products, categories, category_count })
    }

    /// Positions of products with the place of the word in each, see [`posting`].
    pub(crate) fn products(&self) -> impl Iterator<Item = u32> + 'a {
        let (mut reader, mut last) = (self.products.clone(), 0u32);
        (0..self.count).map_while(move |_| {
            let value = reader.varint()?;
            last = last.checked_add(u32::try_from(value >> 2).ok()?).filter(|position| *position < 1 << 30)?;
            Some(posting(last, (value & 3) as u32))
        })
    }

    /// Numbers of categories, and whether the word is in the last level of each.
    pub(crate) fn categories(&self) -> impl Iterator<Item = (u32, bool)> + 'a {
        let (mut reader, mut last) = (self.categories.clone(), 0u32);
        (0..self.category_count).map_while(move |_| {
            let value = reader.varint()?;
            last = last.checked_add(u32::try_from(value >> 1).ok()?)?;
            Some((last, value & 1 == 1))
        })
    }
}

/// The lists of all words.
#[derive(Clone, Copy)]
pub(crate) struct Lists<'a> {
    pub(crate) directory: &'a [u8],
    pub(crate) lists: &'a [u8],
}

impl<'a> Lists<'a> {
    /// The lists of these words.
    pub(crate) fn range(self, words: std::ops::Range<u32>) -> impl Iterator<Item = List<'a>> + 'a {
        let block = words.start as usize / BLOCK;
        let start = self.directory.get(block * 4..block * 4 + 4).and_then(|row| Reader(row).u32());
        let mut reader = Reader(start.and_then(|start| self.lists.get(start as usize..)).unwrap_or_default());
        for _ in 0..words.start as usize % BLOCK {
            let _ = List::read(&mut reader);
        }
        (0..words.len()).map_while(move |_| List::read(&mut reader))
    }

    /// Whether no list can be reached twice through the directory, so that no walk is longer than the bytes.
    pub(crate) fn is_sound(self) -> bool {
        let rows = self.directory.chunks_exact(4).map(|row| Reader(row).u32().unwrap_or(u32::MAX));
        rows.is_sorted_by(|a, b| a < b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn lists_that_were_written_are_read_again(
            lists in proptest::collection::vec((
                proptest::collection::btree_map(0u32..100_000, 0u32..4, 0..9),
                proptest::collection::btree_map(0u32..900, 0u32..2, 0..4),
            ), 0..50),
            from in 0u32..50,
        ) {
            let mut writer = ListWriter::default();
            let lists: Vec<(Vec<u32>, Vec<u32>)> = lists
                .iter()
                .map(|(products, categories)| (
                    products.iter().map(|(position, place)| posting(*position, *place)).collect(),
                    categories.iter().map(|(category, is_last)| category << 1 | is_last).collect(),
                ))
                .collect();
            for (products, categories) in &lists {
                writer.push(products, categories);
            }
            let read = Lists { directory: &writer.directory, lists: &writer.lists };
            prop_assert!(read.is_sound());
            let from = from.min(lists.len() as u32);
            let mut count = from as usize;
            for (list, (products, categories)) in read.range(from..lists.len() as u32).zip(&lists[from as usize..]) {
                prop_assert!(list.products().eq(products.iter().copied()));
                prop_assert!(list.categories().map(|(it, is_last)| it << 1 | u32::from(is_last)).eq(categories.iter().copied()));
                count += 1;
            }
            prop_assert_eq!(count, lists.len());
        }

        #[test]
        fn any_bytes_are_lists_that_end(directory: Vec<u8>, lists: Vec<u8>, from in 0u32..40) {
            let read = Lists { directory: &directory, lists: &lists };
            for list in read.range(from..from + 20) {
                let products: BTreeSet<_> = list.products().collect();
                prop_assert!(products.len() + list.categories().count() <= lists.len() * 2);
            }
        }
    }
}
