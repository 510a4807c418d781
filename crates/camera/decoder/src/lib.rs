//! The program of the worker that looks at a camera's pictures: `src/scanner/camera/worker.js` hands them over.

use polka_camera::{Eye, Picture, Seen};
use wasm_bindgen::prelude::wasm_bindgen;

/// Looks at the pictures of one camera.
#[wasm_bindgen]
#[derive(Default)]
pub struct Decoder(Eye);

#[wasm_bindgen]
impl Decoder {
    /// One that has seen nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        console_error_panic_hook::set_once();
        Self::default()
    }

    /// Looks at the next picture, points of red, green, blue and opacity. Gives a code as `=` and its text, else
    /// `dark`, `blurred` or nothing.
    pub fn look(&mut self, rgba: &[u8], width: u32, height: u32) -> String {
        let seen = Picture::of_rgba(rgba, width, height).map_or(Seen::Nothing, |picture| self.0.look(&picture));
        match seen {
            Seen::Code(code) => format!("={code}"),
            Seen::TooDark => "dark".into(),
            Seen::Blurred => "blurred".into(),
            Seen::Nothing => String::new(),
        }
    }
}
