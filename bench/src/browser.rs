//! What only a browser can tell: start, memory, and the time from the key that ends a scan to the paint.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use polka_domain::Product;
use polka_stage::{Browser, Server, Size};
use serde_json::{Value, json};

use crate::plain;
use crate::products::drawn;
use crate::report::{Report, median, percentile};

const SCANS: usize = 500;
const STARTS: usize = 5;

/// Watches each scan: from the stamp of its Enter to the frame after which the price is on the screen, and in
/// how many frames that was.
const WATCH: &str = r"
    window.scans = [];
    addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return;
        const started = event.timeStamp;
        let frames = 0;
        const look = () => {
            frames += 1;
            const price = document.querySelector('[data-price]');
            if (price && price.dataset.price === window.expected) {
                // A message comes after the frame in which it was sent has been painted.
                const channel = new MessageChannel();
                channel.port1.onmessage = () => window.scans.push([performance.now() - started, frames]);
                channel.port2.postMessage(0);
            } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }, true);";

/// What of the page's time passes until somebody can scan.
struct Page<'a> {
    url: String,
    /// An expression that is true when a scan would be answered.
    is_ready: &'a str,
    /// How the kept copy is thrown away.
    forget: &'a str,
}

pub(crate) async fn measure(server: &Server, empty: &Server, list: &[Product], report: &mut Report) -> Result<()> {
    let plain_address = plain::serve(list).await?;
    let polka_at = |url| Page {
        url,
        is_ready: "document.querySelector('main[aria-busy=false] h1')",
        forget: "(async () => {
                for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
                for (const name of await caches.keys()) await caches.delete(name);
                const request = indexedDB.deleteDatabase('polka');
                request.onsuccess = request.onblocked = () => done(true);
            })();",
    };
    let (polka, polka_empty) = (polka_at(server.url("/")), polka_at(empty.url("/")));
    let plain = |url| Page { url, is_ready: "'ready' in document.body.dataset", forget: "done(true)" };
    let (with_map, with_server) = (plain(format!("{plain_address}/")), plain(format!("{plain_address}/?server")));

    for throttle in [1, 6] {
        let at = format!("CPU {throttle}×");
        let cold = [start(&polka, throttle, true).await?, start(&with_map, throttle, true).await?];
        report.pair(&format!("ready to scan, nothing kept, {at}"), cold[0], cold[1], "ms");
        let warm = [start(&polka, throttle, false).await?, start(&with_map, throttle, false).await?];
        report.pair(&format!("ready to scan, from the local copy, {at}"), warm[0], warm[1], "ms");
    }
    let plain_empty = plain(format!("{}/", plain::serve(&[]).await?));
    let memory = [memory(&polka, &polka_empty).await?, memory(&with_map, &plain_empty).await?];
    report.pair("memory of all products in the page", memory[0], memory[1], "MB");
    speech(&polka, report).await?;
    let (first, speech) = app_sizes()?;
    report.one("app to the first screen, on the wire", first, "KB");
    report.one("what speech adds to it, without the voice pack", speech, "KB");

    for throttle in [1, 6] {
        let ours = scans(&polka, list, throttle).await?;
        let map = scans(&with_map, list, throttle).await?;
        let asked = scans(&with_server, list, throttle).await?;
        for (share, name) in [(50, "p50"), (95, "p95")] {
            let of = |scans: &Scans| percentile(scans.ms.clone(), share);
            let what = format!("scan → price painted, {name}, CPU {throttle}×");
            report.pair(&format!("{what}, beside a Map"), of(&ours), of(&map), "ms");
            report.pair(&format!("{what}, beside asking the server"), of(&ours), of(&asked), "ms");
        }
        let late = |scans: &Scans| scans.frames.iter().filter(|frames| **frames > 1).count() as f64;
        report.pair(&format!("scans of {SCANS} not in the next frame, CPU {throttle}×"), late(&ours), late(&asked), "");
    }
    Ok(())
}

