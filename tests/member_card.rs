//! Somebody looks at their card: at a device of the store, and on their own phone.

use anyhow::{Context, Result};
use polka_stage::{Browser, Server, Size};
use serde_json::json;

/// As people of the country type it.
const NUMBER: &str = "9161234567";
const OTHER_NUMBER: &str = "9161234500";

async fn type_digits(browser: &Browser, digits: &str) -> Result<()> {
    for digit in digits.chars() {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    Ok(())
}

/// A store that phones reach, and a tablet of its staff at which somebody has joined.
async fn joined() -> Result<(Server, Browser)> {
    // Keys of a driven browser come in the rhythm of a busy machine.
    let rhythm = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];
    let mut server = Server::start(&[&["--messages", "log"], &rhythm[..]].concat()).await?;
    let public = server.url("").replace("127.0.0.1", "localhost");
    server.set(&["--public-url", &public]);
    server.stop().await?;
    server.restart().await?;
    let browser = Browser::open(Size::TABLET).await?;
    browser.goto(&server.url("/join-loyalty")).await?;
    browser.wait_until_settled().await?;
    browser.enrol_as(&server, "Tablet", "tablet").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    type_digits(&browser, NUMBER).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Можно сохранить ваш номер?").await?;
    browser.press("[data-action=agree]").await?;
    browser.wait_for_text("Наберите код из сообщения").await?;
    type_digits(&browser, &browser.code_on_the_phone(1).await?).await?;
    browser.press("[data-action=next]").await?;
    browser.wait_for_text("Присылать вам скидки и новости?").await?;
    browser.press("[data-action=yes]").await?;
    browser.wait_for_text("Ваша карта готова").await?;
    another_code_may_be_sent(&server).await?;
    Ok((server, browser))
}

/// As if a minute had passed.
async fn another_code_may_be_sent(server: &Server) -> Result<()> {
    server.execute("UPDATE phone_codes SET made_ms = made_ms - 61000").await
}

/// A receipt of 1,200 earns twelve points.
async fn buy(server: &Server) -> Result<()> {
    let till = server.device_of_kind("Till", "till").await?;
    let said = json!({
        "receipt_number": "r1", "buyer": { "phone": NUMBER }, "total_minor_units": 120_000, "made_ms": 1,
    });
    till.write("/api/v1/receipts", "r1", &said).await.map(drop)
}

/// Types the number and the code that comes to it, at the tablet.
async fn show_card(server: &Server, tablet: &Browser, message: usize) -> Result<()> {
    tablet.goto(&server.url("/member-card")).await?;
    tablet.wait_for_text("Ваша карта и баллы").await?;
    type_digits(tablet, NUMBER).await?;
    tablet.press("[data-action=next]").await?;
    tablet.wait_for_text("Наберите код из сообщения").await?;
    type_digits(tablet, &tablet.code_on_the_phone(message).await?).await?;
    tablet.press("[data-action=next]").await?;
    tablet.wait_for_text("Ваши баллы").await
}

/// The card on somebody's own phone, by the link on the screen and the code that came.
async fn own_phone(server: &Server, tablet: &Browser) -> Result<Browser> {
    tablet.wait_until("document.querySelector('[data-link]')").await?;
    let link = tablet.script("return document.querySelector('[data-link]').dataset.link").await?;
    let phone = Browser::open(Size::PHONE).await?;
    phone.goto(link.as_str().context("a link")?).await?;
    phone.wait_for_text("Наберите код из сообщения").await?;
    assert_eq!(phone.script("return location.hash").await?, json!(""), "nobody finds the link in the address");
    type_digits(&phone, &tablet.code_on_the_phone(2).await?).await?;
    phone.press("[data-action=next]").await?;
    phone.wait_for_text("Ваши баллы").await?;
    another_code_may_be_sent(server).await?;
    Ok(phone)
}

#[tokio::test]
async fn at_a_device_a_number_and_its_code_show_the_points_and_what_is_kept() -> Result<()> {
    let (server, tablet) = joined().await?;
    buy(&server).await?;
    show_card(&server, &tablet, 2).await?;
    tablet.wait_for_text("Ваши баллы: 12").await?;
    tablet.wait_until("document.querySelector('svg[data-card]').dataset.card.length === 20").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=history]").await?;
    tablet.wait_for_text("За покупку").await?;
    tablet.wait_for_text("+12").await?;
    tablet.press("[data-action=card]").await?;
    tablet.press("[data-action=data]").await?;
    tablet.wait_for_text("+7 ••• ••• •• 67").await?;
    tablet.press("[data-action=offers]").await?;
    tablet.wait_for_text("Присылайте их мне").await?;
    let withdrawn = "SELECT COUNT(*) FROM consents WHERE kind = 'marketing' AND is_given = 0";
    assert_eq!(server.number(withdrawn).await?, 1);
    tablet.press("[data-action=card]").await?;
    tablet.press("[data-action=finish]").await?;
    tablet.wait_for_screen("welcome").await?;
    tablet.goto(&server.url("/member-card")).await?;
    tablet.wait_for_text("пока не набран").await?;
    Ok(())
}

