//! Named states of the screen.

use jiff::Span;
use leptos::prelude::*;
use polka_contract::{
    ApologiesResponse, ApologyOutlier, ApologyPercent, ApologyReason, ApologyReasonsResponse, ApologyResponse,
    ApologyState, ApologySum, ApologySummaryResponse, CaseCategory, CaseDetailResponse, CaseDoneResponse, CaseResponse,
    CaseState, CaseStep, CaseStepKind, Claimer, CouponRedemption, DepartmentSummary, DeviceKind, DeviceStatus,
    ExpiredReportOutcome, ExpiredSummaryResponse, HourSummary, KnownLine, KnownReceiptResponse, ListedDevice,
    MessageChannel, MessageChannelState, MessagesResponse, MinutesChange, OpenTask, ProductSummary,
    RecentApologiesResponse, RecentApology, RecentApologyWay, RecentCancellation, RecentCoupon, RecentCouponState,
    RedemptionOutcome, RefusedSummary, ShownMessage, StaffResponse, StaffRole, TaskKind, TaskStep, TasksResponse,
    WaitingGoods, WeekSummary, WeeklyReport,
};
use polka_domain::{CardNumber, CaseCode, CouponCode, Date, PhoneCountries};

use super::apology::{state as apology, view as apology_view};
use super::cases::{state as cases, view as cases_view};
use super::devices::state::State;
use super::devices::view::{Now, show};
use super::given::{state as given, view as given_view};
use super::state::{self as desk, Event};
use super::store;
use super::store::view::{ChangeOnDay, Known};
use super::view::{self, About};
use super::without_goods::{state as without_goods, view as without_goods_view};
use crate::api::members::Refusal;
use crate::gallery::Example;
use crate::i18n::Locale;
use crate::offline::outbox::{self, KeptStep, StepNote};
use crate::printer::Status;
use crate::scanner::photo::{self, Photo, Shared, photo_view};
use crate::ui::digits::Key;
use crate::ui::examples::milk;

/// 24 November 2026, 12:00 in Moscow.
const NOW_MS: i64 = 1_795_510_800_000;

