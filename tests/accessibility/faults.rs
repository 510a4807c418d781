//! The test of the tests: sixty faults, one for each check. Each turns its own check red, and no other.
//! `src/gallery/faults.js` has them.

use anyhow::{Context, Result};

use super::report::Results;
use super::sixty::{self, Depth, HARDEST, Stage};

/// Which checks look for a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seekers {
    /// Those that go the same way as its own.
    Near,
    /// All sixty.
    All,
}

/// What the checks find where a fault is planted; 0 is no fault.
async fn with_fault(stage: &Stage, fault: u8, seekers: Seekers) -> Result<Results> {
    let (mut results, query, all) = (Results::default(), format!("fault={fault}"), seekers == Seekers::All);
    let (everything, on_page) = (Stage::everything(), sixty::is_of_a_page(fault));
    if all || on_page {
        let depth = if all || [57, 58].contains(&fault) { Depth::Engines } else { Depth::Own };
        stage.look(&everything, "ru", "none", &query, depth, &mut results).await?;
        stage.look(&everything, "ru", HARDEST, &query, Depth::Own, &mut results).await?;
    }
    if all || !on_page {
        let checks: Vec<u8> = if all { (1..=60).collect() } else { vec![fault] };
        stage.journeys("ru", "none", &query, &checks, &mut results).await?;
    }
    Ok(results)
}

/// Plants each fault in turn: its own check turns red, and no other.
async fn each_is_found_by_its_own_check(faults: impl IntoIterator<Item = u8>, seekers: Seekers) -> Result<()> {
    let stage = Stage::open().await?;
    let mut amiss = Vec::new();
    for fault in faults {
        let results = with_fault(&stage, fault, seekers).await.with_context(|| format!("fault {fault}"))?;
        let red: Vec<u8> = results.runs.keys().copied().filter(|check| !results.passed(*check)).collect();
        if red != Vec::from_iter((fault > 0).then_some(fault)) {
            let others = results.runs.iter().filter(|(check, _)| red.contains(check) && **check != fault);
            let findings: Vec<_> =
                others.flat_map(|(check, places)| places.values().map(move |it| (check, it))).collect();
            amiss.push(format!("fault {fault} turns {red:?} red: {findings:?}"));
        }
    }
    assert!(amiss.is_empty(), "{}", amiss.join("\n"));
    Ok(())
}

#[tokio::test]
async fn without_a_fault_every_check_is_green() -> Result<()> {
    each_is_found_by_its_own_check([0], Seekers::All).await
}

#[tokio::test]
async fn each_fault_of_a_page_is_found_by_its_own_check() -> Result<()> {
    each_is_found_by_its_own_check((1..=60).filter(|fault| sixty::is_of_a_page(*fault)), Seekers::Near).await
}

#[tokio::test]
async fn each_fault_of_a_journey_is_found_by_its_own_check() -> Result<()> {
    each_is_found_by_its_own_check((1..=60).filter(|fault| !sixty::is_of_a_page(*fault)), Seekers::Near).await
}

#[tokio::test]
#[ignore = "takes long; `make accessibility` runs it"]
async fn each_fault_is_found_by_no_other_of_the_sixty() -> Result<()> {
    let (first, second) = ((1..=30), (31..=60));
    tokio::try_join!(
        each_is_found_by_its_own_check(first, Seekers::All),
        each_is_found_by_its_own_check(second, Seekers::All),
    )?;
    Ok(())
}
