//! Pictures of codes as a camera sees them, made by other libraries than the one that reads them.
//!
//! A code is printed on white paper that lies on a pack full of lines, so that there is something to mistake for it.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use barcoders::sym::tf::TF;
use datamatrix::{DataMatrix, SymbolList};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::Picture;

/// How high a code of lines is printed, in parts of its width.
const LINES_HEIGHT: f32 = 0.5;
/// So many modules around a code stay white.
const QUIET: f32 = 10.0;

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// EAN-13; a UPC-A code is one that begins with 0.
    Ean13,
    /// EAN-8.
    Ean8,
    /// Interleaved 2 of 5.
    Itf14,
    /// Code 128 of anything in ASCII.
    Code128,
    /// Code 128 of GS1 elements; `\u{1d}` separates them.
    Gs1Code128,
    /// Data Matrix of GS1 elements.
    Gs1DataMatrix,
    /// QR code of GS1 elements, at most some 60 characters.
    Gs1QrCode,
    /// QR code of anything.
    QrCode,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 8] = [
        Self::Ean13,
        Self::Ean8,
        Self::Itf14,
        Self::Code128,
        Self::Gs1Code128,
        Self::Gs1DataMatrix,
        Self::Gs1QrCode,
        Self::QrCode,
    ];

    /// What a scanner puts before it.
    #[must_use]
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Ean13 => "]E0",
            Self::Ean8 => "]E4",
            Self::Itf14 => "]I1",
            Self::Code128 => "]C0",
            Self::Gs1Code128 => "]C1",
            Self::Gs1DataMatrix => "]d2",
            Self::Gs1QrCode => "]Q3",
            Self::QrCode => "]Q1",
        }
    }
}

/// A printed code: black where `true`.
#[derive(Clone, Debug)]
pub struct Print {
    modules: Vec<bool>,
    width: usize,
    is_lines: bool,
}

impl Print {
    /// Prints a text as a code; `None` where this kind cannot hold it.
    #[must_use]
    pub fn of(kind: Kind, text: &str) -> Option<Self> {
        let lines = |bars: Vec<u8>| {
            let modules: Vec<bool> = bars.into_iter().map(|bar| bar == 1).collect();
            Self { width: modules.len(), modules, is_lines: true }
        };
        let square = |modules: Vec<bool>, width| Self { modules, width, is_lines: false };
        let of_qr_code = |code: QrCode| {
            let width = code.width();
            square(code.into_colors().into_iter().map(|color| color == Color::Dark).collect(), width)
        };
        Some(match kind {
            // The library works out the last digit.
            Kind::Ean13 => lines(EAN13::new(text.get(..12)?).ok()?.encode()),
            Kind::Ean8 => lines(EAN8::new(text.get(..7)?).ok()?.encode()),
            Kind::Itf14 => lines(TF::interleaved(text).ok()?.encode()),
            Kind::Code128 => lines(Code128::new(code_128(text, false)).ok()?.encode()),
            Kind::Gs1Code128 => lines(Code128::new(code_128(text, true)).ok()?.encode()),
            Kind::Gs1DataMatrix => {
                let code = DataMatrix::encode_gs1(text.as_bytes(), SymbolList::default()).ok()?.bitmap();
                square(code.bits().to_vec(), code.width())
            }
            Kind::Gs1QrCode => {
                let mut bits = Bits::new(Version::Normal(6));
                bits.push_fnc1_first_position().ok()?;
                bits.push_byte_data(text.as_bytes()).ok()?;
                bits.push_terminator(EcLevel::M).ok()?;
                of_qr_code(QrCode::with_bits(bits, EcLevel::M).ok()?)
            }
            Kind::QrCode => of_qr_code(QrCode::new(text).ok()?),
        })
    }

    /// How many modules it is wide.
    #[must_use]
    pub fn modules(&self) -> usize {
        self.width
    }

    fn height(&self) -> f32 {
        if self.is_lines { self.width as f32 * LINES_HEIGHT } else { (self.modules.len() / self.width) as f32 }
    }

    /// How light it is so many modules to the right of its middle and below; `None` outside of the paper.
    fn light_at(&self, [right, down]: [f32; 2]) -> Option<bool> {
        let [x, y] = [right + self.width as f32 / 2.0, down + self.height() / 2.0];
        let is_on_paper = x >= -QUIET && y >= -QUIET && x < self.width as f32 + QUIET && y < self.height() + QUIET;
        if !is_on_paper {
            return None;
        }
        let is_in_code = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height();
        let row = if self.is_lines { 0 } else { y as usize };
        Some(!(is_in_code && self.modules[row * self.width + x as usize]))
    }
}

