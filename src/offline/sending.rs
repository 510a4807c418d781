//! What is behind the handle of `device.rs`: it keeps what people write before they are thanked, sends it in one
//! tab alone, and tells the server how the device does.
//!
//! The rules are in `outbox.rs`; here is their edge, which does nothing that they did not decide. The simulator's
//! device (`crates/simulator/src/device.rs`) takes the same steps.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gloo_net::http::Method;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    ApologyResponse, CallRequest, CallResponse, ConsentRequest, ConsentResponse, DeviceResponse, DeviceStatus,
    DoneResponse, EnrolmentRequest, ErrorCode, ExpiredPhotoRequest, ExpiredReportRequest, ExpiredReportResponse,
    IDEMPOTENCY_KEY, LabelReportRequest, MemberRequest, MemberResponse, MissingReportRequest, ReportResponse, SEALED,
    ShoppingListRequest, TaskResponse, TaskStepRequest, TillRequest, paths, seal_context,
};
use polka_sealing::PublicKey;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::BroadcastChannel;

use super::device::{Device, Enrolment, Fate, IDENTITY, StorageState, Write};
use super::outbox::{self, Answer, ApologyNote, Entry, KeptStep, Kind, RefusedApology, Rests, Step, StepNote, Verdict};
use super::storage::{Storage, StorageError};
use super::{locks, versions};
use crate::accessibility::PROFILE;
use crate::api::{MESSAGE_LIMIT, error_code};
use crate::random::{idempotency_key, random_bytes};
use crate::session::monotonic_ms;
use crate::settings::START;
use crate::speech::VoiceKind;

/// What the handle can ask for; see [`Device`].
pub(super) trait Sending {
    fn keep(&self, write: Write, fate: ArcRwSignal<Fate>);
    fn enrol(&self, code: String, outcome: ArcRwSignal<Enrolment>);
    fn send_now(&self);
    fn forget(&self, keys: Vec<String>);
}

/// Fetches it, and begins.
#[wasm_split(outbox, fallible)]
pub(super) fn load(device: Device) -> Result<Rc<dyn Sending>, SplitLoaderError> {
    Ok(Rc::new(Sender::start(device)))
}

/// Each device tells how it does once a minute; a quarter sooner or later, so that they do not all at once.
const BEAT_MS: f64 = 60_000.0;
/// Where the storage takes nothing, it is asked again after so long.
const FULL_REST_MS: f64 = 60_000.0;
/// What a trial of the storage is made of; no entry begins so.
const TRIAL: &str = "-";
/// With less room than this an entry may not be kept.
const LEAST_ROOM_BYTES: f64 = 65_536.0;
/// In which the tabs tell each other of a change, and by which name one of them alone sends.
const NAME: &str = "polka-outbox";

struct Sender {
    device: Device,
    sealing_key: Option<PublicKey>,
    app_version: String,
    /// Of whom is waiting to be told what becomes of which entry.
    fates: RefCell<Vec<(String, ArcRwSignal<Fate>)>>,
    /// Of whom is waiting for what the store says of which report.
    answers: RefCell<Vec<(String, ArcRwSignal<Option<ExpiredReportResponse>>)>>,
    rests: RefCell<Rests>,
    /// When the server is told next how the device does.
    beat_ms: Cell<f64>,
    /// Ends the sleep.
    wake: RefCell<Option<Function>>,
    is_woken: Cell<bool>,
    has_tried_room: Cell<bool>,
    /// With which code it was tried to enrol last, and under which key.
    code: RefCell<Option<(Option<String>, String)>>,
    tabs: Option<BroadcastChannel>,
}

struct Handle(Rc<Sender>);

/// Why a write was not kept.
enum NotKept {
    /// The store does not know the device.
    NotEnrolled,
    /// So many of its kind wait.
    NoPlace,
    NotStored(StorageError),
}

impl From<StorageError> for NotKept {
    fn from(error: StorageError) -> Self {
        Self::NotStored(error)
    }
}

