//! Postings that are nought together, and the drafts that they are made of.

use std::fmt;

use polka_domain::{Date, Points};

use crate::{Account, LotId, MemberId};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Points for a receipt.
    Accrual,
    /// Points that must be confirmed first.
    PendingAccrual,
    /// Pending points were confirmed.
    Release,
    /// Pending points were not.
    Cancellation,
    /// Points were set aside for a receipt.
    Reservation,
    /// A receipt was paid with points that were reserved.
    Redemption,
    /// Reserved points were not needed.
    ReservationRelease,
    /// Goods of a receipt came back: what was paid with is given back, what they earned is taken.
    Return,
    /// Points were not used in time.
    Expiry,
    /// Somebody put the points right.
    Adjustment,
    /// All points of one member became another's.
    Merge,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Accrual,
        Self::PendingAccrual,
        Self::Release,
        Self::Cancellation,
        Self::Reservation,
        Self::Redemption,
        Self::ReservationRelease,
        Self::Return,
        Self::Expiry,
        Self::Adjustment,
        Self::Merge,
    ];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accrual => "accrual",
            Self::PendingAccrual => "pending_accrual",
            Self::Release => "release",
            Self::Cancellation => "cancellation",
            Self::Reservation => "reservation",
            Self::Redemption => "redemption",
            Self::ReservationRelease => "reservation_release",
            Self::Return => "return",
            Self::Expiry => "expiry",
            Self::Adjustment => "adjustment",
            Self::Merge => "merge",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Points into an account, or out of it where they are below nought.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// Whose points they are, or were.
    pub member: MemberId,
    /// Of which lot.
    pub lot: LotId,
    /// How many; never nought.
    pub points: Points,
}

/// A lot that a draft asks for, before it has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewLot {
    /// The last day on which its points are good; `None` where that is for ever.
    pub expires_on: Option<Date>,
}

/// A lot that came into being with a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenedLot {
    /// Its number.
    pub id: LotId,
    /// The last day on which its points are good; `None` where that is for ever.
    pub expires_on: Option<Date>,
}

/// Postings that are nought together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    kind: Kind,
    postings: Vec<Posting>,
    opened_lot: Option<OpenedLot>,
}

/// Why postings are no transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionError {
    /// There are none.
    Empty,
    /// One moves nothing.
    NoughtPosting,
    /// Together they are not nought.
    Unbalanced,
    /// The draft has a new lot, and it was given no number.
    LotMissing,
    /// A new lot was given a number, and no posting is of it.
    LotUnused,
}

impl Transaction {
    /// Puts postings together, in the order in which they are to be kept.
    ///
    /// # Errors
    /// Where they are not nought together, where one is nought, or where no one is of the lot that was opened.
    pub fn new(kind: Kind, postings: Vec<Posting>, opened_lot: Option<OpenedLot>) -> Result<Self, TransactionError> {
        if postings.is_empty() {
            return Err(TransactionError::Empty);
        }
        if postings.iter().any(|posting| posting.points == Points::ZERO) {
            return Err(TransactionError::NoughtPosting);
        }
        if postings.iter().map(|posting| i128::from(posting.points.value())).sum::<i128>() != 0 {
            return Err(TransactionError::Unbalanced);
        }
        if opened_lot.is_some_and(|opened| postings.iter().all(|posting| posting.lot != opened.id)) {
            return Err(TransactionError::LotUnused);
        }
        Ok(Self { kind, postings, opened_lot })
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its postings, in their order.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The lot that came into being with it.
    #[must_use]
    pub fn opened_lot(&self) -> Option<OpenedLot> {
        self.opened_lot
    }
}

/// A transaction as a rule decided it; a new lot in it has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a draft that is not booked changes nothing"]
pub struct Draft {
    kind: Kind,
    lines: Vec<(Place, i64)>,
    new_lot: Option<NewLot>,
}

/// Where points of a draft lie; without a lot: in the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) member: MemberId,
    pub(crate) lot: Option<LotId>,
}

