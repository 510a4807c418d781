//! Queries as people type them, made of a catalogue by seeded rules, each with the products that answer it.
//!
//! The rules know nothing of the index: they have their own idea of a word, of a typo and of a declension.

use std::collections::{BTreeMap, BTreeSet};

/// How a query differs from the words of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Three words of a name, as they stand there, in any order.
    ThreeWords,
    /// Two words of a name and the beginning of a third.
    Beginning,
    /// Three words of a name, one of them with a typo.
    OneTypoInThree,
    /// One word with a typo.
    OneTypo,
    /// The same, where no other word is as near.
    OneClearTypo,
    /// One word in a form that no name holds.
    Form,
    /// One word, typed with the other layout on.
    Layout,
    /// One Russian word in Latin letters.
    Transliteration,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ThreeWords,
        Self::Beginning,
        Self::OneTypoInThree,
        Self::OneTypo,
        Self::OneClearTypo,
        Self::Form,
        Self::Layout,
        Self::Transliteration,
    ];
}

/// A query and what answers it.
pub struct Asked {
    /// What is typed.
    pub text: String,
    /// Places in the list of names of all products that answer it.
    pub relevant: BTreeSet<usize>,
}

/// A generator of numbers whose seed replays them (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// The words of all names.
pub struct Names {
    words: Vec<Vec<String>>,
    holders: BTreeMap<String, BTreeSet<usize>>,
    /// How many names begin with a word.
    heads: BTreeMap<String, usize>,
}

