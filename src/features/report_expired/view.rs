use std::time::Duration;

use leptos::prelude::*;
use polka_contract::{ExpiredReportOutcome, ExpiredReportRequest, ExpiredReportResponse};
use polka_domain::{Date, DateKind, PhoneCountries, Product};
use polka_freshness::{Age, LabelError, LabelForm, Programme, Refusal, age};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Effect, Event, Finder, Item, Label, Rules, Said, State, found_in};
use crate::accessibility::use_accessibility;
use crate::api::use_server;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Fate, Lookup, Write, use_catalogue, use_device};
use crate::random::{idempotency_key, random_bytes};
use crate::routes::{Route, use_navigation};
use crate::scanner::camera::{self, camera_view};
use crate::scanner::photo::{self, Photo, Photographing};
use crate::session::{Scanned, use_session};
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::card::slip_paper;
use crate::ui::digits::{Key, digit_keys, entry};
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::icon::{Icon, IconView};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::ui::product::name_of;
use crate::ui::shelf::shelf_in_words;
use crate::words::report_expired as words;

/// The screen; few shoppers come here, so it is fetched when somebody does.
#[component]
pub(crate) fn ReportExpiredScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(report_expired, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(report_expired_view)
}

/// How far somebody is, beyond the screen: whoever looks at the help finds it again.
#[derive(Clone)]
struct Reporting {
    /// The item of the address with which it began.
    begun_with: ArcRwSignal<Option<String>>,
    state: ArcRwSignal<State>,
    fate: ArcRwSignal<Option<ArcRwSignal<Fate>>>,
    answer: ArcRwSignal<ArcRwSignal<Option<ExpiredReportResponse>>>,
    /// The key of the last report, by which a photograph names it, and what became of that.
    report_key: ArcRwSignal<Option<String>>,
    photo: ArcRwSignal<Option<ArcRwSignal<Fate>>>,
}

impl Reporting {
    fn start() -> Self {
        Self {
            begun_with: ArcRwSignal::new(None),
            state: ArcRwSignal::default(),
            fate: ArcRwSignal::new(None),
            answer: ArcRwSignal::new(ArcRwSignal::new(None)),
            report_key: ArcRwSignal::new(None),
            photo: ArcRwSignal::new(None),
        }
    }
}

