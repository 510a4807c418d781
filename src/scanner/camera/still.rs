//! A photograph of what a camera shows, where somebody takes one: small enough to be kept and sent.

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

use super::looking::size_of;
use crate::scanner::js::call;

/// A photograph is no larger.
const MOST_BYTES: usize = 120 << 10;
/// What is tried one after the other until it is small enough: points on the longer side, and the quality of a JPEG. A
/// date is read at the last one still.
const TRIES: [(f64, f64); 6] =
    [(1024.0, 0.85), (1024.0, 0.7), (1024.0, 0.5), (1024.0, 0.35), (768.0, 0.35), (512.0, 0.35)];
/// What stands before the bytes.
const PREFIX: &str = "data:image/jpeg;base64,";

/// Draws what is shown on a canvas, and gives it as a JPEG in base64; `None` where nothing is shown.
pub(crate) fn photograph(video: &JsValue, canvas: &JsValue) -> Option<String> {
    let size = size_of(video)?;
    TRIES.into_iter().find_map(|(longest, quality)| {
        let [across, down] = shrunk(size, longest).map(JsValue::from);
        Reflect::set(canvas, &"width".into(), &across).ok()?;
        Reflect::set(canvas, &"height".into(), &down).ok()?;
        let context = call(canvas, "getContext", &Array::of1(&"2d".into())).ok()?;
        call(&context, "drawImage", &Array::of5(video, &0.into(), &0.into(), &across, &down)).ok()?;
        let drawn = call(canvas, "toDataURL", &Array::of2(&"image/jpeg".into(), &quality.into())).ok()?.as_string()?;
        drawn.strip_prefix(PREFIX).filter(|jpeg| is_small(jpeg)).map(str::to_owned)
    })
}

/// A size whose longer side is no longer than this; nothing grows.
fn shrunk(size: [f64; 2], longest: f64) -> [f64; 2] {
    let scale = (longest / size[0].max(size[1])).min(1.0);
    size.map(|side| (side * scale).round().max(1.0))
}

fn is_small(base64: &str) -> bool {
    base64.len() / 4 * 3 <= MOST_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shrinks_as_a_whole_and_never_grows() {
        assert_eq!(shrunk([1280.0, 720.0], 1024.0), [1024.0, 576.0]);
        assert_eq!(shrunk([720.0, 1280.0], 512.0), [288.0, 512.0]);
        assert_eq!(shrunk([640.0, 480.0], 1024.0), [640.0, 480.0]);
        assert_eq!(shrunk([4000.0, 1.0], 512.0), [512.0, 1.0]);
    }

    #[test]
    fn what_is_tried_becomes_smaller_each_time() {
        assert!(TRIES.is_sorted_by(|one, next| one.0 >= next.0 && one.1 >= next.1 && one != next));
        assert!(TRIES.iter().all(|(longest, _)| *longest <= f64::from(polka_contract::LONGEST_PHOTO_SIDE)));
        assert!(is_small(&"A".repeat(160 << 10)) && !is_small(&"A".repeat((160 << 10) + 4)));
    }
}