impl Names {
    /// Parts names into words: runs of letters of one alphabet.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let (mut all, mut holders, mut heads) = (Vec::new(), BTreeMap::<_, BTreeSet<_>>::new(), BTreeMap::new());
        for (name, at) in names.zip(0..) {
            let name = name.to_lowercase().replace('ё', "е");
            let words: Vec<String> =
                name.split(|c: char| !c.is_alphanumeric()).filter(|word| is_word(word)).map(str::to_owned).collect();
            for word in &words {
                holders.entry(word.clone()).or_default().insert(at);
            }
            if let Some(head) = words.first() {
                *heads.entry(head.clone()).or_default() += 1;
            }
            all.push(words);
        }
        Self { words: all, holders, heads }
    }

    /// Makes `count` queries of a kind.
    pub fn queries(&self, kind: Kind, seed: u64, count: usize) -> Vec<Asked> {
        let mut chance = Chance(seed);
        let mut queries = Vec::new();
        // Not every name has words for every kind.
        for _ in 0..count * 200 {
            if queries.len() == count {
                break;
            }
            queries.extend(self.query(kind, &mut chance));
        }
        queries
    }

    fn query(&self, kind: Kind, chance: &mut Chance) -> Option<Asked> {
        let words = &self.words[chance.below(self.words.len())];
        match kind {
            Kind::ThreeWords | Kind::Beginning | Kind::OneTypoInThree => {
                let mut distinct: Vec<&str> =
                    words.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
                if distinct.len() < 3 {
                    return None;
                }
                let mut picked: Vec<&str> =
                    (0..3).map(|_| distinct.swap_remove(chance.below(distinct.len()))).collect();
                let mut relevant = self.holding_all(&picked);
                let mut typed: Vec<String> = picked.iter().map(|word| (*word).to_owned()).collect();
                match kind {
                    Kind::Beginning => {
                        let last = picked.pop()?;
                        let length = last.chars().count();
                        if length < 5 {
                            return None;
                        }
                        let cut: String = last.chars().take(3.max(length - 1 - chance.below(3))).collect();
                        let begins = self.holders.range(cut.clone()..).take_while(|(word, _)| word.starts_with(&cut));
                        let begins: BTreeSet<usize> = begins.flat_map(|(_, holders)| holders).copied().collect();
                        relevant = self.holding_all(&picked).intersection(&begins).copied().collect();
                        typed[2] = cut;
                    }
                    Kind::OneTypoInThree => {
                        let at = chance.below(3);
                        typed[at] = self.misspelt(picked[at], chance)?;
                    }
                    _ => {}
                }
                Some(Asked { text: typed.join(" "), relevant })
            }
            Kind::Form => {
                let word = words.first()?;
                let is_dictionary_word = word.chars().all(is_russian) && self.heads.get(word)? >= &5;
                let forms = is_dictionary_word.then(|| forms(word)).filter(|forms| !forms.is_empty())?;
                let absent: Vec<&String> = forms.iter().filter(|form| !self.holders.contains_key(*form)).collect();
                if absent.is_empty() {
                    return None;
                }
                let text = chance.one_of(&absent).clone();
                let mut relevant = self.holding_all(&[word]);
                relevant.extend(self.holding_forms(word));
                Some(Asked { text, relevant })
            }
            Kind::OneTypo | Kind::OneClearTypo | Kind::Layout | Kind::Transliteration => {
                let word = &words[chance.below(words.len())..].first()?.clone();
                let mut relevant = self.holding_all(&[word]);
                if matches!(kind, Kind::OneTypo | Kind::OneClearTypo) {
                    relevant.extend(self.holding_forms(word));
                }
                let text = match kind {
                    Kind::OneTypo => self.misspelt(word, chance)?,
                    Kind::OneClearTypo => {
                        let typed = self.misspelt(word, chance)?;
                        let is_clear = self.near(&typed).all(|holders| holders.is_subset(&relevant));
                        is_clear.then_some(typed)?
                    }
                    Kind::Layout => other_layout(word),
                    _ if word.chars().all(is_russian) && word.chars().count() > 3 => transliterated(word),
                    _ => return None,
                };
                (!self.holders.contains_key(&text)).then_some(Asked { text, relevant })
            }
        }
    }

    fn holding_all(&self, words: &[&str]) -> BTreeSet<usize> {
        let mut sets = words.iter().map(|word| self.holders.get(*word).cloned().unwrap_or_default());
        let first = sets.next().unwrap_or_default();
        sets.fold(first, |all, set| all.intersection(&set).copied().collect())
    }

    fn holding_forms(&self, word: &str) -> BTreeSet<usize> {
        let forms = forms(word).into_iter().chain(genders(word));
        forms.filter_map(|form| self.holders.get(&form)).flatten().copied().collect()
    }

    /// The word with one edit, so that it is no word of any name.
    fn misspelt(&self, word: &str, chance: &mut Chance) -> Option<String> {
        let mut letters: Vec<char> = word.chars().collect();
        // Shorter words have too many neighbours to tell which was meant.
        if letters.len() < 5 {
            return None;
        }
        let alphabet = alphabet(&letters);
        let at = chance.below(letters.len());
        match chance.below(4) {
            0 => letters.insert(at, chance.one_of(&alphabet)),
            1 => {
                letters.remove(at);
            }
            2 => letters[at] = chance.one_of(&alphabet),
            _ => letters.swap(at, if at == 0 { 1 } else { at - 1 }),
        }
        let typed: String = letters.into_iter().collect();
        (!self.holders.contains_key(&typed)).then_some(typed)
    }

    /// Who holds the words that are one edit away from what was typed, word by word.
    fn near(&self, typed: &str) -> impl Iterator<Item = &BTreeSet<usize>> {
        let letters: Vec<char> = typed.chars().collect();
        let mut near = BTreeSet::new();
        let mut add = |edit: &dyn Fn(&mut Vec<char>)| {
            let mut letters = letters.clone();
            edit(&mut letters);
            near.insert(letters.into_iter().collect::<String>());
        };
        for at in 0..=letters.len() {
            for letter in alphabet(&letters) {
                add(&|it| it.insert(at, letter));
                add(&|it| it.iter_mut().skip(at).take(1).for_each(|it| *it = letter));
            }
            if at < letters.len() {
                add(&|it| {
                    it.remove(at);
                });
                add(&|it| it.swap(at, at.saturating_sub(1)));
            }
        }
        near.into_iter().filter_map(|word| self.holders.get(&word))
    }
}

