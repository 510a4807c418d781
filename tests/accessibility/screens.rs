//! What is drawn largest, and what moves.

use anyhow::Result;
use polka_stage::{Browser, Server, Size};
use serde_json::json;

const SIZES: [Size; 5] = [Size::STAND, Size::TABLET, Size::TILL, Size::PHONE, Size::NARROWEST];
async fn shop() -> Result<(Server, Browser)> {
    let server = Server::start(&[]).await?;
    // A product that has everything, with the longest words.
    server
        .import(
            "gtin,name,name_en,brand,unit,content,price,card_price,offer,offer_until,aisle,bay,shelf,allergens,age_limit\n\
             9521040000276,Высококачественное сельскохозяйственное пастеризованное молоко,Milk,Достопримечательность,\
             piece,930 ml,12999.90,12899.90,Скидка для первооткрывателей,2999-09-30,14,12,6,\
             gluten;crustaceans;milk;sulphites;molluscs,18\n\
             9520000000004,Хлеб,,,piece,,45.00,,,,,,,,\n\
             9520000000011,Икра,,,piece,,129900.00,119900.00,,,,,,,\n\
             9520000000028,Автомобиль,,,piece,,12999900.00,11999900.00,,,,,,,\n",
        )
        .await?;
    let browser = Browser::open(Size::STAND).await?;
    Ok((server, browser))
}

async fn show(server: &Server, browser: &Browser, screen: &str, language: &str) -> Result<()> {
    browser.goto(&server.url(&format!("{screen}?lang={language}"))).await?;
    browser.wait_until_settled().await
}

#[tokio::test]
async fn the_price_is_the_largest_thing_on_the_screen() -> Result<()> {
    let (server, browser) = shop().await?;
    for size in SIZES {
        browser.resize(size).await?;
        show(&server, &browser, "/price-check/9521040000276", "ru").await?;
        let largest = browser
            .script(
                "const size = (it) => parseFloat(getComputedStyle(it).fontSize);
                 const price = size(document.querySelector('[data-price]'));
                 return [...document.querySelectorAll('body *')].every((it) => it.dataset.price || size(it) < price);",
            )
            .await?;
        assert_eq!(largest, json!(true), "{size:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_first_screen_stands_still_for_who_asks_for_it() -> Result<()> {
    let (server, browser) = shop().await?;
    let moving = "return document.getAnimations().length";
    show(&server, &browser, "/", "ru").await?;
    assert_eq!(browser.script(moving).await?, json!(1));
    let reduce = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    browser.cdp("Emulation.setEmulatedMedia", reduce).await?;
    assert_eq!(browser.script(moving).await?, json!(0));
    Ok(())
}
