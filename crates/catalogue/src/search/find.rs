//! From what somebody typed to the products that they mean, best first.
//!
//! Each word of the query is looked for in the ways of [`How`]; a later way is tried only where the ones before it
//! found few products. What a word found gives each product points: by how it was found, where in the product it
//! stands, whether the department agrees, and how rare the word is. Products that hold more of the words come
//! first, then those with more points, those on offer, and those with a smaller GTIN.

use std::cmp::Reverse;
use std::ops::Range;

use polka_domain::{Date, Product};

use super::SearchIndex;
use super::forms::stem;
use super::guess::{Guesses, ONE_TYPO, TWO_TYPOS, near, other_alphabet, other_layout};
use super::lists::List;
use super::synonyms::Meaning;
use super::words::{Origin, Word, coded, decode, is_cyrillic, is_plain, meanings_of_number, words};
use crate::Catalogue;

/// Characters of a query that are looked at: more than anybody types.
const MOST_CHARACTERS: usize = 200;
/// Words of a query that are looked at.
const MOST_WORDS: usize = 10;
/// With fewer products than this a word is guessed at too.
const FEW: u32 = 10;
/// With as many products as this a word is surely meant as it stands.
const COMMON: u32 = 100;
/// What each doubt about the spelling of a sound costs, in the points of [`How`].
const POINTS_OF_DOUBT: u32 = 9;
/// Guesses of one word that are followed.
const MOST_GUESSES: usize = 24;
/// With more products than this departments are worth choosing from.
const MANY: usize = 30;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What was typed or said. The first 200 characters and 10 words count.
    pub text: &'a str,
    /// The path of a department: only its products are found; all of them where nothing was typed.
    pub department: Option<&'a str>,
    /// The day in the store: an offer that is over is none.
    pub today: Date,
    /// How many products are wanted.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best products, best first. Those from `total` on hold fewer of the words than the others; they are
    /// there where the others are fewer than wanted.
    pub hits: Vec<Hit>,
    /// How many products hold as many of the words as any does.
    pub total: usize,
    /// Where more than 30 were found, how many of them each department has, the largest first.
    pub departments: Vec<Department>,
    /// What was probably meant, where what was typed had to be corrected.
    pub did_you_mean: Option<String>,
    /// The words of the query, and how each was found.
    pub words: Vec<QueryWord>,
}

/// A product that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The product.
    pub product: Product,
    /// Which words of the query it holds: a bit each, the first the lowest.
    pub matched: u16,
}

/// A department and how many products it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its path, with `/` between the levels.
    pub path: String,
    /// How many products are there.
    pub count: usize,
}

/// A word of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// The word in small letters, as it was typed, or as the other layout has it.
    pub text: String,
    /// The best way in which it was found; `None` if in none.
    pub how: Option<How>,
    /// The word that was meant, where it is another.
    pub meant: Option<String>,
}

/// How a word was found, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As it stands.
    Exact,
    /// By a word that means the same.
    Synonym,
    /// In another form: number, case.
    Form,
    /// As the beginning of a word.
    Beginning,
    /// With the keyboard in the other layout.
    Layout,
    /// In the other alphabet.
    Alphabet,
    /// With a typo.
    Typo,
}

impl How {
    /// What a product gets for a word that was found so, of 100; for the lower ones more by how many products hold
    /// the word, see `by_popularity`.
    fn points(self) -> u32 {
        match self {
            Self::Exact => 100,
            Self::Synonym => 100,
            Self::Form => 66,
            Self::Beginning => 66,
            Self::Layout => 100,
            Self::Alphabet => 64,
            Self::Typo => 66,
        }
    }
}

/// Some words of the index that a word of the query may mean.
#[derive(Clone)]
struct Match {
    words: Range<u32>,
    how: How,
    points: u32,
}

/// A word of the query with all it may mean.
struct Wanted {
    word: Vec<u8>,
    is_from_layout: bool,
    matches: Vec<Match>,
    /// Products must match each of the inner lists.
    phrases: Vec<Vec<Vec<Match>>>,
}

