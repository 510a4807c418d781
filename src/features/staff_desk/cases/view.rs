use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{CaseCategory, CaseDetailResponse, CaseResponse, CaseState, CaseStepKind};
use polka_domain::{CaseCode, Date, PhoneCountries};

use super::state::{Effect, Event, LONGEST_OUTCOME, LONGEST_WORDS, Page, Problem, State, Step};
use crate::api::use_server;
use crate::clock::use_clock;
use crate::features::staff_desk::held::Held;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::settings::use_settings;
use crate::speech::use_speech;
use crate::ui::digits::{entry, secret_keys};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::free_text::free_text_field;
use crate::ui::icon::{Icon, IconView};
use crate::ui::mailbox::{TypedMailbox, mailbox_field};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::{cases as words, mailbox};

/// What is not closed is looked at again after so long.
const ASK: Duration = Duration::from_secs(30);

/// What the screen goes by.
#[derive(Clone, PartialEq)]
pub(in crate::features::staff_desk) struct About {
    pub(in crate::features::staff_desk) locale: Locale,
    pub(in crate::features::staff_desk) today: Date,
    pub(in crate::features::staff_desk) time_zone: String,
    /// The number of whoever works here.
    pub(in crate::features::staff_desk) staff_number: i64,
    pub(in crate::features::staff_desk) is_manager: bool,
}

/// How far somebody is, also while the language changes.
pub(in crate::features::staff_desk) type Cases = Held<State, Event>;