/// A text as the library wants it: digits by twos where there are some, FNC1 for the separator and before GS1 elements.
fn code_128(text: &str, is_gs1: bool) -> String {
    const LETTERS: char = '\u{181}';
    const PAIRS: char = '\u{106}';
    const FNC1: char = '\u{179}';
    let mut written = String::new();
    let (mut set, mut rest) = (None, text);
    while let Some(next) = rest.chars().next() {
        let pair = rest.get(..2).filter(|pair| pair.bytes().all(|byte| byte.is_ascii_digit()));
        let wanted = if pair.is_some() { PAIRS } else { LETTERS };
        // A separator is in both.
        if set.is_none() || (next != '\u{1d}' && set != Some(wanted)) {
            written.push(wanted);
            if set.is_none() && is_gs1 {
                written.push(FNC1);
            }
            set = Some(wanted);
        }
        let taken = pair.map_or(next.len_utf8(), str::len);
        written.push_str(&rest[..taken].replace('\u{1d}', "\u{179}"));
        rest = &rest[taken..];
    }
    written
}

/// A film of one picture, in the format Y4M, as Chromium takes it in place of a camera. Its sides must be even.
#[must_use]
pub fn film(picture: &Picture) -> Vec<u8> {
    let mut film = format!("YUV4MPEG2 W{} H{} F10:1 Ip A1:1 C420\nFRAME\n", picture.width, picture.height).into_bytes();
    film.extend(&picture.luma);
    // Without any colour: both colours are in the middle, one for four points.
    film.resize(film.len() + picture.luma.len() / 2, 128);
    film
}

/// How a picture is taken.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Points in a row of the picture, and rows.
    pub size: [u32; 2],
    /// Points that a module is wide.
    pub module: f32,
    /// By how much the code is turned, clockwise.
    pub degrees: f32,
    /// Over how many points to each side an edge is drawn out.
    pub blur: u32,
    /// How light white is; 255 is as light as can be.
    pub white: u8,
    /// How far light and dark may be off at any point.
    pub noise: u8,
}

impl Shot {
    /// A good one.
    pub const SHARP: Self = Self { size: [960, 540], module: 3.0, degrees: 0.0, blur: 0, white: 235, noise: 6 };

    /// The picture of a pack, with a code on it or none.
    #[must_use]
    pub fn of(&self, print: Option<&Print>) -> Picture {
        let [width, height] = self.size;
        let (sine, cosine) = self.degrees.to_radians().sin_cos();
        let module = self.module;
        let light_at = |x: f32, y: f32| {
            let [right, down] = [(x - width as f32 / 2.0) / module, (y - height as f32 / 2.0) / module];
            let place = [right * cosine + down * sine, down * cosine - right * sine];
            match print.and_then(|print| print.light_at(place)) {
                Some(true) => 1.0,
                Some(false) => 0.08,
                None => pack(x, y),
            }
        };
        let point = |at: u32| {
            let (x, y) = ((at % width) as f32, (at / width) as f32);
            // A point sees all that falls on it.
            let parts = [0.17, 0.5, 0.83];
            let sum: f32 = parts.iter().flat_map(|right| parts.map(|down| light_at(x + right, y + down))).sum();
            sum / 9.0
        };
        let light = blurred((0..width * height).map(point).collect(), width as usize, self.blur as usize);
        let mut chance = 0x9e37_79b9_u32;
        let luma = light.into_iter().map(|light| {
            // Marsaglia's xorshift: the same at each call.
            chance ^= chance << 13;
            chance ^= chance >> 17;
            chance ^= chance << 5;
            let off = chance as f32 / u32::MAX as f32 * 2.0 - 1.0;
            (light * f32::from(self.white) + off * f32::from(self.noise)).clamp(0.0, 255.0) as u8
        });
        Picture { luma: luma.collect(), width, height }
    }
}

/// What a pack looks like beside the code: stripes and letters' worth of dark spots.
fn pack(x: f32, y: f32) -> f32 {
    let is_stripe = ((x / 23.0) as u32).is_multiple_of(5) && ((y / 90.0) as u32).is_multiple_of(2);
    let is_letter = (x / 7.0) as u32 % 3 == 1 && (y / 11.0) as u32 % 4 == 2;
    if is_stripe || is_letter { 0.3 } else { 0.62 }
}

/// The mean of so many points to each side, first along the rows, then along the columns.
fn blurred(light: Vec<f32>, width: usize, blur: usize) -> Vec<f32> {
    if blur == 0 {
        return light;
    }
    let height = light.len() / width;
    let mean = |from: &[f32], start: usize, step: usize, at: usize, count: usize| {
        let (first, last) = (at.saturating_sub(blur), (at + blur).min(count - 1));
        (first..=last).map(|at| from[start + at * step]).sum::<f32>() / (last - first + 1) as f32
    };
    let along: Vec<f32> = (0..light.len()).map(|at| mean(&light, at / width * width, 1, at % width, width)).collect();
    (0..light.len()).map(|at| mean(&along, at % width, width, at / width, height)).collect()
}
