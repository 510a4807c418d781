//! Devices of shoppers: somebody writes, the device keeps and sends it, and hears of it.

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use polka_app::offline::outbox::{self, Kind, Verdict};
use polka_contract::{DeviceKind, IDEMPOTENCY_KEY, SEALED, seal_context};
use polka_domain::CardNumber;
use serde_json::json;

use super::{BEGIN_MS, Event, History, PATIENCE_MS, Written, error_code, told};
use crate::bug::Bug;
use crate::device::{Doing, Sent};
use crate::network::fate;
use crate::server::Answer;
use crate::till::PHONES;

/// The tries of an outage that is longer are all alike, and are not all played.
const LONG_OUTAGE_MS: f64 = 600_000.0;
/// Steps of the storage that a write may take; where the plug is pulled after the last, the answer is lost.
const STEPS: i64 = 120;
/// Two that the store has, one that it has not, and one that is none: the server refuses that.
const GTINS: [&str; 4] = ["9521247000444", "9521040000276", "4006381333931", "9521247000445"];
/// Long past, and of these days.
const LAST_DAYS: [&str; 5] = ["2025-01-01", "2025-01-02", "2027-01-11", "2027-01-12", "2027-01-13"];

impl History {
    /// The installer types a code at the device, and stays until it is enrolled.
    pub(super) fn enrol(&mut self, device: usize) -> Result<()> {
        let name = self.devices[device].name.clone();
        let key = self.new_key(device);
        let Some(server) = &self.server else {
            self.after(60_000.0, Event::IsEnrolled { device });
            return Ok(());
        };
        let answer = server.enrol(&name, DeviceKind::Kiosk, &key, BEGIN_MS + self.now_ms as i64)?;
        let told: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let storage = &mut self.devices[device].storage;
        storage.cookie = answer.cookie.with_context(|| format!("no credential: {told}"))?;
        storage.enrolled_as = told["id"].as_i64().context("a device has an id")?;
        let enrolled_as = storage.enrolled_as;
        self.tell(format_args!("device {device} is enrolled as {enrolled_as}"));
        self.after(0.0, Event::Looks { device });
        Ok(())
    }

    /// As the app makes them: a UUID of version 7, of a clock that may be wrong.
    fn new_key(&mut self, device: usize) -> String {
        let wall_ms = BEGIN_MS + self.now_ms as i64 + self.devices[device].wall_clock_error_ms;
        let mut chance = [0; 10];
        self.rng.fill(&mut chance);
        uuid::Builder::from_unix_timestamp_millis(wall_ms.max(0) as u64, &chance).into_uuid().to_string()
    }