pub(crate) fn examples() -> [Example; 40] {
    [
        ("who", |locale| desk_example(&[], locale)),
        ("pin-wrong", |locale| desk_example(&[key(7), Event::Next, key(1), Event::Next], locale)),
        ("tasks", |locale| desk_example(&[signed_in(locale), Event::Tasks(tasks(locale))], locale)),
        ("no-tasks", |locale| {
            desk_with_visitor(&[signed_in(locale), Event::Tasks(TasksResponse::default())], true, locale)
        }),
        ("not-live", |locale| {
            let unsent = Event::Steps(vec![step(4, TaskKind::ShelfLabel, TaskStep::Claim, None)]);
            desk_example(&[signed_in(locale), Event::Tasks(tasks(locale)), Event::Broken, unsent], locale)
        }),
        ("not-found", |locale| desk_example(&[signed_in(locale), Event::Tasks(tasks(locale)), Event::Ask(3)], locale)),
        ("taken", |locale| {
            let refusal = outbox::Refusal { status: 409, code: "task_taken".into() };
            let taken = Event::Steps(vec![step(9, TaskKind::ExpiredItem, TaskStep::Done, Some(refusal))]);
            desk_example(&[signed_in(locale), Event::Tasks(tasks(locale)), taken], locale)
        }),
        ("devices", |locale| example(&State::Devices(vec![well(locale), troubled(locale)]), locale)),
        ("messages", |locale| messages_example(locale)),
        ("store", |locale| store_example(&Known::Told(store()), locale)),
        ("store-empty", |locale| store_example(&Known::Told(ExpiredSummaryResponse::default()), locale)),
        ("apologies-by-week", apologies_example),
        ("given", |locale| given_example(&[], locale)),
        ("given-nothing", |locale| given_example(&[given::Event::Known(Ok(given::Known::default()))], locale)),
        ("given-why", |locale| given_example(&[given::Event::TakeBack(9)], locale)),
        ("given-sure", |locale| given_example(&given_sure(), locale)),
        ("given-taken-back", |locale| {
            let done = [given::Event::Sure, given::Event::TakenBack(Ok(()))];
            given_example(&[&given_sure()[..], &done].concat(), locale)
        }),
        ("given-not-taken-back", |locale| {
            let used = recent(9, ApologyState::Given, Some(RecentCouponState::Used));
            let refused = [
                given::Event::Sure,
                given::Event::TakenBack(Err(Refusal::Settled)),
                given::Event::Looked(9, Ok(Some(used))),
            ];
            given_example(&[&given_sure()[..], &refused].concat(), locale)
        }),
        ("given-coupons", |locale| given_example(&[given::Event::Coupons], locale)),
        ("cases", |locale| cases_example(&[], locale)),
        ("cases-mailbox", |locale| {
            let words = cases::Event::Text(in_words(locale, "Скисло", "Sour"));
            let begin = [cases::Event::New, cases::Event::Category(category()), words, cases::Event::Next];
            cases_example(&[begin.as_slice(), &[cases::Event::Mail, cases::Event::Send]].concat(), locale)
        }),
        ("case", |locale| cases_example(&[cases::Event::Looked(Ok(case(locale)))], locale)),
        ("case-words", |locale| {
            let events = [cases::Event::New, cases::Event::Category(category()), cases::Event::Next];
            cases_example(&events, locale)
        }),
        ("case-opened", |locale| {
            let code = Some(CaseCode::from_secret([7; 16]).to_string());
            let done = CaseDoneResponse { case_id: 12, state: CaseState::Open, code };
            cases_example(&[cases::Event::Opened(Ok(done))], locale)
        }),
        ("apology", |locale| apology_example(&[apology::Event::Waiting(waiting())], locale)),
        ("apology-amount", |locale| apology_example(&[apology::Event::Reason(queue())], locale)),
        ("apology-way", |locale| {
            let events = [apology::Event::Reason(queue()), apology::Event::Amount(10_000), apology::Event::Turn];
            apology_example(&events, locale)
        }),
        ("apology-no-paper", |locale| {
            let no_paper = apology::Event::Printer(Status::NoPaper);
            apology_example(&[apology::Event::Reason(queue()), apology::Event::Amount(10_000), no_paper], locale)
        }),
        ("apology-number", |locale| {
            let by_sms = apology::Event::By(apology::ByNumber::Sms);
            let events =
                [apology::Event::Reason(queue()), apology::Event::Amount(10_000), by_sms, apology::Event::Give];
            apology_example(&events, locale)
        }),
        ("apology-mailbox", |locale| {
            let (by_mail, give) = (apology::Event::ByMail, apology::Event::Give);
            let reason = apology::Event::Reason(queue());
            apology_example(&[reason, apology::Event::Amount(10_000), by_mail, give], locale)
        }),
        ("apology-no-points", |locale| {
            let percent = apology::Event::Percent(ApologyPercent { percent: 10, most_minor_units: 30_000 });
            let card = apology::Event::Card(CardNumber::from_random([7; 16]));
            apology_example(&[apology::Event::Reason(queue()), percent, card], locale)
        }),
        ("apology-given", |locale| {
            let given = apology::Event::Answered(Ok(apology(ApologyState::Given)));
            let events =
                [apology::Event::Reason(queue()), apology::Event::Amount(60_000), apology::Event::Paper, given];
            apology_example(&events, locale)
        }),
        ("without-goods", |locale| without_goods_example(&[without_goods::Event::Find], locale)),
        ("without-goods-line", |locale| without_goods_example(&[receipt_found()], locale)),
        ("without-goods-quantity", |locale| {
            without_goods_example(&[receipt_found(), without_goods::Event::Line(1)], locale)
        }),
        ("without-goods-reason", |locale| without_goods_example(&reason_asked(), locale)),
        ("without-goods-photo", |locale| {
            let aiming = Signal::stored(photo::State::Aiming);
            photo_view(aiming, Shared::new(), without_goods_view::photo_words, Signal::stored(locale), |_| {})
        }),
        ("without-goods-photo-added", |locale| {
            let added = without_goods::Event::Photo(Some(Photo::default()));
            without_goods_example(&[&reason_asked()[..], &[added]].concat(), locale)
        }),
        ("forbidden", |locale| example(&State::Forbidden, locale)),
        ("no-answer", |locale| example(&State::NoAnswer, locale)),
    ]
}

