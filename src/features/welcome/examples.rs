//! Named states of the screen.

use leptos::prelude::*;

use super::view::{Prices, WelcomeView};
use crate::gallery::Example;

pub(crate) fn examples() -> [Example; 3] {
    [("ready", |_| of(Prices::Ready)), ("loading", |_| of(Prices::Loading)), ("no-prices", |_| of(Prices::Missing))]
}

fn of(prices: Prices) -> AnyView {
    view! { <WelcomeView prices=Signal::stored(prices) has_camera=Signal::stored(false)/> }.into_any()
}
