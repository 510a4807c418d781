//! A command that prints a message: it gets the text on its standard input, and says by its exit whether it took it.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use super::carrier::{Letter, Outcome};

const TIME_LIMIT_S: u32 = 30;
/// When the command has ended, what it left running may keep its standard error open.
const LAST_WORDS_TIME: Duration = Duration::from_millis(500);
/// So much of its standard error is looked at, and so much of its first line is told.
const WORDS_BYTES: usize = 4 << 10;
const TOLD_CHARACTERS: usize = 120;

/// What the table `messages.print` of `polka.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintSettings {
    /// The program and its arguments; there is no shell.
    command: Vec<String>,
    /// After so many seconds it is killed.
    time_limit_s: Option<u32>,
}

impl PrintSettings {
    /// The command.
    ///
    /// # Errors
    /// Where there is none, or its time is too short or too long.
    pub fn check(&self) -> Result<PrintCommand> {
        let Some((program, arguments)) = self.command.split_first().filter(|(program, _)| !program.is_empty()) else {
            bail!("messages.print.command names no program");
        };
        if self.command.iter().any(|word| word.contains('\0')) {
            bail!("messages.print.command has a word with a NUL, which no program can be given");
        }
        let time_limit_s = self.time_limit_s.unwrap_or(TIME_LIMIT_S);
        if !(1..=600).contains(&time_limit_s) {
            bail!("messages.print.time_limit_s is {time_limit_s}, but must be 1 to 600");
        }
        let time_limit = Duration::from_secs(time_limit_s.into());
        Ok(PrintCommand { program: program.clone(), arguments: arguments.to_vec(), time_limit })
    }
}

/// A command that prints.
#[derive(Clone, Debug)]
pub struct PrintCommand {
    program: String,
    arguments: Vec<String>,
    time_limit: Duration,
}

impl PrintCommand {
    /// The longest that a try takes.
    pub(super) fn longest(&self) -> Duration {
        self.time_limit + 2 * LAST_WORDS_TIME
    }

    pub(super) async fn send(&self, letter: &Letter) -> Outcome {
        let mut running = match self.start() {
            Ok(running) => running,
            Err(error) => return Outcome::NotTaken(format!("the print command cannot be started: {}", error.kind())),
        };
        let mut text = letter.text.clone();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut words = Vec::new();
        match timeout(self.time_limit, running.talk(&text, &mut words)).await {
            Ok(Ok(status)) => outcome(status, first_line(&words, &text)),
            Ok(Err(_)) => Outcome::InDoubt("it is not known how the print command ended".into()),
            Err(_) => Outcome::InDoubt("the print command did not end in time".into()),
        }
    }

    fn start(&self) -> io::Result<Running> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // The server's settings may hold passwords.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"POLKA_")) {
            command.env_remove(name);
        }
        // A group of its own: what it has started is killed with it.
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Running { child, group })
    }
}

/// A command that was started. Where it is dropped before it has ended, it is killed with all that it has started.
struct Running {
    child: Child,
    group: Option<Pid>,
}

impl Running {
    /// Gives it the text, hears what it says, and waits for its end.
    async fn talk(&mut self, text: &str, words: &mut Vec<u8>) -> io::Result<ExitStatus> {
        let (stdin, stderr) = (self.child.stdin.take(), self.child.stderr.take());
        // One that needs no more of the text does not read the rest: its exit says what came of it.
        let tell = async move {
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(text.as_bytes()).await;
            }
        };
        let talk = async { tokio::join!(tell, hear(stderr, words)) };
        tokio::pin!(talk);
        let status = tokio::select! {
            status = self.child.wait() => status,
            _ = &mut talk => return self.ended().await,
        };
        self.group = None;
        let _ = timeout(LAST_WORDS_TIME, talk).await;
        status
    }

    async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.group = None;
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // It may have ended just now.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Reads to the end, so that the command can go on, and keeps the beginning.
async fn hear(stderr: Option<ChildStderr>, words: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut piece = [0; 1024];
    while let Ok(length @ 1..) = stderr.read(&mut piece).await {
        let room = WORDS_BYTES - words.len();
        words.extend_from_slice(&piece[..length.min(room)]);
    }
}

fn outcome(status: ExitStatus, said: Option<String>) -> Outcome {
    match (status.code(), said) {
        (Some(0), _) => Outcome::Taken,
        (Some(code), Some(said)) => Outcome::NotTaken(format!("the print command ended with {code}: {said}")),
        (Some(code), None) => Outcome::NotTaken(format!("the print command ended with {code}")),
        // A page may be out.
        (None, _) => Outcome::InDoubt("the print command was killed".into()),
    }
}

