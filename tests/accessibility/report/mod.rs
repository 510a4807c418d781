//! The report: what the sixty checks found, as three texts that `make accessibility` makes anew.
//!
//! `docs/accessibility/checks.tsv` says what each check stands for, `criteria.tsv` which checks, or who else, stand
//! for each criterion of the standards; `conformance.rs` leads from one to the other. `markdown.rs` and `json.rs` are the report for people and for programs. All here is text in and
//! text out, but for [`write`]. No time, no machine and no order of running gets in, so the same results give the
//! same bytes. Start at [`Results`].

mod conformance;
mod json;
mod markdown;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use conformance::conformance;
use json::json;
use markdown::{lines_of_findings, markdown};

/// A failed check shows at most this many lines in the report.
const MOST_LINES: usize = 20;
/// A finding is cut after this many letters.
const LONGEST_FINDING: usize = 300;

/// One of the sixty checks.
pub(crate) struct Check {
    pub(crate) number: u8,
    pub(crate) priority: Priority,
    /// The clauses it comes from, or "own".
    pub(crate) clause: String,
    /// What a person can do where it passes.
    pub(crate) what: String,
}

/// How much hangs on a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Must hold for a release.
    P0,
    P1,
}

impl Display for Priority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Where a check was made.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(crate) struct Place {
    /// A screen and its state, like `price-check/found`.
    pub(crate) screen: String,
    pub(crate) language: &'static str,
    /// The modes that were on, like `size=large&contrast=dark`, or `none`.
    pub(crate) modes: String,
}

impl Place {
    pub(crate) fn new(screen: &str, language: &'static str, modes: &str) -> Self {
        let modes = if modes.is_empty() { "none" } else { modes };
        Self { screen: screen.to_owned(), language, modes: modes.to_owned() }
    }
}

/// What the checks found, and where they were made.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Results {
    /// By check and by place; a place without findings passed.
    pub(crate) runs: BTreeMap<u8, BTreeMap<Place, Vec<String>>>,
}

impl Results {
    /// Adds what a check found at a place, also when it found nothing.
    pub(crate) fn add(&mut self, check: u8, place: &Place, findings: Vec<String>) {
        let all = self.runs.entry(check).or_default().entry(place.clone()).or_default();
        all.extend(findings);
        all.sort();
        all.dedup();
    }

    /// Adds all that other runs found.
    pub(crate) fn merge(&mut self, other: Self) {
        for (check, places) in other.runs {
            for (place, findings) in places {
                self.add(check, &place, findings);
            }
        }
    }

    /// Whether a check was made, and found nothing anywhere.
    pub(crate) fn passed(&self, check: u8) -> bool {
        self.has_run(check) && self.places(check).all(|(_, findings)| findings.is_empty())
    }

    fn has_run(&self, check: u8) -> bool {
        self.places(check).next().is_some()
    }

    /// Where a check was made, and what it found there.
    fn places(&self, check: u8) -> impl Iterator<Item = (&Place, &Vec<String>)> {
        self.runs.get(&check).into_iter().flatten()
    }

    /// What a part of the place was in all runs.
    fn all<'a>(&'a self, part: impl Fn(&'a Place) -> &'a str) -> BTreeSet<&'a str> {
        self.runs.values().flat_map(BTreeMap::keys).map(part).collect()
    }

    fn screens(&self) -> BTreeSet<&str> {
        self.all(|place| &place.screen)
    }

    fn languages(&self) -> BTreeSet<&str> {
        self.all(|place| place.language)
    }

    /// The sets of modes: none, then one mode alone, then several together.
    fn mode_sets(&self) -> Vec<&str> {
        let mut sets: Vec<_> = self.all(|place| &place.modes).into_iter().collect();
        sets.sort_by_key(|modes| (*modes != "none", modes.matches('&').count()));
        sets
    }
}

