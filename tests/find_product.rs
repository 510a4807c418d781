//! Somebody looks for a product: by typing, by department, without the network.

use anyhow::Result;
use polka_stage::{Browser, Server, Size, real_data};
use serde_json::{Value, json};

const SETTINGS: [&str; 6] = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450", "--catalogue-poll-s", "1"];
const HEADER: &str = "gtin,name,name_en,category,price,aisle,bay,shelf\n";
const MILK: &str = "9520000000004";
const BUCKWHEAT: &str = "9521040000276";
const LIST: &str = "9520000000004,Молоко 3%,Milk,Молочные продукты,89.90,4,2,3\n\
                    9521040000276,Крупа гречневая,Buckwheat,Бакалея/Крупы,120.00,12,3,2\n\
                    9521040000443,Крупа рисовая,Rice,Бакалея/Крупы,99.00,12,3,1\n";

async fn shop() -> Result<(Server, Browser)> {
    let server = Server::start(&SETTINGS).await?;
    server.import(&format!("{HEADER}{LIST}")).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    Ok((server, browser))
}

/// Presses the keys of a word on the screen.
async fn type_on_screen(browser: &Browser, word: &str) -> Result<()> {
    for letter in word.chars() {
        browser.press(&format!("[data-key='{letter}']")).await?;
    }
    Ok(())
}

/// Waits until the first of the products that are shown is this one.
async fn wait_for_first(browser: &Browser, gtin: &str) -> Result<()> {
    let first = "document.querySelector('main [data-gtin]').dataset.gtin";
    browser.wait_until(&format!("{first}.endsWith('{gtin}')")).await
}

/// Waits until the index is kept beside the copy.
async fn wait_until_index_is_kept(browser: &Browser) -> Result<()> {
    let tag = "
        const open = indexedDB.open('polka');
        open.onsuccess = () => {
            const tag = open.result.transaction('copies').objectStore('copies').get('index_tag');
            tag.onsuccess = () => { open.result.close(); done(!!tag.result); };
        };";
    browser.wait_until_later(tag, &json!(true)).await
}

#[tokio::test]
async fn a_shopper_types_and_learns_price_and_place() -> Result<()> {
    let (_server, browser) = shop().await?;
    browser.press("[href='/find-product']").await?;
    browser.wait_for_screen("find-product").await?;
    browser.wait_for_text("Наберите две буквы или выберите отдел.").await?;
    type_on_screen(&browser, "греч").await?;
    wait_for_first(&browser, BUCKWHEAT).await?;
    browser.wait_for_text("Ряд 12, секция 3, полка 2").await?;
    browser.wait_for_price(12_000).await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    browser.press("[data-gtin]").await?;
    browser.wait_for_screen("price-check").await?;
    browser.wait_for_price(12_000).await?;
    // Back at the search, it is as it was.
    browser.press("[data-action=back]").await?;
    browser.wait_for_screen("find-product").await?;
    wait_for_first(&browser, BUCKWHEAT).await?;
    browser.press("[data-action=clear]").await?;
    browser.wait_for_text("Отделы").await?;
    Ok(())
}

#[tokio::test]
async fn an_address_begins_with_a_search_and_the_next_visitor_does_not() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url("/find-product?lang=en&q=milk")).await?;
    wait_for_first(&browser, MILK).await?;
    browser.press("[data-action=back]").await?;
    browser.wait_for_screen("welcome").await?;
    assert_eq!(browser.script("return location.search").await?, json!("?lang=en"));
    browser.press("[href='/find-product']").await?;
    browser.wait_for_text("Type two letters, or choose a department.").await?;
    assert_eq!(browser.script("return document.querySelector('input').value").await?, json!(""));
    Ok(())
}

#[tokio::test]
async fn what_is_typed_on_a_keyboard_in_the_other_layout_is_found() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url("/find-product")).await?;
    browser.wait_for_text("Отделы").await?;
    browser.press("input").await?;
    for letter in "vjkjrj".chars() {
        browser.type_keys(&letter.to_string()).await?;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    wait_for_first(&browser, MILK).await?;
    browser.wait_for_text("Показано по запросу:").await?;
    Ok(())
}

#[tokio::test]
async fn a_scan_while_the_field_has_the_focus_shows_the_price() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url("/find-product")).await?;
    browser.wait_for_text("Отделы").await?;
    browser.press("input").await?;
    browser.scan(MILK).await?;
    browser.wait_for_screen("price-check").await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}

#[tokio::test]
async fn where_nothing_is_found_there_is_a_way_on() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url("/find-product?q=zzzzzz")).await?;
    browser.wait_for_text("Ничего не найдено").await?;
    browser.wait_for_text("Бакалея, 2").await?;
    browser.press("[data-action=clear]").await?;
    browser.press("[data-department='Бакалея']").await?;
    browser.wait_for_text("Найдено: 2").await?;
    browser.press("[data-action=all]").await?;
    browser.wait_for_text("Отделы").await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_screen("call-staff").await?;
    Ok(())
}

