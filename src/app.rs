//! The app: its services in the order in which they need each other, the frame, and a screen for each route.

use leptos::prelude::*;
use polka_contract::{ENROLMENT_SCAN, KeyFunction};
use polka_domain::BadgeNumber;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::accessibility::{ActionButton, AnnouncerView, provide_accessibility, provide_actions, use_accessibility};
use crate::api::{provide_server, use_server};
use crate::clock::provide_clock;
use crate::features::call_staff::CallStaffScreen;
use crate::features::case_status::CaseStatusScreen;
use crate::features::checkout::checkout_screen;
use crate::features::find_product::FindProductScreen;
use crate::features::find_way::FindWayScreen;
use crate::features::help::HelpScreen;
use crate::features::installer::InstallerScreen;
use crate::features::join_loyalty::join_loyalty_screen;
use crate::features::label_report::LabelReportScreen;
use crate::features::member_card::member_card_screen;
use crate::features::not_found::NotFoundScreen;
use crate::features::price_check::{PriceCheckScreen, Taken, provide_reading, use_reading};
use crate::features::report_expired::ReportExpiredScreen;
use crate::features::shopping_list::ShoppingListScreen;
use crate::features::staff_desk::StaffDeskScreen;
use crate::features::welcome::WelcomeScreen;
use crate::i18n::{Locale, provide_locale, use_locale};
use crate::offline::{is_enrolled, provide_catalogue, provide_device, use_catalogue, use_device};
use crate::routes::{Route, provide_navigation, use_navigation};
use crate::scanner::{self, By};
use crate::session::{Session, provide_session, use_session};
use crate::settings::{first_locale, provide_settings};
use crate::speech::{Sound, provide_speech, use_speech};
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::fetched::{Fetching, fetched_screen};
use crate::ui::focus::focus_heading;
use crate::ui::icon::{Icon, IconView};
use crate::words;

/// The whole app.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_settings();
    provide_locale(first_locale());
    provide_accessibility();
    provide_clock();
    provide_server();
    provide_catalogue();
    provide_navigation();
    provide_speech();
    provide_session();
    provide_device();
    provide_reading();

    let (navigation, session) = (use_navigation(), use_session());
    let (catalogue, device, accessibility) = (use_catalogue(), use_device(), use_accessibility());
    let (reading, speech) = (use_reading(), use_speech());
    let take = move |code: String| {
        let is_taken = match session.scan_taker.get_value() {
            None => false,
            Some(taker) => match untrack(|| reading.taken(&code)) {
                Taken::Unread => {
                    reading.fetch();
                    return session.unread.set(Some(code));
                }
                Taken::This(scanned) => taker.run(scanned),
                Taken::Other => session.code_taker.get_value().is_some_and(|taker| taker.run(code.clone())),
            },
        };
        if is_taken || badge_in(&code).is_some_and(|badge| session.opens_desk(badge)) {
            speech.signal(Sound::Read);
        } else {
            session.scanned.set_value(Some(code.clone()));
            navigation.go(Route::PriceCheck { code });
        }
    };
    Effect::new(move || {
        if let Some(code) = session.unread.get()
            && !matches!(reading.taken(&code), Taken::Unread)
        {
            session.unread.set(None);
            take(code);
        }
    });
    // Before the keypad listens: a scan is never a key.
    let does_something = move |code: &str| accessibility.function(code).is_some();
    scanner::listen(
        move || session.is_own_phone(),
        is_enrolled,
        does_something,
        move |code, by| {
            // A camera says that it was a QR code.
            let bare = code.strip_prefix("]Q").and_then(|rest| rest.get(1..)).unwrap_or(&code);
            let enrolment = bare.strip_prefix(ENROLMENT_SCAN).map(str::to_owned);
            // A phone's keyboard finishes words faster than anybody types: nothing that comes from it is a scan.
            if session.is_own_phone() && by != By::Camera && enrolment.is_none() {
                return;
            }
            session.continues();
            device.scanned();
            match enrolment {
                // Only a device that is none yet: a shopper with such a picture finds no way to the set-up page.
                Some(code) if !is_enrolled() => {
                    device.enrol(code);
                    navigation.go(Route::Installer);
                }
                _ => take(code),
            }
        },
    );
    provide_actions();
    keep_title_and_focus();

    let locale = use_locale();
    let screen = Signal::derive(move || title(&navigation.route(), locale.get()));
    view! {
        <Header/>
        <main
            data-screen=move || navigation.route().screen()
            aria-busy=move || (!catalogue.is_ready() && !catalogue.is_missing()).to_string()
        >
            {move || match navigation.route() {
                Route::Welcome => view! { <WelcomeScreen/> }.into_any(),
                Route::PriceCheck { code } => view! { <PriceCheckScreen code/> }.into_any(),
                Route::LabelReport { .. } => view! { <LabelReportScreen/> }.into_any(),
                Route::FindProduct { .. } => view! { <FindProductScreen/> }.into_any(),
                Route::FindWay { .. } => view! { <FindWayScreen/> }.into_any(),
                Route::ShoppingList { .. } => view! { <ShoppingListScreen/> }.into_any(),
                Route::ReportExpired { .. } => view! { <ReportExpiredScreen/> }.into_any(),
                Route::JoinLoyalty => fetched_screen(words::join_loyalty::title, || fetch_loyalty(Route::JoinLoyalty)),
                Route::MemberCard => fetched_screen(words::member_card::title, || fetch_loyalty(Route::MemberCard)),
                Route::Checkout => fetched_screen(words::checkout::title, || fetch_loyalty(Route::Checkout)),
                Route::Help => view! { <HelpScreen/> }.into_any(),
                Route::CallStaff => view! { <CallStaffScreen/> }.into_any(),
                Route::CaseStatus => view! { <CaseStatusScreen/> }.into_any(),
                Route::Installer => view! { <InstallerScreen/> }.into_any(),
                Route::StaffDesk => view! { <StaffDeskScreen/> }.into_any(),
                #[cfg(feature = "gallery")]
                Route::Gallery { name } => view! { <crate::gallery::GalleryScreen name/> }.into_any(),
                Route::NotFound => view! { <NotFoundScreen/> }.into_any(),
            }}
        </main>
        <footer class="foot">
            <Caption/>
            <Places/>
        </footer>
        <AnnouncerView screen/>
        <StaffDialog/>
        <VisitWarning/>
    }
}

