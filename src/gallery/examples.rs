//! What the checks are made on until a screen has it: a number that is entered in secret, a receipt, a field of
//! a person; and a page with one of everything.

use leptos::prelude::*;

use super::Example;
use crate::accessibility::ActionButton;
use crate::i18n::Locale;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::words::accessibility as words;
use polka_contract::KeyFunction;

/// What the list of examples is called.
pub(super) const GALLERY: &str = "Gallery";

pub(super) fn examples() -> [Example; 4] {
    [("secret", secret), ("receipt", receipt), ("personal", personal), ("everything", everything)]
}

fn in_words(locale: Locale, russian: &'static str, english: &'static str) -> &'static str {
    match locale {
        Locale::Russian => russian,
        Locale::English => english,
    }
}

fn under(heading: &'static str, parts: AnyView) -> AnyView {
    view! { <h1 tabindex="-1">{heading}</h1> {parts} }.into_any()
}

/// A secret number, entered on keys of our own.
fn secret(locale: Locale) -> AnyView {
    under(in_words(locale, "Введите код", "Enter your code"), secret_parts(locale))
}

fn secret_parts(locale: Locale) -> AnyView {
    let (speech, entered) = (use_speech(), RwSignal::new(String::new()));
    let press = move |digit: u8| {
        entered.update(|entered| entered.push(char::from(b'0' + digit)));
        speech.tell(digit.to_string(), Class::Masked);
    };
    view! {
        <p class="instruction">{in_words(locale, "Четыре цифры из сообщения.", "Four digits from your message.")}</p>
        <p data-masked="">{move || "•".repeat(entered.with(String::len))}</p>
        <div class="choices">
            {(1..=3).map(|digit| view! {
                <button class="button" type="button" data-digit=digit.to_string() on:click=move |_| press(digit)>
                    {digit.to_string()}
                </button>
            }).collect_view()}
        </div>
    }
    .into_any()
}

/// What was bought, and what only its buyer may hear.
fn receipt(locale: Locale) -> AnyView {
    under(in_words(locale, "Ваш чек", "Your receipt"), receipt_parts(locale))
}

fn receipt_parts(locale: Locale) -> AnyView {
    let fact = |name: &'static str, value: String| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> };
    let price = |minor_units| {
        let price = polka_domain::Money { minor_units, currency: polka_domain::Currency::Rub };
        crate::i18n::money(locale, price)
    };
    view! {
        <dl class="facts" data-receipt="">
            {fact(in_words(locale, "Молоко", "Milk"), price(8990))}
            {fact(in_words(locale, "Хлеб", "Bread"), price(4500))}
            {fact(in_words(locale, "Итого", "Total"), price(13_490))}
        </dl>
        <p>
            <svg class="icon" viewBox="0 0 24 24" role="img" aria-label=in_words(locale, "Оплачено", "Paid")>
                <path d="M20 6 9 17l-5-5"></path>
            </svg>
            " "{in_words(locale, "Спасибо за покупку.", "Thank you.")}
        </p>
        <p data-private="">{in_words(locale, "На карте 1 250 баллов.", "Your card has 1,250 points.")}</p>
    }
    .into_any()
}

/// Something that a person is asked about themselves.
fn personal(locale: Locale) -> AnyView {
    under(in_words(locale, "Как вас зовут?", "What is your name?"), personal_parts(locale))
}

fn personal_parts(locale: Locale) -> AnyView {
    view! {
        <label class="field">
            {in_words(locale, "Имя, чтобы обращаться к вам", "First name, to address you")}
            <input type="text" autocomplete="given-name"/>
        </label>
    }
    .into_any()
}

/// One of everything that a check looks at.
fn everything(locale: Locale) -> AnyView {
    view! {
        <h1 tabindex="-1">{in_words(locale, "Всё сразу", "One of everything")}</h1>
        <p data-error="">{in_words(locale, "Код прочитан с ошибкой.", "The code was misread.")}</p>
        <p class="instruction" data-error="">{in_words(locale, "Отсканируйте ещё раз.", "Scan it again.")}</p>
        <p class="price">
            <span class="price-label">{in_words(locale, "Цена", "Price")}</span>
            <span class="price-value" data-price="8990">
                {crate::i18n::money(locale, polka_domain::Money { minor_units: 8990, currency: polka_domain::Currency::Rub })}
            </span>
        </p>
        {receipt_parts(locale)}
        {personal_parts(locale)}
        {secret_parts(locale)}
        <div class="choices">
            <ActionButton function=KeyFunction::Motor label=words::button_motor/>
            <ActionButton function=KeyFunction::Motion label=words::button_motion/>
        </div>
    }
    .into_any()
}
