//! What a scanner typed while the Russian layout was on, back to what it meant.
//!
//! Only for where the keys themselves are not known (`keys.rs` has those): a browser that names no key, a program
//! that hands over text.

const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ№";
const LATIN: &[u8; 67] = b"qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~#";
/// The keys of both layouts whose characters are ASCII in both, but not the same.
const PUNCTUATION: [(char, char); 7] =
    [('"', '@'), (';', '$'), (':', '^'), ('?', '&'), ('/', '|'), ('.', '/'), (',', '?')];

/// The text as the American layout types it, or `None` where a Cyrillic character is on no key.
///
/// A text without Cyrillic stays as it is. Where Latin letters stand beside Cyrillic ones, some keys were known: their
/// punctuation is as it should be.
pub(crate) fn untyped(text: &str) -> Option<String> {
    let is_cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c) || c == '№';
    if !text.contains(is_cyrillic) {
        return Some(text.to_owned());
    }
    let is_all_russian = !text.contains(|c: char| c.is_ascii_alphabetic());
    let back = |c: char| {
        if is_cyrillic(c) {
            return RUSSIAN.chars().position(|it| it == c).map(|place| char::from(LATIN[place]));
        }
        let key = PUNCTUATION.iter().find(|(russian, _)| is_all_russian && *russian == c);
        Some(key.map_or(c, |(_, latin)| *latin))
    };
    text.chars().map(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_russian_layout_is_undone() {
        for (typed, meant) in [
            ("0104600439931256215Фи/?93", "0104600439931256215Ab|&93"),
            ("ъв201", "]d201"),
            ("реезыЖ..шв.пы1.щкп.01.", "https://id/gs1/org/01/"),
            ("зщдлф-уткщдЖ123", "polka-enrol:123"),
            ("01:ъ21ф", "01^]21a"),
            ("1БПЫЮ2", "1<GS>2"),
            ("№\"ф", "#@a"),
            ("4600439931256", "4600439931256"),
            ("a/b?c", "a/b?c"),
            ("5ф.A", "5a.A"),
        ] {
            assert_eq!(untyped(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn letters_that_no_key_of_it_types_are_not_guessed() {
        for typed in ["0104600439931256215Ґ", "ўф", "ѣ"] {
            assert_eq!(untyped(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_key_goes_there_and_back() {
        assert_eq!(RUSSIAN.chars().count(), LATIN.len());
        let keys: std::collections::BTreeSet<char> = RUSSIAN.chars().collect();
        assert_eq!(keys.len(), LATIN.len());
    }
}
