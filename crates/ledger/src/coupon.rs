//! What a coupon takes off a receipt, and when a till may take it.

use std::fmt;

use polka_domain::{Date, Gtin};

/// What a coupon is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// So much money, in minor units.
    Amount(i64),
    /// So many percent of what it is for, 1 to 100.
    Percent {
        /// How many.
        percent: i64,
        /// In minor units; it takes off no more.
        most_minor_units: Option<i64>,
    },
    /// One item of what it is for, the dearest.
    FreeItem {
        /// In minor units; it takes off no more.
        most_minor_units: i64,
    },
}

/// What of a receipt a coupon is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goods {
    /// All of it.
    All,
    /// One product.
    Product(Gtin),
    /// A category with all below it: `Молочные продукты` also has `Молочные продукты/Йогурты`.
    Category(String),
}

/// What stands on a coupon; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What it is worth.
    pub worth: Worth,
    /// For what.
    pub goods: Goods,
    /// Below this sum of the receipt, in minor units, it takes off nothing.
    pub least_minor_units: i64,
    /// The first day on which it is good.
    pub first_day: Date,
    /// The last one.
    pub last_day: Date,
    /// The one store that takes it; where there is none, all do.
    pub store: Option<i64>,
}

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub gtin: Gtin,
    /// Its category, where the store's list has one.
    pub category: Option<String>,
    /// How many items there are; what is weighed is one.
    pub quantity: i64,
    /// What they cost together, in minor units.
    pub minor_units: i64,
}

/// A receipt at which a coupon is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The number of the store.
    pub store: i64,
    /// The day there.
    pub day: Date,
    /// What is to be paid, in minor units.
    pub total_minor_units: i64,
    /// What is bought; may be empty where a coupon is for all goods.
    pub lines: Vec<Line>,
}

/// Why a coupon takes nothing off a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponRefusal {
    /// It is not good yet.
    NotYet,
    /// Its last day is over.
    Over,
    /// Another store takes it.
    OtherStore,
    /// The receipt's sum is too small.
    BelowLeast,
    /// Nothing that it is for is on the receipt.
    NoGoods,
}

impl fmt::Display for CouponRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotYet => "the coupon is not good yet",
            Self::Over => "the coupon's last day is over",
            Self::OtherStore => "another store takes this coupon",
            Self::BelowLeast => "the receipt's sum is too small for this coupon",
            Self::NoGoods => "nothing that the coupon is for is on the receipt",
        })
    }
}

impl std::error::Error for CouponRefusal {}

impl Goods {
    fn has(&self, line: &Line) -> bool {
        match self {
            Self::All => true,
            Self::Product(gtin) => line.gtin == *gtin,
            Self::Category(category) => {
                let rest = line.category.as_deref().and_then(|of_line| of_line.strip_prefix(category.as_str()));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

/// What a till without network has taken a coupon for, as it tells it later. What was bought it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The number of the store.
    pub store: i64,
    /// The day there.
    pub day: Date,
    /// What was to be paid, in minor units.
    pub total_minor_units: i64,
    /// What the coupon took off it, in minor units.
    pub discount_minor_units: i64,
}

/// What was wrong with what a till has taken a coupon for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenFault {
    /// It should have taken off nothing.
    Terms(CouponRefusal),
    /// It should have taken off less.
    AboveWorth,
    /// Tills without network take no coupon that takes off so much.
    AboveLimit,
}

impl Terms {
    /// How much a coupon takes off a receipt, in minor units: above nought, and no more than is to be paid.
    ///
    /// # Errors
    /// Where it takes off nothing; then with the reason.
    pub fn discount(&self, sale: &Sale) -> Result<i64, CouponRefusal> {
        self.check(sale.store, sale.day, sale.total_minor_units)?;
        let lines: Vec<&Line> = sale.lines.iter().filter(|line| self.goods.has(line)).collect();
        // A till may not say what is bought: then it is for the whole receipt alone.
        let of_it = match self.goods {
            Goods::All => sale.total_minor_units,
            Goods::Product(_) | Goods::Category(_) => {
                lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.minor_units.max(0)))
            }
        };
        let worth = match self.worth {
            Worth::Amount(minor_units) => minor_units,
            Worth::Percent { percent, most_minor_units } => part_of(of_it, percent, most_minor_units),
            Worth::FreeItem { most_minor_units } => {
                let item = |line: &&Line| line.minor_units / line.quantity.max(1);
                lines.iter().map(item).max().unwrap_or(0).min(most_minor_units)
            }
        };
        let discount = worth.min(of_it).min(sale.total_minor_units);
        if discount > 0 { Ok(discount) } else { Err(CouponRefusal::NoGoods) }
    }