impl Sending for Handle {
    fn keep(&self, write: Write, fate: ArcRwSignal<Fate>) {
        let sender = self.0.clone();
        let answer = match &write {
            Write::ExpiredReport { answer, .. } => Some(answer.clone()),
            _ => None,
        };
        let is_large = matches!(write, Write::ExpiredPhoto { .. });
        spawn_local(async move {
            match sender.keep(write).await {
                Ok(key) => {
                    sender.answers.borrow_mut().extend(answer.map(|answer| (key.clone(), answer)));
                    sender.fates.borrow_mut().push((key, fate.clone()));
                    fate.set(Fate::Kept);
                    sender.changed();
                }
                Err(not_kept) => {
                    fate.set(Fate::NotKept);
                    if let NotKept::NotStored(error) = not_kept {
                        leptos::logging::warn!("a write was not kept: {}", error.0);
                        // There may be room for what is small.
                        if is_large {
                            return;
                        }
                        sender.device.standing.update(|standing| standing.is_full = true);
                        sender.try_room_later();
                    }
                }
            }
        });
    }

    fn enrol(&self, code: String, outcome: ArcRwSignal<Enrolment>) {
        let sender = self.0.clone();
        spawn_local(async move {
            let enrolment = sender.enrol(Some(code)).await;
            outcome.set(enrolment);
            if enrolment == Enrolment::Done {
                sender.changed();
                let _ = sender.look().await;
            }
        });
    }

    fn send_now(&self) {
        self.0.rests.borrow_mut().end();
        self.0.wake();
    }

    fn forget(&self, keys: Vec<String>) {
        let sender = self.0.clone();
        spawn_local(async move {
            let forgotten = async || -> Result<(), StorageError> {
                let storage = Storage::open().await?;
                let is_told = |entry: &Entry| entry.refusal.is_some() && keys.contains(&entry.key);
                for (number, _) in sender.look().await?.iter().filter(|(_, entry)| is_told(entry)) {
                    storage.delete(*number).await?;
                }
                sender.look().await.map(drop)
            };
            // Where it stays, it is told again.
            let _ = forgotten().await;
            sender.changed();
        });
    }
}

impl Sender {
    fn start(device: Device) -> Handle {
        let (sealing_key, app_version) =
            device.settings.with_value(|settings| (settings.sealing_key.parse().ok(), settings.app_version.clone()));
        let sender = Rc::new(Self {
            device,
            sealing_key,
            app_version: app_version.clone(),
            fates: RefCell::default(),
            answers: RefCell::default(),
            rests: RefCell::default(),
            beat_ms: Cell::new(0.0),
            wake: RefCell::default(),
            is_woken: Cell::new(false),
            has_tried_room: Cell::new(false),
            code: RefCell::default(),
            tabs: BroadcastChannel::new(NAME).ok(),
        });
        device.standing.update(|standing| standing.identity = identity());
        sender.listen();
        versions::keep_up_to_date(device.session, app_version);
        spawn_local(sender.clone().run());
        Handle(sender)
    }

