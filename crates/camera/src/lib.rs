//! Codes in a camera's pictures. What a code means, `polka-scan` says.
//!
//! [`Eye`] looks at one picture after the other, as a camera gives them, and tells of each what it saw: a code, or what
//! keeps it from seeing one. A code of lines stands for itself alone, so it must be read the same from two pictures
//! in a row before it is told: a wrong product is worse than none. Data Matrix and QR code correct their own errors; but
//! beside a product's lines there may be a square for anything else, so one of GS1 alone is told at once.
//!
//! Some browsers find codes themselves; [`Read::of_browser`] and [`Agreement`] put what they found to the same rules, and
//! [`judged`] says what keeps them from it. For all others [`rxing`] reads, in a worker (`decoder/`).

#[cfg(feature = "reading")]
mod eye;
mod light;
#[cfg(feature = "pictures")]
pub mod pictures;
mod read;
#[cfg(feature = "reading")]
mod reading;

#[cfg(feature = "reading")]
pub use eye::Eye;
pub use light::judged;
pub use read::{Agreement, Read, is_of_lines, number_in};

/// A picture in shades of grey, of at least one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How light each point is, row by row from the top; 0 is black.
    luma: Vec<u8>,
    width: u32,
    height: u32,
}

impl Picture {
    /// A picture of points from black, 0, to white, row by row from the top; `None` where they are none or not as many
    /// as its size says.
    #[must_use]
    pub fn new(luma: Vec<u8>, width: u32, height: u32) -> Option<Self> {
        let points = (width as usize).checked_mul(height as usize)?;
        (points > 0 && points == luma.len()).then_some(Self { luma, width, height })
    }

    /// How light each point is, row by row from the top; 0 is black.
    #[must_use]
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// A picture of points of red, green, blue and opacity, as a canvas gives them; `None` where they are not as many
    /// as its size says.
    #[must_use]
    pub fn of_rgba(rgba: &[u8], width: u32, height: u32) -> Option<Self> {
        // The weights of ITU-R BT.601, in 256ths.
        let light = |point: &[u8]| {
            let [red, green, blue] = [point[0], point[1], point[2]].map(u32::from);
            ((77 * red + 150 * green + 29 * blue) >> 8) as u8
        };
        let is_whole = rgba.len().is_multiple_of(4);
        Self::new(rgba.chunks_exact(4).map(light).collect(), width, height).filter(|_| is_whole)
    }

    #[cfg(feature = "reading")]
    fn at(&self, x: u32, y: u32) -> u8 {
        self.luma[y as usize * self.width as usize + x as usize]
    }
}

/// What was seen on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A code, with its symbology identifier (ISO/IEC 15424) before it, as a scanner that is set so sends it.
    Code(String),
    /// It is too dark to see one.
    TooDark,
    /// Something is there, but its edges are not sharp: it moves, or is too near.
    Blurred,
    /// None.
    Nothing,
}
