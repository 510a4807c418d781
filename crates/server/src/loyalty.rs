//! What a chain sets about its loyalty programme.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use polka_domain::PhoneCountries;
use polka_freshness::Programme;
use polka_ledger::Department;
use serde::Deserialize;

/// The table `loyalty` of `polka.toml`; what is not set has a default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoyaltySettings {
    /// Countries whose phone numbers are taken, by ISO 3166-1, the store's own first [default: ru and its neighbours]
    phone_countries: Option<String>,
    /// Whether a card may spend with the last four digits of its number, beside a code [default: true]
    spends_by_last_four: Option<bool>,
    /// Whether a till that looks for a member is told how many points they have [default: false]
    shows_balance_by_number: Option<bool>,
    /// Minutes for which points are set aside for a receipt, 1 to 1440 [default: 15]
    reservation_minutes: Option<u32>,
    /// How points are earned and spent
    points: polka_ledger::Settings,
    /// What is paid for items that are past their date
    expired_items: polka_freshness::Settings,
    /// Which department bears the cost of points for a product, by the first level of its category; the others'
    /// is `store`
    departments: BTreeMap<String, String>,
}

/// The same, checked.
#[derive(Clone, Debug)]
pub struct Loyalty {
    pub(crate) phone_countries: PhoneCountries,
    pub(crate) spends_by_last_four: bool,
    pub(crate) shows_balance_by_number: bool,
    pub(crate) reservation_ms: i64,
    pub(crate) points: polka_ledger::Settings,
    pub(crate) expired_items: polka_freshness::Settings,
    departments: BTreeMap<String, Department>,
}

/// Which department bears the cost of a product whose category has none.
const STORE: &str = "store";

impl Loyalty {
    /// What an item that is past its date is worth.
    pub(crate) fn programme(&self) -> Programme {
        self.expired_items.programme(self.points.point_value_minor_units)
    }

    /// Which department bears the cost of points for a product of this category.
    pub(crate) fn department(&self, category: Option<&str>) -> Result<Department> {
        let first = category.and_then(|category| category.split('/').next()).unwrap_or_default();
        Ok(match self.departments.get(first) {
            Some(department) => department.clone(),
            None => STORE.parse()?,
        })
    }
}

impl Default for Loyalty {
    fn default() -> Self {
        Self {
            phone_countries: PhoneCountries::default(),
            spends_by_last_four: true,
            shows_balance_by_number: false,
            reservation_ms: 15 * 60_000,
            points: polka_ledger::Settings::default(),
            expired_items: polka_freshness::Settings::default(),
            departments: BTreeMap::new(),
        }
    }
}

impl LoyaltySettings {
    /// Checks what is set.
    ///
    /// # Errors
    /// With the first that is not right.
    pub fn check(&self) -> Result<Loyalty> {
        let default = Loyalty::default();
        let countries = self.phone_countries.as_deref().map(str::parse).transpose();
        let minutes = self.reservation_minutes.unwrap_or(15);
        if !(1..=1440).contains(&minutes) {
            bail!("loyalty.reservation_minutes is {minutes}, but must be 1 to 1440");
        }
        self.points.check().context("loyalty.points is not right")?;
        self.expired_items.check().context("loyalty.expired_items is not right")?;
        let department = |(category, name): (&String, &String)| {
            let name = name.parse().with_context(|| format!("loyalty.departments.{category:?}: {name:?}"))?;
            anyhow::Ok((category.clone(), name))
        };
        Ok(Loyalty {
            phone_countries: countries.context("loyalty.phone_countries is not right")?.unwrap_or_default(),
            spends_by_last_four: self.spends_by_last_four.unwrap_or(default.spends_by_last_four),
            shows_balance_by_number: self.shows_balance_by_number.unwrap_or(default.shows_balance_by_number),
            reservation_ms: i64::from(minutes) * 60_000,
            points: self.points.clone(),
            expired_items: self.expired_items.clone(),
            departments: self.departments.iter().map(department).collect::<Result<_>>()?,
        })
    }
}
