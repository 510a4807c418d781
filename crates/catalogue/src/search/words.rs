//! Text to words: the one alphabet in which the index and the query are written.
//!
//! A letter is one byte: ASCII as it is, а to я as in Windows-1251. Small letters, ё as е, accents off, and the
//! letters of neighbouring languages as their nearest Russian ones. What is no letter or digit parts words.
//! Sizes are brought to one unit («0,5 л», "500 ml" and «0.500л» are all `500мл`), so that they meet. A word that
//! begins with a digit is a number or a size: nobody corrects it.

use polka_domain::{Content, ContentUnit};

use super::synonyms::Synonyms;

/// Letters beyond this are dropped: no name has such a word, and a walk through the tree costs by its length.
pub(crate) const LONGEST_WORD: usize = 32;

/// Makes the bytes of a text that is known when the program is compiled.
macro_rules! coded {
    ($text:literal) => {{
        const BYTES: [u8; $crate::search::words::coded_length($text)] = $crate::search::words::encode($text);
        &BYTES as &'static [u8]
    }};
}
pub(crate) use coded;

pub(crate) const fn coded_length(text: &str) -> usize {
    let (bytes, mut at, mut length) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        at += if bytes[at] < 0x80 { 1 } else { 2 };
        length += 1;
    }
    length
}

/// For [`coded`]: a text of ASCII and of а to я.
pub(crate) const fn encode<const N: usize>(text: &str) -> [u8; N] {
    let (bytes, mut coded) = (text.as_bytes(), [0; N]);
    let (mut at, mut to) = (0, 0);
    while at < bytes.len() {
        // UTF-8 of а to п is D0 B0 to D0 BF, of р to я D1 80 to D1 8F.
        (coded[to], at) = match bytes[at] {
            0xd0 => (bytes[at + 1] - 0xb0 + 0xe0, at + 2),
            0xd1 => (bytes[at + 1] - 0x80 + 0xf0, at + 2),
            ascii => (ascii, at + 1),
        };
        to += 1;
    }
    coded
}

/// The text of a coded word.
pub(crate) fn decode(word: &[u8]) -> String {
    word.iter()
        .map(|&byte| match byte {
            0xe0.. => char::from_u32(u32::from(byte) - 0xe0 + 0x430).unwrap_or(' '),
            ascii => char::from(ascii),
        })
        .collect()
}

pub(crate) fn is_cyrillic(byte: u8) -> bool {
    byte >= 0xe0
}

pub(crate) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || is_cyrillic(byte)
}

/// Whether typos, forms and other guesses make sense of it.
pub(crate) fn is_plain(word: &[u8]) -> bool {
    word.iter().all(|&byte| is_letter(byte))
}

/// The byte of a character; a blank for what parts words, `None` for what is skipped.
fn code(c: char) -> Option<u8> {
    // Marks that stand over a letter, and signs inside a word.
    if matches!(c, '\u{300}'..='\u{36f}' | '\'' | '\u{2019}' | '`' | '\u{ad}') {
        return None;
    }
    let c = match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        'А'..='Я' => char::from_u32(c as u32 + 0x20).unwrap_or(c),
        '\0'..='\u{7f}' | 'а'..='я' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    };
    Some(match c {
        'а'..='я' => (c as u32 - 0x430 + 0xe0) as u8,
        'ё' | 'є' => encode::<1>("е")[0],
        'і' | 'ї' => encode::<1>("и")[0],
        'ґ' | 'ғ' => encode::<1>("г")[0],
        'ў' | 'ұ' | 'ү' => encode::<1>("у")[0],
        'қ' => encode::<1>("к")[0],
        'ң' => encode::<1>("н")[0],
        'ө' => encode::<1>("о")[0],
        'ә' => encode::<1>("а")[0],
        'һ' => encode::<1>("х")[0],
        'à'..='æ' | 'ā' | 'ă' | 'ą' => b'a',
        'ç' | 'ć' | 'č' => b'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => b'e',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => b'i',
        'ñ' | 'ń' | 'ň' => b'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => b'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => b'u',
        'ý' | 'ÿ' => b'y',
        'ß' | 'ś' | 'š' | 'ş' | 'ș' => b's',
        'ğ' => b'g',
        'ł' => b'l',
        'ř' => b'r',
        'ţ' | 'ț' | 'ť' => b't',
        'ź' | 'ż' | 'ž' => b'z',
        'đ' | 'ď' => b'd',
        '‐'..='―' => b'-',
        'a'..='z' | '0'..='9' | '/' | '.' | ',' | '%' | '-' => c as u8,
        _ => b' ',
    })
}