impl Draft {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, lines: Vec::new(), new_lot: None }
    }

    pub(crate) fn with_new_lot(kind: Kind, expires_on: Option<Date>) -> Self {
        Self { new_lot: Some(NewLot { expires_on }), ..Self::new(kind) }
    }

    /// Moves points, so that the draft stays balanced. Moving none leaves no posting.
    pub(crate) fn transfer(&mut self, points: i64, from: Place, to: Place) {
        if points != 0 {
            self.lines.push((from, -points));
            self.lines.push((to, points));
        }
    }

    /// Moves points of a member's lot from one account to another.
    pub(crate) fn move_points(
        &mut self,
        member: MemberId,
        lot: Option<LotId>,
        points: i64,
        from: Account,
        to: Account,
    ) {
        self.transfer(points, Place { account: from, member, lot }, Place { account: to, member, lot });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The lot that must get a number before this can be booked.
    #[must_use]
    pub fn new_lot(&self) -> Option<NewLot> {
        self.new_lot
    }

    /// Makes the transaction; `new_lot` is the number of the new lot, where the draft has one.
    ///
    /// # Errors
    /// Where the number is missing, or was given and not needed.
    pub fn book(self, new_lot: Option<LotId>) -> Result<Transaction, TransactionError> {
        let opened_lot = match (self.new_lot, new_lot) {
            (Some(new), Some(id)) => Some(OpenedLot { id, expires_on: new.expires_on }),
            (Some(_), None) => return Err(TransactionError::LotMissing),
            (None, Some(_)) => return Err(TransactionError::LotUnused),
            (None, None) => None,
        };
        let postings = self.lines.into_iter().map(|(place, points)| {
            let lot = place.lot.or(new_lot).ok_or(TransactionError::LotMissing)?;
            // The rules move nothing that is larger than a balance can be.
            let points = Points::new(points).map_err(|_| TransactionError::Unbalanced)?;
            Ok(Posting { account: place.account, member: place.member, lot, points })
        });
        Transaction::new(self.kind, postings.collect::<Result<_, _>>()?, opened_lot)
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "has no postings",
            Self::NoughtPosting => "has a posting of no points",
            Self::Unbalanced => "has postings that are not nought together",
            Self::LotMissing => "has a new lot without a number",
            Self::LotUnused => "has a new lot that no posting is of",
        })
    }
}

impl std::error::Error for TransactionError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{MEMBER, points};

    fn posting(account: Account, count: i64) -> Posting {
        Posting { account, member: MEMBER, lot: LotId(1), points: points(count) }
    }

    #[test]
    fn every_kind_is_found_by_its_code() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("gift"), None);
    }

    #[test]
    fn postings_that_are_not_nought_together_are_no_transaction() {
        let with = |count| {
            let postings = vec![posting(Account::ProgrammeIssued, -10), posting(Account::MemberAvailable, count)];
            Transaction::new(Kind::Accrual, postings, None)
        };
        assert!(with(10).is_ok());
        assert_eq!(with(9), Err(TransactionError::Unbalanced));
    }

    #[test]
    fn a_transaction_moves_something_with_each_posting() {
        assert_eq!(Transaction::new(Kind::Accrual, vec![], None), Err(TransactionError::Empty));
        let nought = vec![posting(Account::ProgrammeIssued, 0)];
        assert_eq!(Transaction::new(Kind::Accrual, nought, None), Err(TransactionError::NoughtPosting));
    }

    #[test]
    fn a_draft_is_booked_with_a_number_for_its_new_lot_and_no_other() {
        let draft = |new_lot: bool| {
            let mut draft = if new_lot { Draft::with_new_lot(Kind::Accrual, None) } else { Draft::new(Kind::Expiry) };
            let lot = (!new_lot).then_some(LotId(3));
            draft.move_points(MEMBER, lot, 5, Account::ProgrammeIssued, Account::MemberAvailable);
            draft
        };
        assert_eq!(draft(true).book(None), Err(TransactionError::LotMissing));
        assert_eq!(draft(false).book(Some(LotId(7))), Err(TransactionError::LotUnused));
        let booked = draft(true).book(Some(LotId(7))).expect("a transaction");
        assert!(booked.postings().iter().all(|posting| posting.lot == LotId(7)));
        assert_eq!(booked.opened_lot(), Some(OpenedLot { id: LotId(7), expires_on: None }));
    }
}
