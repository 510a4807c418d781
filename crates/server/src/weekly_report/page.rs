//! A week's report as a page to print, and as CSV.

use std::fmt::Write;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polka_domain::Currency;
use sha2::{Digest, Sha256};

use super::Week;
use super::numbers::{DepartmentWeek, Numbers};
use crate::apology::money_in_words;
use crate::cases::CaseSettings;
use crate::messages::Words;
use crate::store::Store;

/// What the server calls the department of what belongs to none.
const STORE: &str = "store";

/// How the page looks, also on paper: the policy for its content names it by its hash.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:1.5rem;color:#000;background:#fff}\
table{border-collapse:collapse;width:100%}caption{text-align:start;font-weight:bold;padding-block:.5rem}\
th,td{border:1px solid #000;padding:.25rem .5rem;text-align:end;vertical-align:bottom}\
th[scope=row],thead th:first-child{text-align:start}tfoot th,tfoot td{font-weight:bold}\
@page{size:landscape;margin:10mm}@media print{body{margin:0;font-size:9pt}}";

/// What a browser may do with the page: show it as it is.
pub(super) fn content_security_policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The words of a report in a language.
fn words_of(language: &str) -> Words {
    Words(match language {
        "en" => include_str!("../../messages/weekly_report.en.txt"),
        _ => include_str!("../../messages/weekly_report.ru.txt"),
    })
}

/// What stands in a column: a count, or money.
#[derive(Clone, Copy)]
enum Cell {
    Count(i64),
    Money(i64),
}

/// The columns behind the department, by their names.
fn cells(of: &DepartmentWeek) -> [(&'static str, Cell); 10] {
    [
        ("apologies", Cell::Count(of.apologies)),
        ("given", Cell::Money(of.given_minor_units)),
        ("redeemed", Cell::Money(of.redeemed_minor_units)),
        ("cases_opened", Cell::Count(of.cases_opened)),
        ("cases_closed", Cell::Count(of.cases_closed)),
        ("cases_overdue", Cell::Count(of.cases_overdue)),
        ("put_right", Cell::Count(of.put_right)),
        ("not_put_right", Cell::Count(of.not_put_right)),
        ("expired_reports", Cell::Count(of.expired_reports)),
        ("expired_points", Cell::Count(of.expired_points)),
    ]
}

/// A report, and what its words need.
pub(super) struct Report<'a> {
    pub(super) week: Week,
    pub(super) numbers: &'a Numbers,
    pub(super) store: &'a Store,
    pub(super) cases: &'a CaseSettings,
    pub(super) language: &'a str,
    /// The week is over.
    pub(super) is_whole: bool,
}

impl Report<'_> {
    fn total(&self) -> DepartmentWeek {
        let mut total = DepartmentWeek::default();
        self.numbers.departments.values().for_each(|it| total.add(it));
        total
    }

    fn name_of<'b>(&'b self, department: &'b str, words: &Words) -> &'b str {
        match self.cases.department_name(department, self.language) {
            STORE => words.get("store"),
            name => name,
        }
    }

    /// The page.
    pub(super) fn html(&self) -> String {
        let words = words_of(self.language);
        let day = |day: polka_domain::Date| day.strftime("%d.%m.%Y").to_string();
        let fill = |text: &str| {
            let text = text.replace("{week}", &self.week.code()).replace("{first}", &day(self.week.first));
            escaped(&text.replace("{last}", &day(self.week.last_day())).replace("{store}", &self.store.name))
        };
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n<p>{}</p>\n",
            if self.language == "en" { "en" } else { "ru" },
            fill(words.get("title")),
            fill(words.get("heading")),
            fill(words.get("subheading")),
        );
        if !self.is_whole {
            page += &format!("<p>{}</p>\n", fill(words.get("unfinished")));
        }
        match self.numbers.departments.is_empty() {
            true => page += &format!("<p>{}</p>\n", fill(words.get("nothing"))),
            false => self.add_table(&mut page, &words),
        }
        page + "</main>\n</body>\n</html>\n"
    }

    fn add_table(&self, page: &mut String, words: &Words) {
        let mut heads = String::new();
        let names = std::iter::once("department").chain(cells(&DepartmentWeek::default()).map(|(name, _)| name));
        for name in names {
            let _ = write!(heads, "<th scope=\"col\">{}</th>", escaped(words.get(name)));
        }
        let row = |name: &str, of: &DepartmentWeek| {
            let mut row = format!("<tr><th scope=\"row\">{}</th>", escaped(name));
            for (_, cell) in cells(of) {
                let said = match cell {
                    Cell::Count(count) => count.to_string(),
                    Cell::Money(minor_units) => money(minor_units, self.store.currency, self.language),
                };
                let _ = write!(row, "<td>{}</td>", escaped(&said));
            }
            row + "</tr>\n"
        };
        let _ = write!(
            page,
            "<table>\n<caption>{}</caption>\n<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n",
            escaped(words.get("caption"))
        );
        for (department, of) in &self.numbers.departments {
            *page += &row(self.name_of(department, words), of);
        }
        *page += "</tbody>\n<tfoot>\n";
        *page += &row(words.get("total"), &self.total());
        *page += "</tfoot>\n</table>\n";
    }

    /// The same as CSV: money as decimals, with the currency beside it.
    pub(super) fn csv(&self) -> Result<Vec<u8>> {
        let words = words_of(self.language);
        let mut lines = csv::Writer::from_writer(Vec::new());
        let names = cells(&DepartmentWeek::default()).map(|(name, _)| name);
        lines.write_record(["week", "department"].into_iter().chain(names).chain(["currency"]))?;
        for (department, of) in &self.numbers.departments {
            let said = cells(of).map(|(_, cell)| match cell {
                Cell::Count(count) => count.to_string(),
                Cell::Money(minor_units) => decimal(minor_units),
            });
            let name = unlike_a_formula(self.name_of(department, &words));
            let first = [self.week.code(), name].into_iter();
            lines.write_record(first.chain(said).chain([self.store.currency.code().to_owned()]))?;
        }
        Ok(lines.into_inner()?)
    }
}

