use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::state::{Effect, Event, Page, State};
use crate::i18n::Locale;
use crate::scanner::camera::{Camera, Failure, photograph};
use crate::ui::icon::{Icon, IconView};
use crate::ui::page::button;
use crate::words::camera as camera_words;
use crate::words::report_expired as words;

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
    pub(crate) fn close(self) {
        self.times.update_value(|times| *times += 1);
        self.camera.set_value(None);
    }

    fn video(self) -> Option<JsValue> {
        self.video.try_get_untracked().flatten().map(JsValue::from)
    }
}

/// Does with the camera what is to be done; gives what is to be kept.
pub(crate) fn run(shared: Shared, effect: Effect, on: impl Fn(Event) + Copy + 'static) -> Option<String> {
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
            on(Event::Drawn(shared.video().zip(canvas).and_then(|(video, canvas)| photograph(&video, &canvas))));
        }
        Effect::Close => shared.close(),
        Effect::Keep(jpeg) => return Some(jpeg),
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
pub(crate) fn in_words(state: &State, locale: Locale) -> &'static str {
    match state {
        State::Off | State::Opening => camera_words::opening(locale),
        State::Aiming => words::instruction_photo(locale),
        State::Taken(_) => words::instruction_taken(locale),
        State::Failed(Failure::Refused) => camera_words::error_refused(locale),
        State::Failed(Failure::Away) => camera_words::error_away(locale),
        State::Failed(Failure::NotLoaded) => camera_words::error_not_loaded(locale),
    }
}

/// What the page shows while somebody takes a photograph.
pub(crate) fn photo_view(
    state: Signal<State>,
    shared: Shared,
    locale: Signal<Locale>,
    on: impl Fn(Event) + Copy + Send + Sync + 'static,
) -> AnyView {
    let is_taken = Memo::new(move |_| state.with(State::page) == Page::Look);
    let is_failed = Memo::new(move |_| state.with(|state| matches!(state, State::Failed(_))));
    let is_filmed = Memo::new(move |_| state.with(|state| matches!(state, State::Opening | State::Aiming)));
    let is_shown = Memo::new(move |_| state.with(|state| *state == State::Aiming));
    let heading = move || match is_taken.get() {
        true => words::heading_taken(locale.get()),
        false => words::heading_photo(locale.get()),
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
            .then(|| button("photo-again", "button", words::button_photo_again(locale), move || on(Event::Begin)));
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
            {button("photo-without", "button", words::button_no_photo(locale), move || on(Event::Leave))}
        }
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <div class="camera">
            {picture}
            <p class="photo" hidden=move || !is_taken.get()>
                <canvas node_ref=shared.canvas role="img" aria-label=move || words::alt_photo(locale.get())></canvas>
            </p>
            <p class="instruction" role="status" data-error=move || is_failed.get().then_some("")>
                {move || state.with(|state| in_words(state, locale.get()))}
            </p>
            <div class="choices">{buttons}</div>
            <p>{move || words::note_photo_kept(locale.get())}</p>
        </div>
    }
    .into_any()
}
