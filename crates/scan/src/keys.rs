//! What the keys mean that a scanner presses: it plays an American keyboard.
//!
//! A scanner sends the places of keys; which letter a place has is the system's choice. Read by place, a Russian
//! layout changes nothing. Control characters, of which a code's separators are one, come as Ctrl with a key.

/// A key that goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke<'a> {
    /// Its place: `KeyboardEvent.code`.
    pub code: &'a str,
    /// Whether Shift is down.
    pub shift: bool,
    /// Whether Ctrl is down.
    pub control: bool,
    /// Whether Alt is down.
    pub alt: bool,
}

/// The character of one key with what is held beside it. With Ctrl it is a control character, as terminals have it:
/// `]` is GS, `^` is RS, `D` is EOT.
#[must_use]
pub fn typed(stroke: Stroke<'_>) -> Option<char> {
    if stroke.alt {
        return None;
    }
    let character = character(stroke.code, stroke.shift)?;
    if !stroke.control {
        return Some(character);
    }
    let place = u8::try_from(character).ok()?.to_ascii_uppercase();
    (b'@'..=b'_').contains(&place).then_some(char::from(place & 0x1f))
}

/// The character of a key by its `KeyboardEvent.code`.
#[must_use]
pub fn character(code: &str, shift: bool) -> Option<char> {
    if let Some(letter) = code.strip_prefix("Key").and_then(one) {
        return Some(if shift { letter } else { letter.to_ascii_lowercase() });
    }
    if let Some(digit) = code.strip_prefix("Numpad").and_then(one) {
        return Some(digit);
    }
    if let Some(digit) = code.strip_prefix("Digit").and_then(one) {
        let place = digit.to_digit(10)? as usize;
        return Some(if shift { char::from(b")!@#$%^&*("[place]) } else { digit });
    }
    let (plain, shifted) = match code {
        "Minus" => ('-', '_'),
        "Equal" => ('=', '+'),
        "BracketLeft" => ('[', '{'),
        "BracketRight" => (']', '}'),
        "Backslash" => ('\\', '|'),
        "Semicolon" => (';', ':'),
        "Quote" => ('\'', '"'),
        "Backquote" => ('`', '~'),
        "Comma" => (',', '<'),
        "Period" => ('.', '>'),
        "Slash" => ('/', '?'),
        "Space" => (' ', ' '),
        "NumpadAdd" => ('+', '+'),
        "NumpadSubtract" => ('-', '-'),
        "NumpadMultiply" => ('*', '*'),
        "NumpadDivide" => ('/', '/'),
        "NumpadDecimal" => ('.', '.'),
        _ => return None,
    };
    Some(if shift { shifted } else { plain })
}

/// The only character of a text, where it is a letter or digit.
fn one(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|c| c.is_ascii_alphanumeric() && characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys with what is held: `^` Ctrl, `+` Shift, `!` Alt.
    fn strokes(keys: &'static str) -> impl Iterator<Item = Stroke<'static>> {
        keys.split(' ').map(|key| Stroke {
            code: key.trim_start_matches(['^', '+', '!']),
            shift: key.contains('+'),
            control: key.contains('^'),
            alt: key.contains('!'),
        })
    }

    #[test]
    fn keys_are_read_by_their_place() {
        assert_eq!(character("KeyQ", false), Some('q'));
        assert_eq!(character("KeyQ", true), Some('Q'));
        assert_eq!(character("Digit5", false), Some('5'));
        assert_eq!(character("Digit5", true), Some('%'));
        assert_eq!(character("Numpad7", true), Some('7'));
        assert_eq!(character("Slash", true), Some('?'));
        for code in ["F5", "ArrowLeft", "NumpadEnter", "KeyЙ", "Digit", "Keyboard", ""] {
            assert_eq!(character(code, false), None, "{code}");
        }
    }

    #[test]
    fn ctrl_with_a_key_is_a_control_character() {
        for (keys, text) in [
            ("Digit1 ControlLeft ^BracketRight Digit9", "1\u{1d}9"),
            ("^+Digit6", "\u{1e}"),
            ("^KeyD", "\u{4}"),
            ("^KeyM", "\r"),
            ("^Digit5 ^F5", ""),
        ] {
            assert_eq!(strokes(keys).filter_map(typed).collect::<String>(), text, "{keys}");
        }
    }
}
