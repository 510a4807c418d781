use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    DepartmentSummary, ExpiredReportOutcome, ExpiredSummaryResponse, HourSummary, MinutesChange, ProductSummary,
    WeekSummary, paths,
};
use polka_domain::{Date, Gtin, Product};

use crate::api::use_server;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::ui::focus::focus_on_each;
use crate::ui::page::told;
use crate::ui::product::name_of;
use crate::words::staff_desk as words;

const ASK: Duration = Duration::from_secs(60);
/// What the server calls the department of goods that have none.
const STORE: &str = "store";

/// What is known of the store.
#[derive(Clone, PartialEq)]
pub(in crate::features::staff_desk) enum Known {
    /// The server is being asked for the first time.
    Asking,
    /// It has not answered yet.
    NoAnswer,
    /// As it last said.
    Told(ExpiredSummaryResponse),
}

/// How the store does, asked for as long as it is shown.
pub(in crate::features::staff_desk) fn store_view(
    product_of: impl Fn(Gtin) -> Option<Product> + Copy + Send + Sync + 'static,
) -> AnyView {
    let (server, catalogue, locale) = (use_server(), use_catalogue(), use_locale());
    let known = RwSignal::new(Known::Asking);
    let ask = move || {
        spawn_local(async move {
            let told = requests::store(server).await;
            // Whoever went on meanwhile is not told; what is known stays while the server does not answer.
            let _ = known.try_update(|known| match told {
                Some(summary) => *known = Known::Told(summary),
                None if *known == Known::Asking => *known = Known::NoAnswer,
                None => {}
            });
        });
    };
    ask();
    if let Ok(asking) = set_interval_with_handle(ask, ASK) {
        on_cleanup(move || asking.clear());
    }
    focus_on_each(move || known.with(std::mem::discriminant));
    (move || show(&known.get(), locale.get(), catalogue.today(), product_of)).into_any()
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    known: &Known,
    locale: Locale,
    today: Date,
    product_of: impl Fn(Gtin) -> Option<Product>,
) -> AnyView {
    let summary = match known {
        Known::Asking => return told(words::heading_asking(locale), words::instruction_store(locale), false),
        Known::NoAnswer => return told(words::heading_no_answer(locale), words::instruction_no_answer(locale), true),
        Known::Told(summary) => summary,
    };
    let refused = summary.refused.iter().map(|refused| {
        (reason_in_words(refused.outcome, locale).to_owned(), i18n::number(locale, refused.count), refused.count)
    });
    let change = match &summary.minutes_to_pull {
        Some(change) => change_in_words(change, locale),
        None => vec![words::change_unknown(locale).to_owned()],
    };
    view! {
        {told(words::heading_store(locale), words::instruction_store(locale), false)}
        <h2>{words::heading_reports(locale)}</h2>
        {weeks(summary, locale, today, |week| (reports_in_words(week, locale), week.reported))}
        <h2>{words::heading_minutes(locale)}</h2>
        {change.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
        {weeks(summary, locale, today, |week| (minutes_in_words(week, locale), week.minutes_to_pull.unwrap_or(0)))}
        <h2>{words::heading_points(locale)}</h2>
        {weeks(summary, locale, today, |week| (i18n::number(locale, week.points), week.points))}
        <h2>{words::heading_refused(locale)}</h2>
        {bars(refused.collect(), locale)}
        <h2>{words::heading_departments(locale)}</h2>
        {bars(summary.departments.iter().map(|it| department_row(it, locale)).collect(), locale)}
        <h2>{words::heading_products(locale)}</h2>
        {bars(summary.products.iter().map(|it| product_row(it, locale, &product_of)).collect(), locale)}
        <h2>{words::heading_hours(locale)}</h2>
        {bars(summary.hours.iter().map(|it| hour_row(it, locale)).collect(), locale)}
        <div class="choices">
            <a class="button" href=paths::EXPIRED_CSV download rel="external">{words::button_csv(locale)}</a>
        </div>
    }
    .into_any()
}

/// What a row is called, what it says, and how long its bar is beside the others'.
type Row = (String, String, i64);

fn weeks(
    summary: &ExpiredSummaryResponse,
    locale: Locale,
    today: Date,
    said: impl Fn(&WeekSummary) -> (String, i64),
) -> AnyView {
    let row = |week: &WeekSummary| {
        let day = week.first_day.parse().map_or(week.first_day.clone(), |day| i18n::day(locale, day, today));
        let (said, length) = said(week);
        (words::label_week(locale, &day), said, length)
    };
    bars(summary.weeks.iter().map(row).collect(), locale)
}

/// Rows with a bar each: names and values for whoever listens, a chart for whoever looks.
fn bars(rows: Vec<Row>, locale: Locale) -> AnyView {
    if rows.is_empty() {
        return view! { <p>{words::nothing_yet(locale)}</p> }.into_any();
    }
    let longest = rows.iter().map(|row| row.2).max().unwrap_or_default().max(1);
    let row = |(name, said, length): Row| {
        let width = format!("{:.1}", length.max(0) as f64 * 100.0 / longest as f64);
        view! {
            <div class="fact">
                <dt>{name}</dt>
                <dd>
                    {said}
                    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=width height="4"></rect>
                    </svg>
                </dd>
            </div>
        }
    };
    view! { <dl class="facts">{rows.into_iter().map(row).collect_view()}</dl> }.into_any()
}

fn reports_in_words(week: &WeekSummary, locale: Locale) -> String {
    let number = |value| i18n::number(locale, value);
    let (found, missing) = (number(week.confirmed), number(week.not_confirmed));
    words::said_reports(locale, &found, &missing, &number(week.refused), &number(week.reported))
}

fn minutes_in_words(week: &WeekSummary, locale: Locale) -> String {
    match week.minutes_to_pull {
        Some(minutes) => words::said_minutes(locale, &i18n::number(locale, minutes)),
        None => words::nothing_found(locale).to_owned(),
    }
}

/// In whole minutes: nobody measures them better.
fn change_in_words(change: &MinutesChange, locale: Locale) -> Vec<String> {
    let whole = |minutes: f64| i18n::number(locale, minutes.abs().round() as i64);
    let means = words::change_means(locale, &whole(change.after), &whole(change.before));
    let (lowest, highest) = (whole(change.lowest), whole(change.highest));
    let change = match (change.lowest, change.highest) {
        (_, high) if high < 0.0 => words::change_faster(locale, &highest, &lowest),
        (low, _) if low > 0.0 => words::change_slower(locale, &lowest, &highest),
        _ => words::change_unclear(locale).to_owned(),
    };
    vec![means, change]
}

fn reason_in_words(outcome: ExpiredReportOutcome, locale: Locale) -> &'static str {
    match outcome {
        ExpiredReportOutcome::KindNotCounted => words::reason_kind(locale),
        ExpiredReportOutcome::ReportedBefore => words::reason_before(locale),
        ExpiredReportOutcome::MemberDayLimit => words::reason_member(locale),
        ExpiredReportOutcome::DeviceDayLimit => words::reason_device(locale),
        _ => words::reason_not_expired(locale),
    }
}

