//! What somebody tells of themselves: name, birthday, mail and wishes, each asked once, and left out where they like.

mod state;
mod view;

pub(super) use state::{Question, Topic};
pub(super) use view::{birthday_in_words, question_view};
