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
