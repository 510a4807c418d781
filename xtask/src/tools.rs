//! The tools of a build: each is found, or added by whoever can add it here, or named in one line.
//!
//! Order everywhere: what is installed, then rustup or cargo, then the registries of Debian, npm and Python, which
//! are reached from where nothing else is. What npm and Python bring lies in `~/.cache/polka`, so that a second
//! checkout finds it.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
const BINARYEN: (&str, &str) = ("binaryen", "132.0.0");
const ESBUILD: (&str, &str) = ("esbuild", "0.28.2");
const AXE: (&str, &str) = ("axe-core", "4.14.1");
const EQUAL_ACCESS: (&str, &str) = ("accessibility-checker-engine", "4.0.34");
const ESPEAK: (&str, &str) = ("espeak-ng", "1.0.2");
/// What our search is measured against, and the Snowball stemmers that two of them are given.
pub(crate) const SEARCH_LIBRARIES: [(&str, &str); 5] = [
    ("minisearch", "7.2.0"),
    ("flexsearch", "0.8.212"),
    ("@orama/orama", "3.1.18"),
    ("@orama/stemmers", "3.1.18"),
    ("@leeoniya/ufuzzy", "1.0.19"),
];
/// What our reading of a camera's pictures is measured against.
pub(crate) const CAMERA_LIBRARIES: [(&str, &str); 2] = [("@zxing/library", "0.23.0"), ("@undecaf/zbar-wasm", "0.11.0")];
const CARGO_DENY: &str = "0.20.2";
/// What asks the API odd things, with what it needs, for pip.
const SCHEMATHESIS: &str = "crates/server/tests/schemathesis.txt";
/// The judge's packages with their versions, for pip.
const JUDGE: &str = "bench/walks/requirements.txt";

/// What `make test` needs beside the app.
pub(crate) fn for_tests() -> Result<()> {
    chromium()?;
    postgres()?;
    schemathesis()?;
    carriers()?;
    npm_package(AXE)?;
    npm_package(EQUAL_ACCESS)?;
    Ok(())
}

/// What `make check` needs beside the compilers.
pub(crate) fn for_checks() -> Result<()> {
    if !succeeds(Command::new("cargo").args(["deny", "--version"])) {
        say("cargo-deny is built, which takes some minutes once");
        run(Command::new("cargo").args(["install", "cargo-deny", "--locked", "--version", CARGO_DENY]))?;
    }
    Ok(())
}

/// What `make bench` needs beside what the tests need: a judge of walks, OR-Tools from Python's registry, in an
/// environment of its own. The bench works without: where it cannot be had, that is said and no more.
pub(crate) fn judge() -> Result<()> {
    let folder = cache()?.join("walks-judge");
    let wanted = fs::read_to_string(JUDGE)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    // Without what its other solvers import: that would be three times as much.
    if let Err(error) = python_packages(&folder, JUDGE) {
        say(&format!("no OR-Tools, so walks are compared without it: {error:#}"));
        return Ok(());
    }
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Schemathesis, which asks the API all that its description allows and more, from Python's registry.
fn schemathesis() -> Result<()> {
    let folder = cache()?.join("schemathesis");
    let wanted = fs::read_to_string(SCHEMATHESIS)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    python_packages(&folder, SCHEMATHESIS)?;
    Ok(fs::write(stamp, wanted)?)
}

/// Makes an environment of Python with exactly these packages, those that they need among them.
fn python_packages(folder: &Path, requirements: &str) -> Result<()> {
    let venv = || {
        let mut python = Command::new("python3");
        python.args(["-m", "venv", "--clear"]).arg(folder);
        python
    };
    // Debian has Python without what makes environments.
    if !succeeds(&mut venv()) {
        apt_install(&["python3", "python3-venv"])?;
        run(&mut venv())?;
    }
    run(Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"])
        .args(["--no-deps", "--requirement", requirements]))
}

/// A compiler for WebAssembly, as the cargo command that runs it.
pub(crate) enum WasmToolchain {
    /// The one that runs us: its target is installed.
    Own,
    /// Debian's compiler for browsers, which has the library's source of its own version.
    Debian,
}

const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

impl WasmToolchain {
    pub(crate) fn find_or_add() -> Result<Self> {
        if Self::own_target_is_there() {
            return Ok(Self::Own);
        }
        if Self::debian_is_there() {
            return Ok(Self::Debian);
        }
        if succeeds(Command::new("rustup").args(["target", "add", WASM_TARGET])) && Self::own_target_is_there() {
            return Ok(Self::Own);
        }
        say("rustup cannot add the WebAssembly target here; trying Debian's compiler");
        apt_install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"])
            .context("or run `rustup target add wasm32-unknown-unknown` where it can download")?;
        if !Self::debian_is_there() {
            bail!("Debian's rustc-web was installed, but {DEBIAN_SOURCE} is not there");
        }
        Ok(Self::Debian)
    }

    fn own_target_is_there() -> bool {
        output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))
            .is_ok_and(|path| Path::new(path.trim()).is_dir())
    }

    fn debian_is_there() -> bool {
        ["/usr/bin/cargo", "/usr/bin/rustc", DEBIAN_SOURCE].iter().all(|path| Path::new(path).exists())
    }

    /// Cargo, set up to compile for WebAssembly into `target/wasm`.
    pub(crate) fn cargo(&self) -> Result<Command> {
        let mut cargo = match self {
            Self::Own => Command::new("cargo"),
            Self::Debian => {
                let mut cargo = Command::new("/usr/bin/cargo");
                // Debian has no built library for this target; cargo builds it from the source, once.
                cargo.env("RUSTC", "/usr/bin/rustc");
                cargo.env("RUSTC_BOOTSTRAP", "1");
                cargo.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
                cargo.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()?);
                let path = env::var_os("PATH").unwrap_or_default();
                let paths = [PathBuf::from("/usr/bin")].into_iter().chain(env::split_paths(&path));
                cargo.env("PATH", env::join_paths(paths)?);
                // Set by rustup's proxy for us; they would lead back to its toolchain.
                for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "RUSTC_WRAPPER"] {
                    cargo.env_remove(name);
                }
                cargo
            }
        };
        cargo.env("CARGO_TARGET_DIR", "target/wasm");
        Ok(cargo)
    }
}

