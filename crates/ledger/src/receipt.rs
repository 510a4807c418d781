//! Paying a receipt with points, and earning points by it.
//!
//! The order at the till: [`quote`], [`reserve`], then [`redeem`] or [`cancel_reservation`], then [`accrue`].

use polka_domain::{Date, Points};

use crate::{Account, Cap, Draft, History, Kind, LotId, MemberState, Refusal, Rounding, Settings};

/// Where a receipt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// At a till.
    Store,
    /// In the shop on the internet.
    Online,
}

/// A receipt, as the till tells it, and what has happened to its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What is to be paid for goods that points may pay for and that earn points, in minor units: 0 to
    /// [`Receipt::LARGEST_AMOUNT_MINOR_UNITS`]. It is before the part that is paid with points.
    pub amount_minor_units: i64,
    /// Where it is made.
    pub channel: Channel,
    /// Whether it is the member's birthday.
    pub is_birthday: bool,
    /// All that has happened to its points so far.
    pub history: History,
}

impl Receipt {
    /// A million million of the currency's units: above it an amount is a fault.
    pub const LARGEST_AMOUNT_MINOR_UNITS: i64 = 100_000_000_000_000;

    fn check(&self) -> Result<(), Refusal> {
        let is_amount = (0..=Self::LARGEST_AMOUNT_MINOR_UNITS).contains(&self.amount_minor_units);
        is_amount.then_some(()).ok_or(Refusal::AmountOutOfRange)
    }
}

/// The day, and what was earned on it so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// The day in the store's time zone.
    pub date: Date,
    /// What the member earned by receipts today. Below nought, it counts as nought.
    pub accrued_by_member: Points,
    /// What all members earned by receipts in this store today. Below nought, it counts as nought.
    pub accrued_in_store: Points,
}

/// What a member can do with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The most points that may pay for it.
    pub payable: Points,
    /// What they pay, in minor units.
    pub payable_minor_units: i64,
    /// What the receipt earns when nothing of it is paid with points.
    pub earns: Points,
    /// What it earns when as much as possible is paid with points.
    pub earns_after_paying: Points,
}

/// What a receipt earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accrual {
    /// What is to be booked.
    pub draft: Draft,
    /// How many points it gives.
    pub points: Points,
    /// The limit that left no more, where one did.
    pub cut_by: Option<Cap>,
}

/// Says how many points may pay for a receipt, and what it would earn.
///
/// # Errors
/// Where the amount is out of range, or the points would be.
pub fn quote(state: &MemberState, settings: &Settings, receipt: &Receipt, today: &Today) -> Result<Quote, Refusal> {
    receipt.check()?;
    let payable = payable(settings, receipt)?.min(state.spendable(today.date).value());
    let payable_minor_units = payable.checked_mul(settings.point_value_minor_units).ok_or(Refusal::PointsOutOfRange)?;
    let earns = |paid| earned(settings, receipt, today, paid).map(|(earned, _)| earned);
    Ok(Quote {
        payable: points(payable)?,
        payable_minor_units,
        earns: points(earns(0)?)?,
        earns_after_paying: points(earns(payable)?)?,
    })
}

/// Gives the points that a receipt earns, as a new lot.
///
/// What is paid with points earns nothing. What is still reserved counts as paid, so a reservation is to be settled
/// first. A receipt that has earned before gets what is missing. A limit that leaves less cuts the accrual.
///
/// # Errors
/// Where it earns nothing, or nothing more, or a limit leaves nothing, or a value is out of range.
pub fn accrue(state: &MemberState, settings: &Settings, receipt: &Receipt, today: &Today) -> Result<Accrual, Refusal> {
    receipt.check()?;
    // Each is within the range of points.
    let paid = receipt.history.redeemed() + receipt.history.held();
    let (earned, cut_by) = earned(settings, receipt, today, paid)?;
    if earned == 0 {
        return Err(match cut_by {
            Some(cap) => Refusal::CapReached(cap),
            None if receipt.history.accrued_in_all() > 0 => Refusal::AlreadyAccrued,
            None => Refusal::NothingEarned,
        });
    }
    if !state.has_room_for(earned) {
        return Err(Refusal::PointsOutOfRange);
    }
    let mut draft = Draft::with_new_lot(Kind::Accrual, settings.expiry(today.date)?);
    draft.move_points(state.member(), None, earned, Account::ProgrammeIssued, Account::MemberAvailable);
    Ok(Accrual { draft, points: points(earned)?, cut_by })
}