fn example(state: &State, locale: Locale) -> AnyView {
    let today = Date::constant(2026, 11, 24);
    show(state, None, locale, &Now { ms: NOW_MS, today, time_zone: "Europe/Moscow".into() })
}

fn messages_example(locale: Locale) -> AnyView {
    let today = Date::constant(2026, 11, 24);
    let now = Now { ms: NOW_MS, today, time_zone: "Europe/Moscow".into() };
    show(&State::Devices(vec![well(locale)]), Some(&messages(locale)), locale, &now)
}

fn desk_example(events: &[Event], locale: Locale) -> AnyView {
    desk_with_visitor(events, false, locale)
}

fn desk_with_visitor(events: &[Event], has_visitor: bool, locale: Locale) -> AnyView {
    let mut state = desk::State::Asking;
    state.update(Event::Known(Err(Refusal::NoStaff)));
    events.iter().for_each(|event| drop(state.update(event.clone())));
    let state = RwSignal::new(state);
    let about = About {
        locale,
        now_ms: NOW_MS,
        today: Date::constant(2026, 11, 24),
        currency: milk().price.currency,
        has_visitor,
    };
    let on = move |event: Event| state.update(|state| drop(state.update(event)));
    view::show(
        state.into(),
        Signal::stored(about),
        |gtin| Some(milk()).filter(|milk| milk.gtin == gtin),
        on,
        Callback::new(|()| {}),
    )
}

fn queue() -> ApologyReason {
    ApologyReason {
        code: "queue".into(),
        name: "Долгая очередь".into(),
        name_en: "Long queue".into(),
        minor_units: 30_000,
        department: "tills".into(),
    }
}

fn apology(state: ApologyState) -> ApologyResponse {
    let is_given = state == ApologyState::Given;
    ApologyResponse {
        apology_id: 4,
        state,
        reason: "queue".into(),
        minor_units: 60_000,
        points: None,
        staff_number: 9,
        limit: (!is_given).then(|| "once".into()),
        coupon_code: is_given.then(|| CouponCode::from_secret([7; 16]).to_string()),
        coupon_qr: None,
        last_day: is_given.then(|| "2026-12-24".into()),
        message: None,
    }
}

/// What a colleague has given above a limit, for goods that do not come back.
fn waiting() -> ApologiesResponse {
    let goods = WaitingGoods {
        apology_id: 4,
        receipt_number: "17-204".into(),
        line: 2,
        gtin: milk().gtin.to_string(),
        quantity: 2,
        has_photo: true,
    };
    ApologiesResponse { apologies: vec![apology(ApologyState::Waits)], goods: vec![goods], customers: vec![] }
}

fn apology_example(events: &[apology::Event], locale: Locale) -> AnyView {
    let countries = PhoneCountries::default();
    let percent = Some(ApologyPercent { percent: 10, most_minor_units: 30_000 });
    let chain = ApologyReasonsResponse {
        reasons: vec![queue()],
        limit_minor_units: 50_000,
        point_value_minor_units: 100,
        percent,
    };
    let mut state = apology::State::default();
    state.update(apology::Event::Chain(Ok(chain)), &countries);
    events.iter().for_each(|event| drop(state.update(event.clone(), &countries)));
    let (state, countries) = (RwSignal::new(state), StoredValue::new(countries));
    let today = Date::constant(2026, 11, 24);
    let about =
        apology_view::About { locale, currency: milk().price.currency, today, staff_number: 7, is_manager: false };
    let on = move |event| state.update(|state| drop(countries.with_value(|countries| state.update(event, countries))));
    let product_of = |gtin| Some(milk()).filter(|milk| milk.gtin == gtin);
    apology_view::show(state.into(), Signal::stored(about), countries, product_of, on)
}

