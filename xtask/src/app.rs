//! Builds the browser app into `target/app`, as the server carries it: hashed names, brotli beside nothing; and
//! the same with its gallery into `target/gallery`.
//!
//! `index.html` names what it is made of in `data-trunk` lines, as Trunk reads them. Trunk itself is not used
//! because it does not split a program into parts after linking, and because it and the `wasm-bindgen` program
//! take ten minutes to build where they cannot be downloaded, while the library behind the latter takes one, and
//! has by way of `Cargo.lock` always the version that the app was compiled for.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rayon::prelude::*;
use wasm_bindgen_cli_support::Bindgen;
use xxhash_rust::xxh3::xxh3_64;

use crate::tools::{WASM_TARGET, WasmToolchain, esbuild, run, say, wasm_opt};

pub(crate) const PROFILE: &str = "release-app";
/// What breaks the gallery's pages, before anything of the app runs.
const FAULTS: &str = "src/gallery/faults.js";
/// What keeps the app on a device.
const WORKER: &str = "src/offline/service_worker.js";
/// What looks at a camera's pictures, and hands them to a program of its own.
const CAMERA: &str = "src/scanner/camera/worker.js";

/// What is built: the app, or the same with every state of every screen and faults to plant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    App,
    Gallery,
}

impl Build {
    fn output(self) -> &'static Path {
        Path::new(match self {
            Self::App => "target/app",
            Self::Gallery => "target/gallery",
        })
    }

    /// How hard the files are packed: nobody waits for those of the gallery but the tests.
    fn effort(self) -> u32 {
        match self {
            Self::App => 11,
            Self::Gallery => 5,
        }
    }

    fn features(self) -> &'static [&'static str] {
        match self {
            Self::App => &[],
            Self::Gallery => &["--features", "gallery"],
        }
    }
}

/// Lints the app's code as it is compiled for the browser.
pub(crate) fn clippy() -> Result<()> {
    for build in [Build::App, Build::Gallery] {
        run(WasmToolchain::find_or_add()?
            .cargo()?
            .args(["clippy", "--quiet", "--locked", "--package", "polka-app", "--target", WASM_TARGET])
            .args(build.features())
            .args(["--lib", "--bins", "--", "-D", "warnings"]))?;
    }
    Ok(())
}

pub(crate) fn build(build: Build) -> Result<()> {
    let output = build.output();
    let toolchain = WasmToolchain::find_or_add()?;
    let compile = |package: &str, features: &[&str]| {
        run(toolchain
            .cargo()?
            .args(["build", "--locked", "--package", package, "--target", WASM_TARGET])
            .args(["--profile", PROFILE])
            .args(features))
    };
    compile("polka-app", build.features())?;
    compile("polka-camera-decoder", &[])?;
    let programs = Path::new("target/wasm").join(WASM_TARGET).join(PROFILE);
    let compiled =
        Compiled { app: programs.join("polka-app.wasm"), decoder: programs.join("polka_camera_decoder.wasm") };

    let stamp_path = output.join(".stamp");
    let stamp = stamp(&compiled)?;
    if fs::read_to_string(&stamp_path).is_ok_and(|last| last == stamp) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(output);
    fs::create_dir_all(output)?;
    let page = Page::build(&compiled, build)?;
    let sizes = page.write(output, build.effort())?;
    say(&format!("{}: {} bytes to the first screen", output.display(), sizes.first_screen));
    fs::write(output.join(".sizes"), format!("{} {}", sizes.first_screen, sizes.speech))?;
    fs::write(stamp_path, stamp)?;
    Ok(())
}

/// The programs as the compiler has left them.
struct Compiled {
    app: PathBuf,
    /// What reads codes from a camera's pictures.
    decoder: PathBuf,
}

/// Compiles the planning of walks alone, as the app has it, for the bench.
pub(crate) fn walks() -> Result<()> {
    run(WasmToolchain::find_or_add()?
        .cargo()?
        .args(["build", "--locked", "--package", "polka-walks-in-browser"])
        .args(["--target", WASM_TARGET, "--profile", PROFILE]))?;
    let compiled = Path::new("target/wasm").join(WASM_TARGET).join(PROFILE).join("polka-walks-in-browser.wasm");
    fs::copy(compiled, "target/walks.wasm")?;
    Ok(())
}

