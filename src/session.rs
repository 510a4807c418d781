//! One person's visit: starts with the first touch or scan, warns before it ends, and leaves nothing behind.
//!
//! [`Visit`] is the rule, without a clock; [`provide_session`] feeds it from the page and does what it says.

use std::any::Any;
use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use polka_contract::CallState;
use polka_domain::{BadgeNumber, CardNumber, Date, DateKind, Gtin, ShoppingList};

use crate::accessibility::modes::Modes;
use crate::accessibility::{Accessibility, use_accessibility};
use crate::i18n::{Locale, use_locale};
use crate::offline::{Device, Fate, Write, is_enrolled, is_tablet};
use crate::provided::provided;
use crate::routes::{LIST, Navigation, Route, use_navigation};
use crate::settings::{query_value, use_settings};
use crate::speech::{Sound, Speech, use_speech};

/// Where a visit stands. Times are milliseconds of one clock that never goes back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Visit {
    /// Nobody is here, or nobody has left a trace.
    None,
    /// Somebody did something, last at this time.
    Active {
        /// When.
        last_ms: f64,
    },
    /// The end was announced, and comes at this time.
    Warning {
        /// When.
        ends_ms: f64,
    },
}

/// How long a visit may rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisitLimits {
    /// From the last sign of life to the warning.
    pub idle_ms: f64,
    /// From the warning to the end.
    pub warning_ms: f64,
}

impl VisitLimits {
    /// For somebody who hears the screen instead of seeing it, or reads large letters (check 47).
    #[must_use]
    pub fn doubled(self) -> Self {
        Self { idle_ms: self.idle_ms * 2.0, warning_ms: self.warning_ms * 2.0 }
    }

    /// For somebody in these modes.
    #[must_use]
    fn in_modes(self, modes: Modes) -> Self {
        if modes.needs_time() { self.doubled() } else { self }
    }

    /// From the last sign of life to the end.
    #[must_use]
    pub fn whole_ms(self) -> f64 {
        self.idle_ms + self.warning_ms
    }
}

impl Visit {
    /// After a key or a touch somewhere. A warning asks for an answer and is none of its own: it must stay
    /// until the finger that is on its way to a button has left it.
    #[must_use]
    pub fn touched(self, now_ms: f64) -> Self {
        match self {
            Self::None | Self::Active { .. } => Self::Active { last_ms: now_ms },
            Self::Warning { .. } => self,
        }
    }

    /// After a scan, or the answer that somebody is still here.
    #[must_use]
    pub fn continued(self, now_ms: f64) -> Self {
        Self::Active { last_ms: now_ms }
    }

    /// After time has passed. A visit that has left no trace needs no warning.
    #[must_use]
    pub fn passed(self, now_ms: f64, limits: VisitLimits, has_trace: bool) -> Self {
        match self {
            Self::Active { last_ms } if now_ms - last_ms < limits.idle_ms => self,
            Self::Active { .. } if has_trace => Self::Warning { ends_ms: now_ms + limits.warning_ms },
            Self::Warning { ends_ms } if now_ms < ends_ms => self,
            _ => Self::None,
        }
    }
}

/// What somebody has scanned for something else than its price.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// A product that the catalogue has, and the day in its code with what that means.
    Product(Gtin, Option<(Date, DateKind)>),
    /// A member's card.
    Card(CardNumber),
    /// The badge of somebody of the staff.
    Badge(BadgeNumber),
}

/// What a visitor had set: modes, curtain, language.
type Settings = (Modes, bool, Locale);

/// A call, by when it was made and what became of it, and what became of taking it back.
type Call = (Option<(f64, ArcRwSignal<Fate>)>, Option<ArcRwSignal<Fate>>);

/// The visit of a customer that waits while somebody of the staff is at the desk of the same tablet.
struct Waiting {
    /// When it ends: then as it would have if nobody had come.
    ends_ms: f64,
    route: Route,
    settings: Settings,
    call: Call,
    till: Option<ArcRwSignal<Fate>>,
    list: ShoppingList,
    slip: Option<CardNumber>,
    kept: Option<Arc<dyn Any + Send + Sync>>,
}

