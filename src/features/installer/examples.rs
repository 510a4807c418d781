//! Named states of the page that no walk through the app meets.

use leptos::prelude::*;

use super::view::{enrolment_view, pin_view};
use crate::gallery::Example;
use crate::words::installer as words;

pub(crate) fn examples() -> [Example; 2] {
    [
        ("pin", |_| pin_view(RwSignal::new(false))),
        ("enrolment", |locale| view! { <h1 tabindex="-1">{words::heading(locale)}</h1> {enrolment_view()} }.into_any()),
    ]
}
