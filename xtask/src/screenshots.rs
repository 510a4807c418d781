//! Pictures of every screen, on every device, in both languages, with the demo store's products; and the one
//! in the README.

use std::path::Path;

use anyhow::Result;
use polka_stage::{Browser, Server, Size};

use crate::tools::say;

const FOLDER: &str = "target/screenshots";
const README: &str = "docs/price-check.png";

const SIZES: [(&str, Size); 5] = [
    ("stand", Size::STAND),
    ("tablet", Size::TABLET),
    ("till", Size::TILL),
    ("phone", Size::PHONE),
    ("narrowest", Size::NARROWEST),
];

/// The modes that change what is seen, each alone and the hardest together.
const MODES: [(&str, &str); 6] = [
    ("large", "size=large"),
    ("largest", "size=largest&audio=on"),
    ("dark", "contrast=dark"),
    ("light", "contrast=light&motor=on"),
    ("low", "reach=low"),
    ("all", "size=largest&contrast=dark&audio=on&reach=low&motor=on&motion=plain"),
];

const SCREENS: [(&str, &str); 20] = [
    ("welcome", "/"),
    ("help", "/help"),
    ("call-staff", "/call-staff"),
    ("case-status", "/case-status"),
    ("installer", "/installer"),
    ("price", "/price-check/9521247000444"),
    ("label-report", "/label-report/9521247000444"),
    ("report-expired", "/report-expired?item=9521247000444.use_by.2026-01-31"),
    ("find-product", "/find-product?q=молоко"),
    ("find-way", "/find-way/9521247000444"),
    ("shopping-list", "/shopping-list?items=9521247000444-2.9521040000276"),
    ("shopping-list-empty", "/shopping-list"),
    ("find-way-list", "/find-way?items=9521247000444-2.9521040000276.9521040000443"),
    ("staff-desk", "/staff-desk"),
    ("join-loyalty", "/join-loyalty"),
    ("checkout", "/checkout"),
    ("not-found", "/nowhere"),
    ("price-unknown", "/price-check/4006381333931"),
    ("price-misread", "/price-check/4006381333932"),
    ("price-not-a-product", "/price-check/hello"),
];

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn take() -> Result<()> {
    let server = Server::start(&["--idle-timeout-s", "5"]).await?;
    server.run(&["demo"]).await?;
    let browser = Browser::open(Size::STAND).await?;
    for (device, size) in SIZES {
        browser.resize(size).await?;
        for language in ["ru", "en"] {
            for (name, path) in SCREENS {
                browser.goto(&server.url(&format!("{path}{}lang={language}", joint(path)))).await?;
                browser.wait_until_settled().await?;
                browser.picture(&Path::new(FOLDER).join(format!("{device}-{language}-{name}.png"))).await?;
            }
            for (mode, query) in MODES {
                for (name, path) in &SCREENS[..14] {
                    browser.goto(&server.url(&format!("{path}{}lang={language}&{query}", joint(path)))).await?;
                    browser.wait_until_settled().await?;
                    let file = format!("{device}-{language}-{name}-{mode}.png");
                    browser.picture(&Path::new(FOLDER).join(file)).await?;
                }
            }
        }
    }
    browser.resize(Size::TABLET).await?;
    browser.press("h1").await?;
    browser.wait_until("document.querySelector('dialog[open]')").await?;
    browser.picture(&Path::new(FOLDER).join("tablet-en-warning.png")).await?;

    browser.goto(&server.url("/price-check/9521247000444?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.picture(Path::new(README)).await?;
    say(&format!("pictures are in {FOLDER}, the README's is {README}"));
    Ok(())
}

/// What stands between a path and more of its query.
fn joint(path: &str) -> char {
    if path.contains('?') { '&' } else { '?' }
}