/// Complaints, as long as they are shown: of whoever works here, and whether they answer for the store.
pub(in crate::features::staff_desk) fn cases_view(staff_number: i64, is_manager: bool) -> AnyView {
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let speech = use_speech();
    let countries =
        use_settings().with_value(|settings| settings.phone_countries.parse::<PhoneCountries>().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let held = use_context::<Cases>().unwrap_or_default();
    let state = held.state;
    let asked_count = StoredValue::new(0_u32);
    let ask = move || {
        let later = held.later();
        let number = asked_count.get_value() + 1;
        asked_count.set_value(number);
        spawn_local(async move {
            if state.try_with_untracked(|state| state.categories.is_none()) == Some(true) {
                let told = requests::case_categories(server).await;
                later(Event::Categories(told.map(|told| told.categories)));
            }
            let told = requests::cases(server).await;
            // An answer to an earlier question may know what is closed meanwhile.
            if asked_count.try_get_value() == Some(number) {
                later(Event::Cases(told.map(|told| told.cases)));
            }
        });
    };
    let run = move |effect: Effect| {
        let later = held.later();
        match effect {
            Effect::TellProblem => go_to_problem(speech),
            Effect::List => ask(),
            Effect::Open { category, words, channel } => {
                let (language, now_ms) = (locale.get_untracked().code(), clock.now_ms() as i64);
                let request = |state: &mut State| state.request((category, words, channel), language, now_ms);
                let Some(asked) = state.try_update_untracked(request) else { return };
                spawn_local(async move { later(Event::Opened(requests::open_case(server, &asked).await)) });
            }
            Effect::Look(id) => spawn_local(async move { later(Event::Looked(requests::case(server, id).await)) }),
            Effect::Take(id) => spawn_local(async move { later(Event::Done(requests::take_case(server, id).await)) }),
            Effect::Close(id, outcome) => spawn_local(async move {
                later(Event::Done(requests::close_case(server, id, outcome).await));
            }),
            Effect::Note(id, text) => spawn_local(async move {
                later(Event::Done(requests::note_case(server, id, text).await));
            }),
            Effect::HandOver(id, number) => spawn_local(async move {
                later(Event::Done(requests::hand_over_case(server, id, number).await));
            }),
        }
    };
    let on = move |event: Event| {
        let update = |state: &mut State| countries.with_value(|countries| state.update(event, countries));
        state.try_update(update).flatten().into_iter().for_each(run);
    };
    held.shown(on);
    ask();
    if let Ok(asking) = set_interval_with_handle(ask, ASK) {
        on_cleanup(move || asking.clear());
    }
    focus_on_each(move || state.with(State::page));
    let about = Signal::derive(move || About {
        locale: locale.get(),
        today: catalogue.today(),
        time_zone: catalogue.time_zone(),
        staff_number,
        is_manager,
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
    // While the store is asked what is shown stays the same thing: its buttons keep the focus.
    let one = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::One(one) => Some(one.clone()),
            _ => None,
        })
    });
    let pages = move || {
        let about = about.get();
        let locale = about.locale;
        let back = move || button("back", "button", words::button_back(locale), move || on(Event::Back));
        let next = move |label| button("next", "button button-main", label, move || on(Event::Next));
        match page.get() {
            Page::Asking => told(words::asking(locale), words::instruction_list(locale), false),
            Page::NoAnswer => view! {
                {told(words::error_no_answer(locale), words::instruction_list(locale), true)}
                <div class="choices">
                    {button("again", "button", words::button_again(locale), move || on(Event::Again))}
                </div>
            }
            .into_any(),
            Page::List => list_view(state, &about, on),
            Page::Category => {
                let categories = state.with_untracked(|state| state.categories.clone()).unwrap_or_default();
                let choice = |category: CaseCategory| {
                    let name = name_of(&category, locale).to_owned();
                    button("category", "button", name, move || on(Event::Category(category.clone())))
                };
                view! {
                    {told(words::heading_category(locale), words::instruction_category(locale), false)}
                    <div class="choices">{categories.into_iter().map(choice).collect_view()} {back()}</div>
                }
                .into_any()
            }
            Page::Words => view! {
                {told(words::heading_words(locale), words::instruction_words(locale), false)}
                {text_field(words::label_words(locale), LONGEST_WORDS, state, on)}
                <div class="choices">{next(words::button_next(locale))} {back()}</div>
            }
            .into_any(),
            Page::Channel => view! {
                {told(words::heading_channel(locale), words::instruction_channel(locale), false)}
                <div class="choices">
                    {button("sms", "button", words::way_sms(locale), move || on(Event::Sms))}
                    {button("mail", "button", words::way_mail(locale), move || on(Event::Mail))}
                    {button("paper", "button", words::way_paper(locale), move || on(Event::Paper))}
                    {back()}
                </div>
            }
            .into_any(),
            Page::Number => {
                let typed = Signal::derive(move || {
                    state.with(|state| match &state.step {
                        Step::Number(.., typed) => typed.clone(),
                        _ => TypedPhone::default(),
                    })
                });
                view! {
                    {told(words::heading_number(locale), words::instruction_number(locale), false)}
                    {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
                    <div class="choices">
                        {button("send", "button button-main", words::button_open(locale), move || on(Event::Send))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Mailbox => {
                let typed = move || {
                    state.with(|state| match &state.step {
                        Step::Mailbox(.., typed) => typed.clone(),
                        _ => TypedMailbox::default(),
                    })
                };
                view! {
                    {told(words::heading_mail(locale), words::instruction_mail(locale), false)}
                    {mailbox_field(typed, locale, move |text| on(Event::Text(text)))}
                    <div class="choices">
                        {button("send", "button button-main", words::button_open(locale), move || on(Event::Send))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Opened => opened_view(state, locale, on),
            Page::One(..) => match one.get() {
                Some(one) => state.with_untracked(|state| one_view(&one, state, &about, on)),
                None => ().into_any(),
            },
            Page::Note => view! {
                {told(words::heading_note(locale), words::instruction_note(locale), false)}
                {text_field(words::label_note(locale), LONGEST_WORDS, state, on)}
                <div class="choices">{next(words::button_keep(locale))} {back()}</div>
            }
            .into_any(),
            Page::Handover => view! {
                {told(words::heading_handover(locale), words::instruction_handover(locale), false)}
                {number_entry(state, locale, on)}
                <div class="choices">
                    {button("send", "button button-main", words::button_hand_over(locale), move || on(Event::Send))}
                    {back()}
                </div>
            }
            .into_any(),
            Page::Outcome => view! {
                {told(words::heading_outcome(locale), words::instruction_outcome(locale), false)}
                {text_field(words::label_outcome(locale), LONGEST_OUTCOME, state, on)}
                <div class="choices">{next(words::button_close(locale))} {back()}</div>
            }
            .into_any(),
        }
    };
    // The same is not told again with all that is heard meanwhile.
    let said = Memo::new(move |_| {
        let locale = about.with(|about| about.locale);
        state.with(|state| match state.problem.filter(|_| state.page() != Page::NoAnswer) {
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None if state.is_asking => Some((words::asking(locale), false)),
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

fn name_of(category: &CaseCategory, locale: Locale) -> &str {
    match locale {
        Locale::Russian => &category.name,
        Locale::English => &category.name_en,
    }
}

/// What the category of a case is called.
fn category_in_words(case: &CaseResponse, state: &State, locale: Locale) -> String {
    let mut categories = state.categories.iter().flatten();
    let known = categories.find(|category| category.code == case.category);
    known.map_or(case.category.clone(), |category| name_of(category, locale).to_owned())
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Empty => words::error_empty(locale),
        Problem::Text => words::error_text(locale),
        Problem::MailboxOrText => words::error_mailbox_or_text(locale),
        Problem::Number => words::error_number(locale),
        Problem::Mailbox => mailbox::error(locale),
        Problem::NoNumber => words::error_no_number(locale),
        Problem::Nobody => words::error_nobody(locale),
        Problem::Paused => words::error_paused(locale),
        Problem::Refused => words::error_refused(locale),
        Problem::Unread => words::error_unread(locale),
        Problem::NoAnswer => words::error_no_answer(locale),
    }
}

fn text_field(
    label: &'static str,
    longest: usize,
    state: Signal<State>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let text = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Words(_, text) | Step::Outcome(_, text) | Step::Note(_, text) => text.clone(),
            _ => String::new(),
        })
    });
    free_text_field(label, longest, text, move |text| on(Event::Text(text)))
}

/// The number of a colleague, and the keys.
fn number_entry(state: Signal<State>, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let typed = move || {
        state.with(|state| match &state.step {
            Step::Handover(_, number) if !number.is_empty() => view! { <strong>{number.clone()}</strong> }.into_any(),
            _ => words::nothing_typed(locale).into_any(),
        })
    };
    let typed = view! {
        <p>{words::label_number(locale)}</p>
        <div><p class="typed">{typed}</p></div>
    };
    entry(typed.into_any(), secret_keys(locale, move |key| on(Event::Key(key))))
}

fn list_view(state: Signal<State>, about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (locale, about) = (about.locale, StoredValue::new(about.clone()));
    let heading = move || match state.with(|state| state.cases.as_ref().map_or(0, Vec::len)) {
        0 => words::heading_none(locale).to_owned(),
        count => words::heading_list(locale, &count.to_string()),
    };
    // Each stays the same thing while others come and go: its button keeps the focus.
    let ids = Memo::new(move |_| {
        state.with(|state| state.cases.iter().flatten().map(|case| case.case_id).collect::<Vec<_>>())
    });
    let line = move |id: i64| {
        let case = Memo::new(move |_| {
            state.with(|state| state.cases.iter().flatten().find(|case| case.case_id == id).cloned())
        });
        move || {
            let view = |case| about.with_value(|about| state.with_untracked(|state| line_view(case, state, about, on)));
            case.get().as_ref().map(view)
        }
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p class="instruction">{words::instruction_list(locale)}</p>
        <div class="choices">
            {button("new", "button button-main", words::button_new(locale), move || on(Event::New))}
        </div>
        <div class="list-lines"><For each=move || ids.get() key=|id| *id children=line/></div>
    }
    .into_any()
}

fn line_view(case: &CaseResponse, state: &State, about: &About, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    let (id, heading) = (case.case_id, format!("case-{}", case.case_id));
    view! {
        <div class="list-line" data-case=id.to_string()>
            <h2 id=heading.clone()>{category_in_words(case, state, about.locale)}</h2>
            {facts_view(case, about)}
            <div class="choices">
                <button
                    class="button"
                    type="button"
                    data-action="look"
                    aria-describedby=heading
                    on:click=move |_| on(Event::Look(id))
                >
                    {words::button_look(about.locale)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Until when, who answers for it, and how it stands.
fn facts_view(case: &CaseResponse, about: &About) -> AnyView {
    let locale = about.locale;
    let due = i18n::moment(locale, case.due_ms as f64, about.today, &about.time_zone);
    let owner = match case.owner_number == about.staff_number {
        true => words::is_own(locale).to_owned(),
        false => words::is_others(locale, &case.owner_number.to_string()),
    };
    let state = match case.state {
        CaseState::Open => words::state_open(locale),
        CaseState::InWork => words::state_in_work(locale),
        CaseState::Closed => words::state_closed(locale),
    };
    let overdue = case.is_overdue.then(|| {
        view! { <p class="notice"><IconView icon=Icon::Warning/>{words::is_overdue(locale)}</p> }
    });
    let again = case.is_reopened.then(|| view! { <p class="notice">{words::is_reopened(locale)}</p> });
    view! {
        <p>{words::label_case(locale, &case.case_id.to_string())}</p>
        {overdue}
        {again}
        <p>{state}</p>
        <p>{words::due(locale, &due)}</p>
        <p>{owner}</p>
    }
    .into_any()
}

fn one_view(
    one: &CaseDetailResponse,
    state: &State,
    about: &About,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (case, locale) = (&one.case, about.locale);
    let is_own = case.owner_number == about.staff_number;
    let is_open = case.state != CaseState::Closed;
    let takes = one.may_take;
    let notes = is_open && !one.is_for_managers;
    let closes = notes && (is_own || about.is_manager);
    let said = match &one.words {
        // The customer's own words: nobody knows in which language.
        Some(text) => text.clone(),
        None if one.is_for_managers => words::for_managers(locale).to_owned(),
        None => words::forgotten(locale).to_owned(),
    };
    let steps = one.steps.iter().map(|step| {
        let when = i18n::moment(locale, step.made_ms as f64, about.today, &about.time_zone);
        let who = step.staff_number.map(|number| words::by_staff(locale, &number.to_string()));
        let what = step_in_words(step.step, locale);
        let to = step.to_staff_number.map(|number| words::to_staff(locale, &number.to_string()));
        let line = [Some(when), Some(what.to_owned()), to, who, step.text.clone()];
        view! { <li>{line.into_iter().flatten().collect::<Vec<_>>().join(", ")}</li> }
    });
    let code = one.code.as_deref().and_then(|code| code.parse().ok()).map(|code| code_view(&code, locale));
    view! {
        <h1 tabindex="-1">{category_in_words(case, state, locale)}</h1>
        {facts_view(case, about)}
        <h2>{words::heading_said(locale)}</h2>
        <p>{said}</p>
        {one.outcome.clone().map(|outcome| view! {
            <h2>{words::heading_told(locale)}</h2>
            <p>{outcome}</p>
        })}
        {code}
        <h2>{words::heading_steps(locale)}</h2>
        <ul>{steps.collect_view()}</ul>
        <div class="choices">
            {closes.then(|| button("close", "button button-main", words::button_answer(locale), move || on(Event::Close)))}
            {notes.then(|| button("note", "button", words::button_note(locale), move || on(Event::Note)))}
            {closes.then(|| button("hand-over", "button", words::button_hand_over(locale), move || on(Event::HandOver)))}
            {takes.then(|| button("take", "button", words::button_take(locale), move || on(Event::Take)))}
            {button("back", "button", words::button_back(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

fn step_in_words(step: CaseStepKind, locale: Locale) -> &'static str {
    match step {
        CaseStepKind::Opened => words::step_opened(locale),
        CaseStepKind::Taken => words::step_taken(locale),
        CaseStepKind::HandedOver => words::step_handed_over(locale),
        CaseStepKind::Noted => words::step_noted(locale),
        CaseStepKind::Closed => words::step_closed(locale),
        CaseStepKind::PutRight => words::step_put_right(locale),
        CaseStepKind::Reopened => words::step_reopened(locale),
    }
}

/// The code for the customer, in fours.
fn code_view(code: &CaseCode, locale: Locale) -> AnyView {
    let group = |group: &str| view! { <span>{group.to_owned()}</span> {" "} };
    view! {
        <p>{words::label_code(locale)}</p>
        <div><p class="typed"><strong>{code.groups().map(group).into_iter().collect_view()}</strong></p></div>
    }
    .into_any()
}

/// It is open: the code, where the customer takes it along on paper.
fn opened_view(state: Signal<State>, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let code = state.with_untracked(|state| match &state.step {
        Step::Opened(opened) => opened.code.as_deref().and_then(|code| code.parse::<CaseCode>().ok()),
        _ => None,
    });
    let instruction = match &code {
        Some(_) => words::instruction_paper(locale),
        None => words::instruction_sent(locale),
    };
    // As it is printed, and seen nowhere else.
    let paper = code.as_ref().map(|code| {
        view! {
            <div class="paper" aria-hidden="true">
                <p>{words::label_code(locale)}</p>
                <p>{code.groups().join(" ")}</p>
                <p>{words::paper_where(locale)}</p>
            </div>
        }
    });
    let print = code.is_some().then(|| {
        button("print", "button", words::button_print(locale), || request_animation_frame(|| drop(window().print())))
    });
    view! {
        {told(words::heading_opened(locale), instruction, false)}
        {paper}
        {code.map(|code| code_view(&code, locale))}
        <div class="choices">
            {button("list", "button button-main", words::button_list(locale), move || on(Event::Back))}
            {print}
        </div>
    }
    .into_any()
}
