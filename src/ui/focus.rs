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

/// Puts the focus on the heading of each page but the first: so another page is told, and what changes on one is not.
pub(crate) fn focus_on_each<T: PartialEq + Send + Sync + 'static>(page: impl Fn() -> T + Send + Sync + 'static) {
    let page = Memo::new(move |_| page());
    Effect::new(move |is_later: Option<()>| {
        // Tracking alone would not work it out.
        page.with(|_| ());
        if is_later.is_some() {
            focus_heading();
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
