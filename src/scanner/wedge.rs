//! Tells a scan from typing, by the rhythm of the keys: a scanner is faster than any hand.
//!
//! Until the rhythm is known a key is held back: neither a field nor the keypad nor the browser sees it. Then it is
//! a scan's, and nobody else ever sees it, or a person's, and goes where it was meant for.

/// A key, as far as a scan is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character of a code.
    Character(char),
    /// A digit with Alt held: of three or four of them a character is made.
    AltDigit(char),
    /// Enter or Tab, which most scanners send behind a code.
    End,
    /// Shift, which comes before a capital and is none of the code.
    Shift,
    /// A shortcut of the browser or the system, and the control character that it is: scanners type separators so.
    Shortcut(char),
    /// A key that does something at this device, or in any browser: an arrow, F5.
    Function,
    /// Any other: one that edits, one that is held down.
    Other,
}

/// What is to be done with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the page's, and so is what was held before it.
    Page,
    /// It is held until [`Wedge::pause`] or another key tells whose it is.
    Held,
    /// It is held, and what was held before it is the page's.
    HeldAlone,
    /// It is a scanner's, or nobody's: the page never sees it.
    Swallowed,
    /// It is the end of this scan, with all that was held. A key that is no part of any code stands in it as a
    /// [`COMMAND`].
    Scan(String),
}

/// The rhythm of scanners, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WedgeTimes {
    /// Keys at most this far apart are one scan.
    pub key_gap_ms: f64,
    /// A scan without an end key is over after this long.
    pub pause_ms: f64,
}

/// With an end key behind them. Shorter runs are fingers that hit some keys together.
const SHORTEST_SCAN: usize = 4;
/// Without an end key. The shortest code on a pack has eight digits, and fast typists roll over three or four keys.
const SHORTEST_WITHOUT_END: usize = 8;
/// A key held down by a pack of sugar goes on for ever. What is longer than any code means nothing to who reads it.
const LONGEST_SCAN: usize = polka_scan::LONGEST_SCAN;
/// A key that does something waits for no longer, however slow a store's scanner is.
const LONGEST_WAIT_MS: f64 = 50.0;

/// Stands for a key that is no part of any code (ESC, ASCII 27): whoever reads the code refuses it.
pub const COMMAND: char = '\u{1b}';

/// The keys so far.
#[derive(Clone, Debug)]
pub struct Wedge {
    times: WedgeTimes,
    code: String,
    /// How many characters were typed, without commands.
    characters: usize,
    /// The digits that were typed with Alt held.
    alt: String,
    /// How many shortcuts came among them.
    shortcuts: usize,
    last_ms: f64,
    /// Whether the last scan was told, and nothing else was typed since.
    has_told: bool,
}

impl Wedge {
    /// Nothing typed yet.
    #[must_use]
    pub fn new(times: WedgeTimes) -> Self {
        Self {
            times,
            code: String::new(),
            characters: 0,
            alt: String::new(),
            shortcuts: 0,
            last_ms: f64::NEG_INFINITY,
            has_told: false,
        }
    }

    /// Whether a key at this time would be of one run with those before it.
    #[must_use]
    pub fn is_in_rhythm(&self, at_ms: f64) -> bool {
        at_ms - self.last_ms <= self.times.key_gap_ms
    }

    /// Whether anything was typed that may be of a code.
    #[must_use]
    pub fn is_in_a_code(&self) -> bool {
        self.characters > 0 || self.shortcuts > 0
    }

    /// After how long without a key [`pause`](Self::pause) is to be asked, in milliseconds.
    #[must_use]
    pub fn patience_ms(&self) -> f64 {
        match self.characters {
            0 => self.times.key_gap_ms.min(LONGEST_WAIT_MS),
            1..SHORTEST_WITHOUT_END => self.times.key_gap_ms,
            _ => self.times.pause_ms,
        }
    }

    /// Takes a key that was pressed at this time, by the clock that all keys are stamped with.
    ///
    /// Where it is out of rhythm, [`pause`](Self::pause) is to be asked first.
    pub fn hear(&mut self, key: Key, at_ms: f64) -> Verdict {
        if key == Key::Shift {
            return Verdict::Page;
        }
        let had_told = std::mem::take(&mut self.has_told) && self.is_in_rhythm(at_ms);
        self.last_ms = at_ms;
        if !matches!(key, Key::AltDigit(_)) {
            self.end_alt();
        }
        match key {
            Key::Character(character) => {
                self.push(character);
                self.characters += 1;
                Verdict::Held
            }
            Key::AltDigit(digit) => {
                self.alt.push(digit);
                Verdict::Swallowed
            }
            Key::Shortcut(character) => {
                self.push(character);
                self.shortcuts += 1;
                Verdict::Swallowed
            }
            Key::End if self.characters >= SHORTEST_SCAN || self.shortcuts > 0 => Verdict::Scan(self.tell()),
            // Some scanners send Enter and Tab, or Enter twice.
            Key::End if had_told => {
                self.has_told = true;
                Verdict::Swallowed
            }
            Key::Function if self.characters == 0 && self.shortcuts == 0 => {
                self.clear();
                self.command();
                Verdict::HeldAlone
            }
            Key::Function => {
                self.command();
                Verdict::Held
            }
            Key::Other if self.characters >= SHORTEST_SCAN => {
                self.command();
                Verdict::Swallowed
            }
            Key::End | Key::Other | Key::Shift => {
                self.clear();
                Verdict::Page
            }
        }
    }

