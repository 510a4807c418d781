//! The staff at a tablet hear of what shoppers say at a stand, and shoppers of what the staff do.

use anyhow::Result;
use polka_camera::pictures::{Shot, film};
use polka_stage::{Browser, Server, Size};
use serde_json::json;

const MILK: &str = "9520000000004";
/// The browser's keys come in the rhythm of a busy machine.
const SETTINGS: [&str; 4] = ["--scanner-key-gap-ms", "400", "--scanner-pause-ms", "450"];

async fn store() -> Result<Server> {
    store_with(&[]).await
}

async fn store_with(settings: &[&str]) -> Result<Server> {
    let server = Server::start(&[&SETTINGS[..], settings].concat()).await?;
    server.import(&format!("gtin,name,name_en,price,aisle\n{MILK},Молоко,Milk,89.90,4\n")).await?;
    Ok(server)
}

/// A browser that is a device of the store.
async fn device(server: &Server, size: Size, name: &str, kind: &str) -> Result<Browser> {
    device_of(Browser::open(size).await?, server, name, kind).await
}

async fn device_of(browser: Browser, server: &Server, name: &str, kind: &str) -> Result<Browser> {
    browser.goto(&server.url("/?lang=en")).await?;
    browser.wait_until_settled().await?;
    browser.enrol_as(server, name, kind).await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    Ok(browser)
}

/// Types the customer's number on the keys of the screen.
async fn type_number(tablet: &Browser) -> Result<()> {
    for digit in "9161234567".chars() {
        tablet.press(&format!("[data-digit='{digit}']")).await?;
    }
    Ok(())
}

/// A tablet at which somebody works.
async fn desk(server: &Server, name: &str) -> Result<Browser> {
    desk_of(Browser::open(Size::TABLET).await?, server, name).await
}

async fn desk_of(browser: Browser, server: &Server, name: &str) -> Result<Browser> {
    let tablet = device_of(browser, server, &format!("Tablet of {name}"), "tablet").await?;
    tablet.sign_in(server, name, "staff").await?;
    tablet.goto(&server.url("/staff-desk?lang=en")).await?;
    tablet.wait_for_text(&format!("{name} works here")).await?;
    tablet.wait_for_text("Nothing to do for now").await?;
    Ok(tablet)
}

