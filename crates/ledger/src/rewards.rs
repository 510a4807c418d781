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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{book, day, lines, member, member_with, points};
    use crate::{LotSum, MemberId};

    fn dairy() -> Department {
        "dairy".parse().expect("a department")
    }

    #[test]
    fn a_promised_reward_is_pending_at_the_cost_of_its_department() {
        let draft = accrue_pending(&member(&[]), &Settings::default(), day("2026-03-01"), points(50), dairy());
        let draft = draft.expect("a draft");
        assert_eq!(draft.new_lot().and_then(|lot| lot.expires_on), Some(day("2027-03-01")));
        assert_eq!(lines(&book(draft)), ["department_cost:dairy 100 -50", "member_pending 100 50"]);
    }

    #[test]
    fn a_reward_of_nothing_is_refused() {
        for count in [0, -1] {
            let draft = accrue_pending(&member(&[]), &Settings::default(), day("2026-03-01"), points(count), dairy());
            assert_eq!(draft, Err(Refusal::PointsOutOfRange));
        }
    }

    #[test]
    fn a_confirmed_reward_keeps_its_expiry_or_begins_anew_as_it_is_set() {
        let state = member_with(&[(5, Some("2026-09-01"), 50)], Account::MemberPending);
        let kept = release(&state, &Settings::default(), day("2026-04-01"), LotId(5)).expect("a draft");
        assert_eq!(kept.new_lot(), None);
        assert_eq!(lines(&book(kept)), ["member_pending 5 -50", "member_available 5 50"]);

        let settings = Settings { release_expiry: ReleaseExpiry::Restart, ..Settings::default() };
        let anew = release(&state, &settings, day("2026-04-01"), LotId(5)).expect("a draft");
        assert_eq!(anew.new_lot().and_then(|lot| lot.expires_on), Some(day("2027-04-01")));
        assert_eq!(lines(&book(anew)), ["member_pending 5 -50", "member_available 100 50"]);
    }

    #[test]
    fn a_reward_that_is_not_confirmed_goes_back_to_its_department() {
        let state = member_with(&[(5, None, 50)], Account::MemberPending);
        let back = book(cancel_pending(&state, LotId(5), dairy()).expect("a draft"));
        assert_eq!(lines(&back), ["member_pending 5 -50", "department_cost:dairy 5 50"]);
    }

    #[test]
    fn a_reward_is_settled_once() {
        let settled = member(&[(5, None, 50)]);
        for lot in [LotId(5), LotId(6)] {
            let released = release(&settled, &Settings::default(), day("2026-04-01"), lot);
            assert_eq!(released, Err(Refusal::NothingPending));
            assert_eq!(cancel_pending(&settled, lot, dairy()), Err(Refusal::NothingPending));
        }
    }

    #[test]
    fn an_adjustment_gives_a_new_lot_or_takes_what_expires_first() {
        let state = member(&[(1, None, 10), (2, Some("2026-06-01"), 4), (3, Some("2026-02-01"), 9)]);
        let adjusted = |count, department| {
            adjust(&state, &Settings::default(), day("2026-03-01"), points(count), department).map(book)
        };
        let given = adjusted(7, Some(dairy())).expect("a draft");
        assert_eq!(lines(&given), ["department_cost:dairy 100 -7", "member_available 100 7"]);
        let taken = adjusted(-6, None).expect("a draft");
        let expected =
            ["member_available 2 -4", "programme_issued 2 4", "member_available 1 -2", "programme_issued 1 2"];
        assert_eq!(lines(&taken), expected);
        assert_eq!(adjusted(-15, None), Err(Refusal::TooFewPoints));
        assert_eq!(adjusted(0, None), Err(Refusal::PointsOutOfRange));
        assert_eq!(adjusted(1_000_000_000_000, None), Err(Refusal::PointsOutOfRange));
    }

    #[test]
    fn points_expire_on_the_day_after_their_last() {
        let state = member(&[(1, Some("2026-05-31"), 5), (2, Some("2026-06-01"), 6), (3, None, 7)]);
        assert_eq!(expire(&state, day("2026-05-31")), Err(Refusal::NothingToExpire));
        let gone = book(expire(&state, day("2026-06-01")).expect("an expiry"));
        assert_eq!(lines(&gone), ["member_available 1 -5", "expired 1 5"]);
    }

    #[test]
    fn what_is_held_or_pending_does_not_expire() {
        for account in [Account::MemberHeld, Account::MemberPending] {
            let state = member_with(&[(1, Some("2026-01-01"), 5)], account);
            assert_eq!(expire(&state, day("2026-06-01")), Err(Refusal::NothingToExpire));
        }
    }

    #[test]
    fn a_merge_moves_all_lots_and_leaves_each_its_account() {
        let sum = |lot, account, points| LotSum { lot: LotId(lot), expires_on: None, account, points };
        let sums =
            [sum(1, Account::MemberAvailable, 5), sum(1, Account::MemberHeld, 2), sum(2, Account::MemberPending, 3)];
        let from = MemberState::from_sums(MemberId(8), sums).expect("a state");
        let merged = book(merge(&from, &member(&[(3, None, 1)])).expect("a merge"));
        let moved: Vec<_> = merged.postings().iter().map(|it| (it.member.0, it.lot.0, it.points.value())).collect();
        assert_eq!(moved, [(8, 1, -5), (1, 1, 5), (8, 1, -2), (1, 1, 2), (8, 2, -3), (1, 2, 3)]);
        assert_eq!(lines(&merged)[2..4], ["member_held 1 -2", "member_held 1 2"]);
    }

    #[test]
    fn a_merge_that_moves_nothing_or_too_much_is_refused() {
        let other = |points| {
            let sum = LotSum { lot: LotId(1), expires_on: None, account: Account::MemberAvailable, points };
            MemberState::from_sums(MemberId(8), [sum]).expect("a state")
        };
        let state = member(&[(3, None, 1)]);
        assert_eq!(merge(&state, &state), Err(Refusal::SameMember));
        assert_eq!(merge(&other(0), &state), Err(Refusal::NothingToMerge));
        assert_eq!(merge(&other(1_000_000_000_000), &state), Err(Refusal::PointsOutOfRange));
    }
}
