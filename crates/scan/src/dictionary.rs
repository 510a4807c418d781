//! Every GS1 Application Identifier: how long its value is, of which characters, and what checks it.
//!
//! One text of a line an identifier, read by hand while a code is read: a table of structs would be ten times as
//! large in the app. The test below compares it, entry by entry, with GS1's own dictionary.

use polka_domain::Date;

use crate::dates;
use crate::numbers::value;

/// A GS1 Application Identifier: `01` for a GTIN, `3103` for a net weight in grams.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai(pub u16);

impl std::fmt::Display for Ai {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl std::fmt::Debug for Ai {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ai({self})")
    }
}

/// GS1 Barcode Syntax Dictionary, release 2026-01-27.
///
/// An entry: the first identifier, `-` and the last of a range; `.5` where a digit of 0 to 5 follows; `*` where no
/// separator need follow the value. Then the components, each `?` if it may be absent, a letter for its characters
/// ([`Component::holds`]; small: any length up to the number), its length, and a letter for its check
/// ([`Component::is_right`]).
///
/// Left out are the checks that say nothing of a product: company prefixes (`gcppos…`), countries, currencies, IBANs,
/// `csumalpha` and other codes; those that a store reads (csum, dates, times of day) are here. Whether an identifier
/// may stand beside another is for `product.rs`.
const ENTRIES: &str = "00*N18c 01-03*N14c 10x20 11-13*N6o 15-17*N6o 20*N2 21-22x20 235x28 240-241x30 242n6 243x20 \
    250-251x30 253N13c?x17 254x20 255N13c?n12 30n8 310-316.5*N6 320-337.5*N6 340-357.5*N6 360-369.5*N6 37n8 390.9n15 \
    391.9N3n15 392.9n15 393.9N3n15 394.3N4 395.5N6 400-401x30 402N17c 403x30 410-417*N13c 420x20 421N3x9 422N3 \
    423N3?N3?N3?N3?N3 424N3 425N3?N3?N3?N3?N3 426N3 427x3 4300-4301x35 4302-4306x70 4307X2 4308x30 4309N10N10 \
    4310-4311x35 4312-4316x70 4317X2 4318x20 4319x30 4320x35 4321-4323N1 4324-4325N6oN4t 4326N6d 4330-4333N6?X1 \
    7001N13 7002x30 7003N6dN4t 7004n4 7005x12 7006N6d 7007N6d?N6d 7008x3 7009x10 7010x2 7011N6d?N4t 7020-7022x20 \
    7023x30 7030-7039N3x27 7040N1X1X1X1 7041x4 710-717x20 7230-7239X2x28 7240x20 7241N2 7242x25 7250N8D 7251N8DN4t \
    7252N1 7253-7254x40 7255x10 7256x90 7257x70 7258X3 7259x40 8001N4N5N3N1N1 8002x20 8003N1N13c?x16 8004x30 8005N6 \
    8006N14cN4 8007x34 8008N6dN2h?N2m?N2m 8009x50 8010y30 8011n12 8012x20 8013-8014x25 8017-8018N18c 8019n10 8020x25 \
    8026N14cN4 8030z90 8040-8041N15 8042N32 8043N18?n2 8110x70 8111N4 8112x70 8200x70 90x30 91-99x90";

/// The form of one identifier's value.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) ai: Ai,
    /// How many digits the identifier has.
    pub(crate) ai_length: usize,
    /// Whether its length is fixed by GS1's table of predefined lengths, so that no separator need follow.
    pub(crate) is_predefined: bool,
    form: &'static [u8],
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) is_optional: bool,
    pub(crate) is_variable: bool,
    /// `N`, `X`, `Y` or `Z`.
    pub(crate) set: u8,
    pub(crate) length: usize,
    /// 0 where nothing is checked.
    pub(crate) check: u8,
}