#[tokio::test]
async fn an_expired_item_rings_at_the_desk_and_is_paid_once_it_was_found() -> Result<()> {
    let mut server = store().await?;
    let (stand, tablet) = (device(&server, Size::STAND, "Entrance", "kiosk").await?, desk(&server, "Anna").await?);
    let join = "fetch('/api/v1/members', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': 'join' },
            body: JSON.stringify({ phone: '+79161234567', made_ms: 1 }),
        }).then((it) => it.json()).then((it) => done(it.card_number))";
    let card = stand.script_later(join).await?.as_str().unwrap_or_default().to_owned();
    stand.goto(&server.url(&format!("/report-expired?item={MILK}.use_by.2026-01-31&lang=en"))).await?;
    stand.wait_for_text("Past its date: ").await?;
    stand.press("[data-action=report]").await?;
    stand.wait_for_text("Points for the find: up to 90").await?;
    stand.scan(&card).await?;
    stand.wait_for_text("Points waiting: 90").await?;

    tablet.wait_for_text("Expired item").await?;
    tablet.wait_for_text("Aisle 4").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=take]").await?;
    tablet.wait_for_text("You are on it").await?;
    tablet.press("[data-action=done]").await?;
    // Long past its date, it is a manager's to confirm.
    tablet.wait_for_text("Taken away. A manager decides.").await?;
    let waits = "SELECT COUNT(*) FROM expired_reports WHERE state = 'second_look'";
    server.wait_for_number(waits, 1).await?;

    stand.goto(&server.url("/report-expired?lang=en")).await?;
    stand.wait_until_settled().await?;
    let yesterday = "return new Date(Date.now() - 864e5).toLocaleDateString('sv', { timeZone: 'Europe/Moscow' })";
    let day = stand.script(yesterday).await?.as_str().unwrap_or_default().replace('-', "");
    stand.scan(&format!("010{MILK}17{}", &day[2..])).await?;
    stand.wait_for_text("Its date was yesterday").await?;
    stand.scan(&card).await?;
    stand.wait_for_text("Points waiting: 90").await?;
    tablet.wait_for_text("To do: 2").await?;
    tablet.press("[data-action=take]").await?;
    tablet.wait_for_text("You are on it").await?;
    // Whoever says that there is nothing is asked whether that is so.
    tablet.press("[data-action=nothing]").await?;
    tablet.wait_for_text("Surely not found?").await?;
    tablet.press("[data-action=do-not-ask]").await?;
    tablet.press("[data-action=done]").await?;
    let available = "SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_available'";
    server.wait_for_number(available, 90).await?;

    // Whoever looks at the product is warned, and a manager sees what came of it.
    stand.goto(&server.url(&format!("/price-check/{MILK}?lang=en"))).await?;
    stand.wait_for_text("Check the date on yours").await?;
    // Also after a start without the network.
    stand.wait_until_kept().await?;
    stand.wait_until("localStorage.getItem('polka.expired_lots')").await?;
    server.stop().await?;
    stand.goto(&server.url(&format!("/price-check/{MILK}?lang=en"))).await?;
    stand.wait_for_text("Check the date on yours").await?;
    server.restart().await?;
    assert_eq!(stand.accessibility_violations().await?, Vec::<String>::new());
    assert_eq!(tablet.script("return document.querySelectorAll('[data-action=store]').length").await?, json!(0));
    tablet.sign_in(&server, "Maria", "manager").await?;
    tablet.goto(&server.url("/staff-desk?lang=en")).await?;
    tablet.wait_for_text("Maria works here").await?;
    tablet.press("[data-action=store]").await?;
    tablet.wait_for_text("Reported: 2. Found: 2. Not found: 0. Refused: 0.").await?;
    tablet.wait_for_text("Found: 2 of 2. Points: 90.").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    let lines = "fetch(document.querySelector('main a[download]').href).then((it) => it.text())
        .then((it) => done(it.trim().split('\\n').length))";
    assert_eq!(tablet.script_later(lines).await?, json!(3));
    tablet.press("[data-action=tasks]").await?;
    tablet.wait_for_text("To do: 1").await
}

#[tokio::test]
async fn of_two_who_take_a_task_one_does_it_and_the_other_sees_who() -> Result<()> {
    let mut server = store().await?;
    std::fs::write(server.folder().join("polka.toml"), "[escalation]\npeople_s = 10\n")?;
    server.stop().await?;
    server.restart().await?;
    let stand = device(&server, Size::STAND, "Entrance", "kiosk").await?;
    let (anna, boris) = (desk(&server, "Anna").await?, desk(&server, "Boris").await?);
    stand.press("[data-action=till]").await?;
    stand.wait_for_screen("call-staff").await?;
    stand.wait_for_text("We have asked for another till").await?;
    stand.press("[data-action=call]").await?;
    stand.wait_for_text("You have called, nobody has answered yet").await?;
    for tablet in [&anna, &boris] {
        tablet.wait_for_text("To do: 2").await?;
        tablet.wait_for_text("Open another till").await?;
    }
    // Nobody comes: all are told once more, and so is whoever waits.
    stand.wait_for_text("We have called the staff again").await?;
    for tablet in [&anna, &boris] {
        tablet.wait_for_text("Urgent").await?;
    }
    // Both at once: their lists are the same still.
    let take = "document.querySelector('[data-action=take]').click()";
    tokio::try_join!(anna.script(take), boris.script(take))?;
    let is_theirs = "document.body.innerText.includes('You are on it')";
    let is_others = "document.body.innerText.includes('is on it')";
    anna.wait_until(&format!("{is_theirs} || {is_others}")).await?;
    boris.wait_until(&format!("{is_theirs} || {is_others}")).await?;
    let claimed = "SELECT COUNT(*) FROM tasks WHERE kind = 'call' AND claimed_by IS NOT NULL";
    server.wait_for_number(claimed, 1).await?;
    // No name is told: nobody said that it may be.
    stand.wait_for_text("A member of staff is coming").await?;
    stand.wait_for_text("About 2 min").await?;
    let winner = if anna.script(&format!("return {is_theirs}")).await? == json!(true) { &anna } else { &boris };
    winner.press("[data-action=done]").await?;
    stand.wait_for_text("The call is over").await?;
    server.wait_for_number("SELECT COUNT(*) FROM calls WHERE called_off_ms IS NULL", 0).await
}

