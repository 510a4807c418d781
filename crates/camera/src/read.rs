//! A code that was read from one picture, and when it may be told.

/// A code that was read, with its symbology identifier (ISO/IEC 15424) before it where that is known. Where several are
/// seen, the first of these is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// A Data Matrix or QR code of GS1: it corrects its errors, and says of itself what it is.
    Gs1(String),
    /// A code of lines: another one may look alike on one picture.
    Lines(String),
    /// A square of anything: the product's own code may be beside it.
    Other(String),
}

impl Read {
    /// What a browser has found: the format by its name in the Barcode Detection API, and the text. `None` for formats
    /// that stand on no goods, and for a case's number that is wrong.
    #[must_use]
    pub fn of_browser(format: &str, text: &str) -> Option<Self> {
        Some(match format {
            // Browsers do not tell whether GS1 elements follow; a product's begin with its number.
            "data_matrix" if number_in(text).is_some() => Self::Gs1(text.to_owned()),
            "data_matrix" | "qr_code" => Self::Other(text.to_owned()),
            "code_128" => Self::Lines(text.to_owned()),
            "ean_13" | "upc_a" => Self::Lines(format!("]E0{text:0>13}")),
            "upc_e" => Self::Lines(format!("]E0{text}")),
            "ean_8" => Self::Lines(format!("]E4{text}")),
            "itf" if is_case_number(text) => Self::Lines(format!("]I1{text}")),
            _ => return None,
        })
    }

    /// Whether it is a product's more likely than anything else.
    #[must_use]
    pub fn is_of_goods(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// The number of 14 digits of the product that a code is of, where it stands at its beginning or in a link: the same for
/// the lines and the square of one pack. (UPC-E, which has its number in another form, has one of its own.)
#[must_use]
pub fn number_in(code: &str) -> Option<String> {
    let padded = |digits: &str| Some(format!("{digits:0>14}")).filter(|it| is_case_number(it));
    if is_of_lines(code) {
        return padded(code.get(3..)?);
    }
    let bare = if code.starts_with(']') { code.get(3..)? } else { code };
    // Some readers give what says that it is GS1 as the separator that it is later.
    let bare = bare.strip_prefix('\u{1d}').unwrap_or(bare);
    match bare.strip_prefix("01") {
        Some(elements) => padded(elements.get(..14)?),
        None => padded(bare.split_once("/01/")?.1.split(['/', '?', '#']).next()?),
    }
}

/// Whether it is an article's number or a case's, as lines hold it.
#[must_use]
pub fn is_of_lines(code: &str) -> bool {
    code.starts_with("]E") || code.starts_with("]I")
}

/// Whether these are 14 digits whose last one is right. An ITF code that is cut off reads as a shorter one.
pub(crate) fn is_case_number(text: &str) -> bool {
    let digits = text.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let sum: u32 = digits.clone().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits.clone().all(|digit| digit < 10) && text.len() == 14 && sum.is_multiple_of(10)
}

/// Tells a code when pictures in a row agree: one where it is sure, two of lines; and four of anything else, while
/// lines beside it are looked for.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    last: Option<String>,
    pictures: u8,
}

impl Agreement {
    /// Takes what the next picture showed, and gives what may be told.
    pub fn sure(&mut self, read: Option<Read>) -> Option<String> {
        let (code, needed) = match read {
            Some(Read::Gs1(code)) => (Some(code), 1),
            Some(Read::Lines(code)) => (Some(code), 2),
            Some(Read::Other(code)) => (Some(code), 4),
            None => (None, 0),
        };
        self.pictures = if code == self.last { self.pictures.saturating_add(1) } else { 1 };
        self.last = code;
        self.last.clone().filter(|_| self.pictures >= needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_when_two_pictures_in_a_row_show_them() {
        let (one, other) = (Read::of_browser("ean_13", "4006381333931"), Read::of_browser("ean_8", "96385074"));
        let mut agreement = Agreement::default();
        assert_eq!(agreement.sure(one.clone()), None);
        assert_eq!(agreement.sure(other), None);
        assert_eq!(agreement.sure(one.clone()), None);
        assert_eq!(agreement.sure(None), None);
        assert_eq!(agreement.sure(one.clone()), None);
        assert_eq!(agreement.sure(one), Some("]E04006381333931".into()));
    }

    #[test]
    fn a_square_of_gs1_is_told_at_once_and_another_is_not() {
        let code = "010400638133393121abc123";
        assert_eq!(Agreement::default().sure(Read::of_browser("data_matrix", code)), Some(code.into()));
        let mut agreement = Agreement::default();
        let told = [(); 4].map(|()| agreement.sure(Read::of_browser("qr_code", "https://example.com")).is_some());
        assert_eq!(told, [false, false, false, true]);
        // One whose number is wrong is none of GS1.
        assert!(!Read::of_browser("data_matrix", "010400638133393221abc123").expect("a code").is_of_goods());
    }

    #[test]
    fn the_codes_of_one_pack_have_one_number() {
        let codes = ["]E04006381333931", "]d2010400638133393121abc", "010400638133393121abc", "]C10104006381333931"];
        let links = ["]Q1https://id.gs1.org/01/04006381333931/10/A", "https://id.gs1.org/01/4006381333931?17=261231"];
        for code in codes.into_iter().chain(links).chain(["\u{1d}010400638133393121abc", "]I104006381333931"]) {
            assert_eq!(number_in(code).as_deref(), Some("04006381333931"), "{code}");
        }
        for code in ["]C0POLKA-0042", "", "]", "]E", "]d2", "]E0ю", "01040063813339", "]Q1https://example.com/01/x"] {
            assert_eq!(number_in(code), None, "{code}");
        }
        assert_eq!(Read::of_browser("upc_a", "036000291452"), Some(Read::Lines("]E00036000291452".into())));
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
