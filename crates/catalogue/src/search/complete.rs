//! How a word that somebody has begun may go on.

use std::cmp::Reverse;

use super::forms::stem;
use super::index::SearchIndex;
use super::words::{decode, is_plain};

/// From so many letters on.
const LEAST_LETTERS: usize = 2;
/// So many products hold a word that is offered; one that a single product holds is as quickly found by it.
const LEAST_PRODUCTS: u32 = 2;

impl SearchIndex {
    /// What a text may become when its last word is written to its end: with the words that most products hold
    /// first, each in one of its forms.
    #[must_use]
    pub fn completions(&self, text: &str, limit: usize) -> Vec<String> {
        let begun = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        let typed = self.typed_words(begun);
        let [word] = &typed[..] else { return Vec::new() };
        if word.bytes.len() < LEAST_LETTERS || !is_plain(&word.bytes) {
            return Vec::new();
        }
        let Some(place) = self.root().walk(&word.bytes) else { return Vec::new() };
        let mut counted: Vec<(u32, Reverse<u32>)> = place
            .range()
            .map(|number| (self.count(number..number + 1), Reverse(number)))
            .filter(|(count, _)| *count >= LEAST_PRODUCTS)
            .collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        let before = &text[..text.len() - begun.len()];
        let (mut stems, mut completions) = (Vec::new(), Vec::new());
        for (_, Reverse(number)) in counted {
            if completions.len() == limit {
                break;
            }
            let whole = self.root().spell(number);
            let stem = stem(&whole);
            if whole != word.bytes && is_plain(&whole) && !stems.contains(&stem) {
                completions.push(format!("{before}{}", decode(&whole)));
                stems.push(stem);
            }
        }
        completions
    }
}
