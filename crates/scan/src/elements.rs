//! GS1 element strings: identifiers and values one behind the other, and what to do where a separator was lost.

use polka_domain::Date;

use crate::dictionary::{self, Ai, Entry};
use crate::{GS, Reason};

/// An identifier with its value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) ai: Ai,
    pub(crate) value: String,
}

/// What an element string holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Elements {
    pub(crate) list: Vec<Element>,
    /// How many of them, from the front, begin where the code itself says. What stands behind a separator that was put
    /// in stands there by inference.
    pub(crate) sure: usize,
}

/// Reads an element string.
///
/// One that is whole as it stands is taken as it stands. Else separators are put in, if there is exactly one way to do
/// it.
///
/// # Errors
/// Where there is no way, what is wrong with it as it stands; where there are several, [`Reason::SeparatorsLost`].
pub(crate) fn read(text: &[u8], today: Date) -> Result<Elements, Reason> {
    match as_it_stands(text, today) {
        Ok(list) => Ok(Elements { sure: list.len(), list }),
        Err(wrong) => mended(text, today).unwrap_or(Err(wrong)),
    }
}

fn element(entry: &Entry, value: &[u8]) -> Element {
    Element { ai: entry.ai, value: value.iter().copied().map(char::from).collect() }
}

fn as_it_stands(mut text: &[u8], today: Date) -> Result<Vec<Element>, Reason> {
    let mut list = Vec::new();
    while !text.is_empty() {
        let Some(entry) = dictionary::find(text) else {
            let is_cut_off = text.len() < 4 && text.iter().all(u8::is_ascii_digit);
            return Err(if is_cut_off { Reason::Incomplete } else { Reason::UnknownElement });
        };
        let rest = &text[entry.ai_length..];
        let to_separator = rest.iter().position(|byte| *byte == GS).unwrap_or(rest.len());
        let fewest = entry.fewest();
        let length = if entry.is_predefined { fewest.min(to_separator) } else { to_separator };
        let value = &rest[..length];
        if !entry.takes(value, today) {
            return Err(if length < fewest && length == rest.len() {
                Reason::Incomplete
            } else if length == fewest && entry.ai == Ai(1) && value.iter().all(u8::is_ascii_digit) {
                Reason::Misread
            } else {
                Reason::BrokenElement(entry.ai)
            });
        }
        list.push(element(&entry, value));
        text = &rest[length..];
        text = text.strip_prefix(&[GS]).unwrap_or(text);
    }
    Ok(list)
}

/// The one way to read it with separators put in; `None` where there is none.
///
/// From the end forwards it is counted for each place in how many ways the rest can be read: at most 512 places, 90
/// lengths at each.
fn mended(text: &[u8], today: Date) -> Option<Result<Elements, Reason>> {
    // For each place: in how many ways the rest can be read, two standing for more, and how long the first value is.
    let mut ways = vec![(0_u8, 0_u8); text.len() + 1];
    ways[text.len()] = (1, 0);
    for place in (0..text.len()).rev() {
        let Some(entry) = dictionary::find(&text[place..]) else { continue };
        let start = place + entry.ai_length;
        let mut here = (0, 0);
        // No set of characters has the separator, so no value goes beyond one.
        entry.each_length(&text[start..], today, &mut |length| {
            let (of_rest, _) = ways[next(text, start + length)];
            if of_rest > 0 {
                here = ((here.0 + of_rest).min(2), length as u8);
            }
        });
        ways[place] = here;
    }
    match ways[0].0 {
        0 => return None,
        1 => {}
        _ => return Some(Err(Reason::SeparatorsLost)),
    }
    let mut list = Vec::new();
    let mut sure = None;
    let mut place = 0;
    while place < text.len() {
        let entry = dictionary::find(&text[place..])?;
        let start = place + entry.ai_length;
        let end = start + usize::from(ways[place].1);
        list.push(element(&entry, &text[start..end]));
        if !entry.is_predefined && end < text.len() && text[end] != GS {
            sure.get_or_insert(list.len());
        }
        place = next(text, end);
    }
    Some(Ok(Elements { sure: sure.unwrap_or(list.len()), list }))
}

