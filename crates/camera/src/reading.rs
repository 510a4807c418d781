//! One picture: is there a code on it, and which.

use std::collections::HashSet;

use rxing::common::{BitArray, HybridBinarizer};
use rxing::datamatrix::DataMatrixReader;
use rxing::oned::{Code128Reader, ITFReader, MultiFormatUPCEANReader, OneDReader};
use rxing::qrcode::QRCodeReader;
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, RXingResultMetadataType,
    RXingResultMetadataValue, Reader,
};

use crate::read::is_case_number;
use crate::{Picture, Read};

/// Reads a picture as it is held.
pub(crate) fn read(picture: &Picture) -> Option<Read> {
    let mut bitmap = bitmap(picture)?;
    let is_gs1 = |code: &String| ["]d2", "]d5", "]Q3", "]Q4"].iter().any(|it| code.starts_with(it));
    let mut square = square(&mut bitmap, &mut QRCodeReader);
    if !square.as_ref().is_some_and(is_gs1) {
        square = self::square(&mut bitmap, &mut DataMatrixReader).or(square);
    }
    match square {
        Some(code) if is_gs1(&code) => Some(Read::Gs1(code)),
        other => lines(&mut bitmap).map(Read::Lines).or(other.map(Read::Other)),
    }
}

type Bitmap<'a> = BinaryBitmap<HybridBinarizer<Luma8Source<'a>>>;

fn bitmap(picture: &Picture) -> Option<Bitmap<'_>> {
    let source = Luma8Source::new_with_slice(&picture.luma, picture.width, picture.height).ok()?;
    Some(BinaryBitmap::new(HybridBinarizer::new(source)))
}

/// A code that a reader of squares finds, however it is turned.
fn square(bitmap: &mut Bitmap<'_>, reader: &mut impl Reader) -> Option<String> {
    let found = reader.decode_with_hints(bitmap, &DecodeHints::default()).ok()?;
    let identifier = match found.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER) {
        Some(RXingResultMetadataValue::SymbologyIdentifier(identifier)) => identifier.as_str(),
        _ => "",
    };
    Some(format!("{identifier}{}", found.getText()))
}

/// A code of lines that run nearly up and down, or across.
///
/// A row that leaves a code through its upper edge reads as a shorter one that never was; the next row leaves it
/// elsewhere. So a code counts where several rows read it, and far fewer another.
fn lines(upright: &mut Bitmap<'_>) -> Option<String> {
    let mut ballot = Ballot::new();
    ballot.count(upright).or_else(|| ballot.count(&upright.rotate_counter_clockwise())).or_else(|| ballot.winner())
}

/// So many rows are looked at: as far apart that a row which leaves a code does so another module on.
const ROWS: usize = 72;
/// So many rows that read the same are enough to look no further.
const ENOUGH: u32 = 4;
/// At least so many rows must read the same.
const FEWEST: u32 = 2;
/// And so many for UPC-E: six digits in a row of lines are soon found where there are none.
const FEWEST_SHORT: u32 = 4;

/// What the rows of a picture read.
struct Ballot {
    /// That FNC1 is wanted.
    hints: DecodeHints,
    articles: MultiFormatUPCEANReader,
    /// By code.
    votes: Vec<(String, u32)>,
}

impl Ballot {
    fn new() -> Self {
        let articles = HashSet::from([BarcodeFormat::EAN_13, BarcodeFormat::EAN_8, BarcodeFormat::UPC_E]);
        let hints = DecodeHints { PossibleFormats: Some(articles), AssumeGs1: Some(true), ..DecodeHints::default() };
        Self { articles: MultiFormatUPCEANReader::new(&hints), hints, votes: Vec::new() }
    }

