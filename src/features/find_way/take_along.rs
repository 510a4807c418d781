//! What somebody takes along: the list in the order of the way on paper, or all of it on their own phone.

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::state::{Goal, Trip};
use super::view::{About, Event};
use crate::i18n::Locale;
use crate::routes::LIST;
use crate::ui::icon::{Icon, IconView};
use crate::ui::product::name_of;
use crate::ui::qr::qr_view;
use crate::ui::shelf::shelf_in_words;
use crate::words::find_way as words;

/// Of this name an address says before which device its reader stood.
pub(super) const FROM: &str = "from";

/// The address of the same list on somebody's phone; `None` where no phone reaches the server.
pub(super) fn phone_link(public_url: &str, list: &str, device: Option<&str>, locale: Locale) -> Option<String> {
    let from = device.map(|name| format!("&{FROM}={}", utf8_percent_encode(name, NON_ALPHANUMERIC)));
    (!public_url.is_empty())
        .then(|| format!("{public_url}/shopping-list?lang={}{}&{LIST}={list}", locale.code(), from.unwrap_or_default()))
}

/// A button that prints, where there is a printer, and the picture of a link.
pub(super) fn take_along_view(about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let locale = about.locale;
    let print = about.has_printer.then(|| {
        view! {
            <button class="button" type="button" data-action="print" on:click=move |_| on(Event::Print)>
                <IconView icon=Icon::Printer/>
                {words::button_print(locale)}
            </button>
        }
    });
    let phone = about.link.clone().and_then(|link| qr_view(link, words::picture_code(locale)));
    let phone = phone.map(|picture| view! { <p>{words::instruction_phone(locale)}</p> {picture} });
    let is_something = print.is_some() || phone.is_some();
    let heading = is_something.then(|| view! { <h2>{words::heading_take(locale)}</h2> });
    view! { {heading} {print} {phone} }.into_any()
}

/// What is printed, and seen nowhere else.
pub(super) fn paper_view(trip: Option<&Trip>, left_out: &[Goal], locale: Locale) -> AnyView {
    let goal_view = |goal: &Goal| {
        let (name, language) = name_of(&goal.product, locale);
        let quantity = (goal.quantity > 1).then(|| format!("{}\u{a0}×\u{a0}", goal.quantity));
        let place = goal.product.shelf_address.as_ref();
        let place = place.map(|address| view! { <br/> {shelf_in_words(address, locale)} });
        view! { <strong>{quantity}<span lang=language>{name.to_string()}</span></strong> {place} }
    };
    let part = |number: usize, trip: &Trip| {
        let goal = trip.goals.get(number).map(goal_view);
        view! { <li>{goal} <p>{trip.sentences(number, locale).join(" ")}</p></li> }
    };
    let parts = trip.map(|trip| (0..=trip.goals.len()).map(|number| part(number, trip)).collect_view());
    let others = left_out.iter().map(|goal| view! { <li>{goal_view(goal)}</li> }).collect_view();
    view! {
        <div class="paper" aria-hidden="true">
            <p>{words::paper_heading(locale)}</p>
            <ol>{parts}{others}</ol>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_gets_the_list_the_language_and_where_its_owner_stood() {
        let link = phone_link("https://shop.example", "9520000000004-2", Some("У входа"), Locale::Russian);
        let expected = "https://shop.example/shopping-list?lang=ru\
                        &from=%D0%A3%20%D0%B2%D1%85%D0%BE%D0%B4%D0%B0&items=9520000000004-2";
        assert_eq!(link.as_deref(), Some(expected));
        assert_eq!(phone_link("", "9520000000004", None, Locale::Russian), None);
    }
}
