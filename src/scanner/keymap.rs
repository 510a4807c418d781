//! Which character a key is on the keyboard that a scanner plays: the American one.
//!
//! A scanner sends the places of keys; which letter a place has is the system's choice. Read by place, a
//! Russian layout changes nothing.

/// The character of a key by its `KeyboardEvent.code`.
pub(super) fn character(code: &str, shift: bool) -> Option<char> {
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
}
