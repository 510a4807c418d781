use std::pin::Pin;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    ApologiesResponse, ApologyPercent, ApologyReason, ApologyRequest, ApologyResponse, ApologyState, ApologyWay,
    ApologyWayRequest, CouponBlank, KeptApologyRequest,
};
use polka_domain::{CardNumber, Currency, Date, Gtin, Money, PhoneCountries, Product};

use super::kept;
use super::outcome::{coupon_of, kept_view, message_view, told_view};
use super::state::{ByNumber, Effect, Event, Gift, Page, Problem, State, Step, Told, Worth, amounts};
use crate::api::members::Refusal;
use crate::api::use_server;
use crate::clock::use_clock;
use crate::features::staff_desk::held::Held;
use crate::features::staff_desk::photo::{go_to_photo, goods_photo};
use crate::features::staff_desk::requests;
use crate::features::staff_desk::state::needs_manager;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::outbox::ApologyNote;
use crate::offline::{Fate, Lookup, Write, use_catalogue, use_device};
use crate::printer::{self, Printed, Status};
use crate::random::idempotency_key;
use crate::settings::use_settings;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::digits::{Key, digit_keys, entry};
use crate::ui::focus::{focus_on_each, go_to_problem};
use crate::ui::mailbox::{TypedMailbox, mailbox_field};
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::ui::product::name_of as product_name;
use crate::words::{apology as words, mailbox};

/// What is looked at while it waits is asked about again after so long.
const WATCH: Duration = Duration::from_secs(3);

/// What the store is asked, and what its answer is.
type Asking = Pin<Box<dyn Future<Output = Event>>>;

/// What the screen goes by.
#[derive(Clone, PartialEq)]
pub(in crate::features::staff_desk) struct About {
    pub(in crate::features::staff_desk) locale: Locale,
    pub(in crate::features::staff_desk) currency: Currency,
    pub(in crate::features::staff_desk) today: Date,
    /// The number of whoever works here.
    pub(in crate::features::staff_desk) staff_number: i64,
    pub(in crate::features::staff_desk) is_manager: bool,
}

/// Who works here, and what the store tells them meanwhile.
#[derive(Clone, PartialEq, Default)]
pub(in crate::features::staff_desk) struct Desk {
    pub(in crate::features::staff_desk) staff_number: i64,
    pub(in crate::features::staff_desk) is_manager: bool,
    /// What proves later that they gave something.
    pub(in crate::features::staff_desk) mark: String,
    /// Whether the store's server tells what happens.
    pub(in crate::features::staff_desk) is_live: bool,
    /// What waits for a second person.
    pub(in crate::features::staff_desk) waiting: ApologiesResponse,
}

/// How far somebody is, and what is on its way meanwhile.
#[derive(Clone, Copy)]
pub(in crate::features::staff_desk) struct Apologies {
    held: Held<State, Event>,
    /// What was tried last, and under which key.
    tried: StoredValue<Option<Tried>>,
    /// What the tablet is about to keep, until it does or cannot.
    keeping: RwSignal<Option<(ArcRwSignal<Fate>, Option<CouponBlank>)>>,
}

/// What the store is asked for: the same once more is the same, under the same key and with the same coupon.
#[derive(Clone)]
struct Tried {
    key: String,
    request: KeptApologyRequest,
    blank: Option<CouponBlank>,
}

impl Default for Apologies {
    fn default() -> Self {
        Self { held: Held::default(), tried: StoredValue::new(None), keeping: RwSignal::new(None) }
    }
}

impl Apologies {
    /// Begins with the next customer.
    pub(in crate::features::staff_desk) fn begin(self) {
        self.held.begin(State::begun_anew);
        self.tried.set_value(None);
        self.keeping.set(None);
    }

    /// Takes a card that is shown; tells whether that is what is shown here.
    pub(in crate::features::staff_desk) fn takes(self, card: CardNumber) -> bool {
        self.held.takes(Event::Card(card))
    }

    /// Takes a product that is scanned, with its price in minor units; tells whether one is asked for.
    pub(in crate::features::staff_desk) fn takes_product(self, gtin: Gtin, price: Option<i64>) -> bool {
        let is_asked = self.held.state.with_untracked(|state| state.page() == Page::Item);
        is_asked && self.held.takes(Event::Item(gtin, price))
    }

