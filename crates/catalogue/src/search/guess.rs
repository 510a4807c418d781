//! What somebody may have meant who typed something else: a slip of the finger, the other keyboard, the other
//! alphabet.

use std::ops::Range;

use super::forms::is_vowel;
use super::tree::Place;
use super::words::{LONGEST_WORD, coded, is_cyrillic, is_letter};

/// The costs of a typo. An edit that often happens is cheaper, and a word is seldom begun wrongly.
mod cost {
    pub(super) const EDIT: u8 = 10;
    /// A neighbour on the keyboard, or a letter that sounds alike.
    pub(super) const LIKELY: u8 = 7;
    pub(super) const SWAPPED: u8 = 8;
    /// A letter that was doubled, or that was not.
    pub(super) const DOUBLED: u8 = 6;
    pub(super) const FIRST_LETTER: u8 = 3;
}
/// What one edit costs at most.
pub(crate) const ONE_TYPO: u8 = cost::EDIT + cost::FIRST_LETTER;
/// What two edits cost, where at most one is at the beginning and that one is a likely one.
pub(crate) const TWO_TYPOS: u8 = 2 * cost::EDIT + 1;

/// Each key's letter in both layouts, row by row from the top; where the rows stand apart by half a key, the
/// letters that touch are at most one place apart.
const ROWS: [(&str, &str); 3] =
    [("йцукенгшщзхъ", "qwertyuiop[]"), ("фывапролджэ", "asdfghjkl;'"), ("ячсмитьбю", "zxcvbnm,.")];

/// Letters that sound or look alike, in pairs.
const ALIKE: &[u8] = coded!("оаеиеэииыишщшжзсбпдтгквфцсьъяаюуiyiecksckszzxeaoavwfvmnouybpdtgk");

const LETTERS: usize = 26 + 32;

const fn letter_index(letter: u8) -> usize {
    if letter >= 0xe0 { 26 + (letter - 0xe0) as usize } else { letter.wrapping_sub(b'a') as usize }
}

/// For each letter, a bit for each letter that is likely typed in its place.
static LIKELY: [u64; LETTERS] = {
    let mut table = [0u64; LETTERS];
    let mut at = 0;
    while at + 1 < ALIKE.len() {
        let (a, b) = (letter_index(ALIKE[at]), letter_index(ALIKE[at + 1]));
        table[a] |= 1 << b;
        table[b] |= 1 << a;
        at += 2;
    }
    const CYRILLIC: [&[u8]; 3] = [coded!("йцукенгшщзхъ"), coded!("фывапролджэ"), coded!("ячсмитьбю")];
    const LATIN: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let mut layout = 0;
    while layout < 2 {
        let rows = if layout == 0 { CYRILLIC } else { LATIN };
        let mut row = 0;
        while row < 3 {
            let mut x = 0;
            while x < rows[row].len() {
                let a = letter_index(rows[row][x]);
                // The key to the right, and below it the keys to the left and right.
                if x + 1 < rows[row].len() {
                    let b = letter_index(rows[row][x + 1]);
                    table[a] |= 1 << b;
                    table[b] |= 1 << a;
                }
                let mut below = if x == 0 { 0 } else { x - 1 };
                while row + 1 < 3 && below <= x && below < rows[row + 1].len() {
                    let b = letter_index(rows[row + 1][below]);
                    table[a] |= 1 << b;
                    table[b] |= 1 << a;
                    below += 1;
                }
                x += 1;
            }
            row += 1;
        }
        layout += 1;
    }
    table
};

fn is_likely(a: u8, b: u8) -> bool {
    is_letter(a) && is_letter(b) && LIKELY[letter_index(a)] >> letter_index(b) & 1 == 1
}

/// Words that somebody may have meant, and what it costs to believe so.
pub(crate) type Guesses = Vec<(Range<u32>, u8)>;

