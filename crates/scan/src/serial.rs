//! The bytes of a scanner at a serial line, RS-232 or USB: scans with a line's end behind each, or with a pause.

use std::fmt;
use std::str::FromStr;

use crate::LONGEST_SCAN;

/// Stands where something was lost: ESC.
const LOST: u8 = 0x1b;

/// How a serial line is set, as in `9600 8N1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SerialLine {
    /// Bits in a second.
    pub baud: u32,
    /// 7 or 8.
    pub data_bits: u8,
    /// The bit that checks the others.
    pub parity: Parity,
    /// 1 or 2.
    pub stop_bits: u8,
}

/// The bit that checks the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// There is none.
    None,
    /// It makes the number of ones even.
    Even,
    /// It makes it odd.
    Odd,
}

/// A text says no setting of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SerialLineError;

impl fmt::Display for SerialLineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not like 9600 8N1: 300 to 921600 baud, 7 or 8 bits, N, E or O, 1 or 2 stop bits")
    }
}

impl std::error::Error for SerialLineError {}

impl Default for SerialLine {
    /// 9600 8N1, as scanners leave the factory.
    fn default() -> Self {
        Self { baud: 9600, data_bits: 8, parity: Parity::None, stop_bits: 1 }
    }
}

impl FromStr for SerialLine {
    type Err = SerialLineError;

    fn from_str(text: &str) -> Result<Self, SerialLineError> {
        let (baud, frame) = text.split_once(' ').ok_or(SerialLineError)?;
        let baud = baud.parse().ok().filter(|baud| (300..=921_600).contains(baud)).ok_or(SerialLineError)?;
        let [data_bits @ (b'7' | b'8'), parity, stop_bits @ (b'1' | b'2')] = frame.as_bytes() else {
            return Err(SerialLineError);
        };
        let parity = match parity {
            b'N' => Parity::None,
            b'E' => Parity::Even,
            b'O' => Parity::Odd,
            _ => return Err(SerialLineError),
        };
        Ok(Self { baud, data_bits: data_bits - b'0', parity, stop_bits: stop_bits - b'0' })
    }
}

/// Puts scans together from bytes as they come.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    /// Whether this scanner sends a line's end behind each scan.
    has_ends: bool,
}

impl Lines {
    /// Takes bytes, and gives the scans that end in them: at CR, LF or both.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut scans = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    self.has_ends = true;
                    scans.extend(self.take());
                }
                // One more than may be, so that it is refused; what follows up to the end is of no use.
                _ if self.bytes.len() > LONGEST_SCAN => {}
                _ => self.bytes.push(*byte),
            }
        }
        scans
    }

    /// Takes word that nothing came for a while: what is there is a scan, of a scanner that sends no line's end. Of one
    /// that does, it is a piece.
    pub fn pause(&mut self) -> Option<Vec<u8>> {
        if self.has_ends {
            self.lose();
            return None;
        }
        self.take()
    }

    /// Takes word that something was lost: what is there, with what comes up to its end, is no code.
    pub fn lose(&mut self) {
        if self.bytes.last().is_some_and(|last| *last != LOST) {
            // No code holds it, so what does is refused.
            self.bytes.push(LOST);
        }
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        (!self.bytes.is_empty()).then(|| std::mem::take(&mut self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_end_with_a_line_whatever_pieces_they_come_in() {
        for end in ["\r", "\n", "\r\n"] {
            let sent = format!("4006381333931{end}]d20104601234567890215\u{1d}93a{end}");
            for size in 1..sent.len() {
                let mut lines = Lines::default();
                let scans: Vec<Vec<u8>> = sent.as_bytes().chunks(size).flat_map(|part| lines.push(part)).collect();
                assert_eq!(scans, [&b"4006381333931"[..], b"]d20104601234567890215\x1d93a"]);
                assert_eq!(lines.pause(), None);
            }
        }
    }

    #[test]
    fn a_scanner_without_a_lines_end_is_understood_after_a_pause() {
        let mut lines = Lines::default();
        assert!(lines.push(b"4006381").is_empty() && lines.push(b"333931").is_empty());
        assert_eq!(lines.pause().as_deref(), Some(&b"4006381333931"[..]));
        assert_eq!(lines.pause(), None);
    }

    #[test]
    fn a_piece_of_a_scan_is_no_scan() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"4006381333931\r").len(), 1);
        // The end came late, or noise ate some of it.
        for lose in [|lines: &mut Lines| assert_eq!(lines.pause(), None), |lines: &mut Lines| lines.lose()] {
            assert!(lines.push(b"4006381").is_empty());
            lose(&mut lines);
            let scan = lines.push(b"4006381333931\r").remove(0);
            assert!(scan.contains(&LOST));
            assert_eq!(lines.push(b"4006381333931\r"), [b"4006381333931"]);
        }
        lines.lose();
        assert_eq!(lines.push(b"4006381333931\r"), [b"4006381333931"], "nothing was there to lose");
        // A line that is nothing but noise takes no memory either.
        lines.push(b"4");
        (0..1000).for_each(|_| lines.lose());
        assert_eq!(lines.push(b"\r"), [[b'4', LOST]]);
    }

    #[test]
    fn what_has_no_end_is_refused_and_takes_no_memory() {
        let mut lines = Lines::default();
        assert!(lines.push(&[b'1'; 100_000]).is_empty());
        let scan = lines.push(b"\r").remove(0);
        assert_eq!(scan.len(), LONGEST_SCAN + 1);
    }

    #[test]
    fn a_line_is_set_in_its_usual_words() {
        assert_eq!("9600 8N1".parse(), Ok(SerialLine::default()));
        let seven = SerialLine { baud: 115_200, data_bits: 7, parity: Parity::Even, stop_bits: 2 };
        assert_eq!("115200 7E2".parse(), Ok(seven));
        assert_eq!("300 8O1".parse::<SerialLine>().map(|it| it.parity), Ok(Parity::Odd));
        for wrong in
            ["", "9600", "9600 ", "9600 8N", "9600 9N1", "9600 8X1", "9600 8N3", "1 8N1", "9600  8N1", "9600 8n1"]
        {
            assert_eq!(wrong.parse::<SerialLine>(), Err(SerialLineError), "{wrong}");
        }
    }
}