    /// What is tried: what was tried before where it is the same, else something new.
    fn tries(self, mut apology: ApologyRequest, mark: &str, language: &str, now_ms: i64) -> Option<Tried> {
        let is_same = |tried: &Tried| {
            let before = &tried.request.apology;
            (&before.reason, before.minor_units, &before.way, &before.terms)
                == (&apology.reason, apology.minor_units, &apology.way, &apology.terms)
                && tried.request.mark == mark
        };
        if let Some(tried) = self.tried.get_value().filter(is_same) {
            return Some(tried);
        }
        // The coupon is known before anybody is asked: should no answer come, it is the one on the paper all the same.
        let blank = if apology.way == ApologyWay::Paper { kept::take() } else { None };
        apology.blank = blank.as_ref().map(|blank| blank.number);
        (apology.language, apology.made_ms) = (language.to_owned(), now_ms);
        let tried =
            Tried { key: idempotency_key()?, request: KeptApologyRequest { apology, mark: mark.to_owned() }, blank };
        self.tried.set_value(Some(tried.clone()));
        Some(tried)
    }
}

/// Puts right what went wrong, as long as it is shown.
pub(in crate::features::staff_desk) fn apology_view(desk: Memo<Desk>) -> AnyView {
    let apologies = use_context::<Apologies>().unwrap_or_default();
    let (server, clock, catalogue, locale) = (use_server(), use_clock(), use_catalogue(), use_locale());
    let (speech, device) = (use_speech(), use_device());
    let countries =
        use_settings().with_value(|settings| settings.phone_countries.parse::<PhoneCountries>().unwrap_or_default());
    let countries = StoredValue::new(countries);
    let state = apologies.held.state;
    let asks = move |asked: Asking| {
        let later = apologies.held.later();
        spawn_local(async move { later(asked.await) });
    };
    let look_at_printer = move || {
        let later = apologies.held.later();
        spawn_local(async move {
            if let Some(status) = printer::status().await {
                later(Event::Printer(status));
            }
        });
    };
    let watch = move || {
        // Somebody may have put paper in.
        if state.try_with_untracked(|state| state.page() == Page::Way && state.printer.is_out()) == Some(true) {
            look_at_printer();
        }
        let later = apologies.held.later();
        spawn_local(async move {
            if state.try_with_untracked(|state| state.chain.is_none()) == Some(true) {
                let chain = requests::apology_reasons(server).await;
                let _ = chain.as_ref().map(kept::keep_chain);
                later(Event::Chain(chain.or_else(|refusal| kept::chain().ok_or(refusal))));
            }
            if let Some(Some(id)) = state.try_with_untracked(State::watched)
                && let Ok(apology) = requests::apology(server, id).await
                && state.try_with_untracked(|state| state.is_news(&apology)) == Some(true)
            {
                later(Event::Watched(apology));
            }
            // A manager is told more of what waits.
            let is_asked = |state: &State| state.page() == Page::Reason && !state.waiting.apologies.is_empty();
            if desk.try_with_untracked(|desk| desk.is_manager) == Some(true)
                && state.try_with_untracked(is_asked) == Some(true)
                && let Ok(waiting) = requests::waiting_apologies(server).await
                && state.try_with_untracked(|state| state.waiting != waiting) == Some(true)
            {
                later(Event::Waiting(waiting));
            }
            if kept::are_few()
                && let Ok(more) = requests::coupon_blanks(server).await
            {
                kept::add(more);
            }
        });
    };
    let give = move |apology: ApologyRequest| {
        let (later, is_same) = (apologies.held.later(), apologies.held.same_customer());
        let (mark, is_live) = desk.with_untracked(|desk| (desk.mark.clone(), desk.is_live));
        let language = locale.get_untracked().code();
        let tried = apologies.tries(apology, &mark, language, clock.now_ms() as i64);
        let Some(Tried { key, request, blank }) = tried else {
            return later(Event::Answered(Err(Refusal::NoAnswer)));
        };
        // Paper is good only if it is theirs to give; all else may wait for a second person.
        let is_paper = request.apology.way == ApologyWay::Paper;
        let limit = state.with_untracked(State::limit);
        let may_keep = !is_paper || (blank.is_some() && request.apology.minor_units <= limit);
        spawn_local(async move {
            let said = match is_live || !may_keep {
                true => requests::apologise(server, &key, &request).await,
                false => Err(Refusal::NoAnswer),
            };
            match said {
                Err(Refusal::NoAnswer) if may_keep => {
                    let fate = device.keep(Write::Apology { key, request: Box::new(request) });
                    if is_same() {
                        let _ = apologies.keeping.try_set(Some((fate, blank)));
                    }
                }
                said => {
                    if !matches!(said, Err(Refusal::NoAnswer)) {
                        let _ = apologies.tried.try_set_value(None);
                    }
                    later(Event::Answered(said));
                }
            }
        });
    };
    let about = Signal::derive(move || About {
        locale: locale.get(),
        currency: catalogue.currency(),
        today: catalogue.today(),
        staff_number: desk.with(|desk| desk.staff_number),
        is_manager: desk.with(|desk| desk.is_manager),
    });
    let product_of = move |gtin: Gtin| match catalogue.find(gtin) {
        Lookup::Found(product) => Some(*product),
        Lookup::NotReady | Lookup::NotFound => None,
    };
    let print = move || {
        let coupon = untrack(|| state.with(|state| about.with(|about| coupon_of(state, about, product_of))));
        let later = apologies.held.later();
        spawn_local(async move {
            let printed = match coupon {
                Some(coupon) => printer::print(&coupon).await,
                None => Printed::NotHere,
            };
            match printed {
                Printed::Done => {}
                Printed::Failed => later(Event::NotPrinted),
                Printed::NotHere => request_animation_frame(|| drop(window().print())),
            }
        });
    };
    let run = move |effect: Effect| match effect {
        Effect::TellProblem => go_to_problem(speech),
        Effect::Give(apology) => give(*apology),
        Effect::Send(id, way) => {
            let asked = ApologyWayRequest { way, language: locale.get_untracked().code().into() };
            asks(Box::pin(async move { Event::Answered(requests::send_apology(server, id, &asked).await) }));
        }
        Effect::Decide(id, is_yes) => {
            asks(Box::pin(async move { Event::Decided(requests::decide_apology(server, id, is_yes).await) }));
        }
        Effect::Undo(id) => {
            let why = words::why_undone(locale.get_untracked()).to_owned();
            asks(Box::pin(async move { Event::Answered(requests::cancel_apology(server, id, why).await) }));
        }
        Effect::Print => print(),
        Effect::GoToPhoto => go_to_photo(speech),
        Effect::TellDecided(decided) => {
            let locale = locale.get_untracked();
            let text = if decided == ApologyState::Given { words::said_yes(locale) } else { words::said_no(locale) };
            speech.tell(text.to_owned(), Class::Value);
        }
    };
    let on = move |event: Event| {
        let update = |state: &mut State| countries.with_value(|countries| state.update(event, countries));
        state.try_update(update).flatten().into_iter().for_each(run);
    };
    watch();
    if let Ok(watching) = set_interval_with_handle(watch, WATCH) {
        on_cleanup(move || watching.clear());
    }
    apologies.held.shown(on);
    leptos::prelude::Effect::new(move || {
        let waiting = desk.with(|desk| desk.waiting.clone());
        untrack(|| on(Event::Waiting(waiting)));
    });
    leptos::prelude::Effect::new(move || {
        let Some((fate, blank)) = apologies.keeping.get() else { return };
        let event = match fate.get() {
            Fate::Keeping => return,
            Fate::NotKept => Event::NotKept,
            Fate::Refused => Event::Answered(Err(Refusal::Settled)),
            Fate::Kept | Fate::Taken => Event::Kept(blank),
        };
        apologies.keeping.set(None);
        // What is kept is done: the same for the next customer is another, with a coupon of its own.
        if !matches!(event, Event::NotKept) {
            apologies.tried.set_value(None);
        }
        untrack(|| on(event));
    });
    focus_on_each(move || state.with(State::page));
    let is_way = Memo::new(move |_| state.with(|state| state.page() == Page::Way));
    leptos::prelude::Effect::new(move || {
        if is_way.get() {
            look_at_printer();
        }
    });
    show(state.into(), about, countries, product_of, on)
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    state: Signal<State>,
    about: Signal<About>,
    countries: StoredValue<PhoneCountries>,
    product_of: impl Fn(Gtin) -> Option<Product> + Copy + Send + Sync + 'static,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let page = Memo::new(move |_| state.with(State::page));
    let about = Memo::new(move |_| about.get());
    let is_turned = Memo::new(move |_| state.with(|state| state.is_turned));
    let printer = Memo::new(move |_| state.with(|state| state.printer));
    // What a page is made of anew by; what changes beside that leaves the focus where it is.
    let gift = Memo::new(move |_| state.with(|state| state.gift().cloned()));
    let reasons = Memo::new(move |_| {
        state.with(|state| state.chain.as_ref().map(|chain| chain.reasons.clone())).unwrap_or_default()
    });
    let outcome = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Told(told) => {
                let apology = ApologyResponse { message: None, ..told.apology.clone() };
                Some(Told { apology, gift: told.gift.clone() })
            }
            _ => None,
        })
    });
    let message = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Told(told) => told.apology.message,
            _ => None,
        })
    });
    let blank = Memo::new(move |_| {
        state.with(|state| match &state.step {
            Step::Kept(_, blank) => blank.clone(),
            _ => None,
        })
    });
    let pages = move || {
        let about = about.get();
        let locale = about.locale;
        let back = move || button("back", "button", words::button_back(locale), move || on(Event::Back));
        let ready = move || button("give", "button button-main", words::button_give(locale), move || on(Event::Give));
        let given = gift.get();
        let gift = given.as_ref().map(|gift| InWords::of(gift, &about, product_of));
        let halves = move |staff: AnyView, customer: AnyView| {
            view! {
                <div class="halves" class:halves-turned=move || is_turned.get()>
                    <section class="half" aria-label=words::label_staff_half(locale)>{staff}</section>
                    <section class="half half-customer" aria-label=words::label_customer_half(locale)>{customer}</section>
                </div>
            }
            .into_any()
        };
        let turn = move || turn_button(is_turned, locale, on);
        match page.get() {
            Page::Asking => told(words::asking(locale), words::instruction_reason(locale), false),
            Page::NoAnswer => told(words::error_no_answer(locale), words::instruction_reason(locale), true),
            Page::Reason => {
                let choice = |reason: ApologyReason| {
                    let name = name_of(&reason, locale).to_owned();
                    button("reason", "button", name, move || on(Event::Reason(reason.clone())))
                };
                view! {
                    {told(words::heading_reason(locale), words::instruction_reason(locale), false)}
                    <div class="choices">{reasons.get().into_iter().map(choice).collect_view()}</div>
                }
                .into_any()
            }
            Page::Amount => amount_view(state, &about, back(), on),
            Page::Sum => {
                let digits = move || {
                    state.with(|state| match &state.step {
                        Step::Sum(_, digits) if !digits.is_empty() => digits.clone(),
                        _ => words::nothing_typed(locale).to_owned(),
                    })
                };
                let typed = view! { <div><p class="typed"><strong>{digits}</strong></p></div> };
                let keys = digit_keys(
                    locale,
                    move |digit| on(Event::Key(Key::Digit(digit))),
                    move || on(Event::Key(Key::Erase)),
                );
                view! {
                    {told(words::heading_sum(locale), words::instruction_sum(locale), false)}
                    {entry(typed.into_any(), keys)}
                    <div class="choices">
                        {button("sum", "button button-main", words::button_sum(locale), move || on(Event::Give))}
                        {back()}
                    </div>
                }
                .into_any()
            }
            Page::Item => view! {
                {told(words::heading_item(locale), words::instruction_item(locale), false)}
                <div class="choices">{back()}</div>
            }
            .into_any(),
            Page::Way => {
                let may_be_points = given.as_ref().is_some_and(Gift::may_be_points);
                let instruction = match may_be_points {
                    true => words::instruction_way(locale),
                    false => words::instruction_way_coupon(locale),
                };
                let staff = view! {
                    {told(words::heading_way(locale), instruction, false)}
                    {gift.as_ref().map(InWords::summary)}
                    <div class="choices">{turn()} {back()}</div>
                };
                let points = move || on(Event::By(ByNumber::Points));
                let sms = move || on(Event::By(ByNumber::Sms));
                let customer = view! {
                    {gift.as_ref().map(|gift| gift.to_customer(locale))}
                    <p>{words::customer_choose(locale)}</p>
                    <div class="choices">
                        {may_be_points.then(|| button("points", "button", words::way_points(locale), points))}
                        {button("sms", "button", words::way_sms(locale), sms)}
                        {button("mail", "button", words::way_mail(locale), move || on(Event::ByMail))}
                        {paper_button(printer, locale, on)}
                    </div>
                    <div aria-live="polite">
                        {move || printer_in_words(printer.get(), locale).map(|text| view! {
                            <p id="printer" class="notice">{text}</p>
                        })}
                    </div>
                };
                halves(staff.into_any(), customer.into_any())
            }
            Page::Number(by) => {
                let typed = Signal::derive(move || {
                    state.with(|state| match &state.step {
                        Step::Number(.., typed) => typed.clone(),
                        _ => TypedPhone::default(),
                    })
                });
                let (heading, instruction) = match by {
                    ByNumber::Points => (words::heading_points(locale), words::instruction_points(locale)),
                    ByNumber::Sms => (words::heading_sms(locale), words::instruction_sms(locale)),
                };
                let staff = view! {
                    {told(heading, instruction, false)}
                    {gift.as_ref().map(InWords::summary)}
                    <div class="choices">{turn()} {back()}</div>
                };
                let customer = view! {
                    <h2>{words::customer_number(locale)}</h2>
                    {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
                    <div class="choices">{ready()}</div>
                };
                halves(staff.into_any(), customer.into_any())
            }
            Page::Mailbox => {
                let typed = move || {
                    state.with(|state| match &state.step {
                        Step::Mailbox(_, typed) => typed.clone(),
                        _ => TypedMailbox::default(),
                    })
                };
                let staff = view! {
                    {told(words::heading_mail(locale), words::instruction_mail(locale), false)}
                    {gift.as_ref().map(InWords::summary)}
                    <div class="choices">{turn()} {back()}</div>
                };
                let customer = view! {
                    <h2>{words::customer_mail(locale)}</h2>
                    {mailbox_field(typed, locale, move |text| on(Event::Text(text)))}
                    <div class="choices">{ready()}</div>
                };
                halves(staff.into_any(), customer.into_any())
            }
            Page::Told(_) | Page::Kept => {
                let way = move || message.get().map(|message| message_view(message, locale));
                match outcome.get() {
                    Some(it) => told_view(&it, &about, gift.as_ref(), halves, (turn, way), on),
                    None => kept_view(blank.get().as_ref(), &about, gift.as_ref(), halves, turn, on),
                }
            }
        }
    };
    let said = move || {
        let locale = about.with(|about| about.locale);
        state.with(|state| match state.problem.filter(|_| state.chain.is_some()) {
            Some(problem) => Some((problem_in_words(problem, locale), true)),
            None if state.is_asking => Some((words::asking(locale), false)),
            None => None,
        })
    };
    let waiting = Memo::new(move |_| state.with(|state| state.waiting.clone()));
    let waiting = move || {
        let about = about.get();
        (page.get() == Page::Reason && waiting.with(|waiting| !waiting.apologies.is_empty())).then(|| {
            view! {
                <h2>{words::heading_waiting(about.locale)}</h2>
                <div class="list-lines">
                    {waiting.with(|all| {
                        let view = |it| waiting_view(it, all, state, &about, product_of, on);
                        all.apologies.iter().map(view).collect_view()
                    })}
                </div>
            }
        })
    };
    view! {
        {pages}
        {move || said().map(|(text, is_error)| view! {
            <p class="notice problem" aria-live="polite" data-error=is_error.then_some("")>{text}</p>
        })}
        {waiting}
    }
    .into_any()
}

