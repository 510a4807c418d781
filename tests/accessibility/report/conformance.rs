//! The report in the VPAT® layout: what follows from the checks for each criterion of the standards.

use std::fmt::{self, Display};

use anyhow::{Context, Result};

use super::{CHECKS, CRITERIA, Check, Results, all_passed, checks, found, passed_of, plain, row, rows};

/// A criterion of a standard, and what stands for it.
struct Criterion<'a> {
    table: &'a str,
    id: &'a str,
    title: &'a str,
    proof: Proof,
    remark: &'a str,
}

/// What stands for a criterion.
#[derive(Debug, PartialEq, Eq)]
enum Proof {
    /// These checks.
    Checks(Vec<u8>),
    NotApplicable,
    /// Only a person can tell.
    Person,
    /// Only whoever installs the device can tell.
    Installer,
    /// It is not claimed.
    NotEvaluated,
}

/// How far a criterion is met, in the words of the VPAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Supports,
    PartiallySupports,
    DoesNotSupport,
    NotApplicable,
    NotEvaluated,
}

impl Level {
    const ALL: [Self; 5] =
        [Self::Supports, Self::PartiallySupports, Self::DoesNotSupport, Self::NotApplicable, Self::NotEvaluated];

    fn of(proof: &Proof, results: &Results) -> Self {
        match proof {
            Proof::Checks(numbers) if numbers.iter().all(|number| results.passed(*number)) => Self::Supports,
            Proof::Checks(numbers) if numbers.iter().any(|number| results.passed(*number)) => Self::PartiallySupports,
            Proof::Checks(_) => Self::DoesNotSupport,
            Proof::NotApplicable => Self::NotApplicable,
            Proof::Person | Proof::Installer | Proof::NotEvaluated => Self::NotEvaluated,
        }
    }
}

impl Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Supports => "Supports",
            Self::PartiallySupports => "Partially Supports",
            Self::DoesNotSupport => "Does Not Support",
            Self::NotApplicable => "Not Applicable",
            Self::NotEvaluated => "Not Evaluated",
        })
    }
}

/// Reads `criteria.tsv`.
fn criteria<'a>(tsv: &'a str, checks: &[Check]) -> Result<Vec<Criterion<'a>>> {
    let mut criteria = Vec::new();
    for [table, id, title, proof, remark] in rows(tsv, ["table", "id", "title", "proof", "remark"])? {
        let proof = proof_of(proof, checks).with_context(|| format!("{table}, {id}"))?;
        criteria.push(Criterion { table, id, title, proof, remark });
    }
    Ok(criteria)
}

fn proof_of(text: &str, checks: &[Check]) -> Result<Proof> {
    Ok(match text {
        "n/a" => Proof::NotApplicable,
        "person" => Proof::Person,
        "installer" => Proof::Installer,
        "not evaluated" => Proof::NotEvaluated,
        numbers => {
            let mut known = Vec::new();
            for number in numbers.split(',') {
                let check = checks.iter().find(|check| check.number.to_string() == number);
                known
                    .push(check.with_context(|| format!("proof {text:?}: {number:?} is no check and no word"))?.number);
            }
            Proof::Checks(known)
        }
    })
}

/// The report in the layout of a VPAT 2.5, international edition.
///
/// # Errors
///
/// If a row of the criteria is not one.
pub(super) fn conformance(results: &Results, checks: &[Check], criteria_tsv: &str) -> Result<String> {
    let criteria = criteria(criteria_tsv, checks)?;
    let mut tables = Vec::<&str>::new();
    for criterion in &criteria {
        if !tables.contains(&criterion.table) {
            tables.push(criterion.table);
        }
    }
    let head = HEAD
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{passed}", &passed_of(results, checks.iter()))
        .replace("{screens}", &results.screens().len().to_string())
        .replace("{sets}", &results.mode_sets().len().to_string());
    let mut text = head + "\n" + table_of_levels(&tables, &criteria, results).as_str();
    let mut part = "";
    for table in tables {
        let (of, title) = headings(table);
        if of != part {
            text.push_str(&format!("\n## {of} Report\n"));
            part = of;
        }
        text.push_str(&format!("\n### {title}\n\n| Criteria | Conformance Level | Remarks and Explanations |\n"));
        text += "| --- | --- | --- |\n";
        for criterion in criteria.iter().filter(|criterion| criterion.table == table) {
            text.push_str(&row_of(criterion, results));
        }
    }
    Ok(text)
}