/// The words within `budget` of this one; with `is_beginning` also those that only begin so.
pub(crate) fn near(root: Place<'_>, word: &[u8], budget: u8, is_beginning: bool) -> Guesses {
    let mut walk = Near {
        word,
        budget,
        is_beginning,
        band: usize::from(budget / cost::DOUBLED),
        rows: vec![[u8::MAX; LONGEST_WORD + 1]; LONGEST_WORD + 6],
        path: Vec::new(),
        found: Vec::new(),
    };
    if word.is_empty() || word.len() > LONGEST_WORD {
        return walk.found;
    }
    for at in 0..=word.len() {
        walk.rows[0][at] = (0..at).map(|at| walk.extra(at)).fold(0, u8::saturating_add);
    }
    walk.go(root, u8::MAX);
    walk.found
}

/// Optimal string alignment along the tree: `rows[d][j]` is what the first `d` letters of the path cost as the
/// first `j` of the typed word.
struct Near<'w> {
    word: &'w [u8],
    budget: u8,
    is_beginning: bool,
    band: usize,
    rows: Vec<[u8; LONGEST_WORD + 1]>,
    path: Vec<u8>,
    found: Guesses,
}

impl Near<'_> {
    /// The cost of the typed letter at `at` being one too many.
    fn extra(&self, at: usize) -> u8 {
        match at {
            0 => cost::EDIT + cost::FIRST_LETTER,
            _ if self.word[at] == self.word[at - 1] => cost::DOUBLED,
            _ => cost::EDIT,
        }
    }

    fn go(&mut self, place: Place<'_>, best_beginning: u8) {
        let length = self.word.len();
        let depth = self.path.len();
        let here = self.rows[depth][length];
        if let Some(number) = place.word()
            && here <= self.budget
        {
            self.found.push((number..number + 1, here));
        }
        let is_better = self.is_beginning && here <= self.budget && here < best_beginning;
        if is_better {
            self.found.push((place.range(), here.saturating_add(6)));
        }
        if depth + 1 >= self.rows.len() || depth > length + self.band {
            return;
        }
        for (letter, next) in place.next() {
            self.path.push(letter);
            if self.fill_row() <= self.budget {
                self.go(next, if is_better { here } else { best_beginning });
            }
            self.path.pop();
        }
    }

    /// Works out the row of the path, and returns the least in it.
    fn fill_row(&mut self) -> u8 {
        let depth = self.path.len();
        let letter = self.path[depth - 1];
        let before = depth.checked_sub(2).map(|at| self.path[at]);
        let (from, to) = (depth.saturating_sub(self.band), (depth + self.band).min(self.word.len()));
        let missing = match before {
            None => cost::EDIT + cost::FIRST_LETTER,
            Some(before) if before == letter => cost::DOUBLED,
            Some(_) => cost::EDIT,
        };
        let mut least = u8::MAX;
        let mut left = u8::MAX;
        for at in from..=to {
            let above = if at < depth + self.band { self.rows[depth - 1][at] } else { u8::MAX };
            let mut value = above.saturating_add(missing);
            if at > 0 {
                let typed = self.word[at - 1];
                let other = match typed == letter {
                    true => 0,
                    false => {
                        let edit = if is_likely(typed, letter) { cost::LIKELY } else { cost::EDIT };
                        if at == 1 || depth == 1 { edit + cost::FIRST_LETTER } else { edit }
                    }
                };
                value = value.min(self.rows[depth - 1][at - 1].saturating_add(other));
                value = value.min(left.saturating_add(self.extra(at - 1)));
                if at > 1 && before == Some(typed) && letter == self.word[at - 2] && typed != letter {
                    value = value.min(self.rows[depth - 2][at - 2].saturating_add(cost::SWAPPED));
                }
            }
            self.rows[depth][at] = value;
            left = value;
            least = least.min(value);
        }
        if let Some(before) = from.checked_sub(1) {
            self.rows[depth][before] = u8::MAX;
        }
        if to < self.word.len() {
            self.rows[depth][to + 1..].fill(u8::MAX);
        }
        least
    }
}

