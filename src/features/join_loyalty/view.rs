use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{ConsentKind, LinkWay};
use polka_domain::{CardNumber, PhoneCountries};

use super::requests;
use super::state::{Card, Effect, Entered, Event, Joined, NoCode, State};
use crate::accessibility::use_accessibility;
use crate::api::members::{CONSENT_TEXT_VERSION, ask_for_code, make_link};
use crate::api::{Server, use_server};
use crate::i18n::{Locale, use_locale};
use crate::offline::{Device, Fate, Write, use_device};
use crate::random::random_bytes;
use crate::session::{Scanned, use_session};
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::{Speech, use_speech};
use crate::ui::card::{card_paper, card_view};
use crate::ui::code::{TypedCode, code_entry};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::icon::{Icon, IconView};
use crate::ui::own_phone::own_phone_part;
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::join_loyalty as words;

/// How far they are, beyond the screen: whoever looks at the help finds it again, and an answer finds it too.
#[derive(Clone)]
struct Joining {
    state: ArcRwSignal<State>,
    /// What has become of the number and the card.
    fate: ArcRwSignal<Option<ArcRwSignal<Fate>>>,
    /// The way to the card on their own phone.
    link: ArcRwSignal<Option<String>>,
    /// The number on a slip that they have scanned: it becomes their card's, and what waits for it theirs.
    slip: ArcRwSignal<Option<CardNumber>>,
    countries: PhoneCountries,
    outside: Outside,
}

/// What the steps need of the app.
#[derive(Clone, Copy)]
struct Outside {
    device: Device,
    server: Server,
    speech: Speech,
    locale: RwSignal<Locale>,
    /// Whether a phone reaches the store's server.
    has_links: bool,
}

impl Joining {
    fn start() -> Self {
        let countries = use_settings().with_value(|settings| settings.phone_countries.parse().unwrap_or_default());
        let outside = Outside {
            device: use_device(),
            server: use_server(),
            speech: use_speech(),
            locale: use_locale(),
            has_links: use_settings().with_value(|settings| !settings.public_url.is_empty()),
        };
        Self {
            state: ArcRwSignal::default(),
            fate: ArcRwSignal::new(None),
            link: ArcRwSignal::new(None),
            slip: ArcRwSignal::new(use_session().slip.get_value()),
            countries,
            outside,
        }
    }

    /// Something happened: takes the step, and does what follows.
    fn take(&self, event: Event) {
        let effects = self.state.try_update(|state| state.update(event, &self.countries)).unwrap_or_default();
        effects.into_iter().for_each(|effect| self.run(effect));
    }

    fn run(&self, effect: Effect) {
        let Outside { device, server, speech, locale, .. } = self.outside;
        let consent = |card: CardNumber, kind: ConsentKind, is_given: bool| {
            drop(device.keep(Write::Consent { card, kind, text_version: CONSENT_TEXT_VERSION, is_given }));
        };
        match effect {
            Effect::TellProblem => go_to_problem(speech),
            Effect::Keep { phone, card } => {
                self.fate.set(Some(device.keep(Write::Member { phone, card })));
                consent(card, ConsentKind::Processing, true);
            }
            Effect::KeepMessages { card, is_given } => consent(card, ConsentKind::Marketing, is_given),
            Effect::Link(card) if self.outside.has_links => {
                let (link, locale) = (self.link.clone(), locale.get_untracked());
                spawn_local(async move {
                    // Without one the card is there all the same.
                    let made = make_link(server, card.to_string(), LinkWay::Screen, locale).await;
                    link.set(made.ok().flatten());
                });
            }
            Effect::Link(_) => {}
            Effect::Wait { seconds } => self.take_later(seconds, Event::Late),
            Effect::WaitToAskAgain { seconds } => self.take_later(seconds, Event::AgainAllowed),
            Effect::Ask { phone } => {
                let asked = ask_for_code(server, phone, locale.get_untracked());
                self.take_answer(async move { Event::Asked(asked.await) });
            }
            Effect::Check => {
                if let State::Code(joined, code) = self.state.get_untracked() {
                    let phone = joined.entered.phone;
                    self.take_answer(requests::check_code(server, phone, code.digits().to_owned(), joined.card));
                }
            }
        }
    }

    fn take_later(&self, seconds: u32, event: Event) {
        let joining = self.clone();
        set_timeout(move || joining.take(event), Duration::from_secs(seconds.into()));
    }

    fn take_answer(&self, answer: impl Future<Output = Event> + 'static) {
        let joining = self.clone();
        spawn_local(async move { joining.take(answer.await) });
    }
}

/// What the screen goes by, beside how far somebody is.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) locale: Locale,
    /// Whether a number would be kept.
    pub(super) can_keep: bool,
    pub(super) has_printer: bool,
    pub(super) has_speech: bool,
    /// The number on the slip that they have scanned.
    pub(super) slip: Option<CardNumber>,
}

