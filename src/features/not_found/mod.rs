//! What an unknown address shows: a way on. Works offline.

mod view;

pub(crate) use view::NotFoundScreen;
