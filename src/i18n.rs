//! The language of the screen, and numbers and dates in it.
//!
//! Words come from `locales/` by way of [`words`](crate::words). Numbers and dates come from the browser's
//! `Intl`, which knows every language's habits; making a formatter is slow, so each is made once.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Date as JsDate, Function, Object, Reflect};
use leptos::prelude::*;
use polka_domain::{Date, Money};
use wasm_bindgen::{JsCast, JsValue};

use crate::provided::provided;

/// A language that Polka speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Русский.
    #[default]
    Russian,
    /// English.
    English,
}

impl Locale {
    /// The code for the `lang` attribute and the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "ru" => Some(Self::Russian),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The one whose letters a text begins with; `None` where it has none.
    pub(crate) fn of_letters(text: &str) -> Option<Self> {
        let letter = text.chars().find(|c| c.is_alphabetic())?;
        Some(if letter.is_ascii() { Self::English } else { Self::Russian })
    }

    /// The one to switch to.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Russian => Self::English,
            Self::English => Self::Russian,
        }
    }

    /// Whose habits numbers and dates follow. Day before month in both languages: the stores are in Europe.
    fn habits(self) -> &'static str {
        match self {
            Self::Russian => "ru-RU",
            Self::English => "en-GB",
        }
    }
}

/// Provides the language of the visit, and keeps the document's `lang` the same.
pub(crate) fn provide_locale(first: Locale) {
    let locale = RwSignal::new(first);
    provide_context(locale);
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", locale.get().code());
        }
    });
}

/// The language of the visit.
pub(crate) fn use_locale() -> RwSignal<Locale> {
    provided()
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Formatter {
    Money(&'static str),
    Number,
    SignedNumber,
    Day,
    DayAndYear,
    Time(String),
    DayAndTime(String),
    /// Year, month and day as digits, in a time zone.
    Today(String),
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}

/// Calls the `format` function of a formatter.
fn format(locale: Locale, formatter: Formatter, value: &JsValue) -> String {
    thread_local! {
        static MADE: RefCell<HashMap<(Locale, Formatter), Function>> = RefCell::default();
    }
    let key = (locale, formatter);
    let made = MADE.with_borrow(|made| made.get(&key).cloned());
    let function = made.unwrap_or_else(|| {
        let function = make(locale, &key.1);
        MADE.with_borrow_mut(|made| made.insert(key, function.clone()));
        function
    });
    function.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn make(locale: Locale, formatter: &Formatter) -> Function {
    let locales = Array::of1(&JsValue::from_str(locale.habits()));
    let number = |pairs: &[(&str, &str)]| get_format("NumberFormat", &locales, pairs);
    let date = |pairs: &[(&str, &str)]| get_format("DateTimeFormat", &locales, pairs);
    match formatter {
        Formatter::Money(currency) => {
            number(&[("style", "currency"), ("currency", currency), ("currencyDisplay", "narrowSymbol")])
        }
        Formatter::Number => number(&[]),
        Formatter::SignedNumber => number(&[("signDisplay", "exceptZero")]),
        Formatter::Day => date(&[("timeZone", "UTC"), ("day", "numeric"), ("month", "long")]),
        Formatter::DayAndYear => {
            date(&[("timeZone", "UTC"), ("day", "numeric"), ("month", "long"), ("year", "numeric")])
        }
        Formatter::Time(zone) => date(&[("timeZone", zone), ("hour", "2-digit"), ("minute", "2-digit")]),
        Formatter::DayAndTime(zone) => date(&[
            ("timeZone", zone),
            ("day", "numeric"),
            ("month", "long"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ]),
        Formatter::Today(zone) => {
            let locales = Array::of1(&JsValue::from_str("sv"));
            let digits = [("timeZone", zone.as_str()), ("year", "numeric"), ("month", "2-digit"), ("day", "2-digit")];
            get_format("DateTimeFormat", &locales, &digits)
        }
    }
}

/// The `format` function of a formatter of this kind, which is a getter and bound to it. Where the browser does
/// not know the time zone, or the currency, it is that of a formatter without wishes.
fn get_format(kind: &str, locales: &Array, pairs: &[(&str, &str)]) -> Function {
    let get = |from: &JsValue, name: &str| Reflect::get(from, &JsValue::from_str(name)).unwrap_or_default();
    let class: Function = get(&get(&js_sys::global(), "Intl"), kind).unchecked_into();
    let wished = Reflect::construct(&class, &Array::of2(locales, &options(pairs)));
    let made = wished.or_else(|_| Reflect::construct(&class, &Array::of1(locales)));
    get(&made.unwrap_or_default(), "format").unchecked_into()
}

/// A sum of money: `89,90 ₽`.
pub(crate) fn money(locale: Locale, money: Money) -> String {
    // Below 2^53 a double holds kopecks exactly, and its shortest digits are the sum's.
    format(locale, Formatter::Money(money.currency.code()), &JsValue::from_f64(money.minor_units as f64 / 100.0))
}

/// A number given in thousandths: `0,93`.
pub(crate) fn thousandths(locale: Locale, value: u32) -> String {
    format(locale, Formatter::Number, &JsValue::from_f64(f64::from(value) / 1000.0))
}

/// A number: `1 250`.
pub(crate) fn number(locale: Locale, value: i64) -> String {
    format(locale, Formatter::Number, &JsValue::from_f64(value as f64))
}

/// By how much something has changed: `+12`.
pub(crate) fn signed_number(locale: Locale, value: i64) -> String {
    format(locale, Formatter::SignedNumber, &JsValue::from_f64(value as f64))
}

/// A day: `31 декабря`, with its year where that is not `today`'s.
pub(crate) fn day(locale: Locale, day: Date, today: Date) -> String {
    let formatter = if day.year() == today.year() { Formatter::Day } else { Formatter::DayAndYear };
    let time = js_utc(day);
    format(locale, formatter, &JsValue::from_f64(time))
}

fn js_utc(day: Date) -> f64 {
    JsDate::parse(&day.to_string())
}

/// The time of day of a moment, with the day where that is not today: `14:05`.
pub(crate) fn moment(locale: Locale, at_ms: f64, today: Date, time_zone: &str) -> String {
    let zone = time_zone.to_owned();
    let is_today = day_of(at_ms, time_zone) == Some(today);
    let formatter = if is_today { Formatter::Time(zone) } else { Formatter::DayAndTime(zone) };
    format(locale, formatter, &JsValue::from_f64(at_ms))
}

/// The day on which a moment falls in a time zone.
pub(crate) fn day_of(at_ms: f64, time_zone: &str) -> Option<Date> {
    // Swedish writes days as 2026-12-31.
    let text = format(Locale::English, Formatter::Today(time_zone.to_owned()), &JsValue::from_f64(at_ms));
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
