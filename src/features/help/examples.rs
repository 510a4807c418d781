//! Named states of the screen.

use leptos::prelude::*;

use super::view::HelpView;
use crate::gallery::Example;

pub(crate) fn examples() -> [Example; 2] {
    [
        ("seen", |locale| view! { <HelpView locale has_speech=false/> }.into_any()),
        ("heard", |locale| view! { <HelpView locale has_speech=true/> }.into_any()),
    ]
}
