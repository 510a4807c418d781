//! What a chain sets about apologies.

use anyhow::{Context, Result, bail};
use polka_contract::{ApologyPercent, ApologyReason, StaffRole};
use polka_domain::SettingError;
use polka_ledger::{ApologyLimits, Department, WithoutGoodsRules};
use serde::Deserialize;

/// The table `apologies` of `polka.toml`; what is not set has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApologySettings {
    /// Up to what nobody's consent is needed.
    pub(crate) limits: ApologyLimits,
    /// For so many days after the day of its issue a coupon is good, 1 to 3650 [default: 30]
    pub(crate) coupon_days: u32,
    /// For so many minutes whoever gave an apology may take it back, 0 to 1440; a manager may later too [default: 10]
    pub(crate) undo_minutes: u32,
    /// So many percent off the next purchase may be given on paper, 0 to 100; with 0 no such coupon [default: 10]
    pub(crate) percent: i64,
    /// Such a coupon takes off no more, in minor units [default: 30000]
    pub(crate) percent_most_minor_units: i64,
    /// The most that a till without network takes off for one coupon, in minor units; 0: it takes none [default: 30000]
    pub(crate) offline_coupon_minor_units: i64,
    /// What somebody gave in a week, or what was given for a reason, stands out above this alone, in minor units
    /// [default: 100000]
    pub(crate) outlier_floor_minor_units: i64,
    /// What may have gone wrong, as the staff choose it
    pub(crate) reasons: Vec<ApologyReason>,
    /// What of a receipt is put right without the goods
    pub(crate) without_goods: WithoutGoodsSettings,
}

/// The table `apologies.without_goods`; what is not set has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WithoutGoodsSettings {
    /// For how long, and up to what nobody's consent is needed.
    pub(crate) rules: WithoutGoodsRules,
    /// The lines of receipts are kept for so many days, at least as many as they may be put right, to 3650
    /// [default: 90]
    pub(crate) kept_days: u32,
    /// What may be wrong with goods, by the codes of reasons [default: those of the built-in ones that are there]
    pub(crate) reasons: Option<Vec<String>>,
}

impl Default for WithoutGoodsSettings {
    fn default() -> Self {
        Self { rules: WithoutGoodsRules::default(), kept_days: 90, reasons: None }
    }
}

/// What may be wrong with goods, where the chain does not say.
const OF_GOODS: [&str; 5] = ["spoilt", "damaged", "wrong_goods", "incomplete", "other"];

impl Default for ApologySettings {
    fn default() -> Self {
        let reason = |code: &str, name: &str, name_en: &str, minor_units, department: &str| ApologyReason {
            code: code.into(),
            name: name.into(),
            name_en: name_en.into(),
            minor_units,
            department: department.into(),
        };
        Self {
            limits: ApologyLimits::default(),
            coupon_days: 30,
            undo_minutes: 10,
            percent: 10,
            percent_most_minor_units: 30_000,
            offline_coupon_minor_units: 30_000,
            outlier_floor_minor_units: 100_000,
            reasons: vec![
                reason("wrong_price", "Неверная цена", "Wrong price", 10_000, "tills"),
                reason("spoilt", "Испорченный товар", "Spoilt goods", 20_000, "quality"),
                reason("damaged", "Повреждённый товар", "Damaged goods", 20_000, "quality"),
                reason("wrong_goods", "Не тот товар", "Wrong goods", 10_000, "store"),
                reason("incomplete", "Чего-то не хватило", "Something was missing", 10_000, "store"),
                reason("rude", "Невежливо обошлись", "Somebody was rude", 20_000, "people"),
                reason("queue", "Долгая очередь", "Long queue", 10_000, "tills"),
                reason("missing", "Не было товара", "Goods were not there", 10_000, "assortment"),
                reason("other", "Другое", "Something else", 10_000, "store"),
            ],
            without_goods: WithoutGoodsSettings::default(),
        }
    }
}

impl ApologySettings {
    /// So many reasons at most: they are buttons.
    const MOST_REASONS: usize = 12;

