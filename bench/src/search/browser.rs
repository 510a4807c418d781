//! Our search and others in one page of Chromium: the same questions, the same products, one run. The page's side
//! is `bench/search/page`; what was asked and what is right stays here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;
use axum::routing::get;
use polka_domain::Product;
use polka_stage::{Browser, Size};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::queries::Asked;
use super::{Quality, Questions, quality};
use crate::page::{self, call};
use crate::report::{Report, brotli_size, median, percentile};

/// An engine of `engines.js`.
struct Engine {
    name: &'static str,
    /// How many questions of each kind it is asked at full and at a sixth of the speed: the first ones of the same
    /// sets. All would take a slow one too long.
    questions: [usize; 2],
    /// Whether what it keeps has the products' names, to show them.
    has_names: bool,
}

const ENGINES: [Engine; 5] = [
    Engine { name: "Polka", questions: [1_000, 100], has_names: false },
    Engine { name: "MiniSearch", questions: [1_000, 100], has_names: false },
    Engine { name: "FlexSearch", questions: [1_000, 100], has_names: false },
    Engine { name: "Orama", questions: [200, 20], has_names: true },
    Engine { name: "uFuzzy", questions: [200, 20], has_names: true },
];
const STARTS: usize = 3;
/// Questions that the page is given in one go.
const AT_ONCE: usize = 50;
/// Asked first, so that opening counts as done only when something is found.
const FIRST_QUESTION: &str = "молоко";

/// What is measured of each engine beside its answers.
const FOOTPRINT: [&str; 6] = [
    "index on the wire (brotli 9), KB",
    "the same with what shows names and GTINs, KB",
    "index unpacked, MB",
    "from the local bytes to the first answer, CPU 1×, ms",
    "from the local bytes to the first answer, CPU 6×, ms",
    "memory, MB",
];

/// What a device would keep for each engine, part by part.
type Kept = Arc<Mutex<BTreeMap<String, BTreeMap<String, Bytes>>>>;

pub(crate) async fn measure(list: &[Product], report: &mut Report) -> Result<()> {
    let Some(folder) = page::built("bench-search")? else { return Ok(()) };
    let started = Instant::now();
    let kept = Kept::default();
    let url = serve(&folder, list, Arc::clone(&kept)).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&url).await?;
    for engine in &ENGINES {
        call(&browser, &format!("bench.make('{}')", engine.name)).await?;
    }
    drop(browser);
    footprint(&url, &kept, list, report).await?;
    eprintln!("  sizes, starts and memory of the searches took {:.0} s", started.elapsed().as_secs_f64());
    let mut sets = super::made_up(list);
    sets.push(super::judged(list)?);
    answers(&url, &sets, report).await
}

/// What each engine brings over the wire, how long it takes to be ready and what memory it keeps.
async fn footprint(url: &str, kept: &Kept, list: &[Product], report: &mut Report) -> Result<()> {
    let names: Vec<Value> = list.iter().map(|it| json!([it.gtin.to_string(), it.name.as_str()])).collect();
    let gtins: Vec<String> = list.iter().map(|it| it.gtin.to_string()).collect();
    let (names, gtins) = (serde_json::to_vec(&names)?, serde_json::to_vec(&gtins)?);
    let (names, gtins) = (brotli_size(&names, 9)? as f64 / 1e3, brotli_size(&gtins, 9)? as f64 / 1e3);
    let mut rows = FOOTPRINT.map(|what| (what.to_owned(), Vec::new()));
    for engine in &ENGINES {
        let parts = kept.lock().unwrap_or_else(PoisonError::into_inner).get(engine.name).cloned().unwrap_or_default();
        let index: Vec<u8> =
            parts.iter().filter(|(part, _)| *part != "catalogue").flat_map(|it| it.1.clone()).collect();
        let shown = match parts.get("catalogue") {
            Some(catalogue) => brotli_size(catalogue, 9)? as f64 / 1e3,
            None if engine.has_names => gtins,
            None => names,
        };
        let wire = brotli_size(&index, 9)? as f64 / 1e3;
        let ready = [ready(url, engine, 1).await?, ready(url, engine, 6).await?];
        let figures = [wire, wire + shown, index.len() as f64 / 1e6, ready[0], ready[1], memory(url, engine).await?];
        rows.iter_mut().zip(figures).for_each(|((_, values), figure)| values.push(figure));
    }
    let columns: Vec<String> = ENGINES.iter().map(|engine| engine.name.to_owned()).collect();
    report.table("search, what it takes", &columns, rows.into());
    Ok(())
}

