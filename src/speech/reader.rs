//! Sentences made of what is on the screen: text, role, state, position. The words on the screen are the words
//! that are said.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use super::pronounce::pronounce;
use super::queue::{Class, Utterance};
use super::stops::is_hidden;
use crate::i18n::Locale;
use crate::words::speech as words;

/// What is said of a thing: an utterance for each language in it, the last with role, state and position.
pub(super) fn utterances(
    stop: &Element,
    place: usize,
    position: Option<(usize, usize)>,
    locale: Locale,
) -> Vec<Utterance> {
    let mut runs = Vec::new();
    let own = language_of(stop).unwrap_or(locale);
    match stop.closest("label").ok().flatten().filter(|_| is_field(stop)) {
        // What a field asks for stands around it.
        Some(label) => {
            collect(&label, language_of(&label).unwrap_or(locale), &mut runs);
            if let Some(value) = value_of(stop) {
                if let Some((text, _)) = runs.last_mut() {
                    *text = text.trim_end_matches([',', ' ']).to_owned() + ", ";
                }
                add(&value, own, &mut runs);
            }
        }
        None => collect(stop, own, &mut runs),
    }
    let class = class_of(stop);
    let mut utterances: Vec<Utterance> = runs
        .into_iter()
        .map(|(text, locale)| {
            let text = match class {
                Class::Masked if !text.trim().is_empty() => words::asterisk(locale).to_owned(),
                _ => pronounce(text.trim().trim_end_matches(','), locale),
            };
            Utterance { text, locale, class, place: Some(place) }
        })
        .filter(|utterance| !utterance.text.is_empty())
        .collect();
    let about = about(stop, position, locale);
    match utterances.last_mut().filter(|last| last.locale == locale || about.is_empty()) {
        // A sentence has its own end.
        Some(last) if last.text.ends_with(['.', '!', '?']) => last.text.push_str(about.trim_start_matches(',')),
        Some(last) => last.text.push_str(&about),
        None => {
            let text = about.trim_start_matches([',', ' ']).to_owned();
            utterances.push(Utterance { place: Some(place), ..Utterance::prompt(text, locale) });
        }
    }
    utterances.retain(|utterance| !utterance.text.is_empty());
    utterances
}

/// What a picture says that has a meaning of its own.
fn picture_name(element: &Element) -> Option<String> {
    match element.matches("[role=img], img").ok()? {
        true => element.get_attribute("aria-label").or_else(|| element.get_attribute("alt")),
        false => None,
    }
}

/// What stands in a field, but for what nobody may read there.
fn value_of(field: &Element) -> Option<String> {
    let is_secret = field.matches("[type=password], [data-masked]").ok()?;
    let value = js_sys::Reflect::get(field, &"value".into()).ok()?.as_string()?;
    (!is_secret && !value.is_empty()).then_some(value)
}

fn is_field(stop: &Element) -> bool {
    matches!(stop.tag_name().as_str(), "INPUT" | "SELECT")
}

/// The language that a thing's text stands in.
fn language_of(element: &Element) -> Option<Locale> {
    let with_language = element.closest("[lang]").ok().flatten()?;
    Locale::from_code(&with_language.get_attribute("lang")?)
}

fn class_of(stop: &Element) -> Class {
    let holds = |selector: &str| {
        stop.matches(selector).unwrap_or(false) || stop.query_selector(selector).is_ok_and(|found| found.is_some())
    };
    if holds("[data-masked]") {
        Class::Masked
    } else if stop.closest("[data-private]").is_ok_and(|it| it.is_some()) {
        Class::Private
    } else if stop.closest("[data-error]").is_ok_and(|it| it.is_some()) {
        Class::Error
    } else if holds("[data-price], [data-card-price], strong") {
        Class::Value
    } else {
        Class::Prompt
    }
}

/// The text below a node, in runs of one language; parts of a line are set apart by a comma.
fn collect(node: &Node, locale: Locale, runs: &mut Vec<(String, Locale)>) {
    let mut child = node.first_child();
    while let Some(node) = child {
        child = node.next_sibling();
        if let Some(element) = node.dyn_ref::<Element>() {
            if is_hidden(element) {
                continue;
            }
            let locale = element.get_attribute("lang").and_then(|code| Locale::from_code(&code)).unwrap_or(locale);
            if let Some((text, _)) =
                runs.last_mut().filter(|(text, _)| !matches!(text.trim_end().chars().last(), None | Some(',')))
            {
                text.push_str(", ");
            }
            match picture_name(element) {
                Some(name) => add(&name, locale, runs),
                None => collect(element, locale, runs),
            }
        } else if let Some(text) = node.text_content().filter(|_| node.node_type() == Node::TEXT_NODE) {
            add(&text, locale, runs);
        }
    }
}

fn add(text: &str, locale: Locale, runs: &mut Vec<(String, Locale)>) {
    match runs.last_mut().filter(|run| run.1 == locale) {
        Some(run) => run.0.push_str(text),
        None => {
            if let Some((before, _)) = runs.last_mut() {
                *before = before.trim_end_matches([',', ' ']).to_owned();
            }
            runs.push((text.to_owned(), locale));
        }
    }
}

/// ", button, on, 2 of 5"
fn about(stop: &Element, position: Option<(usize, usize)>, locale: Locale) -> String {
    let role = match stop.tag_name().as_str() {
        "BUTTON" => words::role_button(locale),
        "A" => words::role_link(locale),
        "H1" | "H2" => words::role_heading(locale),
        _ if is_field(stop) => words::role_field(locale),
        _ => "",
    };
    let state = match stop.get_attribute("aria-pressed").as_deref() {
        Some("true") => words::state_on(locale),
        Some("false") => words::state_off(locale),
        _ => "",
    };
    let is_there = stop.get_attribute("aria-disabled").is_none_or(|it| it != "true");
    let state = if is_there { state } else { words::state_unavailable(locale) };
    let position = position
        .map(|(number, count)| words::position(locale, &count.to_string(), &number.to_string()))
        .unwrap_or_default();
    [role, state, &position]
        .into_iter()
        .filter(|part| !part.is_empty())
        .fold(String::new(), |text, part| text + ", " + part)
}