/// A receipt with lines of each kind.
fn receipt_found() -> without_goods::Event {
    let line = |line: u32, quantity: u32, refusal: Option<&str>| KnownLine {
        line,
        gtin: milk().gtin.to_string(),
        name: Some(milk().name.to_string()),
        name_en: milk().name_en.map(|name| name.to_string()),
        quantity,
        minor_units: 8_990 * i64::from(quantity),
        left: if refusal.is_none() { quantity } else { 0 },
        is_fresh: line == 1,
        refusal: refusal.map(str::to_owned),
    };
    let unknown = KnownLine { name: None, name_en: None, ..line(2, 1, None) };
    without_goods::Event::Found(Ok(KnownReceiptResponse {
        receipt_number: "3-0041".into(),
        day: "2026-11-23".into(),
        has_member: true,
        lines: vec![line(1, 3, None), unknown, line(3, 1, Some("came_back")), line(4, 1, Some("fresh_too_old"))],
        reasons: vec![queue()],
    }))
}

/// What was wrong is asked, of one of three.
fn reason_asked() -> [without_goods::Event; 3] {
    [receipt_found(), without_goods::Event::Line(1), without_goods::Event::Quantity(1)]
}

fn without_goods_example(events: &[without_goods::Event], locale: Locale) -> AnyView {
    let countries = PhoneCountries::default();
    let mut state = without_goods::State::default();
    events.iter().for_each(|event| drop(state.update(event.clone(), &countries)));
    let (state, countries) = (RwSignal::new(state), StoredValue::new(countries));
    let today = Date::constant(2026, 11, 24);
    let about = without_goods_view::About { locale, currency: milk().price.currency, today, has_camera: true };
    let on = move |event| state.update(|state| drop(countries.with_value(|countries| state.update(event, countries))));
    without_goods_view::show(state.into(), Signal::stored(about), countries, on, || {})
}

fn category() -> CaseCategory {
    CaseCategory {
        code: "quality".into(),
        name: "Качество товара".into(),
        name_en: "Quality of goods".into(),
        department: "quality".into(),
        due_hours: 24,
        managers_only: false,
    }
}

/// One that a customer was not content with, and whose time is over.
fn case(locale: Locale) -> CaseDetailResponse {
    let step = |step, staff_number, hours: i64, text| CaseStep {
        step,
        staff_number,
        to_staff_number: None,
        made_ms: NOW_MS - hours * 3_600_000,
        text,
    };
    let note = in_words(locale, "Позвонили поставщику.", "The supplier was called.");
    CaseDetailResponse {
        case: CaseResponse {
            case_id: 12,
            category: "quality".into(),
            department: "quality".into(),
            owner_number: 7,
            state: CaseState::InWork,
            opened_ms: NOW_MS - 90_000_000,
            due_ms: NOW_MS - 3_600_000,
            is_overdue: true,
            is_reopened: true,
            apology_id: None,
        },
        may_take: true,
        is_for_managers: false,
        words: Some(in_words(locale, "Молоко скисло за день до срока.", "The milk was sour a day too soon.")),
        outcome: Some(in_words(locale, "Проверили холодильник.", "We looked at the fridge.")),
        code: Some(CaseCode::from_secret([7; 16]).to_string()),
        steps: vec![
            step(CaseStepKind::Opened, Some(9), 25, None),
            step(CaseStepKind::Noted, Some(7), 20, Some(note)),
            step(CaseStepKind::Reopened, None, 2, None),
        ],
    }
}

