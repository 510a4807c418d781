//! The rules of the outbox: what is sent next, and what an answer means. Entries come in, decisions come out; the
//! clock and chance are values.
//!
//! What somebody was thanked for stays until the server has answered it, however long that takes: there is no age
//! at which an entry goes. What the server refuses stays too, with its reason, for the staff.
//!
//! Entries of one kind go in the order in which they were made, one after the other, so that a call that was taken
//! back does not come back. Kinds do not wait for each other, but for a photograph: it names a report, which goes first.

use std::collections::{BTreeMap, BTreeSet};

use polka_contract::{ErrorCode, TaskKind, TaskStep, paths};
use serde::{Deserialize, Serialize};

/// After so many milliseconds a server that did not answer is asked again, at first. Each further try doubles it.
const FIRST_REST_MS: f64 = 1_000.0;
/// As long as it gets, half as long again with the chance: who sees the network come back waits for it at most.
const LONGEST_REST_MS: f64 = 60_000.0;
/// The version of [`Stored`]'s shape.
const VERSION: u8 = 1;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody is wanted, or no longer.
    Call,
    /// A shelf label shows another price.
    LabelReport,
    /// A product is not on its shelf.
    MissingReport,
    /// Somebody gets a card.
    Member,
    /// What the holder of a card agrees to.
    Consent,
    /// What somebody wants to buy, for the list of whoever has a card.
    ShoppingList,
    /// Items are past their date.
    ExpiredReport,
    /// Another till is to be opened.
    TillRequest,
    /// Somebody of the staff has done something with a task.
    TaskStep,
    /// What the label of such items looks like.
    ExpiredPhoto,
    /// Somebody of the staff has put something right.
    Apology,
}

impl Kind {
    /// Where it goes.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Call => paths::CALLS,
            Self::LabelReport => paths::LABEL_REPORTS,
            Self::MissingReport => paths::MISSING_REPORTS,
            Self::Member => paths::MEMBERS,
            Self::Consent => paths::MEMBER_CONSENTS,
            Self::ShoppingList => paths::SHOPPING_LISTS,
            Self::ExpiredReport => paths::EXPIRED_REPORTS,
            Self::TillRequest => paths::TILL_REQUESTS,
            Self::TaskStep => paths::TASK_STEPS,
            Self::ExpiredPhoto => paths::EXPIRED_PHOTOS,
            Self::Apology => paths::KEPT_APOLOGIES,
        }
    }
}

/// So many photographs wait on a device: each is as large as a thousand other entries, and all are read at each step.
const MOST_PHOTOS: usize = 20;

/// Whether another entry of a kind is kept beside these.
#[must_use]
pub fn has_place(entries: &[(u64, Entry)], kind: Kind) -> bool {
    let waits = |entry: &Entry| entry.kind == kind && entry.refusal.is_none();
    kind != Kind::ExpiredPhoto || entries.iter().filter(|(_, entry)| waits(entry)).count() < MOST_PHOTOS
}

/// Something that waits to be sent, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its idempotency key.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// When it was made, in milliseconds since 1970, for whoever looks; no rule asks for it.
    pub made_ms: i64,
    /// The body, sealed to the server, base64url.
    pub sealed: String,
    /// As which device it was sent, from before it left for the first time: keys belong to a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_as: Option<i64>,
    /// Why the server does not take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What the desk shows of a step of the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepNote>,
    /// What the desk shows of an apology, should the server refuse it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apology: Option<ApologyNote>,
}

/// What stands open of an apology that waits: nothing of the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApologyNote {
    /// The code of its reason.
    pub reason: String,
    /// What it is worth, in minor units.
    pub minor_units: i64,
}

/// An apology that the server does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedApology {
    /// The idempotency key of its entry.
    pub key: String,
    /// What it was.
    pub note: ApologyNote,
}

/// What stands open of a step of the staff, for the desk, also once the page was loaded again: what proves whose it was
/// is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepNote {
    /// The number of whoever did it.
    pub staff_number: i64,
    /// Which task.
    pub task_id: i64,
    /// What the task is about.
    pub kind: TaskKind,
    /// The product, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// What they did.
    pub step: TaskStep,
}

/// A step of the staff that the server has not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStep {
    /// The idempotency key of its entry.
    pub key: String,
    /// What it is.
    pub note: StepNote,
    /// Why the server does not take it; it waits where there is none.
    pub refusal: Option<Refusal>,
}

/// Why the server does not take an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The status of HTTP; 0 where it was not asked.
    pub status: u16,
    /// The error's code.
    pub code: String,
}

/// An entry as it lies in the browser's storage.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u8,
    #[serde(flatten)]
    entry: Entry,
}