fn linker() -> Result<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let host = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let ours = Path::new(sysroot.trim()).join("lib/rustlib").join(host.trim()).join("bin/rust-lld");
    if ours.exists() {
        return Ok(ours);
    }
    if let Some(found) = ["wasm-ld", "wasm-ld-22", "wasm-ld-19"].iter().find_map(find_on_path) {
        return Ok(found);
    }
    apt_install(&["lld-19"])?;
    find_on_path(&"wasm-ld-19").context("Debian's lld-19 was installed, but wasm-ld-19 is not on the PATH")
}

/// Binaryen's optimiser.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    // Older ones do not know the instructions that today's compiler emits.
    let is_new_enough = |path: &PathBuf| {
        output(Command::new(path).arg("--version")).is_ok_and(|version| {
            version.split_whitespace().find_map(|word| word.parse().ok()).is_some_and(|number: u32| number >= 120)
        })
    };
    match find_on_path(&"wasm-opt").filter(is_new_enough) {
        Some(found) => Ok(found),
        None => Ok(npm_package(BINARYEN)?.join("bin/wasm-opt")),
    }
}

/// What takes out of JavaScript what only people read.
pub(crate) fn esbuild() -> Result<PathBuf> {
    Ok(npm_package(ESBUILD)?.join("bin/esbuild"))
}

/// The folders of packages in which these libraries stand.
pub(crate) fn libraries(packages: &[(&'static str, &'static str)]) -> Result<Vec<PathBuf>> {
    let folder = |package: &(&'static str, &'static str)| {
        let folder = npm_package(*package)?;
        // A name with an owner is two folders.
        let above = folder.ancestors().nth(package.0.split('/').count()).context("a package lies in a folder")?;
        Ok(above.to_owned())
    };
    packages.iter().map(folder).collect()
}

/// Chromium and its driver, for the journeys.
fn chromium() -> Result<()> {
    let is_there = || {
        ["chromium", "google-chrome"].iter().any(|name| find_on_path(name).is_some())
            && find_on_path(&"chromedriver").is_some()
    };
    if !is_there() {
        apt_install(&["chromium", "chromium-driver"])?;
    }
    // A screen for the kiosk's launcher, and a hand at its keyboard.
    if ["Xvfb", "xdotool"].iter().any(|name| find_on_path(name).is_none()) {
        apt_install(&["xvfb", "xdotool"])?;
    }
    // What is printed becomes a picture, and a scanner reads it there.
    if ["pdftoppm", "zbarimg"].iter().any(|name| find_on_path(name).is_none()) {
        apt_install(&["poppler-utils", "zbar-tools"])?;
    }
    Ok(())
}