#[tokio::test]
async fn a_list_is_kept_with_the_card_that_is_scanned_and_found_there_again() -> Result<()> {
    let (mut server, tablet) = joined().await?;
    server.import("gtin,name,name_en,price\n9520000000004,Молоко,Milk,89.90\n9521040000276,Хлеб,Bread,45.00\n").await?;
    show_card(&server, &tablet, 2).await?;
    let card = tablet.script("return document.querySelector('svg[data-card]').dataset.card").await?;
    let card = card.as_str().context("a card")?.to_owned();
    tablet.press("[data-action=list]").await?;
    tablet.wait_for_text("Ваш список покупок пуст").await?;
    tablet.press("[data-action=card]").await?;
    tablet.press("[data-action=finish]").await?;

    tablet.goto(&server.url("/shopping-list?items=9520000000004-2")).await?;
    tablet.wait_for_text("Отсканируйте свою карту, и список сохранится на ней.").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.scan(&card).await?;
    tablet.wait_for_text("Список теперь на вашей карте.").await?;
    // A card of nobody gets the same answer.
    tablet.goto(&server.url("/shopping-list?items=9520000000004-2")).await?;
    tablet.wait_for_text("Отсканируйте свою карту, и список сохранится на ней.").await?;
    tablet.scan("96438201745519283745").await?;
    tablet.wait_for_text("Список теперь на вашей карте.").await?;
    // Without the network it waits.
    tablet.goto(&server.url("/shopping-list?items=9521040000276")).await?;
    tablet.wait_for_text("Хлеб").await?;
    server.stop().await?;
    tablet.scan(&card).await?;
    tablet.wait_for_text("Список уйдёт на вашу карту, когда появится сеть.").await?;
    server.restart().await?;
    tablet.wait_for_text("Список теперь на вашей карте.").await?;

    another_code_may_be_sent(&server).await?;
    // The store's tablet shows messages from since the server's start.
    show_card(&server, &tablet, 1).await?;
    tablet.press("[data-action=list]").await?;
    for text in ["Молоко", "Количество: 2", "Хлеб"] {
        tablet.wait_for_text(text).await?;
    }
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=take-list]").await?;
    tablet.wait_for_text("Мой список").await?;
    tablet.wait_for_text("Вместе около 224,80").await?;
    tablet.script("history.back()").await?;
    tablet.wait_for_text("Ваш список покупок").await?;
    tablet.press("[data-action=clear-list]").await?;
    tablet.wait_for_text("Ваш список покупок пуст").await
}

#[tokio::test]
async fn on_ones_own_phone_the_card_opens_once_and_questions_go_on_where_somebody_stopped() -> Result<()> {
    let (server, tablet) = joined().await?;
    let phone = own_phone(&server, &tablet).await?;
    phone.wait_until("document.querySelector('svg[data-card]').dataset.card.length === 26").await?;
    assert_eq!(phone.accessibility_violations().await?, Vec::<String>::new());
    phone.wait_for_text("Осталось вопросов: 4").await?;
    phone.press("[data-action=questions]").await?;
    phone.wait_for_text("Как вас зовут?").await?;
    phone.press(".field input").await?;
    phone.type_keys("Анна").await?;
    phone.press("[data-action=save]").await?;
    phone.wait_for_text("Когда у вас день рождения?").await?;
    type_digits(&phone, "3113").await?;
    phone.press("[data-action=save]").await?;
    phone.wait_for_text("Такого дня нет").await?;
    phone.press("[data-action=erase]").await?;
    type_digits(&phone, "2").await?;
    phone.wait_for_text("31 декабря").await?;
    phone.press("[data-action=save]").await?;
    phone.wait_for_text("Куда вам написать?").await?;
    // They close the page, and come back later: no code, and nothing asked twice.
    let page = phone.script("return location.href").await?;
    phone.goto("about:blank").await?;
    phone.goto(page.as_str().context("an address")?).await?;
    phone.wait_for_text("Осталось вопросов: 2").await?;
    phone.press("[data-action=questions]").await?;
    phone.wait_for_text("Куда вам написать?").await?;
    phone.press("[data-action=skip]").await?;
    phone.wait_for_text("О чём вам рассказывать?").await?;
    phone.press("[aria-pressed=false]").await?;
    phone.press("[data-action=save]").await?;
    phone.wait_for_text("Осталось вопросов: 1").await?;
    phone.press("[data-action=data]").await?;
    phone.wait_for_text("Анна").await?;
    let stored = "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])";
    let stored = phone.script(stored).await?;
    let stored = stored.as_str().unwrap_or_default();
    assert!(!stored.contains(&NUMBER[3..]) && !stored.contains("Анна"), "{stored}");
    phone.press("[data-action=card]").await?;
    phone.press("[data-action=end]").await?;
    phone.wait_for_text("Этот телефон забыл вашу карту").await?;
    phone.goto(page.as_str().context("an address")?).await?;
    phone.wait_for_text("Этот телефон ещё не знает вашу карту").await?;
    Ok(())
}