/// Milliseconds from the bytes in memory to the first answer, each time in a new page.
async fn ready(url: &str, engine: &Engine, throttle: u32) -> Result<f64> {
    let browser = Browser::open(Size::STAND).await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        throttled(&browser, 1).await?;
        browser.goto(url).await?;
        call(&browser, &format!("bench.fetch('{}')", engine.name)).await?;
        throttled(&browser, throttle).await?;
        let ms = call(&browser, &format!("bench.open('{}', '{FIRST_QUESTION}')", engine.name)).await?;
        times.push(ms.as_f64().context("no number")?);
    }
    Ok(median(times.into_iter()))
}

/// Megabytes that an opened engine keeps, in a new page, after what is not needed was let go.
async fn memory(url: &str, engine: &Engine) -> Result<f64> {
    let browser = Browser::open(Size::STAND).await?;
    browser.cdp("Performance.enable", json!({})).await?;
    browser.goto(url).await?;
    browser.wait_until("window.bench").await?;
    let before = heap(&browser).await?;
    call(&browser, &format!("bench.fetch('{}')", engine.name)).await?;
    call(&browser, &format!("bench.open('{}', '{FIRST_QUESTION}')", engine.name)).await?;
    let after = heap(&browser).await?;
    // The heap of JavaScript does not count the memory of WebAssembly.
    let linear = browser.script("return bench.linearMemory()").await?.as_f64().context("no number")?;
    Ok((after - before + linear) / 1e6)
}

