use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::DeviceKind;
use polka_domain::{Date, PhoneCountries};

use super::own::own_view;
use super::requests;
use super::state::{Effect, Event, Page, State, Way};
use crate::accessibility::use_accessibility;
use crate::api::members::Refusal;
use crate::api::{Server, use_server};
use crate::clock::{Clock, use_clock};
use crate::i18n::{Locale, use_locale};
use crate::offline::{identity, use_catalogue, use_device};
use crate::random::idempotency_key;
use crate::session::{Session, use_session};
use crate::settings::use_settings;
use crate::speech::{Speech, use_speech};
use crate::ui::code::{TypedCode, code_entry};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::words::member_card as words;

/// As often it is looked at whether other digits are to stand on the card.
const LOOK: Duration = Duration::from_secs(2);
/// Further digits are asked for as often, while those that are here run out.
const ASK_MS: i64 = 30_000;

/// How far they are, beyond the screen: whoever looks at the help finds it again, and an answer finds it too.
#[derive(Clone)]
struct Visitor {
    state: ArcRwSignal<State>,
    countries: PhoneCountries,
    outside: Outside,
    /// Under which the link is opened, also when it is tried again: it opens once.
    open_key: String,
}

/// What the steps need of the app.
#[derive(Clone, Copy)]
struct Outside {
    server: Server,
    speech: Speech,
    clock: Clock,
    session: Session,
    locale: RwSignal<Locale>,
}

impl Visitor {
    fn start() -> Self {
        let countries = use_settings().with_value(|settings| settings.phone_countries.parse().unwrap_or_default());
        let outside = Outside {
            server: use_server(),
            speech: use_speech(),
            clock: use_clock(),
            session: use_session(),
            locale: use_locale(),
        };
        let visitor =
            Self { state: ArcRwSignal::default(), countries, outside, open_key: idempotency_key().unwrap_or_default() };
        let link = take_link();
        if outside.session.is_own_phone() {
            visitor.take(Event::Open { link });
        }
        visitor
    }

    /// Something happened: takes the step, and does what follows.
    fn take(&self, event: Event) {
        let effects = self.state.try_update(|state| state.update(event, &self.countries)).unwrap_or_default();
        effects.into_iter().for_each(|effect| self.run(effect));
    }

    fn run(&self, effect: Effect) {
        let Outside { server, speech, clock, locale, .. } = self.outside;
        let (locale, now_ms) = (locale.get_untracked(), clock.now_ms() as i64);
        match effect {
            Effect::TellProblem => go_to_problem(speech),
            Effect::WaitToAskAgain { seconds } => {
                let visitor = self.clone();
                set_timeout(move || visitor.take(Event::AgainAllowed), Duration::from_secs(seconds.into()));
            }
            Effect::Open { link } => {
                let key = self.open_key.clone();
                self.answer(async move { requests::open(server, link, &key).await });
            }
            Effect::Ask(way) => self.answer(requests::ask(server, way, locale)),
            Effect::Check(way, code) => self.answer(requests::check(server, way, code)),
            Effect::Fetch(access) => self.answer(requests::fetch(server, access)),
            Effect::FetchCard(access) => self.answer(requests::fetch_card(server, access)),
            Effect::Save(access, profile) => self.answer(requests::save(server, access, profile)),
            Effect::Link { card, by } => self.answer(requests::link(server, card, by, locale)),
            Effect::FetchList(access) => self.answer(requests::fetch_list(server, access)),
            Effect::ClearList(access, seen) => self.answer(requests::clear_list(server, access, seen)),
            Effect::FetchData(access) => self.answer(requests::fetch_data(server, access)),
            Effect::KeepOffers(access, is_given) => {
                self.answer(requests::keep_offers(server, access, is_given, now_ms));
            }
            Effect::Activate(access, id) => self.answer(requests::activate(server, access, id, now_ms)),
            Effect::EraseAll(access) => self.answer(requests::erase(server, access, now_ms)),
            Effect::AskNewNumber(access, phone) => {
                self.answer(requests::ask_new_number(server, access, phone, locale));
            }
            Effect::ChangeNumber(access, phone, code) => {
                self.answer(requests::change_number(server, access, phone, code));
            }
            Effect::End => self.answer(requests::end(server)),
        }
    }

