//! The server, in this process, on a database of its own.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use polka_contract::paths;
use polka_sealing::PublicKey;
use polka_server::clock::Clock;
use polka_server::http::Services;
use polka_server::loyalty::LoyaltySettings;
use polka_server::messages::{Carriers, Messages};
use polka_server::secrets::Secrets;
use polka_server::settings::Settings;
use polka_server::{database, http, import, points, store};
use serde_json::{Value, json};
use sqlx::AnyPool;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tower::ServiceExt;

/// What opens a device's set-up page.
pub(crate) const INSTALLER_PIN: &str = "271828";

/// Where members' own phones reach it.
pub(crate) const PUBLIC_URL: &str = "https://shop.example";

pub(crate) struct TestApp {
    pub(crate) folder: Arc<TempDir>,
    url: String,
    router: Router,
    now_ms: Arc<AtomicI64>,
    pub(crate) messages: Arc<Messages>,
}

/// What the server answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The cookie that it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }

    /// The code of an error, after a look at its form.
    pub(crate) fn error_code(&self) -> String {
        let body = self.json();
        let length = self.header("content-length");
        assert!(length.is_empty() || length == self.body.len().to_string(), "{length}");
        let error = &body["error"];
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        assert_eq!(error["request_id"], self.header("x-request-id"), "{body}");
        error["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Three products: one with all there can be, two with what must be.
pub(crate) const LIST: &str = "gtin,name,name_en,brand,category,unit,content,price,card_price,offer,offer_until,aisle,bay,shelf,allergens,age_limit,date_kind\n\
    9520000000004,Молоко,Milk,Заречье,Молоко,piece,930 ml,89.90,79.90,2 = 1,2026-12-31,4,2,3,milk;киви,18,use_by\n\
    96385074,Хлеб,,,,,,45.00,,,,,,,,,\n\
    036000291452,Салфетки,,,,,,120.00,,,,,,,,,\n";

/// Whether this is the crate of the tests on PostgreSQL.
fn is_postgres() -> bool {
    env!("CARGO_CRATE_NAME") == "postgres"
}

impl TestApp {
    pub(crate) async fn start(list: &str) -> Self {
        Self::reached(list, http::Reach::default()).await
    }

    /// The server as it is reached from somewhere.
    pub(crate) async fn reached(list: &str, reach: http::Reach) -> Self {
        Self::start_as(list, reach, |services| services).await
    }

    /// The server with these carriers of messages.
    pub(crate) async fn carried(list: &str, carriers: Carriers) -> Self {
        Self::start_as(list, http::Reach::default(), |services| services.with_carriers(carriers)).await
    }

    /// The server with a chain's settings, as the table `loyalty` of `polka.toml` has them.
    pub(crate) async fn with_loyalty(list: &str, table: &str) -> Self {
        let loyalty: LoyaltySettings = toml::from_str(table).expect("settings");
        let loyalty = loyalty.check().expect("settings");
        Self::start_as(list, http::Reach::default(), |services| services.with_loyalty(loyalty)).await
    }

    /// The server as it is changed by this.
    pub(crate) async fn start_as(list: &str, reach: http::Reach, change: impl FnOnce(Services) -> Services) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let app = Self::serve_as(folder, "polka.db", reach, change).await;
        app.import(list).await;
        app
    }

    pub(crate) async fn serve_as(
        folder: Arc<TempDir>,
        file: &str,
        reach: http::Reach,
        change: impl FnOnce(Services) -> Services,
    ) -> Self {
        let url = match is_postgres() {
            true => polka_stage::new_postgres_database(folder.path()).await.expect("a database"),
            false => format!("sqlite://{}", folder.path().join(file).display()),
        };
        // Begins with the commands' time, and is then as the test says.
        let now_ms = Arc::new(AtomicI64::new(Clock::system().now_ms()));
        Self::serve(folder, file, url, now_ms, reach, change).await
    }

    /// Another server of the same store: on the same database, and by the same clock.
    pub(crate) async fn beside(&self) -> Self {
        let (folder, now_ms) = (Arc::clone(&self.folder), Arc::clone(&self.now_ms));
        Self::serve(folder, "polka.db", self.url.clone(), now_ms, http::Reach::default(), |services| services).await
    }

    async fn serve(
        folder: Arc<TempDir>,
        file: &str,
        url: String,
        now_ms: Arc<AtomicI64>,
        reach: http::Reach,
        change: impl FnOnce(Services) -> Services,
    ) -> Self {
        let pool = database::open(&url).await.expect("a database");
        let store = store::find_or_add(&pool, None).await.expect("a store");
        let time = Arc::clone(&now_ms);
        let clock = Clock::new(move || time.load(Ordering::Relaxed));
        let secrets = folder.path().join(file).with_extension("secrets");
        let secrets = Secrets::open(&secrets, clock.now_ms()).expect("secrets");
        let services = http::Services::start(pool, store, secrets, clock, reach).await.expect("a list");
        let services = services.with_installer_pin(Some(INSTALLER_PIN.into())).with_public_url(PUBLIC_URL);
        let carriers = Carriers { are_shown: Some(true), ..Carriers::default() };
        let services = change(services.with_carriers(carriers));
        let messages = Arc::clone(services.messages());
        let router = http::router(services, &polka_contract::DeviceSettings::default(), None);
        Self { folder, url, router, now_ms, messages }
    }

    pub(crate) async fn import(&self, list: &str) {
        use clap::Parser;
        let file = self.folder.path().join("list.csv");
        std::fs::write(&file, list).expect("a file");
        let words = ["polka", "import", "products", "--yes", file.to_str().expect("a path")];
        let line = polka_server::settings::CommandLine::parse_from(words);
        let polka_server::settings::Command::Import(command) = line.command else { panic!("an import") };
        import::run(&Settings::for_database(&self.url), command).await.expect("an import");
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, Vec::new()).await
    }

    /// Opens an answer that does not end.
    pub(crate) async fn stream(&self, path: &str, headers: &[(&str, &str)]) -> Body {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends JSON under an idempotency key, as a device with this cookie.
    pub(crate) async fn write(&self, path: &str, cookie: &str, key: &str, said: &Value) -> Answer {
        let headers = [("cookie", cookie), ("idempotency-key", key), ("content-type", "application/json")];
        self.send(Method::POST, path, &headers, said.to_string().into_bytes()).await
    }

    /// The server's time.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Runs a command of the program on the same database, and gives what it prints.
    pub(crate) async fn run(&self, words: &[&str]) -> String {
        let run = self.command(words).output().await.expect("the program");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).expect("text")
    }

    /// The same, with this on its standard input.
    pub(crate) async fn run_with(&self, words: &[&str], input: &str) -> String {
        let mut command = self.command(words);
        let mut run = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program");
        let mut stdin = run.stdin.take().expect("an input");
        stdin.write_all(input.as_bytes()).await.expect("it listens");
        drop(stdin);
        let run = run.wait_with_output().await.expect("the program");
        assert!(run.status.success(), "{words:?}");
        String::from_utf8(run.stdout).expect("text")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polka"));
        command.args(["--database", &self.url]);
        if is_postgres() {
            command.args(["--secrets", &self.path("polka.secrets")]);
        }
        command.args(words);
        command
    }

    /// Adds a device and enrols it; gives its cookie.
    pub(crate) async fn device(&self, name: &str, kind: &str) -> String {
        let added: Value =
            serde_json::from_str(&self.run(&["device", "add", name, "--kind", kind, "--json"]).await).expect("JSON");
        let enrolled = self.write(paths::DEVICE_ENROLMENT, "", "enrol", &json!({ "code": added["code"] })).await;
        assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.json());
        enrolled.cookie()
    }

    /// A file in its folder.
    pub(crate) fn path(&self, file: &str) -> String {
        self.folder.path().join(file).display().to_string()
    }

    /// Its secrets, as another program opens them.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::open(&self.folder.path().join("polka.secrets"), self.now_ms()).expect("secrets")
    }

    /// To which devices seal.
    pub(crate) fn sealing_key(&self) -> PublicKey {
        self.secrets().sealing_key().clone()
    }

    /// The database, as another program opens it.
    pub(crate) async fn pool(&self) -> AnyPool {
        database::open(&self.url).await.expect("the database")
    }

    /// A number from the database.
    pub(crate) async fn count(&self, of: &'static str) -> i64 {
        let pool = database::open(&self.url).await.expect("the database");
        sqlx::query_scalar(of).fetch_one(&pool).await.expect("a number")
    }

    /// Changes the database beside the server, as somebody does who has it open.
    pub(crate) async fn execute(&self, statement: &'static str) {
        let pool = database::open(&self.url).await.expect("the database");
        sqlx::query(statement).execute(&pool).await.expect("a change");
    }

    /// How many transactions the ledger has, where all are as they were kept.
    /// Does with points what time does.
    pub(crate) async fn catch_up(&self) {
        polka_server::points::catch_up(&self.pool().await, true, self.now_ms()).await.expect("points kept up");
    }

    pub(crate) async fn verified(&self) -> anyhow::Result<u64> {
        points::verify(&database::open(&self.url).await?).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }
}
