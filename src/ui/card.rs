//! A loyalty card: its barcode (Code 128, ISO/IEC 15417), drawn here without asking anybody, and its number; on the
//! screen and on paper.

use barcoders::sym::code128::Code128;
use leptos::prelude::*;
use polka_domain::{CardNumber, CouponCode};

use crate::i18n::Locale;
use crate::words::card as words;

/// The white that belongs on either side, in modules.
const QUIET: usize = 10;
/// How tall the bars are, in modules: 15 % of the length at least.
const HEIGHT: usize = 40;
/// Begins a barcode in which two digits are one character, in the library's alphabet.
const DIGITS_IN_PAIRS: char = '\u{106}';

/// The barcode of an even number of digits: how many modules long with the white around it, and the dark ones as a
/// path, each drawn where it stands.
fn barcode_of(digits: &str, draw: fn(usize) -> String) -> Option<(usize, String)> {
    let modules = Code128::new(format!("{DIGITS_IN_PAIRS}{digits}")).ok()?.encode();
    let dark = modules.iter().enumerate().filter(|(_, module)| **module == 1);
    Some((modules.len() + 2 * QUIET, dark.map(|(at, _)| draw(at + QUIET)).collect()))
}

/// The barcode across a screen or a paper.
fn picture_of(digits: &str) -> Option<(usize, String)> {
    barcode_of(digits, |at| format!("M{at} 0h1v{HEIGHT}h-1z"))
}

/// The same along the paper, where the bars of a long number would be too narrow across it.
fn picture_along(digits: &str) -> Option<(usize, String)> {
    barcode_of(digits, |at| format!("M0 {at}h{HEIGHT}v1h-{HEIGHT}z"))
}

/// The card as a scanner reads it, and its number in fives for whoever types it. On the member's own phone the barcode
/// has a code behind the number that changes.
pub(crate) fn card_view(card: CardNumber, code: Option<String>, locale: Locale) -> AnyView {
    let digits = format!("{card}{}", code.as_deref().unwrap_or_default());
    let picture = picture_of(&digits).map(|(width, path)| {
        view! {
            <p class="barcode" class:barcode-long=code.is_some()>
                <svg
                    role="img"
                    aria-label=words::picture(locale)
                    data-card=digits
                    viewBox=format!("0 0 {width} {HEIGHT}")
                >
                    <path d=path></path>
                </svg>
            </p>
        }
    });
    view! {
        <div class="card">
            {picture}
            <div>
                <p>{words::label_number(locale)}</p>
                <div>
                    <p class="typed" data-private="">
                        <strong>
                            {card.groups().into_iter().chain(code).map(|group| view! { <span>{group}</span> {" "} }).collect_view()}
                        </strong>
                    </p>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// A card as it is printed, and seen nowhere else.
pub(crate) fn card_paper(card: CardNumber, locale: Locale) -> AnyView {
    slip_paper(card, words::paper_heading(locale).to_owned(), words::paper_instruction(locale))
}

/// The number of a card with what it is for, as it is printed and seen nowhere else.
pub(crate) fn slip_paper(card: CardNumber, heading: String, instruction: &'static str) -> AnyView {
    let picture = picture_of(&card.to_string()).map(|(width, path)| {
        view! { <svg viewBox=format!("0 0 {width} {HEIGHT}")><path d=path></path></svg> }
    });
    view! {
        <div class="paper" aria-hidden="true">
            <p>{heading}</p>
            {picture}
            <p>{card.groups().join(" ")}</p>
            <p>{instruction}</p>
        </div>
    }
    .into_any()
}

/// A coupon as it is printed, and seen nowhere else: its worth, its barcode along the paper, its code, until when.
pub(crate) fn coupon_paper(code: &CouponCode, heading: String, until: String) -> AnyView {
    let picture = picture_along(code.as_str()).map(|(length, path)| {
        view! { <svg class="along" viewBox=format!("0 0 {HEIGHT} {length}")><path d=path></path></svg> }
    });
    view! {
        <div class="paper" aria-hidden="true">
            <p>{heading}</p>
            {picture}
            <p>{code.groups().join(" ")}</p>
            <p>{until}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "96438201745519283745";
    /// As wide as its bars and spaces are by table 1 of the standard: start C, the pairs, a check character, stop.
    const BARS: &str = "2112321143111123311212412221221422113113212211323221121321131131231322122331112";

    /// The widths of bars and spaces, one after the other.
    fn widths(modules: &[u8]) -> String {
        modules.chunk_by(|a, b| a == b).map(|run| run.len().to_string()).collect()
    }

    #[test]
    fn a_card_has_the_bars_of_the_standard() {
        let card: CardNumber = CARD.parse().expect("a card");
        let modules = Code128::new(format!("{DIGITS_IN_PAIRS}{card}")).expect("a barcode").encode();
        assert_eq!(widths(&modules), BARS);
    }

    #[test]
    fn a_card_is_drawn_with_the_white_around_it() {
        let (width, path) = picture_of(CARD).expect("a picture");
        // Start, ten pairs and the check character of 11 modules, the stop of 13.
        assert_eq!(width, 12 * 11 + 13 + 20);
        assert!(path.starts_with("M10 0h1v40h-1zM11 0h1v40h-1z"), "{path}");
    }
}