#[tokio::test]
async fn somebody_shows_who_they_are_by_number_and_pin_and_the_next_by_a_badge() -> Result<()> {
    let server = store().await?;
    let tablet = device(&server, Size::TABLET, "Tablet", "tablet").await?;
    let anna = server.ask(&["staff", "add", "Anna", "--role", "staff"]).await?;
    let boris = server.ask(&["staff", "add", "Boris", "--role", "manager"]).await?;
    tablet.goto(&server.url("/staff-desk?lang=en")).await?;
    tablet.wait_for_text("Who are you?").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    let type_digits = async |digits: &str| -> Result<()> {
        for digit in digits.chars() {
            tablet.press(&format!("[data-digit='{digit}']")).await?;
        }
        tablet.press("[data-action=next]").await
    };
    type_digits(&anna["staff_number"].to_string()).await?;
    tablet.wait_for_text("Your PIN?").await?;
    let pin = anna["pin"].as_str().unwrap_or_default();
    type_digits(if pin == "000000" { "000001" } else { "000000" }).await?;
    tablet.wait_for_text("That did not match").await?;
    let shown = tablet.script("return document.body.innerText").await?;
    assert!(!shown.as_str().unwrap_or_default().contains("000000"), "a PIN is shown: {shown}");
    type_digits(pin).await?;
    tablet.wait_for_text("Anna works here").await?;
    tablet.scan(boris["badge_number"].as_str().unwrap_or_default()).await?;
    tablet.wait_for_text("Boris works here").await?;
    tablet.press("[data-action=sign-out]").await?;
    tablet.wait_for_text("Who are you?").await?;
    let open = "SELECT COUNT(*) FROM staff_sessions WHERE ended_ms IS NULL";
    server.wait_for_number(open, 0).await?;

    // A badge in the middle of a customer's visit leads to the desk, in its own language, and the visit waits.
    tablet.goto(&server.url("/?lang=en")).await?;
    tablet.wait_until_settled().await?;
    tablet.press("[data-action=language]").await?;
    tablet.scan(MILK).await?;
    tablet.wait_for_price(8990).await?;
    tablet.press("[data-action=add]").await?;
    tablet.press("[href='/shopping-list']").await?;
    tablet.wait_for_screen("shopping-list").await?;
    tablet.scan(boris["badge_number"].as_str().unwrap_or_default()).await?;
    tablet.wait_for_text("Boris works here").await?;
    let shown = tablet.script("return document.body.innerText + location.href").await?;
    let shown = shown.as_str().unwrap_or_default();
    assert!(!["Молоко", "Milk", MILK].iter().any(|own| shown.contains(own)), "{shown}");
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=to-customer]").await?;
    tablet.wait_for_screen("shopping-list").await?;
    tablet.wait_for_text("Молоко").await?;
    // Back leads to the start, and not to the desk.
    tablet.press("[data-action=back]").await?;
    tablet.wait_for_screen("welcome").await?;
    tablet.wait_until("document.documentElement.lang === 'ru'").await
}

