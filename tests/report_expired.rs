//! A shopper reports an item that is past its date, and points wait for them.

use anyhow::Result;
use polka_camera::pictures::{Shot, film};
use polka_domain::CardNumber;
use polka_stage::{Browser, Server, Size};
use serde_json::json;

const MILK: &str = "9520000000004";
/// The browser's keys come in the rhythm of a busy machine.
const SETTINGS: [&str; 4] = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];

/// A stand of a store with milk.
async fn stand() -> Result<(Server, Browser)> {
    stand_of(Browser::open(Size::STAND).await?).await
}

async fn stand_of(browser: Browser) -> Result<(Server, Browser)> {
    let server = Server::start(&SETTINGS).await?;
    server.import(&format!("gtin,name,name_en,price,aisle\n{MILK},Молоко,Milk,89.90,4\n")).await?;
    browser.goto(&server.url("/?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.enrol(&server, "Entrance").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    Ok((server, browser))
}

/// A day so many before today in the store, as a GS1 code has it: `261128`.
async fn day(browser: &Browser, days_ago: i64) -> Result<String> {
    let script = format!(
        "return new Date(Date.now() - {days_ago} * 864e5).toLocaleDateString('sv', {{ timeZone: 'Europe/Moscow' }})"
    );
    Ok(browser.script(&script).await?.as_str().unwrap_or_default().replace('-', "")[2..].to_owned())
}

async fn join(browser: &Browser, phone: &str, key: &str) -> Result<String> {
    let join = format!(
        "fetch('/api/v1/members', {{
            method: 'POST',
            headers: {{ 'content-type': 'application/json', 'idempotency-key': '{key}' }},
            body: JSON.stringify({{ phone: '{phone}', made_ms: 1 }}),
        }}).then((it) => it.json()).then((it) => done(it.card_number))"
    );
    Ok(browser.script_later(&join).await?.as_str().unwrap_or_default().to_owned())
}

const PENDING: &str = "SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_pending'";

#[tokio::test]
async fn a_code_with_a_date_takes_one_touch_and_the_card_of_whoever_found_it() -> Result<()> {
    let (server, browser) = stand().await?;
    let card = join(&browser, "+79161234567", "join").await?;
    browser.scan(&format!("010{MILK}17{}", day(&browser, 1).await?)).await?;
    browser.wait_until("document.querySelector('[data-date=past]')").await?;
    browser.press("[data-date=past] a").await?;
    browser.wait_for_text("Its date was yesterday").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    browser.scan(&card).await?;
    browser.wait_for_text("Points waiting: 90").await?;
    server.wait_for_number(PENDING, 90).await?;
    // The next find begins anew; the same one is known.
    browser.scan(&format!("010{MILK}17{}", day(&browser, 1).await?)).await?;
    browser.wait_for_text("Its date was yesterday").await?;
    browser.press("[data-action=report]").await?;
    browser.wait_for_text("Points for the find: up to 90").await?;
    browser.scan(&card).await?;
    browser.wait_for_text("You have told us already").await?;
    server.wait_for_number(PENDING, 90).await
}

#[tokio::test]
async fn a_date_that_no_code_has_is_typed_and_the_points_go_to_a_number() -> Result<()> {
    let (server, browser) = stand().await?;
    join(&browser, "+79161234567", "join").await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[href^='/report-expired']").await?;
    browser.wait_for_text("Which date is on the pack?").await?;
    let yymmdd = day(&browser, 3).await?;
    let type_digits = async |digits: &str| -> Result<()> {
        for digit in digits.chars() {
            browser.press(&format!("[data-digit='{digit}']")).await?;
        }
        Ok(())
    };
    browser.press("[data-action=day-month]").await?;
    type_digits(&[&yymmdd[4..], &yymmdd[2..4]].concat()).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Past its date: ").await?;
    browser.press("[data-action=more]").await?;
    browser.press("[data-action=elsewhere]").await?;
    browser.wait_for_text("Somewhere else").await?;
    browser.press("[data-action=report]").await?;
    browser.wait_for_text("Who gets the points?").await?;
    browser.press("[data-action=phone]").await?;
    type_digits("9161234567").await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("If the number has a card").await?;
    server.wait_for_number(PENDING, 90).await?;
    let said = "SELECT COUNT(*) FROM expired_reports WHERE quantity = 2 AND is_elsewhere = 1";
    server.wait_for_number(said, 1).await?;
    // Of the same product there may be one more, with another date.
    browser.press("[data-action=another]").await?;
    browser.wait_for_text("Found an expired item?").await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_price(8990).await?;
    browser.press("[href^='/report-expired']").await?;
    browser.wait_for_text("Which date is on the pack?").await
}

