//! A device: its storage, which outlives it, and what it does, as the app's own edge does it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polka_app::offline::outbox::{self, Answer, Entry, Kind, Rests, Step, Verdict};
use polka_contract::seal_context;
use polka_sealing::{PublicKey, Seed};

/// What the browser keeps, whatever happens to the page.
#[derive(Default)]
pub(crate) struct Storage {
    next_number: u64,
    rows: BTreeMap<u64, String>,
    /// Whether it takes nothing more.
    pub(crate) is_full: bool,
    /// The credential.
    pub(crate) cookie: String,
    /// As whom it is enrolled.
    pub(crate) enrolled_as: i64,
}

/// What is gone when the page goes.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) rests: Rests,
    /// The entry that was sent and not answered, with the number of the try.
    pub(crate) sent: Option<(u64, u64)>,
}

/// A device.
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) storage: Storage,
    /// `None` while the page is gone.
    pub(crate) page: Option<Page>,
    /// How far its wall clock is off, in milliseconds; nothing that decides may look at it.
    pub(crate) wall_clock_error_ms: i64,
}

/// A request as it leaves.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    pub(crate) key: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) cookie: String,
}

/// What a device does when it looks at its outbox.
pub(crate) enum Doing {
    Send(Sent),
    Wait { until_ms: f64 },
    Nothing,
}

impl Device {
    /// Keeps a write before the person is thanked: the body is sealed, and it and its key are stored at once.
    /// `None` where the storage takes nothing more, and the person is told so.
    pub(crate) fn keep(
        &mut self,
        server: &PublicKey,
        kind: Kind,
        body: &str,
        key: String,
        made_ms: i64,
        seed: Seed,
    ) -> Option<u64> {
        let sealed = server.seal(&seal_context(kind.path(), &key), body.as_bytes(), seed).ok()?;
        let sealed = URL_SAFE_NO_PAD.encode(sealed);
        let entry = Entry { key, kind, made_ms, sealed, sent_as: None, refusal: None, step: None, apology: None };
        self.storage.add(&entry)
    }

    pub(crate) fn entries(&self) -> Vec<(u64, Entry)> {
        let read = |(number, text): (&u64, &String)| Some((*number, Entry::from_stored(text)?));
        self.storage.rows.iter().filter_map(read).collect()
    }

    /// Looks at the outbox and does the next thing. Where the storage takes no mark, nothing is sent.
    pub(crate) fn work(&mut self, now_ms: f64) -> Doing {
        loop {
            let entries = self.entries();
            let Some(page) = &mut self.page else { return Doing::Nothing };
            if page.sent.is_some() {
                return Doing::Nothing;
            }
            let find = |number: u64| entries.iter().find(|(it, _)| *it == number).map(|(_, entry)| entry.clone());
            match outbox::next(&entries, self.storage.enrolled_as, &page.rests, now_ms) {
                Step::Mark { number, sent_as } => {
                    let Some(entry) = find(number) else { return Doing::Nothing };
                    let marked = Entry { sent_as: Some(sent_as), ..entry };
                    if !self.storage.put(number, &marked) {
                        return Doing::Wait { until_ms: now_ms + 60_000.0 };
                    }
                }
                Step::Refuse { number, refusal } => {
                    let Some(entry) = find(number) else { return Doing::Nothing };
                    if !self.storage.put(number, &entry.refused(refusal)) {
                        return Doing::Wait { until_ms: now_ms + 60_000.0 };
                    }
                }
                Step::Send { number } => {
                    let Some(entry) = find(number) else { return Doing::Nothing };
                    let sealed = URL_SAFE_NO_PAD.decode(&entry.sealed).unwrap_or_default();
                    let cookie = self.storage.cookie.clone();
                    return Doing::Send(Sent { number, kind: entry.kind, key: entry.key, sealed, cookie });
                }
                Step::Wait { until_ms } => return Doing::Wait { until_ms },
                Step::Nothing => return Doing::Nothing,
            }
        }
    }

    /// Takes what came back for the entry that was sent.
    pub(crate) fn take(&mut self, number: u64, kind: Kind, answer: &Answer, now_ms: f64, chance: f64) -> Verdict {
        let verdict = outbox::judge(kind, answer);
        let Some(page) = &mut self.page else { return verdict };
        page.sent = None;
        match &verdict {
            Verdict::Done => {
                page.rests.end();
                self.storage.rows.remove(&number);
            }
            Verdict::Refused(refusal) => {
                let entry = self.storage.rows.get(&number).and_then(|text| Entry::from_stored(text));
                let is_kept = entry.is_none_or(|entry| self.storage.put(number, &entry.refused(refusal.clone())));
                // Where there is no room for the reason, it is sent again later and refused again.
                match is_kept {
                    true => page.rests.end(),
                    false => page.rests.lengthen(kind, now_ms, chance),
                }
            }
            Verdict::Later | Verdict::NotEnrolled => page.rests.lengthen(kind, now_ms, chance),
        }
        verdict
    }
}

impl Storage {
    fn add(&mut self, entry: &Entry) -> Option<u64> {
        let number = self.next_number;
        if !self.put(number, entry) {
            return None;
        }
        self.next_number += 1;
        Some(number)
    }

    fn put(&mut self, number: u64, entry: &Entry) -> bool {
        if self.is_full {
            return false;
        }
        self.rows.insert(number, entry.to_stored());
        true
    }
}
