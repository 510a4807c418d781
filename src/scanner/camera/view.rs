use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::looking::{Camera, look};
use super::state::{Advice, Failure, State};
use crate::i18n::{Locale, use_locale};
use crate::session::use_session;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::icon::{Icon, IconView};
use crate::words::camera as words;

/// The corners around what is looked at.
const FRAME: &str = "M0 1.5V0H2 M14 0H16V1.5 M16 7.5V9H14 M2 9H0V7.5";

/// What the screen and the camera share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    /// How far the camera is; `None` while it is off.
    pub(super) state: RwSignal<Option<State>>,
    /// Whether its light is on; `None` where it has none.
    pub(super) light: RwSignal<Option<bool>>,
    /// Where it is shown.
    pub(super) video: NodeRef<html::Video>,
    /// The camera while it is open. Whoever takes it out closes it, whatever is being waited for.
    pub(super) camera: StoredValue<Option<Camera>, LocalStorage>,
    /// How often it was switched on: whoever looks for an earlier time looks no more.
    pub(super) times: StoredValue<u32>,
}

impl Shared {
    pub(super) fn new(state: Option<State>, light: Option<bool>) -> Self {
        Self {
            state: RwSignal::new(state),
            light: RwSignal::new(light),
            video: NodeRef::new(),
            camera: StoredValue::new_local(None),
            times: StoredValue::new(0),
        }
    }

    /// Closes the camera, and says why where it did not want to.
    pub(super) fn ends(self, why: Option<Failure>) {
        self.times.update_value(|times| *times += 1);
        self.camera.set_value(None);
        self.light.set(None);
        self.state.set(why.map(State::Failed));
    }

    fn switch(self) {
        match self.state.get_untracked() {
            Some(state) if state.is_on() => self.ends(None),
            _ => {
                self.ends(None);
                self.state.set(Some(State::Opening));
                spawn_local(look(self, self.times.get_value()));
            }
        }
    }
}

/// Fetches the view.
#[wasm_split(camera, fallible)]
pub(super) fn load_view() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(view)
}

/// The switch, and what the camera sees while it is on.
fn view() -> AnyView {
    let (session, speech, locale) = (use_session(), use_speech(), use_locale());
    let shared = Shared::new(None, None);
    // The visit's end is the camera's, and the screen's; nor does it look while nobody sees the page.
    Effect::new(move |before: Option<u32>| {
        let ends = session.ends_so_far.get();
        if before.is_some_and(|before| before != ends) {
            shared.ends(None);
        }
        ends
    });
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            shared.ends(None);
        }
    });
    on_cleanup(move || {
        seen.remove();
        shared.camera.set_value(None);
    });
    Effect::new(move |before: Option<Option<State>>| {
        let state = shared.state.get();
        if let Some(state) = state.filter(|state| state.is_worth_saying(before.flatten())) {
            let class = if state.is_on() { Class::Value } else { Class::Error };
            speech.tell(in_words(state, locale.get_untracked()).to_owned(), class);
        }
        state
    });
    show(shared)
}

fn in_words(state: State, locale: Locale) -> &'static str {
    match state {
        State::Opening => words::opening(locale),
        State::Looking(Advice::Aim) => words::aim(locale),
        State::Looking(Advice::HoldStill) => words::hold_still(locale),
        State::Looking(Advice::TooDark) => words::too_dark(locale),
        State::Failed(Failure::Refused) => words::error_refused(locale),
        State::Failed(Failure::Away) => words::error_away(locale),
        State::Failed(Failure::NotLoaded) => words::error_not_loaded(locale),
    }
}

/// What the screen shows.
pub(super) fn show(shared: Shared) -> AnyView {
    let locale = use_locale();
    let Shared { state, light, video, .. } = shared;
    let is_on = Memo::new(move |_| state.get().is_some_and(State::is_on));
    let is_failed = Memo::new(move |_| state.get().is_some_and(|state| !state.is_on()));
    let text = move || state.get().map(|state| in_words(state, locale.get()));
    let picture = move || {
        is_on.get().then(|| {
            view! {
                <div class="camera-picture" aria-hidden="true">
                    <video node_ref=video muted playsinline></video>
                    <svg viewBox="0 0 16 9" preserveAspectRatio="none">
                        // A dark line and a light one on it: one of them is seen on any picture.
                        <path d=FRAME></path>
                        <path d=FRAME></path>
                    </svg>
                </div>
            }
        })
    };
    let light_button = move || {
        let is_lit = light.get()?;
        let word = if is_lit { words::button_dark } else { words::button_light };
        Some(view! {
            <button class="button" type="button" data-action="light" on:click=move |_| light.set(Some(!is_lit))>
                {move || word(locale.get())}
            </button>
        })
    };
    view! {
        <div class="camera">
            {picture}
            <p class="instruction" role="status" data-error=move || is_failed.get().then_some("")>{text}</p>
            {light_button}
            <button class="button" type="button" data-action="camera" on:click=move |_| shared.switch()>
                <IconView icon=Icon::Camera/>
                {move || if is_on.get() { words::button_off(locale.get()) } else { words::button_on(locale.get()) }}
            </button>
            {move || is_on.get().then(|| view! { <p>{words::note(locale.get())}</p> })}
        </div>
    }
    .into_any()
}
