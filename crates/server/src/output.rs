//! What a command says when it is done: a line for a person, or JSON for a program; and what it
//! asks a person.

use std::io::{BufRead, IsTerminal, Write, stdin};

use anyhow::{Context, Result};
use serde::Serialize;

/// Prints the outcome. The work is done and kept by then, so nobody listening, or a full disk behind a
/// redirection, is told and changes nothing.
pub(crate) fn print(json: bool, outcome: &impl Serialize, text: &str) -> Result<()> {
    let line = if json { serde_json::to_string(outcome)? } else { text.to_owned() };
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        let _ = writeln!(std::io::stderr(), "polka: the work is done, but its outcome cannot be printed: {error}");
    }
    Ok(())
}

/// A line of the standard input, asked for where a person types it.
pub(crate) fn ask(what: &str) -> Result<String> {
    let mut line = String::new();
    if stdin().is_terminal() {
        eprint!("{what}");
    }
    stdin().lock().read_line(&mut line).context("the standard input cannot be read")?;
    Ok(line.trim().to_owned())
}
