//! A receipt printer at a tablet: whether it has paper is known before paper is promised. A double of it at the border
//! of the browser; everything behind that is real.

use std::fs;

use anyhow::{Context, Result, ensure};
use polka_stage::{Browser, Server, Size};
use serde_json::json;
use tokio::process::Command;

const NO_PAPER: &str = "There is no paper in the printer.";

/// A tablet at which Anna works, with a printer that an installer has allowed.
async fn tablet(server: &Server) -> Result<Browser> {
    let tablet = Browser::open(Size::TABLET).await?;
    tablet.goto(&server.url("/?lang=en")).await?;
    tablet.wait_until_settled().await?;
    tablet.enrol_as(server, "Tablet", "tablet").await?;
    tablet.wait_until("localStorage.getItem('polka.device')").await?;
    let printer = include_str!("printer.js");
    tablet.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": printer })).await?;
    tablet.goto(&server.url("/installer?lang=en")).await?;
    let shows = |what: &str, text: &str| format!("document.querySelector('[data-{what}]')?.textContent === '{text}'");
    tablet.wait_until(&shows("printer=usb-printer", "not allowed")).await?;
    tablet.press("[data-action=usb-printer]").await?;
    tablet.wait_until(&shows("printer=usb-printer", "allowed")).await?;
    tablet.wait_until(&shows("paper", "there is none")).await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=paper-80]").await?;
    tablet.wait_until("document.querySelector('[data-action=paper-80]').ariaPressed === 'true'").await?;
    tablet.sign_in(server, "Anna", "staff").await?;
    tablet.goto(&server.url("/staff-desk?lang=en")).await?;
    tablet.wait_for_text("Anna works here").await?;
    Ok(tablet)
}

/// To the page with the ways.
async fn to_ways(tablet: &Browser) -> Result<()> {
    tablet.wait_for_text("What went wrong?").await?;
    tablet.press("[data-action=reason]").await?;
    tablet.wait_for_text("How much?").await?;
    tablet.press("[data-action=amount]").await?;
    tablet.wait_for_text("How would you like to have it?").await
}

/// The picture that a printer was sent: how many dots wide it is, and its lines, a bit a dot.
fn picture_of(bytes: &[u8]) -> Result<(usize, Vec<u8>)> {
    let mut rest = bytes.strip_prefix(b"\x1b@").context("it begins anew")?;
    let (mut widths, mut lines) = (Vec::new(), Vec::new());
    while let Some([across, across_high, down, down_high, band @ ..]) = rest.strip_prefix(b"\x1dv0\0") {
        let [across, down] =
            [[*across, *across_high], [*down, *down_high]].map(|size| usize::from(u16::from_le_bytes(size)));
        let (band, behind) = band.split_at_checked(across * down).context("a whole band")?;
        widths.push(across);
        lines.extend(band);
        rest = behind;
    }
    ensure!(rest == b"\x1bd\x04\x1dVB\0\x1dr\x01", "{rest:x?} is no feed, cut and question");
    widths.dedup();
    ensure!(widths.len() == 1, "widths: {widths:?}");
    Ok((widths[0] * 8, lines))
}

/// What a scanner reads on the paper that the printer put out last, and how many dots wide it was.
async fn read_on_paper(tablet: &Browser) -> Result<(usize, Vec<String>)> {
    let bytes: Vec<u8> = serde_json::from_value(tablet.script("return printer.printed.at(-1)").await?)?;
    let (width, lines) = picture_of(&bytes)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("paper.pbm");
    let head = format!("P4\n{width} {}\n", lines.len() / (width / 8));
    fs::write(&path, [head.as_bytes(), &lines].concat())?;
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&path).output().await;
    let read = read.context("zbarimg is of Debian's zbar-tools")?;
    Ok((width, String::from_utf8(read.stdout)?.lines().map(str::to_owned).collect()))
}

#[tokio::test]
async fn paper_is_promised_where_the_printer_has_some_and_what_is_not_printed_goes_by_another_way() -> Result<()> {
    let server = Server::start(&["--messages", "log"]).await?;
    server.import("gtin,name,price\n9520000000004,Молоко,89.90\n").await?;
    let tablet = tablet(&server).await?;
    tablet.press("[data-action=apology]").await?;
    to_ways(&tablet).await?;
    tablet.wait_for_text(NO_PAPER).await?;
    tablet.wait_until("document.querySelector('[data-action=paper]').ariaDisabled === 'true'").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=paper]").await?;
    tablet.wait_until("document.querySelector('.problem[data-error]')").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    server.wait_for_number("SELECT COUNT(*) FROM coupons", 0).await?;

    // Somebody puts in what is left of a roll.
    tablet.script("printer.paper = 'near'").await?;
    tablet.wait_for_text("The paper in the printer is nearly at its end.").await?;
    tablet.press("[data-action=paper]").await?;
    tablet.wait_for_text("Give the coupon to the customer").await?;
    tablet.wait_until("printer.printed.length === 1").await?;
    let code = tablet.script("return document.querySelector('main .typed').innerText.replace(/\\D/g, '')").await?;
    let code = code.as_str().unwrap_or_default().to_owned();
    let is_read = async |expected_width: usize| -> Result<()> {
        let (width, read) = read_on_paper(&tablet).await?;
        assert_eq!(width, expected_width);
        let (squares, bars): (Vec<_>, Vec<_>) = read.into_iter().partition(|text| text.len() > 28);
        assert_eq!(bars, [code.as_str()]);
        assert!(squares.len() == 1 && squares[0].starts_with(&code), "{squares:?}");
        Ok(())
    };
    is_read(576).await?;
    // The same once more on narrow paper.
    tablet
        .script("const it = 'polka.printer'; localStorage.setItem(it, localStorage.getItem(it).replace('576', '384'))")
        .await?;
    tablet.press("[data-action=print]").await?;
    tablet.wait_until("printer.printed.length === 2").await?;
    is_read(384).await?;

    // The roll ends in the middle of it.
    tablet.wait_until("!printer.opened").await?;
    tablet.script("printer.ends = true").await?;
    tablet.press("[data-action=print]").await?;
    tablet.wait_for_text("The coupon was not printed. Choose another way.").await?;
    assert_eq!(tablet.accessibility_violations().await?, Vec::<String>::new());
    tablet.press("[data-action=other-way]").await?;
    tablet.wait_for_text(NO_PAPER).await?;
    tablet.press("[data-action=mail]").await?;
    tablet.wait_for_text("Your e-mail address").await?;
    let typed = "const field = document.querySelector('.half-customer input');
        field.value = 'anna@example.org';
        field.dispatchEvent(new Event('input'));";
    tablet.script(typed).await?;
    tablet.press("[data-action=give]").await?;
    tablet.wait_for_text("A message with the coupon comes to you").await?;
    server.wait_for_number("SELECT COUNT(*) FROM coupons", 1).await?;

    // One that no longer answers leaves it to the browser.
    tablet.script("printer.isSilent = true").await?;
    tablet.press("[data-action=next]").await?;
    to_ways(&tablet).await?;
    tablet.wait_until("!document.querySelector('[data-action=paper][aria-disabled]')").await?;
    tablet.press("[data-action=paper]").await?;
    tablet.wait_for_text("Give the coupon to the customer").await?;
    tablet.wait_until("browserPrints() === 1").await?;
    assert_eq!(tablet.script("return printer.printed.length").await?, json!(3));
    Ok(())
}