    fn answer(&self, answer: impl Future<Output = Event> + 'static) {
        let visitor = self.clone();
        spawn_local(async move { visitor.take(answer.await) });
    }
}

/// What stands behind the `#` of the address; it is taken away, so that nobody finds it there.
fn take_link() -> Option<String> {
    let link = window().location().hash().ok()?.trim_start_matches('#').to_owned();
    if link.is_empty() {
        return None;
    }
    let location = window().location();
    let address = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let history = window().history().ok()?;
    let _ = history.replace_state_with_url(&history.state().unwrap_or_default(), "", Some(&address));
    Some(link)
}

/// What the screen goes by, beside how far somebody is.
#[derive(Clone, PartialEq)]
pub(super) struct Seen {
    pub(super) locale: Locale,
    /// Whether letters can be typed here.
    pub(super) has_letters: bool,
    /// Whether a phone reaches the store's server.
    pub(super) has_links: bool,
    pub(super) has_speech: bool,
    /// Changes when the store's file of products has come, and each day; the page around it stays.
    pub(super) now: Signal<Now>,
}

/// What days are told by.
#[derive(Clone, PartialEq)]
pub(super) struct Now {
    pub(super) today: Date,
    pub(super) time_zone: String,
}

/// The screen.
pub(crate) fn member_card_screen() -> AnyView {
    let (session, accessibility, catalogue, device) =
        (use_session(), use_accessibility(), use_catalogue(), use_device());
    let visitor = session.kept(Visitor::start);
    let Outside { clock, locale, .. } = visitor.outside;
    let state = Memo::new({
        let state = visitor.state.clone();
        move |_| state.get()
    });
    let countries = StoredValue::new(visitor.countries.clone());
    let visitor = StoredValue::new(visitor);
    let on = move |event| visitor.with_value(|visitor| visitor.take(event));
    // Each page is told; a digit is none.
    focus_on_each(move || state.with(State::page));
    let code = keep_code_current(state, clock, on);
    let has_links = use_settings().with_value(|settings| !settings.public_url.is_empty());
    let now = Memo::new(move |_| Now { today: catalogue.today(), time_zone: catalogue.time_zone() }).into();
    let seen = Memo::new(move |_| Seen {
        locale: locale.get(),
        has_letters: session.is_own_phone()
            || device.standing().identity.or_else(identity).is_some_and(|it| it.kind == DeviceKind::Tablet),
        has_links,
        has_speech: accessibility.modes.with(|modes| modes.audio),
        now,
    });
    show(state.into(), seen.into(), code.into(), countries, on, move || session.ends())
}