/// What was meant by these keys if the other layout was on. `None` where the text has no letters, or of both
/// alphabets.
pub(crate) fn other_layout(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let is_latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let is_russian = text.chars().any(|c| matches!(c, 'а'..='я' | 'ё'));
    if is_latin == is_russian {
        return None;
    }
    let swap = |c: char| {
        ROWS.iter()
            .find_map(|(cyrillic, latin)| {
                let mut keys = cyrillic.chars().zip(latin.chars());
                keys.find_map(|(there, here)| match is_latin {
                    true => (here == c).then_some(there),
                    false => (there == c).then_some(here),
                })
            })
            .unwrap_or(c)
    };
    Some(text.chars().map(swap).collect())
}

/// How Russian letters are written with Latin ones and the other way round, and how much to doubt it. A sound has
/// many spellings in brands; the tree says which of them exist.
const SPELLINGS: &[(&[u8], &[u8], u8)] = &[
    (coded!("а"), b"a", 0),
    (coded!("а"), b"u", 2),
    (coded!("ай"), b"i", 1),
    (coded!("ай"), b"y", 1),
    (coded!("ау"), b"ow", 0),
    (coded!("б"), b"b", 0),
    (coded!("бб"), b"b", 1),
    (coded!("в"), b"v", 0),
    (coded!("в"), b"w", 0),
    (coded!("г"), b"g", 0),
    (coded!("г"), b"h", 1),
    (coded!("д"), b"d", 0),
    (coded!("дж"), b"j", 0),
    (coded!("дж"), b"g", 1),
    (coded!("е"), b"e", 0),
    (coded!("е"), b"ye", 0),
    (coded!("е"), b"je", 0),
    (coded!("е"), b"ie", 0),
    (coded!("е"), b"yo", 0),
    (coded!("е"), b"jo", 0),
    (coded!("е"), b"io", 1),
    (coded!("е"), b"o", 1),
    (coded!("е"), b"a", 2),
    (coded!("ей"), b"a", 1),
    (coded!("ей"), b"ay", 1),
    (coded!("ей"), b"ai", 1),
    (coded!("ж"), b"zh", 0),
    (coded!("ж"), b"j", 0),
    (coded!("ж"), b"g", 1),
    (coded!("ж"), b"z", 2),
    (coded!("з"), b"z", 0),
    (coded!("з"), b"s", 1),
    (coded!("и"), b"i", 0),
    (coded!("и"), b"y", 1),
    (coded!("и"), b"e", 1),
    (coded!("и"), b"ee", 0),
    (coded!("и"), b"ea", 1),
    (coded!("ий"), b"y", 0),
    (coded!("ый"), b"y", 0),
    (coded!("ия"), b"ia", 0),
    (coded!("й"), b"y", 0),
    (coded!("й"), b"i", 0),
    (coded!("й"), b"j", 0),
    (coded!("й"), b"", 1),
    (coded!("к"), b"k", 0),
    (coded!("к"), b"c", 0),
    (coded!("к"), b"ck", 0),
    (coded!("к"), b"cc", 0),
    (coded!("к"), b"q", 0),
    (coded!("к"), b"ch", 2),
    (coded!("кс"), b"x", 0),
    (coded!("кв"), b"qu", 0),
    (coded!("л"), b"l", 0),
    (coded!("л"), b"ll", 0),
    (coded!("лл"), b"l", 1),
    (coded!("м"), b"m", 0),
    (coded!("м"), b"mm", 0),
    (coded!("мм"), b"m", 1),
    (coded!("н"), b"n", 0),
    (coded!("н"), b"nn", 0),
    (coded!("нн"), b"n", 1),
    (coded!("о"), b"o", 0),
    (coded!("о"), b"a", 1),
    (coded!("о"), b"au", 0),
    (coded!("о"), b"eau", 0),
    (coded!("п"), b"p", 0),
    (coded!("п"), b"pp", 0),
    (coded!("пп"), b"p", 1),
    (coded!("р"), b"r", 0),
    (coded!("р"), b"rr", 0),
    (coded!("рр"), b"r", 1),
    (coded!("с"), b"s", 0),
    (coded!("с"), b"ss", 0),
    (coded!("с"), b"c", 0),
    (coded!("сс"), b"s", 1),
    (coded!("т"), b"t", 0),
    (coded!("т"), b"tt", 0),
    (coded!("т"), b"th", 1),
    (coded!("тт"), b"t", 1),
    (coded!("у"), b"u", 0),
    (coded!("у"), b"oo", 0),
    (coded!("у"), b"ou", 0),
    (coded!("у"), b"w", 1),
    (coded!("ф"), b"f", 0),
    (coded!("ф"), b"ff", 0),
    (coded!("ф"), b"ph", 0),
    (coded!("х"), b"h", 0),
    (coded!("х"), b"kh", 0),
    (coded!("х"), b"x", 1),
    (coded!("х"), b"ch", 1),
    (coded!("ц"), b"ts", 0),
    (coded!("ц"), b"c", 0),
    (coded!("ц"), b"tz", 0),
    (coded!("ц"), b"z", 0),
    (coded!("ч"), b"ch", 0),
    (coded!("ч"), b"tch", 0),
    (coded!("ч"), b"c", 1),
    (coded!("ш"), b"sh", 0),
    (coded!("ш"), b"sch", 0),
    (coded!("ш"), b"ch", 1),
    (coded!("ш"), b"s", 2),
    (coded!("щ"), b"shch", 0),
    (coded!("щ"), b"sch", 0),
    (coded!("щ"), b"shh", 0),
    (coded!("щ"), b"sh", 1),
    (coded!("ъ"), b"", 1),
    (coded!("ь"), b"", 0),
    (coded!("ы"), b"y", 0),
    (coded!("ы"), b"i", 1),
    (coded!("э"), b"e", 0),
    (coded!("э"), b"a", 1),
    (coded!("ю"), b"yu", 0),
    (coded!("ю"), b"ju", 0),
    (coded!("ю"), b"iu", 0),
    (coded!("ю"), b"u", 1),
    (coded!("я"), b"ya", 0),
    (coded!("я"), b"ja", 0),
    (coded!("я"), b"ia", 0),
    (coded!("я"), b"a", 1),
    // Letters that are written and not said.
    (b"", b"e", 1),
    (b"", b"h", 2),
];

