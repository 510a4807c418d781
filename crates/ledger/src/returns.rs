//! Goods that come back.

use polka_domain::{Date, Points};

use crate::receipt::{points, spendable_lots, take};
use crate::{Account, Draft, History, Kind, MemberState, Receipt, Refusal};

/// Goods of a receipt that come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Return {
    /// What the receipt came to, in minor units: 1 to [`Receipt::LARGEST_AMOUNT_MINOR_UNITS`].
    pub receipt_minor_units: i64,
    /// For how much of it goods came back before, in minor units.
    pub returned_before_minor_units: i64,
    /// What could not be taken at those returns: the sum of [`Returned::short`].
    pub short_before: Points,
    /// For how much of it goods come back now, in minor units, from 1 on.
    pub returning_minor_units: i64,
}

/// What a return does to the points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// What is to be booked; `None` where no point moves.
    pub draft: Option<Draft>,
    /// How many redeemed points are given back.
    pub given_back: Points,
    /// How many accrued points are taken.
    pub taken_back: Points,
    /// How many accrued points should be taken, and are not there.
    pub short: Points,
}

/// Gives back what was redeemed on the goods, and takes what they earned.
///
/// After each return as large a part of the receipt's points has gone back as of its goods, rounded down to whole
/// points; so in how many steps they come back makes no difference, and with the last of them all has gone back.
///
/// Redeemed points go back to their lots, those that were spent last first, with the old expiry: what has expired
/// goes at the next [`expire`](crate::expire). Accrued points are taken from the lot they came in, then from the
/// others in the order in which they are spent, at last from what this return gives back. No account goes below
/// nought: what is missing is told as `short`, and not taken later.
///
/// # Errors
/// Where an amount is out of range, or more comes back than was bought.
pub fn return_goods(state: &MemberState, history: &History, goods: &Return, today: Date) -> Result<Returned, Refusal> {
    let whole = goods.receipt_minor_units;
    let returned = returned_minor_units(goods).ok_or(Refusal::AmountOutOfRange)?;
    let share = |points: i64| i128::from(points) * i128::from(returned) / i128::from(whole);
    let due = |points: i64, settled: i64| i64::try_from(share(points) - i128::from(settled)).unwrap_or(0).max(0);

    // Each of these is within the range of points.
    let given_before = history.redeemed_in_all() - history.redeemed();
    let give = due(history.redeemed_in_all(), given_before).min(history.redeemed());
    if !state.has_room_for(give) {
        return Err(Refusal::PointsOutOfRange);
    }
    let given = take(give, history.redeemed_lots().rev());

    let settled_before = history.taken_back() + goods.short_before.value().max(0);
    let owed = due(history.accrued_in_all(), settled_before);
    let is_own = |lot| history.accrued_lots().any(|own| own == lot);
    let own = history.accrued_lots().filter_map(|id| state.lot(id)).map(|lot| (lot.id, lot.available.value()));
    let others = spendable_lots(state, today).filter(|(lot, _)| !is_own(*lot));
    let taken = take(owed, own.chain(others).chain(given.iter().copied()));
    let taken_back = taken.iter().map(|(_, points)| points).sum();

    let mut draft = Draft::new(Kind::Return);
    for (lot, points) in given {
        draft.move_points(state.member(), Some(lot), points, Account::Redeemed, Account::MemberAvailable);
    }
    for (lot, points) in taken {
        draft.move_points(state.member(), Some(lot), points, Account::MemberAvailable, Account::ProgrammeIssued);
    }
    Ok(Returned {
        draft: (!draft.is_empty()).then_some(draft),
        given_back: points(give)?,
        taken_back: points(taken_back)?,
        short: points(owed - taken_back)?,
    })
}

/// For how much goods have come back with these.
fn returned_minor_units(goods: &Return) -> Option<i64> {
    let is_receipt = (1..=Receipt::LARGEST_AMOUNT_MINOR_UNITS).contains(&goods.receipt_minor_units);
    let is_return = goods.returned_before_minor_units >= 0 && goods.returning_minor_units > 0;
    let returned = goods.returned_before_minor_units.checked_add(goods.returning_minor_units)?;
    (is_receipt && is_return && returned <= goods.receipt_minor_units).then_some(returned)
}
