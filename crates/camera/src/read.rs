//! A code that was read from one picture, and when it may be told.

/// A code that was read, with its symbology identifier (ISO/IEC 15424) before it where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A Data Matrix or QR code of GS1: it corrects its errors, and says of itself what it is.
    Sure(String),
    /// A code of lines: another one may look alike on one picture. Or a square of anything: the product's own code may be
    /// beside it.
    Unsure(String),
}

impl Read {
    /// What a browser has found: the format by its name in the Barcode Detection API, and the text. `None` for formats
    /// that stand on no goods, and for a case's number that is wrong.
    #[must_use]
    pub fn of_browser(format: &str, text: &str) -> Option<Self> {
        Some(match format {
            // Browsers do not tell whether GS1 elements follow; a product's begin with its number.
            "data_matrix" if number_in(text).is_some() => Self::Sure(text.to_owned()),
            "data_matrix" | "qr_code" | "code_128" => Self::Unsure(text.to_owned()),
            "ean_13" | "upc_a" => Self::Unsure(format!("]E0{text:0>13}")),
            "upc_e" => Self::Unsure(format!("]E0{text}")),
            "ean_8" => Self::Unsure(format!("]E4{text}")),
            "itf" if is_case_number(text) => Self::Unsure(format!("]I1{text}")),
            _ => return None,
        })
    }

    /// Where several codes are seen, the one with the lowest rank is meant: GS1 before lines, lines before what may be
    /// anything.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Sure(_) => 0,
            Self::Unsure(code) if code.starts_with("]E") || code.starts_with("]I") => 1,
            Self::Unsure(_) => 2,
        }
    }
}

/// The number of 14 digits of the product that a code is of, as far as it stands at its beginning or in a link; the same
/// for the lines and the square of one pack.
#[must_use]
pub fn number_in(code: &str) -> Option<String> {
    let digits =
        |text: &str| text.get(..14).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned);
    if let Some(article) = code.strip_prefix("]E0").or_else(|| code.strip_prefix("]E4")) {
        return digits(&format!("{article:0>14}"));
    }
    let bare = if code.starts_with(']') { code.get(3..)? } else { code };
    bare.strip_prefix("01").and_then(digits).or_else(|| digits(bare.split_once("/01/")?.1))
}

/// Whether these are the 14 digits of a case's number, whose last one is right. An ITF code that is cut off reads as a
/// shorter one.
pub(crate) fn is_case_number(text: &str) -> bool {
    let digits = text.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let sum: u32 = digits.clone().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits.clone().all(|digit| digit < 10) && text.len() == 14 && sum.is_multiple_of(10)
}

/// Tells a code that is not sure only when two pictures in a row showed it.
#[derive(Clone, Debug, Default)]
pub struct Twice {
    last: Option<String>,
}

impl Twice {
    /// Takes what the next picture showed, and gives what may be told.
    pub fn sure(&mut self, read: Option<Read>) -> Option<String> {
        let last = self.last.take();
        match read? {
            Read::Sure(code) => Some(code),
            Read::Unsure(code) => {
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
    fn a_square_of_gs1_is_told_at_once_and_another_is_not() {
        let code = "010400638133393121abc123";
        assert_eq!(Twice::default().sure(Read::of_browser("data_matrix", code)), Some(code.into()));
        assert_eq!(Twice::default().sure(Read::of_browser("qr_code", "https://example.com")), None);
    }

    #[test]
    fn the_codes_of_one_pack_have_one_number() {
        let codes = ["]E04006381333931", "]d2010400638133393121abc", "010400638133393121abc", "]C10104006381333931"];
        for code in codes.into_iter().chain(["]Q1https://id.gs1.org/01/04006381333931/10/A"]) {
            assert_eq!(number_in(code).as_deref(), Some("04006381333931"), "{code}");
        }
        for code in ["]C0POLKA-0042", "", "]", "]E", "]d2", "]E0ю", "01040063813339", "]Q1https://example.com/01/x"] {
            assert_eq!(number_in(code), None, "{code}");
        }
        assert_eq!(Read::of_browser("upc_a", "036000291452"), Some(Read::Unsure("]E00036000291452".into())));
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
