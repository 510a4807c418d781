//! Looks at one picture after the other.

use crate::light::Light;
use crate::{Picture, Seen, Twice, reading};

/// Looks at a camera's pictures.
#[derive(Clone, Debug, Default)]
pub struct Eye {
    /// By how far the last code of lines was turned; where there was none, what is tried next beside upright.
    turn: usize,
    twice: Twice,
}

/// By how many degrees a picture is turned for codes of lines, beside upright. A code is read from its side as well, and
/// upside down, so these leave at most 12° to any.
const TURNS: [f32; 3] = [45.0, 22.5, 67.5];

impl Eye {
    /// Looks at the next picture.
    pub fn look(&mut self, picture: &Picture) -> Seen {
        let light = Light::of(picture);
        let lit = light.stretched(picture);
        let read = reading::read(&lit).or_else(|| {
            let read = reading::read(&reading::turned(&lit, TURNS[self.turn]));
            if read.is_none() {
                self.turn = (self.turn + 1) % TURNS.len();
            }
            read
        });
        match (self.twice.sure(read.clone()), read) {
            (Some(code), _) => Seen::Code(code),
            // The next picture tells.
            (None, Some(_)) => Seen::Nothing,
            (None, None) => light.judged(),
        }
    }
}