fn cases_example(events: &[cases::Event], locale: Locale) -> AnyView {
    let (countries, mut state) = (PhoneCountries::default(), cases::State::default());
    let open = CaseResponse {
        case_id: 13,
        owner_number: 9,
        state: CaseState::Open,
        due_ms: NOW_MS + 86_400_000,
        is_overdue: false,
        is_reopened: false,
        ..case(locale).case
    };
    state.update(cases::Event::Categories(Ok(vec![category()])), &countries);
    state.update(cases::Event::Cases(Ok(vec![case(locale).case, open])), &countries);
    events.iter().for_each(|event| drop(state.update(event.clone(), &countries)));
    let (state, countries) = (RwSignal::new(state), StoredValue::new(countries));
    let about = cases_view::About {
        locale,
        today: Date::constant(2026, 11, 24),
        time_zone: "Europe/Moscow".into(),
        staff_number: 7,
        is_manager: false,
    };
    let on = move |event| state.update(|state| drop(countries.with_value(|countries| state.update(event, countries))));
    cases_view::show(state.into(), Signal::stored(about), countries, on)
}

/// What a colleague has given for a queue, a while ago.
fn recent(apology_id: i64, state: ApologyState, coupon: Option<RecentCouponState>) -> RecentApology {
    let is_points = coupon.is_none() && state == ApologyState::Given;
    RecentApology {
        apology_id,
        state,
        reason: "queue".into(),
        minor_units: 30_000,
        way: if is_points { RecentApologyWay::Points } else { RecentApologyWay::Paper },
        points: is_points.then_some(300),
        staff_number: 9,
        taken_ms: NOW_MS - (10 - apology_id) * 40_000_000,
        decided_by: None,
        coupon: coupon.map(|state| RecentCoupon { state, last_day: "2026-12-23".into() }),
        cancellation: None,
        has_photo: is_points,
    }
}

/// They have said why the newest is taken back.
fn given_sure() -> [given::Event; 2] {
    [given::Event::TakeBack(9), given::Event::Why(given::Why::Mistake)]
}

fn given_example(events: &[given::Event], locale: Locale) -> AnyView {
    let why = in_words(locale, "Дали по ошибке", "Given by mistake");
    let cancellation = RecentCancellation { staff_number: Some(7), why, cancelled_ms: NOW_MS - 30_000_000 };
    let apologies = vec![
        recent(9, ApologyState::Given, Some(RecentCouponState::Open)),
        recent(8, ApologyState::Waits, None),
        RecentApology { decided_by: Some(7), ..recent(7, ApologyState::Given, None) },
        recent(6, ApologyState::Given, Some(RecentCouponState::Used)),
        RecentApology { cancellation: Some(cancellation), ..recent(5, ApologyState::Cancelled, None) },
        RecentApology { decided_by: Some(7), ..recent(4, ApologyState::Refused, None) },
    ];
    let coupon = |redemption_id, outcome| CouponRedemption {
        redemption_id,
        outcome,
        last_four: "5813".into(),
        till: in_words(locale, "Касса 2", "Till 2"),
        receipt_number: format!("2-10{redemption_id}"),
        discount_minor_units: 30_000,
        made_ms: NOW_MS - 90_000_000,
        taken_ms: NOW_MS - 80_000_000,
    };
    let wrong = vec![coupon(2, RedemptionOutcome::TakenTwice), coupon(1, RedemptionOutcome::TakenAboveLimit)];
    let given = RecentApologiesResponse { apologies, has_older: true };
    let mut state = given::State::default();
    state.update(given::Event::Known(Ok(given::Known { reasons: vec![queue()], given, wrong })));
    events.iter().for_each(|event| drop(state.update(event.clone())));
    let state = RwSignal::new(state);
    let about = given_view::About {
        locale,
        currency: milk().price.currency,
        today: Date::constant(2026, 11, 24),
        time_zone: "Europe/Moscow".into(),
    };
    let on = move |event| state.update(|state| drop(state.update(event)));
    given_view::show(state.into(), Signal::stored(about), on)
}

