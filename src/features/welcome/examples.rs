//! Named states of the screen.

use leptos::prelude::*;

use super::view::{Prices, WelcomeView};
use crate::gallery::Example;

pub(crate) fn examples() -> [Example; 3] {
    [
        ("ready", |locale| view! { <WelcomeView prices=Prices::Ready locale/> }.into_any()),
        ("loading", |locale| view! { <WelcomeView prices=Prices::Loading locale/> }.into_any()),
        ("no-prices", |locale| view! { <WelcomeView prices=Prices::Missing locale/> }.into_any()),
    ]
}