/// The badge that is all of a code, whatever the scanner says of its kind.
fn badge_in(code: &str) -> Option<BadgeNumber> {
    let bare = code.strip_prefix(']').and_then(|kind| kind.get(2..)).unwrap_or(code);
    bare.parse().ok()
}

/// The screens of the loyalty programme share most of what they are made of, so they are one part.
#[wasm_split(loyalty, fallible)]
fn load_loyalty(route: Route) -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(match route {
        Route::Checkout => checkout_screen,
        Route::MemberCard => member_card_screen,
        _ => join_loyalty_screen,
    })
}

fn fetch_loyalty(route: Route) -> Fetching {
    Box::pin(async move { load_loyalty(route).await.ok() })
}

/// What a screen is called.
fn title(route: &Route, locale: Locale) -> &'static str {
    match route {
        Route::Welcome => words::welcome::title(locale),
        Route::PriceCheck { .. } => words::price_check::title(locale),
        Route::LabelReport { .. } => words::label_report::title(locale),
        Route::FindProduct { .. } => words::find_product::title(locale),
        Route::FindWay { .. } => words::find_way::title(locale),
        Route::ShoppingList { .. } => words::shopping_list::title(locale),
        Route::ReportExpired { .. } => words::report_expired::title(locale),
        Route::JoinLoyalty => words::join_loyalty::title(locale),
        Route::MemberCard => words::member_card::title(locale),
        Route::Checkout => words::checkout::title(locale),
        Route::Help => words::help::title(locale),
        Route::CallStaff => words::call_staff::title(locale),
        Route::CaseStatus => words::case_status::title(locale),
        Route::Installer => words::installer::title(locale),
        Route::StaffDesk => words::staff_desk::title(locale),
        #[cfg(feature = "gallery")]
        Route::Gallery { .. } => words::frame::store(locale),
        Route::NotFound => words::not_found::title(locale),
    }
}

