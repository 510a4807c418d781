//! What a code says of the piece in hand, and what codes are that are no product's.

use leptos::prelude::*;
use polka_domain::{Content, Date, DateKind, Money, Product, SaleUnit};
use polka_scan::{Kind, Meaning, Reason, Refusal, ScannedProduct, price_of, weight_meant};

use super::view::content_in_words;
use crate::i18n::{self, Locale};
use crate::ui::icon::{Icon, IconView};
use crate::words::scanned as words;

/// Weight, price and dates of a piece.
pub(super) fn piece(scanned: &ScannedProduct, product: &Product, locale: Locale, today: Date) -> AnyView {
    view! {
        {price(scanned, product, locale)}
        {date(scanned, locale, today)}
    }
    .into_any()
}

/// What this piece costs: by its weight, or as its label says; and the weight that a label with a price means.
fn price(scanned: &ScannedProduct, product: &Product, locale: Locale) -> Option<AnyView> {
    let of_weight = |price: Money| price_of(price, product.sale_unit, scanned.measure?);
    let meant = |price: Money| weight_meant(price, product.price).filter(|_| product.sale_unit == SaleUnit::Kilogram);
    let weight: Option<Content> = scanned.measure.or_else(|| scanned.price.and_then(meant));
    let price = scanned.price.or_else(|| of_weight(product.price)).map(|price| i18n::money(locale, price));
    // Which of its prices a label shows, it does not say.
    let card_price = product.card_price.filter(|_| scanned.price.is_none()).and_then(of_weight);
    let card_price = card_price.map(|price| i18n::money(locale, price));
    if weight.is_none() && price.is_none() {
        return None;
    }
    let weight = weight.map(|weight| content_in_words(weight, locale));
    let label = match &weight {
        Some(weight) => words::label_piece_of(locale, weight),
        None => words::label_piece(locale).to_owned(),
    };
    Some(match price {
        Some(price) => view! {
            <div class="prices" data-piece="">
                <p class="price">
                    <span class="price-label">{label}</span>
                    <span class="price-value">{price}</span>
                </p>
                {card_price.map(|price| view! {
                    <p class="price price-card">
                        <span class="price-label"><IconView icon=Icon::Card/>{words::label_piece_card(locale)}</span>
                        <span class="price-value">{price}</span>
                    </p>
                })}
            </div>
        }
        .into_any(),
        None => view! { <p class="instruction" data-piece="">{label}</p> }.into_any(),
    })
}

/// Whether its date has passed, and whether that is the day until which it is at its best or until which it may be
/// eaten.
fn date(scanned: &ScannedProduct, locale: Locale, today: Date) -> Option<AnyView> {
    let (last_day, kind) = scanned.last_day(today)?;
    let is_use_by = kind == DateKind::UseBy;
    let day = i18n::day(locale, last_day, today);
    if last_day > today {
        let text = if is_use_by { words::use_by(locale, &day) } else { words::best_before(locale, &day) };
        return Some(view! { <p class="notice" data-date="good"><IconView icon=Icon::Clock/>{text}</p> }.into_any());
    }
    if last_day == today {
        let text = match (is_use_by, scanned.use_by_minute) {
            (true, Some(minute)) => words::use_by_today_at(locale, &format!("{:02}:{:02}", minute / 60, minute % 60)),
            (true, None) => words::use_by_today(locale).to_owned(),
            (false, _) => words::best_before_today(locale).to_owned(),
        };
        return Some(view! { <p class="notice" data-date="today"><IconView icon=Icon::Clock/>{text}</p> }.into_any());
    }
    let (text, what) = match is_use_by {
        true => (words::use_by_past(locale, &day), words::instruction_use_by_past(locale)),
        false => (words::best_before_past(locale, &day), words::instruction_best_before_past(locale)),
    };
    let report = format!("/report-expired?item={}.{}.{last_day}", scanned.gtin, kind.code());
    Some(
        view! {
            <div class="told" data-date="past">
                <p class="notice" data-error=""><IconView icon=Icon::Warning/>{text}</p>
                <p class="instruction">{what}</p>
                <a class="button button-main" href=report>{words::button_report(locale)}</a>
            </div>
        }
        .into_any(),
    )
}

/// What was scanned instead of a product.
pub(super) fn other(read: Result<&Meaning, &Refusal>, locale: Locale) -> AnyView {
    let (heading, instruction) = match read {
        Ok(meaning) => of_meaning(meaning, locale),
        Err(refusal) => of_reason(refusal.reason, locale),
    };
    let seen = read.err().map(|refusal| refusal.seen.clone()).filter(|seen| !seen.is_empty());
    let (href, icon, button) = match read {
        Ok(Meaning::MemberCard { .. }) => ("/member-card", Icon::Card, words::button_card(locale)),
        _ => ("/find-product", Icon::Search, crate::words::frame::button_find(locale)),
    };
    let is_error = read.is_err().then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {seen.map(|seen| view! { <p class="read-code">{words::what_was_read(locale, &seen)}</p> })}
        <a class="button" href=href><IconView icon/>{button}</a>
    }
    .into_any()
}

fn of_meaning(meaning: &Meaning, locale: Locale) -> (&'static str, &'static str) {
    match meaning {
        Meaning::MemberCard { .. } => (words::heading_card(locale), words::instruction_card(locale)),
        Meaning::Coupon(_) => (words::heading_coupon(locale), words::instruction_coupon(locale)),
        Meaning::Badge(_) => (words::heading_badge(locale), words::instruction_badge(locale)),
        Meaning::OwnLink(_) => (words::heading_own_link(locale), words::instruction_own_link(locale)),
        Meaning::Product(_) | Meaning::Enrolment(_) => {
            (words::heading_not_a_product(locale), words::instruction_not_a_product(locale))
        }
    }
}

fn of_reason(reason: Reason, locale: Locale) -> (&'static str, &'static str) {
    match reason {
        Reason::Empty | Reason::Misread | Reason::Incomplete => {
            (words::heading_misread(locale), words::instruction_misread(locale))
        }
        Reason::RestrictedWithoutTable => (words::heading_restricted(locale), words::instruction_restricted(locale)),
        Reason::SeparatorsLost => (words::heading_separators(locale), words::instruction_separators(locale)),
        Reason::BrokenElement(_) | Reason::UnknownElement | Reason::Contradiction(_) | Reason::CompressedLink => {
            (words::heading_broken(locale), words::instruction_broken(locale))
        }
        Reason::ControlCharacters | Reason::TooLong => {
            (words::heading_commands(locale), words::instruction_not_a_product(locale))
        }
        Reason::NotAProduct(kind) => {
            let heading = match kind {
                Kind::Pallet => words::heading_pallet(locale),
                Kind::Coupon => words::heading_foreign_coupon(locale),
                Kind::WebAddress => words::heading_web_address(locale),
                Kind::OtherElements | Kind::Number | Kind::Text => words::heading_not_a_product(locale),
            };
            (heading, words::instruction_not_a_product(locale))
        }
    }
}
