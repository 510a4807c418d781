//! A code that was read from one picture, and when it may be told.

/// A code that was read, with its symbology identifier (ISO/IEC 15424) before it where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Data Matrix or QR code: it corrects its errors, so what was read stands there.
    Square(String),
    /// Of lines: another one may look alike on one picture.
    Lines(String),
}

impl Read {
    /// What a browser has found: the format by its name in the Barcode Detection API, and the text. `None` for formats
    /// that stand on no goods, and for a case's number that is wrong.
    #[must_use]
    pub fn of_browser(format: &str, text: &str) -> Option<Self> {
        Some(match format {
            // Browsers do not tell whether GS1 elements follow.
            "data_matrix" | "qr_code" => Self::Square(text.to_owned()),
            "code_128" => Self::Lines(text.to_owned()),
            "ean_13" | "upc_a" | "upc_e" => Self::Lines(format!("]E0{text}")),
            "ean_8" => Self::Lines(format!("]E4{text}")),
            "itf" if is_case_number(text) => Self::Lines(format!("]I1{text}")),
            _ => return None,
        })
    }
}

/// Whether these are the 14 digits of a case's number, whose last one is right. An ITF code that is cut off reads as a
/// shorter one.
pub(crate) fn is_case_number(text: &str) -> bool {
    let digits = text.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let sum: u32 = digits.clone().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits.clone().all(|digit| digit < 10) && text.len() == 14 && sum.is_multiple_of(10)
}

/// Tells a code of lines only when two pictures in a row showed it.
#[derive(Clone, Debug, Default)]
pub struct Twice {
    last: Option<String>,
}

impl Twice {
    /// Takes what the next picture showed, and gives what may be told.
    pub fn sure(&mut self, read: Option<Read>) -> Option<String> {
        let last = self.last.take();
        match read? {
            Read::Square(code) => Some(code),
            Read::Lines(code) => {
                let is_sure = last.as_ref() == Some(&code);
                self.last = Some(code.clone());
                is_sure.then_some(code)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_when_two_pictures_in_a_row_show_them() {
        let (one, other) = (Read::of_browser("ean_13", "4006381333931"), Read::of_browser("ean_8", "96385074"));
        let mut twice = Twice::default();
        assert_eq!(twice.sure(one.clone()), None);
        assert_eq!(twice.sure(other), None);
        assert_eq!(twice.sure(one.clone()), None);
        assert_eq!(twice.sure(None), None);
        assert_eq!(twice.sure(one.clone()), None);
        assert_eq!(twice.sure(one), Some("]E04006381333931".into()));
    }

    #[test]
    fn a_square_code_is_told_at_once() {
        assert_eq!(Twice::default().sure(Read::of_browser("qr_code", "POLKA")), Some("POLKA".into()));
    }

    #[test]
    fn of_cases_only_a_right_number_counts() {
        assert!(Read::of_browser("itf", "14006381333938").is_some());
        for wrong in ["14006381333939", "400638133393", "", "1400638133393x"] {
            assert_eq!(Read::of_browser("itf", wrong), None, "{wrong}");
        }
        assert_eq!(Read::of_browser("pdf417", "4006381333931"), None);
    }
}
