//! The real server on a real database file, in this process, and the plug that can be pulled at any step.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use polka_contract::{DeviceKind, IDEMPOTENCY_KEY, StaffRole, paths};
use polka_domain::BadgeNumber;
use polka_server::clock::Clock;
use polka_server::http::{self, Reach, Services};
use polka_server::loyalty::Loyalty;
use polka_server::secrets::Secrets;
use polka_server::store::{self, Store};
use polka_server::{database, devices, points, report_expired};
use serde_json::json;
use sqlx::AnyPool;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::desk::{self, STAFF, TABLETS};
use crate::plug::Plug;

/// Who gives apologies, and who agrees to them: each at a tablet of their own, and at no task.
pub(crate) const COUNTER_STAFF: [(&str, StaffRole); 2] = [("Olga", StaffRole::Staff), ("Pavel", StaffRole::Manager)];

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
        let answers = self.answer_all(vec![request], kill_at_step)?;
        answers.into_iter().next().context("each request has an answer")
    }

    /// The same for requests that come at once.
    pub(crate) fn answer_all(&self, requests: Vec<Request<Body>>, kill_at_step: Option<i64>) -> Result<Vec<Answer>> {
        self.until(kill_at_step, async {
            let begin = |request| tokio::spawn(answer(self.router.clone(), request));
            let begun: Vec<_> = requests.into_iter().map(begin).collect();
            let mut answers = Vec::with_capacity(begun.len());
            for one in begun {
                answers.push(one.await??);
            }
            Ok(answers)
        })
    }

    /// Releases the points that nobody has looked for in time, as the server does each minute.
    pub(crate) fn release_late(&self, now_ms: i64, kill_at_step: Option<i64>) -> Result<()> {
        self.until(kill_at_step, report_expired::release_late(&self.pool, &Loyalty::default(), now_ms))
    }

    fn until<T>(&self, kill_at_step: Option<i64>, doing: impl Future<Output = T>) -> T {
        self.plug.pull_after(kill_at_step.unwrap_or(i64::MAX));
        let done = self.runtime.block_on(doing);
        if kill_at_step.is_none() {
            self.plug.pull_after(i64::MAX);
        }
        done
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
    fn code(&self, name: &str, kind: DeviceKind, now_ms: i64) -> Result<String> {
        self.runtime.block_on(async {
            // It is there already where it was enrolled before.
            let _ = devices::add(&self.pool, &self.store, name, kind).await;
            devices::give_code(&self.pool, &self.secrets, &self.store, name, now_ms).await
        })
    }

    /// Enrols a device, as the installer does who types a code there.
    pub(crate) fn enrol(&self, name: &str, kind: DeviceKind, key: &str, now_ms: i64) -> Result<Answer> {
        let code = self.code(name, kind, now_ms)?;
        let request = Request::post(paths::DEVICE_ENROLMENT)
            .header(IDEMPOTENCY_KEY, key)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({ "code": code }).to_string()))?;
        self.answer(request, None)
    }

    /// Somebody works in the store from now on, with this badge and no PIN.
    fn hire(&self, name: &str, role: StaffRole, badge: BadgeNumber) -> Result<()> {
        let digest = self.secrets.digest("staff-badge", &[badge.to_string().as_bytes()]);
        let hire = sqlx::query(
            "INSERT INTO staff (id, store_id, name, role, is_named, badge_digest, wrong_pins, locked_until_ms)
             SELECT COALESCE(MAX(id), 0) + 1, 1, $1, $2, 0, $3, 0, 0 FROM staff",
        );
        self.runtime.block_on(hire.bind(name).bind(role.code()).bind(digest).execute(&self.pool))?;
        Ok(())
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

async fn answer(router: Router, request: Request<Body>) -> Result<Answer> {
    let (parts, body) = router.oneshot(request).await?.into_parts();
    let cookie = parts.headers.get("set-cookie").and_then(|value| value.to_str().ok());
    let cookie = cookie.and_then(|value| Some(value.split(';').next()?.to_owned()));
    Ok(Answer { status: parts.status, body: body.collect().await?.to_bytes().to_vec(), cookie })
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("polka.db").display())
}

/// A database with a store, its products and its staff, made once and copied for each history.
struct First {
    folder: TempDir,
    /// The credentials of the tablets.
    tablets: Vec<String>,
}

/// Copies the first database into a folder; gives the credentials of its tablets.
pub(crate) fn copy_of_first_database(folder: &Path, now_ms: i64) -> Result<Vec<String>> {
    static FIRST: OnceLock<First> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let making = MAKING.lock();
    if FIRST.get().is_none() {
        let folder = tempfile::tempdir()?;
        let tablets = make_first_database(folder.path(), now_ms)?;
        let _ = FIRST.set(First { folder, tablets });
    }
    drop(making);
    let First { folder: first, tablets } = FIRST.get().context("it was just made")?;
    fs::copy(first.path().join("polka.db"), folder.join("polka.db"))?;
    fs::create_dir(folder.join("polka.secrets"))?;
    for file in fs::read_dir(first.path().join("polka.secrets"))? {
        let file = file?;
        fs::copy(file.path(), folder.join("polka.secrets").join(file.file_name()))?;
    }
    Ok(tablets.clone())
}

fn make_first_database(folder: &Path, now_ms: i64) -> Result<Vec<String>> {
    let clock = Arc::new(AtomicI64::new(now_ms));
    let server = Server::start(folder, clock)?;
    server.execute(
        "INSERT INTO products (store_id, gtin, name, unit, price, aisle, changed_version) VALUES
            (1, 952124700044, 'A', 'piece', 8990, '4', 1), (1, 952104000027, 'B', 'piece', 4500, NULL, 1)",
    )?;
    for (place, (name, role)) in STAFF.into_iter().chain(COUNTER_STAFF).enumerate() {
        server.hire(name, role, desk::badge(place))?;
    }
    let mut tablets = Vec::with_capacity(TABLETS + COUNTER_STAFF.len());
    for place in 0..TABLETS + COUNTER_STAFF.len() {
        let name = if place < TABLETS { format!("Tablet {place}") } else { format!("Counter {place}") };
        let enrolled = server.enrol(&name, DeviceKind::Tablet, &format!("tablet-{place}"), now_ms)?;
        tablets.push(enrolled.cookie.context("a tablet gets a credential")?);
    }
    server.kill();
    Ok(tablets)
}