impl SearchIndex {
    /// Finds products in the catalogue that this index belongs to.
    #[must_use]
    pub fn search(&self, catalogue: &Catalogue, query: &Query<'_>) -> Found {
        let mut wanted = self.understand(query.text);
        if wanted.is_empty() {
            return query.department.map_or_else(Found::default, |path| self.browse(catalogue, query, path));
        }
        wanted.iter_mut().for_each(|wanted| self.guess(wanted));
        let tally = self.tally(&wanted, query.department);
        let words = self.explain(&wanted);

        // With each set of words that a product may hold, what that is worth.
        let worth = worth_by_words(&wanted);
        let worth_of = |position: u32| worth[usize::from(tally.matched[position as usize])];
        let mut counts = [0; 2 * MOST_WORDS + 1];
        tally.seen.iter().for_each(|position| counts[worth_of(*position)] += 1);
        let Some(best) = (1..counts.len()).rev().find(|worth| counts[*worth] > 0) else {
            return Found { words, ..Found::default() };
        };
        let total = counts[best];
        let (mut least, mut count) = (best, total);
        while count < query.limit && least > 1 {
            least -= 1;
            count += counts[least];
        }

        let on_offer = self.on_offer(query.today);
        let mut ranked = Vec::with_capacity(count);
        let mut in_category = vec![0; self.categories.len() + 1];
        for &position in &tally.seen {
            let worth = worth_of(position);
            if worth >= least {
                let is_on_offer = !on_offer.is_empty() && on_offer.binary_search(&position).is_ok();
                ranked.push((worth, tally.points[position as usize], is_on_offer, Reverse(position)));
            }
            if worth == best {
                let category = self.category_of[position as usize] as usize;
                in_category[category.min(self.categories.len())] += 1;
            }
        }
        let limit = query.limit.min(ranked.len());
        if limit > 0 && limit < ranked.len() {
            ranked.select_nth_unstable_by(limit - 1, |a, b| b.cmp(a));
        }
        ranked.truncate(limit);
        ranked.sort_unstable_by(|a, b| b.cmp(a));

        let hit = |position: u32| {
            let product = catalogue.nth(position as usize)?;
            Some(Hit { product, matched: tally.matched[position as usize] })
        };
        Found {
            hits: ranked.iter().filter_map(|(.., position)| hit(position.0)).collect(),
            total,
            departments: if total > MANY { self.facets(&in_category, query.department) } else { Vec::new() },
            did_you_mean: did_you_mean(&words),
            words,
        }
    }

    /// All products of a department, those on offer first.
    fn browse(&self, catalogue: &Catalogue, query: &Query<'_>, path: &str) -> Found {
        let is_in = self.categories_under(path);
        let is_category = |category: u32| is_in.get(category as usize).copied().unwrap_or(false);
        let all = || (0..).zip(&self.category_of).filter(|(_, category)| is_category(**category)).map(|(at, _)| at);
        let on_offer = self.on_offer(query.today);
        let is_on_offer = |position: &u32| on_offer.binary_search(position).is_ok();
        let ranked = all().filter(is_on_offer).chain(all().filter(|position| !is_on_offer(position)));
        let counts = self.categories.iter().zip(&is_in).map(|(it, is_in)| if *is_in { it.count as usize } else { 0 });
        let (counts, total) = (counts.collect::<Vec<_>>(), all().count());
        let hit = |position: u32| Some(Hit { product: catalogue.nth(position as usize)?, matched: 0 });
        Found {
            hits: ranked.take(query.limit).filter_map(hit).collect(),
            total,
            departments: if total > MANY { self.facets(&counts, Some(path)) } else { Vec::new() },
            ..Found::default()
        }
    }

    /// Which products hold which words, and their points.
    fn tally(&self, wanted: &[Wanted], department: Option<&str>) -> Tally {
        let allowed = department.map(|path| self.categories_under(path));
        let is_allowed = |position: usize| match &allowed {
            Some(allowed) => allowed.get(self.category_of[position] as usize).copied().unwrap_or(false),
            None => true,
        };
        let mut tally = Tally { matched: vec![0; self.len()], points: vec![0; self.len()], seen: Vec::new() };
        let mut scores = Scores::new(self.len());
        for (wanted, bit) in wanted.iter().zip(0..) {
            self.score(wanted, &mut scores);
            let rarity = self.rarity(wanted, scores.touched.len());
            for position in scores.touched.drain(..) {
                let at = position as usize;
                let score = std::mem::take(&mut scores.best[at]);
                if is_allowed(at) {
                    if tally.matched[at] == 0 {
                        tally.seen.push(position);
                    }
                    tally.matched[at] |= 1 << bit;
                    tally.points[at] = tally.points[at].saturating_add(score.saturating_mul(rarity));
                }
            }
        }
        tally
    }

