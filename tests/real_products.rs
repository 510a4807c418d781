//! The real feed: every row goes in, and products drawn at random are found in the browser at their price.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use polka_stage::{Browser, Server, Size, real_data};
use tokio::time::timeout;

const DRAWN: usize = 1000;
/// So long somebody looks for the price before they scan again.
const LOOK: Duration = Duration::from_secs(15);
/// More than this is no matter of the machine.
const MOST_AGAIN: usize = 3;

#[tokio::test]
async fn a_thousand_products_of_the_real_feed_are_found_at_their_price() -> Result<()> {
    let Some(feed) = real_data("products.csv") else { return Ok(()) };
    let server = Server::start(&["--scanner-key-gap-ms", "500", "--scanner-pause-ms", "1000"]).await?;
    server.import_file(&feed).await?;

    let mut reader = csv::Reader::from_path(&feed)?;
    let rows: Vec<(String, String)> = reader
        .records()
        .map(|row| {
            let row = row?;
            let price = row.get(4).context("a price")?.replace('.', "");
            Ok((row.get(0).context("a gtin")?.to_owned(), price))
        })
        .collect::<Result<_>>()?;
    ensure!(rows.len() > 50_000, "the feed is whole");

    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    // Each run draws others; a failure names its product.
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.subsec_nanos() as usize;
    let mut again = 0;
    for count in 0..DRAWN {
        let (gtin, price) = &rows[(seed + count * 7919) % rows.len()];
        let padded = format!("{gtin:0>14}");
        let is_shown = format!(
            "document.querySelector('[data-gtin]').dataset.gtin === '{padded}' \
             && document.querySelector('[data-price]').dataset.price === '{price}'"
        );
        browser.scan(gtin).await?;
        // A machine that stands still for half a second types like a person: whoever sees no price scans again.
        if timeout(LOOK, browser.wait_until(&is_shown)).await.is_err() {
            again += 1;
            browser.scan(gtin).await?;
            browser.wait_until(&is_shown).await.with_context(|| format!("{gtin} costs {price}"))?;
        }
    }
    ensure!(again <= MOST_AGAIN, "{again} of {DRAWN} had to be scanned again");
    Ok(())
}