/// What the output is made of, as one number: where it is the same, so is the output.
fn stamp(compiled: &Compiled) -> Result<String> {
    let mut bytes = fs::read(&compiled.app)?;
    bytes.extend(fs::read(&compiled.decoder)?);
    bytes.extend(fs::read("xtask/src/app.rs")?);
    for file in files_below(Path::new("style"))?.into_iter().chain(files_below(Path::new("public"))?) {
        bytes.extend(file.to_string_lossy().bytes());
        bytes.extend(fs::read(file)?);
    }
    bytes.extend(fs::read("index.html")?);
    bytes.extend(fs::read(FAULTS)?);
    bytes.extend(fs::read(WORKER)?);
    bytes.extend(fs::read(CAMERA)?);
    Ok(format!("{:016x}", xxh3_64(&bytes)))
}

/// The page and what it needs, by name.
struct Page {
    files: Vec<File>,
    /// The names of those that speech fetches.
    of_speech: Vec<String>,
}

/// A name below the app's address, and the bytes.
type File = (String, Vec<u8>);

impl Page {
    fn build(compiled: &Compiled, build: Build) -> Result<Self> {
        let mut files = Vec::new();
        let (folder, of_speech) = build_program(compiled, build, &mut files)?;
        let source = fs::read_to_string("index.html")?;
        let mut styles = String::new();
        let mut html = String::new();
        for line in source.lines() {
            if !line.contains("data-trunk") {
                html.push_str(line.trim_start());
                html.push('\n');
                continue;
            }
            match (attribute(line, "rel"), attribute(line, "href")) {
                (Some("css"), Some(path)) => styles.push_str(&fs::read_to_string(path)?),
                (Some("rust"), _) => html.push_str(&start_script(&folder)),
                // The files of `public` are copied below.
                _ => {}
            }
        }
        let styles = without_comments(&styles).into_bytes();
        let style = format!("style-{:016x}.css", xxh3_64(&styles));
        files.push((style.clone(), styles));
        let mut html = html.replace("</head>", &format!("<link rel=\"stylesheet\" href=\"/{style}\">\n</head>"));
        if build == Build::Gallery {
            html = html.replace("<head>", "<head>\n<script src=\"/faults.js\"></script>");
            files.push(("faults.js".into(), fs::read(FAULTS)?));
        }
        files.push(("index.html".into(), html.into_bytes()));
        files.push(("sw.js".into(), fs::read(WORKER)?));
        for path in files_below(Path::new("public"))? {
            let name = path.strip_prefix("public")?.to_string_lossy().into_owned();
            files.push((name, fs::read(path)?));
        }
        Ok(Self { files, of_speech })
    }

    /// What can be packed is written packed alone: the server unpacks it for the rare client that must have it so.
    fn write(&self, output: &Path, effort: u32) -> Result<Sizes> {
        let write = |(name, bytes): &File| -> Result<usize> {
            let path = output.join(name);
            fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            if is_packed(name) {
                fs::write(path, bytes)?;
                return Ok(bytes.len());
            }
            let packed = brotli(bytes, effort)?;
            fs::write(format!("{}.br", path.display()), &packed)?;
            Ok(packed.len())
        };
        let written: Vec<usize> = self.files.par_iter().map(write).collect::<Result<_>>()?;
        Ok(self.sizes(&written))
    }

    /// Adds up what the files were written in.
    fn sizes(&self, written: &[usize]) -> Sizes {
        let mut sizes = Sizes { first_screen: 0, speech: 0 };
        for ((name, _), bytes) in self.files.iter().zip(written) {
            let is = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
            let file = name.rsplit('/').next().unwrap_or(name);
            if file == "sw.js" || file.starts_with("camera") {
                // Asked for when the first screen stands, or a camera is switched on.
                continue;
            }
            let size = if self.of_speech.iter().any(|it| *it == file) {
                &mut sizes.speech
            } else if is(&["html", "js", "css", "app.wasm", "woff2"]) && !is(&["-more.woff2"]) {
                // The letters of other languages come with the first word that has them.
                &mut sizes.first_screen
            } else {
                continue;
            };
            *size += bytes;
        }
        sizes
    }
}

/// Bytes on the wire.
struct Sizes {
    /// Before a shopper can scan: all of it but what other screens or modes fetch.
    first_screen: usize,
    /// What speech fetches besides.
    speech: usize,
}