/// What somebody gets, as people read it.
#[derive(Clone)]
pub(super) struct InWords {
    reason: String,
    pub(super) worth: String,
}

impl InWords {
    pub(super) fn of(gift: &Gift, about: &About, product_of: impl Fn(Gtin) -> Option<Product>) -> Self {
        let locale = about.locale;
        let worth = match gift.worth {
            Worth::Money(minor_units) => money(about, minor_units),
            Worth::Percent(percent) => percent_in_words(percent, about),
            Worth::Item(gtin, _) => {
                let name = product_of(gtin).map(|product| product_name(&product, locale).0.to_string());
                words::worth_item(locale, &name.unwrap_or_else(|| gtin.to_string()))
            }
        };
        Self { reason: name_of(&gift.reason, locale).to_owned(), worth }
    }

    /// For whoever gives it.
    pub(super) fn summary(&self) -> AnyView {
        view! { <p>{format!("{}: {}", self.reason, self.worth)}</p> }.into_any()
    }

    /// For whoever gets it.
    pub(super) fn to_customer(&self, locale: Locale) -> AnyView {
        view! {
            <h2>{words::customer_heading(locale)}</h2>
            <p class="instruction">{words::customer_worth(locale, &self.worth)}</p>
        }
        .into_any()
    }
}

