//! This device as the store's server knows it, and what people write at it.
//!
//! Here is the handle that the app holds. What keeps and sends is behind it, in `sending.rs`, which is fetched
//! when the first screen stands, or when somebody writes something sooner.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use polka_contract::{
    CallState, ConsentKind, DeviceResponse, DeviceSettings, ExpiredReportRequest, ExpiredReportResponse,
    KeptApologyRequest,
};
use polka_domain::{CardNumber, Phone, ShoppingList};

use super::catalogue::{CatalogueStore, use_catalogue};
use super::outbox::{KeptStep, Refusal, RefusedApology, StepNote};
use super::sending::{Sending, load};
use crate::api::{Server, use_server};
use crate::clock::{Clock, FIRST_SCREEN, use_clock};
use crate::json::JsonObject;
use crate::provided::provided;
use crate::session::{Session, use_session};
use crate::settings::use_settings;
use crate::speech::{Speech, use_speech};

/// What somebody writes.
#[derive(Clone)]
pub(crate) enum Write {
    /// Somebody is wanted at the device, or no longer.
    Call(CallState),
    /// Another till is to be opened.
    TillRequest,
    /// The label on the shelf shows another price than the till takes.
    LabelReport {
        gtin: String,
        till_price_minor_units: i64,
        /// Where the person said it.
        label_price_minor_units: Option<i64>,
    },
    /// The product is not on its shelf.
    MissingReport { gtin: String },
    /// Items are past their date; what the store says of it comes into the signal, where this page hears it. The key is
    /// made by whoever wants to name the report later.
    ExpiredReport {
        report: Box<ExpiredReportRequest>,
        key: Option<String>,
        answer: ArcRwSignal<Option<ExpiredReportResponse>>,
    },
    /// What their label looks like: a JPEG, as base64, for the report of this key.
    ExpiredPhoto { report_key: String, jpeg: String },
    /// Somebody gets this card.
    Member { phone: Phone, card: CardNumber },
    /// What the holder of a card says to a text.
    Consent { card: CardNumber, kind: ConsentKind, text_version: &'static str, is_given: bool },
    /// The holder of this card is to find this on their list.
    ShoppingList { card: CardNumber, list: ShoppingList },
    /// Somebody of the staff has put something right, as it was tried under this key without an answer.
    Apology { key: String, request: Box<KeptApologyRequest> },
    /// Somebody of the staff has done something with a task; the mark shows who.
    TaskStep { note: StepNote, mark: String },
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is on its way into the device's storage.
    Keeping,
    /// It is kept until the server has answered it.
    Kept,
    /// The server has it.
    Taken,
    /// The server does not take it; the staff find it at the device.
    Refused,
    /// It could not be kept.
    NotKept,
}

impl Fate {
    /// As a person is told of it: what is kept is as good as taken, unless they must know that it waits.
    pub(crate) fn as_told(self, is_away: bool) -> Self {
        match self {
            Self::Kept if !is_away => Self::Taken,
            fate => fate,
        }
    }
}

/// How the device stands with the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Standing {
    /// As what it is enrolled.
    pub(crate) identity: Option<DeviceResponse>,
    /// Whether the server has said that it is not.
    pub(crate) is_refused: bool,
    /// How many writes wait.
    pub(crate) waiting: usize,
    /// Why others were refused.
    pub(crate) refusals: Vec<Refusal>,
    /// What the staff have done with tasks that the server has not taken, in the order in which they did it.
    pub(crate) steps: Vec<KeptStep>,
    /// The apologies that the server does not take.
    pub(crate) refused_apologies: Vec<RefusedApology>,
    /// When the oldest that waits was made, in milliseconds since 1970.
    pub(crate) oldest_ms: Option<i64>,
    /// Whether another entry would be kept.
    pub(crate) is_full: bool,
    pub(crate) storage: StorageState,
}

/// What the browser says of its storage, where it does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StorageState {
    pub(crate) used_bytes: Option<f64>,
    pub(crate) free_bytes: Option<f64>,
    /// Whether it has promised to keep what is stored.
    pub(crate) is_persistent: Option<bool>,
}

/// What came of a try to enrol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrolment {
    /// The server is being asked.
    Asking,
    /// The device is enrolled.
    Done,
    /// It is none of the codes that were given out, or its time is over.
    Refused,
    /// There were too many tries; a minute's rest helps.
    TooManyTries,
    /// The server was not reached.
    Offline,
}

/// Under which a browser keeps as what it is enrolled: the credential itself no script can read.
pub(super) const IDENTITY: &str = "polka.device";

type Asked = Box<dyn FnOnce(Option<&dyn Sending>)>;

const TRY_AGAIN: Duration = Duration::from_secs(10);

