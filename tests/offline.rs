//! What goes on without the network: the app starts, prices are shown, and what people say is kept and sent once.
//! The server is stopped for it, for a browser's own switch does not reach its service worker.

use std::path::Path;

use anyhow::{Context, Result};
use polka_stage::{Browser, Server, Size};
use serde_json::json;

const SETTINGS: [&str; 4] = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];
const MILK: &str = "9520000000004";

async fn shop_with(settings: &[&str]) -> Result<Server> {
    let server = Server::start(&[&SETTINGS[..], settings].concat()).await?;
    server.import(&format!("gtin,name,name_en,price,card_price\n{MILK},Молоко,Milk,89.90,79.90\n")).await?;
    Ok(server)
}

/// A store, and a stand that is enrolled in it and has all it needs.
async fn stand() -> Result<(Server, Browser)> {
    let server = shop_with(&[]).await?;
    let browser = stand_at(&server).await?;
    Ok((server, browser))
}

async fn stand_at(server: &Server) -> Result<Browser> {
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.enrol(server, "Entrance").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    browser.wait_until_kept().await?;
    Ok(browser)
}

/// Waits until nothing waits in the outbox.
async fn wait_until_sent(browser: &Browser) -> Result<()> {
    browser.wait_until_later(COUNT_ENTRIES, &json!(0)).await
}

const COUNT_ENTRIES: &str = "
    const open = indexedDB.open('polka-outbox');
    open.onsuccess = () => {
        if (!open.result.objectStoreNames.contains('entries')) return open.result.close(), done(-1);
        const count = open.result.transaction('entries').objectStore('entries').count();
        count.onsuccess = () => { open.result.close(); done(count.result); };
    };";

#[tokio::test]
async fn a_call_reaches_the_store_and_can_be_taken_back() -> Result<()> {
    let (server, browser) = stand().await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("Вы позвали, пока никто не ответил").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM calls WHERE called_off_ms IS NULL").await?, 1);
    browser.press("[data-action=call-off]").await?;
    browser.wait_for_text("Вызова нет").await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM calls WHERE called_off_ms IS NOT NULL").await?, 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM calls").await?, 1);
    Ok(())
}

#[tokio::test]
async fn who_calls_without_the_network_is_told_so_and_the_call_is_sent_once() -> Result<()> {
    let (mut server, browser) = stand().await?;
    server.stop().await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("Вызов сохранён").await?;
    browser.wait_for_text("Мы отправим его, когда появится сеть.").await?;
    browser.wait_for_text("Без сети").await?;
    assert_eq!(browser.accessibility_violations().await?, Vec::<String>::new());
    // The page is loaded again without its server: what was kept is kept.
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    assert_eq!(browser.script_later(COUNT_ENTRIES).await?, json!(1));
    server.restart().await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM calls").await?, 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM writes").await?, 1);
    browser.wait_until("!document.querySelector('.away')").await?;
    Ok(())
}

#[tokio::test]
async fn nobody_reads_in_the_storage_what_was_said() -> Result<()> {
    let (mut server, browser) = stand().await?;
    server.stop().await?;
    report_label(&browser, &server, "9990").await?;
    browser.wait_for_text("Сообщение сохранено").await?;
    let stored = browser
        .script_later(
            "const open = indexedDB.open('polka-outbox');
             open.onsuccess = () => {
                 const all = open.result.transaction('entries').objectStore('entries').getAll();
                 all.onsuccess = () => { open.result.close(); done(all.result.join('\\n')); };
             };",
        )
        .await?;
    let stored = stored.as_str().context("entries are texts")?;
    assert!(stored.contains("\"kind\":\"label_report\""), "{stored}");
    for said in [MILK, "9990", "8990"] {
        assert!(!stored.contains(said), "{said} stands in {stored}");
    }
    Ok(())
}

