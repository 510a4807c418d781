use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::{Device, free_port, root, until};

/// The program `polka`, serving a database of its own.
pub struct Server {
    program: PathBuf,
    folder: TempDir,
    /// The address of its database, where that is no file in the folder.
    postgres: Option<String>,
    port: u16,
    arguments: Vec<String>,
    app: Option<PathBuf>,
    process: Option<Child>,
}

impl Server {
    /// Starts the debug build, or what `POLKA_BIN` names, on an empty database, with these arguments beside
    /// those of every test.
    ///
    /// # Errors
    /// Where the program is not built, or does not start.
    pub async fn start(arguments: &[&str]) -> Result<Self> {
        let program = std::env::var_os("POLKA_BIN").map_or_else(|| root().join("target/debug/polka"), PathBuf::from);
        Self::with_program(program, arguments).await
    }

    /// Starts this program.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn with_program(program: PathBuf, arguments: &[&str]) -> Result<Self> {
        Self::with_app(program, None, arguments).await
    }

    /// Starts the debug build with the gallery in place of the app.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn with_gallery(arguments: &[&str]) -> Result<Self> {
        Self::with_app(root().join("target/debug/polka"), Some(root().join("target/gallery")), arguments).await
    }

    /// Starts the debug build with the app that lies in a folder.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn with_app_in(folder: &Path, arguments: &[&str]) -> Result<Self> {
        Self::with_app(root().join("target/debug/polka"), Some(folder.to_owned()), arguments).await
    }

    /// Adds arguments, with which it starts the next time.
    pub fn set(&mut self, arguments: &[&str]) {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
    }

    async fn with_app(program: PathBuf, app: Option<PathBuf>, arguments: &[&str]) -> Result<Self> {
        let mut server = Self::with_folder(program, app, arguments)?;
        server.restart().await?;
        Ok(server)
    }

    /// Starts this program on a new database of the PostgreSQL that `POLKA_TEST_POSTGRES` names.
    ///
    /// # Errors
    /// Where there is none, or the program does not start.
    pub async fn on_postgres(program: PathBuf, arguments: &[&str]) -> Result<Self> {
        let mut server = Self::with_folder(program, None, arguments)?;
        server.postgres = Some(new_postgres_database(server.folder.path()).await?);
        server.restart().await?;
        Ok(server)
    }

    fn with_folder(program: PathBuf, app: Option<PathBuf>, arguments: &[&str]) -> Result<Self> {
        Ok(Self {
            program,
            app,
            folder: tempfile::tempdir()?,
            postgres: None,
            port: free_port()?,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            process: None,
        })
    }

    /// Its folder, gone with it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of its database.
    #[must_use]
    pub fn database(&self) -> String {
        let file = || format!("sqlite://{}", self.folder.path().join("polka.db").display());
        self.postgres.clone().unwrap_or_else(file)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let database = self.database();
        // A settings' file of whoever runs the tests must not change them.
        command.current_dir(self.folder.path()).args(["--database", &database]).kill_on_drop(true);
        command.arg("--secrets").arg(self.folder.path().join("polka.secrets"));
        if let Some(app) = &self.app {
            command.env("POLKA_APP", app);
        }
        command
    }

    /// Starts again after [`stop`](Self::stop), at the same address and on the same database.
    ///
    /// # Errors
    /// Where the program does not start.
    pub async fn restart(&mut self) -> Result<()> {
        let listen = format!("127.0.0.1:{}", self.port);
        let log = fs::File::create(self.folder.path().join("log"))?;
        let mut command = self.command();
        command.args(["serve", "--listen", &listen]).args(&self.arguments).stdout(Stdio::null()).stderr(log);
        let process = command.spawn();
        self.process = Some(process.with_context(|| format!("{} cannot be started", self.program.display()))?);
        until("the server listens", async || {
            if let Some(status) = self.process.as_mut().and_then(|it| it.try_wait().transpose()) {
                bail!("the server ended ({}): {}", status?, fs::read_to_string(self.folder.path().join("log"))?);
            }
            Ok(TcpStream::connect(("127.0.0.1", self.port)).await.ok())
        })
        .await?;
        Ok(())
    }

    /// Stops it as a system does that is shut down, and waits until it has ended.
    ///
    /// # Errors
    /// Where it does not end well.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let id = process.id().context("it runs")?.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        let status = process.wait().await?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    /// How much memory it has for itself, in bytes.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn memory(&self) -> Result<f64> {
        let id = self.process.as_ref().and_then(Child::id).context("it runs")?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("its memory")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
    }

    /// Kills it (SIGKILL) in the middle of whatever it does.
    ///
    /// # Errors
    /// Where it cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        Ok(process.kill().await?)
    }

    /// The number that a query of its database gives.
    ///
    /// # Errors
    /// Where it gives none.
    pub async fn number(&self, query: &'static str) -> Result<i64> {
        install_default_drivers();
        let mut database = AnyConnection::connect(&self.database()).await?;
        let number = sqlx::query_scalar(query).fetch_one(&mut database).await?;
        database.close().await?;
        Ok(number)
    }

    /// Changes its database beside it.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub async fn execute(&self, statement: &'static str) -> Result<()> {
        install_default_drivers();
        let mut database = AnyConnection::connect(&self.database()).await?;
        database.execute(statement).await?;
        Ok(database.close().await?)
    }

    /// Waits until a query of its database gives this number.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_for_number(&self, query: &'static str, number: i64) -> Result<()> {
        until(query, async || Ok((self.number(query).await? == number).then_some(()))).await
    }

    /// Runs one of the program's other commands on the same database, and gives the JSON that it prints.
    ///
    /// # Errors
    /// Where it fails, or prints none.
    pub async fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.command().args(arguments).arg("--json").output().await?;
        if !output.status.success() {
            bail!("{arguments:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Adds a device to the store and enrols it.
    ///
    /// # Errors
    /// Where there is one of this name.
    pub async fn device(&self, name: &str) -> Result<Device> {
        self.device_of_kind(name, "kiosk").await
    }

    /// The same for a kind of device: `kiosk`, `tablet` or `till`.
    ///
    /// # Errors
    /// As [`device`](Self::device).
    pub async fn device_of_kind(&self, name: &str, kind: &str) -> Result<Device> {
        let added = self.ask(&["device", "add", name, "--kind", kind]).await?;
        Device::enrol(self.url(""), &added["code"]).await
    }

    /// Runs one of the program's other commands on the same database, and gives its exit code.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub async fn run(&self, arguments: &[&str]) -> Result<i32> {
        let output = self.command().args(arguments).output().await?;
        output.status.code().context("it was killed")
    }

    /// Imports this text as the store's whole list of products.
    ///
    /// # Errors
    /// Where a row was refused.
    pub async fn import(&self, products_csv: &str) -> Result<()> {
        let file = self.folder.path().join("products.csv");
        fs::write(&file, products_csv)?;
        match self.run(&["import", "products", &file.display().to_string(), "--yes"]).await? {
            0 => Ok(()),
            code => bail!("the import ended with {code}"),
        }
    }

    /// Imports a file as the store's whole list of products; some of its rows may be refused.
    ///
    /// # Errors
    /// Where it is no list.
    pub async fn import_file(&self, file: &Path) -> Result<()> {
        let refused = self.folder.path().join("refused.csv");
        let (file, refused) = (file.display().to_string(), refused.display().to_string());
        match self.run(&["import", "products", &file, "--yes", "--refused", &refused]).await? {
            0 | 3 => Ok(()),
            code => bail!("the import ended with {code}"),
        }
    }

    /// The address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// Makes a database that is named after a folder, in the PostgreSQL that `POLKA_TEST_POSTGRES` names, and gives its
/// address.
///
/// # Errors
/// Where no PostgreSQL is named, or it makes none.
pub async fn new_postgres_database(folder: &Path) -> Result<String> {
    let url = std::env::var("POLKA_TEST_POSTGRES")
        .context("POLKA_TEST_POSTGRES names no PostgreSQL: cargo xtask with-postgres cargo test …")?;
    let name = folder.file_name().and_then(|name| name.to_str()).context("the folder has no name")?;
    install_default_drivers();
    let mut connection = AnyConnection::connect(&url).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE \"{name}\""))).await?;
    connection.close().await?;
    let (server, _) = url.rsplit_once('/').context("the address has no path")?;
    Ok(format!("{server}/{name}"))
}
