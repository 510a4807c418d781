//! The report for programs: report.json.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, MOST_LINES, Place, Results, cut};

const HOW_TO_READ: &str = "A check passed if it was made and found nothing anywhere. For each screen on which it was \
                           made, passed counts the sets of modes in which it found nothing in any language; failed \
                           has up to 20 findings by set of modes and language; not_run, if there, has the places in \
                           mode_sets, counted from 0, of those in which it was not made.";

/// The report for programs. It is laid out by hand, a line for each check on each screen: small, and good to compare.
pub(super) fn json(results: &Results, checks: &[Check]) -> String {
    let sets = results.mode_sets();
    let passed = checks.iter().filter(|check| results.passed(check.number)).count();
    let about: Vec<_> = checks.iter().map(|check| json_of_check(results, check, &sets)).collect();
    let fields = [
        ("product", quoted("Polka")),
        ("passed", passed.to_string()),
        ("of", checks.len().to_string()),
        ("how_to_read", quoted(HOW_TO_READ)),
        ("screens", list_of(results.screens().into_iter().map(quoted))),
        ("languages", list_of(results.languages().into_iter().map(quoted))),
        ("mode_sets", list_of(sets.iter().map(|modes| quoted(modes)))),
        ("checks", format!("[\n{}\n]", about.join(",\n"))),
    ];
    format!("{{\n{}\n}}\n", fields.map(field).join(",\n"))
}

fn json_of_check(results: &Results, check: &Check, sets: &[&str]) -> String {
    let mut screens = BTreeMap::<&str, Vec<(&Place, &[String])>>::new();
    for (place, findings) in results.places(check.number) {
        screens.entry(&place.screen).or_default().push((place, findings));
    }
    let lines: Vec<_> =
        screens.iter().map(|(screen, runs)| format!("  {}: {}", quoted(screen), json_of_screen(runs, sets))).collect();
    let between = if lines.is_empty() { "" } else { "\n" };
    let fields = [
        ("number", check.number.to_string()),
        ("priority", quoted(&check.priority.to_string())),
        ("clause", quoted(&check.clause)),
        ("what", quoted(&check.what)),
        ("passed", results.passed(check.number).to_string()),
        ("places", results.places(check.number).count().to_string()),
        ("screens", format!("{{{between}{}{between}}}", lines.join(",\n"))),
    ];
    format!("{{{}}}", fields.map(field).join(", "))
}

/// What a check found on one screen, by modes and language.
fn json_of_screen(runs: &[(&Place, &[String])], sets: &[&str]) -> String {
    let mut failed = BTreeMap::<&str, BTreeMap<&str, Vec<String>>>::new();
    for (place, findings) in runs.iter().filter(|(_, findings)| !findings.is_empty()) {
        let cut_findings = findings.iter().take(MOST_LINES).map(|finding| cut(finding)).collect();
        failed.entry(&place.modes).or_default().insert(place.language, cut_findings);
    }
    let made: BTreeSet<&str> = runs.iter().map(|(place, _)| place.modes.as_str()).collect();
    let missing = sets.iter().enumerate().filter(|(_, modes)| !made.contains(*modes)).map(|(at, _)| at.to_string());
    let missing = list_of(missing);
    let missing = if missing == "[]" { String::new() } else { format!(",\"not_run\":{missing}") };
    format!("{{\"passed\":{},\"failed\":{}{missing}}}", made.len() - failed.len(), serde_json::json!(failed))
}

/// A field of an object of JSON, its value already JSON.
fn field((name, value): (&str, String)) -> String {
    format!("{}: {value}", quoted(name))
}

/// A text of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list_of(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
