//! A photograph that somebody has taken, where the staff look at it: of a label, or of goods.

use leptos::prelude::*;
use polka_contract::paths;

use crate::i18n::Locale;
use crate::speech::Speech;
use crate::words::staff_desk as words;

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

/// What the goods of an apology look like, where somebody wants to see it: one button, so that it keeps the focus.
pub(super) fn goods_photo(
    (apology_id, described_by): (i64, String),
    is_seen: Memo<bool>,
    alt: String,
    locale: Locale,
    press: impl Fn() + 'static,
) -> AnyView {
    let photo = move || {
        let source = paths::APOLOGY_PHOTO.replace("{apology_id}", &apology_id.to_string());
        is_seen.get().then(|| photo_view(source, alt.clone()))
    };
    let label = move || if is_seen.get() { words::button_no_photo(locale) } else { words::button_photo(locale) };
    view! {
        {photo}
        <div class="choices task-buttons">
            <button
                class="button"
                type="button"
                data-action="photo"
                aria-describedby=described_by
                on:click=move |_| press()
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}
