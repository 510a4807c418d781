//! What was given for mistakes in the last weeks, what of it is unlike the rest, and the reports of the weeks: for the
//! store's managers.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    ApologyOutlier, ApologyReason, ApologySum, ApologySummaryResponse, CaseCategory, WeeklyReport, paths,
};
use polka_domain::{Currency, Date, Money};

use super::view::{Row, table};
use crate::api::use_server;
use crate::features::staff_desk::requests;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::use_catalogue;
use crate::words::cases as words;

const ASK: Duration = Duration::from_secs(60);
/// What the server calls the department of what belongs to none.
const STORE: &str = "store";
/// So many of the newest reports are offered.
const REPORTS: usize = 4;

/// What is known of what was given, and what the chain calls it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::features::staff_desk) struct Known {
    pub(in crate::features::staff_desk) summary: ApologySummaryResponse,
    pub(in crate::features::staff_desk) reasons: Vec<ApologyReason>,
    pub(in crate::features::staff_desk) categories: Vec<CaseCategory>,
    pub(in crate::features::staff_desk) reports: Vec<WeeklyReport>,
}

/// What was given, asked for as long as it is shown; what is known stays while the server does not answer.
pub(in crate::features::staff_desk) fn apologies_view() -> AnyView {
    let (server, catalogue, locale) = (use_server(), use_catalogue(), use_locale());
    let known = RwSignal::new(None::<Known>);
    let ask = move || {
        spawn_local(async move {
            let Ok(summary) = requests::apology_summary(server).await else { return };
            let Ok(reports) = requests::weekly_reports(server).await else { return };
            let Ok(reasons) = requests::apology_reasons(server).await else { return };
            let Ok(categories) = requests::case_categories(server).await else { return };
            let (reasons, categories, reports) = (reasons.reasons, categories.categories, reports.reports);
            // Whoever went on meanwhile is not told.
            known.try_set(Some(Known { summary, reasons, categories, reports }));
        });
    };
    ask();
    if let Ok(asking) = set_interval_with_handle(ask, ASK) {
        on_cleanup(move || asking.clear());
    }
    let known = Memo::new(move |_| known.get());
    (move || known.get().map(|known| show(&known, locale.get(), catalogue.today(), catalogue.currency()))).into_any()
}

/// What the screen shows of it.
pub(in crate::features::staff_desk) fn show(known: &Known, locale: Locale, today: Date, currency: Currency) -> AnyView {
    let summary = &known.summary;
    let money = |minor_units: i64| i18n::money(locale, Money { minor_units, currency });
    let sums = |heading, column, sums: &[ApologySum], name: &dyn Fn(&str) -> String| {
        let row = |sum: &ApologySum| -> Row {
            let said = words::said_given(locale, &i18n::number(locale, sum.count), &money(sum.minor_units));
            (name(&sum.of), said, sum.minor_units)
        };
        table(heading, [column, words::column_given(locale)], sums.iter().map(row).collect(), locale)
    };
    let week = |day: &str| {
        let day = day.parse().map_or(day.to_owned(), |day| i18n::day(locale, day, today));
        words::label_week(locale, &day)
    };
    let outlier = |outlier: &ApologyOutlier| match outlier {
        ApologyOutlier::Person { staff_number, minor_units, usual_minor_units } => {
            words::outlier_person(locale, &money(*minor_units), &staff_number.to_string(), &money(*usual_minor_units))
        }
        ApologyOutlier::Reason { reason, minor_units, usual_minor_units } => {
            let reason = reason_in_words(&known.reasons, reason, locale);
            words::outlier_reason(locale, &money(*minor_units), &reason, &money(*usual_minor_units))
        }
    };
    let outliers = match summary.outliers.as_slice() {
        [] => view! { <p>{words::no_outliers(locale)}</p> }.into_any(),
        all => {
            let line = |it| view! { <li>{outlier(it)}</li> };
            view! { <ul>{all.iter().map(line).collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <h2>{words::heading_outliers(locale)}</h2>
        {outliers}
        {sums(words::heading_weeks(locale), words::column_week(locale), &summary.weeks, &week)}
        {sums(words::heading_reasons(locale), words::column_reason(locale), &summary.reasons, &|code| {
            reason_in_words(&known.reasons, code, locale)
        })}
        {sums(words::heading_departments(locale), words::column_department(locale), &summary.departments, &|code| {
            department_in_words(&known.categories, code, locale)
        })}
        {sums(words::heading_people(locale), words::column_person(locale), &summary.people, &|number| {
            words::label_person(locale, number)
        })}
        {reports_view(&known.reports, locale)}
    }
    .into_any()
}

/// What the chain calls a reason; one that is no longer in its list is told by its code.
pub(in crate::features::staff_desk) fn reason_in_words(
    reasons: &[ApologyReason],
    code: &str,
    locale: Locale,
) -> String {
    match reasons.iter().find(|reason| reason.code == code) {
        Some(reason) if locale == Locale::English => reason.name_en.clone(),
        Some(reason) => reason.name.clone(),
        None => code.to_owned(),
    }
}

/// A department is called as the category of its name.
fn department_in_words(categories: &[CaseCategory], code: &str, locale: Locale) -> String {
    match categories.iter().find(|category| category.code == code) {
        Some(category) if locale == Locale::English => category.name_en.clone(),
        Some(category) => category.name.clone(),
        None if code == STORE => words::department_store(locale).to_owned(),
        None => code.to_owned(),
    }
}

/// The newest reports, as pages to print and as CSV.
fn reports_view(reports: &[WeeklyReport], locale: Locale) -> AnyView {
    let links = |report: &WeeklyReport| {
        let path = |path: &str| format!("{}?language={}", path.replace("{week}", &report.week), locale.code());
        let (page, csv) = (path(paths::WEEKLY_REPORT), path(paths::WEEKLY_REPORT_CSV));
        let name = format!("polka-{}.html", report.week);
        view! {
            <a class="button" href=page download=name rel="external">{words::button_report(locale, &report.week)}</a>
            <a class="button" href=csv download rel="external">{words::button_report_csv(locale, &report.week)}</a>
        }
    };
    let links = match reports {
        [] => view! { <p>{words::no_reports(locale)}</p> }.into_any(),
        all => {
            let links = all.iter().take(REPORTS).map(links).collect_view();
            view! { <div class="choices">{links}</div> }.into_any()
        }
    };
    view! {
        <h2>{words::heading_reports(locale)}</h2>
        {links}
    }
    .into_any()
}
