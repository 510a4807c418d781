//! What time it is: the device's clock, put right by the server's.
//!
//! A stand's clock may be a year off, and nobody sets it. Each answer of the server carries its time.

use std::time::Duration;

use js_sys::Date as JsDate;
use leptos::prelude::*;
use polka_domain::Date;

use crate::i18n;
use crate::provided::provided;

/// After so long the app has had its first screen, and fetches what can wait. Whoever needs that does not wait for it.
pub(crate) const FIRST_SCREEN: Duration = Duration::from_secs(2);

/// The clock of this device.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// How far the device's clock is ahead of the server's, in milliseconds.
    error_ms: RwSignal<f64>,
    /// Changes each minute, so that what is derived from the time is derived again.
    minute: RwSignal<u32>,
}

/// An error below this is the time an answer takes, and the whole seconds in which the server states its own.
const NOTICED_ERROR_MS: f64 = 2_000.0;

impl Clock {
    /// Milliseconds since 1970 as the server counts them.
    pub(crate) fn now_ms(self) -> f64 {
        JsDate::now() - self.error_ms.get_untracked()
    }

    /// The same, and asks to be called again when a minute has passed or the clock was put right.
    pub(crate) fn now_to_the_minute_ms(self) -> f64 {
        self.minute.track();
        self.error_ms.track();
        self.now_ms()
    }

    /// The day that it is in a time zone, and asks to be called again.
    pub(crate) fn today(self, time_zone: &str) -> Date {
        let now_ms = self.now_to_the_minute_ms();
        i18n::day_of(now_ms, time_zone).or_else(|| i18n::day_of(now_ms, "UTC")).unwrap_or(Date::constant(2026, 1, 1))
    }

    /// How far the device's clock is ahead of the server's, in milliseconds.
    pub(crate) fn error_ms(self) -> f64 {
        self.error_ms.get_untracked()
    }

    /// Takes the error that was known at the last visit, until the server is heard.
    pub(crate) fn start_from(self, error_ms: f64) {
        self.error_ms.set(error_ms);
    }

    /// Takes the `Date` header of an answer that has just come.
    pub(crate) fn learn(self, date_header: &str) {
        let server_ms = JsDate::parse(date_header);
        let error_ms = JsDate::now() - server_ms;
        if server_ms.is_finite() && (error_ms - self.error_ms.get_untracked()).abs() > NOTICED_ERROR_MS {
            self.error_ms.set(error_ms);
        }
    }
}

/// Provides the clock and lets it tick.
pub(crate) fn provide_clock() {
    let clock = Clock { error_ms: RwSignal::new(0.0), minute: RwSignal::new(0) };
    provide_context(clock);
    set_interval(move || clock.minute.update(|minute| *minute += 1), std::time::Duration::from_secs(60));
}

/// The clock of this device.
pub(crate) fn use_clock() -> Clock {
    provided()
}
