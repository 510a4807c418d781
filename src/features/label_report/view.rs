use leptos::prelude::*;
use polka_domain::{Money, Product};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Effect, State};
use crate::api::use_server;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Fate, Lookup, Write, use_catalogue, use_device};
use crate::routes::{Route, use_navigation};
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::digits::digit_keys;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_heading;
use crate::ui::product::name_of;
use crate::words::label_report as words;

/// The screen; few shoppers come here, so it is fetched when somebody does.
#[component]
pub(crate) fn LabelReportScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(label_report, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(label_report_view)
}

/// The screen for the product that the address names.
fn label_report_view() -> AnyView {
    let (catalogue, device, server) = (use_catalogue(), use_device(), use_server());
    let code = match use_navigation().route_now() {
        Route::LabelReport { code } => code,
        _ => String::new(),
    };
    let product = Memo::new(move |_| match catalogue.find(code.parse().ok()?) {
        Lookup::Found(product) => Some(*product),
        Lookup::NotReady | Lookup::NotFound => None,
    });
    let (said, fate) = (RwSignal::new(State::START), RwSignal::new(None::<ArcRwSignal<Fate>>));
    let state = Memo::new(move |_| match (said.get(), fate.get().map(|fate| fate.get())) {
        (State::Said(_), Some(fate)) => State::Said(fate.as_told(server.is_away())),
        (said, _) => said,
    });
    // Each answer is told; a digit is none.
    leptos::prelude::Effect::new(move |before: Option<State>| {
        let now = state.get();
        let is_typed = |state: State| matches!(state, State::Typing { .. });
        if before.is_some_and(|before| before != now && !(is_typed(before) && is_typed(now))) {
            focus_heading();
        }
        now
    });
    let on = move |next: fn(State, &Product) -> (State, Option<Effect>)| {
        let Some(product) = product.get_untracked() else { return };
        let (next, effect) = next(said.get_untracked(), &product);
        said.set(next);
        if let Some(Effect::Report { label_price_minor_units }) = effect {
            fate.set(Some(device.keep(Write::LabelReport {
                gtin: product.gtin.to_string(),
                till_price_minor_units: product.price.minor_units,
                label_price_minor_units,
            })));
        }
    };
    let locale = use_locale();
    let about =
        Signal::derive(move || About { product: product.get(), can_keep: device.can_keep(), locale: locale.get() });
    let type_digit = move |digit: u8| said.update(|said| *said = said.with_digit(digit));
    show(state.into(), about, type_digit, on)
}

/// What the screen goes by, beside what somebody does on it.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) product: Option<Product>,
    /// Whether what is said would be kept.
    pub(super) can_keep: bool,
    pub(super) locale: Locale,
}

/// What a button does to what was said.
type Step = fn(State, &Product) -> (State, Option<Effect>);

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    type_digit: impl Fn(u8) + Copy + Send + 'static,
    on: impl Fn(Step) + Copy + Send + 'static,
) -> AnyView {
    let about = Memo::new(move |_| about.get());
    // A key keeps the focus while the price grows.
    let settled = Memo::new(move |_| match state.get() {
        State::Typing { .. } => State::START,
        settled => settled,
    });
    (move || {
        let About { product, can_keep, locale } = about.get();
        let Some(product) = product else {
            return answer(words::heading_no_product(locale), words::instruction_no_product(locale).into(), true);
        };
        let price = i18n::money(locale, product.price);
        let (heading, instruction, is_error) = match settled.get() {
            State::Typing { .. } if !can_keep => {
                (words::heading_full(locale), words::instruction_full(locale).to_owned(), true)
            }
            State::Typing { .. } => return typing(state, &product, locale, type_digit, on),
            State::Same => (words::heading_same(locale), words::instruction_same(locale, &price), false),
            State::CardPrice => {
                let card_price = product.card_price.map(|it| i18n::money(locale, it)).unwrap_or_default();
                (words::heading_card(locale), words::instruction_card(locale, &card_price, &price), false)
            }
            State::Said(Fate::Keeping) => {
                (words::heading_keeping(locale), words::instruction_keeping(locale).to_owned(), false)
            }
            State::Said(Fate::Kept) => {
                (words::heading_saved(locale), words::instruction_saved(locale, &price), false)
            }
            State::Said(Fate::Taken) => {
                (words::heading_thanks(locale), words::instruction_thanks(locale, &price), false)
            }
            State::Said(Fate::Refused | Fate::NotKept) => {
                (words::heading_unable(locale), words::instruction_unable(locale, &price), true)
            }
        };
        let can_correct = matches!(settled.get(), State::Same | State::CardPrice);
        let correct = can_correct.then(|| {
            view! {
                <button class="button" type="button" data-action="again" on:click=move |_| on(|_, _| (State::START, None))>
                    {words::button_other(locale)}
                </button>
            }
        });
        view! { {answer(heading, instruction, is_error)} {correct} }.into_any()
    })
    .into_any()
}

fn answer(heading: &'static str, instruction: String, is_error: bool) -> AnyView {
    let is_error = is_error.then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
    }
    .into_any()
}

fn typing(
    state: Signal<State>,
    product: &Product,
    locale: Locale,
    type_digit: impl Fn(u8) + Copy + Send + 'static,
    on: impl Fn(Step) + Copy + Send + 'static,
) -> AnyView {
    let (speech, currency) = (use_speech(), product.price.currency);
    let typed = move |state: State| match state {
        State::Typing { minor_units: minor_units @ 1.. } => i18n::money(locale, Money { minor_units, currency }),
        _ => words::nothing_typed(locale).to_owned(),
    };
    let press = move |digit| {
        type_digit(digit);
        speech.tell(digit.to_string(), Class::Value);
    };
    let erase = move || {
        on(|state, _| (state.erased(), None));
        speech.tell(typed(state.get_untracked()), Class::Value);
    };
    let (name, language) = name_of(product, locale);
    view! {
        <h1 tabindex="-1">{words::heading(locale)}</h1>
        <p class="instruction">{words::instruction(locale, &i18n::money(locale, product.price))}</p>
        <p lang=language>{name.to_string()}</p>
        <p class="typed">{words::label_typed(locale)}": "<strong>{move || typed(state.get())}</strong></p>
        {digit_keys(locale, press, erase)}
        <div class="choices">
            <button class="button button-main" type="button" data-action="send" on:click=move |_| on(State::sent)>
                {words::button_send(locale)}
            </button>
            <button
                class="button"
                type="button"
                data-action="send-without"
                on:click=move |_| on(|state, _| state.sent_without())
            >
                {words::button_without(locale)}
            </button>
        </div>
    }
    .into_any()
}