/// Reserves points for a receipt: those that expire first, then those that do not expire; never expired ones.
///
/// # Errors
/// Where the receipt has a reservation or may not be paid with so many points, where the member has too few, or
/// where a value is out of range.
pub fn reserve(
    state: &MemberState,
    settings: &Settings,
    receipt: &Receipt,
    today: Date,
    points: Points,
) -> Result<Draft, Refusal> {
    receipt.check()?;
    let wanted = above_nought(points)?;
    if receipt.history.held() > 0 {
        return Err(Refusal::AlreadyReserved);
    }
    if wanted > payable(settings, receipt)? {
        return Err(Refusal::AbovePayable);
    }
    if wanted > state.spendable(today).value() {
        return Err(Refusal::TooFewPoints);
    }
    let mut draft = Draft::new(Kind::Reservation);
    for (lot, points) in take(wanted, spendable_lots(state, today)) {
        draft.move_points(state.member(), Some(lot), points, Account::MemberAvailable, Account::MemberHeld);
    }
    Ok(draft)
}

/// Pays a receipt with points that are reserved for it; what is left of them goes back to its lots.
///
/// # Errors
/// Where nothing or less is reserved, or the member does not hold it.
pub fn redeem(state: &MemberState, history: &History, points: Points) -> Result<Draft, Refusal> {
    let wanted = above_nought(points)?;
    let held = held_lots(state, history)?;
    if wanted > history.held() {
        return Err(Refusal::AboveReserved);
    }
    let mut draft = Draft::new(Kind::Redemption);
    let mut left = wanted;
    for (lot, held) in held {
        let paid = held.min(left);
        left -= paid;
        draft.move_points(state.member(), Some(lot), paid, Account::MemberHeld, Account::Redeemed);
        draft.move_points(state.member(), Some(lot), held - paid, Account::MemberHeld, Account::MemberAvailable);
    }
    Ok(draft)
}

/// Gives the points that are reserved for a receipt back to their lots, with their old expiry. What has expired
/// meanwhile goes at the next [`expire`](crate::expire).
///
/// # Errors
/// Where nothing is reserved, or the member does not hold it.
pub fn cancel_reservation(state: &MemberState, history: &History) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(Kind::ReservationRelease);
    for (lot, held) in held_lots(state, history)? {
        draft.move_points(state.member(), Some(lot), held, Account::MemberHeld, Account::MemberAvailable);
    }
    Ok(draft)
}

/// What is reserved for a receipt, in the order in which lots are spent.
fn held_lots(state: &MemberState, history: &History) -> Result<Vec<(LotId, i64)>, Refusal> {
    if history.held() == 0 {
        return Err(Refusal::NothingReserved);
    }
    let mut lots = Vec::new();
    let mut found = 0;
    for lot in state.lots() {
        let held = history.held_of(lot.id).min(lot.held.value());
        if held > 0 {
            found += held;
            lots.push((lot.id, held));
        }
    }
    if found == history.held() { Ok(lots) } else { Err(Refusal::NotHeld) }
}

/// The lots that can be spent today, in the order in which they are.
pub(crate) fn spendable_lots(state: &MemberState, today: Date) -> impl Iterator<Item = (LotId, i64)> {
    state.lots().iter().filter(move |lot| !lot.is_expired(today)).map(|lot| (lot.id, lot.available.value()))
}

/// Takes so many points, if they are there, from the lots in their order.
pub(crate) fn take(wanted: i64, lots: impl Iterator<Item = (LotId, i64)>) -> Vec<(LotId, i64)> {
    let mut left = wanted;
    let mut taken = Vec::new();
    for (lot, there) in lots {
        let points = there.min(left);
        if points > 0 {
            left -= points;
            taken.push((lot, points));
        }
    }
    taken
}

pub(crate) fn above_nought(points: Points) -> Result<i64, Refusal> {
    if points > Points::ZERO { Ok(points.value()) } else { Err(Refusal::PointsOutOfRange) }
}

pub(crate) fn points(count: i64) -> Result<Points, Refusal> {
    Points::new(count).map_err(|_| Refusal::PointsOutOfRange)
}

