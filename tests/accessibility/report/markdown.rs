//! The report for people who read: REPORT.md.

use std::collections::BTreeMap;

use super::{Check, MOST_LINES, Place, Priority, Results, code, count, cut, passed_of, plain, row};

/// The report for people who read.
pub(super) fn markdown(results: &Results, checks: &[Check]) -> String {
    [
        opening(results, checks),
        CLAIM.to_owned(),
        table_of_checks(results, checks),
        table_of_screens(results, checks),
        table_of_findings(results, checks),
    ]
    .join("\n")
}

fn opening(results: &Results, checks: &[Check]) -> String {
    let of = |priority| passed_of(results, checks.iter().filter(move |check| check.priority == priority));
    let languages: Vec<_> = results.languages().into_iter().collect();
    let runs = checks.iter().map(|check| results.places(check.number).count()).sum();
    format!(
        "# Accessibility report\n\n\
         Some people see nothing, some hear nothing, some work with a few keys or sit in a wheelchair. The sixty \
         checks ask what they can do with Polka. A program makes them on its screens and their states, in each \
         language and in many sets of modes. Nothing in this report is written by hand: `make accessibility` builds \
         it anew. The same results give the same report.\n\n\
         **{}** checks passed. Of those that must hold for a release (P0), {} passed. Of the others (P1), {} passed. \
         A check that was not made counts as failed.\n\n\
         They were made on {}, in {} ({}) and {}: {}.\n",
        passed_of(results, checks.iter()),
        of(Priority::P0),
        of(Priority::P1),
        count(results.screens().len(), "screen or journey", "screens, states of them and journeys"),
        count(languages.len(), "language", "languages"),
        languages.join(", "),
        count(results.mode_sets().len(), "set of modes", "sets of modes"),
        count(runs, "result", "results"),
    )
}

const CLAIM: &str = "\
## What is claimed, and what is not

Claimed is that Polka passes those of the sixty that are marked \"passed\", where they were made. No more than that. \
The sixty are Polka's own choice of what the standards ask of such a device, and this is no certificate.

What a program cannot tell:

- whether the speech is pleasant, and understood in a shop's noise;
- whether the braille says what it should;
- whether a person really reaches the device, with the shelf and the baskets around it;
- whether somebody comes when help is called.

For these there are the installer's sheet, `docs/installer/SHEET.md`, and people who try it.

`CONFORMANCE.md` says what follows for each criterion of WCAG, Section 508 and EN 301 549. `report.json` has the same \
results for programs.
";

fn table_of_checks(results: &Results, checks: &[Check]) -> String {
    let mut table = String::from(
        "## The checks\n\n\
         The clauses: 1 to 3 are WCAG 2.2, 5 and 8 are EN 301 549 V3.2.1 (V4: the draft V4.1.0), 402 is Section 508, \
         382.57 is 14 CFR. \"own\" is a rule of Polka's. A place is a screen in a language and a set of modes.\n\n\
         | number | priority | clause | what | result | places |\n| --: | --- | --- | --- | --- | --: |\n",
    );
    for check in checks {
        let result = match (results.has_run(check.number), results.passed(check.number)) {
            (true, true) => "passed",
            (true, false) => "**failed**",
            (false, _) => "**failed**: not made",
        };
        table += &row(&[
            check.number.to_string(),
            check.priority.to_string(),
            plain(&check.clause),
            plain(&check.what),
            result.to_owned(),
            results.places(check.number).count().to_string(),
        ]);
    }
    table
}

fn table_of_screens(results: &Results, checks: &[Check]) -> String {
    let sets = results.mode_sets();
    let mut table = String::from(
        "## By screen and modes\n\n\
         How many of the checks that were made there passed, in every language. A dash: none was made there.\n\n",
    );
    for (place, modes) in sets.iter().enumerate() {
        table += &format!("- M{}: {}\n", place + 1, code(modes));
    }
    let heads = (1..=sets.len()).map(|place| format!("M{place}"));
    table += "\n";
    table += &row(&[vec!["screen".to_owned()], heads.collect()].concat());
    table += &row(&[vec!["---".to_owned()], vec!["--:".to_owned(); sets.len()]].concat());
    let cells = passed_by_screen(results, checks);
    for screen in results.screens() {
        let cell = |modes: &&str| match cells.get(&(screen, *modes)) {
            Some(passed) => format!("{} of {}", passed.values().filter(|passed| **passed).count(), passed.len()),
            None => "–".to_owned(),
        };
        table += &row(&[vec![code(screen)], sets.iter().map(cell).collect()].concat());
    }
    table
}

/// Which checks were made on a screen in a set of modes, and whether they passed in every language.
fn passed_by_screen<'a>(results: &'a Results, checks: &[Check]) -> BTreeMap<(&'a str, &'a str), BTreeMap<u8, bool>> {
    let mut cells = BTreeMap::<_, BTreeMap<u8, bool>>::new();
    for check in checks {
        for (place, findings) in results.places(check.number) {
            let cell = cells.entry((place.screen.as_str(), place.modes.as_str())).or_default();
            *cell.entry(check.number).or_insert(true) &= findings.is_empty();
        }
    }
    cells
}

fn table_of_findings(results: &Results, checks: &[Check]) -> String {
    let mut text = String::from("## What was found\n");
    for check in checks.iter().filter(|check| !results.passed(check.number)) {
        text.push_str(&format!("\n### Check {}: {}\n\n", check.number, plain(&check.what)));
        for line in lines_of_findings(results, check.number) {
            text.push_str(&format!("- {line}\n"));
        }
    }
    if checks.iter().all(|check| results.passed(check.number)) {
        text += "\nNothing.\n";
    }
    text
}

/// Each finding of a check with the places where it was found, what is found most often first.
pub(super) fn lines_of_findings(results: &Results, check: u8) -> Vec<String> {
    if !results.has_run(check) {
        return vec!["Not made.".to_owned()];
    }
    let mut found = BTreeMap::<&str, Vec<&Place>>::new();
    for (place, findings) in results.places(check) {
        for finding in findings {
            found.entry(finding).or_default().push(place);
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    let line = |(finding, places): &(&str, Vec<&Place>)| {
        let first = places[0];
        let first = format!("{}, {}, {}", code(&first.screen), first.language, code(&first.modes));
        let finding = plain(&cut(finding));
        match places.len() {
            1 => format!("{first}: {finding}"),
            several => format!("in {several} places, first {first}: {finding}"),
        }
    };
    let shown = if found.len() > MOST_LINES { MOST_LINES - 1 } else { found.len() };
    let mut lines: Vec<_> = found[..shown].iter().map(line).collect();
    if shown < found.len() {
        lines.push(format!("and {}.", count(found.len() - shown, "other finding", "other findings")));
    }
    lines
}
