//! What a report of an expired item comes to.

use polka_domain::{Date, DateKind, Points};

use crate::{Age, Programme, Settings, age};

/// What somebody has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The day on the label.
    pub last_day: Date,
    /// What that day means.
    pub kind: DateKind,
    /// The day on which it was found.
    pub today: Date,
    /// What the item costs now, in minor units; `None` where the store has no such product.
    pub price_minor_units: Option<i64>,
}

/// What the store knows from before. A report that was refused counts for no limit, but for that of its device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Whether somebody has got, or waits for, the whole reward for the same: one product with one date in one store.
    pub is_rewarded: bool,
    /// So many reports of the device on that day.
    pub device_today: i64,
    /// So many minutes before it was found the store sold the product last; `None` where nothing is known of that.
    pub sold_minutes_ago: Option<i64>,
}

/// What is known of the member, and what they have reported before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberEarlier {
    /// Whether they work in the store.
    pub is_staff: bool,
    /// Whether they have reported the same.
    pub has_same: bool,
    /// So many on that day.
    pub today: i64,
    /// So many in thirty days.
    pub lately: i64,
    /// So many of those were not confirmed.
    pub not_confirmed: i64,
}

/// Points that wait until somebody has looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// How many; 0 where the chain pays none.
    pub points: Points,
    /// Whether it is the whole reward, and not the thanks for a second report of the same.
    pub is_whole: bool,
    /// Why it gets a second look; none of them accuses anybody.
    pub doubts: Vec<Doubt>,
}

/// Why a report gets a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// The member reports much.
    ManyReports,
    /// Of the member's reports several were not confirmed.
    OftenNotConfirmed,
    /// The date is one of long ago.
    LongPast,
    /// The store has no such product.
    NotInStore,
}

/// Why a report comes to nothing. Nothing of it accuses anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// It is still good.
    NotExpired,
    /// What is past this kind of day may still be sold.
    KindNotCounted,
    /// The member has reported the same before.
    ReportedBefore,
    /// The member has reported as much today as is taken.
    MemberDayLimit,
    /// The device has reported as much today as is taken.
    DeviceDayLimit,
    /// The store has sold the product a few minutes ago: what was found may be somebody's own.
    SoldJustNow,
    /// The member works in the store.
    ByStaff,
}

impl Doubt {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ManyReports => "many_reports",
            Self::OftenNotConfirmed => "often_not_confirmed",
            Self::LongPast => "long_past",
            Self::NotInStore => "not_in_store",
        }
    }

    /// Whether it is about who reports, and not about what.
    #[must_use]
    pub fn is_of_member(self) -> bool {
        matches!(self, Self::ManyReports | Self::OftenNotConfirmed)
    }
}

impl Finding {
    /// Whether it is expired, by the label alone.
    ///
    /// # Errors
    /// Where it is not, or does not count as such.
    pub fn check(&self, programme: &Programme) -> Result<(), Refusal> {
        match age(self.last_day, self.today) {
            Age::Good { .. } | Age::LastDay => Err(Refusal::NotExpired),
            Age::Past { .. } if !programme.counts(self.kind) => Err(Refusal::KindNotCounted),
            Age::Past { .. } => Ok(()),
        }
    }
}

