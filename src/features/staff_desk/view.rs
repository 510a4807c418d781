use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{OpenTask, TaskKind, TaskStep, paths};
use polka_domain::{Currency, Date, Gtin, Product, ShelfAddress};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::apology::view::{Apologies, Desk, apology_view, note_in_words};
use super::cases::state::State as CasesState;
use super::cases::view::{Cases, cases_view};
use super::devices::view::devices_view;
use super::given::state::State as GivenState;
use super::given::view::{Given, given_view};
use super::photo::{go_to_photo, photo_view};
use super::requests;
use super::state::{Effect, Event, LooksAt, Page, Problem, SignIn, State, Working};
use super::store::apologies::apologies_view;
use super::store::view::store_view;
use super::without_goods::state::State as WithoutGoodsState;
use super::without_goods::view::{WithoutGoods, without_goods_view};
use crate::api::events::Events;
use crate::api::use_server;
use crate::clock::use_clock;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::outbox::KeptStep;
use crate::offline::{Fate, Lookup, Write, use_catalogue, use_device};
use crate::session::{Scanned, use_session};
use crate::speech::queue::Class;
use crate::speech::{Sound, use_speech};
use crate::ui::digits::{entry, secret_keys};
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::icon::{Icon, IconView};
use crate::ui::page::{button, told};
use crate::ui::product::name_of;
use crate::ui::shelf::shelf_in_words;
use crate::words::apology as apology_words;
use crate::words::cases as case_words;
use crate::words::given as given_words;
use crate::words::staff_desk as words;
use crate::words::without_goods as without_goods_words;

/// Where the store was not reached it is asked again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// Longer than an answer mostly takes: what has none by then is said to wait.
const SOON: Duration = Duration::from_secs(2);

thread_local! {
    /// How the desk stands. It outlives its screen, and with it the visit, for without the store's server nobody could
    /// say again who works here; it ends with the page.
    static DESK: ArcRwSignal<State> = ArcRwSignal::new(State::Asking);
}

/// The screen; no shopper comes here, so it is fetched when somebody does.
#[component]
pub(crate) fn StaffDeskScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(staff_desk, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(staff_desk_view)
}

