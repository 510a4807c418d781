//! A PostgreSQL of its own for one command: in a temporary folder, on this machine alone, gone afterwards.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::tools::{find_on_path, run, say};

/// Where the command finds its address.
const URL: &str = "POLKA_TEST_POSTGRES";

/// Runs a command with a PostgreSQL beside it. Only a `durable` one asks the disk at each commit: what is measured
/// must, and what is tested need not, for the machine does not lose its power meanwhile.
pub(crate) fn with(durable: bool, command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else { bail!("which command is to have a PostgreSQL?") };
    let programs = crate::tools::postgres()?;
    let folder = env::temp_dir().join(format!("polka-postgres-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder)?;
    let mut postgres = Postgres { folder, process: None };
    let port = postgres.start(&programs, durable)?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    run(Command::new(program).args(arguments).env(URL, url))
}

struct Postgres {
    folder: PathBuf,
    process: Option<Child>,
}

impl Postgres {
    fn start(&mut self, programs: &Path, durable: bool) -> Result<u16> {
        let data = self.folder.join("data");
        if is_root() {
            // It does not run as root; Debian's package has made it a user.
            run(Command::new("chown").arg("postgres").arg(&self.folder))?;
        }
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))?;
        let mut initdb = as_postgres(&programs.join("initdb"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        run(initdb.arg(&data).stdout(Stdio::null()))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let fsync = if durable { "fsync=on" } else { "fsync=off" };
        let log = fs::File::create(self.folder.join("log"))?;
        let mut server = as_postgres(&programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(&self.folder).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        server.args(["-c", fsync, "-c", "max_connections=300"]).stdout(Stdio::null()).stderr(log);
        self.process = Some(server.spawn().context("postgres cannot be started")?);
        for _ in 0..300 {
            let mut ready = Command::new(programs.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            if ready.status()?.success() {
                return Ok(port);
            }
            sleep(Duration::from_millis(100));
        }
        bail!("postgres does not start: {}", fs::read_to_string(self.folder.join("log"))?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // SIGINT ends its clients and then itself; it is passed on to it by what changed the user.
            let pid = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if let Some(pid) = pid.lines().next() {
                let _ = Command::new("kill").args(["-INT", pid]).status();
            }
            let _ = process.wait();
        }
        if fs::remove_dir_all(&self.folder).is_err() {
            say(&format!("{} could not be removed", self.folder.display()));
        }
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let runuser = find_on_path(&"runuser").unwrap_or_else(|| "/usr/sbin/runuser".into());
    let mut command = Command::new(runuser);
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}
