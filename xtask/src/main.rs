//! Repository chores, each a word: `cargo xtask app`. The Makefile strings them together.

mod app;
mod bench_pages;
mod postgres;
mod screenshots;
mod tidy;
mod tools;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Cargo runs us from wherever the caller stands; every path below is from the workspace's root.
    env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["app"] => app::build(app::Build::App),
        ["gallery"] => app::build(app::Build::Gallery),
        ["voices"] => tools::voices(),
        ["bench-search"] => bench_pages::search(),
        ["bench-camera"] => bench_pages::camera(),
        ["clippy-app"] => app::clippy(),
        ["screenshots"] => screenshots::take(),
        ["with-postgres", "--durable", ref command @ ..] => postgres::with(true, command),
        ["with-postgres", ref command @ ..] => postgres::with(false, command),
        ["tidy"] => tidy::check(),
        ["test-tools"] => tools::for_tests(),
        ["check-tools"] => tools::for_checks(),
        ["bench-tools"] => {
            tools::judge()?;
            app::walks()
        }
        _ => bail!(
            "usage: cargo xtask app | gallery | voices | bench-search | bench-camera | clippy-app | screenshots | tidy | \
             test-tools | check-tools | bench-tools | with-postgres [--durable] COMMAND..."
        ),
    }
}
