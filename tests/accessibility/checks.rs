//! What a program can tell of a page by looking at it: those of the sixty checks that `page.js` makes, on every
//! screen, in both languages, in every mode, on devices from a stand to a phone.

use std::collections::BTreeMap;

use anyhow::Result;
use polka_stage::{Browser, Server, Size};

use super::MILK;

const SCREENS: [&str; 7] =
    ["/", "/help", "/call-staff", "/installer", "/nowhere", "/price-check/9520000000004", "/price-check/4006381333931"];

/// Each mode alone, and some together.
const MODES: [&str; 12] = [
    "",
    "size=large",
    "size=largest",
    "contrast=dark",
    "contrast=light",
    "audio=on",
    "reach=low",
    "motor=on",
    "motion=plain",
    "size=largest&contrast=dark&audio=on&motor=on",
    "size=large&reach=low&audio=on",
    "contrast=light&reach=low&motor=on&motion=plain",
];

/// The checks that are made on every page; 49 is for those that move.
const CHECKS: &str = "[22, 23, 24, 25, 26, 27, 29, 31, 34, 35, 37, 40, 41, 42, 48, 49, 56, 59]";
/// Those that change the page for a moment.
const CHANGING_CHECKS: &str = "[28, 32]";

/// Looks at every screen in these modes on a device of this size, and gives what is wrong, by check.
async fn look(size: Size, modes: &[&str], checks: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let server = Server::start(&[&super::SETTINGS[..], &super::NO_VOICES].concat()).await?;
    server
        .import(&format!(
            "gtin,name,name_en,brand,content,price,card_price,offer,offer_until,aisle,bay,shelf,allergens,age_limit\n\
             {MILK},Высококачественное сельскохозяйственное молоко,High-quality milk,Заречье,930 ml,12999.90,12899.90,\
             Скидка для первооткрывателей,2999-12-31,12,2,3,milk;gluten;molluscs,18\n"
        ))
        .await?;
    let browser = Browser::open(size).await?;
    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accessibility/page.js"))?;
    let mut problems = BTreeMap::<String, Vec<String>>::new();
    for mode in modes {
        for (screen, language) in SCREENS.iter().flat_map(|screen| [(screen, "ru"), (screen, "en")]) {
            browser.goto(&server.url(&format!("{screen}?lang={language}&{mode}"))).await?;
            browser.wait_until_settled().await?;
            let found = browser.script(&format!("{script}\nreturn polka_checks.all({checks});")).await?;
            let found: BTreeMap<String, Vec<String>> = serde_json::from_value(found)?;
            for (check, findings) in found.into_iter().filter(|(_, findings)| !findings.is_empty()) {
                let place = format!("{screen} {language} {mode}: {}", findings.join(" | "));
                problems.entry(check).or_default().push(place);
            }
        }
    }
    Ok(problems)
}

#[tokio::test]
async fn a_stand_passes_in_every_mode() -> Result<()> {
    let problems = look(Size::STAND, &MODES, CHECKS).await?;
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[tokio::test]
async fn a_tablet_passes_in_every_mode() -> Result<()> {
    let problems = look(Size::TABLET, &MODES, CHECKS).await?;
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[tokio::test]
async fn a_phone_passes_in_every_mode() -> Result<()> {
    let problems = look(Size::NARROWEST, &MODES, CHECKS).await?;
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[tokio::test]
async fn a_till_and_a_larger_phone_pass() -> Result<()> {
    for size in [Size::TILL, Size::PHONE] {
        let problems = look(size, &["", "size=large&motor=on"], CHECKS).await?;
        assert!(problems.is_empty(), "{size:?}: {problems:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn wider_spacing_and_longer_words_fit() -> Result<()> {
    for size in [Size::STAND, Size::TABLET, Size::NARROWEST] {
        let problems = look(size, &["", "size=large"], CHANGING_CHECKS).await?;
        assert!(problems.is_empty(), "{size:?}: {problems:#?}");
    }
    Ok(())
}