/// This device.
#[derive(Clone, Copy)]
pub(crate) struct Device {
    sending: StoredValue<Option<Rc<dyn Sending>>, LocalStorage>,
    /// What is asked while that is on its way; `None` while it is not.
    asked: StoredValue<Option<Vec<Asked>>, LocalStorage>,
    pub(super) standing: RwSignal<Standing>,
    enrolment: RwSignal<Option<ArcRwSignal<Enrolment>>>,
    /// When something was scanned last, in milliseconds since 1970.
    pub(super) scanned_ms: StoredValue<Option<f64>>,
    pub(super) server: Server,
    pub(super) clock: Clock,
    pub(super) catalogue: CatalogueStore,
    pub(super) speech: Speech,
    pub(super) session: Session,
    pub(super) settings: StoredValue<DeviceSettings>,
}

impl Device {
    /// Keeps what somebody writes, and sends it when it can. What is returned tells what becomes of it.
    pub(crate) fn keep(self, write: Write) -> ArcRwSignal<Fate> {
        let fate = ArcRwSignal::new(Fate::Keeping);
        let told = fate.clone();
        self.ask(Box::new(move |sending| match sending {
            Some(sending) => sending.keep(write, told),
            None => told.set(Fate::NotKept),
        }));
        fate
    }

    /// Makes this device the one that a code was given out for.
    pub(crate) fn enrol(self, code: String) {
        let told = ArcRwSignal::new(Enrolment::Asking);
        self.enrolment.set(Some(told.clone()));
        self.ask(Box::new(move |sending| match sending {
            Some(sending) => sending.enrol(code, told),
            None => told.set(Enrolment::Offline),
        }));
    }

    /// What came of the last try to enrol, tracked.
    pub(crate) fn enrolment(self) -> Option<Enrolment> {
        Some(self.enrolment.get()?.get())
    }

    /// Sends what waits at once: the server is heard of again.
    pub(crate) fn send_now(self) {
        self.ask(Box::new(|sending| {
            if let Some(sending) = sending {
                sending.send_now();
            }
        }));
    }

    /// Lets entries go of which somebody was told that the server has refused them.
    pub(crate) fn forget(self, keys: Vec<String>) {
        self.ask(Box::new(|sending| {
            if let Some(sending) = sending {
                sending.forget(keys);
            }
        }));
    }

    /// What the staff have done with tasks that the server has not taken, tracked.
    pub(crate) fn steps(self) -> Vec<KeptStep> {
        self.standing.with(|standing| standing.steps.clone())
    }

    /// The apologies that the server does not take, tracked.
    pub(crate) fn refused_apologies(self) -> Vec<RefusedApology> {
        self.standing.with(|standing| standing.refused_apologies.clone())
    }

    /// Whether what somebody would write now would be kept, tracked.
    pub(crate) fn can_keep(self) -> bool {
        self.standing.with(|standing| !standing.is_full && !standing.is_refused)
    }

    /// How the device stands with the server, tracked.
    pub(crate) fn standing(self) -> Standing {
        self.standing.get()
    }

    /// Takes word of a scan.
    pub(crate) fn scanned(self) {
        self.scanned_ms.set_value(Some(js_sys::Date::now()));
    }

    fn ask(self, asked: Asked) {
        if let Some(sending) = self.sending.get_value() {
            return asked(Some(&*sending));
        }
        let is_loading = self.asked.with_value(Option::is_some);
        self.asked.update_value(|all| all.get_or_insert_default().push(asked));
        if is_loading {
            return;
        }
        spawn_local(async move {
            let loaded = load(self).await.ok();
            self.sending.set_value(loaded.clone());
            for asked in self.asked.try_update_value(Option::take).flatten().unwrap_or_default() {
                asked(loaded.as_deref());
            }
        });
    }

    /// Fetches what keeps and sends, again and again until it is there: what waits must go.
    fn begin(self, after: Duration) {
        let again = move |sending: Option<&dyn Sending>| {
            if sending.is_none() {
                self.begin(TRY_AGAIN);
            }
        };
        set_timeout(move || self.ask(Box::new(again)), after);
    }
}

/// Whether this browser is enrolled as a device of the store, as far as it knows.
pub(crate) fn is_enrolled() -> bool {
    let kept = || window().local_storage().ok()??.get_item(IDENTITY).ok()?;
    kept().is_some()
}

/// Whether it is a tablet of the store, as far as it knows.
pub(crate) fn is_tablet() -> bool {
    let kept = || window().local_storage().ok()??.get_item(IDENTITY).ok()?;
    let kind = kept().and_then(|identity| JsonObject::parse(&identity)?.text("kind"));
    kind.as_deref() == Some("tablet")
}

/// Provides the device.
pub(crate) fn provide_device() {
    let device = Device {
        sending: StoredValue::new_local(None),
        asked: StoredValue::new_local(None),
        standing: RwSignal::new(Standing::default()),
        enrolment: RwSignal::new(None),
        scanned_ms: StoredValue::new(None),
        server: use_server(),
        clock: use_clock(),
        catalogue: use_catalogue(),
        speech: use_speech(),
        session: use_session(),
        settings: use_settings(),
    };
    provide_context(device);
    device.begin(FIRST_SCREEN);
}

/// This device.
pub(crate) fn use_device() -> Device {
    provided()
}