fn staff_desk_view() -> AnyView {
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let (session, speech, device) = (use_session(), use_speech(), use_device());
    let state = RwSignal::from(DESK.with(ArcRwSignal::clone));
    state.update(|state| *state = std::mem::replace(state, State::Asking).reopened());
    let apologies = Apologies::default();
    provide_context(apologies);
    let without_goods = WithoutGoods::default();
    provide_context(without_goods);
    let cases = Cases::default();
    provide_context(cases);
    let given = Given::default();
    provide_context(given);
    // With which tasks somebody has done something that is on its way into the storage.
    let keeping = RwSignal::new(Vec::<(i64, ArcRwSignal<Fate>)>::new());
    let events = StoredValue::new_local(None::<Events>);
    let happens = StoredValue::new(None::<Callback<Event>>);
    let later = move |event: Event| {
        if let Some(Some(on)) = happens.try_get_value() {
            on.run(event);
        }
    };
    let ask_who = move || spawn_local(async move { later(Event::Known(requests::who(server).await)) });
    let listen = move || {
        let told = move |name: &str, text: &str| match name {
            "tasks" => {
                device.send_now();
                drop(serde_json::from_str(text).map(|tasks| later(Event::Tasks(tasks))));
            }
            // A device with nobody of the staff is told of its call: they work here no longer.
            "call" => ask_who(),
            _ => drop(serde_json::from_str(text).map(|changes| later(Event::Changes(changes)))),
        };
        let broken = move |is_over: bool| {
            later(Event::Broken);
            // The store may have sent whoever works here away.
            if is_over && happens.try_get_value().is_some() {
                set_timeout(ask_who, TRY_AGAIN);
            }
        };
        events.set_value(Events::hear(&["tasks", "changes", "call"], told, broken));
    };
    let run = move |effect: Effect| match effect {
        Effect::SignIn(asked) => {
            spawn_local(async move { later(Event::Known(requests::sign_in(server, &asked).await)) });
        }
        Effect::TellProblem => go_to_problem(speech),
        Effect::GoToPhoto => go_to_photo(speech),
        Effect::Listen => listen(),
        Effect::AskLater => set_timeout(ask_who, TRY_AGAIN),
        Effect::Keep(note, mark) => {
            let task = note.task_id;
            keeping.update(|all| all.push((task, device.keep(Write::TaskStep { note, mark }))));
            set_timeout(move || later(Event::Late), SOON);
        }
        Effect::Forget(keys) => device.forget(keys),
        Effect::Ring => speech.signal(Sound::Task),
        Effect::Tell(step) => {
            let locale = locale.get_untracked();
            let text = match step {
                TaskStep::Claim => words::said_taken(locale),
                TaskStep::Return => words::said_returned(locale),
                TaskStep::Done | TaskStep::NotFound => words::said_closed(locale),
            };
            speech.tell(text.to_owned(), Class::Value);
        }
        Effect::TellSaved => speech.tell(words::said_saved(locale.get_untracked()).to_owned(), Class::Value),
        Effect::SignOut(number) => spawn_local(async move {
            later(Event::SignedOut(number, requests::sign_out(server).await));
        }),
    };
    let on = move |event: Event| {
        let effect = state.try_update(|state| state.update(event)).flatten();
        effect.into_iter().for_each(run);
    };
    happens.set_value(Some(Callback::new(on)));
    match session.badge.try_update_value(Option::take).flatten() {
        // Whoever has shown a badge elsewhere has shown it here.
        Some(badge) => {
            on(Event::Badge(badge));
            // Where they work here already, it is heard anew what is to be done.
            if state.with_untracked(|state| matches!(state, State::Working(_))) {
                ask_who();
            }
        }
        None => ask_who(),
    }
    // What did not answer is asked again.
    let asking = set_interval_with_handle(
        move || {
            if matches!(state.try_get_untracked(), Some(State::NoAnswer)) {
                ask_who();
            }
        },
        TRY_AGAIN,
    );
    let take = move |scanned: Scanned| match scanned {
        Scanned::Badge(badge) => {
            on(Event::Badge(badge));
            true
        }
        Scanned::Card(card) => apologies.takes(card) || without_goods.takes_card(card),
        Scanned::Product(gtin, _) => {
            let price = match catalogue.find(gtin) {
                Lookup::Found(product) => Some(product.price.minor_units),
                Lookup::NotReady | Lookup::NotFound => None,
            };
            apologies.takes_product(gtin, price)
        }
    };
    session.takes_scans(take);
    session.takes_codes(move |code| without_goods.takes_code(code));
    on_cleanup(move || {
        events.set_value(None);
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
    // Another page is told; a digit or a task on it is not.
    focus_on_each(move || state.with(State::page));
    // Whoever has gone is told nothing more.
    leptos::prelude::Effect::new(move || {
        if !state.with(|state| matches!(state, State::Working(_))) {
            events.set_value(None);
            // Nor is anything kept of what they wrote or typed.
            apologies.begin();
            without_goods.begin(|_| WithoutGoodsState::default());
            cases.begin(CasesState::begun_anew);
            given.begin(|_| GivenState::default());
        }
    });
    leptos::prelude::Effect::new(move || {
        let is_done = |(_, fate): &(i64, ArcRwSignal<Fate>)| fate.get() != Fate::Keeping;
        let done: Vec<_> = keeping.with(|all| all.iter().filter(|it| is_done(it)).cloned().collect());
        for (task, fate) in &done {
            untrack(|| on(Event::Kept(*task, fate.get_untracked() != Fate::NotKept)));
        }
        if !done.is_empty() {
            keeping.update(|all| all.retain(|(_, fate)| fate.get_untracked() == Fate::Keeping));
        }
    });
    let steps = Memo::new(move |_| device.steps());
    let works = Memo::new(move |_| {
        state.with(|state| match state {
            State::Working(working) => Some(working.staff.staff_number),
            _ => None,
        })
    });
    leptos::prelude::Effect::new(move || {
        let steps = steps.get();
        if works.get().is_some() {
            untrack(|| on(Event::Steps(steps)));
        }
    });
    let refused_apologies = Memo::new(move |_| device.refused_apologies());
    leptos::prelude::Effect::new(move || {
        let refused = refused_apologies.get();
        if works.get().is_some() {
            untrack(|| on(Event::RefusedApologies(refused)));
        }
    });
    let about = Signal::derive(move || About {
        locale: locale.get(),
        now_ms: clock.now_to_the_minute_ms() as i64,
        today: catalogue.today(),
        currency: catalogue.currency(),
        has_visitor: session.has_visitor_waiting(),
    });
    let product_of = move |gtin: Gtin| match catalogue.find(gtin) {
        Lookup::Found(product) => Some(*product),
        Lookup::NotReady | Lookup::NotFound => None,
    };
    show(state.into(), about, product_of, on, Callback::new(move |()| session.gives_visit_back()))
}

/// What the screen goes by, beside what is to be done.
#[derive(Clone, PartialEq)]
pub(super) struct About {
    pub(super) locale: Locale,
    /// In milliseconds since 1970.
    pub(super) now_ms: i64,
    /// In the store.
    pub(super) today: Date,
    pub(super) currency: Currency,
    /// A customer's visit waits.
    pub(super) has_visitor: bool,
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<State>,
    about: Signal<About>,
    product_of: impl Fn(Gtin) -> Option<Product> + Copy + Send + Sync + 'static,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    to_visitor: Callback<()>,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let locale = Memo::new(move |_| about.with(|about| about.locale));
    let has_visitor = Memo::new(move |_| about.with(|about| about.has_visitor));
    let pages = move || {
        let locale = locale.get();
        match page.get() {
            Page::Asking => told(words::heading_asking(locale), words::instruction_asking(locale), false),
            Page::Forbidden => told(words::heading_forbidden(locale), words::instruction_forbidden(locale), true),
            Page::NoAnswer => told(words::heading_no_answer(locale), words::instruction_no_answer(locale), true),
            Page::Number => sign_in_view(state, false, locale, on),
            Page::Pin => sign_in_view(state, true, locale, on),
            Page::Tasks => tasks_view(state, about, product_of, on),
            Page::Devices => view! {
                {devices_view()}
                {back(locale, on)}
            }
            .into_any(),
            Page::Store => view! {
                {store_view(product_of)}
                {apologies_view()}
                {back(locale, on)}
            }
            .into_any(),
            Page::Given => view! {
                {given_view()}
                {back(locale, on)}
            }
            .into_any(),
            Page::Cases => {
                let (staff_number, is_manager) = state.with_untracked(|state| match state {
                    State::Working(working) => (working.staff.staff_number, working.is_manager()),
                    _ => (0, false),
                });
                view! {
                    {cases_view(staff_number, is_manager)}
                    {back(locale, on)}
                }
                .into_any()
            }
            Page::Apology => {
                let desk = Memo::new(move |_| {
                    state.with(|state| match state {
                        State::Working(working) => Desk {
                            staff_number: working.staff.staff_number,
                            is_manager: working.is_manager(),
                            mark: working.staff.mark.clone(),
                            is_live: working.is_live,
                            waiting: working.tasks.as_ref().map(|all| all.waiting.clone()).unwrap_or_default(),
                        },
                        _ => Desk::default(),
                    })
                });
                view! {
                    {apology_view(desk)}
                    {back(locale, on)}
                }
                .into_any()
            }
            Page::WithoutGoods => view! {
                {without_goods_view()}
                {back(locale, on)}
            }
            .into_any(),
        }
    };
    view! {
        {pages}
        {move || has_visitor.get().then(|| view! {
            <div class="choices">
                {button("to-customer", "button", words::button_to_customer(locale.get()), move || to_visitor.run(()))}
            </div>
        })}
    }
    .into_any()
}

fn back(locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let press = move || on(Event::Look(LooksAt::Tasks));
    button("tasks", "button button-main", words::button_tasks(locale), press)
}

fn sign_in_view(
    state: Signal<State>,
    has_number: bool,
    locale: Locale,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let now = Memo::new(move |_| {
        state.with(|state| match state {
            State::SignIn(sign_in) => sign_in.clone(),
            _ => SignIn::default(),
        })
    });
    let typed = move || {
        now.with(|now| match (has_number, &now.number, now.pin.len()) {
            (false, number, _) if !number.is_empty() => number.clone(),
            (true, _, count @ 1..) => words::typed_digits(locale, &count.to_string()),
            _ => words::nothing_typed(locale).to_owned(),
        })
    };
    let said = move || {
        now.with(|now| match now.problem {
            _ if now.is_checking => Some((words::checking(locale), false)),
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None => None,
        })
    };
    let (heading, instruction, label) = match has_number {
        false => (words::heading_who(locale), words::instruction_badge(locale), words::label_number(locale)),
        true => (words::heading_pin(locale), words::instruction_pin(locale), words::label_pin(locale)),
    };
    let so_far = view! {
        <p>{label}</p>
        <div><p class="typed"><strong>{typed}</strong></p></div>
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
    };
    let other = has_number
        .then(|| button("other-number", "button", words::button_other_number(locale), move || on(Event::Back)));
    view! {
        {told(heading, instruction, false)}
        {entry(so_far.into_any(), secret_keys(locale, move |key| on(Event::Key(key))))}
        <div class="choices">
            {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
            {other}
        </div>
    }
    .into_any()
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Short => words::error_short(locale),
        Problem::NoNumber => words::error_no_number(locale),
        Problem::Refused => words::error_refused(locale),
        Problem::TooManyTries => words::error_tries(locale),
        Problem::NotKept => words::error_not_kept(locale),
        Problem::NoAnswer => words::error_no_connection(locale),
    }
}

fn tasks_view(
    state: Signal<State>,
    about: Signal<About>,
    product_of: impl Fn(Gtin) -> Option<Product> + Copy + Send + Sync + 'static,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let working = Memo::new(move |_| {
        state.with(|state| match state {
            State::Working(working) => Some(working.clone()),
            _ => None,
        })
    });
    let (apologies, without_goods) = (use_context::<Apologies>(), use_context::<WithoutGoods>());
    let (cases, given) = (use_context::<Cases>(), use_context::<Given>());
    let make_right = move || {
        if let Some(apologies) = apologies {
            apologies.begin();
        }
        on(Event::Look(LooksAt::Apology));
    };
    let locale = Memo::new(move |_| about.with(|about| about.locale));
    let with = move |of: fn(&Working) -> bool| working.with(|working| working.as_ref().is_some_and(of));
    let heading = move || {
        let locale = locale.get();
        working.with(|working| match working.as_ref().filter(|it| it.tasks.is_some()).map(Working::count) {
            None => words::heading_tasks_asking(locale).to_owned(),
            Some(0) => words::heading_no_tasks(locale).to_owned(),
            Some(count) => words::heading_tasks(locale, &count.to_string()),
        })
    };
    let name = move || {
        let name = working.with(|working| working.as_ref().map(|it| it.staff.name.clone())).unwrap_or_default();
        words::works_here(locale.get(), &name)
    };
    let to_decide = Memo::new(move |_| working.with(|working| working.as_ref().map_or(0, Working::to_decide)));
    let to_decide = move || Some(to_decide.get()).filter(|count| *count > 0);
    let problem = move || working.with(|working| working.as_ref().and_then(|it| it.problem));
    let unsent = Memo::new(move |_| working.with(|it| it.as_ref().map_or(0, Working::unsent_count)));
    let refused = Memo::new(move |_| working.with(|it| it.as_ref().map(Working::refused).unwrap_or_default()));
    let refused_apologies =
        Memo::new(move |_| working.with(|it| it.as_ref().map(|it| it.refused_apologies.clone()).unwrap_or_default()));
    let refusals = move || {
        let (refused, locale) = (refused.get(), locale.get());
        let told = |step: &KeptStep| {
            let text = refusal_in_words(step, locale, product_of);
            view! { <p class="notice problem" aria-live="polite" data-error="">{text}</p> }
        };
        let apologies = refused_apologies.get();
        let apologies = (!apologies.is_empty()).then(|| {
            let currency = about.with(|about| about.currency);
            let each = apologies.iter().map(|it| note_in_words(&it.note, currency, locale)).collect::<Vec<_>>();
            let text = apology_words::not_taken(locale, &each.join("; "));
            view! { <p class="notice problem" aria-live="polite" data-error="">{text}</p> }
        });
        let read = || button("read", "button", words::button_read(locale), move || on(Event::Read));
        (!refused.is_empty() || apologies.is_some()).then(|| {
            view! {
                {refused.iter().map(told).collect_view()}
                {apologies}
                <div class="choices">{read()}</div>
            }
        })
    };
    // Each stays the same thing while others come and go: its buttons keep the focus.
    let ids = Memo::new(move |_| {
        working.with(|it| it.iter().flat_map(Working::open_tasks).map(|task| task.task_id).collect::<Vec<_>>())
    });
    let task = move |id: i64| {
        let task = Memo::new(move |_| working.with(|it| it.as_ref()?.task(id).cloned()));
        let standing = Memo::new(move |_| {
            let of_task = |working: &Working, task: &OpenTask| Standing {
                is_own: working.does(task),
                may_take: working.may_take(task),
                is_asked: working.asked == Some(task.task_id),
                unsent: working.unsent(task.task_id),
                is_photo_seen: working.seen_photo == Some(task.task_id),
            };
            working.with(|it| it.as_ref().zip(task.get().as_ref()).map(|(it, task)| of_task(it, task)))
        });
        move || {
            let (task, standing) = (task.get()?, standing.get()?);
            Some(task_view(&task, standing, &about.get(), product_of, on))
        }
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p>{name}</p>
        {move || (!with(|it| it.is_live || it.tasks.is_none())).then(|| view! {
            <p class="notice"><IconView icon=Icon::CloudOff/>{words::not_live(locale.get())}</p>
        })}
        {move || Some(unsent.get()).filter(|count| *count > 0).map(|count| view! {
            <p class="notice">
                <IconView icon=Icon::CloudOff/>
                {words::unsent_count(locale.get(), &count.to_string())}
            </p>
        })}
        {move || problem().map(|problem| view! {
            <p class="notice problem" aria-live="polite" data-error="">{problem_in_words(problem, locale.get())}</p>
        })}
        {refusals}
        {move || to_decide().map(|count| view! {
            <p class="notice" aria-live="polite">{apology_words::to_decide(locale.get(), &count.to_string())}</p>
            <div class="choices">
                {button("decide", "button button-main", apology_words::button_decide(locale.get()), make_right)}
            </div>
        })}
        <div class="list-lines" aria-live="polite">
            <For each=move || ids.get() key=|id| *id children=task/>
        </div>
        <div class="choices">
            {move || button("apology", "button", apology_words::button_open(locale.get()), make_right)}
            {move || button("without-goods", "button", without_goods_words::button_open(locale.get()), move || {
                if let Some(without_goods) = without_goods {
                    without_goods.begin(|_| WithoutGoodsState::default());
                }
                on(Event::Look(LooksAt::WithoutGoods));
            })}
            {move || button("cases", "button", case_words::button_cases(locale.get()), move || {
                if let Some(cases) = cases {
                    cases.begin(CasesState::begun_anew);
                }
                on(Event::Look(LooksAt::Cases));
            })}
            <button
                class="button"
                type="button"
                data-action="quiet"
                aria-pressed=move || with(|it| it.is_silent).to_string()
                on:click=move |_| on(Event::Silence)
            >
                {move || words::button_quiet(locale.get())}
            </button>
            {move || with(Working::is_manager).then(|| {
                button("store", "button", words::button_store(locale.get()), move || on(Event::Look(LooksAt::Store)))
            })}
            {move || with(Working::is_manager).then(|| {
                button("given", "button", given_words::button_open(locale.get()), move || {
                    if let Some(given) = given {
                        given.begin(|_| GivenState::default());
                    }
                    on(Event::Look(LooksAt::Given));
                })
            })}
            <button
                class="button"
                type="button"
                data-action="devices"
                on:click=move |_| on(Event::Look(LooksAt::Devices))
            >
                {move || words::button_devices(locale.get())}
            </button>
            <button class="button" type="button" data-action="sign-out" on:click=move |_| on(Event::SignOut)>
                {move || words::button_sign_out(locale.get())}
            </button>
        </div>
    }
    .into_any()
}