/// Makes the program that a browser runs of the one that was compiled: the parts that are fetched later are
/// split off, the glue is written, the app's are optimised. They lie in a folder named by the hash of all of them, so
/// that they always fit each other. Gives that folder's name, and the names of the files that speech fetches.
fn build_program(compiled: &Compiled, build: Build, files: &mut Vec<File>) -> Result<(String, Vec<String>)> {
    let work = Path::new("target/wasm/program");
    let _ = fs::remove_dir_all(work);
    fs::create_dir_all(work)?;
    let (app, main) = (fs::read(&compiled.app)?, work.join("app.wasm"));
    let mut options = wasm_split_cli_support::Options::new(&app);
    options.output_dir = work;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = "./parts.js";
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    bound(&main, "app", work)?;
    bound(&compiled.decoder, "camera_decoder", work)?;
    fs::copy(CAMERA, work.join("camera.js"))?;
    let mut parts = vec![
        ("app.wasm".to_owned(), work.join("app_bg.wasm")),
        ("camera_decoder.wasm".to_owned(), work.join("camera_decoder_bg.wasm")),
    ];
    for path in split.split_modules {
        let name = path.file_name().context("a part has a name")?.to_string_lossy().into_owned();
        parts.push((name, path));
    }
    let optimiser = wasm_opt()?;
    let make = |(name, path): (String, PathBuf)| {
        // The gallery's pages each load the first of them; the others are made smaller for nobody.
        let is_made_small = build == Build::App || name == "app.wasm";
        let program = if is_made_small { optimised(&optimiser, &path)? } else { fs::read(&path)? };
        Ok((name, program))
    };
    let mut made: Vec<File> = parts.into_par_iter().map(make).collect::<Result<_>>()?;
    for name in ["app.js", "parts.js", "camera.js", "camera_decoder.js"] {
        made.push((name.to_owned(), minified(&work.join(name))?));
    }
    let all: Vec<u8> = made.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]).flatten().copied().collect();
    let folder = format!("app-{:016x}", xxh3_64(&all));
    files.extend(made.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
    Ok((folder, fetched_by("speech", &fs::read_to_string(work.join("parts.js"))?)))
}

/// Writes the glue between a program and a browser: `NAME.js`, and beside it the program as `NAME_bg.wasm`.
pub(crate) fn bound(program: &Path, name: &str, output: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(program)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(output)
}

/// A program of WebAssembly, made smaller and faster by Binaryen, which writes it beside the other.
pub(crate) fn optimised(optimiser: &Path, path: &Path) -> Result<Vec<u8>> {
    let optimised = path.with_extension("optimised.wasm");
    run(Command::new(optimiser)
        // A library's ways to hand streams to JavaScript, which nothing here does.
        .arg("--remove-exports=*intounderlying*")
        // What today's compiler emits and every browser since 2021 runs.
        .args([
            "-O2",
            "--converge",
            "--one-caller-inline-max-function-size=0",
            // What is alike stands together, whatever order the compiler had: that packs better, and always alike.
            "--reorder-functions-by-name",
            "--enable-bulk-memory",
            "--enable-sign-ext",
            "--enable-mutable-globals",
        ])
        .args(["--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-multivalue"])
        .args(["--strip-debug", "--strip-producers"])
        .arg(path)
        .arg("-o")
        .arg(&optimised))?;
    Ok(fs::read(&optimised)?)
}

/// The files that a part fetches: its own, and those that it shares with others. The splitter writes before each of
/// those whose it is: `/* find_product, speech */`.
fn fetched_by(part: &str, parts_js: &str) -> Vec<String> {
    let remarks = parts_js.split("/* ").skip(1).filter_map(|rest| rest.split_once(" */"));
    let shared = remarks.filter(|(parts, _)| parts.split(", ").any(|it| it == part));
    let name = |code: &str| Some(format!("{}.wasm", code.split_once("const __")?.1.split_once(' ')?.0));
    shared.filter_map(|(_, code)| name(code)).chain([format!("split_{part}.wasm")]).collect()
}

/// A module of JavaScript without what only people read.
fn minified(path: &Path) -> Result<Vec<u8>> {
    let output = path.with_extension("min.js");
    run(Command::new(esbuild()?)
        .args(["--minify", "--format=esm", "--log-level=error"])
        .arg(format!("--outfile={}", output.display()))
        .arg(path))?;
    Ok(fs::read(output)?)
}

fn start_script(folder: &str) -> String {
    // All are asked for at once, not the second after the first has run.
    format!(
        "<link rel=\"modulepreload\" href=\"/{folder}/app.js\">\n\
         <link rel=\"modulepreload\" href=\"/{folder}/parts.js\">\n\
         <link rel=\"preload\" href=\"/{folder}/app.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\">import start from \"/{folder}/app.js\"; \
         start({{ module_or_path: \"/{folder}/app.wasm\" }});</script>\n"
    )
}

fn is_packed(name: &str) -> bool {
    [".woff2", ".png"].iter().any(|ending| name.ends_with(ending))
}

/// Packs with an effort from 0 to 11.
pub(crate) fn brotli(bytes: &[u8], effort: u32) -> Result<Vec<u8>> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, effort, 22);
    packed.write_all(bytes)?;
    Ok(packed.into_inner())
}

/// The value of `name="…"` in a line of HTML that we wrote ourselves.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}
