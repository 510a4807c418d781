use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{ApologyReason, ApologyResponse, ApologyState};
use polka_domain::{CardNumber, CouponCode, Currency, Date, Money, PhoneCountries};

use super::state::{ByNumber, Effect, Event, Page, Problem, State, Step, amounts};
use crate::api::use_server;
use crate::clock::use_clock;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::card::coupon_paper;
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::apology as words;

/// What waits for consent is looked at again after so long.
const ASK: Duration = Duration::from_secs(5);

/// What the screen goes by.
#[derive(Clone, PartialEq)]
pub(in crate::features::staff_desk) struct About {
    pub(in crate::features::staff_desk) locale: Locale,
    pub(in crate::features::staff_desk) currency: Currency,
    pub(in crate::features::staff_desk) today: Date,
    /// The number of whoever works here.
    pub(in crate::features::staff_desk) staff_number: i64,
}

/// How far somebody is, also while the language changes, and what takes the card that is shown.
#[derive(Clone, Copy)]
pub(in crate::features::staff_desk) struct Apologies {
    state: RwSignal<State>,
    take: StoredValue<Option<Callback<CardNumber>>>,
}

impl Default for Apologies {
    fn default() -> Self {
        Self { state: RwSignal::new(State::default()), take: StoredValue::new(None) }
    }
}

impl Apologies {
    /// Begins with the next customer.
    pub(in crate::features::staff_desk) fn begin(self) {
        self.state.set(State::default());
    }

    /// Takes a card that is shown; tells whether that is what is shown here.
    pub(in crate::features::staff_desk) fn takes(self, card: CardNumber) -> bool {
        let take = self.take.get_value();
        take.map(|take| take.run(card)).is_some()
    }
}

