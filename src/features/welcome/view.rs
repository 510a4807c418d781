use leptos::prelude::*;
use polka_contract::KeyFunction;

use crate::accessibility::ActionButton;
use crate::i18n::{Locale, use_locale};
use crate::offline::{use_catalogue, use_device};
use crate::routes::{Route, use_navigation};
use crate::scanner::camera::{self, camera_view};
use crate::session::use_session;
use crate::ui::icon::{Icon, IconView};
use crate::words::{accessibility, call_staff, frame, member_card, welcome as words};

/// How far the prices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prices {
    Loading,
    Ready,
    Missing,
}

#[component]
pub(crate) fn WelcomeScreen() -> impl IntoView {
    let catalogue = use_catalogue();
    let prices = Memo::new(move |_| match (catalogue.is_ready(), catalogue.is_missing()) {
        (true, _) => Prices::Ready,
        (false, true) => Prices::Missing,
        (false, false) => Prices::Loading,
    });
    view! { <WelcomeView prices has_camera=Signal::derive(camera::is_there) camera=camera_view()/> }
}

#[component]
pub(crate) fn WelcomeView(
    #[prop(into)] prices: Signal<Prices>,
    /// Whether it has one; then nobody looks for a scanner on their own phone.
    #[prop(into)]
    has_camera: Signal<bool>,
    /// What scans with it.
    #[prop(optional)]
    camera: Option<AnyView>,
) -> impl IntoView {
    let (session, locale, device, navigation) = (use_session(), use_locale(), use_device(), use_navigation());
    let is_missing = move || (prices.get() == Prices::Missing).then_some("");
    let instruction = move || match prices.get() {
        Prices::Loading => words::instruction_wait(locale.get()),
        Prices::Ready if session.is_own_phone() && has_camera.get() => words::instruction_phone(locale.get()),
        Prices::Ready => words::instruction(locale.get()),
        Prices::Missing => words::error_no_prices(locale.get()),
    };
    // A card is made at the store's own devices, which keep it.
    let card: (_, fn(Locale) -> _) = match session.is_own_phone() {
        true => ("/member-card", member_card::title),
        false => ("/join-loyalty", frame::button_join),
    };
    view! {
        <div class="welcome">
            <BarcodePicture/>
            <h1 tabindex="-1">{move || words::heading(locale.get())}</h1>
            <p class="instruction" data-error=is_missing>{instruction}</p>
            {camera}
            <a class="button button-main" href="/find-product">
                <IconView icon=Icon::Search/>
                {move || frame::button_find(locale.get())}
            </a>
            <a class="button" href="/shopping-list">
                <IconView icon=Icon::List/>
                {move || match session.list_count() {
                    Some(count) => frame::button_list_count(locale.get(), &count.to_string()),
                    None => frame::button_list(locale.get()).to_owned(),
                }}
            </a>
            <a class="button" href=card.0>
                <IconView icon=Icon::Card/>
                {move || card.1(locale.get())}
            </a>
            {move || device.can_keep().then(|| view! {
                <button class="button" type="button" data-action="till" on:click=move |_| {
                    session.asks_for_till(device);
                    navigation.go(Route::CallStaff);
                }>
                    <IconView icon=Icon::Cart/>
                    {call_staff::button_till(locale.get())}
                </button>
            })}
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