    /// The departments of the store, the first level of all paths, the largest first.
    #[must_use]
    pub fn departments(&self) -> Vec<Department> {
        let counts: Vec<usize> = self.categories.iter().map(|category| category.count as usize).collect();
        self.sum_levels(&counts, "")
    }

    /// How many of the found are in each department; below `within` where that is given.
    fn facets(&self, in_category: &[usize], within: Option<&str>) -> Vec<Department> {
        let mut within = within.unwrap_or_default().to_owned();
        loop {
            let facets = self.sum_levels(in_category, &within);
            // One department is no choice: perhaps there is one among its parts.
            match &facets[..] {
                [only] if only.path != within => within.clone_from(&only.path),
                [_] => return Vec::new(),
                _ => return facets,
            }
        }
    }

    fn sum_levels(&self, counts: &[usize], within: &str) -> Vec<Department> {
        let mut departments: Vec<Department> = Vec::new();
        for (category, &count) in self.categories.iter().zip(counts) {
            let Some(rest) = below(&category.path, within) else { continue };
            if count == 0 {
                continue;
            }
            let level = rest.split('/').next().unwrap_or_default();
            let end = category.path.len() - rest.len() + level.len();
            let path = category.path[..end].trim_end_matches('/');
            // Paths are sorted, but a slash is not the least of characters.
            match departments.iter_mut().find(|known| known.path == path) {
                Some(known) => known.count += count,
                None => departments.push(Department { path: path.to_owned(), count }),
            }
        }
        departments.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
        departments
    }

    fn categories_under(&self, path: &str) -> Vec<bool> {
        self.categories.iter().map(|category| below(&category.path, path).is_some()).collect()
    }

    /// Parts a query into words, and looks for each as it stands.
    fn understand(&self, text: &str) -> Vec<Wanted> {
        let end = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut line = String::new();
        let mut from_layout = Vec::new();
        for chunk in text.split_whitespace() {
            let swapped = other_layout(chunk).filter(|other| self.is_better(other, chunk));
            let before = self.typed_words(&line).len();
            line.push(' ');
            line.push_str(swapped.as_deref().unwrap_or(chunk));
            if swapped.is_some() {
                from_layout.push(before);
            }
        }
        for (word, at) in self.typed_words(&line).into_iter().zip(0..) {
            let is_from_layout = from_layout.contains(&at);
            wanted.push(Wanted { word: word.bytes, is_from_layout, matches: Vec::new(), phrases: Vec::new() });
        }
        wanted.truncate(MOST_WORDS);
        for wanted in &mut wanted {
            wanted.matches = self.plain_matches(&wanted.word);
        }
        self.add_meanings(&mut wanted);
        wanted
    }

    pub(super) fn typed_words(&self, text: &str) -> Vec<Word> {
        let mut words = words(text, &self.synonyms, 2 * MOST_WORDS);
        words.retain(|word| word.origin != Origin::Extra);
        words
    }

    /// Whether the index knows these words better than those: all as they stand, or at least their beginnings.
    fn is_better(&self, these: &str, those: &str) -> bool {
        let knowledge = |text: &str, is_swapped: bool| {
            let of_word = |word: &Word| {
                let place = self.root().walk(&word.bytes);
                if let Some(number) = place.and_then(|place| place.word()) {
                    return (3, self.count(number..number + 1));
                }
                let forms = self.root().with_stem(&stem(&word.bytes));
                match place {
                    _ if !forms.is_empty() => (2, self.count_all(forms.into_iter().map(|it| it..it + 1))),
                    Some(place) => (1, self.count(place.range())),
                    None => (0, 0),
                }
            };
            let words = self.typed_words(text);
            // A swap that falls apart is none: it takes the letters that are punctuation in the other layout.
            if is_swapped && (words.len() != 1 || text.chars().count() < 3 || !text.chars().all(char::is_alphabetic)) {
                return (0, 0);
            }
            words.iter().map(of_word).min().unwrap_or((0, 0))
        };
        // Nobody begins or fills a word with these, but they are letters in the other layout.
        let has_odd_signs = those.trim_end_matches([',', '.']).contains([',', '.', ';', '\'', '[', ']']);
        let (known, known_count) = knowledge(those, false);
        if known == 3 && !has_odd_signs {
            return false;
        }
        let (swapped, swapped_count) = knowledge(these, true);
        // "keks" is «кекс» rather than «лулы».
        let is_said = |word: &Word| !other_alphabet(self.root(), &word.bytes, 0).is_empty();
        if swapped < 3 && self.typed_words(those).iter().any(is_said) {
            return false;
        }
        // «гре» is the beginning of «гречка» rather than "uht".
        let is_surer = swapped > known && (known == 0 || swapped_count / 4 > known_count);
        let is_long = these.chars().count() > 4;
        is_surer && (swapped > 1 || is_long) || has_odd_signs && swapped > 1
    }

