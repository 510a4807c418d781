//! All words as a tree in bytes: words that begin alike share their beginning, so that a walk gives up on a
//! thousand words with one step.
//!
//! ```text
//! node:  head u8 | label | if it has children: words varint, length varint, children
//! head:  1 a word ends here | 2 has children | label's length << 2
//! ```
//!
//! Nodes stand in the order of their labels, children behind their parent. A word's number is its place in the
//! order of all words; a node counts the words in it, so a number is known on the way down, and the words with a
//! common beginning are one range of numbers.

use std::ops::Range;

use super::forms::stem;
use super::words::{LONGEST_WORD, coded};
use crate::bytes::{Reader, put_varint};

const ENDS: u8 = 1;
const HAS_CHILDREN: u8 = 2;
const LONGEST_LABEL: usize = 63;
/// How deep a walk goes: more than the longest word and the unit behind a number.
const DEEPEST: usize = LONGEST_WORD + 8;

/// Writes the tree of words that are in rising order, each once.
pub(crate) fn write_tree(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_nodes(words, 0, &mut bytes);
    bytes
}

/// Writes the nodes of words that agree in their first `depth` bytes and are longer.
fn write_nodes(words: &[&[u8]], depth: usize, bytes: &mut Vec<u8>) {
    for group in words.chunk_by(|a, b| a[depth] == b[depth]) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count().min(depth + LONGEST_LABEL);
        let ends = first.len() == shared;
        let rest = if ends { &group[1..] } else { group };
        let has_children = if rest.is_empty() { 0 } else { HAS_CHILDREN };
        bytes.push(if ends { ENDS } else { 0 } | has_children | ((shared - depth) as u8) << 2);
        bytes.extend_from_slice(&first[depth..shared]);
        if !rest.is_empty() {
            let mut children = Vec::new();
            write_nodes(rest, shared, &mut children);
            put_varint(bytes, rest.len() as u64);
            put_varint(bytes, children.len() as u64);
            bytes.extend_from_slice(&children);
        }
    }
}

/// A place in the tree: at the end of some beginning of words.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// What of the node's label is still ahead.
    label: &'a [u8],
    children: &'a [u8],
    ends: bool,
    /// The number of the first word that begins so.
    first: u32,
    /// How many words begin so.
    count: u32,
    depth: usize,
}

impl<'a> Place<'a> {
    /// The root of a tree with that many words.
    pub(crate) fn root(bytes: &'a [u8], words: u32) -> Self {
        Self { label: &[], children: bytes, ends: false, first: 0, count: words, depth: 0 }
    }

    /// The number of the word that ends here.
    pub(crate) fn word(&self) -> Option<u32> {
        (self.label.is_empty() && self.ends).then_some(self.first)
    }

    /// The numbers of all words that begin so.
    pub(crate) fn range(&self) -> Range<u32> {
        self.first..self.first.saturating_add(self.count)
    }