    pub(super) fn writes(&mut self, device: usize) {
        if self.devices[device].page.is_none() {
            return;
        }
        let mark = self.bodies.len() as i64 + 1;
        let gtin = GTINS[self.rng.usize(0..GTINS.len())];
        let mut chance = [0; 16];
        self.rng.fill(&mut chance);
        let card = CardNumber::from_random(chance).to_string();
        let phone = PHONES[self.rng.usize(0..PHONES.len())];
        let (kind, body) = match self.rng.usize(0..11) {
            0 => (Kind::Call, json!({ "state": "wanted", "made_ms": mark })),
            1 => (Kind::Call, json!({ "state": "called_off", "made_ms": mark })),
            2 => (Kind::LabelReport, json!({ "gtin": gtin, "till_price_minor_units": 8990, "made_ms": mark })),
            3 => (Kind::MissingReport, json!({ "gtin": gtin, "made_ms": mark })),
            4 => (Kind::ShoppingList, json!({ "card_number": card, "items": format!("{gtin}-2") })),
            5 => {
                // By a slip, or with a new card.
                let slip = if self.rng.bool() { self.slips.pop() } else { None };
                (Kind::Member, json!({ "phone": phone, "card_number": slip.unwrap_or(card), "made_ms": mark }))
            }
            6..10 => {
                // Few dates, so that several find the same; by a number, or by a slip.
                let day = LAST_DAYS[self.rng.usize(0..LAST_DAYS.len())];
                let finder = if self.rng.bool() { ("phone", phone) } else { ("card_number", card.as_str()) };
                if finder.0 == "card_number" {
                    self.slips.push(card.clone());
                }
                let report = json!({
                    "gtin": gtin, "last_day": day, "date_kind": "use_by", "quantity": 1, finder.0: finder.1,
                    "made_ms": mark,
                });
                (Kind::ExpiredReport, report)
            }
            _ => (
                Kind::Consent,
                json!({
                    "card_number": card, "kind": "marketing", "text_version": "1", "is_given": true, "made_ms": mark,
                }),
            ),
        };
        let body = body.to_string();
        self.bodies.insert(mark, body.clone());
        let key = self.new_key(device);
        let mut seed = [0; 32];
        self.rng.fill(&mut seed);
        // The plug of the device is pulled before the write is stored, or after it and before the thanks.
        let is_killed = self.rng.f64() < self.world.device_kill;
        let is_before = is_killed && self.rng.bool();
        let thanks_early = self.bug == Some(Bug::ThanksBeforeKept);
        if is_before && !thanks_early {
            self.tell(format_args!("device {device} is killed before it keeps write {mark}"));
            return self.is_killed(device);
        }
        let kept = if is_before {
            None
        } else {
            self.devices[device].keep(&self.sealing_key, kind, &body, key.clone(), mark, seed)
        };
        let is_thanked = (kept.is_some() && !is_killed) || thanks_early;
        self.tell(format_args!("device {device}: write {mark}, {kind:?} {key}, kept {kept:?}, thanked {is_thanked}"));
        if kept.is_some() || is_thanked {
            let number = kept.unwrap_or(u64::MAX);
            self.written.push(Written { number, kind, key, is_thanked });
        }
        if is_killed {
            return self.is_killed(device);
        }
        self.after(0.0, Event::Looks { device });
    }

    fn is_killed(&mut self, device: usize) {
        self.outcome.device_kills += 1;
        self.devices[device].page = None;
        let off_ms = self.rng.f64() * 120_000.0;
        self.after(off_ms, Event::Starts { device });
    }

    pub(super) fn looks(&mut self, device: usize) {
        match self.devices[device].work(self.now_ms) {
            Doing::Send(sent) => self.send(device, sent),
            Doing::Wait { until_ms } => {
                // The tries of a month without the network are all alike: only the first and the last are played.
                let is_long = self.network_comes_ms - until_ms > LONG_OUTAGE_MS;
                let until_ms = if is_long { self.network_comes_ms - self.rng.f64() * 300_000.0 } else { until_ms };
                self.at(until_ms, Event::Looks { device });
            }
            Doing::Nothing => {}
        }
    }

    fn send(&mut self, device: usize, mut sent: Sent) {
        self.attempts += 1;
        let attempt = self.attempts;
        if self.bug == Some(Bug::NewKeyEachTry) {
            self.changes_key(device, &mut sent);
        }
        let tries = self.tries.entry(sent.key.clone()).or_default();
        *tries += 1;
        let has_given_up = self.bug == Some(Bug::GivesUp) && *tries > 4;
        if let Some(page) = &mut self.devices[device].page {
            page.sent = Some((sent.number, attempt));
        }
        if has_given_up {
            let answer = outbox::Answer::Taken;
            return self.after(0.0, Event::ComesBack { device, attempt, sent, answer });
        }
        self.outcome.requests += 1;
        let copies = fate(&self.world, self.is_network_down(), &mut self.rng);
        self.tell(format_args!("device {device} sends {} as try {attempt}, arrives after {copies:.0?} ms", sent.key));
        self.outcome.lost_on_the_way += usize::from(copies.is_empty());
        for way_ms in copies {
            self.after(way_ms, Event::Arrives { device, attempt, sent: sent.clone() });
        }
        let is_impatient = self.bug == Some(Bug::DoesNotWait);
        let answer = if is_impatient { outbox::Answer::Taken } else { outbox::Answer::None };
        // With several kinds in line a device never waits between two tries: those of a long outage are passed over
        // here too.
        let outage_ms = self.network_comes_ms - self.now_ms;
        let patience_ms = match is_impatient {
            true => 0.0,
            false if outage_ms > LONG_OUTAGE_MS => outage_ms - self.rng.f64() * 300_000.0,
            false => PATIENCE_MS,
        };
        self.after(patience_ms, Event::ComesBack { device, attempt, sent, answer });
    }