/// What was voided in a later week makes the sum of that week less than nought.
fn money(minor_units: i64, currency: Currency, language: &str) -> String {
    let sign = if minor_units < 0 { "−" } else { "" };
    format!("{sign}{}", money_in_words(minor_units.saturating_abs(), currency, language))
}

fn decimal(minor_units: i64) -> String {
    let sign = if minor_units < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor_units.unsigned_abs() / 100, minor_units.unsigned_abs() % 100)
}

/// A spreadsheet takes a text that begins so for something to work out: an apostrophe in front makes it text (OWASP, "CSV
/// Injection").
fn unlike_a_formula(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Text as HTML has it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use polka_contract::CaseCategory;

    use super::*;

    fn store() -> Store {
        Store {
            id: 1,
            name: "<b>Полка & Ко</b>".into(),
            time_zone: "Europe/Moscow".into(),
            currency: "RUB".parse().expect("a currency"),
            catalogue_version: 0,
        }
    }

    fn numbers() -> Numbers {
        let tills = DepartmentWeek {
            apologies: 2,
            given_minor_units: 12_050,
            redeemed_minor_units: -500,
            cases_opened: 3,
            ..DepartmentWeek::default()
        };
        Numbers { departments: [("tills".to_owned(), tills), ("store".to_owned(), DepartmentWeek::default())].into() }
    }

    /// The name of a category is the chain's own text.
    fn cases(name_en: &str) -> CaseSettings {
        let category = CaseCategory {
            code: "tills".into(),
            name: "Кассы".into(),
            name_en: name_en.into(),
            department: "tills".into(),
            due_hours: 1,
            managers_only: false,
        };
        CaseSettings { categories: vec![category], ..CaseSettings::default() }
    }

    fn report<'a>(store: &'a Store, numbers: &'a Numbers, cases: &'a CaseSettings, language: &'a str) -> Report<'a> {
        let week = Week::parse("2026-W48").expect("a week");
        Report { week, numbers, store, cases, language, is_whole: true }
    }

    #[test]
    fn no_name_becomes_markup_or_a_formula() {
        let (store, numbers, cases) = (store(), numbers(), cases("=HYPERLINK(\"x\")<i>"));
        let report = report(&store, &numbers, &cases, "en");
        let html = report.html();
        assert!(html.contains("&lt;b&gt;Полка &amp; Ко&lt;/b&gt;") && !html.contains("<b>") && !html.contains("<i>"));
        let csv = String::from_utf8(report.csv().expect("CSV")).expect("text");
        assert!(csv.contains("2026-W48,\"'=HYPERLINK(\"\"x\"\")<i>\",2,120.50,-5.00,3,"), "{csv}");
        assert!(csv.contains("2026-W48,Store,0,0.00,"), "{csv}");
    }

    #[test]
    fn the_page_is_a_table_that_a_screen_reader_reads_in_either_language() {
        let (store, numbers, cases) = (store(), numbers(), cases("Tills"));
        for (language, name, money) in [("ru", "Кассы", "120,50 ₽"), ("en", "Tills", "120.50 ₽")] {
            let html = report(&store, &numbers, &cases, language).html();
            for part in [
                &format!("<html lang=\"{language}\">"),
                "<caption>",
                &format!("<th scope=\"row\">{name}</th>"),
                &format!("<td>{money}</td>"),
                "<th scope=\"col\">",
                "<td>−5",
            ] {
                assert!(html.contains(part), "{language}: {part}");
            }
            assert!(!html.contains('{') || html.matches('{').count() == STYLE.matches('{').count(), "{html}");
            assert!(!html.contains("<th scope=\"col\"></th>"), "each column has a name");
        }
    }

    #[test]
    fn a_week_without_anything_says_so() {
        let (store, numbers, cases) = (store(), Numbers::default(), cases("Tills"));
        let html = Report { is_whole: false, ..report(&store, &numbers, &cases, "en") }.html();
        assert!(html.contains("Nothing happened") && html.contains("not over") && !html.contains("<table>"));
    }
}
