//! What a receipt printer is told and what it answers, in ESC/POS as Epson describes it ("ESC/POS Command Reference for
//! TM Printers"): pure.

use super::picture::Picture;

/// Asks how it stands, DLE EOT n: 2 why it does not print, 4 its paper. It answers at once with a byte each, also while
/// it prints nothing.
pub(crate) const ASK_STATUS: [u8; 6] = [0x10, 0x04, 0x02, 0x10, 0x04, 0x04];
/// To how many bytes that is answered.
pub(super) const STATUS_BYTES: usize = 2;

/// ESC @: forgets what was set before.
const INITIALISE: [u8; 2] = [0x1b, 0x40];
/// GS v 0, in its usual size: what follows is a picture.
const RASTER: [u8; 4] = [0x1d, 0x76, 0x30, 0x00];
/// ESC d 4, so that the end of the paper is above the edge where it is torn; GS V 66 0: cuts it, where there is a knife.
const FEED_AND_CUT: [u8; 7] = [0x1b, 0x64, 0x04, 0x1d, 0x56, 0x42, 0x00];
/// GS r 1: a byte more when all before it is done. Without paper none comes.
const TELL_WHEN_DONE: [u8; 3] = [0x1d, 0x72, 0x01];
/// A picture goes in parts of so many lines: small printers remember no more.
const BAND_LINES: usize = 128;

/// These bits are the same in each answer to DLE EOT: 0 off, 1 on, 4 on, 7 off.
const FIXED_BITS: (u8, u8) = (0b1001_0011, 0b0001_0010);
/// To DLE EOT 2: the cover is open, or there is an error.
const STOPPED_BITS: u8 = 0b0100_0100;
/// To DLE EOT 2: printing ends for want of paper.
const OUT_OF_PAPER_BIT: u8 = 0b0010_0000;
/// To DLE EOT 4: no paper at all.
const NO_PAPER_BITS: u8 = 0b0110_0000;
/// To DLE EOT 4: it is near its end.
const NEAR_END_BITS: u8 = 0b0000_1100;

/// How a printer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    /// There is none, or it says nothing that we understand.
    #[default]
    Unknown,
    /// It has paper.
    Ready,
    /// It has paper, but not much more.
    PaperNearEnd,
    /// It has none.
    NoPaper,
    /// Its cover is open, or it has an error.
    Stopped,
}

impl Status {
    /// Whether nothing can come out of it.
    pub(crate) fn is_out(self) -> bool {
        matches!(self, Self::NoPaper | Self::Stopped)
    }

    /// What the answer to [`ASK_STATUS`] says; what came before it, of earlier questions, does not count.
    pub(super) fn of_answer(answer: &[u8]) -> Self {
        let Some([.., offline, paper]) = answer.len().checked_sub(STATUS_BYTES).map(|from| &answer[from..]) else {
            return Self::Unknown;
        };
        let is_answer = |byte: &u8| byte & FIXED_BITS.0 == FIXED_BITS.1;
        match (*offline, *paper) {
            _ if !is_answer(offline) || !is_answer(paper) => Self::Unknown,
            // An open cover also looks like no paper.
            (offline, _) if offline & STOPPED_BITS != 0 && offline & OUT_OF_PAPER_BIT == 0 => Self::Stopped,
            (offline, paper) if paper & NO_PAPER_BITS != 0 || offline & OUT_OF_PAPER_BIT != 0 => Self::NoPaper,
            (_, paper) if paper & NEAR_END_BITS != 0 => Self::PaperNearEnd,
            _ => Self::Ready,
        }
    }
}

/// Whether one of these says that all is done: in the answer to GS r bits 4 and 7 are off, in those to DLE EOT 4 is on.
pub(super) fn is_done(answer: &[u8]) -> bool {
    answer.iter().any(|byte| byte & 0b1001_0000 == 0)
}