/// A heading is the store page's own: this stands under it.
fn apologies_example(locale: Locale) -> AnyView {
    let sum = |of: &str, count, minor_units| ApologySum { of: of.into(), count, minor_units };
    let monday = |week: i64| Date::constant(2026, 10, 5).saturating_add(Span::new().weeks(week)).to_string();
    let outliers = vec![
        ApologyOutlier::Person { staff_number: 9, minor_units: 250_000, usual_minor_units: 40_000 },
        ApologyOutlier::Reason { reason: "queue".into(), minor_units: 260_000, usual_minor_units: 100_000 },
    ];
    let summary = ApologySummaryResponse {
        weeks: (0..8).map(|week| sum(&monday(week), week + 1, 20_000 * week)).collect(),
        reasons: vec![sum("queue", 20, 400_000), sum("rude", 4, 160_000)],
        departments: vec![sum("quality", 20, 400_000), sum("store", 4, 160_000)],
        people: vec![sum("9", 18, 430_000), sum("7", 6, 130_000)],
        outliers,
    };
    let report = |week: &str, first_day: &str| WeeklyReport { week: week.into(), first_day: first_day.into() };
    let known = store::apologies::Known {
        summary,
        reasons: vec![queue()],
        categories: vec![category()],
        reports: vec![report("2026-W47", "2026-11-16"), report("2026-W46", "2026-11-09")],
    };
    let (today, currency) = (Date::constant(2026, 11, 24), milk().price.currency);
    view! {
        {crate::ui::page::told(
            crate::words::staff_desk::heading_store(locale),
            crate::words::staff_desk::instruction_store(locale),
            false,
        )}
        {store::apologies::show(&known, locale, today, currency)}
    }
    .into_any()
}

fn store_example(known: &Known, locale: Locale) -> AnyView {
    let product_of = |gtin| Some(milk()).filter(|milk| milk.gtin == gtin);
    let change = match known {
        Known::Told(summary) => ChangeOnDay::of(summary),
        Known::Asking | Known::NoAnswer => ChangeOnDay::default(),
    };
    store::view::show(known, RwSignal::new(change), locale, Date::constant(2026, 11, 24), product_of, |_| ())
}

/// A store that has become quicker.
fn store() -> ExpiredSummaryResponse {
    let week = |(number, reported): (usize, i64)| WeekSummary {
        first_day: Date::constant(2026, 10, 5).saturating_add(Span::new().weeks(number as i64)).to_string(),
        reported,
        confirmed: reported * 2 / 3,
        not_confirmed: reported / 8,
        refused: reported / 6,
        points: reported * 75,
        minutes_to_pull: (reported > 0).then_some(70 - 7 * number as i64),
    };
    let refused = |(outcome, count)| RefusedSummary { outcome, count };
    let product = |gtin: String, confirmed| ProductSummary { gtin, reported: 9, confirmed, points: 630 };
    ExpiredSummaryResponse {
        weeks: [18, 24, 21, 0, 16, 12, 9, 4].into_iter().enumerate().map(week).collect(),
        refused: [(ExpiredReportOutcome::NotExpired, 7), (ExpiredReportOutcome::MemberDayLimit, 2)].map(refused).into(),
        departments: vec![DepartmentSummary { department: "store".into(), reported: 104, confirmed: 68, points: 7800 }],
        products: vec![product(milk().gtin.to_string(), 7), product("09521247000444".into(), 2)],
        change_day: "2026-11-02".into(),
        minutes_to_pull: Some(MinutesChange { before: 61.2, after: 33.5, lowest: -35.1, highest: -20.3 }),
        hours: vec![
            HourSummary { hour: 9, calls: 12, answered: 12, seconds_to_answer: Some(40) },
            HourSummary { hour: 23, calls: 3, answered: 0, seconds_to_answer: None },
        ],
        is_demo: true,
    }
}

fn key(digit: u8) -> Event {
    Event::Key(Key::Digit(digit))
}

