//! A device as the server knows it: a credential, and writes under keys. No browser.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

/// An enrolled device; its copies are the same device.
#[derive(Clone)]
pub struct Device {
    client: Client,
    server: String,
    cookie: String,
}

impl Device {
    pub(crate) async fn enrol(server: String, code: &Value) -> Result<Self> {
        let client = Client::new();
        let device = Self { client, server, cookie: String::new() };
        let (status, cookie, _) = device.post("/api/v1/devices/enrolment", "enrol", &json!({ "code": code })).await?;
        ensure!(status == StatusCode::OK, "the device was not enrolled: {status}");
        Ok(Self { cookie: cookie.context("a device gets a credential")?, ..device })
    }

    /// Writes something under a key, and gives the answer where it was taken.
    ///
    /// # Errors
    /// Where nothing answered, or it was not taken.
    pub async fn write(&self, path: &str, key: &str, said: &Value) -> Result<Vec<u8>> {
        let (status, _, body) = self.post(path, key, said).await?;
        ensure!(status == StatusCode::OK, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    /// Its credential, as a browser sends it.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    async fn post(&self, path: &str, key: &str, said: &Value) -> Result<(StatusCode, Option<String>, Vec<u8>)> {
        let request = self.client.post(format!("{}{path}", self.server)).header("idempotency-key", key);
        let request = request.header(header::CONTENT_TYPE, "application/json").header(header::COOKIE, &self.cookie);
        let response = request.body(said.to_string()).send().await?;
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        Ok((response.status(), cookie, response.bytes().await?.to_vec()))
    }
}
