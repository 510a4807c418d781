//! The server over TLS, with a certificate of its own authority or of somebody else.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use polka_stage::Server;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

async fn server(arguments: &[&str]) -> Result<Server> {
    Server::with_program(env!("CARGO_BIN_EXE_polka").into(), arguments).await
}

/// Asks for its health as a browser that trusts this authority alone.
async fn health(server: &Server, authority: &Path, name: &'static str) -> Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let address = server.url("");
    let stream = TcpStream::connect(address.trim_start_matches("http://")).await?;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name)?, stream).await?;
    stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: polka\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_device_that_trusts_the_stores_authority_reaches_the_server_by_each_of_its_names() -> Result<()> {
    let server = server(&["--tls", "auto", "--tls-name", "polka.store,10.20.30.40"]).await?;
    let told = server.ask(&["device", "add", "Entrance", "--kind", "kiosk", "--tls", "auto"]).await?;
    let authority = told["authority"]["file"].as_str().context("it names the authority")?;
    assert_eq!(told["authority"]["sha256"].as_str().map(str::len), Some(95));
    for name in ["127.0.0.1", "localhost", "polka.store", "10.20.30.40"] {
        assert!(health(&server, Path::new(authority), name).await?.starts_with("HTTP/1.1 200"), "{name}");
    }
    assert!(health(&server, Path::new(authority), "another.store").await.is_err());
    Ok(())
}

#[tokio::test]
async fn the_authority_outlives_the_server_and_trusts_no_other() -> Result<()> {
    let mut first = server(&["--tls", "auto"]).await?;
    let other = server(&["--tls", "auto"]).await?;
    let told = first.ask(&["device", "add", "Entrance", "--kind", "kiosk", "--tls", "auto"]).await?;
    let authority = Path::new(told["authority"]["file"].as_str().context("it names the authority")?);
    first.stop().await?;
    first.restart().await?;
    assert!(health(&first, authority, "localhost").await.is_ok());
    assert!(health(&other, authority, "localhost").await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_served_as_it_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let own = rcgen::generate_simple_self_signed(["polka.example".to_owned()])?;
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem())?;
    std::fs::write(&key, own.signing_key.serialize_pem())?;
    let (file, key) = (certificate.display().to_string(), key.display().to_string());
    let server = server(&["--tls-certificate", &file, "--tls-key", &key]).await?;
    assert!(health(&server, &certificate, "polka.example").await?.starts_with("HTTP/1.1 200"));
    Ok(())
}