/// What a report comes to; `member` is `None` where nobody gets points for it.
///
/// # Errors
/// Where it comes to nothing.
pub fn judge(
    finding: &Finding,
    programme: &Programme,
    settings: &Settings,
    earlier: Earlier,
    member: Option<MemberEarlier>,
) -> Result<Promise, Refusal> {
    finding.check(programme)?;
    if earlier.device_today >= settings.device_day_limit {
        return Err(Refusal::DeviceDayLimit);
    }
    if earlier.sold_minutes_ago.is_some_and(|minutes| minutes < settings.sold_within_minutes) {
        return Err(Refusal::SoldJustNow);
    }
    let of_member = member.unwrap_or_default();
    if of_member.is_staff {
        return Err(Refusal::ByStaff);
    }
    if of_member.has_same {
        return Err(Refusal::ReportedBefore);
    }
    if of_member.today >= settings.member_day_limit {
        return Err(Refusal::MemberDayLimit);
    }
    let Age::Past { days } = age(finding.last_day, finding.today) else { return Err(Refusal::NotExpired) };
    let mut doubts = Vec::new();
    let mut doubt = |is_one: bool, doubt| doubts.extend(is_one.then_some(doubt));
    doubt(of_member.lately >= settings.many_reports, Doubt::ManyReports);
    doubt(of_member.not_confirmed >= settings.many_not_confirmed, Doubt::OftenNotConfirmed);
    doubt(i64::from(days) >= settings.long_past_days, Doubt::LongPast);
    doubt(finding.price_minor_units.is_none(), Doubt::NotInStore);
    let is_whole = !earlier.is_rewarded;
    let points = match is_whole {
        true => programme.reward(finding.price_minor_units),
        false => programme.thanks(finding.price_minor_units),
    };
    Ok(Promise { points, is_whole, doubts })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finding(last_day: &str) -> Finding {
        Finding {
            last_day: last_day.parse().expect("a day"),
            kind: DateKind::UseBy,
            today: "2026-11-29".parse().expect("a day"),
            price_minor_units: Some(8990),
        }
    }

    fn judged(finding: Finding, earlier: Earlier, member: Option<MemberEarlier>) -> Result<Promise, Refusal> {
        let settings = Settings::default();
        judge(&finding, &settings.programme(100), &settings, earlier, member)
    }

    #[test]
    fn the_first_gets_the_price_and_the_second_is_thanked() {
        let whole = Promise { points: Points::new(90).expect("points"), is_whole: true, doubts: vec![] };
        assert_eq!(judged(finding("2026-11-28"), Earlier::default(), None), Ok(whole));
        let second = Earlier { is_rewarded: true, ..Earlier::default() };
        let thanks = Promise { points: Points::new(5).expect("points"), is_whole: false, doubts: vec![] };
        assert_eq!(judged(finding("2026-11-28"), second, Some(MemberEarlier::default())), Ok(thanks));
    }

    #[test]
    fn what_is_good_until_midnight_is_not_expired() {
        for day in ["2026-11-29", "2026-11-30", "2027-11-28"] {
            assert_eq!(judged(finding(day), Earlier::default(), None), Err(Refusal::NotExpired), "{day}");
        }
    }

    #[test]
    fn where_the_country_lets_it_be_sold_what_is_past_its_best_is_not_expired() {
        let settings = Settings { counts_best_before: false, ..Settings::default() };
        let judged = |kind| {
            let finding = Finding { kind, ..finding("2026-11-28") };
            judge(&finding, &settings.programme(100), &settings, Earlier::default(), None)
        };
        assert_eq!(judged(DateKind::BestBefore), Err(Refusal::KindNotCounted));
        assert!(judged(DateKind::UseBy).is_ok());
    }

    #[test]
    fn each_limit_refuses_with_its_reason() {
        let member = |member| judged(finding("2026-11-28"), Earlier::default(), Some(member));
        assert_eq!(member(MemberEarlier { has_same: true, ..Default::default() }), Err(Refusal::ReportedBefore));
        assert!(member(MemberEarlier { today: 9, ..Default::default() }).is_ok());
        assert_eq!(member(MemberEarlier { today: 10, ..Default::default() }), Err(Refusal::MemberDayLimit));
        assert_eq!(member(MemberEarlier { is_staff: true, ..Default::default() }), Err(Refusal::ByStaff));
        let device = Earlier { device_today: 100, ..Earlier::default() };
        assert_eq!(judged(finding("2026-11-28"), device, None), Err(Refusal::DeviceDayLimit));
    }

    #[test]
    fn what_was_sold_a_few_minutes_ago_is_nobody_s_find() {
        let settings = Settings::default();
        let sold = |sold_minutes_ago, settings: &Settings| {
            let earlier = Earlier { sold_minutes_ago, ..Earlier::default() };
            judge(&finding("2026-11-28"), &settings.programme(100), settings, earlier, None).map(|_| ())
        };
        for minutes in [0, 14] {
            assert_eq!(sold(Some(minutes), &settings), Err(Refusal::SoldJustNow), "{minutes}");
        }
        assert_eq!((sold(Some(15), &settings), sold(None, &settings)), (Ok(()), Ok(())));
        let off = Settings { sold_within_minutes: 0, ..settings };
        assert_eq!(sold(Some(0), &off), Ok(()));
    }

    #[test]
    fn what_is_odd_gets_a_second_look_and_is_paid_all_the_same() {
        let doubts = |finding, member| judged(finding, Earlier::default(), Some(member)).expect("a promise").doubts;
        let none = MemberEarlier::default();
        assert_eq!(doubts(finding("2026-09-30"), none), [Doubt::LongPast]);
        assert_eq!(doubts(finding("2026-10-01"), none), []);
        let not_here = Finding { price_minor_units: None, ..finding("2026-11-28") };
        assert_eq!(doubts(not_here, none), [Doubt::NotInStore]);
        assert_eq!(doubts(finding("2026-11-28"), MemberEarlier { lately: 20, ..none }), [Doubt::ManyReports]);
        assert_eq!(
            doubts(finding("2026-11-28"), MemberEarlier { not_confirmed: 3, ..none }),
            [Doubt::OftenNotConfirmed]
        );
    }

    proptest! {
        /// Reports of the same lot, by members in any order: one of them gets the whole reward at most, and nobody gets
        /// more than is taken of them in a day.
        #[test]
        fn of_any_reports_of_a_day_one_gets_the_whole_reward_and_limits_hold(
            reports in prop::collection::vec((0..4_usize, 0..3_usize), 0..60),
        ) {
            let settings = Settings { member_day_limit: 3, device_day_limit: 20, ..Settings::default() };
            let programme = settings.programme(100);
            let days = ["2026-11-26", "2026-11-27", "2026-11-28"];
            let mut taken: Vec<(usize, usize, bool)> = Vec::new();
            for (member, lot) in reports {
                let count = |is: &dyn Fn(&(usize, usize, bool)) -> bool| taken.iter().filter(|it| is(it)).count() as i64;
                let earlier = Earlier {
                    is_rewarded: count(&|it| it.1 == lot && it.2) > 0,
                    device_today: taken.len() as i64,
                    sold_minutes_ago: None,
                };
                let of_member = MemberEarlier {
                    has_same: count(&|it| it.0 == member && it.1 == lot) > 0,
                    today: count(&|it| it.0 == member),
                    ..MemberEarlier::default()
                };
                if let Ok(promise) = judge(&finding(days[lot]), &programme, &settings, earlier, Some(of_member)) {
                    taken.push((member, lot, promise.is_whole));
                }
            }
            for lot in 0..3 {
                prop_assert!(taken.iter().filter(|it| it.1 == lot && it.2).count() <= 1);
                // And the first of all does.
                prop_assert!(taken.iter().find(|it| it.1 == lot).is_none_or(|it| it.2));
            }
            for member in 0..4 {
                prop_assert!(taken.iter().filter(|it| it.0 == member).count() <= 3);
            }
        }
    }
}
