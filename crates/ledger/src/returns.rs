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
/// goes at the next [`expire`](crate::expire). Accrued points are taken from the lots they came in, then from the
/// others, each in the order in which they are spent, at last from what this return gives back. No account goes below
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
    let own = state.lots().iter().filter(|lot| is_own(lot.id)).map(|lot| (lot.id, lot.available.value()));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{MEMBER, book, day, lines, member, points};
    use crate::{LotId, Posting, Transaction};

    const TODAY: &str = "2026-03-01";

    fn transaction(kind: Kind, postings: &[(Account, i64, i64)]) -> Transaction {
        let posting = |(account, lot, count): &(Account, i64, i64)| Posting {
            account: account.clone(),
            member: MEMBER,
            lot: LotId(*lot),
            points: points(*count),
        };
        Transaction::new(kind, postings.iter().map(posting).collect(), None).expect("a transaction")
    }

    fn redemption(lots: &[(i64, i64)]) -> Transaction {
        let postings = lots
            .iter()
            .flat_map(|(lot, count)| [(Account::MemberHeld, *lot, -count), (Account::Redeemed, *lot, *count)]);
        transaction(Kind::Redemption, &postings.collect::<Vec<_>>())
    }

    fn accrual(lot: i64, count: i64) -> Transaction {
        transaction(Kind::Accrual, &[(Account::ProgrammeIssued, lot, -count), (Account::MemberAvailable, lot, count)])
    }

    fn goods(receipt: i64, returned_before: i64, returning: i64) -> Return {
        Return {
            receipt_minor_units: receipt,
            returned_before_minor_units: returned_before,
            short_before: Points::ZERO,
            returning_minor_units: returning,
        }
    }

    fn counts(returned: &Returned) -> (i64, i64, i64) {
        (returned.given_back.value(), returned.taken_back.value(), returned.short.value())
    }

    #[test]
    fn a_return_gives_back_and_takes_in_proportion() {
        let state = member(&[(9, Some("2027-01-01"), 20)]);
        let history = History::of(&[redemption(&[(1, 30)]), accrual(9, 10)]);
        let returned = return_goods(&state, &history, &goods(10_000, 0, 5_000), day(TODAY)).expect("a return");
        assert_eq!(counts(&returned), (15, 5, 0));
        let expected = ["redeemed 1 -15", "member_available 1 15", "member_available 9 -5", "programme_issued 9 5"];
        assert_eq!(lines(&book(returned.draft.expect("a draft"))), expected);
    }

    #[test]
    fn what_was_spent_last_comes_back_first() {
        let history = History::of(&[redemption(&[(1, 10), (2, 10)])]);
        let returned = return_goods(&member(&[]), &history, &goods(100, 0, 75), day(TODAY)).expect("a return");
        let expected = ["redeemed 2 -10", "member_available 2 10", "redeemed 1 -5", "member_available 1 5"];
        assert_eq!(lines(&book(returned.draft.expect("a draft"))), expected);
    }

    #[test]
    fn redeemed_points_come_back_to_a_lot_that_has_expired_and_go_at_the_next_expiry() {
        let history = History::of(&[redemption(&[(1, 10)])]);
        let returned = return_goods(&member(&[]), &history, &goods(100, 0, 100), day(TODAY)).expect("a return");
        let back = book(returned.draft.expect("a draft"));
        assert_eq!(
            (lines(&back), back.opened_lot()),
            (vec!["redeemed 1 -10".into(), "member_available 1 10".into()], None)
        );
        let after = member(&[(1, Some("2026-02-28"), 10)]);
        let gone = book(crate::expire(&after, day(TODAY)).expect("an expiry"));
        assert_eq!(lines(&gone), ["member_available 1 -10", "expired 1 10"]);
    }

    #[test]
    fn accrued_points_are_taken_from_their_own_lot_then_from_the_oldest_and_never_from_expired_ones() {
        let state = member(&[
            (1, Some("2026-02-28"), 50),
            (2, Some("2026-06-01"), 2),
            (3, Some("2026-05-01"), 3),
            (9, Some("2027-01-01"), 4),
        ]);
        let history = History::of(&[accrual(9, 8)]);
        let returned = return_goods(&state, &history, &goods(100, 0, 100), day(TODAY)).expect("a return");
        let expected = [
            "member_available 9 -4",
            "programme_issued 9 4",
            "member_available 3 -3",
            "programme_issued 3 3",
            "member_available 2 -1",
            "programme_issued 2 1",
        ];
        assert_eq!(lines(&book(returned.draft.expect("a draft"))), expected);
    }

    #[test]
    fn of_two_lots_of_the_receipt_the_one_that_expires_first_is_taken() {
        let state = member(&[(8, None, 5), (9, Some("2027-01-01"), 5)]);
        let history = History::of(&[accrual(8, 5), accrual(9, 5)]);
        let returned = return_goods(&state, &history, &goods(100, 0, 60), day(TODAY)).expect("a return");
        let expected =
            ["member_available 9 -5", "programme_issued 9 5", "member_available 8 -1", "programme_issued 8 1"];
        assert_eq!(lines(&book(returned.draft.expect("a draft"))), expected);
    }

    #[test]
    fn what_cannot_be_taken_is_told_and_not_taken_later() {
        let history = History::of(&[accrual(9, 10)]);
        let state = member(&[(9, Some("2027-01-01"), 2)]);
        let first = return_goods(&state, &history, &goods(100, 0, 50), day(TODAY)).expect("a return");
        assert_eq!(counts(&first), (0, 2, 3));
        let taken = book(first.draft.expect("a draft"));
        let later = member(&[(20, None, 90)]);
        let second = Return { short_before: first.short, ..goods(100, 50, 50) };
        let second = return_goods(&later, &History::of(&[accrual(9, 10), taken]), &second, day(TODAY));
        assert_eq!(counts(&second.expect("a return")), (0, 5, 0));
    }

    #[test]
    fn what_is_given_back_is_taken_before_anything_is_short() {
        let history = History::of(&[redemption(&[(1, 6)]), accrual(9, 10)]);
        let returned = return_goods(&member(&[]), &history, &goods(100, 0, 100), day(TODAY)).expect("a return");
        assert_eq!(counts(&returned), (6, 6, 4));
    }

    #[test]
    fn a_return_too_small_for_a_point_moves_none() {
        let history = History::of(&[redemption(&[(1, 3)]), accrual(9, 2)]);
        let returned = return_goods(&member(&[]), &history, &goods(10_000, 0, 10), day(TODAY)).expect("a return");
        assert_eq!((returned.draft.is_none(), counts(&returned)), (true, (0, 0, 0)));
    }

    #[test]
    fn no_more_comes_back_than_was_bought() {
        let refused = |goods: Return| return_goods(&member(&[]), &History::default(), &goods, day(TODAY));
        for (receipt, before, returning) in [
            (100, 0, 101),
            (100, 60, 41),
            (100, 0, 0),
            (100, -1, 5),
            (0, 0, 1),
            (i64::MAX, 0, 1),
            (100, i64::MAX, i64::MAX),
            (i64::MIN, i64::MIN, i64::MIN),
        ] {
            assert_eq!(refused(goods(receipt, before, returning)), Err(Refusal::AmountOutOfRange), "{receipt}");
        }
    }

    fn any_transaction() -> impl Strategy<Value = Transaction> {
        let account = prop::sample::select(vec![
            Account::MemberAvailable,
            Account::MemberHeld,
            Account::ProgrammeIssued,
            Account::Redeemed,
        ]);
        let kind = prop::sample::select(vec![Kind::Accrual, Kind::Reservation, Kind::Redemption, Kind::Return]);
        let count = prop_oneof![1i64..50, Just(Points::LARGEST.value())];
        (kind, account.clone(), account, 1i64..4, 1i64..4, count).prop_map(|(kind, from, to, lot, other, count)| {
            transaction(kind, &[(from, lot, -count), (to, other, count)])
        })
    }

    proptest! {
        #[test]
        fn any_history_gives_a_return_that_leaves_no_account_below_nought_or_a_refusal(
            transactions in prop::collection::vec(any_transaction(), 0..8),
            amounts in prop::array::uniform3(prop_oneof![-2i64..200, any::<i64>()]),
            short in Points::SMALLEST.value()..=Points::LARGEST.value(),
            has in prop::collection::vec(0i64..60, 4),
        ) {
            let lots: Vec<_> = (1..).zip(has).map(|(lot, count)| (lot, None, count)).collect();
            let state = member(&lots);
            let history = History::of(&transactions);
            let goods = Return { short_before: points(short), ..goods(amounts[0], amounts[1], amounts[2]) };
            if let Ok(Returned { draft: Some(draft), .. }) = return_goods(&state, &history, &goods, day(TODAY)) {
                let booked = book(draft);
                for (lot, _, has) in lots {
                    let its = booked.postings().iter().filter(|posting| posting.lot == LotId(lot));
                    let available = its.filter(|posting| posting.account == Account::MemberAvailable);
                    prop_assert!(has + available.map(|posting| posting.points.value()).sum::<i64>() >= 0);
                }
            }
            for draft in [
                crate::cancel_reservation(&state, &history),
                crate::redeem(&state, &history, points(short)),
            ].into_iter().flatten() {
                prop_assert!(draft.book(None).is_ok());
            }
        }

        #[test]
        fn however_goods_come_back_all_points_go_back_and_never_more(
            parts in prop::collection::vec(1i64..5_000, 1..12),
            lots in prop::collection::vec(1i64..400, 1..5),
            earned in 1i64..300,
            has in 0i64..300,
        ) {
            let whole: i64 = parts.iter().sum();
            let numbered: Vec<(i64, i64)> = (1..).zip(lots.iter().copied()).collect();
            let mut transactions = vec![redemption(&numbered), accrual(90, earned)];
            let (mut returned_before, mut given, mut taken, mut short) = (0, 0, 0, Points::ZERO);
            for returning in parts {
                let state = member(&[(90, Some("2027-01-01"), (has - taken).max(0))]);
                let goods = Return { short_before: short, ..goods(whole, returned_before, returning) };
                let returned = return_goods(&state, &History::of(&transactions), &goods, day(TODAY)).expect("a return");
                returned_before += returning;
                given += returned.given_back.value();
                taken += returned.taken_back.value();
                short = short.checked_add(returned.short).expect("in range");
                transactions.extend(returned.draft.map(book));
                let redeemed: i64 = lots.iter().sum();
                prop_assert_eq!(given, redeemed * returned_before / whole);
                prop_assert_eq!(taken + short.value(), earned * returned_before / whole);
            }
            for (lot, redeemed) in numbered {
                let postings = transactions.iter().flat_map(Transaction::postings);
                let left: i64 = postings
                    .filter(|posting| posting.account == Account::Redeemed && posting.lot == LotId(lot))
                    .map(|posting| posting.points.value())
                    .sum();
                prop_assert_eq!(left, 0, "of {} redeemed", redeemed);
            }
        }
    }
}
