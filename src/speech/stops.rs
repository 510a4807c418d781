//! The things on the screen that keys go to and a voice says, in reading order.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What the keys go to and a voice says as one: a line of text, a fact with its name, a table's row, a control.
const STOPS: &str = "h1, h2, p, li, dl > div, tr, button, a[href], input, select";
/// Where such things stand while no dialog is open.
const PARTS: &str = "header, main, nav";

/// The things on the screen in reading order; of an open dialog alone, where there is one.
pub(crate) fn stops() -> Vec<Element> {
    let roots = match open_dialog() {
        Some(dialog) => vec![dialog],
        None => all(&document().query_selector_all(PARTS).ok()),
    };
    let found = roots.iter().flat_map(|root| all(&root.query_selector_all(STOPS).ok()));
    found.filter(|stop| is_shown(stop) && says_something(stop) && stop_of(stop).as_ref() == Some(stop)).collect()
}

/// The question that must be answered first, where there is one: the last of them lies on top.
pub(crate) fn open_dialog() -> Option<Element> {
    all(&document().query_selector_all("dialog[open]").ok()).pop()
}

fn all(list: &Option<web_sys::NodeList>) -> Vec<Element> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

fn says_something(stop: &Element) -> bool {
    let has_picture = || stop.query_selector("[role=img], img").is_ok_and(|picture| picture.is_some());
    is_control(stop) || stop.text_content().is_some_and(|text| !text.trim().is_empty()) || has_picture()
}

fn is_shown(element: &Element) -> bool {
    element.get_client_rects().length() > 0 && !is_hidden(element)
}

/// Whether it is there for the eye alone.
pub(super) fn is_hidden(element: &Element) -> bool {
    element.closest("[aria-hidden=true]").is_ok_and(|hidden| hidden.is_some())
}

/// The outermost such thing that holds an element.
pub(crate) fn stop_of(element: &Element) -> Option<Element> {
    let mut stop = element.closest(STOPS).ok().flatten()?;
    while let Some(outer) = stop.parent_element().and_then(|parent| parent.closest(STOPS).ok().flatten()) {
        // A list's line may hold a button, which is a thing of its own.
        if is_control(&stop) {
            break;
        }
        stop = outer;
    }
    Some(stop)
}

/// Whether it can be pressed or filled in.
pub(crate) fn is_control(stop: &Element) -> bool {
    matches!(stop.tag_name().as_str(), "BUTTON" | "A" | "INPUT" | "SELECT")
}