    /// The word itself, its forms and its continuations.
    fn plain_matches(&self, word: &[u8]) -> Vec<Match> {
        let root = self.root();
        let of = |words: Range<u32>, how: How| Match { words, how, points: how.points() };
        if word.first().is_some_and(u8::is_ascii_digit) {
            let meanings = meanings_of_number(word);
            let found = meanings.iter().zip(0..).filter_map(|(meaning, doubt)| {
                let number = root.walk(meaning)?.word()?;
                let points = How::Exact.points() - 4 * u32::min(doubt, 4);
                Some(Match { words: number..number + 1, how: How::Exact, points })
            });
            return found.collect();
        }
        let mut matches = Vec::new();
        let place = root.walk(word);
        if let Some(number) = place.and_then(|place| place.word()) {
            matches.push(of(number..number + 1, How::Exact));
        }
        let forms = root.with_stem(&stem(word)).into_iter();
        matches.extend(forms.map(|number| self.by_popularity(number, How::Form)));
        if let Some(place) = place {
            matches.push(of(place.range(), How::Beginning));
            // A word that lacks its last letter is nearly there.
            let nearly = place.next().filter_map(|(_, next)| next.word());
            matches.extend(nearly.map(|number| self.by_popularity(number, How::Beginning)));
        }
        matches
    }

    /// A word that is likelier meant the more products hold it.
    fn by_popularity(&self, number: u32, how: How) -> Match {
        let words = number..number + 1;
        let points = how.points() + 2 * self.count(words.clone()).max(1).ilog2().min(9);
        Match { words, how, points }
    }

    /// Adds what words, and words together, mean besides themselves.
    fn add_meanings(&self, wanted: &mut [Wanted]) {
        for from in 0..wanted.len() {
            for to in from + 1..=wanted.len().min(from + 3) {
                let span = wanted[from..to].iter().map(|wanted| &wanted.word[..]);
                let mut phrases = self.phrases(span, How::Synonym.points());
                // "kit kat" for "kitkat".
                if to == from + 2 {
                    let joined = [&wanted[from].word[..], &wanted[from + 1].word].concat();
                    phrases.push(self.phrase(&vec![joined], How::Form.points()));
                }
                for wanted in &mut wanted[from..to] {
                    wanted
                        .phrases
                        .extend(phrases.iter().filter(|phrase| phrase.iter().all(|it| !it.is_empty())).cloned());
                }
            }
        }
    }