/// The visit that is going on.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    visit: RwSignal<Visit>,
    now_ms: RwSignal<f64>,
    limits: VisitLimits,
    first_locale: Locale,
    locale: RwSignal<Locale>,
    navigation: Navigation,
    accessibility: Accessibility,
    speech: Speech,
    /// When somebody was called, by the clock of the visit, and what became of it.
    call: RwSignal<Option<(f64, ArcRwSignal<Fate>)>>,
    /// What became of taking it back.
    call_off: RwSignal<Option<ArcRwSignal<Fate>>>,
    /// What became of the wish for another till.
    pub(crate) till: RwSignal<Option<ArcRwSignal<Fate>>>,
    came_by_public_url: bool,
    /// What the visitor wants to buy.
    pub(crate) list: RwSignal<ShoppingList>,
    /// The code that was scanned for its price, until its outcome has been signalled.
    pub(crate) scanned: StoredValue<Option<String>>,
    /// What takes scans for something else than a price, and tells whether it has taken one.
    pub(crate) scan_taker: StoredValue<Option<Callback<Scanned, bool>>>,
    /// What takes scans of what the app knows nothing of, and tells whether it has taken one.
    pub(crate) code_taker: StoredValue<Option<Callback<String, bool>>>,
    /// The number on a slip that was printed in this visit: it becomes the card's of whoever joins.
    pub(crate) slip: StoredValue<Option<CardNumber>>,
    /// A code for it that cannot be read yet.
    pub(crate) unread: RwSignal<Option<String>>,
    /// How many visits have ended; what runs on a screen stops then.
    pub(crate) ends_so_far: RwSignal<u32>,
    /// What a screen has come to, for whoever looks at the help meanwhile. It knows no feature, so any type is kept.
    kept: StoredValue<Option<Arc<dyn Any + Send + Sync>>>,
    /// What the visitor had set, while a member of staff is at the device.
    set_aside: RwSignal<Option<Settings>>,
    /// The whole visit, while a member of staff is at the desk.
    waiting: RwSignal<Option<Waiting>>,
    /// The badge that has led to the desk, until the desk takes it.
    pub(crate) badge: StoredValue<Option<BadgeNumber>>,
}

/// Whether a write came to nothing, so that it may be tried again.
fn is_lost(fate: &ArcRwSignal<Fate>) -> bool {
    matches!(fate.get_untracked(), Fate::NotKept | Fate::Refused)
}

impl Session {
    /// Takes a scan, or the answer that somebody is still here.
    pub(crate) fn continues(self) {
        self.visit.update(|visit| *visit = visit.continued(monotonic_ms()));
    }

    /// Ends the visit: the screen is as it was before it.
    pub(crate) fn ends(self) {
        self.visit.set(Visit::None);
        self.ends_so_far.update(|ends| *ends += 1);
        self.set_aside.set(None);
        self.waiting.set(None);
        self.badge.set_value(None);
        // The call itself stays: who waits where they can be seen may not touch anything meanwhile.
        self.call.set(None);
        self.call_off.set(None);
        self.till.set(None);
        self.list.set(ShoppingList::default());
        self.scanned.set_value(None);
        self.slip.set_value(None);
        self.unread.set(None);
        self.kept.set_value(None);
        self.speech.reset();
        self.accessibility.reset();
        self.locale.set(self.first_locale);
        self.navigation.restart();
    }

