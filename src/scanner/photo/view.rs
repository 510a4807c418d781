use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::state::{Effect, Event, Page, Photo, State};
use crate::i18n::{Locale, use_locale};
use crate::scanner::camera::{Camera, Failure, photograph};
use crate::session::use_session;
use crate::speech::queue::Class;
use crate::speech::use_speech;
use crate::ui::icon::{Icon, IconView};
use crate::ui::page::button;
use crate::words::{camera as camera_words, photo as words};

/// What is said of the photograph that a feature asks for, in one language.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    /// What is to be photographed.
    pub(crate) heading: &'static str,
    /// The camera is on.
    pub(crate) instruction: &'static str,
    /// What to look for on what was taken.
    pub(crate) instruction_taken: &'static str,
    /// What was taken, for who cannot see it.
    pub(crate) alt: &'static str,
    /// Who sees it, and for how long.
    pub(crate) note: &'static str,
}

/// What the page and the camera share.
#[derive(Clone, Copy)]
pub(crate) struct Shared {
    /// Where the camera is shown.
    video: NodeRef<html::Video>,
    /// Where a photograph is drawn.
    canvas: NodeRef<html::Canvas>,
    /// The camera while it is open; it is closed when it is taken out.
    camera: StoredValue<Option<Camera>, LocalStorage>,
    /// How often it was opened or closed: one that opens too late is closed at once.
    times: StoredValue<u32>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            video: NodeRef::new(),
            canvas: NodeRef::new(),
            camera: StoredValue::new_local(None),
            times: StoredValue::new(0),
        }
    }

    /// Closes the camera.
    fn close(self) {
        self.times.update_value(|times| *times += 1);
        self.camera.set_value(None);
    }

    fn video(self) -> Option<JsValue> {
        self.video.try_get_untracked().flatten().map(JsValue::from)
    }
}

/// Somebody who may take a photograph.
#[derive(Clone, Copy)]
pub(crate) struct Photographing {
    state: RwSignal<State>,
    shared: Shared,
    words: fn(Locale) -> Words,
    on: Callback<Event>,
}

impl Photographing {
    /// Lets somebody take photographs from here on; whatever is right is given to `keep`. They go with what is shown, with
    /// the visit, when `is_here` changes, and where nobody sees the page.
    pub(crate) fn new(words: fn(Locale) -> Words, is_here: Memo<bool>, keep: Callback<Photo>) -> Self {
        let (session, speech, locale) = (use_session(), use_speech(), use_locale());
        let (state, shared) = (RwSignal::new(State::default()), Shared::new());
        let happens = StoredValue::new(None::<Callback<Event>>);
        let later = move |event: Event| {
            if let Some(Some(on)) = happens.try_get_value() {
                on.run(event);
            }
        };
        let on = Callback::new(move |event: Event| {
            let effect = state.try_update(|state| state.update(event)).flatten();
            if let Some(photo) = effect.and_then(|effect| run(shared, effect, later)) {
                keep.run(photo);
            }
        });
        happens.set_value(Some(on));
        leptos::prelude::Effect::new(move |_| {
            session.ends_so_far.track();
            is_here.track();
            on.run(Event::Leave);
        });
        // Nobody is filmed who does not see it.
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                on.run(Event::Leave);
            }
        });
        on_cleanup(move || {
            seen.remove();
            shared.close();
        });
        leptos::prelude::Effect::new(move |_| {
            state.with(|state| {
                let class = match state {
                    State::Aiming => Class::Value,
                    State::Failed(_) => Class::Error,
                    _ => return,
                };
                let locale = locale.get_untracked();
                speech.tell(in_words(state, &words(locale), locale).to_owned(), class);
            });
        });
        Self { state, shared, words, on }
    }

    /// They want to take one.
    pub(crate) fn begin(self) {
        self.on.run(Event::Begin);
    }

    /// Which page that is; tracked.
    pub(crate) fn page(self) -> Page {
        self.state.with(State::page)
    }

    /// What the page shows meanwhile.
    pub(crate) fn view(self, locale: Signal<Locale>) -> AnyView {
        let on = self.on;
        photo_view(self.state.into(), self.shared, self.words, locale, move |event| on.run(event))
    }
}

