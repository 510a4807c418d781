use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_domain::Product;
use polka_wayfinding::{Profile, StoreMap};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Drawing, Shape, Way};
use crate::accessibility::use_accessibility;
use crate::api::use_server;
use crate::i18n::{Locale, use_locale};
use crate::offline::{Lookup, read_map, use_catalogue, use_device};
use crate::routes::{Route, use_navigation};
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_heading;
use crate::ui::shelf::shelf_in_words;
use crate::words::find_way as words;

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
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// The products or the map are being read.
    Loading,
    /// There is none, for this product or in this store.
    NoWay(Option<Box<Product>>),
    /// Here it is.
    Found(Box<Product>, Way),
}

fn find_way_view() -> AnyView {
    let (catalogue, device, server, accessibility) = (use_catalogue(), use_device(), use_server(), use_accessibility());
    let code = match use_navigation().route_now() {
        Route::FindWay { code } => code,
        _ => String::new(),
    };
    // `None` while it is read.
    let map = RwSignal::new(None::<Option<Arc<StoreMap>>>);
    spawn_local(async move {
        let read = read_map(server).await.map(Arc::new);
        // Whoever went on meanwhile needs none.
        let _ = map.try_set(Some(read));
    });
    // Whoever has lowered the buttons probably sits in a wheelchair.
    let has_wheels = RwSignal::new(accessibility.modes.with_untracked(|modes| modes.low_reach));
    let product = Memo::new(move |_| code.parse().ok().map(|gtin| catalogue.find(gtin)));
    // A sign of life that changes nothing of it draws nothing anew.
    let name = Memo::new(move |_| device.standing().identity.map(|identity| identity.name));
    let state = Memo::new(move |_| {
        let Some(map) = map.get() else { return State::Loading };
        let product = match product.get() {
            Some(Lookup::NotReady) => return State::Loading,
            Some(Lookup::Found(product)) => Some(product),
            Some(Lookup::NotFound) | None => None,
        };
        let profile = if has_wheels.get() { Profile::on_wheels() } else { Profile::on_foot() };
        let name = name.get();
        let address = product.as_ref().and_then(|product| product.shelf_address.as_ref());
        let way = map.zip(address).and_then(|(map, address)| Way::find(&map, name.as_deref(), address, profile));
        match (product, way) {
            (Some(product), Some(way)) => State::Found(product, way),
            (product, _) => State::NoWay(product),
        }
    });
    let kind = Memo::new(move |_| state.with(std::mem::discriminant));
    Effect::new(move |is_later: Option<()>| {
        kind.track();
        if is_later.is_some() {
            focus_heading();
        }
    });
    show(state.into(), has_wheels)
}

/// What the screen shows.
pub(super) fn show(state: Signal<State>, has_wheels: RwSignal<bool>) -> AnyView {
    let locale = use_locale();
    let heading = move || {
        state.with(|state| match state {
            State::Loading => words::heading_loading(locale.get()),
            State::NoWay(_) => words::heading_no_way(locale.get()),
            State::Found(..) => words::heading(locale.get()),
        })
    };
    let is_error = move || state.with(|state| matches!(state, State::NoWay(_))).then_some("");
    let content = move || {
        let locale = locale.get();
        state.with(|state| match state {
            State::Loading => ().into_any(),
            State::NoWay(product) => view! {
                <p class="instruction" data-error="">{words::instruction_no_way(locale)}</p>
                {product.as_ref().map(|product| product_view(product, locale))}
            }
            .into_any(),
            State::Found(product, way) => view! {
                {product_view(product, locale)}
                <div class="way">
                    <ol class="steps">
                        {way.sentences(locale).into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                    </ol>
                    {picture(&way.drawing, locale)}
                    {way.shelf.map(|(shelf, count)| shelf_picture(shelf, count, locale))}
                </div>
            }
            .into_any(),
        })
    };
    let is_found = Memo::new(move |_| state.with(|state| !matches!(state, State::Loading)));
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        {content}
        {move || is_found.get().then(|| view! {
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
    }
    .into_any()
}

fn product_view(product: &Product, locale: Locale) -> AnyView {
    let (name, language) = match (&product.name_en, locale) {
        (Some(name), Locale::English) => (name, None),
        _ => (&product.name, (locale != Locale::Russian).then_some(Locale::Russian.code())),
    };
    view! {
        <p class="way-product" lang=language>{name.to_string()}</p>
        {product.shelf_address.as_ref().map(|address| view! { <p>{shelf_in_words(address, locale)}</p> })}
    }
    .into_any()
}

/// The store from above. Each thing has a shape of its own, so that no colour has to tell it.
fn picture(drawing: &Drawing, locale: Locale) -> AnyView {
    let [left, top, width, height] = drawing.view;
    let line: Vec<_> = drawing.line.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
    let (here_x, here_y) = drawing.line.first().copied().unwrap_or_default();
    let (goal_x, goal_y) = drawing.goal;
    // A sign is as large as a twentieth of the picture, whatever the store's size.
    let sign = width.max(height) / 40.0;
    let here = format!(
        "M{here_x:.2} {:.2}l{:.2} {:.2}l{:.2} {:.2}l{:.2} {:.2}z",
        here_y - 1.2 * sign,
        0.9 * sign,
        2.2 * sign,
        -0.9 * sign,
        -0.6 * sign,
        -0.9 * sign,
        0.6 * sign
    );
    view! {
        <p class="map">
            <svg
                role="img"
                aria-label=words::picture(locale)
                viewBox=format!("{left:.2} {top:.2} {width:.2} {height:.2}")
                stroke-width=format!("{:.3}", sign / 4.0)
            >
                <path class="map-floor" d=path(&drawing.outline)></path>
                {drawing.fixtures.iter().map(|shape| view! { <path class="map-fixture" d=path(shape)></path> }).collect_view()}
                <path class="map-goal" d=path(&drawing.goal_fixture)></path>
                <polyline class="map-way" points=line.join(" ") stroke-width=format!("{:.3}", sign / 2.0)></polyline>
                <path class="map-here" d=here></path>
                <circle class="map-product" cx=format!("{goal_x:.2}") cy=format!("{goal_y:.2}") r=format!("{sign:.2}")></circle>
            </svg>
        </p>
        <ul class="map-legend">
            <li>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path class="map-here" d="M12 3l7 18l-7-5l-7 5z"></path></svg>
                {words::legend_here(locale)}
            </li>
            <li>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle class="map-product" cx="12" cy="12" r="8"></circle></svg>
                {words::legend_product(locale)}
            </li>
        </ul>
    }
    .into_any()
}

fn path(shape: &Shape) -> String {
    let ring = |ring: &Vec<(f64, f64)>| {
        let points: Vec<_> = ring.iter().map(|(x, y)| format!("{x:.2} {y:.2}")).collect();
        format!("M{}z", points.join("L"))
    };
    shape.iter().map(ring).collect()
}

/// The bay from in front, with the product's shelf.
fn shelf_picture(shelf: usize, count: usize, locale: Locale) -> AnyView {
    let label = words::picture_shelf(locale, &count.to_string(), &shelf.to_string());
    let boards = (1..=count).map(|board| {
        let y = (count - board) * 10;
        let class = if board == shelf { "map-goal" } else { "map-fixture" };
        view! { <rect class=class x="1" y=y + 1 width="38" height="9"></rect> }
    });
    view! {
        <p class="map map-shelf">
            <svg role="img" aria-label=label viewBox=format!("0 0 40 {}", count * 10 + 1) stroke-width="0.6">
                {boards.collect_view()}
            </svg>
        </p>
    }
    .into_any()
}