async fn report_label(browser: &Browser, server: &Server, digits: &str) -> Result<()> {
    browser.goto(&server.url(&format!("/label-report/{MILK}"))).await?;
    browser.wait_for_text("Какая цена на ценнике?").await?;
    for digit in digits.chars() {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    browser.press("[data-action=send]").await
}

#[tokio::test]
async fn a_shopper_says_that_the_label_shows_another_price() -> Result<()> {
    let (server, browser) = stand().await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.press("[href^='/label-report']").await?;
    browser.wait_for_text("На кассе 89,90 ₽").await?;
    for digit in ["7", "9", "5", "1"] {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    browser.press("[data-action=erase]").await?;
    browser.press("[data-digit='0']").await?;
    browser.wait_for_text("79,50 ₽").await?;
    browser.press("[data-action=send]").await?;
    browser.wait_for_text("Спасибо! Мы проверим ценник").await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT label_price FROM label_reports").await?, 7950);
    assert_eq!(server.number("SELECT COUNT(*) FROM tasks WHERE closed_ms IS NULL").await?, 1);
    // Somebody else says the same: they are thanked, and it is one task.
    report_label(&browser, &server, "7950").await?;
    browser.wait_for_text("Спасибо!").await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM label_reports").await?, 2);
    assert_eq!(server.number("SELECT COUNT(*) FROM tasks").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_label_that_is_right_is_no_report() -> Result<()> {
    let (server, browser) = stand().await?;
    report_label(&browser, &server, "8990").await?;
    browser.wait_for_text("Цены совпадают").await?;
    browser.press("[data-action=again]").await?;
    for digit in ["7", "9", "9", "0"] {
        browser.press(&format!("[data-digit='{digit}']")).await?;
    }
    browser.press("[data-action=send]").await?;
    browser.wait_for_text("Это цена по карте").await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM label_reports").await?, 0);
    Ok(())
}

#[tokio::test]
async fn every_page_opens_without_the_network() -> Result<()> {
    let (mut server, browser) = stand().await?;
    server.stop().await?;
    for (path, text) in [
        ("/".to_owned(), "Отсканируйте товар"),
        ("/?lang=en".to_owned(), "Scan a product"),
        (format!("/price-check/{MILK}?lang=en"), "Milk"),
        (format!("/label-report/{MILK}"), "Какая цена на ценнике?"),
        ("/help?contrast=dark&size=largest".to_owned(), "Помощь"),
        ("/call-staff".to_owned(), "Позвать сотрудника"),
        ("/installer".to_owned(), "Entrance"),
        ("/nowhere".to_owned(), "Такой страницы нет"),
    ] {
        browser.goto(&server.url(&path)).await?;
        browser.wait_until_settled().await?;
        browser.wait_for_text(text).await?;
    }
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_kept_for_thirty_days_is_sent() -> Result<()> {
    let (mut server, browser) = stand().await?;
    server.stop().await?;
    report_label(&browser, &server, "9990").await?;
    browser.wait_for_text("Сообщение сохранено").await?;
    let month = "const now = Date.now; Date.now = () => now() + 30 * 86400000;";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": month })).await?;
    browser.goto(&server.url("/installer")).await?;
    browser.wait_for_text("Ждут отправки 1").await?;
    server.restart().await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM label_reports").await?, 1);
    Ok(())
}

#[tokio::test]
async fn two_tabs_send_each_write_once_and_in_order() -> Result<()> {
    let (mut server, browser) = stand().await?;
    browser.open_tab(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    server.stop().await?;
    for (is_first, digits) in [(false, "1001"), (true, "1002"), (false, "1003"), (true, "1004")] {
        match is_first {
            true => browser.first_tab().await?,
            false => browser.last_tab().await?,
        }
        report_label(&browser, &server, digits).await?;
        browser.wait_for_text("Сообщение сохранено").await?;
    }
    server.restart().await?;
    wait_until_sent(&browser).await?;
    assert_eq!(server.number("SELECT COUNT(*) FROM writes").await?, 4);
    let in_order = "SELECT COUNT(*) FROM label_reports WHERE label_price = 1000 + id";
    assert_eq!(server.number(in_order).await?, 4);
    Ok(())
}

#[tokio::test]
async fn where_nothing_can_be_kept_a_person_is_told_before_they_begin() -> Result<()> {
    let server = shop_with(&[]).await?;
    let browser = Browser::open(Size::STAND).await?;
    let origin = server.url("");
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await?;
    browser.goto(&server.url(&format!("/label-report/{MILK}"))).await?;
    browser.wait_until_settled().await?;
    browser.enrol(&server, "Entrance").await?;
    browser.wait_for_text("Отсюда сообщить сейчас нельзя").await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("Отсюда позвать сейчас нельзя").await?;
    browser.wait_for_text("Подойдите к ближайшей кассе").await?;
    // A price needs no room.
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": origin })).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("Вы позвали, пока никто не ответил").await?;
    Ok(())
}

#[tokio::test]
async fn a_device_that_was_revoked_says_that_it_cannot_call() -> Result<()> {
    let (server, browser) = stand().await?;
    assert_eq!(server.run(&["device", "revoke", "Entrance"]).await?, 0);
    browser.goto(&server.url("/call-staff")).await?;
    browser.wait_for_text("Отсюда позвать сейчас нельзя").await?;
    Ok(())
}

#[tokio::test]
async fn a_device_that_the_store_does_not_know_thanks_nobody() -> Result<()> {
    let server = shop_with(&[]).await?;
    let browser = Browser::open(Size::STAND).await?;
    report_label(&browser, &server, "9990").await?;
    browser.wait_for_text("Сообщение не сохранилось").await?;
    browser.press("[data-action=call]").await?;
    browser.wait_for_text("Отсюда позвать сейчас нельзя").await?;
    Ok(())
}

#[tokio::test]
async fn an_installer_types_the_code_at_the_device() -> Result<()> {
    let server = shop_with(&[]).await?;
    let added = server.ask(&["device", "add", "Bakery", "--kind", "kiosk", "--place", "У хлеба"]).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/installer")).await?;
    browser.wait_for_text("Магазин ещё не знает это устройство").await?;
    for code in ["12345678", added["code"].as_str().context("a code")?] {
        for digit in code.chars().filter(char::is_ascii_digit) {
            browser.press(&format!("[data-digit='{digit}']")).await?;
        }
        browser.press("[data-action=submit]").await?;
        if code == "12345678" {
            browser.wait_for_text("Код не подошёл").await?;
        }
    }
    browser.wait_for_text("Bakery").await?;
    browser.wait_for_text("У хлеба").await?;
    Ok(())
}

#[tokio::test]
async fn an_installer_scans_the_code_at_the_device() -> Result<()> {
    let server = shop_with(&[]).await?;
    let added = server.ask(&["device", "add", "Bakery", "--kind", "kiosk"]).await?;
    let code = format!("polka-enrol:{}", added["code"].as_str().context("a code")?);
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.scan(&code).await?;
    browser.wait_for_screen("installer").await?;
    browser.wait_for_text("Bakery").await?;
    // On a device of the store such a picture is a code like any other, and no way to the set-up page.
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.scan(&code).await?;
    browser.wait_for_text("Это не код товара").await?;
    Ok(())
}

#[tokio::test]
async fn a_device_is_measured_from_the_server_until_somebody_measures_it() -> Result<()> {
    let (server, browser) = stand().await?;
    let pixel = "getComputedStyle(document.documentElement).getPropertyValue('--mm-per-css-px').trim()";
    let set = ["device", "set", "Entrance", "--profile", "mm_per_css_px=0.3&input=both"];
    assert_eq!(server.run(&set).await?, 0);
    // It hears of it with its next sign of life; a new page gives one at once.
    browser.goto(&server.url("/")).await?;
    browser.wait_until(&format!("{pixel} === '0.300'")).await?;
    browser.goto(&server.url("/installer")).await?;
    browser.wait_until("document.querySelector('[data-action=more-0]')").await?;
    browser.press("[data-action=more-0]").await?;
    browser.wait_until(&format!("{pixel} === '0.301'")).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    wait_until_heard(&server, "Entrance").await?;
    browser.wait_until(&format!("{pixel} === '0.301'")).await?;
    assert_eq!(server.run(&["device", "set", "Entrance", "--profile", "mm_per_css_px=2"]).await?, 2);
    Ok(())
}

/// Waits until the store hears from a device again.
async fn wait_until_heard(server: &Server, name: &str) -> Result<()> {
    let heard = async || -> Result<i64> {
        let devices = server.ask(&["device", "list"]).await?;
        let device = devices.as_array().and_then(|devices| devices.iter().find(|device| device["name"] == name));
        device.and_then(|device| device["last_seen_ms"].as_i64()).context("it was heard from before")
    };
    let before_ms = heard().await?;
    for _ in 0..300 {
        if heard().await? > before_ms {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("{name} is not heard from")
}

#[tokio::test]
async fn the_staff_see_what_waits_on_each_device() -> Result<()> {
    let (server, stand) = stand().await?;
    // What a stand says that has just come back, before it has sent what waits; then it says no more.
    let told = "fetch('/api/v1/devices/self', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
            app_version: '1', catalogue_version: 1, outbox_entries: 3, outbox_refused: 0,
            outbox_oldest_ms: Date.now() - 7200000, storage_is_persistent: false,
        }),
    }).then((it) => done(it.status))";
    assert_eq!(stand.script_later(told).await?, json!(200));
    stand.goto("about:blank").await?;
    let tablet = Browser::open(Size::TABLET).await?;
    tablet.goto(&server.url("/staff-desk")).await?;
    tablet.wait_for_text("Только на планшете сотрудника").await?;
    tablet.enrol_as(&server, "Desk", "tablet").await?;
    tablet.sign_in(&server, "Анна", "staff").await?;
    tablet.goto(&server.url("/staff-desk")).await?;
    tablet.wait_for_text("Здесь работает Анна").await?;
    tablet.press("[data-action=devices]").await?;
    for text in [
        "Устройства магазина",
        "Entrance",
        "3, самое давнее:",
        "Сообщения ждут больше часа. Проверьте сеть устройства.",
        "Браузер может стереть сообщения, если кончится место.",
    ] {
        tablet.wait_for_text(text).await?;
    }
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_device_starts_as_the_server_says() -> Result<()> {
    let (server, browser) = stand().await?;
    assert_eq!(server.run(&["device", "set", "Entrance", "--start", "lang=en&contrast=dark"]).await?, 0);
    // It hears of it with its next sign of life, at the latest after a minute; a new page gives one at once.
    browser.goto(&server.url("/")).await?;
    browser.wait_until("document.documentElement.lang === 'en'").await?;
    browser.wait_until("document.documentElement.dataset.contrast === 'dark'").await?;
    Ok(())
}

#[tokio::test]
async fn a_new_version_is_taken_between_two_visits_and_never_during_one() -> Result<()> {
    let (mut server, browser) = stand().await?;
    let version = "JSON.parse(document.getElementById('settings').textContent).idle_timeout_s";
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    // A setting is part of the page, and another page is another version.
    server.stop().await?;
    server.set(&["--idle-timeout-s", "5"]);
    server.restart().await?;
    browser.script("navigator.serviceWorker.getRegistration().then((it) => it.update())").await?;
    browser
        .wait_until_later("navigator.serviceWorker.getRegistration().then((it) => done(!!it.waiting))", &json!(true))
        .await?;
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    browser.wait_for_price(8990).await?;
    assert_eq!(browser.script(&format!("return {version}")).await?, json!(60));
    // The page is left alone as the visitor leaves it.
    browser.goto(&server.url("/")).await?;
    browser.wait_until(&format!("{version} === 5")).await?;
    browser.wait_until_settled().await?;
    Ok(())
}

#[tokio::test]
async fn a_version_that_does_not_start_is_left_for_the_last_that_did() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copy_folder(&polka_stage::root().join("target/app"), folder.path())?;
    let mut server = Server::with_app_in(folder.path(), &SETTINGS).await?;
    server.import(&format!("gtin,name,price\n{MILK},Молоко,89.90\n")).await?;
    let browser = stand_at(&server).await?;
    let version = "JSON.parse(document.getElementById('settings').textContent).app_version";
    let good = browser.script(&format!("return {version}")).await?;

    let page = folder.path().join("index.html.br");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut brotli::Decompressor::new(std::fs::File::open(&page)?, 4096), &mut text)?;
    // It begins, and shows nothing.
    assert!(text.contains("start({"));
    let mut packed = brotli::CompressorWriter::new(std::fs::File::create(&page)?, 4096, 5, 22);
    std::io::Write::write_all(&mut packed, text.replace("start({", "takeKeys(), ({").as_bytes())?;
    drop(packed);
    server.stop().await?;
    server.restart().await?;

    browser.script("navigator.serviceWorker.getRegistration().then((it) => it.update())").await?;
    browser.wait_until(&format!("{version} !== {good} && !document.querySelector('main')")).await?;
    // Nobody touches anything: the device finds its way back alone, without the server as well.
    server.stop().await?;
    browser.wait_until(&format!("{version} === {good} && document.querySelector('main')")).await?;
    browser.scan(MILK).await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (path, target) = (entry?.path(), to);
        let target = target.join(path.file_name().context("a name")?);
        match path.is_dir() {
            true => copy_folder(&path, &target)?,
            false => drop(std::fs::copy(&path, &target)?),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_damaged_copy_of_the_products_is_fetched_again() -> Result<()> {
    let (mut server, browser) = stand().await?;
    let damage = "
        const open = indexedDB.open('polka');
        open.onsuccess = () => {
            const store = open.result.transaction('copies', 'readwrite').objectStore('copies');
            store.get('catalogue').onsuccess = ({ target: { result } }) => {
                result.bytes[result.bytes.length >> 1] ^= 1;
                store.put(result, 'catalogue').transaction.oncomplete = () => { open.result.close(); done(true); };
            };
        };";
    // The products and what the server said of them, the index and its tag.
    browser.wait_until_later(COUNT_COPIES, &json!(4)).await?;
    browser.script_later(damage).await?;
    server.stop().await?;
    browser.goto(&server.url(&format!("/price-check/{MILK}"))).await?;
    browser.wait_for_text("Цены пока не загрузились").await?;
    server.restart().await?;
    browser.wait_for_price(8990).await?;
    // And the new copy is whole.
    server.stop().await?;
    browser.goto(&server.url(&format!("/price-check/{MILK}"))).await?;
    browser.wait_for_price(8990).await?;
    Ok(())
}

const COUNT_COPIES: &str = "
    const open = indexedDB.open('polka');
    open.onsuccess = () => {
        const count = open.result.transaction('copies').objectStore('copies').count();
        count.onsuccess = () => { open.result.close(); done(count.result); };
    };";
