//! A coupon drawn for a receipt printer: its codes dot by dot, its words by the browser's canvas.

use js_sys::{Array, Reflect, Uint8ClampedArray};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};

use super::picture::{Picture, lines_of};
use super::setting::Paper;
use crate::scanner::js::{call, get};
use crate::ui::card::{CouponPaper, barcode_modules};
use crate::ui::qr::{EcLevel, modules_of};

/// Between two things, in dots: 2 mm.
const GAP: usize = 16;
/// A bar or a space of the barcode is as many dots as its modules by three, as on the browser's paper.
const BAR_DOTS: usize = 3;
/// How long the bars are, across the paper, in dots: 30 mm.
const BAR_LENGTH: usize = 240;
/// A module of a QR code is so many dots, as many as fit. With fewer no till would read it.
const SQUARE_DOTS: std::ops::RangeInclusive<usize> = 3..=6;
/// The height of letters, in dots: 4.5 and 3.5 mm.
const HEADING: usize = 36;
const TEXT: usize = 28;

/// The coupon as a picture: its worth, its barcode along the paper, its digits, its QR code, until when. `None` where
/// the browser draws no words.
pub(super) fn coupon(coupon: &CouponPaper, paper: Paper) -> Option<Picture> {
    let mut picture = Picture::new(paper.dots());
    words(&mut picture, &coupon.heading, HEADING)?;
    picture.space(GAP);
    bars(&mut picture, coupon.code.as_str());
    words(&mut picture, &coupon.code.groups().join(" "), TEXT)?;
    if let Some(qr) = &coupon.qr {
        square(&mut picture, qr);
    }
    words(&mut picture, &coupon.until, TEXT)?;
    picture.space(GAP);
    Some(picture)
}

/// Where the digits are a barcode, it.
fn bars(picture: &mut Picture, digits: &str) {
    let modules = barcode_modules(digits).unwrap_or_default();
    picture.put(&modules, 1, (BAR_LENGTH, BAR_DOTS));
}

/// Where the text finds room on the paper, its QR code.
fn square(picture: &mut Picture, text: &str) {
    // A seventh of it may be unreadable, as on the browser's paper.
    let Some((size, modules)) = modules_of(text, EcLevel::M) else { return };
    let dots = (picture.width() / size).min(*SQUARE_DOTS.end());
    if SQUARE_DOTS.contains(&dots) {
        picture.put(&modules, size, (dots, dots));
    }
}

/// Words in the middle of the paper, in as many lines as they need.
fn words(picture: &mut Picture, text: &str, letters: usize) -> Option<()> {
    let (width, height) = (picture.width(), letters * 5 / 4);
    let (across, down) = (width as f64, height as f64);
    let set = |on: &JsValue, name: &str, value: JsValue| Reflect::set(on, &name.into(), &value).ok();
    let canvas = JsValue::from(document().create_element("canvas").ok()?);
    set(&canvas, "width", across.into())?;
    set(&canvas, "height", down.into())?;
    let context = call(&canvas, "getContext", &Array::of1(&"2d".into())).ok()?;
    // Thin letters fall apart on thermal paper.
    set(&context, "font", format!("600 {letters}px \"Golos Text\", sans-serif").into())?;
    set(&context, "textAlign", "center".into())?;
    set(&context, "textBaseline", "middle".into())?;
    let length = |line: &str| {
        let measured = call(&context, "measureText", &Array::of1(&line.into())).ok()?;
        get(&measured, "width").as_f64()
    };
    for line in lines_of(text, |line| length(line).is_some_and(|length| length <= across)) {
        let whole = Array::of4(&0.into(), &0.into(), &across.into(), &down.into());
        set(&context, "fillStyle", "white".into())?;
        call(&context, "fillRect", &whole).ok()?;
        set(&context, "fillStyle", "black".into())?;
        // The last one presses a word together that is wider than the paper.
        let place = Array::of4(&line.into(), &(across / 2.0).into(), &(down / 2.0).into(), &across.into());
        call(&context, "fillText", &place).ok()?;
        let drawn = get(&call(&context, "getImageData", &whole).ok()?, "data").dyn_into::<Uint8ClampedArray>().ok()?;
        let dark: Vec<bool> = drawn.to_vec().chunks_exact(4).map(|dot| dot[0] < 128).collect();
        picture.put(&dark, width, (1, 1));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use polka_domain::CouponCode;

    use super::*;

    #[test]
    fn the_barcode_of_a_coupon_goes_along_the_paper_at_three_dots_a_module() {
        let code = CouponCode::from_secret([7; 16]);
        for paper in [Paper::Narrow, Paper::Wide] {
            let mut picture = Picture::new(paper.dots());
            bars(&mut picture, code.as_str());
            // Start, fourteen pairs and the check character of 11 modules, the stop of 13, the white before and behind.
            let lines: Vec<_> = picture.bytes().chunks(picture.line_bytes()).collect();
            assert_eq!(lines.len(), 3 * (16 * 11 + 13 + 20));
            // In the middle, and white beside.
            assert!(lines.iter().all(|line| line.iter().take(5).all(|byte| *byte == 0)));
            assert!(lines.iter().any(|line| line[line.len() / 2] == 0xff));
        }
    }

    #[test]
    fn a_qr_code_finds_room_also_on_the_narrow_paper() {
        // The shortest text of a coupon and the longest.
        for digits in [252, 2_195] {
            let mut picture = Picture::new(Paper::Narrow.dots());
            square(&mut picture, &"9".repeat(digits));
            assert!(picture.bytes().iter().any(|byte| *byte != 0), "{digits}");
        }
    }
}
