//! Makes Rust of the words in `locales/`: a module a file, a function a key.
//!
//! A key that one language lacks, or that takes other values there, ends the build. The generated functions
//! give plain strings, which the screen and the voice share. (A library for this was weighed; see
//! ARCHITECTURE.md, "Libraries that are not here".)

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

type Words = BTreeMap<String, String>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // What is split into parts after linking must say where its addresses stand.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let russian = read("locales/ru");
    let english = read("locales/en");
    let names = |language: &BTreeMap<String, Words>| language.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&russian), names(&english), "locales/ru and locales/en must have the same files");

    let mut code = String::new();
    for (namespace, ru) in &russian {
        let en = &english[namespace];
        let keys = |words: &Words| words.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(ru), keys(en), "{namespace}.json must have the same keys in both languages");
        writeln!(code, "/// `locales/*/{namespace}.json`\npub mod {namespace} {{\nuse crate::i18n::Locale;")
            .expect("memory");
        for (key, ru) in ru {
            function(&mut code, namespace, key, ru, &en[key]);
        }
        code.push_str("}\n");
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("words.rs"), code).expect("OUT_DIR can be written to");
}

fn read(folder: &str) -> BTreeMap<String, Words> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    files
        .map(|file| {
            let path = file.expect("the folder can be read").path();
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let words = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), words)
        })
        .collect()
}

fn function(code: &mut String, namespace: &str, key: &str, ru: &str, en: &str) {
    let values = values(ru);
    assert_eq!(values, self::values(en), "{namespace}.{key} must take the same values in both languages");
    let parameters: String = values.iter().map(|name| format!(", {name}: &str")).collect();
    let kind = if values.is_empty() { "&'static str" } else { "String" };
    let word = |text: &str| if values.is_empty() { format!("{text:?}") } else { format!("format!({text:?})") };
    writeln!(
        code,
        "/// «{}»\n#[must_use]\npub fn {key}(locale: Locale{parameters}) -> {kind} {{\n\
         match locale {{ Locale::Russian => {}, Locale::English => {} }} }}",
        ru.replace('\n', " "),
        word(ru),
        word(en),
    )
    .expect("memory");
}

/// The names in braces.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}
