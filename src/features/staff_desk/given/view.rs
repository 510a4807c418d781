use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    ApologyState, CouponRedemption, RecentApology, RecentApologyWay, RecentCouponState, RedemptionOutcome,
};
use polka_domain::{Currency, Date, Money};

use super::state::{Effect, Event, Known, LONGEST_WHY, Outcome, Page, Problem, State, Step, Why, may_be_taken_back};
use crate::api::members::Refusal;
use crate::api::{Server, use_server};
use crate::features::staff_desk::held::Held;
use crate::features::staff_desk::photo::{go_to_photo, goods_photo};
use crate::features::staff_desk::requests;
use crate::features::staff_desk::store::apologies::reason_in_words;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::speech::{Speech, use_speech};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::free_text::free_text_field;
use crate::ui::page::{button, told};
use crate::words::apology as shared;
use crate::words::given as words;

/// What the screen goes by.
#[derive(Clone, PartialEq)]
pub(in crate::features::staff_desk) struct About {
    pub(in crate::features::staff_desk) locale: Locale,
    pub(in crate::features::staff_desk) currency: Currency,
    pub(in crate::features::staff_desk) today: Date,
    pub(in crate::features::staff_desk) time_zone: String,
}

impl About {
    fn moment(&self, at_ms: i64) -> String {
        i18n::moment(self.locale, at_ms as f64, self.today, &self.time_zone)
    }

    fn money(&self, minor_units: i64) -> String {
        i18n::money(self.locale, Money { minor_units, currency: self.currency })
    }
}

/// How far a manager is, also while the language changes.
pub(in crate::features::staff_desk) type Given = Held<State, Event>;

/// What was given lately, as long as it is shown.
pub(in crate::features::staff_desk) fn given_view() -> AnyView {
    let (server, catalogue, locale, speech) = (use_server(), use_catalogue(), use_locale(), use_speech());
    let held = use_context::<Given>().unwrap_or_default();
    let state = held.state;
    let run = move |effect: Effect| {
        let later = held.later();
        match effect {
            Effect::TellProblem => go_to_problem(speech),
            Effect::GoToPhoto => go_to_photo(speech),
            Effect::GoTo(id) => go_to_line(id, speech),
            Effect::Ask => spawn_local(async move { later(Event::Known(known(server).await)) }),
            Effect::Earlier(before) => spawn_local(async move {
                later(Event::Earlier(requests::recent_apologies(server, Some(before)).await));
            }),
            Effect::TakeBack(id, why) => {
                let text = why_in_words(&why, locale.get_untracked());
                let request = |state: &mut State| state.request(id, why, text);
                let Some((id, text)) = state.try_update_untracked(request) else { return };
                spawn_local(async move {
                    later(Event::TakenBack(requests::cancel_apology(server, id, text).await.map(drop)));
                });
            }
            Effect::Look(id) => spawn_local(async move {
                let told = requests::recent_apologies(server, Some(id + 1)).await;
                let one = told.map(|told| told.apologies.into_iter().find(|apology| apology.apology_id == id));
                later(Event::Looked(id, one));
            }),
        }
    };
    let on = move |event: Event| {
        state.try_update(|state| state.update(event)).flatten().into_iter().for_each(run);
    };
    held.shown(on);
    on(Event::Ask);
    focus_on_each(move || state.with(State::page));
    let about = Signal::derive(move || About {
        locale: locale.get(),
        currency: catalogue.currency(),
        today: catalogue.today(),
        time_zone: catalogue.time_zone(),
    });
    show(state.into(), about, on)
}

async fn known(server: Server) -> Result<Known, Refusal> {
    let reasons = requests::apology_reasons(server).await?.reasons;
    let given = requests::recent_apologies(server, None).await?;
    Ok(Known { reasons, given, wrong: requests::coupon_redemptions(server).await?.redemptions })
}

/// Goes on at a line once it stands there.
fn go_to_line(id: i64, speech: Speech) {
    request_animation_frame(move || {
        if let Ok(Some(line)) = document().query_selector(&format!("#{}", heading_id(id))) {
            speech.go_to(&line);
        }
    });
}

