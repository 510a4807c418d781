//! Named states of the screen, for tests and pictures.

use leptos::prelude::*;
use polka_contract::{
    CardCode, ConsentKind, ExpiringPoints, OwnCard, OwnCardResponse, OwnConsent, OwnDataResponse, OwnPoints,
    OwnShoppingList, PersonalOffer, PointsChange, PointsResponse, Profile, Wish,
};
use polka_domain::{Date, Phone, PhoneCountries};

use super::state::{Access, Event, Own, Page, Place, State, Way};
use super::view::{Now, Seen, show};
use crate::api::members::Refusal;
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::ui::code::TypedCode;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

/// 24 November 2026, 12:00 in Moscow.
const NOW_MS: i64 = 1_795_510_800_000;
const CARD: &str = "96438201745519283745";

pub(crate) fn examples() -> [Example; 30] {
    [
        ("number", |locale| example(State::default(), locale)),
        ("asking", |locale| example(State::Asking(way()), locale)),
        ("code", |locale| example(State::Code(way(), TypedCode::sent(30)), locale)),
        ("no-code", |locale| example(State::NoCode(way(), Refusal::NoAnswer), locale)),
        ("many-codes", |locale| on_phone(State::NoCode(Way::OwnPhone, Refusal::TooManyTries), locale)),
        ("no-member", |locale| example(State::NoMember(TypedPhone::default()), locale)),
        ("opening", |locale| on_phone(State::Opening { link: None }, locale)),
        ("link-over", |locale| on_phone(State::NotOpened { link: None, why: Refusal::Code }, locale)),
        ("no-phone", |locale| on_phone(State::NotOpened { link: None, why: Refusal::NoDevice }, locale)),
        ("not-fetched", |locale| on_phone(State::NotFetched(Access::OwnPhone), locale)),
        ("over", |locale| example(State::Over, locale)),
        ("erased", |locale| example(State::Erased, locale)),
        ("ended", |locale| on_phone(State::Ended, locale)),
        ("card", |locale| example(own(Page::Card), locale)),
        ("own-card", |locale| on_phone(own(Page::Card), locale)),
        ("collects", |locale| example(collecting(), locale)),
        ("history", |locale| example(own(Page::History), locale)),
        ("offers", |locale| on_phone(own(Page::Offers), locale)),
        ("list", |locale| example(own(Page::List(Some(list("9520000000004-2.9521040000276")))), locale)),
        ("list-empty", |locale| on_phone(own(Page::List(Some(list("")))), locale)),
        ("first-name", |locale| on_phone(asked(0, &[]), locale)),
        ("birthday", |locale| on_phone(asked(1, &[2, 5, 0, 6]), locale)),
        ("no-such-day", |locale| on_phone(asked(1, &[3, 1, 0, 2]), locale)),
        ("email", |locale| on_phone(asked(2, &[]), locale)),
        ("wishes", |locale| on_phone(asked(3, &[]), locale)),
        ("link", |locale| {
            let url = "https://polka.example.com/member-card#7.mZ3xQpL0aWk2TyUv".to_owned();
            example(with_mail(Page::Link(Some(url))), locale)
        }),
        ("data", |locale| on_phone(own(Page::Data(Some(Box::new(data())))), locale)),
        ("erasure", |locale| example(own(Page::ErasureAsked), locale)),
        ("new-number", |locale| on_phone(own(Page::NewNumber(TypedPhone::default())), locale)),
        ("not-done", |locale| example(own(Page::NotDone(Refusal::NoAnswer)), locale)),
    ]
}

fn list(items: &str) -> OwnShoppingList {
    OwnShoppingList { items: items.into(), changed_ms: Some(NOW_MS) }
}

fn phone() -> Phone {
    Phone::parse("9161234567", &PhoneCountries::default()).expect("a number")
}

fn way() -> Way {
    Way::Number { typed: TypedPhone::default(), phone: phone() }
}

