//! What was scanned, as a person may see it.

/// So many characters are shown.
const LONGEST: usize = 40;
/// Longer numbers may be cards, also of banks. An article has at most 14 digits.
const LONGEST_NUMBER: usize = 14;

/// The text shortened, with a picture for each control character (U+2400), and without what changes the direction of
/// other characters. Of a long number the last four digits.
pub(crate) fn seen(scan: &str) -> String {
    let digits = scan.trim_start_matches(|c: char| !c.is_ascii_digit());
    if digits.len() > LONGEST_NUMBER
        && digits.len() + 3 >= scan.len()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return ["…", &digits[digits.len() - 4..]].concat();
    }
    let mut seen: String = scan.chars().take(LONGEST).map(visible).collect();
    if scan.chars().nth(LONGEST).is_some() {
        seen.push('…');
    }
    seen
}

fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' => '\u{fffd}',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_visible_and_short() {
        assert_eq!(seen("01\u{1d}21\u{7f}\u{0}"), "01␝21␡␀");
        assert_eq!(seen("a\u{202e}b\u{200b}\u{9b}"), "a\u{fffd}b\u{fffd}\u{fffd}");
        assert_eq!(seen(&"я".repeat(40)), "я".repeat(40));
        assert_eq!(seen(&"я".repeat(41)), format!("{}…", "я".repeat(40)));
        assert_eq!(seen("4006381333932"), "4006381333932");
    }

    #[test]
    fn of_a_number_that_may_be_a_card_the_end_alone_is_seen() {
        assert_eq!(seen("96000000000000000005"), "…0005");
        assert_eq!(seen("]C04276000011112222"), "…2222");
    }
}