fn heading_id(id: i64) -> String {
    format!("line-{id}")
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    state: Signal<State>,
    about: Signal<About>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let about = Memo::new(move |_| about.get());
    let pages = move || {
        let about = about.get();
        let locale = about.locale;
        let back = move || button("back", "button", shared::button_back(locale), move || on(Event::Back));
        let one = || state.with_untracked(|state| state.current().map(|apology| summary_view(apology, state, &about)));
        match page.get() {
            Page::Asking => told(shared::asking(locale), words::instruction_list(locale), false),
            Page::NoAnswer => view! {
                {told(shared::error_no_answer(locale), words::instruction_list(locale), true)}
                <div class="choices">
                    {button("again", "button", crate::words::cases::button_again(locale), move || on(Event::Ask))}
                </div>
            }
            .into_any(),
            Page::List => list_view(state, &about, on),
            Page::Why => {
                let choice = |name, why: Why| {
                    let label = why_in_words(&why, locale);
                    button(name, "button", label, move || on(Event::Why(why.clone())))
                };
                view! {
                    {told(words::heading_why(locale), words::instruction_why(locale), false)}
                    {one()}
                    <div class="choices">
                        {choice("mistake", Why::Mistake)}
                        {choice("agreed", Why::Agreed)}
                        {choice("abuse", Why::Abuse)}
                        {button("other", "button", words::button_other(locale), move || on(Event::Other))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Words => view! {
                {told(words::heading_words(locale), words::instruction_words(locale), false)}
                {text_field(state, locale, on)}
                <div class="choices">
                    {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
                    {back()}
                </div>
            }
            .into_any(),
            Page::Sure => {
                let means = match state.with_untracked(way) {
                    Some(RecentApologyWay::Points) => words::sure_points(locale),
                    Some(RecentApologyWay::Paper) => words::sure_paper(locale),
                    _ => words::sure_coupon(locale),
                };
                let why = state.with_untracked(|state| match &state.step {
                    Step::Sure(_, why) => words::cancelled_why(locale, &why_in_words(why, locale)),
                    _ => String::new(),
                });
                // A finger may come down twice: what harms nobody comes first.
                view! {
                    {told(words::heading_sure(locale), means, false)}
                    {one()}
                    <p>{why}</p>
                    <div class="choices">
                        {back()}
                        {button("sure", "button button-main", words::button_sure(locale), move || on(Event::Sure))}
                    </div>
                }
                .into_any()
            }
            Page::Told(outcome) => {
                let (text, is_error) = outcome_in_words(outcome, state.with_untracked(way), locale);
                let heading = if is_error { words::heading_not(locale) } else { shared::heading_cancelled(locale) };
                view! {
                    {told(heading, text, is_error)}
                    {one()}
                    <div class="choices">
                        {button("list", "button button-main", words::button_list(locale), move || on(Event::Back))}
                    </div>
                }
                .into_any()
            }
            Page::Coupons => coupons_view(state, &about, on),
        }
    };
    // The same is not told again with all that is heard meanwhile.
    let said = Memo::new(move |_| {
        let locale = about.with(|about| about.locale);
        state.with(|state| match state.problem.filter(|_| state.page() != Page::NoAnswer) {
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None if state.is_asking && state.known.is_some() => Some((shared::asking(locale), false)),
            None => None,
        })
    });
    view! {
        {pages}
        {move || said.get().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
    }
    .into_any()
}

fn way(state: &State) -> Option<RecentApologyWay> {
    state.current().map(|apology| apology.way)
}

fn why_in_words(why: &Why, locale: Locale) -> String {
    match why {
        Why::Mistake => words::why_mistake(locale).to_owned(),
        Why::Agreed => words::why_agreed(locale).to_owned(),
        Why::Abuse => words::why_abuse(locale).to_owned(),
        Why::Other(text) => text.clone(),
    }
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Empty => words::error_empty(locale),
        Problem::Text => words::error_text(locale),
        Problem::NoAnswer => shared::error_no_answer(locale),
    }
}

/// What came of it, and whether it was not done.
fn outcome_in_words(outcome: Outcome, way: Option<RecentApologyWay>, locale: Locale) -> (&'static str, bool) {
    match (outcome, way) {
        (Outcome::Cancelled, Some(RecentApologyWay::Points)) => (words::done_points(locale), false),
        (Outcome::Cancelled, Some(RecentApologyWay::Paper)) => (words::done_paper(locale), false),
        (Outcome::Cancelled, _) => (words::done_coupon(locale), false),
        (Outcome::Before, _) => (words::done_before(locale), false),
        (Outcome::Used, _) => (words::not_used(locale), true),
        (Outcome::SetAside, _) => (words::not_set_aside(locale), true),
        (Outcome::Spent, _) => (words::not_spent(locale), true),
        (Outcome::Refused, _) => (words::not_unknown(locale), true),
    }
}

fn text_field(state: Signal<State>, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let text = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Words(_, text) => text.clone(),
            _ => String::new(),
        })
    });
    free_text_field(words::label_words(locale), LONGEST_WHY, text, move |text| on(Event::Text(text)))
}

