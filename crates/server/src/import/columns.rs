//! Which column of a table is which.

use csv::StringRecord;

/// Where each field stands in a row.
pub(super) struct Columns {
    names: &'static [&'static str],
    places: Vec<Option<usize>>,
}

impl Columns {
    /// Finds the columns by the header's names, in whatever order and case.
    pub(super) fn find(
        header: &StringRecord,
        names: &'static [&'static str],
        needed: &[&'static str],
    ) -> Result<Self, String> {
        let clean = |name: &str| name.trim().to_lowercase();
        for (place, name) in header.iter().enumerate() {
            if names.contains(&clean(name).as_str()) && header.iter().skip(place + 1).any(|it| clean(it) == clean(name))
            {
                return Err(format!("has the column {:?} twice", clean(name)));
            }
        }
        let places = names.iter().map(|name| header.iter().position(|it| clean(it) == *name)).collect();
        let columns = Self { names, places };
        let missing: Vec<_> = needed.iter().copied().filter(|name| !columns.has(name)).collect();
        let (all_but_last, last) = needed.split_at(needed.len().saturating_sub(1));
        match missing[..] {
            [] => Ok(columns),
            _ => Err(format!(
                "has no column {}; its first line must name {} and {}",
                missing.join(", "),
                all_but_last.join(", "),
                last.join("")
            )),
        }
    }

    /// The header's names that mean nothing here.
    pub(super) fn unknown<'a>(&self, header: &'a StringRecord) -> impl Iterator<Item = &'a str> {
        header.iter().filter(|name| !self.names.contains(&name.trim().to_lowercase().as_str()))
    }

    /// Whether there is this one.
    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The field of a row, without blanks at its ends; empty where there is none.
    pub(super) fn field<'r>(&self, row: &'r StringRecord, name: &str) -> &'r str {
        self.place(name).and_then(|place| row.get(place)).unwrap_or("").trim()
    }

    fn place(&self, name: &str) -> Option<usize> {
        let index = self.names.iter().position(|it| *it == name)?;
        self.places[index]
    }
}
