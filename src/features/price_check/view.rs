use leptos::prelude::*;
use polka_domain::{Allergen, Content, ContentUnit, Date, Gtin, Product, SaleUnit, Text, UnitPriceBasis};

use super::reading::{Part, Read, use_reading};
use super::state::{Effect, Event, State};
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Lookup, use_catalogue};
use crate::scanner::camera::camera_view;
use crate::session::use_session;
use crate::speech::queue::Class;
use crate::speech::{Sound, use_speech};
use crate::ui::focus::focus_heading;
use crate::ui::icon::{Icon, IconView};
use crate::ui::product::name_of;
use crate::ui::shelf::{sentence, shelf_in_words};
use crate::words::frame;
use crate::words::price_check as words;

/// The screen for a code: looks it up now, and again whenever the catalogue changes.
#[component]
pub(crate) fn PriceCheckScreen(code: String) -> impl IntoView {
    let (catalogue, reading, locale) = (use_catalogue(), use_reading(), use_locale());
    let scanned_code = code.clone();
    let state = Memo::new(move |_| {
        State::settled(
            &code,
            |gtin| reading.may_be_own(gtin),
            |effect| {
                Some(match effect {
                    Effect::LookUp(gtin, _) => match catalogue.find(*gtin) {
                        Lookup::Found(product) => Event::Found(product),
                        Lookup::NotFound => Event::NotFound,
                        Lookup::NotReady => Event::NotReady,
                    },
                    Effect::Read => match reading.read(&code) {
                        Read::Done(read) => Event::Read(read),
                        Read::Failed => Event::NotRead,
                        Read::NotReady => return None,
                    },
                })
            },
        )
    });
    // A price that was waited for is told when it comes, and so is one that goes.
    let (session, speech) = (use_session(), use_speech());
    leptos::prelude::Effect::new(move |before: Option<std::mem::Discriminant<State>>| {
        // Who scans again tries again.
        let tries_again = before.is_none() && state.with(|state| *state == State::NotRead);
        if tries_again || state.with(|state| *state == State::Reading) {
            reading.fetch();
        }
        let kind = state.with(std::mem::discriminant);
        if before.is_some_and(|before| before != kind) {
            focus_heading();
        }
        let is_scanned = session.scanned.with_value(|scanned| scanned.as_deref() == Some(&scanned_code));
        let outcome = state.with(|state| outcome(state, catalogue.is_missing())).filter(|_| is_scanned && !tries_again);
        if let Some(outcome) = outcome {
            session.scanned.set_value(None);
            speech.signal(outcome);
        }
        kind
    });
    // Drawn again only when something is another: a heading that is drawn again has lost the focus.
    let around = Memo::new(move |_| {
        let (locale, today) = (locale.get(), catalogue.today());
        let as_of =
            catalogue.stale_since_ms().map(|since_ms| i18n::moment(locale, since_ms, today, &catalogue.time_zone()));
        let warned = state.with(|state| match state {
            State::Found { product, .. } => catalogue.found_expired(product.gtin),
            _ => None,
        });
        Around { locale, today, as_of, is_missing: catalogue.is_missing(), warned }
    });
    view! {
        {move || state.with(|state| show(state, around.get(), reading.part()))}
        {camera_view()}
    }
}

/// What who scanned hears, once it is known.
fn outcome(state: &State, is_missing: bool) -> Option<Sound> {
    match state {
        State::Found { .. } | State::Other(_) => Some(Sound::Read),
        State::Waiting | State::Reading if !is_missing => None,
        _ => Some(Sound::Refused),
    }
}

/// What is said beside the product, and how.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Around {
    pub(super) locale: Locale,
    /// The day that it is in the store.
    pub(super) today: Date,
    /// When the price was last confirmed, where it is not fresh.
    pub(super) as_of: Option<String>,
    /// Whether the device has no prices and cannot get any.
    pub(super) is_missing: bool,
    /// The date of items of the product that were past it in this store.
    pub(super) warned: Option<Date>,
}

/// What the screen shows. `part` shows what is more than a product.
pub(super) fn show(state: &State, around: Around, part: Option<Part>) -> AnyView {
    let Around { locale, today, as_of, is_missing, warned } = around;
    // What is on its way is no error.
    let is_error = is_missing || matches!(state, State::NotFound { .. } | State::NotRead);
    let read = match state {
        State::NotFound { gtin } => Some(gtin.to_string()),
        _ => None,
    };
    let (heading, instruction) = match state {
        State::Found { product, scanned } => {
            let piece = scanned.as_deref().zip(part).map(|(it, part)| (part.piece)(it, product, locale, today));
            return view! { <ProductView product=Product::clone(product) piece locale today as_of warned/> }.into_any();
        }
        State::Other(meaning) => return part.map(|part| (part.other)(Ok(meaning), locale)).into_any(),
        State::Refused(refusal) => return part.map(|part| (part.other)(Err(refusal), locale)).into_any(),
        State::Waiting | State::Reading if is_missing => {
            (words::heading_no_prices(locale), words::instruction_no_prices(locale))
        }
        State::Waiting | State::Reading => (words::heading_waiting(locale), words::instruction_waiting(locale)),
        State::NotFound { .. } => (words::heading_not_found(locale), words::instruction_not_found(locale)),
        State::NotRead => (frame::error_not_loaded(locale), frame::instruction_not_loaded(locale)),
    };
    let is_error = is_error.then_some("");
    view! {
        <h1 tabindex="-1" data-error=is_error>{heading}</h1>
        <p class="instruction" data-error=is_error>{instruction}</p>
        {read.map(|code| view! {
            <p class="read-code">{words::what_was_read(locale, code.trim_start_matches('0'))}</p>
        })}
        <a class="button" href="/find-product"><IconView icon=Icon::Search/>{frame::button_find(locale)}</a>
    }
    .into_any()
}