/// Who carries messages in tests: Kannel with its centre for SMS, and a mail server for Python.
fn carriers() -> Result<()> {
    // The centre is for tests alone, and in no folder of programs.
    if !["/usr/sbin/bearerbox", "/usr/lib/kannel/test/fakesmsc"].iter().all(|path| Path::new(path).exists()) {
        apt_install(&["kannel", "kannel-extras"])?;
    }
    let has_mail_server = |python| succeeds(Command::new(python).args(["-c", "import aiosmtpd"]));
    if !["python3", "/usr/bin/python3"].into_iter().any(has_mail_server) {
        apt_install(&["python3-aiosmtpd"])?;
    }
    Ok(())
}

/// The folder of PostgreSQL's programs, for what is tested and measured on both databases.
pub(crate) fn postgres() -> Result<PathBuf> {
    let find = || {
        // Debian keeps them out of the PATH, a folder for each version.
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let newest = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
        newest.or_else(|| Some(find_on_path(&"initdb")?.parent()?.to_owned()))
    };
    match find() {
        Some(found) => Ok(found),
        None => {
            apt_install(&["postgresql"])?;
            find().context("Debian's postgresql was installed, but its initdb is nowhere")
        }
    }
}

/// Puts the voice pack beside the programs. It is a program of its own under its own licence, and Polka works
/// without it: where it cannot be had, that is said and no more.
pub(crate) fn voices() -> Result<()> {
    let package = match npm_package(ESPEAK) {
        Ok(package) => package,
        Err(error) => {
            say(&format!("no voice pack, so speech needs a voice of the browser: {error:#}"));
            return Ok(());
        }
    };
    for program_folder in ["target/release", "target/debug"] {
        let folder = Path::new(program_folder).join("voices/espeak-ng");
        fs::create_dir_all(&folder)?;
        let ours = Path::new("voices/espeak-ng");
        for (file, from) in [
            ("worker.js", ours.join("worker.js")),
            ("README.md", ours.join("README.md")),
            ("LICENSE", package.join("LICENSE")),
            ("espeak-ng.js", package.join("dist/espeak-ng.js")),
            ("espeak-ng.wasm", package.join("dist/espeak-ng.wasm")),
        ] {
            let bytes = fs::read(&from).with_context(|| format!("{} cannot be read", from.display()))?;
            let to = folder.join(file);
            if fs::read(&to).is_ok_and(|there| there == bytes) {
                continue;
            }
            fs::write(&to, &bytes)?;
            fs::write(folder.join(format!("{file}.br")), crate::app::brotli(&bytes, 5)?)?;
        }
    }
    Ok(())
}

/// The folder of an npm package of exactly this version.
fn npm_package((name, version): (&str, &str)) -> Result<PathBuf> {
    let prefix = cache()?.join(name);
    let folder = prefix.join("node_modules").join(name);
    let stated = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    if stated.contains(&format!("\"version\": \"{version}\"")) {
        return Ok(folder);
    }
    if find_on_path(&"npm").is_none() {
        apt_install(&["nodejs", "npm"])?;
    }
    fs::create_dir_all(&prefix)?;
    run(Command::new("npm")
        .args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
        .arg(&prefix)
        .arg(format!("{name}@{version}")))?;
    Ok(folder)
}

/// `~/.cache/polka`, or where `POLKA_CACHE` says.
fn cache() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("POLKA_CACHE") {
        return Ok(folder.into());
    }
    let home = env::var_os("HOME").context("neither POLKA_CACHE nor HOME is set")?;
    Ok(Path::new(&home).join(".cache/polka"))
}

fn apt_install(packages: &[&str]) -> Result<()> {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || find_on_path(&"apt-get").is_none() {
        bail!("install these first, as root: apt-get install {}", packages.join(" "));
    }
    say(&format!("installing {}", packages.join(", ")));
    let install = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages).stdout(Stdio::null());
        apt
    };
    // The list of packages may be old or missing; it is fetched only when it is needed.
    if !succeeds(&mut install()) {
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        run(&mut install())?;
    }
    Ok(())
}

pub(crate) fn find_on_path(name: &impl AsRef<OsStr>) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name.as_ref())).find(|path| path.is_file())
}

pub(crate) fn say(line: &str) {
    eprintln!("polka: {line}");
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{:?} failed ({status})", command.get_program());
    }
    Ok(())
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("{command:?} failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
