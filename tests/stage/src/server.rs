use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::{Device, free_port, root, until};

/// The program `polka`, serving a database of its own.
pub struct Server {
    program: PathBuf,
    folder: TempDir,
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
        let mut server = Self {
            program,
            app,
            folder: tempfile::tempdir()?,
            port: free_port()?,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            process: None,
        };
        server.restart().await?;
        Ok(server)
    }

    /// The address of its database.
    #[must_use]
    pub fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("polka.db").display())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let database = self.database();
        // A settings' file of whoever runs the tests must not change them.
        command.current_dir(self.folder.path()).args(["--database", &database]).kill_on_drop(true);
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
        let mut database = SqliteConnection::connect(&self.database()).await?;
        let number = sqlx::query_scalar(query).fetch_one(&mut database).await?;
        database.close().await?;
        Ok(number)
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
        let added = self.ask(&["device", "add", name, "--kind", "kiosk"]).await?;
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