    /// What a screen has come to in this visit; made anew where there is nothing of its type yet. Of all screens the
    /// last has its own.
    pub(crate) fn kept<T: Clone + Send + Sync + 'static>(self, make: impl FnOnce() -> T) -> T {
        let former = self.kept.with_value(|kept| kept.as_ref()?.downcast_ref::<T>().cloned());
        former.unwrap_or_else(|| {
            let made = make();
            self.kept.set_value(Some(Arc::new(made.clone())));
            made
        })
    }

    /// Lets a screen take scans for something else than a price as long as it stands; it tells whether it has taken one.
    pub(crate) fn takes_scans(self, take: impl Fn(Scanned) -> bool + Send + Sync + 'static) {
        self.scan_taker.set_value(Some(Callback::new(take)));
        on_cleanup(move || {
            self.scan_taker.set_value(None);
            self.unread.set(None);
        });
    }

    /// Lets a screen take codes that the app knows nothing of, such as a receipt's, as long as it stands.
    pub(crate) fn takes_codes(self, take: impl Fn(String) -> bool + Send + Sync + 'static) {
        self.code_taker.set_value(Some(Callback::new(take)));
        on_cleanup(move || self.code_taker.set_value(None));
    }

    /// Puts one more of a product on the list.
    pub(crate) fn adds(self, gtin: Gtin) {
        self.list.update(|list| list.set(gtin, list.quantity(gtin).saturating_add(1)));
    }

    /// How many products are on the list, where there are any; tracked.
    pub(crate) fn list_count(self) -> Option<usize> {
        self.list.with(|list| Some(list.items().len()).filter(|count| *count > 0))
    }

    /// Calls somebody, once a visit, unless that came to nothing.
    pub(crate) fn calls(self, device: Device) {
        let is_open = untrack(|| self.call()).is_some();
        if !is_open || self.call.with_untracked(|call| call.as_ref().is_none_or(|(_, fate)| is_lost(fate))) {
            self.call_off.set(None);
            self.call.set(Some((monotonic_ms(), device.keep(Write::Call(CallState::Wanted)))));
        }
    }

    /// Asks for another till, once a visit, unless that came to nothing.
    pub(crate) fn asks_for_till(self, device: Device) {
        if self.till.with_untracked(|till| till.as_ref().is_none_or(is_lost)) {
            self.till.set(Some(device.keep(Write::TillRequest)));
        }
    }

    /// Whoever was called was here.
    pub(crate) fn call_is_over(self) {
        self.call.set(None);
        self.call_off.set(None);
    }

    /// Takes the call back.
    pub(crate) fn calls_off(self, device: Device) {
        if untrack(|| self.call()).is_some() {
            self.call_off.set(Some(device.keep(Write::Call(CallState::CalledOff))));
        }
    }

    /// For how many seconds somebody has been called, and what became of it; tracked.
    pub(crate) fn call(self) -> Option<(f64, Fate)> {
        // Until that is kept, somebody comes.
        if matches!(self.call_off.get().map(|fate| fate.get()), Some(Fate::Kept | Fate::Taken)) {
            return None;
        }
        let (called_ms, fate) = self.call.get()?;
        Some((((self.now_ms.get() - called_ms) / 1000.0).max(0.0), fate.get()))
    }

    /// A member of staff comes to the device and finds it as they know it, or goes, and the visitor finds what
    /// they had set.
    pub(crate) fn staff_steps_in_or_out(self) {
        match self.set_aside.get_untracked() {
            None => {
                let settings = self.sets_settings_aside();
                self.set_aside.set(Some(settings));
            }
            Some(settings) => {
                self.set_aside.set(None);
                self.gives_settings_back(settings);
            }
        }
    }

    fn sets_settings_aside(self) -> Settings {
        let (modes, curtain) = (self.accessibility.modes, self.accessibility.curtain);
        let settings = (modes.get_untracked(), curtain.get_untracked(), self.locale.get_untracked());
        self.speech.set_aside();
        self.accessibility.reset();
        self.locale.set(self.first_locale);
        settings
    }

    fn gives_settings_back(self, (modes, curtain, locale): Settings) {
        self.speech.give_back();
        self.accessibility.modes.set(modes);
        self.accessibility.curtain.set(curtain);
        self.locale.set(locale);
        self.continues();
    }

    /// Somebody of the staff shows their badge; tells whether this is a tablet, where it leads to the desk. A visit
    /// that is going on there waits.
    pub(crate) fn opens_desk(self, badge: BadgeNumber) -> bool {
        if !is_tablet() {
            return false;
        }
        if self.set_aside.with_untracked(Option::is_some) {
            self.staff_steps_in_or_out();
        }
        self.badge.set_value(Some(badge));
        let route = self.navigation.route_now();
        let is_staffs = route == Route::StaffDesk || untrack(|| self.has_visitor_waiting());
        match is_staffs || !untrack(|| self.has_trace()) {
            true => self.navigation.go(Route::StaffDesk),
            false => self.sets_visit_aside(self.navigation.route_remembered()),
        }
        true
    }

    /// The visit waits, of which this screen was shown; nothing of it is left on the desk, nor a step back to it.
    fn sets_visit_aside(self, route: Route) {
        let limits = self.limits.in_modes(self.accessibility.modes.get_untracked());
        // First, so that the screen that goes says nothing of what it loses.
        self.navigation.begin_at(Route::StaffDesk);
        self.unread.set(None);
        self.waiting.set(Some(Waiting {
            ends_ms: monotonic_ms() + limits.whole_ms(),
            route,
            settings: self.sets_settings_aside(),
            call: (self.call.try_update(Option::take).flatten(), self.call_off.try_update(Option::take).flatten()),
            till: self.till.try_update(Option::take).flatten(),
            list: self.list.try_update(std::mem::take).unwrap_or_default(),
            slip: self.slip.try_update_value(Option::take).flatten(),
            kept: self.kept.try_update_value(Option::take).flatten(),
        }));
    }

    /// The customer has the tablet again, as they left it; nothing of the desk is left, nor a step back to it.
    pub(crate) fn gives_visit_back(self) {
        let Some(waiting) = self.waiting.try_update(Option::take).flatten() else { return };
        let (call, call_off) = waiting.call;
        self.call.set(call);
        self.call_off.set(call_off);
        self.till.set(waiting.till);
        self.list.set(waiting.list);
        self.slip.set_value(waiting.slip);
        self.kept.set_value(waiting.kept);
        self.gives_settings_back(waiting.settings);
        self.navigation.begin_at(waiting.route);
    }

    /// Whether a customer's visit waits, tracked.
    pub(crate) fn has_visitor_waiting(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Whether a member of staff is at the device, tracked.
    pub(crate) fn has_staff(self) -> bool {
        self.set_aside.with(Option::is_some)
    }

    /// While the end is announced: in how many seconds it comes.
    pub(crate) fn seconds_left(self) -> Option<u32> {
        match self.visit.get() {
            Visit::Warning { ends_ms } => Some(((ends_ms - self.now_ms.get()) / 1000.0).ceil().max(0.0) as u32),
            Visit::None | Visit::Active { .. } => None,
        }
    }

    /// Whether nobody is here.
    pub(crate) fn is_free(self) -> bool {
        self.visit.get_untracked() == Visit::None && !untrack(|| self.has_trace())
    }

    /// Whether this is a shopper's own phone: it came by the address that is for phones, and is no device of the
    /// store. Nobody comes after its owner, so no visit ends there by itself.
    pub(crate) fn is_own_phone(self) -> bool {
        self.came_by_public_url && !is_enrolled()
    }

    fn has_trace(self) -> bool {
        self.navigation.route() != self.navigation.start()
            || self.locale.get() != self.first_locale
            || self.accessibility.is_changed()
            || self.call().is_some()
            || self.has_staff()
            || self.has_visitor_waiting()
            || self.has_own()
    }

    /// Whether there is something that somebody alone has made.
    fn has_own(self) -> bool {
        self.list_count().is_some() || self.kept.with_value(Option::is_some)
    }
}