fn whole() -> Own {
    let change = |kind: &str, available, days: i64| PointsChange {
        kind: kind.into(),
        available,
        pending: 0,
        made_ms: NOW_MS - days * 86_400_000,
        store: Some("Demo".into()),
    };
    let profile = Profile { first_name: None, birthday: None, email: None, wishes: vec![] };
    Own {
        access: Access::OwnPhone,
        card: OwnCardResponse {
            card_number: CARD.into(),
            can_spend: true,
            codes: vec![CardCode { code: "482901".into(), from_ms: 0 }],
        },
        points: PointsResponse {
            available: 1250,
            pending: 89,
            held: 0,
            expiring: vec![ExpiringPoints { points: 120, last_day: "2026-12-31".into() }],
            history: vec![change("accrual", 45, 0), change("redemption", -300, 3), change("expiry", -12, 40)],
        },
        profile,
        offers: [(7, false), (8, true)].map(offer).into(),
    }
}

fn offer((offer_id, is_activated): (i64, bool)) -> PersonalOffer {
    let (gtin, last_day) = ("09520000000004".into(), "2026-12-31".into());
    PersonalOffer { offer_id, gtin, price_minor_units: 5990, last_day, is_activated }
}

fn own(page: Page) -> State {
    State::Own(Box::new(whole()), page)
}

fn with_mail(page: Page) -> State {
    let mut own = whole();
    own.profile.email = Some("anna@shop.example".into());
    State::Own(Box::new(own), page)
}

fn collecting() -> State {
    let mut own = whole();
    own.card.can_spend = false;
    own.points = PointsResponse { available: 0, pending: 0, held: 0, expiring: vec![], history: vec![] };
    State::Own(Box::new(own), Page::Card)
}

/// The question after so many others, with these digits typed and done.
fn asked(left_out: usize, digits: &[u8]) -> State {
    let mut state = own(Page::Card);
    let skipped = std::iter::repeat_n(Event::Skip, left_out);
    let typed = digits.iter().map(|digit| Event::Key(Key::Digit(*digit)));
    let wishes = (left_out == 3).then_some(Event::Wish(Wish::Dairy));
    let next = (digits == [3, 1, 0, 2]).then_some(Event::Next);
    for event in std::iter::once(Event::Go(Place::Questions)).chain(skipped).chain(typed).chain(wishes).chain(next) {
        state.update(event, &PhoneCountries::default());
    }
    state
}

fn data() -> OwnDataResponse {
    OwnDataResponse {
        phone: phone().e164(),
        joined_ms: NOW_MS - 86_400_000 * 400,
        profile: Profile::default(),
        shopping_list: OwnShoppingList::default(),
        cards: vec![OwnCard { card_number: CARD.into(), given_ms: NOW_MS, can_spend: true }],
        consents: vec![OwnConsent {
            kind: ConsentKind::Marketing,
            text_version: "2026-11".into(),
            is_given: true,
            made_ms: NOW_MS,
        }],
        looks: vec![],
        receipts: vec![],
        points: OwnPoints::default(),
        offers: vec![],
        expired_reports: vec![],
        cases: vec![],
        goods_photos: 0,
    }
}

fn example(state: State, locale: Locale) -> AnyView {
    example_with(state, false, locale)
}

fn on_phone(state: State, locale: Locale) -> AnyView {
    example_with(state, true, locale)
}

fn example_with(mut state: State, is_own_phone: bool, locale: Locale) -> AnyView {
    if let State::Own(own, _) = &mut state {
        own.access = if is_own_phone { Access::OwnPhone } else { Access::Proof(String::new()) };
    }
    let state = RwSignal::new(state);
    let countries = StoredValue::new(PhoneCountries::default());
    let on = move |event| {
        countries.with_value(|countries| state.update(|state| drop(state.update(event, countries))));
    };
    let seen = Seen {
        locale,
        has_letters: is_own_phone,
        has_links: true,
        has_speech: false,
        now: Signal::stored(Now { today: Date::constant(2026, 11, 24), time_zone: "Europe/Moscow".into() }),
    };
    let code = is_own_phone.then(|| "482901".to_owned());
    show(state.into(), Signal::stored(seen), Signal::stored(code), countries, on, || {})
}