fn percent_in_words(percent: ApologyPercent, about: &About) -> String {
    let most = money(about, percent.most_minor_units);
    words::worth_percent(about.locale, &most, &i18n::number(about.locale, percent.percent))
}

/// Turns the customer's half to whoever stands opposite.
fn turn_button(is_turned: Memo<bool>, locale: Locale, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    view! {
        <button
            class="button"
            type="button"
            data-action="turn"
            aria-pressed=move || is_turned.get().to_string()
            on:click=move |_| on(Event::Turn)
        >
            {words::button_turn(locale)}
        </button>
    }
    .into_any()
}

/// Paper, as long as there is some; else it stays where it was, and says that it is not to be had.
fn paper_button(printer: Memo<Status>, locale: Locale, on: impl Fn(Event) + Copy + 'static) -> AnyView {
    view! {
        <button
            class="button"
            type="button"
            data-action="paper"
            aria-disabled=move || printer.get().is_out().then_some("true")
            aria-describedby=move || printer_in_words(printer.get(), locale).map(|_| "printer")
            on:click=move |_| on(Event::Paper)
        >
            {words::way_paper(locale)}
        </button>
    }
    .into_any()
}

/// What there is to say of the printer before paper is promised.
fn printer_in_words(status: Status, locale: Locale) -> Option<&'static str> {
    match status {
        Status::NoPaper => Some(words::printer_no_paper(locale)),
        Status::Stopped => Some(words::printer_stopped(locale)),
        Status::PaperNearEnd => Some(words::printer_near_end(locale)),
        Status::Ready | Status::Unknown => None,
    }
}

