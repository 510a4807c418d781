//! What a command says when it is done: a line for a person, or JSON for a program.

use std::io::Write;

use anyhow::Result;
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
