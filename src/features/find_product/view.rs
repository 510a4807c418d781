use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_catalogue::search::{Department, Found, Hit, Query, SearchIndex};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Event, State};
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::routes::{Route, use_navigation};
use crate::session::use_session;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::fetched::fetched_screen;
use crate::ui::icon::{Icon, IconView};
use crate::ui::product::name_of;
use crate::ui::shelf::shelf_in_words;
use crate::words::find_product as words;
use crate::words::frame;

/// So many ways to go on with a word are offered.
const MOST_COMPLETIONS: usize = 3;

/// A page of at most this width is in somebody's hand, as in `style/tokens.css`.
const IN_HAND_PX: f64 = 600.0;

/// The screen; it is fetched when somebody goes there, with the search that it brings.
#[component]
pub(crate) fn FindProductScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(find_product, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(find_product_view)
}

/// What the search says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Results {
    /// The index is being read.
    Loading,
    /// There is none, and the server could not give one either.
    Missing,
    /// Nothing is looked for yet: the departments of the store.
    Departments(Vec<Department>),
    /// What was found; where that is nothing, the departments of the store.
    Found(Found, Vec<Department>),
}

impl Results {
    /// How many products hold the words.
    fn count(&self) -> Option<usize> {
        match self {
            Self::Found(found, _) => Some(found.total),
            Self::Loading | Self::Missing | Self::Departments(_) => None,
        }
    }
}

fn find_product_view() -> AnyView {
    let (catalogue, navigation, speech, locale) = (use_catalogue(), use_navigation(), use_speech(), use_locale());
    let query = match navigation.route_now() {
        Route::FindProduct { query } => query,
        _ => String::new(),
    };
    let state = RwSignal::new(State::new(&query, locale.get_untracked()));
    // `None` while it is read.
    let index = RwSignal::new(None::<Option<Arc<SearchIndex>>>);
    // Read anew whenever it was brought up to date.
    Effect::new(move || {
        catalogue.track_index();
        spawn_local(async move {
            let read = catalogue.index().await;
            // Whoever went on meanwhile needs none.
            let _ = index.try_set(Some(read.map(Arc::new)));
        });
    });
    let results = Memo::new(move |_| match (index.get(), catalogue.now()) {
        (Some(Some(index)), Some(catalogue_now)) if index.catalogue_checksum() == catalogue_now.checksum() => state
            .with(|state| {
                if !state.is_query() {
                    return Results::Departments(index.departments());
                }
                let query = Query {
                    text: &state.query,
                    department: state.department.as_deref(),
                    today: catalogue.today(),
                    limit: state.limit,
                };
                let found = index.search(&catalogue_now, &query);
                let departments = if found.hits.is_empty() { index.departments() } else { Vec::new() };
                Results::Found(found, departments)
            }),
        (Some(None), _) => Results::Missing,
        _ => Results::Loading,
    });
    let completions = Memo::new(move |_| match index.get() {
        Some(Some(index)) => state.with(|state| index.completions(&state.query, MOST_COMPLETIONS)),
        _ => Vec::new(),
    });
    // Who comes back from a price finds the same again; the next visitor does not.
    Effect::new(move || navigation.remember(&Route::FindProduct { query: state.with(|state| state.query.clone()) }));
    let on = move |event: Event| {
        let said = match &event {
            Event::Pressed(letter) => Some(letter.to_string()),
            _ => None,
        };
        let next = match &event {
            Event::Chose(_) | Event::Completed(_) => Some("h2.results".to_owned()),
            Event::More => {
                Some(format!(".result-list div:nth-child({}) a", state.with_untracked(|state| state.limit) + 1))
            }
            _ => None,
        };
        let is_of_query = matches!(event, Event::Erased | Event::Cleared);
        state.update(|state| state.update(event));
        let said = said.or_else(|| is_of_query.then(|| state.with_untracked(|state| state.query.clone())));
        // What had the focus is drawn anew: whoever goes by keys or by ear goes on with what there is now.
        if let Some(selector) = next {
            request_animation_frame(move || {
                if let Ok(Some(next)) = document().query_selector(&selector) {
                    speech.go_to(&next);
                }
            });
        }
        if let Some(said) = said {
            let found = results.with_untracked(Results::count);
            let said = match found {
                Some(count) => words::spoken_letter(locale.get_untracked(), &count.to_string(), &said),
                None => said,
            };
            speech.tell(said, Class::Value);
        }
    };
    show(state.into(), results.into(), completions.into(), on)
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    results: Signal<Results>,
    completions: Signal<Vec<String>>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (session, locale) = (use_session(), use_locale());
    let word = move |word: fn(Locale) -> &'static str| move || word(locale.get());
    // A system's keyboard is for what is held in the hand; there our own keys are not shown.
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    let inputmode = if width.is_some_and(|width| width <= IN_HAND_PX) { "search" } else { "none" };
    view! {
        <h1 tabindex="-1">{word(words::heading)}</h1>
        <label class="field">
            {word(words::label_query)}
            <input
                type="search"
                lang=move || state.with(|state| Locale::of_letters(&state.query).map(Locale::code))
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                inputmode=inputmode
                prop:value=move || state.with(|state| state.query.clone())
                on:input=move |event| on(Event::Typed(event_target_value(&event)))
            />
        </label>
        {move || session.list_count().map(|count| view! {
            <a class="button" href="/shopping-list">
                <IconView icon=Icon::List/>
                {frame::button_list_count(locale.get(), &count.to_string())}
            </a>
        })}
        {keys(state, on)}
        {move || completions_view(&completions.get(), on)}
        {results_view(state, results, on)}
    }
    .into_any()
}

