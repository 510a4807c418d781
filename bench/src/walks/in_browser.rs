//! How long a plan takes in the browser: the crate alone, compiled as the app is.

use anyhow::{Context, Result};
use polka_stage::{Browser, Size};
use serde_json::json;

use crate::report::{Report, percentile};

/// Each call of `main` plans one walk; the first puts up the stores.
const PLAN_ALL: &str = r"
    WebAssembly.instantiate(new Uint8Array(BYTES)).then(({ instance }) => {
        const { main } = instance.exports;
        main(0, 0);
        const times = [];
        for (let plan = 0; plan < PLANS; plan += 1) {
            const started = performance.now();
            main(0, 0);
            times.push(performance.now() - started);
        }
        done(times);
    });";

/// As `bench/walks/in_browser` has it: stores, and the lists of each.
const STORES: usize = 30;
const STOPS: [usize; 3] = [15, 30, 60];

pub(super) async fn measure(report: &mut Report) -> Result<()> {
    let path = polka_stage::root().join("target/walks.wasm");
    let Ok(program) = std::fs::read(path) else {
        eprintln!("  no walks in the browser: `cargo xtask bench-tools` compiles what plans them there");
        return Ok(());
    };
    let plans = STORES * STOPS.len();
    let script = PLAN_ALL.replace("BYTES", &serde_json::to_string(&program)?).replace("PLANS", &plans.to_string());
    for throttle in [1, 6] {
        let browser = Browser::open(Size::STAND).await?;
        browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": throttle })).await?;
        browser.goto("about:blank").await?;
        let times: Vec<f64> = serde_json::from_value(browser.script_later(&script).await?).context("times")?;
        for (at, stops) in STOPS.into_iter().enumerate() {
            for share in [50, 95] {
                let of_stops: Vec<f64> = times.iter().skip(at).step_by(STOPS.len()).copied().collect();
                let what = format!("walk of {stops} stops planned, p{share}, in the browser, CPU {throttle}×");
                report.one(&what, percentile(of_stops, share), "ms");
            }
        }
    }
    Ok(())
}