/// Puts right what went wrong, as long as it is shown; `staff_number`: of whoever works here.
pub(in crate::features::staff_desk) fn apology_view(staff_number: i64) -> AnyView {
    let apologies = use_context::<Apologies>().unwrap_or_default();
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let speech = use_speech();
    let countries =
        use_settings().with_value(|settings| settings.phone_countries.parse::<PhoneCountries>().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let state = apologies.state;
    let happens = StoredValue::new(None::<Callback<Event>>);
    // Whoever went on meanwhile is not told.
    let later = move |event: Event| {
        if let Some(Some(on)) = happens.try_get_value() {
            on.run(event);
        }
    };
    let ask = move || {
        spawn_local(async move {
            if state.try_with_untracked(|state| state.chain.is_none()) == Some(true) {
                later(Event::Chain(requests::apology_reasons(server).await));
            }
            if let Some(Some(id)) = state.try_with_untracked(State::waits)
                && let Ok(apology) = requests::apology(server, id).await
                && state.try_with_untracked(State::waits) == Some(Some(id))
            {
                later(Event::Answered(Ok(apology)));
            }
            if let Ok(waiting) = requests::waiting_apologies(server).await {
                later(Event::Waiting(waiting.apologies));
            }
        });
    };
    let run = move |effect: Effect| match effect {
        Effect::TellProblem => go_to_problem(speech),
        Effect::Give { reason, minor_units, way } => {
            let language = locale.get_untracked().code();
            let asked = Effect::request((reason, minor_units, way), language, clock.now_ms() as i64);
            spawn_local(async move { later(Event::Answered(requests::apologise(server, &asked).await)) });
        }
        Effect::Decide(id, is_yes) => spawn_local(async move {
            later(Event::Decided(requests::decide_apology(server, id, is_yes).await));
        }),
        Effect::Undo(id) => {
            let why = words::why_undone(locale.get_untracked()).to_owned();
            spawn_local(async move { later(Event::Answered(requests::cancel_apology(server, id, why).await)) });
        }
        Effect::Print => request_animation_frame(|| drop(window().print())),
        Effect::TellDecided(decided) => {
            let locale = locale.get_untracked();
            let text = if decided == ApologyState::Given { words::said_yes(locale) } else { words::said_no(locale) };
            speech.tell(text.to_owned(), Class::Value);
        }
    };
    let on = move |event: Event| {
        let update = |state: &mut State| countries.with_value(|countries| state.update(event, countries));
        state.try_update(update).flatten().into_iter().for_each(run);
    };
    happens.set_value(Some(Callback::new(on)));
    ask();
    if let Ok(asking) = set_interval_with_handle(ask, ASK) {
        on_cleanup(move || asking.clear());
    }
    apologies.take.set_value(Some(Callback::new(move |card| on(Event::Card(card)))));
    on_cleanup(move || {
        let _ = apologies.take.try_update_value(Option::take);
    });
    focus_on_each(move || state.with(State::page));
    let about = Signal::derive(move || About {
        locale: locale.get(),
        currency: catalogue.currency(),
        today: catalogue.today(),
        staff_number,
    });
    show(state.into(), about, countries, on)
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    state: Signal<State>,
    about: Signal<About>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let about = Memo::new(move |_| about.get());
    let pages = move || {
        let about = about.get();
        let locale = about.locale;
        let back = move || button("back", "button", words::button_back(locale), move || on(Event::Back));
        match page.get() {
            Page::Asking => told(words::asking(locale), words::instruction_reason(locale), false),
            Page::NoAnswer => told(words::error_no_answer(locale), words::instruction_reason(locale), true),
            Page::Reason => {
                let reasons = state.with(|state| state.chain.clone()).map(|chain| chain.reasons).unwrap_or_default();
                let choice = |reason: ApologyReason| {
                    let name = name_of(&reason, locale).to_owned();
                    button("reason", "button", name, move || on(Event::Reason(reason.clone())))
                };
                view! {
                    {told(words::heading_reason(locale), words::instruction_reason(locale), false)}
                    <div class="choices">{reasons.into_iter().map(choice).collect_view()}</div>
                }
                .into_any()
            }
            Page::Amount => {
                let usual = state.with(|state| match &state.step {
                    Step::Amount(reason) => reason.minor_units,
                    _ => 0,
                });
                let limit = state.with(|state| state.chain.as_ref().map_or(0, |chain| chain.limit_minor_units));
                let choice = |minor_units: i64| {
                    let money = money(&about, minor_units);
                    let label = if minor_units > limit { words::above_limit(locale, &money) } else { money };
                    button("amount", "button", label, move || on(Event::Amount(minor_units)))
                };
                view! {
                    {told(words::heading_amount(locale), words::instruction_amount(locale), false)}
                    <div class="choices">{amounts(usual).into_iter().map(choice).collect_view()} {back()}</div>
                }
                .into_any()
            }
            Page::Way => view! {
                {told(words::heading_way(locale), words::instruction_way(locale), false)}
                <div class="choices">
                    {button("points", "button", words::way_points(locale), move || on(Event::By(ByNumber::Points)))}
                    {button("sms", "button", words::way_sms(locale), move || on(Event::By(ByNumber::Sms)))}
                    {button("paper", "button", words::way_paper(locale), move || on(Event::Paper))}
                    {back()}
                </div>
            }
            .into_any(),
            Page::Number(by) => {
                let typed = Signal::derive(move || {
                    state.with(|state| match &state.step {
                        Step::Number(.., typed) => typed.clone(),
                        _ => TypedPhone::default(),
                    })
                });
                let (heading, instruction) = match by {
                    ByNumber::Points => (words::heading_points(locale), words::instruction_points(locale)),
                    ByNumber::Sms => (words::heading_sms(locale), words::instruction_sms(locale)),
                };
                view! {
                    {told(heading, instruction, false)}
                    {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
                    <div class="choices">
                        {button("give", "button button-main", words::button_give(locale), move || on(Event::Give))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Told(_) => state.with(|state| match &state.step {
                Step::Told(told) => told_view(told, &about, on),
                _ => ().into_any(),
            }),
        }
    };
    let said = move || {
        let locale = about.with(|about| about.locale);
        state.with(|state| match state.problem.filter(|_| state.chain.is_some()) {
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None if state.is_asking => Some((words::asking(locale), false)),
            None => None,
        })
    };
    let waiting = Memo::new(move |_| state.with(|state| state.waiting.clone()));
    let waiting = move || {
        let about = about.get();
        (page.get() == Page::Reason && waiting.with(|waiting| !waiting.is_empty())).then(|| {
            view! {
                <h2>{words::heading_waiting(about.locale)}</h2>
                <div class="list-lines">
                    {waiting.with(|all| all.iter().map(|it| waiting_view(it, state, &about, on)).collect_view())}
                </div>
            }
        })
    };
    view! {
        {pages}
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
        {waiting}
    }
    .into_any()
}

fn money(about: &About, minor_units: i64) -> String {
    i18n::money(about.locale, Money { minor_units, currency: about.currency })
}

fn name_of(reason: &ApologyReason, locale: Locale) -> &str {
    match locale {
        Locale::Russian => &reason.name,
        Locale::English => &reason.name_en,
    }
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Number => words::error_number(locale),
        Problem::Paused => words::error_paused(locale),
        Problem::Refused => words::error_refused(locale),
        Problem::NoAnswer => words::error_no_answer(locale),
    }
}

/// What came of an apology.
fn told_view(apology: &ApologyResponse, about: &About, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    let locale = about.locale;
    let day = apology.last_day.as_deref().and_then(|day| day.parse().ok());
    let day = day.map(|day| i18n::day(locale, day, about.today)).unwrap_or_default();
    let next = || button("next", "button button-main", words::button_next(locale), move || on(Event::Next));
    let plain = |heading, instruction, is_error| {
        view! {
            {told(heading, instruction, is_error)}
            <div class="choices">{next()}</div>
        }
        .into_any()
    };
    match apology.state {
        ApologyState::Waits => {
            return view! {
                {told(words::heading_waits(locale), words::instruction_waits(locale), false)}
                <div class="choices">
                    {next()}
                    {button("undo", "button", words::button_undo(locale), move || on(Event::Undo))}
                </div>
            }
            .into_any();
        }
        ApologyState::Refused => {
            return plain(words::heading_refused(locale), words::instruction_refused(locale), true);
        }
        ApologyState::Cancelled => {
            return plain(words::heading_cancelled(locale), words::instruction_cancelled(locale), false);
        }
        ApologyState::Given => {}
    }
    let code: Option<CouponCode> = apology.coupon_code.as_deref().and_then(|code| code.parse().ok());
    let said = match (apology.points, &code) {
        (Some(points), _) => words::said_points(locale, &i18n::number(locale, points)),
        (None, Some(_)) => words::said_paper(locale, &day),
        (None, None) => words::said_sms(locale, &day),
    };
    let paper = code.as_ref().map(|code| {
        let heading = words::paper_heading(locale, &money(about, apology.minor_units));
        view! {
            <p class="typed"><strong>{code.groups().map(|group| view! { <span>{group.to_owned()}</span> {" "} }).collect_view()}</strong></p>
            {coupon_paper(code, apology.coupon_qr.as_deref(), heading, words::paper_until(locale, &day))}
        }
    });
    let print = code.is_some().then(|| {
        button("print", "button", words::button_print(locale), || request_animation_frame(|| drop(window().print())))
    });
    view! {
        <h1 tabindex="-1">{words::heading_given(locale)}</h1>
        <p class="instruction">{said}</p>
        {paper}
        <div class="choices">
            {next()}
            {print}
            {button("undo", "button", words::button_undo(locale), move || on(Event::Undo))}
        </div>
    }
    .into_any()
}

/// What another has given above a limit, and yes or no to it.
fn waiting_view(
    apology: &ApologyResponse,
    state: Signal<State>,
    about: &About,
    on: impl Fn(Event) + Copy + 'static,
) -> AnyView {
    let locale = about.locale;
    let reason = state.with_untracked(|state| {
        let reasons = state.chain.iter().flat_map(|chain| &chain.reasons);
        let of_code = |reason: &&ApologyReason| reason.code == apology.reason;
        reasons.into_iter().find(of_code).map_or(apology.reason.clone(), |it| name_of(it, locale).to_owned())
    });
    let limit = match apology.limit.as_deref() {
        Some("person_day") => words::limit_person_day(locale),
        Some("customer_month") => words::limit_customer_month(locale),
        Some("store_day") => words::limit_store_day(locale),
        _ => words::limit_once(locale),
    };
    let money = money(about, apology.minor_units);
    let line = words::waits_line(locale, limit, &money, &apology.staff_number.to_string(), &reason);
    let (id, heading) = (apology.apology_id, format!("apology-{}", apology.apology_id));
    let press = |name: &'static str, label: &'static str, is_yes: bool| {
        view! {
            <button
                class="button"
                type="button"
                data-action=name
                aria-describedby=heading.clone()
                on:click=move |_| on(Event::Decide(id, is_yes))
            >
                {label}
            </button>
        }
    };
    let buttons = match apology.staff_number == about.staff_number {
        true => view! { <p>{words::own_waits(locale)}</p> }.into_any(),
        false => view! {
            <div class="choices">
                {press("agree", words::button_yes(locale), true)}
                {press("refuse", words::button_no(locale), false)}
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="list-line">
            <p class="list-name" id=heading.clone()>{line}</p>
            {buttons}
        </div>
    }
    .into_any()
}