fn report_expired_view() -> AnyView {
    let (catalogue, device, server, session) = (use_catalogue(), use_device(), use_server(), use_session());
    let (speech, locale, accessibility) = (use_speech(), use_locale(), use_accessibility());
    let settings = use_settings();
    let programme = programme(&settings.with_value(|settings| settings.expired_items.clone()));
    let countries =
        settings.with_value(|settings| settings.phone_countries.parse::<PhoneCountries>().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let reporting = session.kept(Reporting::start);
    let state = Memo::new({
        let state = reporting.state.clone();
        move |_| state.get()
    });
    let product_of = move |gtin| match catalogue.find(gtin) {
        Lookup::Found(product) => Some(*product),
        Lookup::NotReady | Lookup::NotFound => None,
    };
    let (fate, answer) = (reporting.fate.clone(), reporting.answer.clone());
    let kept = StoredValue::new(reporting.clone());
    let later = StoredValue::new(None::<Callback<Event>>);
    let late = Callback::new(move |()| {
        if let Some(Some(on)) = later.try_get_value() {
            on.run(Event::Late);
        }
    });
    let run = move |effect: Effect| match effect {
        Effect::TellProblem => go_to_problem(speech),
        Effect::Print => request_animation_frame(|| drop(window().print())),
        Effect::Keep { item, finder, seconds } => kept.with_value(|reporting| {
            if let Finder::Slip(number) = finder {
                session.slip.set_value(Some(number));
            }
            set_timeout(move || late.run(()), Duration::from_secs(seconds.into()));
            let told = ArcRwSignal::new(None);
            reporting.answer.set(told.clone());
            let (report, key) = (Box::new(request_of(&item, finder)), idempotency_key());
            reporting.report_key.set(key.clone());
            reporting.photo.set(None);
            reporting.fate.set(Some(device.keep(Write::ExpiredReport { report, key, answer: told })));
        }),
    };
    let on = move |event: Event| {
        let effect = kept.with_value(|reporting| {
            reporting.state.try_update(|state| {
                countries.with_value(|countries| {
                    let kind_of = |gtin| untrack(|| product_of(gtin)).and_then(|product| product.date_kind);
                    let today = untrack(|| catalogue.today());
                    state.update(event, &Rules { today, programme, countries, kind_of: &kind_of })
                })
            })
        });
        effect.flatten().into_iter().for_each(run);
    };
    later.set_value(Some(Callback::new(on)));
    // Where the store is away nobody waits for it.
    leptos::prelude::Effect::new(move || {
        let is_kept = state.with(|state| matches!(state, State::Said(said) if said.fate == Fate::Kept));
        if is_kept && server.is_away() {
            on(Event::Late);
        }
    });
    if let Route::ReportExpired { item } = use_navigation().route_now() {
        let is_begun = reporting.begun_with.get_untracked().as_ref() == Some(&item)
            && reporting.state.with_untracked(|state| *state != State::Start);
        if !is_begun {
            reporting.state.set(State::Start);
            if let Some((gtin, last_day)) = found_in(&item) {
                on(Event::Found(gtin, last_day));
            }
            reporting.begun_with.set(Some(item));
        }
    }
    leptos::prelude::Effect::new(move || {
        if let Some(fate) = fate.get() {
            on(Event::Fate(fate.get()));
        }
    });
    leptos::prelude::Effect::new(move || {
        if let Some(answer) = answer.get().get() {
            on(Event::Answer(answer));
        }
    });
    let take = move |scanned: Scanned| match scanned {
        Scanned::Product(gtin, last_day) => {
            on(Event::Found(gtin, last_day));
            true
        }
        Scanned::Card(card) => {
            let takes = state.with_untracked(|it| matches!(it, State::Item(_) | State::Finder(_) | State::Number(..)));
            on(Event::Card(card));
            takes
        }
        Scanned::Badge(_) => false,
    };
    session.takes_scans(take);
    let is_said = Memo::new(move |_| state.with(|state| matches!(state, State::Said(_))));
    let keep_photo = Callback::new({
        let (report_key, of_photo) = (reporting.report_key.clone(), reporting.photo.clone());
        move |Photo(jpeg)| {
            if let Some(report_key) = report_key.get_untracked() {
                of_photo.set(Some(device.keep(Write::ExpiredPhoto { report_key, jpeg })));
            }
        }
    });
    // While the screen shows what they have reported.
    let photo = Photographing::new(photo_words, is_said, keep_photo);
    // Each page is told; a digit is none.
    focus_on_each(move || (photo.page(), state.with(State::page)));
    let (report_key, of_photo) = (reporting.report_key.clone(), reporting.photo.clone());
    let offer = Memo::new(move |_| match of_photo.get().map(|fate| fate.get()) {
        Some(Fate::Keeping) => Offer::None,
        Some(Fate::Kept | Fate::Taken) => Offer::Kept,
        Some(Fate::NotKept | Fate::Refused) => Offer::NotKept,
        None if state.with(|state| matches!(state, State::Said(said) if said.is_looked_for()))
            && report_key.with(Option::is_some)
            && camera::is_there() =>
        {
            Offer::Open
        }
        None => Offer::None,
    });
    let about = Memo::new(move |_| About {
        locale: locale.get(),
        programme,
        today: catalogue.today(),
        time_zone: catalogue.time_zone(),
        can_keep: device.can_keep(),
        has_printer: accessibility.profile().unwrap_or_default().has_printer,
        is_away: server.is_away(),
        photo: offer.get(),
        product: state.with(|state| gtin_of(state).and_then(product_of)),
    });
    leptos::prelude::Effect::new(move |before: Option<Offer>| {
        let (offer, locale) = (offer.get(), locale.get_untracked());
        match offer {
            _ if before.is_none_or(|before| before == offer) => {}
            Offer::Kept => speech.tell(words::said_photo_kept(locale).to_owned(), Class::Value),
            Offer::NotKept => speech.tell(words::error_photo(locale).to_owned(), Class::Error),
            Offer::None | Offer::Open => {}
        }
        offer
    });
    let is_photo = Memo::new(move |_| photo.page() != photo::Page::Off);
    // One camera at a time.
    (move || match is_photo.get() {
        true => photo.view(locale.into()),
        false => view! {
            {show(state.into(), about.into(), countries, on, move || photo.begin())}
            {camera_view()}
        }
        .into_any(),
    })
    .into_any()
}

/// What is said of a photograph of the label.
pub(super) fn photo_words(locale: Locale) -> photo::Words {
    photo::Words {
        heading: words::heading_photo(locale),
        instruction: words::instruction_photo(locale),
        instruction_taken: words::instruction_taken(locale),
        alt: words::alt_photo(locale),
        note: words::note_photo_kept(locale),
    }
}

/// What is paid for an item; where the store has not said, nothing is promised.
fn programme(text: &str) -> Programme {
    let nothing = Programme {
        point_value_minor_units: 1,
        smallest_points: 0,
        largest_points: 0,
        thanks_points: 0,
        release_hours: 1,
        counts_best_before: true,
        counts_use_by: true,
    };
    text.parse().unwrap_or(nothing)
}

fn request_of(item: &Item, finder: Finder) -> ExpiredReportRequest {
    let (card, phone) = match finder {
        Finder::Card(card) | Finder::Slip(card) => (Some(card), None),
        Finder::Phone(phone) => (None, Some(phone)),
        Finder::Nobody => (None, None),
    };
    ExpiredReportRequest {
        gtin: item.gtin.to_string(),
        last_day: item.last_day.to_string(),
        date_kind: item.kind.code().to_owned(),
        quantity: item.quantity,
        is_elsewhere: item.is_elsewhere,
        card_number: card.map(|card| card.to_string()),
        phone: phone.map(polka_domain::Phone::e164),
        // Whoever keeps it knows when.
        made_ms: 0,
    }
}

/// What the screen goes by, beside how far somebody is.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) locale: Locale,
    pub(super) programme: Programme,
    pub(super) today: Date,
    pub(super) time_zone: String,
    /// Whether what is said would be kept.
    pub(super) can_keep: bool,
    pub(super) has_printer: bool,
    /// Whether the store was not reached when it was asked last.
    pub(super) is_away: bool,
    pub(super) photo: Offer,
    /// The product of the item, where the store has it.
    pub(super) product: Option<Product>,
}

