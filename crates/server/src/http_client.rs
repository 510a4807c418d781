//! The client by which the server asks others: one request a connection, over HTTP or TLS.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hyper::Uri;
use hyper::body::Body;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;

/// Whom we ask stands in the store or near it.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// A client for requests with such a body.
pub(crate) type Client<B> = legacy::Client<HttpsConnector<HttpConnector>, B>;

/// An address that a setting of this name has, and a client for it.
///
/// # Errors
/// Where it is none of HTTP, has a user in it, or is https and this machine trusts no authority. What is told holds
/// nothing of the address: there may be a password in it.
pub(crate) fn client_for<B>(setting: &str, url: &str) -> Result<(Uri, Client<B>)>
where
    B: Body + Send,
    B::Data: Send,
{
    let uri: Uri = url.parse().ok().with_context(|| format!("{setting} is no address"))?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let Some(authority) = uri.authority().filter(|_| is_http) else {
        bail!("{setting} must begin with http:// or https://");
    };
    if authority.as_str().contains('@') {
        bail!("{setting} has a user before its host, which is not sent; put it where the other side's manual does");
    }
    let builder =
        ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions()?;
    let tls = match uri.scheme_str() {
        Some("https") => builder
            .with_native_roots()
            .with_context(|| format!("{setting} is https, but this machine trusts no authority"))?,
        _ => builder.with_root_certificates(rustls::RootCertStore::empty()),
    };
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_connect_timeout(Some(CONNECT_TIME));
    let tls = HttpsConnectorBuilder::new().with_tls_config(tls.with_no_client_auth()).https_or_http().enable_http1();
    // A connection for each request: on one that is kept, nobody knows whether the other side has just closed it.
    let client =
        legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(tls.wrap_connector(http));
    Ok((uri, client))
}
