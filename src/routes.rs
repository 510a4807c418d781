//! Every address of the app, and going from one to the other.
//!
//! The address is a value, [`Route`]; the one function that shows a screen for it is in `app.rs`. A scan must
//! be on the screen in the next frame, so going somewhere is setting a signal, and the browser's history
//! follows. (A router was weighed; see ARCHITECTURE.md, "Libraries that are not here".)

use leptos::ev;
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use wasm_bindgen::{JsCast, JsValue};

use crate::provided::provided;

/// An address of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Welcome,
    /// `/price-check/{code}`
    PriceCheck {
        /// What was scanned, whatever it is.
        code: String,
    },
    /// `/label-report/{code}`
    LabelReport {
        /// Of the product whose label it is.
        code: String,
    },
    /// `/find-product?q={query}`
    FindProduct {
        /// What is looked for.
        query: String,
    },
    /// `/find-way/{code}`, or `/find-way` for all that is on the visitor's list.
    FindWay {
        /// Of the product that the way leads to; empty for the list.
        code: String,
    },
    /// `/shopping-list?items={list}`
    ShoppingList {
        /// What is on it, for whoever loads the page again; the list itself is the visit's.
        items: String,
    },
    /// `/report-expired?item={item}`
    ReportExpired {
        /// What was found: the number of a product, and behind it what its date means and the day, with dots between
        /// them; empty where it is not known yet.
        item: String,
    },
    /// `/join-loyalty`
    JoinLoyalty,
    /// `/member-card`
    MemberCard,
    /// `/checkout`
    Checkout,
    /// `/help`
    Help,
    /// `/call-staff`
    CallStaff,
    /// `/case-status`
    CaseStatus,
    /// `/installer`
    Installer,
    /// `/staff-desk`
    StaffDesk,
    /// `/gallery/{feature}/{state}`: an example; `/gallery` lists them.
    #[cfg(feature = "gallery")]
    Gallery {
        /// `feature/state`
        name: String,
    },
    /// Anything else.
    NotFound,
}

impl Route {
    /// The route with this path, and what may stand behind it.
    #[must_use]
    pub fn from_path(path: &str) -> Self {
        let (path, behind) = path.split_once('?').unwrap_or((path, ""));
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        match path.trim_matches('/').split('/').collect::<Vec<_>>()[..] {
            [""] => Self::Welcome,
            ["price-check", code] => Self::PriceCheck { code: decode(code) },
            ["label-report", code] => Self::LabelReport { code: decode(code) },
            ["find-product"] => Self::FindProduct { query: value_of(behind, QUERY) },
            ["find-way"] => Self::FindWay { code: String::new() },
            ["shopping-list"] => Self::ShoppingList { items: value_of(behind, LIST) },
            ["find-way", code] => Self::FindWay { code: decode(code) },
            ["report-expired"] => Self::ReportExpired { item: value_of(behind, ITEM) },
            ["join-loyalty"] => Self::JoinLoyalty,
            ["member-card"] => Self::MemberCard,
            ["checkout"] => Self::Checkout,
            ["help"] => Self::Help,
            ["call-staff"] => Self::CallStaff,
            ["case-status"] => Self::CaseStatus,
            ["installer"] => Self::Installer,
            ["staff-desk"] => Self::StaffDesk,
            #[cfg(feature = "gallery")]
            ["gallery", ref name @ ..] => Self::Gallery { name: name.join("/") },
            _ => Self::NotFound,
        }
    }

    /// The path of this route.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Welcome => "/".into(),
            Self::PriceCheck { code } => format!("/price-check/{}", utf8_percent_encode(code, NON_ALPHANUMERIC)),
            Self::LabelReport { code } => format!("/label-report/{}", utf8_percent_encode(code, NON_ALPHANUMERIC)),
            Self::FindProduct { query } if query.is_empty() => "/find-product".into(),
            Self::FindProduct { query } => {
                format!("/find-product?{QUERY}={}", utf8_percent_encode(query, NON_ALPHANUMERIC))
            }
            Self::FindWay { code } if code.is_empty() => "/find-way".into(),
            Self::ShoppingList { items } if items.is_empty() => "/shopping-list".into(),
            Self::ShoppingList { items } => {
                format!("/shopping-list?{LIST}={}", utf8_percent_encode(items, NON_ALPHANUMERIC))
            }
            Self::ReportExpired { item } if item.is_empty() => "/report-expired".into(),
            Self::ReportExpired { item } => {
                format!("/report-expired?{ITEM}={}", utf8_percent_encode(item, NON_ALPHANUMERIC))
            }
            Self::FindWay { code } => format!("/find-way/{}", utf8_percent_encode(code, NON_ALPHANUMERIC)),
            #[cfg(feature = "gallery")]
            Self::Gallery { name } => format!("/gallery/{name}"),
            Self::JoinLoyalty
            | Self::MemberCard
            | Self::Checkout
            | Self::Help
            | Self::CallStaff
            | Self::CaseStatus
            | Self::Installer
            | Self::StaffDesk
            | Self::NotFound => format!("/{}", self.screen()),
        }
    }

    /// The screen's name on the page, as tests and integrators know it.
    #[must_use]
    pub fn screen(&self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::PriceCheck { .. } => "price-check",
            Self::LabelReport { .. } => "label-report",
            Self::FindProduct { .. } => "find-product",
            Self::FindWay { .. } => "find-way",
            Self::ShoppingList { .. } => "shopping-list",
            Self::ReportExpired { .. } => "report-expired",
            Self::JoinLoyalty => "join-loyalty",
            Self::MemberCard => "member-card",
            Self::Checkout => "checkout",
            Self::Help => "help",
            Self::CallStaff => "call-staff",
            Self::CaseStatus => "case-status",
            Self::Installer => "installer",
            Self::StaffDesk => "staff-desk",
            #[cfg(feature = "gallery")]
            Self::Gallery { .. } => "gallery",
            Self::NotFound => "not-found",
        }
    }
}