    /// Whether what a till without network has taken a coupon for is as it should be; `limit_minor_units` is what such
    /// a till may take off at most.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn check_taken(&self, taken: &Taken, limit_minor_units: i64) -> Result<(), TakenFault> {
        self.check(taken.store, taken.day, taken.total_minor_units).map_err(TakenFault::Terms)?;
        let most = match self.worth {
            Worth::Amount(minor_units) => minor_units,
            Worth::Percent { percent, most_minor_units } => part_of(taken.total_minor_units, percent, most_minor_units),
            Worth::FreeItem { most_minor_units } => most_minor_units,
        };
        if taken.discount_minor_units > most.min(taken.total_minor_units) {
            return Err(TakenFault::AboveWorth);
        }
        if taken.discount_minor_units > limit_minor_units {
            return Err(TakenFault::AboveLimit);
        }
        Ok(())
    }

    fn check(&self, store: i64, day: Date, total_minor_units: i64) -> Result<(), CouponRefusal> {
        if day < self.first_day {
            return Err(CouponRefusal::NotYet);
        }
        if day > self.last_day {
            return Err(CouponRefusal::Over);
        }
        if self.store.is_some_and(|its| its != store) {
            return Err(CouponRefusal::OtherStore);
        }
        if total_minor_units < self.least_minor_units {
            return Err(CouponRefusal::BelowLeast);
        }
        Ok(())
    }
}

