//! Runs seeded histories of devices and a server through everything that can go wrong between them, and says
//! how many writes were lost or doubled. `make simulate SEEDS=3000 FIRST_SEED=1`; with `SEEDS=1` the history of
//! that seed is printed.
//!
//! What runs is real: the outbox's rules of the app, the sealing, the server's routes and its SQLite file. What is
//! played is the world around: people, time, chance, the network, the device's storage, and who pulls the plug.
//! The same seed plays the same history. Start reading at [`history`].

mod bug;
mod count;
mod decisions;
mod desk;
mod device;
mod history;
mod network;
mod plug;
mod server;
mod till;
mod world;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};

use bug::Bug;
use count::Outcome;

fn main() -> Result<ExitCode> {
    let number = |name: &str, default: u64| match std::env::var(name) {
        Ok(value) => value.parse().with_context(|| format!("{name} is {value:?}, which is no number")),
        Err(_) => Ok(default),
    };
    let (seeds, first_seed) = (number("SEEDS", 300)?, number("FIRST_SEED", 1)?);
    if seeds == 1 {
        let outcome = history::play(first_seed, None)?;
        println!("{}", outcome.story.join("\n"));
        return Ok(sum_up(&[outcome]));
    }
    Ok(sum_up(&play_all(first_seed, seeds, None)?))
}

/// Plays many histories, on all cores.
fn play_all(first_seed: u64, seeds: u64, bug: Option<Bug>) -> Result<Vec<Outcome>> {
    let (next, outcomes) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let play = || -> Result<()> {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds {
                    return Ok(());
                }
                let outcome = history::play(first_seed + seed, bug)?;
                if let Ok(mut outcomes) = outcomes.lock() {
                    outcomes.push(outcome);
                }
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(play)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a history panicked"))?)
    })?;
    outcomes.into_inner().context("a history panicked")
}

fn sum_up(outcomes: &[Outcome]) -> ExitCode {
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_right()) {
        println!("seed {}: {}", outcome.seed, outcome.wrong.join("; "));
    }
    let simulated = Duration::from_millis(outcomes.iter().map(|outcome| outcome.simulated_ms).sum());
    println!(
        "{} days were played: {} requests, {} of them lost on their way, {} kills of the server, {} of a device",
        simulated.as_secs() / 86_400,
        sum(|it| it.requests),
        sum(|it| it.lost_on_the_way),
        sum(|it| it.server_kills),
        sum(|it| it.device_kills),
    );
    println!(
        "{} reports of expired items were decided about by the staff, {} by the clock",
        sum(|it| it.decided),
        sum(|it| it.released),
    );
    println!("{} coupons were issued, {} have paid", sum(|it| it.coupons), sum(|it| it.redeemed));
    println!(
        "{} histories, {} writes, {} lost, {} doubled",
        outcomes.len(),
        sum(|it| it.writes),
        sum(|it| it.lost),
        sum(|it| it.doubled),
    );
    if outcomes.iter().all(Outcome::is_right) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_history_loses_or_doubles_a_write() {
        let outcomes = play_all(1, 120, None).expect("histories");
        let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.is_right()).collect();
        assert!(wrong.is_empty(), "seed {}: {:?}", wrong[0].seed, wrong[0].wrong);
        // Something did go wrong in them, and something was done.
        assert!(outcomes.iter().map(|outcome| outcome.writes).sum::<usize>() > 1_000);
        assert!(outcomes.iter().any(|outcome| outcome.server_kills > 0));
        assert!(outcomes.iter().any(|outcome| outcome.device_kills > 0));
        assert!(outcomes.iter().any(|outcome| outcome.refused > 0));
        assert!(outcomes.iter().any(|outcome| outcome.decided > 0));
        assert!(outcomes.iter().any(|outcome| outcome.released > 0));
        assert!(outcomes.iter().any(|outcome| outcome.redeemed > 0));
    }

    #[test]
    fn a_seed_plays_the_same_history_again() {
        for seed in 1..6 {
            assert_eq!(history::play(seed, None).expect("a history"), history::play(seed, None).expect("a history"));
        }
    }

    #[test]
    fn every_planted_bug_is_found_within_a_thousand_seeds() {
        // Each with what is said of it by the check that is to find it.
        for (bug, words) in [
            (Bug::AnswersBeforeCommit, ""),
            (Bug::AnswersBeforeCommit, "is lost: the task"),
            (Bug::ForgetsKeys, ""),
            (Bug::NewKeyEachTry, ""),
            (Bug::GivesUp, ""),
            (Bug::ThanksBeforeKept, ""),
            (Bug::DoesNotWait, ""),
            (Bug::GivesToTwo, "when it was claimed by"),
            (Bug::DecidesTwice, "by 2 decisions"),
            (Bug::RefusesWhatItGives, "was refused the task"),
            (Bug::ReleasesWhatIsDecided, "is released: 0 points wait, 0 are released"),
            (Bug::PaysTwice, "has paid 2 times"),
            (Bug::BooksHalf, "do not come to nought"),
        ] {
            let is_found = (0..100).any(|round| {
                let outcomes = play_all(1 + round * 10, 10, Some(bug)).expect("histories");
                outcomes.iter().flat_map(|outcome| &outcome.wrong).any(|wrong| wrong.contains(words))
            });
            assert!(is_found, "{bug:?}");
        }
    }
}
