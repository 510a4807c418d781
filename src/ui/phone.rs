//! A telephone number that somebody types on keys of our own, for any screen that asks for one.
//!
//! [`TypedPhone`] is the rule: what was typed, and why it is no number yet. While it is typed it stands on the screen
//! in groups, so that it can be checked; the voice says it through headphones alone. Once it is whole a screen shows
//! [`Phone::masked`].

use std::fmt;

use leptos::prelude::*;
use polka_domain::{PartialPhone, Phone, PhoneCountries, PhoneError};

use super::digits::{Key, entry, secret_keys};
use crate::i18n::Locale;
use crate::words::phone as words;

/// A number that somebody types.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct TypedPhone {
    digits: String,
    /// Why it was no number when they wanted to go on; the next key takes that back.
    problem: Option<PhoneError>,
}

/// An exit prefix of three digits and the longest number of ITU-T E.164.
const MOST_DIGITS: usize = 18;

impl TypedPhone {
    /// Takes a key.
    pub(crate) fn press(&mut self, key: Key) {
        self.problem = None;
        match key {
            Key::Digit(digit) if self.digits.len() < MOST_DIGITS => self.digits.push(char::from(b'0' + digit)),
            Key::Digit(_) => {}
            Key::Erase => drop(self.digits.pop()),
        }
    }

    /// The number, where it is one; else it keeps why not.
    pub(crate) fn finish(&mut self, countries: &PhoneCountries) -> Option<Phone> {
        let read = self.read(countries).phone();
        self.problem = read.err();
        read.ok()
    }

    /// Whether nothing is typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    fn read(&self, countries: &PhoneCountries) -> PartialPhone {
        PartialPhone::of(&self.digits, countries)
    }
}

/// Nobody's number stands in a log.
impl fmt::Debug for TypedPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedPhone({} digits, {:?})", self.digits.len(), self.problem)
    }
}

/// The number as far as it is typed, and the keys.
pub(crate) fn phone_entry(
    typed: Signal<TypedPhone>,
    countries: StoredValue<PhoneCountries>,
    locale: Locale,
    press: impl Fn(Key) + Copy + 'static,
) -> AnyView {
    let read = move || countries.with_value(|countries| typed.with(|typed| typed.read(countries)));
    let is_private = move || typed.with(|typed| !typed.is_empty()).then_some("");
    let groups =
        move || read().groups().iter().map(|group| view! { <span>{group.clone()}</span> {" "} }).collect_view();
    let nothing = move || typed.with(TypedPhone::is_empty).then(|| words::nothing_typed(locale));
    let missing = move || {
        let is_empty = typed.with(TypedPhone::is_empty);
        match read().missing_digits().filter(|_| !is_empty) {
            Some(0) => words::complete(locale).to_owned(),
            Some(count) => words::missing(locale, &count.to_string()),
            None => String::new(),
        }
    };
    let problem = move || typed.with(|typed| typed.problem).map(|problem| problem_in_words(problem, locale));
    let typed = view! {
        <p>{words::label(locale)}</p>
        // Large letters among paragraphs would be taken for a heading.
        <div><p class="typed" data-private=is_private><strong>{groups}</strong>{nothing}</p></div>
        <p>{missing}</p>
        {move || problem().map(|text| view! { <p class="notice problem" data-error="">{text}</p> })}
    };
    entry(typed.into_any(), secret_keys(locale, press))
}

/// What is wrong with a number, and what would be right.
fn problem_in_words(problem: PhoneError, locale: Locale) -> String {
    match problem {
        PhoneError::NoDigits | PhoneError::NotDigits => words::error_none(locale).to_owned(),
        PhoneError::TooShort { missing_digits: Some(count) } => words::error_short(locale, &count.to_string()),
        PhoneError::TooShort { missing_digits: None } => words::error_unfinished(locale).to_owned(),
        PhoneError::TooLong => words::error_long(locale).to_owned(),
        PhoneError::CountryNotServed => words::error_country(locale).to_owned(),
        PhoneError::NotMobile => words::error_not_mobile(locale).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> TypedPhone {
        let mut typed = TypedPhone::default();
        digits.bytes().for_each(|digit| typed.press(Key::Digit(digit - b'0')));
        typed
    }

    #[test]
    fn ten_digits_are_a_number_and_so_are_eleven_with_an_8() {
        let countries = PhoneCountries::default();
        for digits in ["9161234567", "89161234567", "79161234567"] {
            let phone = typed(digits).finish(&countries).map(Phone::e164);
            assert_eq!(phone.as_deref(), Some("+79161234567"), "{digits}");
        }
    }

    #[test]
    fn what_is_missing_is_known_until_the_next_key() {
        let mut phone = typed("916123456");
        assert_eq!(phone.finish(&PhoneCountries::default()), None);
        assert_eq!(phone.problem, Some(PhoneError::TooShort { missing_digits: Some(1) }));
        phone.press(Key::Digit(7));
        assert_eq!(phone.problem, None);
        phone.press(Key::Erase);
        assert_eq!(phone, typed("916123456"));
    }

    #[test]
    fn a_key_that_is_held_fills_no_memory() {
        assert_eq!(typed(&"9".repeat(1000)), typed(&"9".repeat(MOST_DIGITS)));
    }

    #[test]
    fn a_log_has_no_digit_of_it() {
        assert_eq!(format!("{:?}", typed("9161234567")), "TypedPhone(10 digits, None)");
    }
}
