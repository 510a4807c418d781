//! Somebody of the staff puts right what went wrong: a reason, how much, by which way; and says yes or no to what another
//! has given above a limit.

pub(super) mod state;
pub(super) mod view;