/// How much?
fn amount_view(
    state: Signal<State>,
    about: &About,
    back: AnyView,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = about.locale;
    let usual = state.with(|state| match &state.step {
        Step::Amount(reason) => reason.minor_units,
        _ => 0,
    });
    let (limit, percent) =
        state.with(|state| state.chain.as_ref().map_or((0, None), |chain| (chain.limit_minor_units, chain.percent)));
    let choice = |minor_units: i64| {
        let money = money(about, minor_units);
        let label = if minor_units > limit { words::above_limit(locale, &money) } else { money };
        button("amount", "button", label, move || on(Event::Amount(minor_units)))
    };
    let percent = percent.map(|percent| {
        button("percent", "button", percent_in_words(percent, about), move || on(Event::Percent(percent)))
    });
    view! {
        {told(words::heading_amount(locale), words::instruction_amount(locale), false)}
        <div class="choices">
            {amounts(usual).into_iter().map(choice).collect_view()}
            {button("other-sum", "button", words::button_other_sum(locale), move || on(Event::OtherSum))}
            {percent}
            {button("item", "button", words::button_item(locale), move || on(Event::OtherItem))}
            {back}
        </div>
    }
    .into_any()
}

fn money(about: &About, minor_units: i64) -> String {
    i18n::money(about.locale, Money { minor_units, currency: about.currency })
}