fn alphabet(letters: &[char]) -> Vec<char> {
    if letters.iter().all(|c| is_russian(*c)) { ('а'..='я').collect() } else { ('a'..='z').collect() }
}

fn is_russian(c: char) -> bool {
    matches!(c, 'а'..='я')
}

/// At least three letters, all of one alphabet.
fn is_word(text: &str) -> bool {
    let is_latin = |c: char| c.is_ascii_lowercase();
    text.chars().count() > 2 && (text.chars().all(is_russian) || text.chars().all(is_latin))
}

/// The other forms of a word that looks like a noun or adjective in the nominative, by the school's tables.
fn forms(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return Vec::new();
    }
    let cut = |by: usize| letters[..letters.len() - by].iter().collect::<String>();
    let with = |stem: String, endings: &[&str]| endings.iter().map(|ending| format!("{stem}{ending}")).collect();
    let is_after_soft_rule = |c: char| matches!(c, 'г' | 'к' | 'х' | 'ж' | 'ч' | 'ш' | 'щ');
    match letters[..] {
        [.., 'ы' | 'и', 'й'] | [.., 'о', 'е'] | [.., 'а', 'я'] => {
            with(cut(2), if letters.ends_with(&['а', 'я']) { &["ой", "ую"] } else { &["ого", "ому"] })
        }
        [.., 'и', 'е' | 'я'] => Vec::new(),
        [.., 'ь', 'е'] => with(cut(1), &["я", "ю", "ем"]),
        [.., before, 'а'] => {
            let plural = if is_after_soft_rule(before) { "и" } else { "ы" };
            let instrumental = if matches!(before, 'ж' | 'ч' | 'ш' | 'щ' | 'ц') { "ей" } else { "ой" };
            with(cut(1), &["у", "е", plural, instrumental])
        }
        [.., 'я'] => with(cut(1), &["ю", "е", "и", "ей"]),
        [.., 'о'] => with(cut(1), &["а", "у", "ом"]),
        [.., before, 'ь'] if before != 'л' => with(cut(1), &["и"]),
        [.., 'ы'] => with(cut(1), &["ам", "ами", "ах"]),
        // The vowel before these may come and go: no table for that.
        [.., 'о' | 'е', 'к' | 'ц' | 'н' | 'л'] => Vec::new(),
        [.., last] if "бвгджзклмнпрстфхчшщц".contains(last) => {
            let plural = if is_after_soft_rule(last) { "и" } else { "ы" };
            let instrumental = if matches!(last, 'ж' | 'ч' | 'ш' | 'щ' | 'ц') { "ем" } else { "ом" };
            with(cut(0), &["а", "у", plural, instrumental])
        }
        _ => Vec::new(),
    }
}

/// An adjective in each gender and in the plural.
fn genders(word: &str) -> Vec<String> {
    let endings = ["ый", "ий", "ой", "ая", "ое", "ые", "ие"];
    let stem = ["ый", "ий", "ая", "ое", "ые", "ие"].iter().find_map(|ending| word.strip_suffix(ending));
    stem.map(|stem| endings.iter().map(|ending| format!("{stem}{ending}")).collect()).unwrap_or_default()
}

fn other_layout(word: &str) -> String {
    const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбю";
    const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
    let swap = |c: char| {
        let mut keys = RUSSIAN.chars().zip(LATIN.chars());
        keys.find_map(|(russian, latin)| match c {
            _ if c == russian => Some(latin),
            _ if c == latin => Some(russian),
            _ => None,
        })
    };
    word.chars().map(|c| swap(c).unwrap_or(c)).collect()
}

/// As passports and street signs do it.
fn transliterated(word: &str) -> String {
    const LATIN: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
        "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    word.chars().map(|c| LATIN.get((c as usize).wrapping_sub('а' as usize)).copied().unwrap_or_default()).collect()
}
