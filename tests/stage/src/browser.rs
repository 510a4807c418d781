use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use base64::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::{Server, free_port, until};

/// The size of a screen in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Size {
    /// A stand, upright.
    pub const STAND: Self = Self { width: 1080, height: 1920 };
    /// A tablet, lying.
    pub const TABLET: Self = Self { width: 1280, height: 800 };
    /// The till's side screen.
    pub const TILL: Self = Self { width: 1024, height: 768 };
    /// A phone.
    pub const PHONE: Self = Self { width: 360, height: 800 };
    /// The narrowest that WCAG 1.4.10 asks for.
    pub const NARROWEST: Self = Self { width: 320, height: 640 };
}

/// How WebDriver writes the Enter key.
pub const ENTER: char = '\u{e007}';
/// How WebDriver writes the Escape key.
pub const ESCAPE: char = '\u{e00c}';
/// How WebDriver writes the Tab key.
pub const TAB: char = '\u{e004}';

/// So often a browser is started before it counts as one that does not start.
const MOST_STARTS: u32 = 3;

/// Something that the page told of its speech.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Heard {
    /// `start`, `sound` or `end`.
    pub event: String,
    /// Which utterance it is.
    pub sequence: u32,
    /// Its words.
    pub text: String,
    /// In which language.
    pub language: String,
    /// `prompt`, `value`, `error` or `private`.
    pub class: String,
    /// `private` or `speaker`.
    pub channel: String,
    /// How fast, from 1.
    pub rate: u8,
    /// How loud, from 1.
    pub volume: u8,
    /// When, in milliseconds since the page began.
    pub at_ms: f64,
    /// Why it ended.
    pub cause: Option<String>,
}

/// A headless Chromium with one page; it ends with this value.
pub struct Browser {
    /// Never dropped: its own end asks a driver that may be gone already, and waits for the answer.
    driver: ManuallyDrop<WebDriver>,
    chromedriver: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver leads a group of its own, with the browser in it.
        if let Some(group) = self.chromedriver.id() {
            let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
        }
    }
}

impl Browser {
    /// Starts with an empty profile.
    ///
    /// # Errors
    /// Where Chromium or its driver is missing; `cargo xtask test-tools` adds them.
    pub async fn open(size: Size) -> Result<Self> {
        Self::open_with(size, &[]).await
    }

    /// The same with a camera that shows a film, in the format Y4M, again and again. Whoever asks for it may have it.
    ///
    /// # Errors
    /// Where Chromium or its driver is missing.
    pub async fn open_with_camera(size: Size, film: &Path) -> Result<Self> {
        let film = format!("--use-file-for-fake-video-capture={}", film.display());
        Self::open_with(size, &["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", &film]).await
    }

    async fn open_with(size: Size, arguments: &[&str]) -> Result<Self> {
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            // Needed by root, as in a container; the pages are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            // A process kept in reserve would be counted as the page's memory.
            "--disable-features=SpareRendererForSitePerProcess",
            // As a kiosk's browser is started: sound needs no touch before it.
            "--autoplay-policy=no-user-gesture-required",
        ]
        .iter()
        .chain(arguments)
        {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--window-size={},{}", size.width, size.height))?;
        let mut starts = 1;
        let browser = loop {
            let (profile, mut capabilities) = (tempfile::tempdir()?, capabilities.clone());
            capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
            match Self::with(capabilities, profile).await {
                // Of thousands of starts on a crowded machine Chromium itself fails at one, before any page of ours.
                Err(error) if starts < MOST_STARTS => eprintln!("start {starts} of the browser failed: {error:#}"),
                started => break started?,
            }
            starts += 1;
        };
        browser.resize(size).await?;
        // As on a stand, where the page is all there is; some versions of Chromium give a page without a window none.
        browser.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await?;
        let listen = "window.heard = []; document.addEventListener('utterance', (it) => window.heard.push(it.detail));";
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": listen })).await?;
        Ok(browser)
    }

