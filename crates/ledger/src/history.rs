//! What has happened to the points of one receipt so far.

use polka_domain::Points;

use crate::{Account, Kind, LotId, Transaction};

/// What has happened to the points of one receipt so far, added up from all its transactions.
///
/// By it the rules know that a receipt is reserved, redeemed or accrued already: no second time, however often
/// somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Reserved and neither redeemed nor released.
    held: LotSums,
    /// Redeemed and not given back.
    redeemed: LotSums,
    redeemed_in_all: i128,
    accrued: LotSums,
    taken_back: i128,
}

/// Sums of lots, in the order in which the lots first came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LotSums(Vec<(LotId, i128)>);

impl LotSums {
    fn add(&mut self, lot: LotId, points: i128) {
        match self.0.iter_mut().find(|(known, _)| *known == lot) {
            Some((_, sum)) => *sum += points,
            None => self.0.push((lot, points)),
        }
    }

    /// The lots of which something is left, with how much.
    fn left(&self) -> impl DoubleEndedIterator<Item = (LotId, i64)> {
        self.0.iter().filter(|(_, sum)| *sum > 0).map(|(lot, sum)| (*lot, clamped(*sum)))
    }

    fn sum(&self) -> i64 {
        clamped(self.0.iter().map(|(_, sum)| (*sum).max(0)).sum())
    }
}

/// A sum that no real ledger has is as good as the largest.
fn clamped(sum: i128) -> i64 {
    i64::try_from(sum.clamp(0, i128::from(Points::LARGEST.value()))).unwrap_or(0)
}

impl History {
    /// Adds up all transactions of a receipt, in the order in which they were kept.
    #[must_use]
    pub fn of<'a>(transactions: impl IntoIterator<Item = &'a Transaction>) -> Self {
        let mut history = Self::default();
        for transaction in transactions {
            for posting in transaction.postings() {
                let points = i128::from(posting.points.value());
                match (transaction.kind(), &posting.account) {
                    (Kind::Reservation | Kind::Redemption | Kind::ReservationRelease, Account::MemberHeld) => {
                        history.held.add(posting.lot, points);
                    }
                    (Kind::Redemption, Account::Redeemed) => {
                        history.redeemed.add(posting.lot, points);
                        history.redeemed_in_all += points;
                    }
                    (Kind::Return, Account::Redeemed) => history.redeemed.add(posting.lot, points),
                    (Kind::Accrual, Account::ProgrammeIssued) => history.accrued.add(posting.lot, -points),
                    (Kind::Return, Account::ProgrammeIssued) => history.taken_back += points,
                    _ => {}
                }
            }
        }
        history
    }

    /// How many points are reserved, and neither redeemed nor released.
    #[must_use]
    pub fn held(&self) -> i64 {
        self.held.sum()
    }

    /// How many points were redeemed, and not given back since.
    #[must_use]
    pub fn redeemed(&self) -> i64 {
        self.redeemed.sum()
    }

    /// How many points were redeemed, also those that were given back since.
    #[must_use]
    pub fn redeemed_in_all(&self) -> i64 {
        clamped(self.redeemed_in_all)
    }

    /// How many points were accrued, also those that were taken back since.
    #[must_use]
    pub fn accrued_in_all(&self) -> i64 {
        self.accrued.sum()
    }

    /// How many of the accrued points were taken back.
    #[must_use]
    pub fn taken_back(&self) -> i64 {
        clamped(self.taken_back)
    }

    /// How many points of this lot are reserved.
    pub(crate) fn held_of(&self, lot: LotId) -> i64 {
        self.held.left().find(|(id, _)| *id == lot).map_or(0, |(_, points)| points)
    }

    /// What was redeemed and not given back, in the order in which it was spent.
    pub(crate) fn redeemed_lots(&self) -> impl DoubleEndedIterator<Item = (LotId, i64)> {
        self.redeemed.left()
    }

    /// The lots that came of the receipt.
    pub(crate) fn accrued_lots(&self) -> impl Iterator<Item = LotId> {
        self.accrued.left().map(|(lot, _)| lot)
    }
}
