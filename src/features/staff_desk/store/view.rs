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
use crate::speech::queue::Class;
use crate::speech::use_speech;
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

/// A day, and whether items go sooner from it on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::features::staff_desk) struct ChangeOnDay {
    day: String,
    change: Option<MinutesChange>,
}

impl ChangeOnDay {
    pub(in crate::features::staff_desk) fn of(summary: &ExpiredSummaryResponse) -> Self {
        Self { day: summary.change_day.clone(), change: summary.minutes_to_pull }
    }
}

/// How the store does, asked for as long as it is shown.
pub(in crate::features::staff_desk) fn store_view(
    product_of: impl Fn(Gtin) -> Option<Product> + Copy + Send + Sync + 'static,
) -> AnyView {
    let (server, catalogue, locale, speech) = (use_server(), use_catalogue(), use_locale(), use_speech());
    let known = RwSignal::new(Known::Asking);
    let change = RwSignal::new(ChangeOnDay::default());
    // The day that a manager has picked; empty before.
    let picked = RwSignal::new(String::new());
    let ask = move |is_told: bool| {
        spawn_local(async move {
            let Some(day) = picked.try_get_untracked() else { return };
            let told = requests::store(server, &day).await;
            // Whoever has picked another day meanwhile waits for its answer.
            if picked.try_get_untracked().is_none_or(|picked| picked != day) {
                return;
            }
            // Whoever went on meanwhile is not told; what is known stays while the server does not answer.
            let Some(mut summary) = told else {
                let _ = known.try_update(|known| {
                    if *known == Known::Asking {
                        *known = Known::NoAnswer;
                    }
                });
                return;
            };
            let now = ChangeOnDay::of(&summary);
            if is_told {
                let (locale, today) = (locale.get_untracked(), catalogue.today());
                speech.tell(change_in_words(&now, locale, today).join(" "), Class::Value);
            }
            change.try_set(now);
            // Another day is no other screen: what stands beside it stays, and so does the focus.
            (summary.change_day, summary.minutes_to_pull) = (String::new(), None);
            known.try_set(Known::Told(summary));
        });
    };
    ask(false);
    if let Ok(asking) = set_interval_with_handle(move || ask(false), ASK) {
        on_cleanup(move || asking.clear());
    }
    let pick = move |day: String| {
        picked.set(day);
        ask(true);
    };
    let known = Memo::new(move |_| known.get());
    focus_on_each(move || known.with(std::mem::discriminant));
    (move || show(&known.get(), change, locale.get(), catalogue.today(), product_of, pick)).into_any()
}

/// What the screen shows.
pub(in crate::features::staff_desk) fn show(
    known: &Known,
    change: RwSignal<ChangeOnDay>,
    locale: Locale,
    today: Date,
    product_of: impl Fn(Gtin) -> Option<Product>,
    pick: impl Fn(String) + Copy + 'static,
) -> AnyView {
    let summary = match known {
        Known::Asking => return told(words::heading_asking(locale), words::instruction_store(locale), false),
        Known::NoAnswer => return told(words::heading_no_answer(locale), words::instruction_no_answer(locale), true),
        Known::Told(summary) => summary,
    };
    let refused = summary.refused.iter().map(|refused| {
        (reason_in_words(refused.outcome, locale).to_owned(), i18n::number(locale, refused.count), refused.count)
    });
    let weeks = |heading, column, said: &dyn Fn(&WeekSummary) -> (String, i64)| {
        let row = |week: &WeekSummary| {
            let (said, length) = said(week);
            (week_in_words(week, locale, today), said, length)
        };
        table(heading, [words::column_week(locale), column], summary.weeks.iter().map(row).collect(), locale)
    };
    let found = words::column_found(locale);
    let departments = summary.departments.iter().map(|it| department_row(it, locale)).collect();
    let products = summary.products.iter().map(|it| product_row(it, locale, &product_of)).collect();
    let hours = summary.hours.iter().map(|it| hour_row(it, locale)).collect();
    let csv = move || change.with(|change| requests::on_day(paths::EXPIRED_CSV, &change.day));
    view! {
        {told(words::heading_store(locale), words::instruction_store(locale), false)}
        {summary.is_demo.then(|| view! { <p class="notice">{words::demo_weeks(locale)}</p> })}
        {weeks(words::heading_reports(locale), words::column_reports(locale), &|week| {
            (reports_in_words(week, locale), week.reported)
        })}
        {weeks(words::heading_minutes(locale), words::column_minutes(locale), &|week| {
            (minutes_in_words(week, locale), week.minutes_to_pull.unwrap_or(0))
        })}
        {change_view(&summary.weeks, change, locale, today, pick)}
        {weeks(words::heading_points(locale), words::column_points(locale), &|week| {
            (i18n::number(locale, week.points), week.points)
        })}
        {table(
            words::heading_refused(locale),
            [words::column_reason(locale), words::column_count(locale)],
            refused.collect(),
            locale,
        )}
        {table(words::heading_departments(locale), [words::column_department(locale), found], departments, locale)}
        {table(words::heading_products(locale), [words::column_product(locale), found], products, locale)}
        {table(
            words::heading_hours(locale),
            [words::column_hour(locale), words::column_calls(locale)],
            hours,
            locale,
        )}
        <div class="choices">
            <a class="button" href=csv download rel="external">{words::button_csv(locale)}</a>
        </div>
    }
    .into_any()
}