/// A new screen is told: the page takes its name, and the focus goes to its heading, where a screen reader
/// goes on; at each scan, also of the same product again. Not at the start, where the focus is the browser's.
fn keep_title_and_focus() {
    let (navigation, locale) = (use_navigation(), use_locale());
    Effect::new(move || {
        let locale = locale.get();
        let screen = title(&navigation.route(), locale);
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
fn Header() -> AnyView {
    let (navigation, server, locale) = (use_navigation(), use_server(), use_locale());
    let is_start = Memo::new(move |_| navigation.route() == navigation.start());
    let title = move || match navigation.route() {
        Route::Welcome => words::frame::store(locale.get()),
        route => title(&route, locale.get()),
    };
    view! {
        <header class="header">
            // First, so that it stands in the same place however long the title is.
            <ActionButton function=KeyFunction::Call label=words::frame::button_call icon=Icon::Bell/>
            {move || (!is_start.get()).then(|| view! {
                <ActionButton function=KeyFunction::Back label=words::frame::button_back icon=Icon::ArrowLeft/>
            })}
            <p class="header-title">{title}</p>
            {move || server.is_away().then(|| view! {
                <p class="away"><IconView icon=Icon::CloudOff/>{words::frame::offline(locale.get())}</p>
            })}
        </header>
    }
    .into_any()
}

/// What is said, or was said last.
#[component]
fn Caption() -> AnyView {
    let (speech, modes) = (use_speech(), use_accessibility().modes);
    let is_shown = move || modes.with(|modes| modes.audio);
    let caption = move || speech.caption().filter(|_| is_shown());
    let language = move || caption().map(|(_, locale)| locale.code());
    // A screen reader reads the screen itself.
    view! {
        <p class="caption" aria-hidden="true" lang=language hidden=move || !is_shown() data-spoken="">
            {move || caption().map(|(text, _)| text)}
        </p>
    }
    .into_any()
}

/// The places at the bottom, the same on every screen.
#[component]
fn Places() -> AnyView {
    let locale = use_locale();
    view! {
        <nav class="places" aria-label=move || words::frame::name_of_places(locale.get())>
            <ActionButton function=KeyFunction::Help label=words::frame::button_help icon=Icon::Help/>
            <ActionButton
                function=KeyFunction::Language
                label=words::frame::button_other_language
                icon=Icon::Languages
            />
            <ActionButton function=KeyFunction::Size label=words::frame::button_size icon=Icon::Letters/>
            <ActionButton function=KeyFunction::Contrast label=words::frame::button_contrast icon=Icon::Contrast/>
            <ActionButton function=KeyFunction::Audio label=words::frame::button_audio icon=Icon::Headphones/>
        </nav>
    }
    .into_any()
}

/// A member of staff is at the device: the visitor's settings wait, and the visit goes on or ends.
#[component]
fn StaffDialog() -> AnyView {
    let (session, locale) = (use_session(), use_locale());
    view! {
        <Dialog
            name="staff"
            is_open=Signal::derive(move || session.has_staff())
            heading=words::session::heading_staff
            description=Signal::derive(move || words::session::instruction_staff(locale.get()).to_owned())
            answer=Answer {
                action: "staff-away",
                label: words::session::button_staff_away,
                run: Callback::new(move |()| session.staff_steps_in_or_out()),
            }
            other=Answer { action: "staff-ends", ..end_of_visit(session) }
        />
    }
    .into_any()
}

/// Asks whether somebody is still here, before their visit ends.
#[component]
fn VisitWarning() -> AnyView {
    let (session, locale) = (use_session(), use_locale());
    let is_open = Memo::new(move |_| session.seconds_left().is_some());
    let description = move || {
        let seconds = session.seconds_left().unwrap_or_default().to_string();
        words::session::instruction_warning(locale.get(), &seconds)
    };
    view! {
        <Dialog
            name="warning"
            is_open=Signal::derive(move || is_open.get())
            heading=words::session::heading_warning
            description=Signal::derive(description)
            answer=Answer {
                action: "continue",
                label: words::session::button_continue,
                run: Callback::new(move |()| session.continues()),
            }
            other=end_of_visit(session)
        />
    }
    .into_any()
}

fn end_of_visit(session: Session) -> Answer {
    Answer { action: "end", label: words::session::button_end, run: Callback::new(move |()| session.ends()) }
}