/// Milliseconds since the page began; the device's clock may be set meanwhile, this one not.
pub(crate) fn monotonic_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Provides the visit, and lets the page's keys and touches and the time reach it.
pub(crate) fn provide_session() {
    let locale = use_locale();
    let limits = use_settings().with_value(|settings| VisitLimits {
        idle_ms: f64::from(settings.idle_timeout_s) * 1000.0,
        warning_ms: f64::from(settings.idle_warning_s) * 1000.0,
    });
    let session = Session {
        visit: RwSignal::new(Visit::None),
        now_ms: RwSignal::new(0.0),
        limits,
        first_locale: locale.get_untracked(),
        locale,
        navigation: use_navigation(),
        accessibility: use_accessibility(),
        speech: use_speech(),
        call: RwSignal::new(None),
        call_off: RwSignal::new(None),
        till: RwSignal::new(None),
        list: RwSignal::new(query_value(LIST).map_or_else(ShoppingList::default, |text| ShoppingList::parse(&text))),
        scanned: StoredValue::new(None),
        scan_taker: StoredValue::new(None),
        code_taker: StoredValue::new(None),
        slip: StoredValue::new(None),
        unread: RwSignal::new(None),
        ends_so_far: RwSignal::new(0),
        kept: StoredValue::new(None),
        set_aside: RwSignal::new(None),
        waiting: RwSignal::new(None),
        badge: StoredValue::new(None),
        came_by_public_url: use_settings().with_value(|settings| {
            !settings.public_url.is_empty() && window().location().origin().is_ok_and(|it| it == settings.public_url)
        }),
    };
    provide_context(session);
    // Where the page began at the desk, a step back leads there too.
    Effect::new(move |before: Option<Route>| {
        let route = session.navigation.route();
        let is_back = route == Route::StaffDesk && before.as_ref().is_some_and(|before| *before != route);
        if let Some(before) =
            before.filter(|_| is_back && untrack(|| session.has_own() && !session.has_visitor_waiting()))
        {
            session.sets_visit_aside(before);
        }
        route
    });

    let touched = move || session.visit.update(|visit| *visit = visit.touched(monotonic_ms()));
    let _ = window_event_listener(ev::pointerdown, move |_| touched());
    let _ = window_event_listener(ev::keydown, move |_| touched());
    let tick = move || {
        let (before, now_ms) = (session.visit.get_untracked(), monotonic_ms());
        if session.waiting.with_untracked(|waiting| waiting.as_ref().is_some_and(|it| it.ends_ms <= now_ms)) {
            session.waiting.set(None);
        }
        let limits = limits.in_modes(session.accessibility.modes.get_untracked());
        // A member of staff is somebody too.
        let stays = session.is_own_phone() || untrack(|| session.has_staff());
        let before = if stays { before.continued(now_ms) } else { before };
        let after = before.passed(now_ms, limits, untrack(|| session.has_trace()));
        session.now_ms.set(now_ms);
        if after != before {
            session.visit.set(after);
            match after {
                Visit::None => session.ends(),
                Visit::Warning { .. } => session.speech.signal(Sound::Warning),
                Visit::Active { .. } => {}
            }
        }
    };
    set_interval(tick, std::time::Duration::from_millis(500));
}

