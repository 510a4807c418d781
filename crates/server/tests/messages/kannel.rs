//! Kannel, a gateway for SMS, with the centre for SMS that comes with it for tests.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use polka_stage::{free_port, until};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::until_listening;

/// Where Debian's packages `kannel` and `kannel-extras` put them.
const BEARERBOX: &str = "/usr/sbin/bearerbox";
const SMSBOX: &str = "/usr/sbin/smsbox";
const CENTRE: &str = "/usr/lib/kannel/test/fakesmsc";

pub(crate) struct Kannel {
    folder: TempDir,
    boxes_port: u16,
    centre_port: u16,
    sending_port: u16,
    processes: Vec<Child>,
}

impl Kannel {
    /// A gateway that is not running yet.
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (boxes_port, centre_port, sending_port) = (free_port()?, free_port()?, free_port()?);
        let admin_port = free_port()?;
        let path = folder.path().display();
        let settings = format!(
            "group = core\nadmin-port = {admin_port}\nadmin-password = admin\nadmin-interface = 127.0.0.1\n\
             smsbox-port = {boxes_port}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\n\
             dlr-storage = internal\nlog-file = {path}/bearerbox.log\nlog-level = 1\n\n\
             group = smsc\nsmsc = fake\nsmsc-id = centre\nhost = 127.0.0.1\nport = {centre_port}\n\
             connect-allow-ip = 127.0.0.1\ndenied-prefix = \"+7999\"\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = {boxes_port}\n\
             sendsms-port = {sending_port}\nsendsms-interface = 127.0.0.1\nlog-file = {path}/smsbox.log\n\
             log-level = 1\n\n\
             group = sendsms-user\nusername = polka\npassword = secret\ndefault-sender = Polka\n\
             max-messages = 10\nconcatenation = true\n"
        );
        fs::write(folder.path().join("kannel.conf"), settings)?;
        Ok(Self { folder, boxes_port, centre_port, sending_port, processes: Vec::new() })
    }

    /// One that runs and has a network.
    pub(crate) async fn start() -> Result<Self> {
        let mut kannel = Self::new()?;
        kannel.run().await?;
        kannel.connect().await?;
        Ok(kannel)
    }

    /// Starts the gateway, which has no network yet.
    pub(crate) async fn run(&mut self) -> Result<()> {
        for (program, port) in [(BEARERBOX, self.boxes_port), (SMSBOX, self.sending_port)] {
            let mut command = Command::new(program);
            command.arg("kannel.conf").current_dir(self.folder.path());
            self.spawn(command, Stdio::null(), Stdio::null())?;
            until_listening(port).await?;
        }
        Ok(())
    }

    /// Starts the centre for SMS.
    pub(crate) async fn connect(&mut self) -> Result<()> {
        let received = File::create(self.received_file())?;
        let mut command = Command::new(CENTRE);
        command.args(["-H", "127.0.0.1", "-r", &self.centre_port.to_string(), "-m", "0"]);
        // It ends with its input.
        command.stdin(Stdio::piped());
        self.spawn(command, received.try_clone()?.into(), received.into())
    }

    fn spawn(&mut self, mut command: Command, stdout: Stdio, stderr: Stdio) -> Result<()> {
        command.stdout(stdout).stderr(stderr).kill_on_drop(true);
        let program = command.as_std().get_program().display().to_string();
        let missing = || format!("{program} cannot be started: cargo xtask test-tools");
        self.processes.push(command.spawn().with_context(missing)?);
        Ok(())
    }

    fn received_file(&self) -> PathBuf {
        self.folder.path().join("received")
    }

    /// The setting for the server, with another port in place of the gateway's, or its own.
    pub(crate) fn url(&self, port: Option<u16>, password: &str) -> String {
        format!(
            "http://127.0.0.1:{}/cgi-bin/sendsms?username=polka&password={password}&to={{to}}&text={{text}}\
             &coding=2&charset=UTF-8",
            port.unwrap_or(self.sending_port)
        )
    }

    /// Where it takes messages.
    pub(crate) fn port(&self) -> u16 {
        self.sending_port
    }

    /// What phones have received: number and text, in that order.
    pub(crate) fn received(&self) -> Result<Vec<(String, String)>> {
        let log = fs::read_to_string(self.received_file()).unwrap_or_default();
        // Got message 1: <Polka +79161234567 ucs-2 %04%12%040>
        let messages = log.lines().filter_map(|line| line.split_once(": <Polka ")?.1.strip_suffix('>'));
        messages
            .map(|message| {
                let (to, rest) = message.split_once(" ucs-2 ").with_context(|| format!("no text: {message}"))?;
                let bytes: Vec<u8> = percent_decode_str(&rest.replace('+', " ")).collect();
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                Ok((to.to_owned(), String::from_utf16(&units)?))
            })
            .collect()
    }

    /// Waits until so many have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Result<Vec<(String, String)>> {
        until("the SMS come", async || Ok(Some(self.received()?).filter(|received| received.len() >= count))).await
    }
}
