//! Builds the page on which `make bench` compares our search with others, into `target/bench-search`: ours as a
//! WebAssembly file, compiled as the app has it, and the page's script with the others from npm in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::app::{PROFILE, optimised};
use crate::tools::{WASM_TARGET, WasmToolchain, esbuild, run, say, search_libraries, wasm_opt};

const SOURCE: &str = "bench/search/page";
const OUTPUT: &str = "target/bench-search";

pub(crate) fn build() -> Result<()> {
    let output = Path::new(OUTPUT);
    let _ = fs::remove_dir_all(output);
    // Without npm there is nothing to compare with; whatever else goes wrong is a fault.
    let (libraries, esbuild) = match search_libraries().and_then(|libraries| Ok((libraries, esbuild()?))) {
        Ok(found) => found,
        Err(error) => {
            say(&format!("no searches to measure ours against: {error:#}"));
            return Ok(());
        }
    };
    fs::create_dir_all(output)?;
    run(WasmToolchain::find_or_add()?
        .cargo()?
        .args(["build", "--quiet", "--locked", "--package", "polka-bench-search-page", "--target", WASM_TARGET])
        .args(["--profile", PROFILE]))?;
    let compiled = Path::new("target/wasm").join(WASM_TARGET).join(PROFILE).join("polka_bench_search_page.wasm");
    fs::write(output.join("search.wasm"), optimised(&wasm_opt()?, &compiled)?)?;
    run(Command::new(esbuild)
        .env("NODE_PATH", std::env::join_paths(libraries)?)
        .args(["--bundle", "--minify", "--format=esm", "--log-level=error"])
        .arg(format!("--outfile={}", output.join("page.js").display()))
        .arg(format!("{SOURCE}/page.js")))?;
    fs::copy(format!("{SOURCE}/index.html"), output.join("index.html"))?;
    Ok(())
}
