//! The invariants of ARCHITECTURE.md that a program can check.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::app::files_below;

/// A sentence that a person reads on the way past, or hears, has at most this many words.
const LONGEST_SENTENCE: usize = 15;

pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for folder in ["src", "crates", "tests", "xtask/src", "bench/src"] {
        sources.extend(files_below(Path::new(folder))?.into_iter().filter(|path| ends_with(path, "rs")));
    }
    for path in &sources {
        let text = fs::read_to_string(path)?;
        let code = code_of(&text);
        features_stay_apart(path, &code, &mut problems);
        ui_knows_nothing(path, &code, &mut problems);
        rules_are_pure(path, &code, &mut problems);
        words_are_in_locales(path, &code, &mut problems);
        modules_say_what_they_are_for(path, &text, &mut problems);
    }
    slices_have_one_name(&mut problems)?;
    sentences_are_short(&mut problems)?;
    styles_use_tokens(&mut problems)?;
    if problems.is_empty() {
        return Ok(());
    }
    bail!("not tidy:\n{}", problems.join("\n"));
}

fn ends_with(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|it| it == ending)
}

/// The lines of a file with their numbers, without comments and without the tests at its end.
fn code_of(text: &str) -> Vec<(usize, String)> {
    let mut code = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((place, line)) = lines.next() {
        if line == "#[cfg(test)]" && lines.peek().is_some_and(|(_, next)| next.starts_with("mod tests")) {
            break;
        }
        let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'));
        code.push((place + 1, comment.map_or(line, |(at, _)| &line[..at]).to_owned()));
    }
    code
}

type Code = [(usize, String)];

fn report(problems: &mut Vec<String>, path: &Path, line: usize, rule: &str) {
    problems.push(format!("{}:{line}: {rule}", path.display()));
}

/// The feature that a file belongs to.
fn feature_of(path: &Path) -> Option<String> {
    let rest = path.strip_prefix("src/features").ok()?;
    let mut parts = rest.components();
    let first = parts.next()?;
    parts.next()?;
    Some(first.as_os_str().to_string_lossy().into_owned())
}

fn features_stay_apart(path: &Path, code: &Code, problems: &mut Vec<String>) {
    let Some(own) = feature_of(path) else { return };
    for (line, text) in code {
        if let Some((_, other)) = text.split_once("features::")
            && !other.starts_with(&own)
        {
            report(problems, path, *line, "a feature imports another; they meet in routes.rs, session.rs or a crate");
        }
    }
}

fn ui_knows_nothing(path: &Path, code: &Code, problems: &mut Vec<String>) {
    if !path.starts_with("src/ui") {
        return;
    }
    for (line, text) in code {
        if ["crate::features", "crate::routes", "crate::api", "crate::offline"].iter().any(|it| text.contains(it)) {
            report(problems, path, *line, "ui imports a feature, the routes, the server's client or the copy");
        }
    }
}

/// Clocks, chance, files, sockets and browsers come into rules as values.
fn rules_are_pure(path: &Path, code: &Code, problems: &mut Vec<String>) {
    let is_rule = path.ends_with("state.rs")
        || path.starts_with("src/speech/pronounce")
        || [
            "scanner/wedge.rs",
            "speech/queue.rs",
            "accessibility/modes.rs",
            "accessibility/strikes.rs",
            "offline/outbox.rs",
        ]
        .iter()
        .any(|it| path.ends_with(it))
        || ["domain", "camera", "catalogue", "wayfinding", "contract", "sealing", "ledger", "scan"]
            .iter()
            .any(|it| path.starts_with(format!("crates/{it}/src")));
    if !is_rule {
        return;
    }
    const IMPURE: [&str; 10] = [
        "std::time::",
        "Instant::now",
        "SystemTime",
        "rand::",
        "std::fs",
        "std::net",
        "std::env",
        "js_sys",
        "web_sys",
        "leptos",
    ];
    for (line, text) in code {
        if IMPURE.iter().any(|it| text.contains(it)) {
            report(problems, path, *line, "a rule touches a clock, chance, a file, a socket or the browser");
        }
    }
}

/// In the app's views no text stands between tags, and no Russian in any string.
fn words_are_in_locales(path: &Path, code: &Code, problems: &mut Vec<String>) {
    if !path.starts_with("src") || path.ends_with("examples.rs") {
        return;
    }
    for (line, text) in code {
        let is_russian = text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
        if is_russian || text.contains(">\"") {
            report(problems, path, *line, "a visible word stands outside locales/");
        }
    }
}

fn modules_say_what_they_are_for(path: &Path, text: &str, problems: &mut Vec<String>) {
    let is_small_part =
        ["view.rs", "health.rs", "error.rs", "device_settings.rs", "product.rs", "server.rs", "browser.rs"]
            .iter()
            .any(|name| path.ends_with(name));
    if !text.starts_with("//!") && !is_small_part {
        report(problems, path, 1, "the file does not open with //! and what it is for");
    }
}

/// One word names a slice: folder, locale file, screen.
fn slices_have_one_name(problems: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir("src/features")? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for language in ["ru", "en"] {
            let words = PathBuf::from(format!("locales/{language}/{name}.json"));
            if !words.exists() {
                problems.push(format!("{}: the feature {name} has no words of its own", words.display()));
            }
        }
        let screen = format!("\"{}\"", name.replace('_', "-"));
        if !fs::read_to_string("src/routes.rs")?.contains(&screen) {
            problems.push(format!("src/routes.rs: no screen is called {screen}"));
        }
    }
    Ok(())
}

fn sentences_are_short(problems: &mut Vec<String>) -> Result<()> {
    for path in files_below(Path::new("locales"))? {
        let words: BTreeMap<String, String> = serde_json::from_str(&fs::read_to_string(&path)?)?;
        for (key, text) in words {
            let longest = text.split(['.', '!', '?']).map(|it| it.split_whitespace().count()).max().unwrap_or(0);
            if longest > LONGEST_SENTENCE {
                problems.push(format!("{}: {key} has a sentence of {longest} words", path.display()));
            }
        }
    }
    Ok(())
}

/// A colour, a pixel or a z-index stands in the tokens and the modes alone.
fn styles_use_tokens(problems: &mut Vec<String>) -> Result<()> {
    for path in files_below(Path::new("style"))? {
        if path.ends_with("tokens.css") || path.ends_with("modes.css") {
            continue;
        }
        for (place, line) in fs::read_to_string(&path)?.lines().enumerate() {
            let Some((property, value)) = line.split_once(':') else { continue };
            let has_colour = value.contains('#') || value.contains("rgb(") || value.contains("hsl(");
            let has_pixels = value.split(|c: char| !c.is_alphanumeric()).any(|it| {
                it.strip_suffix("px")
                    .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
            });
            if has_colour || has_pixels || property.trim() == "z-index" {
                report(
                    problems,
                    &path,
                    place + 1,
                    "a colour, pixel or z-index stands outside tokens.css and modes.css",
                );
            }
        }
    }
    Ok(())
}