/// What an address calls what is looked for.
const QUERY: &str = "q";
/// What it calls the products of a list.
pub(crate) const LIST: &str = "items";
/// What it calls an item that was found.
const ITEM: &str = "item";

/// The value of this name, of what stands behind a path.
fn value_of(behind: &str, name: &str) -> String {
    let value = behind.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// What stands behind a path and is no visitor's.
fn without_query(search: &str) -> String {
    let is_visitors = |pair: &str| matches!(pair.split('=').next(), Some(QUERY | LIST | ITEM | ""));
    let pairs = search.trim_start_matches('?').split('&').filter(|pair| !is_visitors(pair));
    pairs.collect::<Vec<_>>().join("&")
}

/// Where the visitor is. In the browser's history each entry has its depth: how many lie before it.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    route: RwSignal<Route>,
    depth: StoredValue<u32>,
    /// What the page was opened with behind its path: an integrator's choice of language lasts beyond a visit.
    query: StoredValue<String>,
    /// A visit has ended or waits, and the browser is on its way to the entry in which it began.
    is_restarting: StoredValue<bool>,
    /// Where a visit begins: at a till and at the desk of the staff their own screen, where the page was opened there.
    begins_at: StoredValue<Route>,
}

/// A browser keeps 50 entries; a visit must not push its own beginning out.
const DEEPEST: u32 = 40;

impl Navigation {
    /// Where the visitor is, tracked.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }

    /// Where the visitor is at this moment.
    pub(crate) fn route_now(self) -> Route {
        self.route.get_untracked()
    }

    /// The same with what the screen has come to, as it was [remembered](Self::remember).
    pub(crate) fn route_remembered(self) -> Route {
        here()
    }

    /// Where a visit begins and ends.
    pub(crate) fn start(self) -> Route {
        self.begins_at.get_value()
    }

    /// Goes to a route that "back" leads back from; from a price to the next there is nothing to go back to.
    pub(crate) fn go(self, route: Route) {
        // Somebody is here again before the browser has arrived at the last visit's beginning.
        self.is_restarting.set_value(false);
        let is_same_screen = self.route.with_untracked(|from| from.screen() == route.screen());
        let in_place = is_same_screen || self.depth.get_value() >= DEEPEST;
        if !in_place {
            self.depth.update_value(|depth| *depth += 1);
        }
        self.record(&route, in_place);
        self.route.set(route);
    }

    /// Goes to where the visitor came from, or to the start.
    pub(crate) fn back(self) {
        match self.depth.get_value() {
            0 => self.show_start(),
            _ => drop(window().history().and_then(|history| history.back())),
        }
    }

    /// Goes to the start, and leaves no step behind or before it that the next visitor could go.
    pub(crate) fn restart(self) {
        match self.depth.get_value() {
            0 => self.show_start(),
            _ => self.begin_at(self.start()),
        }
    }

    /// Goes to a screen as if it were the first, and leaves no step behind or before it.
    pub(crate) fn begin_at(self, route: Route) {
        let steps = i32::try_from(self.depth.get_value()).unwrap_or(0);
        self.depth.set_value(0);
        self.is_restarting.set_value(steps > 0);
        match steps {
            0 => self.record_as_first(&route),
            _ => drop(window().history().and_then(|history| history.go_with_delta(-steps))),
        }
        self.route.set(route);
    }

    /// A new entry puts an end to those that lay before this one.
    fn record_as_first(self, route: &Route) {
        self.record(route, true);
        self.record(route, false);
    }

    /// Keeps what the screen that is shown has come to, for whoever comes back to it.
    pub(crate) fn remember(self, route: &Route) {
        self.record(route, true);
    }

    fn show_start(self) {
        self.record(&self.start(), true);
        self.route.set(self.start());
    }

    fn record(self, route: &Route, in_place: bool) {
        let Ok(history) = window().history() else { return };
        let depth = JsValue::from(self.depth.get_value());
        let path = route.path();
        let path = self.query.with_value(|query| match query.as_str() {
            "" => path,
            query => [path.as_str(), if path.contains('?') { "&" } else { "?" }, query].concat(),
        });
        // The address is a convenience; where the browser refuses, the screen is shown all the same.
        let _ = match in_place {
            true => history.replace_state_with_url(&depth, "", Some(&path)),
            false => history.push_state_with_url(&depth, "", Some(&path)),
        };
    }