    /// Takes word that no key has come for a while: a scan, or `None` where what is held is the page's.
    pub fn pause(&mut self) -> Option<String> {
        self.end_alt();
        let is_a_scan = self.characters >= SHORTEST_WITHOUT_END || self.shortcuts > usize::from(self.characters == 0);
        let scan = is_a_scan.then(|| self.tell());
        self.clear();
        scan
    }

    fn push(&mut self, character: char) {
        // A character takes at most four bytes.
        if self.code.len() <= 4 * LONGEST_SCAN {
            self.code.push(character);
        }
    }

    fn command(&mut self) {
        if !self.code.ends_with(COMMAND) {
            self.code.push(COMMAND);
        }
    }

    /// No digit with Alt held follows: they are a character.
    fn end_alt(&mut self) {
        let number = std::mem::take(&mut self.alt).parse::<u32>();
        match number.map(|number| u8::try_from(number).ok().map(char::from)) {
            Ok(Some(character)) => {
                self.push(character);
                self.characters += 1;
            }
            Ok(None) => {
                self.command();
                self.shortcuts += 1;
            }
            Err(_) => {}
        }
    }

    fn tell(&mut self) -> String {
        self.has_told = true;
        let scan = std::mem::take(&mut self.code);
        self.clear();
        scan
    }