#[tokio::test]
async fn what_is_good_until_midnight_is_told_so_kindly() -> Result<()> {
    let (server, browser) = stand().await?;
    browser.goto(&server.url("/report-expired?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.scan(&format!("010{MILK}17{}", day(&browser, 0).await?)).await?;
    browser.wait_for_text("It is good until midnight today").await?;
    browser.press("[data-action=other-date]").await?;
    browser.wait_for_text("Which date is on the pack?").await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Digits to go: 6").await
}

#[tokio::test]
async fn a_report_without_the_network_comes_once_it_is_back_and_the_label_with_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let label = folder.path().join("label.y4m");
    std::fs::write(&label, film(&Shot { blur: 9, ..Shot::SHARP }.of(None)))?;
    let (mut server, browser) = stand_of(Browser::open_with_camera(Size::STAND, &label).await?).await?;
    let card = join(&browser, "+79161234567", "join").await?;
    let yesterday = day(&browser, 1).await?;
    browser.goto(&server.url("/report-expired?lang=en")).await?;
    browser.wait_until_settled().await?;
    server.stop().await?;
    browser.scan(&format!("010{MILK}17{yesterday}")).await?;
    browser.wait_for_text("Its date was yesterday").await?;
    browser.press("[data-action=report]").await?;
    browser.scan(&card).await?;
    browser.wait_for_text("Your report is saved").await?;
    browser.wait_for_text("Points: up to 90").await?;
    browser.press("[data-action=photo]").await?;
    browser.wait_for_text("The camera is on").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    browser.press("[data-action=photo-take]").await?;
    browser.wait_for_text("Can the date be read?").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    // Nobody is filmed while they look at it.
    browser.wait_until("!document.querySelector('video')").await?;
    browser.press("[data-action=photo-use]").await?;
    browser.wait_for_text("The photograph is added").await?;
    browser.wait_for_text("Your report is saved").await?;
    server.restart().await?;
    browser.wait_for_text("Points waiting: 90").await?;
    server.wait_for_number(PENDING, 90).await?;
    let photos = "SELECT COUNT(*) FROM expired_report_photos WHERE LENGTH(jpeg) BETWEEN 1000 AND 122880";
    server.wait_for_number(photos, 1).await
}

#[tokio::test]
async fn a_slip_becomes_points_for_whoever_joins_by_it() -> Result<()> {
    let (server, browser) = stand().await?;
    browser.goto(&server.url("/report-expired?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.script("window.printed = 0; window.print = () => window.printed++").await?;
    browser.scan(&format!("010{MILK}17{}", day(&browser, 1).await?)).await?;
    browser.wait_for_text("Its date was yesterday").await?;
    browser.press("[data-action=report]").await?;
    browser.press("[data-action=slip]").await?;
    browser.wait_for_text("They wait on the slip").await?;
    browser.wait_until("window.printed === 1").await?;
    let paper = "return document.querySelector('.paper').textContent.replace(/\\D/g, '')";
    let paper = browser.script(paper).await?.as_str().unwrap_or_default().to_owned();
    let slip: CardNumber = paper[2..22].parse().map_err(|_| anyhow::anyhow!("{paper} has no slip"))?;
    // Whoever goes on to a card has the slip's points on it; somebody else scans it there.
    browser.press("[href='/join-loyalty']").await?;
    browser.wait_for_text("If points wait on it, they come to your card").await?;
    let other = CardNumber::from_random([7; 16]);
    browser.scan(&other.to_string()).await?;
    browser.scan(&slip.to_string()).await?;
    for digit in "9161234567".chars() {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    browser.press("[data-action=next]").await?;
    browser.press("[data-action=agree]").await?;
    server.wait_for_number(PENDING, 90).await?;
    assert_eq!(browser.script("return window.printed").await?, json!(1));
    Ok(())
}
