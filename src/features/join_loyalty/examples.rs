//! Named states of the screen, for tests and pictures.

use leptos::prelude::*;
use polka_domain::{CardNumber, Phone, PhoneCountries};

use super::state::{Card, Entered, Event, Joined, NoCode, State};
use super::view::{About, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::ui::code::{CodeProblem, TypedCode};
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

pub(crate) fn examples() -> [Example; 24] {
    [
        ("nothing-typed", |locale| example(State::default(), locale)),
        ("typing", |locale| example(State::Number(typed("916123")), locale)),
        ("typed", |locale| example(State::Number(typed("9161234567")), locale)),
        ("too-short", |locale| example(problem("916123"), locale)),
        ("not-mobile", |locale| example(problem("4951234567"), locale)),
        ("full", |locale| example_with(State::default(), About { can_keep: false, ..about(locale) })),
        ("slip", |locale| example_with(State::default(), About { slip: Some(card()), ..about(locale) })),
        ("consent", |locale| example(State::Consent(entered()), locale)),
        ("text", |locale| example(State::Text(entered()), locale)),
        ("declined", |locale| example(State::Declined, locale)),
        ("keeping", |locale| {
            let keeping = State::Keeping { entered: entered(), card: card(), is_kept: false, is_late: false };
            example(keeping, locale)
        }),
        ("asking", |locale| example(State::Asking(joined()), locale)),
        ("code", |locale| example(code(TypedCode::sent(30)), locale)),
        ("code-typed", |locale| example(code(TypedCode::example("123456", None)), locale)),
        ("code-refused", |locale| example(code(TypedCode::example("", Some(CodeProblem::Refused))), locale)),
        ("code-tries", |locale| example(code(TypedCode::example("", Some(CodeProblem::TooManyTries))), locale)),
        ("away", |locale| example(State::NoCode(joined(), NoCode::Away), locale)),
        ("paused", |locale| example(State::NoCode(joined(), NoCode::Paused), locale)),
        ("no-code", |locale| example(State::NoCode(joined(), NoCode::NoAnswer), locale)),
        ("messages", |locale| example(State::Messages(Card { number: card(), can_spend: true }), locale)),
        ("done", |locale| example(State::Done(Card { number: card(), can_spend: true }), locale)),
        ("collects", |locale| {
            let state = State::Done(Card { number: card(), can_spend: false });
            example_with(state, About { has_printer: false, ..about(locale) })
        }),
        ("unable", |locale| example(State::Unable, locale)),
        ("refused", |locale| example(State::Refused(TypedPhone::default()), locale)),
    ]
}

fn typed(digits: &str) -> TypedPhone {
    let mut typed = TypedPhone::default();
    digits.bytes().for_each(|digit| typed.press(Key::Digit(digit - b'0')));
    typed
}

fn problem(digits: &str) -> State {
    let mut state = State::Number(typed(digits));
    state.update(Event::Next, &PhoneCountries::default());
    state
}

fn entered() -> Entered {
    let phone = Phone::parse("9161234567", &PhoneCountries::default()).expect("a number");
    Entered { typed: typed("9161234567"), phone }
}

fn card() -> CardNumber {
    CardNumber::from_random([7; 16])
}

fn joined() -> Joined {
    Joined { entered: entered(), card: card() }
}

fn code(code: TypedCode) -> State {
    State::Code(joined(), code)
}

fn about(locale: Locale) -> About {
    About { locale, can_keep: true, has_printer: true, has_speech: false, slip: None }
}

fn example(state: State, locale: Locale) -> AnyView {
    example_with(state, about(locale))
}

fn example_with(state: State, about: About) -> AnyView {
    let state = RwSignal::new(state);
    let countries = StoredValue::new(PhoneCountries::default());
    let on = move |event| {
        countries.with_value(|countries| state.update(|state| drop(state.update(event, countries))));
    };
    let link = "https://polka.example.com/member-card#7.mZ3xQpL0aWk2TyUv".to_owned();
    show(state.into(), Signal::stored(about), Signal::stored(Some(link)), countries, on, |_| {})
}
