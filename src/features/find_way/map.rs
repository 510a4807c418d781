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
    view! {
        <p class="map">
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
                {drawing.marks.iter().map(|mark| mark_view(mark, sign, is_list)).collect_view()}
                <path class="map-here" d=here></path>
            </svg>
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

/// A goal: a ring, filled where the way leads now; with its number.
fn mark_view(mark: &Mark, sign: f64, is_list: bool) -> AnyView {
    let (x, y) = mark.at;
    let numbers = match mark.last - mark.first {
        0 => mark.first.to_string(),
        1 => format!("{}, {}", mark.first, mark.last),
        _ => format!("{}–{}", mark.first, mark.last),
    };
    let half = sign * if is_list { 0.7 + 0.35 * numbers.chars().count() as f64 } else { 1.0 };
    let class = if mark.is_here && is_list { "map-product map-product-here" } else { "map-product" };
    let label = is_list.then(|| {
        view! {
            <text x=format!("{x:.2}") y=format!("{:.2}", y + 0.55 * sign) font-size=format!("{:.2}", 1.5 * sign)>
                {numbers}
            </text>
        }
    });
    view! {
        <g class=class>
            <rect
                x=format!("{:.2}", x - half)
                y=format!("{:.2}", y - sign)
                width=format!("{:.2}", 2.0 * half)
                height=format!("{:.2}", 2.0 * sign)
                rx=format!("{sign:.2}")
            ></rect>
            {label}
        </g>
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