    /// Joins a browser that somebody else has started with this profile and `--remote-debugging-port=0`. It goes on
    /// after this value.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn join(profile: &Path) -> Result<Self> {
        let file = profile.join("DevToolsActivePort");
        let read = async || {
            let port = fs::read_to_string(&file).ok().and_then(|text| text.lines().next()?.parse::<u16>().ok());
            Ok(match port {
                Some(port) => TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| port),
                None => None,
            })
        };
        let port = until("the browser takes visitors", read).await?;
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.add_experimental_option("debuggerAddress", format!("127.0.0.1:{port}"))?;
        Self::with(capabilities, tempfile::tempdir()?).await
    }

    async fn with(capabilities: ChromeCapabilities, profile: TempDir) -> Result<Self> {
        let port = free_port()?;
        let chromedriver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            // A browser that is killed leaves its own temporary files; they go with the profile.
            .env("TMPDIR", profile.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("chromedriver cannot be started")?;
        until("chromedriver listens", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())).await?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        // Half a minute is little where many tests share a machine.
        driver.set_script_timeout(crate::PATIENCE).await?;
        Ok(Self { driver: ManuallyDrop::new(driver), chromedriver, _profile: profile })
    }

    /// Changes the screen's size.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let metrics = json!({"width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": false});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.driver.goto(url).await?)
    }

    /// Opens another tab, shows an address in it, and goes on in it.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub async fn open_tab(&self, url: &str) -> Result<()> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        self.goto(url).await
    }

    /// Goes on in the tab that was opened first.
    ///
    /// # Errors
    /// Where it is gone.
    pub async fn first_tab(&self) -> Result<()> {
        let tabs = self.driver.windows().await?;
        Ok(self.driver.switch_to_window(tabs.first().context("a tab is open")?.clone()).await?)
    }

    /// Goes on in the tab that was opened last.
    ///
    /// # Errors
    /// Where it is gone.
    pub async fn last_tab(&self) -> Result<()> {
        let tabs = self.driver.windows().await?;
        Ok(self.driver.switch_to_window(tabs.last().context("a tab is open")?.clone()).await?)
    }

    /// Makes the browser a stand of the store: adds one, and gives its page the code.
    ///
    /// # Errors
    /// Where the store has one of this name, or no page of the server is shown.
    pub async fn enrol(&self, server: &Server, name: &str) -> Result<()> {
        self.enrol_as(server, name, "kiosk").await
    }

    /// Makes it a device of this kind.
    ///
    /// # Errors
    /// As above.
    pub async fn enrol_as(&self, server: &Server, name: &str, kind: &str) -> Result<()> {
        let added = server.ask(&["device", "add", name, "--kind", kind]).await?;
        let enrol = format!(
            "fetch('/api/v1/devices/enrolment', {{
                method: 'POST',
                headers: {{ 'content-type': 'application/json', 'idempotency-key': 'enrol' }},
                body: JSON.stringify({{ code: {} }}),
            }}).then((it) => done(it.status))",
            added["code"]
        );
        let status = self.script_later(&enrol).await?;
        if status != json!(200) {
            bail!("the browser was not enrolled: {status}");
        }
        Ok(())
    }

    /// Adds somebody of the staff and lets them work at the browser, which is a tablet; gives what was printed of them.
    ///
    /// # Errors
    /// Where there is somebody of this name, or no page of the server is shown.
    pub async fn sign_in(&self, server: &Server, name: &str, role: &str) -> Result<Value> {
        let hired = server.ask(&["staff", "add", name, "--role", role]).await?;
        let sign_in = format!(
            "fetch('/api/v1/staff/sessions', {{
                method: 'POST',
                headers: {{ 'content-type': 'application/json', 'idempotency-key': 'sign-in-{}' }},
                body: JSON.stringify({{ badge_number: {} }}),
            }}).then((it) => done(it.status))",
            hired["staff_number"], hired["badge_number"]
        );
        let status = self.script_later(&sign_in).await?;
        if status != json!(200) {
            bail!("nobody works at the browser: {status}");
        }
        Ok(hired)
    }

    /// Waits until the app is kept in the browser, so that it starts without its server.
    ///
    /// # Errors
    /// Where it is not.
    pub async fn wait_until_kept(&self) -> Result<()> {
        self.wait_until("navigator.serviceWorker.controller").await
    }

    /// Sends a command of the Chrome DevTools Protocol.
    ///
    /// # Errors
    /// Where the browser refuses it.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(command, parameters).await?)
    }

    /// Prints the page on the paper of a receipt printer, as wide as this, at its 203 dots an inch, and gives the
    /// barcodes that a scanner reads there.
    ///
    /// # Errors
    /// Where the page is not printed, or one of the programs is not there.
    pub async fn barcodes_on_paper(&self, width_mm: f64) -> Result<Vec<String>> {
        let inches = |mm: f64| mm / 25.4;
        let paper = json!({ "paperWidth": inches(width_mm), "paperHeight": inches(200.0) });
        let printed = self.cdp("Page.printToPDF", paper).await?;
        let folder = tempfile::tempdir()?;
        let (document, picture) = (folder.path().join("paper.pdf"), folder.path().join("paper"));
        fs::write(&document, BASE64_STANDARD.decode(printed["data"].as_str().context("a document")?)?)?;
        let drawn = Command::new("pdftoppm")
            .args(["-r", "203", "-mono", "-singlefile"])
            .args([&document, &picture])
            .status()
            .await
            .context("pdftoppm is of Debian's poppler-utils")?;
        ensure!(drawn.success(), "pdftoppm: {drawn}");
        let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(picture.with_extension("pbm")).output().await;
        let read = read.context("zbarimg is of Debian's zbar-tools")?;
        Ok(String::from_utf8(read.stdout)?.lines().map(str::to_owned).collect())
    }

    /// Runs a script in the page as the body of a function, and gives what it returns.
    ///
    /// # Errors
    /// Where it throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Runs a script that calls `done(value)` some time later.
    ///
    /// # Errors
    /// Where it throws, or never calls.
    pub async fn script_later(&self, script: &str) -> Result<Value> {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        Ok(self.driver.execute_async(script, Vec::new()).await?.json().clone())
    }

    /// Waits until an expression of JavaScript is true in the page.
    ///
    /// # Errors
    /// Where it stays false; then with what the page showed.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        let script = format!("try {{ return !!({expression}); }} catch {{ return false; }}");
        let waited = until(expression, async || Ok((self.script(&script).await? == json!(true)).then_some(()))).await;
        if waited.is_err() {
            let shown = self.script("return document.body.innerText").await?;
            bail!("{expression} stays false; the page shows {shown}");
        }
        Ok(())
    }

    /// Waits until a script that calls `done(value)` gives this value.
    ///
    /// # Errors
    /// Where it never does; then with what it gave last.
    pub async fn wait_until_later(&self, script: &str, wanted: &Value) -> Result<()> {
        let mut last = Value::Null;
        let waited = until(script, async || {
            last = self.script_later(script).await?;
            Ok((last == *wanted).then_some(()))
        });
        waited.await.with_context(|| format!("it is {last} instead of {wanted}"))
    }

    /// The code in a message, the first being 1, where the device is a tablet of a store that shows messages there:
    /// as who has the phone would read it.
    ///
    /// # Errors
    /// Where no message comes.
    pub async fn code_on_the_phone(&self, message: usize) -> Result<String> {
        let shown = "fetch('/api/v1/messages').then((it) => it.json()).then(({ shown }) => done(";
        self.wait_until_later(&format!("{shown}shown.length))"), &json!(message)).await?;
        let text = self.script_later(&format!("{shown}shown[0].text))")).await?;
        let digits = text.as_str().unwrap_or_default().split(|c: char| !c.is_ascii_digit());
        Ok(digits.into_iter().find(|run| run.len() == 6).unwrap_or_default().to_owned())
    }

    /// Waits until a screen is shown.
    ///
    /// # Errors
    /// Where it is not.
    pub async fn wait_for_screen(&self, name: &str) -> Result<()> {
        self.wait_until(&format!("document.querySelector('main').dataset.screen === '{name}'")).await
    }

    /// Waits until the screen has all it shows, its letters too.
    ///
    /// # Errors
    /// Where it never has.
    pub async fn wait_until_settled(&self) -> Result<()> {
        self.wait_until("document.querySelector('main:not([aria-busy=true]) h1:not([data-fetching])')").await?;
        self.script_later("document.fonts.ready.then(() => done(true))").await?;
        Ok(())
    }

    /// Waits until the page shows this text.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_for_text(&self, text: &str) -> Result<()> {
        // Numbers are written with no-break spaces.
        let text = serde_json::to_string(text)?;
        self.wait_until(&format!("document.body.innerText.replace(/\\s/g, ' ').includes({text})")).await
    }

    /// Waits until the page shows a product at this price in minor units.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_for_price(&self, minor_units: i64) -> Result<()> {
        self.wait_until(&format!("document.querySelector('[data-price]').dataset.price === '{minor_units}'")).await
    }

    /// Plays a scanner: the code and Enter, as fast as the browser takes keys.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn scan(&self, code: &str) -> Result<()> {
        self.type_keys(&format!("{code}{ENTER}")).await
    }

    /// Types keys as fast as the browser takes them.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn type_keys(&self, keys: &str) -> Result<()> {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Strikes a key by its place, as `KeyboardEvent.code` names it, and waits until the same key counts again.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn key(&self, code: &str) -> Result<()> {
        self.key_down(code, false).await?;
        self.cdp("Input.dispatchKeyEvent", json!({ "type": "keyUp", "code": code, "key": key_name(code) })).await?;
        // The guard against double strikes is 200 ms; a busy browser may stamp the first of two keys late.
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }

    /// Presses a key down, and nothing more; or lets a key that is held repeat.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn key_down(&self, code: &str, is_held: bool) -> Result<()> {
        let mut key = json!({ "type": "rawKeyDown", "code": code, "key": key_name(code), "autoRepeat": is_held });
        if code == "Enter" {
            // With its character, as a browser presses a button by it.
            key["type"] = json!("keyDown");
            key["text"] = json!("\r");
            key["windowsVirtualKeyCode"] = json!(13);
        }
        self.cdp("Input.dispatchKeyEvent", key).await?;
        Ok(())
    }

    /// What was said since this was asked last, from its first word or sound to its end.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn heard(&self) -> Result<Vec<Heard>> {
        Ok(serde_json::from_value(self.script("return window.heard.splice(0)").await?)?)
    }

    /// Presses what a CSS selector finds, as a finger does.
    ///
    /// # Errors
    /// Where there is no such thing, or it cannot be pressed.
    pub async fn press(&self, selector: &str) -> Result<()> {
        // Out from under the places at the bottom, as a person scrolls.
        let found = serde_json::to_string(selector)?;
        self.script(&format!("document.querySelector({found})?.scrollIntoView({{ block: 'center' }})")).await?;
        until(selector, async || match self.driver.find(By::Css(selector)).await?.click().await {
            // It was drawn anew in between.
            Err(error) if error.to_string().contains("stale") => Ok(None),
            pressed => Ok(Some(pressed?)),
        })
        .await
    }

    /// Touches the screen at a place in CSS pixels.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn touch_at(&self, x: i64, y: i64) -> Result<()> {
        Ok(self.driver.action_chain().move_to(x, y).click().perform().await?)
    }

    /// What axe-core finds wrong, with all its rules, as "rule: element" lines.
    ///
    /// # Errors
    /// Where axe-core is missing.
    pub async fn accessibility_violations(&self) -> Result<Vec<String>> {
        self.driver.execute(tool("axe-core", "axe.min.js")?, Vec::new()).await?;
        // The rules that axe leaves off are switched on; experimental ones too.
        let found = self
            .script_later(
                "const rules = {};
                 for (const rule of axe.getRules()) rules[rule.ruleId] = { enabled: true };
                 axe.run(document, { rules, resultTypes: ['violations'] }).then(
                     (result) => done(result.violations.flatMap((violation) =>
                         violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary))),
                     (error) => done(['axe failed: ' + error]));",
            )
            .await?;
        Ok(serde_json::from_value(found)?)
    }

    /// What IBM's Equal Access engine finds wrong, as "rule: element" lines.
    ///
    /// # Errors
    /// Where the engine is missing.
    pub async fn equal_access_violations(&self) -> Result<Vec<String>> {
        let engine = tool("accessibility-checker-engine", "ace.js")?;
        let check = "const done = arguments[arguments.length - 1];
             new ace.Checker().check(document, ['IBM_Accessibility', 'WCAG_2_2']).then(
                 (report) => done(report.results
                     .filter((it) => it.value[0] === 'VIOLATION' && it.value[1] === 'FAIL')
                     .map((it) => `${it.ruleId}: ${it.path.dom} ${it.message}`)),
                 (error) => done(['the engine failed: ' + error]));";
        // Both in one script: what a script declares ends with it.
        let found = self.driver.execute_async(format!("{engine}\n{check}"), Vec::new()).await?;
        Ok(serde_json::from_value(found.json().clone())?)
    }

    /// How much memory the page's process has for itself, in bytes: WebAssembly, JavaScript and drawing.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn page_memory(&self) -> Result<u64> {
        let group = self.chromedriver.id().context("the browser is gone")?;
        let mut bytes = 0;
        for process in fs::read_dir("/proc")?.filter_map(Result::ok) {
            let read = |name: &str| fs::read_to_string(process.path().join(name)).unwrap_or_default();
            // Behind the name in brackets: state, parent, group.
            let stat = read("stat");
            let of_group = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(2)) == Some(&group.to_string());
            if of_group && read("cmdline").contains("--type=renderer") {
                let status = read("status");
                let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or("0");
                let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
                bytes += kilobytes * 1024;
            }
        }
        Ok(bytes)
    }

    /// Takes a picture of the page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(self.driver.screenshot(path).await?)
    }
}

/// What `KeyboardEvent.key` says of a key that is no character.
fn key_name(code: &str) -> &str {
    match code {
        "NumpadEnter" => "Enter",
        code => code,
    }
}

/// A script that `cargo xtask test-tools` has fetched.
fn tool(package: &str, file: &str) -> Result<String> {
    let cache = match env::var_os("POLKA_CACHE") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache/polka"),
    };
    let path = cache.join(package).join("node_modules").join(package).join(file);
    fs::read_to_string(path).with_context(|| format!("{package} is missing; `cargo xtask test-tools` adds it"))
}