impl Entry {
    /// It stays for the staff, with the reason. A photograph that nobody will see does not.
    #[must_use]
    pub fn refused(self, refusal: Refusal) -> Self {
        let sealed = if self.kind == Kind::ExpiredPhoto { String::new() } else { self.sealed };
        Self { refusal: Some(refusal), sealed, ..self }
    }

    /// As it is stored.
    #[must_use]
    pub fn to_stored(&self) -> String {
        serde_json::to_string(&Stored { version: VERSION, entry: self.clone() }).unwrap_or_default()
    }

    /// Reads what was stored; `None` where it is damaged or of a later version. It stays stored then.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        serde_json::from_str::<Stored>(text).ok().filter(|stored| stored.version == VERSION).map(|stored| stored.entry)
    }
}

/// How long the server is left alone after it did not answer. Times are milliseconds of a clock that never goes
/// back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Rest {
    /// How many tries in a row came to nothing.
    tries: u32,
    /// Until when.
    until_ms: f64,
}

impl Rest {
    /// After a try that came to nothing. `chance` is from 0 to below 1: four thousand devices that lost the
    /// network in one moment come back over as long a time as they rested.
    fn longer(self, now_ms: f64, chance: f64) -> Self {
        let rest_ms = (FIRST_REST_MS * f64::from(self.tries.min(16)).exp2()).min(LONGEST_REST_MS);
        Self { tries: self.tries + 1, until_ms: now_ms + rest_ms * (0.5 + chance) }
    }
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Keep, before it is sent for the first time, as which device.
    Mark {
        /// Which entry, by its number.
        number: u64,
        /// As this device.
        sent_as: i64,
    },
    /// Send it.
    Send {
        /// Which entry, by its number.
        number: u64,
    },
    /// Keep it for the staff; the next one may go.
    Refuse {
        /// Which entry, by its number.
        number: u64,
        /// Why.
        refusal: Refusal,
    },
    /// Do nothing before this time, unless something is added.
    Wait {
        /// When.
        until_ms: f64,
    },
    /// There is nothing to be done.
    Nothing,
}

/// How long each kind rests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rests(BTreeMap<Kind, Rest>);

impl Rests {
    /// After a try of this kind that came to nothing.
    pub fn lengthen(&mut self, kind: Kind, now_ms: f64, chance: f64) {
        let rest = self.0.entry(kind).or_default();
        *rest = rest.longer(now_ms, chance);
    }

    /// After an answer: the server is there again, for all kinds.
    pub fn end(&mut self) {
        self.0.clear();
    }

    fn until_ms(&self, kind: Kind) -> f64 {
        self.0.get(&kind).map_or(0.0, |rest| rest.until_ms)
    }
}

/// What is to be done next with these entries, which stand with their numbers in the order in which they were
/// made. `device` is as whom the device is enrolled.
#[must_use]
pub fn next(entries: &[(u64, Entry)], device: i64, rests: &Rests, now_ms: f64) -> Step {
    let mut kinds = BTreeSet::new();
    let mut wait = Step::Nothing;
    let mut earliest_ms = f64::INFINITY;
    for (number, entry) in entries.iter().filter(|(_, entry)| entry.refusal.is_none()) {
        // The others of a kind come after its first.
        if !kinds.insert(entry.kind) {
            continue;
        }
        if entry.kind == Kind::ExpiredPhoto && kinds.contains(&Kind::ExpiredReport) {
            continue;
        }
        let (number, until_ms) = (*number, rests.until_ms(entry.kind));
        match entry.sent_as {
            // The other device's key is another key: sent again, it might take effect again.
            Some(other) if other != device => {
                return Step::Refuse { number, refusal: Refusal { status: 0, code: "sent_as_another_device".into() } };
            }
            _ if now_ms < until_ms => {
                if until_ms < earliest_ms {
                    (earliest_ms, wait) = (until_ms, Step::Wait { until_ms });
                }
            }
            None => return Step::Mark { number, sent_as: device },
            Some(_) => return Step::Send { number },
        }
    }
    wait
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing, in time.
    None,
    /// The server took it, now or before.
    Taken,
    /// The server says no.
    Rejected {
        /// The status of HTTP.
        status: u16,
        /// The error's code, where it could be read.
        code: Option<ErrorCode>,
    },
}

/// What an answer means for the entry that it came for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may go.
    Done,
    /// It stays for the staff.
    Refused(Refusal),
    /// It stays, and is sent again after a rest.
    Later,
    /// So does it, but the device must be enrolled first.
    NotEnrolled,
}