    /// The bug of many a client: the key is made when the request is.
    fn changes_key(&mut self, device: usize, sent: &mut Sent) {
        let mark = self.devices[device].entries().into_iter().find(|(number, _)| *number == sent.number);
        let body = mark.and_then(|(_, entry)| self.bodies.get(&entry.made_ms).cloned()).unwrap_or_default();
        sent.key = self.new_key(device);
        let context = seal_context(sent.kind.path(), &sent.key);
        sent.sealed = self.sealing_key.seal(&context, body.as_bytes(), [9; 32]).unwrap_or_default();
    }

    pub(super) fn arrives(&mut self, device: usize, attempt: u64, sent: Sent) -> Result<()> {
        let Some(server) = &self.server else {
            self.tell(format_args!("try {attempt} meets no server"));
            return Ok(());
        };
        let request = Request::post(sent.kind.path())
            .header(IDEMPOTENCY_KEY, &sent.key)
            .header(header::CONTENT_TYPE, SEALED)
            .header(header::COOKIE, &sent.cookie)
            .body(Body::from(sent.sealed.clone()))?;
        let kill_at_step = (self.rng.f64() < self.world.server_kill).then(|| self.rng.i64(0..STEPS));
        let answer = server.answer(request, kill_at_step)?;
        let answer = match kill_at_step {
            Some(step) => {
                self.server_is_killed(format_args!("at step {step} of try {attempt}"));
                if self.bug != Some(Bug::AnswersBeforeCommit) {
                    return Ok(());
                }
                Answer { status: StatusCode::OK, body: Vec::new(), cookie: None }
            }
            None => answer,
        };
        let code = error_code(&answer);
        let text = told(&answer);
        self.tell(format_args!("try {attempt} is answered: {} {text}", answer.status));
        if answer.status == StatusCode::OK && self.bug != Some(Bug::AnswersBeforeCommit) {
            let first = self.first_answers.entry(sent.key.clone()).or_insert_with(|| answer.clone());
            if *first != answer {
                self.outcome.wrong.push(format!("{} was answered in two ways", sent.key));
            }
        }
        if answer.status.is_server_error() {
            self.outcome.wrong.push(format!("a fault of the server: {text}"));
        }
        let meaning = match answer.status.is_success() {
            true => outbox::Answer::Taken,
            false => outbox::Answer::Rejected { status: answer.status.as_u16(), code },
        };
        for way_ms in fate(&self.world, self.is_network_down(), &mut self.rng) {
            let (sent, answer) = (sent.clone(), meaning.clone());
            self.after(way_ms, Event::ComesBack { device, attempt, sent, answer });
        }
        Ok(())
    }

    pub(super) fn comes_back(&mut self, device: usize, attempt: u64, sent: &Sent, answer: &outbox::Answer) {
        let waits = self.devices[device].page.as_ref().and_then(|page| page.sent);
        if waits != Some((sent.number, attempt)) {
            return;
        }
        let chance = self.rng.f64();
        let verdict = self.devices[device].take(sent.number, sent.kind, answer, self.now_ms, chance);
        if verdict != Verdict::Later {
            self.tell(format_args!("device {device}: {} is {verdict:?}", sent.key));
        }
        self.after(0.0, Event::Looks { device });
    }
}