#[component]
fn ProductView(
    product: Product,
    /// What its code says of the piece in hand.
    piece: Option<AnyView>,
    locale: Locale,
    today: Date,
    as_of: Option<String>,
    warned: Option<Date>,
) -> impl IntoView {
    let (label_price, label_card_price) = match product.sale_unit {
        SaleUnit::Piece => (words::label_price(locale), words::label_card_price(locale)),
        SaleUnit::Kilogram => (words::label_price_kg(locale), words::label_card_price_kg(locale)),
        SaleUnit::Litre => (words::label_price_l(locale), words::label_card_price_l(locale)),
    };
    let unit_price = product.unit_price().map(|unit| {
        let price = i18n::money(locale, unit.price);
        match unit.basis {
            UnitPriceBasis::Kilogram => words::unit_price_kg(locale, &price),
            UnitPriceBasis::Litre => words::unit_price_l(locale, &price),
            UnitPriceBasis::Piece => words::unit_price_piece(locale, &price),
            UnitPriceBasis::Metre => words::unit_price_m(locale, &price),
        }
    });
    let (price, card_price) =
        (i18n::money(locale, product.price), product.card_price.map(|it| i18n::money(locale, it)));
    // Millions, or a currency whose units are small: the line holds them at a smaller size.
    let size = match price.chars().count() {
        0..=10 => "prices",
        11..=14 => "prices prices-long",
        _ => "prices prices-longest",
    };
    let offer = product.offer_on(today).map(|offer| {
        let until = product.offer_until.map(|day| words::offer_until(locale, &i18n::day(locale, day, today)));
        (offer.to_string(), until)
    });
    let age_limit = product.age_limit.map(|years| {
        // «с 21 года», but «с 18 лет».
        let years_text = years.to_string();
        match years % 10 == 1 && years % 100 != 11 {
            true => words::age_limit_one(locale, &years_text),
            false => words::age_limit(locale, &years_text),
        }
    });
    // What stands in the store's language alone is read in that language's voice.
    let in_store_language = (locale != Locale::Russian).then_some(Locale::Russian.code());
    let (name, name_language) = name_of(&product, locale);
    let name = name.to_string();
    let content = product.content.map(|content| content_in_words(content, locale));
    // Many brands are Latin words, which every voice reads as such.
    let brand = product.brand.as_ref().map(|brand| {
        let brand = brand.to_string();
        let is_russian = brand.chars().any(|letter| ('\u{400}'..='\u{4ff}').contains(&letter));
        (brand, in_store_language.filter(|_| is_russian))
    });
    let has_place = product.shelf_address.is_some();
    let shelf = product.shelf_address.as_ref().map(|address| shelf_in_words(address, locale));
    let allergens = (!product.allergens.is_empty())
        .then(|| sentence(product.allergens.known().map(|allergen| allergen_in_words(allergen, locale).to_owned())));

    view! {
        <article class="product" data-gtin=product.gtin.to_string()>
            <div class="product-name">
                <h1 tabindex="-1" lang=name_language>{name}</h1>
                {(brand.is_some() || content.is_some()).then(|| {
                    let comma = (brand.is_some() && content.is_some()).then_some(", ");
                    let brand = brand.map(|(brand, language)| view! { <span lang=language>{brand}</span> });
                    view! { <p class="product-about">{brand}{comma}{content}</p> }
                })}
            </div>
            <div class=size>
                <p class="price">
                    <span class="price-label">{label_price}</span>
                    <span class="price-value" data-price=product.price.minor_units.to_string()>
                        {price}
                    </span>
                    {unit_price.map(|price| view! { <span class="price-unit">{price}</span> })}
                </p>
                {product.card_price.map(|price| view! {
                    <p class="price price-card">
                        <span class="price-label"><IconView icon=Icon::Card/>{label_card_price}</span>
                        <span class="price-value" data-card-price=price.minor_units.to_string()>
                            {card_price}
                        </span>
                    </p>
                })}
            </div>
            {piece}
            {warned.map(|day| view! {
                <p class="notice" data-warned="">
                    <IconView icon=Icon::Warning/>
                    {words::warning_lot(locale, &i18n::day(locale, day, today))}
                </p>
            })}
            <dl class="facts">
                {offer.map(|(text, until)| view! {
                    <FactView icon=Icon::Percent label=words::label_offer(locale) value=text language=in_store_language more=until/>
                })}
                {shelf.map(|text| view! { <FactView icon=Icon::MapPin label=words::label_shelf(locale) value=text/> })}
                {allergens.map(|text| view! {
                    <FactView
                        icon=Icon::Warning
                        label=words::label_allergens(locale)
                        value=text
                        more=product.allergens.other().map(Text::to_string)
                        more_language=in_store_language
                    />
                })}
                {age_limit.map(|text| view! {
                    <FactView icon=Icon::Warning label=words::label_age_limit(locale) value=text/>
                })}
            </dl>
            {as_of.map(|time| view! {
                <p class="notice"><IconView icon=Icon::Clock/>{words::price_as_of(locale, &time)}</p>
            })}
            <p class="instruction">{words::instruction_next(locale)}</p>
            {has_place.then(|| view! {
                <a class="button button-main" href=format!("/find-way/{}", product.gtin)>
                    <IconView icon=Icon::MapPin/>
                    {words::button_way(locale)}
                </a>
            })}
            {list_buttons(product.gtin, locale)}
            <div class="choices">
                <a class="button" href=format!("/label-report/{}", product.gtin)>{words::button_label(locale)}</a>
                <a class="button" href=format!("/report-expired?item={}", product.gtin)>{words::button_expired(locale)}</a>
            </div>
        </article>
    }
}