async fn heap(browser: &Browser) -> Result<f64> {
    for _ in 0..2 {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let metrics = browser.cdp("Performance.getMetrics", json!({})).await?;
    let metrics = metrics["metrics"].as_array().context("a list of metrics")?;
    let used = metrics.iter().find(|it| it["name"] == "JSHeapUsedSize").context("the size of the heap")?;
    used["value"].as_f64().context("no number")
}

/// Asks all engines in one page, and tells how well and how fast they answered.
async fn answers(url: &str, sets: &[Questions], report: &mut Report) -> Result<()> {
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(url).await?;
    for engine in &ENGINES {
        call(&browser, &format!("bench.fetch('{}')", engine.name)).await?;
        call(&browser, &format!("bench.open('{}', '{FIRST_QUESTION}')", engine.name)).await?;
    }
    let is_apart = browser.script("return crossOriginIsolated").await?;
    ensure!(is_apart == json!(true), "the clock of a page that is not kept apart is too coarse");
    for (at, (throttle, speed)) in [(1, "1×"), (6, "6×")].into_iter().enumerate() {
        let answers = ask_all(&browser, sets, throttle, at).await?;
        // An engine with its number of questions; ours once more with as few as any has.
        let fewest = ENGINES.iter().map(|engine| engine.questions[at]).min().unwrap_or_default();
        let counts: Vec<usize> = ENGINES.iter().map(|engine| engine.questions[at]).chain([fewest]).collect();
        let engines = || (0..ENGINES.len()).chain([0]).zip(&counts);
        let columns: Vec<String> =
            engines().map(|(engine, count)| format!("{}, {count} questions", ENGINES[engine].name)).collect();
        let mut table = |what: &str, figure: &dyn Fn(&[Asked], &[Answer]) -> f64| {
            let row = |(set, by_engine): (&Questions, &Vec<Vec<Answer>>)| {
                let of_engine = |(engine, count): (usize, &usize)| {
                    let count = set.asked.len().min(*count);
                    figure(&set.asked[..count], &by_engine[engine][..count])
                };
                let of_fewer =
                    if set.asked.len() < super::QUERIES { format!(", of {}", set.asked.len()) } else { "".into() };
                (format!("{}{of_fewer}", set.kind), engines().map(of_engine).collect())
            };
            report.table(&format!("search, {what}"), &columns, sets.iter().zip(&answers).map(row).collect());
        };
        if throttle == 1 {
            table("recall@10", &|asked, answers| judge(asked, answers).recall);
            table("hit@10", &|asked, answers| judge(asked, answers).hit);
            table("MRR", &|asked, answers| judge(asked, answers).reciprocal_rank);
        }
        for share in [50, 95] {
            let ms = |answers: &[Answer]| percentile(answers.iter().map(|(_, ms)| *ms).collect(), share);
            table(&format!("ms, p{share}, CPU {speed}"), &|_, answers| ms(answers));
        }
    }
    Ok(())
}

/// The places of what was found, best first, and how many milliseconds that took.
type Answer = (Vec<usize>, f64);

fn judge(asked: &[Asked], answers: &[Answer]) -> Quality {
    quality(asked.iter().zip(answers.iter().map(|(places, _)| places.as_slice())))
}

/// Asks each engine the first questions of each kind; the answers by kind, then by engine.
async fn ask_all(browser: &Browser, sets: &[Questions], throttle: u32, at: usize) -> Result<Vec<Vec<Vec<Answer>>>> {
    throttled(browser, throttle).await?;
    let mut by_kind: Vec<Vec<Vec<Answer>>> = sets.iter().map(|_| Vec::new()).collect();
    for engine in &ENGINES {
        let started = Instant::now();
        for (set, by_engine) in sets.iter().zip(&mut by_kind) {
            let count = set.asked.len().min(engine.questions[at]);
            by_engine.push(ask(browser, engine, &set.asked[..count]).await?);
        }
        let s = started.elapsed().as_secs_f64();
        eprintln!("  {} answered at CPU {throttle}× within {s:.0} s", engine.name);
    }
    Ok(by_kind)
}

async fn ask(browser: &Browser, engine: &Engine, asked: &[Asked]) -> Result<Vec<Answer>> {
    let mut answers: Vec<Answer> = Vec::new();
    while answers.len() < asked.len() {
        let next = asked[answers.len()..].iter().take(AT_ONCE).map(|it| &it.text);
        let texts = serde_json::to_string(&next.collect::<Vec<_>>())?;
        let found = call(browser, &format!("bench.ask('{}', {texts})", engine.name)).await?;
        let found: Vec<Answer> = serde_json::from_value(found)?;
        ensure!(!found.is_empty(), "{} answers", engine.name);
        answers.extend(found);
    }
    Ok(answers)
}

async fn throttled(browser: &Browser, throttle: u32) -> Result<()> {
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": throttle })).await?;
    Ok(())
}

/// What an engine may look at. Where a product stands in the list is its number.
fn products_json(list: &[Product]) -> Result<Vec<u8>> {
    let text = |text: &Option<polka_domain::Text>| text.as_ref().map(ToString::to_string).unwrap_or_default();
    let product = |it: &Product| {
        let (name, brand, category) = (it.name.as_str(), text(&it.brand), text(&it.category));
        json!({"gtin": it.gtin.to_string(), "name": name, "brand": brand, "category": category})
    };
    Ok(serde_json::to_vec(&list.iter().map(product).collect::<Vec<_>>())?)
}

/// Serves the page and its data, keeps what the page makes of them, and gives the address.
async fn serve(folder: &std::path::Path, list: &[Product], kept: Kept) -> Result<String> {
    let catalogue = super::catalogue(list);
    let index = super::index(&catalogue);
    let file = |kind: &'static str, bytes: Vec<u8>| {
        let bytes = Bytes::from(bytes);
        get(move || async move { ([(CONTENT_TYPE, kind)], bytes) })
    };
    let html = std::fs::read(folder.join("index.html"))?;
    // A page that is kept apart from all others is given a fine clock.
    let apart = [("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp")]
        .map(|(name, value)| (HeaderName::from_static(name), value));
    let kept_to_list = Arc::clone(&kept);
    let kept_to_read = Arc::clone(&kept);
    let parts = move |Path(engine): Path<String>| async move {
        let kept = kept_to_list.lock().unwrap_or_else(PoisonError::into_inner);
        let parts: Vec<&String> = kept.get(&engine).into_iter().flat_map(BTreeMap::keys).collect();
        ([(CONTENT_TYPE, "application/json")], json!(parts).to_string())
    };
    let read = move |Path((engine, part)): Path<(String, String)>| async move {
        let kept = kept_to_read.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&engine).and_then(|parts| parts.get(&part)).cloned().ok_or(StatusCode::NOT_FOUND)
    };
    let keep = move |Path((engine, part)): Path<(String, String)>, bytes: Bytes| async move {
        kept.lock().unwrap_or_else(PoisonError::into_inner).entry(engine).or_default().insert(part, bytes);
        StatusCode::NO_CONTENT
    };
    let router = Router::new()
        .route("/", get(move || async move { (apart, [(CONTENT_TYPE, "text/html")], html).into_response() }))
        .route("/page.js", file("text/javascript", std::fs::read(folder.join("page.js"))?))
        .route("/search.wasm", file("application/wasm", std::fs::read(folder.join("search.wasm"))?))
        .route("/products.json", file("application/json", products_json(list)?))
        .route("/catalogue", file("application/octet-stream", catalogue.as_bytes().to_vec()))
        .route("/index", file("application/octet-stream", index.as_bytes().to_vec()))
        .route("/kept/{engine}", get(parts))
        .route("/kept/{engine}/{part}", get(read).post(keep))
        .layer(DefaultBodyLimit::disable());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
