//! What the keys mean that a scanner presses: it plays an American keyboard.
//!
//! A scanner sends the places of keys; which letter a place has is the system's choice. Read by place, a Russian
//! layout changes nothing. Control characters, of which a code's separators are one, come as Ctrl with a key or as
//! Alt with their number.

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

/// What was pressed so far of a character that takes several keys: Alt, and its number on the keypad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    alt_number: Option<u32>,
}

impl Keys {
    /// Takes a key that goes down, and tells what was typed by it: one character, none, or two where it shows that Alt
    /// has been let go.
    pub fn press(&mut self, stroke: Stroke<'_>) -> impl Iterator<Item = char> + use<> {
        let digit = stroke.code.strip_prefix("Numpad").and_then(one).and_then(|digit| digit.to_digit(10));
        let (before, now) = match digit {
            Some(digit) if stroke.alt => {
                let number = self.alt_number.unwrap_or(0).saturating_mul(10).saturating_add(digit);
                self.alt_number = Some(number);
                (None, None)
            }
            _ => (self.release_alt(), typed(stroke)),
        };
        [before, now].into_iter().flatten()
    }

    /// Takes word that Alt went up, or that the scan is over: the character whose number was typed.
    pub fn release_alt(&mut self) -> Option<char> {
        self.alt_number.take().and_then(|number| u8::try_from(number).ok()).map(char::from)
    }
}

/// What a scanner typed with these keys.
#[must_use]
pub fn text_of<'a>(strokes: impl IntoIterator<Item = Stroke<'a>>) -> String {
    let mut keys = Keys::default();
    let mut text: String = strokes.into_iter().flat_map(|stroke| keys.press(stroke)).collect();
    text.extend(keys.release_alt());
    text
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
            assert_eq!(text_of(strokes(keys)), text, "{keys}");
        }
    }

    #[test]
    fn alt_with_a_number_is_its_character() {
        for (keys, text) in [
            ("KeyA AltLeft !Numpad0 !Numpad2 !Numpad9 KeyB", "a\u{1d}b"),
            ("AltLeft !Numpad0 !Numpad0 !Numpad2 !Numpad9", "\u{1d}"),
            ("!AltLeft !Numpad2 !Numpad9 !AltLeft !Numpad6 !Numpad5", "\u{1d}A"),
            ("!Numpad0 !Numpad2 !Numpad3 !Numpad2 Digit1", "\u{e8}1"),
            ("!Numpad9 !Numpad9 !Numpad9 !Numpad9 Digit1", "1"),
            ("!KeyA !Digit1 Numpad2", "2"),
        ] {
            assert_eq!(text_of(strokes(keys)), text, "{keys}");
        }
    }
}
