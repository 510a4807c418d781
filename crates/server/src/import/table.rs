//! What kind of text a file is, and the table in it.

use std::io::{BufRead, BufReader, Cursor, Read};

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
    /// Reads the file through and tells; the error says why it is not text that can be read.
    pub(super) fn of(file: impl Read) -> Result<Self> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut is_utf8, mut has_control) = (true, false);
        // Whether letters beyond ASCII were read as UTF-8: Windows-1251 hardly ever looks like that.
        let (mut has_utf8_letters, mut read) = (false, 0u64);
        // The first bytes of a letter whose last are in the next piece.
        let mut torn = Vec::new();
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            let length = piece.len();
            anyhow::ensure!(!piece.contains(&0), "is not a text file");
            has_control |= piece.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
            if is_utf8 {
                torn.extend_from_slice(piece);
                let (good, is_broken) = match std::str::from_utf8(&torn) {
                    Ok(_) => (torn.len(), false),
                    Err(error) => (error.valid_up_to(), error.error_len().is_some()),
                };
                has_utf8_letters |= !torn[..good].is_ascii();
                read += good as u64;
                torn.drain(..good);
                is_utf8 = !is_broken;
            }
            file.consume(length);
        }
        if is_utf8 && torn.is_empty() {
            return Ok(Self::Utf8);
        }
        anyhow::ensure!(!has_utf8_letters, "is UTF-8, but broken or cut short at byte {read}");
        // Every byte is a letter in Windows-1251, so only what no text has tells it from a picture.
        anyhow::ensure!(!has_control, "is not a text file");
        Ok(Self::Windows1251)
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

/// A header and the rows behind it.
pub(super) struct Table<R> {
    pub(super) header: csv::StringRecord,
    reader: csv::Reader<R>,
    delimiter: char,
    /// By how much the reader is ahead of a row that it has just read: it takes the line feed of a Windows
    /// line end only with the next row.
    lines_ahead: u64,
}

/// Reads the header, whichever of comma, semicolon and tab is between the fields.
pub(super) fn open(mut text: impl Read) -> Result<Table<impl Read>> {
    // A header is short; what is longer is no header, and must not fill the memory.
    const LONGEST_HEADER: u64 = 1 << 16;
    let mut line = Vec::new();
    BufReader::with_capacity(1, text.by_ref()).take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let is_blank = line.iter().all(u8::is_ascii_whitespace);
    let is_windows = line.ends_with(b"\r\n");
    let line_end: &[u8] = if is_windows { b"\r\n" } else { b"\n" };
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        // With a line's end behind the last row too, `line_of` need not know which row is the last.
        .from_reader(Cursor::new(line).chain(text).chain(line_end));
    let header = reader.headers().context("its header is not text")?.clone();
    anyhow::ensure!(!is_blank && !header.is_empty(), "it has no header");
    Ok(Table { header, reader, delimiter: delimiter.into(), lines_ahead: u64::from(!is_windows) })
}

impl<R: Read> Table<R> {
    /// Reads the next row, or says that there is none.
    pub(super) fn read(&mut self, row: &mut csv::StringRecord) -> Result<bool> {
        let is_row = self.reader.read_record(row)?;
        // A quote that is never closed swallows the rows behind it; as one wrong row they would be lost.
        let spans_lines = is_row && row.iter().any(|field| field.contains('\n'));
        let ends_the_file = row.iter().next_back().is_some_and(|field| field.ends_with('\n'));
        let looks_like_a_row = |line: &str| line.matches(self.delimiter).count() + 1 >= self.header.len();
        let holds_a_row = row.iter().any(|field| field.lines().skip(1).any(looks_like_a_row));
        let swallows = spans_lines && (row.len() != self.header.len() || ends_the_file || holds_a_row);
        anyhow::ensure!(!swallows, "a quote in line {} is not closed where its row ends", self.line_of(row));
        Ok(is_row)
    }

    /// The line on which a row begins that was just read. The row's own position is that of the blank lines
    /// before it.
    pub(super) fn line_of(&self, row: &csv::StringRecord) -> u64 {
        let breaks_inside: usize = row.iter().map(|field| field.matches('\n').count()).sum();
        self.reader.position().line().saturating_sub(self.lines_ahead + breaks_inside as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        Encoding::of(bytes).ok()
    }

    #[test]
    fn text_is_told_from_what_is_not() {
        assert_eq!(encoding("gtin,name\n1,Молоко".as_bytes()), Some(Encoding::Utf8));
        assert_eq!(encoding(b""), Some(Encoding::Utf8));
        assert_eq!(encoding(&WINDOWS_1251.encode("gtin;name\n1;Молоко").0), Some(Encoding::Windows1251));
        assert_eq!(encoding(b"\x89PNG\r\n\x1a\n\x00\x00"), None);
        assert_eq!(encoding(b"\x1f\x8b\x08\xff"), None);
    }

    #[test]
    fn a_broken_upload_is_not_taken_for_another_encoding() {
        let cut = "gtin,name\n1,Молоко".as_bytes();
        assert!(Encoding::of(&cut[..cut.len() - 1]).is_err_and(|error| error.to_string().contains("byte 22")));
        let mut damaged = "gtin,name\n1,Молоко\n2,Хлеб".as_bytes().to_vec();
        damaged[14] = 0xff;
        assert!(Encoding::of(&damaged[..]).is_err());
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
            let mut table = open(text.as_bytes()).expect("a table");
            assert_eq!(table.header, vec!["gtin", "name, full", "price"]);
            let mut row = csv::StringRecord::new();
            assert!(table.read(&mut row).expect("text"));
            assert_eq!(row, vec!["1", "a,b", "2"]);
        }
    }

    #[test]
    fn a_row_is_found_by_its_line_whatever_ends_the_lines() {
        for end in ["\n", "\r\n"] {
            let text = ["gtin,name", "1,a", "", "2,\"b\nb\"", "3,c"].join(end);
            let mut table = open(text.as_bytes()).expect("a table");
            let (mut row, mut lines) = (csv::StringRecord::new(), Vec::new());
            while table.read(&mut row).expect("text") {
                lines.push(table.line_of(&row));
            }
            assert_eq!(lines, [2, 4, 6], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error() {
        for text in
            ["gtin,name\n1,\"a\n2,b\n3,c\n", "gtin,name\n1,\"a\n2,b\n3,\"c\n", "gtin,name,price\n1,\"a,5\n2,b,6\n"]
        {
            let mut table = open(text.as_bytes()).expect("a table");
            assert!(table.read(&mut csv::StringRecord::new()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_file_without_a_header_is_an_error() {
        assert!(open(&b""[..]).is_err());
        assert!(open(&b"\n\n"[..]).is_err());
    }
}
