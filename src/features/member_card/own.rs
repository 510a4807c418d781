//! What somebody sees of what is theirs.

use leptos::prelude::*;

use polka_contract::{ConsentKind, LinkWay, OwnDataResponse, PersonalOffer, PointsChange, PointsResponse};
use polka_domain::{CardNumber, Date, Gtin, ListItem, Money, Phone, PhoneCountries, Product, ShoppingList};

use super::questions::{birthday_in_words, question_view};
use super::state::{Event, Own, Page, Place, State};
use super::view::{Now, Seen, refusal_in_words};
use crate::i18n::{self, Locale};
use crate::offline::{Lookup, use_catalogue};
use crate::routes::{Route, use_navigation};
use crate::session::use_session;
use crate::ui::card::card_view;
use crate::ui::code::{TypedCode, code_entry};
use crate::ui::own_phone::own_phone_view;
use crate::ui::page::{button, told};
use crate::ui::phone::{TypedPhone, phone_entry};
use crate::ui::product::name_of;
use crate::words::{member_card as words, own_phone};

/// The page that they look at. `finish` ends the visit.
#[expect(clippy::too_many_arguments, reason = "what a page goes by has no name of its own")]
pub(super) fn own_view(
    state: Signal<State>,
    own: &Own,
    page: Page,
    seen: &Seen,
    code: Signal<Option<String>>,
    countries: StoredValue<PhoneCountries>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    finish: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = seen.locale;
    let to_card = move |class: &'static str| {
        button("card", class, words::button_card(locale), move || on(Event::Go(Place::Card)))
    };
    let moment = |heading| told(heading, words::instruction_moment(locale), false);
    match page {
        Page::Card => whole_card_view(own, seen, code, on, finish),
        Page::History => view! {
            <h1 tabindex="-1">{words::heading_history(locale)}</h1>
            {history_view(&own.points, seen)}
            {to_card("button button-main")}
        }
        .into_any(),
        Page::Offers => view! {
            {told(words::heading_offers(locale), words::instruction_offers(locale), false)}
            {offers_view(&own.offers, seen, on)}
            {to_card("button button-main")}
        }
        .into_any(),
        Page::List(None) => moment(words::heading_list_asking(locale)),
        Page::List(Some(list)) => list_view(&ShoppingList::parse(&list.items), locale, on),
        Page::Question(question) => question_view(state, &question, locale, on),
        Page::Link(None) => moment(words::heading_link_asking(locale)),
        Page::Link(Some(url)) => view! {
            <h1 tabindex="-1">{own_phone::heading(locale)}</h1>
            {own_phone_view(url, locale)}
            <div class="choices">
                {button("send", "button", words::button_send(locale), move || on(Event::SendLink(LinkWay::Sms)))}
                {own.profile.email.is_some().then(|| {
                    button("mail", "button", words::button_mail(locale), move || on(Event::SendLink(LinkWay::Email)))
                })}
                {to_card("button button-main")}
            </div>
        }
        .into_any(),
        Page::LinkSent => view! {
            {told(words::heading_link_sent(locale), words::instruction_link_sent(locale), false)}
            {to_card("button button-main")}
        }
        .into_any(),
        Page::Data(None) => moment(words::heading_data_asking(locale)),
        Page::Data(Some(data)) => data_view(&data, own, seen, on),
        Page::ErasureAsked => view! {
            {told(words::heading_erasure(locale), words::instruction_erasure(locale), false)}
            <div class="choices">
                {button("keep", "button button-main", words::button_keep(locale), move || on(Event::Go(Place::Card)))}
                {button("erase-all", "button", words::button_erase(locale), move || on(Event::EraseAll))}
            </div>
        }
        .into_any(),
        Page::NewNumber(_) => {
            let typed = Signal::derive(move || {
                state.with(|state| match state {
                    State::Own(_, Page::NewNumber(typed)) => typed.clone(),
                    _ => TypedPhone::default(),
                })
            });
            view! {
                {told(words::heading_new_number(locale), words::instruction_new_number(locale), false)}
                {phone_entry(typed, countries, locale, move |key| on(Event::Key(key)))}
                <div class="choices">
                    {button("next", "button button-main", words::button_next(locale), move || on(Event::Next))}
                    {to_card("button")}
                </div>
            }
            .into_any()
        }
        Page::NewNumberAsking(..) => moment(words::heading_asking(locale)),
        Page::NewNumberCode(_, phone, _) => {
            let typed = Memo::new(move |_| {
                state.with(|state| match state {
                    State::Own(_, Page::NewNumberCode(_, _, code)) => code.clone(),
                    _ => TypedCode::default(),
                })
            });
            view! {
                {code_entry(Some(phone), typed, locale, move |key| on(Event::Key(key)), move || on(Event::Next), move || on(Event::Again))}
                {to_card("button")}
            }
            .into_any()
        }
        Page::NumberChanged => view! {
            {told(words::heading_number_changed(locale), words::instruction_number_changed(locale), false)}
            {to_card("button button-main")}
        }
        .into_any(),
        Page::Working => moment(words::heading_working(locale)),
        Page::NotDone(why) => view! {
            {told(words::heading_not_done(locale), refusal_in_words(why, locale), true)}
            {to_card("button button-main")}
        }
        .into_any(),
    }
}

