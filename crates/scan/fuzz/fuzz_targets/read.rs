//! Any bytes as a scan. What must hold of them is what the tests hold of their own.

#![no_main]

#[path = "../../tests/codes/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::hold(bytes));
