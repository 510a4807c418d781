//! Words that mean the same, from a settings file.
//!
//! ```text
//! # a remark
//! tomatoes, помидоры, томаты        each finds the others
//! dairy => молочные, кефир          the left finds the right, not the other way round
//! ж/бан = жестяная банка            an abbreviation: in names and in what is typed it is read as the right
//! ```
//!
//! A meaning may have several words, as "ice cream" has. Forms of a word need not be listed.

use rustc_hash::FxHashMap;

use super::forms::stem;
use super::words::{Origin, coded_line, words};

/// A table of words that mean the same.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    /// The table without what a program has no use of: it travels in the index.
    source: String,
    abbreviations: FxHashMap<Vec<u8>, Vec<Vec<u8>>>,
    /// By the stems of what is typed, with blanks between.
    meanings: FxHashMap<Vec<u8>, Meanings>,
    /// The words that are typed, where they are one word.
    keys: Vec<Vec<u8>>,
}

/// The words that a product must all hold.
pub(crate) type Meaning = Vec<Vec<u8>>;

/// What typed words mean besides themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meanings {
    /// What they are another name of: the right side of an arrow.
    pub(crate) meant: Vec<Meaning>,
    /// What is much the same: the others of a group.
    pub(crate) alike: Vec<Meaning>,
}

/// A line that cannot be read, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynonymsError(pub usize);

const BUILT_IN: &str = include_str!("synonyms.txt");
/// No line of words that mean the same is longer.
const LONGEST_MEANING: usize = 4;

impl Synonyms {
    /// Reads a table.
    ///
    /// # Errors
    /// Where a line is not one of the three kinds.
    pub fn parse(table: &str) -> Result<Self, SynonymsError> {
        let mut synonyms = Self::default();
        for (line, number) in table.lines().zip(1..) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            synonyms.read_line(line).ok_or(SynonymsError(number))?;
            synonyms.source.push_str(line);
            synonyms.source.push('\n');
        }
        synonyms.keys.sort_unstable();
        synonyms.keys.dedup();
        Ok(synonyms)
    }

    /// The table that comes with the program: English and Russian words of a food store, and the abbreviations of
    /// stock records.
    ///
    /// # Panics
    /// Never: a test reads the table.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("a test reads it")
    }

    /// The same, with a table of the store's own.
    ///
    /// # Errors
    /// Where a line of that table is not one of the three kinds.
    pub fn built_in_and(table: &str) -> Result<Self, SynonymsError> {
        Self::parse(table)?;
        Self::parse(&[BUILT_IN, table].join("\n"))
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let plain = Self::default();
        let read = |text: &str| -> Option<Vec<Meaning>> {
            text.split(',')
                .map(|side| {
                    let words = words(side, &plain, LONGEST_MEANING);
                    let words = words.into_iter().filter(|word| word.origin == Origin::Written);
                    let words: Meaning = words.map(|word| word.bytes).collect();
                    (!words.is_empty()).then_some(words)
                })
                .collect()
        };
        if let Some((left, right)) = line.split_once("=>") {
            let right = read(right)?;
            for left in read(left)? {
                self.add(&left, right.iter(), |meanings| &mut meanings.meant);
            }
        } else if let Some((left, right)) = line.split_once('=') {
            let right = read(right)?.into_iter().flatten().collect::<Vec<_>>();
            for short in left.split(',') {
                let short = coded_line(short.trim());
                if short.is_empty() || short.contains(&b' ') {
                    return None;
                }
                self.abbreviations.insert(short, right.clone());
            }
        } else {
            let group = read(line)?;
            if group.len() < 2 {
                return None;
            }
            for (at, left) in group.iter().enumerate() {
                let others = group.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, it)| it);
                self.add(left, others, |meanings| &mut meanings.alike);
            }
        }
        Some(())
    }

    fn add<'a>(
        &mut self,
        left: &Meaning,
        right: impl Iterator<Item = &'a Meaning>,
        kind: impl Fn(&mut Meanings) -> &mut Vec<Meaning>,
    ) {
        if let [word] = &left[..] {
            self.keys.push(word.clone());
        }
        let meanings = kind(self.meanings.entry(key(left.iter().map(Vec::as_slice))).or_default());
        for meaning in right {
            if !meanings.contains(meaning) {
                meanings.push(meaning.clone());
            }
        }
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn abbreviation(&self, short: &[u8]) -> Option<&[Vec<u8>]> {
        self.abbreviations.get(short).map(Vec::as_slice)
    }

    /// What these words mean besides themselves.
    pub(crate) fn meanings<'a>(&self, words: impl Iterator<Item = &'a [u8]>) -> Option<&Meanings> {
        self.meanings.get(&key(words))
    }

    /// The single words that mean something besides themselves, in rising order.
    pub(crate) fn keys(&self) -> &[Vec<u8>] {
        &self.keys
    }
}

fn key<'a>(words: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut key = Vec::new();
    for word in words {
        key.extend_from_slice(&stem(word));
        key.push(b' ');
    }
    key
}

impl std::fmt::Display for SynonymsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} is not \"a, b\", \"a => b\" or \"a = b\"", self.0)
    }
}

impl std::error::Error for SynonymsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meanings(table: &Synonyms, text: &str) -> usize {
        let words = words(text, table, 4);
        let meanings = table.meanings(words.iter().map(|word| &word.bytes[..]));
        meanings.map_or(0, |meanings| meanings.meant.len() + meanings.alike.len())
    }

    #[test]
    fn words_of_a_group_find_each_other_and_an_arrow_leads_one_way() {
        let table = Synonyms::parse("# food\nice cream, мороженое, пломбир\ndairy => молочные\n").expect("a table");
        assert_eq!(meanings(&table, "ice cream"), 2);
        assert_eq!(meanings(&table, "мороженого"), 2);
        assert_eq!(meanings(&table, "dairy"), 1);
        assert_eq!(meanings(&table, "молочные"), 0);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        assert_eq!(Synonyms::parse("a, b\nalone").err(), Some(SynonymsError(2)));
        assert_eq!(Synonyms::parse("=> b").err(), Some(SynonymsError(1)));
        assert_eq!(Synonyms::parse(" = b").err(), Some(SynonymsError(1)));
    }

    #[test]
    fn the_built_in_table_can_be_read_and_read_again() {
        let table = Synonyms::built_in();
        let again = Synonyms::parse(table.source()).expect("what was read once");
        assert_eq!(again.source(), table.source());
        assert_eq!(again.keys(), table.keys());
    }

    proptest! {
        #[test]
        fn any_text_is_a_table_or_an_error(text in "[a-zа-я,=>#/. \n]{0,60}") {
            let _ = Synonyms::parse(&text);
        }
    }
}