    /// Checks what is set.
    ///
    /// # Errors
    /// With the first that is not right.
    pub fn check(&self) -> Result<()> {
        self.limits.check().context("limits are not right")?;
        SettingError::check(&[
            ("coupon_days", self.coupon_days.into(), 1, 3650),
            ("undo_minutes", self.undo_minutes.into(), 0, 1440),
            ("percent", self.percent, 0, 100),
            ("percent_most_minor_units", self.percent_most_minor_units, 1, 100_000_000),
            ("offline_coupon_minor_units", self.offline_coupon_minor_units, 0, 1_000_000_000_000),
            ("outlier_floor_minor_units", self.outlier_floor_minor_units, 0, 1_000_000_000_000),
        ])?;
        if !(1..=Self::MOST_REASONS).contains(&self.reasons.len()) {
            bail!("reasons are not 1 to {}", Self::MOST_REASONS);
        }
        for (at, reason) in self.reasons.iter().enumerate() {
            // The same form, for the same purposes.
            for name in [&reason.code, &reason.department] {
                name.parse::<Department>().with_context(|| format!("{name:?} in reasons"))?;
            }
            if [&reason.name, &reason.name_en].iter().any(|name| !(1..=40).contains(&name.chars().count())) {
                bail!("the names of the reason {:?} are not 1 to 40 characters", reason.code);
            }
            if !(1..=100_000_000).contains(&reason.minor_units) {
                bail!("the minor_units of the reason {:?} are not 1 to 100,000,000", reason.code);
            }
            if self.reasons[..at].iter().any(|other| other.code == reason.code) {
                bail!("the reason {:?} is there twice", reason.code);
            }
        }
        let WithoutGoodsSettings { rules, kept_days, reasons } = &self.without_goods;
        rules.check().context("without_goods.rules are not right")?;
        let least = rules.days.max(rules.fresh_days);
        SettingError::check(&[("kept_days", (*kept_days).into(), least, 3650)])
            .context("without_goods is not right")?;
        if let Some(reasons) = reasons {
            if let Some(code) = reasons.iter().find(|code| self.reason(code).is_none()) {
                bail!("without_goods.reasons has {code:?}, which is none of the reasons");
            }
            if reasons.is_empty() {
                bail!("without_goods.reasons are none");
            }
        }
        Ok(())
    }

    /// The part of the next purchase that may be given.
    pub(super) fn percent(&self) -> Option<ApologyPercent> {
        let percent = ApologyPercent { percent: self.percent, most_minor_units: self.percent_most_minor_units };
        (self.percent > 0).then_some(percent)
    }

    /// What may be wrong with goods: all reasons, where none is of goods.
    pub(super) fn reasons_of_goods(&self) -> Vec<ApologyReason> {
        let codes = self.without_goods.reasons.as_deref();
        let is_of_goods = |reason: &&ApologyReason| match codes {
            Some(codes) => codes.contains(&reason.code),
            None => OF_GOODS.contains(&reason.code.as_str()),
        };
        let of_goods: Vec<_> = self.reasons.iter().filter(is_of_goods).cloned().collect();
        if of_goods.is_empty() { self.reasons.clone() } else { of_goods }
    }

    /// The reason with a code.
    pub(super) fn reason(&self, code: &str) -> Option<&ApologyReason> {
        self.reasons.iter().find(|reason| reason.code == code)
    }

    /// Up to how much somebody in this role gives at once without consent.
    pub(super) fn once(&self, role: StaffRole) -> i64 {
        match role {
            StaffRole::Cashier => self.limits.cashier_minor_units,
            StaffRole::Staff => self.limits.staff_minor_units,
            StaffRole::Manager => self.limits.manager_minor_units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_of_apologies_is_checked() {
        let with = |change: fn(&mut ApologySettings)| {
            let mut settings = ApologySettings::default();
            change(&mut settings);
            settings.check()
        };
        assert!(with(|_| {}).is_ok());
        assert!(with(|it| it.reasons.clear()).is_err());
        assert!(with(|it| it.reasons[1].code = "wrong_price".into()).is_err());
        assert!(with(|it| it.reasons[0].department = "Молоко".into()).is_err());
        assert!(with(|it| it.reasons[0].minor_units = 0).is_err());
        assert!(with(|it| it.coupon_days = 0).is_err());
        assert!(with(|it| it.percent = 101).is_err());
        assert!(with(|it| it.offline_coupon_minor_units = -1).is_err());
        assert!(with(|it| it.limits.staff_minor_units = -1).is_err());
        assert!(with(|it| it.without_goods.kept_days = 13).is_err(), "shorter than it may be put right");
        assert!(with(|it| it.without_goods.reasons = Some(vec!["none".into()])).is_err());
    }

    #[test]
    fn what_may_be_wrong_with_goods_is_of_the_chains_own_list() {
        let codes = |settings: &ApologySettings| {
            settings.reasons_of_goods().into_iter().map(|reason| reason.code).collect::<Vec<_>>()
        };
        let mut settings = ApologySettings::default();
        assert_eq!(codes(&settings), OF_GOODS);
        settings.reasons.retain(|reason| reason.code == "rude");
        assert!(settings.check().is_ok(), "a chain's own list of before");
        assert_eq!(codes(&settings), ["rude"]);
        settings.reasons = ApologySettings::default().reasons;
        settings.without_goods.reasons = Some(vec!["missing".into()]);
        assert_eq!(codes(&settings), ["missing"]);
    }
}
