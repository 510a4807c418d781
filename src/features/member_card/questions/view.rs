use leptos::prelude::*;
use polka_contract::Wish;
use polka_domain::Date;

use super::state::{A_LEAP_YEAR, Question, Topic, read_birthday};
use crate::api::members::Refusal;
use crate::features::member_card::state::{Event, Page, State};
use crate::i18n::{self, Locale};
use crate::ui::digits::{entry, secret_keys};
use crate::ui::page::{button, told};
use crate::words::member_card as words;

pub(crate) fn question_view(
    state: Signal<State>,
    question: &Question,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let topic = question.topic;
    let current = Memo::new(move |_| {
        state.with(|state| match state {
            State::Own(_, Page::Question(question)) => Some(question.clone()),
            _ => None,
        })
    });
    let text =
        Memo::new(move |_| current.with(|question| question.as_ref().map(|it| it.text.clone())).unwrap_or_default());
    let (heading, instruction) = match topic {
        Topic::FirstName => (words::heading_first_name(locale), words::instruction_first_name(locale)),
        Topic::Birthday => (words::heading_birthday(locale), words::instruction_birthday(locale)),
        Topic::Email => (words::heading_email(locale), words::instruction_email(locale)),
        Topic::Wishes => (words::heading_wishes(locale), words::instruction_wishes(locale)),
    };
    let answer = match topic {
        Topic::FirstName => text_field(words::label_first_name(locale), "text", "given-name", text, on),
        Topic::Email => text_field(words::label_email(locale), "email", "email", text, on),
        Topic::Birthday => birthday_view(current, text, locale, on),
        Topic::Wishes => wishes_view(current, locale, on),
    };
    let said = move || {
        let (is_saving, problem) = current.with(|it| it.as_ref().map(|it| (it.is_saving, it.problem)))?;
        match problem {
            _ if is_saving => Some((words::instruction_saving(locale), false)),
            None => None,
            Some(Refusal::Invalid) => Some((problem_in_words(topic, locale), true)),
            Some(_) => Some((words::error_no_answer(locale), true)),
        }
    };
    let place = words::question_of(locale, &Topic::ALL.len().to_string(), &topic.number().to_string());
    view! {
        <p>{place}</p>
        {told(heading, instruction, false)}
        {answer}
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
        <div class="choices">
            {button("save", "button button-main", words::button_save(locale), move || on(Event::Next))}
            {button("skip", "button", words::button_skip(locale), move || on(Event::Skip))}
            {button("card", "button", words::button_card(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

fn problem_in_words(topic: Topic, locale: Locale) -> &'static str {
    match topic {
        Topic::FirstName => words::error_first_name(locale),
        Topic::Birthday => words::error_birthday(locale),
        Topic::Email => words::error_email(locale),
        Topic::Wishes => words::error_no_answer(locale),
    }
}

fn text_field(
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    text: Memo<String>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    view! {
        <label class="field">
            {label}
            <input
                type=kind
                autocomplete=autocomplete
                spellcheck="false"
                maxlength="254"
                prop:value=move || text.get()
                on:input=move |event| on(Event::Text(event_target_value(&event)))
            />
        </label>
    }
    .into_any()
}

fn birthday_view(
    current: Memo<Option<Question>>,
    text: Memo<String>,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let digits = move || match text.get() {
        text if text.is_empty() => words::nothing_typed(locale).into_any(),
        text => view! { <strong>{text}</strong> }.into_any(),
    };
    let is_private = move || text.with(|text| !text.is_empty()).then_some("");
    let day = move || Some(day_in_words(current.with(|question| question.as_ref()?.birthday())?, locale));
    let typed = view! {
        <p>{words::label_birthday(locale)}</p>
        <div><p class="typed" data-private=is_private>{digits}</p></div>
        {move || day().map(|day| view! { <p data-private="">{day}</p> })}
    };
    view! {
        {entry(typed.into_any(), secret_keys(locale, move |key| on(Event::Key(key))))}
        <p>{words::note_birthday(locale)}</p>
    }
    .into_any()
}

/// A birthday as the store writes it.
pub(crate) fn birthday_in_words(written: &str, locale: Locale) -> Option<String> {
    read_birthday(written).map(|birthday| day_in_words(birthday, locale))
}

/// A day of no year.
fn day_in_words((day, month): (i8, i8), locale: Locale) -> String {
    let day = Date::new(A_LEAP_YEAR, month, day);
    day.map(|day| i18n::day(locale, day, day)).unwrap_or_default()
}

fn wishes_view(
    current: Memo<Option<Question>>,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let wish = move |wish: Wish| {
        let is_on = move || current.with(|question| question.as_ref().is_some_and(|it| it.wishes.contains(&wish)));
        view! {
            <button
                class="button"
                type="button"
                aria-pressed=move || is_on().to_string()
                on:click=move |_| on(Event::Wish(wish))
            >
                {wish_in_words(wish, locale)}
            </button>
        }
    };
    view! { <div class="choices">{Wish::ALL.map(wish).collect_view()}</div> }.into_any()
}

fn wish_in_words(wish: Wish, locale: Locale) -> &'static str {
    match wish {
        Wish::Bread => words::wish_bread(locale),
        Wish::Dairy => words::wish_dairy(locale),
        Wish::MeatAndFish => words::wish_meat_and_fish(locale),
        Wish::FruitAndVegetables => words::wish_fruit_and_vegetables(locale),
        Wish::Sweets => words::wish_sweets(locale),
        Wish::Children => words::wish_children(locale),
        Wish::Pets => words::wish_pets(locale),
        Wish::Household => words::wish_household(locale),
    }
}
