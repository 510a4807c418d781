//! In which kind of picture a code stood, where the scanner says so.

/// By what a scanner puts before a code (ISO/IEC 15424).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// It says nothing.
    Unknown,
    /// EAN-13, UPC-A or UPC-E.
    Article,
    /// The same with two or five digits of a journal's issue behind it.
    ArticleWithAddOn,
    /// EAN-8.
    Eight,
    /// Interleaved 2 of 5, as ITF-14 on cases.
    Case,
    /// One whose first character says that GS1 elements follow.
    Gs1,
    /// Code 128, Data Matrix and QR code, which anybody fills with anything.
    Plain,
    /// One in which GS1 puts nothing.
    Other,
}

impl Carrier {
    /// What a text begins with, and the text behind that.
    pub(crate) fn of(text: &str) -> (Self, &str) {
        let [b']', letter, modifier, ..] = text.as_bytes() else { return (Self::Unknown, text) };
        if !letter.is_ascii_alphabetic() || !modifier.is_ascii_alphanumeric() {
            return (Self::Unknown, text);
        }
        let carrier = match (letter, modifier) {
            (b'E', b'0') => Self::Article,
            (b'E', b'3') => Self::ArticleWithAddOn,
            (b'E', b'4') => Self::Eight,
            (b'I', _) => Self::Case,
            (b'C' | b'J', b'1') | (b'e', _) | (b'd', b'2' | b'5') | (b'Q', b'3' | b'4') => Self::Gs1,
            (b'C' | b'd' | b'Q', _) => Self::Plain,
            _ => Self::Other,
        };
        (carrier, &text[3..])
    }

    /// Whether elements follow.
    pub(crate) fn is_gs1(self) -> bool {
        self == Self::Gs1
    }

    /// Whether it can hold nothing but an article's number.
    pub(crate) fn is_of_articles(self) -> bool {
        matches!(self, Self::Article | Self::ArticleWithAddOn | Self::Eight | Self::Case)
    }
}