/// What somebody does that is no step on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    Print,
    Finish,
}

/// The screen.
pub(crate) fn join_loyalty_screen() -> AnyView {
    let (session, accessibility) = (use_session(), use_accessibility());
    let joining = session.kept(Joining::start);
    let (device, locale) = (joining.outside.device, joining.outside.locale);
    let state = Memo::new({
        let state = joining.state.clone();
        move |_| state.get()
    });
    let (fate, link, slip) = (joining.fate.clone(), joining.link.clone(), joining.slip.clone());
    let countries = StoredValue::new(joining.countries.clone());
    let joining = StoredValue::new(joining);
    let on = move |event| joining.with_value(|joining| joining.take(event));
    leptos::prelude::Effect::new(move || {
        if let Some(fate) = fate.get() {
            on(Event::Fate(fate.get()));
        }
    });
    let take = {
        let (slip, speech) = (slip.clone(), joining.with_value(|joining| joining.outside.speech));
        move |scanned: Scanned| {
            let Scanned::Card(number) = scanned else { return false };
            let is_early = state.with_untracked(|state| matches!(state, State::Number(_) | State::Consent(_)));
            if is_early {
                slip.set(Some(number));
                speech.tell(words::note_slip(locale.get_untracked()).to_owned(), Class::Value);
            }
            is_early
        }
    };
    session.takes_scans(take);
    // Each page is told; a digit is none.
    focus_on_each(move || state.with(State::page));
    let about = Memo::new(move |_| About {
        locale: locale.get(),
        can_keep: device.can_keep(),
        has_printer: accessibility.profile().unwrap_or_default().has_printer,
        has_speech: accessibility.modes.with(|modes| modes.audio),
        slip: slip.get(),
    });
    let aside = move |aside| match aside {
        Aside::Print => request_animation_frame(|| drop(window().print())),
        Aside::Finish => session.ends(),
    };
    show(state.into(), about.into(), Signal::derive(move || link.get()), countries, on, aside)
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    link: Signal<Option<String>>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    aside: impl Fn(Aside) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    (move || {
        let about = about.get();
        let locale = about.locale;
        match page.get() {
            State::Number(_) if !about.can_keep => {
                told(words::heading_unable(locale), words::instruction_unable(locale), true)
            }
            State::Number(_) => number_view(state, &about, countries, on),
            State::Consent(entered) => consent_view(&entered, &about, on),
            State::Text(_) => text_view(locale, on),
            State::Declined => view! {
                {told(words::heading_declined(locale), words::instruction_declined(locale), false)}
                <div class="choices">
                    {button("again", "button", words::button_start_again(locale), move || on(Event::Back))}
                    <a class="button" href="/">{words::button_start(locale)}</a>
                </div>
            }
            .into_any(),
            State::Keeping { .. } => told(words::heading_keeping(locale), words::instruction_keeping(locale), false),
            State::Asking(_) => told(words::heading_asking(locale), words::instruction_asking(locale), false),
            State::Code(joined, _) => code_view(state, &joined, locale, on),
            State::NoCode(_, no_code) => no_code_view(no_code, locale, on),
            State::Messages(_) => view! {
                {told(words::heading_messages(locale), words::instruction_messages(locale), false)}
                <div class="choices">
                    {button("yes", "button button-main", words::button_messages_yes(locale), move || on(Event::Messages(true)))}
                    {button("no", "button button-main", words::button_messages_no(locale), move || on(Event::Messages(false)))}
                </div>
            }
            .into_any(),
            State::Done(card) => done_view(card, &about, link, aside),
            State::Unable => view! {
                {told(words::heading_unable(locale), words::instruction_unable(locale), true)}
                {button("again", "button button-main", words::button_again(locale), move || on(Event::Back))}
            }
            .into_any(),
            State::Refused(_) => view! {
                {told(words::heading_refused(locale), words::instruction_refused(locale), true)}
                {button("correct", "button button-main", words::button_change(locale), move || on(Event::Back))}
            }
            .into_any(),
        }
    })
    .into_any()
}