/// Where the next element begins behind a value that ends here.
fn next(text: &[u8], end: usize) -> usize {
    end + usize::from(text.get(end) == Some(&GS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> Date {
        Date::new(2026, 11, 15).expect("a day")
    }

    /// `|` stands for the separator, in what is read and in what is told.
    fn read_text(text: &str) -> Result<String, Reason> {
        let elements = read(text.replace('|', "\u{1d}").as_bytes(), today())?;
        Ok(elements.list.iter().map(|it| format!("({}){}", it.ai, it.value)).collect())
    }

    #[test]
    fn what_is_whole_is_taken_as_it_stands() {
        for (text, told) in [
            ("0104600439931256", "(01)04600439931256"),
            ("010460043993125621abcdef|93XYZ1", "(01)04600439931256(21)abcdef(93)XYZ1"),
            ("010460043993125617261100|10L1", "(01)04600439931256(17)261100(10)L1"),
            ("0104600439931256310300125015261101", "(01)04600439931256(3103)001250(15)261101"),
            ("10L1|0104600439931256", "(10)L1(01)04600439931256"),
            // Whether 93 is the serial's end or an identifier cannot be told: it is the serial's as it stands.
            ("010460043993125621abcdef93XYZ1", "(01)04600439931256(21)abcdef93XYZ1"),
            ("010460043993125621abcdef|", "(01)04600439931256(21)abcdef"),
        ] {
            assert_eq!(read_text(text).as_deref(), Ok(told), "{text}");
        }
    }

    #[test]
    fn lost_separators_are_put_in_where_there_is_one_way() {
        for (text, told) in [
            ("01046004399312567003260101123010AB", "(01)04600439931256(7003)2601011230(10)AB"),
            ("0104600439931256393264300012995|10AB", "(01)04600439931256(3932)64300012995(10)AB"),
            ("0104600439931256422643", "(01)04600439931256(422)643"),
            ("010460043993125642264310AB", "(01)04600439931256(422)643(10)AB"),
            ("010460043993125621ABCDEFGHIJKLMNOPQRST17261231", "(01)04600439931256(21)ABCDEFGHIJKLMNOPQRST(17)261231"),
        ] {
            assert_eq!(read_text(text).as_deref(), Ok(told), "{text}");
        }
    }

    #[test]
    fn two_ways_are_none() {
        for text in [
            "010460043993125621ABCDEFGHIJKLM91EE0692abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH=",
            "010460043993125621ABC10DEF10GHIJKLMNOPQRSTUV",
        ] {
            assert_eq!(read_text(text), Err(Reason::SeparatorsLost), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_mended_says_what_is_wrong_as_it_stands() {
        for (text, wrong) in [
            ("0104600439931257", Reason::Misread),
            ("01046004399312", Reason::Incomplete),
            ("0104600439931256172613", Reason::Incomplete),
            ("010460043993125617261301", Reason::BrokenElement(Ai(17))),
            ("0104600439931256|3", Reason::Incomplete),
            ("0104600439931256|05", Reason::Incomplete),
            ("0104600439931256|0512345", Reason::UnknownElement),
            ("0104600439931256|21ab#c", Reason::BrokenElement(Ai(21))),
            ("0104600439931256||21abc", Reason::UnknownElement),
            ("01|04600439931256", Reason::BrokenElement(Ai(1))),
        ] {
            assert_eq!(read_text(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn what_stands_behind_a_separator_that_was_put_in_is_not_sure() {
        let text = b"10ABCDEFGHIJKLMNOPQRST0104600439931256";
        let elements = read(text, today()).expect("one way");
        assert_eq!((elements.list.len(), elements.sure), (2, 1));
        let text = b"0104600439931256700326010112301526110110AB";
        let elements = read(text, today()).expect("one way");
        assert_eq!((elements.list.len(), elements.sure), (4, 2));
    }

    /// All ways, by trying each: what the counting must come to.
    fn ways(text: &[u8]) -> usize {
        if text.is_empty() {
            return 1;
        }
        let Some(entry) = dictionary::find(text) else { return 0 };
        let rest = &text[entry.ai_length..];
        (1..=rest.len())
            .filter(|length| entry.takes(&rest[..*length], today()))
            .map(|length| ways(rest[length..].strip_prefix(&[GS]).unwrap_or(&rest[length..])))
            .sum()
    }

    proptest! {
        #[test]
        fn the_counting_is_right(text in "(10|21|17|422|93)[0-39A\u{1d}]{1,24}") {
            let text = text.as_bytes();
            prop_assume!(as_it_stands(text, today()).is_err());
            match (ways(text), mended(text, today())) {
                (0, None) | (1, Some(Ok(_))) | (2.., Some(Err(Reason::SeparatorsLost))) => {}
                (count, told) => prop_assert!(false, "{} ways, but {:?}", count, told),
            }
        }

        #[test]
        fn any_bytes_are_elements_or_a_reason(text: Vec<u8>) {
            let _ = read(&text, today());
        }
    }
}