/// How a task stands to whoever looks at it.
#[derive(Clone, Copy, PartialEq)]
struct Standing {
    is_own: bool,
    may_take: bool,
    /// They said that there was nothing of it, and are asked whether that is so.
    is_asked: bool,
    /// What they did with it, where that waits for the store.
    unsent: Option<TaskStep>,
    is_photo_seen: bool,
}

fn kind_in_words(kind: TaskKind, locale: Locale) -> &'static str {
    match kind {
        TaskKind::Call => words::kind_call(locale),
        TaskKind::OpenTill => words::kind_open_till(locale),
        TaskKind::ExpiredItem => words::kind_expired(locale),
        TaskKind::MissingProduct => words::kind_missing(locale),
        TaskKind::ShelfLabel => words::kind_label(locale),
    }
}

/// What the store has refused, and of which task.
fn refusal_in_words(step: &KeptStep, locale: Locale, product_of: impl Fn(Gtin) -> Option<Product>) -> String {
    let kind = kind_in_words(step.note.kind, locale);
    let product = step.note.gtin.as_ref().map(|gtin| match gtin.parse().ok().and_then(product_of) {
        Some(product) => name_of(&product, locale).0.to_string(),
        None => words::product_code(locale, gtin),
    });
    let task = product.map_or_else(|| kind.to_owned(), |product| format!("{kind}, {product}"));
    match step.refusal.as_ref().map(|refusal| refusal.code.as_str()) {
        Some("task_taken" | "task_not_found") => words::error_taken(locale, &task),
        _ => words::error_not_taken(locale, &task),
    }
}