/// Puts the product on the visitor's list, and leads there.
fn list_buttons(gtin: Gtin, locale: Locale) -> AnyView {
    let (session, speech) = (use_session(), use_speech());
    let quantity = Memo::new(move |_| session.list.with(|list| list.quantity(gtin)));
    let has_room = Memo::new(move |_| session.list.with(|list| list.has_room_for(gtin)));
    let said = move || words::said_added(locale, &quantity.get().to_string());
    let add = move || {
        session.adds(gtin);
        speech.tell(untrack(said), Class::Value);
    };
    view! {
        <p class="unseen" aria-live="polite">{move || (quantity.get() > 0).then(said)}</p>
        <div class="choices">
            {move || match has_room.get() {
                true => view! {
                    <button class="button" type="button" data-action="add" on:click=move |_| add()>
                        {move || if quantity.get() > 0 { words::button_add_more(locale) } else { words::button_add(locale) }}
                    </button>
                }
                .into_any(),
                false => view! { <p>{words::list_full(locale)}</p> }.into_any(),
            }}
            {move || session.list_count().map(|count| view! {
                <a class="button" href="/shopping-list"><IconView icon=Icon::List/>{frame::button_list_count(locale, &count.to_string())}</a>
            })}
        </div>
    }
    .into_any()
}

/// One thing about a product, by its name.
#[component]
fn FactView(
    icon: Icon,
    label: &'static str,
    value: String,
    /// The value's, where it is not the screen's.
    #[prop(optional_no_strip)]
    language: Option<&'static str>,
    /// A second line.
    #[prop(optional_no_strip)]
    more: Option<String>,
    /// The second line's language, where it is not the screen's.
    #[prop(optional_no_strip)]
    more_language: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="fact">
            <dt><IconView icon/>{label}</dt>
            <dd><span lang=language>{value}</span>{more.map(|more| view! { <span class="fact-more" lang=more_language>{more}</span> })}</dd>
        </div>
    }
}

pub(super) fn content_in_words(content: Content, locale: Locale) -> String {
    let amount = i18n::thousandths(locale, content.amount_thousandths());
    let single = match content.unit() {
        ContentUnit::Gram => words::content_g(locale, &amount),
        ContentUnit::Kilogram => words::content_kg(locale, &amount),
        ContentUnit::Millilitre => words::content_ml(locale, &amount),
        ContentUnit::Litre => words::content_l(locale, &amount),
        ContentUnit::Piece => words::content_pcs(locale, &amount),
        ContentUnit::Metre => words::content_m(locale, &amount),
    };
    match content.count() {
        1 => single,
        count => words::content_count(locale, &single, &count.to_string()),
    }
}

fn allergen_in_words(allergen: Allergen, locale: Locale) -> &'static str {
    match allergen {
        Allergen::Gluten => words::allergen_gluten(locale),
        Allergen::Crustaceans => words::allergen_crustaceans(locale),
        Allergen::Eggs => words::allergen_eggs(locale),
        Allergen::Fish => words::allergen_fish(locale),
        Allergen::Peanuts => words::allergen_peanuts(locale),
        Allergen::Soya => words::allergen_soya(locale),
        Allergen::Milk => words::allergen_milk(locale),
        Allergen::Nuts => words::allergen_nuts(locale),
        Allergen::Celery => words::allergen_celery(locale),
        Allergen::Mustard => words::allergen_mustard(locale),
        Allergen::Sesame => words::allergen_sesame(locale),
        Allergen::Sulphites => words::allergen_sulphites(locale),
        Allergen::Lupin => words::allergen_lupin(locale),
        Allergen::Molluscs => words::allergen_molluscs(locale),
    }
}
