//! What was wrong with goods is put right without their coming back: of which line of a receipt, and for how much.

use std::fmt;

use polka_domain::SettingError;
use serde::Deserialize;

use crate::{ApologyLimit, GivenBefore};

/// What may be put right without the goods; what is not set has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WithoutGoodsRules {
    /// For so many days after the day of the sale, 0 to 365. Default 14.
    pub days: i64,
    /// The same for what is fresh, 0 to 365. Default 3.
    pub fresh_days: i64,
    /// What is fresh: each category with all below it. What is in none of them needs a second person always.
    pub fresh_categories: Vec<String>,
    /// Up to so much of a line nobody's consent is needed, in however many steps, in minor units. Default 50,000, which
    /// is 500.00.
    pub line_minor_units: i64,
    /// All that one of the staff gives so in a day. Default 150,000.
    pub person_day_minor_units: i64,
    /// All that one customer gets so in thirty days. Default 100,000.
    pub customer_month_minor_units: i64,
}

impl Default for WithoutGoodsRules {
    fn default() -> Self {
        let fresh = [
            "Молочные продукты",
            "Сыры",
            "Мясо и птица",
            "Рыба и морепродукты",
            "Колбасы и готовая еда",
            "Овощи и фрукты",
            "Хлеб и выпечка",
        ];
        Self {
            days: 14,
            fresh_days: 3,
            fresh_categories: fresh.map(str::to_owned).into(),
            line_minor_units: 50_000,
            person_day_minor_units: 150_000,
            customer_month_minor_units: 100_000,
        }
    }
}

/// A line of a receipt, and what has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoughtLine {
    /// How many items were bought; what is weighed is one.
    pub quantity: i64,
    /// What was paid for them together, in minor units.
    pub minor_units: i64,
    /// How many came back at a till; like the next, not below nought.
    pub came_back: i64,
    /// How many were put right without coming back, or wait for a second person.
    pub put_right: i64,
    /// How many days ago it was bought.
    pub age_days: i64,
    /// Whether it is fresh.
    pub is_fresh: bool,
    /// Whether a till took something of the receipt back, and did not say which line.
    pub is_unsure: bool,
}

/// Why a line is not put right without the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithoutGoodsRefusal {
    /// A till took something of the receipt back without saying what.
    Unsure,
    /// All of it came back at a till.
    CameBack,
    /// All that did not come back was put right, or waits for a second person.
    PutRight,
    /// It is fresh, and was bought too long ago.
    FreshTooOld,
    /// It was bought too long ago.
    TooOld,
    /// Nothing was paid for it.
    WorthNothing,
    /// Less of it is left, or no item was named.
    TooFewLeft,
}

impl WithoutGoodsRefusal {
    /// By which programs know it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::CameBack => "came_back",
            Self::PutRight => "put_right",
            Self::FreshTooOld => "fresh_too_old",
            Self::TooOld => "too_old",
            Self::WorthNothing => "worth_nothing",
            Self::TooFewLeft => "too_few_left",
        }
    }
}

impl fmt::Display for WithoutGoodsRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsure => "a till took something of this receipt back without saying which line",
            Self::CameBack => "this line came back at a till",
            Self::PutRight => "this line was put right before, or waits for a second person",
            Self::FreshTooOld => "what is fresh was bought too long ago",
            Self::TooOld => "it was bought too long ago",
            Self::WorthNothing => "nothing was paid for this line",
            Self::TooFewLeft => "less of this line is left, or the quantity is not above zero",
        })
    }
}

impl std::error::Error for WithoutGoodsRefusal {}

impl BoughtLine {
    /// How many items neither came back nor were put right.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.quantity.saturating_sub(self.came_back).saturating_sub(self.put_right).max(0)
    }
}

impl WithoutGoodsRules {
    /// No sum is higher.
    const HIGHEST: i64 = 1_000_000_000_000;