/// What an answer to an entry of a kind means.
#[must_use]
pub fn judge(kind: Kind, answer: &Answer) -> Verdict {
    match answer {
        Answer::Taken => Verdict::Done,
        Answer::None => Verdict::Later,
        // What is wrong with the entry itself is wrong tomorrow too. All else may be the server's, or a proxy's, or
        // that of a server which is older than this app.
        Answer::Rejected { status, code: Some(code) }
            if matches!(status, 400 | 409 | 413 | 415 | 422)
                || matches!(code, ErrorCode::StaffUnknown | ErrorCode::TaskNotFound)
                // Others that were given after it must not wait for a card that nobody has, or for a message that the
                // store sends no longer.
                || (kind == Kind::Apology && matches!(code, ErrorCode::MemberNotFound | ErrorCode::MessagesPaused)) =>
        {
            let code = serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned));
            Verdict::Refused(Refusal { status: *status, code: code.unwrap_or_default() })
        }
        Answer::Rejected { status: 401, .. } => Verdict::NotEnrolled,
        Answer::Rejected { .. } => Verdict::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind) -> Entry {
        Entry {
            key: "k".into(),
            kind,
            made_ms: 5,
            sealed: "AAA".into(),
            sent_as: None,
            refusal: None,
            step: None,
            apology: None,
        }
    }

    fn rejected(status: u16, code: Option<ErrorCode>) -> Verdict {
        judge(Kind::Call, &Answer::Rejected { status, code })
    }

    #[test]
    fn what_is_stored_has_this_shape_and_is_read_back() {
        let refusal = Some(Refusal { status: 422, code: "seal_broken".into() });
        let full = Entry { sent_as: Some(7), refusal, ..entry(Kind::LabelReport) };
        let stored = "{\"version\":1,\"key\":\"k\",\"kind\":\"label_report\",\"made_ms\":5,\"sealed\":\"AAA\",\
                      \"sent_as\":7,\"refusal\":{\"status\":422,\"code\":\"seal_broken\"}}";
        assert_eq!(full.to_stored(), stored);
        assert_eq!(Entry::from_stored(stored), Some(full));
        let plain = "{\"version\":1,\"key\":\"k\",\"kind\":\"call\",\"made_ms\":5,\"sealed\":\"AAA\"}";
        assert_eq!(entry(Kind::Call).to_stored(), plain);
        assert_eq!(Entry::from_stored(plain), Some(entry(Kind::Call)));
        assert_eq!(Entry::from_stored(&plain.replace(":1,", ":2,")), None);
        assert_eq!(Entry::from_stored(""), None);
    }

    fn step(entries: &[(u64, Entry)], device: i64) -> Step {
        next(entries, device, &Rests::default(), 0.0)
    }

    #[test]
    fn the_first_of_those_that_wait_is_marked_and_then_sent() {
        let mut entries = [(3, entry(Kind::Call)), (4, entry(Kind::Call))];
        assert_eq!(step(&entries, 1), Step::Mark { number: 3, sent_as: 1 });
        entries[0].1.sent_as = Some(1);
        assert_eq!(step(&entries, 1), Step::Send { number: 3 });
        assert_eq!(step(&[], 1), Step::Nothing);
    }

    #[test]
    fn a_refused_entry_stays_and_holds_nobody_up() {
        let mut entries = [(1, entry(Kind::Call)), (2, entry(Kind::Call))];
        entries[0].1.refusal = Some(Refusal { status: 400, code: "invalid_request".into() });
        assert_eq!(step(&entries, 1), Step::Mark { number: 2, sent_as: 1 });
        assert_eq!(step(&entries[..1], 1), Step::Nothing);
    }

    #[test]
    fn a_photograph_goes_after_the_reports_before_it() {
        let entries =
            [(1, entry(Kind::ExpiredReport)), (2, entry(Kind::ExpiredPhoto)), (3, entry(Kind::ExpiredReport))];
        let mut rests = Rests::default();
        rests.lengthen(Kind::ExpiredReport, 0.0, 0.5);
        assert_eq!(next(&entries, 1, &rests, 0.0), Step::Wait { until_ms: 1_000.0 });
        assert_eq!(step(&entries[1..], 1), Step::Mark { number: 2, sent_as: 1 });
        let refusal = Refusal { status: 400, code: "invalid_gtin".into() };
        let refused = (1, entries[0].1.clone().refused(refusal));
        assert_eq!(step(&[refused, entries[1].clone()], 1), Step::Mark { number: 2, sent_as: 1 });
    }

    #[test]
    fn few_photographs_wait_and_none_is_kept_that_the_store_does_not_take() {
        let mut entries = vec![(1, entry(Kind::Call)); 100];
        entries.extend(vec![(2, entry(Kind::ExpiredPhoto)); 19]);
        assert!(has_place(&entries, Kind::ExpiredPhoto));
        entries.push((3, entry(Kind::ExpiredPhoto)));
        assert!(!has_place(&entries, Kind::ExpiredPhoto));
        assert!(has_place(&entries, Kind::ExpiredReport));
        let refusal = Refusal { status: 422, code: "photo_refused".into() };
        assert_eq!(entry(Kind::ExpiredPhoto).refused(refusal.clone()).sealed, "");
        assert_eq!(entry(Kind::ExpiredReport).refused(refusal).sealed, "AAA");
    }

    #[test]
    fn what_may_have_taken_effect_as_another_device_is_not_sent_again() {
        let entries = [(1, Entry { sent_as: Some(1), ..entry(Kind::Call) })];
        assert!(matches!(step(&entries, 2), Step::Refuse { number: 1, .. }));
    }

    #[test]
    fn a_kind_that_rests_holds_up_its_own_and_no_other() {
        let entries = [(1, entry(Kind::LabelReport)), (2, entry(Kind::LabelReport)), (3, entry(Kind::Call))];
        let mut rests = Rests::default();
        rests.lengthen(Kind::LabelReport, 0.0, 0.5);
        assert_eq!(next(&entries, 1, &rests, 0.0), Step::Mark { number: 3, sent_as: 1 });
        assert_eq!(next(&entries[..2], 1, &rests, 0.0), Step::Wait { until_ms: 1_000.0 });
        rests.lengthen(Kind::Call, 0.0, 0.0);
        assert_eq!(next(&entries, 1, &rests, 0.0), Step::Wait { until_ms: 500.0 });
        assert_eq!(next(&entries, 1, &rests, 1_000.0), Step::Mark { number: 1, sent_as: 1 });
        rests.end();
        assert_eq!(next(&entries, 1, &rests, 0.0), Step::Mark { number: 1, sent_as: 1 });
    }

    #[test]
    fn a_server_that_does_not_answer_is_left_alone_for_longer_each_time_and_a_minute_and_a_half_at_most() {
        let mut rest = Rest::default();
        let mut rests_ms = Vec::new();
        for _ in 0..20 {
            rest = rest.longer(0.0, 0.5);
            rests_ms.push(rest.until_ms);
        }
        assert_eq!(rests_ms[..4], [1_000.0, 2_000.0, 4_000.0, 8_000.0]);
        assert_eq!(rests_ms[6..], [60_000.0; 14]);
        let spread = |chance| Rest { tries: 9, until_ms: 0.0 }.longer(0.0, chance).until_ms;
        assert_eq!((spread(0.0), spread(0.999)), (30_000.0, 89_940.0));
    }

    #[test]
    fn only_what_is_wrong_with_the_entry_itself_is_refused() {
        assert_eq!(judge(Kind::Call, &Answer::Taken), Verdict::Done);
        assert_eq!(judge(Kind::Call, &Answer::None), Verdict::Later);
        let refused = |status, code: &str| Verdict::Refused(Refusal { status, code: code.into() });
        assert_eq!(rejected(409, Some(ErrorCode::KeyReused)), refused(409, "key_reused"));
        assert_eq!(rejected(422, Some(ErrorCode::SealBroken)), refused(422, "seal_broken"));
        assert_eq!(rejected(409, Some(ErrorCode::TaskTaken)), refused(409, "task_taken"));
        assert_eq!(rejected(404, Some(ErrorCode::TaskNotFound)), refused(404, "task_not_found"));
        assert_eq!(rejected(401, Some(ErrorCode::StaffUnknown)), refused(401, "staff_unknown"));
        assert_eq!(rejected(401, Some(ErrorCode::DeviceUnknown)), Verdict::NotEnrolled);
        // Nobody has this card yet, or perhaps never: what is an apology does not keep others waiting.
        let nobody = Answer::Rejected { status: 404, code: Some(ErrorCode::MemberNotFound) };
        assert_eq!(judge(Kind::Consent, &nobody), Verdict::Later);
        assert_eq!(judge(Kind::Apology, &nobody), refused(404, "member_not_found"));
        // A proxy's own page says nothing of the entry.
        assert_eq!(rejected(400, None), Verdict::Later);
        assert_eq!(rejected(404, Some(ErrorCode::NotFound)), Verdict::Later, "an older server");
        for status in [403, 404, 405, 408, 429, 500, 502, 503, 507] {
            assert_eq!(rejected(status, Some(ErrorCode::Internal)), Verdict::Later, "{status}");
        }
    }
}