/// Whether items go sooner from a day on, and the Mondays of which a manager may pick another.
fn change_view(
    weeks: &[WeekSummary],
    change: RwSignal<ChangeOnDay>,
    locale: Locale,
    today: Date,
    pick: impl Fn(String) + Copy + 'static,
) -> AnyView {
    let said = move || {
        let said = change.with(|change| change_in_words(change, locale, today));
        said.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()
    };
    // Before the first one there is nothing.
    let choice = |week: &WeekSummary| {
        let (day, picks) = (week.first_day.clone(), week.first_day.clone());
        let is_on = move || change.with(|change| change.day == day).to_string();
        view! {
            <button
                class="button"
                type="button"
                data-action="change-day"
                aria-pressed=is_on
                on:click=move |_| pick(picks.clone())
            >
                {week_in_words(week, locale, today)}
            </button>
        }
    };
    view! {
        <h2>{words::heading_change(locale)}</h2>
        <div class="list-lines" aria-live="polite">{said}</div>
        <p>{words::instruction_change(locale)}</p>
        <div class="choices">{weeks.iter().skip(1).map(choice).collect_view()}</div>
    }
    .into_any()
}

/// What a row is called, what it says, and how long its bar is beside the others'.
pub(super) type Row = (String, String, i64);

fn week_in_words(week: &WeekSummary, locale: Locale, today: Date) -> String {
    let day = week.first_day.parse().map_or(week.first_day.clone(), |day| i18n::day(locale, day, today));
    words::label_week(locale, &day)
}

/// A table of names and values, and beside each value a bar for whoever looks.
pub(super) fn table(heading: &'static str, columns: [&'static str; 2], rows: Vec<Row>, locale: Locale) -> AnyView {
    if rows.is_empty() {
        return view! {
            <h2>{heading}</h2>
            <p>{words::nothing_yet(locale)}</p>
        }
        .into_any();
    }
    let longest = rows.iter().map(|row| row.2).max().unwrap_or_default().max(1);
    let row = |(name, said, length): Row| {
        let width = format!("{:.1}", length.max(0) as f64 * 100.0 / longest as f64);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>
                    {said}
                    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=width height="4"></rect>
                    </svg>
                </td>
            </tr>
        }
    };
    view! {
        <table class="chart">
            <caption><h2>{heading}</h2></caption>
            <thead>
                <tr>{columns.map(|column| view! { <th scope="col">{column}</th> }).collect_view()}</tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
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
fn change_in_words(on_day: &ChangeOnDay, locale: Locale, today: Date) -> Vec<String> {
    let Some(change) = &on_day.change else { return vec![words::change_unknown(locale).to_owned()] };
    let day = on_day.day.parse().map_or(on_day.day.clone(), |day| i18n::day(locale, day, today));
    let whole = |minutes: f64| i18n::number(locale, minutes.abs().round() as i64);
    let means = words::change_means(locale, &whole(change.after), &whole(change.before), &day);
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
        ExpiredReportOutcome::SoldJustNow => words::reason_sold(locale),
        ExpiredReportOutcome::ByStaff => words::reason_staff(locale),
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
