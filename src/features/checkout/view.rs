use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{DeviceKind, LinkWay};
use polka_domain::{CardNumber, PhoneCountries};

use super::state::{Effect, Event, Given, State};
use crate::accessibility::use_accessibility;
use crate::api::members::make_link;
use crate::api::use_server;
use crate::i18n::{Locale, use_locale};
use crate::offline::{Fate, Write, identity, use_device};
use crate::random::random_bytes;
use crate::settings::use_settings;
use crate::speech::{is_control, use_speech};
use crate::ui::card::{card_paper, card_view};
use crate::ui::digits::Key;
use crate::ui::focus::{focus_heading, focus_on_each, go_to_problem};
use crate::ui::icon::{Icon, IconView};
use crate::ui::own_phone::own_phone_part;
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::checkout as words;

/// What the screen goes by, beside what somebody does on it.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) locale: Locale,
    pub(super) is_till: bool,
    pub(super) has_printer: bool,
    /// Whether the store was not reached when it was asked last.
    pub(super) is_away: bool,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Key(Key),
    Give,
    Correct,
    Next,
    Print,
}

/// The screen.
pub(crate) fn checkout_screen() -> AnyView {
    let (device, server, accessibility) = (use_device(), use_server(), use_accessibility());
    let (speech, locale) = (use_speech(), use_locale());
    let countries = use_settings().with_value(|settings| settings.phone_countries.parse().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let (state, fate) = (RwSignal::new(State::default()), RwSignal::new(None::<ArcRwSignal<Fate>>));
    // Of which card it is: the next customer's may be there before it.
    let link = RwSignal::new(None::<(CardNumber, String)>);
    let has_links = use_settings().with_value(|settings| !settings.public_url.is_empty());
    let has_printer = move || accessibility.profile().unwrap_or_default().has_printer;
    let run = move |effect: Effect| match effect {
        Effect::TellProblem => go_to_problem(speech),
        Effect::Keep { phone, card } => fate.set(Some(device.keep(Write::Member { phone, card }))),
        Effect::Print if untrack(has_printer) => request_animation_frame(|| drop(window().print())),
        Effect::Print => {}
        Effect::Link(card) if has_links => {
            let locale = locale.get_untracked();
            spawn_local(async move {
                // Without one the card is there all the same.
                let made = make_link(server, card.to_string(), LinkWay::Screen, locale).await.ok().flatten();
                drop(link.try_set(made.map(|url| (card, url))));
            });
        }
        Effect::Link(_) => {}
    };
    let on = move |event: Event| {
        let update = |state: &mut State| countries.with_value(|countries| state.update(event, countries));
        state.try_update(update).unwrap_or_default().into_iter().for_each(run);
    };
    let press = move |press: Press| match press {
        Press::Key(key) => on(Event::Key(key)),
        Press::Give => on(Event::Give(random_bytes())),
        Press::Correct => on(Event::Correct),
        Press::Next => on(Event::Next),
        Press::Print => run(Effect::Print),
    };
    leptos::prelude::Effect::new(move || {
        if let Some(fate) = fate.get() {
            on(Event::Fate(fate.get()));
        }
    });
    focus_on_each(move || state.with(std::mem::discriminant));
    let is_till = move || {
        let identity = device.standing().identity.or_else(identity);
        identity.is_some_and(|identity| identity.kind == DeviceKind::Till)
    };
    listen_to_keyboard(move || untrack(is_till), state, press);
    let about = Memo::new(move |_| About {
        locale: locale.get(),
        is_till: is_till(),
        has_printer: has_printer(),
        is_away: server.is_away(),
    });
    show(state.into(), about.into(), link.into(), countries, press)
}

/// A till has a keyboard. Its Enter is the button's that has the focus, where one has it.
fn listen_to_keyboard(
    is_till: impl Fn() -> bool + 'static,
    state: RwSignal<State>,
    press: impl Fn(Press) + Copy + 'static,
) {
    let heard = window_event_listener(ev::keydown, move |event| {
        if event.repeat() || event.ctrl_key() || event.alt_key() || event.meta_key() || !is_till() {
            return;
        }
        let focused = document().active_element().filter(is_control);
        let is_number = state.with_untracked(|state| matches!(state, State::Number(_)));
        match event.key().as_str() {
            "Enter" if focused.is_some() => {}
            "Enter" => press(if is_number { Press::Give } else { Press::Next }),
            "Backspace" => press(Press::Key(Key::Erase)),
            key => {
                let Ok(digit @ 0..=9) = key.parse() else { return };
                // Whoever types has no finger on the screen: Enter is for the card.
                if focused.is_some() {
                    focus_heading();
                }
                press(Press::Key(Key::Digit(digit)));
            }
        }
    });
    on_cleanup(move || heard.remove());
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    link: Signal<Option<(CardNumber, String)>>,
    countries: StoredValue<PhoneCountries>,
    press: impl Fn(Press) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    (move || {
        let about = about.get();
        let locale = about.locale;
        match page.get() {
            _ if !about.is_till => view! {
                {told(words::heading_not_till(locale), words::instruction_not_till(locale), false)}
                <a class="button button-main" href="/join-loyalty">
                    <IconView icon=Icon::Card/>
                    {words::button_join(locale)}
                </a>
            }
            .into_any(),
            State::Number(_) => {
                let typed = Signal::derive(move || {
                    state.with(|state| match state {
                        State::Number(typed) => typed.clone(),
                        State::Given(_) => TypedPhone::default(),
                    })
                });
                view! {
                    {told(words::heading(locale), words::instruction(locale), false)}
                    {phone_entry(typed, countries, locale, move |key| press(Press::Key(key)))}
                    {button("give", "button button-main", words::button_give(locale), move || press(Press::Give))}
                }
                .into_any()
            }
            State::Given(given) => given_view(&given, &about, link, press),
        }
    })
    .into_any()
}

fn given_view(
    given: &Given,
    about: &About,
    link: Signal<Option<(CardNumber, String)>>,
    press: impl Fn(Press) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    let next = move |class| button("next", class, words::button_next(locale), move || press(Press::Next));
    let failed = |heading, instruction| {
        view! {
            {told(heading, instruction, true)}
            <div class="choices">
                {button("correct", "button button-main", words::button_again(locale), move || press(Press::Correct))}
                {next("button")}
            </div>
        }
        .into_any()
    };
    match given.fate {
        Fate::NotKept => return failed(words::heading_unable(locale), words::instruction_unable(locale)),
        Fate::Refused => return failed(words::heading_refused(locale), words::instruction_refused(locale)),
        Fate::Keeping => return told(words::heading_keeping(locale), words::instruction_keeping(locale), false),
        Fate::Kept | Fate::Taken => {}
    }
    let card = given.card;
    let link = Signal::derive(move || link.get().filter(|(of, _)| *of == card).map(|(_, url)| url));
    let is_waiting = given.fate == Fate::Kept && about.is_away;
    let print = about.has_printer.then(|| {
        view! {
            <button class="button" type="button" data-action="print" on:click=move |_| press(Press::Print)>
                <IconView icon=Icon::Printer/>
                {words::button_print(locale)}
            </button>
        }
    });
    view! {
        <h1 tabindex="-1">{words::heading_given(locale)}</h1>
        <div><p class="typed" data-private=""><strong>{given.phone.masked()}</strong></p></div>
        {card_view(given.card, None, locale)}
        {is_waiting.then(|| view! { <p class="notice"><IconView icon=Icon::CloudOff/>{words::instruction_saved(locale)}</p> })}
        <div class="choices">{next("button button-main")} {print}</div>
        <p>{words::note_spending(locale)}</p>
        {own_phone_part(link, locale)}
        {card_paper(given.card, locale)}
    }
    .into_any()
}
