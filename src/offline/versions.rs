//! The app's own versions: kept on the device as a whole by the service worker (`service_worker.js`), and changed
//! between two visits, never during one.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ServiceWorkerRegistration;

use crate::session::Session;

/// A stand's page lives for months, and browsers look for a new version only when one is opened.
const LOOK_FOR_NEWER: Duration = Duration::from_secs(300);
/// Whether somebody is here, and a version waits.
const LOOK_AROUND: Duration = Duration::from_secs(2);

thread_local! {
    static STARTS_ANEW: Cell<bool> = const { Cell::new(false) };
}

/// Loads the page again when nobody is here.
pub(super) fn start_anew() {
    STARTS_ANEW.set(true);
}

/// Has the app kept on the device, looks for newer versions, and takes one when nobody is here.
pub(super) fn keep_up_to_date(session: Session, version: String) {
    let start_anew_when_free = move || {
        if STARTS_ANEW.get() && session.is_free() {
            let _ = window().location().reload();
        }
    };
    set_interval(start_anew_when_free, LOOK_AROUND);

    // The gallery's pages are made to break.
    let container: JsValue = window().navigator().service_worker().into();
    if cfg!(feature = "gallery") || container.is_undefined() {
        return;
    }
    let container = window().navigator().service_worker();
    // The first worker takes a page in that runs already; that is no change of its version.
    let had_worker = Cell::new(container.controller().is_some());
    let on_change = Closure::<dyn Fn()>::new(move || {
        if had_worker.replace(true) {
            start_anew();
        }
    });
    container.set_oncontrollerchange(Some(on_change.as_ref().unchecked_ref()));
    on_change.forget();
    let registration = StoredValue::new_local(None::<ServiceWorkerRegistration>);
    let look = move || {
        let container = container.clone();
        spawn_local(async move {
            // Where there is one already, this gives it.
            let registered = JsFuture::from(container.register("/sw.js")).await;
            match registered.and_then(JsCast::dyn_into::<ServiceWorkerRegistration>) {
                Ok(found) => {
                    if let Ok(looked) = found.update() {
                        // Without the network there is none.
                        drop(JsFuture::from(looked).await);
                    }
                    registration.set_value(Some(found));
                }
                // As with a certificate that the browser does not trust.
                Err(_) => leptos::logging::warn!("the app is not kept on this device"),
            }
        });
    };
    look();
    set_interval(look, LOOK_FOR_NEWER);
    let is_told = Cell::new(false);
    let tell_and_switch = move || {
        let Some(registration) = registration.get_value() else { return };
        // Until the worker hears that a version has started, it takes the last that has when this one fails to.
        if let Some(active) = registration.active().filter(|_| !is_told.get() && has_started()) {
            is_told.set(active.post_message(&version.as_str().into()).is_ok());
        }
        if let Some(waiting) = registration.waiting().filter(|_| session.is_free()) {
            let _ = waiting.post_message(&"switch".into());
        }
    };
    set_interval(tell_and_switch, LOOK_AROUND);
}

/// Whether a screen is shown.
fn has_started() -> bool {
    document().query_selector("main h1").ok().flatten().is_some()
}
