//! Tells a scan from typing, by the rhythm of the keys: a scanner is faster than any hand.

/// A key, as far as a scan is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character of a code.
    Character(char),
    /// Enter or Tab, which most scanners send behind a code.
    End,
    /// Shift, which comes before a capital and is none of the code.
    Shift,
    /// No part of any code: an arrow, a key held down, a shortcut.
    Other,
}

/// What a key turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing to do with a scanner.
    Nothing,
    /// Perhaps part of a scan: when the pause has passed, ask [`Wedge::pause`].
    Typing,
    /// An end key that belongs to a scan which was told already.
    End,
    /// The end of this scan.
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

/// Shorter runs are two fingers that hit the keys together. The shortest code on a pack has eight digits.
const SHORTEST_SCAN: usize = 4;
/// A QR code holds at most 4,296 letters (ISO/IEC 18004); a key held down by a pack of sugar goes on for ever.
const LONGEST_SCAN: usize = 4296;

/// The keys so far.
#[derive(Clone, Debug)]
pub struct Wedge {
    times: WedgeTimes,
    code: String,
    last_ms: f64,
    /// Whether the last scan was told, and nothing else was typed since.
    has_told: bool,
}

impl Wedge {
    /// Nothing typed yet.
    #[must_use]
    pub fn new(times: WedgeTimes) -> Self {
        Self { times, code: String::new(), last_ms: f64::NEG_INFINITY, has_told: false }
    }

    /// Takes a key that was pressed at this time, by the clock that all keys are stamped with.
    pub fn hear(&mut self, key: Key, at_ms: f64) -> Heard {
        let is_in_rhythm = at_ms - self.last_ms <= self.times.key_gap_ms;
        if key == Key::Shift {
            return Heard::Nothing;
        }
        let had_told = std::mem::take(&mut self.has_told) && is_in_rhythm;
        if !is_in_rhythm {
            self.code.clear();
        }
        self.last_ms = at_ms;
        match key {
            Key::Character(character) => {
                if self.code.len() < LONGEST_SCAN {
                    self.code.push(character);
                }
                Heard::Typing
            }
            Key::End if self.is_a_scan() => Heard::Scan(self.tell()),
            // Some scanners send Enter and Tab, or Enter twice.
            Key::End if had_told => {
                self.has_told = true;
                Heard::End
            }
            Key::End | Key::Other | Key::Shift => {
                self.code.clear();
                Heard::Nothing
            }
        }
    }

    /// Takes word that no key has come for the pause: what was typed is a scan, or was typing.
    pub fn pause(&mut self) -> Option<String> {
        let scan = self.is_a_scan().then(|| self.tell());
        self.code.clear();
        scan
    }

    /// Whether the last key came in rhythm with one before it.
    #[must_use]
    pub fn is_in_a_code(&self) -> bool {
        self.code.chars().nth(1).is_some()
    }

    fn is_a_scan(&self) -> bool {
        self.code.chars().count() >= SHORTEST_SCAN
    }

    fn tell(&mut self) -> String {
        self.has_told = true;
        std::mem::take(&mut self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: WedgeTimes = WedgeTimes { key_gap_ms: 50.0, pause_ms: 80.0 };

    /// Types a text with this many milliseconds between two keys, `\n` being Enter and `^` Shift, and gives the
    /// scans that are heard.
    fn type_keys(wedge: &mut Wedge, text: &str, gap_ms: f64, start_ms: f64) -> Vec<String> {
        let mut scans = Vec::new();
        for (place, character) in text.chars().enumerate() {
            let key = match character {
                '\n' => Key::End,
                '^' => Key::Shift,
                '←' => Key::Other,
                character => Key::Character(character),
            };
            if let Heard::Scan(scan) = wedge.hear(key, start_ms + place as f64 * gap_ms) {
                scans.push(scan);
            }
        }
        scans
    }

    fn scans(text: &str, gap_ms: f64) -> Vec<String> {
        type_keys(&mut Wedge::new(TIMES), text, gap_ms, 0.0)
    }

    #[test]
    fn keys_in_a_scanners_rhythm_are_a_scan() {
        assert_eq!(scans("4006381333931\n", 3.0), ["4006381333931"]);
        assert_eq!(scans("4006381333931\n", 50.0), ["4006381333931"]);
        assert_eq!(scans("4006381333931\n", 51.0), [""; 0]);
    }

    #[test]
    fn two_scans_without_a_pause_are_two() {
        assert_eq!(scans("96385074\n4006381333931\n", 2.0), ["96385074", "4006381333931"]);
    }

    #[test]
    fn typing_before_a_scan_is_no_part_of_it() {
        let mut wedge = Wedge::new(TIMES);
        assert_eq!(type_keys(&mut wedge, "мол", 180.0, 0.0), [""; 0]);
        assert_eq!(type_keys(&mut wedge, "96385074\n", 5.0, 600.0), ["96385074"]);
    }

    #[test]
    fn a_scan_without_an_end_key_ends_with_the_pause() {
        let mut wedge = Wedge::new(TIMES);
        assert_eq!(type_keys(&mut wedge, "96385074", 5.0, 0.0), [""; 0]);
        assert_eq!(wedge.pause(), Some("96385074".into()));
        assert_eq!(wedge.pause(), None);
    }

    #[test]
    fn a_few_keys_at_once_are_no_scan() {
        assert_eq!(scans("ab\n", 1.0), [""; 0]);
        let mut wedge = Wedge::new(TIMES);
        type_keys(&mut wedge, "abc", 1.0, 0.0);
        assert_eq!(wedge.pause(), None);
    }

    #[test]
    fn a_second_end_key_belongs_to_the_scan() {
        let mut wedge = Wedge::new(TIMES);
        type_keys(&mut wedge, "96385074\n", 5.0, 0.0);
        assert_eq!(wedge.hear(Key::End, 50.0), Heard::End);
        // Later it is a person who presses Enter.
        assert_eq!(wedge.hear(Key::End, 500.0), Heard::Nothing);
    }

    #[test]
    fn shift_is_no_part_of_a_code_and_an_arrow_ends_it() {
        assert_eq!(scans("^A^B1234\n", 5.0), ["AB1234"]);
        assert_eq!(scans("9638←5074\n", 5.0), ["5074"]);
    }

    #[test]
    fn a_key_that_never_ends_fills_no_memory() {
        let heard = scans(&format!("{}\n", "7".repeat(10_000)), 1.0);
        assert_eq!(heard.first().map(String::len), Some(LONGEST_SCAN));
    }
}
