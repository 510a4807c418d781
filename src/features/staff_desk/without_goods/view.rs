use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{ApologyReason, ApologyResponse, ApologyState, KnownLine};
use polka_domain::{CardNumber, Currency, Date, Money, PhoneCountries};

use super::state::{Effect, Event, Page, Problem, State, Step};
use crate::api::use_server;
use crate::clock::use_clock;
use crate::features::staff_desk::apology::outcome::why_it_waits;
use crate::features::staff_desk::held::Held;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::scanner::camera;
use crate::scanner::photo::{self, Photographing};
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::digits::{entry, secret_keys};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::icon::{Icon, IconView};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::apology as shared;
use crate::words::without_goods as words;

/// Whether a colleague has agreed is asked again after so long.
const ASK: Duration = Duration::from_secs(5);

/// What the screen goes by.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::features::staff_desk) struct About {
    pub(in crate::features::staff_desk) locale: Locale,
    pub(in crate::features::staff_desk) currency: Currency,
    pub(in crate::features::staff_desk) today: Date,
    /// Whether the goods can be photographed here.
    pub(in crate::features::staff_desk) has_camera: bool,
}

/// How far somebody is, also while the language changes, and what takes what is scanned.
pub(in crate::features::staff_desk) type WithoutGoods = Held<State, Event>;

impl WithoutGoods {
    /// Takes a card that is shown; tells whether that is what is shown here.
    pub(in crate::features::staff_desk) fn takes_card(self, card: CardNumber) -> bool {
        self.takes(Event::Card(card))
    }

    /// Takes a code that is nothing else; tells whether that is what is shown here.
    pub(in crate::features::staff_desk) fn takes_code(self, code: String) -> bool {
        self.takes(Event::Scanned(code))
    }
}

