//! What keeps a code from being seen.

#[cfg(feature = "reading")]
use std::borrow::Cow;

use crate::{Picture, Seen};

/// Paper that is not lighter than this is not lit. A camera makes light what it can, so what is left below is dark.
const LIT: u8 = 60;
/// Where the lightest and the darkest are less apart there is nothing to be sharp.
const CONTRAST: u8 = 50;
/// At a sharp edge two points beside each other are apart by so much of the contrast, in hundredths.
const SHARP: u32 = 30;

/// Where the lightest and the darkest are less apart than this, they are drawn apart before a code is looked for.
#[cfg(feature = "reading")]
const PLAIN: u8 = 140;

/// What keeps a code on this picture from being read: [`Seen::TooDark`], [`Seen::Blurred`], or nothing that is known.
#[must_use]
pub fn judged(picture: &Picture) -> Seen {
    Light::of(picture).judged()
}

/// How a picture is lit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Light {
    /// What a twentieth of the picture is lighter than.
    light: u8,
    /// What a twentieth of the picture is darker than.
    dark: u8,
    /// How far two points beside each other are apart at an edge.
    step: u8,
}

impl Light {
    pub(crate) fn of(picture: &Picture) -> Self {
        let (mut lights, mut steps) = ([0_u32; 256], [0_u32; 256]);
        // A quarter of the rows tells as much as all.
        for row in picture.luma.chunks_exact(picture.width as usize).step_by(4) {
            row.iter().for_each(|&light| lights[usize::from(light)] += 1);
            row.windows(2).for_each(|pair| steps[usize::from(pair[0].abs_diff(pair[1]))] += 1);
        }
        // A code fills a small part of the picture, its edges a part of that.
        Self { light: reached_by(&lights, 50), dark: reached_by(&lights, 950), step: reached_by(&steps, 5) }
    }

    fn contrast(self) -> u8 {
        self.light.saturating_sub(self.dark)
    }

    /// The picture, drawn from black to white where it is dim.
    #[cfg(feature = "reading")]
    pub(crate) fn stretched(self, picture: &Picture) -> Cow<'_, Picture> {
        if self.contrast() >= PLAIN || self.contrast() == 0 {
            return Cow::Borrowed(picture);
        }
        let (dark, contrast) = (u32::from(self.dark), u32::from(self.contrast()));
        let stretch = |light: &u8| (u32::from(*light).saturating_sub(dark) * 255 / contrast).min(255) as u8;
        let luma = picture.luma.iter().map(stretch).collect();
        Cow::Owned(Picture { luma, width: picture.width, height: picture.height })
    }

    /// What is wrong with a picture on which no code was read.
    pub(crate) fn judged(self) -> Seen {
        let contrast = self.contrast();
        if self.light < LIT {
            Seen::TooDark
        } else if contrast >= CONTRAST && u32::from(self.step) * 100 < u32::from(contrast) * SHARP {
            Seen::Blurred
        } else {
            Seen::Nothing
        }
    }
}

/// What so many thousandths of the counted reach or pass.
fn reached_by(counts: &[u32; 256], thousandths: u64) -> u8 {
    let wanted = counts.iter().map(|count| u64::from(*count)).sum::<u64>() * thousandths / 1000;
    let mut passed = 0;
    for (value, count) in counts.iter().enumerate().rev() {
        passed += u64::from(*count);
        if passed > wanted {
            return value as u8;
        }
    }
    0
}