fn number_view(
    state: Signal<State>,
    about: &About,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    let typed = Signal::derive(move || {
        state.with(|state| match state {
            State::Number(typed) => typed.clone(),
            _ => TypedPhone::default(),
        })
    });
    view! {
        {told(words::heading(locale), words::instruction(locale), false)}
        {about.has_speech.then(|| view! { <p>{words::instruction_speech(locale)}</p> })}
        {slip_note(about)}
        {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
        <div class="choices">
            {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
            <a class="button" href="/member-card">{words::button_own_card(locale)}</a>
        </div>
    }
    .into_any()
}

/// That a slip was read, or that one can be.
fn slip_note(about: &About) -> AnyView {
    match about.slip {
        Some(_) => {
            view! { <p class="notice"><IconView icon=Icon::Card/>{words::note_slip(about.locale)}</p> }.into_any()
        }
        None => view! { <p>{words::hint_slip(about.locale)}</p> }.into_any(),
    }
}

fn consent_view(entered: &Entered, about: &About, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (locale, slip) = (about.locale, about.slip);
    let agree = move || on(Event::Agree(slip.or_else(|| random_bytes().map(CardNumber::from_random))));
    view! {
        <h1 tabindex="-1">{words::heading_consent(locale)}</h1>
        <p>{words::label_phone(locale)}</p>
        <div><p class="typed" data-private=""><strong>{entered.phone.masked()}</strong></p></div>
        {slip.map(|_| slip_note(about))}
        <p class="instruction">{words::consent_what(locale)}</p>
        <p class="instruction">{words::consent_why(locale)}</p>
        <p class="instruction">{words::consent_undo(locale)}</p>
        <div class="choices">
            {button("agree", "button button-main", words::button_agree(locale), agree)}
            {button("disagree", "button button-main", words::button_disagree(locale), move || on(Event::Disagree))}
        </div>
        <div class="choices">
            {button("text", "button", words::button_text(locale), move || on(Event::ReadText))}
            {button("correct", "button", words::button_change(locale), move || on(Event::Back))}
        </div>
    }
    .into_any()
}

/// The whole text that somebody agrees to. Another text is another [`CONSENT_TEXT_VERSION`].
fn text_view(locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let parts = [
        words::text_who,
        words::text_what,
        words::text_why,
        words::text_how,
        words::text_others,
        words::text_until,
        words::text_undo,
    ];
    view! {
        <h1 tabindex="-1">{words::heading_text(locale)}</h1>
        {parts.map(|part| view! { <p class="instruction">{part(locale)}</p> }).collect_view()}
        <p>{words::text_version(locale, CONSENT_TEXT_VERSION)}</p>
        {button("question", "button button-main", words::button_text_back(locale), move || on(Event::Back))}
    }
    .into_any()
}

fn code_view(
    state: Signal<State>,
    joined: &Joined,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let code = Memo::new(move |_| {
        state.with(|state| match state {
            State::Code(_, code) => code.clone(),
            _ => TypedCode::default(),
        })
    });
    view! {
        {code_entry(Some(joined.entered.phone), code, locale, move |key| on(Event::Key(key)), move || on(Event::Next), move || on(Event::AskAgain))}
        <p>{words::instruction_skip(locale)}</p>
        {button("skip", "button", words::button_skip(locale), move || on(Event::WithoutCode))}
    }
    .into_any()
}

fn no_code_view(no_code: NoCode, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (heading, instruction) = match no_code {
        NoCode::Away => (words::heading_away(locale), words::instruction_away(locale)),
        NoCode::Paused => (words::heading_no_code(locale), words::instruction_paused(locale)),
        NoCode::TooManyTries => (words::heading_many(locale), words::instruction_many(locale)),
        NoCode::NoAnswer => (words::heading_no_code(locale), words::instruction_no_code(locale)),
    };
    match no_code {
        // There is nothing to be done: the card is there.
        NoCode::Away | NoCode::Paused => view! {
            {told(heading, instruction, false)}
            <p class="instruction">{words::note_code_later(locale)}</p>
            {button("skip", "button button-main", words::button_continue(locale), move || on(Event::WithoutCode))}
        }
        .into_any(),
        NoCode::TooManyTries | NoCode::NoAnswer => view! {
            {told(heading, instruction, true)}
            <div class="choices">
                {button("again", "button button-main", words::button_again(locale), move || on(Event::AskAgain))}
                {button("skip", "button", words::button_skip(locale), move || on(Event::WithoutCode))}
            </div>
        }
        .into_any(),
    }
}

fn done_view(
    card: Card,
    about: &About,
    link: Signal<Option<String>>,
    aside: impl Fn(Aside) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    let instruction =
        if card.can_spend { words::instruction_spends(locale) } else { words::instruction_collects(locale) };
    let later = (!card.can_spend).then(|| view! { <p>{words::note_code_later(locale)}</p> });
    let (take, print) = match about.has_printer {
        true => (
            words::instruction_take_print(locale),
            Some(view! {
                <button class="button" type="button" data-action="print" on:click=move |_| aside(Aside::Print)>
                    <IconView icon=Icon::Printer/>
                    {words::button_print(locale)}
                </button>
            }),
        ),
        false => (words::instruction_take(locale), None),
    };
    view! {
        {told(words::heading_done(locale), instruction, false)}
        {card_view(card.number, None, locale)}
        <p class="instruction">{take}</p>
        <p>{words::instruction_till(locale)}</p>
        {later}
        {own_phone_part(link, locale)}
        <div class="choices">
            {print}
            {button("finish", "button button-main", words::button_finish(locale), move || aside(Aside::Finish))}
        </div>
        {card_paper(card.number, locale)}
    }
    .into_any()
}
