//! How much one person may put right without another's consent.

use std::fmt;

use polka_domain::SettingError;
use serde::Deserialize;

/// Up to what an apology needs nobody's consent, in minor units each; what is not set has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApologyLimits {
    /// One apology by a cashier. Default 30,000, which is 300.00.
    pub cashier_minor_units: i64,
    /// One by other staff. Default 50,000.
    pub staff_minor_units: i64,
    /// One by a manager. Default 300,000.
    pub manager_minor_units: i64,
    /// All that one of the staff gives in a day. Default 300,000.
    pub person_day_minor_units: i64,
    /// All that one customer gets in thirty days. Default 200,000.
    pub customer_month_minor_units: i64,
    /// All that a store gives in a day. Default 2,000,000.
    pub store_day_minor_units: i64,
}

impl Default for ApologyLimits {
    fn default() -> Self {
        Self {
            cashier_minor_units: 30_000,
            staff_minor_units: 50_000,
            manager_minor_units: 300_000,
            person_day_minor_units: 300_000,
            customer_month_minor_units: 200_000,
            store_day_minor_units: 2_000_000,
        }
    }
}

/// What was given before, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenBefore {
    /// By the same person today.
    pub by_person: i64,
    /// To the same customer in thirty days; 0 where nobody knows who it is.
    pub to_customer: i64,
    /// In the store today.
    pub in_store: i64,
}

/// Which limit an apology is above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApologyLimit {
    /// That of one apology.
    Once,
    /// That of one person's day.
    PersonDay,
    /// That of one customer's thirty days.
    CustomerMonth,
    /// That of the store's day.
    StoreDay,
    /// None: goods that are not fresh are never put right by one person without coming back.
    OtherGoods,
}

impl ApologyLimit {
    /// Whether only a manager says yes to what is above it. What is much for one person alone, another may agree to.
    #[must_use]
    pub fn needs_manager(self) -> bool {
        !matches!(self, Self::Once | Self::OtherGoods)
    }

    /// The limit with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Once, Self::PersonDay, Self::CustomerMonth, Self::StoreDay, Self::OtherGoods];
        all.into_iter().find(|limit| limit.code() == code)
    }

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::PersonDay => "person_day",
            Self::CustomerMonth => "customer_month",
            Self::StoreDay => "store_day",
            Self::OtherGoods => "other_goods",
        }
    }
}

impl fmt::Display for ApologyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Once => "it is more than one person may give at once",
            Self::PersonDay => "it is more than one person may give in a day",
            Self::CustomerMonth => "it is more than a customer gets in thirty days",
            Self::StoreDay => "it is more than the store gives in a day",
            Self::OtherGoods => "goods that are not fresh need a second person",
        })
    }
}

impl ApologyLimits {
    /// No limit is higher.
    const HIGHEST: i64 = 1_000_000_000_000;

    /// Checks what is set.
    ///
    /// # Errors
    /// Where it is out of its range.
    pub fn check(&self) -> Result<(), SettingError> {
        SettingError::check(&[
            ("cashier_minor_units", self.cashier_minor_units, 0, Self::HIGHEST),
            ("staff_minor_units", self.staff_minor_units, 0, Self::HIGHEST),
            ("manager_minor_units", self.manager_minor_units, 0, Self::HIGHEST),
            ("person_day_minor_units", self.person_day_minor_units, 0, Self::HIGHEST),
            ("customer_month_minor_units", self.customer_month_minor_units, 0, Self::HIGHEST),
            ("store_day_minor_units", self.store_day_minor_units, 0, Self::HIGHEST),
        ])
    }

    /// Whether an apology of so many minor units needs no consent; `once` is the limit of whoever gives it.
    ///
    /// # Errors
    /// A limit that it is above; that of one apology where it is above no other.
    pub fn allow(&self, once: i64, minor_units: i64, before: GivenBefore) -> Result<(), ApologyLimit> {
        let with = |before: i64| before.saturating_add(minor_units);
        // What is above one person's limit for once alone, another with a higher one may agree to: so that comes last.
        let limits = [
            (with(before.by_person), self.person_day_minor_units, ApologyLimit::PersonDay),
            (with(before.to_customer), self.customer_month_minor_units, ApologyLimit::CustomerMonth),
            (with(before.in_store), self.store_day_minor_units, ApologyLimit::StoreDay),
            (minor_units, once, ApologyLimit::Once),
        ];
        limits.into_iter().find(|(given, limit, _)| given > limit).map_or(Ok(()), |(.., above)| Err(above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apology_needs_consent_from_one_kopeck_above_a_limit_on() {
        let limits = ApologyLimits {
            person_day_minor_units: 500,
            customer_month_minor_units: 300,
            store_day_minor_units: 900,
            ..ApologyLimits::default()
        };
        let before = |by_person, to_customer, in_store| GivenBefore { by_person, to_customer, in_store };
        let allow = |before| limits.allow(100, 100, before);
        assert_eq!(limits.allow(100, 101, GivenBefore::default()), Err(ApologyLimit::Once));
        let both = limits.allow(100, 101, before(0, 200, 0));
        assert_eq!(both, Err(ApologyLimit::CustomerMonth), "the one that needs more");
        assert_eq!(allow(before(400, 200, 800)), Ok(()));
        assert_eq!(allow(before(401, 0, 401)), Err(ApologyLimit::PersonDay));
        assert_eq!(allow(before(0, 201, 0)), Err(ApologyLimit::CustomerMonth));
        assert_eq!(allow(before(0, 0, 801)), Err(ApologyLimit::StoreDay));
        assert_eq!(allow(before(i64::MAX, 0, 0)), Err(ApologyLimit::PersonDay));
    }

    #[test]
    fn limits_are_money() {
        assert_eq!(ApologyLimits::default().check(), Ok(()));
        assert!(ApologyLimits { staff_minor_units: -1, ..ApologyLimits::default() }.check().is_err());
    }
}
