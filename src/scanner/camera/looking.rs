//! The camera itself: opens it, and looks at its pictures until it is switched off.

use std::cell::{Cell, RefCell};
use std::mem::discriminant;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, Promise, Uint8ClampedArray};
use leptos::prelude::*;
use leptos::task::tick;
use polka_camera::{Agreement, Picture, Read, Seen, judged};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::state::{Advising, Failure, State, Told};
use super::view::Shared;
use crate::scanner::js::{call, get, later, object};
use crate::scanner::{By, scanned};
use crate::session::monotonic_ms;

/// What is looked at has at most so many points on its longer side: more tell no more, and take longer.
const LONGEST_SIDE: f64 = 960.0;
/// Of each side the middle is looked at, as the frame on the screen says.
const MIDDLE: f64 = 0.8;
/// So many times in a row it may fail: one picture may be the end of a worker.
const MOST_FAILURES: u32 = 3;
/// So long the first picture may take.
const FIRST_PICTURE_MS: f64 = 10_000.0;
/// A worker that has not answered for so long is dead. The first answer waits for its program.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks for codes until the camera is switched off, this time.
pub(super) async fn look(shared: Shared, time: u32) {
    if let Err(failure) = look_or_fail(shared, time).await
        && is_on(shared, time)
    {
        shared.ends(Some(failure));
    }
}

/// Whether it is wanted still.
fn is_on(shared: Shared, time: u32) -> bool {
    shared.times.try_get_value() == Some(time)
}

async fn look_or_fail(shared: Shared, time: u32) -> Result<(), Failure> {
    let camera = Camera::open().await?;
    let Some(video) = shared.video.try_get_untracked().flatten().filter(|_| is_on(shared, time)) else { return Ok(()) };
    let video = JsValue::from(video);
    let (track, shown) = (Track(camera.track.clone()), camera.show(&video));
    shared.camera.set_value(Some(camera));
    shown.await;
    if is_on(shared, time) && track.has_light() {
        shared.light.set(Some(false));
    }
    let opened_ms = monotonic_ms();
    let mut lit = false;
    let mut eyes = Eyes::new().await;
    let (mut advising, mut told) = (Advising::START, Told::default());
    loop {
        next_frame().await;
        if !is_on(shared, time) {
            return Ok(());
        }
        if track.has_ended() {
            return Err(Failure::Away);
        }
        if size_of(&video).is_none() {
            if monotonic_ms() - opened_ms > FIRST_PICTURE_MS {
                return Err(Failure::Away);
            }
            continue;
        }
        let is_wanted_lit = shared.light.get_untracked().unwrap_or_default();
        if is_wanted_lit != lit {
            lit = is_wanted_lit;
            track.light(lit).await;
        }
        let seen = eyes.look(&video).await?;
        if !is_on(shared, time) {
            return Ok(());
        }
        let now_ms = monotonic_ms();
        let state = State::Looking(advising.sees(&seen, now_ms));
        if shared.state.get_untracked() != Some(state) {
            shared.state.set(Some(state));
        }
        let code = if let Seen::Code(code) = &seen { Some(code.as_str()) } else { None };
        if told.is_new(code, now_ms)
            && let Some(code) = code
        {
            // What is said of the code comes after what was said of the camera.
            tick().await;
            if !is_on(shared, time) {
                return Ok(());
            }
            scanned(code, By::Camera);
        }
    }
}

/// An open camera; it is closed when this goes.
pub(crate) struct Camera {
    stream: JsValue,
    track: JsValue,
}

impl Camera {
    /// Opens the device's camera: the browser may ask somebody first.
    ///
    /// # Errors
    /// Where they do not allow it, or it is busy or gone.
    pub(crate) async fn open() -> Result<Self, Failure> {
        // What is shown to a tablet is behind it; a sharp picture before a large one.
        let video = object([
            ("facingMode", object([("ideal", "environment".into())]).into()),
            ("width", object([("ideal", 1280.into())]).into()),
            ("height", object([("ideal", 720.into())]).into()),
        ]);
        let wanted = object([("video", video.into()), ("audio", false.into())]);
        let devices = get(&window().navigator(), "mediaDevices");
        let opened = later(&devices, "getUserMedia", &Array::of1(&wanted)).await;
        let stream = opened.map_err(|error| Failure::of(&get(&error, "name").as_string().unwrap_or_default()))?;
        let tracks = call(&stream, "getVideoTracks", &Array::new()).unwrap_or_default();
        let track = tracks.dyn_into::<Array>().unwrap_or_default().get(0);
        Ok(Self { stream, track })
    }

