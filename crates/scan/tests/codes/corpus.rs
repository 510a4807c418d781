//! The seeds of the fuzz target, and what it has found, without the fuzzer.

use std::fs;
use std::path::Path;

use crate::invariants;

#[test]
fn what_the_fuzzer_begins_with_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/read");
    let seeds: Vec<_> = fs::read_dir(folder).expect("the seeds").map(|seed| seed.expect("a file").path()).collect();
    assert!(seeds.len() >= 50, "{} seeds", seeds.len());
    for seed in seeds {
        let bytes = fs::read(&seed).expect("a file");
        for end in 0..=bytes.len() {
            invariants::hold(&bytes[..end]);
        }
    }
}