#[tokio::test]
async fn what_came_while_the_store_was_away_is_there_when_it_is_back() -> Result<()> {
    let mut server = store().await?;
    let (stand, tablet) = (device(&server, Size::STAND, "Entrance", "kiosk").await?, desk(&server, "Anna").await?);
    server.stop().await?;
    tablet.wait_for_text("This list may be behind").await?;
    stand.press("[data-action=call]").await?;
    stand.wait_for_screen("call-staff").await?;
    server.restart().await?;
    tablet.wait_for_text("A customer calls").await?;
    tablet.wait_for_text("Entrance").await?;
    tablet.press("[data-action=take]").await?;
    tablet.wait_for_text("You are on it").await?;
    stand.wait_for_text("A member of staff is coming").await
}

#[tokio::test]
async fn what_is_done_without_the_network_is_theirs_and_what_a_colleague_did_meanwhile_is_told() -> Result<()> {
    let mut server = store().await?;
    let (stand, tablet) = (server.device("Entrance").await?, desk(&server, "Anna").await?);
    stand.write("/api/v1/till-requests", "till", &json!({ "made_ms": 1 })).await?;
    stand.write("/api/v1/calls", "call", &json!({ "state": "wanted", "made_ms": 1 })).await?;
    tablet.wait_for_text("To do: 2").await?;
    tablet.wait_until_kept().await?;
    server.stop().await?;
    tablet.wait_for_text("This list may be behind").await?;
    tablet.press("[data-task='1'] [data-action=take]").await?;
    tablet.wait_for_text("You are on it. Saved, not sent yet.").await?;
    tablet.press("[data-task='1'] [data-action=done]").await?;
    tablet.wait_for_text("You closed it. Saved, not sent yet.").await?;
    tablet.press("[data-task='2'] [data-action=take]").await?;
    tablet.wait_for_text("Not sent yet: 3").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    // Whoever looks at something else meanwhile comes back to the same.
    tablet.press("[data-action=help]").await?;
    tablet.wait_for_screen("help").await?;
    tablet.press("[data-action=back]").await?;
    tablet.wait_for_text("Not sent yet: 3").await?;
    server.execute("UPDATE tasks SET closed_ms = 1, outcome = 'done' WHERE id = 2").await?;
    server.restart().await?;
    tablet.wait_for_text("A customer calls. A colleague has taken or done this meanwhile").await?;
    let by_anna = "SELECT COUNT(*) FROM tasks WHERE id = 1 AND outcome = 'done' AND closed_by = 1";
    server.wait_for_number(by_anna, 1).await?;
    tablet.press("[data-action=read]").await?;
    tablet.wait_until("!document.querySelector('[data-action=read]')").await?;
    tablet.wait_for_text("Nothing to do for now").await
}