/// Puts right what was wrong with goods, as long as it is shown.
pub(in crate::features::staff_desk) fn without_goods_view() -> AnyView {
    let held = use_context::<WithoutGoods>().unwrap_or_default();
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let speech = use_speech();
    let countries =
        use_settings().with_value(|settings| settings.phone_countries.parse::<PhoneCountries>().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let state = held.state;
    let run = move |effect: Effect| {
        let later = held.later();
        match effect {
            Effect::TellProblem => go_to_problem(speech),
            Effect::Find(number) => {
                spawn_local(async move { later(Event::Found(requests::receipt(server, &number).await)) });
            }
            Effect::Give(number, asked) => {
                let now_ms = clock.now_ms() as i64;
                let request = |state: &mut State| state.request(number, asked, now_ms);
                let Some((number, asked)) = state.try_update_untracked(request) else { return };
                spawn_local(async move {
                    later(Event::Answered(requests::put_right_without_goods(server, &number, &asked).await));
                });
            }
            Effect::Undo(id) => {
                let why = shared::why_undone(locale.get_untracked()).to_owned();
                spawn_local(async move { later(Event::Answered(requests::cancel_apology(server, id, why).await)) });
            }
        }
    };
    let on = move |event: Event| {
        let update = |state: &mut State| countries.with_value(|countries| state.update(event, countries));
        state.try_update(update).flatten().into_iter().for_each(run);
    };
    held.shown(on);
    let ask = move || {
        let later = held.later();
        let Some(Some(id)) = state.try_with_untracked(State::waits) else { return };
        spawn_local(async move {
            if let Ok(apology) = requests::apology(server, id).await
                && state.try_with_untracked(State::waits) == Some(Some(id))
            {
                later(Event::Stands(apology));
            }
        });
    };
    if let Ok(asking) = set_interval_with_handle(ask, ASK) {
        on_cleanup(move || asking.clear());
    }
    let is_reason = Memo::new(move |_| state.with(|state| state.page() == Page::Reason));
    let keep_photo = Callback::new(move |photo| on(Event::Photo(Some(photo))));
    let photo = Photographing::new(photo_words, is_reason, keep_photo);
    focus_on_each(move || (photo.page(), state.with(State::page)));
    let about = Signal::derive(move || About {
        locale: locale.get(),
        currency: catalogue.currency(),
        today: catalogue.today(),
        has_camera: camera::is_there(),
    });
    let is_photo = Memo::new(move |_| photo.page() != photo::Page::Off);
    (move || match is_photo.get() {
        true => photo.view(locale.into()),
        false => show(state.into(), about, countries, on, move || photo.begin()),
    })
    .into_any()
}

/// What is said of a photograph of the goods.
pub(in crate::features::staff_desk) fn photo_words(locale: Locale) -> photo::Words {
    photo::Words {
        heading: words::heading_photo(locale),
        instruction: words::instruction_photo(locale),
        instruction_taken: words::instruction_taken(locale),
        alt: words::alt_photo(locale),
        note: words::note_photo(locale),
    }
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    state: Signal<State>,
    about: Signal<About>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    photograph: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let about = Memo::new(move |_| about.get());
    // While the store is asked what is shown stays the same thing: its buttons keep the focus.
    let apology = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Told(told) => Some(told.clone()),
            _ => None,
        })
    });
    let pages = move || {
        let about = about.get();
        let locale = about.locale;
        let back = move || button("back", "button", shared::button_back(locale), move || on(Event::Back));
        match page.get() {
            Page::Number => number_view(state, locale, on),
            Page::Line => {
                let receipt = state.with_untracked(|state| state.receipt.clone());
                let day = receipt.as_ref().and_then(|receipt| receipt.day.parse().ok());
                let day = day.map(|day| i18n::day(locale, day, about.today)).unwrap_or_default();
                let lines = receipt.map(|receipt| receipt.lines).unwrap_or_default();
                let (free, refused): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.refusal.is_none());
                view! {
                    <h1 tabindex="-1">{words::heading_line(locale)}</h1>
                    <p class="instruction">{words::instruction_line(locale, &day)}</p>
                    <div class="choices">
                        {free.into_iter().map(|line| line_view(line, &about, on)).collect_view()}
                        {back()}
                    </div>
                    {refused.into_iter().map(|line| line_view(line, &about, on)).collect_view()}
                }
                .into_any()
            }
            Page::Quantity => {
                let quantities: Vec<u32> = state.with_untracked(|state| match &state.step {
                    Step::Quantity(line) => State::quantities(line).collect(),
                    _ => vec![],
                });
                let choice = |quantity: u32| {
                    button("quantity", "button", quantity.to_string(), move || on(Event::Quantity(quantity)))
                };
                view! {
                    {told(words::heading_quantity(locale), words::instruction_quantity(locale), false)}
                    <div class="choices">{quantities.into_iter().map(choice).collect_view()} {back()}</div>
                }
                .into_any()
            }
            Page::Reason => {
                let receipt = state.with_untracked(|state| state.receipt.clone());
                let reasons = receipt.map(|receipt| receipt.reasons).unwrap_or_default();
                let choice = |reason: ApologyReason| {
                    let name = match locale {
                        Locale::Russian => reason.name,
                        Locale::English => reason.name_en,
                    };
                    button("reason", "button", name, move || on(Event::Reason(reason.code.clone())))
                };
                let has_photo = Memo::new(move |_| state.with(|state| state.photo.is_some()));
                let instruction = match about.has_camera {
                    true => words::instruction_reason_photo(locale),
                    false => words::instruction_reason(locale),
                };
                let is_asking = Memo::new(move |_| state.with(|state| state.is_asking));
                let photo = about.has_camera.then(|| photo_button(has_photo, is_asking, locale, on, photograph));
                view! {
                    {told(words::heading_reason(locale), instruction, false)}
                    {move || has_photo.get().then(|| view! {
                        <p class="notice" role="status">{words::said_photo(locale)}</p>
                    })}
                    <div class="choices">
                        {reasons.into_iter().map(choice).collect_view()}
                        {photo}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Buyer => {
                let typed = Signal::derive(move || {
                    state.with(|state| match &state.step {
                        Step::Buyer(.., typed) => typed.clone(),
                        _ => TypedPhone::default(),
                    })
                });
                view! {
                    {told(shared::heading_points(locale), shared::instruction_points(locale), false)}
                    {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
                    <div class="choices">
                        {button("give", "button button-main", shared::button_give(locale), move || on(Event::Give))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Told(_) => match apology.get() {
                Some(apology) => told_view(&apology, locale, on),
                None => ().into_any(),
            },
        }
    };
    // The same is not told again with all that is heard meanwhile.
    let said = Memo::new(move |_| {
        let locale = about.with(|about| about.locale);
        state.with(|state| match state.problem {
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None if state.is_asking => Some((shared::asking(locale), false)),
            None => None,
        })
    });
    view! {
        {pages}
        {move || said.get().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
    }
    .into_any()
}

/// Where the goods are photographed, or their photograph is left out: one button, so that it keeps the focus.
fn photo_button(
    has_photo: Memo<bool>,
    is_asking: Memo<bool>,
    locale: Locale,
    on: impl Fn(Event) + Copy + 'static,
    photograph: impl Fn() + Copy + 'static,
) -> AnyView {
    let speech = use_speech();
    let press = move |_| match (is_asking.get_untracked(), has_photo.get_untracked()) {
        (true, _) => {}
        (false, true) => {
            on(Event::Photo(None));
            speech.tell(words::said_no_photo(locale).to_owned(), Class::Value);
        }
        (false, false) => photograph(),
    };
    let label = move || if has_photo.get() { words::button_no_photo(locale) } else { words::button_photo(locale) };
    view! {
        <button class="button" type="button" data-action="photo" on:click=press>
            <IconView icon=Icon::Camera/>
            {label}
        </button>
    }
    .into_any()
}

fn number_view(state: Signal<State>, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let number = move || state.with(|state| state.number.clone());
    let nothing = move || state.with(|state| state.number.is_empty()).then(|| words::nothing_typed(locale));
    let so_far = view! {
        <p>{words::label_number(locale)}</p>
        <div><p class="typed"><strong>{number}</strong>{nothing}</p></div>
    };
    view! {
        {told(words::heading_number(locale), words::instruction_number(locale), false)}
        {entry(so_far.into_any(), secret_keys(locale, move |key| on(Event::Key(key))))}
        <div class="choices">
            {button("find", "button button-main", words::button_find(locale), move || on(Event::Find))}
            {button("hyphen", "button", words::button_hyphen(locale), move || on(Event::Hyphen))}
        </div>
    }
    .into_any()
}

/// A line to choose; or one that may not be, and why.
fn line_view(line: &KnownLine, about: &About, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    let (locale, number) = (about.locale, line.line);
    let name = match (locale, &line.name, &line.name_en) {
        (Locale::English, _, Some(name)) | (_, Some(name), _) => name.clone(),
        _ => words::product_code(locale, &line.gtin),
    };
    let money = i18n::money(locale, Money { minor_units: line.minor_units, currency: about.currency });
    let text = words::line(locale, &line.quantity.to_string(), &money, &name);
    let Some(refusal) = line.refusal.as_deref() else {
        let label = if line.is_fresh { text } else { words::line_by_two(locale, &text) };
        return button("line", "button", label, move || on(Event::Line(number)));
    };
    let why = match refusal {
        "unsure" => words::refusal_unsure(locale),
        "came_back" => words::refusal_came_back(locale),
        "put_right" => words::refusal_put_right(locale),
        "fresh_too_old" => words::refusal_fresh_too_old(locale),
        "too_old" => words::refusal_too_old(locale),
        _ => words::refusal_worth_nothing(locale),
    };
    view! { <p>{text} {". "} {why}</p> }.into_any()
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::NoNumber => words::error_no_number(locale),
        Problem::NoReceipt => words::error_no_receipt(locale),
        Problem::NoMember => shared::error_no_member(locale),
        Problem::StaffPhone => shared::error_staff_phone(locale),
        Problem::StaffReceipt => words::error_staff_receipt(locale),
        Problem::Manager => shared::error_manager(locale),
        Problem::Spent => shared::error_spent(locale),
        Problem::Phone => shared::error_number(locale),
        Problem::Refused => words::error_refused(locale),
        Problem::Settled => shared::error_refused(locale),
        Problem::NoAnswer => shared::error_no_answer(locale),
    }
}

/// What came of it.
fn told_view(apology: &ApologyResponse, locale: Locale, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    let (heading, text, is_error) = match apology.state {
        ApologyState::Given => {
            let points = i18n::number(locale, apology.points.unwrap_or_default());
            (shared::heading_given(locale), shared::said_points(locale, &points), false)
        }
        ApologyState::Waits => (shared::heading_waits(locale), shared::instruction_waits(locale).to_owned(), false),
        ApologyState::Refused => {
            (shared::heading_refused(locale), shared::instruction_refused(locale).to_owned(), true)
        }
        ApologyState::Cancelled => {
            (shared::heading_cancelled(locale), words::instruction_cancelled(locale).to_owned(), false)
        }
    };
    let why = (apology.state == ApologyState::Waits).then(|| why_it_waits(apology.limit.as_deref(), locale));
    let may_undo = matches!(apology.state, ApologyState::Given | ApologyState::Waits);
    let undo = may_undo.then(|| button("undo", "button", shared::button_undo(locale), move || on(Event::Undo)));
    let is_error = is_error.then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{text}</p>
        {why.map(|why| view! { <p>{why}</p> })}
        <div class="choices">
            {button("next", "button button-main", shared::button_next(locale), move || on(Event::Next))}
            {undo}
        </div>
    }
    .into_any()
}
