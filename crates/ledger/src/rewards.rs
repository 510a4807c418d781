//! Points that no receipt moves: rewards, adjustments, expiry, and two members that become one.

use polka_domain::{Date, Points};

use crate::receipt::{above_nought, spendable_lots, take};
use crate::transaction::Place;
use crate::{Account, Department, Draft, Kind, LotId, MemberState, Refusal, ReleaseExpiry, Settings};

/// Promises points that must be confirmed, as a new lot, at the cost of a department.
///
/// # Errors
/// Where the points are not above nought, or more than the member can have.
pub fn accrue_pending(
    state: &MemberState,
    settings: &Settings,
    today: Date,
    points: Points,
    department: Department,
) -> Result<Draft, Refusal> {
    let points = above_nought(points)?;
    if !state.has_room_for(points) {
        return Err(Refusal::PointsOutOfRange);
    }
    let mut draft = Draft::with_new_lot(Kind::PendingAccrual, settings.expiry(today)?);
    draft.move_points(state.member(), None, points, Account::DepartmentCost(department), Account::MemberPending);
    Ok(draft)
}

/// Confirms the pending points of a lot. Where the settings restart their time, they move to a new lot.
///
/// # Errors
/// Where the lot has no pending points of this member.
pub fn release(state: &MemberState, settings: &Settings, today: Date, lot: LotId) -> Result<Draft, Refusal> {
    let points = pending_of(state, lot)?;
    let place = |account, lot| Place { account, member: state.member(), lot };
    let (mut draft, to_lot) = match settings.release_expiry {
        ReleaseExpiry::Keep => (Draft::new(Kind::Release), Some(lot)),
        ReleaseExpiry::Restart => (Draft::with_new_lot(Kind::Release, settings.expiry(today)?), None),
    };
    draft.transfer(points, place(Account::MemberPending, Some(lot)), place(Account::MemberAvailable, to_lot));
    Ok(draft)
}

/// Takes back the pending points of a lot, to the department that bore their cost.
///
/// # Errors
/// Where the lot has no pending points of this member.
pub fn cancel_pending(state: &MemberState, lot: LotId, department: Department) -> Result<Draft, Refusal> {
    let points = pending_of(state, lot)?;
    let mut draft = Draft::new(Kind::Cancellation);
    let cost = Account::DepartmentCost(department);
    draft.move_points(state.member(), Some(lot), points, Account::MemberPending, cost);
    Ok(draft)
}

fn pending_of(state: &MemberState, lot: LotId) -> Result<i64, Refusal> {
    let lot = state.lot(lot).ok_or(Refusal::NothingPending)?;
    if lot.pending > Points::ZERO { Ok(lot.pending.value()) } else { Err(Refusal::NothingPending) }
}

/// Puts a member's points right: gives some, as a new lot, or takes some where `points` is below nought, in the
/// order in which they are spent. A department bears the cost, or the programme.
///
/// # Errors
/// Where it moves nothing, or takes more than the member can spend, or gives more than one can have.
pub fn adjust(
    state: &MemberState,
    settings: &Settings,
    today: Date,
    points: Points,
    department: Option<Department>,
) -> Result<Draft, Refusal> {
    let cost = Account::bearing_cost(department);
    let count = points.value();
    if count == 0 || !state.has_room_for(count) {
        return Err(Refusal::PointsOutOfRange);
    }
    if count > 0 {
        let mut draft = Draft::with_new_lot(Kind::Adjustment, settings.expiry(today)?);
        draft.move_points(state.member(), None, count, cost, Account::MemberAvailable);
        return Ok(draft);
    }
    if -count > state.spendable(today).value() {
        return Err(Refusal::TooFewPoints);
    }
    let mut draft = Draft::new(Kind::Adjustment);
    for (lot, points) in take(-count, spendable_lots(state, today)) {
        draft.move_points(state.member(), Some(lot), points, Account::MemberAvailable, cost.clone());
    }
    Ok(draft)
}

/// Books out the available points of each lot whose last day is before today. What is pending or held stays, and
/// goes at the next time when it has become available again.
///
/// # Errors
/// Where there are none.
pub fn expire(state: &MemberState, today: Date) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(Kind::Expiry);
    for lot in state.lots().iter().filter(|lot| lot.is_expired(today)) {
        let available = lot.available.value();
        draft.move_points(state.member(), Some(lot.id), available, Account::MemberAvailable, Account::Expired);
    }
    if draft.is_empty() { Err(Refusal::NothingToExpire) } else { Ok(draft) }
}

/// Moves all of one member to another: each lot keeps its number and its expiry, what is pending stays pending, and
/// what is held stays held for its receipt.
///
/// What refers to the first member from now on (a receipt that comes back, a reward that is confirmed) is to be
/// ruled on the second.
///
/// # Errors
/// Where both are the same, the first has nothing, or the second cannot have so much.
pub fn merge(from: &MemberState, into: &MemberState) -> Result<Draft, Refusal> {
    if from.member() == into.member() {
        return Err(Refusal::SameMember);
    }
    if !into.has_room_for(from.balance().value()) {
        return Err(Refusal::PointsOutOfRange);
    }
    let mut draft = Draft::new(Kind::Merge);
    for lot in from.lots() {
        for (account, points) in [
            (Account::MemberAvailable, lot.available),
            (Account::MemberPending, lot.pending),
            (Account::MemberHeld, lot.held),
        ] {
            let place = |member| Place { account: account.clone(), member, lot: Some(lot.id) };
            draft.transfer(points.value(), place(from.member()), place(into.member()));
        }
    }
    if draft.is_empty() { Err(Refusal::NothingToMerge) } else { Ok(draft) }
}
