//! What stands on the screen, read: numbers as Intl and feeds write them, and abbreviations by their tables.

use crate::i18n::Locale;
use crate::words::spoken as words;

/// No entry of the tables is as long.
pub(super) const LONGEST_SHORT_FORM: usize = 16;
/// Below 2^53, and far above every price.
const LONGEST_NUMBER_DIGITS: usize = 15;
/// Thousandths; what is finer is an article number.
const FINEST_DECIMALS: usize = 3;

pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

pub(super) fn starts_with_digit(text: &str) -> bool {
    digits(text.get(..1).unwrap_or_default()) > 0
}

/// The text behind one space of any width, and the length of that space.
pub(super) fn behind_space(text: &str) -> (&str, usize) {
    let rest = text.strip_prefix(char::is_whitespace).unwrap_or(text);
    (rest, text.len() - rest.len())
}

/// The length of the word at the start of a text.
pub(super) fn letters(text: &str) -> usize {
    text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())
}

/// A number as it is written.
pub(super) struct Number<'a> {
    pub(super) whole: u64,
    /// The same, as written but without what parts its groups.
    pub(super) digits: String,
    /// Without zeros at the end.
    pub(super) decimals: &'a str,
    pub(super) length: usize,
}

impl<'a> Number<'a> {
    /// The number at the start of a text; `None` for a version, a list and what else has several points.
    pub(super) fn read(text: &'a str, locale: Locale) -> Option<Self> {
        let mut length = digits(text);
        let mut written = text[..length].to_owned();
        if length <= 3 && !written.starts_with('0') {
            while let Some((group, space)) = group(&text[length..], locale)
                && written.len() + group.len() <= LONGEST_NUMBER_DIGITS
            {
                written.push_str(group);
                length += space + group.len();
            }
        }
        if written.is_empty() || written.len() > LONGEST_NUMBER_DIGITS {
            return None;
        }
        let whole = written.parse().ok()?;
        let is_point = |c: char| c == '.' || (c == ',' && locale == Locale::Russian);
        let mut decimals = "";
        if let Some(rest) = text[length..].strip_prefix(is_point) {
            decimals = &rest[..digits(rest)];
            length += if decimals.is_empty() { 0 } else { 1 + decimals.len() };
        }
        let goes_on = text[length..].strip_prefix(['.', ',']).is_some_and(starts_with_digit);
        let decimals = decimals.trim_end_matches('0');
        (!goes_on && decimals.len() <= FINEST_DECIMALS).then_some(Self { whole, digits: written, decimals, length })
    }
}

/// Three digits of a larger number, and the length of what parts them from those before.
fn group(text: &str, locale: Locale) -> Option<(&str, usize)> {
    let is_mark = |c: char| matches!(c, '\u{a0}' | '\u{202f}') || (c == ',' && locale == Locale::English);
    let rest = text.strip_prefix(is_mark)?;
    (digits(rest.get(..4).unwrap_or(rest)) == 3).then(|| (&rest[..3], text.len() - rest.len()))
}

/// Which table an abbreviation stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unit,
    Length,
    Currency,
    ShortForm,
}

/// What may stand behind a number. A short form is no unit, but 5 м/у are no metres.
pub(super) const UNITS: [Kind; 4] = [Kind::Unit, Kind::Length, Kind::Currency, Kind::ShortForm];

impl Kind {
    pub(super) fn table(self, locale: Locale) -> &'static str {
        match self {
            Self::Unit => words::units(locale),
            Self::Length => words::lengths(locale),
            Self::Currency => words::currencies(locale),
            Self::ShortForm => words::short_forms(locale),
        }
    }
}

/// What an abbreviation at the start of a text means, and its length. The longest is meant.
pub(super) fn abbreviation(text: &str, locale: Locale, kinds: &[Kind]) -> Option<(Kind, &'static str, usize)> {
    let end = text.char_indices().nth(LONGEST_SHORT_FORM).map_or(text.len(), |(at, _)| at);
    let near = &text[..end];
    let word = letters(near);
    let all = near.find(|c: char| !c.is_alphabetic() && !"./\\".contains(c)).unwrap_or(end);
    let bare = near[..all].trim_end_matches(['.', '/', '\\']).len();
    let dotted = if near[word..].starts_with('.') { word + 1 } else { word };
    let sign = text.chars().next().filter(|sign| !sign.is_ascii() || word > 0 || "%$".contains(*sign))?.len_utf8();
    let mut lengths = if word == 0 { vec![sign] } else { vec![all, bare, dotted, word] };
    lengths.dedup();
    lengths.into_iter().find_map(|length| {
        let (written, rest) = text.split_at(length);
        let is_word = written.ends_with(char::is_alphabetic);
        // One letter may be anything in the other case: a size, a brand.
        let is_one = written.chars().nth(1).is_none();
        let key = if is_one { written.to_owned() } else { written.to_lowercase().replace('\\', "/") };
        kinds.iter().find_map(|&kind| {
            let is_cut = match kind {
                Kind::ShortForm => rest.starts_with(char::is_alphabetic),
                _ => rest.starts_with(char::is_alphanumeric),
            };
            if is_word && is_cut {
                return None;
            }
            meaning(kind.table(locale), &key).map(|meaning| (kind, meaning, length))
        })
    })
}

/// What a table's entry for an alias says. A meaning has no comma, so that what stands behind one is an alias.
fn meaning<'a>(table: &'a str, alias: &str) -> Option<&'a str> {
    table.match_indices(alias).find_map(|(at, _)| {
        let behind = &table[at + alias.len()..];
        let is_whole = (at == 0 || table[..at].ends_with([';', ','])) && behind.starts_with(['=', ',']);
        let (_, meaning) = behind.split_once('=').filter(|_| is_whole)?;
        meaning.split(';').next()
    })
}