/// Whether a photograph of the label may be added, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    None,
    Open,
    Kept,
    NotKept,
}

impl About {
    /// What the item is worth.
    fn points(&self) -> i64 {
        let price = self.product.as_ref().map(|product| product.price.minor_units);
        self.programme.reward(price).value()
    }

    fn day(&self, day: Date) -> String {
        i18n::day(self.locale, day, self.today)
    }
}

fn gtin_of(state: &State) -> Option<polka_domain::Gtin> {
    match state {
        State::Start => None,
        State::Label(label) | State::Kind { label, .. } => Some(label.gtin),
        State::NotExpired { item, .. } | State::Item(item) | State::Finder(item) | State::Number(item, _) => {
            Some(item.gtin)
        }
        State::Said(said) => Some(said.item.gtin),
    }
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    photograph: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    (move || {
        let about = about.get();
        let locale = about.locale;
        match page.get() {
            State::Said(said) => said_view(&said, &about, on, photograph),
            _ if !about.can_keep => told(words::heading_full(locale), words::note_hand_over(locale), true),
            State::Start => view! {
                {told(words::heading_start(locale), words::instruction_start(locale), false)}
                {(about.programme.largest_points > 0).then(|| view! { <p>{words::note_start(locale)}</p> })}
            }
            .into_any(),
            State::Label(label) => label_view(state, &label, &about, on),
            State::Kind { .. } => {
                let kind = move |kind| move || on(Event::Kind(kind));
                let (use_by, best_before) = (kind(DateKind::UseBy), kind(DateKind::BestBefore));
                view! {
                    {told(words::heading_kind(locale), words::instruction_kind(locale), false)}
                    <div class="choices">
                        {button("use-by", "button button-main", words::button_use_by(locale), use_by)}
                        {button("best-before", "button button-main", words::button_best_before(locale), best_before)}
                        {button("other-kind", "button", words::button_other_kind(locale), kind(DateKind::UseBy))}
                    </div>
                    {button("other-date", "button", words::button_other_date(locale), move || on(Event::Back))}
                }
                .into_any()
            }
            State::NotExpired { item, refusal } => not_expired_view(&item, refusal, &about, on),
            State::Item(item) => item_view(state, &item, &about, on),
            State::Finder(_) => finder_view(&about, on),
            State::Number(..) => number_view(state, locale, countries, on),
        }
    })
    .into_any()
}