    /// Checks what is set.
    ///
    /// # Errors
    /// Where it is out of its range.
    pub fn check(&self) -> Result<(), SettingError> {
        SettingError::check(&[
            ("days", self.days, 0, 365),
            ("fresh_days", self.fresh_days, 0, 365),
            ("line_minor_units", self.line_minor_units, 0, Self::HIGHEST),
            ("person_day_minor_units", self.person_day_minor_units, 0, Self::HIGHEST),
            ("customer_month_minor_units", self.customer_month_minor_units, 0, Self::HIGHEST),
        ])
    }

    /// Whether what is in this category is fresh.
    #[must_use]
    pub fn is_fresh(&self, category: Option<&str>) -> bool {
        let has = |fresh: &String| {
            let rest = category.and_then(|category| category.strip_prefix(fresh.as_str()));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.fresh_categories.iter().any(has)
    }

    /// Whether something of a line may be put right.
    ///
    /// # Errors
    /// With the reason why nothing may.
    pub fn check_line(&self, line: &BoughtLine) -> Result<(), WithoutGoodsRefusal> {
        let days = if line.is_fresh { self.fresh_days } else { self.days };
        match line {
            _ if line.is_unsure => Err(WithoutGoodsRefusal::Unsure),
            _ if line.left() == 0 && line.put_right == 0 => Err(WithoutGoodsRefusal::CameBack),
            _ if line.left() == 0 => Err(WithoutGoodsRefusal::PutRight),
            _ if line.age_days > days && line.is_fresh => Err(WithoutGoodsRefusal::FreshTooOld),
            _ if line.age_days > days => Err(WithoutGoodsRefusal::TooOld),
            _ if line.minor_units <= 0 => Err(WithoutGoodsRefusal::WorthNothing),
            _ => Ok(()),
        }
    }

    /// What so many items of a line are worth, in minor units: their share of what was paid, rounded down, so that in
    /// whatever steps it is put right it never comes to more.
    ///
    /// # Errors
    /// Where they may not be put right.
    pub fn worth(&self, line: &BoughtLine, quantity: i64) -> Result<i64, WithoutGoodsRefusal> {
        self.check_line(line)?;
        if !(1..=line.left()).contains(&quantity) {
            return Err(WithoutGoodsRefusal::TooFewLeft);
        }
        // Not above what was paid, for no more is left than was bought.
        let share = i128::from(line.minor_units) * i128::from(quantity) / i128::from(line.quantity);
        i64::try_from(share).ok().filter(|worth| *worth > 0).ok_or(WithoutGoodsRefusal::WorthNothing)
    }

    /// Whether so many minor units need no consent, after what was given before without goods, and of the same line.
    ///
    /// # Errors
    /// A limit that it is above; that it is no fresh goods where it is above none.
    pub fn allow(
        &self,
        minor_units: i64,
        is_fresh: bool,
        of_line_before: i64,
        before: GivenBefore,
    ) -> Result<(), ApologyLimit> {
        let with = |before: i64| before.saturating_add(minor_units);
        match () {
            () if with(before.by_person) > self.person_day_minor_units => Err(ApologyLimit::PersonDay),
            () if with(before.to_customer) > self.customer_month_minor_units => Err(ApologyLimit::CustomerMonth),
            () if with(of_line_before) > self.line_minor_units => Err(ApologyLimit::Once),
            () if !is_fresh => Err(ApologyLimit::OtherGoods),
            () => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line() -> BoughtLine {
        BoughtLine {
            quantity: 3,
            minor_units: 10_000,
            came_back: 0,
            put_right: 0,
            age_days: 0,
            is_fresh: true,
            is_unsure: false,
        }
    }

    fn worth(line: BoughtLine, quantity: i64) -> Result<i64, WithoutGoodsRefusal> {
        WithoutGoodsRules::default().worth(&line, quantity)
    }

    #[test]
    fn an_item_is_worth_its_share_of_what_was_paid_for_its_line() {
        assert_eq!(worth(line(), 1), Ok(3_333));
        assert_eq!(worth(line(), 3), Ok(10_000));
        assert_eq!(worth(BoughtLine { came_back: 1, put_right: 1, ..line() }, 1), Ok(3_333));
    }

    #[test]
    fn each_refusal_has_a_reason_of_its_own() {
        use WithoutGoodsRefusal::{CameBack, FreshTooOld, PutRight, TooFewLeft, TooOld, Unsure, WorthNothing};
        for (refused, quantity, reason) in [
            (BoughtLine { is_unsure: true, ..line() }, 1, Unsure),
            (BoughtLine { came_back: 3, ..line() }, 1, CameBack),
            (BoughtLine { came_back: 1, put_right: 2, ..line() }, 1, PutRight),
            (BoughtLine { age_days: 4, ..line() }, 1, FreshTooOld),
            (BoughtLine { age_days: 15, is_fresh: false, ..line() }, 1, TooOld),
            (BoughtLine { minor_units: 0, ..line() }, 1, WorthNothing),
            (BoughtLine { minor_units: 2, ..line() }, 1, WorthNothing),
            (BoughtLine { put_right: 1, ..line() }, 3, TooFewLeft),
            (line(), 0, TooFewLeft),
            (line(), i64::MIN, TooFewLeft),
        ] {
            assert_eq!(worth(refused, quantity), Err(reason), "{refused:?}");
        }
        for (age_days, is_fresh) in [(3, true), (14, false)] {
            assert!(worth(BoughtLine { age_days, is_fresh, ..line() }, 1).is_ok(), "the last day counts");
        }
    }

    #[test]
    fn fresh_is_a_category_with_all_below_it() {
        let rules = WithoutGoodsRules { fresh_categories: vec!["Рыба".into()], ..WithoutGoodsRules::default() };
        assert!(rules.is_fresh(Some("Рыба")) && rules.is_fresh(Some("Рыба/Солёная")));
        assert!(!rules.is_fresh(Some("Рыбалка")) && !rules.is_fresh(None));
    }

    #[test]
    fn fresh_goods_need_no_consent_up_to_a_limit_and_others_always_do() {
        let rules = WithoutGoodsRules {
            line_minor_units: 100,
            person_day_minor_units: 500,
            customer_month_minor_units: 300,
            ..WithoutGoodsRules::default()
        };
        let before = |by_person, to_customer| GivenBefore { by_person, to_customer, in_store: i64::MAX };
        let allow = |minor_units, before| rules.allow(minor_units, true, 0, before);
        assert_eq!(allow(100, before(400, 200)), Ok(()));
        assert_eq!(rules.allow(50, true, 50, before(0, 0)), Ok(()));
        assert_eq!(rules.allow(50, true, 51, before(0, 0)), Err(ApologyLimit::Once), "in however many steps");
        assert_eq!(allow(101, before(0, 0)), Err(ApologyLimit::Once));
        assert_eq!(allow(100, before(401, 0)), Err(ApologyLimit::PersonDay));
        assert_eq!(allow(101, before(0, 200)), Err(ApologyLimit::CustomerMonth), "the one that needs more");
        assert_eq!(allow(1, before(i64::MAX, 0)), Err(ApologyLimit::PersonDay));
        assert_eq!(rules.allow(1, false, 0, before(0, 0)), Err(ApologyLimit::OtherGoods));
        assert_eq!(rules.allow(1, false, 0, before(500, 0)), Err(ApologyLimit::PersonDay));
    }

    #[test]
    fn what_is_set_is_checked() {
        assert_eq!(WithoutGoodsRules::default().check(), Ok(()));
        assert!(WithoutGoodsRules { fresh_days: -1, ..WithoutGoodsRules::default() }.check().is_err());
    }

    proptest! {
        #[test]
        fn any_line_is_worth_no_more_than_was_paid_in_however_many_steps(
            numbers in prop::array::uniform4(prop_oneof![0i64..9, 0..=i64::MAX]),
            steps in prop::collection::vec(1i64..4, 1..6),
        ) {
            let [quantity, minor_units, came_back, put_right] = numbers;
            let mut line = BoughtLine { quantity, minor_units, came_back, put_right, ..line() };
            let mut sum = 0i128;
            for step in steps {
                if let Ok(worth) = worth(line, step) {
                    sum += i128::from(worth);
                    line.put_right += step;
                }
            }
            prop_assert!(sum <= i128::from(minor_units));
        }
    }
}