fn signed_in(locale: Locale) -> Event {
    let name = in_words(locale, "Анна", "Anna");
    let mark = String::new();
    Event::Known(Ok(StaffResponse { staff_number: 7, name, role: StaffRole::Staff, until_ms: NOW_MS, mark }))
}

fn step(task_id: i64, kind: TaskKind, step: TaskStep, refusal: Option<outbox::Refusal>) -> KeptStep {
    let note = StepNote { staff_number: 7, task_id, kind, gtin: Some(milk().gtin.to_string()), step };
    KeptStep { key: task_id.to_string(), note, refusal }
}

/// One that people wait for, one that somebody else does, and two of their own and nobody's.
fn tasks(locale: Locale) -> TasksResponse {
    let task = |task_id, kind, minutes: i64| OpenTask::new(task_id, kind, NOW_MS - minutes * 60_000);
    let of_milk = |task: OpenTask| OpenTask {
        gtin: Some(milk().gtin.to_string()),
        aisle: Some("3".into()),
        bay: Some("2".into()),
        shelf: Some("2".into()),
        ..task
    };
    let claimer = |staff_number, name: String| Some(Claimer { staff_number, name, since_ms: NOW_MS, is_here: true });
    let tasks = vec![
        OpenTask {
            device: Some(in_words(locale, "Вход", "Entrance")),
            is_escalated: true,
            ..task(1, TaskKind::Call, 3)
        },
        OpenTask {
            times: 3,
            claimed_by: claimer(8, in_words(locale, "Борис", "Boris")),
            ..task(2, TaskKind::OpenTill, 1)
        },
        OpenTask {
            last_day: Some("2026-11-22".into()),
            quantity: Some(3),
            is_elsewhere: true,
            has_photo: true,
            claimed_by: claimer(7, in_words(locale, "Анна", "Anna")),
            ..of_milk(task(3, TaskKind::ExpiredItem, 12))
        },
        OpenTask { is_escalated: true, ..of_milk(task(4, TaskKind::ShelfLabel, 300)) },
    ];
    TasksResponse { tasks, waiting: waiting() }
}

fn messages(locale: Locale) -> MessagesResponse {
    let text = in_words(locale, "Код 482 901. Никому его не называйте.", "Code 482 901. Tell it to nobody.");
    let shown = ShownMessage {
        kind: "member_code".into(),
        channel: MessageChannel::Sms,
        to: "•••67".into(),
        subject: String::new(),
        text,
        shown_ms: NOW_MS - 30_000,
    };
    let channel = MessageChannelState {
        channel: MessageChannel::Sms,
        carrier: Some("log".into()),
        waiting: 2,
        waiting_since_ms: Some(NOW_MS - 400_000),
        last_error: None,
        last_error_ms: None,
    };
    MessagesResponse { channels: vec![channel], sms_today: 480, sms_daily_limit: 500, shown: vec![shown] }
}

fn in_words(locale: Locale, russian: &str, english: &str) -> String {
    match locale {
        Locale::Russian => russian.into(),
        Locale::English => english.into(),
    }
}

fn well(locale: Locale) -> ListedDevice {
    ListedDevice {
        name: in_words(locale, "Вход", "Entrance"),
        kind: DeviceKind::Kiosk,
        place: Some(in_words(locale, "у входа, слева", "at the entrance, left")),
        is_enrolled: true,
        is_revoked: false,
        last_seen_ms: Some(NOW_MS - 40_000),
        status: Some(DeviceStatus::default()),
    }
}

fn troubled(locale: Locale) -> ListedDevice {
    ListedDevice {
        name: in_words(locale, "Пекарня", "Bakery"),
        last_seen_ms: Some(NOW_MS - 7_200_000),
        status: Some(DeviceStatus {
            outbox_entries: 3,
            outbox_refused: 1,
            outbox_oldest_ms: Some(NOW_MS - 90_000_000),
            storage_is_persistent: Some(false),
            ..DeviceStatus::default()
        }),
        ..well(locale)
    }
}