/// How the word that is typed may go on. Behind the keys, so that none of them moves under a finger.
fn completions_view(completions: &[String], on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let button = |text: &String| {
        let chosen = text.clone();
        let language = Locale::of_letters(text).map(Locale::code);
        view! {
            <button
                class="button"
                type="button"
                data-completion=text.clone()
                lang=language
                on:click=move |_| on(Event::Completed(chosen.clone()))
            >
                {text.clone()}
            </button>
        }
    };
    (!completions.is_empty())
        .then(|| view! { <div class="choices">{completions.iter().map(button).collect_view()}</div> })
        .into_any()
}

/// Letters in the order of the alphabet: it is the same at every width, and who only hears or has five keys knows
/// which comes next.
fn keys(state: Signal<State>, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let locale = use_locale();
    let alphabet = Memo::new(move |_| state.with(|state| state.keys));
    let letters = move || {
        let letters = match alphabet.get() {
            Locale::Russian => words::letters_russian(locale.get()),
            Locale::English => words::letters_english(locale.get()),
        };
        let key = move |letter: char| {
            view! {
                <button class="button key" type="button" data-key=letter.to_string() on:click=move |_| on(Event::Pressed(letter))>
                    {letter.to_uppercase().to_string()}
                </button>
            }
        };
        letters.chars().chain('0'..='9').map(key).collect_view()
    };
    let function = move |name: &'static str, label: fn(Locale) -> &'static str, event: fn() -> Event| {
        view! {
            <button class="button key-wide" type="button" data-action=name on:click=move |_| on(event())>
                {move || label(locale.get())}
            </button>
        }
    };
    view! {
        <div class="keyboard">
            <div class="keys" lang=move || alphabet.get().code()>{letters}</div>
            <div class="choices">
                {function("space", words::button_space, || Event::Pressed(' '))}
                {function("erase", words::button_erase, || Event::Erased)}
                {function("clear", words::button_clear, || Event::Cleared)}
                <button
                    class="button key-wide"
                    type="button"
                    data-action="other-keys"
                    lang=move || alphabet.get().other().code()
                    on:click=move |_| on(Event::OtherKeys)
                >
                    {move || match alphabet.get() {
                        Locale::Russian => words::button_keys_english(locale.get()),
                        Locale::English => words::button_keys_russian(locale.get()),
                    }}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Says how many were found, to those who cannot see it, and shows them.
fn results_view(
    state: Signal<State>,
    results: Signal<Results>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = use_locale();
    let words_of = move || results.with(|results| about(results, locale.get()));
    let is_error = move || words_of().2.then_some("");
    let department = Memo::new(move |_| state.with(|state| state.department.clone()));
    let all = move || {
        department.get().map(|path| {
            view! {
                <button class="button" type="button" data-action="all" on:click=move |_| on(Event::Chose(None))>
                    <span lang=Locale::Russian.code()>{last_level(&path).to_owned()}</span>
                    <IconView icon=Icon::Cross/>
                    {words::button_all(locale.get())}
                </button>
            }
        })
    };
    let list = move || {
        let locale = locale.get();
        results.with(|results| match results {
            Results::Loading | Results::Missing => ().into_any(),
            Results::Departments(departments) => departments_view(departments, locale, on),
            Results::Found(found, all) if found.hits.is_empty() => departments_view(all, locale, on),
            Results::Found(found, _) => found_view(found, locale, on),
        })
    };
    view! {
        <h2 class="results" tabindex="-1" aria-live="polite" data-error=is_error>{move || words_of().0}</h2>
        {move || words_of().1.map(|text| view! { <p class="instruction" data-error=is_error>{text}</p> })}
        {all}
        {list}
    }
    .into_any()
}

/// Heading, instruction, and whether it is an error.
fn about(results: &Results, locale: Locale) -> (String, Option<&'static str>, bool) {
    match results {
        Results::Loading => (words::heading_loading(locale).into(), Some(words::instruction_loading(locale)), false),
        Results::Missing => (words::heading_missing(locale).into(), Some(words::instruction_missing(locale)), true),
        Results::Departments(_) => {
            (words::heading_departments(locale).into(), Some(words::instruction_departments(locale)), false)
        }
        Results::Found(found, _) if found.hits.is_empty() => {
            (words::heading_nothing(locale).into(), Some(words::instruction_nothing(locale)), true)
        }
        Results::Found(found, _) => (words::heading_found(locale, &found.total.to_string()), None, false),
    }
}

fn found_view(found: &Found, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let meant = found.did_you_mean.as_ref().map(|query| {
        let language = Locale::of_letters(query).map(Locale::code);
        view! {
            <p class="notice">
                <IconView icon=Icon::Help/>
                {words::did_you_mean(locale)}
                <span lang=language>{query.clone()}</span>
            </p>
        }
    });
    let narrow = (found.departments.len() > 1).then(|| {
        view! {
            <h2>{words::heading_narrow(locale)}</h2>
            {departments_view(&found.departments, locale, on)}
        }
    });
    let whole = found.hits.len().min(found.total);
    let (whole, part) = found.hits.split_at(whole);
    let part = (!part.is_empty()).then(|| {
        view! {
            <h2>{words::heading_similar(locale)}</h2>
            {hits_view(part, locale)}
        }
    });
    let more = (found.total > whole.len()).then(|| {
        view! {
            <button class="button" type="button" data-action="more" on:click=move |_| on(Event::More)>
                {words::button_more(locale)}
            </button>
        }
    });
    view! { {meant} {hits_view(whole, locale)} {more} {part} {narrow} }.into_any()
}

fn hits_view(hits: &[Hit], locale: Locale) -> AnyView {
    let line = |hit: &Hit| {
        let product = &hit.product;
        let (name, language) = name_of(product, locale);
        let place = match &product.shelf_address {
            Some(address) => shelf_in_words(address, locale),
            None => words::no_place(locale).to_owned(),
        };
        view! {
            <div role="listitem">
                <a class="button result" href=format!("/price-check/{}", product.gtin) data-gtin=product.gtin.to_string()>
                    <span class="result-name" lang=language>{name.to_string()}</span>
                    <span class="result-place"><IconView icon=Icon::MapPin/>{place}</span>
                    <span class="result-price" data-price=product.price.minor_units>
                        {i18n::money(locale, product.price)}
                    </span>
                </a>
            </div>
        }
    };
    // Each is its link and nothing else: who goes by keys hears it once.
    view! { <div class="result-list" role="list">{hits.iter().map(line).collect_view()}</div> }.into_any()
}

/// Departments to choose from, with how many products each has.
fn departments_view(
    departments: &[Department],
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let button = |department: &Department| {
        let path = department.path.clone();
        let text = words::department_count(locale, &department.count.to_string(), last_level(&path));
        view! {
            <button
                class="button"
                type="button"
                data-department=path.clone()
                on:click=move |_| on(Event::Chose(Some(path.clone())))
            >
                {text}
            </button>
        }
    };
    view! { <div class="choices" lang=Locale::Russian.code()>{departments.iter().map(button).collect_view()}</div> }
        .into_any()
}

/// The department itself, without those that it is part of.
fn last_level(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
