//! A device as the server knows it: a credential, and writes under keys. No browser.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Response, StatusCode, header};
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

    /// Lets somebody of the staff work at it, who shows this badge.
    ///
    /// # Errors
    /// Where the badge is nobody's, or the device no tablet.
    pub async fn sign_in(&mut self, badge: &Value) -> Result<()> {
        let said = json!({ "badge_number": badge });
        let (status, cookie, _) = self.post("/api/v1/staff/sessions", "sign-in", &said).await?;
        ensure!(status == StatusCode::OK, "nobody works at the device: {status}");
        self.cookie = format!("{}; {}", self.cookie, cookie.context("a session gets a credential")?);
        Ok(())
    }

    /// What happens in the store, as the server tells it.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn events(&self) -> Result<Events> {
        let request = self.client.get(format!("{}/api/v1/events", self.server)).header(header::COOKIE, &self.cookie);
        let response = request.send().await?;
        ensure!(response.status() == StatusCode::OK, "nothing is told: {}", response.status());
        Ok(Events { response, rest: String::new() })
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

/// Server-sent events as they come.
pub struct Events {
    response: Response,
    /// What has come of the next one.
    rest: String,
}

impl Events {
    /// What the next event of this name says; `None` at the end.
    ///
    /// # Errors
    /// Where the connection breaks, or an event is not right.
    pub async fn next(&mut self, name: &str) -> Result<Option<Value>> {
        loop {
            while let Some((event, rest)) = self.rest.split_once("\n\n") {
                let value = |key: &str| event.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
                let data = value("data:").filter(|_| value("event:") == Some(name)).map(serde_json::from_str);
                let data = data.transpose()?;
                self.rest = rest.to_owned();
                if data.is_some() {
                    return Ok(data);
                }
            }
            let Some(bytes) = self.response.chunk().await? else { return Ok(None) };
            self.rest += std::str::from_utf8(&bytes)?;
        }
    }
}
