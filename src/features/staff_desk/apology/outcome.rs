//! What came of an apology: for whoever gave it, for the customer on their half, and on the coupon's paper.

use leptos::prelude::*;
use polka_contract::{ApologyMessageState, ApologyState, CouponBlank};
use polka_domain::{CouponCode, Gtin, Product};

use super::kept;
use super::state::{Event, State, Step, Told};
use super::view::{About, InWords};
use crate::i18n::{self, Locale};
use crate::ui::card::{CouponPaper, coupon_paper};
use crate::ui::page::{button, told};
use crate::words::apology as words;

/// What came of an apology.
pub(super) fn told_view(
    it: &Told,
    about: &About,
    gift: Option<&InWords>,
    halves: impl Fn(AnyView, AnyView) -> AnyView,
    (turn, message): (impl Fn() -> AnyView, impl Fn() -> Option<AnyView> + Send + 'static),
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (locale, apology) = (about.locale, &it.apology);
    let next = || button("next", "button button-main", words::button_next(locale), move || on(Event::Next));
    let undo = || button("undo", "button", words::button_undo(locale), move || on(Event::Undo));
    let plain = |heading, instruction, is_error| {
        view! {
            {told(heading, instruction, is_error)}
            <div class="choices">{next()}</div>
        }
        .into_any()
    };
    match apology.state {
        ApologyState::Waits => {
            let staff = view! {
                {told(words::heading_waits(locale), words::instruction_waits(locale), false)}
                <p>{why_it_waits(apology.limit.as_deref(), locale)}</p>
                {gift.map(InWords::summary)}
                <div class="choices">{next()} {undo()} {turn()}</div>
            };
            let customer = view! {
                {gift.map(|gift| gift.to_customer(locale))}
                <p>{words::customer_waits(locale)}</p>
            };
            return halves(staff.into_any(), customer.into_any());
        }
        ApologyState::Refused => {
            return plain(words::heading_refused(locale), words::instruction_refused(locale), true);
        }
        ApologyState::Cancelled => {
            return plain(words::heading_cancelled(locale), words::instruction_cancelled(locale), false);
        }
        ApologyState::Given => {}
    }
    let day = apology.last_day.as_deref().and_then(|day| day.parse().ok());
    let day = day.map(|day| i18n::day(locale, day, about.today)).unwrap_or_default();
    let code: Option<CouponCode> = apology.coupon_code.as_deref().and_then(|code| code.parse().ok());
    let said = match (apology.points, &code) {
        (Some(points), _) => words::said_points(locale, &i18n::number(locale, points)),
        (None, Some(_)) => words::said_paper(locale, &day),
        (None, None) => words::said_message(locale, &day),
    };
    let to_customer = match (apology.points, &code) {
        (Some(points), _) => words::customer_points(locale, &i18n::number(locale, points)),
        (None, Some(_)) => words::customer_paper(locale, &day),
        (None, None) => words::customer_message(locale, &day),
    };
    let other_way = it
        .has_other_ways()
        .then(|| button("other-way", "button", words::button_other_way(locale), move || on(Event::OtherWay)));
    let (typed, paper, print) = coupon_views(code.as_ref(), apology.coupon_qr.as_deref(), &day, gift, locale, on);
    let staff = view! {
        <h1 tabindex="-1">{words::heading_given(locale)}</h1>
        <p class="instruction">{said}</p>
        {gift.map(InWords::summary)}
        {message}
        <div class="choices">{next()} {print} {other_way} {undo()} {turn()}</div>
    };
    let customer = view! {
        {gift.map(|gift| gift.to_customer(locale))}
        <p>{to_customer}</p>
        {typed}
    };
    view! {
        {halves(staff.into_any(), customer.into_any())}
        {paper}
    }
    .into_any()
}

/// Above which limit it is, for whoever gave it.
pub(in crate::features::staff_desk) fn why_it_waits(limit: Option<&str>, locale: Locale) -> &'static str {
    match limit {
        Some("person_day") => words::own_limit_person_day(locale),
        Some("customer_month") => words::own_limit_customer_month(locale),
        Some("store_day") => words::limit_store_day(locale),
        Some("other_goods") => words::limit_other_goods(locale),
        _ => words::own_limit_once(locale),
    }
}