fn list_view(state: Signal<State>, about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (locale, about) = (about.locale, StoredValue::new(about.clone()));
    let (is_empty, wrong_count) = state.with_untracked(|state| (state.given().is_empty(), state.wrong().len()));
    let (heading, instruction) = match is_empty {
        true => (words::heading_none(locale), words::instruction_none(locale)),
        false => (words::heading_list(locale), words::instruction_list(locale)),
    };
    let coupons = match wrong_count {
        0 => words::button_coupons(locale).to_owned(),
        count => words::button_coupons_wrong(locale, &count.to_string()),
    };
    // Each stays the same thing while earlier ones come: its button keeps the focus.
    let ids = Memo::new(move |_| {
        state.with(|state| state.given().iter().map(|apology| apology.apology_id).collect::<Vec<_>>())
    });
    let line = move |id: i64| {
        let one = Memo::new(move |_| state.with(|state| state.one(id).cloned()));
        let is_seen = Memo::new(move |_| state.with(|state| state.seen_photo == Some(id)));
        move || {
            let view = |apology: RecentApology| {
                about.with_value(|about| state.with_untracked(|state| line_view(&apology, state, about, is_seen, on)))
            };
            one.get().map(view)
        }
    };
    let has_earlier = Memo::new(move |_| state.with(State::has_earlier));
    view! {
        {told(heading, instruction, false)}
        <div class="choices">{button("coupons", "button", coupons, move || on(Event::Coupons))}</div>
        <div class="list-lines"><For each=move || ids.get() key=|id| *id children=line/></div>
        {move || has_earlier.get().then(|| more(locale, on))}
    }
    .into_any()
}

fn more(locale: Locale, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    let more = button("more", "button", words::button_more(locale), move || on(Event::More));
    view! { <div class="choices">{more}</div> }.into_any()
}

/// What it was for, and what it is worth.
fn line_in_words(apology: &RecentApology, state: &State, about: &About) -> String {
    let reasons = state.known.as_ref().map_or(&[][..], |known| &known.reasons);
    let reason = reason_in_words(reasons, &apology.reason, about.locale);
    words::line(about.locale, &about.money(apology.minor_units), &reason)
}

fn given_by(apology: &RecentApology, locale: Locale) -> String {
    let way = match apology.way {
        RecentApologyWay::Points => shared::way_points(locale),
        RecentApologyWay::Sms => shared::way_sms(locale),
        RecentApologyWay::Email => shared::way_mail(locale),
        RecentApologyWay::Paper => shared::way_paper(locale),
    };
    words::given_by(locale, &apology.staff_number.to_string(), way)
}

/// The one that somebody is at, in few words.
fn summary_view(apology: &RecentApology, state: &State, about: &About) -> AnyView {
    view! {
        <p><strong>{line_in_words(apology, state, about)}</strong></p>
        <p>{about.moment(apology.taken_ms)}</p>
        <p>{given_by(apology, about.locale)}</p>
    }
    .into_any()
}

/// How it stands: what a manager reads before taking it back.
fn standing_in_words(apology: &RecentApology, about: &About) -> String {
    let locale = about.locale;
    match (apology.state, &apology.cancellation, &apology.coupon) {
        (ApologyState::Waits, ..) => words::stands_waits(locale).to_owned(),
        (ApologyState::Refused, ..) => words::stands_refused(locale).to_owned(),
        (ApologyState::Cancelled, Some(cancelled), _) => {
            let time = about.moment(cancelled.cancelled_ms);
            match cancelled.staff_number {
                Some(number) => words::cancelled_by(locale, &number.to_string(), &time),
                None => words::cancelled(locale, &time),
            }
        }
        (ApologyState::Cancelled, None, _) => shared::heading_cancelled(locale).to_owned(),
        (ApologyState::Given, _, Some(coupon)) => match coupon.state {
            RecentCouponState::Open => {
                let day = coupon.last_day.parse().map(|day| i18n::day(locale, day, about.today));
                words::coupon_open(locale, &day.unwrap_or_else(|_| coupon.last_day.clone()))
            }
            RecentCouponState::SetAside => words::coupon_set_aside(locale).to_owned(),
            RecentCouponState::Used => words::coupon_used(locale).to_owned(),
            RecentCouponState::Over => words::coupon_over(locale).to_owned(),
        },
        (ApologyState::Given, _, None) => {
            shared::said_points(locale, &i18n::number(locale, apology.points.unwrap_or_default()))
        }
    }
}

