//! The judge: OR-Tools' routing solver, in a Python of its own that `cargo xtask bench-tools` puts up.

use std::env;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use polka_wayfinding::LONGEST_EXACT;
use serde_json::json;

use super::Compared;
use super::others::Lengths;

/// How long the judge searches for a list of so many stops. Its search ends with its time, not before.
pub(super) fn seconds(stops: usize) -> f64 {
    if stops > LONGEST_EXACT { 1.0 } else { 0.1 }
}

/// Has the judge order some lists. Without a judge that is said, and no more.
pub(super) fn ask(all: &mut [Compared], judged: &[(usize, Lengths)]) -> Result<()> {
    let folder = folder()?;
    // Written when all is there.
    if !folder.join("requirements.txt").exists() {
        eprintln!("  no judge of walks: `cargo xtask bench-tools` puts up OR-Tools where it can be had");
        return Ok(());
    }
    let mut questions = tempfile::tempfile()?;
    for (_, lengths) in judged {
        let stops = lengths.stops();
        let places: Vec<Option<usize>> = [None].into_iter().chain((0..stops).map(Some)).collect();
        // The judge takes whole numbers: millimetres.
        let row = |from: &Option<usize>| -> Vec<i64> {
            places.iter().map(|to| (lengths.between(*from, *to) * 1e3).round() as i64).collect()
        };
        let rows: Vec<Vec<i64>> = places.iter().map(row).collect();
        writeln!(questions, "{}", json!({"seconds": seconds(stops), "lengths": rows}))?;
    }
    questions.rewind()?;
    let script = polka_stage::root().join("bench/walks/judge.py");
    let mut judge =
        Command::new(folder.join("bin/python")).arg(script).stdin(questions).stdout(Stdio::piped()).spawn()?;
    let answers = BufReader::new(judge.stdout.take().context("the judge answers")?).lines();
    let mut count = 0;
    for (answer, (at, lengths)) in answers.zip(judged) {
        let order: Vec<usize> = serde_json::from_str(&answer?).context("an order is a list of places")?;
        // Place 0 is the start.
        let order: Vec<usize> = order.into_iter().map(|place| place - 1).collect();
        ensure!(order.len() == lengths.stops(), "the judge goes to each stop");
        all[*at].judge = Some(lengths.of(&order));
        count += 1;
    }
    ensure!(judge.wait()?.success() && count == judged.len(), "the judge has answered {count} of {}", judged.len());
    Ok(())
}

/// The judge's Python and packages, in `~/.cache/polka` or where `POLKA_CACHE` says.
fn folder() -> Result<PathBuf> {
    let cache = match env::var_os("POLKA_CACHE") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache/polka"),
    };
    Ok(cache.join("walks-judge"))
}
