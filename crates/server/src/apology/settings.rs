//! What a chain sets about apologies.

use anyhow::{Context, Result, bail};
use polka_contract::{ApologyReason, StaffRole};
use polka_domain::SettingError;
use polka_ledger::{ApologyLimits, Department};
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
    /// What somebody gave in a week, or what was given for a reason, stands out above this alone, in minor units
    /// [default: 100000]
    pub(crate) outlier_floor_minor_units: i64,
    /// What may have gone wrong, as the staff choose it
    pub(crate) reasons: Vec<ApologyReason>,
}

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
            outlier_floor_minor_units: 100_000,
            reasons: vec![
                reason("wrong_price", "Неверная цена", "Wrong price", 10_000, "tills"),
                reason("spoilt", "Испорченный товар", "Spoilt goods", 20_000, "quality"),
                reason("rude", "Невежливо обошлись", "Somebody was rude", 20_000, "people"),
                reason("queue", "Долгая очередь", "Long queue", 10_000, "tills"),
                reason("missing", "Не было товара", "Goods were not there", 10_000, "assortment"),
                reason("other", "Другое", "Something else", 10_000, "store"),
            ],
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
        Ok(())
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
        assert!(with(|it| it.limits.staff_minor_units = -1).is_err());
    }
}
