//! Named states of the screen, for tests and pictures.

use leptos::prelude::*;
use polka_domain::{CardNumber, Phone, PhoneCountries};

use super::state::{Event, Given, State};
use super::view::{About, Press, show};
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::Fate;
use crate::ui::digits::Key;
use crate::ui::phone::TypedPhone;

pub(crate) fn examples() -> [Example; 9] {
    [
        ("nothing-typed", |locale| example(State::default(), locale)),
        ("typed", |locale| example(State::Number(typed("9161234567")), locale)),
        ("too-long", |locale| {
            let mut state = State::Number(typed("916123456789"));
            state.update(Event::Give(None), &PhoneCountries::default());
            example(state, locale)
        }),
        ("keeping", |locale| example(given(Fate::Keeping), locale)),
        ("given", |locale| example(given(Fate::Taken), locale)),
        ("saved", |locale| example_with(given(Fate::Kept), About { is_away: true, ..about(locale) })),
        ("unable", |locale| example(given(Fate::NotKept), locale)),
        ("refused", |locale| example(given(Fate::Refused), locale)),
        ("not-till", |locale| example_with(State::default(), About { is_till: false, ..about(locale) })),
    ]
}

fn typed(digits: &str) -> TypedPhone {
    let mut typed = TypedPhone::default();
    digits.bytes().for_each(|digit| typed.press(Key::Digit(digit - b'0')));
    typed
}

fn given(fate: Fate) -> State {
    let phone = Phone::parse("9161234567", &PhoneCountries::default()).expect("a number");
    State::Given(Given { typed: typed("9161234567"), phone, card: CardNumber::from_random([7; 16]), fate })
}

fn about(locale: Locale) -> About {
    About { locale, is_till: true, has_printer: true, is_away: false }
}

fn example(state: State, locale: Locale) -> AnyView {
    example_with(state, about(locale))
}

fn example_with(state: State, about: About) -> AnyView {
    let state = RwSignal::new(state);
    let countries = StoredValue::new(PhoneCountries::default());
    let press = move |press: Press| {
        let event = match press {
            Press::Key(key) => Event::Key(key),
            Press::Give => Event::Give(Some([7; 16])),
            Press::Correct => Event::Correct,
            Press::Next => Event::Next,
            Press::Print => return,
        };
        countries.with_value(|countries| state.update(|state| drop(state.update(event, countries))));
    };
    let link = "https://polka.example.com/member-card#7.mZ3xQpL0aWk2TyUv".to_owned();
    let link = Signal::stored(Some((CardNumber::from_random([7; 16]), link)));
    show(state.into(), Signal::stored(about), link, countries, press)
}