/// How many points may pay for a receipt, whoever has them. What is redeemed already counts.
fn payable(settings: &Settings, receipt: &Receipt) -> Result<i64, Refusal> {
    let percent = match receipt.channel {
        Channel::Store => settings.store_payable_percent,
        Channel::Online => settings.online_payable_percent,
    };
    // An amount and a setting, both of 64 bits.
    let payable_hundredths = i128::from(receipt.amount_minor_units) * i128::from(percent.clamp(0, 100));
    let value_hundredths = i128::from(settings.point_value_minor_units) * 100;
    let payable = payable_hundredths.checked_div(value_hundredths).ok_or(Refusal::PointsOutOfRange)?;
    let payable = (payable - i128::from(receipt.history.redeemed())).clamp(0, i128::from(Points::LARGEST.value()));
    i64::try_from(payable).map_err(|_| Refusal::PointsOutOfRange)
}

/// What a receipt earns that is paid with so many points, without what it has earned; and the limit that cut it.
fn earned(
    settings: &Settings,
    receipt: &Receipt,
    today: &Today,
    paid_points: i64,
) -> Result<(i64, Option<Cap>), Refusal> {
    let paid_minor_units = i128::from(paid_points) * i128::from(settings.point_value_minor_units);
    let earning_minor_units = (i128::from(receipt.amount_minor_units) - paid_minor_units).max(0);
    let factor_percent = if receipt.is_birthday { settings.birthday_factor_percent } else { 100 };
    let earned = earning_minor_units
        .checked_mul(i128::from(settings.accrual_points))
        .and_then(|product| product.checked_mul(i128::from(factor_percent)))
        .and_then(|product| rounded(product, i128::from(settings.accrual_step_minor_units) * 100, settings.rounding))
        .and_then(|earned| i64::try_from(earned).ok())
        .ok_or(Refusal::PointsOutOfRange)?;
    let before = receipt.history.accrued_in_all();
    let mut rest = (points(earned)?.value() - before).max(0);
    let mut cut_by = None;
    for (cap, limit, used) in [
        (Cap::Receipt, settings.receipt_cap_points, before),
        (Cap::MemberDay, settings.member_day_cap_points, today.accrued_by_member.value()),
        (Cap::StoreDay, settings.store_day_cap_points, today.accrued_in_store.value()),
    ] {
        let Some(limit) = limit else { continue };
        let left = limit.saturating_sub(used.max(0)).max(0);
        if rest > left {
            rest = left;
            cut_by = Some(cap);
        }
    }
    Ok((rest, cut_by))
}

