use leptos::prelude::*;
use polka_contract::KeyFunction;

use crate::accessibility::ActionButton;
use crate::i18n::{Locale, use_locale};
use crate::offline::use_catalogue;
use crate::scanner::camera::camera_view;
use crate::session::use_session;
use crate::ui::icon::{Icon, IconView};
use crate::words::{accessibility, frame, member_card, welcome as words};

/// How far the prices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prices {
    Loading,
    Ready,
    Missing,
}

#[component]
pub(crate) fn WelcomeScreen() -> impl IntoView {
    let (catalogue, locale) = (use_catalogue(), use_locale());
    let prices = Memo::new(move |_| match (catalogue.is_ready(), catalogue.is_missing()) {
        (true, _) => Prices::Ready,
        (false, true) => Prices::Missing,
        (false, false) => Prices::Loading,
    });
    move || view! { <WelcomeView prices=prices.get() locale=locale.get() camera=camera_view()/> }
}

#[component]
pub(crate) fn WelcomeView(
    prices: Prices,
    locale: Locale,
    /// What scans with a camera.
    #[prop(optional)]
    camera: Option<AnyView>,
) -> impl IntoView {
    let session = use_session();
    let instruction = match prices {
        Prices::Loading => words::instruction_wait(locale),
        Prices::Ready if session.is_own_phone() => words::instruction_phone(locale),
        Prices::Ready => words::instruction(locale),
        Prices::Missing => words::error_no_prices(locale),
    };
    // A card is made at the store's own devices, which keep it.
    let card: (_, fn(Locale) -> _) = match session.is_own_phone() {
        true => ("/member-card", member_card::title),
        false => ("/join-loyalty", frame::button_join),
    };
    view! {
        <div class="welcome">
            <BarcodePicture/>
            <h1 tabindex="-1">{words::heading(locale)}</h1>
            <p class="instruction" data-error=(prices == Prices::Missing).then_some("")>{instruction}</p>
            {camera}
            <a class="button button-main" href="/find-product">
                <IconView icon=Icon::Search/>
                {frame::button_find(locale)}
            </a>
            <a class="button" href="/shopping-list">
                <IconView icon=Icon::List/>
                {move || match session.list_count() {
                    Some(count) => frame::button_list_count(locale, &count.to_string()),
                    None => frame::button_list(locale).to_owned(),
                }}
            </a>
            <a class="button" href=card.0>
                <IconView icon=Icon::Card/>
                {card.1(locale)}
            </a>
            <div class="choices">
                <ActionButton function=KeyFunction::Reach label=accessibility::button_reach icon=Icon::ArrowDown/>
                <ActionButton function=KeyFunction::Motor label=accessibility::button_motor icon=Icon::Expand/>
                <ActionButton function=KeyFunction::Motion label=accessibility::button_motion icon=Icon::Pause/>
            </div>
        </div>
    }
}

/// A barcode under a scanner's line, which moves gently; with reduced motion it stands still.
#[component]
fn BarcodePicture() -> impl IntoView {
    const BARS: [(u32, u32); 14] = [
        (14, 3),
        (19, 1),
        (22, 4),
        (28, 2),
        (32, 1),
        (35, 3),
        (41, 1),
        (44, 2),
        (49, 4),
        (55, 1),
        (58, 3),
        (64, 1),
        (68, 4),
        (74, 2),
    ];
    view! {
        <div class="welcome-picture" aria-hidden="true">
        <svg viewBox="0 0 90 60">
            <path class="welcome-corners" d="M4 14V6a2 2 0 0 1 2-2h8 M76 4h8a2 2 0 0 1 2 2v8 M86 46v8a2 2 0 0 1-2 2h-8 M14 56H6a2 2 0 0 1-2-2v-8"></path>
            {BARS.map(|(x, width)| view! { <rect x=x y="13" width=width height="34"></rect> }).to_vec()}
        </svg>
        // Beside the picture and not in it: so it is moved without painting anything again, on a stand that
        // runs day and night.
        <div class="welcome-line"></div>
        </div>
    }
}
