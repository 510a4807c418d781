//! Looks at one picture after the other.

use crate::light::Light;
use crate::{Agreement, Picture, Read, Seen, reading};

/// Looks at a camera's pictures.
#[derive(Clone, Debug, Default)]
pub struct Eye {
    /// By how far the last code was turned; where there was none, what is tried next beside upright.
    turn: usize,
    agreement: Agreement,
}

/// By how many degrees a picture is turned for codes of lines, beside upright. A code is read from its side as well, and
/// upside down, so these leave at most 12° to any.
const TURNS: [f32; 3] = [45.0, 22.5, -22.5];

impl Eye {
    /// Looks at the next picture.
    pub fn look(&mut self, picture: &Picture) -> Seen {
        let light = Light::of(picture);
        let lit = light.stretched(picture);
        let upright = reading::read(&lit);
        let read = if upright.as_ref().is_some_and(Read::is_of_goods) {
            upright
        } else {
            let turned = reading::read(&reading::turned(&lit, TURNS[self.turn]));
            let is_found = turned.as_ref().is_some_and(|read| read.is_of_goods() || upright.is_none());
            if !is_found {
                self.turn = (self.turn + 1) % TURNS.len();
            }
            if is_found { turned } else { upright }
        };
        match (self.agreement.sure(read.clone()), read) {
            (Some(code), _) => Seen::Code(code),
            // The next picture tells.
            (None, Some(_)) => Seen::Nothing,
            (None, None) => light.judged(),
        }
    }
}
