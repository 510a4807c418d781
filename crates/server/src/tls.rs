//! TLS for a server that has no public name: an authority of the store, and certificates that it signs.
//!
//! Browsers give a service worker, the camera and serial scanners to pages over TLS alone (or to those of their
//! own machine). With `--tls auto` the server makes an authority once, and signs itself a certificate for its
//! addresses at each start and each hour. A device must be told to trust the authority: `polka device add` names
//! its file and its fingerprint. A certificate of somebody else works too.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use crate::clock::{Clock, DAY_MS};
use crate::secrets::{self, PUBLIC, SECRET};

/// As long as a device is trusted to keep its hard disk.
const AUTHORITY_HOLDS_MS: i64 = 20 * 365 * DAY_MS;
/// Long enough for a server whose clock is a week off, short enough to be of no use to a thief.
const CERTIFICATE_HOLDS_MS: i64 = 30 * DAY_MS;
/// A certificate holds from before it was made: the devices' clocks are not right.
const EARLIER_MS: i64 = 2 * DAY_MS;

/// The machine's address may change, and the certificate names it.
const RENEWED_EACH: Duration = Duration::from_secs(3600);

/// From where the certificate comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the store's own authority, for these names beside the machine's own.
    Authority {
        /// Further names by which devices call the server.
        names: Vec<String>,
    },
    /// From somebody else.
    Files {
        /// The certificate and those that lead to its root, PEM.
        certificate: PathBuf,
        /// Its private key, PEM.
        key: PathBuf,
    },
}

/// The store's authority.
pub(crate) struct Authority {
    /// Its certificate, which devices are to trust.
    pub(crate) file: PathBuf,
    /// SHA-256, in the form in which browsers show it.
    pub(crate) fingerprint: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// The authority in the folder of the secrets; it is made where it is missing.
    pub(crate) fn open(folder: &Path, now_ms: i64) -> Result<Self> {
        let _lock = secrets::lock(folder)?;
        let params = authority_params(now_ms)?;
        let key =
            secrets::file(&folder.join("authority.key"), SECRET, || Ok(KeyPair::generate()?.serialize_pem().into()))?;
        let key = KeyPair::from_pem(&String::from_utf8(key).context("the authority's key is damaged")?)
            .context("the authority's key is damaged")?;
        let file = folder.join("authority.pem");
        let pem = secrets::file(&file, PUBLIC, || Ok(params.self_signed(&key)?.pem().into()))?;
        let der = CertificateDer::from_pem_slice(&pem).context("the authority's certificate is damaged")?;
        let mut fingerprint = String::new();
        for byte in Sha256::digest(&der) {
            let colon = if fingerprint.is_empty() { "" } else { ":" };
            let _ = write!(fingerprint, "{colon}{byte:02X}");
        }
        Ok(Self { file, fingerprint, issuer: Issuer::new(params, key) })
    }

    /// A certificate for these names and those that the machine has now, with a key of its own.
    fn certify(&self, names: &[String], now_ms: i64) -> Result<CertifiedKey> {
        let names = own_names().into_iter().chain(names.iter().cloned());
        let mut params = CertificateParams::new(names.collect::<Vec<_>>())?;
        (params.not_before, params.not_after) = (day(now_ms - EARLIER_MS)?, day(now_ms + CERTIFICATE_HOLDS_MS)?);
        params.distinguished_name = name("Polka");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(CertifiedKey::new(vec![certificate.der().clone()], any_supported_type(&key)?))
    }
}

fn authority_params(now_ms: i64) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = (day(now_ms - EARLIER_MS)?, day(now_ms + AUTHORITY_HOLDS_MS)?);
    params.distinguished_name = name("Polka, authority of a store");
    // It signs certificates, and none that could sign others.
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    Ok(params)
}

fn name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn day(ms: i64) -> Result<time::OffsetDateTime> {
    let day = Timestamp::from_millisecond(ms)?.to_zoned(TimeZone::UTC).date();
    Ok(rcgen::date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs()))
}

/// By what this machine is called on its own network.
fn own_names() -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    let hostname = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // As a DNS name has it; no other can stand in a certificate.
    let is_name = |name: &str| name.split('.').all(|part| !part.is_empty() && part.bytes().all(is_of_name));
    if is_name(hostname.trim()) {
        names.push(hostname.trim().to_owned());
        names.push(format!("{}.local", hostname.trim()));
    }
    names.extend(if_addrs::get_if_addrs().unwrap_or_default().iter().map(|interface| interface.ip().to_string()));
    names
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Gives each connection the newest certificate.
#[derive(Debug)]
struct Newest(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Newest {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

/// What the server's connections are made with. Certificates of the authority are made anew each hour, as long as
/// the program runs.
///
/// # Errors
/// Where a file is missing or is none of its kind.
pub(crate) fn config(source: &Source, secrets: &Path, clock: &Clock) -> Result<Arc<ServerConfig>> {
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth();
    let mut config = match source {
        Source::Authority { names } => {
            let authority = Authority::open(secrets, clock.now_ms())?;
            let newest = Arc::new(Newest(ArcSwap::from_pointee(authority.certify(names, clock.now_ms())?)));
            tokio::spawn(renew(Arc::clone(&newest), authority, names.clone(), clock.clone()));
            builder.with_cert_resolver(newest)
        }
        Source::Files { certificate, key } => {
            let of = |file: &Path| format!("{} is no PEM file of the right kind", file.display());
            let chain = CertificateDer::pem_file_iter(certificate).with_context(|| of(certificate))?;
            let chain = chain.collect::<Result<Vec<_>, _>>().with_context(|| of(certificate))?;
            let key = PrivateKeyDer::from_pem_file(key).with_context(|| of(key))?;
            builder.with_single_cert(chain, key).context("the certificate and its key do not belong together")?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

async fn renew(newest: Arc<Newest>, authority: Authority, names: Vec<String>, clock: Clock) {
    loop {
        tokio::time::sleep(RENEWED_EACH).await;
        match authority.certify(&names, clock.now_ms()) {
            Ok(certificate) => newest.0.store(Arc::new(certificate)),
            Err(error) => tracing::error!(cause = format!("{error:#}"), "the certificate was not renewed"),
        }
    }
}
