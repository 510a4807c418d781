//! What a member has, as the sum of the postings.

use std::collections::BTreeMap;
use std::fmt;

use polka_domain::{Date, Points};

use crate::{Account, LotId, MemberId};

/// The sum of the postings of a member to one account of one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotSum {
    /// Which lot.
    pub lot: LotId,
    /// The last day on which its points are good; `None` where that is for ever.
    pub expires_on: Option<Date>,
    /// Which account.
    pub account: Account,
    /// How many points.
    pub points: i64,
}

/// Points of a member that came together. None of its sums is below nought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its number.
    pub id: LotId,
    /// The last day on which its points are good, in the store's time zone; `None` where that is for ever.
    pub expires_on: Option<Date>,
    /// What the member can pay with.
    pub available: Points,
    /// What is not yet confirmed.
    pub pending: Points,
    /// What is reserved for receipts.
    pub held: Points,
}

impl Lot {
    /// Whether its last day is over: it is good through `expires_on`, and no longer on the day after.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires_on.is_some_and(|last| last < today)
    }
}

/// A member's lots that are not empty: the oldest expiry first, those without one last.
///
/// All their points together are at most [`Points::LARGEST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberState {
    member: MemberId,
    lots: Vec<Lot>,
}

/// Why sums are no state of a member: the ledger they come from is broken, or they were loaded wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateError {
    /// A member's account is below nought in this lot.
    BelowNought(LotId),
    /// The same lot has two expiries.
    TwoExpiries(LotId),
    /// All together are more than [`Points::LARGEST`].
    TooLarge,
}

impl MemberState {
    /// Makes the state of the sums of a member's postings. An account that is not the member's own is passed
    /// over, and sums of the same lot and account are added.
    ///
    /// # Errors
    /// Where an account of a lot is below nought, two expiries contradict, or the sum is beyond the range.
    pub fn from_sums(member: MemberId, sums: impl IntoIterator<Item = LotSum>) -> Result<Self, StateError> {
        // Available, pending, held.
        let mut lots: BTreeMap<LotId, (Option<Date>, [i128; 3])> = BTreeMap::new();
        for sum in sums {
            let place = match sum.account {
                Account::MemberAvailable => 0,
                Account::MemberPending => 1,
                Account::MemberHeld => 2,
                _ => continue,
            };
            let (expires_on, accounts) = lots.entry(sum.lot).or_insert((sum.expires_on, [0; 3]));
            if *expires_on != sum.expires_on {
                return Err(StateError::TwoExpiries(sum.lot));
            }
            accounts[place] += i128::from(sum.points);
        }
        let mut total = 0;
        let mut state = Self { member, lots: Vec::new() };
        for (id, (expires_on, accounts)) in lots {
            if accounts.iter().any(|sum| *sum < 0) {
                return Err(StateError::BelowNought(id));
            }
            total += accounts.iter().sum::<i128>();
            let [available, pending, held] = accounts.map(points_of);
            let (Some(available), Some(pending), Some(held)) = (available, pending, held) else {
                return Err(StateError::TooLarge);
            };
            if accounts != [0; 3] {
                state.lots.push(Lot { id, expires_on, available, pending, held });
            }
        }
        points_of(total).ok_or(StateError::TooLarge)?;
        state.lots.sort_by_key(|lot| (lot.expires_on.is_none(), lot.expires_on, lot.id));
        Ok(state)
    }

    /// Whose points they are.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The lots, in the order in which they are spent.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// All points: available, pending and held, also those that are expired and not yet booked out.
    #[must_use]
    pub fn balance(&self) -> Points {
        self.total(|lot| lot.available.value() + lot.pending.value() + lot.held.value())
    }

    /// What the member can pay with today.
    #[must_use]
    pub fn spendable(&self, today: Date) -> Points {
        self.total(|lot| if lot.is_expired(today) { 0 } else { lot.available.value() })
    }

    /// What is not yet confirmed.
    #[must_use]
    pub fn pending(&self) -> Points {
        self.total(|lot| lot.pending.value())
    }