/// The part of the report that a table belongs to, and its own heading there.
fn headings(table: &str) -> (&str, String) {
    let (part, rest) = ["WCAG 2.x", "508", "EN 301 549"]
        .iter()
        .find_map(|part| Some((*part, table.strip_prefix(part)?.trim())))
        .unwrap_or((table, table));
    let part = if part == "508" { "Revised Section 508" } else { part };
    let title = match rest.strip_prefix("Chapter ").and_then(|rest| rest.split_once(' ')) {
        Some((number, title)) => format!("Chapter {number}: {title}"),
        None if rest.starts_with("Level ") => format!("Success Criteria, {rest}"),
        None => rest.to_owned(),
    };
    (part, title)
}

fn table_of_levels(tables: &[&str], criteria: &[Criterion], results: &Results) -> String {
    let heads: Vec<_> = Level::ALL.iter().map(Level::to_string).collect();
    let mut text = String::from("## Summary\n\n") + row(&[vec!["Table".to_owned()], heads].concat()).as_str();
    text += "| --- | --: | --: | --: | --: | --: |\n";
    let mut sums = [0; Level::ALL.len()];
    for table in tables {
        let mut cells = vec![(*table).to_owned()];
        for (level, sum) in Level::ALL.iter().zip(&mut sums) {
            let of_table = criteria.iter().filter(|criterion| criterion.table == *table);
            let number = of_table.filter(|criterion| Level::of(&criterion.proof, results) == *level).count();
            cells.push(number.to_string());
            *sum += number;
        }
        text.push_str(&row(&cells));
    }
    text + row(&[vec!["All".to_owned()], sums.map(|sum| sum.to_string()).to_vec()].concat()).as_str()
}

fn row_of(criterion: &Criterion, results: &Results) -> String {
    let level = Level::of(&criterion.proof, results);
    let remark = plain(criterion.remark);
    let remark = match &criterion.proof {
        Proof::Checks(numbers) if level == Level::Supports => format!("{remark} {}", what_became(numbers, results)),
        // The remark says how it is where the checks pass.
        Proof::Checks(numbers) => format!("{} What should hold: {remark}", what_became(numbers, results)),
        Proof::Person => format!("Only a person can tell. {remark}"),
        Proof::Installer => format!("Only whoever installs the device can tell. {remark}"),
        Proof::NotApplicable | Proof::NotEvaluated => remark,
    };
    row(&[format!("**{} {}**", plain(criterion.id), plain(criterion.title)), level.to_string(), remark])
}

