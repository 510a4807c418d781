//! How the store does, for its managers: what was reported as expired week by week, what came of it, and how calls are
//! answered.

pub(super) mod apologies;
pub(super) mod view;
