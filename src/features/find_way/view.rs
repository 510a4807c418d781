use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_catalogue::search::Query;
use polka_domain::{Gtin, Product, ShoppingList};
use polka_wayfinding::{Profile, StoreMap, Ways};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::map::{map_view, shelf_view};
use super::state::{Goal, Here, Trip, Walked};
use super::take_along::{FROM, paper_view, phone_link, take_along_view};
use crate::accessibility::use_accessibility;
use crate::api::use_server;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Fate, Lookup, Write, is_enrolled, read_map, use_catalogue, use_device};
use crate::routes::{Route, use_navigation};
use crate::session::use_session;
use crate::settings::{query_value, use_settings};
use crate::speech::use_speech;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::{focus_heading, focus_on_each};
use crate::ui::icon::{Icon, IconView};
use crate::ui::product::name_of;
use crate::ui::shelf::shelf_in_words;
use crate::words::find_way as words;

/// So many products are offered in the place of one.
const MOST_INSTEAD: usize = 3;

/// The screen; it is fetched when somebody goes there.
#[component]
pub(crate) fn FindWayScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(find_way, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(find_way_view)
}

/// What is known of the way.
#[derive(Clone, PartialEq)]
pub(super) enum State {
    /// The products or the map are being read.
    Loading,
    /// Nothing is on the list.
    Empty,
    /// There is none, to these products or in this store.
    NoWay(Vec<Goal>),
    /// Here it is.
    Found(Trip),
}

/// What somebody said of a product that is not on its shelf.
#[derive(Clone, Copy)]
pub(super) struct Missing {
    /// What became of it; `None` where nothing was said of the one that is shown.
    pub(super) fate: Signal<Option<Fate>>,
    /// What is like it; `None` while that is looked for.
    pub(super) instead: Signal<Option<Vec<Product>>>,
}

/// What the screen goes by, beside the way.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) locale: Locale,
    /// Whether the way leads through the list, and not to one product.
    pub(super) is_list: bool,
    pub(super) here: Here,
    /// Whether somebody can say here that something is not on its shelf.
    pub(super) can_report: bool,
    pub(super) has_speech: bool,
    pub(super) has_printer: bool,
    /// For a phone that takes it along.
    pub(super) link: Option<String>,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Forward,
    Back,
    Again,
    Missing,
    Instead(Gtin),
    Print,
}

/// The ways of the map for one profile.
#[derive(Clone)]
struct Ground(Arc<Ways>);

impl PartialEq for Ground {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn find_way_view() -> AnyView {
    let (catalogue, device, server, accessibility) = (use_catalogue(), use_device(), use_server(), use_accessibility());
    let (session, navigation, speech, locale) = (use_session(), use_navigation(), use_speech(), use_locale());
    let code = match navigation.route_now() {
        Route::FindWay { code } => code,
        _ => String::new(),
    };
    let is_list = code.is_empty();
    // `None` while it is read.
    let map = RwSignal::new(None::<Option<Arc<StoreMap>>>);
    spawn_local(async move {
        let read = read_map(server).await.map(Arc::new);
        // Whoever went on meanwhile needs none.
        let _ = map.try_set(Some(read));
    });
    // Whoever has lowered the buttons probably sits in a wheelchair.
    let has_wheels = RwSignal::new(accessibility.modes.with_untracked(|modes| modes.low_reach));
    let list = Memo::new(move |_| match is_list {
        true => session.list.get(),
        false => ShoppingList::parse(&code),
    });
    // `None` while the products are on their way.
    let goals = Memo::new(move |_| {
        list.with(|list| {
            let mut goals = Vec::new();
            for item in list.items() {
                match catalogue.find(item.gtin) {
                    Lookup::NotReady => return None,
                    Lookup::Found(product) => goals.push(Goal { product: *product, quantity: item.quantity }),
                    Lookup::NotFound => {}
                }
            }
            Some(goals)
        })
    });
    let ground = Memo::new(move |_| {
        let profile = if has_wheels.get() { Profile::on_wheels() } else { Profile::on_foot() };
        map.get().map(|map| map.map(|map| Ground(Arc::new(Ways::new(map, profile)))))
    });
    // Where its owner stood when a phone took the list along; else this device. A sign of life that changes nothing
    // of it draws nothing anew.
    let stood = query_value(FROM);
    let name = Memo::new(move |_| stood.clone().or_else(|| device.standing().identity.map(|identity| identity.name)));
    let walked = RwSignal::new(Walked::default());
    let planned_from = Memo::new(move |_| walked.with(Walked::planned_from));
    let state = Memo::new(move |_| match (ground.get(), goals.get()) {
        (None, _) | (_, None) => State::Loading,
        (_, Some(goals)) if goals.is_empty() && is_list => State::Empty,
        (Some(None), Some(goals)) => State::NoWay(goals),
        (Some(Some(Ground(ways))), Some(goals)) => {
            match Trip::plan(&ways, name.get().as_deref(), &planned_from.get(), goals.clone()) {
                Some(trip) => State::Found(trip),
                None => State::NoWay(goals),
            }
        }
    });
    let trip =
        move || state.with_untracked(|state| if let State::Found(trip) = state { Some(trip.clone()) } else { None });
    let here = Memo::new(move |_| walked.with(|walked| walked.here));
    let number = move || trip().map_or(0, |trip| trip.number(here.get_untracked()));
    let goal_here = move || trip().and_then(|trip| trip.goals.get(number()).cloned());