    /// What these words mean besides themselves; `points` for what they are another name of.
    fn phrases<'a>(&self, words: impl Iterator<Item = &'a [u8]>, points: u32) -> Vec<Vec<Vec<Match>>> {
        /// What is much the same comes behind what was typed in whichever form.
        const ALIKE: u32 = 34;
        let Some(meanings) = self.synonyms.meanings(words) else { return Vec::new() };
        let meant = meanings.meant.iter().map(|it| self.phrase(it, points));
        meant.chain(meanings.alike.iter().map(|it| self.phrase(it, points - points.min(ALIKE)))).collect()
    }

    fn phrase(&self, meaning: &Meaning, points: u32) -> Vec<Vec<Match>> {
        let of_word = |word: &Vec<u8>| {
            let root = self.root();
            let exact = root.walk(word).and_then(|place| place.word());
            let forms = if is_plain(word) { root.with_stem(&stem(word)) } else { Vec::new() };
            let numbers = exact.into_iter().chain(forms).filter(|&number| self.count(number..number + 1) > 0);
            numbers.map(|number| Match { words: number..number + 1, how: How::Synonym, points }).collect()
        };
        meaning.iter().map(of_word).collect()
    }

    /// Guesses at a word that found little.
    fn guess(&self, wanted: &mut Wanted) {
        let count = |how: How| {
            let matches = wanted.matches.iter().filter(|it| it.how == how);
            self.count_all(matches.map(|it| it.words.clone()))
        };
        let (exact, forms) = (count(How::Exact), count(How::Form));
        // What looks like a rare form may be a typo of another word.
        let known = exact.saturating_add(if forms > COMMON { forms } else { 0 });
        let word = &wanted.word;
        let is_settled = known >= COMMON || !wanted.phrases.is_empty() || is_filler(word);
        if is_settled || !is_plain(word) || word.len() < 3 {
            return;
        }
        let (root, length) = (self.root(), word.len());
        // A word of the table whose meaning no product has is no typo: the store does not have it.
        let is_key = |number: u32| self.keys.binary_search(&number).is_ok();
        if exact == 0 && root.walk(word).and_then(|place| place.word()).is_some_and(is_key) {
            return;
        }
        let said_so = other_alphabet(root, word, if length < 6 { 2 } else { 3 });
        let undoubted = said_so.iter().filter(|(_, doubt)| *doubt == 0);
        let undoubted = self.count_all(undoubted.map(|(words, _)| words.clone()));
        // Who types Russian letters seldom means a Latin brand.
        let doubt = u8::from(is_cyrillic(word[0]));
        let said_so = said_so.into_iter().map(|(words, cost)| (words, cost + doubt)).collect();
        let mut guesses = self.rank(said_so, How::Alphabet, POINTS_OF_DOUBT);
        if known < FEW && (undoubted < FEW || is_cyrillic(word[0])) {
            let is_beginning = length > 3;
            let mut typos = near(root, word, ONE_TYPO, is_beginning);
            let is_hopeless = known == 0 && guesses.is_empty() && wanted.matches.is_empty();
            if typos.is_empty() && is_hopeless && length > 5 {
                typos = near(root, word, TWO_TYPOS, is_beginning);
            }
            guesses.extend(self.rank(typos, How::Typo, 1));
        }
        // The other forms of the likeliest word are meant too.
        likeliest_first(&mut guesses);
        if let Some(best) = guesses.iter().find(|guess| guess.words.len() == 1).cloned() {
            let forms = root.with_stem(&stem(&root.spell(best.words.start)));
            let points = best.points.saturating_sub(3);
            guesses.extend(forms.into_iter().map(|number| Match { words: number..number + 1, points, how: best.how }));
        }
        // A guess that leads to a word of the table leads to what it means.
        for guess in &guesses {
            if guess.how == How::Typo && guess.words.len() == 1 && is_key(guess.words.start) {
                let word = root.spell(guess.words.start);
                let phrases = self.phrases(std::iter::once(&word[..]), guess.points);
                wanted.phrases.extend(phrases.into_iter().filter(|phrase| phrase.iter().all(|it| !it.is_empty())));
            }
        }
        wanted.matches.extend(guesses);
    }

    /// The likeliest guesses: cheap ones, and of these the words that many products hold.
    fn rank(&self, guesses: Guesses, how: How, weight: u32) -> Vec<Match> {
        let likely = |(words, cost): (Range<u32>, u8)| {
            let mut guess = Match { points: how.points(), words, how };
            if guess.words.len() == 1 {
                guess = self.by_popularity(guess.words.start, how);
            }
            Match { points: guess.points.saturating_sub(u32::from(cost) * weight).max(1), ..guess }
        };
        let mut ranked: Vec<Match> = guesses.into_iter().map(likely).collect();
        likeliest_first(&mut ranked);
        ranked.truncate(MOST_GUESSES);
        ranked
    }

    /// How many products hold these words; a word of a category counts as many.
    pub(super) fn count(&self, words: Range<u32>) -> u32 {
        let of_list = |list: List<'_>| {
            let of_categories = list.categories().map(|(number, _)| self.category_count(number));
            of_categories.fold(list.count, u32::saturating_add)
        };
        self.lists().range(words).map(of_list).fold(0, u32::saturating_add)
    }

    /// The same for words that need not stand together.
    fn count_all(&self, words: impl Iterator<Item = Range<u32>>) -> u32 {
        words.map(|words| self.count(words)).fold(0, u32::saturating_add)
    }

    /// Whether any product holds one of these words.
    fn is_held(&self, words: Range<u32>) -> bool {
        self.lists().range(words).any(|list| list.count > 0 || list.categories().next().is_some())
    }

    fn category_count(&self, number: u32) -> u32 {
        self.categories.get(number as usize).map_or(0, |category| category.count)
    }

    /// The weight of a word: 2 for one that nearly all products hold, 16 for one of a few.
    fn rarity(&self, wanted: &Wanted, products: usize) -> u32 {
        let rarity = (self.len().max(1) / products.max(1)).max(1).ilog2() + 2;
        if is_plain(&wanted.word) { rarity.min(16) } else { rarity.min(6) }
    }

    /// Gives each product its points for a word.
    fn score(&self, wanted: &Wanted, scores: &mut Scores) {
        self.score_matches(&wanted.matches, scores);
        for phrase in &wanted.phrases {
            if let [matches] = &phrase[..] {
                self.score_matches(matches, scores);
                continue;
            }
            let mut all: Option<Vec<(u32, u32)>> = None;
            for matches in phrase {
                let mut part = Scores::new(self.len());
                self.score_matches(matches, &mut part);
                all = Some(match all {
                    None => part.touched.iter().map(|&it| (it, part.best[it as usize])).collect(),
                    Some(all) => {
                        let both = all.into_iter().map(|(it, score)| (it, score.min(part.best[it as usize])));
                        both.filter(|(_, score)| *score > 0).collect()
                    }
                });
            }
            all.into_iter().flatten().for_each(|(position, score)| scores.raise(position, score));
        }
    }

    fn score_matches(&self, matches: &[Match], scores: &mut Scores) {
        /// What a word at each place is worth, of 100; see `lists::place`.
        const BY_PLACE: [u32; 4] = [100, 92, 84, 76];
        let mut in_categories: Vec<(u32, u32, u32)> = Vec::new();
        for found in matches {
            let is_range = found.words.len() > 1;
            // Which word was meant is a larger question than where it stands.
            let is_guess = found.how > How::Layout;
            let of_category = if is_guess { 2 } else { 6 };
            for list in self.lists().range(found.words.clone()) {
                // Of many continuations, the words that many products hold are likelier.
                let popularity = if is_range && list.count > 0 { list.count.ilog2().min(8) } else { 0 };
                let points = found.points + popularity;
                let by_place = BY_PLACE.map(|worth| match is_guess {
                    true => (points * 10).saturating_sub((100 - worth) / 2),
                    false => points * worth / 10,
                });
                for posting in list.products() {
                    scores.raise(posting >> 2, by_place[(posting & 3) as usize]);
                }
                in_categories.extend(list.categories().map(|(number, is_last)| {
                    (number, if is_last { found.points } else { found.points / 2 }, of_category)
                }));
            }
        }
        in_categories.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        in_categories.dedup_by_key(|it| it.0);
        for (number, points, agreement) in in_categories {
            let Some(category) = self.categories.get(number as usize) else { continue };
            for position in self.positions_in(category) {
                let Some(best) = scores.best.get_mut(position as usize) else { break };
                if *best == 0 {
                    *best = points * 6;
                    scores.touched.push(position);
                } else {
                    *best = best.saturating_add(points * agreement / 10);
                }
            }
        }
    }

    fn explain(&self, wanted: &[Wanted]) -> Vec<QueryWord> {
        let of_word = |wanted: &Wanted| {
            let held = wanted.matches.iter().filter(|it| self.is_held(it.words.clone()));
            let best = held.max_by_key(|it| (it.points, Reverse(it.words.start)));
            let synonym = wanted.phrases.iter().flatten().flatten().map(|it| it.points).max();
            let (how, meant) = match (best, synonym) {
                (None, None) => (None, None),
                (Some(best), synonym) if synonym.is_none_or(|points| points <= best.points) => {
                    let meant = matches!(best.how, How::Alphabet | How::Typo).then(|| {
                        let likeliest =
                            best.words.clone().max_by_key(|&number| (self.count(number..number + 1), Reverse(number)));
                        decode(&self.root().spell(likeliest.unwrap_or(best.words.start)))
                    });
                    (Some(best.how), meant)
                }
                _ => (Some(How::Synonym), None),
            };
            let how = if wanted.is_from_layout && how == Some(How::Exact) { Some(How::Layout) } else { how };
            QueryWord { text: decode(&wanted.word), how, meant }
        };
        wanted.iter().map(of_word).collect()
    }
}