/// A quotient of numbers that are not below nought; `None` for a divisor of nought or less.
fn rounded(dividend: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    if divisor <= 0 || dividend < 0 {
        return None;
    }
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let is_up = match rounding {
        Rounding::Down => false,
        Rounding::Nearest => rest >= divisor - rest,
        Rounding::Up => rest > 0,
    };
    Some(whole + i128::from(is_up))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Transaction;
    use crate::testing::{MEMBER, NEW_LOT, book, day, lines, member, points};

    fn receipt(amount_minor_units: i64) -> Receipt {
        Receipt { amount_minor_units, channel: Channel::Store, is_birthday: false, history: History::default() }
    }

    fn after(amount_minor_units: i64, transactions: &[&Transaction]) -> Receipt {
        Receipt { history: History::of(transactions.iter().copied()), ..receipt(amount_minor_units) }
    }

    fn today() -> Today {
        Today { date: day("2026-03-01"), accrued_by_member: Points::ZERO, accrued_in_store: Points::ZERO }
    }

    fn earns(settings: &Settings, receipt: &Receipt) -> Result<i64, Refusal> {
        accrue(&member(&[]), settings, receipt, &today()).map(|accrual| accrual.points.value())
    }

    /// A reservation of so many points, and the state after it.
    fn reserved(lots: &[(i64, Option<&str>, i64)], count: i64) -> (MemberState, Transaction) {
        let state = member(lots);
        let draft = reserve(&state, &Settings::default(), &receipt(1_000_000), today().date, points(count));
        let transaction = book(draft.expect("a reservation"));
        (after_postings(&state, &transaction), transaction)
    }

    fn after_postings(state: &MemberState, transaction: &Transaction) -> MemberState {
        let expiry = |lot: LotId| state.lot(lot).and_then(|lot| lot.expires_on);
        let before = state.lots().iter().map(|lot| (lot.id, Account::MemberAvailable, lot.available.value()));
        let moved = transaction.postings().iter().map(|it| (it.lot, it.account.clone(), it.points.value()));
        let sums = before.chain(moved).map(|(lot, account, points)| crate::LotSum {
            lot,
            expires_on: expiry(lot),
            account,
            points,
        });
        MemberState::from_sums(MEMBER, sums).expect("a state")
    }

    #[test]
    fn a_receipt_earns_a_point_for_each_full_hundred() {
        let settings = Settings::default();
        assert_eq!(earns(&settings, &receipt(10_000)), Ok(1));
        assert_eq!(earns(&settings, &receipt(129_999)), Ok(12));
        assert_eq!(earns(&settings, &receipt(9_999)), Err(Refusal::NothingEarned));
        assert_eq!(earns(&settings, &receipt(0)), Err(Refusal::NothingEarned));
    }

    #[test]
    fn a_part_of_a_point_is_rounded_as_it_is_set() {
        for (rounding, amount, expected) in [
            (Rounding::Down, 19_999, Ok(1)),
            (Rounding::Nearest, 14_999, Ok(1)),
            (Rounding::Nearest, 15_000, Ok(2)),
            (Rounding::Up, 10_000, Ok(1)),
            (Rounding::Up, 10_001, Ok(2)),
            (Rounding::Up, 0, Err(Refusal::NothingEarned)),
        ] {
            let settings = Settings { rounding, ..Settings::default() };
            assert_eq!(earns(&settings, &receipt(amount)), expected, "{rounding:?} {amount}");
        }
    }

    #[test]
    fn a_birthday_multiplies_before_it_is_rounded() {
        let settings = Settings { birthday_factor_percent: 150, ..Settings::default() };
        let birthday = Receipt { is_birthday: true, ..receipt(39_999) };
        assert_eq!(earns(&settings, &birthday), Ok(5));
        assert_eq!(earns(&settings, &receipt(39_999)), Ok(3));
    }

    #[test]
    fn new_points_come_from_the_programme_into_a_lot_of_their_own() {
        let accrual = accrue(&member(&[(1, None, 5)]), &Settings::default(), &receipt(30_000), &today());
        let draft = accrual.expect("an accrual").draft;
        assert_eq!(draft.new_lot().and_then(|lot| lot.expires_on), Some(day("2027-03-01")));
        assert_eq!(lines(&book(draft)), ["programme_issued 100 -3", "member_available 100 3"]);
    }

    #[test]
    fn what_is_paid_with_points_earns_nothing() {
        let (state, reservation) = reserved(&[(1, None, 500)], 150);
        let settings = Settings::default();
        assert_eq!(earns(&settings, &after(100_000, &[&reservation])), Ok(8));
        let paid = book(redeem(&state, &History::of([&reservation]), points(150)).expect("a redemption"));
        assert_eq!(earns(&settings, &after(100_000, &[&reservation, &paid])), Ok(8));
        assert_eq!(earns(&settings, &after(15_000, &[&reservation, &paid])), Err(Refusal::NothingEarned));
    }

    #[test]
    fn a_receipt_earns_once_and_then_only_what_it_has_grown_by() {
        let settings = Settings::default();
        let first = accrue(&member(&[]), &settings, &receipt(50_000), &today()).expect("an accrual");
        let first = book(first.draft);
        assert_eq!(earns(&settings, &after(50_000, &[&first])), Err(Refusal::AlreadyAccrued));
        assert_eq!(earns(&settings, &after(40_000, &[&first])), Err(Refusal::AlreadyAccrued));
        assert_eq!(earns(&settings, &after(70_000, &[&first])), Ok(2));
    }

    #[test]
    fn a_cap_leaves_what_is_left_of_it_and_says_so() {
        let settings = Settings {
            receipt_cap_points: Some(50),
            member_day_cap_points: Some(40),
            store_day_cap_points: Some(1000),
            ..Settings::default()
        };
        let with = |by_member, in_store| {
            let today = Today { accrued_by_member: points(by_member), accrued_in_store: points(in_store), ..today() };
            accrue(&member(&[]), &settings, &receipt(600_000), &today)
                .map(|accrual| (accrual.points.value(), accrual.cut_by))
        };
        assert_eq!(with(0, 0), Ok((40, Some(Cap::MemberDay))));
        assert_eq!(with(15, 0), Ok((25, Some(Cap::MemberDay))));
        assert_eq!(with(-15, 0), Ok((40, Some(Cap::MemberDay))));
        assert_eq!(with(15, 990), Ok((10, Some(Cap::StoreDay))));
        assert_eq!(with(40, 0), Err(Refusal::CapReached(Cap::MemberDay)));
        assert_eq!(with(0, 2000), Err(Refusal::CapReached(Cap::StoreDay)));
        let accrual = accrue(&member(&[]), &settings, &receipt(400_000), &today()).expect("an accrual");
        assert_eq!((accrual.points, accrual.cut_by), (points(40), None));
    }

    #[test]
    fn the_cap_of_a_receipt_holds_however_often_it_accrues() {
        let settings = Settings { receipt_cap_points: Some(50), ..Settings::default() };
        let first = accrue(&member(&[]), &settings, &receipt(300_000), &today()).expect("an accrual");
        let first = book(first.draft);
        assert_eq!(earns(&settings, &after(900_000, &[&first])), Ok(20));
        let full = accrue(&member(&[]), &settings, &receipt(900_000), &today()).expect("an accrual");
        let full = book(full.draft);
        assert_eq!(earns(&settings, &after(990_000, &[&full])), Err(Refusal::CapReached(Cap::Receipt)));
    }

    #[test]
    fn a_quote_names_the_smallest_of_share_and_balance() {
        let settings = Settings { store_payable_percent: 50, online_payable_percent: 20, ..Settings::default() };
        let state = member(&[(1, Some("2026-02-28"), 1000), (2, None, 300)]);
        let with = |channel, amount_minor_units| {
            let receipt = Receipt { channel, ..receipt(amount_minor_units) };
            quote(&state, &settings, &receipt, &today()).expect("a quote")
        };
        let store = with(Channel::Store, 40_150);
        assert_eq!((store.payable, store.payable_minor_units), (points(200), 20_000));
        assert_eq!((store.earns, store.earns_after_paying), (points(4), points(2)));
        assert_eq!(with(Channel::Online, 40_150).payable, points(80));
        assert_eq!(with(Channel::Store, 900_000).payable, points(300));
    }

    #[test]
    fn points_that_expire_first_are_spent_first_and_expired_ones_never() {
        let lots = [
            (1, None, 10),
            (2, Some("2026-05-01"), 4),
            (3, Some("2026-04-01"), 3),
            (4, Some("2026-03-01"), 2),
            (5, Some("2026-02-28"), 9),
        ];
        let (_, reservation) = reserved(&lots, 12);
        let expected = [
            "member_available 4 -2",
            "member_held 4 2",
            "member_available 3 -3",
            "member_held 3 3",
            "member_available 2 -4",
            "member_held 2 4",
            "member_available 1 -3",
            "member_held 1 3",
        ];
        assert_eq!(lines(&reservation), expected);
        let all = reserve(&member(&lots), &Settings::default(), &receipt(1_000_000), today().date, points(20));
        assert_eq!(all, Err(Refusal::TooFewPoints));
    }

    #[test]
    fn a_receipt_is_paid_with_its_share_and_no_more() {
        let settings = Settings { store_payable_percent: 30, point_value_minor_units: 50, ..Settings::default() };
        let with = |count| {
            reserve(&member(&[(1, None, 900)]), &settings, &receipt(10_099), today().date, points(count)).map(book)
        };
        assert!(with(60).is_ok());
        assert_eq!(with(61), Err(Refusal::AbovePayable));
        assert_eq!(with(0), Err(Refusal::PointsOutOfRange));
        assert_eq!(with(-5), Err(Refusal::PointsOutOfRange));
    }

    #[test]
    fn what_a_receipt_was_paid_with_counts_towards_its_share() {
        let (state, reservation) = reserved(&[(1, None, 500)], 150);
        let paid = book(redeem(&state, &History::of([&reservation]), points(150)).expect("a redemption"));
        let again = |count| {
            let receipt = after(20_000, &[&reservation, &paid]);
            reserve(&state, &Settings::default(), &receipt, today().date, points(count)).map(book)
        };
        assert!(again(50).is_ok());
        assert_eq!(again(51), Err(Refusal::AbovePayable));
    }

    #[test]
    fn a_receipt_has_one_reservation() {
        let (state, reservation) = reserved(&[(1, None, 500)], 150);
        let receipt = after(100_000, &[&reservation]);
        let second = reserve(&state, &Settings::default(), &receipt, today().date, points(1));
        assert_eq!(second, Err(Refusal::AlreadyReserved));
    }

    #[test]
    fn a_payment_with_less_than_was_reserved_gives_the_rest_back_to_its_lots() {
        let (state, reservation) = reserved(&[(1, Some("2026-04-01"), 3), (2, Some("2026-05-01"), 9)], 10);
        let paid = book(redeem(&state, &History::of([&reservation]), points(5)).expect("a redemption"));
        let expected = [
            "member_held 1 -3",
            "redeemed 1 3",
            "member_held 2 -2",
            "redeemed 2 2",
            "member_held 2 -5",
            "member_available 2 5",
        ];
        assert_eq!(lines(&paid), expected);
    }

    #[test]
    fn a_reservation_is_settled_once() {
        let (state, reservation) = reserved(&[(1, None, 20)], 10);
        let history = History::of([&reservation]);
        assert_eq!(redeem(&state, &history, points(11)), Err(Refusal::AboveReserved));
        let paid = book(redeem(&state, &history, points(4)).expect("a redemption"));
        let settled = History::of([&reservation, &paid]);
        assert_eq!(redeem(&state, &settled, points(4)), Err(Refusal::NothingReserved));
        assert_eq!(cancel_reservation(&state, &settled), Err(Refusal::NothingReserved));
    }

    #[test]
    fn a_reservation_that_is_called_off_goes_back_to_the_same_lots() {
        let (state, reservation) = reserved(&[(1, Some("2026-04-01"), 3), (2, Some("2026-05-01"), 9)], 10);
        let back = book(cancel_reservation(&state, &History::of([&reservation])).expect("a release"));
        let expected = ["member_held 1 -3", "member_available 1 3", "member_held 2 -7", "member_available 2 7"];
        assert_eq!(lines(&back), expected);
    }

    #[test]
    fn another_members_reservation_cannot_be_settled() {
        let (_, reservation) = reserved(&[(1, None, 20)], 10);
        let other = member(&[(7, None, 20)]);
        assert_eq!(redeem(&other, &History::of([&reservation]), points(4)), Err(Refusal::NotHeld));
        assert_eq!(cancel_reservation(&other, &History::of([&reservation])), Err(Refusal::NotHeld));
    }

    #[test]
    fn nobody_gets_more_points_than_a_ledger_can_hold() {
        let rich = member(&[(1, None, 999_999_999_999)]);
        let more = |amount| accrue(&rich, &Settings::default(), &receipt(amount), &today()).map(|it| book(it.draft));
        assert!(more(10_000).is_ok());
        assert_eq!(more(20_000), Err(Refusal::PointsOutOfRange));
    }

    fn extreme() -> impl Strategy<Value = i64> {
        prop_oneof![Just(i64::MIN), Just(i64::MAX), -2i64..200, any::<i64>(), 0..=Receipt::LARGEST_AMOUNT_MINOR_UNITS]
    }

    prop_compose! {
        fn any_settings()(
            numbers in prop::array::uniform7(extreme()),
            caps in prop::array::uniform3(prop::option::of(extreme())),
            rounding in prop::sample::select(vec![Rounding::Down, Rounding::Nearest, Rounding::Up]),
        ) -> Settings {
            Settings {
                accrual_points: numbers[0],
                accrual_step_minor_units: numbers[1],
                rounding,
                birthday_factor_percent: numbers[2],
                point_value_minor_units: numbers[3],
                store_payable_percent: numbers[4],
                online_payable_percent: numbers[5],
                expires_after_days: numbers[6],
                receipt_cap_points: caps[0],
                member_day_cap_points: caps[1],
                store_day_cap_points: caps[2],
                ..Settings::default()
            }
        }
    }

    proptest! {
        #[test]
        fn any_settings_and_amounts_give_a_balanced_draft_or_a_refusal(
            settings in any_settings(),
            amount_minor_units in extreme(),
            is_birthday in any::<bool>(),
            is_online in any::<bool>(),
            wanted in -3..=Points::LARGEST.value(),
            used in prop::array::uniform2(Points::SMALLEST.value()..=Points::LARGEST.value()),
        ) {
            let state = member(&[(1, Some("2026-03-02"), 70), (2, None, 400_000_000_000)]);
            let channel = if is_online { Channel::Online } else { Channel::Store };
            let receipt = Receipt { channel, is_birthday, ..receipt(amount_minor_units) };
            let today =
                Today { accrued_by_member: points(used[0]), accrued_in_store: points(used[1]), ..today() };
            if let Ok(accrual) = accrue(&state, &settings, &receipt, &today) {
                prop_assert!(accrual.points > Points::ZERO);
                prop_assert!(accrual.draft.book(Some(NEW_LOT)).is_ok());
            }
            if let Ok(quote) = quote(&state, &settings, &receipt, &today) {
                prop_assert!(quote.payable <= state.spendable(today.date));
                prop_assert!(quote.payable_minor_units <= receipt.amount_minor_units);
            }
            if let Ok(draft) = reserve(&state, &settings, &receipt, today.date, points(wanted)) {
                prop_assert!(draft.book(None).is_ok());
            }
        }
    }
}