    let reported = RwSignal::new(None::<(Gtin, ArcRwSignal<Fate>)>);
    let instead = RwSignal::new(None::<Vec<Product>>);
    let report = move |goal: Goal| {
        let gtin = goal.product.gtin;
        reported.set(Some((gtin, device.keep(Write::MissingReport { gtin: gtin.to_string() }))));
        instead.set(None);
        let today = catalogue.today();
        spawn_local(async move {
            let found = like(catalogue, &goal.product, today).await;
            let found = found.into_iter().filter(|it| list.with_untracked(|list| list.quantity(it.gtin) == 0));
            let _ = instead.try_set(Some(found.take(MOST_INSTEAD).collect()));
        });
    };
    let prints = RwSignal::new(false);
    let on = move |event: Event| {
        // The paper is made when it is asked for: to put all parts into words takes longer than one.
        prints.set(event == Event::Print);
        match event {
            Event::Forward => walked.update(|walked| trip().iter().for_each(|trip| walked.forward(trip))),
            Event::Back => walked.update(|walked| trip().iter().for_each(|trip| walked.back(trip))),
            Event::Again => {}
            Event::Missing => {
                goal_here().into_iter().for_each(report);
                return request_animation_frame(move || {
                    if let Ok(Some(said)) = document().query_selector(".missing") {
                        speech.go_to(&said);
                    }
                });
            }
            Event::Print => {
                return request_animation_frame(|| drop(window().print()));
            }
            Event::Instead(gtin) if is_list => {
                let Some((trip, goal)) = trip().zip(goal_here()) else { return };
                walked.update(|walked| walked.take_instead(&trip, gtin, session.is_own_phone()));
                session.list.update(|list| list.replace(goal.product.gtin, gtin));
            }
            Event::Instead(gtin) => return navigation.go(Route::PriceCheck { code: gtin.to_string() }),
        }
        focus_heading();
    };
    let public_url = use_settings().with_value(|settings| settings.public_url.clone());
    let about = Memo::new(move |_| {
        let locale = locale.get();
        About {
            locale,
            is_list,
            here: here.get(),
            can_report: device.can_keep() && is_enrolled(),
            has_speech: accessibility.modes.with(|modes| modes.audio),
            has_printer: accessibility.profile().unwrap_or_default().has_printer,
            link: (is_list && !session.is_own_phone())
                .then(|| phone_link(&public_url, &list.with(ShoppingList::to_string), name.get().as_deref(), locale))
                .flatten(),
        }
    });
    let fate = Memo::new(move |_| {
        let (reported, fate) = reported.get()?;
        let at = state.with(|state| match state {
            State::Found(trip) => trip.goals.get(trip.number(here.get())).map(|goal| goal.product.gtin),
            _ => None,
        });
        (at == Some(reported)).then(|| fate.get())
    });
    focus_on_each(move || state.with(std::mem::discriminant));
    let missing = Missing { fate: fate.into(), instead: instead.into() };
    show(state.into(), about.into(), missing, prints.into(), has_wheels, on)
}

/// Products of the same department with words of its name, the most alike first, that have a place.
async fn like(catalogue: crate::offline::CatalogueStore, product: &Product, today: polka_domain::Date) -> Vec<Product> {
    let (Some(index), Some(now)) = (catalogue.index().await, catalogue.now()) else { return Vec::new() };
    if index.catalogue_checksum() != now.checksum() {
        return Vec::new();
    }
    let department = product.category.as_ref().map(ToString::to_string);
    let query =
        Query { text: product.name.as_str(), department: department.as_deref(), today, limit: 5 * MOST_INSTEAD };
    let found = index.search(&now, &query).hits.into_iter().map(|hit| hit.product);
    found.filter(|it| it.gtin != product.gtin && it.shelf_address.is_some()).collect()
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    missing: Missing,
    prints: Signal<bool>,
    has_wheels: RwSignal<bool>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = use_locale();
    let content = move || {
        let about = about.get();
        let locale = about.locale;
        state.with(|state| match state {
            State::Loading => view! { <h1 tabindex="-1">{words::heading_loading(locale)}</h1> }.into_any(),
            State::Empty => view! {
                <h1 tabindex="-1">{words::heading_empty(locale)}</h1>
                <p class="instruction">{words::instruction_empty(locale)}</p>
                <a class="button button-main" href="/shopping-list">
                    <IconView icon=Icon::List/>
                    {crate::words::frame::button_list(locale)}
                </a>
            }
            .into_any(),
            State::NoWay(goals) => view! {
                <h1 tabindex="-1" data-error="">{words::heading_no_way(locale)}</h1>
                <p class="instruction" data-error="">{words::instruction_no_way(locale)}</p>
                {goals.iter().map(|goal| goal_view(goal, locale)).collect_view()}
                {about.is_list.then(|| take_along_view(&about, on))}
            }
            .into_any(),
            State::Found(trip) => trip_view(trip, &about, missing, on),
        })
    };
    let paper = move || {
        let locale = locale.get();
        prints.get().then(|| {
            state.with(|state| match state {
                State::Found(trip) => paper_view(Some(trip), &trip.left_out, locale),
                State::NoWay(goals) => paper_view(None, goals, locale),
                State::Loading | State::Empty => ().into_any(),
            })
        })
    };
    let has_way = Memo::new(move |_| state.with(|state| matches!(state, State::Found(_) | State::NoWay(_))));
    view! {
        {content}
        {move || has_way.get().then(|| view! {
            <button
                class="button"
                type="button"
                data-action="wheels"
                aria-pressed=move || has_wheels.get().to_string()
                on:click=move |_| has_wheels.update(|has_wheels| *has_wheels = !*has_wheels)
            >
                {move || words::button_wheels(locale.get())}
            </button>
        })}
        {paper}
    }
    .into_any()
}

fn trip_view(
    trip: &Trip,
    about: &About,
    missing: Missing,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (locale, is_list) = (about.locale, about.is_list);
    let number = trip.number(about.here);
    let goal = trip.goals.get(number);
    let heading = match goal {
        None => words::heading_tills(locale).to_owned(),
        Some(_) if is_list => words::heading_stop(locale, &trip.goals.len().to_string(), &(number + 1).to_string()),
        Some(_) => words::heading(locale).to_owned(),
    };
    let button = move |name: &'static str, class: &'static str, label: &'static str, event: Event| {
        view! {
            <button class=class type="button" data-action=name on:click=move |_| on(event)>{label}</button>
        }
    };
    let is_first = trip.number(Here::Next) == number;
    let steps = trip.sentences(number, locale).into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    let missing = goal.is_some().then(|| missing_view(missing, about.can_report, locale, on));
    let all = is_list.then(|| {
        let line = |goal: &Goal| {
            let (name, language) = name_of(&goal.product, locale);
            let place = goal.product.shelf_address.as_ref().map(|address| shelf_in_words(address, locale));
            view! { <li data-gtin=goal.product.gtin.to_string()><span lang=language>{name.to_string()}</span> {place.map(|place| format!(". {place}"))}</li> }
        };
        view! {
            <h2>{words::heading_all(locale)}</h2>
            <ol class="stops">{trip.goals.iter().map(line).collect_view()}</ol>
        }
    });
    let left_out = (!trip.left_out.is_empty()).then(|| {
        view! {
            <h2>{words::heading_left_out(locale)}</h2>
            {trip.left_out.iter().map(|goal| goal_view(goal, locale)).collect_view()}
        }
    });
    view! {
        <h1 tabindex="-1">{heading}</h1>
        {goal.map(|goal| goal_view(goal, locale))}
        <div class="way">
            <ol class="steps">{steps}</ol>
            {is_list.then(|| view! {
                <div class="choices">
                    {goal.is_some().then(|| button("forward", "button button-main", words::button_forward(locale), Event::Forward))}
                    {(!is_first).then(|| button("back-a-stop", "button", words::button_back(locale), Event::Back))}
                    {about.has_speech.then(|| button("again", "button", words::button_again(locale), Event::Again))}
                </div>
            })}
            {missing}
            {map_view(&trip.drawing(number), is_list, locale)}
            {trip.shelf(number).map(|(shelf, count)| shelf_view(shelf, count, locale))}
        </div>
        {all}
        {left_out}
        {is_list.then(|| take_along_view(about, on))}
    }
    .into_any()
}