fn name_view(about: &About) -> Option<AnyView> {
    let (name, language) = name_of(about.product.as_ref()?, about.locale);
    Some(view! { <p lang=language>{name.to_string()}</p> }.into_any())
}

fn label_view(
    state: Signal<State>,
    label: &Label,
    about: &About,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (speech, locale) = (use_speech(), about.locale);
    let first = label.clone();
    let typed = Memo::new(move |_| {
        state.with(|state| match state {
            State::Label(label) => label.clone(),
            _ => first.clone(),
        })
    });
    let digits = move || match typed.get().digits {
        digits if digits.is_empty() => words::nothing_typed(locale).to_owned(),
        digits => dotted(&digits),
    };
    let press = move |digit: u8| {
        on(Event::Key(Key::Digit(digit)));
        speech.tell(digit.to_string(), Class::Value);
    };
    let erase = move || {
        on(Event::Key(Key::Erase));
        speech.tell(untrack(digits), Class::Value);
    };
    let form = |form: LabelForm| {
        let (name, form_in_words) = match form {
            LabelForm::DayMonthYear => ("day-month-year", words::form_day_month_year(locale, "28.11.26")),
            LabelForm::DayMonth => ("day-month", words::form_day_month(locale, "28.11")),
            LabelForm::MonthYear => ("month-year", words::form_month_year(locale, "11.26")),
        };
        view! {
            <button
                class="button"
                type="button"
                data-action=name
                aria-pressed=move || (typed.get().form == form).to_string()
                on:click={
                    let said = words::said_form(locale, &form_in_words);
                    move |_| {
                        on(Event::Form(form));
                        speech.tell(said.clone(), Class::Value);
                    }
                }
            >
                {form_in_words.clone()}
            </button>
        }
    };
    let problem = move || {
        typed.get().problem.map(|problem| {
            let text = match problem {
                LabelError::Missing { digits } => words::error_missing(locale, &digits.to_string()),
                LabelError::NoSuchDay => words::error_no_day(locale).to_owned(),
            };
            view! { <p class="notice problem" data-error="">{text}</p> }
        })
    };
    let so_far = view! {
        <p class="typed">{words::label_typed(locale)}": "<strong>{digits}</strong></p>
        {problem}
    };
    view! {
        {told(words::heading_label(locale), words::instruction_label(locale), false)}
        {name_view(about)}
        <div class="choices">{LabelForm::ALL.map(form).collect_view()}</div>
        {entry(so_far.into_any(), digit_keys(locale, press, erase))}
        {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
    }
    .into_any()
}

/// Digits as labels have them: `28.11.26`.
fn dotted(digits: &str) -> String {
    digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(".")
}

fn not_expired_view(
    item: &Item,
    refusal: Refusal,
    about: &About,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (locale, day) = (about.locale, about.day(item.last_day));
    let (heading, instruction) = match (refusal, age(item.last_day, about.today)) {
        (Refusal::KindNotCounted, _) => (words::heading_sellable(locale), words::instruction_sellable(locale, &day)),
        (_, Age::LastDay) => (words::heading_good(locale), words::instruction_last_day(locale).to_owned()),
        _ => (words::heading_good(locale), words::instruction_good(locale, &day)),
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p class="instruction">{instruction}</p>
        {name_view(about)}
        {button("other-date", "button", words::button_other_date(locale), move || on(Event::Back))}
    }
    .into_any()
}

fn item_view(
    state: Signal<State>,
    item: &Item,
    about: &About,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (speech, locale, day) = (use_speech(), about.locale, about.day(item.last_day));
    let heading = match age(item.last_day, about.today) {
        Age::Past { days: 1 } => words::heading_item_yesterday(locale, &day),
        _ => words::heading_item(locale, &day),
    };
    let first = *item;
    let now = Memo::new(move |_| {
        state.with(|state| match state {
            State::Item(item) => *item,
            _ => first,
        })
    });
    let change = move |event: Event| {
        on(event);
        speech.tell(words::said_quantity(locale, &now.get_untracked().quantity.to_string()), Class::Value);
    };
    let paid = about.programme.largest_points > 0;
    let shelf = about.product.as_ref().and_then(|product| product.shelf_address.as_ref());
    let shelf = shelf.map_or_else(|| words::place_shelf(locale).to_owned(), |address| shelf_in_words(address, locale));
    let place = move || match now.get().is_elsewhere {
        true => words::place_elsewhere(locale).to_owned(),
        false => shelf.clone(),
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        {name_view(about)}
        <dl class="facts">
            <div class="fact">
                <dt>{words::label_quantity(locale)}</dt>
                <dd>{move || now.get().quantity.to_string()}</dd>
            </div>
            <div class="fact">
                <dt>{words::label_place(locale)}</dt>
                <dd>{place.clone()}</dd>
            </div>
        </dl>
        <div class="choices">
            {button("more", "button", words::button_more(locale), move || change(Event::More))}
            {button("less", "button", words::button_less(locale), move || change(Event::Less))}
            <button
                class="button"
                type="button"
                data-action="elsewhere"
                aria-pressed=move || now.get().is_elsewhere.to_string()
                on:click=move |_| {
                    on(Event::Elsewhere);
                    speech.tell(words::said_place(locale, &untrack(&place)), Class::Value);
                }
            >
                {words::button_elsewhere(locale)}
            </button>
        </div>
        {button("report", "button button-main", words::button_report(locale), move || on(Event::Report))}
        {paid.then(|| view! { <p>{words::note_card(locale)}</p> })}
        {button("other-date", "button", words::button_other_date(locale), move || on(Event::Back))}
    }
    .into_any()
}

fn finder_view(about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let locale = about.locale;
    let instruction = words::instruction_finder(locale, &i18n::number(locale, about.points()));
    let slip = about.has_printer.then(|| {
        view! {
            <button class="button" type="button" data-action="slip" on:click=move |_| on(Event::Slip(random_bytes()))>
                <IconView icon=Icon::Printer/>
                {words::button_slip(locale)}
            </button>
        }
    });
    view! {
        <h1 tabindex="-1">{words::heading_finder(locale)}</h1>
        <p class="instruction">{instruction}</p>
        <div class="choices">
            {button("phone", "button", words::button_phone(locale), move || on(Event::ByPhone))}
            {slip}
            {button("without", "button", words::button_without(locale), move || on(Event::WithoutCard))}
            {button("item", "button", words::button_back(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

fn number_view(
    state: Signal<State>,
    locale: Locale,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let typed = Signal::derive(move || {
        state.with(|state| match state {
            State::Number(_, typed) => typed.clone(),
            _ => TypedPhone::default(),
        })
    });
    view! {
        {told(words::heading_number(locale), words::instruction_number(locale), false)}
        {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
        <div class="choices">
            {button("next", "button button-main", words::button_report(locale), move || on(Event::Next))}
            {button("other-way", "button", words::button_other_way(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

fn said_view(
    said: &Said,
    about: &About,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    photograph: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    if !said.is_settled() {
        return told(words::heading_keeping(locale), words::instruction_keeping(locale), false);
    }
    let (heading, instruction, is_error) = match said.fate {
        Fate::Keeping | Fate::NotKept | Fate::Refused => {
            return told(words::heading_unable(locale), words::note_hand_over(locale), true);
        }
        // What is kept is as good as sent, unless the person must know that it waits.
        Fate::Kept if about.is_away => saved_in_words(said, about),
        Fate::Kept | Fate::Taken => match said.answer {
            Some(answer) => answer_in_words(answer, said.finder, about),
            None => promise_in_words(said.finder, about),
        },
    };
    let points = i18n::number(locale, said.answer.map_or_else(|| about.points(), |answer| answer.points));
    let slip = match (said.finder, said.answer) {
        (Finder::Slip(_), Some(answer)) if answer.points == 0 => None,
        (Finder::Slip(number), _) => Some(view! {
            <a class="button" href="/join-loyalty"><IconView icon=Icon::Card/>{words::button_join(locale)}</a>
            {slip_paper(number, words::paper_heading(locale, &points), words::paper_instruction(locale))}
        }),
        _ => None,
    };
    let is_error = is_error.then_some("");
    use ExpiredReportOutcome::{DeviceDayLimit, MemberDayLimit};
    let outcome = said.answer.map(|answer| answer.outcome);
    let may_go_on = !matches!(outcome, Some(MemberDayLimit | DeviceDayLimit));
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {said.is_looked_for().then(|| view! { <p>{words::note_hand_over(locale)}</p> })}
        {slip}
        {photo_offer(about.photo, locale, photograph)}
        {may_go_on.then(|| view! {
            <p>{words::note_next(locale)}</p>
            {button("another", "button", words::button_another(locale), move || on(Event::Another))}
        })}
    }
    .into_any()
}

/// A photograph may be added, or was.
fn photo_offer(offer: Offer, locale: Locale, photograph: impl Fn() + 'static) -> Option<AnyView> {
    let offered = match offer {
        Offer::None => return None,
        Offer::Open => view! {
            <p>{words::note_photo(locale)}</p>
            <button class="button" type="button" data-action="photo" on:click=move |_| photograph()>
                <IconView icon=Icon::Camera/>
                {words::button_photo(locale)}
            </button>
        }
        .into_any(),
        Offer::Kept => view! { <p class="notice" role="status">{words::said_photo_kept(locale)}</p> }.into_any(),
        Offer::NotKept => {
            view! { <p class="notice" role="status" data-error="">{words::error_photo(locale)}</p> }.into_any()
        }
    };
    Some(offered)
}

/// It waits on the device.
fn saved_in_words(said: &Said, about: &About) -> (String, String, bool) {
    let locale = about.locale;
    let instruction = match said.finder {
        Finder::Nobody => words::instruction_saved_plain(locale).to_owned(),
        Finder::Slip(_) => words::instruction_saved_slip(locale).to_owned(),
        Finder::Card(_) | Finder::Phone(_) => words::instruction_saved(locale, &i18n::number(locale, about.points())),
    };
    (words::heading_saved(locale).to_owned(), instruction, false)
}

/// It is with the store, which has not answered here.
fn promise_in_words(finder: Finder, about: &About) -> (String, String, bool) {
    let hours = about.programme.release_hours.clamp(1, 10_000);
    let last_day = about.today.saturating_add(jiff::Span::new().days((hours + 23) / 24));
    match finder {
        Finder::Nobody => noted_in_words(about.locale),
        _ => waits_in_words(about.points(), last_day, finder, about),
    }
}

fn noted_in_words(locale: Locale) -> (String, String, bool) {
    (words::heading_noted(locale).to_owned(), words::instruction_noted(locale).to_owned(), false)
}

fn waits_in_words(points: i64, last_day: Date, finder: Finder, about: &About) -> (String, String, bool) {
    let (locale, day) = (about.locale, about.day(last_day));
    let instruction = match finder {
        Finder::Phone(_) => words::instruction_waits_phone(locale, &day),
        Finder::Slip(_) => words::instruction_waits_slip(locale).to_owned(),
        Finder::Card(_) | Finder::Nobody => words::instruction_waits(locale, &day),
    };
    (words::heading_waits(locale, &i18n::number(locale, points)), instruction, false)
}

/// What the store said of it.
fn answer_in_words(answer: ExpiredReportResponse, finder: Finder, about: &About) -> (String, String, bool) {
    let locale = about.locale;
    let last_day = i18n::day_of(answer.released_ms as f64, &about.time_zone).unwrap_or(about.today);
    let (heading, instruction) = match answer.outcome {
        ExpiredReportOutcome::RewardWaits => return waits_in_words(answer.points, last_day, finder, about),
        ExpiredReportOutcome::ThanksWait => {
            let points = i18n::number(locale, answer.points);
            let instruction = match finder {
                Finder::Phone(_) => words::instruction_thanks_phone(locale, &points),
                Finder::Slip(_) => words::instruction_thanks_slip(locale, &points),
                _ => words::instruction_thanks(locale, &about.day(last_day), &points),
            };
            return (words::heading_thanks(locale).to_owned(), instruction, false);
        }
        ExpiredReportOutcome::Noted => return noted_in_words(locale),
        ExpiredReportOutcome::NotExpired => (words::heading_good(locale), words::instruction_store_clock(locale)),
        ExpiredReportOutcome::KindNotCounted => {
            (words::heading_sellable(locale), words::instruction_sellable_store(locale))
        }
        ExpiredReportOutcome::ReportedBefore => (words::heading_before(locale), words::instruction_before(locale)),
        ExpiredReportOutcome::MemberDayLimit => (words::heading_limit(locale), words::instruction_member_limit(locale)),
        ExpiredReportOutcome::DeviceDayLimit => (words::heading_limit(locale), words::instruction_device_limit(locale)),
        ExpiredReportOutcome::SoldJustNow => (words::heading_sold(locale), words::instruction_sold(locale)),
        ExpiredReportOutcome::ByStaff => (words::heading_by_staff(locale), words::instruction_by_staff(locale)),
    };
    (heading.to_owned(), instruction.to_owned(), false)
}