/// The identifier with which this begins, if any. No identifier is the beginning of another.
pub(crate) fn find(text: &[u8]) -> Option<Entry> {
    ENTRIES.split(' ').find_map(|entry| {
        let entry = entry.as_bytes();
        // All identifiers of a range begin with the same digit. It is looked for at each place of a code that is mended.
        if entry.first() != text.first() {
            return None;
        }
        let digits = |from: usize| entry[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut ai_length = digits(0);
        let mut at = ai_length;
        let first = entry.get(..ai_length)?;
        let mut last = first;
        if entry.get(at) == Some(&b'-') {
            last = entry.get(at + 1..at + 1 + ai_length)?;
            at += 1 + ai_length;
        }
        let start = text.get(..ai_length)?;
        if start < first || start > last || !start.iter().all(u8::is_ascii_digit) {
            return None;
        }
        if entry.get(at) == Some(&b'.') {
            let digit = text.get(ai_length)?;
            if !digit.is_ascii_digit() || digit > entry.get(at + 1)? {
                return None;
            }
            ai_length += 1;
            at += 2;
        }
        let is_predefined = entry.get(at) == Some(&b'*');
        let form = entry.get(at + usize::from(is_predefined)..)?;
        let ai = value(&text[..ai_length]) as u16;
        Some(Entry { ai: Ai(ai), ai_length, is_predefined, form })
    })
}

impl Entry {
    /// The parts of its value, in their order.
    pub(crate) fn components(&self) -> impl Iterator<Item = Component> {
        let mut form = self.form;
        std::iter::from_fn(move || {
            let is_optional = form.first() == Some(&b'?');
            form = &form[usize::from(is_optional)..];
            let (letter, rest) = form.split_first()?;
            form = rest;
            let mut length = 0;
            while let Some((digit, rest)) = form.split_first()
                && digit.is_ascii_digit()
            {
                length = length * 10 + usize::from(digit - b'0');
                form = rest;
            }
            let mut check = 0;
            if let Some((letter, rest)) = form.split_first()
                && b"codDthm".contains(letter)
            {
                check = *letter;
                form = rest;
            }
            let is_variable = letter.is_ascii_lowercase();
            Some(Component { is_optional, is_variable, set: letter.to_ascii_uppercase(), length, check })
        })
    }

    /// The fewest characters of its value.
    pub(crate) fn fewest(&self) -> usize {
        let needed = self.components().filter(|it| !it.is_optional);
        needed.map(|it| if it.is_variable { 1 } else { it.length }).sum()
    }

    /// Tells each length at which a value may end that begins here, the shortest first.
    pub(crate) fn each_length(&self, text: &[u8], today: Date, tell: &mut dyn FnMut(usize)) {
        let mut end = 0;
        for it in self.components() {
            if it.is_optional {
                tell(end);
            }
            let part = &text[end..text.len().min(end + it.length)];
            let held = part.iter().take_while(|byte| it.holds(**byte)).count();
            if it.is_variable {
                (1..=held).for_each(|length| tell(end + length));
                return;
            }
            if held < it.length || !it.is_right(part, today) {
                return;
            }
            end += it.length;
        }
        tell(end);
    }

    /// Whether this is a whole and right value.
    pub(crate) fn takes(&self, value: &[u8], today: Date) -> bool {
        let mut is_whole = false;
        self.each_length(value, today, &mut |length| is_whole |= length == value.len());
        is_whole
    }
}

impl Component {
    /// Whether a character is of its set (GS1 General Specifications 7.11).
    fn holds(self, byte: u8) -> bool {
        match self.set {
            b'N' => byte.is_ascii_digit(),
            b'X' => is_of_set_82(byte),
            b'Y' => byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"#-/".contains(&byte),
            _ => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
        }
    }

    /// Whether digits pass its check.
    fn is_right(self, part: &[u8], today: Date) -> bool {
        match self.check {
            b'c' => is_check_digit_right(part),
            b'o' => dates::of_six_digits(part, today).is_some(),
            b'd' => dates::of_six_digits(part, today).is_some() && part[4..] != b"00"[..],
            b'D' => dates::of_eight_digits(part).is_some(),
            b't' => part[..2] < b"24"[..] && part[2..] < b"60"[..],
            b'h' => part < &b"24"[..],
            b'm' => part < &b"60"[..],
            _ => true,
        }
    }
}

/// The characters in which most values are written: figure 7.11-1 of the GS1 General Specifications.
pub(crate) fn is_of_set_82(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"#$@[\\]^`{|}~".contains(&byte)
}

/// Whether the last digit checks the others, weighted 3, 1, 3… from the right (GS1 7.9.1).
fn is_check_digit_right(digits: &[u8]) -> bool {
    let weighted = digits.iter().rev().zip([1_u32, 3].iter().cycle());
    weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;

    /// What is known of an identifier: whether no separator need follow, and its components.
    type Forms = BTreeMap<String, (bool, Vec<Component>)>;

    /// GS1's dictionary, each range as its identifiers; of the checks those that the table has.
    fn reference() -> Option<Forms> {
        let folder = std::env::var_os("POLKA_TEST_DATA")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
        let Ok(text) = std::fs::read_to_string(folder.join("gs1-syntax-dictionary.txt")) else {
            eprintln!("skipped: the folder that POLKA_TEST_DATA names has no gs1-syntax-dictionary.txt");
            return None;
        };
        let mut forms = Forms::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let mut words = line.split_whitespace().peekable();
            let ais = words.next().expect("an AI");
            let flags = words.next_if(|word| word.chars().all(|c| "*?".contains(c))).unwrap_or_default();
            let mut components = Vec::new();
            while let Some(word) = words.next_if(|word| word.starts_with(['N', 'X', 'Y', 'Z', '['])) {
                let mut parts = word.split(',');
                let part = parts.next().expect("a type");
                let is_optional = part.starts_with('[');
                let part = part.trim_matches(['[', ']']);
                let check = parts.find_map(|linter| match linter {
                    "csum" => Some(b'c'),
                    "yymmd0" => Some(b'o'),
                    "yymmdd" => Some(b'd'),
                    "yyyymmdd" => Some(b'D'),
                    "hhmi" => Some(b't'),
                    "hh" => Some(b'h'),
                    "mi" | "ss" => Some(b'm'),
                    _ => None,
                });
                components.push(Component {
                    is_optional,
                    is_variable: part.contains(".."),
                    set: part.as_bytes()[0],
                    length: part[1..].trim_start_matches('.').parse().expect("a length"),
                    check: check.unwrap_or_default(),
                });
            }
            let (first, last) = ais.split_once('-').unwrap_or((ais, ais));
            let number = |ai: &str| ai.parse::<u16>().expect("a number");
            for ai in number(first)..=number(last) {
                let ai = format!("{ai:0width$}", width = first.len());
                assert!(forms.insert(ai, (flags.contains('*'), components.clone())).is_none());
            }
        }
        Some(forms)
    }

    #[test]
    fn the_table_is_gs1s_dictionary_entry_by_entry() {
        let Some(reference) = reference() else { return };
        assert!(reference.len() > 400, "{} identifiers", reference.len());
        let mut table = Forms::new();
        for length in 2..=4 {
            for number in 0..10_u32.pow(length) {
                let ai = format!("{number:0width$}", width = length as usize);
                if let Some(entry) = find(ai.as_bytes()).filter(|entry| entry.ai_length == ai.len()) {
                    assert_eq!(entry.ai.to_string(), ai);
                    table.insert(ai, (entry.is_predefined, entry.components().collect()));
                }
            }
        }
        for (ai, form) in &reference {
            assert_eq!(table.get(ai), Some(form), "AI {ai}");
        }
        assert_eq!(table.len(), reference.len(), "the table has identifiers that GS1 has not");
    }

    #[test]
    fn no_identifier_begins_another() {
        let all: Vec<String> = (2..=4)
            .flat_map(|length: usize| (0..10_u32.pow(length as u32)).map(move |ai| format!("{ai:0length$}")))
            .filter(|ai| find(ai.as_bytes()).is_some_and(|entry| entry.ai_length == ai.len()))
            .collect();
        for ai in &all {
            assert_eq!(all.iter().filter(|other| ai.starts_with(other.as_str())).count(), 1, "{ai}");
        }
    }

    #[test]
    fn a_predefined_length_is_one_length_and_what_varies_comes_last() {
        for number in 0..10_000 {
            let digits = format!("{number:04}");
            let Some(entry) = find(digits.as_bytes()) else { continue };
            let components: Vec<Component> = entry.components().collect();
            let varies = |it: &Component| it.is_variable || it.is_optional;
            assert!(!entry.is_predefined || !components.iter().any(varies), "{digits}");
            let (last, others) = components.split_last().expect("a component");
            assert!(!others.iter().any(|it| it.is_variable), "{digits}");
            // What varies is taken a character longer each time: a check would be lost.
            assert!(!last.is_variable || last.check == 0, "{digits}");
            assert!(components.iter().map(|it| it.length).sum::<usize>() <= 90, "{digits}");
        }
    }
}