fn whole_card_view(
    own: &Own,
    seen: &Seen,
    code: Signal<Option<String>>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
    finish: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = seen.locale;
    let go = move |name, class, label: String, place| button(name, class, label, move || on(Event::Go(place)));
    let (number, can_spend, is_own_phone) =
        (own.card.card_number.parse::<CardNumber>(), own.card.can_spend, own.is_on_own_phone());
    let card = number.ok().map(|number| move || card_view(number, code.get(), locale));
    let note = move || match (is_own_phone, code.with(Option::is_some)) {
        (true, true) => Some(words::note_code(locale)),
        (true, false) => Some(words::note_code_away(locale)),
        (false, _) => None,
    };
    let collects = (!can_spend).then(|| {
        view! {
            <p class="notice">{words::note_collects(locale)}</p>
            <a class="button" href="/join-loyalty">{words::button_spending(locale)}</a>
        }
    });
    let questions = match own.missing().count() {
        0 => words::button_questions(locale).to_owned(),
        count => words::button_questions_left(locale, &count.to_string()),
    };
    // What was told is looked through on their own phone alone.
    let has_questions = seen.has_letters && (is_own_phone || own.missing().next().is_some());
    let questions = has_questions.then(|| go("questions", "button", questions, Place::Questions));
    let offers = (!own.offers.is_empty())
        .then(|| go("offers", "button", words::button_offers(locale, &own.offers.len().to_string()), Place::Offers));
    let link =
        (seen.has_links && !is_own_phone).then(|| go("link", "button", words::button_link(locale).into(), Place::Link));
    let end = match is_own_phone {
        true => button("end", "button", words::button_end(locale), move || on(Event::End)),
        false => button("finish", "button button-main", words::button_finish(locale), finish),
    };
    view! {
        <h1 tabindex="-1" data-private="">
            {words::heading_points(locale, &i18n::number(locale, own.points.available))}
        </h1>
        {points_view(&own.points, seen)}
        {card}
        {move || note().map(|note| view! { <p>{note}</p> })}
        {collects}
        <div class="choices">
            {offers}
            {go("list", "button", words::button_list(locale).into(), Place::List)}
            {questions}
            {link}
            {go("history", "button", words::button_history(locale).into(), Place::History)}
            {go("data", "button", words::button_data(locale).into(), Place::Data)}
            {go("new-number", "button", words::button_new_number(locale).into(), Place::NewNumber)}
            {end}
        </div>
    }
    .into_any()
}

/// A fact about somebody, which the voice says through headphones alone.
fn fact(name: impl Into<String>, value: String) -> AnyView {
    view! { <div class="fact" data-private=""><dt>{name.into()}</dt><dd>{value}</dd></div> }.into_any()
}

fn points_view(points: &PointsResponse, seen: &Seen) -> AnyView {
    let locale = seen.locale;
    let some = |name, count: i64| (count != 0).then(|| fact(name, i18n::number(locale, count)));
    let now = seen.now;
    let expiring = points.expiring.iter().take(3).cloned().map(|expiring| {
        let until = move || {
            let day = expiring.last_day.parse::<Date>().map(|day| i18n::day(locale, day, now.with(|now| now.today)));
            words::label_expiring(locale, &day.unwrap_or_else(|_| expiring.last_day.clone()))
        };
        view! { <div class="fact" data-private=""><dt>{until}</dt><dd>{i18n::number(locale, expiring.points)}</dd></div> }
            .into_any()
    });
    let nothing = points.expiring.is_empty().then(|| view! { <p>{words::note_no_expiring(locale)}</p> });
    let facts = [some(words::label_pending(locale), points.pending), some(words::label_held(locale), points.held)];
    let facts: Vec<_> = facts.into_iter().flatten().chain(expiring).collect();
    let facts = (!facts.is_empty()).then(|| view! { <dl class="facts">{facts}</dl> });
    view! { {facts} {nothing} }.into_any()
}

