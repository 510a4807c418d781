//! The app: its services in the order in which they need each other, the frame, and a screen for each route.

use leptos::prelude::*;

use crate::clock::provide_clock;
use crate::features::help::HelpScreen;
use crate::features::not_found::NotFoundScreen;
use crate::features::price_check::PriceCheckScreen;
use crate::features::welcome::WelcomeScreen;
use crate::i18n::{provide_locale, use_locale};
use crate::offline::{provide_catalogue, use_catalogue};
use crate::routes::{Route, provide_navigation, use_navigation};
use crate::scanner;
use crate::session::{provide_session, use_session};
use crate::settings::{first_locale, provide_settings};
use crate::ui::dialog::Dialog;
use crate::ui::focus::focus_heading;
use crate::ui::icon::{Icon, IconView};
use crate::words;

/// The whole app.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_settings();
    provide_locale(first_locale());
    provide_clock();
    provide_catalogue();
    provide_navigation();
    provide_session();

    let (navigation, session, catalogue) = (use_navigation(), use_session(), use_catalogue());
    scanner::listen(move |code| {
        session.continues();
        navigation.go(Route::PriceCheck { code });
    });
    keep_title_and_focus();

    view! {
        <Header/>
        <main
            data-screen=move || navigation.route().screen()
            aria-busy=move || (!catalogue.is_ready() && !catalogue.is_missing()).to_string()
        >
            {move || match navigation.route() {
                Route::Welcome => view! { <WelcomeScreen/> }.into_any(),
                Route::PriceCheck { code } => view! { <PriceCheckScreen code/> }.into_any(),
                Route::Help => view! { <HelpScreen/> }.into_any(),
                Route::NotFound => view! { <NotFoundScreen/> }.into_any(),
            }}
        </main>
        <Places/>
        <VisitWarning/>
    }
}

/// A new screen is told: the page takes its name, and the focus goes to its heading, where a screen reader
/// goes on; at each scan, also of the same product again. Not at the start, where the focus is the browser's.
fn keep_title_and_focus() {
    let (navigation, locale) = (use_navigation(), use_locale());
    Effect::new(move || {
        let locale = locale.get();
        let screen = match navigation.route() {
            Route::Welcome => words::welcome::title(locale),
            Route::PriceCheck { .. } => words::price_check::title(locale),
            Route::Help => words::help::title(locale),
            Route::NotFound => words::not_found::title(locale),
        };
        document().set_title(&format!("{screen} · {}", words::frame::store(locale)));
    });
    Effect::new(move |is_later: Option<bool>| {
        let _ = navigation.route();
        if is_later.is_some() {
            focus_heading();
        }
        true
    });
}

/// Where the visitor is, and the way back.
#[component]
fn Header() -> impl IntoView {
    let (navigation, locale) = (use_navigation(), use_locale());
    let is_start = Memo::new(move |_| navigation.route() == Route::Welcome);
    let title = move || match navigation.route() {
        Route::Welcome => words::frame::store(locale.get()),
        Route::PriceCheck { .. } => words::price_check::title(locale.get()),
        Route::Help => words::help::title(locale.get()),
        Route::NotFound => words::not_found::title(locale.get()),
    };
    view! {
        <header class="header">
            <Show when=move || !is_start.get()>
                <button class="button" type="button" data-action="back" on:click=move |_| navigation.back()>
                    <IconView icon=Icon::ArrowLeft/>
                    <span>{move || words::frame::button_back(locale.get())}</span>
                </button>
            </Show>
            <p class="header-title">{title}</p>
        </header>
    }
}

/// The places at the bottom, the same on every screen.
#[component]
fn Places() -> impl IntoView {
    let locale = use_locale();
    let switch = move |_| locale.update(|locale| *locale = locale.other());
    view! {
        <nav class="places" aria-label=move || words::frame::name_of_places(locale.get())>
            <a class="button" href="/help" data-action="help">
                <IconView icon=Icon::Help/>
                <span>{move || words::frame::button_help(locale.get())}</span>
            </a>
            // The other language's name stands in that language, for whoever reads only that.
            <button
                class="button"
                type="button"
                data-action="language"
                lang=move || locale.get().other().code()
                on:click=switch
            >
                <IconView icon=Icon::Languages/>
                <span>{move || words::frame::button_other_language(locale.get())}</span>
            </button>
        </nav>
    }
}

/// Asks whether somebody is still here, before their visit ends.
#[component]
fn VisitWarning() -> impl IntoView {
    let (session, locale) = (use_session(), use_locale());
    let is_open = Memo::new(move |_| session.seconds_left().is_some());
    let description = move || {
        let seconds = session.seconds_left().unwrap_or_default().to_string();
        words::session::instruction_warning(locale.get(), &seconds)
    };
    view! {
        <Dialog
            is_open=Signal::derive(move || is_open.get())
            heading=Signal::derive(move || words::session::heading_warning(locale.get()).to_owned())
            description=Signal::derive(description)
            on_leave=move || session.continues()
        >
            <button
                class="button button-main"
                type="button"
                data-action="continue"
                on:click=move |_| session.continues()
            >
                {move || words::session::button_continue(locale.get())}
            </button>
            <button class="button" type="button" data-action="end" on:click=move |_| session.ends()>
                {move || words::session::button_end(locale.get())}
            </button>
        </Dialog>
    }
}
