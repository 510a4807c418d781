//! Everybody can use it: modes, keys, speech, touch, reach; each screen against our own rules and others'.

mod blind_robot;
mod faults;
mod keys;
mod modes;
mod report;
mod screens;
mod sheet;
mod sixty;
mod sound;
mod speech;

use anyhow::Result;
use polka_stage::{Browser, Server, Size};

/// Keys of a driven browser come in the rhythm of a busy machine.
const SETTINGS: [&str; 4] = ["--scanner-key-gap-ms", "500", "--scanner-pause-ms", "550"];
/// Without the voice pack what is said is shown, for as long as it takes to read.
const NO_VOICES: [&str; 2] = ["--voices", "/nowhere"];

/// One of the demo store's: a browser beside such a server is a device without a code.
const MILK: &str = "9521247000444";

/// The folder of the voice pack, or `None`, said aloud, where it is not there.
fn voice_pack() -> Option<String> {
    let folder = polka_stage::root().join("target/debug/voices");
    if folder.exists() {
        return Some(folder.display().to_string());
    }
    eprintln!("skipped: the voice pack is not there (`cargo xtask voices` fetches it)");
    None
}

/// A store's products: one that has everything.
fn products() -> String {
    format!(
        "gtin,name,name_en,brand,content,price,card_price,offer,offer_until,aisle,bay,shelf,allergens\n\
         {MILK},Молоко,Milk,Заречье,930 ml,89.90,79.90,2 по цене 1,2999-12-31,12,2,3,milk\n"
    )
}

/// A store with one product that has everything, and a stand that shows this address.
async fn stand(path: &str, settings: &[&str]) -> Result<(Server, Browser)> {
    let voices: &[&str] = if settings.contains(&"--voices") { &[] } else { &NO_VOICES };
    let server = Server::start(&[&SETTINGS[..], voices, settings].concat()).await?;
    server.import(&products()).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url(path)).await?;
    browser.wait_until_settled().await?;
    Ok((server, browser))
}

/// Waits until a text is being said that holds these words, and gives it.
async fn wait_for_words(browser: &Browser, words: &str) -> Result<String> {
    let words = serde_json::to_string(words)?;
    browser
        .wait_until(&format!("window.heard.some((it) => it.event === 'start' && it.text.includes({words}))"))
        .await?;
    let heard = browser
        .script(&format!("return window.heard.find((it) => it.event === 'start' && it.text.includes({words})).text"))
        .await?;
    Ok(heard.as_str().unwrap_or_default().to_owned())
}