fn department_row(of: &DepartmentSummary, locale: Locale) -> Row {
    let name = match of.department.as_str() {
        STORE => words::department_store(locale).to_owned(),
        name => name.to_owned(),
    };
    (name, found_in_words(of.confirmed, of.reported, of.points, locale), of.points)
}

fn product_row(of: &ProductSummary, locale: Locale, product_of: impl Fn(Gtin) -> Option<Product>) -> Row {
    let name = match of.gtin.parse().ok().and_then(product_of) {
        Some(product) => name_of(&product, locale).0.to_string(),
        None => words::product_code(locale, &of.gtin),
    };
    (name, found_in_words(of.confirmed, of.reported, of.points, locale), of.confirmed)
}

fn found_in_words(found: i64, reported: i64, points: i64, locale: Locale) -> String {
    let number = |value| i18n::number(locale, value);
    words::said_department(locale, &number(found), &number(points), &number(reported))
}

fn hour_row(of: &HourSummary, locale: Locale) -> Row {
    let hour = |hour: i64| format!("{:02}:00", hour % 24);
    let calls = words::said_calls(locale, &i18n::number(locale, of.answered), &i18n::number(locale, of.calls));
    let seconds = of.seconds_to_answer.map(|seconds| words::said_seconds(locale, &i18n::number(locale, seconds)));
    let said = [Some(calls), seconds].into_iter().flatten().collect::<Vec<_>>().join(" ");
    (words::label_hour(locale, &hour(of.hour), &hour(of.hour + 1)), said, of.calls)
}
