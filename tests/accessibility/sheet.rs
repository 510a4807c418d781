//! The installer's sheet: each thing that no program can see, with its number and its clause.
//!
//! The program can only tell that the sheet asks for them. What is measured, a person writes down.

/// The sheet that installers get.
pub(crate) const SHEET: &str = include_str!("../../docs/installer/SHEET.md");

/// The sixteen things, and what their number must say.
const ITEMS: [(&str, &str); 16] = [
    ("Headphone jack", "3.5 mm"),
    ("Braille", "dots"),
    ("Tactile symbol for speech", "1 symbol"),
    ("Nib on the 5 key", "the 5"),
    ("Key symbols", "raised"),
    ("Key contrast", "contrast"),
    ("Force", "at most 22.2 N"),
    ("Heights", "800 to 1,100 mm"),
    ("Depth", "510 mm"),
    ("Knee space", "mm wide"),
    ("Floor space", "760 × 1,220 mm"),
    ("Glare", "eye height"),
    ("Loudness", "65 dBA at 0.5 m"),
    ("Louder than the shop", "20 dB over the noise"),
    ("Induction loop", "mA/m"),
    ("Locating sound", "heard at"),
];

/// Check 60: who installs the device finds each of the sixteen things, with number and clause.
pub(crate) fn check_60(sheet: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (place, (title, value)) in ITEMS.iter().enumerate() {
        let item = format!("{}. {title}", place + 1);
        let sections: Vec<_> = sections(sheet).into_iter().filter(|(heading, _)| *heading == item).collect();
        let [(_, lines)] = sections.as_slice() else {
            findings.push(format!("item {item}: stands {} times, not once", sections.len()));
            continue;
        };
        match text_after(lines, "Number:") {
            None => findings.push(format!("item {item}: has no number")),
            Some(number) if !number.contains(value) || !has_digit(number) => {
                findings.push(format!("item {item}: its number does not say \"{value}\""));
            }
            Some(_) => {}
        }
        // What no standard asks for says so.
        match text_after(lines, "Clause:") {
            Some(clause) if has_digit(clause) || clause.contains("Polka's own") => {}
            _ => findings.push(format!("item {item}: has no clause")),
        }
    }
    findings
}

/// The parts of the sheet below a heading of the third level, with that heading.
fn sections(sheet: &str) -> Vec<(&str, Vec<&str>)> {
    let mut sections = Vec::new();
    let mut open = None;
    for line in sheet.lines() {
        if line.starts_with('#') {
            sections.extend(open.take());
            open = line.strip_prefix("### ").map(|heading| (heading.trim(), Vec::new()));
        } else if let Some((_, lines)) = &mut open {
            lines.push(line);
        }
    }
    sections.extend(open);
    sections
}

/// What the line says that begins so.
fn text_after<'a>(lines: &[&'a str], beginning: &str) -> Option<&'a str> {
    let text = lines.iter().find_map(|line| line.strip_prefix(beginning))?.trim();
    (!text.is_empty()).then_some(text)
}

fn has_digit(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// The sheet without those lines of an item that begin so.
fn without(item: usize, beginning: &str) -> String {
    let mut is_inside = false;
    let mut left = String::new();
    for line in SHEET.lines() {
        if line.starts_with('#') {
            is_inside = line.starts_with(&format!("### {item}. "));
        }
        if !(is_inside && line.starts_with(beginning)) {
            left += line;
            left += "\n";
        }
    }
    left
}

#[test]
fn the_sheet_has_all_sixteen_things_with_number_and_clause() {
    assert_eq!(check_60(SHEET), Vec::<String>::new());
}

#[test]
fn a_sheet_that_lacks_any_one_of_its_items_is_found() {
    for item in 1..=16 {
        let findings = check_60(&without(item, ""));
        assert!(matches!(findings.as_slice(), [one] if one.starts_with(&format!("item {item}. "))), "{findings:?}");
    }
}

#[test]
fn an_item_that_lacks_its_heading_its_number_or_its_clause_is_found() {
    for item in 1..=16 {
        for beginning in ["### ", "Number:", "Clause:"] {
            let findings = check_60(&without(item, beginning));
            assert_eq!(findings.len(), 1, "item {item} without {beginning} {findings:?}");
        }
    }
}

#[test]
fn an_item_with_another_number_is_found() {
    let findings = check_60(&SHEET.replace("at most 22.2 N", "at most 30 N"));
    assert_eq!(findings, ["item 7. Force: its number does not say \"at most 22.2 N\""]);
}

#[test]
fn an_item_that_stands_twice_is_found() {
    let findings = check_60(&format!("{SHEET}\n### 7. Force\n\nNumber: any\n"));
    assert_eq!(findings, ["item 7. Force: stands 2 times, not once"]);
}

#[test]
fn an_empty_sheet_lacks_everything() {
    assert_eq!(check_60("").len(), 16);
}
