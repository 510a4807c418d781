//! What was given for mistakes lately, for the store's managers: how each stands, taking one back later with a why, and
//! the coupons that tills have taken without network and that were not right.

pub(super) mod state;
pub(super) mod view;