/// The first line of what a command said, for whoever sets the printer up; `None` where it repeats anything of the
/// text, for it is kept and shown when the text is gone.
fn first_line(said: &[u8], text: &str) -> Option<String> {
    let said = String::from_utf8_lossy(said);
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let (line_lower, text) = (line.to_lowercase(), text.to_lowercase());
    let is_telling = |word: &&str| word.chars().any(char::is_numeric) || word.chars().count() > 3;
    let mut telling = text.split(|char: char| !char.is_alphanumeric()).filter(is_telling);
    if telling.any(|word| line_lower.contains(word)) {
        return None;
    }
    let told: String = line.chars().filter(|char| !char.is_control()).take(TOLD_CHARACTERS).collect();
    Some(told).filter(|told| !told.is_empty())
}

#[cfg(test)]
mod tests {
    use polka_contract::MessageChannel;

    use super::*;

    fn command(words: &[&str], time_limit_s: Option<u32>) -> Result<PrintCommand> {
        PrintSettings { command: words.iter().map(|word| (*word).to_owned()).collect(), time_limit_s }.check()
    }

    async fn print(script: &str, text: &str) -> Outcome {
        let letter = Letter {
            kind: "coupon".into(),
            channel: MessageChannel::Print,
            to: String::new(),
            subject: String::new(),
            text: text.into(),
            key: "a".into(),
            report: String::new(),
        };
        command(&["sh", "-c", script], Some(1)).expect("a command").send(&letter).await
    }

    fn not_taken(reason: &str) -> Outcome {
        Outcome::NotTaken(format!("the print command ended with {reason}"))
    }

    #[test]
    fn a_command_that_could_print_nothing_is_told() {
        assert!(command(&["lp", "-d", "slip"], None).is_ok());
        for (words, time_limit_s, told) in [
            (&[][..], None, "names no program"),
            (&[""], None, "names no program"),
            (&["lp", "a\0b"], None, "NUL"),
            (&["lp"], Some(0), "must be 1 to 600"),
            (&["lp"], Some(601), "must be 1 to 600"),
        ] {
            assert!(command(words, time_limit_s).is_err_and(|error| error.to_string().contains(told)), "{words:?}");
        }
    }

    #[test]
    fn of_what_a_command_says_the_first_line_is_told_and_never_the_text() {
        let told = |said: &str| first_line(said.as_bytes(), "Ваш купон: AB-17, держите\n");
        assert_eq!(told("\n  lp: no\x1b[31m such\tprinter\nmore"), Some("lp: no[31m suchprinter".into()));
        assert_eq!(told("cannot print 17"), None);
        assert_eq!(told("cannot print ДЕРЖИТЕ"), None);
        assert_eq!(told(""), None);
        assert_eq!(told(&"ё".repeat(500)).map(|line| line.chars().count()), Some(TOLD_CHARACTERS));
    }

    #[tokio::test]
    async fn the_exit_says_whether_it_is_printed() {
        assert_eq!(print("test \"$(cat)\" = слово", "слово").await, Outcome::Taken);
        assert_eq!(print("test \"$(wc -l)\" -eq 1", "слово\n").await, Outcome::Taken);
        assert_eq!(print("exit 0", &"слово ".repeat(100_000)).await, Outcome::Taken);
        assert_eq!(print("echo no paper >&2; exit 3", "слово").await, not_taken("3: no paper"));
        assert_eq!(print("cat >&2; exit 3", "слово").await, not_taken("3"));
        assert_eq!(print("yes | head -c 1000000 >&2; exit 1", "слово").await, not_taken("1: y"));
        assert_eq!(print("kill -9 $$", "слово").await, Outcome::InDoubt("the print command was killed".into()));
        let late = Outcome::InDoubt("the print command did not end in time".into());
        assert_eq!(print("sleep 600 | cat", "слово").await, late);
    }

    #[tokio::test]
    async fn what_it_leaves_running_keeps_nobody_waiting() {
        assert_eq!(print("sleep 2 & echo busy >&2; exit 3", "слово").await, not_taken("3: busy"));
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_has_printed_nothing() {
        let printer = command(&["/nowhere/lp"], None).expect("a command");
        assert_eq!(printer.start().map(drop).map_err(|error| error.kind()), Err(io::ErrorKind::NotFound));
    }
}