/// What a key press costs on the screen of the search, where each is answered before the next: beginnings of names,
/// letter by letter, and then whatever breaks software.
pub(crate) async fn typing(server: &Server, list: &[Product], report: &mut Report) -> Result<()> {
    const NAMES: usize = 60;
    const LETTERS: usize = 12;
    let naughty = match polka_stage::real_data("naughty_strings.json") {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => json!([]),
    };
    let names: Vec<String> = drawn(list, NAMES).iter().map(|product| product.name.as_str().to_lowercase()).collect();
    let typed: Vec<String> = names
        .iter()
        .flat_map(|name| (2..=LETTERS).map(|length| name.chars().take(length).collect::<String>()))
        .collect();
    let naughty: Vec<Value> =
        naughty.as_array().into_iter().flatten().cloned().chain([json!("щ".repeat(10_000))]).collect();
    for throttle in [1, 6] {
        let browser = throttled(throttle).await?;
        browser.goto(&server.url("/find-product")).await?;
        browser.wait_until("document.querySelector('[data-department]')").await?;
        // What was typed is answered when the microtasks behind its event are done; the frame is the browser's.
        let type_all = |texts: Value| {
            format!(
                "(async () => {{
                    const field = document.querySelector('input'), times = [];
                    for (const text of {texts}) {{
                        await new Promise(requestAnimationFrame);
                        const started = performance.now();
                        field.value = text;
                        field.dispatchEvent(new Event('input', {{ bubbles: true }}));
                        await new Promise((after) => {{ const channel = new MessageChannel(); channel.port1.onmessage = after; channel.port2.postMessage(0); }});
                        times.push(performance.now() - started);
                    }}
                    done(times);
                }})();"
            )
        };
        let times: Vec<f64> = serde_json::from_value(browser.script_later(&type_all(json!(typed))).await?)?;
        report.one(
            &format!("key → found products in the document, p50, CPU {throttle}×"),
            percentile(times.clone(), 50),
            "ms",
        );
        report.one(&format!("key → found products in the document, p95, CPU {throttle}×"), percentile(times, 95), "ms");
        let mut times: Vec<f64> = Vec::new();
        for some in naughty.chunks(100) {
            let some: Vec<f64> = serde_json::from_value(browser.script_later(&type_all(json!(some))).await?)?;
            times.extend(some);
        }
        report.one(&format!("the slowest of what breaks software, CPU {throttle}×"), percentile(times, 100), "ms");
    }
    Ok(())
}

async fn throttled(throttle: u32) -> Result<Browser> {
    let browser = Browser::open(Size::STAND).await?;
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": throttle })).await?;
    Ok(browser)
}

/// Milliseconds from the navigation to the moment when a scan would be answered.
async fn start(page: &Page<'_>, throttle: u32, forget: bool) -> Result<f64> {
    let browser = throttled(throttle).await?;
    browser.goto(&page.url).await?;
    browser.wait_until(page.is_ready).await?;
    // The copy is written after it is shown.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let mark = format!(
        "const look = () => {{ if ({}) window.readyAt = performance.now(); else requestAnimationFrame(look); }};
         addEventListener('DOMContentLoaded', look);",
        page.is_ready
    );
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": mark })).await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        if forget {
            browser.goto(&format!("{}nothing-here", page.url.trim_end_matches("?server"))).await.ok();
            browser.script_later(page.forget).await?;
            browser.cdp("Network.clearBrowserCache", json!({})).await?;
        }
        browser.goto(&page.url).await?;
        browser.wait_until("window.readyAt").await?;
        times.push(number(&browser.script("return window.readyAt").await?)?);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    Ok(median(times.into_iter()))
}