fn history_view(points: &PointsResponse, seen: &Seen) -> AnyView {
    let locale = seen.locale;
    if points.history.is_empty() {
        return view! { <p class="instruction">{words::note_no_history(locale)}</p> }.into_any();
    }
    let now = seen.now;
    let change = |change: &PointsChange| {
        let made_ms = change.made_ms as f64;
        let when = move || now.with(|now| i18n::moment(locale, made_ms, now.today, &now.time_zone));
        let count = if change.available == 0 { change.pending } else { change.available };
        let store = change.store.clone().map(|store| view! { <p>{store}</p> });
        view! {
            <div class="list-line" data-private="">
                <p class="list-name">{change_in_words(&change.kind, locale)}</p>
                <p class="list-price">{i18n::signed_number(locale, count)}</p>
                <p>{when}</p>
                {store}
            </div>
        }
    };
    view! { <div class="list-lines">{points.history.iter().map(change).collect_view()}</div> }.into_any()
}

fn change_in_words(kind: &str, locale: Locale) -> &'static str {
    match kind {
        "accrual" => words::change_accrual(locale),
        "pending_accrual" => words::change_pending_accrual(locale),
        "release" => words::change_release(locale),
        "cancellation" => words::change_cancellation(locale),
        "reservation" => words::change_reservation(locale),
        "redemption" => words::change_redemption(locale),
        "reservation_release" => words::change_reservation_release(locale),
        "return" => words::change_return(locale),
        "expiry" => words::change_expiry(locale),
        "adjustment" => words::change_adjustment(locale),
        "merge" => words::change_merge(locale),
        _ => words::change_other(locale),
    }
}

/// What the chain offers them alone, of what this store sells.
fn offers_view(offers: &[PersonalOffer], seen: &Seen, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (catalogue, locale, now) = (use_catalogue(), seen.locale, seen.now);
    let line = move |offer: &PersonalOffer, product: &Product| {
        let (name, language) = name_of(product, locale);
        let price = Money { minor_units: offer.price_minor_units, ..product.price };
        let day = offer.last_day.parse::<Date>().map(|day| i18n::day(locale, day, now.with(|now| now.today)));
        let until = words::offer_until(locale, &day.unwrap_or_else(|_| offer.last_day.clone()));
        let id = offer.offer_id;
        let switch = match offer.is_activated {
            true => view! { <p class="notice">{words::offer_on(locale)}</p> }.into_any(),
            false => button("activate", "button", words::button_activate(locale), move || on(Event::Activate(id))),
        };
        view! {
            <div class="list-line" data-offer=id.to_string()>
                <p class="list-name" lang=language>{name.to_string()}</p>
                <p class="list-price">{i18n::money(locale, price)}</p>
                <p>{until}</p>
                {switch}
            </div>
        }
    };
    let line = move |offer: PersonalOffer| {
        let gtin: Gtin = offer.gtin.parse().ok()?;
        Some(move || match catalogue.find(gtin) {
            Lookup::Found(product) => Some(line(&offer, &product)),
            Lookup::NotFound | Lookup::NotReady => None,
        })
    };
    let gtins: Vec<Gtin> = offers.iter().filter_map(|offer| offer.gtin.parse().ok()).collect();
    let has_none =
        move || catalogue.is_ready() && !gtins.iter().any(|gtin| matches!(catalogue.find(*gtin), Lookup::Found(_)));
    view! {
        <div class="list-lines">{offers.iter().cloned().filter_map(line).collect_view()}</div>
        {move || has_none().then(|| view! { <p class="notice">{words::note_no_offers(locale)}</p> })}
    }
    .into_any()
}

