//! Named states of the screen, for tests and pictures.

use super::state::State;

/// Nobody called, a call without an answer, and one for long.
pub(crate) const EXAMPLES: [(&str, State); 3] =
    [("none", State::None), ("waiting", State::Waiting), ("long", State::Long { minutes: 3 })];