/// What prints a picture, cuts the paper and lets the printer say so.
pub(super) fn printing(picture: &Picture) -> Vec<u8> {
    let line_bytes = picture.line_bytes();
    let mut bytes = INITIALISE.to_vec();
    for band in without_commands(picture.bytes()).chunks(BAND_LINES * line_bytes) {
        let lines = band.len() / line_bytes;
        bytes.extend(RASTER);
        for size in [line_bytes, lines] {
            bytes.extend((size as u16).to_le_bytes());
        }
        bytes.extend(band);
    }
    bytes.extend(FEED_AND_CUT);
    bytes.extend(TELL_WHEN_DONE);
    bytes
}

/// A printer obeys DLE EOT, DLE ENQ and DLE DC4 at once, also in the middle of a picture, where three lone dots may look
/// like one. One dot more, and they do not; a bar or a square of a code has no lone dots.
fn without_commands(picture: &[u8]) -> Vec<u8> {
    const DLE: u8 = 0x10;
    let next = picture.iter().skip(1).map(Some).chain([None]);
    let is_command = |next: Option<&u8>| matches!(next, Some(0x04 | 0x05 | 0x14));
    let tamed = |(byte, next): (&u8, Option<&u8>)| if *byte == DLE && is_command(next) { DLE | 0x08 } else { *byte };
    picture.iter().zip(next).map(tamed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_dots_are_taken_for_a_command() {
        let tamed = without_commands(&[0x10, 0x04, 0x10, 0x14, 0x10, 0x05, 0x10, 0x06, 0x10]);
        assert_eq!(tamed, [0x18, 0x04, 0x18, 0x14, 0x18, 0x05, 0x10, 0x06, 0x10]);
    }

    #[test]
    fn a_printer_says_whether_it_has_paper() {
        let answers: [(&[u8], Status); 9] = [
            (&[0x12, 0x12], Status::Ready),
            (&[0x12, 0x1e], Status::PaperNearEnd),
            (&[0x12, 0x7e], Status::NoPaper),
            (&[0x32, 0x12], Status::NoPaper),
            (&[0x16, 0x12], Status::Stopped),
            (&[0x52, 0x12], Status::Stopped),
            // The cover is open because paper is being put in.
            (&[0x36, 0x72], Status::NoPaper),
            // Late answers to an earlier question.
            (&[0x12, 0x7e, 0x12, 0x12], Status::Ready),
            (&[0x12], Status::Unknown),
        ];
        for (answer, status) in answers {
            assert_eq!(Status::of_answer(answer), status, "{answer:x?}");
        }
    }

    #[test]
    fn any_two_bytes_are_a_status_and_those_that_are_no_answer_are_not_understood() {
        let is_answer = |byte: u8| byte & 0b1001_0011 == 0b0001_0010;
        for offline in 0..=u8::MAX {
            for paper in 0..=u8::MAX {
                let is_understood = Status::of_answer(&[offline, paper]) != Status::Unknown;
                assert_eq!(is_understood, is_answer(offline) && is_answer(paper), "{offline:x} {paper:x}");
            }
        }
        assert_eq!(Status::of_answer(&[]), Status::Unknown);
    }

    #[test]
    fn that_all_is_done_is_told_from_how_the_printer_stands() {
        assert!([0x00, 0x03].iter().all(|done| is_done(&[0x12, *done])));
        assert!(![[0x12, 0x12], [0x32, 0x7e], [0x16, 0x1e]].iter().any(|status| is_done(status)));
    }

    #[test]
    fn a_picture_goes_in_bands_as_wide_as_the_paper() {
        for (width, line_bytes) in [(384, 48), (576, 72)] {
            let mut picture = Picture::new(width);
            picture.space(300);
            picture.darken(0, 0);
            picture.darken(width - 1, 299);
            let bytes = printing(&picture);
            assert!(bytes.starts_with(&[0x1b, 0x40, 0x1d, 0x76, 0x30, 0, line_bytes, 0, 128, 0, 0x80]));
            assert!(bytes.ends_with(&[0x01, 0x1b, 0x64, 4, 0x1d, 0x56, 66, 0, 0x1d, 0x72, 1]));
            // Two bands of 128 lines and one of 44.
            assert_eq!(bytes.len(), 2 + 3 * 8 + 300 * usize::from(line_bytes) + 7 + 3);
        }
    }
}