#[tokio::test]
async fn another_number_is_theirs_after_a_code_from_there() -> Result<()> {
    let (server, tablet) = joined().await?;
    buy(&server).await?;
    let phone = own_phone(&server, &tablet).await?;
    phone.press("[data-action=new-number]").await?;
    phone.wait_for_text("Ваш новый номер").await?;
    type_digits(&phone, OTHER_NUMBER).await?;
    phone.press("[data-action=next]").await?;
    phone.wait_for_text("Наберите код из сообщения").await?;
    type_digits(&phone, &tablet.code_on_the_phone(3).await?).await?;
    phone.press("[data-action=next]").await?;
    phone.wait_for_text("Номер сменён").await?;
    phone.press("[data-action=card]").await?;
    phone.wait_for_text("Ваши баллы: 12").await?;
    phone.press("[data-action=data]").await?;
    phone.wait_for_text("+7 ••• ••• •• 00").await?;
    Ok(())
}

#[tokio::test]
async fn who_wants_to_be_erased_is_asked_twice_and_is() -> Result<()> {
    let (server, tablet) = joined().await?;
    show_card(&server, &tablet, 2).await?;
    tablet.press("[data-action=data]").await?;
    tablet.wait_for_text("+7 ••• ••• •• 67").await?;
    tablet.press("[data-action=erasure]").await?;
    tablet.wait_for_text("Удалить всё о вас?").await?;
    tablet.press("[data-action=keep]").await?;
    tablet.wait_for_text("Ваши баллы").await?;
    tablet.press("[data-action=data]").await?;
    tablet.wait_for_text("+7 ••• ••• •• 67").await?;
    tablet.press("[data-action=erasure]").await?;
    tablet.press("[data-action=erase-all]").await?;
    tablet.wait_for_text("Всё о вас удалено").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM members WHERE phone IS NOT NULL").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_link_is_sent_as_a_message_and_opens_without_a_code() -> Result<()> {
    let (server, tablet) = joined().await?;
    show_card(&server, &tablet, 2).await?;
    tablet.press("[data-action=link]").await?;
    tablet.wait_for_text("Карта в вашем телефоне").await?;
    tablet.press("[data-action=send]").await?;
    tablet.wait_for_text("Ссылка отправлена").await?;
    let shown = "fetch('/api/v1/messages').then((it) => it.json()).then(({ shown }) => done(";
    tablet.wait_until_later(&format!("{shown}shown.length))"), &json!(3)).await?;
    let text = tablet.script_later(&format!("{shown}shown[0].text))")).await?;
    let text = text.as_str().context("a message")?;
    let link = text.split_whitespace().find(|word| word.starts_with("http")).context("a link")?;
    let phone = Browser::open(Size::PHONE).await?;
    phone.goto(link).await?;
    phone.wait_for_text("Ваши баллы: 0").await?;
    // The same phone finds the card again by it, and from the first screen; another does not.
    phone.goto("about:blank").await?;
    phone.goto(link).await?;
    phone.wait_for_text("Ваши баллы: 0").await?;
    phone.press("[data-action=back]").await?;
    phone.wait_for_screen("welcome").await?;
    phone.press("[href='/member-card']").await?;
    phone.wait_for_text("Ваши баллы: 0").await?;
    let other = Browser::open(Size::PHONE).await?;
    other.goto(link).await?;
    other.wait_for_text("Эта ссылка уже не действует").await?;
    Ok(())
}

#[tokio::test]
async fn without_the_store_it_is_told_that_the_card_does_not_open() -> Result<()> {
    let (mut server, tablet) = joined().await?;
    tablet.wait_until_kept().await?;
    tablet.goto(&server.url("/member-card")).await?;
    tablet.wait_for_text("Ваша карта и баллы").await?;
    server.stop().await?;
    type_digits(&tablet, NUMBER).await?;
    tablet.press("[data-action=next]").await?;
    tablet.wait_for_text("Код пока не отправлен").await?;
    server.restart().await?;
    tablet.press("[data-action=again]").await?;
    tablet.wait_for_text("Наберите код из сообщения").await?;
    Ok(())
}

#[tokio::test]
async fn a_personal_offer_is_switched_on_by_a_touch() -> Result<()> {
    let (server, tablet) = joined().await?;
    server.import("gtin,name,price\n9520000000004,Молоко,89.90\n").await?;
    let offers = format!(
        "offer_key,phone,gtin,price,first_day,last_day\nspring,+7{NUMBER},9520000000004,59.90,2026-01-01,2099-12-31\n"
    );
    let file = server.folder().join("offers.csv");
    std::fs::write(&file, offers)?;
    assert_eq!(server.run(&["import", "personal-offers", &file.display().to_string()]).await?, 0);
    show_card(&server, &tablet, 2).await?;
    tablet.press("[data-action=offers]").await?;
    tablet.wait_for_text("Только для вас").await?;
    tablet.wait_for_text("Молоко").await?;
    tablet.wait_for_text("59,90").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=activate]").await?;
    tablet.wait_for_text("Включено.").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM personal_offers WHERE activated_ms > 0").await?, 1);
    Ok(())
}
