use leptos::prelude::*;
use polka_domain::{Gtin, ShoppingList};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::state::{Line, State};
use crate::api::use_server;
use crate::i18n::{self, Locale, use_locale};
use crate::offline::{Fate, Lookup, Write, is_enrolled, use_catalogue, use_device};
use crate::routes::{Route, use_navigation};
use crate::scanner::camera::camera_view;
use crate::session::{Scanned, use_session};
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::fetched::fetched_screen;
use crate::ui::focus::focus_heading;
use crate::ui::icon::{Icon, IconView};
use crate::ui::product::name_of;
use crate::ui::shelf::shelf_in_words;
use crate::words::frame;
use crate::words::shopping_list as words;

/// The screen; it is fetched when somebody goes there.
#[component]
pub(crate) fn ShoppingListScreen() -> impl IntoView {
    fetched_screen(words::title, || Box::pin(async { load_view().await.ok() }))
}

#[wasm_split(shopping_list, fallible)]
fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(shopping_list_view)
}

/// What somebody does with a product on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    More(Gtin),
    Less(Gtin),
    Clear,
}

fn shopping_list_view() -> AnyView {
    let (catalogue, session, navigation) = (use_catalogue(), use_session(), use_navigation());
    let (speech, locale, device, server) = (use_speech(), use_locale(), use_device(), use_server());
    let list = session.list;
    let state = Memo::new(move |_| list.with(|list| State::of_list(list, |gtin| catalogue.find(gtin))));
    // Who loads the page again finds the same; the next visitor does not.
    Effect::new(move || navigation.remember(&Route::ShoppingList { items: list.with(ShoppingList::to_string) }));
    let said = RwSignal::new(None::<String>);
    let tell = move |text: String| {
        speech.tell(text.clone(), Class::Value);
        said.set(Some(text));
    };
    let name = move |gtin: Gtin| match untrack(|| catalogue.find(gtin)) {
        Lookup::Found(product) => name_of(&product, locale.get_untracked()).0.to_string(),
        Lookup::NotFound | Lookup::NotReady => gtin.to_string(),
    };
    let tell_quantity = move |gtin: Gtin| {
        let quantity = list.with_untracked(|list| list.quantity(gtin)).to_string();
        tell(words::spoken_quantity(locale.get_untracked(), &quantity, &name(gtin)));
    };
    let sent = RwSignal::new(None::<ArcRwSignal<Fate>>);
    // Who looks at the list scans to fill it, and their card to keep it.
    let take = move |scanned: Scanned| match scanned {
        Scanned::Product(gtin, _) if list.with_untracked(|list| list.has_room_for(gtin)) => {
            session.adds(gtin);
            tell_quantity(gtin);
            true
        }
        Scanned::Card(card) if list.with_untracked(|list| !list.items().is_empty()) => {
            sent.set(Some(device.keep(Write::ShoppingList { card, list: list.get_untracked() })));
            true
        }
        Scanned::Product(..) | Scanned::Card(_) | Scanned::Badge(_) => false,
    };
    session.takes_scans(take);
    // Another list has not been sent.
    let items = Memo::new(move |_| list.get());
    Effect::new(move |is_later: Option<()>| {
        // Tracking alone would not work it out.
        let _ = items.get();
        if is_later.is_some() {
            sent.set(None);
        }
    });
    let fate = Memo::new(move |_| Some(sent.get()?.get().as_told(server.is_away())));
    Effect::new(move || {
        if let Some(text) = fate.get().and_then(|fate| sent_in_words(fate, locale.get_untracked())) {
            tell(text.to_owned());
        }
    });
    let on = move |event: Event| match event {
        Event::More(gtin) => {
            session.adds(gtin);
            tell_quantity(gtin);
        }
        Event::Less(gtin) => {
            list.update(|list| list.set(gtin, list.quantity(gtin).saturating_sub(1)));
            tell_quantity(gtin);
            // The line has gone, and with it the button that had the focus.
            if list.with_untracked(|list| list.quantity(gtin)) == 0 {
                focus_heading();
            }
        }
        Event::Clear => {
            list.set(ShoppingList::default());
            focus_heading();
        }
    };
    let around = Signal::derive(move || Around { can_send: is_enrolled(), sent: fate.get() });
    view! {
        {show(state.into(), said.into(), around, on)}
        {camera_view()}
    }
    .into_any()
}

/// What is said beside the list.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Around {
    /// Whether a list can be sent from here: from a device of the store alone.
    pub(super) can_send: bool,
    /// What has become of the list on its way to a card.
    pub(super) sent: Option<Fate>,
}

/// What has become of the list on its way to a card.
fn sent_in_words(fate: Fate, locale: Locale) -> Option<&'static str> {
    match fate {
        Fate::Keeping => None,
        Fate::Kept => Some(words::sent_later(locale)),
        Fate::Taken => Some(words::sent(locale)),
        Fate::Refused | Fate::NotKept => Some(words::not_sent(locale)),
    }
}

