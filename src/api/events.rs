//! What happens in the store, as the server tells it: server-sent events.

use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use polka_contract::paths;

/// A way by which events come; it is closed when this goes.
pub(crate) struct Events {
    source: EventSource,
    _on_event: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl Events {
    /// Hears events of these names. The browser opens a broken way again by itself; where it does not, because the server
    /// has refused, `broken` is told `true`.
    pub(crate) fn hear(
        names: &[&str],
        told: impl Fn(&str, &str) + 'static,
        broken: impl Fn(bool) + Clone + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(paths::EVENTS).ok()?;
        let on_event = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            told(&event.type_(), &event.data().as_string().unwrap_or_default());
        });
        let on_error = Closure::<dyn Fn()>::new({
            let source = source.clone();
            move || {
                let is_over = source.ready_state() == EventSource::CLOSED;
                let broken = broken.clone();
                // Whoever hears it may let go of the way, and of this with it.
                set_timeout(move || broken(is_over), std::time::Duration::ZERO);
            }
        });
        for name in names {
            source.add_event_listener_with_callback(name, on_event.as_ref().unchecked_ref()).ok()?;
        }
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, _on_event: on_event, _on_error: on_error })
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.close();
    }
}