    /// Hears of other tabs' changes, and of the network's return.
    fn listen(self: &Rc<Self>) {
        let sender = self.clone();
        let hear = Closure::<dyn Fn()>::new(move || {
            let sender = sender.clone();
            spawn_local(async move {
                let _ = sender.look().await;
                sender.wake();
            });
        });
        if let Some(tabs) = &self.tabs {
            tabs.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        hear.forget();
        let sender = self.clone();
        let _ = window_event_listener(leptos::ev::online, move |_| {
            sender.rests.borrow_mut().end();
            sender.beat_ms.set(0.0);
            sender.wake();
        });
    }

    /// Seals and stores what somebody wrote. When this is done they can be thanked.
    async fn keep(&self, write: Write) -> Result<String, NotKept> {
        // Nobody is thanked for what may never be sent. In its first moments a device may not know yet.
        if identity().is_none() {
            self.beat().await;
        }
        if identity().is_none() {
            return Err(NotKept::NotEnrolled);
        }
        let made_ms = self.device.clock.now_ms() as i64;
        let key = match &write {
            Write::ExpiredReport { key, .. } => key.clone(),
            Write::Apology { key, .. } => Some(key.clone()),
            _ => None,
        };
        let (kind, body, step, apology) = body_of(write, made_ms);
        let failed = |what: &str| StorageError(format!("{what} failed"));
        let key = key.or_else(idempotency_key).ok_or_else(|| failed("chance"))?;
        let seed = random_bytes().ok_or_else(|| failed("chance"))?;
        let sealing_key = self.sealing_key.as_ref().ok_or_else(|| failed("reading the sealing key"))?;
        let sealed =
            sealing_key.seal(&seal_context(kind.path(), &key), body.as_bytes(), seed).map_err(|_| failed("sealing"))?;
        let sealed = URL_SAFE_NO_PAD.encode(sealed);
        let entry = Entry { key: key.clone(), kind, made_ms, sealed, sent_as: None, refusal: None, step, apology };
        let storage = Storage::open().await?;
        if kind == Kind::ExpiredPhoto && !outbox::has_place(&read(storage.all().await?), kind) {
            return Err(NotKept::NoPlace);
        }
        storage.add(&entry.to_stored()).await?;
        Ok(key)
    }

    /// Something was added, changed or let go: all tabs look.
    fn changed(&self) {
        if let Some(tabs) = &self.tabs {
            let _ = tabs.post_message(&JsValue::NULL);
        }
        self.wake();
    }

    /// Reads what is stored, and tells the app.
    async fn look(&self) -> Result<Vec<(u64, Entry)>, StorageError> {
        // Who is told later than the storage is read may have an entry that was not there yet.
        let asked: Vec<_> = self.fates.borrow().iter().map(|(key, _)| key.clone()).collect();
        let rows = Storage::open().await?.all().await?;
        let entries = read(rows);
        self.fates.borrow_mut().retain(|(key, fate)| {
            if !asked.contains(key) {
                return true;
            }
            let now = match entries.iter().find(|(_, entry)| entry.key == *key) {
                None => Fate::Taken,
                Some((_, entry)) if entry.refusal.is_some() => Fate::Refused,
                Some(_) => Fate::Kept,
            };
            fate.maybe_update(|fate| std::mem::replace(fate, now) != now);
            now == Fate::Kept
        });
        self.answers.borrow_mut().retain(|(key, _)| self.fates.borrow().iter().any(|(waiting, _)| waiting == key));
        let mut waiting = entries.iter().map(|(_, entry)| entry).filter(|entry| entry.refusal.is_none()).peekable();
        let oldest_ms = waiting.peek().map(|entry| entry.made_ms);
        let (count, identity) = (waiting.count(), identity());
        let step_of = |entry: &Entry| {
            let (key, refusal) = (entry.key.clone(), entry.refusal.clone());
            entry.step.clone().map(|note| KeptStep { key, note, refusal })
        };
        let steps = entries.iter().filter_map(|(_, entry)| step_of(entry)).collect();
        let refused_apology = |entry: &Entry| {
            let note = entry.refusal.as_ref().and(entry.apology.clone());
            note.map(|note| RefusedApology { key: entry.key.clone(), note })
        };
        let refused_apologies = entries.iter().filter_map(|(_, entry)| refused_apology(entry)).collect();
        let refusals: Vec<_> = entries.iter().filter_map(|(_, entry)| entry.refusal.clone()).collect();
        self.device.standing.maybe_update(|standing| {
            let before = standing.clone();
            // Another tab may have been told.
            standing.is_refused = identity.is_none() && (standing.is_refused || standing.identity.is_some());
            (standing.waiting, standing.oldest_ms) = (count, oldest_ms);
            (standing.refusals, standing.identity) = (refusals, identity);
            standing.steps = steps;
            standing.refused_apologies = refused_apologies;
            *standing != before
        });
        Ok(entries)
    }

    /// Sends what waits, and tells how the device does, as long as the page lives; one tab at a time.
    async fn run(self: Rc<Self>) {
        let _ = self.look().await;
        let _alone = locks::hold(NAME).await;
        loop {
            if monotonic_ms() >= self.beat_ms.get() {
                self.beat_ms.set(monotonic_ms() + BEAT_MS * (0.75 + js_sys::Math::random() / 2.0));
                self.beat().await;
            }
            let rest_ms = match self.step().await {
                Ok(rest_ms) => rest_ms,
                Err(error) => {
                    leptos::logging::warn!("the outbox's storage failed: {}", error.0);
                    FULL_REST_MS
                }
            };
            self.sleep(rest_ms.min(self.beat_ms.get() - monotonic_ms())).await;
        }
    }

    /// Does the next thing, and says for how long there is nothing more to be done.
    async fn step(&self) -> Result<f64, StorageError> {
        let entries = self.look().await?;
        let find = |number: u64| entries.iter().find(|(it, _)| *it == number).map(|(_, entry)| entry.clone());
        let Some(device) = identity().map(|identity| identity.id) else { return Ok(f64::INFINITY) };
        let step = outbox::next(&entries, device, &self.rests.borrow(), monotonic_ms());
        let (number, changed) = match step {
            Step::Nothing => return Ok(f64::INFINITY),
            Step::Wait { until_ms } => return Ok(until_ms - monotonic_ms()),
            Step::Mark { number, sent_as } => {
                (number, find(number).map(|entry| Entry { sent_as: Some(sent_as), ..entry }))
            }
            Step::Refuse { number, refusal } => (number, find(number).map(|entry| entry.refused(refusal))),
            Step::Send { number } => {
                if let Some(entry) = find(number) {
                    self.send(number, entry).await;
                }
                return Ok(0.0);
            }
        };
        let Some(changed) = changed else { return Ok(FULL_REST_MS) };
        Storage::open().await?.put(number, &changed.to_stored()).await?;
        Ok(0.0)
    }

    async fn send(&self, number: u64, entry: Entry) {
        let answer = self.answer(&entry).await;
        let kind = entry.kind;
        let verdict = outbox::judge(kind, &answer);
        let store = async || match &verdict {
            Verdict::Done => Storage::open().await?.delete(number).await,
            Verdict::Refused(refusal) => {
                Storage::open().await?.put(number, &entry.refused(refusal.clone()).to_stored()).await
            }
            Verdict::NotEnrolled => {
                self.beat_ms.set(0.0);
                Ok(())
            }
            Verdict::Later => Ok(()),
        };
        let stored = store().await;
        match (stored, verdict) {
            // It is sent again later, and answered the same.
            (Err(_), _) | (_, Verdict::Later | Verdict::NotEnrolled) => {
                self.rests.borrow_mut().lengthen(kind, monotonic_ms(), js_sys::Math::random());
            }
            (Ok(()), Verdict::Done | Verdict::Refused(_)) => self.rests.borrow_mut().end(),
        }
        let _ = self.look().await;
        if let Some(tabs) = &self.tabs {
            let _ = tabs.post_message(&JsValue::NULL);
        }
    }

    async fn answer(&self, entry: &Entry) -> Answer {
        let sealed = Uint8Array::from(&URL_SAFE_NO_PAD.decode(&entry.sealed).unwrap_or_default()[..]);
        let response = self.device.server.ask(entry.kind.path(), MESSAGE_LIMIT, |request| {
            request.method(Method::POST).header(IDEMPOTENCY_KEY, &entry.key).header("content-type", SEALED).body(sealed)
        });
        let Ok(response) = response.await else { return Answer::None };
        if !response.ok() {
            return Answer::Rejected { status: response.status(), code: error_code(&response).await };
        }
        // A network that asks for a password answers too.
        let is_ours = match entry.kind {
            Kind::Call => response.json::<CallResponse>().await.is_ok(),
            Kind::LabelReport | Kind::MissingReport | Kind::TillRequest => {
                response.json::<ReportResponse>().await.is_ok()
            }
            Kind::Member => response.json::<MemberResponse>().await.is_ok(),
            Kind::Consent => response.json::<ConsentResponse>().await.is_ok(),
            Kind::ShoppingList | Kind::ExpiredPhoto => response.json::<DoneResponse>().await.is_ok(),
            Kind::TaskStep => response.json::<TaskResponse>().await.is_ok(),
            Kind::Apology => response.json::<ApologyResponse>().await.is_ok(),
            Kind::ExpiredReport => {
                let answer = response.json::<ExpiredReportResponse>().await.ok();
                self.tell_answer(&entry.key, answer);
                answer.is_some()
            }
        };
        if is_ours { Answer::Taken } else { Answer::None }
    }

    /// Gives who is waiting for it what the store says of a report.
    fn tell_answer(&self, key: &str, answer: Option<ExpiredReportResponse>) {
        let waiting = self.answers.borrow().iter().find(|(it, _)| it == key).map(|(_, told)| told.clone());
        if let Some(told) = waiting {
            told.set(answer);
        }
    }

    /// Tells the server how the device does, and learns as what it knows it.
    async fn beat(&self) {
        let storage = storage_state().await;
        let is_full = storage.free_bytes.is_some_and(|free| free < LEAST_ROOM_BYTES) || !self.has_room().await;
        self.device.standing.maybe_update(|standing| {
            let before = (standing.is_full, standing.storage);
            (standing.is_full, standing.storage) = (is_full, storage);
            before != (is_full, storage)
        });
        let status = self.status(storage);
        let told =
            self.device.server.ask(paths::DEVICE_SELF, MESSAGE_LIMIT, |it| it.method(Method::PUT).json(&status)).await;
        let is_refused = match told {
            Ok(response) if response.ok() => {
                // A network that asks for a password answers too.
                let Ok(identity) = response.json::<DeviceResponse>().await else { return };
                keep_identity(Some(&identity));
                self.rests.borrow_mut().end();
                false
            }
            // The demo's device on the server's own machine needs no code.
            Ok(response) if response.status() == 401 => match self.enrol(None).await {
                Enrolment::Done => false,
                Enrolment::Refused => {
                    keep_identity(None);
                    true
                }
                _ => return,
            },
            _ => return,
        };
        self.device
            .standing
            .maybe_update(|standing| std::mem::replace(&mut standing.is_refused, is_refused) != is_refused);
    }

    /// Whether the next write will be kept: at first, and where one has failed, a trial tells. What browsers say of
    /// the room they have is not true to the byte; Chromium promises ten gigabytes to everybody.
    async fn has_room(&self) -> bool {
        let was_full = self.device.standing.with_untracked(|standing| standing.is_full);
        if self.has_tried_room.replace(true) && !was_full {
            return true;
        }
        let trial = async || {
            let storage = Storage::open().await?;
            // A page that ended in the middle has left its own.
            for (number, _) in storage.all().await?.iter().filter(|(_, text)| text.starts_with(TRIAL)) {
                storage.delete(*number).await?;
            }
            let number = storage.add(&TRIAL.repeat(4096)).await?;
            storage.delete(number).await
        };
        trial().await.is_ok()
    }

    /// The tab that sends looks once a minute; another one must look by itself.
    fn try_room_later(self: &Rc<Self>) {
        let sender = self.clone();
        let look = move || {
            spawn_local(async move {
                if sender.has_room().await {
                    sender.device.standing.update(|standing| standing.is_full = false);
                } else {
                    sender.try_room_later();
                }
            });
        };
        set_timeout(look, Duration::from_millis(FULL_REST_MS as u64));
    }

    fn status(&self, storage: StorageState) -> DeviceStatus {
        let standing = self.device.standing.get_untracked();
        let voice = match self.device.speech.self_test().russian {
            VoiceKind::Browser => "browser",
            VoiceKind::EspeakNg => "pack",
            VoiceKind::None => "captions",
        };
        DeviceStatus {
            app_version: self.app_version.clone(),
            catalogue_version: untrack(|| self.device.catalogue.version()),
            voice: Some(voice.into()),
            last_scan_ms: self.device.scanned_ms.get_value().map(|at_ms| (at_ms - self.device.clock.error_ms()) as i64),
            outbox_entries: standing.waiting.try_into().unwrap_or(u32::MAX),
            outbox_refused: standing.refusals.len().try_into().unwrap_or(u32::MAX),
            outbox_oldest_ms: standing.oldest_ms,
            storage_free_bytes: storage.free_bytes.map(|free| free as u64),
            storage_is_persistent: storage.is_persistent,
        }
    }

    async fn enrol(&self, code: Option<String>) -> Enrolment {
        // The answer may be lost; the same key gets the same credential again, also when the code is typed again.
        let former = self.code.take().filter(|(former, _)| *former == code);
        let Some(key) = former.map(|(_, key)| key).or_else(idempotency_key) else { return Enrolment::Offline };
        self.code.replace(Some((code.clone(), key.clone())));
        let asked = EnrolmentRequest { code };
        let build = |request: gloo_net::http::RequestBuilder| {
            request.method(Method::POST).header(IDEMPOTENCY_KEY, &key).json(&asked)
        };
        let mut response = self.device.server.ask(paths::DEVICE_ENROLMENT, MESSAGE_LIMIT, build).await;
        if response.is_err() {
            response = self.device.server.ask(paths::DEVICE_ENROLMENT, MESSAGE_LIMIT, build).await;
        }
        match response {
            Ok(response) if response.ok() => match response.json::<DeviceResponse>().await {
                Ok(identity) => {
                    keep_identity(Some(&identity));
                    self.device.standing.update(|standing| standing.is_refused = false);
                    self.beat_ms.set(0.0);
                    Enrolment::Done
                }
                Err(_) => Enrolment::Offline,
            },
            Ok(response) => match error_code(&response).await {
                Some(ErrorCode::TooManyTries) => Enrolment::TooManyTries,
                Some(ErrorCode::CodeRefused | ErrorCode::InvalidRequest) => Enrolment::Refused,
                _ => Enrolment::Offline,
            },
            Err(_) => Enrolment::Offline,
        }
    }

    fn wake(&self) {
        self.is_woken.set(true);
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    /// Sleeps for so many milliseconds, or until it is woken.
    async fn sleep(&self, ms: f64) {
        if !self.is_woken.take() && ms > 0.0 {
            let slept = Promise::new(&mut |resolve, _| {
                let ring = resolve.clone();
                let alarm = move || drop(ring.call0(&JsValue::NULL));
                set_timeout(alarm, Duration::from_millis(ms.min(BEAT_MS * 2.0) as u64));
                self.wake.replace(Some(resolve));
            });
            let _ = JsFuture::from(slept).await;
            self.is_woken.set(false);
        }
    }
}

/// Of what kind it is, its body, and what stands open of it.
fn body_of(write: Write, made_ms: i64) -> (Kind, String, Option<StepNote>, Option<ApologyNote>) {
    let (mut step, mut apology) = (None, None);
    let (kind, body) = match write {
        Write::Call(state) => (Kind::Call, serde_json::to_string(&CallRequest { state, made_ms })),
        Write::TillRequest => (Kind::TillRequest, serde_json::to_string(&TillRequest { made_ms })),
        Write::LabelReport { gtin, till_price_minor_units, label_price_minor_units } => {
            let report = LabelReportRequest { gtin, till_price_minor_units, label_price_minor_units, made_ms };
            (Kind::LabelReport, serde_json::to_string(&report))
        }
        Write::MissingReport { gtin } => {
            (Kind::MissingReport, serde_json::to_string(&MissingReportRequest { gtin, made_ms }))
        }
        Write::ExpiredReport { report, .. } => {
            (Kind::ExpiredReport, serde_json::to_string(&ExpiredReportRequest { made_ms, ..*report }))
        }
        Write::ExpiredPhoto { report_key, jpeg } => {
            (Kind::ExpiredPhoto, serde_json::to_string(&ExpiredPhotoRequest { report_key, jpeg, made_ms }))
        }
        Write::Member { phone, card } => {
            let member = MemberRequest { phone: phone.e164(), card_number: Some(card.to_string()), made_ms };
            (Kind::Member, serde_json::to_string(&member))
        }
        Write::Consent { card, kind, text_version, is_given } => {
            let (card_number, text_version) = (card.to_string(), text_version.to_owned());
            let consent = ConsentRequest { card_number, kind, text_version, is_given, made_ms };
            (Kind::Consent, serde_json::to_string(&consent))
        }
        Write::ShoppingList { card, list } => {
            let sent = ShoppingListRequest { card_number: card.to_string(), items: list.to_string() };
            (Kind::ShoppingList, serde_json::to_string(&sent))
        }
        // As it was tried before: the store knows it by its digest too.
        Write::Apology { request, .. } => {
            let (reason, minor_units) = (request.apology.reason.clone(), request.apology.minor_units);
            apology = Some(ApologyNote { reason, minor_units });
            (Kind::Apology, serde_json::to_string(&*request))
        }
        Write::TaskStep { note, mark } => {
            let sent = TaskStepRequest { task_id: note.task_id, step: note.step, mark, made_ms };
            step = Some(note);
            (Kind::TaskStep, serde_json::to_string(&sent))
        }
    };
    (kind, body.unwrap_or_default(), step, apology)
}

/// The entries of what is stored.
fn read(rows: Vec<(u64, String)>) -> Vec<(u64, Entry)> {
    rows.into_iter().filter_map(|(number, text)| Some((number, Entry::from_stored(&text)?))).collect()
}

/// As what this browser is enrolled, as the server last said. Another tab may have learned it.
pub(crate) fn identity() -> Option<DeviceResponse> {
    let text = window().local_storage().ok()??.get_item(IDENTITY).ok()??;
    serde_json::from_str(&text).ok()
}

fn keep_identity(identity: Option<&DeviceResponse>) {
    let former = self::identity().and_then(|identity| identity.profile);
    let Ok(Some(storage)) = window().local_storage() else { return };
    let keep = |name: &str, value: Option<&str>| match value {
        Some(value) => storage.set_item(name, value),
        None => storage.remove_item(name),
    };
    let text = identity.and_then(|identity| serde_json::to_string(identity).ok());
    // Where it is not kept, the next sign of life brings it again.
    let _ = keep(IDENTITY, text.as_deref());
    let start = identity.and_then(|identity| identity.start.as_deref());
    if storage.get_item(START).ok().flatten().as_deref() != start && keep(START, start).is_ok() {
        versions::start_anew();
    }
    // What is measured at the device holds until the server says something new.
    let profile = identity.and_then(|identity| identity.profile).filter(|profile| former != Some(*profile));
    let profile = profile.and_then(|profile| serde_json::to_string(&profile).ok());
    if profile.is_some() && keep(PROFILE, profile.as_deref()).is_ok() {
        versions::start_anew();
    }
}

async fn storage_state() -> StorageState {
    let manager = window().navigator().storage();
    let estimate = match manager.estimate() {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or_default(),
        Err(_) => return StorageState::default(),
    };
    let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    let used_bytes = number("usage");
    let free_bytes = number("quota").zip(used_bytes).map(|(quota, used)| (quota - used).max(0.0));
    // A browser may ask somebody first, and there is nobody; so it is not waited for.
    let _ = manager.persist();
    let is_persistent = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise).await.ok().and_then(|is| is.as_bool()),
        Err(_) => None,
    };
    StorageState { used_bytes, free_bytes, is_persistent }
}