/// The words of the other alphabet that are said like this one, and what it costs to believe so.
pub(crate) fn other_alphabet(root: Place<'_>, word: &[u8], budget: u8) -> Guesses {
    /// Each step is a walk of a few letters: enough for any word, and an end for those that are made to branch.
    const STEPS: usize = 3000;
    let mut walk = Sounds { word, is_russian: word.iter().all(|&it| is_cyrillic(it)), found: Vec::new(), steps: STEPS };
    if word.iter().any(|&it| !is_letter(it) || is_cyrillic(it) != walk.is_russian) {
        return walk.found;
    }
    walk.go(root, 0, budget, budget);
    walk.found
}

struct Sounds<'w> {
    word: &'w [u8],
    is_russian: bool,
    found: Guesses,
    steps: usize,
}

impl Sounds<'_> {
    fn go(&mut self, place: Place<'_>, at: usize, left: u8, budget: u8) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let rest = &self.word[at..];
        if rest.is_empty()
            && let Some(number) = place.word()
        {
            self.found.push((number..number + 1, budget - left));
        }
        for &(russian, latin, doubt) in SPELLINGS {
            let (from, to) = if self.is_russian { (russian, latin) } else { (latin, russian) };
            // What is not said at all is doubted at least a little, so this ends.
            let doubt = if from.is_empty() { doubt.max(1) } else { doubt };
            // Most rules are not for this letter.
            if from.first().is_some_and(|first| rest.first() != Some(first)) {
                continue;
            }
            // The soft sign stands behind consonants, and is not said.
            let is_soft_sign = russian == coded!("ь");
            let doubt = if is_soft_sign { 0 } else { doubt };
            let is_behind_vowel = at.checked_sub(1).is_none_or(|at| is_vowel(self.word[at]));
            if doubt <= left
                && rest.starts_with(from)
                && !(is_soft_sign && is_behind_vowel)
                && let Some(next) = place.walk(to)
            {
                self.go(next, at + from.len(), left - doubt, budget);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Synonyms;
    use crate::search::tree::write_tree;
    use crate::search::words::words;
    use proptest::prelude::*;

    fn coded_word(text: &str) -> Vec<u8> {
        words(text, &Synonyms::default(), 1).remove(0).bytes
    }

    fn cost_of(typed: &str, meant: &str) -> Option<u8> {
        let meant = coded_word(meant);
        let tree = write_tree(&[&meant]);
        near(Place::root(&tree, 1), &coded_word(typed), TWO_TYPOS, false).iter().map(|(_, cost)| *cost).min()
    }

    fn sounds_like(typed: &str, meant: &str) -> bool {
        let meant = coded_word(meant);
        let tree = write_tree(&[&meant]);
        !other_alphabet(Place::root(&tree, 1), &coded_word(typed), 3).is_empty()
    }

    #[test]
    fn each_kind_of_typo_has_its_cost() {
        assert_eq!(cost_of("молоко", "молоко"), Some(0));
        assert_eq!(cost_of("молооко", "молоко"), Some(cost::DOUBLED));
        assert_eq!(cost_of("молко", "молоко"), Some(cost::EDIT));
        assert_eq!(cost_of("молцоко", "молоко"), Some(cost::EDIT));
        assert_eq!(cost_of("моолко", "молоко"), Some(cost::SWAPPED));
        assert_eq!(cost_of("мрлоко", "молоко"), Some(cost::LIKELY));
        assert_eq!(cost_of("малоко", "молоко"), Some(cost::LIKELY));
        assert_eq!(cost_of("мфлоко", "молоко"), Some(cost::EDIT));
        assert_eq!(cost_of("олоко", "молоко"), Some(cost::EDIT + cost::FIRST_LETTER));
        assert_eq!(cost_of("малако", "молоко"), Some(2 * cost::LIKELY));
        assert_eq!(cost_of("вода", "молоко"), None);
    }

    #[test]
    fn keys_that_touch_are_neighbours_on_both_keyboards() {
        let likely = |a: &str, b: &str| is_likely(coded_word(a)[0], coded_word(b)[0]);
        assert!(likely("пa", "рa") && likely("пa", "мa") && likely("qa", "wa") && likely("ga", "ba"));
        assert!(!likely("йa", "юa") && !likely("qa", "ma"));
    }

    #[test]
    fn the_other_layout_has_a_letter_for_each_key() {
        assert_eq!(other_layout("vjkjrj"), Some("молоко".into()));
        assert_eq!(other_layout(",fnjy"), Some("батон".into()));
        assert_eq!(other_layout("ьшдл"), Some("milk".into()));
        assert_eq!(other_layout("мilk"), None);
        assert_eq!(other_layout("3.2"), None);
    }

    #[test]
    fn words_are_found_by_their_sound_in_the_other_alphabet() {
        for (typed, meant) in [
            ("moloko", "молоко"),
            ("shokolad", "шоколад"),
            ("pechenye", "печенье"),
            ("pechenie", "печенье"),
            ("borshch", "борщ"),
            ("спрайт", "sprite"),
            ("нескафе", "nescafe"),
            ("кока", "coca"),
            ("шварцкопф", "schwarzkopf"),
            ("хейнекен", "heineken"),
            ("данон", "danone"),
            ("джонсонс", "johnsons"),
        ] {
            assert!(sounds_like(typed, meant), "{typed}, {meant}");
        }
        assert!(!sounds_like("moloko", "вода"));
    }

    proptest! {
        #[test]
        fn one_edit_never_costs_more_than_one_typo(word in "[а-я]{2,12}", at in any::<proptest::sample::Index>(), letter in "[а-я]", edit in 0..4) {
            let mut typed: Vec<char> = word.chars().collect();
            let at = at.index(typed.len());
            let letter = letter.chars().next().expect("a letter");
            match edit {
                0 => typed.insert(at, letter),
                1 => { typed.remove(at); }
                2 => typed[at] = letter,
                _ => typed.swap(at, (at + 1).min(word.chars().count() - 1)),
            }
            let typed: String = typed.into_iter().collect();
            prop_assert!(cost_of(&typed, &word).is_some_and(|cost| cost <= ONE_TYPO));
        }
    }
}
