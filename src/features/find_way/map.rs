//! The store from above, and a bay from in front. Each thing has a shape of its own, so that no colour has to tell it.

use leptos::prelude::*;

use super::state::{Drawing, Mark, Shape};
use crate::i18n::Locale;
use crate::words::find_way as words;

/// The map with the way. Goals have numbers where there are several.
pub(super) fn map_view(drawing: &Drawing, is_list: bool, locale: Locale) -> AnyView {
    let [left, top, width, height] = drawing.view;
    // A sign is as large as a twentieth of the picture, whatever the store's size.
    let sign = width.max(height) / 40.0;
    let (here_x, here_y) = drawing.line.first().copied().unwrap_or_default();
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
    let shapes = |class: &'static str, shapes: &[Shape]| {
        shapes.iter().map(|shape| view! { <path class=class d=path(shape)></path> }).collect_view()
    };
    let dashes = format!("{sign:.2} {sign:.2}");
    let others = is_list.then(|| {
        let line = |line: &Vec<(f64, f64)>| {
            view! {
                <polyline class="map-way" points=points(line) stroke-dasharray=dashes.clone()></polyline>
            }
        };
        drawing.others.iter().map(line).collect_view()
    });
    let till = drawing.till.filter(|_| is_list).map(|(x, y)| {
        let side = 1.6 * sign;
        view! {
            <rect
                class="map-product"
                x=format!("{:.2}", x - side / 2.0)
                y=format!("{:.2}", y - side / 2.0)
                width=format!("{side:.2}")
                height=format!("{side:.2}")
            ></rect>
        }
    });
    let ratio = width / height;
    // Numbers are as large as text is, whatever the store's size.
    let marks = is_list.then(|| {
        let mark = |mark: &Mark| mark_view(mark, [left, top, width, height]);
        view! { <span aria-hidden="true">{drawing.marks.iter().map(mark).collect_view()}</span> }
    });
    let goal = drawing.marks.first().filter(|_| !is_list).map(|mark| {
        let (x, y) = mark.at;
        view! {
            <circle class="map-product" cx=format!("{x:.2}") cy=format!("{y:.2}") r=format!("{sign:.2}")></circle>
        }
    });
    view! {
        <p
            class="map map-store"
            style:aspect-ratio=format!("{ratio:.4}")
            style:max-width=format!("calc(var(--map-height) * {ratio:.4})")
        >
            <svg
                role="img"
                aria-label=words::picture(locale)
                viewBox=format!("{left:.2} {top:.2} {width:.2} {height:.2}")
                stroke-width=format!("{:.3}", sign / 4.0)
            >
                <path class="map-floor" d=path(&drawing.outline)></path>
                {shapes("map-fixture", &drawing.fixtures)}
                {shapes("map-goal", &drawing.goal_fixtures)}
                {others}
                <polyline class="map-way" points=points(&drawing.line) stroke-width=format!("{:.3}", sign / 2.0)></polyline>
                {till}
                {goal}
                <path class="map-here" d=here></path>
            </svg>
            {marks}
        </p>
        <ul class="map-legend">
            <li>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path class="map-here" d="M12 3l7 18l-7-5l-7 5z"></path></svg>
                {words::legend_here(locale)}
            </li>
            <li>
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle class="map-product" cx="12" cy="12" r="8"></circle></svg>
                {if is_list { words::legend_products(locale) } else { words::legend_product(locale) }}
            </li>
            {is_list.then(|| view! {
                <li>
                    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><rect class="map-product" x="4" y="4" width="16" height="16"></rect></svg>
                    {words::legend_tills(locale)}
                </li>
            })}
        </ul>
    }
    .into_any()
}

/// The numbers of goals, light on dark where the way leads now.
fn mark_view(mark: &Mark, [left, top, width, height]: [f64; 4]) -> AnyView {
    let numbers = match mark.last - mark.first {
        0 => mark.first.to_string(),
        1 => format!("{}, {}", mark.first, mark.last),
        _ => format!("{}–{}", mark.first, mark.last),
    };
    let percent = |share: f64| format!("{:.2}%", 100.0 * share);
    view! {
        <span
            class=if mark.is_here { "map-mark map-mark-here" } else { "map-mark" }
            style:left=percent((mark.at.0 - left) / width)
            style:top=percent((mark.at.1 - top) / height)
        >
            {numbers}
        </span>
    }
    .into_any()
}

fn points(line: &[(f64, f64)]) -> String {
    line.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect::<Vec<_>>().join(" ")
}

fn path(shape: &Shape) -> String {
    let ring = |ring: &Vec<(f64, f64)>| {
        let points: Vec<_> = ring.iter().map(|(x, y)| format!("{x:.2} {y:.2}")).collect();
        format!("M{}z", points.join("L"))
    };
    shape.iter().map(ring).collect()
}

/// The bay from in front, with the product's shelf.
pub(super) fn shelf_view(shelf: usize, count: usize, locale: Locale) -> AnyView {
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