/// A card at the till, from the first digit to the card on the screen, by a finger that never rests.
pub(crate) async fn registration(server: &Server, report: &mut Report) -> Result<()> {
    const CARDS: usize = 20;
    // Each touch waits for the frame of the one before, as a person sees it.
    const REGISTER: &str = "(async () => {
            const frame = () => new Promise(requestAnimationFrame);
            const started = performance.now();
            let touches = 0;
            const touch = async (selector) => {
                document.querySelector(selector).click();
                touches += 1;
                await frame();
            };
            for (const digit of '9161234567') await touch(`[data-digit='${digit}']`);
            const whole = performance.now();
            await touch('[data-action=give]');
            while (!document.querySelector('svg[data-card]')) await frame();
            const ended = performance.now();
            document.querySelector('[data-action=next]').click();
            while (document.querySelector('svg[data-card]')) await frame();
            done([touches, ended - started, ended - whole]);
        })();";
    for throttle in [1, 6] {
        let browser = throttled(throttle).await?;
        browser.goto(&server.url("/checkout")).await?;
        browser.wait_until_settled().await?;
        browser.enrol_as(server, &format!("Till {throttle}"), "till").await?;
        browser.goto(&server.url("/checkout")).await?;
        browser.wait_until("document.querySelector('[data-digit]')").await?;
        let (mut touches, mut whole_ms, mut last_ms) = (0.0, Vec::new(), Vec::new());
        for _ in 0..CARDS {
            let told = browser.script_later(REGISTER).await?;
            touches = number(&told[0])?;
            whole_ms.push(number(&told[1])?);
            last_ms.push(number(&told[2])?);
        }
        if throttle == 1 {
            report.one("a card at the till: touches", touches, "");
        }
        report.one(
            &format!("a card at the till, its part of the seconds, CPU {throttle}×"),
            median(whole_ms.into_iter()) / 1e3,
            "s",
        );
        report.one(&format!("from the last touch to the card, p95, CPU {throttle}×"), percentile(last_ms, 95), "ms");
    }
    Ok(())
}

/// An apology by each way, from the first touch to the word that it is given, by a finger that never rests.
pub(crate) async fn apologies(server: &Server, report: &mut Report) -> Result<()> {
    const APOLOGIES: usize = 5;
    // Each touch waits for the frame of the one before, and for what it touches, as a person does.
    const GIVE: &str = "(async () => {
            const frame = () => new Promise(requestAnimationFrame);
            const seen = async (selector) => {
                while (!document.querySelector(selector)) await frame();
            };
            let touches = 0;
            const touch = async (selector) => {
                await seen(selector);
                document.querySelector(selector).click();
                touches += 1;
                await frame();
            };
            const started = performance.now();
            for (const action of ['reason', 'amount', 'WAY']) await touch(`[data-action=${action}]`);
            if ('WAY' === 'mail') {
                await seen('.half-customer input');
                const field = document.querySelector('.half-customer input');
                field.value = 'anna@example.org';
                field.dispatchEvent(new Event('input'));
                await touch('[data-action=give]');
            } else if ('WAY' !== 'paper') {
                for (const digit of '9161234567') await touch(`[data-digit='${digit}']`);
                await touch('[data-action=give]');
            }
            await seen('[data-action=undo]');
            const ended = performance.now();
            document.querySelector('[data-action=next]').click();
            await seen('[data-action=reason]');
            done([touches, ended - started]);
        })();";
    let tablet = Browser::open(Size::TABLET).await?;
    tablet.goto(&server.url("/")).await?;
    tablet.wait_until_settled().await?;
    tablet.enrol_as(server, "Tablet", "tablet").await?;
    tablet.sign_in(server, "Anna", "staff").await?;
    tablet.goto(&server.url("/staff-desk")).await?;
    tablet.wait_until("document.querySelector('[data-action=apology]')").await?;
    tablet.press("[data-action=apology]").await?;
    tablet.wait_until("document.querySelector('[data-action=reason]')").await?;
    for (way, name) in [("points", "points"), ("sms", "SMS"), ("mail", "mail"), ("paper", "paper")] {
        let (mut touches, mut whole_ms) = (0.0, Vec::new());
        for _ in 0..APOLOGIES {
            let told = tablet.script_later(&GIVE.replace("WAY", way)).await?;
            touches = number(&told[0])?;
            whole_ms.push(number(&told[1])?);
        }
        report.one(&format!("an apology by {name}: touches"), touches, "");
        report.one(&format!("an apology by {name}, its part of the seconds"), median(whole_ms.into_iter()) / 1e3, "s");
    }
    Ok(())
}

/// From the navigation to the moment when a scan would be answered, with the server gone.
pub(crate) async fn start_without_network(server: &mut Server, report: &mut Report) -> Result<()> {
    const OFFLINE_STARTS: usize = 20;
    const IS_READY: &str = "document.querySelector('main[aria-busy=false] h1')";
    for throttle in [1, 6] {
        let browser = throttled(throttle).await?;
        browser.goto(&server.url("/")).await?;
        browser.wait_until(IS_READY).await?;
        browser.wait_until_kept().await?;
        server.stop().await?;
        let mark = format!(
            "const look = () => {{ if ({IS_READY}) window.readyAt = performance.now(); else requestAnimationFrame(look); }};
             addEventListener('DOMContentLoaded', look);"
        );
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": mark })).await?;
        let mut times = Vec::new();
        for _ in 0..OFFLINE_STARTS {
            browser.goto(&server.url("/")).await?;
            browser.wait_until("window.readyAt").await?;
            times.push(number(&browser.script("return window.readyAt").await?)?);
        }
        report.one(&format!("ready to scan, without the network, p95, CPU {throttle}×"), percentile(times, 95), "ms");
        server.restart().await?;
    }
    Ok(())
}