/// Reads `checks.tsv`.
///
/// # Errors
///
/// If a row is not a check.
pub(crate) fn checks(tsv: &str) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for [number, priority, clause, what] in rows(tsv, ["number", "priority", "clause", "what"])? {
        let priority = match priority {
            "P0" => Priority::P0,
            "P1" => Priority::P1,
            other => bail!("check {number}: priority {other:?} is not P0 or P1"),
        };
        let number = number.parse().with_context(|| format!("number {number:?} is not one like 7"))?;
        checks.push(Check { number, priority, clause: clause.to_owned(), what: what.to_owned() });
    }
    Ok(checks)
}

/// The rows below the header, cut into columns.
fn rows<'a, const COLUMNS: usize>(tsv: &'a str, header: [&str; COLUMNS]) -> Result<Vec<[&'a str; COLUMNS]>> {
    let mut rows = Vec::new();
    for (place, line) in tsv.lines().enumerate() {
        let row = <[&str; COLUMNS]>::try_from(line.split('\t').collect::<Vec<_>>())
            .map_err(|row| anyhow!("line {}: {} columns, not {COLUMNS}", place + 1, row.len()))?;
        rows.push(row);
    }
    ensure!(rows.first() == Some(&header), "the first line is not {header:?}");
    Ok(rows.split_off(1))
}

/// Reads the two tables of a folder and writes `REPORT.md`, `report.json` and `CONFORMANCE.md` beside them.
///
/// # Errors
///
/// If a file cannot be read or written, or a table has a wrong row.
pub(crate) fn write(folder: &Path, results: &Results) -> Result<()> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).with_context(|| name.to_owned());
    let checks = checks(&read("checks.tsv")?).context("checks.tsv")?;
    let conformance = conformance(results, &checks, &read("criteria.tsv")?).context("criteria.tsv")?;
    for (name, text) in [
        ("REPORT.md", markdown(results, &checks)),
        ("report.json", json(results, &checks)),
        ("CONFORMANCE.md", conformance),
    ] {
        std::fs::write(folder.join(name), text).with_context(|| name.to_owned())?;
    }
    Ok(())
}

// What the texts have in common.

/// A number and what it counts: "1 place", "2 places".
fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// "40 of 60".
fn passed_of<'a>(results: &Results, checks: impl Iterator<Item = &'a Check>) -> String {
    let passed: Vec<_> = checks.map(|check| results.passed(check.number)).collect();
    format!("{} of {}", passed.iter().filter(|passed| **passed).count(), passed.len())
}

/// A text that shows in Markdown as it is, on one line.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '&' | '~' | '#') {
            plain.push('\\');
        }
        plain.push(if letter.is_control() { ' ' } else { letter });
    }
    plain
}

/// A name of ours, as code. It holds no backtick and no bar.
fn code(name: &str) -> String {
    format!("`{name}`")
}

/// A row of a Markdown table.
fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A finding that is not longer than a reader bears.
fn cut(finding: &str) -> String {
    match finding.char_indices().nth(LONGEST_FINDING) {
        Some((end, _)) => format!("{}…", &finding[..end]),
        None => finding.to_owned(),
    }
}

// What this file promises.

const CHECKS: &str = include_str!("../../../docs/accessibility/checks.tsv");
const CRITERIA: &str = include_str!("../../../docs/accessibility/criteria.tsv");

/// All checks, made on these screens in two languages and these modes, without a finding.
fn all_passed(screens: usize, sets: usize) -> Result<(Vec<Check>, Results)> {
    let (checks, mut results) = (checks(CHECKS)?, Results::default());
    for check in &checks {
        for (screen, set) in (0..screens).flat_map(|screen| (0..sets).map(move |set| (screen, set))) {
            for language in ["ru", "en"] {
                let modes = if set == 0 { String::new() } else { format!("size=large&contrast=dark&number={set}") };
                let place = Place::new(&format!("price-check/state-{screen}"), language, &modes);
                results.add(check.number, &place, Vec::new());
            }
        }
    }
    Ok((checks, results))
}