/// How far the message with a coupon is.
pub(super) fn message_view(message: ApologyMessageState, locale: Locale) -> AnyView {
    let (text, is_error) = match message {
        ApologyMessageState::Waiting => (words::message_waiting(locale), false),
        ApologyMessageState::Sent => (words::message_sent(locale), false),
        ApologyMessageState::Delivered => (words::message_delivered(locale), false),
        ApologyMessageState::Failed => (words::message_failed(locale), true),
    };
    view! { <p class="notice" aria-live="polite" data-error=is_error.then_some("")>{text}</p> }.into_any()
}

/// What the tablet keeps, for the store's server is not there.
pub(super) fn kept_view(
    blank: Option<&CouponBlank>,
    about: &About,
    gift: Option<&InWords>,
    halves: impl Fn(AnyView, AnyView) -> AnyView,
    turn: impl Fn() -> AnyView,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    let code: Option<CouponCode> = blank.and_then(|blank| blank.code.parse().ok());
    let day = i18n::day(locale, kept::last_day(about.today), about.today);
    let (typed, paper, print) = coupon_views(code.as_ref(), None, &day, gift, locale, on);
    let (said, to_customer) = match code {
        Some(_) => (words::said_kept_paper(locale), words::customer_kept_paper(locale, &day)),
        None => (words::said_kept(locale), words::customer_kept(locale).to_owned()),
    };
    let staff = view! {
        {told(words::heading_kept(locale), said, false)}
        {gift.map(InWords::summary)}
        <div class="choices">
            {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
            {print}
            {turn()}
        </div>
    };
    let customer = view! {
        {gift.map(|gift| gift.to_customer(locale))}
        <p>{to_customer}</p>
        {typed}
    };
    view! {
        {halves(staff.into_any(), customer.into_any())}
        {paper}
    }
    .into_any()
}

/// A coupon's code as it is typed, its paper, and what prints that once more.
fn coupon_views(
    code: Option<&CouponCode>,
    qr: Option<&str>,
    day: &str,
    gift: Option<&InWords>,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> (Option<AnyView>, Option<AnyView>, Option<AnyView>) {
    let Some(code) = code else { return (None, None, None) };
    let groups = code.groups().map(|group| view! { <span>{group.to_owned()}</span> {" "} }).collect_view();
    let typed = view! { <p class="typed"><strong>{groups}</strong></p> }.into_any();
    let worth = gift.map(|gift| gift.worth.clone()).unwrap_or_default();
    let paper = coupon_paper(code, qr, words::paper_heading(locale, &worth), words::paper_until(locale, day));
    let print = button("print", "button", words::button_print(locale), move || on(Event::PrintAgain));
    (Some(typed), Some(paper), Some(print))
}

/// What stands on the paper of the coupon that is shown.
pub(super) fn coupon_of(
    state: &State,
    about: &About,
    product_of: impl Fn(Gtin) -> Option<Product>,
) -> Option<CouponPaper> {
    let locale = about.locale;
    let (code, qr, last_day) = match &state.step {
        Step::Told(told) => {
            let last_day = told.apology.last_day.as_deref().and_then(|day| day.parse().ok());
            (told.apology.coupon_code.as_deref()?, told.apology.coupon_qr.clone(), last_day)
        }
        Step::Kept(_, blank) => (blank.as_ref()?.code.as_str(), None, Some(kept::last_day(about.today))),
        _ => return None,
    };
    let day = last_day.map(|day| i18n::day(locale, day, about.today)).unwrap_or_default();
    let worth = state.gift().map(|gift| InWords::of(gift, about, product_of).worth).unwrap_or_default();
    Some(CouponPaper {
        heading: words::paper_heading(locale, &worth),
        code: code.parse().ok()?,
        qr,
        until: words::paper_until(locale, &day),
    })
}
