//! Named states of the screen, for tests and pictures.

use leptos::prelude::*;
use polka_contract::{ExpiredReportOutcome, ExpiredReportResponse};
use polka_domain::{CardNumber, Date, DateKind, Gtin, Phone, PhoneCountries};
use polka_freshness::{Programme, Settings};

use super::state::{Event, Finder, Item, Rules, Said, State};
use super::view::{About, Offer, photo_words, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::Fate;
use crate::scanner::photo::{self, Photo, Shared, photo_view};
use crate::ui::digits::Key;
use crate::ui::examples::milk;

pub(crate) fn examples() -> [Example; 23] {
    [
        ("start", |locale| example(&[], locale)),
        ("label", |locale| example(&[found(None)], locale)),
        ("label-typed", |locale| example(&typed("2811"), locale)),
        ("label-short", |locale| example(&[typed("2811"), vec![Event::Next]].concat(), locale)),
        ("label-no-day", |locale| example(&[typed("310226"), vec![Event::Next]].concat(), locale)),
        ("kind", |locale| {
            let programme = Settings { counts_best_before: false, ..Settings::default() }.programme(100);
            let events = [typed("281126"), vec![Event::Next]].concat();
            example_of(state_after(&events, programme), About { programme, ..about(locale) })
        }),
        ("good", |locale| example(&[found(Some("2026-12-05"))], locale)),
        ("last-day", |locale| example(&[found(Some("2026-11-29"))], locale)),
        ("item", |locale| example(&[found(Some("2026-11-28"))], locale)),
        ("item-changed", |locale| {
            example(&[found(Some("2026-11-20")), Event::More, Event::More, Event::Elsewhere], locale)
        }),
        ("finder", |locale| example(&[found(Some("2026-11-28")), Event::Report], locale)),
        ("number", |locale| example(&[found(Some("2026-11-28")), Event::Report, Event::ByPhone], locale)),
        ("keeping", |locale| said(Finder::Nobody, Fate::Keeping, None, about(locale))),
        ("waits", |locale| answered(card(), ExpiredReportOutcome::RewardWaits, 95, locale)),
        ("waits-phone", |locale| {
            let phone = Phone::parse("9161234567", &PhoneCountries::default()).expect("a number");
            answered(Finder::Phone(phone), ExpiredReportOutcome::RewardWaits, 95, locale)
        }),
        ("slip", |locale| {
            let slip = Finder::Slip(CardNumber::from_random([7; 16]));
            answered(slip, ExpiredReportOutcome::RewardWaits, 95, locale)
        }),
        ("thanks", |locale| answered(card(), ExpiredReportOutcome::ThanksWait, 5, locale)),
        ("limit", |locale| answered(card(), ExpiredReportOutcome::MemberDayLimit, 0, locale)),
        ("sold", |locale| answered(card(), ExpiredReportOutcome::SoldJustNow, 0, locale)),
        ("saved", |locale| {
            said(card(), Fate::Kept, None, About { is_away: true, photo: Offer::Kept, ..about(locale) })
        }),
        ("photo", |locale| photo_example(photo::State::Aiming, locale)),
        ("photo-taken", |locale| photo_example(photo::State::Taken(Photo::default()), locale)),
        ("unable", |locale| said(Finder::Nobody, Fate::NotKept, None, about(locale))),
    ]
}

fn today() -> Date {
    "2026-11-29".parse().expect("a day")
}

fn programme() -> Programme {
    Settings::default().programme(100)
}

fn gtin() -> Gtin {
    milk().gtin
}

fn found(day: Option<&str>) -> Event {
    Event::Found(gtin(), day.map(|day| (day.parse().expect("a day"), DateKind::UseBy)))
}

fn card() -> Finder {
    Finder::Card(CardNumber::from_random([7; 16]))
}

fn typed(digits: &str) -> Vec<Event> {
    let keys = digits.bytes().map(|digit| Event::Key(Key::Digit(digit - b'0')));
    [found(None)].into_iter().chain(keys).collect()
}

fn about(locale: Locale) -> About {
    About {
        locale,
        programme: programme(),
        today: today(),
        time_zone: "Europe/Moscow".into(),
        can_keep: true,
        has_printer: true,
        is_away: false,
        photo: Offer::Open,
        product: Some(milk()),
    }
}

fn after(state: &mut State, event: Event, programme: Programme) {
    let countries = PhoneCountries::default();
    state.update(event, &Rules { today: today(), programme, countries: &countries, kind_of: &|_| None });
}

fn state_after(events: &[Event], programme: Programme) -> State {
    let mut state = State::default();
    events.iter().for_each(|event| after(&mut state, *event, programme));
    state
}

fn example(events: &[Event], locale: Locale) -> AnyView {
    let about = if events.is_empty() { About { product: None, ..about(locale) } } else { about(locale) };
    example_of(state_after(events, programme()), about)
}

fn example_of(state: State, about: About) -> AnyView {
    let (state, programme) = (RwSignal::new(state), about.programme);
    let countries = StoredValue::new(PhoneCountries::default());
    let on = move |event: Event| state.update(|state| after(state, event, programme));
    show(state.into(), Signal::stored(about), countries, on, || {})
}

fn photo_example(state: photo::State, locale: Locale) -> AnyView {
    photo_view(Signal::stored(state), Shared::new(), photo_words, Signal::stored(locale), |_| {})
}

fn said(finder: Finder, fate: Fate, answer: Option<ExpiredReportResponse>, about: About) -> AnyView {
    let last_day = "2026-11-28".parse().expect("a day");
    let item = Item { gtin: gtin(), last_day, kind: DateKind::UseBy, quantity: 1, is_elsewhere: false };
    example_of(State::Said(Said { item, finder, fate, answer, is_late: true }), about)
}

fn answered(finder: Finder, outcome: ExpiredReportOutcome, points: i64, locale: Locale) -> AnyView {
    // The 30th of November, noon in Moscow.
    let answer = ExpiredReportResponse { report_id: 1, outcome, points, released_ms: 1_796_029_200_000 };
    said(finder, Fate::Taken, Some(answer), about(locale))
}