#[tokio::test]
async fn what_went_wrong_is_put_right_by_three_touches_and_above_a_limit_by_two_people() -> Result<()> {
    let mut server = store().await?;
    std::fs::write(server.folder().join("polka.toml"), "[apologies.limits]\nstaff_minor_units = 15000\n")?;
    server.stop().await?;
    server.restart().await?;
    let folder = tempfile::tempdir()?;
    let goods = folder.path().join("goods.y4m");
    std::fs::write(&goods, film(&Shot { blur: 9, ..Shot::SHARP }.of(None)))?;
    let anna = desk_of(Browser::open_with_camera(Size::TABLET, &goods).await?, &server, "Anna").await?;
    let maria = desk(&server, "Maria").await?;
    anna.press("[data-action=apology]").await?;
    anna.wait_for_text("What went wrong?").await?;
    // From here on three touches, each on a page of its own.
    anna.press("[data-action=reason]").await?;
    anna.wait_for_text("How much?").await?;
    anna.press("[data-action=amount]").await?;
    anna.wait_for_text("By which way?").await?;
    anna.press("[data-action=paper]").await?;
    anna.wait_for_text("Give the coupon to the customer").await?;
    assert_eq!(anna.accessibility_violations().await?, Vec::<String>::new());
    let code = anna.script("return document.querySelector('main .typed').innerText.replace(/\\D/g, '')").await?;
    for width_mm in [58.0, 80.0] {
        let read = anna.barcodes_on_paper(width_mm).await?;
        let (squares, bars): (Vec<_>, Vec<_>) = read.into_iter().partition(|text| text.len() > 28);
        assert_eq!(json!(bars), json!([code]), "on {width_mm} mm");
        assert!(squares.len() == 1 && code.as_str().is_some_and(|code| squares[0].starts_with(code)), "{squares:?}");
    }
    anna.press("[data-action=undo]").await?;
    anna.wait_for_text("Taken back").await?;
    server.wait_for_number("SELECT COUNT(*) FROM coupons WHERE cancelled_ms IS NOT NULL", 1).await?;

    anna.press("[data-action=next]").await?;
    anna.wait_for_text("What went wrong?").await?;
    anna.press("[data-action=reason]:nth-child(2)").await?;
    anna.wait_for_text("needs a colleague's consent").await?;
    anna.press("[data-action=amount]").await?;
    anna.wait_for_text("By which way?").await?;
    anna.press("[data-action=points]").await?;
    anna.wait_for_text("Whose points?").await?;
    type_number(&anna).await?;
    anna.press("[data-action=give]").await?;
    anna.wait_for_text("A colleague must agree").await?;
    // Maria is told at once, and may give no more than Anna; a manager may.
    maria.wait_for_text("Waiting for your consent: 1").await?;
    maria.press("[data-action=decide]").await?;
    maria.wait_for_text("Waiting for consent").await?;
    assert_eq!(maria.accessibility_violations().await?, Vec::<String>::new());
    maria.wait_for_text("It is more than you may give yourself").await?;
    maria.sign_in(&server, "Olga", "manager").await?;
    maria.goto(&server.url("/staff-desk?lang=en")).await?;
    maria.wait_for_text("Olga works here").await?;
    maria.press("[data-action=apology]").await?;
    maria.wait_for_text("Waiting for consent").await?;
    maria.press("[data-action=agree]").await?;
    maria.wait_until("!document.querySelector('[data-action=agree]')").await?;
    let points = "SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_available'";
    server.wait_for_number(points, 200).await?;

    // Goods that keep long do not come back: who decides sees what they look like.
    let till = server.device_of_kind("Till", "till").await?;
    let sold = json!({
        "receipt_number": "3-41", "total_minor_units": 8990, "made_ms": 1,
        "items": [{ "gtin": format!("0{MILK}"), "quantity": 1, "minor_units": 8990 }],
    });
    till.write("/api/v1/receipts", "sell", &sold).await?;
    anna.goto(&server.url("/staff-desk?lang=en")).await?;
    anna.wait_for_text("Anna works here").await?;
    anna.press("[data-action=without-goods]").await?;
    anna.wait_for_text("Which receipt?").await?;
    for key in ["[data-digit='3']", "[data-action=hyphen]", "[data-digit='4']", "[data-digit='1']"] {
        anna.press(key).await?;
    }
    anna.press("[data-action=find]").await?;
    anna.wait_for_text("Which goods?").await?;
    anna.press("[data-action=line]").await?;
    anna.wait_for_text("You can photograph the goods first").await?;
    anna.press("[data-action=photo]").await?;
    anna.wait_for_text("The camera is on").await?;
    anna.press("[data-action=photo-take]").await?;
    anna.wait_for_text("Can you see what is wrong?").await?;
    anna.wait_until("!document.querySelector('video')").await?;
    anna.press("[data-action=photo-use]").await?;
    anna.wait_for_text("The photograph is added").await?;
    anna.press("[data-action=reason]").await?;
    anna.wait_for_text("Whose points?").await?;
    type_number(&anna).await?;
    anna.press("[data-action=give]").await?;
    anna.wait_for_text("A colleague must agree").await?;
    maria.wait_for_text("Receipt 3-41").await?;
    maria.press("[data-action=photo]").await?;
    maria.wait_until("document.querySelector('.task-photo img')?.naturalWidth > 0").await?;
    assert_eq!(maria.accessibility_violations().await?, Vec::<String>::new());
    maria.press("[data-action=agree]").await?;
    server.wait_for_number(points, 289).await
}