fn goal_view(goal: &Goal, locale: Locale) -> AnyView {
    let (name, language) = name_of(&goal.product, locale);
    let place = goal.product.shelf_address.as_ref().map(|address| shelf_in_words(address, locale));
    view! {
        <h2 class="way-product" lang=language>{name.to_string()}</h2>
        {(goal.quantity > 1).then(|| view! { <p>{words::quantity(locale, &goal.quantity.to_string())}</p> })}
        {place.map(|place| view! { <p>{place}</p> })}
    }
    .into_any()
}

/// Takes word that a product is not there; then says what became of it, and what could be taken instead.
fn missing_view(
    missing: Missing,
    can_report: bool,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let said = move || match missing.fate.get() {
        None => "",
        Some(Fate::Keeping) => words::said_keeping(locale),
        Some(Fate::Kept) => words::said_saved(locale),
        Some(Fate::Taken) => words::said_thanks(locale),
        Some(Fate::Refused | Fate::NotKept) => words::said_unable(locale),
    };
    let is_error = move || matches!(missing.fate.get(), Some(Fate::Refused | Fate::NotKept)).then_some("");
    let product_button = move |product: &Product| {
        let (name, language) = name_of(product, locale);
        let gtin = product.gtin;
        let place = product.shelf_address.as_ref().map(|address| shelf_in_words(address, locale));
        view! {
            <button class="button result" type="button" data-instead=gtin.to_string() on:click=move |_| on(Event::Instead(gtin))>
                <span class="result-name" lang=language>{name.to_string()}</span>
                <span class="result-place"><IconView icon=Icon::MapPin/>{place}</span>
                <span class="result-price">{i18n::money(locale, product.price)}</span>
            </button>
        }
    };
    let instead = move || {
        missing.instead.get().map(|products| match products.is_empty() {
            true => view! { <p>{words::nothing_instead(locale)}</p> }.into_any(),
            false => view! {
                <h2>{words::heading_instead(locale)}</h2>
                <div class="result-list">{products.iter().map(product_button).collect_view()}</div>
            }
            .into_any(),
        })
    };
    let is_missing = Memo::new(move |_| missing.fate.get().is_some());
    let all = move || match (is_missing.get(), can_report) {
        (true, _) => view! {
            <p class="notice missing" tabindex="-1" aria-live="polite" data-error=is_error>{said}</p>
            {instead}
        }
        .into_any(),
        (false, true) => view! {
            <button class="button" type="button" data-action="missing" on:click=move |_| on(Event::Missing)>
                {words::button_missing(locale)}
            </button>
        }
        .into_any(),
        (false, false) => ().into_any(),
    };
    all.into_any()
}