    /// Asks the rows from the middle on, until enough agree.
    fn count<B: Binarizer>(&mut self, bitmap: &BinaryBitmap<B>) -> Option<String> {
        let (height, step) = (bitmap.get_height(), (bitmap.get_height() / ROWS).max(1));
        let middle = height / 2;
        let rows = (0..=middle / step).flat_map(|at| [middle.checked_sub(at * step), Some(middle + (at + 1) * step)]);
        for row in rows.flatten().filter(|row| *row < height) {
            let Ok(black) = bitmap.get_black_row(row) else { continue };
            let mut black = black.into_owned();
            let read = self.read(&black).or_else(|| {
                black.reverse();
                self.read(&black)
            });
            let Some(read) = read else { continue };
            match self.votes.iter_mut().find(|(code, _)| *code == read) {
                Some((_, votes)) => *votes += 1,
                None => self.votes.push((read, 1)),
            }
            if self.votes.iter().any(|(_, votes)| *votes >= ENOUGH) {
                return self.winner();
            }
        }
        None
    }

    /// Reads one row, by the kinds that stand on goods, in the order of how often.
    fn read(&mut self, row: &BitArray) -> Option<String> {
        let found = self.articles.decode_row(0, row, &self.hints);
        let found = found.or_else(|_| Code128Reader.decode_row(0, row, &self.hints));
        let found = found.or_else(|_| ITFReader::default().decode_row(0, row, &self.hints)).ok()?;
        let text = found.getText();
        match found.getBarcodeFormat() {
            BarcodeFormat::EAN_8 => Some(format!("]E4{text}")),
            BarcodeFormat::ITF => is_case_number(text).then(|| format!("]I1{text}")),
            // It says itself that GS1 elements follow.
            BarcodeFormat::CODE_128 if text.starts_with("]C1") => Some(text.to_owned()),
            BarcodeFormat::CODE_128 => Some(format!("]C0{text}")),
            _ => Some(format!("]E0{text}")),
        }
    }

    /// What most rows read, where they are enough and far more than read anything else.
    fn winner(&self) -> Option<String> {
        let (code, votes) = self.votes.iter().max_by_key(|(_, votes)| *votes)?;
        let others: u32 = self.votes.iter().map(|(_, votes)| votes).sum::<u32>() - votes;
        let fewest = if is_short(code) { FEWEST_SHORT } else { FEWEST };
        (*votes >= fewest && *votes > 2 * others).then(|| code.clone())
    }
}

/// Whether it was read as UPC-E.
fn is_short(code: &str) -> bool {
    code.strip_prefix("]E0").is_some_and(|digits| digits.len() == 8)
}

/// The middle of a picture, turned. What lies outside is white.
pub(crate) fn turned(picture: &Picture, degrees: f32) -> Picture {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let middle = [picture.width as f32 / 2.0, picture.height as f32 / 2.0];
    let mut luma = Vec::with_capacity(picture.luma.len());
    for y in 0..picture.height {
        for x in 0..picture.width {
            let [right, down] = [x as f32 + 0.5 - middle[0], y as f32 + 0.5 - middle[1]];
            let from = [middle[0] + right * cosine - down * sine, middle[1] + right * sine + down * cosine];
            luma.push(between(picture, from));
        }
    }
    Picture { luma, width: picture.width, height: picture.height }
}

/// How light a picture is at a place between points.
fn between(picture: &Picture, [x, y]: [f32; 2]) -> u8 {
    let [x, y] = [x - 0.5, y - 0.5];
    let is_inside = x >= 0.0 && y >= 0.0 && x < (picture.width - 1) as f32 && y < (picture.height - 1) as f32;
    if !is_inside {
        return 255;
    }
    let (left, top) = (x as u32, y as u32);
    let (to_right, down) = (x - left as f32, y - top as f32);
    let row = |y| {
        let (a, b) = (f32::from(picture.at(left, y)), f32::from(picture.at(left + 1, y)));
        a + (b - a) * to_right
    };
    let (above, below) = (row(top), row(top + 1));
    (above + (below - above) * down) as u8
}
