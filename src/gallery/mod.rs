//! Every screen in each of its states, for the accessibility checks and for whoever draws; and `faults.js`, which
//! breaks what a check must notice. A feature of the build, `gallery`, that no release has.

mod examples;

use leptos::prelude::*;

use crate::features::{
    call_staff, case_status, checkout, find_product, find_way, help, installer, join_loyalty, label_report,
    member_card, price_check, report_expired, shopping_list, staff_desk, welcome,
};
use crate::i18n::{Locale, use_locale};
use crate::scanner::camera;

/// A state by its name, and how it is shown.
pub(crate) type Example = (&'static str, fn(Locale) -> AnyView);

/// All of them, by the feature that each belongs to.
fn features() -> [(&'static str, Vec<Example>); 17] {
    [
        ("welcome", welcome::examples::examples().into()),
        ("price-check", price_check::examples::examples().into()),
        ("find-product", find_product::examples::examples().into()),
        ("find-way", find_way::examples::examples().into()),
        ("shopping-list", shopping_list::examples::examples().into()),
        ("join-loyalty", join_loyalty::examples::examples().into()),
        ("member-card", member_card::examples::examples().into()),
        ("checkout", checkout::examples::examples().into()),
        ("help", help::examples::examples().into()),
        ("report-expired", report_expired::examples::examples().into()),
        ("label-report", label_report::examples::examples().into()),
        ("installer", installer::examples::examples().into()),
        ("call-staff", call_staff::examples::examples().into()),
        ("case-status", case_status::examples::examples().into()),
        ("staff-desk", staff_desk::examples::examples().into()),
        ("camera", camera::examples::examples().into()),
        ("gallery", examples::examples().into()),
    ]
}

/// The example of this name, or links to all.
#[component]
pub(crate) fn GalleryScreen(name: String) -> AnyView {
    let locale = use_locale();
    let all = features().into_iter().flat_map(|(feature, examples)| {
        examples.into_iter().map(move |(state, view)| (format!("{feature}/{state}"), view))
    });
    let all: Vec<_> = all.collect();
    match all.iter().find(|example| example.0 == name) {
        Some((_, view)) => {
            let view = *view;
            (move || view(locale.get())).into_any()
        }
        None => view! {
            <h1 tabindex="-1">{examples::GALLERY}</h1>
            <ul>
                {all.into_iter().map(|(name, _)| {
                    let address = format!("/gallery/{name}");
                    view! { <li><a class="button" href=address>{name}</a></li> }
                }).collect_view()}
            </ul>
        }
        .into_any(),
    }
}
