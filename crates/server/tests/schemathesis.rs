//! Whatever is asked, the API answers as it is described, and has no fault.
//!
//! Schemathesis makes the questions from the description: what it allows, its limits, and what it forbids.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use polka_stage::Server;
use tokio::process::Command;

/// Each answer is looked at for these.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[tokio::test]
async fn no_question_finds_a_fault_or_an_answer_that_is_not_described() -> Result<()> {
    let cache = match std::env::var_os("POLKA_CACHE") {
        Some(cache) => PathBuf::from(cache),
        None => {
            PathBuf::from(std::env::var_os("HOME").context("neither POLKA_CACHE nor HOME is set")?).join(".cache/polka")
        }
    };
    let program = cache.join("schemathesis/bin/st");
    ensure!(program.exists(), "{} is not there: cargo xtask test-tools", program.display());
    let server = Server::start(&[]).await?;
    ensure!(server.run(&["demo"]).await? == 0, "the demo's products are loaded");
    for kind in ["till", "tablet"] {
        let device = server.device_of_kind(kind, kind).await?;
        let asked = Command::new(&program)
            .current_dir(server.folder())
            .args([
                "run",
                &server.url("/api/openapi.json"),
                "--checks",
                CHECKS,
                "--phases",
                "examples,coverage,fuzzing",
            ])
            // The same questions each time.
            .args(["--seed", "1", "--max-examples", "25", "--no-color"])
            .args(["--header", &format!("Cookie: {}", device.cookie())])
            .output()
            .await?;
        ensure!(asked.status.success(), "as a {kind}:\n{}", String::from_utf8_lossy(&asked.stdout));
    }
    Ok(())
}
