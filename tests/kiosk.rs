//! The kiosk's launcher, with a screen of its own: the store's page stays on it whatever happens, and whoever knows
//! the installer's PIN can leave.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use polka_stage::{Browser, Server, root};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// An X server without a screen, under the number that it chose.
async fn screen() -> Result<(Child, String)> {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1080x1920x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("Xvfb cannot be started; `cargo xtask test-tools` adds it")?;
    let output = server.stdout.take().context("it says its number")?;
    let number = BufReader::new(output).lines().next_line().await?.context("it says its number")?;
    Ok((server, format!(":{number}")))
}

fn launch(display: &str, url: &str, profile: &Path) -> Result<Child> {
    Command::new(root().join("deploy/kiosk/polka-kiosk"))
        .env("DISPLAY", display)
        .env("POLKA_KIOSK_CONFIG", "/nowhere")
        .env("POLKA_KIOSK_URL", url)
        .env("POLKA_KIOSK_PROFILE", profile)
        // Needed by root; and a door for the test, which a kiosk has not.
        .env("POLKA_KIOSK_FLAGS", "--no-sandbox --disable-gpu --disable-quic --remote-debugging-port=0")
        .env("POLKA_KIOSK_LOOK_S", "1")
        .stdout(Stdio::null())
        .spawn()
        .context("the launcher cannot be started")
}

/// The processes of the browser that has this profile: itself, or those that draw its pages.
fn processes(profile: &Path, are_pages: bool) -> Vec<PathBuf> {
    let profile = profile.display().to_string();
    let is_one = |process: &PathBuf| {
        let command = std::fs::read_to_string(process.join("cmdline")).unwrap_or_default();
        // A page's process does not name the profile; its parent's parent does.
        match are_pages {
            true => command.contains("--type=renderer") && ancestors(process).any(|it| names(&it, &profile)),
            false => !command.contains("--type=") && names(process, &profile) && command.contains("chromium\0"),
        }
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    all.filter(is_one).collect()
}

fn names(process: &Path, profile: &str) -> bool {
    std::fs::read_to_string(process.join("cmdline")).is_ok_and(|command| command.contains(profile))
}

fn ancestors(process: &Path) -> impl Iterator<Item = PathBuf> {
    let parent = |process: &PathBuf| {
        let status = std::fs::read_to_string(process.join("status")).ok()?;
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().to_owned();
        (parent != "0").then(|| Path::new("/proc").join(parent))
    };
    std::iter::successors(parent(&process.to_owned()), parent)
}

async fn signal(name: &str, processes: &[PathBuf]) -> Result<()> {
    for process in processes {
        let id = process.file_name().context("a number")?;
        Command::new("kill").arg(name).arg(id).status().await?;
    }
    Ok(())
}

/// Waits until the store hears from its device after this time, and says when that was.
async fn heard_after(server: &Server, before_ms: i64) -> Result<i64> {
    let deadline = Instant::now() + Duration::from_secs(120);
    while Instant::now() < deadline {
        let devices = server.ask(&["device", "list"]).await?;
        if let Some(seen_ms) = devices[0]["last_seen_ms"].as_i64().filter(|seen_ms| *seen_ms > before_ms) {
            return Ok(seen_ms);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    bail!("the store hears nothing from its kiosk");
}

#[tokio::test]
async fn a_kiosk_that_breaks_down_stands_up_and_an_installer_can_leave_it() -> Result<()> {
    const PIN: &str = "271828";
    let server = Server::start(&["--installer-pin", PIN]).await?;
    assert_eq!(server.run(&["demo"]).await?, 0);
    let (_screen, display) = screen().await?;
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let mut launcher = launch(&display, &server.url("/installer"), &profile)?;
    let first_ms = heard_after(&server, 0).await?;

    let browser = processes(&profile, false);
    assert_eq!(browser.len(), 1, "{browser:?}");
    signal("-KILL", &browser).await?;
    let second_ms = heard_after(&server, first_ms).await?;

    // A page that hangs, as its process does.
    let pages = processes(&profile, true);
    assert!(!pages.is_empty());
    signal("-STOP", &pages).await?;
    heard_after(&server, second_ms + 1).await?;
    assert_ne!(processes(&profile, false), browser);

    let visitor = Browser::join(&profile).await?;
    visitor.wait_for_text("Только для установщика").await?;
    for pin in ["000000", PIN] {
        for digit in pin.chars() {
            visitor.press(&format!("[data-digit='{digit}']")).await?;
        }
        visitor.press("[data-action=submit]").await?;
        if pin != PIN {
            visitor.wait_for_text("ПИН не подошёл").await?;
        }
    }
    visitor.wait_until("document.querySelector('[data-action=leave]')").await?;
    visitor.press("[data-action=leave]").await?;
    let ended = tokio::time::timeout(Duration::from_secs(60), launcher.wait()).await??;
    assert!(ended.success());
    assert_eq!(processes(&profile, false), Vec::<PathBuf>::new());
    Ok(())
}

#[tokio::test]
async fn no_code_that_types_commands_closes_the_kiosk_or_opens_anything() -> Result<()> {
    // Keys come in the rhythm of a busy machine.
    let server = Server::start(&["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"]).await?;
    assert_eq!(server.run(&["demo"]).await?, 0);
    let (_screen, display) = screen().await?;
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let mut launcher = launch(&display, &server.url("/"), &profile)?;
    heard_after(&server, 0).await?;
    let browser = processes(&profile, false);
    let visitor = Browser::join(&profile).await?;
    visitor.wait_for_screen("welcome").await?;
    visitor.script("window.isTheSame = true").await?;

    let hand = async |arguments: &[&str]| -> Result<()> {
        let told = Command::new("xdotool").args(arguments).env("DISPLAY", &display).status().await?;
        anyhow::ensure!(told.success(), "xdotool {arguments:?}");
        Ok(())
    };
    for keys in [
        "ctrl+w",
        "ctrl+n",
        "ctrl+t",
        "ctrl+shift+n",
        "ctrl+shift+w",
        "alt+F4",
        "ctrl+F4",
        "ctrl+o",
        "ctrl+s",
        "ctrl+p",
        "ctrl+j",
        "ctrl+h",
        "ctrl+u",
        "ctrl+l",
        "ctrl+shift+i",
        "ctrl+r",
        "ctrl+q",
        "alt+Left",
        "alt+Home",
        "F11",
    ] {
        hand(&["key", keys]).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(visitor.script("return window.isTheSame === true").await?, true, "{keys}");
    }
    // What a scanner types still comes, and the same keyboard types it.
    hand(&["type", "--delay", "5", "9521247000444\n"]).await?;
    visitor.wait_until("document.querySelector('[data-price]')").await?;
    let pages = visitor.cdp("Target.getTargets", json!({ "filter": [{ "type": "page" }] })).await?;
    assert_eq!(pages["targetInfos"].as_array().map(Vec::len), Some(1), "{pages}");
    assert_eq!(processes(&profile, false), browser);
    let id = launcher.id().context("it runs")?;
    signal("-TERM", &[Path::new("/proc").join(id.to_string())]).await?;
    launcher.wait().await?;
    Ok(())
}