    /// The places one letter on, with that letter.
    pub(crate) fn next(self) -> impl Iterator<Item = (u8, Self)> + 'a {
        let ahead =
            self.label.split_first().map(|(&byte, label)| (byte, Self { label, depth: self.depth + 1, ..self }));
        let is_inside = ahead.is_some() || self.depth >= DEEPEST;
        let mut reader = Reader(if is_inside { &[] } else { self.children });
        let mut first = self.first.saturating_add(u32::from(self.ends));
        let children = std::iter::from_fn(move || {
            let head = reader.u8()?;
            let (&byte, label) = reader.take(usize::from(head >> 2))?.split_first()?;
            let (mut count, mut children) = (0, &[][..]);
            if head & HAS_CHILDREN != 0 {
                count = u32::try_from(reader.varint()?).ok()?;
                let length = reader.length()?;
                children = reader.take(length)?;
            }
            let ends = head & ENDS != 0;
            count = count.saturating_add(u32::from(ends));
            let place = Self { label, children, ends, first, count, depth: self.depth + 1 };
            first = first.saturating_add(count);
            Some((byte, place))
        });
        ahead.into_iter().chain(children)
    }

    /// The place behind this letter.
    fn step(self, letter: u8) -> Option<Self> {
        // Siblings rise, so one that is larger ends the search.
        self.next().take_while(|(byte, _)| *byte <= letter).find(|(byte, _)| *byte == letter).map(|(_, place)| place)
    }

    /// The place behind these letters.
    pub(crate) fn walk(self, letters: &[u8]) -> Option<Self> {
        letters.iter().try_fold(self, |place, &letter| place.step(letter))
    }

    /// The word with this number.
    pub(crate) fn spell(self, number: u32) -> Vec<u8> {
        let (mut place, mut word) = (self, Vec::new());
        while place.word() != Some(number) {
            let Some((letter, next)) = place.next().find(|(_, next)| next.range().contains(&number)) else { break };
            word.push(letter);
            place = next;
        }
        word
    }

    /// Gives each word to `visit`, in their order.
    pub(crate) fn each_word(self, visit: &mut impl FnMut(&[u8])) {
        self.visit_words(&mut Vec::new(), visit);
    }

    fn visit_words(self, path: &mut Vec<u8>, visit: &mut impl FnMut(&[u8])) {
        if self.word().is_some() {
            visit(path);
        }
        for (letter, place) in self.next() {
            path.push(letter);
            place.visit_words(path, visit);
            path.pop();
        }
    }

    /// The numbers of all words whose stem this is.
    pub(crate) fn with_stem(self, wanted: &[u8]) -> Vec<u32> {
        // The last letter of a stem, or the two of "йк", may not stand in the word: see `forms.rs`.
        let loose = if wanted.ends_with(coded!("йк")) { 2 } else { 1 };
        let fixed = wanted.len().saturating_sub(loose);
        let mut found = Vec::new();
        let mut path = wanted[..fixed].to_vec();
        if let Some(place) = self.walk(&path) {
            place.collect_stems(wanted, fixed, &mut path, &mut found);
        }
        found
    }

    fn collect_stems(self, wanted: &[u8], fixed: usize, path: &mut Vec<u8>, found: &mut Vec<u32>) {
        const LONGEST_ENDING: usize = 5;
        if let Some(number) = self.word()
            && path.len() > 2
            && stem(path) == wanted
        {
            found.push(number);
        }
        if path.len() >= wanted.len() + LONGEST_ENDING {
            return;
        }
        for (letter, place) in self.next() {
            if path.len() > fixed || wanted.get(fixed) == Some(&letter) || coded!("оеьy").contains(&letter) {
                path.push(letter);
                place.collect_stems(wanted, fixed, path, found);
                path.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn tree(words: &BTreeSet<Vec<u8>>) -> Vec<u8> {
        write_tree(&words.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn each_word_has_its_number_and_no_other_word_has_one(
            words in proptest::collection::btree_set("[a-c]{1,8}".prop_map(String::into_bytes), 0..60),
            absent in "[a-c]{1,8}",
        ) {
            let bytes = tree(&words);
            let root = Place::root(&bytes, words.len() as u32);
            for (number, word) in (0..).zip(&words) {
                prop_assert_eq!(root.walk(word).and_then(|place| place.word()), Some(number));
                prop_assert_eq!(&root.spell(number), word);
            }
            let number = root.walk(absent.as_bytes()).and_then(|place| place.word());
            prop_assert_eq!(number.is_some(), words.contains(absent.as_bytes()));
            let beginning = words.iter().filter(|word| word.starts_with(absent.as_bytes())).count();
            prop_assert_eq!(root.walk(absent.as_bytes()).map_or(0, |place| place.range().len()), beginning);
        }

        #[test]
        fn any_bytes_can_be_walked(bytes: Vec<u8>, words: u32, word in "[a-c]{1,8}") {
            let root = Place::root(&bytes, words);
            let _ = root.walk(word.as_bytes()).map(|place| (place.word(), place.range()));
            let _ = (root.spell(words / 2), root.with_stem(word.as_bytes()));
        }
    }
}