fn found(results: &mut Results, check: u8, finding: &str) {
    results.add(check, &Place::new("price-check/state-0", "ru", ""), vec![finding.to_owned()]);
}

#[test]
fn there_are_sixty_checks_each_told_in_at_most_15_words() -> Result<()> {
    let checks = checks(CHECKS)?;
    assert!(checks.iter().map(|check| check.number).eq(1..=60));
    for Check { number, clause, what, .. } in &checks {
        assert!(what.ends_with('.') && what.split_whitespace().count() <= 15, "{number}: {what}");
        assert!(!clause.is_empty(), "{number}");
    }
    Ok(())
}

#[test]
fn a_table_with_a_wrong_row_is_refused() -> Result<()> {
    let header = "number\tpriority\tclause\twhat\n";
    for wrong in ["", "1\tP0\town\tA person hears.\n", &format!("{header}one\tP0\town\tA person hears.\n")] {
        assert!(checks(wrong).is_err(), "{wrong}");
    }
    for wrong in ["1\tP2\town\tA person hears.", "1\tP0\tA person hears.", "1\tP0\town\tA person hears.\tmore"] {
        assert!(checks(&format!("{header}{wrong}\n")).is_err(), "{wrong}");
    }
    assert_eq!(checks(&format!("{header}1\tP0\town\tA person hears.\n"))?.len(), 1);
    Ok(())
}

#[test]
fn a_check_that_was_not_made_counts_as_failed() -> Result<()> {
    let (checks, mut results) = all_passed(1, 1)?;
    assert!(results.passed(9));
    results.runs.remove(&9);
    assert!(!results.passed(9));
    results.runs.insert(9, BTreeMap::new());
    assert!(!results.passed(9));
    assert!(markdown(&results, &checks).contains("**59 of 60** checks passed"));
    assert!(markdown(&results, &checks).contains("**failed**: not made"));
    Ok(())
}

#[test]
fn one_finding_at_one_place_fails_a_check() -> Result<()> {
    let (checks, mut results) = all_passed(2, 2)?;
    found(&mut results, 24, "the price: 3:1");
    found(&mut results, 25, "the price: 3:1");
    assert!((1..=60).filter(|check| !results.passed(*check)).eq([24, 25]));
    let report = markdown(&results, &checks);
    assert!(report.contains("**58 of 60** checks passed. Of those that must hold for a release (P0), 38 of 39"));
    assert!(report.contains("| `price-check/state-0` | 58 of 60 | 60 of 60 |"), "{report}");
    assert!(report.contains("- `price-check/state-0`, ru, `none`: the price: 3:1\n"), "{report}");
    Ok(())
}

#[test]
fn the_same_results_give_the_same_bytes_in_whatever_order_they_come() -> Result<()> {
    let (checks, mut first) = all_passed(2, 2)?;
    let mut second = Results::default();
    found(&mut first, 3, "one");
    found(&mut first, 3, "two");
    found(&mut second, 3, "two");
    found(&mut second, 3, "one");
    second.merge(all_passed(2, 2)?.1);
    assert_eq!(markdown(&first, &checks), markdown(&second, &checks));
    assert_eq!(json(&first, &checks), json(&second, &checks));
    assert_eq!(conformance(&first, &checks, CRITERIA)?, conformance(&second, &checks, CRITERIA)?);
    Ok(())
}

#[test]
fn a_failed_check_shows_at_most_20_lines_and_the_commonest_finding_first() -> Result<()> {
    let (_, mut results) = all_passed(1, 1)?;
    for number in 0..20 {
        found(&mut results, 3, &format!("text {number} is not spoken"));
    }
    assert_eq!(lines_of_findings(&results, 3).len(), 20);
    found(&mut results, 3, "<b>|the title|</b>\nis not spoken");
    results.add(3, &Place::new("help", "en", ""), vec!["<b>|the title|</b>\nis not spoken".to_owned()]);
    let lines = lines_of_findings(&results, 3);
    assert_eq!(lines.len(), 20);
    assert_eq!(lines[0], "in 2 places, first `help`, en, `none`: \\<b\\>\\|the title\\|\\</b\\> is not spoken");
    assert_eq!(lines[19], "and 2 other findings.");
    Ok(())
}