fn name_of(reason: &ApologyReason, locale: Locale) -> &str {
    match locale {
        Locale::Russian => &reason.name,
        Locale::English => &reason.name_en,
    }
}

fn problem_in_words(problem: Problem, locale: Locale) -> &'static str {
    match problem {
        Problem::Number => words::error_number(locale),
        Problem::Mailbox => mailbox::error(locale),
        Problem::Sum => words::error_sum(locale),
        Problem::Item => words::error_item(locale),
        Problem::NotKept => words::error_not_kept(locale),
        Problem::Printer(status) => printer_in_words(status, locale).unwrap_or_default(),
        Problem::NotPrinted => words::error_not_printed(locale),
        Problem::NotPrintedHere => words::error_not_printed_here(locale),
        Problem::NoPoints => words::error_no_points(locale),
        Problem::Paused => words::error_paused(locale),
        Problem::NoMember => words::error_no_member(locale),
        Problem::StaffPhone => words::error_staff_phone(locale),
        Problem::Manager => words::error_manager(locale),
        Problem::Coupon => words::error_coupon(locale),
        Problem::Spent => words::error_spent(locale),
        Problem::Refused => words::error_refused(locale),
        Problem::NoAnswer => words::error_no_answer(locale),
    }
}

/// An apology that the store has refused, for whoever gave it.
pub(in crate::features::staff_desk) fn note_in_words(note: &ApologyNote, currency: Currency, locale: Locale) -> String {
    let reasons = kept::chain().map(|chain| chain.reasons).unwrap_or_default();
    let reason = reasons.iter().find(|reason| reason.code == note.reason);
    let reason = reason.map_or(note.reason.clone(), |reason| name_of(reason, locale).to_owned());
    format!("{reason}, {}", i18n::money(locale, Money { minor_units: note.minor_units, currency }))
}