/// "Checks 5 and 7 passed. Check 13 failed."
fn what_became(numbers: &[u8], results: &Results) -> String {
    let of = |word: &str, is_so: &dyn Fn(u8) -> bool| {
        let numbers: Vec<_> = numbers.iter().filter(|it| is_so(**it)).map(u8::to_string).collect();
        match numbers.as_slice() {
            [] => None,
            [one] => Some(format!("Check {one} {word}.")),
            [before @ .., last] => Some(format!("Checks {} and {last} {word}.", before.join(", "))),
        }
    };
    let sentences = [
        of("passed", &|it| results.passed(it)),
        of("failed", &|it| results.has_run(it) && !results.passed(it)),
        of("failed, because it was not made", &|it| !results.has_run(it)),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

const HEAD: &str = "\
# Polka Accessibility Conformance Report

International Edition, in the layout of VPAT® Version 2.5.

This report is generated from automatic checks: {passed} passed. No person has judged a row of it. \"Supports\" says \
that the checks found no fault, not that there is none. Where a program cannot tell, the row says so and claims \
nothing. `make accessibility` builds it anew.

| | |
| --- | --- |
| **Name of Product** | Polka |
| **Version** | {version} |
| **Report Date** | None is printed, so that the same results give the same report: it is that of the version. |
| **Product Description** | The app of a food store's price checkers. It runs in a browser on a stand, a tablet or \
a phone. Its functionality is closed: nobody can bring a screen reader, so it speaks, enlarges and takes keys itself. |
| **Contact Information** | Whoever runs the device; for the program, the project that this file is part of. |
| **Notes** | The device, its keys and its place are no part of the product. `docs/installer/SHEET.md` has what its \
installer must measure. |

## Evaluation Methods Used

Sixty checks, made by a program that drives a real browser, on {screens} screens, states of them and journeys, in \
{sets} sets of modes. `REPORT.md` lists them, and says what each check stands for. Among the checks are axe-core \
(check 57), IBM Equal Access (check 58) and the browser's accessibility tree (check 59). No test by people with \
disabilities, and none with a screen reader of theirs, went into this report.

## Applicable Standards/Guidelines

| Standard/Guideline | Included In Report |
| --- | --- |
| Web Content Accessibility Guidelines 2.0, 2.1 and 2.2 | Level A (Yes), Level AA (Yes), Level AAA (Yes, most of it \
not evaluated) |
| Revised Section 508 standards, published January 18, 2017 and corrected January 22, 2018 | Yes |
| EN 301 549 Accessibility requirements for ICT products and services, V3.2.1 (2021-03) | Yes |

## Terms

- **Supports**: The functionality of the product has at least one method that meets the criterion without known \
defects or meets with equivalent facilitation. Here: each check that the remarks name has passed.
- **Partially Supports**: Some functionality of the product does not meet the criterion. Here: some of these checks \
have passed, and some have not.
- **Does Not Support**: The majority of product functionality does not meet the criterion. Here: none of these checks \
has passed.
- **Not Applicable**: The criterion is not relevant to the product.
- **Not Evaluated**: The product has not been evaluated against the criterion. A VPAT keeps this for WCAG Level AAA. \
Here it also stands where only a person or an installer can tell: they must do so before this counts as complete.

\"Voluntary Product Accessibility Template\" and \"VPAT\" are registered service marks of the Information Technology \
Industry Council (ITI). ITI has not made or seen this report.
";

// What this file promises.

#[test]
fn every_proof_of_a_criterion_is_a_check_or_a_known_word() -> Result<()> {
    let checks = checks(CHECKS)?;
    assert_eq!(criteria(CRITERIA, &checks)?.len(), CRITERIA.lines().count() - 1);
    assert_eq!(proof_of("2,33", &checks)?, Proof::Checks(vec![2, 33]));
    for wrong in ["61", "2,", "", "2, 33", "perhaps", "02"] {
        assert!(proof_of(wrong, &checks).is_err(), "{wrong}");
    }
    Ok(())
}

#[test]
fn conformance_follows_from_the_checks() -> Result<()> {
    let (checks, mut results) = all_passed(1, 1)?;
    let report = conformance(&results, &checks, CRITERIA)?;
    let row = "| Every function works with five keys. Checks 2 and 33 passed. |";
    assert!(report.contains(&format!("| **2.1.1 Keyboard** | Supports {row}")), "{report}");
    assert!(report.contains("| **1.2.2 Captions (Prerecorded)** | Not Applicable | No recorded"), "{report}");
    assert!(report.contains("| **3.2.1 On Focus** | Not Evaluated | Only a person can tell. "), "{report}");
    assert!(report.contains("| **407.6 Operation** | Not Evaluated | Only whoever installs"), "{report}");
    assert!(report.contains("| **2.2.3 No Timing** | Not Evaluated | No check stands for it"), "{report}");

    found(&mut results, 33, "the last button is not reached");
    let report = conformance(&results, &checks, CRITERIA)?;
    let row = "| Check 2 passed. Check 33 failed. What should hold: Every function works with five keys. |";
    assert!(report.contains(&format!("| **2.1.1 Keyboard** | Partially Supports {row}")), "{report}");
    assert!(report.contains("| **2.1.2 No Keyboard Trap** | Does Not Support | Check 33 failed. "), "{report}");
    Ok(())
}

#[test]
fn every_criterion_has_its_row_and_the_summary_counts_them() -> Result<()> {
    let (checks, results) = all_passed(1, 1)?;
    let report = conformance(&results, &checks, CRITERIA)?;
    let number = CRITERIA.lines().count() - 1;
    let is_row = |line: &&str| line.starts_with("| **") && line.matches(" | ").count() == 2;
    assert_eq!(report.lines().filter(is_row).count(), number);
    for heading in [
        "## WCAG 2.x Report",
        "### Success Criteria, Level AAA",
        "## Revised Section 508 Report",
        "### Chapter 4: Hardware",
        "## EN 301 549 Report",
        "### Chapter 9: Web",
    ] {
        assert!(report.lines().any(|line| line == heading), "{heading}");
    }
    let sums = report.lines().find(|line| line.starts_with("| All | ")).context("no sums")?;
    let sum: usize = sums.split(" | ").filter_map(|cell| cell.trim_matches(['|', ' ']).parse::<usize>().ok()).sum();
    assert_eq!(sum, number);
    Ok(())
}
