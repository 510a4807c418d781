//! What the tests of the rules share.

use polka_domain::{Date, Points};

use crate::{Account, Draft, LotId, LotSum, MemberId, MemberState, Transaction};

pub(crate) const MEMBER: MemberId = MemberId(1);
/// The number that new lots get in these tests.
pub(crate) const NEW_LOT: LotId = LotId(100);

pub(crate) fn points(count: i64) -> Points {
    Points::new(count).expect("within the range")
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A member with these lots: number, expiry, available points.
pub(crate) fn member(lots: &[(i64, Option<&str>, i64)]) -> MemberState {
    member_with(lots, Account::MemberAvailable)
}

/// A member with lots of these points in one account.
pub(crate) fn member_with(lots: &[(i64, Option<&str>, i64)], account: Account) -> MemberState {
    let sums = lots.iter().map(|(lot, expires_on, points)| LotSum {
        lot: LotId(*lot),
        expires_on: expires_on.map(day),
        account: account.clone(),
        points: *points,
    });
    MemberState::from_sums(MEMBER, sums).expect("a state")
}

pub(crate) fn book(draft: Draft) -> Transaction {
    let lot = draft.new_lot().map(|_| NEW_LOT);
    draft.book(lot).expect("a transaction")
}

/// The postings as text, an account a word: `member_available 1 -5`.
pub(crate) fn lines(transaction: &Transaction) -> Vec<String> {
    let line = |posting: &crate::Posting| format!("{} {} {}", posting.account.code(), posting.lot.0, posting.points);
    transaction.postings().iter().map(line).collect()
}