fn task_view(
    task: &OpenTask,
    Standing { is_own, may_take, is_asked, unsent, is_photo_seen }: Standing,
    about: &About,
    product_of: impl Fn(Gtin) -> Option<Product>,
    on: impl Fn(Event) + Copy + 'static,
) -> AnyView {
    let locale = about.locale;
    let id = task.task_id;
    let kind = kind_in_words(task.kind, locale);
    let known = task.gtin.as_ref().and_then(|gtin| gtin.parse().ok()).and_then(product_of);
    let way = known.as_ref().filter(|product| product.shelf_address.is_some()).map(|product| {
        view! {
            <a class="button" href=format!("/find-way/{}", product.gtin) aria-describedby=format!("task-{id}")>
                <IconView icon=Icon::MapPin/>
                {words::button_way(locale)}
            </a>
        }
    });
    let product = task.gtin.as_ref().map(|gtin| match known {
        Some(product) => {
            let (name, language) = name_of(&product, locale);
            view! { <p lang=language>{name.to_string()}</p> }.into_any()
        }
        None => view! { <p>{words::product_code(locale, gtin)}</p> }.into_any(),
    });
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let address = ShelfAddress::parse(&text(&task.aisle), &text(&task.bay), &text(&task.shelf)).ok().flatten();
    let address = address.map(|address| shelf_in_words(&address, locale));
    let device = task.device.as_ref().map(|device| match &task.place {
        Some(place) => format!("{device}, {place}"),
        None => device.clone(),
    });
    let last_day = task.last_day.as_ref().and_then(|day| day.parse::<Date>().ok());
    let last_day = last_day.map(|day| i18n::day(locale, day, about.today));
    let expired = last_day.as_ref().map(|day| words::expired_since(locale, day));
    let elsewhere = task.is_elsewhere.then(|| words::stood_elsewhere(locale).to_owned());
    let quantity = task.quantity.filter(|quantity| *quantity > 1);
    let quantity = quantity.map(|quantity| words::asked_quantity(locale, &quantity.to_string()));
    let waits = task.waits_for_manager.then(|| words::for_manager(locale).to_owned());
    let hand = (is_own && task.kind == TaskKind::ExpiredItem).then(|| words::note_expired(locale).to_owned());
    let times = (task.times > 1).then(|| words::asked_times(locale, &task.times.to_string()));
    let minutes = ((about.now_ms - task.opened_ms) / 60_000).max(0);
    let age = match minutes {
        0 => words::waits_now(locale).to_owned(),
        1..120 => words::waits_minutes(locale, &minutes.to_string()),
        _ => words::waits_hours(locale, &(minutes / 60).to_string()),
    };
    let urgent = task.is_escalated.then(|| {
        view! {
            <p class="notice"><IconView icon=Icon::Warning/>{words::is_urgent(locale)}</p>
        }
    });
    let who = match (unsent, &task.claimed_by) {
        (Some(_), _) => None,
        (None, Some(_)) if is_own => Some(words::does_own(locale).to_owned()),
        (None, claimer) => claimer.as_ref().map(|claimer| words::does_other(locale, &claimer.name)),
    };
    let unsent = unsent.map(|step| {
        let text = match step {
            TaskStep::Claim => words::unsent_taken(locale),
            TaskStep::Return => words::unsent_returned(locale),
            TaskStep::Done | TaskStep::NotFound => words::unsent_closed(locale),
        };
        view! { <p class="notice"><IconView icon=Icon::CloudOff/>{text}</p> }
    });
    let heading = format!("task-{id}");
    let press = |name: &'static str, class: &'static str, label: &'static str, event: Event| {
        let event = StoredValue::new(event);
        view! {
            <button
                class=class
                type="button"
                data-action=name
                aria-describedby=heading.clone()
                on:click=move |_| on(event.get_value())
            >
                {label}
            </button>
        }
        .into_any()
    };
    let (done, not_found) = match task.kind {
        TaskKind::ExpiredItem => (words::button_done_expired(locale), words::button_not_found_expired(locale)),
        TaskKind::Call => (words::button_done(locale), words::button_nobody(locale)),
        TaskKind::OpenTill => (words::button_done(locale), words::button_not_needed(locale)),
        TaskKind::MissingProduct => (words::button_done(locale), words::button_on_shelf(locale)),
        TaskKind::ShelfLabel => (words::button_done(locale), words::button_label_right(locale)),
    };
    let photo = (task.has_photo && is_photo_seen).then(|| {
        let alt = words::alt_photo(locale, &last_day.unwrap_or_default());
        let source = paths::TASK_PHOTO.replace("{task_id}", &id.to_string());
        photo_view(source, alt)
    });
    let photo_button = task.has_photo.then(|| {
        let label = if is_photo_seen { words::button_no_photo(locale) } else { words::button_photo(locale) };
        press("photo", "button", label, Event::Photo(id))
    });
    // Where "Take" stood is what harms nobody: a finger may come down twice.
    let buttons = match (is_asked, is_own, may_take) {
        (true, ..) => vec![
            press("do-not-ask", "button", words::button_back(locale), Event::DoNotAsk),
            press("not-found", "button", words::button_surely_not(locale), Event::Step(id, TaskStep::NotFound)),
        ],
        (_, true, _) => {
            let nothing = match task.kind {
                TaskKind::ExpiredItem => Event::Ask(id),
                _ => Event::Step(id, TaskStep::NotFound),
            };
            vec![
                press("return", "button", words::button_return(locale), Event::Step(id, TaskStep::Return)),
                press("nothing", "button", not_found, nothing),
                press("done", "button button-main", done, Event::Step(id, TaskStep::Done)),
            ]
        }
        (_, _, true) => {
            vec![press("take", "button button-main", words::button_take(locale), Event::Step(id, TaskStep::Claim))]
        }
        _ => vec![],
    };
    let question = is_asked.then(|| view! { <p class="notice">{words::question_not_found(locale)}</p> });
    let fact = |text: Option<String>| text.map(|text| view! { <p>{text}</p> });
    view! {
        <div class="list-line" data-task=id.to_string()>
            <h2 id=heading.clone()>{kind}</h2>
            {urgent}
            {product}
            {fact(address)}
            {fact(device)}
            {fact(elsewhere)}
            {fact(expired)}
            {fact(quantity)}
            {fact(times)}
            <p>{age}</p>
            {fact(who)}
            {unsent}
            {fact(waits)}
            {fact(hand)}
            {question}
            {photo}
            <div class="choices task-buttons">{buttons}{way}{photo_button}</div>
        </div>
    }
    .into_any()
}
