//! Why a rule refuses.

use std::fmt;

/// What limits how many points are earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cap {
    /// What one receipt earns.
    Receipt,
    /// What a member earns in a day.
    MemberDay,
    /// What all members together earn in a store in a day.
    StoreDay,
}

/// Why a rule gives no draft. Nothing changes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// An amount of money is below nought, above [`Receipt::LARGEST_AMOUNT_MINOR_UNITS`], or what came back is
    /// more than was bought.
    ///
    /// [`Receipt::LARGEST_AMOUNT_MINOR_UNITS`]: crate::Receipt::LARGEST_AMOUNT_MINOR_UNITS
    AmountOutOfRange,
    /// The number of points must be above nought, or what was worked out or is to be had is beyond
    /// [`Points::LARGEST`](polka_domain::Points::LARGEST).
    PointsOutOfRange,
    /// The day on which the points would expire is in no calendar.
    DateOutOfRange,
    /// The receipt is too small to earn a point, or was paid with points.
    NothingEarned,
    /// The receipt has earned all its points already.
    AlreadyAccrued,
    /// This limit leaves nothing to earn.
    CapReached(Cap),
    /// The receipt may not be paid with so many points.
    AbovePayable,
    /// The member has not so many points to spend.
    TooFewPoints,
    /// The receipt has points reserved.
    AlreadyReserved,
    /// The receipt has no points reserved.
    NothingReserved,
    /// The receipt has fewer points reserved.
    AboveReserved,
    /// The member does not hold what the receipt has reserved: another member's, or one that was merged.
    NotHeld,
    /// The lot has no pending points of this member.
    NothingPending,
    /// No point's last day is over.
    NothingToExpire,
    /// The member has no points that could be moved.
    NothingToMerge,
    /// A member cannot be merged with itself.
    SameMember,
}

impl Refusal {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::PointsOutOfRange => "points_out_of_range",
            Self::DateOutOfRange => "date_out_of_range",
            Self::NothingEarned => "nothing_earned",
            Self::AlreadyAccrued => "already_accrued",
            Self::CapReached(Cap::Receipt) => "receipt_cap_reached",
            Self::CapReached(Cap::MemberDay) => "member_day_cap_reached",
            Self::CapReached(Cap::StoreDay) => "store_day_cap_reached",
            Self::AbovePayable => "above_payable",
            Self::TooFewPoints => "too_few_points",
            Self::AlreadyReserved => "already_reserved",
            Self::NothingReserved => "nothing_reserved",
            Self::AboveReserved => "above_reserved",
            Self::NotHeld => "not_held",
            Self::NothingPending => "nothing_pending",
            Self::NothingToExpire => "nothing_to_expire",
            Self::NothingToMerge => "nothing_to_merge",
            Self::SameMember => "same_member",
        }
    }

    const ALL: [Self; 18] = [
        Self::AmountOutOfRange,
        Self::PointsOutOfRange,
        Self::DateOutOfRange,
        Self::NothingEarned,
        Self::AlreadyAccrued,
        Self::CapReached(Cap::Receipt),
        Self::CapReached(Cap::MemberDay),
        Self::CapReached(Cap::StoreDay),
        Self::AbovePayable,
        Self::TooFewPoints,
        Self::AlreadyReserved,
        Self::NothingReserved,
        Self::AboveReserved,
        Self::NotHeld,
        Self::NothingPending,
        Self::NothingToExpire,
        Self::NothingToMerge,
        Self::SameMember,
    ];

    /// The refusal with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AmountOutOfRange => "the amount of money is out of range",
            Self::PointsOutOfRange => "the number of points is out of range",
            Self::DateOutOfRange => "the points would expire on no day of the calendar",
            Self::NothingEarned => "the receipt earns no point",
            Self::AlreadyAccrued => "the receipt has earned its points already",
            Self::CapReached(Cap::Receipt) => "the receipt has earned as much as one may",
            Self::CapReached(Cap::MemberDay) => "the member has earned as much as one may in a day",
            Self::CapReached(Cap::StoreDay) => "the store has given as much as it may in a day",
            Self::AbovePayable => "the receipt may not be paid with so many points",
            Self::TooFewPoints => "the member has too few points",
            Self::AlreadyReserved => "the receipt has points reserved already",
            Self::NothingReserved => "the receipt has no points reserved",
            Self::AboveReserved => "the receipt has fewer points reserved",
            Self::NotHeld => "the member does not hold what the receipt has reserved",
            Self::NothingPending => "the lot has no pending points",
            Self::NothingToExpire => "no points have expired",
            Self::NothingToMerge => "the member has no points to move",
            Self::SameMember => "a member cannot be merged with itself",
        })
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_found_by_its_code() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
        }
    }
}
