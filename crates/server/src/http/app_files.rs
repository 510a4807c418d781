//! The browser app, carried inside the program and packed before it was built.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use polka_contract::{DeviceSettings, ErrorCode, paths};
use rust_embed::RustEmbed;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ApiError, accepts_brotli, security};
use crate::price_check::current::pack;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/app"]
// Without the app, which `cargo xtask app` builds, the API works all the same.
#[allow_missing = true]
struct Built;

/// A file as it was built. The debug program can serve another build of the app, as the tests of the checks do:
/// `POLKA_APP` names its folder.
fn built(name: &str) -> Option<Cow<'static, [u8]>> {
    #[cfg(debug_assertions)]
    if let Some(folder) = std::env::var_os("POLKA_APP").filter(|_| !name.contains("..")) {
        return std::fs::read(std::path::Path::new(&folder).join(name)).ok().map(Cow::Owned);
    }
    Built::get(name).map(|file| file.data)
}

/// The names of all files as they were built, sorted.
fn built_names() -> Vec<String> {
    #[cfg(debug_assertions)]
    if let Some(folder) = std::env::var_os("POLKA_APP") {
        let files = walk(std::path::Path::new(&folder));
        let name = |path: std::path::PathBuf| Some(path.strip_prefix(&folder).ok()?.to_str()?.to_owned());
        return files.into_iter().filter_map(name).collect();
    }
    let mut names: Vec<_> = Built::iter().map(String::from).collect();
    names.sort();
    names
}

#[cfg(debug_assertions)]
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut files: Vec<_> = entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// The script that keeps the app on a device; the server serves it with a list before it.
const WORKER: &str = "sw.js";

const PAGE_WITHOUT_APP: &str = "<!doctype html><title>Polka</title><main data-screen=\"none\">\
     <h1>The app is not built in. Run: make build</h1></main>";

/// The page as this server serves it, with the store's settings in it, and the script that keeps it on a device.
pub(super) struct AppFiles {
    page: Bytes,
    packed_page: Bytes,
    worker: Bytes,
    etag: HeaderValue,
    pub(super) content_security_policy: HeaderValue,
}

impl AppFiles {
    pub(super) fn load(device: &DeviceSettings, voices: Option<&Path>) -> Self {
        let mut kept = files_to_keep();
        let page_of =
            |app_version: &str| page_with(&DeviceSettings { app_version: app_version.into(), ..device.clone() });
        // The page has all settings in it: where they change, so does the version.
        let version = name_of(kept.iter().flat_map(|(path, digest)| [path, digest]).chain([&page_of("")]));
        let page = page_of(&version);
        kept.push(("/".into(), STANDARD.encode(Sha256::digest(&page))));
        let worker = built(&format!("{WORKER}.br")).map(|packed| unpack(&packed)).unwrap_or_default();
        let worker = [
            format!("const VERSION = {};\n", json!(version)),
            format!("const FILES = {};\n", json!(kept)),
            format!("const VOICES = {};\n", json!(name_of_pack(voices))),
            String::from_utf8(worker).unwrap_or_default(),
        ];
        let header = |value: String| HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static(""));
        Self {
            packed_page: pack(page.as_bytes(), 11).unwrap_or_default(),
            etag: header(format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&page)))),
            content_security_policy: header(security::content_security_policy(&page)),
            page: page.into(),
            worker: worker.concat().into(),
        }
    }
}

/// The app's page, with the settings in it.
fn page_with(settings: &DeviceSettings) -> String {
    let page = built("index.html.br").map(|bytes| unpack(&bytes));
    let page = page.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| PAGE_WITHOUT_APP.into());
    // A `<` could end the script that the settings stand in.
    let settings = serde_json::to_string(settings).unwrap_or_default().replace('<', "\\u003c");
    page.replace(
        "<script type=\"application/json\" id=\"settings\">{}",
        &format!("<script type=\"application/json\" id=\"settings\">{settings}"),
    )
}

