//! What a browser is told not to do with our pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polka_contract::{ErrorCode, paths};
use sha2::{Digest, Sha256};

use super::ApiError;
use super::app_files::AppFiles;

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    // Scanners of every kind, a receipt printer, and the wake lock of a stand; nothing else.
    (
        "permissions-policy",
        "camera=(self), serial=(self), hid=(self), usb=(self), screen-wake-lock=(self), autoplay=(self), \
         geolocation=(), microphone=(), payment=(), midi=(), display-capture=(), browsing-topics=()",
    ),
];

pub(super) async fn add_headers(State(files): State<Arc<AppFiles>>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with(paths::API);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // What is said of a person or a device is not to lie in a browser's cache.
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // A page of the server's own, which is no part of the app, brings its own.
    headers.entry("content-security-policy").or_insert_with(|| files.content_security_policy.clone());
    response
}

/// Another site's page cannot make a device write.
pub(super) async fn own_pages_alone(request: Request, next: Next) -> Result<Response, ApiError> {
    match may_come_in(&request) {
        true => Ok(next.run(request).await),
        false => Err(ApiError::new(ErrorCode::Forbidden, "another site's page may not write here")),
    }
}

/// Browsers say from where a request comes; other programs say nothing, and have no device's cookie.
fn may_come_in<B>(request: &axum::http::Request<B>) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_own_site = header("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let host = header("host").or_else(|| request.uri().authority().map(Authority::as_str));
    // A proxy may have taken the TLS off, so that only the scheme differs.
    let is_own_origin = header("origin")
        .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host));
    is_read || (is_own_site && is_own_origin)
}

/// Everything from ourselves, WebAssembly, and the page's own inline scripts by their hashes.
pub(super) fn content_security_policy(html: &str) -> String {
    let hashes: String =
        inline_scripts(html).map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script)))).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; font-src 'self'; \
         img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// The bodies of the scripts that a browser would run. The page is our own, so plain searching is enough.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (body, _) = rest.split_once("</script>")?;
        let runs = !attributes.contains("src=") && !attributes.contains("application/json");
        runs.then_some(body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_that_run_inline_are_named_by_hash() {
        let html = "<script>a</script><script src=\"/b.js\"></script>\
                    <script type=\"application/json\">{}</script><script type=\"module\">c</script>";
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["a", "c"]);
        // The SHA-256 of "a".
        assert!(content_security_policy(html).contains("'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"));
    }

    #[test]
    fn only_pages_of_the_server_itself_may_write() {
        let may_come_in = |method: &str, headers: &[(&str, &str)]| {
            let mut request = axum::http::Request::builder().method(method).uri("/api/v1/calls");
            for (name, value) in [("host", "polka.store:8443")].iter().chain(headers) {
                request = request.header(*name, *value);
            }
            may_come_in(&request.body(()).expect("a request"))
        };
        assert!(may_come_in("POST", &[]));
        assert!(may_come_in("POST", &[("origin", "https://polka.store:8443"), ("sec-fetch-site", "same-origin")]));
        assert!(may_come_in("POST", &[("origin", "http://polka.store:8443")]));
        assert!(may_come_in("GET", &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]));
        for origin in ["https://evil.example", "https://polka.store", "null", "https://polka.store:8443.evil.example"] {
            assert!(!may_come_in("POST", &[("origin", origin)]), "{origin}");
        }
        assert!(!may_come_in("PUT", &[("sec-fetch-site", "same-site")]));
    }
}