/// Megabytes that the products take: the page's process with all of them, above the same page with none.
async fn memory(full: &Page<'_>, empty: &Page<'_>) -> Result<f64> {
    Ok((process_memory(full).await? - process_memory(empty).await?) / 1e6)
}

/// Bytes that the page's process keeps, after what is not needed was let go.
async fn process_memory(page: &Page<'_>) -> Result<f64> {
    let mut seen = Vec::new();
    for _ in 0..3 {
        let browser = throttled(1).await?;
        browser.goto(&page.url).await?;
        browser.wait_until(page.is_ready).await?;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        seen.push(browser.page_memory()? as f64);
    }
    Ok(median(seen.into_iter()))
}

struct Scans {
    ms: Vec<f64>,
    frames: Vec<u64>,
}

async fn scans(page: &Page<'_>, list: &[Product], throttle: u32) -> Result<Scans> {
    let browser = throttled(throttle).await?;
    browser.goto(&page.url).await?;
    browser.wait_until(page.is_ready).await?;
    browser.script(WATCH).await?;
    let started = Instant::now();
    for (count, product) in drawn(list, SCANS).into_iter().enumerate() {
        let price = product.price.minor_units;
        browser.script(&format!("window.expected = '{price}'")).await?;
        browser.scan(&product.gtin.to_string()).await?;
        browser.wait_until(&format!("window.scans.length > {count}")).await?;
    }
    eprintln!("  {SCANS} scans of {} at CPU {throttle}× took {:.0} s", page.url, started.elapsed().as_secs_f64());
    let seen: Vec<(f64, u64)> = serde_json::from_value(browser.script("return window.scans").await?)?;
    ensure!(seen.len() == SCANS, "each scan is seen once");
    let (ms, frames) = seen.into_iter().unzip();
    Ok(Scans { ms, frames })
}

/// From the start key to the first sound with the voice on the device, and from any key to silence.
async fn speech(page: &Page<'_>, report: &mut Report) -> Result<()> {
    const LISTENS: usize = 20;
    let browser = throttled(1).await?;
    let (mut starts, mut cuts) = (Vec::new(), Vec::new());
    let mark = "addEventListener('keydown', (it) => { window.keyAt = it.timeStamp; }, true); window.keyAt = 0;";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": mark })).await?;
    let since_key = async |event: &str| {
        let found = format!("window.heard.find((it) => it.event === '{event}' && it.at_ms >= window.keyAt)");
        browser.wait_until(&found).await?;
        number(&browser.script(&format!("return {found}.at_ms - window.keyAt")).await?)
    };
    // The first time fetches and keeps the voice.
    for count in 0..=LISTENS {
        browser.goto(&page.url).await?;
        browser.wait_until(page.is_ready).await?;
        browser.key("F2").await?;
        let start = since_key("sound").await?;
        browser.heard().await?;
        browser.key("PageUp").await?;
        let cut = since_key("end").await?;
        if count > 0 {
            starts.push(start);
            cuts.push(cut);
        }
    }
    report.one("start key → first sound, p95, the voice on the device", percentile(starts, 95), "ms");
    report.one("key → silence, p95", percentile(cuts, 95), "ms");
    Ok(())
}

/// Kilobytes as `cargo xtask app` counts them: all that the first screen needs, and what speech adds.
fn app_sizes() -> Result<(f64, f64)> {
    let sizes =
        std::fs::read_to_string(polka_stage::root().join("target/app/.sizes")).context("the app is not built")?;
    let (first, speech) = sizes.split_once(' ').context("two sizes")?;
    Ok((first.parse::<f64>()? / 1e3, speech.parse::<f64>()? / 1e3))
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("{value} is no number"))
}
