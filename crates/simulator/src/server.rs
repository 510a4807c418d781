//! The real server on a real database file, in this process, and the plug that can be pulled at any step.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use polka_contract::DeviceKind;
use polka_server::clock::Clock;
use polka_server::http::{self, Reach, Services};
use polka_server::secrets::Secrets;
use polka_server::store::{self, Store};
use polka_server::{database, devices, points};
use sqlx::AnyPool;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::plug::Plug;

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    pub(crate) cookie: Option<String>,
}

/// The server, as long as it lives.
pub(crate) struct Server {
    runtime: Runtime,
    router: Router,
    pool: AnyPool,
    store: Store,
    secrets: Secrets,
    plug: Plug,
}

impl Server {
    /// Starts on the database in a folder.
    pub(crate) fn start(folder: &Path, now_ms: Arc<AtomicI64>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let plug = Plug::of(&fs::canonicalize(folder)?.join("polka.db"));
        let url = url(folder);
        let (router, pool, store, secrets) = runtime.block_on(async move {
            // One connection: whose turn it is among several, the system decides and not the seed.
            let pool = database::open_with(&url, 1).await?;
            let store = store::find_or_add(&pool, None).await?;
            let clock = Clock::new(move || now_ms.load(Ordering::Relaxed));
            let open = || Secrets::open(&folder.join("polka.secrets"), clock.now_ms());
            let (secrets, own) = (open()?, open()?);
            let services = Services::start(pool.clone(), store.clone(), secrets, clock, Reach::default()).await?;
            anyhow::Ok((http::api(services), pool, store, own))
        })?;
        Ok(Self { runtime, router, pool, store, secrets, plug })
    }

    /// Answers a request. With `kill_at_step` the plug is pulled at that step of the storage; where the request
    /// needs fewer, it has its answer and nobody gets it.
    pub(crate) fn answer(&self, request: Request<Body>, kill_at_step: Option<i64>) -> Result<Answer> {
        self.plug.pull_after(kill_at_step.unwrap_or(i64::MAX));
        let answer = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await?;
            let (parts, body) = response.into_parts();
            let cookie = parts.headers.get("set-cookie").and_then(|value| value.to_str().ok());
            let cookie = cookie.and_then(|value| Some(value.split(';').next()?.to_owned()));
            anyhow::Ok(Answer { status: parts.status, body: body.collect().await?.to_bytes().to_vec(), cookie })
        });
        if kill_at_step.is_none() {
            self.plug.pull_after(i64::MAX);
        }
        answer
    }

    /// Rows of the database, as text.
    pub(crate) fn rows<T>(&self, of: &'static str) -> Result<Vec<T>>
    where
        T: Send + Unpin + for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>,
    {
        Ok(self.runtime.block_on(sqlx::query_as(of).fetch_all(&self.pool))?)
    }

    /// Checks the ledger, and gives how many transactions it has.
    pub(crate) fn verify_ledger(&self) -> Result<u64> {
        self.runtime.block_on(points::verify(&self.pool))
    }

    /// Runs a statement beside the server, as somebody does who has the database open.
    pub(crate) fn execute(&self, statement: &'static str) -> Result<()> {
        self.runtime.block_on(sqlx::query(statement).execute(&self.pool))?;
        Ok(())
    }

    /// The code of a device, which is named where it is not yet.
    pub(crate) fn code(&self, name: &str, kind: DeviceKind, now_ms: i64) -> Result<String> {
        self.runtime.block_on(async {
            // It is there already where it was enrolled before.
            let _ = devices::add(&self.pool, &self.store, name, kind).await;
            devices::give_code(&self.pool, &self.secrets, &self.store, name, now_ms).await
        })
    }

    /// Refuses a device from now on, where it was named already.
    pub(crate) fn revoke(&self, name: &str) -> bool {
        self.runtime.block_on(devices::revoke(&self.pool, &self.store, name, 0)).is_ok()
    }

    /// Stops at once: what was not committed is gone.
    pub(crate) fn kill(self) {
        self.plug.pull_after(0);
        drop(self.router);
        // The connections are closed before the file is opened again.
        self.runtime.block_on(self.pool.close());
    }
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("polka.db").display())
}

/// A database with a store and its products, made once and copied for each history.
pub(crate) fn copy_of_first_database(folder: &Path, now_ms: i64) -> Result<()> {
    static FIRST: OnceLock<TempDir> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let making = MAKING.lock();
    if FIRST.get().is_none() {
        let first = tempfile::tempdir()?;
        make_first_database(first.path(), now_ms)?;
        let _ = FIRST.set(first);
    }
    drop(making);
    let first = FIRST.get().context("it was just made")?.path();
    fs::copy(first.join("polka.db"), folder.join("polka.db"))?;
    fs::create_dir(folder.join("polka.secrets"))?;
    for file in fs::read_dir(first.join("polka.secrets"))? {
        let file = file?;
        fs::copy(file.path(), folder.join("polka.secrets").join(file.file_name()))?;
    }
    Ok(())
}

fn make_first_database(folder: &Path, now_ms: i64) -> Result<()> {
    let clock = Arc::new(AtomicI64::new(now_ms));
    let server = Server::start(folder, clock)?;
    server.execute(
        "INSERT INTO products (store_id, gtin, name, unit, price, aisle, changed_version) VALUES
            (1, 952124700044, 'A', 'piece', 8990, '4', 1), (1, 952104000027, 'B', 'piece', 4500, NULL, 1)",
    )?;
    server.kill();
    Ok(())
}
