//! `codes.tsv`: each rule once right and once broken, and every way in which a code comes.

use polka_scan::keys::{self, Stroke, character};

use crate::shared::{table, told};

#[test]
fn every_code_of_the_table_means_what_it_says() {
    let (rows, known) = table();
    assert!(rows.len() >= 200, "{} rows", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let told = told(&row.scan, &row.settings, &known);
            (told != row.meaning).then(|| format!("{}: {:?} is {told}, not {}", row.line, row.scan, row.meaning))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const KEYS: [&str; 48] = [
    "KeyA",
    "KeyB",
    "KeyC",
    "KeyD",
    "KeyE",
    "KeyF",
    "KeyG",
    "KeyH",
    "KeyI",
    "KeyJ",
    "KeyK",
    "KeyL",
    "KeyM",
    "KeyN",
    "KeyO",
    "KeyP",
    "KeyQ",
    "KeyR",
    "KeyS",
    "KeyT",
    "KeyU",
    "KeyV",
    "KeyW",
    "KeyX",
    "KeyY",
    "KeyZ",
    "Digit0",
    "Digit1",
    "Digit2",
    "Digit3",
    "Digit4",
    "Digit5",
    "Digit6",
    "Digit7",
    "Digit8",
    "Digit9",
    "Minus",
    "Equal",
    "BracketLeft",
    "BracketRight",
    "Backslash",
    "Semicolon",
    "Quote",
    "Backquote",
    "Comma",
    "Period",
    "Slash",
    "Space",
];

/// The key that types a character, with Ctrl for control characters.
fn stroke(c: char) -> Option<Stroke<'static>> {
    let control = c.is_ascii_control();
    let wanted = if control { char::from(c as u8 | 0x40) } else { c };
    KEYS.iter().flat_map(|code| [(code, false), (code, true)]).find_map(|(code, shift)| {
        let typed = character(code, shift)?;
        (typed == wanted).then_some(Stroke { code, shift, control, alt: false })
    })
}

#[test]
fn a_code_that_is_typed_is_the_same_code() {
    let (rows, _) = table();
    let mut typed = 0;
    for row in rows.iter().filter(|row| row.scan.is_ascii() && !row.scan.contains('\u{7f}')) {
        let strokes: Option<Vec<Stroke<'_>>> = row.scan.chars().map(stroke).collect();
        let text: String = strokes.expect("keys").into_iter().filter_map(keys::typed).collect();
        assert_eq!(text, row.scan);
        typed += 1;
    }
    assert!(typed > 300, "{typed}");
}

#[test]
fn a_code_that_is_typed_under_the_russian_layout_means_the_same() {
    const AMERICAN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?~@#$^&";
    const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбю.ёЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё\"№;:?";
    let (rows, known) = table();
    let mut typed = 0;
    for row in rows.iter().filter(|row| row.scan.is_ascii() && row.scan.contains(|c: char| c.is_ascii_alphabetic())) {
        let russian =
            |c| AMERICAN.chars().position(|it| it == c).map_or(c, |place| RUSSIAN.chars().nth(place).expect("as many"));
        let scan: String = row.scan.chars().map(russian).collect();
        assert_eq!(told(&scan, &row.settings, &known), row.meaning, "{}: {scan:?} for {:?}", row.line, row.scan);
        typed += 1;
    }
    assert!(typed > 100, "{typed}");
}

#[test]
fn a_separator_is_no_character_that_a_value_may_hold() {
    for c in ['|', '~', '#', '$', '@', '^', '`', '{', '\\', '¬', '→'] {
        assert!(polka_scan::is_separator(c), "{c}");
    }
    for c in ['A', 'z', '7', '/', '%', '_', ']', ' ', '\u{1d}', 'я', '№'] {
        assert!(!polka_scan::is_separator(c), "{c}");
    }
}
