//! The stem that all forms of a word share: «гречка», «гречку» and «гречкой» are `гречк`.
//!
//! The rules are few and by spelling alone. A word's stem need be no word; it must be one for all its forms, and
//! seldom one for two words. What the rules miss, the search for typos mostly finds.

use super::words::{coded, is_cyrillic, is_plain};

/// The endings of nouns and adjectives, the longer before the shorter.
const ENDINGS: &[&[u8]] = &[
    coded!("ыми"),
    coded!("ими"),
    coded!("ого"),
    coded!("его"),
    coded!("ому"),
    coded!("ему"),
    coded!("ями"),
    coded!("ами"),
    coded!("ая"),
    coded!("яя"),
    coded!("ую"),
    coded!("юю"),
    coded!("ою"),
    coded!("ею"),
    coded!("ой"),
    coded!("ей"),
    coded!("ый"),
    coded!("ий"),
    coded!("ое"),
    coded!("ее"),
    coded!("ые"),
    coded!("ие"),
    coded!("ых"),
    coded!("их"),
    coded!("ым"),
    coded!("им"),
    coded!("ью"),
    coded!("ов"),
    coded!("ев"),
    coded!("ам"),
    coded!("ям"),
    coded!("ом"),
    coded!("ем"),
    coded!("ах"),
    coded!("ях"),
    coded!("а"),
    coded!("я"),
    coded!("о"),
    coded!("е"),
    coded!("у"),
    coded!("ю"),
    coded!("ы"),
    coded!("и"),
    coded!("ь"),
    coded!("й"),
];

pub(crate) fn is_vowel(byte: u8) -> bool {
    coded!("аеиоуыэюяaeiou").contains(&byte)
}

/// The stem of a word; a word that is not of letters alone is its own.
pub(crate) fn stem(word: &[u8]) -> Vec<u8> {
    if !is_plain(word) || word.len() < 3 {
        return word.to_vec();
    }
    if word.iter().all(|&byte| is_cyrillic(byte)) { russian(word) } else { english(word) }
}

fn russian(word: &[u8]) -> Vec<u8> {
    let Some(vowel) = word.iter().position(|&byte| is_vowel(byte)) else { return word.to_vec() };
    // An ending stands behind the first vowel: «крем» does not end in -ем.
    let tail = &word[vowel + 1..];
    let last = tail.last();
    let fits = |ending: &&&[u8]| {
        ending.last() == last && tail.ends_with(ending) && can_follow(&word[..word.len() - ending.len()], ending)
    };
    let ending = ENDINGS.iter().find(fits).map_or(0, |it| it.len());
    let mut stem = word[..word.len() - ending].to_vec();
    unfleet(&mut stem);
    stem
}

/// Whether an ending goes with what stands before it. A typo that only looks like a form is not one.
fn can_follow(before: &[u8], ending: &[u8]) -> bool {
    let last = before.last().copied().unwrap_or_default();
    match ending {
        _ if ending == coded!("ь") => !is_vowel(last),
        _ if ending == coded!("й") => is_vowel(last),
        // «варенью» is of «варенье», «солью» of «соль».
        _ if ending == coded!("ью") => last != coded!("н")[0],
        // Soft adjectives have few last letters: «мягким», «синих», «горячего».
        _ if [coded!("им"), coded!("ими"), coded!("их"), coded!("его"), coded!("ему")].contains(&ending) => {
            coded!("гкхжчшщнц").contains(&last)
        }
        _ => true,
    }
}

/// Takes out the vowel that comes and goes: «сосисок», «сосиски»; «перец», «перца»; «наклеек», «наклейки».
fn unfleet(stem: &mut Vec<u8>) {
    const MOBILE: &[u8] = coded!("кцн");
    const HERE: &[u8] = coded!("ое");
    const SOFT: u8 = coded!("ь")[0];
    let [.., before, vowel, last] = stem[..] else { return };
    if MOBILE.contains(&last) && HERE.contains(&vowel) && stem[..stem.len() - 2].iter().any(|&it| is_vowel(it)) {
        let at = stem.len() - 2;
        if is_vowel(before) {
            stem[at] = coded!("й")[0];
        } else {
            stem.remove(at);
        }
    }
    // «сарделька», «сарделек».
    if let [.., SOFT, last] = stem[..]
        && MOBILE.contains(&last)
    {
        let at = stem.len() - 2;
        stem.remove(at);
    }
}

fn english(word: &[u8]) -> Vec<u8> {
    let cut = |by: usize| word[..word.len() - by].to_vec();
    match word {
        [.., b'i', b'e', b's'] if word.len() > 4 => cut(2),
        [.., b'e', b's'] if word.len() > 4 => cut(2),
        [.., b's', b's'] => cut(0),
        [.., b's'] if word.len() > 3 => cut(1),
        [.., b'e'] if word.len() > 3 => cut(1),
        [.., b'y'] if word.len() > 3 => [&word[..word.len() - 1], b"i"].concat(),
        _ => cut(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Synonyms;
    use crate::search::words::{Word, decode, words};
    use proptest::prelude::*;

    fn stem_of(text: &str) -> String {
        let words = words(text, &Synonyms::default(), 1);
        words.first().map(|Word { bytes, .. }| decode(&stem(bytes))).unwrap_or_default()
    }

    #[test]
    fn the_forms_of_a_word_have_one_stem() {
        for forms in [
            "гречка гречки гречку гречкой гречке",
            "молоко молока молоку молоком молоке",
            "хлеб хлеба хлебу хлебом хлебы хлебов",
            "чай чая чаю чаем чаи",
            "соль соли солью",
            "печенье печенья печеньем печенью",
            "лилия лилии лилию лилией лилиями",
            "хлопья хлопьев хлопьям",
            "сосиски сосисок сосиска сосисками",
            "огурец огурцы огурцов огурцами",
            "сардельки сарделек сарделька",
            "наклейки наклеек",
            "сливочное сливочного сливочная сливочной сливочных",
            "российский российского российским",
            "пельмени пельменей пельмень пельменями",
            "яблоко яблок яблоки яблоками",
            "вишня вишен вишни",
            "мороженое мороженого мороженым",
            "tomato tomatoes tomatos",
            "berry berries",
            "apple apples",
            "cheese cheeses",
        ] {
            let stems: Vec<_> = forms.split(' ').map(stem_of).collect();
            assert!(stems.iter().all(|it| *it == stems[0]), "{forms}: {stems:?}");
        }
    }

    #[test]
    fn words_that_are_not_forms_of_each_other_have_different_stems() {
        for (one, other) in
            [("вода", "водка"), ("сыр", "сырок"), ("печень", "печенье"), ("молоко", "молочный"), ("крем", "кредит")]
        {
            assert_ne!(stem_of(one), stem_of(other), "{one}, {other}");
        }
    }

    proptest! {
        #[test]
        fn a_stem_is_never_longer_than_its_word(word in "[а-яa-z]{1,20}") {
            let coded = words(&word, &Synonyms::default(), 1);
            prop_assert!(stem(&coded[0].bytes).len() <= coded[0].bytes.len());
        }
    }
}