fn line_view(
    apology: &RecentApology,
    state: &State,
    about: &About,
    is_seen: Memo<bool>,
    on: impl Fn(Event) + Copy + 'static,
) -> AnyView {
    let (locale, id, heading) = (about.locale, apology.apology_id, heading_id(apology.apology_id));
    let why = apology.cancellation.as_ref().map(|cancelled| words::cancelled_why(locale, &cancelled.why));
    let second = apology.decided_by.map(|number| match apology.state {
        ApologyState::Refused => words::decided_no(locale, &number.to_string()),
        _ => words::decided_yes(locale, &number.to_string()),
    });
    let take_back = may_be_taken_back(apology).then(|| {
        view! {
            <div class="choices task-buttons">
                <button
                    class="button"
                    type="button"
                    data-action="take-back"
                    aria-describedby=heading.clone()
                    on:click=move |_| on(Event::TakeBack(id))
                >
                    {shared::button_undo(locale)}
                </button>
            </div>
        }
    });
    let alt = words::alt_photo(locale).to_owned();
    let photo = apology
        .has_photo
        .then(|| goods_photo((id, heading.clone()), is_seen, alt, locale, move || on(Event::Photo(id))));
    let fact = |text: Option<String>| text.map(|text| view! { <p>{text}</p> });
    view! {
        <div class="list-line" data-apology=id.to_string()>
            <h2 id=heading.clone()>{line_in_words(apology, state, about)}</h2>
            <p>{about.moment(apology.taken_ms)}</p>
            <p>{given_by(apology, locale)}</p>
            {fact(second)}
            <p>{standing_in_words(apology, about)}</p>
            {fact(why)}
            {photo}
            {take_back}
        </div>
    }
    .into_any()
}

/// What tills have taken without network and was not right.
fn coupons_view(state: Signal<State>, about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (locale, about) = (about.locale, StoredValue::new(about.clone()));
    let is_right = state.with_untracked(|state| state.wrong().is_empty());
    let (heading, instruction) = match is_right {
        true => (words::heading_right(locale), words::instruction_right(locale)),
        false => (words::heading_coupons(locale), words::instruction_coupons(locale)),
    };
    let ids = Memo::new(move |_| {
        state.with(|state| state.shown().iter().map(|coupon| coupon.redemption_id).collect::<Vec<_>>())
    });
    let line = move |id: i64| {
        let view = |coupon: &CouponRedemption| about.with_value(|about| coupon_view(coupon, about));
        state.with_untracked(|state| state.shown().iter().find(|coupon| coupon.redemption_id == id).map(view))
    };
    let has_more = Memo::new(move |_| state.with(|state| state.shown().len() < state.wrong().len()));
    view! {
        {told(heading, instruction, false)}
        <div class="list-lines"><For each=move || ids.get() key=|id| *id children=line/></div>
        {move || has_more.get().then(|| more(locale, on))}
        <div class="choices">
            {button("list", "button", words::button_list(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

fn coupon_view(coupon: &CouponRedemption, about: &About) -> AnyView {
    let locale = about.locale;
    let (wrong, to_do) = match coupon.outcome {
        RedemptionOutcome::TakenTwice => (words::wrong_twice(locale), words::do_twice(locale)),
        RedemptionOutcome::TakenCancelled => (words::wrong_cancelled(locale), words::do_cancelled(locale)),
        RedemptionOutcome::TakenTooEarly => (words::wrong_early(locale), words::do_clock(locale)),
        RedemptionOutcome::TakenTooLate => (words::wrong_late(locale), words::do_clock(locale)),
        RedemptionOutcome::TakenInOtherStore => (words::wrong_store(locale), words::do_till(locale)),
        RedemptionOutcome::TakenBelowLeast => (words::wrong_least(locale), words::do_till(locale)),
        RedemptionOutcome::TakenAboveWorth => (words::wrong_worth(locale), words::do_till(locale)),
        RedemptionOutcome::TakenAboveLimit => (words::wrong_limit(locale), words::do_till(locale)),
        RedemptionOutcome::Taken | RedemptionOutcome::TakenUnknown => {
            (words::wrong_unknown(locale), words::do_unknown(locale))
        }
    };
    let money = about.money(coupon.discount_minor_units);
    let time = about.moment(coupon.made_ms);
    view! {
        <div class="list-line" data-coupon=coupon.redemption_id.to_string()>
            <h2 id=heading_id(coupon.redemption_id)>{words::coupon_line(locale, &money, &coupon.receipt_number)}</h2>
            <p>{words::coupon_at(locale, &coupon.last_four, &coupon.till, &time)}</p>
            <p><strong>{wrong}</strong></p>
            <p>{to_do}</p>
        </div>
    }
    .into_any()
}
