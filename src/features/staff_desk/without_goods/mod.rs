//! Somebody of the staff puts right what was wrong with goods, without their coming back: a receipt, a line of it, what was
//! wrong, and to whom the points go. Words that it shares with apologies are theirs.

pub(super) mod state;
pub(super) mod view;
