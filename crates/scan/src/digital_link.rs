//! GS1 Digital Link: a web address that is a product's code as well.
//!
//! Any host will do, and any path before the key (GS1 Digital Link URI Syntax 1.6, section 4). The compressed form is
//! told apart so that it can be named, and not read: it would bring a decoder for what nobody prints on food.

use polka_domain::Date;

use crate::Reason;
use crate::dictionary::{self, Ai};
use crate::elements::Element;

/// What follows `http://` or `https://`, if the text begins so.
pub(crate) fn without_scheme(text: &str) -> Option<&str> {
    ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// The elements of a web address (without its scheme); `None` where it is no Digital Link, but one of all the others.
///
/// The first is the key. A GTIN of fewer than 14 digits, which older links have, gets zeros before it; `is_padded`
/// tells.
pub(crate) struct Link {
    pub(crate) elements: Vec<Element>,
    pub(crate) is_padded: bool,
}

/// The identifiers that may stand behind a GTIN, in this order or not at all; the last alone.
const QUALIFIERS: [u16; 4] = [22, 10, 21, 235];

pub(crate) fn read(address: &str, today: Date) -> Option<Result<Link, Reason>> {
    let address = address.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let mut wrong = None;
    for key in 1..parts.len() {
        match of_path(&parts[key..], today) {
            Some(Ok(mut link)) => return Some(of_query(query, &mut link.elements, today).map(|()| link)),
            Some(Err(reason)) => wrong = wrong.or(Some(reason)),
            None => {}
        }
    }
    wrong.or_else(|| is_compressed(&parts).then_some(Reason::CompressedLink)).map(Err)
}

/// The path from its key on; `None` where it is no such path.
fn of_path(parts: &[&str], today: Date) -> Option<Result<Link, Reason>> {
    let (key, number) = (*parts.first()?, *parts.get(1)?);
    // Shorter ones are the days and months of a blog.
    if !matches!(key, "00" | "01" | "255") || !number.starts_with(|c: char| c.is_ascii_digit()) || number.len() < 8 {
        return None;
    }
    let is_padded = key == "01" && matches!(number.len(), 8 | 12 | 13);
    let mut elements = Vec::new();
    let mut qualifiers = 0;
    for pair in parts.chunks(2) {
        let [ai, value] = *pair else { return Some(Err(Reason::Incomplete)) };
        let padded = is_padded && elements.is_empty();
        let value = if padded { format!("{value:0>14}") } else { value.to_owned() };
        let element = match element(ai, &value, today) {
            Ok(element) => element,
            Err(reason) => return Some(Err(reason)),
        };
        if !elements.is_empty() {
            let Some(place) = QUALIFIERS[qualifiers..].iter().position(|it| *it == element.ai.0) else {
                return Some(Err(Reason::BrokenElement(element.ai)));
            };
            qualifiers += place + 1;
            if element.ai == Ai(235) && elements.len() > 1 {
                return Some(Err(Reason::BrokenElement(element.ai)));
            }
        }
        elements.push(element);
    }
    Some(Ok(Link { elements, is_padded }))
}

/// Adds what the query says; its keys that are not numbers are other people's.
fn of_query(query: &str, elements: &mut Vec<Element>, today: Date) -> Result<(), Reason> {
    for pair in query.split(['&', ';']) {
        let (ai, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !ai.is_empty() && ai.bytes().all(|byte| byte.is_ascii_digit()) {
            elements.push(element(ai, value, today)?);
        }
    }
    Ok(())
}

fn element(ai: &str, value: &str, today: Date) -> Result<Element, Reason> {
    let entry = dictionary::find(ai.as_bytes()).filter(|entry| entry.ai_length == ai.len());
    let entry = entry.ok_or(Reason::UnknownElement)?;
    let broken = || Reason::BrokenElement(entry.ai);
    let value = percent_decoded(value).ok_or_else(broken)?;
    if entry.takes(value.as_bytes(), today) {
        return Ok(Element { ai: entry.ai, value });
    }
    let is_number = value.len() == 14 && value.bytes().all(|byte| byte.is_ascii_digit());
    Err(match entry.ai {
        Ai(1) if is_number => Reason::Misread,
        Ai(1) if value.len() < 14 => Reason::Incomplete,
        _ => broken(),
    })
}

/// `None` where a percent sign stands before something else than two hexadecimal digits, or no text comes out.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Whether the last part of a path looks like a compressed GTIN: base 64 whose first byte is identifier 01 (01) or
/// stands for it with one that often goes with it (0A to 0F), with capitals inside, which words have not. It need not
/// be sure: a web address is refused either way.
fn is_compressed(parts: &[&str]) -> bool {
    let Some((last, [_, ..])) = parts.split_last() else { return false };
    let [first, second, rest @ ..] = last.as_bytes() else { return false };
    let is_base_64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let begins = match first {
        b'A' => matches!(second, b'Q'..=b'Z' | b'a'..=b'f'),
        b'C' => !matches!(second, b'A'..=b'Z' | b'a'..=b'f'),
        _ => *first == b'D',
    };
    begins
        && is_base_64(second)
        && rest.len() >= 8
        && rest.iter().all(is_base_64)
        && rest.iter().any(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(address: &str) -> Option<Result<String, Reason>> {
        let today = Date::new(2026, 11, 15).expect("a day");
        let address = without_scheme(address).expect("a web address");
        let tell = |link: Link| link.elements.iter().map(|it| format!("({}){}", it.ai, it.value)).collect();
        read(address, today).map(|link| link.map(tell))
    }

    #[test]
    fn a_link_of_any_host_is_a_product() {
        for (address, elements) in [
            ("https://id.gs1.org/01/04600439931256", "(01)04600439931256"),
            ("HTTPS://ID.GS1.ORG/01/04600439931256", "(01)04600439931256"),
            ("http://example.com:8080/some/where/01/04600439931256/", "(01)04600439931256"),
            ("https://пример.рф/01/04600439931256", "(01)04600439931256"),
            ("https://x/01/04600439931256/22/2A/10/L1/21/S1", "(01)04600439931256(22)2A(10)L1(21)S1"),
            ("https://x/01/04600439931256/10/A%2FB%2b", "(01)04600439931256(10)A/B+"),
            ("https://x/01/04600439931256/235/T1", "(01)04600439931256(235)T1"),
            ("https://x/01/04600439931256?17=261231&3103=001250", "(01)04600439931256(17)261231(3103)001250"),
            ("https://x/01/04600439931256?15=261231;linkType=all&utm#10=X", "(01)04600439931256(15)261231"),
            ("https://x/01/01/04600439931256", "(01)04600439931256"),
            ("https://x/01/4600439931256", "(01)04600439931256"),
            ("https://x/00/004600439000000017", "(00)004600439000000017"),
        ] {
            assert_eq!(told(address), Some(Ok(elements.to_owned())), "{address}");
        }
    }

    #[test]
    fn a_link_that_is_broken_says_where() {
        for (address, wrong) in [
            ("https://x/01/04600439931257", Reason::Misread),
            ("https://x/01/0460043993", Reason::Incomplete),
            ("https://x/01/04600439931256/10", Reason::Incomplete),
            ("https://x/01/04600439931256/page/2", Reason::UnknownElement),
            ("https://x/01/04600439931256/21/S1/10/L1", Reason::BrokenElement(Ai(10))),
            ("https://x/01/04600439931256/10/L1/235/T1", Reason::BrokenElement(Ai(235))),
            ("https://x/01/04600439931256/10/L%2", Reason::BrokenElement(Ai(10))),
            ("https://x/01/04600439931256/10/%D0%AF", Reason::BrokenElement(Ai(10))),
            ("https://x/01/04600439931256/10/L%00", Reason::BrokenElement(Ai(10))),
            ("https://x/01/04600439931256?17=261331", Reason::BrokenElement(Ai(17))),
            ("https://x/01/04600439931256?05=1", Reason::UnknownElement),
            ("https://id.gs1.org/ARHKVAdpQg", Reason::CompressedLink),
            ("https://example.com/some/DBHKVAdpQgrZ", Reason::CompressedLink),
        ] {
            assert_eq!(told(address), Some(Err(wrong)), "{address}");
        }
    }

    #[test]
    fn other_web_addresses_are_none() {
        for address in [
            "https://example.com",
            "https://example.com/",
            "https://example.com/2026/01/15/news",
            "https://example.com/catalogue/01/",
            "https://example.com/About-us-and-more",
            "https://example.com/?01=04600439931256",
            "https://",
        ] {
            assert_eq!(told(address), None, "{address}");
        }
        assert_eq!(without_scheme("ftp://x/01/04600439931256"), None);
        assert_eq!(without_scheme("httpsя"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_link_or_not(address in ".{0,60}", parts in "(/|01|0460043993125|%|\\?|=|17){0,20}") {
            let today = Date::new(2026, 11, 15).expect("a day");
            let _ = read(&address, today);
            let _ = read(&parts, today);
        }
    }
}