/// What they want to buy; it goes on to the list of the visit.
fn list_view(list: &ShoppingList, locale: Locale, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let (catalogue, session, navigation) = (use_catalogue(), use_session(), use_navigation());
    let to_card = |class| button("card", class, words::button_card(locale), move || on(Event::Go(Place::Card)));
    if list.items().is_empty() {
        return view! {
            {told(words::heading_list_empty(locale), words::instruction_list_empty(locale), false)}
            {to_card("button button-main")}
        }
        .into_any();
    }
    let line = |item: &ListItem| {
        let gtin = item.gtin;
        let name = move || match catalogue.find(gtin) {
            Lookup::Found(product) => {
                let (name, language) = name_of(&product, locale);
                view! { <span lang=language>{name.to_string()}</span> }.into_any()
            }
            Lookup::NotFound => words::list_gone(locale).into_any(),
            Lookup::NotReady => ().into_any(),
        };
        view! {
            <div class="list-line" data-private="" data-gtin=gtin.to_string()>
                <p class="list-name">{name}</p>
                <p class="list-quantity">{words::list_quantity(locale, &item.quantity.to_string())}</p>
            </div>
        }
    };
    let lines = list.items().iter().map(line).collect_view();
    let list = list.clone();
    let take = move || {
        session.list.update(|own| own.join(&list));
        navigation.go(Route::ShoppingList { items: session.list.with_untracked(ShoppingList::to_string) });
    };
    view! {
        {told(words::heading_list(locale), words::instruction_list(locale), false)}
        <div class="list-lines">{lines}</div>
        <div class="choices">
            {button("take-list", "button button-main", words::button_take_list(locale), take)}
            {button("clear-list", "button", words::button_clear_list(locale), move || on(Event::ClearList))}
            {to_card("button")}
        </div>
    }
    .into_any()
}

/// All that is kept, without what a screen in a store must not show.
fn data_view(
    data: &OwnDataResponse,
    own: &Own,
    seen: &Seen,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = seen.locale;
    let count = |count: usize| i18n::number(locale, i64::try_from(count).unwrap_or(i64::MAX));
    let wants_offers = data.consents.iter().rev().find(|consent| consent.kind == ConsentKind::Marketing);
    let wants_offers = wants_offers.is_some_and(|consent| consent.is_given);
    let offers = if wants_offers { words::offers_yes(locale) } else { words::offers_no(locale) };
    let phone = Phone::parse(&data.phone, &PhoneCountries::default()).map(Phone::masked).unwrap_or_default();
    let (now, joined_ms) = (seen.now, data.joined_ms as f64);
    let joined = move || {
        let day = |now: &Now| Some(i18n::day(locale, i18n::day_of(joined_ms, &now.time_zone)?, now.today));
        now.with(day).unwrap_or_default()
    };
    let told_or_not = |what: Option<String>| match what {
        Some(what) if own.is_on_own_phone() => what,
        Some(_) => words::told(locale).to_owned(),
        None => words::not_told(locale).to_owned(),
    };
    let profile = &own.profile;
    let birthday = profile.birthday.as_deref().and_then(|written| birthday_in_words(written, locale));
    let offers_button = match wants_offers {
        true => button("offers", "button", words::button_offers_no(locale), move || on(Event::Offers(false))),
        false => button("offers", "button", words::button_offers_yes(locale), move || on(Event::Offers(true))),
    };
    let file = own.is_on_own_phone().then(|| view! {
        <a class="button" href=polka_contract::paths::MEMBER_SELF download="polka.json">{words::button_save_file(locale)}</a>
    });
    view! {
        {told(words::heading_data(locale), words::instruction_data(locale), false)}
        <dl class="facts">
            {fact(words::label_phone(locale), phone)}
            <div class="fact" data-private=""><dt>{words::label_joined(locale)}</dt><dd>{joined}</dd></div>
            {fact(words::label_cards(locale), count(data.cards.len()))}
            {fact(words::label_receipts(locale), count(data.receipts.len()))}
            {fact(words::label_list(locale), count(ShoppingList::parse(&data.shopping_list.items).items().len()))}
            {fact(words::label_reports(locale), count(data.expired_reports.len()))}
            {fact(words::label_cases(locale), count(data.cases.len()))}
            {fact(words::label_goods_photos(locale), i18n::number(locale, data.goods_photos))}
            {fact(words::label_looks(locale), count(data.looks.len()))}
            {fact(words::label_first_name_kept(locale), told_or_not(profile.first_name.clone()))}
            {fact(words::label_birthday_kept(locale), told_or_not(birthday))}
            {fact(words::label_email_kept(locale), told_or_not(profile.email.clone()))}
            {fact(words::label_offers(locale), offers.into())}
        </dl>
        <div class="choices">
            {button("card", "button button-main", words::button_card(locale), move || on(Event::Go(Place::Card)))}
            {offers_button}
            {file}
            {button("erasure", "button", words::button_erasure(locale), move || on(Event::Go(Place::Erasure)))}
        </div>
    }
    .into_any()
}