#[tokio::test]
async fn whatever_is_typed_gets_an_answer() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url("/find-product")).await?;
    browser.wait_for_text("Отделы").await?;
    let mut texts = vec![json!("щ".repeat(10_000)), json!("\u{202e}\u{0}<b>&amp;")];
    if let Some(path) = real_data("naughty_strings.json") {
        let naughty: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        texts.extend(naughty.as_array().into_iter().flatten().cloned());
    }
    let type_each = format!(
        "(async () => {{
            const field = document.querySelector('input'), silent = [];
            for (const text of {}) {{
                field.value = text;
                field.dispatchEvent(new Event('input', {{ bubbles: true }}));
                await new Promise(requestAnimationFrame);
                if (!document.querySelector('h2.results')?.textContent) silent.push(text);
            }}
            done(silent);
        }})();",
        json!(texts)
    );
    assert_eq!(browser.script_later(&type_each).await?, json!([]));
    browser.press("[data-action=clear]").await?;
    type_on_screen(&browser, "греч").await?;
    wait_for_first(&browser, BUCKWHEAT).await?;
    Ok(())
}

#[tokio::test]
async fn a_word_that_was_begun_can_be_chosen() -> Result<()> {
    let (_server, browser) = shop().await?;
    browser.press("[href='/find-product']").await?;
    browser.wait_for_text("Наберите две буквы или выберите отдел.").await?;
    type_on_screen(&browser, "кр").await?;
    browser.press("[data-completion='крупа']").await?;
    browser.wait_for_text("Найдено: 2").await?;
    assert_eq!(browser.script("return document.querySelector('input').value").await?, json!("крупа "));
    Ok(())
}

#[tokio::test]
async fn a_device_finds_products_without_the_network() -> Result<()> {
    let (mut server, browser) = shop().await?;
    browser.wait_until_kept().await?;
    wait_until_index_is_kept(&browser).await?;
    server.stop().await?;
    browser.goto(&server.url("/find-product?q=гречку")).await?;
    wait_for_first(&browser, BUCKWHEAT).await?;
    Ok(())
}

#[tokio::test]
async fn a_product_that_is_new_is_found_and_one_that_is_gone_is_not() -> Result<()> {
    let (server, browser) = shop().await?;
    wait_until_index_is_kept(&browser).await?;
    browser.goto(&server.url("/find-product?q=киноа")).await?;
    browser.wait_for_text("Ничего не найдено").await?;
    // Enough stays the same, so that the change comes as one.
    let others = LIST.replace("Крупа рисовая", "Крупа киноа");
    server.import(&format!("{HEADER}{others}")).await?;
    wait_for_first(&browser, "9521040000443").await?;
    browser.goto(&server.url("/find-product?q=рисовая")).await?;
    browser.wait_for_text("Ничего не найдено").await?;
    Ok(())
}

#[tokio::test]
async fn a_shopper_is_shown_the_way_also_without_the_network() -> Result<()> {
    let mut server = Server::start(&SETTINGS).await?;
    assert_eq!(server.run(&["demo"]).await?, 0);
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/price-check/9521247000444")).await?;
    browser.wait_until_settled().await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    wait_until_index_is_kept(&browser).await?;
    browser.press("[href^='/find-way']").await?;
    browser.wait_for_text("Встаньте лицом к этому экрану.").await?;
    browser.wait_until("document.querySelector('.map-way')").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    server.stop().await?;
    browser.goto(&server.url("/find-way/9521247000444?lang=en")).await?;
    browser.wait_for_text("Stand facing this screen.").await?;
    browser.press("[data-action=wheels]").await?;
    browser.wait_until("document.querySelector('[data-action=wheels][aria-pressed=true]')").await?;
    browser.wait_for_text("Stand facing this screen.").await?;
    Ok(())
}

#[tokio::test]
async fn a_store_without_a_map_says_where_a_product_stands() -> Result<()> {
    let (server, browser) = shop().await?;
    browser.goto(&server.url(&format!("/find-way/{MILK}"))).await?;
    browser.wait_for_text("На карте нет дороги").await?;
    browser.wait_for_text("Ряд 4, секция 2, полка 3").await?;
    Ok(())
}

#[tokio::test]
async fn many_products_can_be_narrowed_to_a_department_and_shown_further() -> Result<()> {
    let server = Server::start(&SETTINGS).await?;
    let mut list = HEADER.to_owned();
    for number in 0..60 {
        let department = if number % 3 == 0 { "Напитки/Чай" } else { "Сладости/Печенье" };
        let gtin = gtin_of(9_520_000_100 + number);
        list += &format!("{gtin},Лимонный вкус {number},,{department},50.00,1,1,1\n");
    }
    server.import(&list).await?;
    let browser = Browser::open(Size::TABLET).await?;
    browser.goto(&server.url("/find-product?q=лимонный")).await?;
    browser.wait_for_text("Найдено: 60").await?;
    let count = "document.querySelectorAll('main [data-gtin]').length";
    browser.wait_until(&format!("{count} === 20")).await?;
    browser.press("[data-action=more]").await?;
    browser.wait_until(&format!("{count} === 40")).await?;
    browser.press("[data-department^='Напитки']").await?;
    browser.wait_for_text("Найдено: 20").await?;
    Ok(())
}

/// A GTIN of thirteen digits with these first ones.
fn gtin_of(start: u64) -> String {
    let body = format!("{start:012}");
    let sum: u32 =
        body.chars().zip([1, 3].into_iter().cycle()).filter_map(|(c, weight)| Some(c.to_digit(10)? * weight)).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
