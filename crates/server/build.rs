//! Builds again when the app that is carried inside was built again: cargo does not watch a folder whose
//! files come and go.

fn main() {
    println!("cargo::rerun-if-changed=../../target/app/.stamp");
    println!("cargo::rerun-if-changed=migrations");
}
