//! Somebody takes a photograph of the label for a report that is kept already: shown before it is sent, and left out
//! where they like. The camera is on while they aim, and at no other time.

mod state;
mod view;

pub(super) use state::{Event, Page, State};
pub(super) use view::{Shared, in_words, photo_view, run};