    /// Shows what it sees on an element for films, which is scrolled to; done when it shows something.
    pub(crate) fn show(&self, video: &JsValue) -> impl Future<Output = ()> + use<> {
        let _ = js_sys::Reflect::set(video, &"srcObject".into(), &self.stream);
        let video = video.clone();
        async move {
            let _ = later(&video, "play", &Array::new()).await;
            // It may have grown below the lower edge of the screen.
            let _ = call(&video, "scrollIntoView", &Array::of1(&object([("block", "nearest".into())])));
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = call(&self.track, "stop", &Array::new());
    }
}

/// The pictures of a camera, as the browser has them.
struct Track(JsValue);

impl Track {
    fn has_ended(&self) -> bool {
        get(&self.0, "readyState") == "ended"
    }

    fn has_light(&self) -> bool {
        let abilities = call(&self.0, "getCapabilities", &Array::new()).unwrap_or_default();
        get(&abilities, "torch").is_truthy()
    }

    async fn light(&self, is_on: bool) {
        let wanted = object([("advanced", Array::of1(&object([("torch", is_on.into())])).into())]);
        let _ = later(&self.0, "applyConstraints", &Array::of1(&wanted)).await;
    }
}

/// What finds codes on pictures; so many times in a row it has failed.
enum Eyes {
    /// The browser itself.
    Browser {
        detector: JsValue,
        agreement: Agreement,
        failed: u32,
    },
    Worker {
        worker: Option<Looker>,
        failed: u32,
    },
}

impl Eyes {
    async fn new() -> Self {
        match detector().await {
            Some(detector) => Self::Browser { detector, agreement: Agreement::default(), failed: 0 },
            None => Self::Worker { worker: None, failed: 0 },
        }
    }

    /// Looks at what is shown now.
    async fn look(&mut self, video: &JsValue) -> Result<Seen, Failure> {
        match self {
            Self::Browser { detector, agreement, failed } => {
                let Ok(found) = later(detector, "detect", &Array::of1(video)).await else {
                    *failed += 1;
                    // Some have it and cannot do it.
                    if *failed >= MOST_FAILURES {
                        *self = Self::Worker { worker: None, failed: 0 };
                    }
                    return Ok(Seen::Nothing);
                };
                *failed = 0;
                let read = meant(&found.dyn_into::<Array>().unwrap_or_default(), video);
                let is_read = read.is_some();
                Ok(match agreement.sure(read) {
                    Some(code) => Seen::Code(code),
                    None if is_read => Seen::Nothing,
                    None => middle_of(video).map_or(Seen::Nothing, |picture| judged(&picture)),
                })
            }
            Self::Worker { worker, failed } => {
                let looker = match worker {
                    Some(looker) => looker,
                    None => worker.insert(Looker::new().ok_or(Failure::NotLoaded)?),
                };
                match looker.look(video).await {
                    Ok(seen) => {
                        *failed = 0;
                        Ok(seen)
                    }
                    Err(_) if *failed + 1 < MOST_FAILURES => {
                        (*worker, *failed) = (None, *failed + 1);
                        Ok(Seen::Nothing)
                    }
                    Err(_) => Err(Failure::NotLoaded),
                }
            }
        }
    }
}

/// Of the codes that a browser has found the one that is meant: in the middle, where the frame is, and of its kind the
/// nearest to it.
fn meant(found: &Array, video: &JsValue) -> Option<Read> {
    let [width, height] = size_of(video)?;
    let code = |code: JsValue| {
        let text = |name| get(&code, name).as_string().unwrap_or_default();
        let place = get(&code, "boundingBox");
        let number = |name| get(&place, name).as_f64().unwrap_or_default();
        let across = (number("x") + number("width") / 2.0) / width - 0.5;
        let down = (number("y") + number("height") / 2.0) / height - 0.5;
        let is_inside = across.abs() <= MIDDLE / 2.0 && down.abs() <= MIDDLE / 2.0;
        let read = Read::of_browser(&text("format"), &text("rawValue")).filter(|_| is_inside)?;
        Some((across.hypot(down), read))
    };
    let better = |one: &(f64, Read), other: &(f64, Read)| match discriminant(&one.1) == discriminant(&other.1) {
        true => one.0.total_cmp(&other.0),
        false => one.1.cmp(&other.1),
    };
    found.iter().filter_map(code).min_by(better).map(|(_, read)| read)
}

/// What the browser has to find codes, if it finds those on goods.
async fn detector() -> Option<JsValue> {
    let class = get(&window(), "BarcodeDetector").dyn_into::<Function>().ok()?;
    let formats = later(&class, "getSupportedFormats", &Array::new()).await.ok()?.dyn_into::<Array>().ok()?;
    let wanted = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "data_matrix", "qr_code"];
    let wanted: Array = wanted.into_iter().map(JsValue::from).filter(|it| formats.includes(it, 0)).collect();
    // One that lacks a kind is no help for it. UPC-A is EAN-13 to many.
    if wanted.length() < 7 || (wanted.length() < 8 && wanted.includes(&"upc_a".into(), 0)) {
        return None;
    }
    js_sys::Reflect::construct(&class, &Array::of1(&object([("formats", wanted.into())]))).ok()
}

