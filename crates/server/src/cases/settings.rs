//! What a chain sets about cases.

use anyhow::{Context, Result, bail};
use polka_contract::CaseCategory;
use polka_domain::SettingError;
use polka_ledger::Department;
use serde::Deserialize;

/// The table `cases` of `polka.toml`; what is not set has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CaseSettings {
    /// So many days after a case is closed, what was said and to whom is forgotten, 1 to 3650 [default: 90]
    pub(crate) kept_days: u32,
    /// What a complaint may be about, as the staff choose it
    pub(crate) categories: Vec<CaseCategory>,
}

impl Default for CaseSettings {
    fn default() -> Self {
        let category = |code: &str, name: &str, name_en: &str, due_hours| CaseCategory {
            code: code.into(),
            name: name.into(),
            name_en: name_en.into(),
            department: code.into(),
            due_hours,
            managers_only: false,
        };
        Self {
            kept_days: 90,
            categories: vec![
                category("quality", "Качество товара", "Quality of goods", 24),
                category("tills", "Кассы и цены", "Tills and prices", 24),
                category("assortment", "Выбор товара", "Choice of goods", 72),
                // Whoever is complained of must not read it, nor close it.
                CaseCategory {
                    managers_only: true, ..category("people", "Сотрудники", "People who work here", 48)
                },
                category("building", "Здание и чистота", "Building and cleanliness", 72),
            ],
        }
    }
}

impl CaseSettings {
    /// So many categories at most: they are buttons.
    const MOST_CATEGORIES: usize = 12;

    /// Checks what is set.
    ///
    /// # Errors
    /// With the first that is not right.
    pub fn check(&self) -> Result<()> {
        SettingError::check(&[("kept_days", self.kept_days.into(), 1, 3650)])?;
        if !(1..=Self::MOST_CATEGORIES).contains(&self.categories.len()) {
            bail!("categories are not 1 to {}", Self::MOST_CATEGORIES);
        }
        for (at, category) in self.categories.iter().enumerate() {
            // The same form, for the same purposes.
            for name in [&category.code, &category.department] {
                name.parse::<Department>().with_context(|| format!("{name:?} in categories"))?;
            }
            if [&category.name, &category.name_en].iter().any(|name| !(1..=40).contains(&name.chars().count())) {
                bail!("the names of the category {:?} are not 1 to 40 characters", category.code);
            }
            if !(1..=8760).contains(&category.due_hours) {
                bail!("the due_hours of the category {:?} are not 1 to 8760", category.code);
            }
            if self.categories[..at].iter().any(|other| other.code == category.code) {
                bail!("the category {:?} is there twice", category.code);
            }
        }
        Ok(())
    }

    /// The category with a code.
    pub(super) fn category(&self, code: &str) -> Option<&CaseCategory> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// Whether managers alone work on cases of a category; on those of one that is no longer in the list too.
    pub(super) fn is_for_managers(&self, code: &str) -> bool {
        self.category(code).is_none_or(|category| category.managers_only)
    }

    /// What people call a department, in a language: as the category of its name is called, where there is one.
    pub(crate) fn department_name<'a>(&'a self, department: &'a str, language: &str) -> &'a str {
        match self.category(department) {
            Some(category) if language == "en" => &category.name_en,
            Some(category) => &category.name,
            None => department,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_of_cases_is_checked() {
        let with = |change: fn(&mut CaseSettings)| {
            let mut settings = CaseSettings::default();
            change(&mut settings);
            settings.check()
        };
        assert!(with(|_| {}).is_ok());
        assert!(with(|it| it.categories.clear()).is_err());
        assert!(with(|it| it.categories[1].code = "quality".into()).is_err());
        assert!(with(|it| it.categories[0].department = "Молоко".into()).is_err());
        assert!(with(|it| it.categories[0].due_hours = 0).is_err());
        assert!(with(|it| it.categories[0].name.clear()).is_err());
        assert!(with(|it| it.kept_days = 0).is_err());
    }
}