/// What each set of words is worth, by the bits of the set. A size says less than a word: milk of another size is
/// nearer than anything else of this size. Words like "with" say nothing, unless there is nothing else.
fn worth_by_words(wanted: &[Wanted]) -> Vec<usize> {
    let says_more = wanted.iter().any(|wanted| !is_filler(&wanted.word));
    let worth_of_word = |wanted: &Wanted| match &wanted.word {
        word if says_more && is_filler(word) => 0,
        word if is_plain(word) => 2,
        _ => 1,
    };
    let words: Vec<usize> = wanted.iter().map(worth_of_word).collect();
    let worth_of_set = |set: usize| words.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|it| it.1).sum();
    (0..1 << words.len()).map(worth_of_set).collect()
}

fn likeliest_first(matches: &mut [Match]) {
    matches.sort_unstable_by(|a, b| b.points.cmp(&a.points).then(a.words.start.cmp(&b.words.start)));
}

/// The query as it was probably meant, where that is not what was typed.
fn did_you_mean(words: &[QueryWord]) -> Option<String> {
    let is_other = words.iter().any(|word| word.meant.is_some() || word.how == Some(How::Layout));
    let meant = words.iter().map(|word| word.meant.as_deref().unwrap_or(&word.text));
    is_other.then(|| meant.collect::<Vec<_>>().join(" "))
}