/// The digits that stand on the card now; others are fetched before they run out.
fn keep_code_current(
    state: Memo<State>,
    clock: Clock,
    on: impl Fn(Event) + Copy + 'static,
) -> RwSignal<Option<String>> {
    let (code, asked_ms) = (RwSignal::new(None), StoredValue::new(0));
    let look = move || {
        let now_ms = clock.now_ms() as i64;
        let (current, runs_out) = state.with_untracked(|state| match state {
            State::Own(own, Page::Card) => (own.code_at(now_ms), own.runs_out(now_ms)),
            _ => (None, false),
        });
        if code.get_untracked() != current {
            code.set(current);
        }
        if runs_out && now_ms - asked_ms.get_value() >= ASK_MS {
            asked_ms.set_value(now_ms);
            on(Event::CardEnds);
        }
    };
    leptos::prelude::Effect::new(move || {
        // Tracking alone would not work it out.
        let _ = state.get();
        look();
    });
    if let Ok(looking) = set_interval_with_handle(look, LOOK) {
        on_cleanup(move || looking.clear());
    }
    code
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    seen: Signal<Seen>,
    code: Signal<Option<String>>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    finish: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    (move || {
        let seen = seen.get();
        let locale = seen.locale;
        let again = || button("again", "button button-main", words::button_again(locale), move || on(Event::Again));
        let correct = || button("correct", "button", words::button_change(locale), move || on(Event::Back));
        let start = || view! { <a class="button button-main" href="/">{words::button_start(locale)}</a> };
        match page.get() {
            State::Number(_) => number_view(state, &seen, countries, on),
            State::Opening { .. } | State::Fetching { .. } => {
                told(words::heading_opening(locale), words::instruction_moment(locale), false)
            }
            State::NotOpened { why, .. } => match why {
                Refusal::Code => told(words::heading_link_over(locale), words::instruction_link_over(locale), true),
                Refusal::NoProof | Refusal::NoDevice => {
                    told(words::heading_no_phone(locale), words::instruction_no_phone(locale), false)
                }
                why => view! {
                    {told(words::heading_not_fetched(locale), refusal_in_words(why, locale), true)}
                    {again()}
                }
                .into_any(),
            },
            State::Asking(_) => told(words::heading_asking(locale), words::instruction_moment(locale), false),
            State::Code(way, _) => {
                let phone = match way {
                    Way::Number { phone, .. } => Some(phone),
                    Way::OwnPhone => None,
                };
                let code = Memo::new(move |_| {
                    state.with(|state| match state {
                        State::Code(_, code) => code.clone(),
                        _ => TypedCode::default(),
                    })
                });
                view! {
                    {code_entry(phone, code, locale, move |key| on(Event::Key(key)), move || on(Event::Next), move || on(Event::Again))}
                    {phone.map(|_| correct())}
                }
                .into_any()
            }
            State::NoCode(way, why) => view! {
                {told(words::heading_no_code(locale), refusal_in_words(why, locale), true)}
                <div class="choices">
                    {again()}
                    {matches!(way, Way::Number { .. }).then(correct)}
                </div>
            }
            .into_any(),
            State::NoMember(_) => view! {
                {told(words::heading_no_member(locale), words::instruction_no_member(locale), false)}
                <div class="choices">
                    <a class="button button-main" href="/join-loyalty">{words::button_join(locale)}</a>
                    {correct()}
                </div>
            }
            .into_any(),
            State::NotFetched(_) => view! {
                {told(words::heading_not_fetched(locale), words::instruction_no_answer(locale), true)}
                {again()}
            }
            .into_any(),
            State::Over => view! {
                {told(words::heading_over(locale), words::instruction_over(locale), false)}
                {button("again", "button button-main", words::button_number(locale), move || on(Event::Again))}
            }
            .into_any(),
            State::Erased => view! {
                {told(words::heading_erased(locale), words::instruction_erased(locale), false)}
                {start()}
            }
            .into_any(),
            State::Ended => view! {
                {told(words::heading_ended(locale), words::instruction_ended(locale), false)}
                {start()}
            }
            .into_any(),
            State::Own(own, page) => own_view(state, &own, page, &seen, code, countries, on, finish),
        }
    })
    .into_any()
}

fn number_view(
    state: Signal<State>,
    seen: &Seen,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = seen.locale;
    let typed = Signal::derive(move || {
        state.with(|state| match state {
            State::Number(typed) => typed.clone(),
            _ => TypedPhone::default(),
        })
    });
    view! {
        {told(words::heading_number(locale), words::instruction_number(locale), false)}
        {seen.has_speech.then(|| view! { <p>{words::instruction_speech(locale)}</p> })}
        {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
        {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
    }
    .into_any()
}

/// Why the store did not do it, and what helps.
pub(super) fn refusal_in_words(why: Refusal, locale: Locale) -> &'static str {
    match why {
        Refusal::TooManyTries => words::instruction_many(locale),
        Refusal::Paused => words::instruction_paused(locale),
        Refusal::Phone => words::instruction_phone(locale),
        Refusal::NoAnswer => words::instruction_no_answer(locale),
        Refusal::Code
        | Refusal::Invalid
        | Refusal::NoMember
        | Refusal::NoProof
        | Refusal::NoDevice
        | Refusal::NoStaff
        | Refusal::Settled
        | Refusal::StaffPhone
        | Refusal::Manager
        | Refusal::Coupon
        | Refusal::Points
        | Refusal::NoReceipt => words::instruction_not_now(locale),
    }
}