    /// Takes word that the browser went to another entry of its history.
    fn arrived(self, entry: &JsValue) {
        if self.is_restarting.get_value() {
            self.is_restarting.set_value(false);
            return self.record_as_first(&self.route_now());
        }
        let depth = entry.as_f64().map_or(0, |depth| depth as u32);
        self.depth.set_value(depth);
        self.route.set(here());
    }
}

fn here() -> Route {
    let location = window().location();
    Route::from_path(&(location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()))
}

/// Provides navigation: from the address at start, then by links and the browser's own back and forward.
pub(crate) fn provide_navigation() {
    let state = window().history().and_then(|history| history.state()).unwrap_or(JsValue::NULL);
    let depth = state.as_f64().map_or(0, |depth| depth as u32);
    let navigation = Navigation {
        route: RwSignal::new(here()),
        depth: StoredValue::new(depth),
        query: StoredValue::new(without_query(&window().location().search().unwrap_or_default())),
        is_restarting: StoredValue::new(false),
        begins_at: StoredValue::new(match here() {
            own @ (Route::Checkout | Route::StaffDesk) => own,
            _ => Route::Welcome,
        }),
    };
    provide_context(navigation);

    let _ = window_event_listener(ev::popstate, move |event| navigation.arrived(&event.state()));
    let _ = window_event_listener(ev::click, move |event| {
        let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = link.and_then(|target| target.closest("a[href^='/']").ok().flatten());
        let Some(link) = link else { return };
        let Some(path) = link.get_attribute("href") else { return };
        // With a key held down the browser opens a tab or a window.
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain && !event.default_prevented() && !link.has_attribute("download") {
            event.prevent_default();
            navigation.go(Route::from_path(&path));
        }
    });
}

/// Where the visitor is.
pub(crate) fn use_navigation() -> Navigation {
    provided()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_is_found_by_its_own_path() {
        let codes = ["4006381333931", "https://example.com/01/0952?a=b#c", "а/б %", "]d2"];
        let routes = codes.map(|code| Route::PriceCheck { code: code.into() });
        let report = Route::LabelReport { code: "9520000000004".into() };
        let way = Route::FindWay { code: "9520000000004".into() };
        let of_list = ["", "9520000000004-2.4006381333931"].map(|items| Route::ShoppingList { items: items.into() });
        let of_items = ["", "9520000000004.use_by.2026-11-28"].map(|item| Route::ReportExpired { item: item.into() });
        let whole_way = Route::FindWay { code: String::new() };
        let others = [
            Route::Welcome,
            Route::JoinLoyalty,
            Route::MemberCard,
            Route::Checkout,
            Route::Help,
            Route::CallStaff,
            Route::CaseStatus,
            Route::Installer,
            Route::StaffDesk,
        ];
        let queries = ["", "молоко 3,2%", "a&q=b?c#d+e"].map(|query| Route::FindProduct { query: query.into() });
        for route in routes
            .into_iter()
            .chain([report, way, whole_way])
            .chain(of_list)
            .chain(of_items)
            .chain(queries)
            .chain(others)
        {
            assert_eq!(Route::from_path(&route.path()), route);
        }
        let found = Route::FindProduct { query: "кофе в зёрнах".into() };
        assert_eq!(Route::from_path("/find-product?lang=ru&q=кофе+в%20зёрнах"), found);
        assert_eq!(Route::from_path("/help/"), Route::Help);
        assert_eq!(Route::from_path("/price-check"), Route::NotFound);
        assert_eq!(Route::from_path("/nowhere"), Route::NotFound);
        assert_eq!(Route::from_path("/price-check/%FF"), Route::PriceCheck { code: "\u{fffd}".into() });
    }

    #[test]
    fn what_a_visitor_looked_for_is_not_kept_behind_the_next_address() {
        assert_eq!(without_query("?lang=en&q=milk&size=large"), "lang=en&size=large");
        assert_eq!(without_query("?q=milk&items=9520000000004&item=1&from=Demo"), "from=Demo");
        assert_eq!(without_query(""), "");
    }

    #[test]
    fn the_server_knows_every_page_and_no_other() {
        for path in [
            "/",
            "/help",
            "/help/",
            "/call-staff",
            "/case-status",
            "/case-status/1",
            "/installer",
            "/staff-desk",
            "/join-loyalty",
            "/join-loyalty/1",
            "/member-card",
            "/member-card/1",
            "/checkout",
            "/checkout/1",
            "/price-check/1",
            "/price-check",
            "/price-check/1/2",
            "/label-report/1",
            "/label-report",
            "/find-product",
            "/find-product/x",
            "/find-way",
            "/find-way/1",
            "/find-way/1/2",
            "/shopping-list",
            "/shopping-list/1",
            "/report-expired",
            "/report-expired/1",
            "/help/x",
            "/x",
        ] {
            let is_found = Route::from_path(path) != Route::NotFound;
            assert_eq!(polka_contract::paths::is_page(path), is_found, "{path}");
        }
    }
}