    fn clear(&mut self) {
        self.code.clear();
        self.alt.clear();
        (self.characters, self.shortcuts) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: WedgeTimes = WedgeTimes { key_gap_ms: 50.0, pause_ms: 80.0 };

    /// What was typed: the scans, and the keys that the page got.
    #[derive(Default)]
    struct Typed {
        wedge: Option<Wedge>,
        scans: Vec<String>,
        page: String,
        held: String,
    }

    impl Typed {
        fn scan(&mut self, scan: String) {
            self.held.clear();
            self.scans.push(scan.replace(COMMAND, "!"));
        }

        fn release(&mut self) {
            self.page.push_str(&std::mem::take(&mut self.held));
        }

        fn pause(&mut self) {
            match self.wedge.get_or_insert_with(|| Wedge::new(TIMES)).pause() {
                Some(scan) => self.scan(scan),
                None => self.release(),
            }
        }

        /// Types a text with this many milliseconds between two keys; `\n` is Enter, `^` Shift, `→` a key that does
        /// something, `←` one that edits, `©` a shortcut, `§` the one that is a separator, and the round digits are typed with Alt held.
        fn keys(mut self, text: &str, gap_ms: f64, start_ms: f64) -> Self {
            for (place, character) in text.chars().enumerate() {
                let key = match character {
                    '\n' => Key::End,
                    '^' => Key::Shift,
                    '→' => Key::Function,
                    '←' => Key::Other,
                    '©' => Key::Shortcut(COMMAND),
                    '§' => Key::Shortcut('\u{1d}'),
                    '⓪' => Key::AltDigit('0'),
                    '②' => Key::AltDigit('2'),
                    '⑨' => Key::AltDigit('9'),
                    character => Key::Character(character),
                };
                let at_ms = start_ms + place as f64 * gap_ms;
                if !self.wedge.get_or_insert_with(|| Wedge::new(TIMES)).is_in_rhythm(at_ms) {
                    self.pause();
                }
                match self.wedge.get_or_insert_with(|| Wedge::new(TIMES)).hear(key, at_ms) {
                    Verdict::Page if key == Key::Shift => {}
                    Verdict::Page => {
                        self.release();
                        self.page.push(character);
                    }
                    Verdict::Held => self.held.push(character),
                    Verdict::HeldAlone => {
                        self.release();
                        self.held.push(character);
                    }
                    Verdict::Swallowed => {}
                    Verdict::Scan(scan) => self.scan(scan),
                }
            }
            self
        }

        fn end(mut self) -> (Vec<String>, String) {
            self.pause();
            (self.scans, self.page)
        }
    }

    fn scans(text: &str, gap_ms: f64) -> Vec<String> {
        Typed::default().keys(text, gap_ms, 0.0).end().0
    }

    fn page(text: &str, gap_ms: f64) -> String {
        Typed::default().keys(text, gap_ms, 0.0).end().1
    }

    #[test]
    fn keys_in_a_scanners_rhythm_are_a_scan_and_no_page_sees_them() {
        assert_eq!(Typed::default().keys("4006381333931\n", 3.0, 0.0).end(), (vec!["4006381333931".into()], "".into()));
        assert_eq!(scans("4006381333931\n", 50.0), ["4006381333931"]);
        assert_eq!(scans("4006381333931\n", 51.0), [""; 0]);
    }

    #[test]
    fn what_somebody_types_comes_to_the_page_in_its_order() {
        assert_eq!(page("молоко\n", 180.0), "молоко\n");
        // Fingers that roll over some keys.
        assert_eq!(page("abcdefg", 20.0), "abcdefg");
        assert_eq!(page("ab→c←\n", 20.0), "ab→c←\n");
        assert_eq!(page("→→→\n", 1.0), "→→→\n");
        assert_eq!(scans("→→→\n", 1.0), [""; 0]);
    }

    #[test]
    fn two_scans_without_a_pause_are_two() {
        assert_eq!(scans("96385074\n4006381333931\n", 2.0), ["96385074", "4006381333931"]);
    }

    #[test]
    fn typing_before_a_scan_is_no_part_of_it() {
        let typed = Typed::default().keys("мол", 180.0, 0.0).keys("96385074\n", 5.0, 600.0);
        assert_eq!(typed.end(), (vec!["96385074".into()], "мол".into()));
    }

    #[test]
    fn a_scan_without_an_end_key_ends_with_the_pause() {
        assert_eq!(scans("96385074", 5.0), ["96385074"]);
        assert_eq!(scans("9638507", 5.0), [""; 0]);
    }

    #[test]
    fn a_few_keys_at_once_are_no_scan() {
        assert_eq!(Typed::default().keys("ab\n", 1.0, 0.0).end(), (vec![], "ab\n".into()));
        assert_eq!(Typed::default().keys("abc", 1.0, 0.0).end(), (vec![], "abc".into()));
    }

    #[test]
    fn a_second_end_key_belongs_to_the_scan() {
        let typed = Typed::default().keys("96385074\n\n", 5.0, 0.0);
        assert_eq!(typed.end(), (vec!["96385074".into()], "".into()));
        // Later it is a person who presses Enter.
        let typed = Typed::default().keys("96385074\n", 5.0, 0.0).keys("\n", 5.0, 500.0);
        assert_eq!(typed.end(), (vec!["96385074".into()], "\n".into()));
    }

    #[test]
    fn shift_is_no_part_of_a_code() {
        assert_eq!(scans("^A^B1234\n", 5.0), ["AB1234"]);
    }

    #[test]
    fn no_command_in_a_code_is_obeyed() {
        for (code, scan) in [
            ("9638→5074\n", "9638!5074"),
            ("→96385074\n", "!96385074"),
            ("©96385074\n", "!96385074"),
            ("9638©5074", "9638!5074"),
            ("96385←074\n", "96385!074"),
            ("963850→74", "963850!74"),
        ] {
            let (scans, page) = Typed::default().keys(code, 5.0, 0.0).end();
            assert_eq!((scans.as_slice(), page.as_str()), (&[scan.to_owned()][..], ""), "{code}");
        }
        assert_eq!(Typed::default().keys("©©", 5.0, 0.0).end(), (vec!["!!".into()], "".into()));
        assert_eq!(Typed::default().keys("©\n", 5.0, 0.0).end(), (vec!["!".into()], "".into()));
        assert_eq!(Typed::default().keys("©", 5.0, 0.0).end(), (vec![], "".into()));
    }

    #[test]
    fn a_separator_may_be_typed_as_a_shortcut_or_by_its_number() {
        assert_eq!(scans("0112§34\n", 5.0), ["0112\u{1d}34"]);
        assert_eq!(scans("0112⓪②⑨34\n", 5.0), ["0112\u{1d}34"]);
        assert_eq!(scans("0112⓪②②34\n", 5.0), ["0112\u{16}34"]);
        assert_eq!(scans("0112345⓪②⑨", 5.0), ["0112345\u{1d}"]);
    }

    #[test]
    fn a_key_that_never_ends_fills_no_memory() {
        assert_eq!(scans(&format!("{}\n", "7".repeat(10_000)), 1.0)[0].len(), 4 * LONGEST_SCAN + 1);
    }
}