    /// What is reserved for receipts.
    #[must_use]
    pub fn held(&self) -> Points {
        self.total(|lot| lot.held.value())
    }

    pub(crate) fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == id)
    }

    /// Whether so many more points are still within the range.
    pub(crate) fn has_room_for(&self, points: i64) -> bool {
        points <= Points::LARGEST.value() - self.balance().value()
    }

    fn total(&self, of: impl Fn(&Lot) -> i64) -> Points {
        // All together are within the range, so a part of them is.
        Points::new(self.lots.iter().map(of).sum()).unwrap_or(Points::LARGEST)
    }
}

fn points_of(sum: i128) -> Option<Points> {
    Points::new(i64::try_from(sum).ok()?).ok()
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BelowNought(lot) => write!(f, "the lot {} is below nought", lot.0),
            Self::TwoExpiries(lot) => write!(f, "the lot {} has two expiries", lot.0),
            Self::TooLarge => write!(f, "the sum is above {}", Points::LARGEST),
        }
    }
}

impl std::error::Error for StateError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{MEMBER, day, points};

    fn sum(lot: i64, expires_on: Option<&str>, account: Account, points: i64) -> LotSum {
        LotSum { lot: LotId(lot), expires_on: expires_on.map(day), account, points }
    }

    #[test]
    fn lots_stand_in_the_order_in_which_they_are_spent() {
        let state = MemberState::from_sums(
            MEMBER,
            [
                sum(1, None, Account::MemberAvailable, 1),
                sum(4, Some("2026-05-01"), Account::MemberPending, 1),
                sum(3, Some("2026-05-01"), Account::MemberAvailable, 1),
                sum(2, Some("2026-06-01"), Account::MemberHeld, 1),
                sum(5, Some("2026-04-01"), Account::MemberHeld, 0),
            ],
        );
        let order: Vec<i64> = state.expect("a state").lots().iter().map(|lot| lot.id.0).collect();
        assert_eq!(order, [3, 4, 2, 1]);
    }

    #[test]
    fn the_balance_is_the_sum_of_the_postings_to_the_members_accounts() {
        let state = MemberState::from_sums(
            MEMBER,
            [
                sum(1, None, Account::MemberAvailable, 10),
                sum(1, None, Account::MemberAvailable, -3),
                sum(1, None, Account::MemberHeld, 2),
                sum(1, None, Account::MemberPending, 5),
                sum(1, None, Account::ProgrammeIssued, -15),
                sum(1, None, Account::Redeemed, 1),
            ],
        )
        .expect("a state");
        assert_eq!(state.balance(), points(14));
        assert_eq!(state.spendable(day("2026-01-01")), points(7));
        assert_eq!((state.pending(), state.held()), (points(5), points(2)));
    }

    #[test]
    fn sums_that_no_ledger_can_have_are_refused() {
        let of = |sums: &[LotSum]| MemberState::from_sums(MEMBER, sums.to_vec()).expect_err("they are wrong");
        let available = |lot, count| sum(lot, None, Account::MemberAvailable, count);
        assert_eq!(of(&[available(1, 5), available(2, -1)]), StateError::BelowNought(LotId(2)));
        assert_eq!(of(&[available(1, i64::MAX)]), StateError::TooLarge);
        assert_eq!(of(&[available(1, i64::MIN), available(1, i64::MIN)]), StateError::BelowNought(LotId(1)));
        assert_eq!(of(&[available(1, 1_000_000_000_000), available(2, 1)]), StateError::TooLarge);
        let later = sum(1, Some("2026-01-01"), Account::MemberHeld, 1);
        assert_eq!(of(&[available(1, 1), later]), StateError::TwoExpiries(LotId(1)));
    }

    #[test]
    fn a_lot_is_good_through_its_last_day() {
        let state = MemberState::from_sums(MEMBER, [sum(1, Some("2026-05-31"), Account::MemberAvailable, 4)]);
        let state = state.expect("a state");
        assert_eq!(state.spendable(day("2026-05-31")), points(4));
        assert_eq!(state.spendable(day("2026-06-01")), points(0));
    }
}