/// Does with the camera what is to be done; gives what is to be kept.
fn run(shared: Shared, effect: Effect, on: impl Fn(Event) + Copy + 'static) -> Option<Photo> {
    match effect {
        Effect::Open => {
            shared.close();
            let time = shared.times.get_value();
            spawn_local(async move {
                let opened = open(shared, time).await;
                if shared.times.try_get_value() == Some(time) {
                    on(Event::Opened(opened));
                }
            });
        }
        Effect::Draw => {
            let canvas = shared.canvas.get_untracked().map(JsValue::from);
            let drawn = shared.video().zip(canvas).and_then(|(video, canvas)| photograph(&video, &canvas));
            on(Event::Drawn(drawn.map(Photo)));
        }
        Effect::Close => shared.close(),
        Effect::Keep(photo) => return Some(photo),
    }
    None
}

async fn open(shared: Shared, time: u32) -> Result<(), Failure> {
    let camera = Camera::open().await?;
    // Whoever has left meanwhile has closed it.
    let Some(video) = shared.video().filter(|_| shared.times.try_get_value() == Some(time)) else { return Ok(()) };
    let shown = camera.show(&video);
    shared.camera.set_value(Some(camera));
    shown.await;
    Ok(())
}

/// What is said of a camera that is on, or is to be.
fn in_words(state: &State, of: &Words, locale: Locale) -> &'static str {
    match state {
        State::Off | State::Opening => camera_words::opening(locale),
        State::Aiming => of.instruction,
        State::Taken(_) => of.instruction_taken,
        State::Failed(Failure::Refused) => camera_words::error_refused(locale),
        State::Failed(Failure::Away) => camera_words::error_away(locale),
        State::Failed(Failure::NotLoaded) => camera_words::error_not_loaded(locale),
    }
}

/// What the page shows while somebody takes a photograph.
pub(crate) fn photo_view(
    state: Signal<State>,
    shared: Shared,
    of: fn(Locale) -> Words,
    locale: Signal<Locale>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let is_taken = Memo::new(move |_| state.with(State::page) == Page::Look);
    let is_failed = Memo::new(move |_| state.with(|state| matches!(state, State::Failed(_))));
    let is_filmed = Memo::new(move |_| state.with(|state| matches!(state, State::Opening | State::Aiming)));
    let is_shown = Memo::new(move |_| state.with(|state| *state == State::Aiming));
    let heading = move || match is_taken.get() {
        true => words::heading_taken(locale.get()),
        false => of(locale.get()).heading,
    };
    let picture = move || {
        is_filmed.get().then(|| {
            view! {
                <div class="camera-picture" aria-hidden="true">
                    <video node_ref=shared.video muted playsinline></video>
                </div>
            }
        })
    };
    let buttons = move || {
        let locale = locale.get();
        // Where the shutter was is what harms nobody: a finger may come down twice.
        let again = (is_taken.get() || is_failed.get())
            .then(|| button("photo-again", "button", words::button_again(locale), move || on(Event::Begin)));
        let is_used = is_taken
            .get()
            .then(|| button("photo-use", "button button-main", words::button_use(locale), move || on(Event::Use)));
        let shutter = is_shown.get().then(|| {
            view! {
                <button
                    class="button button-main"
                    type="button"
                    data-action="photo-take"
                    on:click=move |_| on(Event::Take)
                >
                    <IconView icon=Icon::Camera/>
                    {words::button_take(locale)}
                </button>
            }
        });
        view! {
            {shutter}
            {again}
            {is_used}
            {button("photo-without", "button", words::button_without(locale), move || on(Event::Leave))}
        }
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <div class="camera">
            {picture}
            <p class="photo" hidden=move || !is_taken.get()>
                <canvas node_ref=shared.canvas role="img" aria-label=move || of(locale.get()).alt></canvas>
            </p>
            <p class="instruction" role="status" data-error=move || is_failed.get().then_some("")>
                {move || state.with(|state| in_words(state, &of(locale.get()), locale.get()))}
            </p>
            <div class="choices">{buttons}</div>
            <p>{move || of(locale.get()).note}</p>
        </div>
    }
    .into_any()
}