#[tokio::test]
async fn by_each_way_it_takes_three_touches_and_what_the_customer_types() -> Result<()> {
    let server = store_with(&["--messages", "log"]).await?;
    let anna = desk(&server, "Anna").await?;
    anna.press("[data-action=apology]").await?;
    anna.script("addEventListener('click', () => { window.touches += 1; }, true);").await?;
    let touch = async |selector: &str| {
        anna.wait_until(&format!("document.querySelector(`{selector}`)")).await?;
        anna.press(selector).await
    };
    for (way, typed) in [("paper", 0), ("mail", 1), ("sms", 11), ("points", 11)] {
        anna.wait_for_text("What went wrong?").await?;
        anna.script("window.touches = 0;").await?;
        for action in ["reason", "amount", way] {
            touch(&format!("[data-action={action}]")).await?;
        }
        if way == "mail" {
            anna.wait_until("document.querySelector('.half-customer input')").await?;
            anna.script(
                "const field = document.querySelector('.half-customer input');
                field.value = 'irina@example.org';
                field.dispatchEvent(new Event('input'));",
            )
            .await?;
        }
        if typed > 1 {
            anna.wait_until("document.querySelector('[data-digit]')").await?;
            type_number(&anna).await?;
        }
        if typed > 0 {
            touch("[data-action=give]").await?;
        }
        anna.wait_until("document.querySelector('[data-action=undo]')").await?;
        assert_eq!(anna.script("return window.touches").await?, 3 + typed, "{way}");
        anna.press("[data-action=next]").await?;
    }
    server.wait_for_number("SELECT COUNT(*) FROM apologies WHERE state = 'given'", 4).await
}

#[tokio::test]
async fn a_coupon_goes_by_another_way_and_what_is_given_without_the_server_comes_later() -> Result<()> {
    let mut server = store_with(&["--messages", "log"]).await?;
    let anna = desk(&server, "Anna").await?;
    anna.press("[data-action=apology]").await?;
    let begin = async |worth: &str| {
        anna.wait_for_text("What went wrong?").await?;
        anna.press("[data-action=reason]").await?;
        anna.wait_for_text("How much?").await?;
        anna.press(&format!("[data-action={worth}]")).await?;
        anna.wait_for_text("How would you like to have it?").await
    };
    begin("percent").await?;
    anna.wait_until("!document.querySelector('[data-action=points]')").await?;
    anna.press(".half-customer [data-action=mail]").await?;
    anna.wait_for_text("Your e-mail address").await?;
    anna.press("[data-action=give]").await?;
    anna.wait_for_text("This is no e-mail address").await?;
    anna.press("[data-action=back]").await?;
    anna.wait_for_text("How would you like to have it?").await?;
    anna.press(".half-customer [data-action=sms]").await?;
    anna.wait_for_text("Your phone number").await?;
    type_number(&anna).await?;
    anna.press("[data-action=give]").await?;
    anna.wait_for_text("A message with the coupon comes to you").await?;
    assert_eq!(anna.accessibility_violations().await?, Vec::<String>::new());
    // They would rather have it on paper: it is the same coupon.
    anna.press("[data-action=other-way]").await?;
    anna.wait_for_text("How would you like to have it?").await?;
    anna.press("[data-action=turn]").await?;
    anna.wait_until("document.querySelector('.halves-turned')").await?;
    anna.press(".half-customer [data-action=paper]").await?;
    anna.wait_for_text("Show the coupon at the till").await?;
    server.wait_for_number("SELECT COUNT(*) FROM coupons WHERE cancelled_ms IS NULL", 1).await?;

    anna.wait_until("JSON.parse(localStorage.getItem('polka.blank_coupons')).blanks.length > 2").await?;
    server.stop().await?;
    anna.press("[data-action=next]").await?;
    begin("amount").await?;
    anna.press("[data-action=paper]").await?;
    anna.wait_for_text("Saved on the tablet").await?;
    assert_eq!(anna.accessibility_violations().await?, Vec::<String>::new());
    let code = "return document.querySelector('main .typed').innerText";
    let first = anna.script(code).await?;
    anna.press("[data-action=next]").await?;
    begin("amount").await?;
    anna.press("[data-action=paper]").await?;
    anna.wait_for_text("Saved on the tablet").await?;
    assert_ne!(anna.script(code).await?, first, "the next customer has a coupon of their own");
    let last_four = "return +document.querySelector('main .typed').innerText.replace(/\\D/g, '').slice(-4)";
    let last_four = anna.script(last_four).await?.as_i64().unwrap_or_default();
    anna.press("[data-action=next]").await?;
    begin("amount").await?;
    anna.press("[data-action=points]").await?;
    anna.wait_for_text("Whose points?").await?;
    type_number(&anna).await?;
    anna.press("[data-action=give]").await?;
    anna.wait_for_text("You get it as soon as the connection is back").await?;
    server.restart().await?;
    let points = "SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_available'";
    server.wait_for_number(points, 100).await?;
    let issued = "SELECT CAST(last_four AS INTEGER) FROM apologies JOIN coupons ON coupons.id = coupon_id
        ORDER BY apologies.id DESC LIMIT 1";
    server.wait_for_number(issued, last_four).await?;
    server.wait_for_number("SELECT COUNT(*) FROM coupons", 3).await
}

