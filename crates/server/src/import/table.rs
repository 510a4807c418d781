//! What kind of text a file is, and the table in it.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use anyhow::{Context, Result};
use encoding_rs::{UTF_8, WINDOWS_1251};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// How a file's bytes are its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// What Russian spreadsheets write.
    Windows1251,
}

impl Encoding {
    /// Reads the file through and tells; `None` where it is not text.
    pub(super) fn of(file: impl Read) -> io::Result<Option<Self>> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut is_utf8, mut has_control) = (true, false);
        // The first bytes of a letter whose last are in the next piece.
        let mut torn = Vec::new();
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            let length = piece.len();
            if piece.contains(&0) {
                return Ok(None);
            }
            has_control |= piece.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
            if is_utf8 {
                torn.extend_from_slice(piece);
                match std::str::from_utf8(&torn) {
                    Ok(_) => torn.clear(),
                    Err(error) if error.error_len().is_none() => drop(torn.drain(..error.valid_up_to())),
                    Err(_) => is_utf8 = false,
                }
            }
            file.consume(length);
        }
        if is_utf8 && torn.is_empty() {
            return Ok(Some(Self::Utf8));
        }
        // Every byte is a letter in Windows-1251, so only what no text has tells it from a picture.
        Ok((!has_control).then_some(Self::Windows1251))
    }

    /// The file's text as UTF-8, without a byte-order mark.
    pub(super) fn reader(self, file: impl Read + Send) -> impl Read + Send {
        let encoding = match self {
            Self::Utf8 => UTF_8,
            Self::Windows1251 => WINDOWS_1251,
        };
        DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(file)
    }
}

/// Reads the header, and gives the rows behind it, whichever of comma, semicolon and tab is between the fields.
pub(super) fn open(mut text: impl Read) -> Result<(csv::StringRecord, csv::Reader<impl Read>)> {
    // A header is short; what is longer is no header, and must not fill the memory.
    const LONGEST_HEADER: u64 = 1 << 16;
    let mut line = Vec::new();
    BufReader::with_capacity(1, text.by_ref()).take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let is_blank = line.iter().all(u8::is_ascii_whitespace);
    let delimiter =
        [b';', b'\t', b','].into_iter().max_by_key(|delimiter| line.iter().filter(|it| *it == delimiter).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        // With a line's end behind the last row too, `line_of` need not know which row is the last.
        .from_reader(Cursor::new(line).chain(text).chain(&b"\n"[..]));
    let header = reader.headers().context("its header is not text")?.clone();
    anyhow::ensure!(!is_blank && !header.is_empty(), "it has no header");
    Ok((header, reader))
}

/// The line on which a row begins that was just read. The row's own position is that of the blank lines
/// before it.
pub(super) fn line_of(row: &csv::StringRecord, reader: &csv::Reader<impl Read>) -> u64 {
    let breaks_inside: usize = row.iter().map(|field| field.matches('\n').count()).sum();
    reader.position().line() - 1 - breaks_inside as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        Encoding::of(bytes).expect("memory can be read")
    }

    #[test]
    fn text_is_told_from_what_is_not() {
        assert_eq!(encoding("gtin,name\n1,Молоко".as_bytes()), Some(Encoding::Utf8));
        assert_eq!(encoding(b""), Some(Encoding::Utf8));
        assert_eq!(encoding(&WINDOWS_1251.encode("gtin;name\n1;Молоко").0), Some(Encoding::Windows1251));
        assert_eq!(encoding(b"\x89PNG\r\n\x1a\n\x00\x00"), None);
        assert_eq!(encoding(b"\x1f\x8b\x08\xff"), None);
        // Cut in the middle of a letter.
        assert_eq!(encoding(b"gtin,name\n1,\xd0"), Some(Encoding::Windows1251));
    }

    #[test]
    fn a_letter_across_two_pieces_is_one_letter() {
        let text = format!("a{}", "я".repeat(1 << 17));
        assert_eq!(encoding(text.as_bytes()), Some(Encoding::Utf8));
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_has() {
        for text in [
            "gtin;name, full;price\n1;a,b;2\n",
            "gtin\tname, full\tprice\n1\ta,b\t2\n",
            "gtin,\"name, full\",price\n1,\"a,b\",2\n",
        ] {
            let (header, mut reader) = open(text.as_bytes()).expect("a table");
            assert_eq!(header, vec!["gtin", "name, full", "price"]);
            let row = reader.records().next().expect("a row").expect("text");
            assert_eq!(row, vec!["1", "a,b", "2"]);
        }
        assert!(open(&b""[..]).is_err());
        assert!(open(&b"\n\n"[..]).is_err());
    }
}