/// What the screen shows.
pub(super) fn show(
    state: Signal<Option<State>>,
    said: Signal<Option<String>>,
    around: Signal<Around>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let locale = use_locale();
    let is_empty = move || state.with(|state| state.as_ref().is_none_or(|state| state.lines.is_empty()));
    let heading = move || {
        let locale = locale.get();
        state.with(|state| match state {
            None => words::heading_loading(locale),
            Some(state) if state.lines.is_empty() => words::heading_empty(locale),
            Some(_) => words::heading(locale),
        })
    };
    let instruction =
        move || if is_empty() { words::instruction_empty(locale.get()) } else { words::instruction(locale.get()) };
    // Each line stays the same thing while its quantity changes: its buttons keep the focus.
    let gtins = Memo::new(move |_| {
        state.with(|state| state.iter().flat_map(|it| &it.lines).map(|it| it.gtin).collect::<Vec<_>>())
    });
    let line = move |gtin: Gtin| {
        let line = Memo::new(move |_| {
            state.with(|state| state.iter().flat_map(|it| &it.lines).find(|line| line.gtin == gtin).cloned())
        });
        line_view(gtin, line, on)
    };
    let total = move || {
        let locale = locale.get();
        state.with(|state| {
            let state = state.as_ref()?;
            let total = state.total.map(|total| words::total(locale, &i18n::money(locale, total)));
            let weighed = state.has_weighed.then(|| words::total_weighed(locale));
            (total.is_some() || weighed.is_some()).then(|| {
                view! { <p class="list-total"><strong>{total}</strong>{weighed.map(|text| format!(" {text}"))}</p> }
            })
        })
    };
    let card = move || {
        let (Around { can_send, sent }, locale) = (around.get(), locale.get());
        let text = sent.and_then(|fate| sent_in_words(fate, locale)).or(can_send.then(|| words::hint_card(locale)));
        text.filter(|_| !is_empty()).map(|text| view! { <p class=sent.map(|_| "notice")>{text}</p> })
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p class="instruction">{instruction}</p>
        <p class="unseen" aria-live="polite">{move || said.get()}</p>
        <div class="list-lines">
            <For each=move || gtins.get() key=|gtin| *gtin children=line/>
        </div>
        {total}
        {card}
        {move || (!is_empty()).then(|| view! {
            <a class="button button-main" href="/find-way">
                <IconView icon=Icon::MapPin/>
                {words::button_way(locale.get())}
            </a>
        })}
        <div class="choices">
            <a class="button" href="/find-product">
                <IconView icon=Icon::Search/>
                {move || frame::button_find(locale.get())}
            </a>
            {move || (!is_empty()).then(|| view! {
                <button class="button" type="button" data-action="clear" on:click=move |_| on(Event::Clear)>
                    {words::button_clear(locale.get())}
                </button>
            })}
        </div>
    }
    .into_any()
}

fn line_view(gtin: Gtin, line: Memo<Option<Line>>, on: impl Fn(Event) + Copy + Send + Sync + 'static) -> AnyView {
    let locale = use_locale();
    let product = Memo::new(move |_| line.with(|line| line.as_ref().and_then(|line| line.product.clone())));
    let quantity = Memo::new(move |_| line.with(|line| line.as_ref().map_or(0, |line| line.quantity)));
    let has_room = Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.has_room)));
    let id = format!("item-{gtin}");
    let about = {
        let id = id.clone();
        move || about_view(&id, product.get().as_deref(), locale.get())
    };
    let less = move || {
        let locale = locale.get();
        if quantity.get() > 1 { words::button_less(locale) } else { words::button_remove(locale) }
    };
    view! {
        <div class="list-line" data-gtin=gtin.to_string()>
            {about}
            <p class="list-quantity">{move || words::quantity(locale.get(), &quantity.get().to_string())}</p>
            <div class="list-buttons">
                <button
                    class="button"
                    type="button"
                    data-action="less"
                    aria-describedby=id.clone()
                    on:click=move |_| on(Event::Less(gtin))
                >
                    {less}
                </button>
                {move || has_room.get().then(|| view! {
                    <button
                        class="button"
                        type="button"
                        data-action="more"
                        aria-describedby=id.clone()
                        on:click=move |_| on(Event::More(gtin))
                    >
                        {words::button_more(locale.get())}
                    </button>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn about_view(id: &str, product: Option<&polka_domain::Product>, locale: Locale) -> AnyView {
    let Some(product) = product else {
        return view! { <p class="list-name" id=id.to_owned()>{words::gone(locale)}</p> }.into_any();
    };
    let (name, language) = name_of(product, locale);
    view! {
        <p class="list-name" id=id.to_owned() lang=language>{name.to_string()}</p>
        <p class="list-price">
            {words::label_price(locale)}": "
            <span data-price=product.price.minor_units>{i18n::money(locale, product.price)}</span>
        </p>
        {product.shelf_address.as_ref().map(|address| view! { <p class="list-place">{shelf_in_words(address, locale)}</p> })}
    }
    .into_any()
}