/// What another has given above a limit, and yes or no to it.
fn waiting_view(
    apology: &ApologyResponse,
    all: &ApologiesResponse,
    state: Signal<State>,
    about: &About,
    product_of: impl Fn(Gtin) -> Option<Product>,
    on: impl Fn(Event) + Copy + 'static,
) -> AnyView {
    let locale = about.locale;
    let goods = all.goods.iter().find(|goods| goods.apology_id == apology.apology_id).map(|goods| {
        let product = goods.gtin.parse().ok().and_then(product_of);
        let name = product.map_or(goods.gtin.clone(), |product| product_name(&product, locale).0.to_string());
        let text = words::waits_goods(locale, &goods.quantity.to_string(), &name, &goods.receipt_number);
        let photo = goods.has_photo.then(|| {
            let (id, alt) = (apology.apology_id, words::alt_goods(locale, &name));
            let is_seen = Memo::new(move |_| state.with(|state| state.seen_photo == Some(id)));
            goods_photo((id, format!("apology-{id}")), is_seen, alt, locale, move || on(Event::Photo(id)))
        });
        view! { <p>{text}</p> {photo} }
    });
    let before = all.customers.iter().find(|before| before.apology_id == apology.apology_id);
    let before = before.map(|before| words::waits_before(locale, &before.count.to_string()));
    let reason = state.with_untracked(|state| {
        let reasons = state.chain.iter().flat_map(|chain| &chain.reasons);
        let of_code = |reason: &&ApologyReason| reason.code == apology.reason;
        reasons.into_iter().find(of_code).map_or(apology.reason.clone(), |it| name_of(it, locale).to_owned())
    });
    let limit = match apology.limit.as_deref() {
        Some("person_day") => words::limit_person_day(locale),
        Some("customer_month") => words::limit_customer_month(locale),
        Some("store_day") => words::limit_store_day(locale),
        Some("other_goods") => words::limit_other_goods(locale),
        _ => words::limit_once(locale),
    };
    let money = money(about, apology.minor_units);
    let line = words::waits_line(locale, limit, &money, &apology.staff_number.to_string(), &reason);
    let (id, heading) = (apology.apology_id, format!("apology-{}", apology.apology_id));
    let press = |name: &'static str, label: &'static str, is_yes: bool| {
        view! {
            <button
                class="button"
                type="button"
                data-action=name
                aria-describedby=heading.clone()
                on:click=move |_| on(Event::Decide(id, is_yes))
            >
                {label}
            </button>
        }
    };
    let limit_of_own = state.with_untracked(State::limit);
    let why_not = match apology.staff_number == about.staff_number {
        true => Some(words::own_waits(locale)),
        false if needs_manager(apology) && !about.is_manager => Some(words::manager_decides(locale)),
        false if apology.minor_units > limit_of_own => Some(words::above_own(locale)),
        false => None,
    };
    let buttons = match why_not {
        Some(why_not) => view! { <p>{why_not}</p> }.into_any(),
        None => view! {
            <div class="choices">
                {press("agree", words::button_yes(locale), true)}
                {press("refuse", words::button_no(locale), false)}
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="list-line">
            <p class="list-name" id=heading.clone()>{line}</p>
            {goods}
            {before.map(|before| view! { <p>{before}</p> })}
            {buttons}
        </div>
    }
    .into_any()
}
