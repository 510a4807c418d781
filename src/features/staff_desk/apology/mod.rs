//! Somebody of the staff puts right what went wrong: a reason, how much, by which way; and says yes or no to what another
//! has given above a limit. One half of the screen is the customer's: they choose the way, and see only what is theirs.
//! Without the store's server the tablet keeps what is given, and prints a coupon of those that it has (`kept.rs`).

mod kept;
pub(super) mod outcome;
pub(super) mod state;
pub(super) mod view;