/// A text as bytes, not yet parted.
pub(crate) fn coded_line(text: &str) -> Vec<u8> {
    text.chars().filter_map(code).collect()
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) bytes: Vec<u8>,
    pub(crate) origin: Origin,
}

/// Where a word comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It stands there.
    Written,
    /// An abbreviation stands there, and this is what it means.
    Meant,
    /// It is another way to look for what stands there; a query has no use of it.
    Extra,
}

/// The words of a text in their order, at most `limit`.
pub(crate) fn words(text: &str, synonyms: &Synonyms, limit: usize) -> Vec<Word> {
    let line = coded_line(text);
    let mut split = Splitter { words: Vec::new(), synonyms };
    for chunk in line.split(|&byte| byte == b' ') {
        if split.words.len() >= limit {
            break;
        }
        split.chunk(chunk);
    }
    let mut words = split.words;
    join_units(&mut words);
    words.truncate(limit);
    words
}

struct Splitter<'a> {
    words: Vec<Word>,
    synonyms: &'a Synonyms,
}

impl Splitter<'_> {
    /// A piece between blanks: "ж/бан.", "шок.пломбир", "coca-cola", "2x1,5л".
    fn chunk(&mut self, chunk: &[u8]) {
        if chunk.is_empty() {
            return;
        }
        if chunk.contains(&b'/') {
            let bare = chunk.strip_suffix(b".").or(chunk.strip_suffix(b",")).unwrap_or(chunk);
            if !self.abbreviation(bare) {
                chunk.split(|&byte| byte == b'/').for_each(|part| self.chunk(part));
            }
            return;
        }
        let mut rest = chunk;
        while let Some((&first, after)) = rest.split_first() {
            if first.is_ascii_digit() {
                rest = self.number(rest);
            } else if is_letter(first) {
                rest = self.letters(rest);
            } else {
                rest = after;
            }
        }
    }

    fn abbreviation(&mut self, short: &[u8]) -> bool {
        let Some(words) = self.synonyms.abbreviation(short) else { return false };
        self.words.extend(words.iter().map(|word| Word { bytes: word.clone(), origin: Origin::Meant }));
        true
    }

    /// Letters, with digits behind them as in "a4", and parts joined by hyphens.
    fn letters<'b>(&mut self, chunk: &'b [u8]) -> &'b [u8] {
        let end = chunk.iter().position(|&byte| !is_letter(byte) && byte != b'-').unwrap_or(chunk.len());
        let end = end - chunk[..end].iter().rev().take_while(|byte| **byte == b'-').count();
        let is_whole = chunk[..end].iter().all(|&byte| is_letter(byte));
        let (run, rest) = chunk.split_at(end);
        if !is_whole {
            for part in run.split(|&byte| byte == b'-') {
                self.plain(part);
            }
            let joined: Vec<u8> = run.iter().copied().filter(|byte| *byte != b'-').collect();
            self.push(&joined, Origin::Extra);
            return rest;
        }
        // "a4", "spf30", "м1365": a code, kept whole.
        if rest.first().is_some_and(u8::is_ascii_digit) {
            let end = chunk.iter().position(|&byte| !is_letter(byte) && !byte.is_ascii_digit()).unwrap_or(chunk.len());
            self.push(&chunk[..end], Origin::Written);
            return &chunk[end..];
        }
        if rest.first() == Some(&b'.') {
            let dotted = [run, b"."].concat();
            if self.abbreviation(&dotted) {
                self.push(run, Origin::Extra);
                return rest;
            }
        }
        if !self.abbreviation(run) {
            self.plain(run);
        }
        rest
    }

    /// Letters alone. Stock records mix alphabets that look alike; such a word is put into one of them.
    fn plain(&mut self, word: &[u8]) {
        let cyrillic = word.iter().filter(|&&byte| is_cyrillic(byte)).count();
        if cyrillic == 0 || cyrillic == word.len() {
            return self.push(word, Origin::Written);
        }
        let parts = || word.chunk_by(|a, b| is_cyrillic(*a) == is_cyrillic(*b));
        if parts().count() == 2 && parts().all(|part| part.len() > 2) {
            return parts().for_each(|part| self.push(part, Origin::Written));
        }
        const CYRILLIC: &[u8] = coded!("асеорхукнвмт");
        const LATIN: &[u8] = b"aceopxykhbmt";
        let put = |from: &[u8], to: &[u8]| -> Vec<u8> {
            let other = |byte: &u8| from.iter().position(|it| it == byte).map_or(*byte, |at| to[at]);
            word.iter().map(other).collect()
        };
        let as_cyrillic = put(LATIN, CYRILLIC);
        let as_latin = put(CYRILLIC, LATIN);
        let is_one = |word: &[u8]| word.iter().all(|&b| is_cyrillic(b)) || word.iter().all(|&b| !is_cyrillic(b));
        let (likely, other) =
            if cyrillic * 2 >= word.len() { (&as_cyrillic, &as_latin) } else { (&as_latin, &as_cyrillic) };
        if is_one(likely) {
            self.push(likely, Origin::Written);
        } else if is_one(other) {
            self.push(other, Origin::Written);
        } else {
            parts().for_each(|part| self.push(part, Origin::Written));
        }
    }

    /// Digits, their decimals and what stands behind them.
    fn number<'b>(&mut self, chunk: &'b [u8]) -> &'b [u8] {
        let digits = |from: &[u8]| from.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = digits(chunk);
        if matches!(chunk.get(end), Some(b'.' | b',')) {
            let decimals = digits(&chunk[end + 1..]);
            if decimals > 0 {
                end += 1 + decimals;
            }
        }
        let (number, rest) = chunk.split_at(end);
        let unit_end = rest.iter().position(|&byte| !is_letter(byte)).unwrap_or(rest.len());
        let (unit, after) = rest.split_at(unit_end);
        let Some(amount) = thousandths(number) else {
            self.push(number, Origin::Written);
            return rest;
        };
        if rest.first() == Some(&b'%') {
            self.push(&[&written(amount)[..], b"%"].concat(), Origin::Written);
            return &rest[1..];
        }
        if let Some(size) = sized(amount, unit) {
            self.push(&size, Origin::Written);
            return after;
        }
        // Stock records leave the unit out where it is a kilogram or a litre.
        self.push(&written(amount), Origin::Written);
        if number.len() >= 4 && number.get(1).is_some_and(|byte| !byte.is_ascii_digit()) {
            for unit in [coded!("кг"), coded!("л")] {
                self.words.extend(sized(amount, unit).map(|bytes| Word { bytes, origin: Origin::Extra }));
            }
        }
        // "6x330": the sign between two numbers is no word.
        match unit {
            b"x" => &rest[1..],
            _ if unit == coded!("х") => &rest[1..],
            _ => rest,
        }
    }

    fn push(&mut self, word: &[u8], origin: Origin) {
        if !word.is_empty() {
            let bytes = word[..word.len().min(LONGEST_WORD)].to_vec();
            self.words.push(Word { bytes, origin });
        }
    }
}

