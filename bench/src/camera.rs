//! Codes on a camera's pictures: what our worker's program reads of them, and in which time, beside two libraries from npm,
//! in one page of Chromium. The pictures are made here. What is read wrong is counted; the goal is none.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::routing::get;
use polka_camera::pictures::{Kind, Print, Shot};
use polka_domain::Product;
use polka_stage::{Browser, Size};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::page::{self, call};
use crate::products;
use crate::report::{Report, percentile};

const ENGINES: [(&str, &str); 3] = [("polka", "Polka"), ("zxing", "ZXing"), ("zbar", "ZBar")];
/// So many pictures of each kind of code are taken in each way.
const EACH: usize = 5;
/// Pictures that the page is given in one go.
const AT_ONCE: usize = 10;

/// A way to take pictures.
type Way = (&'static str, fn(usize) -> Shot);

const WAYS: [Way; 7] = [
    ("sharp", |_| Shot::SHARP),
    // Any angle: the golden one, again and again.
    ("turned", |at| Shot { degrees: at as f32 * 137.5 % 360.0, ..Shot::SHARP }),
    ("far away", |_| Shot { module: 1.7, ..Shot::SHARP }),
    ("a little blurred", |_| Shot { blur: 1, ..Shot::SHARP }),
    ("blurred", |_| Shot { blur: 2, ..Shot::SHARP }),
    ("dim", |_| Shot { white: 70, noise: 4, ..Shot::SHARP }),
    ("dim and turned", |at| Shot { degrees: at as f32 * 137.5 % 360.0, white: 70, noise: 4, ..Shot::SHARP }),
];

/// What is on a picture; nothing on a pack without a code.
type Shown = Option<(Kind, String)>;

pub(crate) async fn measure(list: &[Product], report: &mut Report) -> Result<()> {
    let Some(folder) = page::built("bench-camera")? else { return Ok(()) };
    let codes = codes(list)?;
    let (mut shown, mut pictures): (Vec<Shown>, Vec<Bytes>) = (Vec::new(), Vec::new());
    for (_, shot) in WAYS {
        for (at, (kind, text)) in codes.iter().enumerate() {
            let print = Print::of(*kind, text).context("this can be printed")?;
            let shot = shot(at);
            // As near as all of it can be seen however it is turned.
            let room = shot.size[1] as f32 / (print.modules() as f32 + 24.0);
            pictures.push(Shot { module: shot.module.min(room), ..shot }.of(Some(&print)).luma().to_vec().into());
            shown.push(Some((*kind, text.clone())));
        }
    }
    for at in 0..codes.len() {
        pictures.push(Shot { degrees: at as f32 * 9.0, ..Shot::SHARP }.of(None).luma().to_vec().into());
        shown.push(None);
    }
    let url = serve(&folder, pictures).await?;
    let browser = Browser::open(Size::TABLET).await?;
    browser.goto(&url).await?;
    let mut answers: Vec<Value> = Vec::new();
    while answers.len() < shown.len() {
        let count = AT_ONCE.min(shown.len() - answers.len());
        let [width, height] = Shot::SHARP.size;
        let looked = call(&browser, &format!("bench.look({}, {count}, {width}, {height})", answers.len())).await?;
        answers.extend(looked.as_array().context("a list")?.iter().cloned());
    }
    tell(&codes, &shown, &answers, report);
    Ok(())
}

/// Real products' numbers, and what stands beside them in longer codes.
fn codes(list: &[Product]) -> Result<Vec<(Kind, String)>> {
    let gtins: Vec<String> = products::drawn(list, EACH * 4).iter().map(|product| product.gtin.to_string()).collect();
    let of_13 = |at: usize| gtins.iter().filter(|gtin| gtin.starts_with('0')).nth(at).map(|gtin| gtin[1..].to_owned());
    let mut codes = Vec::new();
    for at in 0..EACH {
        let ean = of_13(at).context("the list has numbers of 13 digits")?;
        for kind in Kind::ALL {
            let text = match kind {
                Kind::Ean13 => ean.clone(),
                Kind::Ean8 => ["96385074", "46009333", "46203342", "40170725", "87352818"][at].to_owned(),
                Kind::Itf14 => with_check_digit(&format!("1{}", &ean[..12])),
                Kind::Code128 => format!("POLKA-{}", &ean[6..]),
                Kind::Gs1Code128 => format!("010{ean}10A{at}\u{1d}21B2"),
                Kind::Gs1DataMatrix => format!("010{ean}215abc1{at}DEF45\u{1d}93XyZ1"),
                Kind::Gs1QrCode => format!("010{ean}2112345\u{1d}17261130"),
                Kind::QrCode => format!("https://id.gs1.org/01/0{ean}"),
            };
            codes.push((kind, text));
        }
    }
    Ok(codes)
}

fn with_check_digit(thirteen: &str) -> String {
    let digits = thirteen.bytes().map(|digit| u32::from(digit - b'0'));
    let sum: u32 = digits.zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    format!("{thirteen}{}", (10 - sum % 10) % 10)
}

/// A text without what libraries write each in its own way: the symbology before it, separators, a leading zero of UPC-A.
fn bare(text: &str) -> String {
    let text = if text.starts_with(']') { text.get(3..).unwrap_or_default() } else { text };
    text.chars().filter(|c| *c != '\u{1d}').collect::<String>().trim_start_matches('0').to_owned()
}

fn tell(codes: &[(Kind, String)], shown: &[Shown], answers: &[Value], report: &mut Report) {
    let columns = ENGINES.map(|(_, name)| name.to_owned());
    let read_as = |at: usize, engine: &str| answers[at][engine][0].as_str().map(bare);
    let ms = |at: usize, engine: &str| answers[at][engine][1].as_f64().unwrap_or_default();
    let is_right = |at: usize, engine: &str| match &shown[at] {
        Some((_, text)) => read_as(at, engine).is_some_and(|read| read == bare(text)),
        None => read_as(at, engine).is_none(),
    };
    let percent = |places: &[usize], engine: &str| {
        places.iter().filter(|at| is_right(**at, engine)).count() as f64 / places.len() as f64 * 100.0
    };
    let rows = |groups: &[(String, Vec<usize>)], figure: &dyn Fn(&[usize], &str) -> f64| {
        groups
            .iter()
            .map(|(name, places)| (name.clone(), ENGINES.map(|(key, _)| figure(places, key)).to_vec()))
            .collect()
    };
    let count = codes.len();
    let by_way: Vec<(String, Vec<usize>)> = (WAYS.iter().map(|(name, _)| *name).chain(["no code"]).enumerate())
        .map(|(way, name)| (name.to_owned(), (way * count..(way + 1) * count).collect()))
        .collect();
    let of_kind = |kind: Kind| (0..shown.len()).filter(move |at| matches!(&shown[*at], Some((it, _)) if *it == kind));
    let by_kind: Vec<(String, Vec<usize>)> =
        Kind::ALL.iter().map(|kind| (format!("{kind:?}"), of_kind(*kind).collect())).collect();
    report.table("camera, read right, %", &columns, rows(&by_way, &percent));
    report.table("camera, read right by kind, all ways, %", &columns, rows(&by_kind, &percent));
    for share in [50, 95] {
        let figure =
            |places: &[usize], engine: &str| percentile(places.iter().map(|at| ms(*at, engine)).collect(), share);
        report.table(&format!("camera, ms to the code or to giving up, p{share}"), &columns, rows(&by_way, &figure));
    }
    let is_wrong = |at: usize, engine: &str| !is_right(at, engine) && read_as(at, engine).is_some();
    let mut wrong_ones = String::new();
    let wrong = ENGINES.map(|(engine, name)| {
        let places: Vec<usize> = (0..shown.len()).filter(|at| is_wrong(*at, engine)).collect();
        for at in places.iter().take(5) {
            let _ = writeln!(wrong_ones, "  {name} read {:?} as {:?}", shown[*at], read_as(*at, engine));
        }
        places.len() as f64
    });
    eprint!("{wrong_ones}");
    report.table("camera, read wrong", &columns, vec![(format!("of {} pictures", shown.len()), wrong.to_vec())]);
}

/// Serves the page and the pictures, and gives the address.
async fn serve(folder: &std::path::Path, pictures: Vec<Bytes>) -> Result<String> {
    let file = |kind: &'static str, name: &str| -> Result<_> {
        let bytes = Bytes::from(std::fs::read(folder.join(name))?);
        // A page that is kept apart from all others is given a fine clock.
        let apart = [("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp")]
            .map(|(name, value)| (HeaderName::from_static(name), value));
        Ok(get(move || async move { (apart, [(CONTENT_TYPE, kind)], bytes) }))
    };
    let pictures = Arc::new(pictures);
    let picture = move |Path(at): Path<usize>| async move { pictures.get(at).cloned().ok_or(StatusCode::NOT_FOUND) };
    let router = Router::new()
        .route("/", file("text/html", "index.html")?)
        .route("/page.js", file("text/javascript", "page.js")?)
        .route("/camera_decoder.js", file("text/javascript", "camera_decoder.js")?)
        .route("/camera_decoder.wasm", file("application/wasm", "camera_decoder.wasm")?)
        .route("/picture/{at}", get(picture));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