/// The address of each file beside the page, and its SHA-256, as browsers write it.
fn files_to_keep() -> Vec<(String, String)> {
    let digest = |name: String| {
        let bytes = built(&name)?;
        let (name, bytes) = match name.strip_suffix(".br") {
            Some(name) => (name, Cow::Owned(unpack(&bytes))),
            None => (name.as_str(), bytes),
        };
        Some((format!("/{name}"), STANDARD.encode(Sha256::digest(&bytes))))
    };
    let is_kept = |name: &String| {
        let hidden = [".", "index.html", WORKER, "faults.js"];
        !hidden.iter().any(|it| name.starts_with(it)) && kind_of(name.trim_end_matches(".br")).is_some()
    };
    built_names().into_iter().filter(is_kept).filter_map(digest).collect()
}

/// A short name that these texts have, and others have not.
fn name_of<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_be_bytes());
        digest.update(text);
    }
    URL_SAFE_NO_PAD.encode(&digest.finalize()[..9])
}

/// A name for what is in the folder of the voice pack, by its files' names, sizes and times.
fn name_of_pack(voices: Option<&Path>) -> String {
    let entries = voices.and_then(|folder| std::fs::read_dir(folder.join("espeak-ng")).ok());
    let about = |entry: std::fs::DirEntry| {
        let about = entry.metadata().ok()?;
        Some(format!("{:?} {} {:?}", entry.file_name(), about.len(), about.modified().ok()?))
    };
    let mut files: Vec<_> = entries.into_iter().flatten().filter_map(|entry| about(entry.ok()?)).collect();
    files.sort();
    name_of(files.iter())
}

/// A file of the app, or its page: at the app's addresses as found, at any other as not found, for the app
/// says that better than a bare error.
pub(super) async fn serve(State(files): State<Arc<AppFiles>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let name = path.trim_start_matches('/');
    if path.starts_with(paths::API) {
        return ApiError::new(ErrorCode::NotFound, "there is no such address").into_response();
    }
    if name == WORKER {
        let about = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
        return (about, Body::from(files.worker.clone())).into_response();
    }
    if name != "index.html"
        && !name.is_empty()
        && let Some(response) = file(name, &headers)
    {
        return response;
    }
    let status = if paths::is_page(path) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    page(&files, status, &headers)
}

fn page(files: &AppFiles, status: StatusCode, headers: &HeaderMap) -> Response {
    let common = [
        (ETAG, files.etag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
    ];
    if status == StatusCode::OK && headers.get(IF_NONE_MATCH) == Some(&files.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    match accepts_brotli(headers) {
        true => {
            (status, common, kind, [(CONTENT_ENCODING, "br")], Body::from(files.packed_page.clone())).into_response()
        }
        false => (status, common, kind, Body::from(files.page.clone())).into_response(),
    }
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let (bytes, is_packed) = match built(&format!("{name}.br")) {
        Some(packed) if accepts_brotli(headers) => (packed, true),
        Some(packed) => (Cow::Owned(unpack(&packed)), false),
        None => (built(name)?, false),
    };
    let kind = kind_of(name)?;
    // The build puts a hash into the names of what it makes; a file of that name never changes.
    let is_hashed = ["app-", "style-"].iter().any(|start| name.starts_with(start));
    let keep = if is_hashed { "public, max-age=31536000, immutable" } else { "public, max-age=86400" };
    let bytes = match bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response =
        ([(CONTENT_TYPE, kind), (CACHE_CONTROL, keep), (VARY, "Accept-Encoding")], Body::from(bytes)).into_response();
    if is_packed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Some(response)
}

/// The content type of a file of the app.
fn kind_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => return None,
    })
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Written by our own build; what cannot be unpacked is served as nothing.
    let _ = brotli::Decompressor::new(packed, 1 << 16).read_to_end(&mut bytes);
    bytes
}
