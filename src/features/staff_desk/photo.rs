//! A photograph that somebody has taken, where the staff look at it: of a label, or of goods.

use leptos::prelude::*;

use crate::speech::Speech;

/// The photograph at an address of the server.
pub(super) fn photo_view(source: String, alt: String) -> AnyView {
    view! { <p class="task-photo"><img src=source alt=alt/></p> }.into_any()
}

/// Goes to the photograph, once it stands there.
pub(super) fn go_to_photo(speech: Speech) {
    request_animation_frame(move || {
        if let Ok(Some(photo)) = document().query_selector(".task-photo") {
            speech.go_to(&photo);
        }
    });
}
