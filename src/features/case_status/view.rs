use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{CaseAnswerRequest, CaseState, CaseStatusRequest, paths};
use polka_domain::Date;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Effect, Event, Page, Problem, State};
use crate::api::{members, use_server};
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::speech::use_speech;
use crate::ui::digits::{entry, secret_keys};
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::page::{button, told};
use crate::words::case_status as words;

/// The screen, fetched when somebody looks up their case.
#[component]
pub(crate) fn CaseStatusScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(case_status, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(case_status_view)
}

fn case_status_view() -> AnyView {
    let (server, catalogue, locale, speech) = (use_server(), use_catalogue(), use_locale(), use_speech());
    let state = RwSignal::new(State::default());
    let happens = StoredValue::new(None::<Callback<Event>>);
    // Whoever went on meanwhile is not told.
    let later = move |event: Event| {
        if let Some(Some(on)) = happens.try_get_value() {
            on.run(event);
        }
    };
    let run = move |effect: Effect| match effect {
        Effect::TellProblem => go_to_problem(speech),
        Effect::Ask(code) => spawn_local(async move {
            let asked = CaseStatusRequest { code };
            later(Event::Told(members::write(server, Method::POST, paths::CASE_STATUS, None, &asked).await));
        }),
        Effect::Answer(code, is_put_right) => spawn_local(async move {
            let said = CaseAnswerRequest { code, is_put_right };
            later(Event::Told(members::write(server, Method::POST, paths::CASE_ANSWERS, None, &said).await));
        }),
    };
    let on = move |event: Event| state.try_update(|state| state.update(event)).flatten().into_iter().for_each(run);
    happens.set_value(Some(Callback::new(on)));
    focus_on_each(move || state.with(State::page));
    let today = Signal::derive(move || catalogue.today());
    show(state.into(), locale.into(), today, on)
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    locale: Signal<Locale>,
    today: Signal<Date>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let another = move |locale| button("another", "button", words::button_another(locale), move || on(Event::Another));
    let pages = move || {
        let locale = locale.get();
        match page.get() {
            Page::Code => code_view(state, locale, on),
            Page::OpenAgain => view! {
                {told(words::heading_again(locale), words::instruction_again(locale), false)}
                <div class="choices">{another(locale)}</div>
            }
            .into_any(),
            Page::Told(case, asks) => {
                let answers = asks.then(|| {
                    view! {
                        <h2>{words::heading_asked(locale)}</h2>
                        <div class="choices">
                            {button("yes", "button button-main", words::button_yes(locale), move || on(Event::Answer(true)))}
                            {button("no", "button", words::button_no(locale), move || on(Event::Answer(false)))}
                        </div>
                    }
                });
                view! {
                    {told_view(case, state, today, locale)}
                    {answers}
                    <div class="choices">{another(locale)}</div>
                }
                .into_any()
            }
        }
    };
    let said = move || {
        let locale = locale.get();
        state.with(|state| match state.problem {
            _ if state.is_asking => Some((words::asking(locale), false)),
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None => None,
        })
    };
    view! {
        {pages}
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
    }
    .into_any()
}

fn code_view(state: Signal<State>, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let is_private = move || state.with(|state| !state.digits.is_empty()).then_some("");
    let groups = move || {
        state.with(|state| match state.groups() {
            groups if groups.is_empty() => words::nothing_typed(locale).into_any(),
            groups => {
                let group = |group: &str| view! { <span>{group.to_owned()}</span> {" "} };
                view! { <strong>{groups.into_iter().map(group).collect_view()}</strong> }.into_any()
            }
        })
    };
    let missing = move || match state.with(State::missing) {
        0 => words::complete(locale).to_owned(),
        count => words::missing(locale, &count.to_string()),
    };
    let typed = view! {
        <p>{words::label_code(locale)}</p>
        <div><p class="typed" data-private=is_private>{groups}</p></div>
        <p>{missing}</p>
    };
    view! {
        {told(words::heading(locale), words::instruction(locale), false)}
        {entry(typed.into_any(), secret_keys(locale, move |key| on(Event::Key(key))))}
        <div class="choices">
            {button("ask", "button button-main", words::button_ask(locale), move || on(Event::Ask))}
        </div>
    }
    .into_any()
}

/// How a case stands, in words.
fn told_view(case: CaseState, state: Signal<State>, today: Signal<Date>, locale: Locale) -> AnyView {
    let (heading, instruction) = match case {
        CaseState::Open => (words::heading_open(locale), words::instruction_open(locale)),
        CaseState::InWork => (words::heading_in_work(locale), words::instruction_in_work(locale)),
        CaseState::Closed => (words::heading_closed(locale), words::instruction_closed(locale)),
    };
    let now = state.with_untracked(|state| state.told.clone());
    let due = now.as_ref().filter(|_| case != CaseState::Closed).and_then(|now| now.due_day.parse().ok());
    let due = due.map(|due| words::due(locale, &i18n::day(locale, due, today.get_untracked())));
    let outcome = now.as_ref().and_then(|now| now.outcome.clone());
    // What was done is the staff's own text: nobody knows in which language.
    let outcome = outcome.map(|outcome| view! { <p class="notice">{outcome}</p> });
    let thanks = now.as_ref().is_some_and(|now| now.is_put_right == Some(true));
    view! {
        {told(heading, instruction, false)}
        {due.map(|due| view! { <p>{due}</p> })}
        {outcome}
        {thanks.then(|| view! { <p>{words::said_thanks(locale)}</p> })}
    }
    .into_any()
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Short => words::error_short(locale),
        Problem::None => words::error_none(locale),
        Problem::TooManyTries => words::error_tries(locale),
        Problem::Answered => words::error_answered(locale),
        Problem::NoAnswer => words::error_no_answer(locale),
    }
}