/// What is left of `path` below `department`; the whole path below no department.
fn below<'a>(path: &'a str, department: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(department)?;
    if department.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

fn is_filler(word: &[u8]) -> bool {
    const FILLERS: [&[u8]; 67] = [
        coded!("а"),
        coded!("в"),
        coded!("вас"),
        coded!("во"),
        coded!("где"),
        coded!("для"),
        coded!("ее"),
        coded!("есть"),
        coded!("и"),
        coded!("из"),
        coded!("или"),
        coded!("к"),
        coded!("купить"),
        coded!("лежит"),
        coded!("ли"),
        coded!("мне"),
        coded!("можно"),
        coded!("на"),
        coded!("найти"),
        coded!("нужен"),
        coded!("нужна"),
        coded!("нужно"),
        coded!("нужны"),
        coded!("о"),
        coded!("от"),
        coded!("по"),
        coded!("покажите"),
        coded!("с"),
        coded!("со"),
        coded!("стоит"),
        coded!("стоят"),
        coded!("у"),
        coded!("хочу"),
        coded!("чем"),
        coded!("что"),
        b"a",
        b"an",
        b"and",
        b"are",
        b"buy",
        b"can",
        b"do",
        b"find",
        b"for",
        b"have",
        b"i",
        b"in",
        b"is",
        b"it",
        b"looking",
        b"me",
        b"my",
        b"need",
        b"of",
        b"on",
        b"or",
        b"please",
        b"show",
        b"some",
        b"stand",
        b"stands",
        b"the",
        b"to",
        b"want",
        b"where",
        b"with",
        b"you",
    ];
    FILLERS.contains(&word)
}

/// What each product has of the whole query.
struct Tally {
    /// A bit for each word that it holds.
    matched: Vec<u16>,
    points: Vec<u32>,
    /// The products that hold any.
    seen: Vec<u32>,
}

/// The best points of each product for one word.
struct Scores {
    best: Vec<u32>,
    /// The products with points, each once.
    touched: Vec<u32>,
}

impl Scores {
    fn new(products: usize) -> Self {
        Self { best: vec![0; products], touched: Vec::new() }
    }

    fn raise(&mut self, position: u32, score: u32) {
        let Some(best) = self.best.get_mut(position as usize) else { return };
        if *best == 0 {
            self.touched.push(position);
        }
        *best = (*best).max(score);
    }
}
