//! Builds the pages on which `make bench` compares ours with others': each has our program, compiled as the app has it,
//! and a script with the others from npm in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::app::{PROFILE, bound, optimised};
use crate::tools::{
    CAMERA_LIBRARIES, SEARCH_LIBRARIES, WASM_TARGET, WasmToolchain, esbuild, libraries, run, say, wasm_opt,
};

/// The product search beside others, into `target/bench-search`.
pub(crate) fn search() -> Result<()> {
    let output = Path::new("target/bench-search");
    if page("bench/search/page", output, &SEARCH_LIBRARIES)? {
        let compiled = compile("polka-bench-search-page", "polka_bench_search_page.wasm")?;
        fs::write(output.join("search.wasm"), optimised(&wasm_opt()?, &compiled)?)?;
    }
    Ok(())
}

/// What reads codes on a camera's pictures beside others, into `target/bench-camera`.
pub(crate) fn camera() -> Result<()> {
    let output = Path::new("target/bench-camera");
    if page("bench/camera/page", output, &CAMERA_LIBRARIES)? {
        let compiled = compile("polka-camera-decoder", "polka_camera_decoder.wasm")?;
        bound(&compiled, "camera_decoder", output)?;
        let program = output.join("camera_decoder_bg.wasm");
        fs::write(output.join("camera_decoder.wasm"), optimised(&wasm_opt()?, &program)?)?;
    }
    Ok(())
}

fn compile(package: &str, program: &str) -> Result<std::path::PathBuf> {
    run(WasmToolchain::find_or_add()?
        .cargo()?
        .args(["build", "--quiet", "--locked", "--package", package, "--target", WASM_TARGET])
        .args(["--profile", PROFILE]))?;
    Ok(Path::new("target/wasm").join(WASM_TARGET).join(PROFILE).join(program))
}

/// Builds a page anew; `false` where what it measures ours against cannot be had.
fn page(source: &str, output: &Path, others: &[(&'static str, &'static str)]) -> Result<bool> {
    let _ = fs::remove_dir_all(output);
    // Without npm there is nothing to compare with; whatever else goes wrong is a fault.
    let (libraries, esbuild) = match libraries(others).and_then(|libraries| Ok((libraries, esbuild()?))) {
        Ok(found) => found,
        Err(error) => {
            say(&format!("nothing for {} to measure ours against: {error:#}", output.display()));
            return Ok(false);
        }
    };
    fs::create_dir_all(output)?;
    run(Command::new(esbuild)
        .env("NODE_PATH", std::env::join_paths(libraries)?)
        .args(["--bundle", "--minify", "--format=esm", "--log-level=error", "--external:./camera_decoder.js"])
        // A program of WebAssembly stands in the script itself.
        .arg("--conditions=zbar-inlined")
        .arg(format!("--outfile={}", output.join("page.js").display()))
        .arg(format!("{source}/page.js")))?;
    fs::copy(format!("{source}/index.html"), output.join("index.html"))?;
    Ok(true)
}