/// The visit that is going on.
pub(crate) fn use_session() -> Session {
    provided()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: VisitLimits = VisitLimits { idle_ms: 60_000.0, warning_ms: 20_000.0 };

    #[test]
    fn a_visit_warns_before_it_ends() {
        let visit = Visit::None.touched(1_000.0);
        assert_eq!(visit.passed(60_999.0, LIMITS, true), visit);
        let warning = visit.passed(61_000.0, LIMITS, true);
        assert_eq!(warning, Visit::Warning { ends_ms: 81_000.0 });
        assert_eq!(warning.passed(80_999.0, LIMITS, true), warning);
        assert_eq!(warning.passed(81_000.0, LIMITS, true), Visit::None);
    }

    #[test]
    fn a_visit_that_waits_ends_when_it_would_have_if_nobody_had_come() {
        let ends_ms = 1_000.0 + LIMITS.whole_ms();
        let warning = Visit::None.touched(1_000.0).passed(61_000.0, LIMITS, true);
        let after = [ends_ms - 1.0, ends_ms].map(|now_ms| warning.passed(now_ms, LIMITS, true) == Visit::None);
        assert_eq!(after, [false, true]);
    }

    #[test]
    fn an_answer_during_the_warning_keeps_the_visit_and_a_finger_on_its_way_does_not() {
        let warning = Visit::Warning { ends_ms: 81_000.0 };
        assert_eq!(warning.touched(80_000.0), warning);
        assert_eq!(warning.continued(80_000.0), Visit::Active { last_ms: 80_000.0 });
    }

    #[test]
    fn a_visit_can_be_kept_as_often_as_somebody_likes() {
        let mut visit = Visit::None.touched(0.0);
        let mut now_ms = 0.0;
        for _ in 0..50 {
            now_ms += LIMITS.idle_ms;
            visit = visit.passed(now_ms, LIMITS, true);
            assert_eq!(visit, Visit::Warning { ends_ms: now_ms + 20_000.0 });
            visit = visit.continued(now_ms);
        }
    }

    #[test]
    fn who_needs_time_has_twice_as_long() {
        let visit = Visit::None.touched(0.0);
        assert_eq!(visit.passed(119_999.0, LIMITS.doubled(), true), visit);
        let warning = visit.passed(120_000.0, LIMITS.doubled(), true);
        assert_eq!(warning, Visit::Warning { ends_ms: 160_000.0 });
    }

    #[test]
    fn a_visit_without_a_trace_ends_without_a_word() {
        let visit = Visit::None.touched(0.0);
        assert_eq!(visit.passed(60_000.0, LIMITS, false), Visit::None);
        assert_eq!(Visit::None.passed(1e12, LIMITS, true), Visit::None);
    }
}
