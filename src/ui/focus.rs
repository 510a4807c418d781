//! Where a screen reader goes on.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::speech::Speech;

/// Puts the focus on the screen's heading once it is there: so a new screen is told.
pub(crate) fn focus_heading() {
    request_animation_frame(|| {
        let heading = document().query_selector("main h1").ok().flatten();
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            let _ = heading.focus();
        }
    });
}

/// Goes to what is wrong with what was typed, once it stands there.
pub(crate) fn go_to_problem(speech: Speech) {
    request_animation_frame(move || {
        if let Ok(Some(problem)) = document().query_selector(".problem") {
            speech.go_to(&problem);
        }
    });
}