/// So many percent of a sum, and no more than the most. A part of a minor unit is the store's.
fn part_of(minor_units: i64, percent: i64, most_minor_units: Option<i64>) -> i64 {
    let part = i128::from(minor_units) * i128::from(percent.clamp(0, 100)) / 100;
    let part = i64::try_from(part).unwrap_or(i64::MAX);
    most_minor_units.map_or(part, |most| part.min(most))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::day;

    const MILK: u64 = 952_000_000_000;

    fn gtin(body: u64) -> Gtin {
        Gtin::from_body(body).expect("a GTIN")
    }

    fn line(body: u64, category: &str, quantity: i64, minor_units: i64) -> Line {
        Line { gtin: gtin(body), category: Some(category.into()), quantity, minor_units }
    }

    fn sale() -> Sale {
        let lines =
            vec![line(MILK, "Молоко", 2, 18_000), line(7, "Молоко/Йогурт", 1, 5_001), line(8, "Хлеб", 1, 4_500)];
        Sale { store: 1, day: day("2026-03-10"), total_minor_units: 27_501, lines }
    }

    fn terms(worth: Worth, goods: Goods) -> Terms {
        let (first_day, last_day) = (day("2026-03-01"), day("2026-03-31"));
        Terms { worth, goods, least_minor_units: 0, first_day, last_day, store: None }
    }

    #[test]
    fn an_amount_is_taken_off_and_never_more_than_is_to_be_paid() {
        assert_eq!(terms(Worth::Amount(10_000), Goods::All).discount(&sale()), Ok(10_000));
        assert_eq!(terms(Worth::Amount(99_999), Goods::All).discount(&sale()), Ok(27_501));
        assert_eq!(terms(Worth::Amount(10_000), Goods::Product(gtin(8))).discount(&sale()), Ok(4_500));
    }

    #[test]
    fn percents_are_of_what_the_coupon_is_for_and_have_a_cap() {
        let percent = |percent, most_minor_units| Worth::Percent { percent, most_minor_units };
        let milk = || Goods::Category("Молоко".into());
        assert_eq!(terms(percent(10, None), milk()).discount(&sale()), Ok(2_300), "a part of a kopeck is the store's");
        assert_eq!(terms(percent(10, Some(2_000)), milk()).discount(&sale()), Ok(2_000));
        assert_eq!(terms(percent(100, None), Goods::All).discount(&sale()), Ok(27_501));
        let half_a_name = Goods::Category("Мол".into());
        assert_eq!(terms(percent(10, None), half_a_name).discount(&sale()), Err(CouponRefusal::NoGoods));
    }

    #[test]
    fn a_free_item_is_the_dearest_that_it_may_be() {
        let milk = Goods::Category("Молоко".into());
        let free = |most_minor_units| Worth::FreeItem { most_minor_units };
        assert_eq!(terms(free(10_000), milk.clone()).discount(&sale()), Ok(9_000));
        assert_eq!(terms(free(8_000), milk).discount(&sale()), Ok(8_000));
        assert_eq!(terms(free(10_000), Goods::Product(gtin(9))).discount(&sale()), Err(CouponRefusal::NoGoods));
    }

    #[test]
    fn a_coupon_is_good_from_its_first_day_to_its_last_in_its_store_from_its_least_sum_on() {
        let good = Terms { least_minor_units: 27_501, store: Some(1), ..terms(Worth::Amount(1), Goods::All) };
        let at = |day_text: &str| good.discount(&Sale { day: day(day_text), ..sale() });
        assert_eq!(at("2026-02-28"), Err(CouponRefusal::NotYet));
        assert_eq!((at("2026-03-01"), at("2026-03-31")), (Ok(1), Ok(1)));
        assert_eq!(at("2026-04-01"), Err(CouponRefusal::Over));
        assert_eq!(good.discount(&Sale { store: 2, ..sale() }), Err(CouponRefusal::OtherStore));
        let below = Sale { total_minor_units: 27_500, ..sale() };
        assert_eq!(good.discount(&below), Err(CouponRefusal::BelowLeast), "by one kopeck");
    }

    #[test]
    fn what_a_till_has_taken_without_the_network_is_looked_at_again() {
        let taken = |total_minor_units, discount_minor_units| Taken {
            store: 1,
            day: day("2026-03-10"),
            total_minor_units,
            discount_minor_units,
        };
        let amount = Terms { least_minor_units: 5_000, store: Some(1), ..terms(Worth::Amount(10_000), Goods::All) };
        assert_eq!(amount.check_taken(&taken(20_000, 10_000), 10_000), Ok(()));
        assert_eq!(amount.check_taken(&taken(20_000, 10_000), 9_999), Err(TakenFault::AboveLimit));
        assert_eq!(amount.check_taken(&taken(20_000, 10_001), i64::MAX), Err(TakenFault::AboveWorth));
        assert_eq!(
            amount.check_taken(&taken(9_000, 9_001), i64::MAX),
            Err(TakenFault::AboveWorth),
            "of all that is paid"
        );
        let wrong = |change: fn(&mut Taken)| {
            let mut taken = taken(20_000, 1);
            change(&mut taken);
            amount.check_taken(&taken, i64::MAX)
        };
        let terms_of = |refusal| Err(TakenFault::Terms(refusal));
        assert_eq!(wrong(|it| it.day = day("2026-02-28")), terms_of(CouponRefusal::NotYet));
        assert_eq!(wrong(|it| it.day = day("2026-04-01")), terms_of(CouponRefusal::Over));
        assert_eq!(wrong(|it| it.store = 2), terms_of(CouponRefusal::OtherStore));
        assert_eq!(wrong(|it| it.total_minor_units = 4_999), terms_of(CouponRefusal::BelowLeast));
        let tenth = terms(Worth::Percent { percent: 10, most_minor_units: Some(3_000) }, Goods::All);
        assert_eq!(tenth.check_taken(&taken(20_000, 2_000), i64::MAX), Ok(()));
        assert_eq!(tenth.check_taken(&taken(20_000, 2_001), i64::MAX), Err(TakenFault::AboveWorth));
        assert_eq!(tenth.check_taken(&taken(90_000, 3_001), i64::MAX), Err(TakenFault::AboveWorth));
    }

    proptest! {
        #[test]
        fn whatever_is_sold_a_discount_is_above_nought_and_at_most_what_is_paid(
            worth in prop_oneof![
                any::<i64>().prop_map(Worth::Amount),
                (any::<i64>(), any::<Option<i64>>())
                    .prop_map(|(percent, most_minor_units)| Worth::Percent { percent, most_minor_units }),
                any::<i64>().prop_map(|most_minor_units| Worth::FreeItem { most_minor_units }),
            ],
            is_for_product: bool,
            lines in proptest::collection::vec((1_u64..4, any::<i64>(), any::<i64>()), 0..4),
            total_minor_units: i64,
        ) {
            let goods = if is_for_product { Goods::Product(gtin(1)) } else { Goods::All };
            let lines = lines.into_iter().map(|(body, quantity, minor_units)| line(body, "Хлеб", quantity, minor_units));
            let sale = Sale { total_minor_units, lines: lines.collect(), ..sale() };
            if let Ok(discount) = terms(worth, goods).discount(&sale) {
                prop_assert!(discount > 0 && discount <= total_minor_units);
            }
        }
    }
}