#[test]
fn a_text_cannot_pass_for_markup() {
    assert_eq!(plain("a_b | <b>[x](y)</b>\n`c` & *d*"), "a\\_b \\| \\<b\\>\\[x\\](y)\\</b\\> \\`c\\` \\& \\*d\\*");
}

#[test]
fn no_modes_come_first_and_many_together_last() {
    let mut results = Results::default();
    for modes in ["size=large&contrast=dark", "audio=on", "", "motor=on"] {
        results.add(3, &Place::new("help", "ru", modes), Vec::new());
    }
    assert_eq!(results.mode_sets(), ["none", "audio=on", "motor=on", "size=large&contrast=dark"]);
}

#[test]
fn the_report_for_programs_says_where_each_check_passed_failed_or_was_not_made() -> Result<()> {
    let (checks, mut results) = all_passed(2, 3)?;
    found(&mut results, 3, "the title is not spoken");
    results.runs.insert(60, BTreeMap::from([(Place::new("installer", "en", ""), Vec::new())]));
    let report: serde_json::Value = serde_json::from_str(&json(&results, &checks))?;
    assert_eq!((&report["passed"], &report["of"]), (&59.into(), &60.into()));
    assert_eq!(report["languages"], serde_json::json!(["en", "ru"]));
    let check = &report["checks"][2];
    assert_eq!((&check["number"], &check["passed"], &check["places"]), (&3.into(), &false.into(), &12.into()));
    assert_eq!(
        check["screens"]["price-check/state-0"],
        serde_json::json!({"passed": 2, "failed": {"none": {"ru": ["the title is not spoken"]}}})
    );
    let installer = &report["checks"][59]["screens"]["installer"];
    assert_eq!(*installer, serde_json::json!({"passed": 1, "failed": {}, "not_run": [1, 2]}));
    Ok(())
}

#[test]
fn the_report_for_programs_stays_under_200_kb() -> Result<()> {
    let (checks, mut results) = all_passed(23, 20)?;
    for place in results.runs[&3].keys().cloned().collect::<Vec<_>>() {
        results.add(3, &place, vec!["main > p.instruction is not spoken".to_owned()]);
    }
    let report = json(&results, &checks);
    assert!(report.len() < 200_000, "{}", report.len());
    Ok(())
}

#[test]
fn the_three_texts_are_written_beside_their_tables() -> Result<()> {
    let (checks, results) = all_passed(1, 1)?;
    let folder = std::env::temp_dir().join(format!("polka-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("checks.tsv"), CHECKS)?;
    assert!(write(&folder, &results).is_err(), "without criteria.tsv");
    std::fs::write(folder.join("criteria.tsv"), CRITERIA)?;
    write(&folder, &results)?;
    assert_eq!(std::fs::read_to_string(folder.join("REPORT.md"))?, markdown(&results, &checks));
    assert_eq!(std::fs::read_to_string(folder.join("report.json"))?, json(&results, &checks));
    assert_eq!(std::fs::read_to_string(folder.join("CONFORMANCE.md"))?, conformance(&results, &checks, CRITERIA)?);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[test]
fn without_a_run_nothing_is_claimed() -> Result<()> {
    let (checks, results) = (checks(CHECKS)?, Results::default());
    assert!(markdown(&results, &checks).contains("**0 of 60** checks passed"));
    assert!(!conformance(&results, &checks, CRITERIA)?.contains("** | Supports |"));
    assert!(serde_json::from_str::<serde_json::Value>(&json(&results, &checks)).is_ok());
    Ok(())
}