/// A number with at most three decimals, as thousandths. `None` for what is rather a code.
fn thousandths(number: &[u8]) -> Option<u64> {
    let mut parts = number.split(|byte| matches!(byte, b'.' | b','));
    let (whole, decimals) = (parts.next()?, parts.next().unwrap_or_default());
    if whole.len() > 7 || decimals.len() > 3 || (whole.len() > 1 && whole[0] == b'0') {
        return None;
    }
    let digits = whole.iter().chain(decimals).chain(std::iter::repeat_n(&b'0', 3 - decimals.len()));
    Some(digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Thousandths as a number without needless zeros.
fn written(thousandths: u64) -> Vec<u8> {
    let mut text = (thousandths / 1000).to_string();
    if !thousandths.is_multiple_of(1000) {
        text.push_str(format!(".{:03}", thousandths % 1000).trim_end_matches('0'));
    }
    text.into_bytes()
}

/// An amount in its smallest unit: grams, millilitres, pieces, metres. `None` where that is no unit.
fn sized(thousandths: u64, unit: &[u8]) -> Option<Vec<u8>> {
    const UNITS: [(&[u8], u64, &[u8]); 20] = [
        (coded!("г"), 1, coded!("г")),
        (coded!("гр"), 1, coded!("г")),
        (b"g", 1, coded!("г")),
        (b"gr", 1, coded!("г")),
        (coded!("кг"), 1000, coded!("г")),
        (b"kg", 1000, coded!("г")),
        (coded!("мл"), 1, coded!("мл")),
        (b"ml", 1, coded!("мл")),
        (b"cl", 10, coded!("мл")),
        (coded!("л"), 1000, coded!("мл")),
        (b"l", 1000, coded!("мл")),
        (coded!("шт"), 1, coded!("шт")),
        (b"pcs", 1, coded!("шт")),
        (b"pc", 1, coded!("шт")),
        (coded!("м"), 1, coded!("м")),
        (b"m", 1, coded!("м")),
        (coded!("см"), 1, coded!("см")),
        (b"cm", 1, coded!("см")),
        (coded!("мм"), 1, coded!("мм")),
        (b"mm", 1, coded!("мм")),
    ];
    let (_, scale, base) = UNITS.iter().find(|row| row.0 == unit)?;
    Some([&written(thousandths * scale), *base].concat())
}

/// «0,5 л»: a number and the unit behind it are one word.
fn join_units(words: &mut Vec<Word>) {
    let mut at = 1;
    while at < words.len() {
        let number = &words[at - 1];
        let is_number =
            number.origin == Origin::Written && number.bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if is_number
            && let Some(amount) = thousandths(&number.bytes)
            && let Some(size) = sized(amount, &words[at].bytes)
        {
            words[at - 1].bytes = size;
            words.remove(at);
        }
        at += 1;
    }
}

/// The size that a product's content states.
pub(crate) fn content_word(content: &Content) -> Option<Vec<u8>> {
    let unit = match content.unit() {
        ContentUnit::Gram => coded!("г"),
        ContentUnit::Kilogram => coded!("кг"),
        ContentUnit::Millilitre => coded!("мл"),
        ContentUnit::Litre => coded!("л"),
        ContentUnit::Piece => coded!("шт"),
        ContentUnit::Metre => coded!("м"),
    };
    sized(u64::from(content.amount_thousandths()), unit)
}

/// What a number without a unit may have meant: itself, a size, a percentage.
pub(crate) fn meanings_of_number(number: &[u8]) -> Vec<Vec<u8>> {
    let mut meanings = vec![number.to_vec()];
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let Some(amount) = thousandths(&number[..digits]) else { return meanings };
    if digits < number.len() {
        // A size: products may leave the unit out.
        meanings.push(number[..digits].to_vec());
        return meanings;
    }
    meanings.push([number, b"%"].concat());
    for unit in [coded!("г"), coded!("мл"), coded!("шт"), coded!("м"), coded!("см")] {
        meanings.extend(sized(amount, unit));
    }
    if amount < 20_000 {
        for unit in [coded!("кг"), coded!("л")] {
            meanings.extend(sized(amount, unit));
        }
    }
    meanings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<String> {
        let synonyms = Synonyms::parse("ж/бан = жестяная банка\nшок. = шоколад").expect("a table");
        words(text, &synonyms, 100).iter().map(|word| decode(&word.bytes)).collect()
    }

    #[test]
    fn capitals_and_accents_are_no_difference() {
        assert_eq!(split("ЁЖИК Ёлка Nescafé"), ["ежик", "елка", "nescafe"]);
    }

    #[test]
    fn a_size_is_one_word_however_it_is_written() {
        for text in ["0,5л", "0.5 л", "500мл", "500 ML", "0.500l"] {
            assert_eq!(split(text), ["500мл"], "{text}");
        }
        assert_eq!(split("250г 1,5 кг 10шт"), ["250г", "1500г", "10шт"]);
        assert_eq!(split("2x1.5л"), ["2", "1500мл"]);
        assert_eq!(split("3,20%"), ["3.2%"]);
    }

    #[test]
    fn a_number_without_its_unit_may_be_kilograms_or_litres() {
        assert_eq!(split("Печенье 0.245"), ["печенье", "0.245", "245г", "245мл"]);
    }

    #[test]
    fn a_code_stays_whole() {
        assert_eq!(split("A4 spf30 м1365"), ["a4", "spf30", "м1365"]);
        assert_eq!(split("48лист"), ["48", "лист"]);
    }

    #[test]
    fn an_abbreviation_is_written_out() {
        assert_eq!(split("190г ж/бан."), ["190г", "жестяная", "банка"]);
        assert_eq!(split("пломбир шок.80г"), ["пломбир", "шоколад", "шок", "80г"]);
        assert_eq!(split("п/ф"), ["п", "ф"]);
    }

    #[test]
    fn parts_that_a_hyphen_joins_are_found_alone_and_together() {
        assert_eq!(split("coca-cola"), ["coca", "cola", "cocacola"]);
    }

    #[test]
    fn letters_of_two_alphabets_in_one_word_are_put_into_one() {
        // A Cyrillic о in a Latin word, a Latin c in a Cyrillic one.
        assert_eq!(split("c\u{43e}ffee"), ["coffee"]);
        assert_eq!(split("молоko"), ["молоко"]);
        assert_eq!(split("кремlux"), ["крем", "lux"]);
    }

    proptest! {
        #[test]
        fn any_text_has_words_of_letters_digits_dots_and_percent(text in ".{0,120}") {
            for word in words(&text, &Synonyms::default(), 50) {
                prop_assert!(!word.bytes.is_empty() && word.bytes.len() <= LONGEST_WORD + 3);
                prop_assert!(word.bytes.iter().all(|&it| is_letter(it) || it.is_ascii_digit() || b".%,".contains(&it)));
            }
        }
    }
}
