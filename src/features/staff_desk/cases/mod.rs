//! What customers complain of: somebody of the staff writes it down, takes it, and says what was done.

pub(super) mod state;
pub(super) mod view;