/// The width and height of what is shown; `None` before the first picture.
pub(super) fn size_of(video: &JsValue) -> Option<[f64; 2]> {
    let size = ["videoWidth", "videoHeight"].map(|name| get(video, name).as_f64().unwrap_or_default());
    size.iter().all(|side| *side >= 1.0).then_some(size)
}

/// A piece from the middle of what is shown, point by point.
fn middle_of(video: &JsValue) -> Option<Picture> {
    const SIZE: [f64; 2] = [320.0, 180.0];
    let [width, height] = size_of(video)?;
    let canvas = document().create_element("canvas").ok()?;
    let context = call(&canvas, "getContext", &Array::of1(&"2d".into())).ok()?;
    let numbers = |numbers: &[f64]| numbers.iter().map(|number| JsValue::from(*number)).collect::<Array>();
    let from = [(width - SIZE[0]) / 2.0, (height - SIZE[1]) / 2.0, SIZE[0], SIZE[1], 0.0, 0.0, SIZE[0], SIZE[1]];
    call(&context, "drawImage", &Array::of1(video).concat(&numbers(&from))).ok()?;
    let data = call(&context, "getImageData", &numbers(&[0.0, 0.0, SIZE[0], SIZE[1]])).ok()?;
    let points = get(&data, "data").dyn_into::<Uint8ClampedArray>().ok()?;
    Picture::of_rgba(&points.to_vec(), SIZE[0] as u32, SIZE[1] as u32)
}

/// The middle of what is shown, as the worker takes it.
async fn picture_of(video: &JsValue) -> Result<JsValue, JsValue> {
    let [width, height] = size_of(video).ok_or(JsValue::NULL)?;
    let (across, down) = (width * MIDDLE, height * MIDDLE);
    let scale = (LONGEST_SIDE / across.max(down)).min(1.0);
    let small =
        object([("resizeWidth", (across * scale).round().into()), ("resizeHeight", (down * scale).round().into())]);
    let place = [(width - across) / 2.0, (height - down) / 2.0, across, down].map(JsValue::from);
    let arguments = Array::of1(video).concat(&place.into_iter().collect()).concat(&Array::of1(&small));
    later(&window(), "createImageBitmap", &arguments).await
}

/// A worker that looks at pictures.
struct Looker {
    worker: Worker,
    /// How who waits for its answer is given it, or told that there is none.
    waiting: Rc<RefCell<Option<[Function; 2]>>>,
    is_dead: Rc<Cell<bool>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(JsValue)>,
}

impl Looker {
    fn new() -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // It lies beside the app's own program.
        let program = document().query_selector("link[rel=modulepreload]").ok()??.get_attribute("href")?;
        let (folder, _) = program.rsplit_once('/')?;
        let worker = Worker::new_with_options(&format!("{folder}/camera.js"), &options).ok()?;
        let (waiting, is_dead) = (Rc::new(RefCell::new(None::<[Function; 2]>)), Rc::new(Cell::new(false)));
        let answered = waiting.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some([answer, fail]) = answered.take() {
                let data = event.data();
                let to = if data.is_string() { answer } else { fail };
                let _ = to.call1(&JsValue::NULL, &data);
            }
        });
        let (failed, died) = (waiting.clone(), is_dead.clone());
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |_| {
            died.set(true);
            fail(&failed);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, waiting, is_dead, _on_message: on_message, _on_error: on_error })
    }

    async fn look(&self, video: &JsValue) -> Result<Seen, JsValue> {
        let picture = picture_of(video).await?;
        if self.is_dead.get() {
            return Err(JsValue::NULL);
        }
        let waiting = self.waiting.clone();
        let answer = Promise::new(&mut |answer, fail| drop(waiting.replace(Some([answer, fail]))));
        let late = set_timeout_with_handle(move || fail(&waiting), PATIENCE)?;
        self.worker.post_message_with_transfer(&picture, &Array::of1(&picture))?;
        let answer = JsFuture::from(answer).await;
        late.clear();
        let seen = answer?.as_string().unwrap_or_default();
        Ok(match seen.strip_prefix('=') {
            Some(code) => Seen::Code(code.to_owned()),
            None if seen == "dark" => Seen::TooDark,
            None if seen == "blurred" => Seen::Blurred,
            None => Seen::Nothing,
        })
    }
}

/// Tells who waits that nothing comes.
fn fail(waiting: &RefCell<Option<[Function; 2]>>) {
    if let Some([_, fail]) = waiting.take() {
        let _ = fail.call0(&JsValue::NULL);
    }
}

impl Drop for Looker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Waits until the screen is drawn again; while nobody sees the page, that is never.
async fn next_frame() {
    let drawn = Promise::new(&mut |done, _| {
        let _ = window().request_animation_frame(&done);
    });
    let _ = JsFuture::from(drawn).await;
}