#[tokio::test]
async fn a_manager_takes_back_a_coupon_of_yesterday_with_a_reason_and_the_till_refuses_it() -> Result<()> {
    let server = store().await?;
    let tablet = desk(&server, "Anna").await?;
    for (action, text) in [
        ("apology", "What went wrong?"),
        ("reason", "How much?"),
        ("amount", "By which way?"),
        ("paper", "Give the coupon"),
    ] {
        tablet.press(&format!("[data-action={action}]")).await?;
        tablet.wait_for_text(text).await?;
    }
    let code = tablet.script("return document.querySelector('main .typed').innerText.replace(/\\D/g, '')").await?;
    let day = "UPDATE apologies SET taken_ms = taken_ms - 86400000, settled_ms = settled_ms - 86400000";
    server.execute(day).await?;
    tablet.sign_in(&server, "Olga", "manager").await?;
    tablet.goto(&server.url("/staff-desk?lang=en")).await?;
    tablet.wait_for_text("Olga works here").await?;
    tablet.press("[data-action=given]").await?;
    tablet.wait_for_text("Nobody has used the coupon").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=coupons]").await?;
    tablet.wait_for_text("Nothing was wrong").await?;
    tablet.press("[data-action=list]").await?;
    tablet.wait_for_text("Given in the last 30 days").await?;
    tablet.press("[data-action=take-back]").await?;
    tablet.wait_for_text("Why do you take it back?").await?;
    tablet.press("[data-action=mistake]").await?;
    tablet.wait_for_text("Take it back for good?").await?;
    tablet.press("[data-action=sure]").await?;
    tablet.wait_for_text("Ask for the paper").await?;
    let till = server.device_of_kind("Till", "till").await?;
    let sale = json!({"code": code, "receipt_number": "r1", "total_minor_units": 50_000});
    let refused = till.write("/api/v1/coupon-reservations", "r1", &sale).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("coupon_refused")));
    tablet.press("[data-action=list]").await?;
    tablet.wait_for_text("Why: Given by mistake").await?;
    tablet.wait_until("!document.querySelector('[data-action=take-back]')").await
}
