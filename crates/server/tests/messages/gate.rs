//! Stands between the server and the gateway, and keeps requests or answers back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use anyhow::{Context, Result};
use polka_stage::until;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Open {
    /// Nothing: the gateway does not hear of a message.
    Neither,
    /// Requests: the gateway has the message, and the server does not hear of that.
    ToGateway,
    /// Both.
    Both,
}

pub(crate) struct Gate {
    port: u16,
    open: Arc<AtomicU8>,
    kept_back: Arc<AtomicUsize>,
}

impl Gate {
    pub(crate) async fn start(gateway_port: u16, open: Open) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (open, kept_back) = (Arc::new(AtomicU8::new(open as u8)), Arc::new(AtomicUsize::new(0)));
        let gate = Self { port, open: Arc::clone(&open), kept_back: Arc::clone(&kept_back) };
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (open, kept_back) = (Arc::clone(&open), Arc::clone(&kept_back));
                tokio::spawn(async move { pass(connection, gateway_port, &open, &kept_back).await });
            }
        });
        Ok(gate)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set(&self, open: Open) {
        self.open.store(open as u8, Ordering::SeqCst);
    }

    /// Waits until so many requests or answers were kept back.
    pub(crate) async fn wait_until_kept_back(&self, count: usize) -> Result<()> {
        until("a message is on its way", async || Ok((self.kept_back.load(Ordering::SeqCst) >= count).then_some(())))
            .await
    }
}

async fn pass(mut server: TcpStream, gateway_port: u16, open: &AtomicU8, kept_back: &AtomicUsize) -> Result<()> {
    let request = message(&mut server).await?;
    let is_at_least = |wanted: Open| open.load(Ordering::SeqCst) >= wanted as u8;
    if is_at_least(Open::ToGateway) {
        let mut gateway = TcpStream::connect(("127.0.0.1", gateway_port)).await?;
        gateway.write_all(&request).await?;
        let answer = message(&mut gateway).await?;
        if is_at_least(Open::Both) {
            return Ok(server.write_all(&answer).await?);
        }
    }
    kept_back.fetch_add(1, Ordering::SeqCst);
    // Until the server goes.
    server.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// A whole request or answer.
async fn message(connection: &mut TcpStream) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        anyhow::ensure!(connection.read_buf(&mut bytes).await? > 0, "it broke off");
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(Ok(0), str::parse).context("a length")? {
            return Ok(bytes);
        }
    }
}
