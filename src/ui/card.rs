//! A loyalty card: its barcode (Code 128, ISO/IEC 15417), drawn here without asking anybody, and its number; on the
//! screen and on paper.

use barcoders::sym::code128::Code128;
use leptos::prelude::*;
use polka_domain::{CardNumber, CouponCode};

use crate::i18n::Locale;
use crate::ui::qr::{self, EcLevel};
use crate::words::card as words;

/// The white that belongs on either side, in modules.
const QUIET: usize = 10;
/// How tall the bars are, in modules: 15 % of the length at least.
const HEIGHT: usize = 40;
/// What a printer of 203 dots an inch prints across paper of 58 mm: 48 mm, as wide as a picture on paper is.
const PAPER_DOTS: usize = 384;
/// A dark square of a QR code is as many dots wide as fit, and no more: that is .75 mm.
const MOST_DOTS: usize = 6;
/// Begins a barcode in which two digits are one character, in the library's alphabet.
const DIGITS_IN_PAIRS: char = '\u{106}';

/// The barcode of an even number of digits, module by module, with the white around it.
pub(crate) fn barcode_modules(digits: &str) -> Option<Vec<bool>> {
    let modules = Code128::new(format!("{DIGITS_IN_PAIRS}{digits}")).ok()?.encode();
    let dark = modules.into_iter().map(|module| module == 1);
    Some([false; QUIET].into_iter().chain(dark).chain([false; QUIET]).collect())
}

/// The barcode of an even number of digits: how many modules long with the white around it, and the dark ones as a
/// path, each drawn where it stands.
fn barcode_of(digits: &str, draw: fn(usize) -> String) -> Option<(usize, String)> {
    let modules = barcode_modules(digits)?;
    let dark = modules.iter().enumerate().filter(|(_, is_dark)| **is_dark);
    Some((modules.len(), dark.map(|(at, _)| draw(at)).collect()))
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

/// The QR code of a coupon in the middle of the paper, each module so many whole dots of the printer: the view box, and
/// the dark modules as a path. Paper is creased, so a seventh of it may be unreadable.
fn square_of(text: &str) -> Option<(String, String)> {
    let (size, path) = qr::picture_of(text, EcLevel::M)?;
    let dots = (PAPER_DOTS / size).min(MOST_DOTS);
    // In modules; a half of one is three dots where one is six.
    let across = (dots > 0).then(|| PAPER_DOTS as f64 / dots as f64)?;
    let left = (size as f64 - across) / 2.0;
    Some((format!("{left} 0 {across} {size}"), path))
}

/// What stands on the paper of a coupon.
pub(crate) struct CouponPaper {
    /// Its worth.
    pub(crate) heading: String,
    pub(crate) code: CouponCode,
    /// The text of its QR code, where it has one.
    pub(crate) qr: Option<String>,
    pub(crate) until: String,
}

/// A coupon as it is printed, and seen nowhere else: its worth, its barcode along the paper, its code, the QR code by
/// which a till without network checks it, until when.
pub(crate) fn coupon_paper(code: &CouponCode, qr: Option<&str>, heading: String, until: String) -> AnyView {
    let square = qr.and_then(square_of).map(|(view_box, path)| {
        view! { <svg viewBox=view_box><path d=path></path></svg> }
    });
    let picture = picture_along(code.as_str()).map(|(length, path)| {
        view! { <svg class="along" viewBox=format!("0 0 {HEIGHT} {length}")><path d=path></path></svg> }
    });
    view! {
        <div class="paper" aria-hidden="true">
            <p>{heading}</p>
            {picture}
            <p>{code.groups().join(" ")}</p>
            {square}
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

    /// The dots of a module, by the view box of its picture.
    fn dots(view_box: &str) -> f64 {
        let across = view_box.split(' ').nth(2).expect("a width").parse::<f64>().expect("a number");
        PAPER_DOTS as f64 / across
    }

    #[test]
    fn the_qr_code_of_a_coupon_has_at_least_three_dots_a_module() {
        let text = |digits: usize| "9".repeat(digits);
        // For all goods, for a product, for a category of sixty Cyrillic letters, of two hundred, and the longest one.
        for (digits, expected) in [(252, 6.0), (266, 6.0), (543, 5.0), (1_223, 3.0), (2_195, 3.0)] {
            let (view_box, path) = square_of(&text(digits)).expect("a picture");
            assert!((dots(&view_box) - expected).abs() < 1e-9, "{digits}: {view_box}");
            assert!(path.starts_with("M4 4h1v1h-1z"));
        }
    }

    #[test]
    fn a_card_is_drawn_with_the_white_around_it() {
        let (width, path) = picture_of(CARD).expect("a picture");
        // Start, ten pairs and the check character of 11 modules, the stop of 13.
        assert_eq!(width, 12 * 11 + 13 + 20);
        assert!(path.starts_with("M10 0h1v40h-1zM11 0h1v40h-1z"), "{path}");
    }
}
